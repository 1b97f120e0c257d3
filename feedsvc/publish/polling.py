"""Poll sources that report no changes: each in a thread of its own, so that a slow one delays no other."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread

from feedsvc.model.errors import FetchError
from feedsvc.model.packing import pack
from feedsvc.sources.polled import STATE, PollState, read_state
from feedsvc.stores.private_files import make_private_folder, write_private
from feedsvc.text.failures import failure_of

LONGEST_PAUSE_S = 86_400.0
SHORTEST_PAUSE_S = 1.0
MOST_DOUBLINGS = 20

logger = logging.getLogger(__name__)


class Polls(ABC):
    """The polls of one source. Its folder is made at once.

    folder: that the polls write. every_s: between two of them.
    asked:  see `PollState`.
    clock:  returns the time, aware.
    """

    def __init__(self, source: str, folder: Path, *, every_s: float, asked: str, clock: Callable[[], datetime]) -> None:
        self.source = source
        self._folder = folder
        self._every_s = every_s
        self._asked = asked
        self._clock = clock
        make_private_folder(folder)

    @abstractmethod
    def ask(self, state: PollState, *, now: float) -> PollState:
        """Ask the source, write the folder, and return the next state, whose `next_at` is the time of the next poll.

        now:    seconds since 1970.
        raises: FetchError, OSError.
        """

    def retry(self) -> None:
        """End the pause after a failure, for whoever starts a service may have cured the fault."""
        state = read_state(self._folder)
        if state.fault:
            self._keep(replace(state, next_at=state.not_before))

    def poll(self) -> float:
        """Poll the source if that is due; return the seconds until it is due again."""
        now = self._clock().timestamp()
        state = read_state(self._folder)
        if state.asked != self._asked:
            state = PollState(asked=self._asked)
        if state.has_ended:
            return LONGEST_PAUSE_S
        if state.polled_at <= now < state.next_at:
            return state.next_at - now
        try:
            polled = self.ask(state, now=now)
        except FetchError as error:
            polled = self._failed(state, str(error), now=now, again_in_s=error.again_in_s)
        except OSError as error:
            polled = self._failed(state, str(error), now=now)
        except Exception as error:  # noqa: BLE001  a defect that this source reveals must not end its polls
            polled = self._failed(state, f"a defect of feedsvc: {failure_of(error).reason}", now=now)
        if polled.fault != state.fault:
            logger.warning("source %s: %s", self.source, polled.fault or "can be polled again")
        self._keep(replace(polled, polled_at=now))
        return polled.next_at - now

    def _failed(self, state: PollState, fault: str, *, now: float, again_in_s: float = 0.0) -> PollState:
        """Return the state after a failure: the pause doubles with each in a row, up to a day."""
        pause_s = max(self._every_s * (1 << min(state.failures, MOST_DOUBLINGS)), again_in_s)
        return replace(
            state,
            failures=state.failures + 1,
            fault=fault,
            next_at=now + min(pause_s, max(LONGEST_PAUSE_S, self._every_s)),
            not_before=now + again_in_s,
        )

    def _keep(self, state: PollState) -> None:
        try:
            write_private(self._folder / STATE, pack(state))
        except OSError as error:
            logger.warning("source %s: its state cannot be written: %s", self.source, error)


class Poller(Thread):
    """Polls one source until its process ends."""

    def __init__(self, polls: Polls) -> None:
        super().__init__(name=f"poller of {polls.source}", daemon=True)
        self._polls = polls

    def run(self) -> None:
        while True:
            time.sleep(min(max(self._polls.poll(), SHORTEST_PAUSE_S), LONGEST_PAUSE_S))


def poll_once(polls: Iterable[Polls], *, limit_s: float) -> None:
    """Poll all sources that are due at once, and wait for them at most so long."""
    threads = [Thread(target=each.poll, daemon=True) for each in polls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(limit_s)
