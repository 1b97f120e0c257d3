"""The site's own face: pictures, colour, words at the foot and names of languages, in pages, feeds and files."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import pytest
from lxml import etree, html

from feedsvc.config.loading import load_settings
from feedsvc.config.settings import Accent
from feedsvc.config.site_face import GROUNDS
from feedsvc.config.tables import line_of
from feedsvc.model.errors import SettingsError
from feedsvc.web import make_app
from feedsvc.web.last_good_config import load_or_last_good
from newsroom import MAIN, Newsroom

STYLES = Path(__file__).parents[1] / "feedsvc" / "web" / "static" / "site.css"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path d="M0 0h2v1z"/></svg>'
FACE = """logo = "logo.png"
icon = "icon.png"
accent = "#b3261e"
footer = { en = "Printed by nobody", zh = "无人印刷" }
contact = "desk@quay.example"
rights = { en = "© Quay News", zh = "© 码头新闻" }
language_names = { zh = "简体中文" }
"""
SPACES = {"atom": "http://www.w3.org/2005/Atom", "webfeeds": "http://webfeeds.org/rss/1.0"}


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_face(face: str) -> str:
    return MAIN.replace("\n[[sources]]", f"{face}\n[[sources]]")


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.configure(with_face(FACE))
    (newsroom.folder / "config" / "logo.png").write_bytes(png(288, 96))
    (newsroom.folder / "config" / "icon.png").write_bytes(png(96, 96))
    newsroom.file("world/one.txt", "Lamp lit\n\nLISBON, Nov 1 (Quay) -- Text.\n")
    newsroom.publish()
    return newsroom


def test_feeds_show_the_face(room):
    icon, logo = (f"https://quay.example{file.path}" for file in reversed(room.settings.site.face.files))

    rss = etree.fromstring(room.feed("/feeds/all.rss")).find("channel")
    atom = etree.fromstring(room.feed("/feeds/all.zh.atom"))
    feed = json.loads(room.feed("/feeds/all.en.json"))

    image = {each.tag: each.text for each in rss.find("image")}
    title, link = rss.findtext("title"), rss.findtext("link")
    assert image == {"url": logo, "title": title, "link": link, "width": "144", "height": "48"}
    assert rss.findtext("copyright") == "© Quay News / © 码头新闻"
    assert rss.findtext("managingEditor") == "desk@quay.example (Quay News)"
    said = {each: rss.findtext(f"webfeeds:{each}", namespaces=SPACES) for each in ("icon", "logo", "accentColor")}
    assert said == {"icon": icon, "logo": logo, "accentColor": "b3261e"}
    assert [atom.findtext(f"atom:{each}", namespaces=SPACES) for each in ("icon", "logo", "rights")] == [
        icon,
        logo,
        "© 码头新闻",
    ]
    assert atom.findtext("atom:author/atom:email", namespaces=SPACES) == "desk@quay.example"
    assert (feed["icon"], feed["favicon"], feed["authors"][0]["url"]) == (icon, icon, "mailto:desk@quay.example")


def test_pages_and_files_show_the_face(room):
    client = make_app(room.settings, room.store).test_client()
    logo, icon = room.settings.site.face.files

    page = html.fromstring(client.get("/").data)
    answers = {path: client.get(path) for path in (logo.path, icon.path, "/favicon.ico", "/apple-touch-icon.png")}

    assert page.xpath("//header//img/@src") == [logo.path]
    assert page.xpath("//link[contains(@rel, 'icon')]/@href") == [icon.path, "/apple-touch-icon.png"]
    foot = " ".join(page.xpath("//footer")[0].text_content().split())
    assert "Printed by nobody" in foot
    assert "© 码头新闻" in foot
    assert page.xpath("//footer//a[starts-with(@href, 'mailto:')]/@href") == ["mailto:desk@quay.example"]
    assert "简体中文" in page.xpath("string(//nav[@class='switch'])")
    assert [answer.data for answer in answers.values()] == [png(288, 96), png(96, 96), png(96, 96), png(96, 96)]
    assert {answer.content_type for answer in answers.values()} == {"image/png"}
    kept = [answer.headers["Cache-Control"] for answer in answers.values()]
    assert [("immutable" in each) for each in kept] == [True, True, False, False]
    again = client.get(logo.path, headers={"If-None-Match": answers[logo.path].headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    styles = client.get("/static/site.css").data
    assert styles.startswith(STYLES.read_bytes())
    assert b"--link: #b3261e" in styles


def test_a_site_without_a_face_has_icons_and_no_word_of_them_in_feeds(newsroom):
    newsroom.file("world/one.txt", "Lamp lit\n\nLISBON, Nov 1 (Quay) -- Text.\n")
    newsroom.publish()
    client = make_app(newsroom.settings, newsroom.store).test_client()

    icons = [client.get(path) for path in ("/favicon.ico", "/apple-touch-icon.png")]

    assert [(icon.status_code, icon.content_type) for icon in icons] == [(200, "image/png")] * 2
    assert b"<image>" not in newsroom.feed("/feeds/all.rss")
    assert b"webfeeds" not in newsroom.feed("/feeds/all.atom")


def test_a_drawing_runs_no_script_and_is_no_icon_of_apples(newsroom):
    newsroom.configure(with_face('icon = "icon.svg"'))
    (newsroom.folder / "config" / "icon.svg").write_bytes(SVG)
    newsroom.file("world/one.txt", "Lamp lit\n\nLISBON, Nov 1 (Quay) -- Text.\n")
    newsroom.publish()
    client = make_app(newsroom.settings, newsroom.store).test_client()

    favicon, touch = client.get("/favicon.ico"), client.get("/apple-touch-icon.png")

    assert favicon.content_type == "image/svg+xml; charset=utf-8"
    assert "sandbox" in favicon.headers["Content-Security-Policy"]
    assert touch.status_code == 404
    assert b"<image>" not in newsroom.feed("/feeds/all.rss")


def test_an_error_in_the_settings_costs_no_picture(room):
    environ = {"FEEDSVC_CONFIG": str(room.folder / "config")}
    load_or_last_good(environ)
    (room.folder / "config" / "feedsvc.toml").write_text("[site\n", encoding="utf-8")
    (room.folder / "config" / "logo.png").unlink()

    kept = load_or_last_good(environ)

    logo = kept.settings.site.face.logo
    assert kept.faults
    assert make_app(kept.settings, room.store).test_client().get(logo.path).data == png(288, 96)


@pytest.mark.parametrize(
    ("face", "fault"),
    [
        pytest.param('logo = "../logo.png"', ":10: site.logo: must be the name of a file in ", id="outside"),
        pytest.param('logo = "none.png"', "none.png cannot be read (No such file or directory); put", id="missing"),
        pytest.param('logo = "logo.bmp"', "that ends in .svg, .png, .jpg", id="another kind"),
        pytest.param('logo = "text.png"', "text.png is no picture of the kind that its ending says", id="no picture"),
        pytest.param('logo = "half.png"', "half.png is damaged: it tells no size; export it again", id="half"),
        pytest.param('icon = "wide.png"', "wide.png has 288 × 96 pixels; make it a square", id="no square"),
        pytest.param('accent = "red"', "site.accent: must be a colour in hexadecimal, such as", id="a name"),
        pytest.param('accent = { night = "#fff" }', "site.accent: must be a colour", id="no theme"),
        pytest.param('contact = "the desk"', "site.contact: must be an e-mail address or a web", id="no address"),
        pytest.param('footer = { fr = "Rien" }', "site.footer.fr: is not a language of the site", id="no language"),
        pytest.param('language_names = { fr = "F" }', "site.language_names.fr: is not a language", id="nor this"),
        pytest.param('language_names = "Chinese"', "site.language_names: must be a table of names", id="no table"),
        pytest.param('colour = "red"', ":10: site.colour: unknown key", id="unknown"),
    ],
)
def test_a_fault_of_the_face_is_named_with_file_line_and_cure(newsroom, face, fault):
    newsroom.configure(with_face(face))
    (newsroom.folder / "config" / "text.png").write_text("<p>no</p>", encoding="utf-8")
    (newsroom.folder / "config" / "half.png").write_bytes(png(288, 96)[:14])
    (newsroom.folder / "config" / "wide.png").write_bytes(png(288, 96))

    with pytest.raises(SettingsError) as caught:
        load_settings({"FEEDSVC_CONFIG": str(newsroom.folder / "config")})

    assert len(caught.value.faults) == 1
    assert fault in caught.value.faults[0]
    assert caught.value.faults[0].startswith(f"{newsroom.folder}/config/feedsvc.toml:10: ")


@pytest.mark.parametrize(
    ("accent", "used", "warned"),
    [
        pytest.param('"#0b5c8a"', Accent(light="#0b5c8a", dark="#578faf"), [], id="good by day, lighter at night"),
        pytest.param('"#fc0"', Accent(light="#876c00", dark="#ffcc00"), ["a light page"], id="yellow"),
        pytest.param(
            '{ light = "#ffffff", dark = "#000000" }',
            Accent(light="#6c6c6c", dark="#8b8b8b"),
            ["a light page", "a dark page"],
            id="invisible",
        ),
    ],
)
def test_a_colour_that_nobody_could_read_is_changed_with_a_warning(newsroom, accent, used, warned):
    newsroom.configure(with_face(f"accent = {accent}"))

    settings = newsroom.settings

    assert [
        page for page in ("a light page", "a dark page") if any(page in each for each in settings.warnings)
    ] == warned
    assert len(settings.warnings) == len(warned)
    assert all(":10: site.accent: links in #" in each for each in settings.warnings)
    assert settings.site.face.accent == used


def test_links_are_measured_on_the_grounds_that_pages_have():
    styles = STYLES.read_text(encoding="utf-8")

    light, dark = styles.split("@media (prefers-color-scheme: dark)")[:2]

    for ground, part in ((GROUNDS["light"], light), (GROUNDS["dark"], dark)):
        assert [f"--{name}: {colour};" in part for name, colour in zip(("paper", "raised"), ground, strict=True)] == [
            True,
            True,
        ]


def test_the_line_of_a_key_is_found_below_its_own_table():
    text = '[a]\nurl = 1\n[[sources]]\nname = "x"\n[[sources]]\n"url" = 2\n# [b]\n[b] # note\nc.d = 1\n'

    found = [line_of(text, key) for key in ("a.url", "sources[2].url", "sources[1].url", "b.c.d", "b", "nothing.x")]

    assert found == [2, 6, 3, 9, 8, None]
