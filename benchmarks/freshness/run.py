"""Measure freshness: a file is renamed into the folder; milliseconds until every worker serves its article.

    python benchmarks/freshness/run.py [--times 50]

Two workers serve a copy of the sample newsroom. To each worker one connection is kept, told apart by the process that
the kernel says has accepted it, and both are asked by turns until both have answered with the new article. That is done
idle first, and then while `wrk -c4` (Debian: apt-get install wrk) polls a feed.
Editions are a second apart, so renames are too, at times that drift over the second.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
FEED = "/feeds/world.json"
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
WORKERS = 2
SPACING_S = 1.37
PATIENCE_S = 30.0


def main() -> None:
    """Print the median and the 99th percentile, idle and under load."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50, help="files renamed, idle and under load each  [50]")
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as (folder, port, master):
        report("idle", measure(folder, port, master, times=times, first=0))
        wrk = shutil.which("wrk")
        if wrk is None:
            print("under load: not measured, wrk is not installed")
            return
        command = [wrk, "-t1", "-c4", f"-d{int(times * (SPACING_S + 1)) + 60}s", f"http://127.0.0.1:{port}{FEED}"]
        load = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            report("wrk -c4", measure(folder, port, master, times=times, first=times))
        finally:
            load.terminate()
            load.wait()


def report(what: str, found_ms: list[float]) -> None:
    """Print one line."""
    ordered = sorted(found_ms)
    median, high = ordered[len(ordered) // 2], ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)]
    print(f"{what}: median {median:.0f} ms, p99 {high:.0f} ms, of {len(ordered)}", flush=True)


def measure(folder: Path, port: int, master: int, *, times: int, first: int) -> list[float]:
    """Return for each of *times* renames the milliseconds until both workers served the article."""
    found = []
    for number in range(first, first + times):
        waiting = folder / "articles" / "world" / f".wave{number}"
        waiting.write_text(f"Wave {number} rolls in\n\nLISBON, Nov. 20, 2025 (Harbour Wire) -- Wave {number} came.\n")
        time.sleep(SPACING_S)
        connections = one_for_each_worker(port, master)
        began = time.perf_counter()
        waiting.rename(waiting.with_name(f"wave{number}.txt"))
        for connection in connections:
            wait_for(connection, f"Wave {number} rolls in".encode())
        found.append((time.perf_counter() - began) * 1000)
        for connection in connections:
            connection.close()
    return found


def wait_for(connection: http.client.HTTPConnection, title: bytes) -> None:
    """Ask until the feed holds *title*."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        connection.request("GET", FEED)
        if title in connection.getresponse().read():
            return
        time.sleep(0.002)
    raise SystemExit(f"{title.decode()} was not served within {PATIENCE_S:.0f} s")


def one_for_each_worker(port: int, master: int) -> list[http.client.HTTPConnection]:
    """Open connections until each worker holds one, and keep one for each."""
    kept: dict[int, http.client.HTTPConnection] = {}
    spare = []
    while len(kept) < WORKERS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        worker = holder(connection.sock.getsockname()[1], port, master)
        if worker is None or worker in kept:
            spare.append(connection)
        else:
            kept[worker] = connection
    for connection in spare:
        connection.close()
    return list(kept.values())


def holder(client: int, port: int, master: int) -> int | None:
    """Return the worker that holds the server's side of the connection from port *client*."""
    local, remote = (f"0100007F:{number:04X}" for number in (port, client))
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    inode = next((row[9] for row in rows if row[1:3] == [local, remote]), None)
    for worker in Path(f"/proc/{master}/task/{master}/children").read_text().split():
        for descriptor in Path(f"/proc/{worker}/fd").iterdir():
            try:
                if str(descriptor.readlink()) == f"socket:[{inode}]":
                    return int(worker)
            except OSError:
                continue  # closed meanwhile
    return None


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Path, int, int]]:
    """Serve a copy of the samples; yield its folder, its port and gunicorn's process."""
    for part in ("articles", "config"):
        shutil.copytree(PROJECT / part, folder / part)
    log = folder / "service.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FEEDSVC_") and name != "PORT"}
    environ["FEEDSVC_CONFIG"] = str(folder / "config")
    command = [sys.executable, "-m", "feedsvc", "serve", "--bind", "127.0.0.1:0", "--workers", str(WORKERS)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield folder, _port(log), process.pid
    finally:
        process.terminate()
        process.wait()


def _port(log: Path) -> int:
    """Return the port, once something is published."""
    deadline = time.monotonic() + PATIENCE_S * 2
    while time.monotonic() < deadline:
        found = LISTENING.search(log.read_text(encoding="utf-8"))
        try:
            if found:
                connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=PATIENCE_S)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == http.HTTPStatus.OK:
                    time.sleep(2)  # the watcher looks once more when its listening stands
                    return int(found[1])
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"the service did not get ready:\n{log.read_text(encoding='utf-8')}")


if __name__ == "__main__":
    main()
