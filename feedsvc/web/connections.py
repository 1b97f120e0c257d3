"""Bound the connections of gunicorn's workers: how many a worker has, and how long each may wait for its request.

Gunicorn (27.0) itself does little of it.

asgi:    worker_connections is read and not obeyed. The first request is awaited as long as the client likes. If there
         is no file for a connection, asyncio tries a hundred times to accept it, with as many tracebacks.
         A head may have a hundred fields of 8 kB, and be half there on every connection.
gthread: every new connection takes a thread for five seconds, even if nothing arrives, and every half-sent head takes
         one as long as the client likes. A few such clients keep everybody waiting.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import time
from asyncio import constants
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.http2 import negotiation
from gunicorn.workers import gasgi
from gunicorn.workers.gthread import ThreadWorker

FIRST_BYTE_S = 10.0
HEAD_S = 20.0
ENDING_S = 2.0  # in a worker that ends: a request may still be on its way
# The request of so new a connection may still be on its way. If clients open 5,000 connections a second, two workers
# with 924 each hold every one for longer, and no poll waits until one is old enough to be closed.
SPARED_S = 0.1
PAUSE_S = 0.02  # where no connection can be accepted, until the next try
UNTAKEN_S = 60.0  # for an answer that the client does not read
SHARE = 16  # one in so many connections is closed when there are too many
TELL_EVERY_S = 60.0
LONGEST_HEAD = 65_536  # bytes; longer ones are refused before they are complete
TOO_LONG = "The head of the request is too long."
NO_LENGTH = "The head of the request has a number that is too long."
BARE_LINES = "Each line of the head must end with CR LF."
SWEEP_S = 1.0
# The errors of a system that has no more files or memory for connections.
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

Connection = TypeVar("Connection")


@dataclass(slots=True)
class Wait:
    """A connection waits for a request since then; is_silent: nothing of the request has arrived."""

    since: float
    is_silent: bool = True

    def is_over(self, now: float, *, is_ending: bool) -> bool:
        allowed = ENDING_S if is_ending else FIRST_BYTE_S if self.is_silent else HEAD_S
        return now - self.since > allowed


class Limit:
    """The limit of a worker's connections, reported at most once a minute.

    warn: writes to the log.
    """

    def __init__(self, most: int, warn: Callable[[str], object]) -> None:
        self.most = most
        self._warn = warn
        self._told_at: float | None = None

    def to_close(self, waits: Iterable[tuple[Connection, Wait]], now: float) -> list[Connection]:
        """Return the connections to close for new ones: those that have waited longest."""
        idle = [(connection, wait.since) for connection, wait in waits if now - wait.since > SPARED_S]
        idle.sort(key=lambda item: item[1])
        return [connection for connection, _ in idle[: max(self.most // SHARE, 1)]]

    def tell(self, reason: str) -> None:
        """Report that the limit is reached, at most once a minute."""
        now = time.monotonic()
        if self._told_at is None or now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            self._warn(f"{reason}; idle connections are closed to make room for new ones")

    def tell_full(self) -> None:
        self.tell(f"this worker has {self.most} connections, the limit of worker_connections")

    def tell_exhausted(self, error: OSError) -> None:
        self.tell(f"no connection can be accepted: {error.strerror} (raise the limit of open files: ulimit -n)")


def bound_event_loop(worker: Any) -> None:  # noqa: ANN401  gunicorn ships no types
    """Bound the connections of an asgi *worker*, which has its event loop and is about to listen."""
    connections = Connections(worker)
    gasgi.ASGIProtocol = partial(Protocol, connections)
    for listener in worker.sockets:
        listener.sock = TurnTaking(listener.sock, connections)
    worker.loop.set_exception_handler(connections.hear)
    # asyncio would try again after a second, and polls would wait as long; typeshed calls the constant final.
    setattr(constants, "ACCEPT_RETRY_DELAY", PAUSE_S)  # noqa: B010


class Protocol(ASGIProtocol):  # type: ignore[misc]  # the same
    """Gunicorn's HTTP on one connection, which also knows how long it has waited."""

    def __init__(self, connections: Connections, worker: Any) -> None:  # noqa: ANN401  the same
        super().__init__(worker)
        self._connections = connections
        self._clock = worker.loop.time
        self.wait = Wait(self._clock())
        self.untaken, self.untaken_since = 0, 0.0
        self._head_bytes = 0

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401  the same
        self._connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.open.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Note that the client sent something."""
        wait = self.wait
        if self.req_count > 1:  # gunicorn's own keepalive bounds this wait; the time only tells the newest
            wait.since = self._clock()
        wait.is_silent = False
        try:
            super().data_received(data)
        except ValueError:  # int() in gunicorn 27.0.1: Python reads no Content-Length of more than 4,300 digits
            self._send_error_response(HTTPStatus.BAD_REQUEST, NO_LENGTH)
            self._close_transport()
            return
        self._head_bytes = self._head_bytes + len(data) if self.waits else 0
        if self._head_bytes > LONGEST_HEAD:
            self._send_error_response(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TOO_LONG)
            self._close_transport()

    @property
    def waits(self) -> bool:
        """Return whether the connection waits for the head of a request."""
        return self._current_request is None and not self._closed

    def let_go(self) -> None:
        """Close the connection, which waits for a request."""
        self._connections.open.pop(self, None)
        if self._request_ready is None or self.transport.get_write_buffer_size():
            self.transport.abort()  # closing would wait for the client to read the rest
        else:
            self._keepalive_timeout()

    def is_stuck(self, now: float) -> bool:
        """Return whether the client has read nothing of its answer for UNTAKEN_S."""
        untaken = self.transport.get_write_buffer_size()
        if untaken != self.untaken:
            self.untaken, self.untaken_since = untaken, now
        return untaken > 0 and now - self.untaken_since > UNTAKEN_S


class Connections:
    """The open connections of one asgi worker."""

    def __init__(self, worker: Any) -> None:  # noqa: ANN401  the same
        self._worker = worker
        self.open: dict[Protocol, None] = {}
        self._limit = Limit(worker.cfg.worker_connections, worker.log.warning)
        self._is_swept = False

    def add(self, connection: Protocol) -> None:
        self.open[connection] = None
        if not self._is_swept:
            self._is_swept = True
            self._worker.loop.call_later(SWEEP_S, self.sweep)

    def has_room(self) -> bool:
        """Return whether another connection may be accepted; at the limit, waiting ones are closed first."""
        if len(self.open) < self._limit.most:
            return True
        self._limit.tell_full()
        self.make_room()
        return len(self.open) < self._limit.most

    def make_room(self) -> None:
        """Close the connections that have waited longest for a request."""
        waiting = ((connection, connection.wait) for connection in self.open if connection.waits)
        for connection in self._limit.to_close(waiting, self._worker.loop.time()):
            connection.let_go()

    def sweep(self) -> None:
        """Close connections that have waited too long, and do so again every second while there are any."""
        now, is_ending = self._worker.loop.time(), not self._worker.alive
        for connection in tuple(self.open):
            # If a connection waits for a further request, gunicorn itself closes it after its keepalive.
            is_first = connection.req_count <= 1
            if connection.waits and is_first and connection.wait.is_over(now, is_ending=is_ending):
                connection.let_go()
            elif connection.is_stuck(now):
                connection.transport.abort()
        self._is_swept = bool(self.open)
        if self._is_swept:
            self._worker.loop.call_later(SWEEP_S, self.sweep)

    def hear(self, loop: Any, context: dict[str, Any]) -> None:  # noqa: ANN401  the same
        """Handle an error of the event loop; a connection that cannot be accepted is reported once a minute."""
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in EXHAUSTED or "socket" not in context:
            loop.default_exception_handler(context)
        elif not isinstance(error, NoRoomError):
            self._limit.tell_exhausted(error)
            self.make_room()


class NoRoomError(OSError):
    """No connection may be accepted now: asyncio tries again after a pause, as it does if no file is left."""

    def __init__(self) -> None:
        super().__init__(errno.EMFILE, os.strerror(errno.EMFILE))


class TurnTaking(socket.socket):
    """A socket that listens where *shared* does, and accepts one connection in each turn of the event loop.

    asyncio accepts up to a hundred waiting connections at once: of the 32 connections that a proxy keeps, one worker
    had all, and the others had nothing to do.

    shared: is closed in this process only.
    source: asyncio's selector loop accepts until BlockingIOError; measured with benchmarks/polling.
    """

    def __init__(self, shared: socket.socket, connections: Connections) -> None:
        super().__init__(shared.family, shared.type, shared.proto, fileno=shared.detach())
        self._connections = connections
        self._has_taken = False

    def listen(self, _backlog: int = 0) -> None:
        """Go on listening: asyncio would let only a hundred connections wait to be accepted."""

    def accept(self) -> tuple[socket.socket, Any]:
        """Return a connection and its address.

        raises: BlockingIOError every other time, so that asyncio waits until there are connections again. OSError or
                NoRoomError if none can be accepted, once and not a hundred times.
        """
        if self._has_taken:
            self._has_taken = False
            raise BlockingIOError
        try:
            if not self._connections.has_room():
                raise NoRoomError
            taken = super().accept()
        except OSError as error:
            self._has_taken = error.errno in EXHAUSTED
            raise
        self._has_taken = True
        return taken


END_OF_HEAD, BARE_END = b"\r\n\r\n", b"\n\n"


def bound_threads(worker: Any) -> None:  # noqa: ANN401  gunicorn ships no types
    """Bound the connections of a gthread *worker*, which is about to listen.

    Its class is changed here, in its own process, so that a reload brings new code.
    """
    worker.__class__ = HeadFirstWorker
    worker.prepare()


@dataclass(slots=True)
class Head:
    """The head of a request as far as it has arrived, and its wait."""

    wait: Wait
    text: bytearray = field(default_factory=bytearray)
    is_polled: bool = False


class HeadFirstWorker(ThreadWorker):  # type: ignore[misc]  # the same
    """Reads the heads of all requests on the main thread, which waits for many at once, and answers in threads."""

    def prepare(self) -> None:
        self._heads: dict[Any, Head] = {}
        self._answered: dict[Any, float] = {}
        self._limit = Limit(self.worker_connections, self.log.warning)
        self._sweep_at = 0.0

    def enqueue_req(self, conn: Any) -> None:  # noqa: ANN401  the same
        """Wait for the head of a request; its beginning may have come with the request before."""
        if self.cfg.is_ssl or negotiation.prior_knowledge_allowed(self.cfg, conn.client):
            super().enqueue_req(conn)
            return
        head = self._heads[conn] = Head(Wait(time.monotonic()))
        if conn.parser is not None:
            head.text += conn.parser.unreader.take_buffered()
        conn.sock.settimeout(0)
        self._read_head(conn, conn.sock)
        if conn in self._heads:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read_head, conn))
            head.is_polled = True

    def _read_head(self, conn: Any, _sock: socket.socket) -> None:  # noqa: ANN401  the same
        head = self._heads[conn]
        looked_at = max(len(head.text) - len(END_OF_HEAD), 0)
        is_ended = False
        try:
            part = conn.sock.recv(LONGEST_HEAD)
            head.text += part
            is_ended = not part
        except BlockingIOError:
            pass
        except OSError:
            is_ended = True
        if is_ended and not head.text:
            self._let_go(conn)
            return
        head.wait.is_silent = not head.text
        is_whole = head.text.find(END_OF_HEAD, looked_at) >= 0
        if len(head.text) > LONGEST_HEAD and not is_whole:
            self._refuse(conn, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TOO_LONG)
            return
        if not is_whole and head.text.find(BARE_END, looked_at) >= 0:
            self._refuse(conn, HTTPStatus.BAD_REQUEST, BARE_LINES)
            return
        if is_ended or is_whole:
            self._hand_over(conn)

    def _refuse(self, conn: Any, status: HTTPStatus, reason: str) -> None:  # noqa: ANN401  the same
        """Answer a head that gunicorn would wait for, and close the connection."""
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(reason)}\r\nConnection: close\r\n\r\n"
        )
        with suppress(OSError):  # the client has closed it, or takes nothing
            conn.sock.send((head + reason).encode())
        self._let_go(conn)

    def _hand_over(self, conn: Any) -> None:  # noqa: ANN401  the same
        """Give a thread to a request whose head is complete."""
        head = self._forget(conn)
        conn.init()
        conn.parser.unreader.unread(bytes(head.text))
        self._answered[conn] = time.monotonic()
        super().enqueue_req(conn)

    def _forget(self, conn: Any) -> Head:  # noqa: ANN401  the same
        head = self._heads.pop(conn)
        if head.is_polled:
            self.poller.unregister(conn.sock)
        return head

    def _let_go(self, conn: Any) -> None:  # noqa: ANN401  the same
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def handle(self, conn: Any) -> Any:  # noqa: ANN401  the same
        """Answer a request, and close its connection in this thread, since closing waits for the client."""
        keeps = super().handle(conn)
        if keeps is False and conn.sock.fileno() >= 0:
            conn.close(graceful=True)
        return keeps

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:  # noqa: ANN401  the same
        """Keep the connection for the next request, unless it is closed."""
        self._answered.pop(conn, None)
        if conn.sock.fileno() < 0:
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """Close connections that have waited too long, once a second."""
        super().murder_pending()
        now = time.monotonic()
        if self.alive and not self._accepting:
            self._make_room()
        if now < self._sweep_at:
            return
        self._sweep_at = now + SWEEP_S
        for conn, head in tuple(self._heads.items()):
            if head.wait.is_over(now, is_ending=not self.alive):
                self._let_go(conn)
        for conn, since in tuple(self._answered.items()):
            if now - since > UNTAKEN_S:
                self._answered.pop(conn)
                _end(conn, socket.SHUT_RDWR)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for requests, at the limit only for a moment: gunicorn would not look for room before a second."""
        super().wait_for_and_dispatch_events(PAUSE_S if self.alive and not self._accepting else timeout)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001  gunicorn's own
        """Accept no more connections at the limit, unless closing some that wait makes room."""
        if not enabled and self.alive and self._accepting:
            self._limit.tell_full()
            if self._make_room():
                return
        super().set_accept_enabled(enabled)

    def accept(self, listener: Any) -> None:  # noqa: ANN401  the same
        """Accept a connection; if no file is left for it, report that without a traceback."""
        try:
            super().accept(listener)
        except OSError as error:
            if error.errno not in EXHAUSTED:
                raise
            self._limit.tell_exhausted(error)
            if not self._make_room():
                time.sleep(PAUSE_S)

    def _make_room(self) -> bool:
        """Close the connections that have waited longest for a request; return whether there were any."""
        now = time.monotonic()
        kept = {conn: Wait(conn.timeout - self.cfg.keepalive) for conn in self.keepalived_conns}
        waiting = kept | {conn: head.wait for conn, head in self._heads.items()}
        closed = self._limit.to_close(waiting.items(), now)
        for conn in closed:
            if conn in kept:
                self.keepalived_conns.remove(conn)
                self.poller.unregister(conn.sock)
                self.nr_conns -= 1
                conn.close()
            else:
                self._let_go(conn)
        return bool(closed)


def _end(conn: Any, how: int) -> None:  # noqa: ANN401  the same
    try:
        conn.sock.shutdown(how)
    except OSError:  # the client has closed it
        return
