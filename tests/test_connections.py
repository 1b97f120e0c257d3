"""Hold more connections than a service can, most of which send nothing, and see that polls are answered."""

from __future__ import annotations

import errno
import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest

from feedsvc.web.connections import Limit, NoRoomError, TurnTaking, Wait
from limited import with_files
from newsroom import Newsroom
from service import PATIENCE_S, Service, serving

FEED = "/feeds/all.rss"
FILES = 160
SILENT, SLOW = 200, 60  # more than two workers have files for
HALF = b"GET /feeds/all.rss HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
ROOM = SimpleNamespace(has_room=lambda: True)
NO_ROOM = SimpleNamespace(has_room=lambda: False)


@dataclass(frozen=True, slots=True)
class Held:
    """A service, and what was met while connections that ask for nothing were held: until they were closed."""

    polls: list[int]
    silent: float
    slow: float
    log: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("connections")
    newsroom = Newsroom(folder)
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30 09:00 +00:00\n---\nWater rose.\n")
    newsroom.publish()
    newsroom.close()
    return folder


@pytest.fixture(scope="module", params=["asgi", "gthread"])
def held(request, folder) -> Held:
    limited = serving(folder, under=with_files(FILES), FEEDSVC_PUBLISHER="off", FEEDSVC_WORKER_CLASS=request.param)
    with limited as service, ExitStack() as stack:
        silent = [stack.enter_context(connected(service)) for _ in range(SILENT)]
        slow = [stack.enter_context(connected(service)) for _ in range(SLOW)]
        for each in slow:
            each.sendall(HALF)
        began, polls, closed_after = time.monotonic(), [], {}
        while len(closed_after) < 2 and time.monotonic() < began + PATIENCE_S:
            polls.append(service.ask(FEED).status)
            for each in slow:
                trickle(each)
            for name, connections in (("silent", silent), ("slow", slow)):
                if all(map(is_closed, connections)):
                    closed_after.setdefault(name, time.monotonic() - began)
            time.sleep(0.2)
        log = (folder / "service.log").read_text(encoding="utf-8")
    return Held(polls, closed_after["silent"], closed_after["slow"], log)


def connected(service: Service) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE_S)


def trickle(connection: socket.socket) -> None:
    try:
        connection.sendall(b"a")
    except OSError:
        return


def is_closed(connection: socket.socket) -> bool:
    if not select.select([connection], [], [], 0)[0]:
        return False
    try:
        return connection.recv(1) == b""
    except OSError:
        return True


def test_polls_are_answered_while_more_are_connected_than_there_are_files_for(held):
    assert set(held.polls) == {200}


def test_connections_that_send_no_request_are_closed_the_silent_ones_first(held):
    assert held.silent < held.slow


def test_a_worker_that_has_as_many_connections_as_it_may_says_so_once_a_minute(held):
    told = [line for line in held.log.splitlines() if "the limit of worker_connections" in line]

    assert 1 <= len(told) <= 2
    assert "Traceback" not in held.log


@pytest.mark.parametrize("worker_class", ["asgi", "gthread"])
def test_requests_behind_one_another_and_heads_in_pieces_are_answered(folder, worker_class):
    asked = f"GET {FEED} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with serving(folder, FEEDSVC_PUBLISHER="off", FEEDSVC_WORKER_CLASS=worker_class) as service:
        with connected(service) as connection:
            connection.sendall(asked + asked + asked[:20])
            time.sleep(0.3)
            connection.sendall(asked[20:-2])
            time.sleep(0.3)
            connection.sendall(asked[-2:])
            said = connection.makefile("rb")
            found = [answer(said) for _ in range(3)]
        with connected(service) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000)
            refused = is_refused(connection)

    assert found == [200, 200, 200]
    assert refused


def is_refused(connection: socket.socket) -> bool:
    """Return whether the server says what is wrong, or closes the connection without a word."""
    try:
        line = connection.makefile("rb").readline()
        return not line or line.startswith(b"HTTP/1.1 4")
    except ConnectionResetError:
        return True


def answer(said: BinaryIO) -> int:
    """Read one answer, its body as well."""
    status = int(said.readline().split()[1])
    length = 0
    while (line := said.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    assert len(said.read(length)) == length
    return status


def test_those_that_have_waited_longest_make_room_but_none_that_has_just_come():
    waits = {"just come": Wait(9.95), "older": Wait(9.8), "oldest": Wait(3.0)}

    assert [Limit(most, print).to_close(waits.items(), 10.0) for most in (16, 100)] == [["oldest"], ["oldest", "older"]]


@pytest.fixture
def shared() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=8) as listener:
        yield listener


def take(listening: TurnTaking) -> str:
    try:
        taken, _ = listening.accept()
    except BlockingIOError:
        return "wait"
    except NoRoomError as error:
        return os.strerror(error.errno or 0)
    taken.close()
    return "taken"


def test_one_connection_is_taken_each_time_that_there_are_any(shared):
    with ExitStack() as stack:
        address = shared.getsockname()
        listening = stack.enter_context(TurnTaking(shared, ROOM))
        listening.settimeout(0)
        for _ in range(2):
            stack.enter_context(socket.create_connection(address))

        assert [take(listening) for _ in range(5)] == ["taken", "wait", "taken", "wait", "wait"]


def test_where_there_is_no_room_asyncio_is_told_to_wait_after_one_look(shared):
    full = os.strerror(errno.EMFILE)
    with socket.create_connection(shared.getsockname()), TurnTaking(shared, NO_ROOM) as listening:
        assert [take(listening) for _ in range(4)] == [full, "wait", full, "wait"]


def test_as_many_connections_as_before_wait_to_be_taken_when_asyncio_begins_to_listen(shared):
    with ExitStack() as stack:
        address = shared.getsockname()
        listening = stack.enter_context(TurnTaking(shared, ROOM))

        listening.listen(1)

        for _ in range(8):
            stack.enter_context(socket.create_connection(address, timeout=PATIENCE_S))
