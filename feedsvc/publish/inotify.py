"""What the Linux kernel tells of a folder and of all folders below it, without a wake-up at rest."""

from __future__ import annotations

import ctypes
import errno
import os
import select
import struct
import sys
from collections.abc import Iterator
from threading import Lock

from feedsvc.sources.file_kinds import is_ignored

# source: inotify(7) and <sys/inotify.h>, whose numbers are the same on all machines.
MODIFY, ATTRIB, MOVED_FROM, MOVED_TO, CREATE, DELETE = 0x2, 0x4, 0x40, 0x80, 0x100, 0x200
DELETE_SELF, MOVE_SELF, UNMOUNT, OVERFLOW, IGNORED = 0x400, 0x800, 0x2000, 0x4000, 0x8000
ONLY_FOLDERS, IS_FOLDER = 0x1000000, 0x40000000
OF_ANY = MODIFY | ATTRIB | MOVED_FROM | MOVED_TO | CREATE | DELETE | ONLY_FOLDERS
OF_ROOT = OF_ANY | DELETE_SELF | MOVE_SELF
EVENT = struct.Struct("iIII")
READ_BYTES = 1 << 18
# A folder may be gone again, or of another user; its changes are none of ours, or heard of by its own rights.
PASSED_OVER = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ELOOP, errno.ENAMETOOLONG})
IS_THERE = sys.platform == "linux"
NO_WATCHES = "OS file watch limit reached"


class Inotify:
    """Watches a folder and all below it; new folders are watched before they are reported.

    source: docs/decisions/0156-inotify-itself.md
    """

    def __init__(self, root: str) -> None:
        """Watch *root*.

        raises: OSError if the kernel refuses it, with the reason alone as its text if its limits are reached.
        """
        self._root = os.fsencode(root)
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self._descriptor < 0:
            raise OSError(f"Error creating recommended watcher: {os.strerror(ctypes.get_errno())}")
        self._folders: dict[int, bytes] = {}  # below the root, by the number of the watch; the root is b""
        self._stopping, self._stopped = os.pipe()
        self._is_open = True
        self._ending = Lock()
        try:
            self._top = self._watch(b"", OF_ROOT)
            self._watch_below(b"")
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Free the watches."""
        with self._ending:
            self._is_open = False
            for descriptor in (self._descriptor, self._stopping, self._stopped):
                os.close(descriptor)

    def stop(self) -> None:
        """End the waiting, from another thread."""
        with self._ending:
            if self._is_open:
                os.write(self._stopped, b".")

    def wait(self) -> set[bytes] | None:
        """Wait for changes; return the changed paths below the root, None if it was stopped.

        returns: b"" among them if anything may have changed.
        raises:  OSError if the root is gone or replaced, or no watches are left.
        """
        poll = select.poll()
        for descriptor in (self._descriptor, self._stopping):
            poll.register(descriptor, select.POLLIN)
        if self._stopping in dict(poll.poll()):
            return None
        changed: set[bytes] = set()
        for number, mask, name in self._events():
            if mask & OVERFLOW:
                self._watch_below(b"")
                changed.add(b"")
            elif mask & IGNORED:
                self._folders.pop(number, None)
            elif mask & (DELETE_SELF | MOVE_SELF | UNMOUNT):
                if number == self._top:
                    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            elif name and number in self._folders:
                path = _joined(self._folders[number], name)
                changed.add(path)
                if mask & IS_FOLDER and not is_ignored(os.fsdecode(name)):
                    self._follow(path, mask)
        return changed

    def _events(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield the events that wait: the number of the watch, what happened, and to which name."""
        try:
            read = os.read(self._descriptor, READ_BYTES)
        except BlockingIOError:
            return
        at = 0
        while at < len(read):
            number, mask, _, length = EVENT.unpack_from(read, at)
            at += EVENT.size + length
            yield number, mask, read[at - length : at].rstrip(b"\0")

    def _follow(self, folder: bytes, mask: int) -> None:
        """Watch a folder that has come or changed its rights, and forget one that was moved away."""
        if mask & MOVED_FROM:
            below = folder + b"/"
            for number in [each for each, path in self._folders.items() if path == folder or path.startswith(below)]:
                self._libc.inotify_rm_watch(self._descriptor, number)
                del self._folders[number]
        elif mask & (MOVED_TO | CREATE | ATTRIB) and self._watch(folder, OF_ANY) is not None:
            self._watch_below(folder)

    def _watch_below(self, folder: bytes) -> None:
        links: list[bytes] = []
        for path, below, _ in os.walk(_joined(self._root, folder)):
            here = path[len(self._root) + 1 :]
            below[:] = [name for name in below if not is_ignored(os.fsdecode(name))]
            for name in below:
                if os.path.islink(path + b"/" + name):  # noqa: PTH114  paths are bytes
                    links.append(_joined(here, name))
                else:
                    self._watch(_joined(here, name), OF_ANY)
        for link in links:  # to a folder that is ignored under its own name, or watched under it
            if self._watch(link, OF_ANY, unless_known=True) is not None:
                self._watch_below(link)

    def _watch(self, folder: bytes, mask: int, *, unless_known: bool = False) -> int | None:
        """Watch *folder*; return the number of the watch, None if it is none of ours, or known already."""
        number = self._libc.inotify_add_watch(self._descriptor, _joined(self._root, folder), mask)
        if number < 0:
            code = ctypes.get_errno()
            if code == errno.ENOSPC:
                raise OSError(NO_WATCHES)
            if folder and code in PASSED_OVER:
                return None
            raise OSError(code, os.strerror(code), os.fsdecode(_joined(self._root, folder)))
        if unless_known and number in self._folders:
            return None
        self._folders[number] = folder
        return int(number)


def _joined(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder and name else folder or name
