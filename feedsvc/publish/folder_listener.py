"""Listen to the folders of the sources: which paths changed, and whether listening works."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from queue import Empty, SimpleQueue
from threading import Event, Thread

from watchfiles import watch
from watchfiles.main import FileChange

from feedsvc.sources.file_kinds import is_ignored

# What other machines, or the host of a virtual one, write to without this kernel knowing.
NETWORK = frozenset(
    {"9p", "acfs", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fhgfs", "glusterfs", "gpfs"}
    | {"lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "sharefs", "smb2", "smb3"}
    | {"smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav"}
)
LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs", "fuse.lxcfs", "fuseblk"})
MOUNTS = Path("/proc/self/mountinfo")
ESCAPE = re.compile(r"\\([0-7]{3})")


def is_polled(folder: Path) -> bool:
    """Return whether *folder* lies on a file system whose changes the kernel does not report.

    Where mounts cannot be listed, as outside Linux, it is taken for a local one.
    """
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    kind = file_system(folder, mounts)
    return kind in NETWORK or (kind.startswith("fuse") and kind not in LOCAL_FUSE)


def file_system(folder: Path, mounts: str) -> str:
    """Return the type of the file system that *folder* lies on, "" when none is listed.

    folder: absolute, without symbolic links.
    mounts: as in /proc/self/mountinfo; a later mount covers an earlier one.
    source: proc_pid_mountinfo(5).
    """
    found, depth = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(), after.split()
        if len(fields) < 5 or not kinds:  # noqa: PLR2004  the mount point is the fifth field
            continue
        point = PurePosixPath(ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        if folder.is_relative_to(point) and len(point.parts) >= depth:
            found, depth = kinds[0], len(point.parts)
    return found


STEP_MS = 10  # how often each listener looks whether the kernel has told something
GATHER_MS = 50
ALIVE_MS = 500  # how long after its start a listener says that it listens
POLL_MS = 1000
# Watchfiles (1.3.0) ends at a change of a file whose name is not UTF-8, and so would all that is listened to with it.
UNREADABLE_NAME = "Unable to decode path"
# It ends as well where a folder of the tree may not be read. Told to ignore that (ignore_permission_denied), it hears
# nothing at all in such a tree, and keeps the kernel's limit of watches to itself too.
FORBIDDEN = "Permission denied"
GONE = "No such file or directory"

Place = tuple[str, str]  # a source and a path below its folder

logger = logging.getLogger(__name__)


class FolderListener:
    """Listen to several folders, each in a thread of its own; one that is missing is listened to once it is there.

    folders: by the names of their sources.
    """

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._news: SimpleQueue[frozenset[Place]] = SimpleQueue()
        self._watches = [_FolderWatch(source, folder, self._news) for source, folder in folders.items()]

    def renew(self) -> None:
        """Listen again where a folder came, went or was replaced by another of its name."""
        for folder_watch in self._watches:
            folder_watch.renew()

    def wait(self, timeout_s: float) -> frozenset[Place] | None:
        """Return the files and folders that changed, None when none did in time.

        An empty set tells that a folder is listened to only now, so that anything in it may have changed.
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
    """One thread's work: what it listens to, when it is to end, and why it could not go on.

    one_by_one: it names the folders that may be read, each by itself, and not the tree.
    """

    target: tuple[str, int, int]
    stop: Event
    polling: bool
    one_by_one: bool
    failure: str | None = None


class _FolderWatch:
    def __init__(self, source: str, folder: Path, news: SimpleQueue[frozenset[Place]]) -> None:
        self._source = source
        self._folder = folder
        self._news = news
        self._attempt: _Attempt | None = None
        self._must_poll = False
        self._one_by_one = False
        self._is_looked_through = False

    def renew(self) -> None:
        target = _target(self._folder)
        attempt = self._attempt
        if attempt is not None and attempt.failure is not None:
            if attempt.failure.startswith(UNREADABLE_NAME) or GONE in attempt.failure:
                # A pass looks at everything, and reports the name; the next watch reports what changes meanwhile.
                self._news.put(frozenset())
            elif FORBIDDEN in attempt.failure and not attempt.one_by_one:
                self._one_by_one = True
            elif target == attempt.target and not attempt.polling:
                # The kernel has no watches left, or none at all.
                logger.warning("%s: is polled each second, because %s", self._folder, attempt.failure)
                self._must_poll = True
            elif target == attempt.target:
                # A link that leads to itself ends polling as well: then a pass looks at everything, each second.
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
            polling = self._must_poll or is_polled(Path(target[0]))
            self._attempt = _Attempt(target=target, stop=Event(), polling=polling, one_by_one=self._one_by_one)
            Thread(target=self._listen, args=(self._attempt,), name=f"listen {self._folder}", daemon=True).start()

    def stop(self) -> None:
        if self._attempt is not None:
            self._attempt.stop.set()
            self._attempt = None

    def _listen(self, attempt: _Attempt) -> None:
        try:
            while not attempt.stop.is_set():
                self._listen_once(attempt)
        except (OSError, RuntimeError, UnicodeError) as error:  # watchfiles' own error is a RuntimeError
            attempt.failure = str(error)

    def _listen_once(self, attempt: _Attempt) -> None:
        """Listen until told to end; where folders are listened to one by one, until others are to be."""
        root = attempt.target[0]
        folders = _readable_folders(root) if attempt.one_by_one else [root]
        is_new = True
        for changes in watch(
            *folders,
            watch_filter=None,
            debounce=GATHER_MS,
            step=STEP_MS,
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
            is_other = any(path in folders or Path(path).is_dir() for _, path in changes)
            if attempt.one_by_one and is_other and _readable_folders(root) != folders:
                return


def _target(folder: Path) -> tuple[str, int, int] | None:
    """Return what tells a folder from another of its name; None when it is not there."""
    try:
        real = os.path.realpath(folder, strict=True)
        status = Path(real).stat()
    except OSError:
        return None
    return real, status.st_dev, status.st_ino


def _readable_folders(root: str) -> list[str]:
    """Return *root* and the folders below it that this user may look into, but for those that hold no documents."""
    found = [root]
    for folder, below, _ in os.walk(root):
        below[:] = sorted(
            name for name in below if not is_ignored(name) and os.access(f"{folder}/{name}", os.R_OK | os.X_OK)
        )
        found += [f"{folder}/{name}" for name in below]
    return found


def _documents(changes: Iterable[FileChange], root: str) -> Iterator[str]:
    """Yield the paths below *root* that may be documents, or folders of them."""
    for _, name in changes:
        path = PurePath(name)
        if path.is_relative_to(root) and not any(map(is_ignored, path.relative_to(root).parts)):
            yield str(path.relative_to(root))
