"""Lay out feeds for heads and for people: which a page announces, and in which rows they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from feedsvc.feeds import ALL, is_of_corrections
from feedsvc.model.feeds import FeedListing

FORMAT_NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """Hold one feed as a page's head announces it; href is absolute, media_type has no parameters."""

    href: str
    media_type: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """Hold one feed in all its formats.

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
            and not is_of_corrections(listing)
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
