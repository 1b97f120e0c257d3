"""Make one pass after another over a folder, and kill some of them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import standby
from service import PATIENCE_S, environment


@dataclass(frozen=True, slots=True)
class PassRunner:
    """Passes over one folder and store, with their output in `log`."""

    folder: Path
    url: str
    log: Path
    _nothing: BinaryIO
    _output: BinaryIO

    def start(self) -> standby.Process:
        """Start a pass: a process group with its workers."""
        environ = environment(self.folder, FEEDSVC_STORE_URL=self.url)
        files = {"stdin": self._nothing, "stdout": self._output, "stderr": self._output}
        return standby.start("publish", folder=self.folder, environ=environ, **files)

    def make(self) -> None:
        """Make a pass that ends well, although it may reject documents."""
        assert self.start().wait(PATIENCE_S) in {0, 1}, self.log.read_text(encoding="utf-8")

    def kill(self, process: standby.Process, *, after_s: float) -> bool:
        """Kill a pass and its workers after a time; return whether the pass was still running."""
        try:
            process.wait(max(after_s, 0))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait(PATIENCE_S) == -signal.SIGKILL


@contextmanager
def pass_runner(folder: Path, url: str) -> Iterator[PassRunner]:
    """Yield a runner whose log is open until the block ends."""
    log = folder / "passes.log"
    with log.open("ab") as output, Path(os.devnull).open("rb") as nothing:
        yield PassRunner(folder, url, log, nothing, output)
