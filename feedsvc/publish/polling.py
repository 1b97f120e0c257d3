"""Poll sources that report no changes: each in a thread of its own, so that a slow one delays no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event, Thread

LONGEST_PAUSE_S = 86_400.0
SHORTEST_PAUSE_S = 1.0
MOST_DOUBLINGS = 20


class Poller(Thread):
    """Polls one source until its process ends.

    poll: polls if that is due; returns the seconds until it is due again, and raises nothing.
    """

    def __init__(self, source: str, poll: Callable[[], float]) -> None:
        super().__init__(name=f"poller of {source}", daemon=True)
        self._poll = poll
        self._ended = Event()

    def end(self) -> None:
        self._ended.set()

    def run(self) -> None:
        pause_s = 0.0
        while not self._ended.wait(pause_s):
            pause_s = max(self._poll(), SHORTEST_PAUSE_S)


def poll_once(polls: Iterable[Callable[[], float]], *, limit_s: float) -> None:
    """Call all *polls* at once, and wait for them at most so long."""
    threads = [Thread(target=poll, daemon=True) for poll in polls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(limit_s)


def backed_off_s(every_s: float, *, failures: int) -> float:
    """Return the pause after so many failures in a row: it doubles, up to a day."""
    return min(every_s * (1 << min(failures, MOST_DOUBLINGS)), max(LONGEST_PAUSE_S, every_s))
