"""Answer a request for a feed: a pure function, and the WSGI door that stands in front of Flask with it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from feedsvc.errors import StoreError
from feedsvc.model.feeds import ReadyFeed
from feedsvc.web.codings import acceptable_codings
from feedsvc.web.conditions import http_date, is_unchanged
from feedsvc.web.holdings import Holdings

# Constant, so that no embargo shows in it (docs/design.md, section 7).
CACHE_CONTROL = "public, max-age=300, s-maxage=30, stale-while-revalidate=30, stale-if-error=86400"
RETRY_AFTER_S = 5
FEED_PATH = re.compile(r"/feeds(?:/[A-Za-z0-9.-]{1,200})?\.[a-z]{1,10}")
SLASHES = re.compile("/{2,}")
# Stands for whatever host a client names: nothing is made from it, and Werkzeug fails at one that is no name ("a..b").
HOST = "localhost"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Hold an answer, ready for any kind of server.

    headers: without Date, which is the server's.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


def answer(ready: ReadyFeed, method: str, headers: Mapping[str, str], *, now: datetime, base_url: str = "") -> Response:
    """Return the answer to a request for a feed; requests only choose among bytes made at publishing.

    headers:  of the request, names in lower case.
    now:      aware; Last-Modified is never later, even after a pass at which the clock was ahead.
    base_url: what stands before the path in the Link header; without it the link is relative.
    source:   RFC 9110, sections 8 (8.8.2.1 for now), 12.5.3, 13 and 15.4.5; RFC 8288, section 3; RFC 5861.
    """
    if method not in {"GET", "HEAD"}:
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, "This is a feed; it can only be read.", ("Allow", "GET, HEAD"))
    validators = (
        ("ETag", ready.etag),
        ("Last-Modified", http_date(min(ready.last_modified, now))),
        ("Cache-Control", CACHE_CONTROL),
        ("Vary", "Accept-Encoding"),
        ("Link", f'<{base_url}{ready.path}>; rel="self"; type="{ready.media_type.partition(";")[0]}"'),
        ("Access-Control-Allow-Origin", "*"),
        ("X-Content-Type-Options", "nosniff"),
    )
    if is_unchanged(ready.etag, ready.last_modified, headers):
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=validators)
    coding, body = _coded(ready, headers.get("accept-encoding", ""))
    content = (("Content-Type", ready.media_type), ("Content-Length", str(len(body))))
    encoding = () if coding is None else (("Content-Encoding", coding),)
    return Response(
        status=HTTPStatus.OK,
        headers=(*content, *encoding, *validators),
        body=b"" if method == "HEAD" else body,
    )


def refusal(status: HTTPStatus, reason: str, *headers: tuple[str, str]) -> Response:
    """Return an answer in plain text: a feed reader must not take an error for a feed."""
    body = f"{reason}\n".encode()
    return Response(
        status=status,
        headers=(
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("X-Content-Type-Options", "nosniff"),
            *headers,
        ),
        body=body,
    )


def _coded(ready: ReadyFeed, accept_encoding: str) -> tuple[str | None, bytes]:
    forms = {"br": ready.brotli, "gzip": ready.gzip}
    for coding in acceptable_codings(accept_encoding):
        body = forms.get(coding)
        if body is not None:
            return coding, body
    return None, ready.body


class FeedDoor:
    """Answer requests for known feeds, and leave every other to the application behind.

    A path in base_url ("https://example.org/news") is where the site is mounted; it is put to, or taken from, the
    request here, so that the application builds right links whether a proxy strips it or not.
    """

    def __init__(
        self, application: WSGIApplication, holdings: Holdings, *, base_url: str, clock: Callable[[], datetime]
    ) -> None:
        self._application = application
        self._holdings = holdings
        self._base_url = base_url
        self._clock = clock
        self._mount = urlsplit(base_url).path.rstrip("/")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI asks."""
        environ["HTTP_HOST"] = HOST
        path = environ.get("PATH_INFO", "")
        if path.startswith("//") or (self._mount and path == self._mount):
            found: Response | None = self._moved(path, environ)
        else:
            if self._mount:
                self._enter(environ)
                path = environ["PATH_INFO"]
            found = self._find(path, environ) if FEED_PATH.fullmatch(path) else None
        if found is None:
            return self._application(environ, start_response)
        status = HTTPStatus(found.status)
        start_response(f"{status.value} {status.phrase}", list(found.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]

    def _moved(self, path: str, environ: WSGIEnvironment) -> Response:
        """Send to the one spelling: without double slashes, and with the slash after the mount."""
        right = SLASHES.sub("/", path)
        if not right.startswith(f"{self._mount}/"):
            right = f"{self._mount}{'/' if right == self._mount else right}"
        query = environ.get("QUERY_STRING", "")
        location = quote(right.encode("latin-1")) + (f"?{query}" if query else "")
        return refusal(HTTPStatus.PERMANENT_REDIRECT, "This has another address.", ("Location", location))

    def _enter(self, environ: WSGIEnvironment) -> None:
        path = environ.get("PATH_INFO", "")
        if path.startswith(f"{self._mount}/"):
            environ["PATH_INFO"] = path.removeprefix(self._mount)
        environ["SCRIPT_NAME"] = self._mount

    def _find(self, path: str, environ: WSGIEnvironment) -> Response | None:
        try:
            ready = self._holdings.ready(path)
        except StoreError:
            logger.exception("the store cannot be read")
            return refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "The feeds cannot be read at the moment.",
                ("Retry-After", str(RETRY_AFTER_S)),
                ("Cache-Control", "no-store"),
            )
        if ready is None:
            return None
        headers = {
            name: environ[key]
            for name, key in (
                ("accept-encoding", "HTTP_ACCEPT_ENCODING"),
                ("if-none-match", "HTTP_IF_NONE_MATCH"),
                ("if-modified-since", "HTTP_IF_MODIFIED_SINCE"),
            )
            if key in environ
        }
        return answer(ready, environ["REQUEST_METHOD"], headers, now=self._clock(), base_url=self._base_url)
