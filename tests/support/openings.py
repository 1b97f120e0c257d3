"""See whether a file is opened, by anybody."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

IN_OPEN = 0x20  # source: inotify(7) and <sys/inotify.h>


@contextmanager
def watched(file: Path) -> Iterator[Callable[[], bool]]:
    """Yield a function that returns whether *file* was opened since it was last asked."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
    assert descriptor >= 0
    assert libc.inotify_add_watch(descriptor, os.fsencode(file), IN_OPEN) >= 0

    def is_opened() -> bool:
        with suppress(BlockingIOError):
            return bool(os.read(descriptor, 1 << 16))
        return False

    try:
        yield is_opened
    finally:
        os.close(descriptor)
