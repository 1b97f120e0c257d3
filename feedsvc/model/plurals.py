"""Counts in English, for messages of commands, of the log and of pages."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return "1 article" or "2 articles"; the plural of *noun* is made with -s or -ies."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{number:,} {noun}s"
