"""Measure that cost does not grow with the archive: one article published and each feed polled, in two stores.

Usage: python benchmarks/revisions/run.py [--counts 1000 100000] [--revisions 3] [--rounds 5]

Each store is made by publishing: all articles, then all of them again with other words, until each has its revisions.
Then, in medians of the rounds: `feedsvc publish` of one new and one edited article, as a command and beside a watcher,
and a cold poll of every feed, which is the first answer of a service that has only just begun. The last column is the
cost in the last store by that in the first.
"""

from __future__ import annotations

import argparse
import http.client
import importlib
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
# What stands before this folder: its modules are of no package.
sys.path.insert(0, str(HERE.parent / "publishing"))
corpus, publishing = importlib.import_module("corpus"), importlib.import_module("run")
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
PATIENCE_S = 60.0
Costs = dict[str, list[tuple[float, float]]]  # by what was done: (processor seconds, seconds of wall) of each round


def main() -> None:
    """Print one table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--counts", type=int, nargs="+", default=[1_000, 100_000], help="of articles")
    asked.add_argument("--revisions", type=int, default=3, help="of each article")
    asked.add_argument("--rounds", type=int, default=5)
    arguments = asked.parse_args()
    costs: dict[int, Costs] = {}
    for count in arguments.counts:
        with tempfile.TemporaryDirectory() as folder:
            costs[count] = made(Path(folder), count, revisions=arguments.revisions)
            costs[count] |= measured(Path(folder), count, rounds=arguments.rounds)
    report(costs, revisions=arguments.revisions)


def made(folder: Path, count: int, *, revisions: int) -> Costs:
    """Make a newsroom of *count* articles, its store included, and return what its passes cost."""
    articles = folder / "articles"
    corpus.file_articles(articles, count)
    publishing.configure(folder, corpus.CATEGORIES)
    costs: Costs = {}
    for revision in range(revisions):
        tell(f"{count} articles, revision {revision + 1} of {revisions}")
        for file in articles.rglob("*.*") if revision else ():
            publishing.edit_one(file)
        time.sleep(publishing.BETWEEN_EDITIONS_S)
        name = "all published again" if revision else "all published"
        costs.setdefault(name, []).append(_publish(_environ(folder)))
    return costs


def measured(folder: Path, count: int, *, rounds: int) -> Costs:
    """Return what is done beside *count* articles costs."""
    environ = _environ(folder)
    costs: Costs = {}

    def measure(name: str, cost: tuple[float, float]) -> None:
        costs.setdefault(name, []).append(cost)

    fresh = iter(range(count, count + 10 * rounds))
    for number in range(rounds):
        tell(f"{count} articles, round {number + 1} of {rounds}")
        time.sleep(publishing.BETWEEN_EDITIONS_S)
        publishing.file_one(folder, corpus.documents(next(fresh)))
        measure("one new, `feedsvc publish`", _publish(environ))
        time.sleep(publishing.BETWEEN_EDITIONS_S)
        publishing.edit_one(folder / "articles" / corpus.documents(count // 2 + number)[0].path)
        measure("one edited, `feedsvc publish`", _publish(environ))
    with publishing.watcher(folder, environ) as process:
        for _ in range(rounds):
            cost = publishing.told(folder, process.pid, corpus.documents(next(fresh)))
            measure("one new, while watching", (cost.cpu_s, cost.wall_s))
    for _ in range(rounds):
        measure("every feed polled, cold", polled(folder, environ))
    tell("")
    return costs


def polled(folder: Path, environ: Mapping[str, str]) -> tuple[float, float]:
    """Return what the first poll of every feed costs a worker that has just begun: processor seconds and wall."""
    listed = subprocess.run([*publishing.FEEDSVC, "feeds"], env=environ, capture_output=True, text=True, check=True)
    paths = re.findall(r"/feeds/\S+", listed.stdout)
    with serving(folder, environ) as (port, worker):
        spent, began = publishing.spent_s(worker), time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        for path in paths:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.HTTPStatus.OK:
                raise SystemExit(f"revisions: {path} answered {answer.status}")
        connection.close()
        return publishing.spent_s(worker) - spent, time.perf_counter() - began


@contextmanager
def serving(folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Serve with one worker until the block ends; yield the port and the worker's process."""
    log = folder / "service.log"
    command = [*publishing.FEEDSVC, "serve", "--bind", "127.0.0.1:0", "--workers", "1"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env={**environ, "FEEDSVC_PUBLISHER": "off"}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while (found := LISTENING.search(log.read_text(encoding="utf-8"))) is None or not _is_ready(int(found[1])):
            if time.monotonic() > deadline:
                raise SystemExit(f"revisions: no service: {log.read_text(encoding='utf-8')}")
            time.sleep(0.05)
        (worker,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        yield int(found[1]), int(worker)
    finally:
        process.terminate()
        process.wait()


def report(costs: Mapping[int, Costs], *, revisions: int) -> None:
    """Print medians, and how many times what it costs in the first store each takes in the last."""
    counts = list(costs)
    heads = [f"{count:,}: {kind}" for count in counts for kind in ("CPU s", "wall s")]
    print(f"| {revisions} revisions each, articles | {' | '.join(heads)} | CPU, last by first | wall |")
    print(f"| --- |{' ---: |' * (len(heads) + 2)}")
    for name in costs[counts[0]]:
        medians = [_medians(costs[count][name]) for count in counts]
        figures = [f"{cost:.3f}" if cost < 10 else f"{cost:.0f}" for pair in medians for cost in pair]  # noqa: PLR2004
        ratios = [f"{last / first:.2f}" for first, last in zip(medians[0], medians[-1], strict=True)]
        print(f"| {name} | {' | '.join(figures)} | {' | '.join(ratios)} |")


def tell(what: str) -> None:
    """Show on standard error how far it is."""
    print(f"\r{what}\033[K", end="", file=sys.stderr, flush=True)


def _medians(several: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(cpu for cpu, _ in several), statistics.median(wall for _, wall in several)


def _environ(folder: Path) -> dict[str, str]:
    return {**os.environ, "FEEDSVC_CONFIG": str(folder / "config")}


def _publish(environ: Mapping[str, str]) -> tuple[float, float]:
    cost = publishing.run([*publishing.FEEDSVC, "publish"], environ)
    return cost.cpu_s, cost.wall_s


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main()
