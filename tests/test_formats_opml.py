from __future__ import annotations

from datetime import UTC, datetime

from feedsvc.feeds.formats.opml import OPML_MEDIA_TYPE, render_opml
from feedsvc.model.feed import FeedListing
from parsedxml import parsed
from samplefeed import SITE

MODIFIED = datetime(2026, 5, 28, 1, 2, 3, tzinfo=UTC)


def listing(stem: str, ending: str = "rss", *, language: str | None = None, entries: int = 3) -> FeedListing:
    return FeedListing(
        path=f"/feeds/{stem}.{ending}",
        category=stem.partition(".")[0],
        language=language,
        format=ending,
        media_type="application/rss+xml",
        title=f"Feed & {stem}",
        bytes=1,
        entries=entries,
        last_modified=MODIFIED,
    )


def outline(element) -> tuple[dict[str, str], list[object]]:
    return dict(element.attrib), [outline(child) for child in element]


def test_each_feed_is_offered_once():
    body = render_opml(
        [
            listing("all"),
            listing("all", "atom"),
            listing("world"),
            listing("world.zh", language="zh"),
            listing("world.en", language="en", entries=0),
            listing("sea", entries=0),
        ],
        title="Harbour Wire",
        base_url=SITE,
        home=lambda each: f"{SITE}/categories/{each.category}/",
        modified=MODIFIED,
    )

    root = parsed(body)
    assert (root.tag, dict(root.attrib)) == ("opml", {"version": "2.0"})
    assert [(each.tag, each.text) for each in root.find("head")] == [
        ("title", "Harbour Wire"),
        ("dateModified", "Thu, 28 May 2026 01:02:03 +0000"),
        ("docs", "https://opml.org/spec2.opml"),
    ]

    def feed(stem: str, **more: str) -> tuple[dict[str, str], list[object]]:
        return {
            "type": "rss",
            "text": f"Feed & {stem}",
            "title": f"Feed & {stem}",
            "xmlUrl": f"{SITE}/feeds/{stem}.rss",
            "htmlUrl": f"{SITE}/categories/{stem.partition('.')[0]}/",
            "version": "RSS",
            **more,
        }, []

    assert [outline(each) for each in root.find("body")] == [
        feed("all"),
        feed("world"),
        feed("world.zh", language="zh"),
        feed("sea"),
    ]
    assert OPML_MEDIA_TYPE == "text/x-opml; charset=utf-8"


def test_each_language_has_a_list_of_its_own_feeds_in_its_words(newsroom):
    newsroom.file("world/ferry.txt", "Ferry\n\n渡轮\n\nLISBON, Oct. 30, 2026 (Quay News) -- It ran.\n")
    newsroom.publish()

    chinese = parsed(newsroom.feed("/feeds.zh.opml"))

    assert chinese.findtext("head/title") == "码头新闻"
    assert [outline(each) for each in chinese.find("body")] == [
        (
            {
                "type": "rss",
                "text": "码头新闻",
                "title": "码头新闻",
                "xmlUrl": "https://quay.example/feeds/all.zh.rss",
                "htmlUrl": "https://quay.example/zh/",
                "language": "zh",
                "version": "RSS",
            },
            [],
        ),
        (
            {
                "type": "rss",
                "text": "国际 – 码头新闻",
                "title": "国际 – 码头新闻",
                "xmlUrl": "https://quay.example/feeds/world.zh.rss",
                "htmlUrl": "https://quay.example/zh/categories/world/",
                "language": "zh",
                "version": "RSS",
            },
            [],
        ),
    ]


def test_the_list_of_the_site_has_its_first_language_or_all_if_nothing_is_in_it(newsroom):
    newsroom.file("world/gulls.txt", "海鸥归来\n\n里斯本10月30日电 它们来了。\n")
    newsroom.publish()
    before = [each.get("xmlUrl") for each in parsed(newsroom.feed("/feeds.opml")).iter("outline")]
    newsroom.file("world/ferry.txt", "Ferry\n\nLISBON, Oct. 30, 2026 (Quay News) -- It ran.\n")
    newsroom.publish()

    after = [each.get("xmlUrl") for each in parsed(newsroom.feed("/feeds.opml")).iter("outline")]

    names = ("all", "world", "science", "general")
    assert before == [f"https://quay.example/feeds/{name}.rss" for name in names]
    assert after == [f"https://quay.example/feeds/{name}.en.rss" for name in ("all", "world")]


def test_a_list_stays_as_it_was_while_its_feeds_do(newsroom):
    newsroom.file("world/ferry.txt", "Ferry\n\nLISBON, Oct. 30, 2026 (Quay News) -- It ran.\n")
    newsroom.publish()
    newsroom.file("world/gulls.txt", "Gulls\n\n海鸥\n\nLISBON, Oct. 30, 2026 (Quay News) -- They came.\n")

    changed = newsroom.publish().changed

    assert [path for path in changed if path.endswith(".opml")] == ["/feeds.zh.opml"]
