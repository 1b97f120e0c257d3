"""Read a transmission as wire copy: its envelope said what is the headline, the date, a note."""

from __future__ import annotations

import re

from feedsvc.errors import ParseError
from feedsvc.model.dates import StatedDate
from feedsvc.model.transmissions import Transmission
from feedsvc.parsers.bylines import bylines_in, name_alone
from feedsvc.parsers.gathering import Gathering
from feedsvc.parsers.lines import Line, cut, lines_of
from feedsvc.parsers.marks import find_mark
from feedsvc.parsers.takes import find_take
from feedsvc.parsers.wire.mail import read_subject

PARTS = re.compile(r"[,;]\s{1,3}|(?<=[.!?:])\s{1,3}|\s{1,3}-\s{1,3}")
MOST_PARTS = 40  # of one line of a note
LONGEST_NOTE = 2_000  # characters of a line


def read_passages(transmission: Transmission, into: Gathering, headed: set[bool]) -> list[Line]:
    """Read what is not copy, and return the lines of copy."""
    copy: list[Line] = []
    for passage, start in transmission.placed():
        lines = [_moved(line, start) for line in lines_of(passage.text)]
        if passage.role in {"copy", "text"}:
            copy += lines
            continue
        for line in lines:
            if passage.role == "headline":
                read_subject(line, into, headed)
            elif passage.role == "date":
                into.dates.append(StatedDate(label="date", text=line.text, span=line.span))
            elif passage.role == "byline":
                people = bylines_in(line) or name_alone(line, "author")
                into.credit(people)
            elif passage.role == "publisher":
                into.publish_by(line)
            elif passage.role == "summary":
                into.summaries.append(line.excerpt())
            else:
                _note(line, into)
    return copy


def refuse_faulty(transmission: Transmission, into: Gathering) -> None:
    """Raise ParseError if the transmission can only be partly read, unless what was read kills the story."""
    if transmission.fault is not None and not any(hold.kind == "kill" for hold in into.holds):
        raise ParseError(transmission.fault)


def _moved(line: Line, start: int) -> Line:
    return line._replace(start=line.start + start)


def _note(line: Line, into: Gathering) -> None:
    """Note a line for editors, and what it says of holds and takes: "BC-Ferry, KILL", "Eds: Adds quote. HOLD"."""
    into.note(line)
    for part in _parts(line):
        mark, take = find_mark(part), find_take(part)
        if mark is not None:
            into.mark(mark)
        elif take is not None:
            into.take_mark(take)


def _parts(line: Line) -> list[Line]:
    text = line.text[:LONGEST_NOTE]
    parts, at = [], 0
    for between in PARTS.finditer(text):
        parts.append(cut(text[at : between.start()], line.start + at, block=line.block, indented=False))
        at = between.end()
        if len(parts) == MOST_PARTS:
            break
    parts.append(cut(text[at:], line.start + at, block=line.block, indented=False))
    whole = [line] if len(parts) > 1 and find_mark(line) is not None else []
    return [*whole, *(part for part in parts if part.text)]
