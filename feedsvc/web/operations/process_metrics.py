"""The processes of this service, and what the kernel says about each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client import ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

MASTER, WORKER, PUBLISHER = "master", "worker", "publisher"


def process_metrics(environ: Mapping[str, str]) -> Iterator[Metric]:
    """Yield the usual metrics of a process for each process of the service.

    Sums over changing processes would jump, so each has its own samples, and a query adds them up. Elsewhere than in
    Linux there are none.

    environ: FEEDSVC_MASTER, which the settings of gunicorn set.
    """
    families: dict[str, Metric] = {}
    for pid, role in sorted(_processes(environ).items()):
        for found in _of(pid):
            family = families.get(found.name)
            if family is None:
                kind = CounterMetricFamily if found.type == "counter" else GaugeMetricFamily
                family = families[found.name] = kind(found.name, found.documentation, labels=["process", "pid"])
            for sample in found.samples:
                family.add_sample(sample.name, {"process": role, "pid": str(pid)}, sample.value)
    yield from families.values()


def _of(pid: int) -> list[Metric]:
    """Return the metrics of a process; none if it has ended meanwhile."""
    return list(ProcessCollector(pid=lambda: pid, registry=None).collect())


def _processes(environ: Mapping[str, str]) -> dict[int, str]:
    """Return the processes of the service with their roles: gunicorn's master, its workers, and what these started."""
    parent, own = os.getppid(), os.getpid()
    children = _children()
    if environ.get("FEEDSVC_MASTER") != str(parent):
        return {own: WORKER, **dict.fromkeys(_below(own, children), PUBLISHER)}
    found = {parent: MASTER, own: WORKER}
    for worker in children.get(parent, ()):
        found |= {worker: WORKER, **dict.fromkeys(_below(worker, children), PUBLISHER)}
    return found


def _below(pid: int, children: Mapping[int, list[int]]) -> Iterator[int]:
    for child in children.get(pid, ()):
        yield child
        yield from _below(child, children)


def _children() -> dict[int, list[int]]:
    """Return the children of each process that this user sees.

    source: proc_pid_stat(5): the parent is the second field behind the name.
    """
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:  # it has ended
            continue
        found.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(folder.name))
    return found
