"""Publish at the start, and then whenever something asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from feedsvc.errors import FeedsvcError, StoreError
from feedsvc.intake.patience import Patience
from feedsvc.model.feeds import Edition
from feedsvc.press.galleys import Galleys
from feedsvc.publish import BETWEEN_EDITIONS, Superseded, publish
from feedsvc.settings import Settings
from feedsvc.sources import open_sources
from feedsvc.sources.folder import FolderSource
from feedsvc.stores import open_store
from feedsvc.stores.store import Store
from feedsvc.watching.agenda import REGULAR_S, Agenda
from feedsvc.watching.listening import Listening, Place
from feedsvc.watching.telling import Telling

RENEW_S = 1.0


class Ears(Protocol):
    """Tell what changed in the sources (see `feedsvc.watching.listening.Listening`)."""

    def renew(self) -> None:
        """Listen anew where a folder came or went."""

    def wait(self, timeout_s: float) -> frozenset[Place] | None:
        """Return what changed, empty when anything may have; None when nothing did in time."""

    def stop(self) -> None:
        """Stop listening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Tell the time of day, aware, and a time that never goes back, in seconds."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic


class Watcher:
    """Publish as long as it runs; what fails is tried again, and the last edition stands meanwhile.

    folders: of the sources, by name.
    leads:   tells whether this process is still the one that watches; asked before each pass.
    """

    def __init__(
        self,
        settings: Settings,
        ears: Ears,
        *,
        folders: Mapping[str, Path],
        leads: Callable[[], bool] = lambda: True,
        clock: Clock | None = None,
    ) -> None:
        self._settings = settings
        self._leads = leads
        self._ears = ears
        self._folders = folders
        # What may have changed since the last pass that ended well; None for everything.
        self._places: set[Place] | None = None
        self._all_at = 0.0
        self._clock = clock or Clock()
        self._galleys = Galleys()
        self._patience = Patience(lambda: self._clock.now().timestamp())
        self._agenda = Agenda(start=self._clock.monotonic())
        self._telling = Telling(settings)
        self._store: Store | None = None
        self._opened: object = None
        self._published = False
        self._release: datetime | None = None

    def run(self) -> None:
        """Publish until an exception ends it.

        raises: Superseded.
        """
        try:
            while True:
                self.step()
        finally:
            self._ears.stop()
            self._close()

    def step(self) -> None:
        """Do the pass that is due, or else wait for a moment.

        raises: Superseded.
        """
        self._ears.renew()
        now = self._clock.monotonic()
        if self._release is not None:  # asked anew each time: the clock may have been set
            self._agenda.release(now + (self._release - self._clock.now()).total_seconds())
        left = self._agenda.due() - now
        if left > 0:
            self._note(self._ears.wait(min(left, RENEW_S)))
            return
        try:
            if not self._leads():
                raise Superseded("another process watches now")
            store = self._open()
            last = store.edition()
            ahead = self._ahead_s(last)
            if ahead > 0:
                self._agenda.hold(now + ahead)
                return
            self._agenda.begin()
            edition = self._pass(store)
        except (FeedsvcError, OSError) as error:
            self._fail(error)
        else:
            self._end(edition, last=last.number, took_s=self._clock.monotonic() - now)

    def _note(self, changed: frozenset[Place] | None) -> None:
        if changed is None:
            return
        now, today = self._clock.monotonic(), self._clock.now().timestamp()
        if not changed:
            self._places = None
        if self._places is not None:
            self._places |= changed
        waits = [
            self._patience.settles_in(source, path, self._folders[source] / path, now=today) for source, path in changed
        ]
        for place, wait in zip(changed, waits, strict=True):
            if wait and self._patience.is_growing(*place):
                self._agenda.ask(now + wait)
            elif wait:
                self._agenda.moving(now, still_at=now + wait)
        if not all(waits) or not waits:
            self._agenda.come(now)

    def _ahead_s(self, last: Edition) -> float:
        """Return for how long the next edition would be dated ahead of the clock.

        returns: 0.0 also where the clock was set back since: editions go on being dated after the last one.
        """
        ahead = last.made_at + BETWEEN_EDITIONS - self._clock.now()
        return ahead.total_seconds() if timedelta() < ahead <= BETWEEN_EDITIONS else 0.0

    def _pass(self, store: Store) -> Edition:
        places, began, now = self._places, self._clock.monotonic(), self._clock.now()
        # What is released now must not wait for a look at everything, which is put off, but not for long.
        is_release = self._release is not None and self._release <= now and began < self._all_at + REGULAR_S
        # Before anything is removed, everything is looked at: what is gone with it may be a disk.
        if (began >= self._all_at or self._patience.is_gone(now)) and not is_release:
            places = None
        edition = publish(
            self._settings,
            now,
            store=store,
            among=_by_source(places),
            follows=self._published,
            galleys=self._galleys,
            patience=self._patience,
            elapsed=lambda: self._clock.monotonic() - began,
            progress=lambda _: None,
        )
        self._published = True
        self._release = store.next_release(now)
        if places is None:
            self._all_at = began + REGULAR_S
        self._places = set(self._patience.waiting())
        return edition

    def _open(self) -> Store:
        """Return the store, opened anew where its file was removed or replaced (`rm -rf var`, a restored backup)."""
        if self._store is not None and self._identity() != self._opened:
            self._close()
        if self._store is None:
            self._store, self._published, self._places = open_store(self._settings), False, None
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
        self._agenda.end(monotonic, took_s=took_s)
        self._agenda.hold(monotonic + self._ahead_s(edition))
        due = self._patience.due()
        if due is not None:
            self._agenda.ask(monotonic + max(due - now.timestamp(), 0.0))
        self._telling.edition(edition, last=last, took_s=took_s)
        self._telling.problems(edition, now=now)

    def _fail(self, error: Exception) -> None:
        now = self._clock.monotonic()
        self._agenda.fail(now)
        reason = str(error) or type(error).__name__
        self._telling.failure(reason, now=self._clock.now(), again_in_s=self._agenda.due() - now)


def watch(settings: Settings, *, leads: Callable[[], bool]) -> None:
    """Publish what changes until an exception, such as that of a signal, ends it.

    leads:  tells whether this process is still the one that watches.
    raises: Superseded; SourceError if no source reads URLs of a configured scheme.
    """
    folders = {source.name: source.root for source in open_sources(settings) if isinstance(source, FolderSource)}
    Watcher(settings, Listening(folders), folders=folders, leads=leads).run()


def _by_source(places: set[Place] | None) -> dict[str, set[str]] | None:
    if places is None:
        return None
    found: dict[str, set[str]] = {}
    for source, path in places:
        found.setdefault(source, set()).add(path)
    return found
