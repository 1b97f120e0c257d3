"""Write feeds through feedgen; every habit of feedgen 1.0.0 is put right here and in the extension beside.

What to know of it: dates default to now, so each is set; entries are prepended unless told otherwise; the channel's
link is the last alternate added, so one alone is; ``description()`` of an entry overwrites its content and is not
used; ``summary()`` is both the plain text of Atom and the HTML of RSS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from html import escape
from typing import Any

import feedgen.entry
import feedgen.feed
from lxml import etree

from feedsvc.errors import RenderError
from feedsvc.feedxml.extension import EntryExtension, FeedExtension
from feedsvc.feedxml.item import Item
from feedsvc.model.feeds import Feed

RSS_SPECIFICATION = "https://www.rssboard.org/rss-specification"

# feedgen 1.0.0 switches the locale of the whole process to write a date of RSS (util.py); two threads at it leave
# the process in another locale for good. The standard library writes the same text without.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = format_datetime


@dataclass(frozen=True, slots=True)
class _Made:
    """Give feedgen an entry that is an element already, so that an error is known by its entry."""

    element: Any

    def register_extension(self, *_: object) -> None:
        """Take no extension: the element was made with it."""

    def atom_entry(self) -> Any:  # noqa: ANN401 - lxml is untyped
        return self.element

    rss_entry = atom_entry


def atom_feed(feed: Feed, items: Sequence[Item]) -> bytes:
    """Return *feed* as Atom 1.0, items in the order given.

    raises: RenderError naming the entry, or the feed, that cannot be written.
    """
    generator = _generator(feed, "application/atom+xml")
    for item in items:
        generator.add_entry(_Made(atom_entry(item)), order="append")
    return _bytes(feed, generator.atom_str)


def rss_feed(feed: Feed, items: Sequence[Item]) -> bytes:
    """Return *feed* as RSS 2.0, items in the order given.

    raises: RenderError naming the entry, or the feed, that cannot be written.
    """
    generator = _generator(feed, "application/rss+xml")
    for item in items:
        generator.add_entry(_Made(rss_item(item, feed_language=feed.languages[0])), order="append")
    return _bytes(feed, generator.rss_str)


def atom_entry(item: Item) -> Any:  # noqa: ANN401 - lxml is untyped
    """Return *item* as an Atom entry element, in no namespace as feedgen makes it.

    raises: RenderError if it cannot be written.
    """
    entry = _entry(item)
    entry.author([{"name": name} for name in item.authors])
    entry.contributor([{"name": name} for name in item.contributors])
    if item.summary:
        entry.summary(item.summary, type="text")
    return _element(item, entry.atom_entry)


def rss_item(item: Item, *, feed_language: str) -> Any:  # noqa: ANN401 - lxml is untyped
    """Return *item* as an RSS item element; its description is HTML, as readers take it.

    raises: RenderError if it cannot be written.
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


def _element(item: Item, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - lxml is untyped
    try:
        return make()
    except ValueError as error:
        raise RenderError(f"{item.id}: cannot be written as XML: {error}") from error


def _bytes(feed: Feed, make: Callable[[], bytes]) -> bytes:
    try:
        return make()
    except (ValueError, etree.LxmlError) as error:
        raise RenderError(f"{feed.path}: cannot be written as XML: {error}") from error
