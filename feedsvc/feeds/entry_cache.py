"""Render each entry once for all feeds of a language, and keep the entries rendered last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import NamedTuple

from feedsvc.articles.revisions import correction_of, notice_of
from feedsvc.feeds.entry import make_item
from feedsvc.feeds.formats import RENDERERS
from feedsvc.model.article import Entry, FeedEntry
from feedsvc.model.feed import Feed, Item
from feedsvc.model.packing import unpack_entry

MOST_BYTES = 32_000_000  # of an EntryCache
RECORD, FORM = 1_200, 700  # bytes of the objects around the texts of an article, and around those of one form


@dataclass(frozen=True, kw_only=True, eq=False)
class RenderedEntry:
    """One entry as the feeds of one language, or the bilingual ones, show it, in every format.

    article:    its id. origin: the path of its first document.
    full:       by format, the whole entry, or only its summary if it is so large that no feed has room for it.
    make_brief: renders, by format, the entry with its summary only.
    """

    article: str
    origin: str
    full: Mapping[str, bytes]
    make_brief: Callable[[], Mapping[str, bytes]]
    is_too_large: bool = False

    @cached_property
    def brief(self) -> Mapping[str, bytes]:
        return self.make_brief()


class _Form(NamedTuple):
    """The feeds that show the same bytes of an article, in all formats; profile: of a partner, "" for other feeds."""

    language: str | None
    is_correction: bool = False
    is_brief: bool = False
    profile: str = ""


@dataclass(slots=True, kw_only=True)
class _Kept:
    """The rendered forms of an article, of which too_large are shown by their summary; size: bytes of everything."""

    packed: FeedEntry
    origin: str
    size: int
    forms: dict[_Form, Mapping[str, bytes]] = field(default_factory=dict)
    too_large: set[_Form] = field(default_factory=set)


class EntryCache:
    """The entries rendered last, each as long as its article does not change.

    It keeps bytes only, so that their sum is its size: an entry's objects, and the feeds that it was rendered for, took
    three times as much memory as its bytes.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self.size = 0

    def rendered(
        self, packed: FeedEntry, feeds: Mapping[str, Feed], *, is_correction: bool, max_bytes: int
    ) -> RenderedEntry:
        """Return *packed* rendered for *feeds*.

        feeds:         by format, all of the same language; any will do, because an entry is the same in all of them.
        is_correction: they show the correction of an article.
        max_bytes:     of a feed in each format; the same at each call.
        raises:        RenderError when it cannot be written in one of them.
        """
        form = _Form(next(iter(feeds.values())).language, is_correction, is_brief=False)
        kept = self._find(packed)
        if kept is None or form not in kept.forms:
            whole = render_entry(_unpacked(packed, is_correction=is_correction), feeds, max_bytes=max_bytes)
            kept = self._keep(packed, form, whole.full, origin=whole.origin)
            if whole.is_too_large:
                kept.too_large.add(form)
        return RenderedEntry(
            article=packed.article,
            origin=kept.origin,
            full=kept.forms[form],
            make_brief=partial(self._brief, packed, feeds, form._replace(is_brief=True)),
            is_too_large=form in kept.too_large,
        )

    def copied(
        self,
        packed: FeedEntry,
        entry: Entry,
        *,
        language: str,
        profile: str,
        make: Callable[[Entry], Mapping[str, bytes]],
    ) -> Mapping[str, bytes]:
        """Return the texts that *make* makes of an entry for partners of a *profile*.

        entry:  *packed*, unpacked.
        raises: what *make* does.
        """
        form = _Form(language, profile=profile)
        kept = self._find(packed)
        if kept is None or form not in kept.forms:
            kept = self._keep(packed, form, make(entry), origin=entry.article.origins[0])
        return kept.forms[form]

    def _brief(self, packed: FeedEntry, feeds: Mapping[str, Feed], form: _Form) -> Mapping[str, bytes]:
        kept = self._find(packed)
        if kept is None or form not in kept.forms:
            entry = _unpacked(packed, is_correction=form.is_correction)
            brief = render_item(replace(make_item(entry, next(iter(feeds.values()))), content=None), feeds)
            kept = self._keep(packed, form, brief, origin=entry.article.origins[0])
        return kept.forms[form]

    def _find(self, packed: FeedEntry) -> _Kept | None:
        kept = self._kept.get(packed.article)
        if kept is None:
            return None
        if kept.packed[2:] != packed[2:]:
            self.size -= self._kept.pop(packed.article).size
            return None
        self._kept.move_to_end(packed.article)
        return kept

    def _keep(self, packed: FeedEntry, form: _Form, texts: Mapping[str, bytes], *, origin: str) -> _Kept:
        kept = self._kept.get(packed.article)
        if kept is None:
            size = RECORD + len(packed.data) + len(packed.links)
            kept = self._kept[packed.article] = _Kept(packed=packed, origin=origin, size=size)
            self.size += size
        kept.forms[form] = texts
        more = FORM + sum(map(len, texts.values()))
        kept.size += more
        self.size += more
        while self.size > self._most_bytes:
            self.size -= self._kept.popitem(last=False)[1].size
        return kept

    def clear(self) -> None:
        """Forget all entries, because a killed one must not stay in memory either."""
        self._kept.clear()
        self.size = 0


def _unpacked(packed: FeedEntry, *, is_correction: bool) -> Entry:
    entry = unpack_entry(packed.data, packed.links)
    entry = entry if packed.gone_at is None else notice_of(entry, when=packed.gone_at)
    return correction_of(entry) if is_correction else entry


def render_entry(entry: Entry, feeds: Mapping[str, Feed], *, max_bytes: int) -> RenderedEntry:
    """Return *entry* rendered, without the text of a book, which would take as many bytes as the rest of the pass.

    feeds:     by format; all of the same language.
    max_bytes: of a feed in each format.
    raises:    RenderError when it cannot be written in one of them.
    """
    item = make_item(entry, next(iter(feeds.values())))
    short = replace(item, content=None)
    full = render_item(item, feeds)
    is_too_large = any(len(body) > max_bytes for body in full.values())
    return RenderedEntry(
        article=entry.article.id,
        origin=entry.article.origins[0],
        full=render_item(short, feeds) if is_too_large else full,
        make_brief=partial(render_item, short, feeds),
        is_too_large=is_too_large,
    )


def render_item(item: Item, feeds: Mapping[str, Feed]) -> Mapping[str, bytes]:
    """Return *item* in the format of each of *feeds*."""
    return {form: RENDERERS[form].entry(feed, item) for form, feed in feeds.items()}
