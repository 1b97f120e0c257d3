"""Check the address of every request before Flask sees it: its host, where the site is mounted, needless slashes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import quote, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from feedsvc.web.delivery.hosts import ASKED_BY_MACHINES, MISDIRECTED, NO_HOST, Hosts, authority, is_valid
from feedsvc.web.delivery.prepared_answers import Response, refusal

SLASHES = re.compile("/{2,}")
# What the whole service can do (RFC 9110, section 9.3.7).
OPTIONS = Response(status=HTTPStatus.NO_CONTENT, headers=(("Allow", "GET, HEAD, OPTIONS"),))
# Stands for whatever host a client names: nothing is made from it, and Werkzeug fails at one that is no name ("a..b").
HOST = "localhost"


class AddressMiddleware:
    """Refuse or redirect requests that name a wrong host or path; hand every other to the application.

    A path in base_url ("https://example.org/news") is where the site is mounted; it is put to, or taken from, the
    request here, so that the application builds right links whether a proxy strips it or not.
    """

    def __init__(self, application: WSGIApplication, *, hosts: Hosts, base_url: str) -> None:
        self._application = application
        self._hosts = hosts
        self._mount = urlsplit(base_url).path.rstrip("/")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI asks."""
        answered = self._check(environ)
        if answered is None:
            self._enter(environ)
            return self._application(environ, start_response)
        start_response(answered.line, list(answered.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answered.body]

    def _check(self, environ: WSGIEnvironment) -> Response | None:
        host, path = _host(environ), environ.get("PATH_INFO", "")
        if not is_valid(host, protocol=environ.get("SERVER_PROTOCOL", "")):
            return NO_HOST
        if not self._hosts.knows(host) and path.removeprefix(self._mount) not in ASKED_BY_MACHINES:
            return MISDIRECTED
        if path == "*" and environ["REQUEST_METHOD"] == "OPTIONS":
            return OPTIONS
        if path.startswith("//") or (self._mount and path == self._mount):
            return self._moved(path, environ)
        return None

    def _moved(self, path: str, environ: WSGIEnvironment) -> Response:
        """Send to the one spelling: without double slashes, and with the slash after the mount."""
        right = SLASHES.sub("/", path)
        if not right.startswith(f"{self._mount}/"):
            right = f"{self._mount}{'/' if right == self._mount else right}"
        query = environ.get("QUERY_STRING", "")
        location = quote(right.encode("latin-1")) + (f"?{query}" if query else "")
        return refusal(HTTPStatus.PERMANENT_REDIRECT, "This has another address.", ("Location", location))

    def _enter(self, environ: WSGIEnvironment) -> None:
        environ["HTTP_HOST"] = HOST
        if self._mount:
            path = environ.get("PATH_INFO", "")
            if path.startswith(f"{self._mount}/"):
                environ["PATH_INFO"] = path.removeprefix(self._mount)
            environ["SCRIPT_NAME"] = self._mount


def _host(environ: WSGIEnvironment) -> str:
    """Return the host that is asked for: the one in the URL, where the request names a whole one, else what Host says.

    source: RFC 9112, section 3.2.2; RAW_URI is gunicorn's, and holds what was asked for as it was written.
    """
    target: str = environ.get("RAW_URI", "/")
    host: str = environ.get("HTTP_HOST", "")
    return host if target[:1] in "/*" else authority(target)
