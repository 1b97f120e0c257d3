"""Hold where articles come from and where they stand, as a store remembers it: for whoever asks why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feedsvc.model.documents import KnownDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """Hold a document with its bytes as they were last read.

    present: it was there at the last pass.
    """

    known: KnownDocument
    content: bytes
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Say that a live article stands in the feeds of a category in a language; None for the bilingual ones.

    place: among all that the feed ever held, from 1.
    """

    category: str
    language: str | None
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    """Hold what is known of a source.

    documents: there at the last pass, and read. last_arrival: of the newest of them, None when there is none.
    """

    name: str
    documents: int
    last_arrival: datetime | None
