"""Take in the documents that were changed, moved or removed in the sources since the last pass.

If many documents vanish at once, nothing is removed: an unmounted disk looks like a desk that removed everything.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from feedsvc.articles.named_stories import without_stories
from feedsvc.articles.references import Place
from feedsvc.config.settings import SourceSettings
from feedsvc.model.document import Document, KnownDocument, Problem, Unchanged, by_bytes, is_among
from feedsvc.model.draft import Draft
from feedsvc.model.errors import SourceError
from feedsvc.model.packing import pack, unpack
from feedsvc.model.ports import Source
from feedsvc.parsers.agency.message_parts import message_in, message_of, with_messages
from feedsvc.publish.context import PassContext
from feedsvc.publish.gather_files import Seen
from feedsvc.publish.link import blanked
from feedsvc.publish.moves import Moves
from feedsvc.publish.reading import DocumentFacts, Reading, Taken, can_be_read, copied, read, unread
from feedsvc.stores.batches import weighed_chunks
from feedsvc.stores.erase_killed import ERASED
from feedsvc.stores.placements import Placements
from feedsvc.text.failures import KILLED, Failure

# If a source loses so many documents, and a fifth of all, nothing is removed before the operator confirms it.
MANY_GONE = 10
GONE_SHARE = 5
DOUBTED = "removals held"  # the key of a mark: the names of the doubted sources, which are slugs
ReallyGone = Callable[[list[KnownDocument], Collection[str]], list[KnownDocument]]
BATCH = 200  # documents that are looked up together
# If more places may have changed, the whole source is read: that is one query, and not one for each place.
MANY_PLACES = 500
LEFT_OUT = "(left out of {source})"  # the path of notes on files that are no documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """The documents that are missing from a source.

    known:    count of documents at the last pass. gone: count of those that are missing now and have not moved.
    is_empty: all known documents are missing. is_bare: the source has no file at all.
    is_whole: all folders of known documents could be read.
    """

    source: str
    gone: int
    known: int
    is_empty: bool
    is_bare: bool
    is_whole: bool


class Guard:
    """Decide, over all passes, whether documents that are gone from a source may be removed.

    A source is doubted until no document is missing, or until the operator confirms the removals: a disk may come back
    in parts, and files in its empty mount point say nothing about the missing ones.
    """

    def __init__(self, placements: Placements) -> None:
        self._placements = placements
        self._doubted = frozenset((placements.mark(DOUBTED) or "").split())

    def doubts(self, source: str) -> bool:
        """Return whether no document of *source* may be removed."""
        return source in self._doubted

    def confirm(self, source: str) -> None:
        """End the doubt: the documents that are missing from *source* are gone."""
        self._put(self._doubted - {source})

    def doubt(self, absence: Absence) -> Problem | None:
        """Return the reason why nothing of a source is removed; None if the missing documents may be."""
        is_back = absence.gone == 0 and absence.is_whole
        if not (_is_sudden(absence) or (self.doubts(absence.source) and not is_back)):
            self.confirm(absence.source)
            return None
        self._put(self._doubted | {absence.source})
        message = f"{_doubt_message(absence)} until `feedsvc publish --accept-removals {absence.source}` confirms it"
        return Problem(source=absence.source, path="", message=message)

    def _put(self, doubted: frozenset[str]) -> None:
        if doubted != self._doubted:
            self._doubted = doubted
            self._placements.put_mark(DOUBTED, " ".join(sorted(doubted)))


def _is_sudden(absence: Absence) -> bool:
    """Return whether so many documents are gone that the desk hardly removed them.

    A desk may remove its only document; then the folder stays, but an unmounted disk takes it along.
    """
    if absence.is_empty and absence.gone:
        return absence.gone > 1 or absence.is_bare
    return absence.gone >= MANY_GONE and absence.gone * GONE_SHARE >= absence.known


def _doubt_message(absence: Absence) -> str:
    source = f"source {absence.source}"
    if absence.gone == 0:
        return f"{source} lost many documents at once, and not all of it can be looked into; nothing is removed"
    if absence.gone == absence.known == 1:
        return f"the only document of {source} is gone, and all else in its folder; nothing is removed"
    when = "gone at once" if _is_sudden(absence) else "still gone"
    return f"{absence.gone} of {absence.known} documents of {source} are {when}; nothing is removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _ChangedDocument:
    """A document to be read; is_known: the last pass saw it."""

    document: Document
    digest: str
    before: KnownDocument | None
    is_known: bool


@dataclass(slots=True, kw_only=True)
class _Look:
    """The findings of one look at a source.

    accepted: the operator has confirmed that missing documents are gone.
    among:    paths of the files and folders to look at; None for everything.
    known:    path to fingerprint of the documents that the last pass saw there.
    seen:     paths of all files found.
    faulty:   paths of files and folders that cannot be read: nothing below them is known to be gone.
    missing:  documents that the last pass saw and this one does not.
    pictures: paths of files that documents may show; the source itself only knows those of the last look at it.
    """

    source: Source
    rules: SourceSettings
    accepted: bool = False
    among: Collection[str] | None
    known: Mapping[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)
    missing: list[KnownDocument] = field(default_factory=list)
    pictures: Sequence[str] = ()

    def unseen(self, paths: Iterable[str]) -> list[str]:
        """Return those of *paths* that are missing, if their folders could be read."""
        return [path for path in paths if path not in self.seen and not is_among(path, self.faulty)]


class Intake:
    """Gather the documents of a pass, source by source.

    taken:    new or changed documents. gone: documents that are removed.
    moved:    documents that have another path now, as they were before.
    unchanged_due: (source, path) of the documents whose embargo or expiry is over, and which have not changed.
    """

    def __init__(self, context: PassContext, *, due: Collection[tuple[str, str]] = ()) -> None:
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
        self.unchanged_due: set[tuple[str, str]] = set()
        self._due = frozenset(due)
        self._looks: list[_Look] = []
        self._dropped: list[KnownDocument] = []

    def take(
        self, source: Source, rules: SourceSettings, *, removals_accepted: bool, among: Collection[str] | None
    ) -> None:
        """Read the new and changed documents of *source*, and note the problems of the bad ones.

        removals_accepted: the operator has confirmed that many documents are gone.
        among:             paths of the files and folders to look at; None for everything.
        """
        if self._is_again or self._guard.doubts(rules.name) or (among is not None and len(among) > MANY_PLACES):
            among = None
        self._look(_Look(source=source, rules=rules, accepted=removals_accepted, among=among))

    def take_erased(self, source: Source, rules: SourceSettings, paths: Collection[str]) -> None:
        """Read the documents of *source* again whose texts were erased; `erased` returns their *paths*."""
        if paths:
            self._look(_Look(source=source, rules=rules, among=paths))

    def _look(self, look: _Look) -> None:
        name = look.source.name
        look.known = self._documents.fingerprints(name, among=look.among)
        troubled = self._documents.problem_paths(name, among=look.among)
        try:
            known = dict.fromkeys(look.known, "") if self._is_again else look.known
            rejected = {} if self._is_again else self._documents.rejected(name)
            there = look.source.documents(
                known=with_messages(known),
                now=self._context.now,
                among=look.among,
                rejected=with_messages(rejected),
            )
            self._read(self._changed(self._apart(there, look, troubled), look), look.rules)
        except SourceError as error:
            problem = Problem(source=name, path="", message=f"source {name} cannot be listed: {error}")
            self._documents.put_problems(name, "", [problem])
            if self._is_again:  # other settings or software need all its documents, once it can be listed
                self._documents.look_again(name)
            return
        if look.among is None:
            trouble = look.source.trouble()
            told = [Problem(source=name, path="", message=f"source {name} {trouble}")] if trouble else []
            self._documents.put_problems(name, "", told)
            aside = LEFT_OUT.format(source=name)
            look.seen.add(aside)
            notes = [Problem(source=name, path=aside, message=note, severity="note") for note in look.source.left_out()]
            self._documents.put_problems(name, aside, notes)
        for path in sorted(look.unseen(troubled - {""})):
            self._documents.put_problems(name, path, [])
        look.pictures = look.source.pictures()
        look.missing = list(self._documents.remembered(name, look.unseen(look.known)).values())
        self._looks.append(look)

    def drop_all_but(self, sources: Collection[str]) -> None:
        """Note that *sources* are all sources.

        If a source was renamed in the settings, its documents move to the new name. Documents of a source that is no
        longer configured stay published, because nobody has removed them, but their problems are deleted.
        """
        paths = [taken.document.path for taken in self.taken]
        digests = [taken.document.digest for taken in self.taken]
        self._dropped = self._documents.in_other_sources(sources, paths=paths, digests=digests)
        self._documents.drop_problems_of_others(sources)

    def erased(self) -> Mapping[str, Collection[str]]:
        """Return, by source, the paths of erased documents to read again, because another one revives their article.

        Only the sources still know whether those documents have a kill mark.
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
        """Tell moves from removals, and copies from arrivals, after the last source was read.

        really_gone: takes the documents that are missing and have not moved, and the names of the sources that were
                     read in part; returns the documents to remove.
        """
        missing = [*self._dropped, *(document for look in self._looks for document in look.missing)]
        keeping = {look.rules.name for look in self._looks if look.rules.when_removed == "keep"}
        self.moved = Moves(self._documents, self.taken, missing, keeping=keeping, new=self._new).settle()
        here = {taken.document.digest for taken in self.taken}
        moved = {(document.source, document.path) for document in self.moved}
        leaving = [document for look in self._looks for document in self._leaving(look, moved)]
        for document in self._dropped:
            if document.digest in here and (document.source, document.path) not in moved:  # one of several equal ones
                self._documents.leave(document.source, document.path)
        self.gone = really_gone(leaving, {look.rules.name for look in self._looks if look.among is not None})
        for document in self.gone:
            self._documents.leave(document.source, document.path)
        fresh = [number for number, taken in enumerate(self.taken) if taken.document.article is None]
        verdicts = copied([(self.taken[number].document.arrival, self.taken[number].facts.days) for number in fresh])
        for number, was_copied in zip(fresh, verdicts, strict=True):
            taken = self.taken[number]
            self.taken[number] = replace(taken, document=replace(taken.document, live=not was_copied))

    def seen(self) -> Iterator[Seen]:
        """Yield what the looks at sources saw of the files that documents show."""
        for look in self._looks:
            yield Seen(source=look.rules.name, among=look.among, pictures=look.pictures, documents=look.known.keys())

    def hand_over(self) -> Mapping[tuple[str, str], int]:
        """Return, by (source, path), the offset in the spool of each draft, and forget the rest of `taken`.

        The facts of all documents take more memory than the rest of the pass.
        """
        drafts = {(taken.document.source, taken.document.path): taken.draft for taken in self.taken}
        self.taken.clear()
        return drafts

    def _leaving(self, look: _Look, moved: Collection[tuple[str, str]]) -> list[KnownDocument]:
        """Return the documents to remove from a source."""
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

    def _apart(
        self, there: Iterable[Document | Unchanged | Problem], look: _Look, troubled: Collection[str]
    ) -> Iterator[Document | Unchanged | Problem]:
        """Yield what is *there*, of each message of several stories its parts.

        Parts that were published stay while their message cannot be read.
        """
        source, encoding = look.source.name, look.rules.encoding
        parts: dict[str, list[str]] = {}
        for path in sorted({*look.known, *troubled}):
            if (place := message_of(path)) is not None:
                parts.setdefault(place, []).append(path)
        for found in there:
            message = None
            if isinstance(found, Document):
                message = message_in(found, encoding=encoding, languages=self._languages)
            if message is not None:
                look.seen.add(found.path)
                notes = [
                    Problem(source=source, path=found.path, message=note, severity="note") for note in message.left_out
                ]
                self._documents.put_problems(source, found.path, notes)
                yield from message.parts
                continue
            yield found
            before = parts.get(found.path, ())
            if before and not (isinstance(found, Document) and can_be_read(found, encoding, self._languages)):
                yield from (Unchanged(source=source, path=path) for path in before)

    def _changed(self, there: Iterable[Document | Unchanged | Problem], look: _Look) -> Iterator[_ChangedDocument]:
        """Yield the documents whose bytes have changed since they were read; note the seen and the faulty paths."""
        source, known = look.source.name, look.known
        for batch in weighed_chunks(there, BATCH, weigh=_bytes_of):
            look.seen.update(found.path for found in batch)
            documents = [found for found in batch if isinstance(found, Document)]
            remembered = self._documents.remembered(source, [document.path for document in documents])
            for found in batch:
                if isinstance(found, Unchanged):
                    self.unchanged_due |= {(source, found.path)} & self._due
                if isinstance(found, Problem):
                    look.faulty.add(found.path)
                    self._documents.put_problems(source, found.path, [found])
                if not isinstance(found, Document):
                    self._report()
            for document in documents:
                digest = hashlib.sha256(document.content).hexdigest()[:32]
                before = remembered.get(document.path)
                is_read = before is not None and document.path in known and known[document.path] and before.article
                if before and is_read and before.digest == digest and not self._is_again:
                    self._documents.put(replace(before, fingerprint=document.fingerprint))
                    self._report()
                else:
                    yield _ChangedDocument(
                        document=document, digest=digest, before=before, is_known=document.path in known
                    )

    def _read(self, changed: Iterable[_ChangedDocument], rules: SourceSettings) -> None:
        """Read the changed documents in the worker pool, and take each, or note its problem."""
        candidates: deque[_ChangedDocument] = deque()

        def documents() -> Iterator[Document]:
            for candidate in changed:
                if self._documents.is_deadly(candidate.digest):
                    self._report()
                    self._take(candidate, unread(Failure(reason=KILLED)), killed=(), encoding=rules.encoding)
                    continue
                candidates.append(candidate)
                yield candidate.document

        work = partial(
            read,
            encoding=rules.encoding,
            languages=self._languages,
            translations_by=rules.translations_by,
            base_url=self._context.settings.site.base_url,
        )
        read_documents = self._context.pool.map(work, documents(), instead=unread, weigh=_bytes_of)
        for readings in weighed_chunks(read_documents, BATCH, weigh=lambda reading: len(reading.draft)):
            killed = self._titles.killed(
                digest for reading in readings if reading.facts for digest in reading.facts.asks
            )
            for reading in readings:
                candidate = candidates.popleft()
                self._report()
                place = (candidate.document.source, candidate.document.path)
                failure = self._tx.without.get(place)
                taken = unread(replace(failure, may_pass=True)) if failure else reading
                with self._tx.only(place):
                    self._take(candidate, taken, killed=killed, encoding=rules.encoding)

    def _take(
        self, candidate: _ChangedDocument, reading: Reading, *, killed: Collection[str], encoding: str | None
    ) -> None:
        document, before = candidate.document, candidate.before
        if reading.facts is None:
            # The article made from an earlier version stays.
            rejected = document.fingerprint or by_bytes(candidate.digest)
            if reading.failure:
                if reading.failure.reason == KILLED:
                    self._documents.put_deadly(candidate.digest)
                self._documents.put_failure(
                    document.source, document.path, reading.failure, what="be read", rejected=rejected
                )
            elif reading.problem:
                self._documents.put_problems(document.source, document.path, [reading.problem], rejected=rejected)
            if before and candidate.is_known:
                self._documents.put(replace(before, fingerprint=""))
            return
        self._documents.put_problems(document.source, document.path, [])
        if reading.facts.kills and (before is None or before.digest != candidate.digest):
            self._killing.add((document.source, document.path))
        content: bytes | None = ERASED if reading.facts.kills else document.content
        draft = reading.draft
        if content is not None and not reading.facts.asks.isdisjoint(killed):
            place = Place.of(document, self._languages, self._context.settings.site.base_url)
            draft = pack(without_stories(unpack(draft, Draft), killed, place)[0])
            content = ERASED if reading.facts.kills else blanked(document, killed, encoding=encoding, place=place)
        if content is None:  # every pass reads it, because there is no text to compose
            self._documents.drop_content(candidate.digest)
        else:
            self._documents.put_content(candidate.digest, content)
        fingerprint = "" if content is None else document.fingerprint
        if before is None or before.article is None:
            now_known = replace(self._new(document, reading.facts, candidate.digest), fingerprint=fingerprint)
        else:
            now_known = replace(before, fingerprint=fingerprint, digest=candidate.digest, due=None)
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


def _bytes_of(found: Document | Unchanged | Problem) -> int:
    return len(found.content) if isinstance(found, Document) else 0


def all_gone(missing: list[KnownDocument], _in_part: Collection[str]) -> list[KnownDocument]:
    """Return all missing documents: a single pass does not wait for their return."""
    return missing
