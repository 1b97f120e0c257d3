"""Files beside documents are published with their articles, and go with them."""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from feedsvc.inspect.inspection import inspect
from feedsvc.stores.media_folder import MediaFolder
from feedsvc.stores.pruning import prune
from made_files import MP3, PDF, SVG, png
from newsroom import MAIN, Newsroom

DAY = "date: 2026-10-30 10:00 +00:00"
WIRE = "Ferry stops at the pier\n\nLISBON, Oct. 30, 2026 (Quay News) -- The ferry stopped at the old pier.\n"


def story(title: str, *lines: str, body: str = "A text.") -> str:
    return "\n".join(["---", f"title: {title}", DAY, *lines, "---", body, ""])


def address(content: bytes, name: str) -> str:
    return f"https://quay.example/media/{sha256(content).hexdigest()[:32]}/{name}"


def media(room: Newsroom, slug: str) -> list[str]:
    return [medium.url for medium in room.store.entry(slug).article.media]


def body(room: Newsroom, slug: str) -> str:
    return room.store.entry(slug).article.body.best()[1]


def notes(room: Newsroom) -> list[str]:
    return [str(problem) for problem in room.store.edition().problems]


def kept(room: Newsroom) -> list[str]:
    return sorted(path.name for path in (room.folder / "var/media").rglob("*") if path.is_file())


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]


def is_shown(room: Newsroom, url: str) -> tuple[bool, bool]:
    """Return whether the file at *url* is shown, and whether it ever was."""
    file, was_there = room.store.media_file(*url.rsplit("/", 2)[1:])
    return file is not None, was_there


@pytest.mark.parametrize(
    ("path", "line", "file"),
    [
        pytest.param("fog.md", "image: pier.png", "pier.png", id="beside"),
        pytest.param("posts/fog.md", "cover: {src: a/pier.png}", "posts/a/pier.png", id="in a folder"),
        pytest.param("posts/fog/index.md", "image: pier.png", "posts/fog/pier.png", id="in a bundle"),
        pytest.param("posts/fog.md", "image: pier.png", "posts/fog/pier.png", id="in a folder of its own"),
        pytest.param("posts/fog.md", "image: /img/pier.png", "static/img/pier.png", id="in static"),
        pytest.param("posts/fog.md", "image: /img/pier.png", "img/pier.png", id="from the root"),
        pytest.param("content/en/blog/fog.md", "image: /blog/a/pier.png", "content/en/blog/a/pier.png", id="of a site"),
        pytest.param("fog.md", "resources: [{src: pier.png}]", "pier.png", id="a resource"),
        pytest.param("fog.md", "enclosures: [pier.png]", "pier.png", id="an enclosure"),
        pytest.param("fog.md", "image: 'a%20pier.png'", "a pier.png", id="percent-encoded"),
        pytest.param("fog.md", "image: pier.PNG", "pier.png", id="an ending in capitals"),
    ],
)
def test_front_matter_names_files(newsroom, path, line, file):
    newsroom.file(path, story("Fog", line))
    newsroom.file(file, png(8, 6))
    newsroom.publish()

    (medium,) = newsroom.store.entry("fog").article.media
    assert medium.url == address(png(8, 6), file.rpartition("/")[2].replace(" ", "-"))
    assert (medium.media_type, medium.bytes, medium.width, medium.height) == ("image/png", len(png(8, 6)), 8, 6)
    assert notes(newsroom) == []


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("![A pier](pier.png)", '<p><img src="{pier}" alt="A pier" {size}></p>', id="Markdown"),
        pytest.param("<img src=pier.png alt=''>", '<img src="{pier}" alt="" {size}>', id="HTML"),
        pytest.param(
            "<img src='pier.png' srcset='pier.png 1x, big.png 2x, no.png 3x' alt=''>",
            '<img src="{pier}" srcset="{pier} 1x, {big} 2x" alt="" {size}>',
            id="several sizes",
        ),
        pytest.param("[plan](plan.pdf)", '<p><a href="{plan}">plan</a></p>', id="a link"),
        pytest.param(
            "[![x](pier.png)](big.png)", '<p><a href="{big}"><img src="{pier}" alt="x" {size}></a></p>', id="both"
        ),
        pytest.param("[plan](no.pdf) here", "<p>plan here</p>", id="a link to a missing file"),
        pytest.param("<audio src='tide.mp3'></audio>", '<p><audio src="{tide}" controls=""></audio></p>', id="a sound"),
        pytest.param("<audio src='no.mp3'></audio> x", "<p> x</p>", id="a missing sound"),
        pytest.param("<picture><source srcset=no.png><img src=no.png></picture> x", "<p> x</p>", id="missing sizes"),
        pytest.param("[![x](no.png)](no.pdf)", "", id="nothing"),
    ],
)
def test_a_body_names_files(newsroom, written, shown):
    files = {"pier.png": png(), "big.png": png(9, 9), "tide.mp3": MP3, "plan.pdf": PDF}
    for name, content in files.items():
        newsroom.file(name, content)
    newsroom.file("fog.md", story("Fog", body=written))
    newsroom.publish()

    addresses = {name.partition(".")[0]: address(content, name) for name, content in files.items()}
    assert body(newsroom, "fog") == shown.format(size='width="4" height="3"', **addresses)
    assert any("'no." in note for note in notes(newsroom)) == ("no." in written)


@pytest.mark.parametrize("name", ["ferry.jpg", "ferry.png", "ferry.webp"])
def test_a_wire_document_shows_the_picture_of_its_name(newsroom, name):
    newsroom.file("world/ferry.txt", WIRE)
    newsroom.file(f"world/{name}", png())
    newsroom.publish()

    assert media(newsroom, "ferry-stops-at-the-pier") == [address(png(), "ferry.png")]


def test_a_missing_file_is_left_out_and_told_with_its_line(newsroom):
    newsroom.file(
        "fog.md", story("Fog", "image: pier.jpg", body="One.\n\n<figure><img src='a/b.png'></figure>\n\nTwo.")
    )
    newsroom.publish()

    cure = "it is left out; put the file beside the document, or write a whole address with https://"
    assert notes(newsroom) == [
        f"fog.md:4: the file 'pier.jpg' is not there (looked for pier.jpg, fog/pier.jpg…); {cure}",
        f"fog.md:8: the file 'a/b.png' is not there (looked for a/b.png, fog/a/b.png…); {cure}",
    ]
    assert (media(newsroom, "fog"), body(newsroom, "fog")) == ([], "<p>One.</p>\n\n<p>Two.</p>")
    assert b"pier.jpg" not in newsroom.feed("/feeds/all.atom")
    assert b"<img" not in newsroom.feed("/feeds/all.json")


@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(lambda root: (root.parent / "out.png").write_bytes(png()), id="above the source"),
        pytest.param(lambda root: _link(root / "out.png", root.parent / "secret.png"), id="a link out of it"),
        pytest.param(lambda root: _link(root / "out.png", root / ".hidden/x.png"), id="a link to a hidden file"),
        pytest.param(lambda root: (root / "out.png").mkdir(), id="a folder"),
        pytest.param(lambda root: os.mkfifo(root / "out.png"), id="a pipe"),
        pytest.param(lambda root: (root / "out.png").write_bytes(b"<html>"), id="a page"),
        pytest.param(lambda root: (root / "out.png").write_bytes(b"\x89PNG\r\n\x1a\n"), id="a damaged picture"),
        pytest.param(lambda root: (root / "out.png").write_bytes(png(9, 9)[:20]), id="a picture that is cut off"),
    ],
)
def test_no_other_file_is_shown(newsroom, prepare):
    prepare(newsroom.articles)
    newsroom.file("fog.md", story("Fog", "image: out.png", body="![x](../out.png)"))
    newsroom.publish()

    assert (media(newsroom, "fog"), body(newsroom, "fog"), kept(newsroom)) == ([], "", [])
    assert len(notes(newsroom)) == 2


def _link(path: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(png())
    path.symlink_to(target)


@pytest.mark.parametrize("path", [".git/pier.png", "node_modules/pier.png", "private/pier.png", ".pier.png"])
def test_hidden_and_excluded_files_are_not_shown(tmp_path, path):
    room = Newsroom(tmp_path, main=MAIN.replace('url = "articles"', 'url = "articles"\nexclude = ["private/"]'))
    room.file("fog.md", story("Fog", f"image: {path}"))
    room.file(path, png())
    room.publish()

    assert (media(room, "fog"), kept(room)) == ([], [])
    room.close()


def test_a_link_within_the_source_is_followed(newsroom):
    newsroom.file("shared/pier.png", png())
    (newsroom.articles / "pier.png").symlink_to("shared/pier.png")
    newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.publish()

    assert media(newsroom, "fog") == [address(png(), "pier.png")]


def test_large_files_are_left_out(tmp_path):
    room = Newsroom(tmp_path, main=f"{MAIN}\n[media]\nmax_bytes = 60\n")
    room.file("fog.md", story("Fog", "image: pier.png"))
    room.file("pier.png", png(99, 99))
    room.publish()

    assert media(room, "fog") == []
    assert "over the limit of" in notes(room)[0]
    room.close()


def test_pictures_of_too_many_pixels_are_left_out(newsroom):
    bomb = png()[:16] + (60_000).to_bytes(4, "big") * 2 + png()[24:]
    newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.file("pier.png", bomb)
    newsroom.publish()

    assert media(newsroom, "fog") == []
    assert "has 60000 × 60000 pixels" in notes(newsroom)[0]


def test_copies_are_private_and_whole(newsroom):
    newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.file("pier.png", png())
    newsroom.publish()

    folder = newsroom.folder / "var/media"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [(path.name, path.read_bytes()) for path in files] == [(digest(png()), png())]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())} == {0o700}


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "found by a look at everything"])
@pytest.mark.parametrize(
    ("path", "text", "picture"),
    [
        pytest.param("world/fog.md", story("Fog", "image: pier.png"), "world/pier.png", id="named"),
        pytest.param("world/fog.txt", WIRE.replace("Ferry stops at the pier", "Fog"), "world/fog.png", id="wire"),
    ],
)
def test_a_picture_that_comes_after_its_document_is_found(newsroom, path, text, picture, is_told):
    newsroom.file(path, text)
    newsroom.publish()
    before = media(newsroom, "fog")
    newsroom.file(picture, png())
    newsroom.publish(among=[picture] if is_told else None)

    assert (before, media(newsroom, "fog"), notes(newsroom)) == ([], [address(png(), picture[6:])], [])


def test_a_picture_that_comes_while_a_killed_article_comes_back_is_found(newsroom):
    newsroom.file("world/ferry.txt", WIRE)
    newsroom.file("world/fog.zh.md", story("雾", "language: zh", body="清晨的雾很大。"))
    newsroom.file("world/fog.en.md", story("Fog", "killed: true"))
    newsroom.publish()

    newsroom.file("world/fog.en.md", story("Fog", "revive: true"))  # so that the other document is looked at again
    newsroom.file("world/ferry.png", png())
    newsroom.publish()

    assert media(newsroom, "ferry-stops-at-the-pier") == [address(png(), "ferry.png")]


def test_a_changed_picture_has_a_new_address_and_is_no_revision(newsroom):
    newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.file("pier.png", png())
    newsroom.publish()
    before, old = newsroom.store.entry("fog").article.versions, media(newsroom, "fog")
    newsroom.file("pier.png", png(colour=b"\1\2\3"))
    newsroom.publish(among=["pier.png"])

    assert media(newsroom, "fog") == [address(png(colour=b"\1\2\3"), "pier.png")]
    assert newsroom.store.entry("fog").article.versions == before
    assert is_shown(newsroom, old[0]) == (False, True)


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        pytest.param("![A pier](pier.png)\n\nA text.", 1, id="another picture"),
        pytest.param("![A pier in fog](pier.png)\n\nA text.", 1, id="and another description"),
        pytest.param("![A pier](pier.png)\n\nAnother text.", 2, id="and another text"),
    ],
)
def test_a_changed_picture_in_a_text_is_a_revision_only_if_words_change(newsroom, text, revision):
    newsroom.file("fog.md", story("Fog", body="![A pier](pier.png)\n\nA text."))
    newsroom.file("pier.png", png())
    newsroom.publish()
    newsroom.file("fog.md", story("Fog", body=text))
    newsroom.file("pier.png", png(colour=b"\1\2\3"))
    newsroom.publish()

    (version,) = newsroom.store.entry("fog").article.versions
    assert (version.revision, address(png(colour=b"\1\2\3"), "pier.png") in body(newsroom, "fog")) == (revision, True)


def test_a_picture_that_vanishes_is_told_and_stays_until_its_document_changes(newsroom):
    document = newsroom.file("fog.md", story("Fog", "image: pier.png"))
    picture = newsroom.file("pier.png", png())
    newsroom.publish()
    picture.unlink()
    newsroom.publish()
    after, told = media(newsroom, "fog"), notes(newsroom)
    newsroom.file("fog.md", document.read_text(encoding="utf-8").replace("A text.", "Another text."))
    newsroom.publish()

    assert after == [address(png(), "pier.png")]
    assert told == [
        "fog.md:4: the file 'pier.png' is gone; the article shows it until its document changes; put the file back"
    ]
    assert media(newsroom, "fog") == []


def test_an_unchanged_picture_is_not_read_again(newsroom, monkeypatch):
    newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.file("pier.png", png())
    newsroom.publish()
    taken: list[Path] = []
    take = MediaFolder.take
    monkeypatch.setattr(MediaFolder, "take", lambda *given, **more: taken.append(given[1]) or take(*given, **more))
    newsroom.file("fog.md", story("Fog", "image: pier.png", body="Another text."))
    newsroom.publish()
    unchanged = list(taken)
    newsroom.file("pier.png", png(7, 7))
    newsroom.publish()

    assert (unchanged, [path.name for path in taken]) == ([], ["pier.png"])


def test_an_embargoed_picture_is_not_reachable_until_its_release(newsroom):
    newsroom.file("fog.md", story("Fog", "image: pier.png", "release: 2026-11-01 13:30 +00:00"))
    newsroom.file("pier.png", png())
    newsroom.publish()
    before = is_shown(newsroom, address(png(), "pier.png"))
    for _ in range(2):
        newsroom.publish()

    assert before == (False, False)
    assert is_shown(newsroom, address(png(), "pier.png")) == (True, True)


def test_a_withdrawn_picture_is_gone_and_comes_back(newsroom):
    document = newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.file("pier.png", png())
    newsroom.publish()
    document.unlink()
    newsroom.publish(accept=frozenset({"desk"}))
    gone = is_shown(newsroom, address(png(), "pier.png"))
    newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.publish()

    assert gone == (False, True)
    assert is_shown(newsroom, address(png(), "pier.png")) == (True, True)


@pytest.mark.parametrize("is_shared", [False, True], ids=["alone", "shared with a living article"])
def test_a_killed_picture_is_erased(newsroom, is_shared):
    newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.file("pier.png", png())
    newsroom.file("tide.md", story("Tide", "image: other.png" if not is_shared else "image: pier.png"))
    newsroom.file("other.png", png(9, 9))
    newsroom.publish()
    newsroom.file("pier.png", png(5, 5))
    newsroom.publish()
    newsroom.file("fog.md", story("Fog", "image: pier.png", "killed: true"))
    newsroom.publish()

    living = {digest(png(5, 5))} if is_shared else {digest(png(9, 9))}
    assert set(kept(newsroom)) == living
    assert {file.digest for file in newsroom.store.media_files()} == living
    assert is_shown(newsroom, address(png(), "pier.png")) == (False, False)
    assert is_shown(newsroom, address(png(5, 5), "pier.png")) == (is_shared, is_shared)


def test_a_picture_that_was_killed_before_it_was_published_is_erased(newsroom):
    newsroom.file("fog.md", story("Fog", "image: pier.png", "release: 2027-01-01"))
    newsroom.file("pier.png", png())
    newsroom.publish()
    before = kept(newsroom)
    newsroom.file("fog.md", story("Fog", "image: pier.png", "killed: true"))
    newsroom.publish()

    assert (before, kept(newsroom)) == ([digest(png())], [])


def test_a_copy_that_is_lost_comes_back_with_the_next_look_at_everything(newsroom):
    newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.file("pier.png", png())
    newsroom.publish()
    shutil.rmtree(newsroom.folder / "var/media")
    newsroom.publish()

    assert (kept(newsroom), notes(newsroom)) == ([digest(png())], [])
    assert is_shown(newsroom, address(png(), "pier.png")) == (True, True)


def test_pruning_removes_files_of_no_article(newsroom):
    document = newsroom.file("fog.md", story("Fog", "image: pier.png"))
    newsroom.file("tide.md", story("Tide", "image: other.png"))
    newsroom.file("pier.png", png())
    newsroom.file("other.png", png(9, 9))
    newsroom.publish()
    document.unlink()
    newsroom.publish(accept=frozenset({"desk"}))
    folder = newsroom.folder / "var/media"
    (folder / "77.part").write_bytes(b"half")
    age = newsroom.now - newsroom.now.replace(year=2025)

    pruned = prune(newsroom.store, now=newsroom.now, revisions=age, bodies=age, folder=MediaFolder(path=folder))

    assert (pruned.files.count, pruned.files.bytes, kept(newsroom)) == (2, len(png()) + 4, [digest(png(9, 9))])
    assert is_shown(newsroom, address(png(), "pier.png")) == (False, True)


def test_check_tells_what_would_happen_and_writes_nothing(newsroom):
    newsroom.file("fog.md", story("Fog", "image: pier.png", body="![x](gone.png)"))
    newsroom.file("pier.png", png())

    (found,) = inspect(newsroom.settings, now=newsroom.now)

    assert [medium.url for medium in found.article.media] == [address(png(), "pier.png")]
    assert "the file 'gone.png' is not there" in found.problems[0].message
    assert not (newsroom.folder / "var").exists()


def test_types_are_told_by_content(newsroom):
    newsroom.file("fog.md", story("Fog", "enclosures: [a.jpg, {url: tide.mp3, type: video/mp4, duration: '1:02'}]"))
    newsroom.file("a.jpg", SVG)
    newsroom.file("tide.mp3", MP3)
    newsroom.publish()

    found = newsroom.store.entry("fog").article.media
    assert [(medium.url.rpartition("/")[2], medium.media_type, medium.duration_s) for medium in found] == [
        ("a.svg", "image/svg+xml", None),
        ("tide.mp3", "audio/mpeg", 62),
    ]
