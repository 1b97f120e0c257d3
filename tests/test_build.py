"""Build the site as static files, and look at every file."""

from __future__ import annotations

import gzip
import json
import logging
import signal
import subprocess
import sys
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import brotli
import pytest

from feedsvc.model.errors import BuildError
from feedsvc.web import make_app
from feedsvc.web.static_site.inventory import addresses
from feedsvc.web.static_site.site import AGAIN_S, LOOK_S, Built, Following, build
from feedsvc.web.static_site.tree import Tree
from newsroom import MAIN, Newsroom
from publishers import wait_for
from service import PATIENCE_S, environment, feedsvc
from webserver import serving

FORMS = ("rss", "atom", "json")
LAMPS = "Lamps lit again\n\n灯又亮了\n\nLISBON, Oct. 30, 2026 (Quay News) -- They are lit.\n\n里斯本电 灯亮了。\n"
GULLS = "Gulls return\n\nLISBON, Oct. 31, 2026 (Quay News) -- They are back.\n\nRelated News\nLamps lit again\n"
BOAT = "Boat number {0}\n\n第{0}号船\n\nLISBON, Oct. 30, 2026 (Quay News) -- It sails.\n"


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.file("world/lamps.txt", LAMPS)
    newsroom.file("world/gulls.txt", GULLS)
    newsroom.publish()
    return newsroom


def built(room: Newsroom, name: str = "out") -> Built:
    with Tree(room.folder / name) as tree:
        return build(room.settings, room.store, tree, progress=str)


def build_alone(room: Newsroom) -> subprocess.CompletedProcess[str]:
    """Build without publishing, as an operator does."""
    return feedsvc(room.folder, "build", "out", environ=environment(room.folder, FEEDSVC_PUBLISHER="off"))


def standing(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what tells that a file was touched, of every file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            at = path.stat()
            found[str(path.relative_to(folder))] = (at.st_ino, at.st_mtime_ns, at.st_size)
    return found


def touched(before: dict[str, tuple[int, int, int]], after: dict[str, tuple[int, int, int]]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_every_file_holds_what_the_service_answers(room):
    for number in range(31):
        room.file(
            f"world/n{number}.txt", f"Boat number {number}\n\n第{number}号船\n\nLISBON, Oct. 30, 2026 -- It sails.\n"
        )
    room.file("science/brief.txt", "Tide tables drawn anew\n\nLISBON, Oct. 30, 2026 (Quay News) -- They fit.\n")
    room.publish()
    (room.articles / "science/brief.txt").unlink()
    room.publish()
    built(room)
    out = room.folder / "out"
    listed = {address.path: address for address in addresses(room.settings, room.store)}

    with serving(make_app(room.settings, room.store, is_live=False)) as ask:
        for path, address in listed.items():
            answer = ask(path)
            file = out / address.file
            assert (answer.status, answer.body) == (address.status, file.read_bytes()), path
            if "Last-Modified" in answer.headers:
                modified = parsedate_to_datetime(answer.headers["Last-Modified"]).timestamp()
                times = {each.stat().st_mtime for each in file.parent.glob(f"{file.name}*")}
                assert times == {modified}, path
        reached = crawled(ask)

    assert "/zh/categories/world/page/2/" in listed
    assert reached <= listed.keys()


def crawled(ask) -> set[str]:
    """Return every address of the site that its own pages lead to."""
    reached, waiting = set(), ["/"]
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        answer = ask(path)
        assert answer.status == 200, path
        if answer.headers["Content-Type"].startswith("text/html"):
            for href in answer.page.xpath("//@href"):
                parts = urlsplit(urljoin(f"https://quay.example{path}", href))
                if parts.netloc == "quay.example":
                    query = f"?{parts.query}" if parts.query and not parts.path.startswith("/static/") else ""
                    waiting.append(parts.path + query)
    return reached


def test_compressed_forms_stand_beside_what_they_make_smaller(room):
    built(room)
    site = room.folder / "out" / "site"

    for path in site.rglob("*"):
        if path.suffix in {".gz", ".br"}:
            decompress = gzip.decompress if path.suffix == ".gz" else brotli.decompress
            whole = path.with_suffix("")
            assert decompress(path.read_bytes()) == whole.read_bytes()
            assert path.stat().st_size < whole.stat().st_size
    ready = room.store.ready("/feeds/world.rss")
    assert (site / "feeds/world.rss.br").read_bytes() == ready.brotli
    assert (site / "feeds/world.rss.gz").read_bytes() == ready.gzip


def test_a_second_build_touches_nothing(room):
    built(room)
    before = standing(room.folder / "out")

    again = built(room)

    assert touched(before, standing(room.folder / "out")) == set()
    assert (again.written, again.removed, again.configuration) == (0, 0, False)


def test_a_new_article_touches_only_what_shows_it(room):
    built(room)
    before = standing(room.folder / "out")
    room.file("world/ferry.txt", "Ferry runs on time\n\nLISBON, Oct. 31, 2026 (Quay News) -- It ran.\n")
    room.publish()

    built(room)

    names = {name.removesuffix(".gz").removesuffix(".br") for name in touched(before, standing(room.folder / "out"))}
    feeds = [f"feeds/{of}{language}.{form}" for of in ("all", "world") for language in ("", ".en") for form in FORMS]
    article = ["articles/ferry-runs-on-time/index.html", "en/articles/ferry-runs-on-time/index.html"]
    article += ["articles/ferry-runs-on-time.json"]
    before_it = ["articles/gulls-return/index.html", "en/articles/gulls-return/index.html"]
    folders = ("", "categories/world/", "feeds/")  # in every language, for they say when each feed changed
    pages = [f"{language}{page}index.html" for page in folders for language in ("", "en/", "zh/")]
    sitemaps = ["sitemap.xml", "sitemaps/news.xml", "sitemaps/articles-1.xml"]
    shown = {f"site/{name}" for name in (*feeds, *article, *before_it, *pages, *sitemaps)}
    assert names == {*shown, "feedsvc-build.json"}


def test_a_page_changes_with_its_article_and_with_what_that_links_to(newsroom):
    newsroom.file("world/gulls.txt", GULLS)
    newsroom.file("world/ferry.txt", "Ferry runs on time\n\nLISBON, Oct. 31, 2026 (Quay News) -- It ran.\n")
    newsroom.file("world/boat.txt", BOAT.format(1))  # so that there is a feed in each language already
    newsroom.publish()
    built(newsroom)
    articles = newsroom.folder / "out/site/articles"
    before = [(articles / name).read_bytes() for name in ("gulls-return/index.html", "ferry-runs-on-time/index.html")]
    newsroom.file("world/lamps.txt", LAMPS)
    newsroom.file("world/ferry.txt", "Ferry runs on time\n\nLISBON, Oct. 31, 2026 (Quay News) -- It sank.\n")
    newsroom.publish()

    built(newsroom)

    after = [(articles / name).read_bytes() for name in ("gulls-return/index.html", "ferry-runs-on-time/index.html")]
    assert [b"/articles/lamps-lit-again" in before[0], b"It sank" in before[1]] == [False, False]
    assert [b"/articles/lamps-lit-again" in after[0], b"It sank" in after[1]] == [True, True]


def test_a_withdrawn_article_leaves_nothing_but_the_page_that_says_so(room):
    built(room)
    out = room.folder / "out"
    (room.articles / "world/gulls.txt").unlink()
    room.publish()

    after = built(room)

    assert [path.name for path in (out / "site").rglob("*gulls*")] == []
    told = sorted(path.relative_to(out / "errors").as_posix() for path in (out / "errors").rglob("*gulls*"))
    assert told == [
        "articles/gulls-return.html",
        "articles/gulls-return.json",
        "en/articles/gulls-return.html",
        "zh/articles/gulls-return.html",
    ]
    assert b"Gulls return" not in b"".join(path.read_bytes() for path in (out / "site").rglob("*") if path.is_file())
    assert after.removed == 9  # the page, the one in English and the JSON, each with its two forms


def test_an_edition_that_is_published_during_a_build_is_built_too(room):
    published = []

    def publish_once(_stage: str) -> None:
        if not published:
            (room.articles / "world/lamps.txt").unlink()
            room.file("world/ferry.txt", "Ferry runs on time\n\nLISBON, Oct. 31, 2026 (Quay News) -- It ran.\n")
            published.append(room.publish())

    with Tree(room.folder / "out") as tree:
        done = build(room.settings, room.store, tree, progress=publish_once)

    built(room, "other")
    folders = [room.folder / "out/site", room.folder / "other/site"]
    found, expected = ({name: (folder / name).read_bytes() for name in standing(folder)} for folder in folders)
    assert done.edition == 2
    assert found == expected
    assert "articles/ferry-runs-on-time/index.html" in found
    assert "articles/lamps-lit-again/index.html" not in found


def test_folders_that_are_empty_are_removed_with_their_last_file(room):
    built(room)
    room.configure(MAIN.replace("https://quay.example", "https://quay.example/news"))
    room.publish()

    built(room)

    assert sorted(path.name for path in (room.folder / "out/site").iterdir()) == ["news"]
    assert (room.folder / "out/site/news/articles/lamps-lit-again/index.html").is_file()


def test_what_others_put_into_the_folder_stays(room):
    built(room)
    notes = room.folder / "out/site/articles/notes.txt"
    notes.write_text("ours", encoding="utf-8")
    for each in room.articles.rglob("*.txt"):
        each.unlink()
    room.publish(accept=frozenset({"desk"}))

    built(room)

    assert [path.name for path in notes.parent.iterdir()] == ["notes.txt"]


def test_a_folder_with_other_things_in_it_is_refused(room):
    folder = room.folder / "photos"
    folder.mkdir()
    (folder / "quay.jpg").write_bytes(b"a picture")

    done = feedsvc(room.folder, "build", "photos")

    assert done.returncode == 2
    assert done.stderr == (
        f"feedsvc: {folder}: is not empty, and feedsvc build did not make its files; name a new or empty folder\n"
    )
    assert [path.name for path in folder.iterdir()] == ["quay.jpg"]


def test_a_ledger_that_names_files_elsewhere_is_refused(room):
    built(room)
    ledger = room.folder / "out/feedsvc-build.json"
    data = json.loads(ledger.read_text(encoding="utf-8"))
    data["files"]["../articles/world/lamps.txt"] = [1, [], None]
    ledger.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(BuildError, match="names files outside"):
        built(room)

    assert (room.articles / "world/lamps.txt").exists()


def test_the_user_of_a_web_server_can_read_what_a_build_makes(room):
    like = room.folder / "any folder"
    like.mkdir()

    built(room, "public/news")

    made = [room.folder / "public", *(room.folder / "public").rglob("*")]
    folders = {path.name: path.stat().st_mode for path in made if path.is_dir()}
    assert folders == dict.fromkeys(folders, like.stat().st_mode)


def test_two_builds_do_not_write_to_one_folder(room):
    with Tree(room.folder / "out"), pytest.raises(BuildError, match="another feedsvc build writes there"):
        built(room)


def test_what_was_changed_or_removed_by_hand_is_made_again(room):
    built(room)
    articles = room.folder / "out/site/articles"
    whole = {path: path.read_bytes() for path in articles.rglob("*.*")}
    (articles / "lamps-lit-again/index.html.br").unlink()
    (articles / "lamps-lit-again.json").write_text("spoilt", encoding="utf-8")
    (articles / "gulls-return/index.html").unlink()

    built(room)

    assert {path: path.read_bytes() for path in articles.rglob("*.*")} == whole


def test_a_file_that_changes_within_an_edition_gets_a_later_time(tmp_path):
    with Tree(tmp_path / "out") as tree:
        times = []
        for body in (b"one", b"two", b"two", b"six"):
            tree.begin(["page.html"])
            tree.put("page.html", body, modified=1000)
            tree.finish()
            times.append((tmp_path / "out/page.html").stat().st_mtime)

    assert times == [1000, 1001, 1001, 1002]


def test_a_form_that_is_of_no_use_any_more_is_removed(tmp_path):
    folder = tmp_path / "out"
    with Tree(folder) as tree:
        tree.begin(["page.html"])
        tree.put("page.html", b"one one one", modified=1000, forms=lambda: {".gz": b"1", ".br": b"1"})
        tree.put("page.html", b"two", modified=1002, forms=lambda: {".gz": b"2"})

        assert {path.name: path.stat().st_mtime for path in folder.glob("page*")} == {
            "page.html": 1002,
            "page.html.gz": 1002,
        }


def test_a_build_publishes_first_and_says_what_it_did(newsroom):
    newsroom.file("world/lamps.txt", LAMPS)

    done = feedsvc(newsroom.folder, "build", "out")

    files = [each for each in standing(newsroom.folder / "out") if not each.startswith("feedsvc-build")]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == f"edition 1: {len(files)} files ({len(files)} written, 0 removed)"
    assert (newsroom.folder / "out/site/articles/lamps-lit-again/index.html").exists()


def test_a_build_beside_another_publisher_takes_what_is_published(room):
    room.file("world/ferry.txt", "Ferry runs on time\n\nLISBON, Oct. 31, 2026 (Quay News) -- It ran.\n")

    done = build_alone(room)

    assert done.returncode == 0
    assert done.stdout.startswith("edition 1: ")
    assert not (room.folder / "out/site/articles/ferry-runs-on-time/index.html").exists()


def test_where_nothing_is_published_there_is_nothing_to_build(newsroom):
    done = build_alone(newsroom)

    assert done.returncode == 2
    assert done.stderr == "feedsvc: nothing is published yet, so there is nothing to build; run: feedsvc publish\n"


def test_a_rejected_document_shows_in_the_exit_status_as_in_that_of_publish(newsroom):
    newsroom.file("world/empty.txt", "")

    assert feedsvc(newsroom.folder, "build", "out").returncode == 1


def test_a_build_that_is_killed_leaves_whole_files_and_the_next_one_does_the_rest(room):
    for number in range(20):
        room.file(f"world/n{number}.txt", BOAT.format(number))
    room.publish()
    built(room)
    out = room.folder / "out"
    old = {name: (out / name).read_bytes() for name in standing(out) if name.startswith("site/")}
    before = standing(out)
    room.configure(MAIN.replace("Quay News", "Pier News"))
    (room.articles / "world/n0.txt").unlink()
    room.publish()

    process = subprocess.Popen(
        [sys.executable, "-m", "feedsvc", "build", "out"],
        cwd=room.folder,
        env=environment(room.folder, FEEDSVC_PUBLISHER="off"),
        stdout=subprocess.DEVNULL,
    )
    wait_for(lambda: "site/articles/boat-number-1/index.html" in touched(before, standing(out)), within_s=PATIENCE_S)
    process.kill()
    process.wait()

    left = {name: (out / name).read_bytes() for name in standing(out) if name.startswith("site/")}
    built(room)
    new = {name: (out / name).read_bytes() for name in standing(out) if name.startswith("site/")}
    built(room, "other")
    assert {name for name in left if left[name] not in {old.get(name), new.get(name)}} == set()
    other = room.folder / "other"
    assert new == {name: (other / name).read_bytes() for name in standing(other) if name.startswith("site/")}


def test_what_a_killed_build_made_and_nobody_wants_any_more_is_removed(tmp_path):
    with Tree(tmp_path / "out") as tree:
        tree.begin(["articles/secret.html"])
        tree.put("articles/secret.html", b"not to be", modified=1000, forms=lambda: {".br": b"-"})

    with Tree(tmp_path / "out") as tree:
        tree.begin(["index.html"])
        tree.put("index.html", b"all there is", modified=1000)
        tree.finish()

    assert {name for name in standing(tmp_path / "out") if not name.startswith("feedsvc-")} == {"index.html"}


def test_following_builds_each_edition_and_ends_quietly(room):
    out = room.folder / "out"
    log = room.folder / "build.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "feedsvc", "build", "--watch", "out"],
            cwd=room.folder,
            env=environment(room.folder),
            stderr=output,
        )
    try:
        wait_for(lambda: "edition 1: " in log.read_text(encoding="utf-8"), within_s=PATIENCE_S)
        room.file("world/ferry.txt", "Ferry runs on time\n\nLISBON, Oct. 31, 2026 (Quay News) -- It ran.\n")
        room.publish()
        wait_for(lambda: "edition 2: " in log.read_text(encoding="utf-8"), within_s=PATIENCE_S)
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=PATIENCE_S)

    assert status == 0
    assert (out / "site/articles/ferry-runs-on-time/index.html").exists()


@pytest.fixture
def following(room):
    with Tree(room.folder / "out") as tree:
        environ = {"FEEDSVC_CONFIG": str(room.folder / "config")}
        yield Following(room.store, tree, room.settings, environ)


def test_following_builds_nothing_while_the_edition_stands(following, caplog):
    caplog.set_level(logging.INFO, logger="feedsvc.web.static_site.site")
    following.step()
    caplog.clear()

    assert following.step() == LOOK_S
    assert caplog.messages == []


def test_following_tells_once_why_it_fails_and_goes_on_when_that_is_cured(room, following, caplog):
    following.step()
    page = room.folder / "out/site/articles/ferry-runs-on-time/index.html"
    page.mkdir(parents=True)
    room.file("world/ferry.txt", "Ferry runs on time\n\nLISBON, Oct. 31, 2026 (Quay News) -- It ran.\n")
    room.publish()
    caplog.clear()

    waits = [following.step(), following.step()]
    told = list(caplog.messages)
    page.rmdir()
    following.step()

    assert waits == [AGAIN_S, AGAIN_S]
    assert told == [f"the built site stays as it is: {page}: cannot be built: Is a directory; trying again every 5 s"]
    assert b"It ran" in page.read_bytes()


def test_following_takes_the_settings_that_the_edition_was_made_with(room, following):
    following.step()
    room.configure(MAIN.replace("Quay News", "Pier News"))
    following.step()
    page = room.folder / "out/site/index.html"
    before = page.read_bytes()
    room.publish()

    following.step()

    assert b"<title>Quay News" in before
    assert b"<title>Pier News" in page.read_bytes()


def test_following_waits_for_the_first_edition(newsroom, caplog):
    with Tree(newsroom.folder / "out") as tree:
        following = Following(newsroom.store, tree, newsroom.settings, {})
        steps = [following.step(), following.step()]

    assert steps == [LOOK_S, LOOK_S]
    assert caplog.messages == ["nothing is published yet; waiting for the first edition"]
    assert not (newsroom.folder / "out/site").exists()


def test_the_page_of_feeds_turns_and_is_built_so(newsroom):
    with (newsroom.folder / "config/categories.toml").open("a", encoding="utf-8") as file:
        file.writelines(f'[desk-{number:02}]\ntitle = {{ en = "Desk {number}" }}\n' for number in range(60))
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30 09:00 +00:00\n---\nWater rose.\n")
    newsroom.publish()

    with serving(make_app(newsroom.settings, newsroom.store)) as ask:
        pages = [ask(f"/feeds/{page}") for page in ("", "page/2/")]
        others = [ask(path).status for path in ("/feeds/", "/feeds/page/3/", "/feeds/page/x/", "/zh/feeds/page/2/")]
    files = {each.path: each.file for each in addresses(newsroom.settings, newsroom.store)}

    shown = [[each.get("value") for each in page.page.xpath("//input[@type='url']")] for page in pages]
    assert len(shown[0]) == 50 * 3
    assert not set(shown[0]) & set(shown[1])
    assert "https://quay.example/feeds/desk-59.rss" in shown[1]
    assert pages[0].page.xpath("//a[@rel='next']/@href") == ["/feeds/page/2/"]
    assert others == [200, 404, 404, 200]
    assert (files["/feeds/page/2/"], files["/zh/feeds/page/2/"]) == (
        "site/feeds/page/2/index.html",
        "site/zh/feeds/page/2/index.html",
    )
    assert "/feeds/page/3/" not in files
