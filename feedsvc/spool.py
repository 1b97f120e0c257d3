"""Keep values out of memory for the length of a pass: ten thousand documents are more than a process should hold."""

from __future__ import annotations

import tempfile
from types import TracebackType
from typing import Self

IN_MEMORY = 16_000_000


class Spool:
    """Hold bytes in the order they came, in memory while they are few and in a nameless temporary file then."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  closed by __exit__
        self._end = 0

    def __enter__(self) -> Self:
        """Return the spool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the bytes."""
        self._file.close()

    def put(self, value: bytes) -> tuple[int, int]:
        """Keep *value*, and return its place."""
        place = (self._end, len(value))
        self._file.seek(self._end)
        self._file.write(value)
        self._end += len(value)
        return place

    def get(self, place: tuple[int, int]) -> bytes:
        """Return what was kept at *place*."""
        start, length = place
        self._file.seek(start)
        return self._file.read(length)
