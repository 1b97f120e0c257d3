"""Take in what changed in the sources since the last pass: documents read, parsed, remembered, moved or gone."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from feedsvc.crew import Crew
from feedsvc.errors import SourceError
from feedsvc.intake.arrivals import copied
from feedsvc.intake.settling import Moves
from feedsvc.intake.slips import Reading, Slip, Taken, read
from feedsvc.model.documents import Document, KnownDocument, Problem, Unchanged
from feedsvc.ports import Source
from feedsvc.settings import SourceSettings
from feedsvc.spool import Spool
from feedsvc.stores.erasing import ERASED
from feedsvc.stores.passing import Pass

T = TypeVar("T")
# Documents are looked up together.
BATCH = 200
# Of more places than these, all are looked at: that is one question to the store, not one for each.
MANY_PLACES = 500
# What vanishes together may be an unmounted disk: then nothing is removed before the operator has said so.
MANY_GONE = 10
GONE_SHARE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Come:
    """Hold a document to be read, and what is known of it; is_known: it was there at the last pass."""

    document: Document
    digest: str
    before: KnownDocument | None
    is_known: bool


class Intake:
    """Gather what a pass has to look at, source by source.

    spool:     takes the drafts. crew: reads the documents.
    languages: of the site.
    now:       aware; no arrival is later.
    again:    look at unchanged documents too, because the settings or the software changed.
    progress: told of each document that was looked at.
    taken:    documents that are new or changed. gone: those that were there at the last pass and are not now.
    moved:    documents as they were before they went on under another path.
    """

    def __init__(
        self,
        a_pass: Pass,
        spool: Spool,
        crew: Crew,
        *,
        languages: Sequence[str],
        now: datetime,
        again: bool,
        progress: Callable[[], None],
    ) -> None:
        self._spool = spool
        self._crew = crew
        self._languages = languages
        self._documents = a_pass.documents
        self._killing = a_pass.erasing.killing
        self._now = now
        self._again = again
        self._progress = progress
        self._serial = a_pass.documents.next_serial()
        self.taken: list[Taken] = []
        self.gone: list[KnownDocument] = []
        self.moved: list[KnownDocument] = []
        self._missing: list[tuple[list[KnownDocument], SourceSettings, bool]] = []
        self._dropped: list[KnownDocument] = []

    def take(
        self, source: Source, rules: SourceSettings, *, removals_accepted: bool, among: Collection[str] | None
    ) -> None:
        """Look at the documents of *source*; one that cannot be used is remembered with its reason.

        removals_accepted: the operator has confirmed that many documents are gone.
        among:             paths, and folders by their paths, to look at; None for everything.
        """
        if self._again or (among is not None and len(among) > MANY_PLACES):
            among = None
        known = self._documents.fingerprints(source.name, among=among)
        troubled = self._documents.problem_paths(source.name, among=among)
        seen: set[str] = set()
        try:
            there = source.documents(known={} if self._again else known, now=self._now, among=among)
            self._read(self._changed(there, source.name, known, seen), rules)
        except SourceError as error:
            problem = Problem(source=source.name, path="", message=f"source {source.name} cannot be listed: {error}")
            self._documents.put_problems(source.name, "", [problem])
            if self._again:  # other settings or software are for what it holds too, once it can be listed
                self._documents.look_again(source.name)
            return
        if among is None:
            self._documents.put_problems(source.name, "", [])
        for path in sorted(troubled - seen - {""}):
            self._documents.put_problems(source.name, path, [])
        missing = self._documents.remembered(source.name, [path for path in known if path not in seen])
        self._missing.append((list(missing.values()), rules, removals_accepted))

    def drop_all_but(self, sources: Collection[str]) -> None:
        """Note that there are no other *sources* now.

        Where one has got another name in the settings, its documents lie in another source, and go on there. What lies
        in none stays published, for nobody has removed it; what was wrong with it is nobody's any more.
        """
        paths = [each.document.path for each in self.taken]
        digests = [each.document.digest for each in self.taken]
        self._dropped = self._documents.of_others(sources, paths=paths, digests=digests)
        self._documents.drop_problems_of_others(sources)

    def erased(self) -> Mapping[str, Collection[str]]:
        """Return, by source, the documents to be read again because another one revives their article.

        Their text was erased when it was killed, so only the sources still know whether they have a kill mark.
        """
        if self._again:
            return {}
        known = {(each.document.source, each.document.path) for each in self.taken}
        known |= {(each.source, each.path) for several, *_ in self._missing for each in several}
        found: dict[str, list[str]] = {}
        for article in sorted({each.document.article or "" for each in self.taken if each.slip.revives}):
            for document in self._documents.of(article):
                is_erased = self._documents.content(document.digest) == ERASED
                if is_erased and (document.source, document.path) not in known:
                    self._documents.put(replace(document, fingerprint=""))
                    found.setdefault(document.source, []).append(document.path)
        self._documents.let_go()
        return {source: paths[:MANY_PLACES] for source, paths in found.items()}

    def settle(self, really_gone: Callable[[list[KnownDocument]], list[KnownDocument]] = list) -> None:
        """Tell moves from removals, and copies from arrivals, once every source was looked at.

        really_gone: told what is missing and has not moved; returns what of it is to be removed.
        """
        missing = [*self._dropped, *(each for several, *_ in self._missing for each in several)]
        keeping = {rules.name for _, rules, _ in self._missing if rules.when_removed == "keep"}
        self.moved = Moves(self._documents, self.taken, missing, keeping=keeping, new=self._new).settle()
        here = {each.document.digest for each in self.taken}
        leaving: list[KnownDocument] = []
        moved = {(each.source, each.path) for each in self.moved}
        for missing, rules, accepted in self._missing:
            left = [each for each in missing if (each.source, each.path) not in moved]
            known = 0 if accepted or len(left) < MANY_GONE else self._documents.count(rules.name)
            if known and len(left) >= known / GONE_SHARE:
                self._doubt(len(left), known, rules.name)
            elif rules.when_removed == "withdraw":
                leaving += left
        for each in self._dropped:
            if each.digest in here and (each.source, each.path) not in moved:  # one of several alike
                self._documents.leave(each.source, each.path)
        self.gone = really_gone(leaving)
        for each in self.gone:
            self._documents.leave(each.source, each.path)
        fresh = [number for number, each in enumerate(self.taken) if each.document.article is None]
        verdicts = copied([(self.taken[number].document.arrival, self.taken[number].slip.days) for number in fresh])
        for number, was_copied in zip(fresh, verdicts, strict=True):
            taken = self.taken[number]
            self.taken[number] = replace(taken, document=replace(taken.document, live=not was_copied))

    def hand_over(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Return, by source and path, where the draft of each document taken lies, and hold nothing else of them.

        What is asked of them before they are composed takes more memory than all that comes after.
        """
        drafts = {(each.document.source, each.document.path): each.draft for each in self.taken}
        self.taken.clear()
        return drafts

    def _doubt(self, count: int, known: int, source: str) -> None:
        message = (
            f"{count} of {known} documents of source {source} are gone at once; nothing is "
            f"removed until `feedsvc publish --accept-removals {source}` confirms it"
        )
        self._documents.put_problems(source, "", [Problem(source=source, path="", message=message)])

    def _changed(
        self, there: Iterable[Document | Unchanged | Problem], source: str, known: Mapping[str, str], seen: set[str]
    ) -> Iterator[_Come]:
        """Yield the documents whose bytes are not those that were read last, and note all that is *seen*."""
        for batch in _batches(there):
            seen.update(each.path for each in batch)
            documents = [each for each in batch if isinstance(each, Document)]
            remembered = self._documents.remembered(source, [each.path for each in documents])
            for each in batch:
                if isinstance(each, Problem):
                    self._documents.put_problems(source, each.path, [each])
                if not isinstance(each, Document):
                    self._progress()
            for document in documents:
                digest = hashlib.sha256(document.content).hexdigest()[:32]
                before = remembered.get(document.path)
                is_read = before is not None and document.path in known and known[document.path] and before.article
                if before and is_read and before.digest == digest and not self._again:
                    self._documents.put(replace(before, fingerprint=document.fingerprint))
                    self._progress()
                else:
                    yield _Come(document=document, digest=digest, before=before, is_known=document.path in known)

    def _read(self, changed: Iterable[_Come], rules: SourceSettings) -> None:
        """Read what came, in the crew, and take it in or remember why not."""
        coming: deque[_Come] = deque()

        def documents() -> Iterator[Document]:
            for each in changed:
                coming.append(each)
                yield each.document

        work = partial(read, encoding=rules.encoding, languages=self._languages)
        for reading in self._crew.map(work, documents()):
            come = coming.popleft()
            self._progress()
            self._take(come, reading)

    def _take(self, come: _Come, reading: Reading) -> None:
        document, before = come.document, come.before
        if reading.slip is None:
            # What was published from an earlier version of the document stands; it is read again at every pass.
            problems = [reading.problem] if reading.problem else []
            self._documents.put_problems(document.source, document.path, problems)
            if before and come.is_known:
                self._documents.put(replace(before, fingerprint=""))
            return
        self._documents.put_problems(document.source, document.path, [])
        if reading.slip.kills and (before is None or before.digest != come.digest):
            self._killing.add((document.source, document.path))
        self._documents.put_content(come.digest, ERASED if reading.slip.kills else document.content)
        if before is None or before.article is None:
            now_known = self._new(document, reading.slip, come.digest)
        else:
            now_known = replace(before, fingerprint=document.fingerprint, digest=come.digest, due=None)
        self.taken.append(
            Taken(
                document=now_known,
                draft=self._spool.put(reading.draft),
                slip=reading.slip,
                before=before,
                arrival=document.arrival,
            )
        )

    def _new(self, found: Document | KnownDocument, slip: Slip, digest: str) -> KnownDocument:
        self._serial += 1
        return KnownDocument(
            source=found.source,
            path=found.path,
            fingerprint=found.fingerprint,
            digest=digest,
            arrival=found.arrival,
            live=True,
            article=None,
            gist=slip.gist,
            serial=self._serial,
        )


def _batches(there: Iterable[T]) -> Iterator[list[T]]:
    coming = iter(there)
    while batch := list(islice(coming, BATCH)):
        yield batch
