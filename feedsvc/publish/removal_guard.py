"""Remove nothing when many documents vanish at once: an unmounted disk looks like a desk that removed everything."""

from __future__ import annotations

from dataclasses import dataclass

from feedsvc.model.document import Problem
from feedsvc.stores.placements import Placements

# Of a source that loses so many documents, and such a share of them, nothing is removed before the operator says so.
MANY_GONE = 10
GONE_SHARE = 5
DOUBTED = "removals held"  # the key of a mark: the names of the doubted sources, which are slugs


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
