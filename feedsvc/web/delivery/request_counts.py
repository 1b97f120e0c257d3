"""Counts of requests by kind and status, and how long they took; cheap enough for the answer to a poll."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# The upper bounds of the buckets of a histogram; the last bucket has none.
BOUNDS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# The columns of the counts of a kind: the buckets come first, so that `bisect` finds the column.
SECONDS = len(BOUNDS_S) + 1  # of all requests together
STATUSES = ("2xx", "3xx", "4xx", "5xx")
STATUS = SECONDS + 1  # the first of their columns
FIRST_STATUS = STATUS - 2  # plus the first digit of a status
COLUMNS = STATUS + len(STATUSES)

FEED, PAGE, SEARCH, FILE, OPERATOR = "feed", "page", "search", "file", "operator"
KINDS = (FEED, PAGE, SEARCH, FILE, OPERATOR)
# The kind of a path by its first part; every other is a page.
KIND_OF: Mapping[str, str] = {
    "feeds.opml": FEED,
    "search": SEARCH,
    "tags": SEARCH,
    "authors": SEARCH,
    "media": FILE,
    "static": FILE,
    "healthz": OPERATOR,
    "readyz": OPERATOR,
    "metrics": OPERATOR,
    "inbox": OPERATOR,
    "status": OPERATOR,
    "status.json": OPERATOR,
}

Counts = list[float]


def no_requests() -> dict[str, Counts]:
    """Return counts of nothing, by kind."""
    return {kind: [0.0] * COLUMNS for kind in KINDS}


def kind_of(path: str) -> str:
    """Return the kind of a request for *path*, which is without the path at which the site is mounted."""
    first, slash, rest = path.lstrip("/").partition("/")
    if first in {"feeds", "partners"}:
        return FEED if slash and rest else PAGE
    if first.startswith("feeds.") and first.endswith(".opml"):
        return FEED
    return KIND_OF.get(first, PAGE)


def count(counts: Counts, *, took_s: float, status: int) -> None:
    """Add a request that *took_s* seconds; CPython loses no `+=` of these, see `poll_counts.Polls`."""
    counts[bisect_left(BOUNDS_S, took_s)] += 1
    counts[SECONDS] += took_s
    if 200 <= status < 600:  # noqa: PLR2004  none other is an answer
        counts[FIRST_STATUS + status // 100] += 1


class CountingMiddleware:
    """Counts requests under a WSGI server, until their answer begins.

    requests: by kind. mount: the path of the base URL.
    """

    def __init__(
        self, application: WSGIApplication, requests: Mapping[str, Counts], *, mount: str, stir: Callable[[], None]
    ) -> None:
        self._application = application
        self._requests = requests
        self._mount = mount
        self._stir = stir

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()
        status = 500  # of an application that fails before it says another

        def start(line: str, *arguments: object) -> object:
            nonlocal status
            status = int(line[:3])
            return start_response(line, *arguments)  # type: ignore[arg-type]

        kind = kind_of(environ.get("PATH_INFO", "").removeprefix(self._mount))
        try:
            return self._application(environ, start)  # type: ignore[arg-type]
        finally:
            count(self._requests[kind], took_s=perf_counter() - began, status=status)
            self._stir()
