"""Post requests to an address of the operator's, within a time limit, and to no private network unless that is meant.

source: docs/decisions/0230-http-client-for-deliveries.md
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, RemoteDisconnected
from threading import Timer
from urllib.parse import urlsplit, urlunsplit

from feedsvc import __version__
from feedsvc.model.errors import DeliveryError, PrivateHostError
from feedsvc.publish.public_hosts import connect

LIMIT_S = 10.0  # from the connection to the end of the answer
CONNECT_S = 5.0
MOST_BYTES = 65_536  # of an answer, which is read only so that the connection can be used again
LONGEST_PAUSE_S = 3600  # that a receiver may ask for


class Channel:
    """Posts to one address, over one connection as long as it lasts.

    may_be_private: the host may be on a private network.
    limit_s:        of each request, until its answer is read.
    """

    def __init__(self, url: str, *, may_be_private: bool = False, limit_s: float = LIMIT_S) -> None:
        parts = urlsplit(url)
        self._is_encrypted = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._is_encrypted else 80)
        self._target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        self._may_be_private = may_be_private
        self._limit_s = limit_s
        self._connection: HTTPConnection | None = None
        self._socket: socket.socket | None = None
        self._is_late = False

    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Post *body*, and take any answer with a status of 2xx as yes.

        raises: DeliveryError, which does not tell the path of the address: it may be a secret.
        """
        is_used = self._connection is not None
        try:
            response = self._answer(body, headers)
        except (OSError, HTTPException) as error:
            self.close()
            # A receiver may have closed the connection since its last answer, which shows only now.
            if is_used and not self._is_late:
                self.post(body, headers)
                return
            raise DeliveryError(f"{self._host} {self._reason(error)}") from error
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            raise self._refusal(response)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._socket is not None:
            self._socket.close()
        self._connection = self._socket = None

    def _answer(self, body: bytes, headers: Mapping[str, str]) -> HTTPResponse:
        """Send the request, and read the answer: as a whole, if it is as short as it should be."""
        self._is_late = False
        # The time limits of a socket are for each read: a byte every nine seconds would keep this thread for days.
        timer = Timer(self._limit_s, self.cut_off)
        timer.daemon = True
        timer.start()
        try:
            if self._connection is None:
                self._connection = self._opened()
            agent = f"feedsvc/{__version__}"
            self._connection.request("POST", self._target, body=body, headers={"User-Agent": agent, **headers})
            response = self._connection.getresponse()
            response.read(MOST_BYTES)
            is_whole = response.isclosed()
            response.close()
        finally:
            timer.cancel()
        if self._is_late:
            raise TimeoutError
        if not is_whole or self._connection.sock is None:
            self.close()
        return response

    def _opened(self) -> HTTPConnection:
        connection = (
            HTTPSConnection(self._host, self._port, context=_encryption())
            if self._is_encrypted
            else HTTPConnection(self._host, self._port)
        )
        connection.auto_open = 0  # it would connect without a look at the address
        connection.sock = self._socket = self._connected()
        if self._is_late:  # the look-up of the host and the connection took all the time
            raise TimeoutError
        if self._is_encrypted:
            self._socket = _encryption().wrap_socket(
                self._socket, server_hostname=self._host, do_handshake_on_connect=False
            )
            connection.sock = self._socket
            self._socket.do_handshake()
        return connection

    def _connected(self) -> socket.socket:
        """Return a socket that is connected to the host.

        raises: OSError, DeliveryError.
        """
        timeout_s = min(CONNECT_S, self._limit_s)
        try:
            found = connect(self._host, self._port, may_be_private=self._may_be_private, timeout_s=timeout_s)
        except PrivateHostError as error:
            raise DeliveryError(f"{error}; if that is meant, set private_network = true for this receiver") from error
        found.settimeout(self._limit_s)
        return found

    def cut_off(self) -> None:
        """Have the request of another thread fail now."""
        self._is_late = True
        if self._socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(
                    self._socket, socket.SHUT_RDWR
                )  # that of ssl would take the thread's object away

    def _reason(self, error: OSError | HTTPException) -> str:
        if self._is_late or isinstance(error, TimeoutError):
            return f"gave no whole answer within {self._limit_s:.0f} s"
        if isinstance(error, RemoteDisconnected | ConnectionResetError | BrokenPipeError):
            return "closed the connection without an answer"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"shows a certificate that is not valid: {error.verify_message}"
        if isinstance(error, OSError):
            return f"cannot be reached: {error.strerror or type(error).__name__}"
        return "gave an answer that is no HTTP"

    def _refusal(self, response: HTTPResponse) -> DeliveryError:
        status = response.status
        phrase = f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)
        message = f"{self._host} answered {phrase}"
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            message += "; redirects are not followed: write the address that it leads to as url"
        pause = response.getheader("Retry-After", "")
        asked_s = int(pause) if pause.isascii() and pause.isdecimal() and len(pause) < len("1000000") else 0
        return DeliveryError(message, again_in_s=min(asked_s, LONGEST_PAUSE_S))


@cache
def _encryption() -> ssl.SSLContext:
    return ssl.create_default_context()
