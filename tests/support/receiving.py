"""A receiver of deliveries on a free port of 127.0.0.1, which answers well or badly."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

Answering = Callable[[socket.socket], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """One request; `headers` by lower-case name."""

    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiving:
    """What came so far, and how the next request is answered."""

    port: int
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    has_come: Event = field(default_factory=Event)
    answering: Answering = lambda connection: said(connection, "200 OK")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/told?door=1"


def said(connection: socket.socket, status: str, *headers: str) -> None:
    connection.sendall("\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", *headers, "\r\n"]).encode())


def endless(connection: socket.socket) -> None:
    """Answer with a body that has no end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")


def forever_continuing(connection: socket.socket) -> None:
    """Answer that the answer comes, and never with it."""
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def silent(connection: socket.socket) -> None:
    """Answer nothing until the other end has enough of it."""
    connection.recv(1)


@contextmanager
def receiving() -> Iterator[Receiving]:
    """Take requests until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Receiving(server.getsockname()[1])
        Thread(target=_serve, args=(server, found), daemon=True).start()
        yield found
        server.shutdown(socket.SHUT_RDWR)


def _serve(server: socket.socket, found: Receiving) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            found.connections += 1
            Thread(target=_answer, args=(connection, found), daemon=True).start()


def _answer(connection: socket.socket, found: Receiving) -> None:
    with connection, suppress(OSError), connection.makefile("rb") as file:
        while line := file.readline():
            lines = iter(file.readline, b"\r\n")
            pairs = (each.decode("latin-1").rstrip().partition(": ") for each in lines)
            headers = {name.lower(): value for name, _, value in pairs}
            body = file.read(int(headers.get("content-length", "0")))
            found.taken.append(Taken(line.decode().split()[1], headers, body))
            found.has_come.set()
            found.answering(connection)
