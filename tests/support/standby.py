"""Start feedsvc without waiting for Python: each command is forked from a process that has its modules at hand.

Most of the life of a short command, and most of the start of a service, is Python reading modules. The commands are
the real ones, in processes of their own. Those that a test starts by itself, as a user does, show that each also finds
its modules alone (test_cli, test_serve, test_service).
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, NoReturn

MODULES = (
    *("psycopg", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite"),
    *("feedsvc.cli", "feedsvc.web", "feedsvc.publish.pipeline", "feedsvc.publish.watcher"),
    *("feedsvc.inspect.version_history", "feedsvc.inspect.inspection", "feedsvc.web.static_site.site"),
)
LARGEST_ORDER = 200_000  # bytes: arguments and environment


@dataclass(slots=True)
class Process:
    """A command that was started; what it does and how it is ended is as with subprocess.Popen."""

    pid: int
    _news: BinaryIO
    returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit status, of one that was killed less the signal; None while it runs."""
        return self._status_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status once there is one.

        timeout: seconds.
        raises:  subprocess.TimeoutExpired.
        """
        status = self._status_within(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return status

    def terminate(self) -> None:
        """Ask it to end, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)

    def _status_within(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._news], [], [], seconds)[0]:
            self.returncode = int(self._news.readline())
            self._news.close()
        return self.returncode


def start(
    *arguments: str, folder: Path, environ: dict[str, str], stdin: BinaryIO, stdout: BinaryIO, stderr: BinaryIO
) -> Process:
    """Start `feedsvc ARGUMENTS` in *folder*, a process group of its own."""
    reading, writing = os.pipe()
    order = json.dumps([arguments, str(folder), environ]).encode()
    assert len(order) < LARGEST_ORDER
    try:
        socket.send_fds(_door(), [order], [stdin.fileno(), stdout.fileno(), stderr.fileno(), writing])
    finally:
        os.close(writing)
    news = os.fdopen(reading, "rb", buffering=0)
    return Process(int(news.readline()), news)


@cache
def _door() -> socket.socket:
    """Return where commands are ordered, for as long as this process lives."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen([sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()])
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


class Become(BaseException):
    """Stop being what was started, as os.execv does."""


def _execv(program: str, command: Sequence[str], execv: Callable[..., NoReturn] = os.execv) -> NoReturn:
    """Become gunicorn with the modules at hand, and what else there is as ever."""
    if command[1] == "-c":
        raise Become(*command[2:])
    execv(program, command)


def _attend(door: socket.socket) -> list[str] | None:
    """Start what is ordered until nothing more can come; return twice for each order: in its process the arguments."""
    waiting = selectors.DefaultSelector()
    waiting.register(door, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            if key.fileobj is not door:
                waiting.unregister(key.fileobj)
                _tell_end(key.fd, *key.data)
                continue
            order, given, _, _ = socket.recv_fds(door, LARGEST_ORDER, 4)
            if not order:
                return None
            pid = os.fork()
            if pid == 0:
                _leave(waiting)
                return _enter(order, given)
            *handed_on, news = given
            for descriptor in handed_on:
                os.close(descriptor)
            with suppress(OSError):  # it was quicker, and has even ended
                os.setpgid(pid, pid)
            _tell(news, pid)
            waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, news))


def _tell_end(pidfd: int, pid: int, news: int) -> None:
    _tell(news, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    os.close(pidfd)
    os.close(news)


def _tell(news: int, number: int) -> None:
    with suppress(BrokenPipeError):  # who asked may be gone
        os.write(news, b"%d\n" % number)


def _leave(waiting: selectors.BaseSelector) -> None:
    """Close what a new process has of the one that it was forked from."""
    for key in list(waiting.get_map().values()):
        os.close(key.fd)
        if key.data:
            os.close(key.data[1])
    waiting.close()


def _enter(order: bytes, given: list[int]) -> list[str]:
    """Make the process what its caller ordered, and return the arguments."""
    arguments, folder, environ = json.loads(order)
    os.setpgid(0, 0)
    for target, descriptor in enumerate(given[:3]):
        os.dup2(descriptor, target)
    for descriptor in given:
        os.close(descriptor)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.path[0] = folder
    return arguments


def _main(door: socket.socket) -> None:
    # Not gunicorn: it notes as which user and in which folder it was loaded.
    for module in MODULES:
        importlib.import_module(module)
    gc.freeze()  # a collection would write to every page of memory, and no process would share them with this one
    arguments = _attend(door)
    if arguments is None:
        return
    os.execv = _execv  # type: ignore[assignment]
    sys.argv = ["python -m feedsvc", *arguments]
    sys.orig_argv = [sys.executable, "-m", "feedsvc", *arguments]
    try:
        importlib.import_module("feedsvc.__main__").run()
    except SystemExit as end:
        _end(end.code)
    except Become as another:
        code, *arguments = another.args
    sys.argv = ["-c", *arguments]
    exec(code, {"__name__": "__main__"})  # noqa: S102  our own


def _end(code: object) -> None:
    """End as Python does, but for taking apart what is in memory, which is most of the life of a short command."""
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    _main(socket.socket(fileno=int(sys.argv[1])))
