"""Poll a service from 32 connections while it publishes as fast as editions allow, and break it meanwhile.

A few seconds for each way of breaking it; a minute with FEEDSVC_SOAK set.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from lxml import etree

from publishers import another_publisher, publisher, wait_for, workers
from service import serving

PROJECT = Path(__file__).parent.parent
ARTICLES = PROJECT / "articles" / "world"
SECONDS = 60.0 if os.environ.get("FEEDSVC_SOAK") else 2.0
PAUSE_S = 0.0 if os.environ.get("FEEDSVC_SOAK") else 0.01  # between polls, for the tests that run beside these
CONNECTIONS = 32
PATHS = [f"/feeds/{name}" for name in ("all.rss", "all.atom", "all.json", "world.rss", "world.en.json", "all.zh.atom")]
GROWTH_KB = 20_000  # of one worker: caches of a few editions, and not of every one there was


@dataclass(slots=True)
class Seen:
    """What all polls saw together; `latest` is the highest number of an article that the desk wrote."""

    answers: int = 0
    dropped: int = 0
    faults: list[str] = field(default_factory=list)
    bodies: dict[tuple[str, str], str] = field(default_factory=dict)
    latest: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Poll(threading.Thread):
    """Poll one feed over a connection that is kept, with the ETag of the last answer, until told to stop.

    may_drop: whether a worker is killed meanwhile, whose connections are lost.
    """

    def __init__(self, port, number, seen, stop, *, may_drop):
        super().__init__(daemon=True)
        self.port, self.path, self.seen, self.stop = port, PATHS[number % len(PATHS)], seen, stop
        self.conditional = number % 4 != 0
        self.may_drop = may_drop

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        etag, last_modified, is_fresh = "", None, True
        while not self.stop.wait(PAUSE_S):
            headers = {"If-None-Match": etag} if etag and self.conditional else {}
            try:
                connection.request("GET", self.path, headers=headers)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                # A server may close a connection that was kept; a new one is refused by no one.
                if is_fresh and not self.may_drop:
                    self.fault(f"{type(error).__name__}: {error}")
                self.seen.dropped += 1
                # Another worker may answer now, which sees a new edition up to a quarter of a second later.
                is_fresh, last_modified = True, None
                continue
            is_fresh = answer.will_close
            etag = answer.headers["ETag"] or ""
            self.check(answer, body, etag)
            modified = parsedate_to_datetime(answer.headers["Last-Modified"]) if answer.status == 200 else last_modified
            if last_modified and modified < last_modified:
                self.fault(f"Last-Modified went back from {last_modified} to {modified}")
            last_modified = None if answer.will_close else modified
        connection.close()

    def check(self, answer, body, etag):
        with self.seen.lock:
            self.seen.answers += 1
            if answer.status == 304:
                if body or not self.conditional:
                    self.fault("an empty answer to the wrong question")
                return
            if answer.status != 200:
                self.fault(f"status {answer.status}")
                return
            digest = hashlib.sha256(body).hexdigest()
            known = self.seen.bodies.setdefault((self.path, etag), digest)
        if known != digest:
            self.fault(f"{etag} stands for two bodies")
        elif self.path.endswith(".json"):
            waves = [
                item["title"].split()[1] for item in json.loads(body)["items"] if item["title"].startswith("Wave ")
            ]
            self.seen.latest = max([self.seen.latest, *map(int, waves)])
        else:
            etree.fromstring(body)

    def fault(self, what):
        self.seen.faults.append(f"{self.path}: {what}")


class Desk(threading.Thread):
    """Publish, edit and remove articles, several a second."""

    def __init__(self, folder, stop):
        super().__init__(daemon=True)
        self.world, self.stop = folder / "articles" / "world", stop
        self.written = 0

    def run(self):
        while not self.stop.wait(0.15):
            number = self.written
            self.written += 1
            name = number % 12
            new = self.world / f".wave{name}.tmp"
            new.write_text(f"Wave {number} rolls in\n\nLISBON, Nov. 20, 2025 (Harbour Wire) -- Wave {number}.\n")
            new.rename(self.world / f"wave{name}.txt")
            if number % 5 == 4:
                (self.world / f"wave{(name + 6) % 12}.txt").unlink(missing_ok=True)


def memory_kb(pid):
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    return 0


def leave_alone(_service, until):
    time.sleep(max(until - time.monotonic(), 0))


def reload(service, until):
    while time.monotonic() < until:
        os.kill(service.pid, signal.SIGHUP)
        time.sleep(min(3.0, SECONDS / 2))


def kill_publisher(service, until):
    while time.monotonic() < until:
        found = wait_for(lambda: publisher(service))
        os.kill(found[0], signal.SIGKILL)
        another_publisher(service, found[0], within_s=15)
        time.sleep(min(3.0, SECONDS / 2))


def kill_keeper(service, until):
    while time.monotonic() < until:
        found = wait_for(lambda: publisher(service))
        os.kill(found[1], signal.SIGKILL)
        another_publisher(service, found[0], within_s=5)
        time.sleep(min(3.0, SECONDS / 2))


@pytest.mark.parametrize(
    ("meanwhile", "may_drop"),
    [
        pytest.param(leave_alone, False, id="nothing"),
        pytest.param(reload, False, id="reloads"),
        pytest.param(kill_publisher, False, id="killed publishers"),
        pytest.param(kill_keeper, True, id="killed workers"),
    ],
)
def test_polls_see_whole_editions_only_whatever_happens(tmp_path, meanwhile, may_drop):
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    shutil.copytree(ARTICLES, tmp_path / "articles" / ARTICLES.name)
    seen, stop = Seen(), threading.Event()
    with serving(tmp_path) as service:
        wait_for(lambda: publisher(service))
        threads = [Poll(service.port, number, seen, stop, may_drop=may_drop) for number in range(CONNECTIONS)]
        desk = Desk(tmp_path, stop)
        for thread in [*threads, desk]:
            thread.start()
        wait_for(lambda: len(seen.bodies) > len(PATHS))
        before = {pid: memory_kb(pid) for pid in workers(service)}
        meanwhile(service, time.monotonic() + SECONDS)
        after = {pid: memory_kb(pid) for pid in workers(service)}
        written = desk.written
        wait_for(lambda: seen.latest >= written, within_s=60)
        stop.set()
        for thread in [*threads, desk]:
            thread.join(timeout=30)

    assert seen.faults == []
    assert seen.answers > CONNECTIONS
    assert {
        pid: after[pid] - before[pid] for pid in after if pid in before and after[pid] > before[pid] + GROWTH_KB
    } == {}
