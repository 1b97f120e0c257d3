"""Decide which documents have moved, after the last source was read; the others are new, or gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from feedsvc.articles.identity import EMPTY, is_another_story
from feedsvc.model.document import KnownDocument, Problem
from feedsvc.publish.reading import DocumentFacts, Taken
from feedsvc.stores.documents import Documents

Alike = Callable[[str, str, str], tuple[str, ...] | None]


def moved_and_edited(
    gone: Sequence[KnownDocument], come: Mapping[int, str]
) -> tuple[dict[int, KnownDocument], dict[KnownDocument, tuple[int, ...]]]:
    """Return the documents *gone* that came back, by number in *come*, and those that may be one of several.

    Two gists are of one story if they have the same day, and the same headline or first paragraph; without a day, if
    they have the same headline and first paragraph. In doubt no document has moved: readers lose less by a story that
    is announced again than by a story under another's id.

    come:   gists of new documents, by number.
    source: docs/decisions/0053-a-rename-with-an-edit.md.
    """
    left, found = dict(come), {}
    rest = {document: document.gist for document in gone if document.article}
    in_doubt: dict[KnownDocument, tuple[int, ...]] = {}
    for alike in _LIKENESSES:
        for olds, news in _groups(alike, rest, left):
            if len(olds) == len(news) == 1:
                found[news[0]] = olds[0]
                del rest[olds[0]], left[news[0]]
            else:
                in_doubt |= dict.fromkeys(olds, tuple(news))
    return found, {old: news for old, news in in_doubt.items() if old in rest and left.keys() >= set(news)}


def doubt(old: KnownDocument, paths: Sequence[str]) -> Problem:
    """Return the note on a document that may be any of those at *paths*."""
    several = " and ".join(sorted(paths))
    message = (
        f"is gone, and {several} may be it, edited; published as new. "
        "If it is one of them, give that the old name again, and rename it without an edit"
    )
    return Problem(source=old.source, path=old.path, message=message, severity="note")


def _groups(
    alike: Alike, gone: Mapping[KnownDocument, str], come: Mapping[int, str]
) -> Iterator[tuple[list[KnownDocument], list[int]]]:
    """Yield the gone and the new documents with the same key from *alike*."""
    groups: dict[tuple[str, ...], tuple[list[KnownDocument], list[int]]] = {}
    for old, gist in gone.items():
        if key := alike(*gist.split()):
            groups.setdefault(key, ([], []))[0].append(old)
    for number, gist in come.items():
        key = alike(*gist.split())
        if key in groups:
            groups[key][1].append(number)
    yield from [(olds, news) for olds, news in groups.values() if news]


def _all(headline: str, day: str, paragraph: str) -> tuple[str, ...] | None:
    return None if EMPTY in {headline, paragraph} else (headline, day, paragraph)


def _day_and_headline(headline: str, day: str, _paragraph: str) -> tuple[str, ...] | None:
    return None if EMPTY in {headline, day} else (headline, day)


def _day_and_paragraph(_headline: str, day: str, paragraph: str) -> tuple[str, ...] | None:
    return None if EMPTY in {day, paragraph} else (day, paragraph)


# The surest comparison first: the others only see the documents that it does not pair.
_LIKENESSES: tuple[Alike, ...] = (_all, _day_and_headline, _day_and_paragraph)


class Moves:
    """Find the documents of *taken* that had another path at the last pass, and let them keep their articles.

    taken:     changed in place.
    missing:   documents that the last pass saw and this one does not.
    keeping:   sources whose documents stay published if they are removed.
    new:       makes a new document from a found one, its facts and its digest.
    """

    def __init__(
        self,
        documents: Documents,
        taken: list[Taken],
        missing: Sequence[KnownDocument],
        *,
        keeping: Collection[str],
        new: Callable[[KnownDocument, DocumentFacts, str], KnownDocument],
    ) -> None:
        self._documents = documents
        self._taken = taken
        self._missing = missing
        self._keeping = keeping
        self._new = new
        self._moved: list[KnownDocument] = []

    def settle(self) -> list[KnownDocument]:
        """Move each document that is at a new path, and gone or replaced at the old one.

        It has the same bytes, or, if it was edited too, tells the same story.

        returns: the documents that have moved, as they were before.
        """
        missing = {(document.source, document.path) for document in self._missing}
        leaving = [document for document in (*self._replaced(), *self._missing) if document.article]
        movable = {document.digest: document for document in leaving}
        here = {}
        for number, taken in enumerate(self._taken):
            known = taken.before is not None and taken.before.digest == taken.document.digest
            old = None if known else movable.pop(taken.document.digest, None)
            here[taken.document.source, taken.document.path] = (number, old is not None)
            if old is not None:
                self._go_on(number, old, before=taken.before)
        # A document that its source keeps may be gone for long: next year's column of that day is another story.
        moved = {(document.source, document.path) for document in self._moved}
        left = [
            document
            for document in leaving
            if document.source not in self._keeping and (document.source, document.path) not in moved
        ]
        for number, old in self._edited(left).items():
            here[self._taken[number].document.source, self._taken[number].document.path] = (number, True)
            self._go_on(number, old, before=old)
        for old in self._moved:
            number, has_moved_in = here.get((old.source, old.path), (0, True))
            if (old.source, old.path) in missing:
                self._documents.forget(old.source, old.path)
            elif not has_moved_in:
                taken = self._taken[number]
                new = self._new(replace(taken.document, arrival=taken.arrival), taken.facts, taken.document.digest)
                self._taken[number] = replace(taken, document=new, before=None)
        return self._moved

    def _go_on(self, number: int, old: KnownDocument, *, before: KnownDocument | None) -> None:
        """Let the taken document keep the identity of *old*, which had another path."""
        self._moved.append(old)
        taken = self._taken[number]
        now = taken.document
        moved = replace(old, source=now.source, path=now.path, fingerprint=now.fingerprint, digest=now.digest, due=None)
        self._taken[number] = replace(taken, document=moved, before=before)

    def _edited(self, leaving: Sequence[KnownDocument]) -> Mapping[int, KnownDocument]:
        """Return, by number of the taken document, the *leaving* documents that it was; report those in doubt."""
        if not leaving:
            return {}
        unknown = {
            number: taken.facts.gist
            for number, taken in enumerate(self._taken)
            if taken.document.article is None and not taken.facts.translates
        }
        found, in_doubt = moved_and_edited(leaving, unknown)
        for old, numbers in in_doubt.items():
            problem = doubt(old, [self._taken[number].document.path for number in numbers])
            self._documents.put_problems(old.source, old.path, [problem])
        return found

    def _replaced(self) -> list[KnownDocument]:
        """Return the documents whose path has another story now."""
        return [
            taken.before
            for taken in self._taken
            if taken.before
            and taken.before.digest != taken.document.digest
            and is_another_story(taken.before.gist, taken.facts.gist)
        ]
