"""Make documents as a source delivers them, and the drafts that the parsers make of them."""

from __future__ import annotations

from datetime import UTC, datetime

from feedsvc.model.document import Document
from feedsvc.model.draft import Draft
from feedsvc.parsers import parse

ARRIVAL = datetime(2026, 11, 22, tzinfo=UTC)


def document(content: str | bytes, path: str = "world/ferry.txt", *, arrival: datetime = ARRIVAL) -> Document:
    return Document(
        source="desk",
        path=path,
        content=content if isinstance(content, bytes) else content.encode(),
        arrival=arrival,
        fingerprint="",
        media_type="text/markdown" if path.endswith(".md") else "text/plain",
    )


def draft(content: str | bytes, path: str = "world/ferry.txt", *, arrival: datetime = ARRIVAL) -> Draft:
    """Return the only draft of a document."""
    (found,) = parse(document(content, path, arrival=arrival))
    return found
