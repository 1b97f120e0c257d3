"""Ask the application itself, without a socket: what is built is what is served."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import brotli

from feedsvc.ready import BROTLI_QUALITY

SUFFIXES = {"gzip": ".gz", "br": ".br"}
CODERS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
    "br": lambda body: bytes(brotli.compress(body, quality=BROTLI_QUALITY)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Hold what the application answered; headers by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def modified(self) -> int | None:
        """Return Last-Modified in seconds since 1970, None when it is not said."""
        value = self.headers.get("last-modified")
        return None if value is None else int(parsedate_to_datetime(value).timestamp())


def ask(application: WSGIApplication, path: str, *, coding: str = "identity") -> Answer:
    """Return the answer of *application* to a GET for *path*, which may have a query."""
    path, _, query = path.partition("?")
    environ: WSGIEnvironment = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_ACCEPT_ENCODING": coding}
    setup_testing_defaults(environ)
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda _: None

    returned: Iterable[bytes] = application(environ, start_response)
    try:
        body = b"".join(returned)
    finally:
        closed: Any = getattr(returned, "close", lambda: None)
        closed()
    status, headers = started[-1]
    return Answer(status=int(status[:3]), headers={name.lower(): value for name, value in headers}, body=body)


def coded_forms(application: WSGIApplication, path: str, body: bytes) -> dict[str, bytes]:
    """Return *body*, the answer at *path*, in the codings that make it smaller, by the ending of the file for each.

    Feeds were compressed when they were published, and come as they are; what the application does not compress is
    compressed here.
    """
    found = {}
    for coding, suffix in SUFFIXES.items():
        answer = ask(application, path, coding=coding)
        coded = answer.body if answer.headers.get("content-encoding") == coding else CODERS[coding](body)
        if len(coded) < len(body):
            found[suffix] = coded
    return found
