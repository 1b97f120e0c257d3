"""Settle which documents have moved, once every source was looked at: what is left is new, or gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from feedsvc.identity import is_another_story
from feedsvc.intake.moves import doubt, moved_and_edited
from feedsvc.intake.slips import Slip, Taken
from feedsvc.model.documents import KnownDocument
from feedsvc.stores.documents import Documents


class Moves:
    """Find the documents of *taken* that were elsewhere at the last pass, and have them go on in their new places.

    documents: remember what moved. taken: changed in place.
    missing:   documents that were there at the last pass and are not now.
    keeping:   sources whose documents stay published when they are gone.
    new:       makes a document that nobody knows of what is found with its slip and digest.
    """

    def __init__(
        self,
        documents: Documents,
        taken: list[Taken],
        missing: Sequence[KnownDocument],
        *,
        keeping: Collection[str],
        new: Callable[[KnownDocument, Slip, str], KnownDocument],
    ) -> None:
        self._documents = documents
        self._taken = taken
        self._missing = missing
        self._keeping = keeping
        self._new = new
        self._moved: list[KnownDocument] = []

    def settle(self) -> list[KnownDocument]:
        """Let a document go on under its new path: in a new place, and gone or replaced in the old one.

        It has the same bytes there, or tells the same story: then it was edited too.

        returns: the documents that have moved, as they were before.
        """
        missing = {(each.source, each.path) for each in self._missing}
        leaving = [each for each in (*self._replaced(), *self._missing) if each.article]
        movable = {each.digest: each for each in leaving}
        here = {}
        for number, each in enumerate(self._taken):
            known = each.before is not None and each.before.digest == each.document.digest
            old = None if known else movable.pop(each.document.digest, None)
            here[each.document.source, each.document.path] = (number, old is not None)
            if old is not None:
                self._go_on(number, old, before=each.before)
        # What a source keeps may be gone for long: next year's column of that day is another story.
        moved = {(each.source, each.path) for each in self._moved}
        left = [each for each in leaving if each.source not in self._keeping and (each.source, each.path) not in moved]
        for number, old in self._edited(left).items():
            here[self._taken[number].document.source, self._taken[number].document.path] = (number, True)
            self._go_on(number, old, before=old)
        for old in self._moved:
            number, has_moved_in = here.get((old.source, old.path), (0, True))
            if (old.source, old.path) in missing:
                self._documents.forget(old.source, old.path)
            elif not has_moved_in:
                each = self._taken[number]
                new = self._new(replace(each.document, arrival=each.arrival), each.slip, each.document.digest)
                self._taken[number] = replace(each, document=new, before=None)
        return self._moved

    def _go_on(self, number: int, old: KnownDocument, *, before: KnownDocument | None) -> None:
        """Have what was taken be the document *old*, which lies elsewhere now."""
        self._moved.append(old)
        each = self._taken[number]
        now = each.document
        on = replace(old, source=now.source, path=now.path, fingerprint=now.fingerprint, digest=now.digest, due=None)
        self._taken[number] = replace(each, document=on, before=before)

    def _edited(self, leaving: Sequence[KnownDocument]) -> Mapping[int, KnownDocument]:
        """Return which documents that nobody knows are those that are *leaving*; report those in doubt."""
        if not leaving:
            return {}
        strange = {
            number: each.slip.gist
            for number, each in enumerate(self._taken)
            if each.document.article is None and not each.slip.translates
        }
        found, in_doubt = moved_and_edited(leaving, strange)
        for old, numbers in in_doubt.items():
            problem = doubt(old, [self._taken[number].document.path for number in numbers])
            self._documents.put_problems(old.source, old.path, [problem])
        return found

    def _replaced(self) -> list[KnownDocument]:
        """Return the documents whose path holds another story now."""
        return [
            each.before
            for each in self._taken
            if each.before
            and each.before.digest != each.document.digest
            and is_another_story(each.before.gist, each.slip.gist)
        ]
