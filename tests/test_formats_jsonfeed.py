from __future__ import annotations

import json

from feedsvc.feeds.entry import content_html
from feedsvc.feeds.formats import render
from feedsvc.feeds.formats.jsonfeed import ABOUT
from samplefeed import LINK, PHOTO, SITE, SOUND, article, entry, feed, text


def rendered(made=None, entries=None, **brief):
    return json.loads(render(made or feed("json"), [entry()] if entries is None else entries, **brief))


def test_the_feed_says_all_that_readers_ask_for():
    assert rendered(feed("json", alternates=feed("json").alternates[-1:]), []) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "World / 国际",
        "home_page_url": f"{SITE}/categories/world/",
        "feed_url": f"{SITE}/feeds/world.json",
        "description": "News of the ports",
        "language": "en",
        "authors": [{"name": "Harbour Wire"}],
        "_feedsvc": {
            "about": ABOUT,
            "id": "tag:wire.example,2026:f/world",
            "updated": "2026-05-28T01:02:03+00:00",
            "languages": ["en", "zh"],
            "alternates": [
                {
                    "url": f"{SITE}/feeds/world.fr.json",
                    "mime_type": "application/feed+json",
                    "title": "Monde",
                    "language": "fr",
                }
            ],
        },
        "items": [],
    }


def test_an_item_says_all_that_the_article_says():
    assert rendered()["items"] == [
        {
            "id": "tag:wire.example,2026:a/tide",
            "url": f"{SITE}/articles/tide",
            "title": "The tide turns / 潮水转向",
            "content_html": content_html(entry(), ["en", "zh"]),
            "summary": "Boats wait. / 船在等待。",
            "image": PHOTO.url,
            "date_published": "2026-05-26T12:00:00+08:00",
            "date_modified": "2026-05-27T09:30:00+08:00",
            "authors": [{"name": "Lin Xia / 林夏"}],
            "tags": ["World", "The sea", "ferries"],
            "language": "en",
            "attachments": [
                {
                    "url": PHOTO.url,
                    "mime_type": "image/jpeg",
                    "title": "The pier at low tide",
                    "size_in_bytes": 2048,
                },
                {"url": SOUND.url, "mime_type": "audio/mpeg", "size_in_bytes": 4096},
            ],
            "_feedsvc": {
                "about": ABOUT,
                "titles": {"en": "The tide turns", "zh": "潮水转向"},
                "publisher": "Pier News",
                "contributors": [{"name": "Ada Reed"}],
                "related": [
                    {
                        "url": LINK.href,
                        "rel": "related",
                        "title": "The last ferry / 末班渡轮",
                        "mime_type": "text/html",
                        "language": "en",
                    }
                ],
            },
        }
    ]


def test_what_the_article_does_not_say_is_left_out():
    bare = article(
        title=text(en="A"), summary=text(), body=text(), credits=(), publisher=None, categories=(), tags=(), media=()
    )

    assert rendered(None, [entry(bare, related=())])["items"] == [
        {
            "id": bare.id,
            "url": f"{SITE}/articles/tide",
            "title": "A",
            "content_text": "A",
            "date_published": "2026-05-26T12:00:00+08:00",
            "date_modified": "2026-05-26T12:00:00+08:00",
            "language": "en",
            "_feedsvc": {"about": ABOUT, "titles": {"en": "A"}},
        }
    ]


def test_an_entry_beyond_the_budget_has_its_summary_as_text():
    item = rendered(brief=frozenset({0}))["items"][0]

    assert ("content_html" in item, item["content_text"]) == (False, "Boats wait. / 船在等待。")


def test_the_bytes_are_utf_8_without_escapes():
    assert "潮水转向".encode() in render(feed("json"), [entry()])
