"""Take in what changed in the sources since the last pass: documents read, parsed, remembered, moved or gone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from feedsvc.arrivals import copied
from feedsvc.errors import DocumentError, SourceError
from feedsvc.identity import gist, is_another_story
from feedsvc.model.documents import Document, KnownDocument, Problem
from feedsvc.model.drafts import Draft
from feedsvc.parsers import parse
from feedsvc.ports import Source
from feedsvc.settings import SourceSettings
from feedsvc.stores.passing import Pass

# What vanishes together may be an unmounted disk: then nothing is removed before the operator has said so.
MANY_GONE = 10
GONE_SHARE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Hold a document that is new or changed, and the draft in it.

    document: as it is now; its article is None when it is new.
    before:   as it was at the last pass, or when it was last seen.
    arrival:  of these bytes; `document.arrival` is that of the first ones.
    """

    document: KnownDocument
    draft: Draft
    before: KnownDocument | None
    arrival: datetime


class Intake:
    """Gather what a pass has to look at, source by source.

    now:      aware; no arrival is later.
    again:    look at unchanged documents too, because the settings or the software changed.
    progress: told of each document that was looked at.
    taken:    documents that are new or changed. gone: those that were there at the last pass and are not now.
    moved:    documents as they were before they went on under another path.
    """

    def __init__(self, a_pass: Pass, *, now: datetime, again: bool, progress: Callable[[], None]) -> None:
        self._documents = a_pass.documents
        self._now = now
        self._again = again
        self._progress = progress
        self._serial = a_pass.documents.next_serial()
        self.taken: list[Taken] = []
        self.gone: list[KnownDocument] = []
        self.moved: list[KnownDocument] = []
        self._missing: list[tuple[list[KnownDocument], int, SourceSettings, bool]] = []

    def take(self, source: Source, rules: SourceSettings, *, removals_accepted: bool) -> None:
        """Look at every document of *source*; one that cannot be used is remembered with its reason.

        removals_accepted: the operator has confirmed that many documents are gone.
        """
        known = self._documents.known(source.name)
        troubled = self._documents.problem_paths(source.name)
        fingerprints = {path: "" if self._again else each.fingerprint for path, each in known.items()}
        seen: set[str] = set()
        try:
            for found in source.documents(known=fingerprints, now=self._now):
                seen.add(found.path)
                self._progress()
                if isinstance(found, Problem):
                    self._documents.put_problems(source.name, found.path, [found])
                elif isinstance(found, Document):
                    self._read(found, rules, known.get(found.path))
        except SourceError as error:
            problem = Problem(source=source.name, path="", message=f"source {source.name} cannot be listed: {error}")
            self._documents.put_problems(source.name, "", [problem])
            return
        self._documents.put_problems(source.name, "", [])
        for path in sorted(troubled - seen - {""}):
            self._documents.put_problems(source.name, path, [])
        missing = [each for path, each in known.items() if path not in seen]
        self._missing.append((missing, len(known), rules, removals_accepted))

    def settle(self) -> None:
        """Tell moves from removals, and copies from arrivals, once every source was looked at."""
        self._settle_moves()
        for missing, known, rules, accepted in self._missing:
            left = [each for each in missing if each not in self.moved]
            if not accepted and len(left) >= max(MANY_GONE, known / GONE_SHARE):
                self._doubt(len(left), known, rules.name)
            elif rules.when_removed == "withdraw":
                self.gone += left
        for each in self.gone:
            self._documents.leave(each.source, each.path)
        fresh = [number for number, each in enumerate(self.taken) if each.document.article is None]
        verdicts = copied([(self.taken[number].document.arrival, self.taken[number].draft) for number in fresh])
        for number, was_copied in zip(fresh, verdicts, strict=True):
            taken = self.taken[number]
            self.taken[number] = replace(taken, document=replace(taken.document, live=not was_copied))

    def _doubt(self, count: int, known: int, source: str) -> None:
        message = (
            f"{count} of {known} documents of source {source} are gone at once; nothing is "
            f"removed until `feedsvc publish --accept-removals {source}` confirms it"
        )
        self._documents.put_problems(source, "", [Problem(source=source, path="", message=message)])

    def _read(self, found: Document, rules: SourceSettings, known: KnownDocument | None) -> None:
        digest = hashlib.sha256(found.content).hexdigest()[:32]
        if known and known.digest == digest and known.article and known.fingerprint and not self._again:
            self._documents.put(replace(known, fingerprint=found.fingerprint))
            return
        try:
            draft = parse(found, encoding=rules.encoding)[0]
        except DocumentError as error:
            # What was published from an earlier version of the document stands; it is read again at every pass.
            problem = Problem(source=found.source, path=found.path, line=error.line, message=error.message)
            self._documents.put_problems(found.source, found.path, [problem])
            if known:
                self._documents.put(replace(known, fingerprint=""))
            return
        self._documents.put_problems(found.source, found.path, [])
        self._documents.put_content(digest, found.content)
        before = known or self._documents.remembered(found.source, found.path)
        if before is None or before.article is None:
            document = self._new(found, draft, digest)
        else:
            document = replace(before, fingerprint=found.fingerprint, digest=digest)
        self.taken.append(Taken(document=document, draft=draft, before=before, arrival=found.arrival))

    def _new(self, found: Document | KnownDocument, draft: Draft, digest: str) -> KnownDocument:
        self._serial += 1
        return KnownDocument(
            source=found.source,
            path=found.path,
            fingerprint=found.fingerprint,
            digest=digest,
            arrival=found.arrival,
            live=True,
            article=None,
            gist=gist(draft),
            serial=self._serial,
        )

    def _settle_moves(self) -> None:
        """Let a document go on under its new path: the same bytes in a new place, gone or replaced in the old one."""
        missing = {(each.source, each.path) for several, *_ in self._missing for each in several}
        movable = {each.digest: each for each in self._replaced() if each.article}
        movable |= {each.digest: each for several, *_ in self._missing for each in several if each.article}
        here = {}
        for number, each in enumerate(self.taken):
            known = each.before is not None and each.before.digest == each.document.digest
            old = None if known else movable.pop(each.document.digest, None)
            here[each.document.source, each.document.path] = (number, old is not None)
            if old is not None:
                self.moved.append(old)
                fingerprint = each.document.fingerprint
                on = replace(old, source=each.document.source, path=each.document.path, fingerprint=fingerprint)
                self.taken[number] = replace(each, document=on)
        for old in self.moved:
            number, has_moved_in = here.get((old.source, old.path), (0, True))
            if (old.source, old.path) in missing:
                self._documents.forget(old.source, old.path)
            elif not has_moved_in:
                each = self.taken[number]
                new = self._new(replace(each.document, arrival=each.arrival), each.draft, each.document.digest)
                self.taken[number] = replace(each, document=new, before=None)

    def _replaced(self) -> list[KnownDocument]:
        """Return the documents whose path holds another story now."""
        return [
            each.before
            for each in self.taken
            if each.before
            and each.before.digest != each.document.digest
            and is_another_story(each.before.gist, gist(each.draft))
        ]
