"""Keep why nothing is published, beside the store: it must be told when the store itself is what fails."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from feedsvc.stores.private_files import write_private

SIZE = 4096  # bytes: what a disk writes at once
LOOKS = 3  # at a file that may just be being written


class StatusFile:
    """Write and read one file, which always has the same size: a full disk, the likeliest trouble, takes no new one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tell(self, reason: str, *, since: str) -> None:
        """Note *reason*; one that cannot be written is lost, for whoever tells it also logs it.

        since: an RFC 3339 instant.
        """
        self._put(_filled(reason, since))

    def clear(self) -> None:
        """Note that all is well, and see that there is room for when it is not."""
        self._put(b" " * SIZE)

    def read(self) -> dict[str, str] | None:
        """Return "since" and "reason", None when all is well."""
        for _ in range(LOOKS):
            try:
                told = self._path.read_bytes().strip()
                found = json.loads(told) if told else None
            except OSError:
                return None
            except ValueError:
                continue
            return {name: str(found[name]) for name in ("since", "reason") if name in found} if found else None
        return None

    def _put(self, content: bytes) -> None:
        with suppress(OSError):
            try:
                if self._path.read_bytes() == content:
                    return
                descriptor = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                write_private(self._path, content)
                return
            try:
                os.pwrite(descriptor, content, 0)
                os.ftruncate(descriptor, SIZE)
            finally:
                os.close(descriptor)


def _filled(reason: str, since: str) -> bytes:
    """Return the content of a file that tells *reason*, of as much of it as there is room for."""
    while True:
        content = json.dumps({"since": since, "reason": reason}, ensure_ascii=False).encode("utf-8", "replace")
        if len(content) <= SIZE:
            return content.ljust(SIZE)
        reason = f"{reason[: len(reason) * 3 // 4]}…"


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
