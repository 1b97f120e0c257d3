"""Stand in front of Flask on any WSGI server, and answer there for feeds."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from feedsvc.model.errors import BusyError, StoreError
from feedsvc.web.delivery.answer import answer
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.delivery.hosts import ASKED_BY_MACHINES, MISDIRECTED, NO_HOST, Hosts, authority, is_valid
from feedsvc.web.delivery.poll_counter import MARK
from feedsvc.web.delivery.prepared_answers import Prepared, Response, refusal

RETRY_AFTER_S = 5
ASK_AGAIN = (("Retry-After", str(RETRY_AFTER_S)), ("Cache-Control", "no-store"))
FEED_PATH = re.compile(
    r"/feeds(?:/[A-Za-z0-9.-]{1,200}(?:/archive/[0-9]{1,9}|/corrections)?|\.[A-Za-z0-9-]{1,35})?\.[a-z]{1,10}"
)
SLASHES = re.compile("/{2,}")
WANTED = {
    "accept-encoding": "HTTP_ACCEPT_ENCODING",
    "if-none-match": "HTTP_IF_NONE_MATCH",
    "if-modified-since": "HTTP_IF_MODIFIED_SINCE",
}
# What the whole service can do (RFC 9110, section 9.3.7).
OPTIONS = Response(status=HTTPStatus.NO_CONTENT, headers=(("Allow", "GET, HEAD, OPTIONS"),))
# Stands for whatever host a client names: nothing is made from it, and Werkzeug fails at one that is no name ("a..b").
HOST = "localhost"

logger = logging.getLogger(__name__)


class WsgiDoor:
    """Answer requests for known feeds, and leave every other to the application behind.

    A path in base_url ("https://example.org/news") is where the site is mounted; it is put to, or taken from, the
    request here, so that the application builds right links whether a proxy strips it or not.
    """

    def __init__(
        self,
        application: WSGIApplication,
        feed_cache: FeedCache,
        *,
        hosts: Hosts,
        base_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._application = application
        self._feed_cache = feed_cache
        self._hosts = hosts
        self._clock = clock
        self._mount = urlsplit(base_url).path.rstrip("/")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI asks."""
        host = _host(environ)
        environ["HTTP_HOST"] = HOST
        path = environ.get("PATH_INFO", "")
        found: Response | None
        if not is_valid(host, protocol=environ.get("SERVER_PROTOCOL", "")):
            found = NO_HOST
        elif not self._hosts.knows(host) and path.removeprefix(self._mount) not in ASKED_BY_MACHINES:
            found = MISDIRECTED
        elif path == "*" and environ["REQUEST_METHOD"] == "OPTIONS":
            found = OPTIONS
        elif path.startswith("//") or (self._mount and path == self._mount):
            found = self._moved(path, environ)
        else:
            if self._mount:
                self._enter(environ)
                path = environ["PATH_INFO"]
            is_feed = path in self._feed_cache or FEED_PATH.fullmatch(path)
            found = self._find(path, environ) if is_feed else None
        if found is None:
            return self._application(environ, start_response)
        start_response(found.line, list(found.headers))
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
            feed = self._feed_cache.prepared(path)
        except BusyError as error:
            self._feed_cache.polls.nowhere[1] += 1
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE, f"Ask again in a moment: {error}.", *ASK_AGAIN)
        except StoreError as error:
            self._feed_cache.polls.nowhere[1] += 1
            logger.error("the store cannot be read: %s", error)  # noqa: TRY400  the error says all
            return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "The feeds cannot be read at the moment.", *ASK_AGAIN)
        if feed is None:
            self._feed_cache.polls.nowhere[0] += 1
            return None
        found = self._answer(feed, environ)
        feed.counts[found.column] += 1
        user_agent = environ.get("HTTP_USER_AGENT", "")
        if MARK in user_agent:
            self._feed_cache.polls.hear(path, user_agent)
        return found

    def _answer(self, feed: Prepared, environ: WSGIEnvironment) -> Response:
        """Return the answer to a request for *feed*: the one chosen before, where one asked in the same words."""
        said = tuple(map(environ.get, WANTED.values()))
        asked = (environ["REQUEST_METHOD"], *said)
        chosen = feed.chosen.get(asked)
        if chosen is None:
            now = self._clock()
            headers = {name: value for name, value in zip(WANTED, said, strict=True) if value is not None}
            chosen = answer(feed, environ["REQUEST_METHOD"], headers, now=now)
            feed.remember(asked, chosen, size=sum(map(len, headers.values())), now=now)
        return chosen


def _host(environ: WSGIEnvironment) -> str:
    """Return the host that is asked for: the one in the URL, where the request names a whole one, else what Host says.

    source: RFC 9112, section 3.2.2; RAW_URI is gunicorn's, and holds what was asked for as it was written.
    """
    target: str = environ.get("RAW_URI", "/")
    host: str = environ.get("HTTP_HOST", "")
    return host if target[:1] in "/*" else authority(target)
