"""Put what changed on the shelf: sequences given, articles kept and placed, related links resolved."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from feedsvc.articles.records import numbered
from feedsvc.articles.revisions import NOTICE
from feedsvc.articles.title_keys import digests_of
from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import ALL
from feedsvc.model.article import ArticleRecord
from feedsvc.model.packing import pack_raw, unpack_raw
from feedsvc.publish.assemble import Change
from feedsvc.publish.link import link
from feedsvc.publish.spool import Spool
from feedsvc.stores.batches import chunks
from feedsvc.stores.transaction import Transaction
from feedsvc.text.search_words import article_words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """What of a change is not kept yet, for all changes must be known before it can be.

    place: where its docket lies in the spool. making: where it lies how the article came about, packed.
    slug:  that it had before; empty for a new one.
    lost:  languages that it was published in and is not now.
    fresh: (when published, position) of its versions that are published for the first time.
    categories, languages: of its feeds.
    """

    identity: str
    place: tuple[int, int]
    making: tuple[int, int]
    is_new: bool
    announced: bool
    slug: str
    lost: frozenset[str]
    fresh: tuple[tuple[float, int], ...]
    categories: tuple[str, ...]
    languages: tuple[str, ...]

    def feeds(self) -> list[tuple[str, str]]:
        """Return (category, language or "") of the feeds of a new article, those of its oldest version first."""
        spoken = ("", *(self.languages[position] for _, position in sorted(self.fresh)))
        return [(category, language) for language in spoken for category in self.categories]


class ArticleWriter:
    """Keep the changes of a pass: what of each stands alone at once, the rest when all are known.

    edition, when: the number and the time of the edition being made.
    published, revised, removed: how many articles were, so far.
    sureness: by how much there are more live dates of each confidence.
    appeared: how many more articles are live than before.
    relinked: related lines of an article are shown otherwise.
    """

    def __init__(self, tx: Transaction, settings: Settings, spool: Spool, *, edition: int, when: datetime) -> None:
        self._tx = tx
        self._articles = tx.articles
        self._placements = tx.placements
        self._spool = spool
        self._settings = settings
        self._site = settings.site
        self._titles = tx.titles
        self._edition = edition
        self._when = when
        self._waiting: list[_Waiting] = []
        self._one: Callable[[tuple[str, ...]], tuple[str, ...]] = cache(tuple)  # of equal ones, only one is held
        self._asked: set[str] = set()  # what those who ask for it see otherwise now
        self.published = self.revised = self.removed = self.appeared = 0
        self.relinked = False
        self.sureness: Counter[str] = Counter()

    def take(self, change: Change) -> None:
        """Take *change* in: what it is found by is kept, and where it stands will be with the others."""
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
        self._tx.searching.change(
            after.id, was=article_words(before) if before is not None and was_live else "", now=after.words
        )
        self._waiting.append(
            _Waiting(
                identity=after.id,
                place=self._spool.put(pack_raw(replace(after, words=""))),
                making=self._spool.put(change.making),
                is_new=is_new,
                announced=change.announced,
                slug=before.slug if before else "",
                lost=frozenset(before.languages if before else ()) - set(after.languages),
                fresh=tuple(
                    (when, position)
                    for position, (_, when, sequence) in enumerate(after.versions)
                    if after.is_live and not sequence
                ),
                categories=self._one((ALL, *after.categories)),
                languages=self._one(after.languages),
            )
        )

    def shelve(self) -> set[str]:
        """Keep every change, and return the categories whose feeds that touches."""
        touched: set[str] = set()
        asking: set[str] = set()
        sequences, places = self._numbers()
        for batch in chunks(self._waiting):
            self._tx.let_go()
            self._titles.prime([each.identity for each in batch])
            self._articles.supersede((each.identity for each in batch if not each.is_new), when=self._when)
            for each in batch:
                with self._tx.only(each.identity):
                    record = unpack_raw(self._spool.get(each.place), ArticleRecord)
                    if each.fresh:
                        record = numbered(record, sequences[each.identity])
                    touched |= self._keep(record, each, places.get(record.id, ()))
                    if record.is_asking and record.is_live:
                        asking.add(record.id)
        self._tx.let_go()
        # Of lines that named what is revived, only the documents themselves have any more.
        self._tx.documents.read_again(self._titles.wanting(self._titles.revived))
        asking |= self._titles.wanting(self._asked | self._titles.changed)
        linked = link(self._tx, asking, self._settings)
        self.relinked = bool(linked)
        return touched | linked

    def _keep(self, after: ArticleRecord, waiting: _Waiting, places: Sequence[int]) -> set[str]:
        is_new = waiting.is_new
        touched = {ALL, *after.categories}
        if not is_new:
            touched |= self._placements.categories(after.id)
        self._articles.put(
            after,
            edition=self._edition,
            made_at=self._when,
            making=self._spool.get(waiting.making),
            gone_at=None if after.is_live else self._when,
        )
        if not after.is_live:
            until = self._when + NOTICE if waiting.announced else None
            languages = ("", *after.languages)
            self._placements.displace(
                after.id, when=self._when, reason=after.reason, languages=languages, notice_until=until
            )
            if after.state == "killed":
                self._titles.kill(after.id, after.titles | after.withheld | self._articles.former_titles(after.id))
                self._tx.let_go()
                self._tx.eraser.article(after.id, slug=waiting.slug)
            else:
                self._titles.hide(after.id, after.titles | after.withheld)
            return touched
        first = min(sequence for _, _, sequence in after.versions)
        self._titles.show(after.id, after.titles, sequence=first, withheld=after.withheld)
        if waiting.lost:
            self._placements.displace(after.id, when=self._when, reason=None, languages=waiting.lost)
        given = dict(zip(waiting.feeds(), places, strict=True)) if places else {}
        self._placements.place(after, is_new=is_new, places=given)
        return touched

    def _numbers(self) -> tuple[Mapping[str, Sequence[int]], Mapping[str, Sequence[int]]]:
        """Return, by article, the sequences of its versions that are published now, and its places in feeds.

        The oldest date comes first. Sequences stand in the order of `fresh`, places in that of `feeds()`. There are no
        places, to be given in the end, unless all that changes is new: a row that is written with its place costs half
        of what one does that gets it later. Bare numbers, for all articles have them at once.
        """
        coming = sorted((when, each.identity, at) for each in self._waiting for at, (when, _) in enumerate(each.fresh))
        waiting = {each.identity: each for each in self._waiting}
        archives = self._tx.archives
        is_placed = all(each.is_new for each in self._waiting) and archives.are_complete()
        sequences: dict[str, array[int]] = {}
        places: dict[str, array[int]] = {}
        for sequence, (_, identity, at) in enumerate(coming, self._placements.next_sequence(self._site.languages)):
            each = waiting[identity]
            sequences.setdefault(identity, array("q", [0] * len(each.fresh)))[at] = sequence
            if is_placed:
                given = places.setdefault(identity, array("q"))
                count = len(each.categories) * (1 if given else 2)  # with its first sequence, in bilingual feeds too
                given.extend(archives.next_place(*feed) for feed in each.feeds()[len(given) :][:count])
        return sequences, places
