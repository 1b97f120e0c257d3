"""Get the body at a web address, bounded in bytes, time and redirects, and from no private network by accident."""

from __future__ import annotations

import socket
import ssl
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from feedsvc import __version__
from feedsvc.model.errors import FetchError, PrivateHostError
from feedsvc.publish.public_hosts import connect

LIMIT_S = 30.0  # of all redirects together
CONNECT_S = 10.0
MOST_REDIRECTS = 5
CHUNK = 1 << 16
LONGEST_URL = 2000
FOR_GOOD = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
REDIRECTS = FOR_GOOD | {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}
LOCATION = "!#$%&'()*+,/:;=?@[]~"  # of these an address consists; source: RFC 3986, section 2
GZIP = 31  # of zlib: its window and its header


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer that is no redirect.

    headers:  names are in lower case.
    url:      that answered.
    moved_to: where redirects that are for good lead, None if there was none.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    moved_to: str | None


def fetch(
    url: str, headers: Mapping[str, str], *, max_bytes: int, may_be_private: bool, limit_s: float = LIMIT_S
) -> Fetched:
    """Return the answer to a GET of *url*.

    max_bytes:      of the body, unpacked.
    may_be_private: the host may be on a private network.
    limit_s:        of everything.
    raises: FetchError.
    """
    asked = {"User-Agent": f"feedsvc/{__version__}", "Accept-Encoding": "gzip", "Connection": "close", **headers}
    moved_to, is_for_good = None, True
    with _Clock(limit_s) as clock:
        for _ in range(MOST_REDIRECTS + 1):
            response = _answer(url, asked, may_be_private=may_be_private, clock=clock)
            target = response.getheader("Location")
            if response.status not in REDIRECTS or target is None:
                with clock.telling(url):
                    body = _body(response, max_bytes)
                found = {name.lower(): value for name, value in response.getheaders()}
                return Fetched(status=response.status, headers=found, body=body, url=url, moved_to=moved_to)
            response.close()
            url = _target(url, target)
            is_for_good = is_for_good and response.status in FOR_GOOD
            moved_to = url if is_for_good else moved_to
    raise FetchError(f"redirects more than {MOST_REDIRECTS} times")


def _target(url: str, location: str) -> str:
    """Return the address to which a Location of the answer at *url* leads; many servers send UTF-8 in it.

    raises: FetchError.
    """
    try:
        return urljoin(url, quote(location.encode("latin-1"), safe=LOCATION))
    except ValueError as error:
        raise FetchError(f"leads to {location[:100]!r}, which is no address of the web") from error


def _answer(url: str, headers: Mapping[str, str], *, may_be_private: bool, clock: _Clock) -> HTTPResponse:
    """Return the answer, of which the body is not yet read."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise FetchError("leads to an address that is none") from error
    if parts.scheme not in {"http", "https"} or not host or len(url) > LONGEST_URL or not url.isprintable():
        raise FetchError(f"leads to {url[:100]!r}, which is no address of the web")
    is_encrypted = parts.scheme == "https"
    port = port or (443 if is_encrypted else 80)
    connection = HTTPConnection(host, port) if not is_encrypted else HTTPSConnection(host, port, context=_encryption())
    connection.auto_open = 0  # it would connect without a look at the address
    with clock.telling(url):
        try:
            plain = connect(host, port, may_be_private=may_be_private, timeout_s=min(CONNECT_S, clock.limit_s))
        except PrivateHostError as error:
            cure = "if that is meant, set private_network = true for this source"
            raise FetchError(f"cannot be polled: {error}; {cure}") from error
        plain.settimeout(clock.limit_s)
        connection.sock = clock.watch(plain)
        if is_encrypted:
            wrapped = _encryption().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
            connection.sock = clock.watch(wrapped)
            wrapped.do_handshake()
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request("GET", target, headers=headers)
        return connection.getresponse()


def _body(response: HTTPResponse, max_bytes: int) -> bytes:
    """Return the body, unpacked piece by piece: a few kB may become gigabytes."""
    coding = response.getheader("Content-Encoding", "identity").strip().lower()
    if coding not in {"identity", "", "gzip", "x-gzip"}:
        raise FetchError(f"sends the coding {coding[:40]!r}, and gzip was asked for")
    unpacker = zlib.decompressobj(GZIP) if "gzip" in coding else None
    body = bytearray()
    while chunk := response.read(CHUNK):
        while chunk:
            if unpacker is None:
                body += chunk
                chunk = b""
            else:
                body += unpacker.decompress(chunk, CHUNK)
                chunk = unpacker.unconsumed_tail
                if unpacker.unused_data:  # it would grow in memory
                    raise FetchError("sends more after the end of its gzip")
            if len(body) > max_bytes:
                raise FetchError(f"sends more than {max_bytes} bytes, the limit of the source")
    if response.length or (unpacker is not None and not unpacker.eof and body):
        raise FetchError("ends in the middle of its body")
    return bytes(body)


class _Clock:
    """Ends a socket when time is up: its own limits are for each read, and a byte a minute would last for days."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._socket: socket.socket | None = None
        self._is_late = False
        self._timer = Timer(limit_s, self._cut_off)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._socket is not None:
            self._socket.close()

    def watch(self, watched: socket.socket) -> socket.socket:
        """Return *watched*, which is the one to end."""
        self._socket = watched
        if self._is_late:  # the look-up of the host and the connection took all the time
            raise TimeoutError
        return watched

    def telling(self, url: str) -> _Telling:
        """Return a block whose errors become FetchErrors about *url*."""
        return _Telling(urlsplit(url).hostname or "", clock=self)

    def is_late(self) -> bool:
        return self._is_late

    def _cut_off(self) -> None:
        self._is_late = True
        if self._socket is not None:
            with suppress(OSError):
                # That of ssl would take the object of the waiting thread away.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Telling:
    def __init__(self, host: str, *, clock: _Clock) -> None:
        self._host = host
        self._clock = clock

    def __enter__(self) -> None:
        if self._clock.is_late():
            raise FetchError(f"{self._host} gave no whole answer within {self._clock.limit_s:.0f} s")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._clock.is_late() or isinstance(error, TimeoutError):
            raise FetchError(f"{self._host} gave no whole answer within {self._clock.limit_s:.0f} s") from error
        if isinstance(error, ssl.SSLCertVerificationError):
            raise FetchError(f"{self._host} shows a certificate that is not valid: {error.verify_message}") from error
        if isinstance(error, OSError):
            reason = error.strerror or type(error).__name__
            raise FetchError(f"{self._host} cannot be reached: {reason}") from error
        if isinstance(error, HTTPException | zlib.error | ValueError):  # that of http.client: a chunk below zero
            raise FetchError(f"{self._host} gave an answer that is no HTTP, or is cut off") from error


@cache
def _encryption() -> ssl.SSLContext:
    return ssl.create_default_context()
