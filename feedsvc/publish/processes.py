"""Keep one publisher running, in a process of its own that ends by a signal or with the process that started it."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Thread

from feedsvc.config.settings import Settings
from feedsvc.model.errors import StoreError
from feedsvc.publish.sign_of_life import HUNG_AFTER_S, LIFE, last_sign
from feedsvc.stores import beside_store, lead_of, status_file_of
from feedsvc.stores.publisher_locks import Lead

LOOK_S = 0.5  # between looks at what is wrong
REST_S = 5.0  # between looks at a publisher that gives signs of life
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 10.0
LOOKS = 3
STABLE_S = 10.0  # a publisher that ran for longer did not fail at its start
GRACE_S = 1.5
# glibc raises these limits by itself with the first large block that is freed, and then keeps what a pass has freed.
RETURNS_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}

logger = logging.getLogger(__name__)
LEAVE_WITHIN_S = 2.0
ASK_LEAD_S = 0.2
AWAY_S = 2.0


def supervise_publisher(settings: Settings, *, has_store: Callable[[], bool] = lambda: False) -> None:
    """Keep a publisher for *settings* running, by this worker or another; it ends with that worker.

    has_store: returns whether this process has seen the store, so that no other may be made in its place.
    raises:    StoreError.
    """
    supervisor = PublisherSupervisor(settings, has_store=has_store)
    # A daemon thread ends with its process, without cleaning up.
    atexit.register(supervisor.end)
    Thread(target=supervisor.run, name="supervisor", daemon=True).start()


class PublisherSupervisor:
    """Ask for the lead among the workers of a store, and keep one publisher running while this worker has it.

    The publisher has the other end of a pipe and ends when this end is closed, so it ends however this process ends.
    A worker keeps the lead until it ends: after a reload the new workers wait for the old one, and then publish with
    the new settings.
    """

    def __init__(self, settings: Settings, *, has_store: Callable[[], bool] = lambda: False) -> None:
        self._settings = settings
        self._has_store = has_store
        self._lead = lead_of(settings, "leader")
        self._status_file = status_file_of(settings)
        self._life = beside_store(settings, LIFE)
        self._looks = 0
        self._told = ""
        self._news = Event()  # the publisher has ended, the lead is taken, or this worker ends
        self._is_ending = False
        self._ended = Event()

    def run(self) -> None:
        """Wait for the lead, and keep a publisher running until `end`."""
        pause = FIRST_PAUSE_S
        try:
            while not self._is_ending:
                if not self._leads():
                    self._wait_for_lead()
                    continue
                began = time.monotonic()
                status = self._keep()
                if status is None:
                    continue
                pause = FIRST_PAUSE_S if time.monotonic() - began >= STABLE_S else min(pause * 2, LONGEST_PAUSE_S)
                self._report(status, pause)
                self._pause(pause)
        finally:
            self._lead.let_go()
            self._ended.set()

    def end(self) -> None:
        """End the publisher, and wait a moment for it."""
        self._is_ending = True
        self._news.set()
        self._ended.wait(GRACE_S * 2)

    def _pause(self, longest_s: float | None) -> None:
        """Wait for news."""
        self._news.wait(longest_s)
        if not self._is_ending:
            self._news.clear()

    def _wait_for_lead(self) -> None:
        """Wait for the lead in the kernel, so that nothing wakes at rest."""

        def wait() -> None:
            try:
                self._lead.wait_until_free()
            except (OSError, StoreError):  # the next question tells it
                time.sleep(LOOK_S)
            self._news.set()

        Thread(target=wait, name="lead", daemon=True).start()
        self._pause(None)

    def _leads(self, *, unless_known: bool = False) -> bool:
        """Return whether this worker has the lead; while the store is away, which decides that, *unless_known*."""
        try:
            leads = self._lead.take()
        except StoreError as error:
            if not unless_known and str(error) != self._told:  # a publisher that runs tells it itself
                shown = str(error).replace(f"{self._settings.root}{os.sep}", "")  # readers see /readyz, too
                self._status_file.tell(f"no publisher can be started: {shown}", since=_now())
            self._warn(str(error))
            return unless_known
        except OSError as error:
            self._warn(f"no publisher can be started: {error}")
            return False
        self._told = ""
        return leads

    def _warn(self, news: str) -> None:
        if news != self._told:
            logger.warning("%s", news)
            self._told = news

    def _keep(self) -> int | None:
        """Run a publisher; return its exit status, None if this worker ended it."""
        reading, writing = os.pipe()
        try:
            process = self._start(reading)
        except OSError as error:
            logger.error("the publisher cannot be started: %s", error)  # noqa: TRY400  the error says all
            os.close(writing)
            return -1
        finally:
            os.close(reading)
        logger.info("publisher %d is started", process.pid)
        # Popen.wait with a timeout (Python 3.11) looks twenty times a second.
        end = Thread(target=self._tell_end, args=(process,), name="publisher", daemon=True)
        end.start()
        try:
            # While the store is away, the publisher waits too, because it asks the store for a lock.
            while not self._is_ending and self._leads(unless_known=True):
                self._pause(LOOK_S if self._looks else REST_S)
                status = process.poll()
                if status is not None:
                    return status
                self._end_if_hung(process)
            return None
        finally:
            os.close(writing)
            try:
                process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            end.join()
            if not self._is_ending:
                self._news.clear()  # which would shorten the pause

    def _tell_end(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._news.set()

    def _end_if_hung(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the publisher that gives no sign of life, or one that a former worker has left with the locks.

        Until it is killed, its locks keep every other from publishing; the kernel frees them, and its pass is undone.
        """
        sign = last_sign(self._life)
        silent_s = 0.0 if sign is None else sign.silent_s(time.monotonic())
        is_hung = sign is not None and silent_s >= HUNG_AFTER_S and (sign.pid == process.pid or sign.is_kept)
        self._looks = self._looks + 1 if is_hung else 0
        # A machine that was suspended wakes both at once, and the publisher comes first then.
        if sign is None or self._looks < LOOKS or not sign.is_running():
            return
        self._looks = 0
        logger.error("the publisher %d has given no sign of life for %.0f s, and is replaced", sign.pid, silent_s)
        with suppress(OSError):
            os.kill(sign.pid, signal.SIGKILL)

    def _start(self, pipe: int) -> subprocess.Popen[bytes]:
        environ = {
            **RETURNS_MEMORY,
            **os.environ,
            "FEEDSVC_CONFIG": str(self._settings.folder),
            "FEEDSVC_BASE_URL": self._settings.site.base_url,
            "FEEDSVC_STORE_URL": self._settings.store_url,
            "FEEDSVC_NEW_STORE": "on" if self._settings.makes_store and not self._has_store() else "off",
        }
        command = [sys.executable, "-m", "feedsvc", "publish", "--watch", "--ends-with", str(pipe)]
        # In a process group of its own, so that Ctrl-C reaches only the service, which ends its publisher.
        return subprocess.Popen(  # noqa: S603  our own command, without a shell
            command, env=environ, stdin=subprocess.DEVNULL, pass_fds=(pipe,), process_group=0
        )

    def _report(self, status: int, pause: float) -> None:
        how = f"was ended by signal {-status}" if status < 0 else f"ended with exit status {status}"
        logger.error("the publisher %s; starting another in %.1f s", how, pause)
        if pause > 1:
            self._status_file.tell(f"the publisher {how}, several times; see the log", since=_now())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Ended(BaseException):
    """Ends and undoes the work; no `Exception`, so that nobody tries again."""


def raise_if_ended(error: BaseException) -> None:
    """Raise Ended if *error* only took its place, as drivers of databases do that clean up after it.

    raises: Ended.
    """
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, Ended):
            raise Ended from error
        seen = seen.__cause__ or seen.__context__


def until_ended(work: Callable[[], None], descriptor: int | None) -> None:
    """Do *work* until SIGINT, SIGTERM or SIGHUP, or until the other end of a pipe is closed.

    A pass that runs is undone, like any transaction. Work that does not stop in time ends with the process, which
    undoes it too.

    descriptor: the reading end of the pipe, if there is one.
    """

    def end(_number: int, _frame: object) -> None:
        killer = threading.Timer(LEAVE_WITHIN_S, os._exit, [1])
        killer.daemon = True
        killer.start()
        for number in caught:
            signal.signal(number, signal.SIG_IGN)
        raise Ended

    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    try:
        for number in caught:
            signal.signal(number, end)
        if descriptor is not None:
            threading.Thread(target=_end_with, args=(descriptor,), name="pipe", daemon=True).start()
        work()
    except Ended:
        logger.info("ended")


def _end_with(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def wait_for_lead(lead: Lead) -> Iterator[None]:
    """Wait until another watcher ends and the store is there, and keep *lead* for the block."""
    told = ""
    while True:
        pause = ASK_LEAD_S
        try:
            if lead.take():
                break
            news = "another process watches; waiting for it to end"
        except StoreError as error:
            news, pause = f"waiting for the store: {error}", AWAY_S
        if news != told:
            logger.info("%s", news)
            told = news
        time.sleep(pause)
    try:
        yield
    finally:
        lead.let_go()
