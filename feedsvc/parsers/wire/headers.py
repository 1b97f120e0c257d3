"""Put the labelled headers of wire copy where they belong in a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping

from feedsvc.model.dates import StatedDate
from feedsvc.model.draft import Role
from feedsvc.parsers.bylines import bylines_in, name_alone, people_in
from feedsvc.parsers.draft_builder import DraftBuilder
from feedsvc.parsers.labels import Field, Header, headers_in
from feedsvc.parsers.lines import Line, is_han
from feedsvc.parsers.names import is_publisher
from feedsvc.parsers.wire.line_kinds import is_date

AT_ONCE = re.compile(r"(?:for )?immediate(?:ly)?(?: release)?|at will|on receipt|now|立即|即时", re.IGNORECASE)
BAR = re.compile(r"\s{1,4}[|｜]\s{1,4}")
LONGEST_BARRED = 300  # characters
ROLES: Mapping[Field, Role] = {
    "editor": "editor",
    "author": "author",
    "photographer": "photographer",
    "translator": "translator",
}


def apply_header(header: Header, into: DraftBuilder) -> None:
    """Add a labelled header, whose value is not empty, to the draft."""
    value = header.value
    if header.field in ROLES:
        into.credit(people_in(value, ROLES[header.field]))
    elif header.field == "publisher":
        into.publish_by(value)
    elif header.field in {"date", "updated"}:
        stated = StatedDate(label="date" if header.field == "date" else "updated", text=value.text, span=value.span)
        into.dates.append(stated)
    elif header.field in {"release", "hold"} and AT_ONCE.fullmatch(value.text):
        into.note(value)
    elif header.field in {"release", "hold"}:
        into.hold("embargo", value)
        into.dates.append(StatedDate(label="release", text=value.text, span=value.span))
    elif header.field == "headline":
        into.headlines.append(value.excerpt())
    elif header.field == "summary":
        into.summaries.append(value.excerpt())
    elif header.field in {"category", "tags"}:
        (into.categories if header.field == "category" else into.tags).extend(each.excerpt() for each in listed(value))
    else:
        into.note(value)


def apply_barred(line: Line, into: DraftBuilder, *, headed: bool = False) -> bool:
    """Add the parts of a line with bars between them to the draft: "By Su Nian | Harbour Wire | Updated: 2017-05-26".

    headed:  there is a headline above it, so that a name beside a publisher's is a byline.
    returns: whether it is such a line; then every part says something of its own.
    """
    if len(line.text) > LONGEST_BARRED or not ("|" in line.text or "｜" in line.text):
        return False
    ends = [(bar.start(), bar.end()) for bar in BAR.finditer(line.text)]
    if not ends:
        return False
    begins, stops = [0, *(end for _, end in ends)], [*(start for start, _ in ends), len(line.text)]
    parts = [line.part(begin, stop) for begin, stop in zip(begins, stops, strict=True)]
    sure = any(bylines_in(part) or headers_in(part) or is_date(part) for part in parts)
    named = headed and any(is_publisher(part.text) for part in parts) and any(name_alone(p, "author") for p in parts)
    if not (sure or named) or not all(_says_something(part) for part in parts):
        return False
    for part in parts:
        people, headers = bylines_in(part), headers_in(part)
        if people or headers:
            into.credit(people)
            for header in () if people else headers:
                apply_header(header, into)
        elif is_date(part):
            into.dates.append(StatedDate(label="stamp", text=part.text, span=part.span))
        elif is_publisher(part.text):
            into.publish_by(part)
        else:
            into.credit(name_alone(part, "author"))
    return True


def _says_something(part: Line) -> bool:
    if is_date(part) or is_publisher(part.text) or bylines_in(part) or name_alone(part, "author"):
        return True
    headers = headers_in(part)
    return bool(headers) and all(header.value.text for header in headers)


def listed(line: Line) -> tuple[Line, ...]:
    """Return each part of a list: "ports, ferries", "港口、渡轮", "港口 渡轮"."""
    between = ",，、;；|｜"
    if is_han(line.text) and not any(each in line.text for each in between):
        between = " \u3000"
    parts: list[Line] = []
    at = 0
    for end in [*(at for at, each in enumerate(line.text) if each in between), len(line.text)]:
        parts.append(line.part(at, end))
        at = end + 1
    return tuple(part for part in parts if part.text)
