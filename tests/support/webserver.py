"""Serve an application, or answers of a test's own, on a real socket, and ask the application."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from threading import Thread
from types import MappingProxyType

from flask import Flask
from lxml import html
from werkzeug.serving import WSGIRequestHandler, make_server

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def page(self):
        return html.document_fromstring(self.body.decode(), parser=html.HTMLParser(encoding=None))


class _QuietHandler(WSGIRequestHandler):
    def log(self, *_arguments):
        pass


@contextmanager
def serving(app: Flask) -> Iterator[Callable[..., Answer]]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)

    def ask(path: str, method: str = "GET", **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        answer = Answer(status=response.status, headers=dict(response.getheaders()), body=response.read())
        connection.close()
        return answer

    with _running(server):
        yield ask


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments):
        """Say nothing of connections that the other end closed."""


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[int]:
    """Have *answer* write the answer to each GET; yield the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *_arguments):
            pass

    server = _QuietServer(("127.0.0.1", 0), Handler)
    with _running(server):
        yield server.server_port


def send(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS):
    """Answer with the length of *body*, unless *headers* say another."""
    request.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


@contextmanager
def _running(server: BaseServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def wait_for(ask: Callable[..., Answer], path: str, holds: Callable[[Answer], bool]) -> Answer:
    """Return the first answer of which *holds* is true: a worker goes on with what is in memory for a moment."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = ask(path)
        if holds(answer):
            return answer
        time.sleep(0.01)
    raise AssertionError(f"{path} never was as expected")
