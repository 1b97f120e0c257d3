"""Say how long a connection may wait for its request, and how many a worker has, whichever kind of worker it is."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

FIRST_BYTE_S = 10.0
HEAD_S = 20.0
ENDING_S = 2.0  # of a worker that is told to go: what comes now may have been on its way
SPARED_S = 1.0  # so new a connection waits for what is on its way, not for its client
UNTAKEN_S = 60.0  # an answer that its reader does not take
SHARE = 16  # of all connections, let go of together when there are too many
TELL_EVERY_S = 60.0
# What the system says when a process, or all of them, may open nothing more.
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

Connection = TypeVar("Connection")


@dataclass(slots=True)
class Wait:
    """Since when a connection waits for a request, and whether any of that has come."""

    since: float
    is_silent: bool = True

    def is_over(self, now: float, *, is_ending: bool) -> bool:
        """Return whether it has waited for too long."""
        allowed = ENDING_S if is_ending else FIRST_BYTE_S if self.is_silent else HEAD_S
        return now - self.since > allowed


class Limit:
    """Tell, once a minute, that a worker has as many connections as it may have.

    most: connections.
    warn: writes to the log.
    """

    def __init__(self, most: int, warn: Callable[[str], object]) -> None:
        self.most = most
        self._warn = warn
        self._told_at: float | None = None

    def to_close(self, waits: Iterable[tuple[Connection, Wait]], now: float) -> list[Connection]:
        """Return which of the connections that wait make room: those that have waited longest."""
        idle = sorted(
            ((wait.since, number, each) for number, (each, wait) in enumerate(waits) if now - wait.since > SPARED_S),
            key=lambda item: item[:2],
        )
        return [each for _, _, each in idle[: max(self.most // SHARE, 1)]]

    def tell(self, reason: str) -> None:
        """Say that the limit is reached, unless it was said within the last minute."""
        now = time.monotonic()
        if self._told_at is None or now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            self._warn(f"{reason}; idle connections are closed to make room for new ones")

    def tell_full(self) -> None:
        """Say that there are as many connections as there may be."""
        self.tell(f"this worker has {self.most} connections, the limit of worker_connections")

    def tell_exhausted(self, error: OSError) -> None:
        """Say that the system gives no more."""
        self.tell(f"no connection can be accepted: {error.strerror} (raise the limit of open files: ulimit -n)")
