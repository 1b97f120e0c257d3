"""Serve one feed as directly as each kind of server can: the peers that feedsvc is measured beside.

The answers are those of a running feedsvc, read from the file that PEER_ANSWERS names, so that bytes and headers are
the same.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, request

_ANSWERS = json.loads(Path(os.environ["PEER_ANSWERS"]).read_text(encoding="utf-8"))
HEADERS: dict[str, list[tuple[str, str]]] = {
    kind: [(name, value) for name, value in _ANSWERS[kind]["headers"]] for kind in ("200", "304")
}
BODY = b64decode(_ANSWERS["200"]["body"])
START = {
    kind: {
        "type": "http.response.start",
        "status": int(kind),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }
    for kind, headers in HEADERS.items()
}


async def bare_asgi(scope: Any, _receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:  # noqa: ANN401  as ASGI is
    """Answer 304 to whoever sends If-None-Match, and the feed to everybody else."""
    if scope["type"] != "http":
        return
    has_it = any(name == b"if-none-match" for name, _ in scope["headers"])
    await send(START["304" if has_it else "200"])
    await send({"type": "http.response.body", "body": b"" if has_it else BODY})


def bare_wsgi(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer 304 to whoever sends If-None-Match, and the feed to everybody else."""
    if "HTTP_IF_NONE_MATCH" in environ:
        start_response("304 Not Modified", list(HEADERS["304"]))
        return []
    start_response("200 OK", list(HEADERS["200"]))
    return [BODY]


def plain_flask() -> Flask:
    """Return the view that most would write: the bytes are at hand, Flask does the rest."""
    app = Flask(__name__)

    @app.get("/feeds/<name>")
    def feed(name: str) -> Response:
        del name
        response = Response(BODY, headers=dict(HEADERS["200"]))
        return response.make_conditional(request)

    return app
