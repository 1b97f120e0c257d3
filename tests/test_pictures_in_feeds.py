"""Feeds and pages show the picture of an article: with its size, its words and its credit, and never twice."""

from __future__ import annotations

import json
from hashlib import sha256

import feedparser
import pytest
from lxml import etree, html

from feedsvc.feeds.lead_picture import lead_picture
from feedsvc.web import make_app
from made_files import MP3, png
from newsroom import Newsroom

DAY = "date: 2026-10-30 10:00 +00:00"
WORDS = 'image: { src: pier.png, alt: "Piers & <boats>", caption: At dusk, credit: Ines Duarte }'
MEDIA = "{http://search.yahoo.com/mrss/}"
OTHER = "https://a.example/b?c&d"
PIER = f"https://quay.example/media/{sha256(png(800, 600)).hexdigest()[:32]}/pier.png"


def story(*lines: str, body: str = "A text.") -> str:
    return "\n".join(["---", "title: Fog", DAY, *lines, "---", body, ""])


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.file("pier.png", png(800, 600))
    newsroom.file("dot.png", png(16, 16))
    newsroom.file("tide.mp3", MP3)
    return newsroom


def published(room: Newsroom, text: str) -> None:
    room.file("fog.md", text)
    room.publish()
    assert [str(problem) for problem in room.store.edition().problems] == []


def media_in(room: Newsroom, ending: str) -> list[etree._Element]:
    return etree.fromstring(room.feed(f"/feeds/all.{ending}")).findall(f".//{MEDIA}content")


@pytest.mark.parametrize("ending", ["rss", "atom"])
def test_a_feed_has_one_picture_with_all_that_readers_ask(room, ending):
    published(room, story(WORDS))

    (content,) = media_in(room, ending)
    assert dict(content.attrib) == {
        "url": PIER,
        "type": "image/png",
        "medium": "image",
        "fileSize": str(len(png(800, 600))),
        "width": "800",
        "height": "600",
    }
    assert [(child.tag.removeprefix(MEDIA), dict(child.attrib), child.text) for child in content] == [
        ("description", {"type": "plain"}, "At dusk"),
        ("credit", {}, "Ines Duarte"),
        ("title", {}, "At dusk"),
        ("text", {"type": "plain"}, "Piers & <boats>"),
        ("thumbnail", {"url": PIER, "width": "800", "height": "600"}, None),
    ]


def test_json_feed_names_the_picture(room):
    published(room, story(WORDS, "enclosures: [{url: tide.mp3, duration: '0:40', caption: The tide}]"))

    (item,) = json.loads(room.feed("/feeds/all.json"))["items"]
    assert item["image"] == PIER
    assert item["attachments"][1] == {
        "url": f"https://quay.example/media/{sha256(MP3).hexdigest()[:32]}/tide.mp3",
        "mime_type": "audio/mpeg",
        "title": "The tide",
        "size_in_bytes": len(MP3),
        "duration_in_seconds": 40,
    }


@pytest.mark.parametrize("ending", ["rss", "atom"])
def test_a_reader_finds_picture_and_sound(room, ending):
    published(room, story(WORDS, "enclosures: [tide.mp3]"))

    (entry,) = feedparser.parse(room.feed(f"/feeds/all.{ending}")).entries
    assert next(medium["url"] for medium in entry.media_content) == PIER
    assert entry.media_thumbnail == [{"url": PIER, "width": "800", "height": "600"}]
    assert [enclosure["type"] for enclosure in entry.enclosures] == ["audio/mpeg"]


@pytest.mark.parametrize("ending", ["rss", "atom"])
def test_the_enclosure_of_a_picture_has_the_address_that_the_text_has(room, ending):
    published(room, story(WORDS))

    (entry,) = feedparser.parse(room.feed(f"/feeds/all.{ending}")).entries
    assert PIER in entry.content[0].value
    assert [enclosure["href"] for enclosure in entry.enclosures] == [PIER]
    assert next(medium["url"] for medium in entry.media_content) == PIER


@pytest.mark.parametrize(
    ("lines", "body", "count"),
    [
        pytest.param(WORDS, "A text.", 1, id="above the text"),
        pytest.param(WORDS, "One.\n\n![x](pier.png)", 1, id="in the text"),
        pytest.param(WORDS, "One.\n\n![x](pier.png)\n\n![x](dot.png)", 2, id="beside another"),
        pytest.param(WORDS, "One.\n\n![x](copy.png)", 1, id="in the text under another name"),
        pytest.param("enclosures: [pier.png, dot.png]", "A text.", 2, id="two enclosures"),
        pytest.param("tags: [sea]", "![x](pier.png)", 1, id="only in the text"),
        pytest.param("tags: [sea]", "A text.", 0, id="none"),
    ],
)
def test_content_shows_each_picture_once_and_the_lead_picture_first(room, lines, body, count):
    room.file("copy.png", png(800, 600))
    published(room, story(lines, body=body))

    (item,) = json.loads(room.feed("/feeds/all.json"))["items"]
    assert item["content_html"].count("<img") == count
    assert len(media_in(room, "rss")) == min(count, 1)
    if count and "(" not in body:
        assert item["content_html"].startswith(f'<figure><img src="{PIER}"')


@pytest.mark.parametrize(
    ("body", "url", "size"),
    [
        pytest.param("![Boats](pier.png)", PIER, (800, 600), id="a file"),
        pytest.param("![x](dot.png) ![Boats](pier.png)", PIER, (800, 600), id="not an icon"),
        pytest.param(f"<img src='{OTHER}' width=640 height=480>", OTHER, (640, 480), id="of others"),
        pytest.param("<img src='https://a.example/b.webp' width=1 height=1>", None, None, id="a spy"),
        pytest.param(f"<img src='{OTHER}' width=99999999999 height=x>", OTHER, (None, None), id="nonsense"),
        pytest.param(f"![x](data:image/png;base64,{'A' * 40})", None, None, id="written in the text"),
    ],
)
def test_a_picture_of_some_size_in_the_text_stands_for_an_article_without_another(room, body, url, size):
    published(room, story(body=body))

    found = lead_picture(room.store.entry("fog"))
    assert (found.url if found else None, (found.width, found.height) if found else None) == (url, size)


def test_pages_name_the_picture_for_previews_and_search_engines(room):
    published(room, story(WORDS))
    page = make_app(room.settings, room.store).test_client().get("/articles/fog", headers={"Host": "quay.example"})
    head = html.document_fromstring(page.data)

    assert {
        name: head.xpath(f"//meta[@property='{name}' or @name='{name}']/@content")
        for name in ("og:image", "og:image:width", "og:image:height", "og:image:alt", "twitter:card")
    } == {
        "og:image": [PIER],
        "og:image:width": ["800"],
        "og:image:height": ["600"],
        "og:image:alt": ["Piers & <boats>"],
        "twitter:card": ["summary_large_image"],
    }
    (data,) = head.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(data)["image"] == {
        "@type": "ImageObject",
        "url": PIER,
        "width": 800,
        "height": 600,
        "encodingFormat": "image/png",
        "caption": "At dusk",
        "creditText": "Ines Duarte",
    }
    assert head.xpath("count(//article//img)") == 1
    assert "".join(head.xpath("//article//figcaption//text()")).split() == ["At", "dusk", "·", "Ines", "Duarte"]


def test_a_page_without_a_picture_says_so(room):
    published(room, story())
    page = make_app(room.settings, room.store).test_client().get("/articles/fog", headers={"Host": "quay.example"})

    assert html.document_fromstring(page.data).xpath("//meta[@name='twitter:card']/@content") == ["summary"]
    assert b"og:image" not in page.data


def test_pictures_of_held_stories_stand_for_no_other(room):
    room.file("pier.md", story("release: 2027-01-01").replace("Fog", "Pier"))
    room.file("fog.md", story("image: pier.png", body="![x](pier.png)"))
    room.publish()

    assert lead_picture(room.store.entry("fog")) is None
    assert b"pier" not in room.feed("/feeds/all.rss")


def test_a_picture_in_the_text_has_its_size(room):
    published(room, story(body='![x](pier.png)\n\n<img src="pier.png" width="20" alt="">'))

    first, second = html.fragments_fromstring(room.store.entry("fog").article.body.best()[1])
    assert [(image.get("width"), image.get("height")) for image in (first[0], second)] == [("800", "600"), ("20", None)]
