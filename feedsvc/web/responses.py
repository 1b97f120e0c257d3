"""Hold an answer that is made before it is asked for, in the forms that both kinds of server take."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

from feedsvc.web.polls import OTHER


@dataclass(frozen=True, kw_only=True)
class Response:
    """Hold an answer, ready for any kind of server.

    headers: without Date, which is the server's.
    column:  of the counts of polls, see polls.py.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    column: int = OTHER

    @cached_property
    def line(self) -> str:
        """Return the status as WSGI takes it."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    @cached_property
    def messages(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the two messages that ASGI takes; servers only read them."""
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        return (
            {"type": "http.response.start", "status": self.status, "headers": headers},
            {"type": "http.response.body", "body": self.body},
        )


def refusal(status: HTTPStatus, reason: str, *headers: tuple[str, str]) -> Response:
    """Return an answer in plain text: a feed reader must not take an error for a feed."""
    body = f"{reason}\n".encode()
    return Response(
        status=status,
        headers=(
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("X-Content-Type-Options", "nosniff"),
            *headers,
        ),
        body=body,
    )
