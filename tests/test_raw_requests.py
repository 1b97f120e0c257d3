"""Send one table of raw requests to both kinds of workers, on real sockets: good ones, odd ones, hostile ones."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from newsroom import Newsroom
from service import PATIENCE_S, Service, serving

HOST = "Host: localhost"
FEED, PAGE = "/feeds/all.rss", "/feeds/"
ENOUGH = 20_000_000  # bytes of a body, more than sockets hold

# Headers that proxies set, or that lead other servers elsewhere: the answer is the same as without them.
IGNORED = {
    "another scheme": ["X-Forwarded-Proto: https"],
    "contradictory schemes": ["X-Forwarded-Proto: http", "X-Forwarded-Ssl: on"],
    "another host": ["X-Forwarded-Host: evil.example", "X-Forwarded-Server: evil.example"],
    "another port": ["X-Forwarded-Port: 8443"],
    "another path": ["X-Forwarded-Prefix: /evil", "X-Script-Name: /evil"],
    "another address": ["X-Forwarded-For: 10.0.0.1", "X-Real-IP: 10.0.0.1"],
    "the standard one": ["Forwarded: for=10.0.0.1;host=evil.example;proto=https"],
    "a prefix of CGI": ["SCRIPT_NAME: /evil"],
    "the prefix of the page": ["SCRIPT_NAME: /feeds"],
    "a path of CGI": ["PATH_INFO: /status"],
    "an underscore": ["X_Forwarded_Host: evil.example"],
    "another URL": ["X-Original-URL: /status", "X-Rewrite-URL: /status"],
    "another method": ["X-HTTP-Method-Override: DELETE"],
    "a range": ["Range: bytes=0-9"],
    "a thousand ranges": ["Range: bytes=" + ",".join(f"{at}-{at}" for at in range(1000))],
    "many cookies": ["Cookie: " + "a=b; " * 1000],
}

REFUSED = {
    "no host": (400, f"GET {FEED} HTTP/1.1\r\n\r\n"),
    "an empty host": (400, f"GET {FEED} HTTP/1.1\r\nHost: \r\n\r\n"),
    "two hosts": (400, f"GET {FEED} HTTP/1.1\r\n{HOST}\r\n{HOST}\r\n\r\n"),
    "a host of two words": (400, f"GET {FEED} HTTP/1.1\r\nHost: a b\r\n\r\n"),
    "a foreign host": (421, f"GET {FEED} HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
    "a foreign URL": (421, f"GET http://evil.example{FEED} HTTP/1.1\r\n{HOST}\r\n\r\n"),
    "no host for a page": (400, f"GET {PAGE} HTTP/1.1\r\n\r\n"),
    "two lengths": (400, f"GET {PAGE} HTTP/1.1\r\n{HOST}\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"),
    "a length and chunks": (
        400,
        f"GET {PAGE} HTTP/1.1\r\n{HOST}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    "a length of 5,000 digits": (400, f"GET {PAGE} HTTP/1.1\r\n{HOST}\r\nContent-Length: {'9' * 5000}\r\n\r\n"),
    "a negative length": (400, f"GET {PAGE} HTTP/1.1\r\n{HOST}\r\nContent-Length: -1\r\n\r\n"),
    "many fields": (431, f"GET {PAGE} HTTP/1.1\r\n{HOST}\r\n" + "A: b\r\n" * 150 + "\r\n"),
    "a long field": (431, f"GET {PAGE} HTTP/1.1\r\n{HOST}\r\nX: {'x' * 9000}\r\n\r\n"),
    "a long line": (414, f"GET {PAGE}?{'x' * 5000} HTTP/1.1\r\n{HOST}\r\n\r\n"),
    "bare ends of lines": (400, f"GET {FEED} HTTP/1.1\n{HOST}\n\n"),
    "a folded field": (400, f"GET {FEED} HTTP/1.1\r\n{HOST}\r\nX: y\r\n z\r\n\r\n"),
    "a blank before the colon": (400, f"GET {FEED} HTTP/1.1\r\n{HOST}\r\nX : y\r\n\r\n"),
    "a NUL": (400, f"GET {FEED} HTTP/1.1\r\n{HOST}\r\nX: a\0b\r\n\r\n"),
    "no version": (400, f"GET {FEED}\r\n\r\n"),
    "another protocol": (400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "a POST to a feed": (405, f"POST {FEED} HTTP/1.1\r\n{HOST}\r\nContent-Length: 5\r\n\r\nwords"),
    "a POST to a page": (405, f"POST {PAGE} HTTP/1.1\r\n{HOST}\r\nContent-Length: 5\r\n\r\nwords"),
    "a method of no one": (405, f"FOO {PAGE} HTTP/1.1\r\n{HOST}\r\n\r\n"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


@pytest.fixture(scope="module", params=["asgi", "gthread"])
def service(request, tmp_path_factory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("raw")
    newsroom = Newsroom(folder)
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30 09:00 +00:00\n---\nWater rose.\n")
    newsroom.publish()
    newsroom.close()
    with serving(folder, FEEDSVC_PUBLISHER="off", FEEDSVC_WORKER_CLASS=request.param) as found:
        yield found


def connected(service: Service) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE_S)


def read(connection: socket.socket) -> Answer:
    """Read one answer until its end, or that of the connection; status 0 if it was closed without a word."""
    found = b""
    with suppress(ConnectionError):
        while part := connection.recv(65_536):
            found += part
            head, _, body = found.partition(b"\r\n\r\n")
            lengths = [
                line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
            ]
            if lengths and len(body) >= int(lengths[0]):
                break
    head, _, body = found.partition(b"\r\n\r\n")
    return Answer(int(head.split()[1]) if head else 0, body)


def send(service: Service, request: str) -> Answer:
    with connected(service) as connection:
        connection.sendall(request.encode())
        return read(connection)


def get(service: Service, path: str, *fields: str) -> Answer:
    lines = (f"GET {path} HTTP/1.1", HOST, "Connection: close", *fields, "", "")
    return send(service, "\r\n".join(lines))


@pytest.mark.parametrize("fields", IGNORED.values(), ids=IGNORED)
def test_headers_that_lead_other_servers_elsewhere_change_nothing(service, fields):
    for path in (FEED, PAGE):
        plain = get(service, path)

        assert plain.status == 200
        assert get(service, path, *fields) == plain


@pytest.mark.parametrize(("status", "request_text"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_request_is_refused(service, status, request_text):
    assert send(service, request_text).status == status


@pytest.mark.parametrize("framing", [f"Content-Length: {ENOUGH * 10}", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize(("method", "path", "status"), [("GET", FEED, 200), ("POST", FEED, 405), ("POST", PAGE, 405)])
def test_an_endless_body_is_not_waited_for(service, method, path, status, framing):
    piece, sent = b"10000\r\n" + b"x" * 65_536 + b"\r\n", 0
    with connected(service) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\n{HOST}\r\n{framing}\r\n\r\n".encode())
        connection.settimeout(0)
        deadline = time.monotonic() + PATIENCE_S
        while sent < ENOUGH and time.monotonic() < deadline:
            readable, writable, _ = select.select([connection], [connection], [], 1)
            if readable:
                break
            if writable:
                with suppress(ConnectionError):
                    sent += connection.send(piece)
        connection.settimeout(PATIENCE_S)
        answer = read(connection)

    assert answer.status == status
    assert sent < ENOUGH


def test_a_head_that_does_not_end_is_refused_before_it_fills_the_memory(service):
    with connected(service) as connection:
        connection.settimeout(5)  # less than a head may take
        sent = 0
        try:
            connection.sendall(f"GET {FEED} HTTP/1.1\r\n{HOST}\r\n".encode())
            for number in range(90):
                connection.sendall(f"X{number}: {'x' * 8000}\r\n".encode())
                sent += 1
            status = read(connection).status
        except ConnectionError:
            status = 0
    assert status in {0, 431}


def test_head_and_options_send_no_body(service):
    with connected(service) as connection:
        for method in ("HEAD", "OPTIONS"):
            connection.sendall(f"{method} {FEED} HTTP/1.1\r\n{HOST}\r\n\r\n".encode())
        connection.sendall(f"POST {FEED} HTTP/1.1\r\n{HOST}\r\nConnection: close\r\n\r\n".encode())
        said = connection.makefile("rb").read()

    heads = [part.split(b"\r\n")[0] for part in said.split(b"\r\n\r\n")]
    assert heads[:3] == [b"HTTP/1.1 200 OK", b"HTTP/1.1 204 No Content", b"HTTP/1.1 405 Method Not Allowed"]
