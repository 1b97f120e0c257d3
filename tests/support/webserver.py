"""Serve an application on a real socket, and ask it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Thread

from flask import Flask
from lxml import html
from werkzeug.serving import WSGIRequestHandler, make_server


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
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def ask(path: str, method: str = "GET", **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        answer = Answer(status=response.status, headers=dict(response.getheaders()), body=response.read())
        connection.close()
        return answer

    try:
        yield ask
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
