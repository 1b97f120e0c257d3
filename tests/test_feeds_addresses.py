"""Take addresses of feeds apart and put them together again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from feedsvc.feeds.addresses import FeedAddress
from feedsvc.model.feed import Chain

WORLD = FeedAddress(category="world", format="rss")
SLUGS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
LANGUAGES = st.none() | st.from_regex(r"[a-z]{2,3}(-[A-Z][a-z]{3})?", fullmatch=True)
FORMATS = st.sampled_from(["rss", "atom", "json"])


@pytest.mark.parametrize(
    ("path", "home", "address"),
    [
        pytest.param("/feeds/world.rss", "/categories/world/", WORLD, id="category"),
        pytest.param("/feeds/all.zh.atom", "/", FeedAddress(category="all", language="zh", format="atom"), id="all"),
        pytest.param(
            "/feeds/sea-ice.zh-Hant/archive/12.json",
            "/categories/sea-ice/",
            FeedAddress(category="sea-ice", language="zh-Hant", format="json", page=12),
            id="archive",
        ),
        pytest.param(
            "/feeds/world/corrections.rss",
            "/categories/world/",
            replace(WORLD, is_of_corrections=True),
            id="corrections",
        ),
        pytest.param("/feeds.opml", "/feeds/", FeedAddress(category=None, format="opml"), id="list"),
        pytest.param(
            "/feeds.zh.opml",
            "/feeds/",
            FeedAddress(category=None, language="zh", format="opml"),
            id="list of a language",
        ),
        pytest.param(
            "/feeds/search.atom?q=sea%20ice%20%E5%86%B0&lang=en&category=world",
            "/search?q=sea%20ice%20%E5%86%B0&lang=en&category=world",
            FeedAddress(category="world", language="en", format="atom", query="sea ice 冰"),
            id="search",
        ),
    ],
)
def test_a_path_says_what_the_feed_is_and_the_feed_what_its_path_is(path, home, address):
    assert FeedAddress.parse(path) == address
    assert (address.path, address.home()) == (path, home)


@hypothesis_settings(max_examples=200, derandomize=True)
@given(
    st.builds(
        FeedAddress, category=SLUGS, language=LANGUAGES, format=FORMATS, page=st.none() | st.integers(1, 10**9 - 1)
    )
    | st.builds(FeedAddress, category=SLUGS, format=FORMATS, is_of_corrections=st.booleans())
    | st.builds(
        FeedAddress, category=SLUGS, language=LANGUAGES, format=FORMATS, query=st.text("a冰&=?#%+ /.", min_size=1)
    )
)
def test_the_path_of_every_address_leads_back_to_it(address):
    assert FeedAddress.parse(address.path) == address


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/feeds",
        "/feeds/",
        "/feeds.rss",
        "/feeds/world",
        "/feeds/World.rss",
        "/feeds/world.rss/",
        "/feeds/world.rss?q=a",
        "/feeds/world/archive/0.rss",
        "/feeds/world/archive/01.rss",
        "/feeds/world/archive/1000000000.rss",
        "/feeds/world/archive/1",
        "/feeds/world/other.rss",
        "/feeds/a/b.rss",
        "/feeds/world.rss\n",
        "/feeds/../world.rss",
        "/articles/world.rss",
    ],
)
def test_another_path_is_that_of_no_feed(path):
    assert FeedAddress.parse(path) is None


@pytest.mark.parametrize(
    ("page", "chain"),
    [
        pytest.param(None, Chain(previous="B/feeds/world/archive/3.rss"), id="the feed"),
        pytest.param(
            3, Chain(previous="B/feeds/world/archive/2.rss", current="B/feeds/world.rss"), id="the newest page"
        ),
        pytest.param(
            1, Chain(following="B/feeds/world/archive/2.rss", current="B/feeds/world.rss"), id="the oldest page"
        ),
    ],
)
def test_an_address_knows_what_is_beside_it_in_an_archive_of_three_pages(page, chain):
    assert replace(WORLD, page=page).chain(3, base_url="B") == chain


def test_a_feed_without_an_archive_leads_nowhere():
    assert WORLD.chain(0, base_url="B") == Chain()


def test_siblings_are_the_other_pairs_of_language_and_format():
    siblings = WORLD.siblings(["rss", "atom"], [None, "zh"])

    assert [each.path for each in siblings] == ["/feeds/world.atom", "/feeds/world.zh.rss", "/feeds/world.zh.atom"]


def test_a_feed_in_one_language_has_the_page_in_that_language_where_there_is_one():
    address = FeedAddress(category="world", language="zh", format="rss")

    assert (address.home(["en", "zh"]), address.home()) == ("/zh/categories/world/", "/categories/world/")
