"""Render the feeds of partners in a pass: choose their articles, write the feeds, and note what each partner gets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from feedsvc.articles.revisions import NOTICE
from feedsvc.config.settings import Partner
from feedsvc.feeds.addresses import ALL
from feedsvc.feeds.entry_cache import EntryCache
from feedsvc.feeds.partner_feeds import PartnerJob, describe_partner_feed, partner_addresses, render_partner_feed
from feedsvc.model.article import Entry, FeedEntry
from feedsvc.model.packing import pack, unpack_entry
from feedsvc.publish.context import PassContext
from feedsvc.stores.queries import PARTNER_REPORTS

MOST_LOOKED_AT = 1000  # articles of a language, the newest: a selection that takes few must not read the whole store
AT_ONCE = 40
MOST_GONE = 20
RANK = 2_000_000  # of feeds that are in no list


class PartnerFeeds:
    """Render the feeds of all partners if any article has changed.

    kept: by path, (digest, time of the last change) of the published feeds.
    """

    def __init__(
        self, context: PassContext, entry_cache: EntryCache, *, kept: Mapping[str, tuple[str, datetime]]
    ) -> None:
        self._partners = context.settings.partners
        self._settings = context.settings
        self._placements = context.tx.placements
        self._made_at = context.made_at
        self._entry_cache = entry_cache
        self._kept = kept
        self._newest: dict[str, list[tuple[FeedEntry, Entry]]] = {}
        self._gone: dict[str, Sequence[FeedEntry]] = {}
        self.paths = [address.path for partner in self._partners for address in partner_addresses(partner).values()]

    def render(self, touched: set[str]) -> Iterator[str]:
        """Render the feeds that may have changed since the *touched* categories did; yield the paths that have."""
        if ALL not in touched and self._kept.keys() >= set(self.paths):
            return
        reports = []
        for partner in self._partners:
            changed, report = render_partner_feed(self._job(partner), self._entry_cache)
            reports.append(report)
            for feed in changed:
                self._placements.put_feed(feed.ready(), feed.listing, rank=feed.rank)
                yield feed.listing.path
        # One record of all: it names articles, and none may stay in it that was killed.
        written = pack(reports).decode()
        if written != (self._placements.mark(PARTNER_REPORTS) or "[]"):
            self._placements.put_mark(PARTNER_REPORTS, written)

    def _job(self, partner: Partner) -> PartnerJob:
        feeds = {}
        for form, address in partner_addresses(partner).items():
            _, updated = self._kept.get(address.path, (None, self._made_at))
            feeds[form] = describe_partner_feed(self._settings, partner, form, updated=updated)
        return PartnerJob(
            partner=partner,
            feeds=feeds,
            entries=self._chosen(partner),
            gone=self._withdrawn(partner),
            kept={feed.path: self._kept[feed.path] for feed in feeds.values() if feed.path in self._kept},
            made_at=self._made_at,
            rank=RANK,
        )

    def _chosen(self, partner: Partner) -> Iterator[tuple[FeedEntry, Entry]]:
        selection, language = partner.selection, partner.language
        for packed, entry in self._entries(language):
            published = entry.article.version(language).published.instant
            is_over = selection.within is not None and published < self._made_at - selection.within
            if not is_over and selection.fits(entry.article):
                yield packed, entry

    def _entries(self, language: str) -> Iterator[tuple[FeedEntry, Entry]]:
        """Yield the newest entries in *language*, which are read and unpacked once for all partners."""
        known = self._newest.setdefault(language, [])
        number = 0
        while number < MOST_LOOKED_AT:
            if number == len(known):
                before = known[-1][0].sequence if known else None
                more = self._placements.older(category=ALL, language=language, before=before, limit=AT_ONCE)
                if not more:
                    return
                known += [(packed, unpack_entry(packed.data, packed.links)) for packed in more]
            yield known[number]
            number += 1

    def _withdrawn(self, partner: Partner) -> Sequence[tuple[Entry, datetime]]:
        """Return the articles that *partner* may have, and when they went: any killed one may have been chosen."""
        language = partner.language
        if language not in self._gone:
            since = self._made_at - NOTICE
            self._gone[language] = self._placements.gone(category=ALL, language=language, since=since, limit=MOST_GONE)
        found = [(unpack_entry(packed.data, packed.links), packed.gone_at) for packed in self._gone[language]]
        return [
            (entry, when)
            for entry, when in found
            if when is not None and (entry.article.state == "killed" or partner.selection.fits(entry.article))
        ]
