from __future__ import annotations

from feedsvc.feeds.entry import content_html
from feedsvc.feeds.formats import render
from parsedxml import children, name, parsed
from samplefeed import LINK, PHOTO, SITE, SOUND, TAG, article, entry, feed, text

TIDE = f"{SITE}/articles/tide"
SPACE = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}


def rendered(made=None, entries=None, **brief):
    return parsed(render(made or feed("atom"), [entry()] if entries is None else entries, **brief))


def test_the_head_says_all_that_readers_ask_for_and_nothing_twice():
    root = rendered()

    assert name(root.tag) == "atom:feed"
    assert {name(key): value for key, value in root.attrib.items()} == {"xml:lang": "en"}
    assert children(root, but=("atom:entry",)) == [
        ("atom:id", {}, "tag:wire.example,2026:f/world"),
        ("atom:title", {}, "World / 国际"),
        ("atom:updated", {}, "2026-05-28T01:02:03+00:00"),
        ("atom:author", {}, "Harbour Wire"),
        ("atom:generator", {}, "feedsvc"),
        ("atom:subtitle", {}, "News of the ports"),
        *(
            ("atom:link", attributes, "")
            for attributes in (
                {
                    "rel": "self",
                    "type": "application/atom+xml",
                    "title": "World / 国际",
                    "href": f"{SITE}/feeds/world.atom",
                },
                {"rel": "alternate", "type": "text/html", "href": f"{SITE}/categories/world/"},
                {
                    "rel": "alternate",
                    "type": "application/rss+xml",
                    "title": "rss",
                    "href": f"{SITE}/feeds/world.rss",
                },
                {
                    "rel": "alternate",
                    "type": "application/feed+json",
                    "title": "json",
                    "href": f"{SITE}/feeds/world.json",
                },
                {
                    "rel": "alternate",
                    "type": "application/atom+xml",
                    "hreflang": "fr",
                    "title": "Monde",
                    "href": f"{SITE}/feeds/world.fr.atom",
                },
            )
        ),
        (
            "at:deleted-entry",
            {"ref": "tag:wire.example,2026:a/gone", "when": "2026-05-28T01:02:03+00:00"},
            "withdrawn by the desk",
        ),
    ]


def test_an_entry_says_all_that_the_article_says():
    found = rendered().find("a:entry", SPACE)

    assert {name(key): value for key, value in found.attrib.items()} == {"xml:lang": "en"}
    assert children(found) == [
        ("atom:id", {}, "tag:wire.example,2026:a/tide"),
        ("atom:title", {}, "The tide turns / 潮水转向"),
        ("atom:updated", {}, "2026-05-27T09:30:00+08:00"),
        ("atom:author", {}, "Lin Xia / 林夏"),
        ("atom:content", {"type": "html", "xml:base": TIDE}, content_html(entry(), ["en", "zh"])),
        ("atom:summary", {"type": "text"}, "Boats wait. / 船在等待。"),
        ("atom:category", {"term": "world", "scheme": f"{SITE}/categories/world/", "label": "World"}, ""),
        ("atom:category", {"term": "sea", "scheme": f"{SITE}/categories/sea/", "label": "The sea"}, ""),
        ("atom:category", {"term": "ferries", "label": "ferries"}, ""),
        ("atom:contributor", {}, "Ada Reed"),
        ("atom:published", {}, "2026-05-26T12:00:00+08:00"),
        ("atom:link", {"rel": "alternate", "type": "text/html", "hreflang": "en", "href": TIDE}, ""),
        (
            "atom:link",
            {
                "rel": "related",
                "type": "text/html",
                "hreflang": "en",
                "title": "The last ferry / 末班渡轮",
                "href": LINK.href,
            },
            "",
        ),
        ("atom:link", {"rel": "enclosure", "type": "audio/mpeg", "href": SOUND.url, "length": "4096"}, ""),
        ("dc:publisher", {}, "Pier News"),
        ("dcterms:alternative", {"xml:lang": "zh"}, "潮水转向"),
        (
            "media:content",
            {
                "url": PHOTO.url,
                "type": "image/jpeg",
                "medium": "image",
                "fileSize": "2048",
                "width": "640",
                "height": "480",
            },
            3 * "The pier at low tide",
        ),
        ("media:content", {"url": SOUND.url, "type": "audio/mpeg", "medium": "audio", "fileSize": "4096"}, ""),
    ]


def test_a_feed_in_one_language_has_ids_of_its_own_for_the_living_and_the_gone():
    root = rendered(feed("atom", language="zh"))

    assert root.findtext("a:entry/a:id", namespaces=SPACE) == f"{TAG}tide/zh"
    assert root.find("at:deleted-entry", SPACE).get("ref") == f"{TAG}gone/zh"


def test_a_namespace_that_validators_do_not_know_is_declared_only_where_it_is_used():
    assert ("at" in rendered().nsmap, "at" in rendered(feed("atom", tombstones=())).nsmap) == (True, False)


def test_an_article_in_one_language_says_so_in_a_bilingual_feed():
    found = rendered(None, [entry(article(title=text(zh="潮水")))]).find("a:entry", SPACE)

    assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh"
    assert found.findtext("a:title", namespaces=SPACE) == "潮水"


def test_a_summary_is_plain_text_and_is_not_escaped_twice():
    found = rendered(None, [entry(article(summary=text(en="a < b & c")))]).find("a:entry", SPACE)

    assert found.findtext("a:summary", namespaces=SPACE) == "a < b & c"


def test_an_entry_beyond_the_budget_has_its_summary_and_its_page():
    _, brief = rendered(None, [entry(article("a")), entry(article("b"))], brief=frozenset({1})).findall(
        "a:entry", SPACE
    )

    assert brief.find("a:content", SPACE) is None
    assert brief.findtext("a:summary", namespaces=SPACE) == "Boats wait. / 船在等待。"
    assert brief.find("a:link", SPACE).get("href") == f"{SITE}/articles/b"
