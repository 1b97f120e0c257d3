"""Read the datelines of news copy, and say when and where each story was written, and how that is known.

A small library of its own, which nothing else of feedsvc is needed for: see docs/datelines.md.
"""

from __future__ import annotations

from feedsvc.datelines.find import find_dateline, why_dateline
from feedsvc.datelines.resolve import evidence_for, resolve
from feedsvc.datelines.stamps import find_stamp
from feedsvc.datelines.stated import Stated, read_printed, read_stated

__all__ = [
    "Stated",
    "evidence_for",
    "find_dateline",
    "find_stamp",
    "read_printed",
    "read_stated",
    "resolve",
    "why_dateline",
]
