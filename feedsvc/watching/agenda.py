"""Say when the next pass is due. It is told everything, the time included, and looks at nothing itself."""

from __future__ import annotations

from dataclasses import dataclass

QUIET_S = 0.01  # files that are moved in together come within a few milliseconds
LONGEST_S = 0.5  # and a stream of them must not keep the first waiting
LONGEST_MOVING_S = 1.0  # the same, of files that are being written
REGULAR_S = 60.0  # a lost event must not be lost for good, and a notice ends without any file changing
LONGEST_REST_S = 1.0
SHORTEST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 30.0


@dataclass(slots=True)
class _Lane:
    """Gather what belongs together: due when it is quiet, or when the first of it has waited for long enough."""

    longest_s: float
    _until: float | None = None
    _latest: float = 0.0

    def add(self, now: float, *, quiet_at: float) -> None:
        if self._until is None:
            self._until, self._latest = quiet_at, max(now + self.longest_s, quiet_at)
        self._until = min(max(self._until, quiet_at), self._latest)

    def due(self) -> float | None:
        return self._until

    def clear(self) -> None:
        self._until = None


class Agenda:
    """Gather what asks for a pass, and hold back passes that would come too soon.

    All times are seconds of one clock that never goes back. The first pass is due at *start*.
    """

    def __init__(self, *, start: float) -> None:
        self._regular = start
        self._asked: float | None = None
        self._release: float | None = None
        self._come = _Lane(LONGEST_S)
        self._moving = _Lane(LONGEST_MOVING_S)
        self._not_before = self._rest_until = start
        self._failures = 0

    def come(self, now: float) -> None:
        """Note that something is there, or gone, and can be taken at once."""
        self._come.add(now, quiet_at=now + QUIET_S)

    def moving(self, now: float, *, still_at: float) -> None:
        """Note that a file is being written, which may be done with at *still_at*."""
        self._moving.add(now, quiet_at=still_at)

    def ask(self, at: float) -> None:
        """Note that there will be something to do at *at*, whatever changes until then."""
        self._asked = at if self._asked is None else min(self._asked, at)

    def release(self, at: float) -> None:
        """Note that an embargo ends at *at*: no pass that has just ended makes that wait."""
        self._release = at

    def begin(self) -> None:
        """Note that a pass begins, which will see everything that was noted until now."""
        self._asked = self._release = None
        self._come.clear()
        self._moving.clear()

    def hold(self, until: float) -> None:
        """Note that no pass may begin before *until*: its edition would be dated ahead of the clock."""
        self._not_before = max(self._not_before, until)

    def end(self, now: float, *, took_s: float) -> None:
        """Note that a pass ended well.

        took_s: how long it took; the next waits as long, so that a storm of changes leaves time for others.
        """
        self._failures = 0
        self._regular = now + REGULAR_S
        self._rest_until = now + min(took_s, LONGEST_REST_S)

    def fail(self, now: float) -> None:
        """Note that a pass failed: it is tried again, after twice the time each time."""
        pause = min(SHORTEST_BACKOFF_S * 2**self._failures, LONGEST_BACKOFF_S)
        self._failures = min(self._failures + 1, 10)
        self._regular = self._not_before = now + pause

    def due(self) -> float:
        """Return when the next pass is to begin."""
        asked = [self._asked, self._come.due(), self._moving.due(), self._regular]
        due = max(min(each for each in asked if each is not None), self._rest_until)
        return max(due if self._release is None else min(due, self._release), self._not_before)
