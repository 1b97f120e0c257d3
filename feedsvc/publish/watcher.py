"""Publish at the start, and then after each change, at each release, and once a minute."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from feedsvc.config.settings import Settings
from feedsvc.feeds.entry_cache import EntryCache
from feedsvc.model.errors import FeedsvcError, StoreError
from feedsvc.model.feed import Edition, counted
from feedsvc.publish.context import PassRequest
from feedsvc.publish.debounce import Debounce
from feedsvc.publish.folder_listener import FolderListener, Place
from feedsvc.publish.pass_counts import FILE as PASSES
from feedsvc.publish.pass_counts import PassCounts
from feedsvc.publish.pipeline import BETWEEN_EDITIONS, Superseded, publish
from feedsvc.publish.processes import raise_if_ended
from feedsvc.publish.sign_of_life import LIFE, SignOfLife
from feedsvc.sources import open_sources
from feedsvc.sources.folder import FolderSource
from feedsvc.stores import beside_store, open_store, status_file_of
from feedsvc.stores.store import Store, clock_trouble

if TYPE_CHECKING:  # see `_deliveries`
    from feedsvc.publish.deliveries import Deliveries

QUIET_S = 0.01  # files that are moved in together come within a few milliseconds
LONGEST_S = 0.5  # a stream of files must not delay the first for longer
LONGEST_MOVING_S = 1.0  # the same for files that are being written
REGULAR_S = 60.0  # finds changes whose events were lost, and ends notices
LONGEST_REST_S = 1.0
SHORTEST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 30.0
logger = logging.getLogger(__name__)
RENEW_S = 2.0  # also the time between signs of life
LEAD_S = 10.0


@dataclass(slots=True)
class _Lane:
    """Collect changes that belong together; they are due when no more come, or the first has waited for *longest_s*."""

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
    """Collect the reasons for a pass, and delay a pass that is too soon after the last.

    All times are seconds of a monotonic clock. The first pass is due at *start*.
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
        """Note a file that was added, changed or removed, and can be read at once."""
        self._come.add(now, quiet_at=now + QUIET_S)

    def moving(self, now: float, *, still_at: float) -> None:
        """Note a file that is being written, and may be complete at *still_at*."""
        self._moving.add(now, quiet_at=still_at)

    def ask(self, at: float) -> None:
        """Ask for a pass at *at*, even without changes."""
        self._asked = at if self._asked is None else min(self._asked, at)

    def release(self, at: float) -> None:
        """Note that an embargo ends at *at*, which the rest after a pass does not delay."""
        self._release = at

    def begin(self) -> None:
        """Note that a pass begins, and forget the changes noted, because the pass will see them."""
        self._asked = self._release = None
        self._come.clear()
        self._moving.clear()

    def wait_until(self, until: float) -> None:
        """Let no pass begin before *until*, because its edition would be dated ahead of the clock."""
        self._not_before = max(self._not_before, until)

    def end(self, now: float, *, took_s: float) -> None:
        """Note that a pass ended well.

        took_s: the next pass waits as long, so that a storm of changes leaves time for other processes.
        """
        self._failures = 0
        self._regular = now + REGULAR_S
        self._rest_until = now + min(took_s, LONGEST_REST_S)

    def fail(self, now: float) -> None:
        """Note that a pass failed; the pause before the next doubles each time."""
        pause = min(SHORTEST_BACKOFF_S * 2**self._failures, LONGEST_BACKOFF_S)
        self._failures = min(self._failures + 1, 10)
        self._regular = self._not_before = now + pause

    def due(self) -> float:
        asked = [self._asked, self._come.due(), self._moving.due(), self._regular]
        due = max(min(at for at in asked if at is not None), self._rest_until)
        return max(due if self._release is None else min(due, self._release), self._not_before)


class Reporter:
    """Log editions, problems and failures, each once, and write the reason of a failure into the status file."""

    def __init__(self, settings: Settings) -> None:
        self._status_file = status_file_of(settings)
        self._root = f"{settings.root}{os.sep}"
        self._problems: frozenset[str] = frozenset()
        self._failing_since: datetime | None = None
        self._has_told = False

    def edition(self, edition: Edition, *, last: int, took_s: float) -> None:
        """Log a new edition, or the old one if it is the first to be logged.

        last: the number of the edition before the pass. took_s: duration of the pass.
        """
        if edition.number == last:
            if not self._has_told:
                logger.info("edition %d is unchanged: %s", edition.number, counted(edition.articles, "article"))
            self._has_told = True
            return
        self._has_told = True
        logger.info("%s, in %.2f s", edition.summary, took_s)

    def problems(self, edition: Edition, *, now: datetime) -> None:
        """Log each problem once when it is new, and once when it is cured."""
        current = frozenset(f"{problem.label}: {problem}" for problem in edition.problems)
        for problem in sorted(current - self._problems):
            logger.warning("%s", problem)
        for problem in sorted(self._problems - current):
            logger.info("no longer %s", problem)
        self._problems = current
        # A problem of a whole source keeps articles from readers, like a failed pass.
        of_sources = [str(problem) for problem in edition.problems if not problem.path]
        if of_sources:
            self._write_status("\n".join(of_sources), now)
        else:
            self._failing_since = None
            self._status_file.clear()

    def failure(self, reason: str, *, now: datetime, again_in_s: float) -> None:
        """Log why a pass failed, and when the next is made."""
        logger.error("publishing failed, so the last edition stays: %s; trying again in %.0f s", reason, again_in_s)
        self._write_status(reason, now)

    def _write_status(self, reason: str, now: datetime) -> None:
        self._failing_since = self._failing_since or now
        # The status page must not reveal the folder of the service.
        shown = reason.replace(self._root, "")
        self._status_file.tell(shown, since=self._failing_since.isoformat(timespec="seconds"))


class Listener(Protocol):
    """Reports changes in the sources (see `feedsvc.publish.folder_listener.FolderListener`)."""

    def renew(self) -> None:
        """Listen again to folders that appeared or vanished."""

    def wait(self, timeout_s: float) -> frozenset[Place] | None:
        """Return the changed places, an empty set if anything may have changed; None if nothing did in time."""

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time of day, aware, and a monotonic time in seconds."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic


class Watcher:
    """Publish as long as it runs; after a failed pass it tries again, and the last edition stays.

    folders: of the sources, by name.
    leads:   returns whether this process still has the lock of the watcher; called before each pass, and so often that
             a database which ends idle sessions sees that this one is used.
    life:    shows that this process is not stuck.
    deliveries: tell receivers of editions.
    """

    def __init__(
        self,
        settings: Settings,
        listener: Listener,
        *,
        folders: Mapping[str, Path],
        leads: Callable[[], bool] = lambda: True,
        life: SignOfLife | None = None,
        clock: Clock | None = None,
        deliveries: Deliveries | None = None,
    ) -> None:
        self._settings = settings
        self._deliveries = deliveries
        self._counts = PassCounts(beside_store(settings, PASSES))
        self._leads = leads
        self._life = life
        self._listener = listener
        self._folders = folders
        # Places that may have changed since the last good pass; None for everything.
        self._places: set[Place] | None = None
        self._all_at = 0.0
        self._clock = clock or Clock()
        self._entry_cache = EntryCache()
        self._debounce = Debounce(lambda: self._clock.now().timestamp())
        self._agenda = Agenda(start=self._clock.monotonic())
        self._reporter = Reporter(settings)
        self._store: Store | None = None
        self._opened: object = None
        self._published = False
        self._release: datetime | None = None
        self._lead_at = self._clock.monotonic() + LEAD_S
        self._ahead = timedelta()  # of the database's clock, if it differs

    def run(self) -> None:
        """Publish until an exception ends it.

        raises: Superseded.
        """
        try:
            while True:
                self.step()
        finally:
            if self._deliveries is not None:
                self._deliveries.end()
            self._listener.stop()
            self._close()

    def step(self) -> None:
        """Make the pass that is due, or wait for a moment.

        raises: Superseded.
        """
        self._listener.renew()
        now = self._clock.monotonic()
        self._give_sign(now)
        if self._release is not None:  # at each step, for the clock may have been set
            self._agenda.release(now + (self._release - self._now()).total_seconds())
        left = self._agenda.due() - now
        if left > 0:
            self._note(self._listener.wait(min(left, RENEW_S)))
            return
        try:
            if not self._leads():
                raise Superseded("another process watches now")
            with self._life.given_meanwhile() if self._life else nullcontext():
                store = self._open()
                self._compare_clocks(store)
            last = store.edition()
            ahead = self._ahead_s(last)
            if ahead > 0:
                self._agenda.wait_until(now + ahead)
                return
            self._agenda.begin()
            edition = self._publish(store)
        except (FeedsvcError, OSError) as error:
            raise_if_ended(error)
            self._fail(error)
        else:
            self._end(edition, last=last.number, took_s=self._clock.monotonic() - now)

    def _give_sign(self, now: float) -> None:
        """Show that this process works, and use the lock of the watcher, without which it must not go on.

        raises: Superseded.
        """
        if self._life is not None:
            self._life.give()
        if now < self._lead_at:
            return
        self._lead_at = now + LEAD_S
        with suppress(FeedsvcError, OSError):  # the next pass says what is wrong
            if not self._leads():
                raise Superseded("another process watches now")

    def _note(self, changed: frozenset[Place] | None) -> None:
        if changed is None:
            return
        now, today = self._clock.monotonic(), self._clock.now().timestamp()
        if not changed:
            self._places = None
        if self._places is not None:
            self._places |= changed
        waits = [
            self._debounce.settles_in(source, path, self._folders[source] / path, now=today) for source, path in changed
        ]
        for place, wait in zip(changed, waits, strict=True):
            if wait and self._debounce.is_growing(*place):
                self._agenda.ask(now + wait)
            elif wait:
                self._agenda.moving(now, still_at=now + wait)
        if not all(waits) or not waits:
            self._agenda.come(now)

    def _now(self) -> datetime:
        """Return the time by the clock that all nodes share."""
        return self._clock.now() + self._ahead

    def _compare_clocks(self, store: Store) -> None:
        ahead = store.clock_ahead(self._clock.now())
        if ahead and not self._ahead:
            logger.warning("%s; embargoes end by the clock of the database", clock_trouble(ahead))
        self._ahead = ahead

    def _ahead_s(self, last: Edition) -> float:
        """Return the seconds by which the next edition would be dated ahead of the clock.

        returns: 0.0 also if the clock was set back: editions are then dated just after the last one.
        """
        ahead = last.made_at + BETWEEN_EDITIONS - self._now()
        return ahead.total_seconds() if timedelta() < ahead <= BETWEEN_EDITIONS else 0.0

    def _publish(self, store: Store) -> Edition:
        places, began, now = self._places, self._clock.monotonic(), self._now()
        # A release must not wait for a look at everything, which may be put off, but not for long.
        is_release = self._release is not None and self._release <= now and began < self._all_at + REGULAR_S
        # Before a document is removed, everything is read: the whole disk may be gone.
        if (began >= self._all_at or self._debounce.is_gone(now)) and not is_release:
            places = None
        request = PassRequest(
            settings=self._settings,
            now=now,
            among=_by_source(places),
            follows=self._published,
            entry_cache=self._entry_cache,
            debounce=self._debounce,
            elapsed_s=lambda: self._clock.monotonic() - began,
            progress=(lambda _stage: life.give()) if (life := self._life) else None,
            unhurried=life.given_meanwhile if life else nullcontext,
            again=lambda: self._agenda.ask(self._clock.monotonic()),
        )
        edition = publish(store, request)
        if self._deliveries is not None:
            self._deliveries.look(store)
        self._published = True
        self._release = store.next_release(now)
        if places is None:
            self._all_at = began + REGULAR_S
        self._places = set(self._debounce.waiting())
        return edition

    def _open(self) -> Store:
        """Return the store, opened again if another has taken its place, such as a restored backup.

        raises: StoreError if it is gone; none is made in its place.
        """
        if self._store is not None and self._identity() != self._opened:
            self._close()
        if self._store is None:
            self._store = open_store(self._settings, makes=self._opened is None)
            self._published, self._places = False, None
            self._release = None
            self._opened = self._store.identity()
        return self._store

    def _identity(self) -> object:
        try:
            return self._store.identity() if self._store else None
        except StoreError:
            return None  # its file is gone

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _end(self, edition: Edition, *, last: int, took_s: float) -> None:
        monotonic, now = self._clock.monotonic(), self._clock.now()
        self._counts.ended(took_s)
        self._agenda.end(monotonic, took_s=took_s)
        self._agenda.wait_until(monotonic + self._ahead_s(edition))
        due = self._debounce.due(ahead=self._ahead)
        if due is not None:
            self._agenda.ask(monotonic + max(due - now.timestamp(), 0.0))
        self._reporter.edition(edition, last=last, took_s=took_s)
        self._reporter.problems(edition, now=now)

    def _fail(self, error: Exception) -> None:
        now = self._clock.monotonic()
        self._counts.failed()
        self._agenda.fail(now)
        reason = str(error) or type(error).__name__
        self._reporter.failure(reason, now=self._clock.now(), again_in_s=self._agenda.due() - now)


def watch(settings: Settings, *, leads: Callable[[], bool], is_kept: bool) -> None:
    """Publish changes until an exception, such as that of a signal, ends it.

    leads:   returns whether this process still has the lock of the watcher.
    is_kept: a service started this process, and may replace it.
    raises:  Superseded; SourceError if no source reads URLs of a configured scheme.
    """
    folders = {source.name: source.root for source in open_sources(settings) if isinstance(source, FolderSource)}
    life = SignOfLife(beside_store(settings, LIFE), is_kept=is_kept)
    deliveries = _deliveries(settings) if settings.receivers else None
    if any(source.is_polled for source in settings.sources):
        _poll(settings)
    Watcher(settings, FolderListener(folders), folders=folders, leads=leads, life=life, deliveries=deliveries).run()


def _deliveries(settings: Settings) -> Deliveries:
    from feedsvc.publish.deliveries import Deliveries  # noqa: PLC0415  an HTTP client: 0.05 s of each start, and 3 MB

    return Deliveries(settings, clock=Clock().now)


def _poll(settings: Settings) -> None:
    from feedsvc.publish.object_polls import buckets  # noqa: PLC0415  few sites have any
    from feedsvc.publish.polling import Poller  # noqa: PLC0415  the same
    from feedsvc.publish.upstream_polls import upstream_feeds  # noqa: PLC0415  an HTTP client too

    for polls in (*buckets(settings, clock=Clock().now), *upstream_feeds(settings, clock=Clock().now)):
        polls.retry()
        Poller(polls).start()


def _by_source(places: set[Place] | None) -> dict[str, set[str]] | None:
    if places is None:
        return None
    found: dict[str, set[str]] = {}
    for source, path in places:
        found.setdefault(source, set()).add(path)
    return found
