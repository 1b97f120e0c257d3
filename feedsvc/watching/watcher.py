"""Publish at the start, and then whenever something asks for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from feedsvc.errors import FeedsvcError, StoreError
from feedsvc.galleys import Galleys
from feedsvc.model.feeds import Edition
from feedsvc.patience import Patience, settles_in
from feedsvc.publish import BETWEEN_EDITIONS, publish
from feedsvc.settings import Settings
from feedsvc.software import made_with
from feedsvc.sources import open_sources
from feedsvc.sources.folder import FolderSource
from feedsvc.stores import file_beside, open_store
from feedsvc.stores.store import Store
from feedsvc.stores.trouble import TROUBLE, Trouble
from feedsvc.watching.agenda import Agenda
from feedsvc.watching.listening import Listening

RENEW_S = 1.0

logger = logging.getLogger(__name__)


class Superseded(Exception):  # noqa: N818 - no error: there is newer work to be done by a newer process
    """Say that other settings or software have published since this process did."""


class Ears(Protocol):
    """Tell what changed in the sources (see `feedsvc.watching.listening.Listening`)."""

    def renew(self) -> None:
        """Listen anew where a folder came or went."""

    def wait(self, timeout_s: float) -> frozenset[Path] | None:
        """Return what changed, empty when anything may have; None when nothing did in time."""

    def stop(self) -> None:
        """Stop listening."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Tell the time of day, aware, and a time that never goes back, in seconds."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic


@dataclass(slots=True)
class Watcher:
    """Publish as long as it runs; what fails is tried again, and the last edition stands meanwhile."""

    settings: Settings
    ears: Ears
    clock: Clock = field(default_factory=Clock)
    _galleys: Galleys = field(default_factory=Galleys)
    _store: Store | None = None
    _published: bool = False
    _failing_since: str | None = None
    _told: frozenset[str] = frozenset()
    patience: Patience = field(init=False)
    agenda: Agenda = field(init=False)
    _trouble: Trouble = field(init=False)
    _opened: object = None
    _last: int = -1

    def __post_init__(self) -> None:
        self.patience = Patience(lambda: self.clock.now().timestamp())
        self.agenda = Agenda(start=self.clock.monotonic())
        self._trouble = Trouble(file_beside(self.settings, TROUBLE))

    def run(self) -> None:
        """Publish until an exception ends it.

        raises: Superseded.
        """
        try:
            while True:
                self.step()
        finally:
            self.ears.stop()
            self._close()

    def step(self) -> None:
        """Do the pass that is due, or else wait for a moment."""
        self.ears.renew()
        left = self.agenda.due() - self.clock.monotonic()
        if left > 0:
            self._note(self.ears.wait(min(left, RENEW_S)))
            return
        self.agenda.begin()
        began = self.clock.monotonic()
        try:
            edition = self._pass()
        except (FeedsvcError, OSError) as error:
            self._fail(error)
        else:
            self._end(edition, took_s=self.clock.monotonic() - began)

    def _note(self, changed: frozenset[Path] | None) -> None:
        if changed is None:
            return
        now, today = self.clock.monotonic(), self.clock.now().timestamp()
        waits = [settles_in(path, now=today) for path in changed]
        if any(waits):
            self.agenda.moving(now, still_at=now + max(waits))
        if not all(waits) or not waits:
            self.agenda.come(now)

    def _pass(self) -> Edition:
        store = self._open()
        if self._published and store.needs_pass(made_with(self.settings)):
            raise Superseded
        edition = publish(
            self.settings,
            self.clock.now(),
            store=store,
            galleys=self._galleys,
            patience=self.patience,
            progress=lambda _: None,
        )
        self._published = True
        return edition

    def _open(self) -> Store:
        """Return the store, opened anew where its file was removed or replaced (`rm -rf var`, a restored backup)."""
        if self._store is not None and self._identity() != self._opened:
            self._close()
        if self._store is None:
            self._store, self._published = open_store(self.settings), False
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

    def _end(self, edition: Edition, *, took_s: float) -> None:
        now, today = self.clock.monotonic(), self.clock.now()
        ahead = (edition.made_at + BETWEEN_EDITIONS - today).total_seconds()
        self.agenda.end(now, took_s=took_s, next_edition_at=now + min(max(ahead, 0.0), 1.0))
        due = self.patience.due()
        if due is not None:
            self.agenda.ask(now + max(due - today.timestamp(), 0.0))
        if edition.number != self._last:
            logger.info(
                "edition %d: %d articles (%d new, %d revised, %d removed), %d feeds changed, in %.2f s",
                edition.number,
                edition.articles,
                edition.published,
                edition.revised,
                edition.removed,
                len(edition.changed),
                took_s,
            )
            self._last = edition.number
        self._tell_problems(edition)

    def _tell_problems(self, edition: Edition) -> None:
        """Log what is wrong with a document once when it is new, and once when it is cured."""
        standing = frozenset(f"{each.severity}: {each}" for each in edition.problems)
        for each in sorted(standing - self._told):
            logger.warning("%s", each)
        for each in sorted(self._told - standing):
            logger.info("no longer %s", each)
        self._told = standing
        # What is wrong with a whole source keeps articles from readers, as a pass that fails does.
        of_sources = [str(each) for each in edition.problems if not each.path]
        if of_sources:
            self._report("\n".join(of_sources))
        else:
            self._failing_since = None
            self._trouble.clear()

    def _fail(self, error: Exception) -> None:
        now = self.clock.monotonic()
        self.agenda.fail(now)
        reason = str(error) or type(error).__name__
        logger.error(
            "publishing failed, the last edition stands: %s; trying again in %.0f s", reason, self.agenda.due() - now
        )
        self._report(reason)

    def _report(self, reason: str) -> None:
        self._failing_since = self._failing_since or self.clock.now().isoformat(timespec="seconds")
        self._trouble.tell(reason, since=self._failing_since)


def watch(settings: Settings) -> None:
    """Publish what changes until an exception, such as that of a signal, ends it.

    raises: Superseded; SourceError if no source reads URLs of a configured scheme.
    """
    folders = [source.root for source in open_sources(settings) if isinstance(source, FolderSource)]
    Watcher(settings, Listening(folders)).run()
