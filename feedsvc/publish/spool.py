"""Keep values out of memory for the length of a pass: ten thousand documents are too many for it."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from types import TracebackType
from typing import Self

from feedsvc.model.errors import StoreError

IN_MEMORY = 4_000_000  # bytes; a pass over a few documents needs no folder for temporary files
LENGTH_BYTES = 8


class Spool:
    """A temporary file of values, each behind its length.

    raises: StoreError when the folder for temporary files takes no more.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed by __exit__

    def __enter__(self) -> Self:
        """Return the spool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete the file."""
        with suppress(OSError):  # of what could not be written, which was told then
            self._file.close()

    def put(self, value: bytes) -> int:
        """Add *value*, and return its offset."""
        try:
            offset = self._file.seek(0, os.SEEK_END)
            self._file.write(len(value).to_bytes(LENGTH_BYTES) + value)
            self._file.flush()  # what cannot be written is an error here, and not at the next seek
        except OSError as error:
            folder = tempfile.tempdir or "none"
            raise StoreError(
                f"the folder for temporary files ({folder}) takes nothing more ({error.strerror}); make room there, "
                "or name another in TMPDIR"
            ) from error
        return offset

    def get(self, offset: int) -> bytes:
        """Return the value at *offset*."""
        self._file.seek(offset)
        return self._file.read(int.from_bytes(self._file.read(LENGTH_BYTES)))
