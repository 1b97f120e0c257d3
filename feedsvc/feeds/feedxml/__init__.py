"""Write feeds through feedgen; every habit of feedgen 1.0.0 is put right here and in the extension beside.

What to know of it: dates default to now, so each is set; entries are prepended unless told otherwise; the channel's
link is the last alternate added, so one alone is; ``description()`` of an entry overwrites its content and is not
used; ``summary()`` is both the plain text of Atom and the HTML of RSS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from email.utils import format_datetime
from html import escape
from typing import Any

import feedgen.entry
import feedgen.feed
from lxml import etree

from feedsvc.feeds.feedxml.extension import PREFIXES, EntryExtension, FeedExtension
from feedsvc.model.errors import RenderError
from feedsvc.model.feed import Feed, Item

RSS_SPECIFICATION = "https://www.rssboard.org/rss-specification"
_ROOT = etree.Element("root", nsmap=PREFIXES)  # copied for each entry: to declare prefixes costs five times as much

# feedgen 1.0.0 switches the locale of the whole process to write a date of RSS (util.py); two threads at it leave
# the process in another locale for good. The standard library writes the same text without.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = format_datetime


def atom_feed(feed: Feed, entries: Sequence[bytes]) -> bytes:
    """Return *feed* as Atom 1.0.

    entries: of `atom_entry`, in the order wanted.
    raises:  RenderError naming the feed, if it cannot be written.
    """
    return _filled(_bytes(feed, _generator(feed, "application/atom+xml").atom_str), entries, b"</feed>")


def rss_feed(feed: Feed, entries: Sequence[bytes]) -> bytes:
    """Return *feed* as RSS 2.0.

    entries: of `rss_item`, in the order wanted.
    raises:  RenderError naming the feed, if it cannot be written.
    """
    return _filled(_bytes(feed, _generator(feed, "application/rss+xml").rss_str), entries, b"</channel></rss>")


def atom_entry(item: Item) -> bytes:
    """Return *item* as an Atom entry element, whose prefixes the feed declares.

    raises: RenderError naming the entry, if it cannot be written.
    """
    entry = _entry(item)
    entry.author([{"name": name} for name in item.authors])
    entry.contributor([{"name": name} for name in item.contributors])
    if item.summary:
        entry.summary(item.summary, type="text")
    return _element(item, entry.atom_entry)


def rss_item(item: Item, *, feed_language: str) -> bytes:
    """Return *item* as an RSS item element, whose prefixes the feed declares; its description is HTML.

    raises: RenderError naming the entry, if it cannot be written.
    """
    entry = _entry(item)
    entry.feedsvc.feed_language = feed_language
    if item.summary:
        entry.summary(escape(item.summary, quote=False))
    if item.enclosure:
        # A length of 0 is what the RSS Best Practices Profile asks for when the size is not known.
        entry.enclosure(item.enclosure.url, item.enclosure.bytes or 0, item.enclosure.media_type)
    return _element(item, entry.rss_entry)


def _generator(feed: Feed, media_type: str) -> Any:  # noqa: ANN401 - feedgen is untyped
    generator = feedgen.feed.FeedGenerator()
    generator.register_extension("feedsvc", FeedExtension, EntryExtension)
    generator.feedsvc.feed = feed
    generator.feedsvc.media_type = media_type
    generator.id(feed.id)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.link(href=feed.home, rel="alternate")
    generator.author(name=feed.author)
    generator.language(feed.languages[0])
    generator.updated(feed.updated.replace(microsecond=0))
    generator.generator("feedsvc")
    generator.docs(RSS_SPECIFICATION)
    generator.ttl(max(1, feed.poll_interval_s // 60))
    return generator


def _entry(item: Item) -> Any:  # noqa: ANN401 - feedgen is untyped
    entry = feedgen.entry.FeedEntry()
    entry.register_extension("feedsvc", EntryExtension)
    entry.feedsvc.item = item
    entry.id(item.id)
    entry.title(item.title)
    entry.published(item.published)
    entry.updated(item.updated)
    entry.link(href=item.url, rel="alternate")
    for term in item.terms:
        entry.category({"term": term.term, "label": term.label} | ({"scheme": term.scheme} if term.scheme else {}))
    if item.content:
        entry.content(item.content, type="html")
    return entry


def _element(item: Item, make: Callable[[], Any]) -> bytes:
    """Return the element that feedgen makes, written without the declarations that stand at the feed's root."""
    try:
        root = copy(_ROOT)
        root.append(make())
        written = bytes(etree.tostring(root, encoding="UTF-8"))
    except (ValueError, etree.LxmlError) as error:
        raise RenderError(f"{item.id}: cannot be written as XML: {error}") from error
    return written[written.index(b"<", written.index(b"<root") + 1) : -len(b"</root>")]


def _filled(feed: bytes, entries: Sequence[bytes], ending: bytes) -> bytes:
    return b"".join([feed.removesuffix(b"\n").removesuffix(ending), *entries, ending])


def _bytes(feed: Feed, make: Callable[[], bytes]) -> bytes:
    try:
        return make()
    except (ValueError, etree.LxmlError) as error:
        raise RenderError(f"{feed.path}: cannot be written as XML: {error}") from error
