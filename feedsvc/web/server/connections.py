"""The limits of connections: how long one may wait for its request, and how many a worker has; for both workers."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

FIRST_BYTE_S = 10.0
HEAD_S = 20.0
ENDING_S = 2.0  # in a worker that ends: a request may still be on its way
SPARED_S = 1.0  # the request of so new a connection may still be on its way
UNTAKEN_S = 60.0  # for an answer that the client does not read
SHARE = 16  # one in so many connections is closed when there are too many
TELL_EVERY_S = 60.0
# The errors of a system that has no more files or memory for connections.
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

Connection = TypeVar("Connection")


@dataclass(slots=True)
class Wait:
    """The wait of a connection for a request; is_silent: nothing of the request has arrived."""

    since: float
    is_silent: bool = True

    def is_over(self, now: float, *, is_ending: bool) -> bool:
        """Return whether the wait is too long."""
        allowed = ENDING_S if is_ending else FIRST_BYTE_S if self.is_silent else HEAD_S
        return now - self.since > allowed


class Limit:
    """The limit of a worker's connections, reported at most once a minute.

    warn: writes to the log.
    """

    def __init__(self, most: int, warn: Callable[[str], object]) -> None:
        self.most = most
        self._warn = warn
        self._told_at: float | None = None

    def to_close(self, waits: Iterable[tuple[Connection, Wait]], now: float) -> list[Connection]:
        """Return the connections to close for new ones: those that have waited longest."""
        idle = sorted(
            ((wait.since, number, each) for number, (each, wait) in enumerate(waits) if now - wait.since > SPARED_S),
            key=lambda item: item[:2],
        )
        return [each for _, _, each in idle[: max(self.most // SHARE, 1)]]

    def tell(self, reason: str) -> None:
        """Report that the limit is reached, at most once a minute."""
        now = time.monotonic()
        if self._told_at is None or now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            self._warn(f"{reason}; idle connections are closed to make room for new ones")

    def tell_full(self) -> None:
        """Report that all connections are in use."""
        self.tell(f"this worker has {self.most} connections, the limit of worker_connections")

    def tell_exhausted(self, error: OSError) -> None:
        """Report that the system has no more files for connections."""
        self.tell(f"no connection can be accepted: {error.strerror} (raise the limit of open files: ulimit -n)")
