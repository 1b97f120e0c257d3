"""Counts of the passes of a publisher in a file, which outlasts it, and which the web workers of its machine read."""

from __future__ import annotations

from bisect import bisect_left
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from feedsvc.model.packing import PackingError, pack, unpack
from feedsvc.stores.private_files import write_private

FILE = "passes.json"  # its name beside the store
# The upper bounds of the buckets of a histogram; the last bucket has none.
BOUNDS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """The passes since the file was made.

    took:    of those that ended well, by bucket of their duration.
    seconds: of these together.
    failed:  passes that failed, so that the last edition stayed.
    """

    took: tuple[int, ...] = (0,) * (len(BOUNDS_S) + 1)
    seconds: float = 0.0
    failed: int = 0


def passes_in(path: Path) -> Passes:
    """Return what the file at *path* counts; nothing if it is missing, damaged, or of a release with other buckets."""
    with suppress(OSError, PackingError):
        found = unpack(path.read_bytes(), Passes)
        if len(found.took) == len(BOUNDS_S) + 1:
            return found
    return Passes()


class PassCounts:
    """Counts the passes of this process, beginning with those in the file at *path*.

    A file that cannot be written loses nothing while the process runs.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._passes = passes_in(path)

    def ended(self, took_s: float) -> None:
        """Count a pass that ended well."""
        known, bucket = self._passes, bisect_left(BOUNDS_S, took_s)
        took = (*known.took[:bucket], known.took[bucket] + 1, *known.took[bucket + 1 :])
        self._write(replace(known, took=took, seconds=known.seconds + took_s))

    def failed(self) -> None:
        """Count a pass that failed."""
        self._write(replace(self._passes, failed=self._passes.failed + 1))

    def _write(self, passes: Passes) -> None:
        self._passes = passes
        with suppress(OSError):
            write_private(self._path, pack(passes))
