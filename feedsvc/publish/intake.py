"""Take in what changed in the sources since the last pass: documents read, parsed, remembered, moved or gone.

If many documents vanish at once, nothing is removed: an unmounted disk looks like a desk that removed everything.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TypeVar

from feedsvc.config.settings import SourceSettings
from feedsvc.model.document import Document, KnownDocument, Problem, Unchanged, is_among
from feedsvc.model.draft import Draft
from feedsvc.model.errors import SourceError
from feedsvc.model.packing import pack, unpack
from feedsvc.model.ports import Source
from feedsvc.publish.context import PassContext
from feedsvc.publish.link import blanked, without_lines
from feedsvc.publish.moves import Moves
from feedsvc.publish.reading import DocumentFacts, Reading, Taken, copied, read, unread
from feedsvc.stores.erase import ERASED
from feedsvc.stores.placements import Placements
from feedsvc.text.failures import KILLED, Failure

# Of a source that loses so many documents, and such a share of them, nothing is removed before the operator says so.
MANY_GONE = 10
GONE_SHARE = 5
DOUBTED = "removals held"  # the key of a mark: the names of the doubted sources, which are slugs
T = TypeVar("T")
ReallyGone = Callable[[list[KnownDocument], Collection[str]], list[KnownDocument]]
# Documents are looked up together.
BATCH = 200
# Of more places than these, all are looked at: that is one question to the store, not one for each.
MANY_PLACES = 500
LEFT_OUT = "(left out of {source})"  # stands for a path in the notes on what is no document


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What one look at everything in a source missed.

    known:    documents that were there at the last pass. gone: those of them that are not now, and have not moved.
    is_empty: none of them is there. is_bare: nothing at all is.
    is_whole: all places of them could be looked into.
    """

    source: str
    gone: int
    known: int
    is_empty: bool
    is_bare: bool
    is_whole: bool


class Guard:
    """Decide, over all passes, whether documents that are gone from a source may be removed.

    A doubted source stays so until nothing of it is missing, or until the operator confirms the removals: a disk may
    come back in parts, and files written into its empty mount point say nothing about the missing ones.
    """

    def __init__(self, placements: Placements) -> None:
        self._placements = placements
        self._doubted = frozenset((placements.mark(DOUBTED) or "").split())

    def doubts(self, source: str) -> bool:
        """Return whether nothing of *source* may be removed."""
        return source in self._doubted

    def confirm(self, source: str) -> None:
        """Doubt *source* no more: the documents that are missing from it are gone."""
        self._put(self._doubted - {source})

    def doubt(self, absence: Absence) -> Problem | None:
        """Return why nothing of a source is removed; None when what is gone may be."""
        is_back = absence.gone == 0 and absence.is_whole
        if not (_is_sudden(absence) or (self.doubts(absence.source) and not is_back)):
            self.confirm(absence.source)
            return None
        self._put(self._doubted | {absence.source})
        message = f"{_said(absence)} until `feedsvc publish --accept-removals {absence.source}` confirms it"
        return Problem(source=absence.source, path="", message=message)

    def _put(self, doubted: frozenset[str]) -> None:
        if doubted != self._doubted:
            self._doubted = doubted
            self._placements.put_mark(DOUBTED, " ".join(sorted(doubted)))


def _is_sudden(absence: Absence) -> bool:
    """Return whether so much is gone that it is hardly the desk's doing.

    A desk removes its only document like any other; then the folders stay, which an unmounted disk takes along.
    """
    if absence.is_empty and absence.gone:
        return absence.gone > 1 or absence.is_bare
    return absence.gone >= MANY_GONE and absence.gone * GONE_SHARE >= absence.known


def _said(absence: Absence) -> str:
    source = f"source {absence.source}"
    if absence.gone == 0:
        return f"{source} lost many documents at once, and not all of it can be looked into; nothing is removed"
    if absence.gone == absence.known == 1:
        return f"the only document of {source} is gone, and all else in its folder; nothing is removed"
    when = "gone at once" if _is_sudden(absence) else "still gone"
    return f"{absence.gone} of {absence.known} documents of {source} are {when}; nothing is removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Come:
    """A document to be read, and what is known of it; is_known: it was there at the last pass."""

    document: Document
    digest: str
    before: KnownDocument | None
    is_known: bool


@dataclass(slots=True, kw_only=True)
class _Look:
    """What one look at a source finds.

    accepted: the operator has confirmed that what is missing is gone.
    among:    paths, and folders by their paths, that are looked at; None for everything.
    known:    path to fingerprint, of the documents there that were so at the last pass.
    seen:     paths of what is there.
    faulty:   paths of what cannot be read or looked into: nothing below it is known to be gone.
    missing:  documents that were there at the last pass and are not now.
    """

    source: Source
    rules: SourceSettings
    accepted: bool = False
    among: Collection[str] | None
    known: Mapping[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)
    missing: list[KnownDocument] = field(default_factory=list)

    def unseen(self, paths: Iterable[str]) -> list[str]:
        """Return those of *paths* that are not there, as far as could be seen."""
        return [path for path in paths if path not in self.seen and not is_among(path, self.faulty)]


class Intake:
    """Gather what a pass has to look at, source by source.

    taken:    documents that are new or changed. gone: those that were there at the last pass and are not now.
    moved:    documents as they were before they went on under another path.
    """

    def __init__(self, context: PassContext) -> None:
        self._context = context
        self._tx = context.tx
        self._languages = context.settings.site.languages
        self._documents = context.tx.documents
        self._titles = context.tx.titles
        self._killing = context.tx.eraser.killing
        self._guard = Guard(context.tx.placements)
        self._is_again = context.is_again
        self._serial = context.tx.documents.next_serial()
        if self._is_again:
            self._documents.try_deadly()
        self.taken: list[Taken] = []
        self.gone: list[KnownDocument] = []
        self.moved: list[KnownDocument] = []
        self._looks: list[_Look] = []
        self._dropped: list[KnownDocument] = []

    def take(
        self, source: Source, rules: SourceSettings, *, removals_accepted: bool, among: Collection[str] | None
    ) -> None:
        """Look at the documents of *source*; one that cannot be used is remembered with its reason.

        removals_accepted: the operator has confirmed that many documents are gone.
        among:             paths, and folders by their paths, to look at; None for everything.
        """
        if self._is_again or self._guard.doubts(rules.name) or (among is not None and len(among) > MANY_PLACES):
            among = None
        self._look(_Look(source=source, rules=rules, accepted=removals_accepted, among=among))

    def take_erased(self, source: Source, rules: SourceSettings, paths: Collection[str]) -> None:
        """Read the documents of *source* at *paths* again, whose text was erased; see `erased`."""
        if paths:
            self._look(_Look(source=source, rules=rules, among=paths))

    def _look(self, look: _Look) -> None:
        name = look.source.name
        look.known = self._documents.fingerprints(name, among=look.among)
        troubled = self._documents.problem_paths(name, among=look.among)
        try:
            known = dict.fromkeys(look.known, "") if self._is_again else look.known
            there = look.source.documents(known=known, now=self._context.now, among=look.among)
            self._read(self._changed(there, look), look.rules)
        except SourceError as error:
            problem = Problem(source=name, path="", message=f"source {name} cannot be listed: {error}")
            self._documents.put_problems(name, "", [problem])
            if self._is_again:  # other settings or software are for what it holds too, once it can be listed
                self._documents.look_again(name)
            return
        if look.among is None:
            self._documents.put_problems(name, "", [])
            aside = LEFT_OUT.format(source=name)
            look.seen.add(aside)
            notes = [Problem(source=name, path=aside, message=note, severity="note") for note in look.source.left_out()]
            self._documents.put_problems(name, aside, notes)
        for path in sorted(look.unseen(troubled - {""})):
            self._documents.put_problems(name, path, [])
        look.missing = list(self._documents.remembered(name, look.unseen(look.known)).values())
        self._looks.append(look)

    def drop_all_but(self, sources: Collection[str]) -> None:
        """Note that there are no other *sources* now.

        Where one has got another name in the settings, its documents lie in another source, and go on there. What lies
        in none stays published, for nobody has removed it; what was wrong with it is nobody's any more.
        """
        paths = [taken.document.path for taken in self.taken]
        digests = [taken.document.digest for taken in self.taken]
        self._dropped = self._documents.of_others(sources, paths=paths, digests=digests)
        self._documents.drop_problems_of_others(sources)

    def erased(self) -> Mapping[str, Collection[str]]:
        """Return, by source, the documents to be read again because another one revives their article.

        Their text was erased when it was killed, so only the sources still know whether they have a kill mark.
        """
        if self._is_again:
            return {}
        known = {(taken.document.source, taken.document.path) for taken in self.taken}
        known |= {(document.source, document.path) for look in self._looks for document in look.missing}
        found: dict[str, list[str]] = {}
        for article in sorted({taken.document.article or "" for taken in self.taken if taken.facts.revives}):
            for document in self._documents.of(article):
                is_erased = self._documents.content(document.digest) == ERASED
                if is_erased and (document.source, document.path) not in known:
                    self._documents.put(replace(document, fingerprint=""))
                    found.setdefault(document.source, []).append(document.path)
        self._documents.end_batch()
        return {source: paths[:MANY_PLACES] for source, paths in found.items()}

    def settle(self, really_gone: ReallyGone) -> None:
        """Tell moves from removals, and copies from arrivals, once every source was looked at.

        really_gone: told what is missing and has not moved, and the names of the sources that were looked at in part;
                     returns what is to be removed.
        """
        missing = [*self._dropped, *(document for look in self._looks for document in look.missing)]
        keeping = {look.rules.name for look in self._looks if look.rules.when_removed == "keep"}
        self.moved = Moves(self._documents, self.taken, missing, keeping=keeping, new=self._new).settle()
        here = {taken.document.digest for taken in self.taken}
        moved = {(document.source, document.path) for document in self.moved}
        leaving = [document for look in self._looks for document in self._leaving(look, moved)]
        for document in self._dropped:
            if document.digest in here and (document.source, document.path) not in moved:  # one of several alike
                self._documents.leave(document.source, document.path)
        self.gone = really_gone(leaving, {look.rules.name for look in self._looks if look.among is not None})
        for document in self.gone:
            self._documents.leave(document.source, document.path)
        fresh = [number for number, taken in enumerate(self.taken) if taken.document.article is None]
        verdicts = copied([(self.taken[number].document.arrival, self.taken[number].facts.days) for number in fresh])
        for number, was_copied in zip(fresh, verdicts, strict=True):
            taken = self.taken[number]
            self.taken[number] = replace(taken, document=replace(taken.document, live=not was_copied))

    def hand_over(self) -> Mapping[tuple[str, str], int]:
        """Return, by source and path, the offset in the spool of the draft of each document taken, and forget the rest.

        The facts of all documents take more memory than all that comes after.
        """
        drafts = {(taken.document.source, taken.document.path): taken.draft for taken in self.taken}
        self.taken.clear()
        return drafts

    def _leaving(self, look: _Look, moved: Collection[tuple[str, str]]) -> list[KnownDocument]:
        """Return what is gone from a source and is to be removed."""
        if look.rules.when_removed != "withdraw":
            return []
        gone = [document for document in look.missing if (document.source, document.path) not in moved]
        if look.accepted:
            self._guard.confirm(look.rules.name)
            return gone
        is_doubted = self._guard.doubts(look.rules.name)
        if (is_doubted and look.among is not None) or not (is_doubted or gone):
            return []
        known = len(look.known) if look.among is None else self._documents.count(look.rules.name)
        is_empty = len(look.known) >= known and look.seen.isdisjoint(look.known)
        absence = Absence(
            source=look.rules.name,
            gone=len(gone),
            known=known,
            is_empty=is_empty,
            is_bare=is_empty and look.source.is_bare(),
            is_whole=all(path in look.seen or not is_among(path, look.faulty) for path in look.known),
        )
        problem = self._guard.doubt(absence)
        if problem is None:
            return gone
        self._documents.put_problems(problem.source, "", [problem])
        return []

    def _changed(self, there: Iterable[Document | Unchanged | Problem], look: _Look) -> Iterator[_Come]:
        """Yield the documents whose bytes are not those that were read last; note what is seen, and faulty."""
        source, known = look.source.name, look.known
        for batch in _batches(there):
            look.seen.update(each.path for each in batch)
            documents = [each for each in batch if isinstance(each, Document)]
            remembered = self._documents.remembered(source, [document.path for document in documents])
            for each in batch:
                if isinstance(each, Problem):
                    look.faulty.add(each.path)
                    self._documents.put_problems(source, each.path, [each])
                if not isinstance(each, Document):
                    self._report()
            for document in documents:
                digest = hashlib.sha256(document.content).hexdigest()[:32]
                before = remembered.get(document.path)
                is_read = before is not None and document.path in known and known[document.path] and before.article
                if before and is_read and before.digest == digest and not self._is_again:
                    self._documents.put(replace(before, fingerprint=document.fingerprint))
                    self._report()
                else:
                    yield _Come(document=document, digest=digest, before=before, is_known=document.path in known)

    def _read(self, changed: Iterable[_Come], rules: SourceSettings) -> None:
        """Read what came, in the worker pool, and take it in or remember why not."""
        coming: deque[_Come] = deque()

        def documents() -> Iterator[Document]:
            for each in changed:
                if self._documents.is_deadly(each.digest):
                    self._report()
                    self._take(each, unread(Failure(reason=KILLED)), killed=(), encoding=rules.encoding)
                    continue
                coming.append(each)
                yield each.document

        work = partial(read, encoding=rules.encoding, languages=self._languages)
        for readings in _batches(self._context.pool.map(work, documents(), instead=unread)):
            killed = self._titles.killed(
                digest for reading in readings if reading.facts for digest in reading.facts.asks
            )
            for reading in readings:
                come = coming.popleft()
                self._report()
                place = (come.document.source, come.document.path)
                failure = self._tx.without.get(place)
                taken = unread(failure) if failure else reading
                with self._tx.only(place):
                    self._take(come, taken, killed=killed, encoding=rules.encoding)

    def _take(self, come: _Come, reading: Reading, *, killed: Collection[str], encoding: str | None) -> None:
        document, before = come.document, come.before
        if reading.facts is None:
            # What was published from an earlier version of the document stands; it is read again at every pass.
            if reading.failure:
                if reading.failure.reason == KILLED:
                    self._documents.put_deadly(come.digest)
                self._documents.put_failure(document.source, document.path, reading.failure, what="be read")
            elif reading.problem:
                self._documents.put_problems(document.source, document.path, [reading.problem])
            if before and come.is_known:
                self._documents.put(replace(before, fingerprint=""))
            return
        self._documents.put_problems(document.source, document.path, [])
        if reading.facts.kills and (before is None or before.digest != come.digest):
            self._killing.add((document.source, document.path))
        content: bytes | None = ERASED if reading.facts.kills else document.content
        draft = reading.draft
        if content is not None and not reading.facts.asks.isdisjoint(killed):
            draft = pack(without_lines(unpack(draft, Draft), killed))
            content = (
                ERASED
                if reading.facts.kills
                else blanked(document, killed, encoding=encoding, languages=self._languages)
            )
        if content is None:  # read at every pass, for there is nothing to compose it of
            self._documents.drop_content(come.digest)
        else:
            self._documents.put_content(come.digest, content)
        fingerprint = "" if content is None else document.fingerprint
        if before is None or before.article is None:
            now_known = replace(self._new(document, reading.facts, come.digest), fingerprint=fingerprint)
        else:
            now_known = replace(before, fingerprint=fingerprint, digest=come.digest, due=None)
        self.taken.append(
            Taken(
                document=now_known,
                draft=self._context.spool.put(draft),
                facts=reading.facts,
                before=before,
                arrival=document.arrival,
            )
        )

    def _report(self) -> None:
        self._context.report("reading")

    def _new(self, found: Document | KnownDocument, facts: DocumentFacts, digest: str) -> KnownDocument:
        self._serial += 1
        return KnownDocument(
            source=found.source,
            path=found.path,
            fingerprint=found.fingerprint,
            digest=digest,
            arrival=found.arrival,
            live=True,
            article=None,
            gist=facts.gist,
            serial=self._serial,
        )


def all_gone(missing: list[KnownDocument], _in_part: Collection[str]) -> list[KnownDocument]:
    """Return all that is missing: a pass that is made once waits for nothing."""
    return missing


def _batches(there: Iterable[T]) -> Iterator[list[T]]:
    coming = iter(there)
    while batch := list(islice(coming, BATCH)):
        yield batch
