"""Measure publishing at scale: cold, unchanged, one new and one edited article; wall, processor time, memory.

Usage: python benchmarks/publishing/run.py [--counts 1000 10000 100000] [--rounds N]

Every figure is a real process, `feedsvc publish` with its children or what stands beside it: the same command doing
nothing, the floor of all file work (each article read and searched once, or only listed), and feedgen called naively
for every feed. Site generators make their whole sites of the same articles if they are installed (`generators.py`).
Medians of the rounds; a last table has the processor time of all counts side by side. Memory is what the processes
have resident at once, pages that they share counted for each of them. While watching, processor time is the watcher's
alone, and wall ends when the edition is in the store.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import corpus
import generators

HERE = Path(__file__).parent
CONFIGURATION = """
[site]
title = { en = "Quay News", zh = "码头新闻" }
base_url = "https://quay.example"
authority = "quay.example"
authority_date = "2026-01-01"
author = "Quay News"
languages = [LANGUAGES]
time_zone = "Asia/Shanghai"

[[sources]]
name = "desk"
url = "articles"
category = "world"
"""
PASSES = ("cold", "unchanged", "one new", "one edited")
START, FLOOR, NAIVE = "start-up (feedsvc feeds)", "floor: all read and searched once", "feedgen for every feed"
FEEDSVC = [sys.executable, "-m", "feedsvc"]
MB = 1_000_000
SAMPLE_S = 0.01
BETWEEN_EDITIONS_S = 1.2  # else a pass waits for its second
PATIENCE_S = 600
WORD = re.compile(r"harbour|港")


@dataclass(frozen=True, slots=True)
class Cost:
    """Hold what a command cost: seconds of wall and of processors, its children's included, and bytes at once."""

    wall_s: float
    cpu_s: float
    memory: int


def main() -> None:
    """Print a table for each count of articles."""
    asked = argparse.ArgumentParser(description="Measure publishing at scale.")
    asked.add_argument("--counts", type=int, nargs="+", default=[1_000, 10_000], help="of articles")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--floor", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--listing", type=Path, help=argparse.SUPPRESS)
    arguments = asked.parse_args()
    if arguments.floor or arguments.listing:
        look_at_all(arguments.floor or arguments.listing, reading=arguments.floor is not None)
        return
    costs: dict[int, Mapping[str, Sequence[Cost]]] = {}
    for count in arguments.counts:
        with tempfile.TemporaryDirectory() as folder:
            costs[count] = measured(Path(folder), count, arguments.rounds)
        report(count, costs[count])
    report_growth(costs)


def measured(folder: Path, count: int, rounds: int) -> dict[str, list[Cost]]:
    """Return the costs of everything that is measured, by its name, over *count* articles."""
    articles = folder / "articles"
    corpus.file_articles(articles, count)
    configure(folder, corpus.CATEGORIES)
    costs: dict[str, list[Cost]] = {}
    environ = {**os.environ, "FEEDSVC_CONFIG": str(folder / "config")}
    listing, floor = ([sys.executable, str(HERE / "run.py"), how, str(articles)] for how in ("--listing", "--floor"))
    others = list(generators.installed(folder, count))
    naive = [sys.executable, str(HERE / "naive.py"), str(articles), str(folder / "naive")]

    def measure(name: str, command: Sequence[str]) -> None:
        costs.setdefault(name, []).append(run(command, environ))

    for number in range(rounds):
        print(f"\r{count} articles, round {number + 1} of {rounds}\033[K", end="", file=sys.stderr, flush=True)
        shutil.rmtree(folder / "var", ignore_errors=True)
        measure(PASSES[0], [*FEEDSVC, "publish"])
        for name in PASSES[1:]:
            if name == "one new":
                file_one(folder, corpus.documents(count + number))
            elif name == "one edited":
                edit_one(articles / corpus.documents(count // 2 + number)[0].path)
            time.sleep(BETWEEN_EDITIONS_S)
            measure(name, [*FEEDSVC, "publish"])
        measure(START, [*FEEDSVC, "feeds"])
        measure(FLOOR, floor)
        measure("floor: all listed", listing)
        measure(NAIVE, naive)
        for name, command in others:
            measure(name, command)
    with watcher(folder, environ) as process:
        for number in range(rounds):
            story = corpus.documents(count + rounds + number)
            costs.setdefault("one new, while watching", []).append(told(folder, process.pid, story))
    print("\r\033[K", end="", file=sys.stderr)
    return costs


def configure(folder: Path, categories: Sequence[str], languages: Sequence[str] = ("en", "zh")) -> None:
    """Write a configuration beside the articles."""
    config = folder / "config"
    config.mkdir(exist_ok=True)
    spoken = ", ".join(f'"{language}"' for language in languages)
    main = CONFIGURATION.replace("LANGUAGES", spoken).replace('"world"', f'"{categories[0]}"')
    (config / "feedsvc.toml").write_text(main, encoding="utf-8")
    tables = [f'[{name}]\ntitle = {{ en = "{name.title()}", zh = "{name}类" }}\n' for name in categories]
    (config / "categories.toml").write_text("".join(tables), encoding="utf-8")


def file_one(folder: Path, article: Sequence[corpus.Filed]) -> None:
    """Move the documents of one article in, each whole."""
    waiting = [folder / f"waiting-{number}" for number, _ in enumerate(article)]
    for file, filed in zip(waiting, article, strict=True):
        file.write_text(filed.text, encoding="utf-8")
    for file, filed in zip(waiting, article, strict=True):
        file.rename(folder / "articles" / filed.path)


def edit_one(file: Path) -> None:
    """Add a sentence to an article."""
    file.write_text(file.read_text(encoding="utf-8").replace(".\n", ". It was put right.\n", 1), encoding="utf-8")


def run(command: Sequence[str], environ: Mapping[str, str]) -> Cost:
    """Run *command* to its end, and return what it cost."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    ended = threading.Event()
    peaks = [0]

    def sample() -> None:
        while not ended.wait(SAMPLE_S):
            peaks.append(sum(map(_resident, _tree(process.pid))))

    sampler = threading.Thread(target=sample)
    sampler.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    ended.set()
    sampler.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"publishing: {' '.join(command)} ended with {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, max(peaks))


def _tree(pid: int) -> Iterator[int]:
    """Yield *pid* and all below it; nothing where the system does not say."""
    yield pid
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text(encoding="ascii").split():
                yield from _tree(int(child))
    except OSError:
        return


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


@contextmanager
def watcher(folder: Path, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Publish what changes until the block ends; it begins when the watcher has nothing left to do."""
    with (folder / "watch.log").open("wb") as log:
        process = subprocess.Popen([*FEEDSVC, "publish", "--watch"], env=environ, stderr=log)
        try:
            before, deadline = -1.0, time.monotonic() + PATIENCE_S
            while (spent := spent_s(process.pid)) != before or spent < SAMPLE_S:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(
                        f"publishing: the watcher does not come to rest: {(folder / 'watch.log').read_text()}"
                    )
                before = spent
                time.sleep(1)  # nothing tells that it rests but that it spends nothing
            yield process
        finally:
            process.terminate()
            process.wait()


def told(folder: Path, pid: int, article: Sequence[corpus.Filed]) -> Cost:
    """File one article beside the watcher *pid*, and return what it cost to publish it."""
    edition, spent = _edition(folder), spent_s(pid)
    started = time.perf_counter()
    file_one(folder, article)
    while _edition(folder) == edition:
        if time.perf_counter() - started > PATIENCE_S:
            raise SystemExit("publishing: the watcher published nothing")
        time.sleep(SAMPLE_S)
    wall = time.perf_counter() - started
    time.sleep(BETWEEN_EDITIONS_S)
    return Cost(wall, spent_s(pid) - spent, _resident(pid))


def _edition(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "var" / "feedsvc.db", timeout=PATIENCE_S)) as store:
        return int(store.execute("SELECT max(number) FROM editions").fetchone()[0])


def spent_s(pid: int) -> float:
    """Return the seconds of processor that the process *pid* has taken so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def look_at_all(folder: Path, *, reading: bool) -> None:
    """Do what no publisher can do without: list every file, or read and search each once."""
    for place in os.scandir(folder):
        for entry in os.scandir(place.path):
            if reading:
                WORD.search(Path(entry.path).read_text(encoding="utf-8"))
            else:
                entry.stat()


def report(count: int, costs: Mapping[str, Sequence[Cost]]) -> None:
    """Print medians, and how many times the processor time of the floor, and that of feedgen, each takes."""
    walls = {name: statistics.median(cost.wall_s for cost in several) for name, several in costs.items()}
    cpus = {name: statistics.median(cost.cpu_s for cost in several) for name, several in costs.items()}
    print(f"| {count:,} articles | wall s | beyond start-up s | CPU s | MB | CPU of the floor's | of feedgen's |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, several in costs.items():
        memory = max(cost.memory for cost in several) / MB
        beyond = f"{walls[name] - walls[START]:.2f}" if name in PASSES else ""
        beside = f"{cpus[name] / cpus[FLOOR]:.1f} | {cpus[name] / cpus[NAIVE]:.1f}"
        print(f"| {name} | {walls[name]:.2f} | {beyond} | {cpus[name]:.2f} | {memory:.0f} | {beside} |")
    print()


def report_growth(costs: Mapping[int, Mapping[str, Sequence[Cost]]]) -> None:
    """Print the processor time of all counts, and how many times that of the count before the last takes."""
    counts = list(costs)
    print(f"| CPU s, articles | {' | '.join(f'{count:,}' for count in counts)} | last by the one before |")
    print(f"| --- |{' ---: |' * (len(counts) + 1)}")
    for name in costs[counts[0]]:
        cpus = [statistics.median(cost.cpu_s for cost in costs[count][name]) for count in counts]
        ratio = f"{cpus[-1] / cpus[-2]:.2f}" if len(cpus) > 1 else ""
        print(f"| {name} | {' | '.join(f'{cpu:.2f}' for cpu in cpus)} | {ratio} |")


if __name__ == "__main__":
    main()
