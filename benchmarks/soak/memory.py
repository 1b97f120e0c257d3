"""Sample the memory of each process of the nodes, and report whether it levels out."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from publishers import children, command
from service import Service

EVERY_S = 10.0
YOUNG_S = 60.0
LONG_S = 600.0
SHARED = "memfd:feeds of feedsvc"
COLUMNS = ("role", "node, process", "minutes", "MB at 1 min", "second third", "last third", "slope MB/h")


class Sample(NamedTuple):
    """The memory of a process, in bytes; at: monotonic seconds."""

    at: float
    size: int


@dataclass(slots=True)
class Process:
    """One process of a node, or the file in memory that its workers share."""

    node: str
    pid: int
    role: str
    samples: list[Sample] = field(default_factory=list)

    def after(self, part: float) -> list[Sample]:
        """Return the samples after that part of its life."""
        first, last = self.samples[0].at, self.samples[-1].at
        return [sample for sample in self.samples if sample.at >= first + (last - first) * part]

    @property
    def life_s(self) -> float:
        return self.samples[-1].at - self.samples[0].at


class Sampler(threading.Thread):
    """Sample every process of the nodes each ten seconds until the soak ends.

    nodes: returns those that run now.
    """

    def __init__(self, nodes: Callable[[], Mapping[str, Service]], ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self._nodes, self._ended = nodes, ended
        self.processes: dict[tuple[str, int, bool], Process] = {}

    def run(self) -> None:
        """Sample until the soak ends."""
        while not self._ended.wait(EVERY_S):
            for name, service in dict(self._nodes()).items():
                for role, pid in roles(service):
                    self._note(name, role, pid, proportional_size(pid))
                self._note(name, "shared feeds", service.pid, shared_size(service.pid))

    def _note(self, node: str, role: str, pid: int, size: int | None) -> None:
        if size is not None:
            process = self.processes.setdefault((node, pid, role == "shared feeds"), Process(node, pid, role))
            process.role = role  # a worker begins to keep the publisher when another ends
            process.samples.append(Sample(time.monotonic(), size))

    def report(self) -> Iterator[str]:
        """Yield a table of the processes that lived for ten minutes or more."""
        long = [process for process in self.processes.values() if process.life_s >= LONG_S]
        yield f"| {' | '.join(COLUMNS)} |"
        yield f"|{' --- |' * len(COLUMNS)}"
        for process in sorted(long, key=lambda process: (process.role, process.node, process.pid)):
            young = next(sample for sample in process.samples if sample.at >= process.samples[0].at + YOUNG_S)
            late = process.after(2 / 3)
            middle = [sample for sample in process.after(1 / 3) if sample.at < late[0].at]
            cells = (
                process.role,
                f"{process.node}, {process.pid}",
                f"{process.life_s / 60:.0f}",
                *(f"{megabytes:.1f}" for megabytes in (young.size / 1e6, _median_mb(middle), _median_mb(late))),
                f"{slope(process.after(1 / 3)) * 3600 / 1e6:+.1f}",
            )
            yield f"| {' | '.join(cells)} |"
        yield f"\n{len(self.processes) - len(long)} more lived for less than {LONG_S / 60:.0f} minutes"


def _median_mb(samples: Sequence[Sample]) -> float:
    return statistics.median(sample.size for sample in samples) / 1e6


def slope(samples: Sequence[Sample]) -> float:
    """Return the bytes per second that *samples* grow by, the line with the least squares through them."""
    return statistics.linear_regression([sample.at for sample in samples], [sample.size for sample in samples]).slope


def roles(service: Service) -> Iterator[tuple[str, int]]:
    """Yield (role, process) of a service; the keeper is the worker that keeps the publisher."""
    yield "master", service.pid
    for worker in children(service.pid):
        publishers = [child for child in children(worker) if "--watch" in command(child)]
        yield "keeper" if publishers else "worker", worker
        for publisher in publishers:
            yield "publisher", publisher
            yield from (("publisher's pool", child) for child in children(publisher))


def proportional_size(pid: int) -> int | None:
    """Return the bytes of a process: its own, and its share of those that it has with others; None if it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return None


def shared_size(pid: int) -> int | None:
    """Return the bytes of the file in which the workers of the master *pid* share feeds; no process counts it."""
    with suppress(OSError):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            if SHARED in str(handle.readlink()):
                return handle.stat().st_blocks * 512
    return None
