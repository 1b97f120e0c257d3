"""Write Atom 1.0 and RSS 2.0 through feedgen; every habit of feedgen 1.0.0 is put right here.

Dates default to now, so each is set. Entries are prepended unless told otherwise. The channel's link is the last
alternate added, so there is only one. ``description()`` of an entry overwrites its content and is not used.
``summary()`` is both the plain text of Atom and the HTML of RSS. Links are written without rel, type, hreflang and
title (python-feedgen#135); xml:lang below the feed, Dublin Core terms, tombstones, and in RSS all links but self are
not known.

The extension adds them: feedgen calls ``extend_atom`` and ``extend_rss`` after its own elements are made, the feed's
before any entry. Its Atom elements are in no namespace in memory: ``xmlns`` is an attribute like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime
from functools import cache
from html import escape
from typing import Any

import feedgen.entry
import feedgen.feed
from lxml import etree

from feedsvc.feeds.entry import entry_id
from feedsvc.feeds.formats.podcast_elements import OF_PODCASTS, write_channel, write_episode
from feedsvc.feeds.lead_picture import is_picture
from feedsvc.model.article import Media, SourceFeed
from feedsvc.model.errors import RenderError
from feedsvc.model.feed import Element, Feed, Item, Link

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
DELETED = "http://purl.org/atompub/tombstones/1.0"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
WEBFEEDS = "http://webfeeds.org/rss/1.0"
SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SPACES = {"dc": DC, "dcterms": DCTERMS, "media": MEDIA}
# Of entries, at the root of every feed: feedgen declares the first two in RSS.
PREFIXES = {"atom": ATOM, "content": "http://purl.org/rss/1.0/modules/content/", **SPACES, **OF_PODCASTS}
PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800}
Spaces = tuple[tuple[str, str], ...]  # (prefix, namespace) that a feed declares beside ours
RSS_SPECIFICATION = "https://www.rssboard.org/rss-specification"

# feedgen 1.0.0 switches the locale of the whole process to write a date of RSS (util.py); two threads at it leave
# the process in another locale for good. The standard library writes the same text without.
# Dates of RSS are in UTC, because validators and partners distrust an offset such as +0545.
feedgen.feed.formatRFC2822 = feedgen.entry.formatRFC2822 = lambda at: format_datetime(at.astimezone(UTC))


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


def atom_entry(item: Item, *, spaces: Spaces = ()) -> bytes:
    """Return *item* as an Atom entry element, whose prefixes the feed declares.

    raises: RenderError naming the entry, if it cannot be written.
    """
    entry = _entry(item)
    entry.author([{"name": name} for name in item.authors])
    entry.contributor([{"name": name} for name in item.contributors])
    if item.summary:
        entry.summary(item.summary, type="text")
    return _element(item, entry.atom_entry, spaces)


def rss_item(item: Item, *, feed_language: str, spaces: Spaces = ()) -> bytes:
    """Return *item* as an RSS item element, whose prefixes the feed declares; its description is HTML.

    raises: RenderError naming the entry, if it cannot be written.
    """
    entry = _entry(replace(item, content=None) if item.is_described else item)
    entry.feedsvc.feed_language = feed_language
    if item.is_described and item.content:
        entry.summary(item.content)
    elif item.summary:
        entry.summary(escape(item.summary, quote=False))
    if item.enclosure:
        # The RSS Best Practices Profile asks for a length of 0 when the size is not known.
        entry.enclosure(item.enclosure.url, item.enclosure.bytes or 0, item.enclosure.media_type)
    return _element(item, entry.rss_entry, spaces)


def _generator(feed: Feed, media_type: str) -> Any:  # noqa: ANN401 - feedgen is untyped
    generator = feedgen.feed.FeedGenerator()
    generator.register_extension("feedsvc", FeedExtension, EntryExtension)
    generator.feedsvc.feed = feed
    generator.feedsvc.media_type = media_type
    generator.id(feed.id)
    generator.title(feed.title)
    generator.description(feed.description)
    generator.link(href=feed.home, rel="alternate")
    _show_face(generator, feed)
    generator.language(feed.languages[0])
    generator.updated(feed.updated.replace(microsecond=0))
    generator.pubDate(feed.updated.replace(microsecond=0))
    generator.generator("feedsvc")
    generator.docs(RSS_SPECIFICATION)
    generator.ttl(max(1, feed.poll_interval_s // 60))
    return generator


def _show_face(generator: Any, feed: Feed) -> None:  # noqa: ANN401 - feedgen is untyped
    """Name the author, whoever answers for the feed, its rights and its pictures."""
    face = feed.face
    author = {"name": feed.author, "email": face.email, "uri": face.website}
    generator.author({key: value for key, value in author.items() if value})
    if face.rights:
        generator.rights(face.rights)
    if face.email:
        generator.managingEditor(f"{face.email} ({feed.author})")
    if face.icon:
        generator.icon(face.icon)
    # Either method of feedgen also sets what the other does, so each format calls its own.
    if feed.format == Rss.name and face.image:
        size = {"width": face.image.width, "height": face.image.height}
        generator.image(face.image.url, **{name: str(number) for name, number in size.items() if number})
    if feed.format == Atom.name and face.logo:
        generator.logo(face.logo)


def _entry(item: Item) -> Any:  # noqa: ANN401 - feedgen is untyped
    entry = feedgen.entry.FeedEntry()
    entry.register_extension("feedsvc", EntryExtension)
    entry.feedsvc.item = item
    entry.id(item.id)
    entry.title(item.title)
    entry.published(item.published)
    entry.updated(item.updated)
    entry.link(href=item.url, rel="alternate")
    # All at once: feedgen (1.0) goes through all that it has at each call, so that 300 tags took 1.8 s.
    entry.category(
        [
            {"term": term.term, "label": term.label} | ({"scheme": term.scheme} if term.scheme else {})
            for term in item.terms
        ]
    )
    if item.content:
        entry.content(item.content, type="html")
    return entry


@cache
def _root(spaces: Spaces) -> Any:  # noqa: ANN401 - lxml is untyped
    """Return an element that is copied for each entry: to declare prefixes costs five times as much."""
    return etree.Element("root", nsmap={**PREFIXES, **dict(spaces)})


def _element(item: Item, make: Callable[[], Any], spaces: Spaces) -> bytes:
    """Return the element that feedgen makes, written without the declarations that stand at the feed's root."""
    try:
        root = copy(_root(spaces))
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


class FeedExtension:
    """Write the parts of a feed's head that feedgen leaves out.

    feed:       set before rendering.
    media_type: of the feed itself, without parameters.
    """

    feed: Feed
    media_type: str

    def extend_ns(self) -> dict[str, str]:
        """Return the prefixes declared at the root."""
        is_rss = self.media_type.startswith("application/rss")
        # Validators warn of a namespace that they do not know, so it is declared where it is used.
        spaces = SPACES | ({"sy": SYNDICATION} if is_rss else {"at": DELETED} if self.feed.tombstones else {})
        spaces |= OF_PODCASTS if self.feed.podcasts and self.feed.format == Rss.name else {}
        spaces |= {"webfeeds": WEBFEEDS} if self._webfeeds() else {}
        spaces |= dict(self.feed.spaces)
        return spaces | ({"fh": HISTORY} if self._history_tags() else {})

    def extend_atom(self, root: Any) -> Any:  # noqa: ANN401 - feedgen and lxml are untyped
        """Write the feed's links and its tombstones."""
        for written in root.findall("link"):
            root.remove(written)
        for link in self._links():
            _write_link(root, "link", link)
        for tag in self._history_tags():
            etree.SubElement(root, tag)
        self._write_webfeeds(root)
        _write_elements(root, self.feed.elements)
        for tombstone in self.feed.tombstones:
            gone = etree.SubElement(root, f"{{{DELETED}}}deleted-entry", ref=tombstone.id)
            gone.set("when", tombstone.when.isoformat(timespec="seconds"))
            if tombstone.reason:
                etree.SubElement(gone, f"{{{DELETED}}}comment").text = tombstone.reason
        return root

    def extend_rss(self, root: Any) -> Any:  # noqa: ANN401 - feedgen and lxml are untyped
        """Write the channel's language, links, author and update period."""
        channel = root[0]
        channel.set(XML_LANG, self.feed.languages[0])
        for link in self._links():
            _write_link(channel, f"{{{ATOM}}}link", link)
        for tag in self._history_tags():
            etree.SubElement(channel, tag)
        _write(channel, f"{{{DC}}}creator", [self.feed.author])
        _write(channel, f"{{{DC}}}rights", [self.feed.face.rights] if self.feed.face.rights else [])
        self._write_webfeeds(channel)
        _write_elements(channel, self.feed.elements)
        if self.feed.podcast is not None:
            write_channel(channel, self.feed.podcast)
        for period, seconds in PERIODS_S.items():
            if seconds >= self.feed.poll_interval_s and seconds % self.feed.poll_interval_s == 0:
                _write(channel, f"{{{SYNDICATION}}}updatePeriod", [period])
                _write(channel, f"{{{SYNDICATION}}}updateFrequency", [str(seconds // self.feed.poll_interval_s)])
                break
        return root

    def _links(self) -> list[Link]:
        """Return self, hubs, the page for people, then other formats and languages, then the way through the archive.

        The page comes before every other alternate: several readers take the first, others the last that is HTML.
        """
        feed = self.feed
        return [
            Link(rel="self", href=feed.url, media_type=self.media_type, language=feed.language, title=feed.title),
            *(Link(rel="hub", href=hub, media_type=None) for hub in feed.hubs),
            Link(rel="alternate", href=feed.home, media_type="text/html", language=feed.language),
            *(
                Link(
                    rel="alternate",
                    href=other.href,
                    media_type=other.media_type.partition(";")[0],
                    language=other.language,
                    title=other.title,
                )
                for other in feed.alternates
            ),
            *(
                Link(rel=rel, href=href, media_type=self.media_type)
                for rel, href in (
                    ("current", feed.chain.current),
                    ("prev-archive", feed.chain.previous),
                    ("next-archive", feed.chain.following),
                )
                if href
            ),
            *_license(feed.face.license),
        ]

    def _webfeeds(self) -> dict[str, str]:
        """Return how Feedly is to show the feed.

        source: https://blog.feedly.com/10-ways-to-optimize-your-feed-for-feedly/; a colour has no "#" there.
        """
        face = self.feed.face
        found = {"icon": face.icon, "logo": face.logo, "accentColor": (face.accent or "").removeprefix("#")}
        return {name: value for name, value in found.items() if value}

    def _write_webfeeds(self, parent: Any) -> None:  # noqa: ANN401 - lxml is untyped
        for name, value in self._webfeeds().items():
            _write(parent, f"{{{WEBFEEDS}}}{name}", [value])

    def _history_tags(self) -> list[str]:
        """Return the tag of a page of an archive, or of a feed that holds all entries; none for other feeds.

        source: RFC 5005, sections 2 and 4; appendix B for RSS.
        """
        chain = self.feed.chain
        return [f"{{{HISTORY}}}archive"] if chain.current else [f"{{{HISTORY}}}complete"] if chain.complete else []


class EntryExtension:
    """Write the parts of an entry that feedgen leaves out, and its links again.

    item:          set before rendering.
    feed_language: set before rendering RSS: a channel names one language, and only other ones are named again.
    """

    item: Item
    feed_language: str

    def extend_ns(self) -> dict[str, str]:
        """Return no prefixes: the feed declares them."""
        return {}

    def extend_atom(self, entry: Any) -> Any:  # noqa: ANN401 - feedgen and lxml are untyped
        """Write the language, every link with all it has, credits, other titles and media."""
        item = self.item
        entry.set(XML_LANG, item.language)
        for written in list(entry.iterchildren("link")):
            entry.remove(written)
        _write_link(entry, "link", Link(rel="alternate", href=item.url, media_type="text/html", language=item.language))
        for link in (*item.links, *_via(item), *_license(item.license)):
            _write_link(entry, "link", link)
        if item.source_feed is not None:
            _write_source(entry, item, item.source_feed)
        _write(entry, "rights", [item.usage_terms] if item.usage_terms else [])
        if item.enclosure:
            medium = item.enclosure
            written = _write_link(entry, "link", Link(rel="enclosure", href=medium.url, media_type=medium.media_type))
            if medium.bytes is not None:
                written.set("length", str(medium.bytes))
        for content in entry.iterchildren("content"):
            content.set(XML_BASE, item.url)
        _write(entry, f"{{{DC}}}publisher", [item.publisher] if item.publisher else [])
        self._write_alternatives_and_media(entry)
        return entry

    def extend_rss(self, entry: Any) -> Any:  # noqa: ANN401 - feedgen and lxml are untyped
        """Write the language, credits, the last change, related links, other titles and media."""
        item = self.item
        entry.set(XML_LANG, item.language)
        _write(entry, f"{{{DC}}}creator", item.authors)
        _write(entry, f"{{{DC}}}contributor", item.contributors)
        _write(entry, f"{{{DC}}}publisher", [item.publisher] if item.publisher else [])
        _write(entry, f"{{{DC}}}language", [item.language] if item.language != self.feed_language else [])
        updated = item.updated.astimezone(UTC).isoformat()
        _write(entry, f"{{{ATOM}}}updated", [updated])
        _write(entry, f"{{{DCTERMS}}}modified", [updated] if item.updated > item.published else [])
        for link in (*item.links, *_via(item), *_license(item.license)):
            _write_link(entry, f"{{{ATOM}}}link", link)
        if item.source_feed is not None:
            etree.SubElement(entry, "source", url=item.source_feed.url).text = item.publisher
        _write(entry, f"{{{DC}}}rights", [item.usage_terms] if item.usage_terms else [])
        write_episode(entry, item)
        self._write_alternatives_and_media(entry)
        return entry

    def _write_alternatives_and_media(self, entry: Any) -> None:  # noqa: ANN401 - feedgen and lxml are untyped
        for language, title in self.item.alternatives:
            alternative = etree.SubElement(entry, f"{{{DCTERMS}}}alternative")
            alternative.set(XML_LANG, language)
            alternative.text = title
        if self.item.picture is not None:
            _write_picture(entry, self.item.picture, language=self.item.language)
        for medium in self.item.media:
            if not is_picture(medium):
                _write_media(entry, medium, language=self.item.language)
        _write_elements(entry, self.item.elements)


def _write_elements(parent: Any, elements: Iterable[Element]) -> None:  # noqa: ANN401 - lxml is untyped
    for element in elements:
        written = etree.SubElement(parent, element.tag, dict(element.attributes))
        written.text = element.text
        _write_elements(written, element.children)


def _via(item: Item) -> list[Link]:
    """Return the link to the page that the entry was taken from; source: RFC 4287, section 4.2.7.2."""
    return [Link(rel="via", href=item.original, media_type="text/html")] if item.original else []


def _write_source(entry: Any, item: Item, feed: SourceFeed) -> None:  # noqa: ANN401 - lxml is untyped
    """Write the feed that the entry was taken from.

    It was updated when the entry was, or later: its own time would change with each poll, and with it our entries.
    source: RFC 4287, section 4.2.11.
    """
    source = etree.SubElement(entry, "source")
    _write(source, "id", [feed.id])
    _write(source, "title", [item.publisher or feed.url])
    _write(source, "updated", [item.updated.isoformat()])
    _write_link(source, "link", Link(rel="self", href=feed.url, media_type=None))


def _license(address: str | None) -> list[Link]:
    """Return the link to a licence; source: RFC 4946."""
    return [Link(rel="license", href=address, media_type=None)] if address else []


def _write(parent: Any, tag: str, texts: Iterable[str]) -> None:  # noqa: ANN401 - lxml is untyped
    for text in texts:
        etree.SubElement(parent, tag).text = text


def _write_link(parent: Any, tag: str, link: Link) -> Any:  # noqa: ANN401 - lxml is untyped
    element = etree.SubElement(parent, tag, rel=link.rel)
    if link.media_type:
        element.set("type", link.media_type)
    if link.language:
        element.set("hreflang", link.language)
    if link.title:
        element.set("title", link.title)
    element.set("href", link.href)
    return element


def _write_picture(parent: Any, medium: Media, *, language: str) -> None:  # noqa: ANN401 - lxml is untyped
    """Write one media:content with all that partners and readers ask of a picture.

    source: Media RSS 1.5.1; some readers look only for media:thumbnail, MSN reads media:text as the alternative text.
    """
    element = _write_media(parent, medium, language=language)
    alternative, caption = medium.alternative.best(language)[1], medium.caption.best(language)[1]
    _write(element, f"{{{MEDIA}}}title", [caption or alternative] if caption or alternative else [])
    if alternative:
        etree.SubElement(element, f"{{{MEDIA}}}text", type="plain").text = alternative
    thumbnail = etree.SubElement(element, f"{{{MEDIA}}}thumbnail", url=medium.url)
    _set_numbers(thumbnail, width=medium.width, height=medium.height)


def _write_media(parent: Any, medium: Media, *, language: str) -> Any:  # noqa: ANN401 - lxml is untyped
    """Write media:content beside the others: a media:group is for forms of one medium."""
    element = etree.SubElement(parent, f"{{{MEDIA}}}content", url=medium.url, type=medium.media_type)
    kind = medium.media_type.partition("/")[0]
    element.set("medium", kind if kind in {"image", "audio", "video"} else "document")
    _set_numbers(element, fileSize=medium.bytes, width=medium.width, height=medium.height, duration=medium.duration_s)
    if text := medium.caption.best(language)[1] or medium.alternative.best(language)[1]:
        etree.SubElement(element, f"{{{MEDIA}}}description", type="plain").text = text
    if medium.credit:
        etree.SubElement(element, f"{{{MEDIA}}}credit").text = medium.credit
    return element


def _set_numbers(element: Any, **numbers: int | None) -> None:  # noqa: ANN401 - lxml is untyped
    for name, number in numbers.items():
        if number is not None:
            element.set(name, str(number))


class Atom:
    """Write Atom 1.0 (RFC 4287) with deleted entries (RFC 6721)."""

    name = "atom"
    media_type = "application/atom+xml; charset=utf-8"

    def entry(self, feed: Feed, item: Item) -> bytes:
        return atom_entry(item, spaces=feed.spaces)

    def feed(self, feed: Feed, entries: Sequence[bytes]) -> bytes:
        gone = tuple(replace(tombstone, id=entry_id(tombstone.id, feed)) for tombstone in feed.tombstones)
        return atom_feed(replace(feed, tombstones=gone), entries)


class Rss:
    """Write RSS 2.0 as the RSS Board's specification and its Best Practices Profile have it."""

    name = "rss"
    media_type = "application/rss+xml; charset=utf-8"

    def entry(self, feed: Feed, item: Item) -> bytes:
        return rss_item(item, feed_language=feed.languages[0], spaces=feed.spaces)

    def feed(self, feed: Feed, entries: Sequence[bytes]) -> bytes:
        return rss_feed(feed, entries)
