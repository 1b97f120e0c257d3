"""A transmission: the copy that came in an envelope, passage by passage, without what carried it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from feedsvc.model.draft import Remark

# copy: read as wire copy is, a head first; text: paragraphs alone; note: for editors, searched for marks alone.
PassageRole = Literal["headline", "byline", "publisher", "summary", "date", "note", "copy", "text"]
BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a transmission and what it is."""

    role: PassageRole
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission:
    """The passages of a transmission, in their order.

    form:  what it came as, in words that a message can go on from: "mail".
    fault: why it can only be partly read; then nothing of it is published, and a kill in what was read counts.
    remarks, is_doubtful: of how its bytes were read, as a draft has them.
    """

    form: str
    passages: tuple[Passage, ...]
    fault: str | None = None
    remarks: tuple[Remark, ...] = ()
    is_doubtful: bool = False

    @property
    def text(self) -> str:
        """Return what spans count in: every passage, parted by a blank line."""
        return BETWEEN.join(passage.text for passage in self.passages)

    @property
    def has_head(self) -> bool:
        """Return whether a head may stand in the copy itself."""
        return any(passage.role == "copy" for passage in self.passages)

    def placed(self) -> Iterator[tuple[Passage, int]]:
        """Yield each passage and where it begins in the text."""
        at = 0
        for passage in self.passages:
            yield passage, at
            at += len(passage.text) + len(BETWEEN)
