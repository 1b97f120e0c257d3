"""Pictures bring words in their files, and are offered in smaller forms; hostile ones harm nobody."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from hashlib import sha256

import pytest
from lxml import html
from PIL import Image

from feedsvc.model.article import PictureWords, Text
from feedsvc.stores.media_folder import MediaFolder
from feedsvc.stores.picture_reader import PictureReader
from feedsvc.stores.picture_words import words_of
from feedsvc.stores.pruning import prune
from feedsvc.web import make_app
from made_files import alternatives, dataset, photo, png, xmp
from newsroom import Newsroom

CAPTION, CREDIT = "<dc:description>{}</dc:description>", "<photoshop:Credit>{}</photoshop:Credit>"
ALT = "<Iptc4xmpCore:AltTextAccessibility>{}</Iptc4xmpCore:AltTextAccessibility>"
DESCRIBED = photo(
    packet=xmp(
        CAPTION.format(alternatives(x_default="Fog at the pier", zh_CN="码头的雾"))
        + ALT.format(alternatives(x_default="A pier in fog"))
        + CREDIT.format("Quay Pictures")
    )
)


def story(title: str, *lines: str, body: str = "A text.") -> str:
    return "\n".join(["---", f"title: {title}", "date: 2026-10-30 10:00 +00:00", *lines, "---", body, ""])


def page(room: Newsroom, path: str) -> str:
    client = make_app(room.settings, room.store, clock=lambda: room.now).test_client()
    return client.get(path).get_data(as_text=True)


def candidates(room: Newsroom, slug: str) -> dict[int, str]:
    """Return the paths that the picture of an article offers, by width."""
    (offer,) = html.fromstring(page(room, f"/articles/{slug}")).xpath("//img/@srcset")
    pairs = (candidate.split() for candidate in offer.split(", "))
    return {int(width[:-1]): address.removeprefix("https://quay.example") for address, width in pairs}


def served(room: Newsroom, path: str) -> tuple[int, bytes]:
    answer = make_app(room.settings, room.store, clock=lambda: room.now).test_client().get(path)
    return answer.status_code, answer.get_data()


def kept(room: Newsroom) -> set[str]:
    return {path.name for path in (room.folder / "var/media").rglob("*") if path.is_file()}


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]


def text(**items: str) -> Text:
    return Text(items=tuple((language.replace("_", "-"), words) for language, words in items.items()))


@pytest.mark.parametrize(
    ("packet", "iim", "words"),
    [
        pytest.param(
            xmp(CAPTION.format(alternatives(x_default="Fog", zh_CN="雾"))),
            b"",
            PictureWords(caption=text(x_default="Fog", zh_cn="雾")),
            id="a caption by language",
        ),
        pytest.param(
            xmp(CAPTION.format(alternatives(x_default="Fog", en="Fog", fr="Brume"))),
            b"",
            PictureWords(caption=text(en="Fog", fr="Brume")),
            id="a default that repeats",
        ),
        pytest.param(
            xmp(ALT.format(alternatives(x_default="A  pier\nin fog")) + CREDIT.format("Quay &amp; Co")),
            b"",
            PictureWords(alternative=text(x_default="A pier in fog"), credit="Quay & Co"),
            id="alternative text and credit",
        ),
        pytest.param(
            xmp("").replace(b'rdf:about=""', b'rdf:about="" photoshop:Credit="Quay"'),
            b"",
            PictureWords(credit="Quay"),
            id="a credit as attribute",
        ),
        pytest.param(
            xmp("<dc:creator><rdf:Seq><rdf:li>Ines Duarte</rdf:li></rdf:Seq></dc:creator>"),
            dataset(110, b"Quay Pictures"),
            PictureWords(credit="Ines Duarte / Quay Pictures"),
            id="a by-line and a credit",
        ),
        pytest.param(
            b"",
            dataset(90, b"\x1b%G", record=1) + dataset(120, "Café".encode()) + dataset(80, b"I. Duarte"),
            PictureWords(caption=text(x_default="Café"), credit="I. Duarte"),
            id="IIM in UTF-8",
        ),
        pytest.param(
            b"", dataset(120, b"Caf\xe9"), PictureWords(caption=text(x_default="Café")), id="IIM in Latin letters"
        ),
        pytest.param(
            xmp(CAPTION.format(alternatives(x_default="New"))),
            dataset(120, b"Old"),
            PictureWords(caption=text(x_default="New")),
            id="both",
        ),
        pytest.param(
            xmp(
                CAPTION.format(alternatives(x_default="&e;")),
                before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
            ),
            b"",
            PictureWords(),
            id="an entity of a file",
        ),
        pytest.param(
            xmp(
                CAPTION.format(alternatives(x_default="&c;")),
                before='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
            ),
            b"",
            PictureWords(),
            id="entities in one another",
        ),
        pytest.param(
            b"<x:xmpmeta", dataset(120, b"Fog")[:-1], PictureWords(caption=text(x_default="Fo")), id="cut off"
        ),
        pytest.param(b"\0" * 9, b"\x1c\x02\x78\xff\xff" * 99, PictureWords(), id="no words at all"),
    ],
)
def test_words_are_read_from_both_forms(packet, iim, words):
    assert words_of(packet, iim) == words


def test_a_picture_without_words_in_its_document_has_those_of_its_file(newsroom):
    newsroom.file("fog.md", story("{en: Fog, zh: 雾来了}", "image: pier.jpg"))
    newsroom.file("pier.jpg", DESCRIBED)
    newsroom.publish()

    (medium,) = newsroom.store.entry("fog").article.media
    assert (medium.caption, medium.credit) == (text(en="Fog at the pier", zh="码头的雾"), "Quay Pictures")
    assert medium.alternative == text(en="A pier in fog")
    assert "码头的雾".encode() in newsroom.feed("/feeds/all.zh.rss")
    assert b"<media:credit>Quay Pictures</media:credit>" in newsroom.feed("/feeds/all.rss")


def test_words_in_a_document_go_before_those_in_the_file(newsroom):
    newsroom.file("fog.md", story("Fog", "image: {src: pier.jpg, caption: The pier, credit: Ines, alt: Mist}"))
    newsroom.file("pier.jpg", DESCRIBED)
    newsroom.publish()

    (medium,) = newsroom.store.entry("fog").article.media
    assert (medium.caption, medium.credit, medium.alternative) == (text(en="The pier"), "Ines", text(en="Mist"))


def test_a_picture_in_a_body_has_the_words_of_its_file(newsroom):
    newsroom.file("fog.md", story("Fog", body="![](pier.jpg)"))
    newsroom.file("pier.jpg", DESCRIBED)
    newsroom.publish()

    assert 'alt="A pier in fog"' in newsroom.store.entry("fog").article.body.best()[1]
    assert b"<media:credit>Quay Pictures</media:credit>" in newsroom.feed("/feeds/all.rss")


def test_two_documents_have_words_about_one_picture(newsroom):
    newsroom.file("fog.en.md", story("Fog", "image: {src: pier.png, caption: The pier}"))
    newsroom.file("fog.zh.md", story("雾来了", "image: {src: pier.png, caption: 码头}", body="雾来了。"))
    newsroom.file("pier.png", png())
    newsroom.publish()

    (medium,) = newsroom.store.entry("fog").article.media
    assert medium.caption == text(en="The pier", zh="码头")


def test_a_page_offers_smaller_forms_and_feeds_the_picture(newsroom):
    newsroom.file("fog.md", story("Fog", "image: pier.jpg"))
    newsroom.file("pier.jpg", photo(2400, 1600))
    newsroom.publish()

    offered = candidates(newsroom, "fog")
    forms = {}
    for width, path in offered.items():
        status, content = served(newsroom, path)
        assert (status, path.split("/")[2]) == (200, digest(content))
        forms[width] = Image.open(io.BytesIO(content))
    assert {width: (form.format, form.size) for width, form in forms.items()} == {
        400: ("WEBP", (400, 267)),
        800: ("WEBP", (800, 533)),
        1600: ("WEBP", (1600, 1067)),
        2400: ("JPEG", (2400, 1600)),
    }
    assert b".webp" not in newsroom.feed("/feeds/all.rss") + newsroom.feed("/feeds/all.json")


@pytest.mark.parametrize(
    ("width", "offered"),
    [
        pytest.param(300, [], id="small"),
        pytest.param(400, [], id="as small as the smallest"),
        pytest.param(1000, [400, 800, 1000], id="middling"),
        pytest.param(3300, [400, 800, 1600], id="so large that no page needs it"),
    ],
)
def test_a_picture_is_never_made_larger(newsroom, width, offered):
    newsroom.file("fog.md", story("Fog", body="![A pier](pier.jpg)"))
    newsroom.file("pier.jpg", photo(width, 60))
    newsroom.publish()

    found = re.findall(r" ([0-9]+)w", page(newsroom, "/articles/fog"))
    assert [int(width) for width in found] == offered


def test_forms_are_turned_as_the_camera_was_held_and_tell_nothing_else(newsroom):
    newsroom.file("fog.md", story("Fog", "image: pier.jpg"))
    newsroom.file("pier.jpg", photo(900, 600, packet=xmp(CREDIT.format("Secret")), turned=6))
    newsroom.publish()

    form = Image.open(io.BytesIO(served(newsroom, candidates(newsroom, "fog")[400])[1]))
    assert form.size == (400, 600)
    assert form.info.keys() <= {"loop", "background", "duration", "timestamp"}
    left, right = form.convert("L").getpixel((5, 300)), form.convert("L").getpixel((395, 300))
    assert left - right > 150  # the gradient of a lying picture runs down, that of one turned right runs to the left


def test_an_animation_has_no_forms(newsroom):
    frames = [Image.new("RGB", (900, 9), colour) for colour in ("red", "blue")]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:])
    newsroom.file("fog.md", story("Fog", "image: pier.gif"))
    newsroom.file("pier.gif", written.getvalue())
    newsroom.publish()

    assert "srcset" not in page(newsroom, "/articles/fog")


def test_equal_pictures_make_equal_bytes(tmp_path):
    (tmp_path / "a.jpg").write_bytes(photo())
    with PictureReader() as reader, PictureReader() as other:
        first, second = ([*each.resized([("a", tmp_path / "a.jpg")])] for each in (reader, other))

    assert first == second
    assert [form.width for form in first[0][1].forms] == [800, 400]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param(photo()[:3000], "truncated", id="cut off"),
        pytest.param(png()[:16] + (9000).to_bytes(4, "big") * 2 + png()[24:], "", id="more pixels than bytes"),
        pytest.param(png(900, 2)[:33], "", id="no pixels"),
    ],
)
def test_a_picture_that_cannot_be_decoded_is_shown_as_it_is_and_told(newsroom, content, fault):
    newsroom.file("fog.md", story("Fog", "image: pier.jpg"))
    newsroom.file("pier.jpg", content)
    newsroom.publish()
    newsroom.file("fog.md", story("Fog", "image: pier.jpg", body="Another text."))
    newsroom.publish()

    assert "srcset" not in page(newsroom, "/articles/fog")
    (note,) = newsroom.store.edition().problems
    assert "fog.md:4: the picture 'pier.jpg' is shown as it is, without smaller forms: " in str(note)
    assert fault in str(note)


def test_a_picture_that_takes_too_long_ends_only_its_own_process(tmp_path):
    image = Image.effect_noise((2000, 2000), 9)
    written = io.BytesIO()
    image.save(written, "JPEG", progressive=True, quality=20)
    content = written.getvalue()
    scan = content[content.rindex(b"\xff\xda") : -2]
    (tmp_path / "slow.jpg").write_bytes(content[:-2] + 400 * scan + content[-2:])
    (tmp_path / "good.jpg").write_bytes(photo())

    with PictureReader(cpu_s=0.6) as reader:
        found = dict(reader.resized((name, tmp_path / name) for name in ("slow.jpg", "good.jpg")))

    assert (found["slow.jpg"].forms, found["slow.jpg"].fault) == ((), "it takes more memory or time than a picture may")
    assert len(found["good.jpg"].forms) == 2


def test_without_the_extra_all_goes_on_and_with_it_pictures_catch_up(newsroom, monkeypatch):
    newsroom.file("fog.md", story("Fog", "image: pier.jpg"))
    newsroom.file("pier.jpg", DESCRIBED)
    with monkeypatch.context() as without:
        without.setattr("feedsvc.publish.pipeline.is_installed", lambda: False)
        newsroom.publish()
        before, (bare,) = page(newsroom, "/articles/fog"), newsroom.store.entry("fog").article.media
    newsroom.publish(among=[])

    assert ("srcset" in before, bare.credit, kept(newsroom) > {digest(DESCRIBED)}) == (False, None, True)
    assert newsroom.store.entry("fog").article.media[0].credit == "Quay Pictures"
    assert candidates(newsroom, "fog").keys() == {400, 800, 900}


def test_forms_are_made_once(newsroom, monkeypatch):
    newsroom.file("fog.md", story("Fog", "image: pier.jpg"))
    newsroom.file("pier.jpg", photo())
    newsroom.publish()
    asked: list[object] = []
    monkeypatch.setattr(PictureReader, "_look", lambda *given, **more: asked.append((given, more)))
    newsroom.file("fog.md", story("Fog", "image: pier.jpg", body="Another text."))
    newsroom.file("tide.md", story("Tide", "image: copy.jpg"))
    newsroom.file("copy.jpg", photo())
    edition = newsroom.publish().number
    nothing_new = newsroom.publish().number

    assert (asked, nothing_new) == ([], edition)
    assert candidates(newsroom, "tide") == {**candidates(newsroom, "fog"), 900: f"/media/{digest(photo())}/copy.jpg"}


@pytest.mark.parametrize("is_shared", [False, True], ids=["alone", "shared with a living article"])
def test_a_kill_erases_the_forms_of_a_picture(newsroom, is_shared):
    newsroom.file("fog.md", story("Fog", "image: pier.jpg"))
    newsroom.file("tide.md", story("Tide", "image: pier.jpg" if is_shared else ""))
    newsroom.file("pier.jpg", photo())
    newsroom.publish()
    paths, files = candidates(newsroom, "fog"), kept(newsroom)
    newsroom.file("fog.md", story("Fog", "image: pier.jpg", "killed: true"))
    newsroom.publish()

    assert kept(newsroom) == (files if is_shared else set())
    assert {served(newsroom, path)[0] for path in paths.values()} == {200 if is_shared else 404}


def test_forms_come_and_go_with_their_picture(newsroom):
    document = newsroom.file("fog.md", story("Fog", "image: pier.jpg", "release: 2026-11-01 13:30 +00:00"))
    newsroom.file("pier.jpg", photo())
    newsroom.publish()
    forms = [f"/media/{name}/{width}.webp" for name in kept(newsroom) - {digest(photo())} for width in (400, 800)]
    statuses = [{served(newsroom, path)[0] for path in forms}]
    for _ in range(2):
        newsroom.publish()
    paths = [path for path in candidates(newsroom, "fog").values() if path.endswith(".webp")]
    statuses.append({served(newsroom, path)[0] for path in paths})
    document.unlink()
    newsroom.publish(accept=frozenset({"desk"}))
    statuses.append({served(newsroom, path)[0] for path in paths})
    prune(
        newsroom.store,
        now=newsroom.now,
        revisions=timedelta(days=1),
        bodies=timedelta(days=1),
        folder=MediaFolder(path=newsroom.folder / "var/media"),
    )

    assert statuses == [{404}, {200}, {410}]
    assert kept(newsroom) == set()


def test_a_background_pass_makes_few_forms_and_asks_for_another(newsroom, monkeypatch):
    monkeypatch.setattr("feedsvc.publish.pipeline.MOST", 2)
    for number in range(3):
        newsroom.file(f"fog-{number}.md", story(f"Fog {number}", f"image: pier-{number}.jpg"))
        newsroom.file(f"pier-{number}.jpg", photo(900, 600 + 10 * number))
    asked: list[None] = []
    newsroom.publish(again=lambda: asked.append(None))
    after = [len(kept(newsroom)), len(asked)]
    newsroom.publish(among=[], again=lambda: asked.append(None))

    assert (after, [len(kept(newsroom)), len(asked)]) == ([3 + 4, 1], [3 + 6, 1])
    assert candidates(newsroom, "fog-2").keys() == {400, 800, 900}
