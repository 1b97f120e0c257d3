"""The feeds of a category with a podcast table are podcasts, and its articles with a sound are episodes."""

from __future__ import annotations

from hashlib import sha256
from uuid import uuid5

import feedparser
import pytest
from lxml import etree, html

from feedsvc.config.loading import load_settings
from feedsvc.feeds.formats.podcast_elements import ITUNES, PODCAST
from feedsvc.feeds.render import PODCASTS
from feedsvc.model.errors import SettingsError
from feedsvc.web import make_app
from feedsvc.web.last_good_config import load_or_last_good
from made_files import MP3, photo
from newsroom import CATEGORIES, Newsroom

TABLE = """
[world.podcast]
author = "Quay Radio"
email = "radio@quay.example"
categories = ["Society & Culture > Documentary", "News"]
image = "cover.jpg"
"""
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nFog.\n"
SRT = b"1\r\n00:00:00,000 --> 00:00:02,000\r\nFog.\r\n"
OGG = b"OggS\0\x02" + b"\0" * 22 + b"\x01\x13OpusHead" + b"\0" * 30
EPISODE = """---
title: Fog
date: 2026-10-30 10:00 +00:00
category: world
enclosures: [{ url: fog.mp3, duration: "1:02:03", caption: The horn }]
episode: 7
season: 2
explicit: no
episodeType: bonus
---
A text.
"""


def configure(room: Newsroom, table: str = TABLE, cover: bytes | None = None) -> None:
    (room.folder / "config/categories.toml").write_text(CATEGORIES + table, encoding="utf-8")
    (room.folder / "config/cover.jpg").write_bytes(photo(1400, 1400) if cover is None else cover)


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    configure(newsroom)
    newsroom.file("world/fog.md", EPISODE)
    newsroom.file("world/fog.mp3", MP3)
    return newsroom


def address(content: bytes, name: str) -> str:
    return f"https://quay.example/media/{sha256(content).hexdigest()[:32]}/{name}"


def elements(parent: etree._Element) -> list[tuple[str, str | None, dict[str, str]]]:
    """Return (name, text, attributes) of the elements of podcasts in *parent*, those within them too."""
    spaces = {ITUNES: "itunes", PODCAST: "podcast"}
    names = ((element, etree.QName(element)) for element in parent.iterchildren() if isinstance(element.tag, str))
    return [
        (f"{spaces[name.namespace]}:{name.localname}", one.text, dict(one.attrib))
        for element, top in names
        if top.namespace in spaces
        for one in element.iter()
        for name in [etree.QName(one)]
    ]


def channel_of(room: Newsroom, path: str) -> etree._Element:
    return etree.fromstring(room.feed(path))[0]


def test_a_channel_says_what_directories_ask(room):
    room.publish()

    (cover,) = room.settings.covers
    assert elements(channel_of(room, "/feeds/world.en.rss")) == [
        ("itunes:author", "Quay Radio", {}),
        ("itunes:owner", None, {}),
        ("itunes:name", "Quay Radio", {}),
        ("itunes:email", "radio@quay.example", {}),
        ("itunes:image", None, {"href": f"https://quay.example{cover.path}"}),
        ("itunes:category", None, {"text": "Society & Culture"}),
        ("itunes:category", None, {"text": "Documentary"}),
        ("itunes:category", None, {"text": "News"}),
        ("itunes:explicit", "false", {}),
        ("itunes:type", "episodic", {}),
        ("podcast:guid", str(uuid5(PODCASTS, "quay.example/feeds/world.en.rss")), {}),
        ("podcast:locked", "yes", {"owner": "radio@quay.example"}),
        ("podcast:medium", "podcast", {}),
    ]
    app = make_app(room.settings, room.store).test_client()
    assert app.get(cover.path).content_type == "image/jpeg"


def test_the_id_of_a_podcast_is_that_of_its_namespace():
    # The example of the specification.
    assert str(uuid5(PODCASTS, "mp3s.nashownotes.com/pc20rss.xml")) == "917393e3-1b1e-5cef-ace4-edaa54e1f810"


def test_an_episode_says_what_its_document_does(room):
    room.file("world/fog.vtt", VTT)
    room.publish()

    (item,) = channel_of(room, "/feeds/world.rss").iterchildren("item")
    transcript = {"url": address(VTT, "fog.vtt"), "type": "text/vtt", "language": "en"}
    assert elements(item) == [
        ("itunes:duration", "3723", {}),
        ("itunes:episode", "7", {}),
        ("itunes:season", "2", {}),
        ("itunes:episodeType", "bonus", {}),
        ("itunes:explicit", "false", {}),
        ("podcast:transcript", None, transcript),
    ]
    (entry,) = feedparser.parse(room.feed("/feeds/world.rss")).entries
    assert (entry.itunes_duration, entry.enclosures[0].type) == ("3723", "audio/mpeg")
    answer = make_app(room.settings, room.store).test_client().get(transcript["url"])
    assert (answer.status_code, answer.content_type, answer.get_data()) == (200, "text/vtt", VTT)


def test_a_cover_and_a_picture_of_an_episode(room):
    room.file("world/fog.md", EPISODE.replace("category: world", "category: world\nimage: square.jpg"))
    room.file("world/square.jpg", photo(1500, 1500))
    room.publish()

    (item,) = channel_of(room, "/feeds/world.rss").iterchildren("item")
    assert ("itunes:image", None, {"href": address(photo(1500, 1500), "square.jpg")}) in elements(item)
    assert item.find("enclosure").get("type") == "audio/mpeg"


def test_other_feeds_are_no_podcasts_and_sites_without_one_say_nothing(room):
    room.publish()
    others = {path: elements(channel_of(room, path)) for path in ("/feeds/all.rss", "/feeds/science.rss")}
    configure(room, "")
    room.publish()

    assert others == {"/feeds/all.rss": [], "/feeds/science.rss": []}
    assert b"itunes" not in room.feed("/feeds/world.rss") + room.feed("/feeds/world.atom")


def test_a_transcript_that_comes_later_is_found(room):
    room.publish()
    before = room.store.entry("fog").article.media[0].transcript
    room.file("world/fog.srt", SRT)
    room.publish(among=["world/fog.srt"])

    found = room.store.entry("fog").article.media[0].transcript
    assert (before, room.store.edition().problems) == (None, ())
    assert (found.url, found.media_type) == (address(SRT, "fog.srt"), "application/x-subrip")


@pytest.mark.parametrize(
    ("sound", "name", "told"),
    [
        pytest.param(b"", "fog.mp3", "is a podcast, and this article has no sound or film", id="no sound"),
        pytest.param(OGG, "fog.opus", "podcast apps of Apple do not play audio/ogg", id="a sound for few"),
    ],
)
def test_an_article_that_is_no_episode_is_told(newsroom, sound, name, told):
    configure(newsroom)
    enclosures = f"enclosures: [{name}]" if sound else ""
    newsroom.file(
        "world/fog.md", f"---\ntitle: Fog\ndate: 2026-10-30 10:00 +00:00\ncategory: world\n{enclosures}\n---\nText.\n"
    )
    newsroom.file(f"world/{name}", sound or b"x")
    newsroom.publish()

    (note,) = newsroom.store.edition().problems
    assert told in note.message


def test_a_sound_plays_on_its_page_with_what_is_known_of_it(room):
    room.publish()

    page = html.fromstring(make_app(room.settings, room.store).test_client().get("/articles/fog").get_data())
    (figure,) = page.xpath("//figure[audio]")
    assert figure.xpath("audio/@src") == [address(MP3, "fog.mp3")]
    assert " ".join(figure.text_content().split()) == "The horn audio/mpeg · 1:02:03"


@pytest.mark.parametrize(
    ("line", "instead", "fault"),
    [
        pytest.param(
            'email = "radio@quay.example"',
            "",
            ":9: world.podcast.email: is missing; directories write to it to see whose podcast it is",
            id="no address",
        ),
        pytest.param(
            'email = "radio@quay.example"',
            'email = "radio"',
            ":11: world.podcast.email: must be an e-mail address, not 'radio'",
            id="a wrong address",
        ),
        pytest.param(
            '"News"',
            '"news"',
            ":12: world.podcast.categories: 'news' is no category of Apple, did you mean News?; write it as in "
            "podcasters.apple.com/support/1691, with > before a subcategory",
            id="a category in small letters",
        ),
        pytest.param(
            'author = "Quay Radio"',
            "explicit = 'no'",
            ":10: world.podcast.explicit: must be true or false without quotes, not 'no'",
            id="no truth",
        ),
        pytest.param(
            'author = "Quay Radio"',
            'autor = "Quay Radio"',
            ":10: world.podcast.autor: unknown key, did you mean author?; known keys are author, categories, email, "
            "explicit, image, locked, owner, type",
            id="a slip",
        ),
        pytest.param(
            'author = "Quay Radio"',
            'type = "daily"',
            ':10: world.podcast.type: must be "episodic", for the newest first, or "serial", for the first first, '
            "not 'daily'",
            id="another type",
        ),
    ],
)
def test_faults_of_a_podcast_name_line_and_cure(newsroom, line, instead, fault):
    configure(newsroom, TABLE.replace(line, instead))

    with pytest.raises(SettingsError) as raised:
        load_settings({"FEEDSVC_CONFIG": str(newsroom.folder / "config")})

    assert raised.value.faults == (f"{newsroom.folder}/config/categories.toml{fault}",)


@pytest.mark.parametrize("size", [(1400, 1399), (1300, 1300), (3001, 3001)])
def test_a_cover_of_another_size_is_refused(newsroom, size):
    configure(newsroom, cover=photo(*size))

    with pytest.raises(SettingsError, match=r"make it a square JPEG or PNG of 1400 to 3000 pixels"):
        load_settings({"FEEDSVC_CONFIG": str(newsroom.folder / "config")})


def test_the_copy_of_the_last_good_configuration_has_the_cover(room):
    environ = {"FEEDSVC_CONFIG": str(room.folder / "config")}
    load_or_last_good(environ)
    configure(room, TABLE.replace("email", "mail"))

    kept = load_or_last_good(environ).settings

    assert [cover.name for cover in kept.covers] == ["cover.jpg"]
