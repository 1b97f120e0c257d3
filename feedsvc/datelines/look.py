"""Hold what was scanned and what stands around it, to be judged."""

from __future__ import annotations

from typing import NamedTuple

from feedsvc.datelines.spaced import Scan
from feedsvc.datelines.tables import Tables
from feedsvc.model.dates import Place


class Look(NamedTuple):
    """Hold a scan and what stands around it. body: the rest of its line; continued: that, or what follows the line."""

    found: Scan
    known: Place | None
    body: str
    continued: str
    head: str
    end: int
    tables: Tables
    dash: bool
    colon: bool


def line_start(head: str, position: int) -> int:
    """Return where the words of the line that holds *position* start, the marks before them left out."""
    start = head.rfind("\n", 0, position) + 1
    while start < position and head[start] in " *_#":
        start += 1
    return start
