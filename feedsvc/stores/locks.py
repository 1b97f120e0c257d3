"""Locks in files, which one process of a machine has at a time.

Publishers of an SQLite store take the lock of a pass in sqlite.py; those of PostgreSQL take an advisory lock, in
postgres.py.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedsvc.model.errors import StoreError
from feedsvc.stores.private_files import FILE, make_private_folder


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Wait for the lock at *path*, and keep it for the block.

    raises: StoreError if the file cannot be written.
    source: docs/decisions/0006-flock-for-the-pass-lock.md: flock(2) survives no process, so a killed publisher blocks
    nobody.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written ({error.strerror}); the store's folder must be writable"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class FileLead:
    """A lock that one process keeps until it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take the lock if it is free, and return whether this process has it.

        If the file was removed (`rm -rf var`), other processes take a new one, so the old lock is freed.

        raises: OSError if the file cannot be made.
        """
        if self._descriptor is not None and not self._is_of_file(self._descriptor):
            self.let_go()
        if self._descriptor is None:
            make_private_folder(self._path.parent)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                os.close(descriptor)
                if isinstance(error, BlockingIOError):
                    return False
                raise
            self._descriptor = descriptor
        return True

    def let_go(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _is_of_file(self, descriptor: int) -> bool:
        opened = os.fstat(descriptor)
        try:
            there = self._path.stat()
        except OSError:
            return False
        return os.path.samestat(opened, there)
