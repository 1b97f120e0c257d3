"""A bucket of objects as a source: the folder that the publisher's polls keep equal to it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from feedsvc.model.document import Document, Problem, Unchanged
from feedsvc.model.ports import NO_FILES
from feedsvc.sources.folder import FolderSource

STATE = ".poll.json"  # hidden, so that no pass reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketState:
    """The state of the polls of a bucket, which outlasts the process that polls.

    asked:    the bucket and its storage. next_at: seconds since 1970, before which it is not polled again.
    failures: in a row. fault: why it cannot be read; "" if all is well. notes: other things to tell.
    """

    asked: str = ""
    next_at: float = 0.0
    failures: int = 0
    fault: str = ""
    notes: tuple[str, ...] = ()


def read_state(folder: Path) -> BucketState:
    """Return the state that was written in *folder*; that of a bucket which was never polled if there is none."""
    with suppress(OSError, ValueError, TypeError):
        found = json.loads((folder / STATE).read_bytes())
        known = {field.name: found[field.name] for field in fields(BucketState) if field.name in found}
        return BucketState(**{**known, "notes": tuple(known.get("notes", ()))})
    return BucketState()


class BucketSource(FolderSource):
    """The documents that polls have fetched."""

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

    def left_out(self, *, until: datetime | None = None) -> tuple[str, ...]:
        state = read_state(self.root)
        fault = [f"the bucket {state.fault}; its articles stay as they are"] if state.fault else []
        return (*fault, *state.notes, *super().left_out(until=until))
