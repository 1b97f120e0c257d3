"""Render entries, each once for all feeds of a language, and choose how much of each a feed has room for."""

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
ENTRIES = 1000  # unpacked, for the feeds to come
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
        return _render(replace(self.item, content=None), self.feeds)


class EntryCache:
    """The entries that were rendered last, as long as their articles do not change."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str | None, str], RenderedEntry] = OrderedDict()
        self._entries: dict[str, tuple[FeedEntry, Entry]] = {}

    def entry(self, packed: FeedEntry) -> Entry:
        """Return *packed* as an entry, unpacked once for all the feeds that have it."""
        known = self._entries.get(packed.article)
        if known is None or known[0][2:] != packed[2:]:
            if len(self._entries) >= ENTRIES:
                self._entries.clear()
            entry = unpack_entry(packed.data, packed.links)
            entry = entry if packed.gone_at is None else notice_of(entry, when=packed.gone_at)
            known = self._entries[packed.article] = (packed, entry)
        return known[1]

    def rendered(self, entry: Entry, feeds: Mapping[str, Feed], *, variant: str = "") -> RenderedEntry:
        """Return *entry* rendered for *feeds*.

        feeds:  by format; all of the same language.
        variant: of feeds that show an article otherwise, such as those of corrections; "" for the usual ones.
        raises: RenderError when it cannot be written in one of them.
        """
        feed = next(iter(feeds.values()))
        key = (entry.article.id, feed.language, variant)
        kept = self._kept.get(key)
        if kept is None or kept.entry != entry:
            item = make_item(entry, feed)
            kept = self._kept[key] = RenderedEntry(entry=entry, item=item, feeds=feeds, full=_render(item, feeds))
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept

    def clear(self) -> None:
        """Forget all entries, because what was killed must not stay in memory either."""
        self._kept.clear()
        self._entries.clear()


def fit(
    entries: Sequence[RenderedEntry], heads: Mapping[str, int], *, max_bytes: int, bound: frozenset[str] = frozenset()
) -> list[Mapping[str, bytes]]:
    """Return, by format, the entries for which every format has room.

    First the giants become brief, for one long read must not cost all others their text; then the oldest; and only
    then are entries left out, the oldest first.

    entries:   newest first.
    heads:     by format, the bytes of the feed without entries.
    max_bytes: of each feed, unless its bound entries alone take more.
    bound:     ids of articles that are never left out: no page of the archive holds them yet.
    """

    def fits(shown: Sequence[Mapping[str, bytes]], share: float = 1) -> bool:
        # One byte more for each entry: JSON puts a comma between them.
        return all(
            sum(len(entry[form]) + 1 for entry in shown) + head <= max_bytes * share for form, head in heads.items()
        )

    full = [rendered.full for rendered in entries]
    if fits(full):
        return full
    shown = [entry.full if fits([entry.full], GIANT_SHARE) else entry.brief for entry in entries]

    def brief_after(count: int) -> list[Mapping[str, bytes]]:
        return [*shown[:count], *(rendered.brief for rendered in entries[count:])]

    fitting = brief_after(_most(len(entries), lambda count: fits(brief_after(count))))
    is_bound = [rendered.entry.article.id in bound for rendered in entries]

    def first(count: int) -> list[Mapping[str, bytes]]:
        return [entry for number, entry in enumerate(fitting) if number < count or is_bound[number]]

    return first(_most(len(fitting), lambda count: fits(first(count))))


def _render(item: Item, feeds: Mapping[str, Feed]) -> Mapping[str, bytes]:
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
