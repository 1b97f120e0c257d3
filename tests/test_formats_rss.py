from __future__ import annotations

from feedsvc.feeds.entry import content_html
from feedsvc.feeds.formats import render
from feedsvc.model.article import Media
from parsedxml import children, name, parsed
from samplefeed import LINK, PHOTO, SITE, SOUND, article, entry, feed, text

TIDE = f"{SITE}/articles/tide"


def channel(made=None, entries=None, **brief):
    return parsed(render(made or feed("rss"), [entry()] if entries is None else entries, **brief))[0]


def items(*arguments, **brief):
    return channel(*arguments, **brief).findall("item")


def test_the_channel_says_all_that_readers_ask_for_and_nothing_twice():
    found = channel()

    assert (found.getparent().tag, dict(found.getparent().attrib)) == ("rss", {"version": "2.0"})
    assert {name(key): value for key, value in found.attrib.items()} == {"xml:lang": "en"}
    assert children(found, but=("item",)) == [
        ("title", {}, "World / 国际"),
        ("link", {}, f"{SITE}/categories/world/"),
        ("description", {}, "News of the ports"),
        ("docs", {}, "https://www.rssboard.org/rss-specification"),
        ("generator", {}, "feedsvc"),
        ("language", {}, "en"),
        ("lastBuildDate", {}, "Thu, 28 May 2026 01:02:03 +0000"),
        ("pubDate", {}, "Thu, 28 May 2026 01:02:03 +0000"),
        ("ttl", {}, "15"),
        *(
            ("atom:link", attributes, "")
            for attributes in (
                {
                    "rel": "self",
                    "type": "application/rss+xml",
                    "title": "World / 国际",
                    "href": f"{SITE}/feeds/world.rss",
                },
                {"rel": "alternate", "type": "text/html", "href": f"{SITE}/categories/world/"},
                {
                    "rel": "alternate",
                    "type": "application/atom+xml",
                    "title": "atom",
                    "href": f"{SITE}/feeds/world.atom",
                },
                {
                    "rel": "alternate",
                    "type": "application/feed+json",
                    "title": "json",
                    "href": f"{SITE}/feeds/world.json",
                },
                {
                    "rel": "alternate",
                    "type": "application/rss+xml",
                    "hreflang": "fr",
                    "title": "Monde",
                    "href": f"{SITE}/feeds/world.fr.rss",
                },
            )
        ),
        ("dc:creator", {}, "Harbour Wire"),
        ("sy:updatePeriod", {}, "hourly"),
        ("sy:updateFrequency", {}, "4"),
    ]


def test_an_item_says_all_that_the_article_says():
    (item,) = items()

    assert {name(key): value for key, value in item.attrib.items()} == {"xml:lang": "en"}
    assert children(item) == [
        ("title", {}, "The tide turns / 潮水转向"),
        ("link", {}, TIDE),
        ("description", {}, "Boats wait. / 船在等待。"),
        ("content:encoded", {}, content_html(entry(), ["en", "zh"])),
        ("guid", {"isPermaLink": "false"}, "tag:wire.example,2026:a/tide"),
        ("category", {"domain": f"{SITE}/categories/world/"}, "World"),
        ("category", {"domain": f"{SITE}/categories/sea/"}, "The sea"),
        ("category", {}, "ferries"),
        ("enclosure", {"url": SOUND.url, "length": "4096", "type": "audio/mpeg"}, ""),
        ("pubDate", {}, "Tue, 26 May 2026 04:00:00 +0000"),
        ("dc:creator", {}, "Lin Xia / 林夏"),
        ("dc:contributor", {}, "Ada Reed"),
        ("dc:publisher", {}, "Pier News"),
        ("atom:updated", {}, "2026-05-27T01:30:00+00:00"),
        ("dcterms:modified", {}, "2026-05-27T01:30:00+00:00"),
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


def test_a_feed_in_one_language_shows_that_language_alone():
    (item,) = items(feed("rss", language="zh"))

    assert [
        each for each in children(item) if each[0] in {"title", "guid", "pubDate", "dc:creator", "description"}
    ] == [
        ("title", {}, "潮水转向"),
        ("description", {}, "船在等待。"),
        ("guid", {"isPermaLink": "false"}, "tag:wire.example,2026:a/tide/zh"),
        ("pubDate", {}, "Wed, 27 May 2026 01:30:00 +0000"),
        ("dc:creator", {}, "林夏"),
    ]
    assert item.findtext("{*}encoded") == content_html(entry(), ["zh"])


def test_an_item_in_another_language_than_the_channel_says_so():
    (item,) = items(None, [entry(article(title=text(zh="潮水")))])

    assert item.findtext("{http://purl.org/dc/elements/1.1/}language") == "zh"


def test_entries_keep_their_order():
    found = items(None, [entry(article(slug)) for slug in ("c", "a", "b")])

    assert [item.findtext("guid")[-1] for item in found] == ["c", "a", "b"]


def test_a_description_is_html_so_plain_signs_are_escaped_in_it():
    (item,) = items(None, [entry(article(summary=text(en="a < b & c"), title=text(en="x < y & z")))])

    assert (item.findtext("title"), item.findtext("description")) == ("x < y & z", "a &lt; b &amp; c")


def test_an_entry_beyond_the_budget_has_its_summary_alone():
    full, brief = items(None, [entry(article("a")), entry(article("b"))], brief=frozenset({1}))

    assert full.find("{*}encoded") is not None
    assert brief.find("{*}encoded") is None
    assert brief.findtext("description") == "Boats wait. / 船在等待。"


def test_an_enclosure_of_unknown_size_has_length_0_and_an_item_without_media_has_none():
    media = (Media(url=SOUND.url, media_type="audio/mpeg"),)

    found = items(None, [entry(article("a", media=media)), entry(article("b", media=()))])

    assert [None if item.find("enclosure") is None else dict(item.find("enclosure").attrib) for item in found] == [
        {"url": SOUND.url, "length": "0", "type": "audio/mpeg"},
        None,
    ]


def test_the_update_period_is_left_out_when_no_period_says_it_exactly():
    found = channel(feed("rss", poll_interval_s=2500))

    assert [each for each in children(found) if each[0].startswith("sy:")] == []
    assert found.findtext("ttl") == "41"


def test_without_an_author_the_publisher_is_named():
    (item,) = items(None, [entry(article(credits=()))])

    assert item.findtext("{http://purl.org/dc/elements/1.1/}creator") == "Pier News"
