"""Know of a pass that was neither finished nor failed: its process was killed, perhaps over a document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def noted_until_it_ends(file: Path) -> Iterator[bool]:
    """Have *file* be there while the block runs; yield whether it was there before, so that the last one never ended.

    Where it cannot be written nothing is known.
    """
    was_there = file.exists()
    with suppress(OSError):
        file.touch(mode=0o600)
    try:
        yield was_there
    finally:
        with suppress(OSError):
            file.unlink()
