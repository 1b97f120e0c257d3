"""A real service for tests: gunicorn on a free port of 127.0.0.1, over a copy of a newsroom's folder."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import standby
from feedsvc.web.delivery.feed_cache import LATE_S, REFRESH_S

LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `headers` by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes


def asked(connection: http.client.HTTPConnection, path: str, method: str, headers: Mapping[str, str]) -> Answer:
    """Return the answer to one request on *connection*, which is closed then; names of headers have "_" for "-"."""
    with closing(connection):
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())


@dataclass(frozen=True, slots=True)
class Service:
    """A running service; `pid` is the one to signal."""

    folder: Path
    port: int
    pid: int

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Return the answer to one request; header names are given with "_" for "-"."""
        return asked(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30), path, method, headers)

    def wait_for(
        self, path: str, holds: Callable[[Answer], bool], *, within_s: float = PATIENCE_S, **headers: str
    ) -> Answer:
        """Return the first answer at *path* of which *holds* is true; there is one soon, or the test fails."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            with suppress(OSError):
                answer = self.ask(path, **headers)
                if holds(answer):
                    return answer
            time.sleep(0.05)
        raise AssertionError(f"{path} never was as expected")

    def settle(self) -> None:
        """Wait as long as a worker may answer with an edition that is no longer the last."""
        time.sleep(REFRESH_S + LATE_S + 0.05)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a feedsvc command in the service's folder."""
        return feedsvc(self.folder, *arguments)


def environment(folder: Path, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FEEDSVC_")}
    inherited.pop("PORT", None)
    return {**inherited, "FEEDSVC_CONFIG": str(folder / "config"), **more}


def feedsvc(
    folder: Path, *arguments: str, stdin: str = "", environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in *folder*, forked from a process on standby."""
    with TemporaryFile() as given, TemporaryFile() as output, TemporaryFile() as errors:
        given.write(stdin.encode())
        given.seek(0)
        environ = environ or environment(folder)
        process = standby.start(*arguments, folder=folder, environ=environ, stdin=given, stdout=output, stderr=errors)
        status = process.wait(PATIENCE_S * 2)
        told = []
        for file in (output, errors):
            file.seek(0)
            told.append(file.read().decode())
        return subprocess.CompletedProcess(arguments, status, *told)


def feedsvc_alone(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in *folder* as a user does, with a Python of its own."""
    return subprocess.run(
        [sys.executable, "-m", "feedsvc", *arguments],
        cwd=folder,
        env=environment(folder),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * 2,
        check=False,
    )


@contextmanager
def serving(
    folder: Path, *, is_alone: bool = False, under: Sequence[str] = (), is_waiting: bool = False, **more: str
) -> Iterator[Service]:
    """Serve *folder* until the block ends; ready once the first edition is.

    is_alone: start it with a Python of its own, as a user does, and not forked from a process on standby.
    is_waiting: ready as soon as it answers, perhaps that it has nothing to serve yet.
    under:    a command that starts it, such as one that takes rights or files from it; it is then alone.
    """
    log = folder / "service.log"
    command = ["serve", "--bind", "127.0.0.1:0", "--workers", "2"]
    environ = environment(folder, **more)
    with log.open("wb") as output, Path(os.devnull).open("rb") as nothing:
        files = {"stdin": nothing, "stdout": output, "stderr": output}
        process: standby.Process | subprocess.Popen[bytes]
        if is_alone or under:
            whole = [*under, sys.executable, "-m", "feedsvc", *command]
            process = subprocess.Popen(whole, cwd=folder, env=environ, **files)
        else:
            process = standby.start(*command, folder=folder, environ=environ, **files)
    try:
        yield _ready(folder, log, process, is_waiting=is_waiting)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def _ready(folder: Path, log: Path, process: standby.Process | subprocess.Popen[bytes], *, is_waiting: bool) -> Service:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        found = LISTENING.search(log.read_text(encoding="utf-8"))
        if found:
            service = Service(folder, int(found[1]), process.pid)
            if _answers(service, {200, 503} if is_waiting else {200}):
                return service
        time.sleep(0.02)
    raise AssertionError(f"the service did not get ready:\n{log.read_text(encoding='utf-8')}")


def _answers(service: Service, statuses: set[int]) -> bool:
    try:
        return service.ask("/readyz").status in statuses
    except OSError:
        return False
