"""Start one `feedsvc publish` after another without waiting for Python: each is forked from one that has all at hand.

Most of the life of a short pass is the start of Python, where there is nothing to be broken by a kill.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service import PATIENCE_S, environment

FORK = """
import os, sys
import psycopg, sqlalchemy.dialects.postgresql.psycopg, sqlalchemy.dialects.sqlite.pysqlite
import feedsvc.publish, feedsvc.stores
from feedsvc.cli import main
for _ in sys.stdin:
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        os.dup2(2, 1)
        main(["publish"])
    os.setpgid(pid, pid)  # whichever of the two comes first
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@dataclass(frozen=True, slots=True)
class PressRoom:
    """Passes over one folder and store; what they say on standard error is in `log`."""

    process: subprocess.Popen[bytes]
    log: Path

    def start(self) -> int:
        """Start a pass, and return its process."""
        assert self.process.stdin
        self.process.stdin.write(b"pass\n")
        return int(self._line())

    def ends_within(self, seconds: float) -> bool:
        """Return whether the pass ends before *seconds* are over."""
        return bool(select.select([self.process.stdout], [], [], max(seconds, 0))[0])

    def status(self) -> int:
        """Wait for the pass to end, and return its exit status; of one that was killed, less the signal."""
        assert self.ends_within(PATIENCE_S), self.log.read_text(encoding="utf-8")
        return int(self._line())

    def kill(self, pid: int, *, after_s: float) -> bool:
        """Kill a pass, and whatever helps it, after a time; return whether it was still going."""
        if not self.ends_within(after_s):
            os.killpg(pid, signal.SIGKILL)
        return self.status() == -signal.SIGKILL

    def _line(self) -> bytes:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, self.log.read_text(encoding="utf-8")
        return line


@contextmanager
def press_room(folder: Path, url: str) -> Iterator[PressRoom]:
    """Have passes at hand until the block ends."""
    log = folder / "passes.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-c", FORK],
            cwd=folder,
            env=environment(folder, FEEDSVC_STORE_URL=url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            bufsize=0,
        ) as process,
    ):
        try:
            yield PressRoom(process, log)
        finally:
            process.kill()
