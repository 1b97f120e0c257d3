"""Give gunicorn's threads whole requests, and close connections that wait too long for one.

Gunicorn (27.0) itself gives a thread to every new connection, for five seconds in which nothing need come, and to
every half-sent head for as long as the client likes: few such clients keep everybody waiting.
"""

from __future__ import annotations

import selectors
import socket
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gunicorn.http2 import negotiation
from gunicorn.workers.gthread import ThreadWorker

from feedsvc.web.server.connections import EXHAUSTED, UNTAKEN_S, Limit, Wait

END_OF_HEAD = b"\r\n\r\n"
LONGEST_HEAD = 65_536
SWEEP_S = 1.0
PAUSE_S = 0.1


def bound(worker: Any) -> None:  # noqa: ANN401  gunicorn ships no types
    """Have *worker* bound its connections; it is about to listen.

    Its class is changed here, in its own process, so that a reload brings new code.
    """
    worker.__class__ = HeadFirstWorker
    worker.prepare()


@dataclass(slots=True)
class Head:
    """What has come of a request, and for how long it is awaited."""

    wait: Wait
    text: bytearray = field(default_factory=bytearray)
    is_polled: bool = False


class HeadFirstWorker(ThreadWorker):  # type: ignore[misc]  # the same
    """Read the heads of all requests on the main thread, which waits for many at once, and answer in threads."""

    def prepare(self) -> None:
        """Begin to hold what this class adds."""
        self._heads: dict[Any, Head] = {}
        self._answered: dict[Any, float] = {}
        self._limit = Limit(self.worker_connections, self.log.warning)
        self._sweep_at = 0.0

    def enqueue_req(self, conn: Any) -> None:  # noqa: ANN401  the same
        """Wait for the head of a request, of which some may have come with the request before."""
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
            is_ended = True
            _end(conn, socket.SHUT_RD)  # gunicorn tells the client why
        if is_ended or is_whole:
            self._hand_over(conn)

    def _hand_over(self, conn: Any) -> None:  # noqa: ANN401  the same
        """Give a thread to a request whose head is here."""
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
        """Answer a request; a connection that is to be closed is closed here, for that waits for its client."""
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
        if now < self._sweep_at:
            return
        self._sweep_at = now + SWEEP_S
        for conn, head in tuple(self._heads.items()):
            if head.wait.is_over(now, is_ending=not self.alive):
                self._let_go(conn)
        if self.alive and not self._accepting:
            self._make_room()
        for conn, since in tuple(self._answered.items()):
            if now - since > UNTAKEN_S:
                self._answered.pop(conn)
                _end(conn, socket.SHUT_RDWR)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001  gunicorn's own
        """Take no more connections where there are too many, and none of them waits for a request."""
        if not enabled and self.alive and self._accepting:
            self._limit.tell_full()
            if self._make_room():
                return
        super().set_accept_enabled(enabled)

    def accept(self, listener: Any) -> None:  # noqa: ANN401  the same
        """Take a connection; where there are no files left, only that is told."""
        try:
            super().accept(listener)
        except OSError as error:
            if error.errno not in EXHAUSTED:
                raise
            self._limit.tell_exhausted(error)
            if not self._make_room():
                time.sleep(PAUSE_S)

    def _make_room(self) -> bool:
        """Close connections that have waited longest for a request; return whether there were any."""
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
    except OSError:  # it has ended by itself
        return
