"""Hold what a pass must know of an article, beside the article itself, which stays packed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from feedsvc.model.articles import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """Hold an article as it is kept: its bytes, and what is asked of it without unpacking them.

    article:      the packed `Article`. links: what its entry has beyond it, related lines not yet looked up, packed.
    versions:     (language, when published in seconds since 1970, sequence or 0) of each, primary first.
    confidences:  of the dates of its versions.
    corrected_at: when it was last corrected, in seconds since 1970.
    titles:       digests that others may ask for it by. withheld: of titles in its documents that are kept back.
    is_asking:    it has related lines, be they titles or addresses.
    words:        that it is searched by; none unless it is live.
    """

    id: str
    slug: str
    state: State
    reason: str | None
    categories: tuple[str, ...]
    versions: tuple[tuple[str, float, int], ...]
    confidences: tuple[str, ...]
    corrected_at: float | None
    titles: frozenset[str]
    is_asking: bool
    article: bytes
    links: bytes
    words: str = ""
    withheld: frozenset[str] = frozenset()

    @property
    def is_live(self) -> bool:
        """Return whether readers see it."""
        return self.state == "live"

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages it is published in, primary first."""
        return tuple(language for language, _, _ in self.versions)


class Standing(NamedTuple):  # of which a pass reads thousands, and passes them between processes
    """Hold an article as it stands in a feed, packed.

    sequence: in the feed. gone_at: aware; a notice of its withdrawal stands there, since then.
    """

    article: str
    sequence: int
    data: bytes
    links: bytes
    gone_at: datetime | None = None
