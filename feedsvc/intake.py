"""Take in what changed in the sources since the last pass: documents read, parsed, remembered, moved or gone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from feedsvc.arrivals import copied
from feedsvc.errors import DocumentError, SourceError
from feedsvc.identity import gist
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
    """Hold a document that is new or changed, and the draft in it; `document.article` is None for a new one."""

    document: KnownDocument
    draft: Draft


class Intake:
    """Gather what a pass has to look at, source by source.

    now:      aware; no arrival is later.
    again:    look at unchanged documents too, because the settings or the software changed.
    progress: told of each document that was looked at.
    taken:    documents that are new or changed. gone: those that were there at the last pass and are not now.
    """

    def __init__(self, a_pass: Pass, *, now: datetime, again: bool, progress: Callable[[], None]) -> None:
        self._documents = a_pass.documents
        self._now = now
        self._again = again
        self._progress = progress
        self._serial = a_pass.documents.next_serial()
        self.taken: list[Taken] = []
        self.gone: list[KnownDocument] = []

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
        if not removals_accepted and len(missing) >= max(MANY_GONE, len(known) / GONE_SHARE):
            message = (
                f"{len(missing)} of {len(known)} documents of source {source.name} are gone at once; nothing is "
                f"removed until `feedsvc publish --accept-removals {source.name}` confirms it"
            )
            self._documents.put_problems(source.name, "", [Problem(source=source.name, path="", message=message)])
        elif rules.when_removed == "withdraw":
            self.gone += missing

    def settle(self) -> None:
        """Tell moves from removals, and copies from arrivals, once every source was looked at."""
        self._settle_moves()
        fresh = [number for number, each in enumerate(self.taken) if each.document.article is None]
        verdicts = copied([(self.taken[number].document.arrival, self.taken[number].draft) for number in fresh])
        for number, was_copied in zip(fresh, verdicts, strict=True):
            each = self.taken[number]
            self.taken[number] = replace(each, document=replace(each.document, live=not was_copied))
        for left in self.gone:
            self._documents.leave(left.source, left.path)

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
        self.taken.append(Taken(document=self._remember(found, draft, digest, before), draft=draft))

    def _remember(self, found: Document, draft: Draft, digest: str, before: KnownDocument | None) -> KnownDocument:
        if before is None:
            self._serial += 1
        return KnownDocument(
            source=found.source,
            path=found.path,
            fingerprint=found.fingerprint,
            digest=digest,
            arrival=before.arrival if before else found.arrival,
            live=before.live if before else True,
            article=before.article if before else None,
            gist=gist(draft) if before is None or before.article is None else before.gist,
            serial=before.serial if before else self._serial,
        )

    def _settle_moves(self) -> None:
        """Let a document go on under its new path: the same bytes in a new place, the old one gone."""
        movable = {each.digest: each for each in self.gone if each.article}
        for number, each in enumerate(self.taken):
            old = movable.pop(each.document.digest, None) if each.document.article is None else None
            if old is None:
                continue
            self.gone.remove(old)
            self._documents.forget(old.source, old.path)
            moved = replace(
                old, source=each.document.source, path=each.document.path, fingerprint=each.document.fingerprint
            )
            self.taken[number] = replace(each, document=moved)
