"""Readers that poll two nodes, and what they saw: statuses, times, and bytes that an ETag does not allow."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

FEEDS = (
    *(f"/feeds/{name}.{form}" for name in ("all", "world") for form in ("rss", "atom", "json")),
    *(
        f"/feeds/{name}.{language}.{form}"
        for name in ("all", "ocean")
        for language in ("en", "zh")
        for form in ("rss", "json")
    ),
)
PAGES = ("/", "/categories/world/", "/feeds/")
TIMEOUT_S = 30.0
GOOD = (200, 304)


@dataclass(slots=True)
class Seen:
    """What all readers saw since the last `take`; `wrong` is never forgotten."""

    statuses: Counter[str] = field(default_factory=Counter)
    polls_ms: list[float] = field(default_factory=list)
    pages_ms: list[float] = field(default_factory=list)
    bodies: dict[tuple[str, str], bytes] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> tuple[Counter[str], list[float], list[float]]:
        """Return statuses and times in milliseconds since the last call."""
        with self.lock:
            taken = (self.statuses, self.polls_ms, self.pages_ms)
            self.statuses, self.polls_ms, self.pages_ms = Counter(), [], []
        return taken

    def answered(self, path: str, status: int, etag: str, body: bytes, elapsed_ms: float) -> None:
        """Count an answer, and compare its bytes with those that came under the same ETag before."""
        with self.lock:
            kind = "page" if path in PAGES else "poll"
            self.statuses[f"{kind} {status}"] += 1
            (self.pages_ms if kind == "page" else self.polls_ms).append(elapsed_ms)
            if kind == "poll" and status == http.HTTPStatus.OK:
                digest = hashlib.sha256(body).digest()
                if self.bodies.setdefault((path, etag), digest) != digest:
                    self.wrong.append(f"{path}: {etag} has two bodies")
        if kind == "poll" and status == http.HTTPStatus.OK and path.endswith(".json"):
            with suppress(ValueError):
                json.loads(body)
                return
            self.wrong.append(f"{path}: no JSON, {len(body)} bytes")

    def count(self, kind: str, elapsed_ms: float | None = None) -> None:
        """Count a visit, whose bytes nobody compares; elapsed_ms: until its answer, None without one."""
        with self.lock:
            self.statuses[kind] += 1
            if elapsed_ms is not None:
                self.pages_ms.append(elapsed_ms)

    def failed(self, path: str, error: Exception) -> None:
        """Count a request without an answer."""
        with self.lock:
            self.statuses[f"{'page' if path in PAGES else 'poll'} {type(error).__name__}"] += 1


class Reader(threading.Thread):
    """Poll feeds over a connection that is kept, with the last ETag of each, and ask for a page now and then."""

    def __init__(self, port: int, number: int, seen: Seen, ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self._port, self._seen, self._ended = port, seen, ended
        self._random = random.Random(number)  # noqa: S311 (spreads the polls; nothing depends on it)
        self._etags: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Ask about once a second until the soak ends."""
        while not self._ended.wait(self._random.uniform(0.5, 1.5)):
            path = self._random.choice(PAGES if self._random.random() < 0.05 else FEEDS)  # noqa: PLR2004
            self._ask(path)

    def _ask(self, path: str) -> None:
        known = self._etags.get(path)
        began = time.perf_counter()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
            self._connection.request("GET", path, headers={"If-None-Match": known} if known else {})
            answer = self._connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            self._seen.failed(path, error)
            return
        if answer.will_close:
            self._connection.close()
            self._connection = None
        etag = answer.headers["ETag"] or ""
        if answer.status in GOOD:
            self._etags[path] = etag
        self._seen.answered(path, answer.status, etag, body, (time.perf_counter() - began) * 1000)


class Visitor(threading.Thread):
    """Ask a node for what no cache has yet: articles, explanations, searches, their feeds, archives.

    newest: returns the number of the newest article.
    """

    def __init__(
        self, port: int, number: int, seen: Seen, ended: threading.Event, *, newest: Callable[[], int]
    ) -> None:
        super().__init__(daemon=True)
        self._port, self._seen, self._ended, self._newest = port, seen, ended, newest
        self._random = random.Random(1000 + number)  # noqa: S311 (spreads the requests; nothing depends on it)

    def run(self) -> None:
        """Ask about ten times a second until the soak ends."""
        while not self._ended.wait(self._random.uniform(0.05, 0.15)):
            newest = max(self._newest(), 1)
            wave, form = self._random.randrange(newest), self._random.choice(("rss", "atom", "json"))
            archive = self._random.randrange(newest // 50 + 1) + 1
            self._ask(
                *self._random.choice(
                    (
                        ("article", f"/articles/wave-{wave}-rolls-in"),
                        ("article", f"/en/articles/wave-{wave}-rolls-in"),
                        ("explain", f"/articles/wave-{wave}-rolls-in/explain"),
                        ("explain", f"/articles/wave-{wave}-rolls-in/explain.json"),
                        ("search", f"/search?q=wave+{wave}"),
                        ("search", f"/search?q=hurt+{wave % 97}&lang=en&page={wave % 3 + 1}"),
                        ("search feed", f"/feeds/search.{form}?q=wave+{wave}"),
                        ("archive", f"/feeds/all/archive/{archive}.{form}"),
                        ("archive", f"/feeds/world.en/archive/{archive % (newest // 200 + 1) + 1}.{form}"),
                        ("list", f"/categories/ocean/?page={wave // 300 + 1}"),
                    )
                )
            )

    def _ask(self, kind: str, path: str) -> None:
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._seen.count(f"{kind} {type(error).__name__}")
            return
        finally:
            connection.close()
        self._seen.count(f"{kind} {answer.status}", (time.perf_counter() - began) * 1000)
