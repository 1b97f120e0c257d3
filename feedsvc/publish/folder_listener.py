"""Listen to the folders of the sources, and report the paths that change."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NamedTuple

from watchfiles import Change, watch
from watchfiles.main import FileChange

from feedsvc.publish.inotify import IS_THERE, Inotify
from feedsvc.sources.file_kinds import is_ignored, may_be_shown

# File systems that other machines, or the host of a virtual machine, change without this kernel knowing.
NETWORK = frozenset(
    {"9p", "acfs", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fhgfs", "glusterfs", "gpfs"}
    | {"lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "sharefs", "smb2", "smb3"}
    | {"smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav"}
)
LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs", "fuse.lxcfs", "fuseblk"})
MOUNTS = Path("/proc/self/mountinfo")
ESCAPE = re.compile(r"\\([0-7]{3})")
STEP_MS = 10  # between looks of watchfiles at the events of a kernel without inotify
POLLING_STEP_MS = 250
GATHER_MS = 50
ALIVE_MS = 500  # after its start, when watchfiles listens
POLL_MS = 1000
PAUSE_S = 0.01  # after changes, while those that follow gather in the kernel
# Watchfiles (1.3.0) ends when a file changes whose name is not UTF-8, and would end all listening.
UNREADABLE_NAME = "Unable to decode path"
# It also ends if a folder of the tree may not be read. With ignore_permission_denied it reports no change at all in
# such a tree.
FORBIDDEN = "Permission denied"
GONE = "No such file or directory"
Place = tuple[str, str]  # a source and a path below its folder
logger = logging.getLogger(__name__)


def read_mounts() -> str:
    """Return the mounts as in /proc/self/mountinfo; "" if they cannot be listed, as outside Linux."""
    try:
        return MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def is_polled(folder: Path, mounts: str) -> bool:
    """Return whether *folder*, or one mounted below it, is on a file system whose changes the kernel does not report.

    A file system that is not listed counts as local.
    """
    kinds = [file_system(folder, mounts), *(mount.kind for mount in mounts_below(folder, mounts))]
    return any(kind in NETWORK or (kind.startswith("fuse") and kind not in LOCAL_FUSE) for kind in kinds)


class Mount(NamedTuple):
    """A mounted file system: the number of the mount, its folder, its type."""

    number: str
    point: PurePosixPath
    kind: str


def mounts_below(folder: Path, mounts: str) -> tuple[Mount, ...]:
    """Return the mounts in folders below *folder*, which is absolute, without symbolic links.

    A watch goes on with the covered folder, so a new mount calls for new watches.
    """
    here = PurePosixPath(folder)
    return tuple(mount for mount in _listed(mounts) if here in mount.point.parents)


def file_system(folder: Path, mounts: str) -> str:
    """Return the type of the file system of *folder*, "" if none is listed.

    folder: absolute, without symbolic links.
    mounts: as in /proc/self/mountinfo; a later mount covers an earlier one.
    source: proc_pid_mountinfo(5).
    """
    found, depth = "", -1
    for mount in _listed(mounts):
        if folder.is_relative_to(mount.point) and len(mount.point.parts) >= depth:
            found, depth = mount.kind, len(mount.point.parts)
    return found


def _listed(mounts: str) -> Iterator[Mount]:
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(), after.split()
        if len(fields) < 5 or not kinds:  # noqa: PLR2004  the mount point is the fifth field
            continue
        point = PurePosixPath(ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        yield Mount(number=fields[0], point=point, kind=kinds[0])


class FolderListener:
    """Listen to several folders, each in a thread; a missing folder is listened to once it exists.

    folders: by the names of their sources.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._news: SimpleQueue[frozenset[Place]] = SimpleQueue()
        self._watches = [_FolderWatch(source, folder, self._news) for source, folder in folders.items()]

    def renew(self) -> None:
        """Listen again to folders that appeared, vanished or were replaced."""
        mounts = read_mounts()
        for folder_watch in self._watches:
            folder_watch.renew(mounts)

    def wait(self, timeout_s: float) -> frozenset[Place] | None:
        """Return the files and folders that changed, None if none did in time.

        An empty set says that listening to a folder has only begun, so that anything in it may have changed.
        """
        try:
            return self._news.get(timeout=max(timeout_s, 0.0))
        except Empty:
            return None

    def stop(self) -> None:
        """Stop listening; the threads end within a moment."""
        for folder_watch in self._watches:
            folder_watch.stop()


@dataclass(slots=True, eq=False)
class _Attempt:
    """The work of one thread: its folder, the event that stops it, and the failure that ended it.

    one_by_one: watchfiles listens to each readable folder by itself, and not to the tree.
    inotify:    watches the tree, if this kernel has it and reports the changes.
    """

    target: _Target
    stop: Event
    polling: bool
    one_by_one: bool
    inotify: Inotify | None = None
    failure: str | None = None

    def end(self) -> None:
        self.stop.set()
        inotify = self.inotify
        if inotify is not None:
            inotify.stop()


class _FolderWatch:
    def __init__(self, source: str, folder: Path, news: SimpleQueue[frozenset[Place]]) -> None:
        self._source = source
        self._folder = folder
        self._news = news
        self._attempt: _Attempt | None = None
        self._must_poll = False
        self._one_by_one = False
        self._is_looked_through = False

    def renew(self, mounts: str) -> None:
        target = _target(self._folder, mounts)
        attempt = self._attempt
        if attempt is not None and attempt.failure is not None:
            if attempt.failure.startswith(UNREADABLE_NAME) or GONE in attempt.failure:
                # A pass reads everything and reports the name; the next attempt reports changes that come meanwhile.
                self._news.put(frozenset())
            elif FORBIDDEN in attempt.failure and not attempt.one_by_one:
                self._one_by_one = True
            elif target == attempt.target and not attempt.polling:
                # The kernel has no watches left, or none at all.
                logger.warning("%s: is polled each second, because %s", self._folder, attempt.failure)
                self._must_poll = True
            elif target == attempt.target:
                # A link to itself ends polling as well, so a pass reads everything each second.
                if not self._is_looked_through:
                    logger.warning("%s: is looked through each second, because %s", self._folder, attempt.failure)
                self._is_looked_through = True
                self._news.put(frozenset())
            self._attempt = attempt = None
        if attempt is not None and attempt.target != target:
            self.stop()
            self._news.put(frozenset())
            attempt = None
        if attempt is None and target is not None:
            polling = self._must_poll or is_polled(Path(target.root), mounts)
            self._attempt = _Attempt(target=target, stop=Event(), polling=polling, one_by_one=self._one_by_one)
            Thread(target=self._listen, args=(self._attempt,), name=f"listen {self._folder}", daemon=True).start()

    def stop(self) -> None:
        if self._attempt is not None:
            self._attempt.end()
            self._attempt = None

    def _listen(self, attempt: _Attempt) -> None:
        try:
            if IS_THERE and not attempt.polling:
                self._listen_to_kernel(attempt)
                return
            while not attempt.stop.is_set():
                self._listen_once(attempt)
        except (OSError, RuntimeError, UnicodeError) as error:  # watchfiles' own error is a RuntimeError
            attempt.failure = str(error)

    def _listen_to_kernel(self, attempt: _Attempt) -> None:
        with closing(Inotify(attempt.target.root)) as inotify:
            attempt.inotify = inotify
            self._news.put(frozenset())
            while not attempt.stop.is_set():
                changed = inotify.wait()
                if changed is None:
                    return
                names = {_readable(path) for path in changed}
                documents = {name for name in names if name and _matters(name)}
                if None in names or "" in names:
                    self._news.put(frozenset())
                if documents:
                    self._news.put(frozenset((self._source, name) for name in documents))
                attempt.stop.wait(PAUSE_S)

    def _listen_once(self, attempt: _Attempt) -> None:
        """Listen until stopped, or, folder by folder, until the set of readable folders changes."""
        root = attempt.target.root
        folders = _readable_folders(root) if attempt.one_by_one else [root]
        is_new = True
        for changes in watch(
            *folders,
            watch_filter=None,
            debounce=GATHER_MS,
            step=POLLING_STEP_MS if attempt.polling else STEP_MS,
            stop_event=attempt.stop,
            rust_timeout=ALIVE_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=attempt.polling,
            poll_delay_ms=POLL_MS,
            recursive=not attempt.one_by_one,
        ):
            paths = frozenset((self._source, name) for name in _documents(changes, root))
            if is_new or paths:
                self._news.put(frozenset() if is_new else paths)
                is_new = False
            if (Change.deleted, root) in changes:  # another folder of the same name may have the same inode
                return
            is_other = any(path in folders or Path(path).is_dir() for _, path in changes)
            if attempt.one_by_one and is_other and _readable_folders(root) != folders:
                return


def _readable(path: bytes) -> str | None:
    """Return *path* as text; None if it is not UTF-8, so that a pass must look at everything and report it."""
    try:
        return path.decode("utf-8")
    except UnicodeDecodeError:
        return None


class _Target(NamedTuple):
    """The identity of a folder, which changes when another replaces it, or something is mounted there or below."""

    root: str
    device: int
    inode: int
    mounts: tuple[Mount, ...]


def _target(folder: Path, mounts: str) -> _Target | None:
    """Return the identity of *folder*; None if it is missing."""
    try:
        real = os.path.realpath(folder, strict=True)
        status = Path(real).stat()
    except OSError:
        return None
    return _Target(real, status.st_dev, status.st_ino, mounts_below(Path(real), mounts))


def _readable_folders(root: str) -> list[str]:
    """Return *root* and the folders below it that this user may read, except ignored ones."""
    found = [root]
    for folder, below, _ in os.walk(root):
        below[:] = sorted(
            name for name in below if not is_ignored(name) and os.access(f"{folder}/{name}", os.R_OK | os.X_OK)
        )
        found += [f"{folder}/{name}" for name in below]
    return found


def _documents(changes: Iterable[FileChange], root: str) -> Iterator[str]:
    """Yield the paths below *root* of possible documents, of files that they may show, and of their folders."""
    for _, name in changes:
        path = PurePath(name)
        if path.is_relative_to(root) and _matters("/".join(path.relative_to(root).parts)):
            yield str(path.relative_to(root))


def _matters(path: str) -> bool:
    *folders, last = path.split("/")
    return not any(map(is_ignored, folders)) and (may_be_shown(last) or not is_ignored(last))
