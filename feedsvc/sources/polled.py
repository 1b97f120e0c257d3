"""A source that is polled: a folder of documents, which the publisher's polls write, and the state of these polls."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from feedsvc.model.document import Document, Problem, Unchanged
from feedsvc.model.packing import PackingError, unpack
from feedsvc.model.ports import NO_FILES
from feedsvc.sources.folder import FolderSource

STATE = ".poll.json"  # hidden, so that no pass reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class PollState:
    """The state of the polls of a source, which outlasts the process that polls.

    asked:    the address, and what else decides what becomes of its answers; if it changes, all is read again.
    etag, modified: the validators of the last answer, if it is one for all.
    polled_at: seconds since 1970, of the last poll; if that is still to come, the clock was set back.
    next_at:  seconds since 1970, before which it is not polled again.
    not_before: seconds since 1970, before which its server asks for no poll.
    ttl_s:    for which it asks to be left alone.
    failures: in a row.
    fault:    why it cannot be read; "" if all is well.
    notes:    other things to tell.
    has_ended: it is gone for good, and not polled again.
    """

    asked: str = ""
    etag: str = ""
    modified: str = ""
    polled_at: float = 0.0
    next_at: float = 0.0
    not_before: float = 0.0
    ttl_s: float = 0.0
    failures: int = 0
    fault: str = ""
    notes: tuple[str, ...] = ()
    has_ended: bool = False


def read_state(folder: Path) -> PollState:
    """Return the state in *folder*, or that of a source which was never polled if it is missing or damaged."""
    with suppress(OSError, PackingError):
        return unpack((folder / STATE).read_bytes(), PollState)
    return PollState()


class PolledSource(FolderSource):
    """The documents that polls have written."""

    def documents(
        self,
        *,
        known: Mapping[str, str],
        now: datetime,
        among: Collection[str] | None = None,
        rejected: Mapping[str, str] = NO_FILES,
    ) -> Iterator[Document | Unchanged | Problem]:
        """Yield the documents as `FolderSource` does; none before the first poll has made the folder."""
        if self.root.exists():
            yield from super().documents(known=known, now=now, among=among, rejected=rejected)

    def trouble(self) -> str | None:
        return read_state(self.root).fault or None

    def left_out(self, *, until: datetime | None = None) -> tuple[str, ...]:
        return (*read_state(self.root).notes, *super().left_out(until=until))
