"""See what a pass makes again after a change of settings: articles, feeds, or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedsvc.feeds.entry_cache import EntryCache
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from newsroom import MAIN, Newsroom
from openings import watched

LAMPS = "---\ntitle: Lamps\ndate: 2026-10-30 09:00 +00:00\n---\n\nThe pier has {} lamps.\n"


@pytest.fixture
def file(newsroom: Newsroom) -> Path:
    """A published document."""
    newsroom.file("world/others.md", LAMPS.format("other").replace("Lamps", "Others"))
    file = newsroom.file("world/lamps.md", LAMPS.format("old"))
    newsroom.publish()
    return file


def rendered_by_a_pass(room: Newsroom) -> bool:
    """Make a pass, and return whether it rendered any feed."""
    cache = EntryCache()
    publish(room.store, PassRequest(settings=room.settings, now=room.now, entry_cache=cache))
    return bool(cache._kept)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("Quay News", "Pier News", id="title"),
        pytest.param("[[sources]]", "[feeds]\npoll_interval_s = 120\n\n[[sources]]", id="interval"),
        pytest.param("[[sources]]", 'description = "Of the quay"\n\n[[sources]]', id="description"),
    ],
)
def test_settings_that_only_feeds_show_render_them_and_read_no_document(newsroom, file, old, new):
    before = newsroom.feed("/feeds/all.rss")
    newsroom.configure(MAIN.replace(old, new))

    with watched(file) as is_read:
        assert (rendered_by_a_pass(newsroom), is_read()) == (True, False)
    assert newsroom.feed("/feeds/all.rss") != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"Asia/Shanghai"', '"Europe/Lisbon"', id="time zone"),
        pytest.param('category = "general"', 'category = "science"', id="category of a source"),
        pytest.param('category = "general"', 'category = "general"\nencoding = "gb18030"', id="encoding"),
    ],
)
def test_settings_that_articles_depend_on_read_every_document(newsroom, file, old, new):
    newsroom.configure(MAIN.replace(old, new))

    with watched(file) as is_read:
        newsroom.publish()

        assert is_read()


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("silent_after_s = 86400", id="silence"),
        pytest.param('exclude = ["notes/"]', id="excluded files"),
        pytest.param('when_removed = "keep"', id="removals"),
    ],
)
def test_settings_that_touch_no_feed_render_nothing_and_read_no_document(newsroom, file, more):
    edition = newsroom.store.edition()
    newsroom.configure(f"{MAIN}\n{more}\n")

    with watched(file) as is_read:
        assert (rendered_by_a_pass(newsroom), is_read()) == (False, False)
    assert newsroom.store.edition() == edition


def test_settings_that_articles_depend_on_render_nothing_if_no_article_changes(newsroom):
    newsroom.file("world/lamps.md", LAMPS.format("old"))
    edition = newsroom.publish()
    newsroom.configure(MAIN.replace("[[sources]]", "[media]\nmax_bytes = 1000\n\n[[sources]]"))

    assert not rendered_by_a_pass(newsroom)
    assert newsroom.store.edition() == edition


def test_a_document_that_the_settings_no_longer_exclude_is_published(newsroom):
    newsroom.configure(f'{MAIN}\nexclude = ["notes/"]\n')
    newsroom.file("world/notes/lamps.md", LAMPS.format("old"))
    excluded = newsroom.publish().articles
    newsroom.configure(MAIN)

    assert (excluded, newsroom.publish().articles) == (0, 1)
