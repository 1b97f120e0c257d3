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

from feedsvc.press.ready import BROTLI_QUALITY

CODERS: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": lambda body: gzip.compress(body, 6, mtime=0),
    ".br": lambda body: bytes(brotli.compress(body, quality=BROTLI_QUALITY)),
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


def ask(application: WSGIApplication, path: str) -> tuple[Answer, Callable[[], Mapping[str, bytes]]]:
    """Return the answer of *application* to a GET for *path*, and what makes its compressed forms.

    Feeds were compressed when they were published, and their forms come as they are; what the application does not
    compress is compressed here. A form is there only where it is smaller.

    path:    may have a query.
    returns: the answer uncompressed; the forms by the ending of the file for each.
    """
    first = _ask(application, path, coding="gzip")
    if "content-encoding" not in first.headers:
        # Rendered for this question: not to be asked for again.
        return first, lambda: _smaller(first.body, {suffix: code(first.body) for suffix, code in CODERS.items()})
    whole = _ask(application, path, coding="identity")
    return whole, lambda: _smaller(whole.body, {".gz": first.body, ".br": _ask(application, path, coding="br").body})


def _smaller(body: bytes, forms: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {suffix: form for suffix, form in forms.items() if len(form) < len(body)}


def _ask(application: WSGIApplication, path: str, *, coding: str) -> Answer:
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
