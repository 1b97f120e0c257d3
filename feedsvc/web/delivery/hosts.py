"""Which hosts the service answers for, and the middleware that checks the address of each request for Flask."""

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
    "This service does not answer for the host that was asked for. It does for that of its base URL, which "
    "FEEDSVC_BASE_URL sets, and for those that FEEDSVC_HOSTS names.",
    ("Cache-Control", "no-store"),
)
NO_HOST = refusal(
    HTTPStatus.BAD_REQUEST,
    "A request must name the host that it asks, in a Host header that holds a name and perhaps a port.",
    ("Cache-Control", "no-store"),
)


class Hosts:
    """Know the host of *settings*' base URL, those named beside it, and this machine's own names.

    Nothing is made from a request's Host, so what is asked for under another name could do no harm to a cache that is
    careful; but a page of somebody else's whose name is made to lead here could be read as theirs ("DNS rebinding"),
    and a careless cache could keep an answer for a name that is not ours.

    source: RFC 9110, sections 7.2 and 15.5.20.
    """

    def __init__(self, settings: Settings) -> None:
        self._names = {_name(urlsplit(settings.site.base_url).netloc), *map(_name, settings.hosts)}
        self._any = "*" in settings.hosts
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._is_ours)

    def knows(self, host: str) -> bool:
        """Return whether *host*, as a request names it, is one of ours; so is none, as in HTTP/1.0."""
        return len(host) <= LONGEST and self._remembered(host)

    def _is_ours(self, host: str) -> bool:
        name = _name(host)
        return self._any or not host or name in self._names or _is_loopback(name)


def is_valid(host: str, *, protocol: str) -> bool:
    """Return whether a request may name *host*: none at all only in HTTP/1.0.

    source: RFC 9112, section 3.2: whatever else is asked must be answered with 400.
    """
    return len(host) > LONGEST or (VALID.fullmatch(host) is not None and (host != "" or protocol == "HTTP/1.0"))


def authority(url: str) -> str:
    """Return the host and port that *url* names, as it is written."""
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
