"""Measure whether a change costs more where there is more: processor time while watching, in stores of some sizes.

Usage: PYTHONPATH=tests/support python benchmarks/growth/run.py [--counts 1000 10000 100000] [--rounds 3] [--postgresql]

Beside the articles of `benchmarks/publishing/corpus.py`, each store has a story that a thousand others name as related,
and ten thousand that share a title and name it; in smaller stores no more of these than of the others. The watcher is
that of `feedsvc publish --watch`, in this process, with a clock of its own, so that nothing but the change is measured.
Figures are medians of the rounds; the last column is the cost in the largest store by that in the one before.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import re
import statistics
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from desk import Desk

from feedsvc.stores.store import Store

HERE = Path(__file__).parent
# What stands before this folder: its modules are of no package.
sys.path.insert(0, str(HERE.parent / "publishing"))
corpus, publishing = importlib.import_module("corpus"), importlib.import_module("run")

NAMING, SHARING = 1_000, 10_000
STAR, SHARED = "The old bridge is open again", "Notices of the harbour"
LONG_AGO = datetime(2025, 6, 1, 9, tzinfo=UTC)
EMBARGO_S = 12  # by the clock of the desk
SETTINGS = (
    ("settings: title of the site", 'en = "Quay News"', 'en = "Pier News"'),
    ("settings: a source falls silent", "[[sources]]", "[[sources]]\nsilent_after_s = 86400"),
    ("settings: a larger picture may come", "[[sources]]", "[media]\nmax_bytes = 90000000\n\n[[sources]]"),
)
Costs = dict[str, list[float]]


def main() -> None:
    """Print one table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--counts", type=int, nargs="+", default=[1_000, 10_000], help="of articles")
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--postgresql", action="store_true", help="keep the stores in a PostgreSQL of this machine")
    arguments = asked.parse_args()
    logging.disable(logging.ERROR)
    costs: dict[int, Costs] = {}
    with ExitStack() as stack:
        server = stack.enter_context(postgresql()) if arguments.postgresql else None
        for count in arguments.counts:
            with tempfile.TemporaryDirectory() as folder:
                desk = Desk(Path(folder))
                if server is not None:
                    desk.environ = {"FEEDSVC_STORE_URL": server.new_url()}
                    desk.beside = lambda: spent_by_server_s(server.process.pid)
                fill(desk, count)
                costs[count] = measured(desk, count, rounds=arguments.rounds)
    tell("")
    report(costs)


def postgresql() -> AbstractContextManager[Any]:
    """Run a server as the tests do. Embargoes obey its clock, for which that of the desk stands here."""
    Store.clock_ahead = lambda _store, _now: timedelta()  # type: ignore[method-assign]
    database = importlib.import_module("database")
    programs = database.binaries()
    if programs is None:
        raise SystemExit("growth: PostgreSQL is not installed")
    server: AbstractContextManager[Any] = database.running(programs)
    return server


def spent_by_server_s(pid: int) -> float:
    """Return the seconds of processor of the server *pid*, its processes that run, and those that have ended."""
    total = 0.0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended since, and counts among those below
            total += publishing.spent_s(int(child))
    ended = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[13:15]
    return total + sum(map(int, ended)) / os.sysconf("SC_CLK_TCK") + float(publishing.spent_s(pid))


def fill(desk: Desk, count: int) -> None:
    """Publish *count* articles, and those that others name and share titles with."""
    tell(f"{count} articles: first pass")
    corpus.file_articles(desk.articles, count)
    publishing.configure(desk.folder, corpus.CATEGORIES)
    for number in range(min(count, NAMING)):
        head = {"title": f"Who crossed the bridge {number}", "related": f"[{STAR}, Nobody {number}]"}
        desk.file(f"world/naming-{number:05}.md", article(head, LONG_AGO), arrival=LONG_AGO)
    for number in range(min(count, SHARING)):
        when = LONG_AGO + timedelta(minutes=number)
        desk.file(f"world/sharing-{number:05}.md", sharing(when), arrival=when)
    desk.file("world/star.md", article({"title": STAR}, LONG_AGO), arrival=LONG_AGO)
    desk.begin()
    desk.end()


def measured(desk: Desk, count: int, *, rounds: int) -> Costs:
    """Return the seconds of processor that each change takes beside *count* articles."""
    costs: Costs = {}
    desk.begin()
    fresh = iter(range(2 * count + 1, 100 * count, 2))  # wire copy, in one document each

    def file_new() -> str:
        filed = corpus.documents(next(fresh))[0]
        desk.file(filed.path, filed.text)
        return str(filed.path)

    def edit(path: str) -> None:
        text = (desk.articles / path).read_text(encoding="utf-8")
        desk.file(path, re.sub(r"\.$", ". It was put right.", text, count=1, flags=re.MULTILINE))

    def note(name: str, cost: float) -> None:
        costs.setdefault(name, []).append(cost)

    file_new()
    desk.settle()  # the first is dearer: entries of the feeds are rendered once
    for number in range(rounds):
        tell(f"{count} articles, round {number + 1} of {rounds}")
        note("a look at everything, each minute", desk.look())
        last = file_new()
        note("one new article", desk.settle())
        edit(last)
        note("one edited, that feeds show", desk.settle())
        edit(corpus.documents(2 * number + 1)[0].path)
        note("one edited, of old", desk.settle())
        for title in (f"{STAR} {number}", STAR):
            desk.file("world/star.md", article({"title": title}, LONG_AGO))
            note("one re-titled that 1,000 name", desk.settle())
        desk.file(f"world/shared-{number}.md", sharing(desk.now))
        note("one more of 10,000 that share a title", desk.settle())
        ends = (desk.now + timedelta(seconds=EMBARGO_S)).replace(microsecond=0)
        held = {"title": f"Held {number}", "embargo": f"{ends:%Y-%m-%dT%H:%M:%S}+00:00"}
        desk.file(f"world/held-{number}.md", article(held, desk.now))
        desk.settle(until=ends - timedelta(seconds=EMBARGO_S / 2))
        note("one embargo's end", desk.settle())
    for number in range(rounds):
        tell(f"{count} articles, round {number + 1} of {rounds}: kills")
        desk.look()
        head = {"title": f"Who crossed the bridge {number}", "killed": "true"}
        desk.file(f"world/naming-{number:05}.md", article(head, LONG_AGO))
        note("one kill", desk.settle())
    for name, old, new in SETTINGS:
        tell(f"{count} articles: {name}")
        file = desk.folder / "config" / "feedsvc.toml"
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        note(name, desk.begin())
    desk.end()
    return costs


def sharing(when: datetime) -> str:
    return article({"title": SHARED, "related": f"[{SHARED}, {STAR} once]"}, when)


def article(head: Mapping[str, str], when: datetime) -> str:
    lines = [*(f"{key}: {value}" for key, value in head.items()), f"date: {when:%Y-%m-%dT%H:%M:%S}+00:00"]
    return "\n".join(["---", *lines, "---", "", "The harbour has read it, and says no more.", ""])


def report(costs: Mapping[int, Costs]) -> None:
    """Print medians, and how many times what it costs in the store before the last each takes in the last."""
    counts = list(costs)
    print(f"| CPU s, articles | {' | '.join(f'{count:,}' for count in counts)} | last by the one before |")
    print(f"| --- |{' ---: |' * (len(counts) + 1)}")
    for name in costs[counts[0]]:
        medians = [statistics.median(costs[count][name]) for count in counts]
        ratio = f"{medians[-1] / medians[-2]:.2f}" if len(medians) > 1 else ""
        print(f"| {name} | {' | '.join(f'{cost:.3f}' for cost in medians)} | {ratio} |")


def tell(what: str) -> None:
    """Show on standard error how far it is."""
    print(f"\r{what}\033[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
