"""The head of a page: its title, languages, feeds and links; and texts in the languages of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from markupsafe import Markup, escape

from feedsvc.config.settings import Site
from feedsvc.feeds.addresses import ALL, SEARCH, TURNED, address_of, page_path, split_page_path
from feedsvc.feeds.formats import RENDERERS
from feedsvc.model.article import Media, Text
from feedsvc.model.feed import FeedListing
from feedsvc.text.direction import language_attributes
from feedsvc.text.scripts import HAN, tell_language

FIRST_FORMAT = next(iter(RENDERERS))
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


MOST_OFFERED = 6  # readers show all that a head offers as a list to choose from


def discovered_feeds(
    listings: Iterable[FeedListing], *, categories: Sequence[str], language: str | None, base_url: str
) -> tuple[Discovered, ...]:
    """Return the feeds of the first category and of every article, in the language of the page, then in others as RSS.

    Feeds of other categories, empty feeds of one language, and feeds of corrections are on /feeds/ only.

    language: of the page; None for all, whose feeds are bilingual.
    """
    order = list(dict.fromkeys((*categories[:1], ALL)))
    there = sorted(
        (
            listing
            for listing in listings
            if listing.category in order
            and (listing.entries or listing.language is None)
            and not address_of(listing).is_of_corrections
        ),
        key=lambda listing: order.index(listing.category),
    )
    own = [listing for listing in there if listing.language == language]
    others = [listing for listing in there if listing.language != language and listing.format == FIRST_FORMAT]
    return tuple(
        Discovered(
            href=base_url + listing.path,
            media_type=listing.media_type.partition(";")[0],
            title=f"{listing.title} ({format_name(listing.format)})",
        )
        for listing in (*own, *others)[:MOST_OFFERED]
    )


def feed_rows(listings: Iterable[FeedListing]) -> tuple[FeedRow, ...]:
    """Return a row for each feed; *listings* are in the order of the library, with all formats of a feed together."""
    grouped = groupby(listings, lambda listing: (listing.category, listing.language))
    return tuple(
        FeedRow(category=category, language=language, listings=tuple(group)) for (category, language), group in grouped
    )


def format_name(form: str) -> str:
    return FORMAT_NAMES.get(form, form)


DESCRIPTION_CHARACTERS = 300
ANY_LANGUAGE = "x-default"
HAN_STRETCH = re.compile(f"({HAN.pattern}(?:{HAN.pattern}|[0-9\u3001-\u3017\uff01-\uff60])*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a page.

    languages:  of the page, the primary first.
    canonical:  absolute; None for errors, which have no address of their own.
    original:   absolute; of another site, where it was first. Search engines show that page.
    asked:      the language that the reader chose; None for all languages.
    choices:    languages in which there is a version of the page; empty for those of the site.
    section:    the slug of the category that the page belongs to.
    kind:       of Open Graph: "website" or "article".
    headline:   of an article, without the name of the site, which previews show beside it.
    picture:    of Open Graph.
    facts:      further (property, content) of Open Graph, such as "article:published_time".
    structured: JSON-LD.
    license:    the address of the article's own licence.
    """

    title: str
    description: str
    canonical: str | None
    languages: tuple[str, ...]
    original: str | None = None
    feeds: tuple[Discovered, ...] = ()
    asked: str | None = None
    choices: tuple[str, ...] = ()
    section: str | None = None
    kind: str = "website"
    headline: str = ""
    picture: Media | None = None
    facts: tuple[tuple[str, str], ...] = ()
    structured: Mapping[str, object] | None = None
    license: str | None = None


def spoken(address: str, language: str | None, *, site: Site) -> str:
    """Return the address of a page in *language*, None for all languages; of several pages, the first.

    address: absolute. That of a search has the language in its query, beside the words.
    """
    path, _, query = address.removeprefix(site.base_url).partition("?")
    if path == SEARCH:
        asked = [(name, value) for name, value in parse_qsl(query) if name not in {"lang", "page"}]
        return f"{site.base_url}{path}?{urlencode([('lang', language), *asked] if language else asked)}".rstrip("?")
    _, everyone = split_page_path(path, site.page_languages)
    return site.base_url + page_path(TURNED.sub("", everyone), language if language in site.page_languages else None)


def twins_of(head: Head, languages: Sequence[str], *, site: Site) -> tuple[tuple[str, str], ...]:
    """Return (hreflang, address) of a page in each of *languages* and in all; nothing if there is only one.

    source: HTML, section 4.6.7.1: alternate, with hreflang.
    """
    if head.canonical is None or len(languages) == 1 or "page=" in head.canonical or TURNED.search(head.canonical):
        return ()
    return (
        *((language, spoken(head.canonical, language, site=site)) for language in languages),
        (ANY_LANGUAGE, spoken(head.canonical, None, site=site)),
    )


def in_language(language: str | None, head: Head, *, site: Site) -> str:
    """Return the address of the page in *language*, without the host; for an error, that of the front page."""
    parts = urlsplit(spoken(head.canonical or f"{site.base_url}/", language, site=site))
    return urlunsplit(parts._replace(scheme="", netloc=""))


def kept_language(address: str, title: Text, head: Head, *, site: Site) -> str:
    """Return *address*; for one of our articles, in the language that the reader chose, if the article has it."""
    is_ours = address.startswith(f"{site.base_url}/articles/")
    has_it = is_ours and head.asked and title.get(head.asked) is not None
    return spoken(address, head.asked, site=site) if has_it else address


def runs(text: Text, languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (language, words) of *text* in the order of *languages*; the first run of the text if it has none of them.

    Words that are equal in two languages are one run. An empty text has none.
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
    """Return *text* in *languages* as HTML, each run with its language. A macro takes ten times as long.

    stroke: between two languages.
    """
    between = f'<span class="stroke">{escape(stroke)}</span>'
    shown = (
        f"<span {language_attributes(language, beside=languages)}>{escape(words)}</span>"
        for language, words in runs(text, languages)
    )
    return Markup(between.join(shown))  # noqa: S704  all parts are escaped


def in_scripts(words: str, languages: Sequence[str]) -> Markup:
    """Return an English sentence as HTML, in which quotations in Han script have their language.

    languages: of the site.
    """
    parts = (
        f"<span {language_attributes(tell_language(part, languages) or 'und', beside=languages)}>{escape(part)}</span>"
        if number % 2
        else escape(part)
        for number, part in enumerate(HAN_STRETCH.split(words))
    )
    return Markup("".join(parts))  # noqa: S704  all parts are escaped


def plain(text: Text, languages: Sequence[str]) -> str:
    """Return *text* in *languages* as one line, for titles and attributes."""
    return " / ".join(words for _, words in runs(text, languages))


def shortened(words: str) -> str:
    """Return *words* cut to the length of a description."""
    return words if len(words) <= DESCRIPTION_CHARACTERS else words[: DESCRIPTION_CHARACTERS - 1].rstrip() + "…"
