"""Set entries in type, each once for all the feeds that show it, and choose how much of each a feed has room for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from feedsvc.articles.revisions import notice_of
from feedsvc.feeds.formats import RENDERERS
from feedsvc.feeds.formats.entry import make_item
from feedsvc.model.article import Entry, FeedEntry
from feedsvc.model.feed import Feed, Item
from feedsvc.model.packing import unpack_entry

KEPT = 1500
ENTRIES = 1000  # unpacked, and held for the feeds to come
GIANT_SHARE = 0.5  # of a feed's bytes; an entry that alone takes more is shown by its summary when bytes are short


@dataclass(frozen=True, kw_only=True, eq=False)
class RenderedEntry:
    """One entry as the feeds of one language, or the bilingual ones, show it, in every format.

    feeds: by format; any feed of the language will do, for an entry is the same in all of them.
    full:  by format, the whole entry.
    """

    entry: Entry
    item: Item
    feeds: Mapping[str, Feed]
    full: Mapping[str, bytes]

    @cached_property
    def brief(self) -> Mapping[str, bytes]:
        """Return, by format, the entry by its summary alone."""
        return _set(replace(self.item, content=None), self.feeds)


class EntryCache:
    """Keep the entries that were set last, as long as they are what they were."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str | None, str], RenderedEntry] = OrderedDict()
        self._entries: dict[str, tuple[FeedEntry, Entry]] = {}

    def entry(self, standing: FeedEntry) -> Entry:
        """Return *standing* as an entry, unpacked once for all the feeds that hold it."""
        known = self._entries.get(standing.article)
        if known is None or known[0][2:] != standing[2:]:
            if len(self._entries) >= ENTRIES:
                self._entries.clear()
            entry = unpack_entry(standing.data, standing.links)
            entry = entry if standing.gone_at is None else notice_of(entry, when=standing.gone_at)
            known = self._entries[standing.article] = (standing, entry)
        return known[1]

    def of(self, entry: Entry, feeds: Mapping[str, Feed], *, guise: str = "") -> RenderedEntry:
        """Return *entry* set for *feeds*.

        feeds:  by format; all of the same language.
        guise:  tells kinds of feeds apart that show an article differently, so that neither drives the other out.
        raises: RenderError when it cannot be written in one of them.
        """
        feed = next(iter(feeds.values()))
        key = (entry.article.id, feed.language, guise)
        kept = self._kept.get(key)
        if kept is None or kept.entry != entry:
            item = make_item(entry, feed)
            kept = self._kept[key] = RenderedEntry(entry=entry, item=item, feeds=feeds, full=_set(item, feeds))
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept

    def clear(self) -> None:
        """Keep nothing any more: what was killed is not to be kept in memory either."""
        self._kept.clear()
        self._entries.clear()


def fit(
    entry_cache: Sequence[RenderedEntry], heads: Mapping[str, int], *, most: int, bound: frozenset[str] = frozenset()
) -> list[Mapping[str, bytes]]:
    """Return, by format, the entries that every format holds within its bytes.

    First the giants become brief, for one long read must not cost all others their text; then the oldest; and only
    then are entries left out, the oldest first.

    galleys: newest first.
    heads:   by format, the bytes of the feed without entries.
    most:    bytes that no feed goes beyond, unless its bound entries alone do.
    bound:   ids of articles that are never left out: no page of the archive holds them yet.
    """

    def fits(entries: Sequence[Mapping[str, bytes]], share: float = 1) -> bool:
        # One byte more for each entry: JSON puts a comma between them.
        return all(
            sum(len(entry[form]) + 1 for entry in entries) + head <= most * share for form, head in heads.items()
        )

    full = [rendered.full for rendered in entry_cache]
    if fits(full):
        return full
    shown = [each.full if fits([each.full], GIANT_SHARE) else each.brief for each in entry_cache]

    def brief_after(count: int) -> list[Mapping[str, bytes]]:
        return [*shown[:count], *(rendered.brief for rendered in entry_cache[count:])]

    fitting = brief_after(_most(len(entry_cache), lambda count: fits(brief_after(count))))
    is_bound = [rendered.entry.article.id in bound for rendered in entry_cache]

    def first(count: int) -> list[Mapping[str, bytes]]:
        return [entry for number, entry in enumerate(fitting) if number < count or is_bound[number]]

    return first(_most(len(fitting), lambda count: fits(first(count))))


def _set(item: Item, feeds: Mapping[str, Feed]) -> Mapping[str, bytes]:
    return {form: RENDERERS[form].entry(feed, item) for form, feed in feeds.items()}


def _most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to *count* that *fits*, which holds for all smaller ones; 0 when none does."""
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low
