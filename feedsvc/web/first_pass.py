"""Start the publisher once when a service starts and its store is empty, or was filled with other settings."""

from __future__ import annotations

import atexit
import fcntl
import logging
import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Lock, Thread

from feedsvc.errors import StoreError
from feedsvc.ports import Library
from feedsvc.settings import Settings
from feedsvc.software import made_with
from feedsvc.stores.store import file_of

logger = logging.getLogger(__name__)


def begin_first_pass(settings: Settings, library: Library) -> Thread | None:
    """Begin one pass where the store needs it, as a process of its own, for no worker renders feeds.

    New pages must not meet the feeds of former settings: the addresses in them may lead nowhere.

    returns: the thread that waits for the pass; None where the store is as it should be.
    raises:  StoreError.
    """
    if not library.needs_pass(made_with(settings)):
        return None
    thread = Thread(target=FirstPass(settings, library).run, name="first pass", daemon=True)
    thread.start()
    return thread


class FirstPass:
    """Run one pass at a time over all workers, and end it with this worker.

    A worker that waits takes over when the one before ends, as at a reload, and then mostly finds nothing to do.
    """

    def __init__(self, settings: Settings, library: Library) -> None:
        self._settings = settings
        self._library = library
        self._lock = Lock()
        self._ending = Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Wait for other workers' passes, publish if that is still needed, and log how it ended."""
        atexit.register(self.end)
        try:
            # Not the lock of the pass itself, which the process takes.
            descriptor = os.open(self._lock_file(), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if self._needed():
                    self._publish(descriptor)
            finally:
                os.close(descriptor)
        except (OSError, StoreError):
            logger.exception("the first pass cannot be run; run feedsvc publish")
        finally:
            atexit.unregister(self.end)

    def end(self) -> None:
        """End the pass that runs, and begin none."""
        with self._lock:
            self._ending.set()
            if self._process is not None:
                self._process.terminate()

    def _lock_file(self) -> Path:
        file = file_of(self._settings.store_url)
        if file is None:
            raise StoreError(f"{self._settings.store_url}: only sqlite:/// stores are known")
        return file.with_name(file.name + ".first.lock")

    def _needed(self) -> bool:
        return self._library.needs_pass(made_with(self._settings))

    def _publish(self, descriptor: int) -> None:
        environ = {
            **os.environ,
            "FEEDSVC_CONFIG": str(self._settings.folder),
            "FEEDSVC_BASE_URL": self._settings.site.base_url,
            "FEEDSVC_STORE_URL": self._settings.store_url,
        }
        command = [sys.executable, "-m", "feedsvc", "publish"]
        with self._lock:
            if self._ending.is_set():
                return
            # The process holds the lock too: should this worker be killed, no other starts a second one beside it.
            self._process = subprocess.Popen(  # noqa: S603  our own command, without a shell
                command, env=environ, stdin=subprocess.DEVNULL, pass_fds=(descriptor,)
            )
        status = self._process.wait()
        if self._ending.is_set():
            return
        # A status alone does not tell rejected documents from a crash.
        if self._needed():
            logger.error("the first pass failed: exit status %d; run feedsvc publish", status)
        elif status == 0:
            logger.info("the first pass is done")
        else:
            logger.warning("the first pass is done, without the documents that were rejected")
