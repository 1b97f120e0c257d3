"""Write the changed articles of a pass: number their versions, write them and their placements, resolve links."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from feedsvc.articles.related import digests_of
from feedsvc.articles.revisions import NOTICE
from feedsvc.feeds.addresses import ALL
from feedsvc.model.article import Article, ArticleRecord, Making
from feedsvc.model.packing import pack_raw, unpack, unpack_raw
from feedsvc.publish.assemble import Change
from feedsvc.publish.context import PassContext
from feedsvc.publish.fill_feeds import feeds_that_take
from feedsvc.publish.link import LINKING, link
from feedsvc.stores.batches import chunks
from feedsvc.stores.changes import kind_of_change
from feedsvc.text.search_words import article_words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """The part of a change that stays in memory while it waits for the others; the rest is in the spool.

    record:    offset of its `ArticleRecord` in the spool. making: offset of the packed `Making`.
    slug:      of the article before; empty for a new one.
    lost:      languages in which it was published before, but is not now.
    published: date of each of its versions, in the order of its languages.
    """

    identity: str
    record: int
    making: int
    is_new: bool
    is_live: bool
    announced: bool
    slug: str
    lost: frozenset[str]
    published: tuple[float, ...]
    languages: tuple[str, ...]


class ArticleWriter:
    """Write the changes of a pass: their words at once, the rest after the last change.

    published, revised, removed: counts of articles so far.
    sureness: the increase in live dates, by confidence.
    appeared: the increase in live articles.
    relinked: the shown related lines of an article have changed.
    """

    def __init__(self, context: PassContext) -> None:
        self._context = context
        self._tx = context.tx
        self._articles = context.tx.articles
        self._placements = context.tx.placements
        self._titles = context.tx.titles
        self._spool = context.spool
        self._waiting: list[_Waiting] = []
        self._one: Callable[[tuple[str, ...]], tuple[str, ...]] = cache(tuple)  # equal tuples are one in memory
        self._asked: set[str] = set()  # digests whose articles may have changed
        self.published = self.revised = self.removed = self.appeared = 0
        self.relinked = False
        self.sureness: Counter[str] = Counter()

    @property
    def has_changes(self) -> bool:
        """Whether readers see any change."""
        return bool(self.published or self.revised or self.removed or self.relinked)

    def add(self, change: Change) -> None:
        """Count *change*, write its words for searches, and let the rest of it wait for `write`."""
        before, after = change.before, change.after
        is_new = before is None
        was_live = before is not None and before.state == "live"
        is_removed = not after.is_live and was_live
        self.published += is_new
        self.revised += not is_new and not is_removed
        self.removed += is_removed
        self.appeared += after.is_live - was_live
        if after.is_live:
            self.sureness.update(after.confidences)
        if before is not None and was_live:
            self.sureness.subtract(version.published.confidence for version in before.versions)
        self._asked |= after.titles | (digests_of(before) if before else frozenset())
        self._tx.search_index.change(
            after.id, was=article_words(before) if before is not None and was_live else "", now=after.words
        )
        self._waiting.append(
            _Waiting(
                identity=after.id,
                record=self._spool.put(pack_raw(replace(after, words=""))),
                making=self._spool.put(change.making),
                is_new=is_new,
                is_live=after.is_live,
                announced=change.announced,
                slug=before.slug if before else "",
                lost=frozenset(before.languages if before else ()) - set(after.languages),
                published=tuple(published for _, published in after.versions),
                languages=self._one(after.languages),
            )
        )

    def write(self) -> set[str]:
        """Write every change; return the categories whose feeds may change."""
        touched: set[str] = set()
        asking: set[str] = set()
        sequences = self._number_versions()
        for batch in chunks(self._waiting):
            self._tx.end_batch()
            self._titles.prime([waiting.identity for waiting in batch])
            self._tx.files.prime([waiting.identity for waiting in batch])
            revised = [waiting.identity for waiting in batch if not waiting.is_new]
            touched |= self._placements.categories(revised) if revised else set()
            self._articles.supersede(revised, when=self._context.made_at)
            for waiting in batch:
                with self._tx.only(waiting.identity):
                    record = self._with_own_feeds(unpack_raw(self._spool.get(waiting.record), ArticleRecord))
                    touched |= self._write(record, waiting, sequences.get(record.id, ()))
                    if record.is_asking and record.is_live:
                        asking.add(record.id)
        self._tx.end_batch()
        # Only the documents themselves still have the lines that named an article before its kill and revival.
        self._tx.documents.read_again(self._titles.wanting(self._titles.revived))
        asking |= self._titles.wanting(self._asked | self._titles.changed)
        linked = link(self._context, asking)
        self.relinked = bool(linked)
        return touched | linked

    def _with_own_feeds(self, record: ArticleRecord) -> ArticleRecord:
        """Return *record* with the feeds of the newsroom's own that take it among its categories."""
        feeds = self._context.settings.own_feeds
        if not feeds or not record.is_live:
            return record
        taking = feeds_that_take(unpack(record.article, Article), feeds)
        return replace(record, categories=(*record.categories, *taking))

    def _write(self, record: ArticleRecord, waiting: _Waiting, sequences: Sequence[int]) -> set[str]:
        """Write an article and its placements; return its categories, former ones too.

        sequences: of a live article, in the order of its languages.
        """
        when = self._context.made_at
        touched = {ALL, *record.categories}
        self._articles.put(
            record,
            edition=self._context.edition,
            made_at=when,
            making=self._spool.get(waiting.making),
            gone_at=None if record.is_live else when,
        )
        kind = kind_of_change(record.state, unpack(self._spool.get(waiting.making), Making).kind)
        self._tx.changes.put(record.id, kind, edition=self._context.edition, made_at=when)
        self._titles.want(record.id, record.asks)
        if record.files or not self._tx.files.is_empty:
            self._tx.files.show(record.id, record.files)
        if not (record.is_live and record.is_asking):
            self._tx.documents.put_problems(LINKING, record.id, [])
        if record.is_live:
            self._titles.show(record.id, record.titles, sequence=min(sequences), withheld=record.withheld)
            if waiting.lost:
                self._placements.displace(record.id, when=when, reason=None, languages=waiting.lost)
            by_language = dict(zip(record.languages, sequences, strict=True))
            self._placements.place(record, sequences=by_language, is_new=waiting.is_new)
            return touched
        until = when + NOTICE if waiting.announced else None
        languages = ("", *record.languages)
        self._placements.displace(record.id, when=when, reason=record.reason, languages=languages, notice_until=until)
        if record.state == "killed":
            self._titles.kill(record.id, record.titles | record.withheld | self._articles.former_titles(record.id))
            self._tx.end_batch()
            self._tx.eraser.article(record.id, slug=waiting.slug)
            self._tx.files.forget(record.id)
        else:
            self._titles.hide(record.id, record.titles | record.withheld)
        return touched

    def _number_versions(self) -> Mapping[str, Sequence[int]]:
        """Return, by live article, the sequences of its versions in the order of its languages.

        A version that was published before keeps its sequence, even if its language was gone meanwhile. New versions of
        all articles in the pass are numbered by their dates, the oldest first.
        """
        sequences: dict[str, array[int]] = {}  # plain numbers, for all articles of the pass are in memory at once
        fresh: list[tuple[float, str, int]] = []
        for batch in chunks([waiting for waiting in self._waiting if waiting.is_live]):
            known = self._placements.sequences(waiting.identity for waiting in batch if not waiting.is_new)
            for waiting in batch:
                by_language = known.get(waiting.identity, {})
                its = array("q", [by_language.get(language, 0) for language in waiting.languages])
                sequences[waiting.identity] = its
                fresh += [(waiting.published[at], waiting.identity, at) for at, given in enumerate(its) if not given]
        first = self._placements.next_sequence(self._context.settings.site.languages)
        for sequence, (_, identity, at) in enumerate(sorted(fresh), first):
            sequences[identity][at] = sequence
        return sequences
