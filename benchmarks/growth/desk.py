"""Keep a desk beside a watcher in this process, with a clock of its own, so that each change is measured by itself."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from feedsvc.publish.watcher import REGULAR_S, Clock, Watcher
from newsroom import Newsroom

LONGEST = timedelta(minutes=10)
STEP = timedelta(seconds=0.05)
BETWEEN = timedelta(seconds=2)  # editions have seconds of their own


@dataclass(slots=True)
class Told:
    """Tell a watcher what the desk has changed; to wait moves the clock on."""

    desk: Desk
    changed: set[tuple[str, str]] = field(default_factory=set)

    def renew(self) -> None:
        """Nothing has to be listened to."""

    def wait(self, timeout_s: float) -> frozenset[tuple[str, str]] | None:
        changed = frozenset(self.changed)
        self.changed.clear()
        if not changed:
            self.desk.now += min(timedelta(seconds=timeout_s), STEP)
        return changed or None

    def stop(self) -> None:
        """Nothing was begun."""


@dataclass
class Desk(Newsroom):
    """A newsroom with a watcher once it is asked for.

    beside: returns the seconds of processor of a database server so far.
    """

    beside: Callable[[], float] = lambda: 0.0
    _watcher: Watcher | None = None
    _told: Told | None = None

    def file(self, path: str, text: str | bytes, *, arrival: datetime | None = None) -> Path:
        if self._told is not None:
            self._told.changed.add(("desk", path))
        return super().file(path, text, arrival=arrival)

    def begin(self) -> float:
        """Let a new watcher make its first pass, which looks at everything; return its seconds of processor."""
        self.end()
        told = self._told = Told(self)
        clock = Clock(now=lambda: self.now, monotonic=self._seconds)
        self._watcher = Watcher(self.settings, told, folders={"desk": self.articles}, clock=clock)
        self.now += BETWEEN
        return self._step()

    def look(self) -> float:
        """Let the watcher look at everything, as it does once a minute; return the seconds of processor."""
        self.now += timedelta(seconds=REGULAR_S)
        return self._step()

    def settle(self, *, until: datetime | None = None) -> float:
        """Let the watcher work until it has made an edition, or *until* then; return the seconds of processor."""
        self.now += BETWEEN
        deadline, before = self.now + LONGEST, self.store.edition_number()
        total = 0.0
        while (self.store.edition_number() == before) if until is None else (self.now < until):
            if self.now > deadline:
                raise SystemExit(f"growth: nothing was published: {self.store.edition()}")
            total += self._step()
        return total

    def _seconds(self) -> float:
        return self.now.timestamp()

    def _step(self) -> float:
        if self._watcher is None:
            raise RuntimeError("nobody watches")
        before = _spent_s() + self.beside()
        self._watcher.step()
        return _spent_s() + self.beside() - before

    def end(self) -> None:
        if self._watcher is not None:
            self._watcher._close()  # noqa: SLF001  as `run` does when it ends
            self._watcher = self._told = None
        self.close()


def _spent_s() -> float:
    """Return the seconds of processor of this process and its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
