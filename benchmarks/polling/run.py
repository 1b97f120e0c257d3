"""Measure polls beside the limit of each kind of server, in the same run: requests a second and the 99th percentile.

Usage: python benchmarks/polling/run.py [--seconds N] [--rounds N] [--connections N]

Needs wrk; measures nginx too where it is installed. All servers run at once and are asked in turn, round after round,
so that what else the machine does meets all of them alike. A feed of the sample articles is asked for, gzipped.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from static import NGINX, static_servers

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
FEED = "/feeds/all.rss"
GZIP = {"Accept-Encoding": "gzip"}
NOT_OURS = {"date", "server", "connection"}
LISTENING = re.compile(r"Listening at: http://127\.0\.0\.1:(\d+)")
RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
P99 = re.compile(r"99%\s+([\d.]+)(us|ms|s)")
WRONG = re.compile(r"(Non-2xx|Socket errors).*")
MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
START_S = 30.0


@dataclass(slots=True)
class Server:
    """Hold a server and what was measured: by kind of answer, requests a second and milliseconds.

    peer: the server of the same kind that its rate is told beside.
    tag:  of the feed, as it has it; None where it is feedsvc's.
    """

    name: str
    peer: str | None
    port: int
    tag: str | None = None
    rates: dict[str, list[float]] = field(default_factory=lambda: {"200": [], "304": []})
    p99s: dict[str, list[float]] = field(default_factory=lambda: {"200": [], "304": []})


def main() -> None:
    """Print one table for each kind of answer."""
    arguments = argparse.ArgumentParser(description="Measure polls beside the limit of each kind of server.")
    arguments.add_argument("--seconds", type=int, default=3, help="of each measurement")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--connections", type=int, default=32)
    asked = arguments.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("polling: needs wrk, which Debian has as a package of that name")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers, tag = start_all(stack, folder)
        for number in range(asked.rounds):
            print(f"\rround {number + 1} of {asked.rounds}", end="", file=sys.stderr, flush=True)
            for kind in ("200", "304"):
                for server in servers:
                    headers = GZIP if kind == "200" else {**GZIP, "If-None-Match": server.tag or tag}
                    measure(server, kind, headers, seconds=asked.seconds, connections=asked.connections)
        print("\r", end="", file=sys.stderr)
    for kind in ("200", "304"):
        report(kind, servers)


def start_all(stack: ExitStack, folder: Path) -> tuple[list[Server], str]:
    """Publish the sample articles, start every server over them, and return the servers and the feed's tag."""
    for name in ("articles", "config"):
        shutil.copytree(PROJECT / name, folder / name)
    environ = {**os.environ, "FEEDSVC_CONFIG": str(folder / "config"), "FEEDSVC_PUBLISHER": "off"}
    subprocess.run([sys.executable, "-m", "feedsvc", "publish"], env=environ, check=True, stdout=subprocess.DEVNULL)
    own = folder / "config" / "gunicorn.conf.py"
    asgi = configuration(folder / "asgi.py", own, "asgi")
    gthread = configuration(folder / "gthread.py", own, "gthread")

    def start(name: str, peer: str | None, conf: Path, application: str | None) -> Server:
        return Server(name, peer, stack.enter_context(gunicorn(folder, conf, application, environ)))

    ours = [
        start("feedsvc as configured", "plain Flask (gthread)", own, None),
        start("feedsvc, asgi", "bare ASGI", asgi, "feedsvc.web:create_asgi_app()"),
        start("feedsvc, gthread", "plain Flask (gthread)", gthread, "feedsvc.web:create_app()"),
    ]
    answers = {"200": fetch(ours[1].port, GZIP)}
    tag = dict(answers["200"]["headers"])["etag"]
    answers["304"] = fetch(ours[1].port, {**GZIP, "If-None-Match": tag})
    (folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    environ |= {
        "PEER_ANSWERS": str(folder / "answers.json"),
        "PYTHONPATH": f"{HERE}{os.pathsep}{PROJECT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
    }
    peers = [
        start("bare ASGI", None, asgi, "peers:bare_asgi"),
        start("bare WSGI (gthread)", None, gthread, "peers:bare_wsgi"),
        start("plain Flask (gthread)", None, gthread, "peers:plain_flask()"),
    ]
    if NGINX:
        build, bare = stack.enter_context(static_servers(folder, FEED, environ))
        peers += [
            Server("nginx, feedsvc build", "nginx, one bare file", build),
            Server("nginx, one bare file", None, bare),
        ]
        for server in peers[-2:]:
            wait_for(server)
    return [*ours, *peers], tag


def wait_for(server: Server) -> None:
    """Wait until *server* answers; it has a tag of its own."""
    deadline = time.monotonic() + START_S
    while not _answers(server.port):
        if time.monotonic() > deadline:
            raise SystemExit(f"polling: {server.name} did not start")
        time.sleep(0.05)
    server.tag = dict(fetch(server.port, GZIP)["headers"])["etag"]


def configuration(path: Path, own: Path, worker_class: str) -> Path:
    """Write the service's own configuration with another worker class."""
    path.write_text(
        f"from runpy import run_path\nglobals().update(run_path({str(own)!r}))\nworker_class = {worker_class!r}\n"
        + ("threads = 1\n" if worker_class == "asgi" else "threads = 32\n"),
        encoding="utf-8",
    )
    return path


@contextmanager
def gunicorn(folder: Path, conf: Path, application: str | None, environ: Mapping[str, str]) -> Iterator[int]:
    """Run gunicorn with *conf* until the block ends, and return its port."""
    log = folder / f"{conf.stem}-{application or 'own'}.log".replace(":", "-")
    command = [sys.executable, "-m", "gunicorn", "--config", str(conf), "--bind", "127.0.0.1:0", "--workers", "2"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command + ([application] if application else []), env=environ, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield _port(log, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _port(log: Path, process: subprocess.Popen[bytes]) -> int:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        found = LISTENING.search(log.read_text(encoding="utf-8"))
        if found and _answers(int(found[1])):
            return int(found[1])
        time.sleep(0.05)
    raise SystemExit(f"polling: a server did not start:\n{log.read_text(encoding='utf-8')}")


def _answers(port: int) -> bool:
    try:
        fetch(port, {})
    except (OSError, http.client.HTTPException):
        return False
    return True


def fetch(port: int, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return headers and body of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", FEED, headers=dict(headers))
        response = connection.getresponse()
        kept = [(name.lower(), value) for name, value in response.getheaders() if name.lower() not in NOT_OURS]
        return {"headers": kept, "body": b64encode(response.read()).decode()}
    finally:
        connection.close()


def measure(server: Server, kind: str, headers: Mapping[str, str], *, seconds: int, connections: int) -> None:
    """Poll *server* for some seconds, and note what came of it."""
    lines = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    address = f"http://127.0.0.1:{server.port}{FEED}"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", *lines, address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, p99, wrong = RATE.search(said), P99.search(said), WRONG.search(said)
    if wrong and not (kind == "304" and wrong[1] == "Non-2xx"):
        print(f"\n{server.name}: {wrong[0]}", file=sys.stderr)
    if rate and p99:
        server.rates[kind].append(float(rate[1]))
        server.p99s[kind].append(float(p99[1]) * MS[p99[2]])


def report(kind: str, servers: list[Server]) -> None:
    """Print medians, and beside each peer the median of the rounds' ratios."""
    rates = {server.name: server.rates[kind] for server in servers}
    print(f"| {kind} | requests/s | 99 % within | beside its peer |\n| --- | ---: | ---: | --- |")
    for server in servers:
        pairs = zip(server.rates[kind], rates[server.peer], strict=True) if server.peer else ()
        ratio = f"{statistics.median(own / peer for own, peer in pairs):.2f} of {server.peer}" if server.peer else ""
        rate, p99 = statistics.median(server.rates[kind]), statistics.median(server.p99s[kind])
        print(f"| {server.name} | {rate:,.0f} | {p99:.1f} ms | {ratio} |")
    print()


if __name__ == "__main__":
    main()
