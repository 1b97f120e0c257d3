"""The hosts that the service answers for, and the check of each request's address before Flask sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import quote, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from feedsvc.config.settings import Settings
from feedsvc.web.delivery.answer import Response, refusal

LONGEST = 260  # a name of 253 characters, its dot, and a port
REMEMBERED = 256
NO_AUTHORITY = re.compile("[/?#]")
VALID = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")  # RFC 3986, section 3.2
# Asked by load balancers and monitors, which know a machine by its number.
ASKED_BY_MACHINES = frozenset({"/healthz", "/readyz", "/metrics"})
MISDIRECTED = refusal(
    HTTPStatus.MISDIRECTED_REQUEST,
    "This service does not answer for this host. It answers for the host of its base URL, which FEEDSVC_BASE_URL sets, "
    "and for the hosts in FEEDSVC_HOSTS.",
    ("Cache-Control", "no-store"),
)
NO_HOST = refusal(
    HTTPStatus.BAD_REQUEST,
    "A request must name a host: its Host header needs a name, with or without a port.",
    ("Cache-Control", "no-store"),
)


class Hosts:
    """The host of the base URL, the hosts in *settings*, and the loopback names of this machine.

    Nothing is made from a request's Host. Yet a foreign name that is made to lead here ("DNS rebinding") would let a
    page of somebody else read our pages as its own, and a careless cache could keep an answer for a foreign name.

    source: RFC 9110, sections 7.2 and 15.5.20.
    """

    def __init__(self, settings: Settings) -> None:
        self._names = {_name(urlsplit(settings.site.base_url).netloc), *map(_name, settings.hosts)}
        self._any = "*" in settings.hosts
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._is_ours)

    def knows(self, host: str) -> bool:
        """Return whether *host*, as a request names it, is ours; "" is, for HTTP/1.0."""
        return len(host) <= LONGEST and self._remembered(host)

    def _is_ours(self, host: str) -> bool:
        name = _name(host)
        return self._any or not host or name in self._names or _is_loopback(name)


def is_valid(host: str, *, protocol: str) -> bool:
    """Return whether *host* is written as a host; HTTP/1.0 may name none.

    source: RFC 9112, section 3.2: an invalid Host must be answered with 400.
    """
    return len(host) > LONGEST or (VALID.fullmatch(host) is not None and (host != "" or protocol == "HTTP/1.0"))


def authority(url: str) -> str:
    """Return the host and port of *url*, as they are written."""
    return NO_AUTHORITY.split(url.partition("://")[2], maxsplit=1)[0]


def _name(host: str) -> str:
    """Return *host* without its port, in lower case; brackets of an IPv6 address stay."""
    name, colon, port = host.rpartition(":")
    return (name if colon and not port.strip("0123456789") else host).lower().removesuffix(".")


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


SLASHES = re.compile("/{2,}")
# The answer to "OPTIONS *" (RFC 9110, section 9.3.7).
OPTIONS = Response(status=HTTPStatus.NO_CONTENT, headers=(("Allow", "GET, HEAD, OPTIONS"),))
# Flask sees this host instead of the client's: nothing is made from it, and Werkzeug fails at impossible ones ("a..b").
HOST = "localhost"


class AddressMiddleware:
    """Refuses or redirects requests with a wrong host or path, and hands every other to the application.

    If base_url has a path ("https://example.org/news"), the site is mounted there. The application then gets the same
    environ, and builds right links, whether a proxy strips this path or not.
    """

    def __init__(self, application: WSGIApplication, *, hosts: Hosts, base_url: str) -> None:
        self._application = application
        self._hosts = hosts
        self._mount = urlsplit(base_url).path.rstrip("/")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
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
        """Redirect to the path without double slashes, and with a slash after the mount."""
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
    """Return the host that a request names: in its URL, if the request line has a whole one, else in Host.

    source: RFC 9112, section 3.2.2; RAW_URI is gunicorn's, the request target as it was written.
    """
    target: str = environ.get("RAW_URI", "/")
    host: str = environ.get("HTTP_HOST", "")
    return host if target[:1] in "/*" else authority(target)
