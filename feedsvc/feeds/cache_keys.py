"""The keys by which a content delivery network drops its copies of what an edition has changed.

Every answer has the key "site". Feeds and lists of a category have its key, and all that is of an article has the
article's. A header holds a few short keys, far below the limits of the networks (1,024 bytes a key, 16 kB a header).

source: Fastly, "Working with surrogate keys"; Cloudflare, "Purge cache by cache-tags"
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from feedsvc.feeds.addresses import ALL, FeedAddress, split_page_path

SITE = "site"
LISTS = "feeds"  # of feeds
ARTICLE = re.compile(r"/articles/(?P<slug>[a-z0-9-]{1,900})(?:[./].*)?")
MEDIA = re.compile(r"/media/(?P<digest>[0-9a-f]{32})/.*")
CATEGORY = re.compile(r"/categories/(?P<category>[a-z0-9-]+)/.*")
FRONT = re.compile(r"/(?:page/[0-9]+/)?")
# The header with the keys, and what separates them, by kind of receiver.
HEADERS = {"fastly": ("Surrogate-Key", " "), "cloudflare": ("Cache-Tag", ",")}


def feed_key(address: FeedAddress) -> str:
    """Return the key that the feed at *address* shares with others of its category, or LISTS."""
    if address.partner is not None:
        return f"partner-{address.partner}"
    return LISTS if address.category is None else category_key(address.category)


def category_key(category: str) -> str:
    return f"feed-{category}"


def article_key(slug: str) -> str:
    return f"article-{slug}"


def file_key(digest: str) -> str:
    return f"file-{digest}"


def keys_of(path: str, page_languages: Collection[str]) -> tuple[str, ...]:
    """Return the keys of the answer at *path*, from the site's root and without a query."""
    feed = FeedAddress.parse(path)
    if feed is not None:
        return (SITE, feed_key(feed))
    _, page = split_page_path(path, page_languages)
    if article := ARTICLE.fullmatch(page):
        return (SITE, article_key(article["slug"]))
    if media := MEDIA.fullmatch(page):
        return (SITE, file_key(media["digest"]))
    if category := CATEGORY.fullmatch(page):
        return (SITE, category_key(category["category"]))
    if FRONT.fullmatch(page):
        return (SITE, category_key(ALL))
    return (SITE, LISTS) if page.startswith("/feeds/") else (SITE,)


def key_headers(path: str, page_languages: Collection[str], networks: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the header with the keys of *path* for each of *networks*, which are kinds of receivers."""
    for kind, (name, between) in HEADERS.items():
        if kind in networks:
            yield name, between.join(keys_of(path, page_languages))
