"""A sign of life of the publisher, which its supervisor and the web workers of its machine read."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from feedsvc.stores.private_files import FILE, aside_of, make_private_folder, own_bytes, write_private

EVERY_S = 2.0  # at rest; during a pass after a document or article, if the last sign is as old
TOLD_AFTER_S = 15.0  # without a sign, for operators
HUNG_AFTER_S = 30.0  # then another publisher takes its place
LIFE = "life"  # its name beside the store
SIZE = 512  # bytes; the file is overwritten in place, so a full disk does not matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """The last sign of a publisher.

    started: when its process started, in the kernel's own unit, because process numbers are used again.
    is_kept: a service started it, and not a person.
    at:      monotonic seconds, which all processes of a machine share.
    """

    pid: int
    started: str
    is_kept: bool
    at: float

    def is_running(self) -> bool:
        """Return whether its process is there, be it stopped."""
        return _started(self.pid) == self.started

    def silent_s(self, now: float) -> float:
        """Return the seconds since the sign; 0 for a sign from before the machine started anew."""
        return max(now - self.at, 0.0) if self.at <= now else 0.0


class SignOfLife:
    """Writes signs of this process into the file at *path*.

    A step of the watcher is a sign, and so is a document or an article that a pass has done. Nothing shows in a
    statement that takes long, such as the rewriting of a store, so a thread gives signs then.

    clock: monotonic seconds.
    """

    def __init__(self, path: Path, *, is_kept: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._aside = aside_of(path, LIFE)
        self._clock = clock
        self._sign = Sign(pid=os.getpid(), started=_started(os.getpid()), is_kept=is_kept, at=0.0)
        self._next_at = clock()
        self._descriptor: int | None = None

    def give(self) -> None:
        """Give a sign, unless there was one a moment ago: in memory if the file cannot be written."""
        now = self._clock()
        if now < self._next_at:
            return
        self._next_at = now + EVERY_S
        content = json.dumps({**asdict(self._sign), "at": now}).encode().ljust(SIZE)
        try:
            if self._descriptor is None or not os.fstat(self._descriptor).st_nlink:
                self.close()
                make_private_folder(self._path.parent)
                self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, FILE)
                self._aside.unlink(missing_ok=True)
            os.pwrite(self._descriptor, content, 0)
        except OSError:
            # On a disk that may only be read, the publisher lives, and tells what is wrong.
            with suppress(OSError):
                write_private(self._aside, content)

    @contextmanager
    def given_meanwhile(self) -> Iterator[None]:
        """Have a thread give signs during the block, which waits for a lock or for one long statement."""
        ended = threading.Event()

        def tick() -> None:
            while not ended.wait(EVERY_S):
                self.give()

        thread = threading.Thread(target=tick, name="sign of life", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def last_sign(path: Path) -> Sign | None:
    """Return the last sign in the file at *path*, or in the one in its place; None if there is none."""
    signs = (_sign_in(read) for read in (path.read_bytes, lambda: own_bytes(aside_of(path, LIFE))))
    return max((sign for sign in signs if sign), key=lambda sign: sign.at, default=None)


def _sign_in(read: Callable[[], bytes]) -> Sign | None:
    try:
        return Sign(**json.loads(read()))
    except (OSError, ValueError, TypeError):
        return None


def _started(pid: int) -> str:
    """Return when the process *pid* started; "" if it does not run, or this system does not say.

    source: proc_pid_stat(5): field 22, and field 3 is Z for a process that has ended.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
