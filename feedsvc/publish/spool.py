"""Keep values out of memory for the length of a pass: ten thousand documents are more than a process should hold."""

from __future__ import annotations

import os
import tempfile
from io import FileIO
from types import TracebackType
from typing import Self

from feedsvc.model.errors import StoreError

IN_MEMORY = 4_000_000


class Spool:
    """Bytes in the order they came: the last of them in memory, the others in a nameless temporary file.

    A system call for each would take longer than all else that is done with them.

    raises: StoreError when the temporary folder takes no more.
    """

    def __init__(self) -> None:
        self._file: FileIO | None = None
        self._written = 0
        self._last = bytearray()

    def __enter__(self) -> Self:
        """Return the spool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the bytes."""
        self._last.clear()
        if self._file is not None:
            self._file.close()

    def put(self, value: bytes) -> tuple[int, int]:
        """Keep *value*, and return its place."""
        if len(self._last) >= IN_MEMORY:
            self._write()
        place = (self._written + len(self._last), len(value))
        self._last += value
        return place

    def get(self, place: tuple[int, int]) -> bytes:
        """Return what was kept at *place*."""
        start, length = place
        if self._file is None or start >= self._written:
            return bytes(self._last[start - self._written : start - self._written + length])
        return os.pread(self._file.fileno(), length, start)

    def _write(self) -> None:
        left = bytes(self._last)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  closed by __exit__
            while left:
                left = left[os.write(self._file.fileno(), left) :]
        except OSError as error:
            folder = tempfile.tempdir or "none"
            raise StoreError(
                f"the folder for temporary files ({folder}) takes nothing more ({error.strerror}); make room there, "
                "or name another in TMPDIR"
            ) from error
        self._written += len(self._last)
        self._last.clear()
