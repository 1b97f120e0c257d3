"""Say what stands in a page's head, and put texts in the page's languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from markupsafe import Markup, escape

from feedsvc.feeds.addresses import ALL, address_of
from feedsvc.model.article import Text
from feedsvc.model.feed import FeedListing
from feedsvc.text.scripts import HAN, tell_language

FORMAT_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """One feed as a page's head announces it; href is absolute, media_type has no parameters."""

    href: str
    media_type: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One feed in all its formats.

    language: None for a bilingual feed.
    """

    category: str
    language: str | None
    listings: tuple[FeedListing, ...]

    @property
    def changed(self) -> datetime:
        """Return when the feed last changed in any format."""
        return max(listing.last_modified for listing in self.listings)


def discovered_feeds(
    listings: Iterable[FeedListing], *, categories: Sequence[str], language: str | None, base_url: str
) -> tuple[Discovered, ...]:
    """Return the feeds of *categories*, in their order, then those of every article; the page's language first.

    Readers show what a head announces as a list to choose from, so the feeds of other categories are left to /feeds/,
    as are those of one language that have no entries, and those of corrections.

    language: of a page in one language; None leaves the bilingual feeds first.
    """
    order = list(dict.fromkeys((*categories, ALL)))
    chosen = sorted(
        (
            listing
            for listing in listings
            if listing.category in order
            and (listing.entries or listing.language is None)
            and not address_of(listing).is_of_corrections
        ),
        key=lambda listing: (order.index(listing.category), language is not None and listing.language != language),
    )
    return tuple(
        Discovered(
            href=base_url + listing.path,
            media_type=listing.media_type.partition(";")[0],
            title=f"{listing.title} ({format_name(listing.format)})",
        )
        for listing in chosen
    )


def feed_rows(listings: Iterable[FeedListing]) -> tuple[FeedRow, ...]:
    """Return *listings*, sorted as the library sorts them, with the formats of one feed in one row."""
    grouped = groupby(listings, lambda listing: (listing.category, listing.language))
    return tuple(
        FeedRow(category=category, language=language, listings=tuple(group)) for (category, language), group in grouped
    )


def format_name(form: str) -> str:
    """Return a format's name for people."""
    return FORMAT_NAMES.get(form, form)


DESCRIPTION_CHARACTERS = 300
ANY_LANGUAGE = "x-default"
HAN_STRETCH = re.compile(f"({HAN.pattern}(?:{HAN.pattern}|[0-9\u3001-\u3017\uff01-\uff60])*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a page.

    languages: the page's, primary first.
    canonical: absolute; None for errors, which have no address of their own.
    asked:     the one language that the reader chose; None for all of them.
    choices:   languages that the page can be had in; empty for those of the site.
    kind:      of Open Graph: "website" or "article".
    image:     absolute; one that shows what the page is about.
    facts:     (property, content) of Open Graph besides, such as "article:published_time".
    structured: JSON-LD.
    """

    title: str
    description: str
    canonical: str | None
    languages: tuple[str, ...]
    feeds: tuple[Discovered, ...] = ()
    asked: str | None = None
    choices: tuple[str, ...] = ()
    kind: str = "website"
    image: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    structured: Mapping[str, object] | None = None


def spoken(address: str, language: str | None) -> str:
    """Return the address of the same page in *language*, None for all: its first page, where it has several.

    address: absolute; what it asks besides ("?q=…") is kept.
    """
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in {"lang", "page"}]
    if language:
        query.insert(0, ("lang", language))
    return urlunsplit(parts._replace(query=urlencode(query)))


def twins_of(head: Head, languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (hreflang, address) of a page in each of *languages*, and in all; nothing where it is in one.

    source: HTML, section 4.6.7.1: alternate, with hreflang.
    """
    if head.canonical is None or len(languages) == 1 or "page=" in head.canonical:
        return ()
    return (
        *((language, spoken(head.canonical, language)) for language in languages),
        (ANY_LANGUAGE, spoken(head.canonical, None)),
    )


def in_language(language: str | None, head: Head, *, home: str) -> str:
    """Return where the page of *head* is in *language*, without the host; an error's is the front page.

    home: the address of the front page, absolute.
    """
    parts = urlsplit(spoken(head.canonical or home, language))
    return urlunsplit(parts._replace(scheme="", netloc=""))


def kept_language(address: str, title: Text, head: Head, *, base_url: str) -> str:
    """Return *address* in the language that the reader chose, where it is an article of ours that is in it."""
    is_ours = address.startswith(f"{base_url}/articles/")
    return spoken(address, head.asked) if is_ours and head.asked and title.get(head.asked) is not None else address


def runs(text: Text, languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (language, words) of *text* in *languages*, in their order; the primary's when it is in none of them.

    Words equal in two languages are one run; an empty text has none.
    """
    found: dict[str, str] = {}
    for language in languages:
        words = text.get(language)
        if words is not None:
            found.setdefault(words, language)
    if not found:
        return text.items[:1]
    return tuple((language, words) for words, language in found.items())


def marked(text: Text, languages: Sequence[str], stroke: str = " / ") -> Markup:
    """Return *text* in *languages* as HTML, each run with its language; what a macro would take ten times as long for.

    stroke: what stands between two languages.
    """
    between = f'<span class="stroke">{escape(stroke)}</span>'
    shown = (f'<span lang="{escape(language)}">{escape(words)}</span>' for language, words in runs(text, languages))
    return Markup(between.join(shown))  # noqa: S704  all that stands in it is escaped


def in_scripts(words: str, languages: Sequence[str]) -> Markup:
    """Return a sentence of ours as HTML in which what it quotes in Han script has its language.

    languages: of the site.
    """
    parts = (
        f'<span lang="{escape(tell_language(part, languages) or "und")}">{escape(part)}</span>'
        if number % 2
        else escape(part)
        for number, part in enumerate(HAN_STRETCH.split(words))
    )
    return Markup("".join(parts))  # noqa: S704  all that stands in it is escaped


def plain(text: Text, languages: Sequence[str]) -> str:
    """Return *text* in *languages* as one line, for titles and attributes."""
    return " / ".join(words for _, words in runs(text, languages))


def shortened(words: str) -> str:
    """Return *words* cut to what a description holds."""
    return words if len(words) <= DESCRIPTION_CHARACTERS else words[: DESCRIPTION_CHARACTERS - 1].rstrip() + "…"
