"""Read when and where from lines of a head that are not the story's own: a place above a date, a paper and its day."""

from __future__ import annotations

import re
from dataclasses import replace

from feedsvc.datelines import find_dateline
from feedsvc.model.dates import Dateline, Span
from feedsvc.parsers.lines import Line, is_han
from feedsvc.parsers.names import is_publisher
from feedsvc.parsers.wire.lines import is_date
from feedsvc.places import find_place

LONGEST_PLACE, MOST_PLACE_WORDS = 40, 5  # characters, words
LONGEST_DATELINE = 80  # characters of one that stands alone on its line, and of a paper with its day
YEAR = re.compile(r"(?:1[6-9]|2[01])\d\d")
BETWEEN = re.compile(r"\s{0,3}[,，|｜·•—–-]\s{0,3}|\s{1,3}|(?<=[\u3400-\u9fff])(?=\d)")
NO_PLACE = re.compile(r"[\d.!?:：。！？()（）|/]")
# What makes a line a dateline is the sentence behind it; this one says nothing.
LATIN_COPY, HAN_COPY = " - The copy that stands below this was sent from there.", "电 本文由当地发出，内容见下文。"


def may_be_place(line: Line) -> bool:
    """Return whether *line* is short enough for a place and has nothing that places have not; most lines have."""
    return (
        len(line.text) <= LONGEST_PLACE
        and NO_PLACE.search(line.text) is None
        and (is_han(line.text) or line.text[:1].isupper())
        and len(line.text.split()) <= MOST_PLACE_WORDS
    )


def dated_publisher(line: Line) -> tuple[Line, Line] | None:
    """Return the publisher and the whole date that *line* consists of: "Bay Bulletin, 28 November 2026, 9.30am"."""
    if len(line.text) > LONGEST_DATELINE or YEAR.search(line.text) is None:
        return None
    for between in BETWEEN.finditer(line.text):
        publisher, date = line.part(0, between.start()), line.part(between.end())
        if is_publisher(publisher.text) and is_date(date):
            return publisher, date
    return None


def dateline_alone(line: Line) -> Dateline | None:
    """Return the dateline that *line* is, "LISBON, 28 November 2026", with a place that we know and a whole date."""
    if len(line.text) > LONGEST_DATELINE or YEAR.search(line.text) is None:
        return None
    found = find_dateline(line.text + (HAN_COPY if is_han(line.text) else LATIN_COPY))
    if found is None or found.span.start or found.span.end < len(line.text):
        return None
    if found.year is None or found.day is None or len(found.places) != 1 or find_place(found.places[0]) is None:
        return None
    return replace(found, text=line.text, span=line.span)


def dateline_above(place: Line, date: Line, text: str) -> Dateline | None:
    """Return the dateline that *place* and the *date* below it are, in the *text* that both stand in.

    A place that we do not know is none: what stands above a date may be a section of the paper.
    """
    between, copy = ("", HAN_COPY) if is_han(place.text) else (", ", LATIN_COPY)
    found = find_dateline(f"{place.text}{between}{date.text}{copy}")
    if found is None or found.day is None or found.span.start or len(found.places) != 1:
        return None
    if find_place(found.places[0]) is None:
        return None
    span = Span(start=place.start, end=date.end)
    return replace(found, text=text[span.start : span.end], span=span)
