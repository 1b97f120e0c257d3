"""Bound the connections of gunicorn's asgi worker, share them among workers, and close those that wait too long.

Gunicorn (27.0) itself does none of it: worker_connections is read and not obeyed, the first request is waited for as
long as the client likes, and asyncio tries a hundred times, with as many tracebacks, to take a connection for which
there is no file.
"""

from __future__ import annotations

import errno
import os
import socket
from functools import partial
from typing import Any

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers import gasgi

from feedsvc.web.server.connections import EXHAUSTED, UNTAKEN_S, Limit, Wait

SWEEP_S = 1.0


def bound(worker: Any) -> None:  # noqa: ANN401  gunicorn ships no types
    """Have *worker* bound its connections; it has its event loop, and is about to listen."""
    connections = Connections(worker)
    gasgi.ASGIProtocol = partial(Protocol, connections)
    for listener in worker.sockets:
        listener.sock = TurnTaking(listener.sock, connections)
    worker.loop.set_exception_handler(connections.hear)
    worker.loop.call_later(SWEEP_S, connections.sweep)


class Protocol(ASGIProtocol):  # type: ignore[misc]  # the same
    """Speak HTTP on one connection, as gunicorn does, and know for how long it waits."""

    def __init__(self, connections: Connections, worker: Any) -> None:  # noqa: ANN401  the same
        super().__init__(worker)
        self._connections = connections
        self._clock = worker.loop.time
        self.wait = Wait(self._clock())
        self.untaken, self.untaken_since = 0, 0.0

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401  the same
        """Begin."""
        self._connections.open[self] = None
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._connections.open.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what the client sent."""
        wait = self.wait
        if self.req_count > 1:  # gunicorn's own keepalive bounds that wait; here it tells who came last
            wait.since = self._clock()
        wait.is_silent = False
        super().data_received(data)

    @property
    def waits(self) -> bool:
        """Return whether the head of a request is awaited."""
        return self._current_request is None and not self._closed

    def let_go(self) -> None:
        """Close the connection, which waits for a request."""
        self._connections.open.pop(self, None)
        if self._request_ready is None or self.transport.get_write_buffer_size():
            self.transport.abort()  # closing would wait for the client to take what is left
        else:
            self._keepalive_timeout()

    def is_stuck(self, now: float) -> bool:
        """Return whether the client has long taken nothing of what is to be sent to it."""
        untaken = self.transport.get_write_buffer_size()
        if untaken != self.untaken:
            self.untaken, self.untaken_since = untaken, now
        return untaken > 0 and now - self.untaken_since > UNTAKEN_S


class Connections:
    """The connections of one worker."""

    def __init__(self, worker: Any) -> None:  # noqa: ANN401  the same
        self._worker = worker
        self.open: dict[Protocol, None] = {}
        self._limit = Limit(worker.cfg.worker_connections, worker.log.warning)

    def has_room(self) -> bool:
        """Return whether another connection may be taken; where there are too many, some that wait are closed."""
        if len(self.open) < self._limit.most:
            return True
        self._limit.tell_full()
        self.make_room()
        return len(self.open) < self._limit.most

    def make_room(self) -> None:
        """Close connections that have waited longest for a request."""
        waiting = ((each, each.wait) for each in self.open if each.waits)
        for each in self._limit.to_close(waiting, self._worker.loop.time()):
            each.let_go()

    def sweep(self) -> None:
        """Close connections that have waited too long, now and once a second from now on."""
        now, is_ending = self._worker.loop.time(), not self._worker.alive
        for each in tuple(self.open):
            # Gunicorn itself closes, after its keepalive, one that waits for a further request.
            if each.waits and each.req_count <= 1 and each.wait.is_over(now, is_ending=is_ending):
                each.let_go()
            elif each.is_stuck(now):
                each.transport.abort()
        self._worker.loop.call_later(SWEEP_S, self.sweep)

    def hear(self, loop: Any, context: dict[str, Any]) -> None:  # noqa: ANN401  the same
        """Hear of what went wrong on the event loop: that no connection can be taken is told seldom."""
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in EXHAUSTED or "socket" not in context:
            loop.default_exception_handler(context)
        elif not isinstance(error, NoRoomError):
            self._limit.tell_exhausted(error)
            self.make_room()


class NoRoomError(OSError):
    """Have asyncio look for connections again in a second, as it does where there are no files left."""

    def __init__(self) -> None:
        super().__init__(errno.EMFILE, os.strerror(errno.EMFILE))


class TurnTaking(socket.socket):
    """Listen where *shared* listens, and take one connection each time that there are any.

    An event loop takes all that wait, up to a hundred, as soon as it looks: of the 32 connections that a proxy keeps
    one worker had all, and the others nothing to do.

    shared: is closed, here and not for the other processes that have it.
    source: asyncio's selector loop accepts until BlockingIOError; measured with benchmarks/polling.
    """

    def __init__(self, shared: socket.socket, connections: Connections) -> None:
        super().__init__(shared.family, shared.type, shared.proto, fileno=shared.detach())
        self._connections = connections
        self._has_taken = False

    def listen(self, _backlog: int = 0) -> None:
        """Go on listening: asyncio would have no more than a hundred connections wait to be taken."""

    def accept(self) -> tuple[socket.socket, Any]:
        """Return a connection and its address.

        raises: BlockingIOError every other time, which means to wait until there are connections, and otherwise
                OSError, NoRoomError where none can be taken: asyncio would try, and tell, a hundred times together.
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
