"""Soak two nodes on one PostgreSQL: a fault every minute, an article a second, 200 readers, and wrk.

    PYTHONPATH=tests/support python benchmarks/soak/run.py [--minutes 60] [--readers 200] [--calm]

Each minute breaks one thing (faults.py) and mends it again. The table says for each fault what readers saw, what
/readyz told and after how long, and how long the newest article took to be served when the fault was over. At the end
the archives of the feed of all must have every article that was written, and none that was removed. No ETag may have
had two bodies. The soak needs PostgreSQL; it uses wrk if that is installed.

Each ten seconds the memory of each process is sampled (memory.py). With --calm nothing breaks, so that processes live
long; a third node, on SQLite, reads the same articles, and visitors ask each node for pages, explanations, searches and
archives that are seldom the same.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from clients import Reader, Seen, Visitor
from faults import FAULTS, Site, nothing
from memory import Sampler

from database import Database, binaries, running
from publishers import children
from service import Service, environment

PROJECT = Path(__file__).parents[2]
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
MINUTE_S = 60.0
PATIENCE_S = 90.0
WRK_S = 10
VISITORS = 2  # of each node
CATEGORIES = ("world", "ocean", "science", "sport")
EDITED_EVERY = 10
EDITED_BACK = 5
REMOVED_EVERY = 20
REMOVED_BACK = 13
REMOVED_S = 20.0  # a document that is away for ten seconds is removed
TOLD_LENGTH = 200
DIGITS = re.compile(r"\d+")
COLUMNS = (
    "fault",
    "what readers saw",
    "polls p50 / p99 / max ms",
    "pages max ms",
    "/readyz (first told, last told, s)",
    "slowest /readyz s",
    "newest served after s",
    "memory MB",
)
TITLE = re.compile(r"Wave (\d+) (?:rolls in|breaks)")


@dataclass(slots=True)
class Desk(threading.Thread):
    """Write an article a second; edit every tenth and remove every twentieth of those before."""

    articles: Path
    ended: threading.Event
    written: int = 0
    removed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        threading.Thread.__init__(self, daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Write until the soak ends; while the folder is away, the desk waits."""
        while not self.ended.wait(1.0):
            with suppress(FileNotFoundError):
                self._put(self.written, "rolls in")
                self.written += 1
                if self.written % EDITED_EVERY == 0:
                    self._put(self.written - EDITED_BACK, "breaks")
                if self.written % REMOVED_EVERY == 0:
                    self._path(self.written - REMOVED_BACK).unlink()
                    self.removed.add(self.written - REMOVED_BACK)

    def _path(self, number: int) -> Path:
        return self.articles / CATEGORIES[number % len(CATEGORIES)] / f"wave{number}.txt"

    def _put(self, number: int, verb: str) -> None:
        path = self._path(number)
        new = path.with_name(f".{path.name}.tmp")
        text = f"Wave {number} {verb}\n\nLISBON, Nov. 20, 2025 (Harbour Wire) -- Wave {number} was seen by all.\n\n"
        new.write_text(text + "It came and went, and nobody was hurt. " * 30 + "\n", encoding="utf-8")
        new.rename(path)


@dataclass(slots=True)
class Watch(threading.Thread):
    """Ask /readyz of each node four times a second; keep what it says other than that all is well."""

    ports: dict[str, int]
    ended: threading.Event
    told: dict[str, tuple[float, float]] = field(default_factory=dict)
    slowest_s: float = 0.0
    began: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        threading.Thread.__init__(self, daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def begin(self) -> None:
        """Forget what was told."""
        with self.lock:
            self.told, self.slowest_s, self.began = {}, 0.0, time.monotonic()

    def run(self) -> None:
        """Ask until the soak ends."""
        while not self.ended.wait(0.25):
            for node, port in self.ports.items():
                asked = time.monotonic()
                said = _ready(port)
                now = time.monotonic()
                with self.lock:
                    self.slowest_s = max(self.slowest_s, now - asked)
                    for line in said:
                        first, _ = self.told.get(f"{node}: {line}", (now - self.began, 0.0))
                        self.told[f"{node}: {line}"] = (first, now - self.began)


def _ready(port: int) -> list[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        told = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        return [f"no answer: {type(error).__name__}"]
    finally:
        connection.close()
    return [
        f"{answer.status} {name}: {re.sub(DIGITS, '#', str(value))}"[:TOLD_LENGTH]
        for name, value in told.items()
        if name not in {"ready", "edition"}
    ]


def start(folder: Path, port: int, store: str) -> tuple[subprocess.Popen[bytes], Service]:
    """Start a node, and return when it listens."""
    log = folder / "service.log"
    before = log.stat().st_size if log.exists() else 0
    command = [sys.executable, "-m", "feedsvc", "serve", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment(folder, FEEDSVC_STORE_URL=store), stdout=output, stderr=output
        )
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if found := LISTENING.search(log.read_text(encoding="utf-8")[before:]):
            return process, Service(folder, int(found[1]), process.pid)
        time.sleep(0.05)
    process.kill()
    raise SystemExit(f"the node did not get ready:\n{log.read_text(encoding='utf-8')[-2000:]}")


def main() -> None:
    """Run the soak and print its table; exit with 1 if a byte was wrong or an article lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=60, help="one fault each  [60]")
    parser.add_argument("--readers", type=int, default=200, help="that poll about once a second each  [200]")
    parser.add_argument("--first", type=int, default=0, help="the number of the fault to begin with  [0]")
    parser.add_argument("--calm", action="store_true", help="no faults, a third node on SQLite, and visitors")
    parser.add_argument("--keep", type=Path, help="copy the logs of the nodes into this folder")
    asked = parser.parse_args()
    programs = binaries()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="feedsvc-soak-") as name, running(programs) as database:
        soak(Path(name), database, asked)


def soak(folder: Path, database: Database, asked: argparse.Namespace) -> None:
    """Run the soak in *folder*."""
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    ended = threading.Event()
    desk, seen = Desk(lay_out(folder), ended), Seen()
    url = database.new_url()
    stores = {"a": url, "b": url, **({"c": f"sqlite:///{folder}/c/var/feedsvc.db"} if asked.calm else {})}
    with nodes(folder, stores, asked.keep) as (running_nodes, begin):
        site = Site(database, running_nodes, desk.articles, start=begin, pause=ended.wait)
        ports = {name: service.port for name, service in running_nodes.items()}
        watch, sampler = Watch(ports, ended), Sampler(lambda: running_nodes, ended)
        try:
            desk.start()
            served(ports, 1)
            watch.start()
            sampler.start()
            names = sorted(ports)
            for number in range(asked.readers):
                Reader(ports[names[number % len(names)]], number, seen, ended).start()
            for number in range(VISITORS * len(names) if asked.calm else 0):
                Visitor(ports[names[number % len(names)]], number, seen, ended, newest=lambda: desk.written).start()
            print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}", flush=True)
            for minute in range(asked.minutes):
                fault = nothing if asked.calm else FAULTS[(asked.first + minute) % len(FAULTS)]
                one_minute(fault, site, desk, seen, watch)
        finally:
            ended.set()
        desk.join()
        lost = missing(ports, desk)
    print("\n" + "\n".join(sampler.report()))
    print(f"\n{desk.written} articles written, {len(desk.removed)} removed; lost or left: {lost or 'none'}")
    print(f"wrong bytes: {seen.wrong[:10] or 'none'}; {len(seen.bodies)} different answers under their ETags")
    sys.exit(1 if lost or seen.wrong else 0)


def lay_out(folder: Path) -> Path:
    """Make the folders of all nodes and that of their articles; return the latter."""
    articles = folder / "articles"
    for category in CATEGORIES:
        (articles / category).mkdir(parents=True)
    for name in "abc":
        shutil.copytree(PROJECT / "config", folder / name / "config")
        settings = folder / name / "config" / "feedsvc.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace('url = "articles"', f'url = "{articles}"'), encoding="utf-8")
    return articles


@contextmanager
def nodes(
    folder: Path, stores: Mapping[str, str], keep: Path | None
) -> Iterator[tuple[dict[str, Service], Callable[[str], None]]]:
    """Serve the nodes until the block ends; yield them, and a function that starts one again at its port.

    stores: of the nodes, by their names.
    keep:   the folder that gets their logs in the end.
    """
    processes: dict[str, subprocess.Popen[bytes]] = {}
    services: dict[str, Service] = {}

    def begin(name: str) -> None:
        if name in processes:
            processes[name].wait()
        port = services[name].port if name in services else 0
        processes[name], services[name] = start(folder / name, port, stores[name])

    try:
        for name in stores:
            begin(name)
        yield services, begin
    finally:
        for process in processes.values():
            process.terminate()
        for name, process in processes.items():
            process.wait()
            if keep:
                shutil.copy(folder / name / "service.log", keep / f"{name}.log")


def one_minute(fault: Callable[[Site], None], site: Site, desk: Desk, seen: Seen, watch: Watch) -> None:
    """Break one thing, let it be mended, and print the row of it."""
    until = time.monotonic() + MINUTE_S
    watch.begin()
    seen.take()
    load = _wrk(watch.ports)
    try:
        fault(site)
        mended = time.monotonic()
        late_s = served(watch.ports, desk.written) - mended
        time.sleep(max(until - time.monotonic(), 0))
    finally:
        for process in load:
            process.terminate()
            process.wait()
    _row(fault.__doc__ or "", seen, watch, late_s, site)


def _wrk(ports: dict[str, int]) -> list[subprocess.Popen[bytes]]:
    wrk = shutil.which("wrk")
    if wrk is None:
        return []
    return [
        subprocess.Popen([wrk, "-t1", "-c8", f"-d{WRK_S}s", f"http://127.0.0.1:{port}/feeds/all.rss"], stdout=DEVNULL)
        for port in ports.values()
    ]


def _row(what: str, seen: Seen, watch: Watch, late_s: float, site: Site) -> None:
    statuses, polls, pages = seen.take()
    polls.sort()
    cells = (
        what.rstrip("."),
        ", ".join(f"{count} {kind}" for kind, count in sorted(statuses.items())),
        " / ".join(f"{polls[int((len(polls) - 1) * part)]:.0f}" for part in (0.5, 0.99, 1.0)) if polls else "",
        f"{max(pages, default=0):.0f}",
        "; ".join(f"{line} ({first:.1f}, {last:.1f})" for line, (first, last) in sorted(watch.told.items())),
        f"{watch.slowest_s:.1f}",
        f"{late_s:.1f}",
        ", ".join(f"{name} {_memory(service) // 1000}" for name, service in site.nodes.items()),
    )
    print(f"| {' | '.join(cells)} |", flush=True)


def _memory(service: Service) -> int:
    """Return the kilobytes that all processes of a node have for themselves."""
    total = 0
    pids = [service.pid]
    while pids:
        pid = pids.pop()
        pids += children(pid)
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("RssAnon:"):
                    total += int(line.split()[1])
    return total


def served(ports: dict[str, int], number: int) -> float:
    """Return when both nodes had served the article before *number*, or a later one; give up after a while."""
    for port in dict(ports).values():
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException, ValueError):
                waves = (TITLE.match(item["title"]) for item in _feed(port, "/feeds/all.json")["items"])
                if max((int(wave[1]) for wave in waves if wave), default=-1) >= number - 1:
                    break
            time.sleep(0.1)
    return time.monotonic()


def _feed(port: int, path: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        found: dict[str, Any] = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    return found


def missing(ports: dict[str, int], desk: Desk) -> list[str]:
    """Return the articles that no page of the archive has though they were written, and those removed that one has."""
    served(ports, desk.written)
    time.sleep(REMOVED_S)
    titles: dict[int, str] = {}
    path: str | None = "/feeds/all.json"
    while path:
        feed = _feed(ports["a"], path)
        for item in feed["items"]:
            if wave := TITLE.match(item["title"]):
                titles.setdefault(int(wave[1]), item["title"])
        address = feed.get("next_url")
        path = "/" + address.split("/", 3)[3] if address else None
    expected = set(range(desk.written)) - desk.removed
    edited = set(range(EDITED_EVERY - EDITED_BACK, desk.written - EDITED_BACK + 1, EDITED_EVERY)) & expected
    return [
        *(f"{number} lost" for number in sorted(expected - set(titles))),
        *(f"{number} is still there" for number in sorted(desk.removed & set(titles))),
        *(f"{number} has its former title" for number in sorted(edited & set(titles)) if "rolls" in titles[number]),
    ]


if __name__ == "__main__":
    main()
