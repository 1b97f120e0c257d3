"""Counts of polls: each process counts its own in memory, and adds them once a second to one file for all of a node."""

from __future__ import annotations

import atexit
import fcntl
import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TypeVar

from feedsvc.feeds.addresses import FeedAddress
from feedsvc.model.packing import PackingError, pack, unpack
from feedsvc.stores.private_files import make_private_folder, open_private, write_private
from feedsvc.web.delivery.request_counts import COLUMNS as REQUEST_COLUMNS
from feedsvc.web.delivery.request_counts import no_requests

# The columns of a feed's counts, by answer; each response names its column.
FOUND, UNCHANGED, OTHER = range(3)
COLUMNS = 3
# Archive pages are too many to count each.
ARCHIVES = "archives"
# Feeds beyond so many are counted together too.
MANY = 10_000
REST = "others"

MARK = "subscriber"
SUBSCRIBERS = re.compile(r"(?<![0-9])([0-9]{1,8}) subscribers?(?![a-z])")
NAME_ENDS = re.compile(r"[/(;,:+]| - | feed-?id", re.IGNORECASE)
NAME_CHARACTERS = 40
# Anybody can invent readers, which must not fill the memory: so many (feed, reader) are kept, the newest.
MANY_HEARD = 5_000


class Polls:
    """The polls of this process since it began.

    Counts only grow, and another thread reads them meanwhile. `counts[column] += 1` loses nothing: CPython (3.11 to
    3.14) switches threads only at calls and at backward jumps, and the statement has neither.

    nowhere: [polls of feeds that do not exist, polls answered with 503].
    requests: of every kind, by the columns of request_counts.py.
    stirred: set when requests arrive, at least with the first of any second.
    """

    def __init__(self) -> None:
        self.feeds: dict[str, list[int]] = {}
        self.nowhere = [0, 0]
        self.requests = no_requests()
        self.stirred = Event()
        self._heard: dict[tuple[str, str], int] = {}

    def of(self, path: str) -> list[int]:
        """Return the counts of the feed at *path*; the caller adds to them."""
        address = FeedAddress.parse(path)
        key = ARCHIVES if address is not None and address.page else path
        if key not in self.feeds and len(self.feeds) >= MANY:
            key = REST
        return self.feeds.setdefault(key, [0] * COLUMNS)

    def hear(self, path: str, user_agent: str) -> None:
        """Note how many subscribers *user_agent* reports for the feed at *path*, if it does.

        source: no standard; Feedly, Feedbin, NewsBlur, Inoreader and others send "Feedbin - 12 subscribers".
        """
        said = SUBSCRIBERS.search(user_agent)
        name = NAME_ENDS.split(user_agent, maxsplit=1)[0].strip()[:NAME_CHARACTERS]
        if said is None or not name.isprintable() or not name.isascii() or not name:
            return
        heard = self._heard
        heard.pop((path, name), None)  # the newest report comes last
        heard[path, name] = int(said[1])
        while len(heard) > MANY_HEARD:
            heard.pop(next(iter(heard)), None)

    def take_heard(self) -> dict[tuple[str, str], int]:
        """Return the subscribers by (path, reader) that were reported since the last call."""
        taken, self._heard = self._heard, {}
        return taken


EVERY_S = 1.0
# The chart has a bar for each step of the last day.
STEP_S = 600
STEPS = 144
# A reader that has not polled for so long no longer counts.
FORGET_S = 7 * 86_400.0
PATIENCE_S = 1.0

logger = logging.getLogger(__name__)

Counts = tuple[int, ...]
Times = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The subscribers that a reader last reported for a feed; at: when, in seconds since 1970."""

    subscribers: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The counts of all workers since the file was made.

    feeds:   by path, the counts of each column.
    nowhere: as in Polls.
    steps:   by number of the step since 1970, (polls, polls answered with 304).
    readers: by path, and name of the reader.
    requests: by kind, as in Polls.
    """

    feeds: Mapping[str, Counts] = field(default_factory=dict)
    nowhere: Counts = (0, 0)
    steps: Mapping[int, Counts] = field(default_factory=dict)
    readers: Mapping[str, Mapping[str, Said]] = field(default_factory=dict)
    requests: Mapping[str, Times] = field(default_factory=dict)

    def readers_of(self, path: str, *, now: float) -> dict[str, int]:
        """Return the subscribers of the feed at *path* by reader; a report counts for FORGET_S."""
        return {
            reader: said.subscribers
            for reader, said in sorted(self.readers.get(path, {}).items())
            if said.at > now - FORGET_S
        }


class PollCounts:
    """Adds the counts of *polls* to those of the other workers in the file at *path*; None keeps them in memory.

    One file for all workers keeps the counts of workers that end, and no sum goes back, whichever worker is asked.
    If the file cannot be written, the counts wait in memory.

    clock: seconds since 1970.
    """

    def __init__(self, path: Path | None, polls: Polls, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self.polls = polls
        self._clock = clock
        self._lock = Lock()
        self._added = Counted()  # in the file already
        self._waiting: dict[str, dict[str, Said]] = {}
        self._kept = Counted()  # without a file
        self._is_failing = False
        self._ending = Event()
        if path is not None:
            with suppress(OSError):  # told when counts are added; a folder that goes later may come back
                make_private_folder(path.parent)

    def keep(self) -> None:
        """Add the counts once a second while requests arrive, and when the process ends."""
        atexit.register(self.end)
        Thread(target=self._run, name="poll counts", daemon=True).start()

    def end(self) -> None:
        """Add the last counts."""
        self._ending.set()
        self.polls.stirred.set()
        self.add()

    def _run(self) -> None:
        while True:
            self.polls.stirred.wait()
            self.polls.stirred.clear()
            if self._ending.wait(EVERY_S):
                return
            before = self._added
            self.add()
            if self._is_failing or self._added is not before:  # polls may go on
                self.polls.stirred.set()

    def add(self) -> Counted:
        """Add the counts since the last time, and return those of all workers."""
        with self._lock:
            at = self._clock()
            if taken := self.polls.take_heard():
                fresh_heard: dict[str, dict[str, Said]] = {}
                for (path, reader), subscribers in taken.items():
                    fresh_heard.setdefault(path, {})[reader] = Said(subscribers=subscribers, at=at)
                self._waiting = _heard(self._waiting, fresh_heard, at=at)
            now = Counted(
                feeds={path: tuple(counts) for path, counts in tuple(self.polls.feeds.items())},
                nowhere=tuple(self.polls.nowhere),
                requests={kind: tuple(counts) for kind, counts in self.polls.requests.items()},
            )
            fresh = replace(_since(self._added, now), readers=self._waiting)
            if self._path is None:
                self._kept = _sum(self._kept, fresh, at=at)
                self._settle(now)
                return self._kept
            if not (fresh.feeds or fresh.readers or any(fresh.nowhere) or fresh.requests):
                return _read(self._path)
            try:
                with _locked(self._path):
                    total = _sum(_read(self._path), fresh, at=at)
                    write_private(self._path, pack(total))  # a crash leaves the file as it was
            except OSError as error:
                if not self._is_failing:
                    logger.warning("%s: polls cannot be counted in this file: %s", self._path, error.strerror or error)
                self._is_failing = True
                return _sum(_read(self._path), fresh, at=at)
            self._is_failing = False
            self._settle(now)
            return total

    def _settle(self, added: Counted) -> None:
        self._added, self._waiting = added, {}


def _since(before: Counted, now: Counted) -> Counted:
    feeds = {}
    for path, counts in now.feeds.items():
        known = before.feeds.get(path)
        if counts != known and any(counts):
            feeds[path] = _minus(counts, known) if known else counts
    none = (0.0,) * REQUEST_COLUMNS
    requests = {
        kind: _minus(counts, before.requests.get(kind, none))
        for kind, counts in now.requests.items()
        if counts != before.requests.get(kind, none)
    }
    return Counted(feeds=feeds, nowhere=_minus(now.nowhere, before.nowhere), requests=requests)


def _sum(total: Counted, fresh: Counted, *, at: float) -> Counted:
    feeds, steps = dict(total.feeds), dict(total.steps)
    for path, counts in fresh.feeds.items():
        feeds[path] = _plus(feeds.get(path, (0,) * COLUMNS), counts)
    if len(feeds) > MANY:  # many are of categories that are gone
        feeds = {path: feeds[path] for path in sorted(feeds, key=lambda path: sum(feeds[path]))[-MANY:]}
    step = int(at // STEP_S)
    polls = sum(sum(counts) for counts in fresh.feeds.values())
    unchanged = sum(counts[UNCHANGED] for counts in fresh.feeds.values())
    if polls:
        steps[step] = _plus(steps.get(step, (0, 0)), (polls, unchanged))
    readers = {path: dict(there) for path, there in total.readers.items()} if fresh.readers else total.readers
    if fresh.readers:
        readers = _heard(readers, fresh.readers, at=at)
    return Counted(
        feeds=feeds,
        nowhere=_plus(total.nowhere, fresh.nowhere),
        steps={number: counts for number, counts in sorted(steps.items()) if step - STEPS < number <= step},
        readers=readers,
        requests={**total.requests, **_added(total.requests, fresh.requests)},
    )


def _added(total: Mapping[str, Times], fresh: Mapping[str, Times]) -> dict[str, Times]:
    """Return the sums of *fresh* and *total* by kind; those by another release in other columns are dropped."""
    return {
        kind: _plus(total[kind], counts) if len(total.get(kind, ())) == len(counts) else counts
        for kind, counts in fresh.items()
    }


def _heard(
    before: Mapping[str, Mapping[str, Said]], fresh: Mapping[str, Mapping[str, Said]], *, at: float
) -> dict[str, dict[str, Said]]:
    """Return the last report of each reader on each feed, the newest MANY_HEARD."""
    every = {(path, reader): said for path, there in before.items() for reader, said in there.items()}
    every |= {(path, reader): said for path, there in fresh.items() for reader, said in there.items()}
    newest = sorted(every.items(), key=lambda item: (item[1].at, item[0]))[-MANY_HEARD:]
    found: dict[str, dict[str, Said]] = {}
    for (path, reader), said in newest:
        if said.at > at - FORGET_S:
            found.setdefault(path, {})[reader] = said
    return found


Number = TypeVar("Number", int, float)


def _plus(one: tuple[Number, ...], other: tuple[Number, ...]) -> tuple[Number, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _minus(one: tuple[Number, ...], other: tuple[Number, ...]) -> tuple[Number, ...]:
    return tuple(a - b for a, b in zip(one, other, strict=True))


def _read(path: Path) -> Counted:
    try:
        return unpack(path.read_bytes(), Counted)
    except (FileNotFoundError, PermissionError):  # that it cannot be written is told
        return Counted()
    except (OSError, PackingError) as error:
        logger.warning("%s: cannot be read, so counting starts from zero: %s", path, error)
        return Counted()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Lock the file at *path* among all processes.

    raises: OSError if another process keeps the lock for PATIENCE_S.
    """
    handle = open_private(path.with_name(f"{path.name}.lock"), os.O_RDWR)
    try:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.005)
        yield
    finally:
        os.close(handle)
