"""Look for the date of a story in the lines of its head that the reader of lines has taken for something else.

Sites print it beside a name, a section and a time to read, below a standfirst, or glued to the next word. Such a line
stays where it was read; only its date counts.
"""

from __future__ import annotations

from dataclasses import replace

from feedsvc.datelines import find_stamp
from feedsvc.model.dates import Span
from feedsvc.parsers.draft_builder import DraftBuilder

DATED = frozenset(("date", "stamp"))


def add_stamp(text: str, into: DraftBuilder) -> None:
    """Add the first stamp below the headline of *text* to a draft that has no date yet, nor a dateline with a year."""
    if any(date.label in DATED for date in into.dates) or any(dateline.year for dateline in into.datelines):
        return
    start = into.headlines[0].span.end if into.headlines else 0
    stamp = find_stamp(text[start:])
    known = {date.label for date in into.dates}
    if stamp is not None and stamp.label not in known:
        into.dates.append(replace(stamp, span=Span(start=stamp.span.start + start, end=stamp.span.end + start)))
