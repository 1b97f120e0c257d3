"""Put the labelled headers of wire copy where they belong in a draft."""

from __future__ import annotations

from collections.abc import Mapping

from feedsvc.model import Role, StatedDate
from feedsvc.parsers.bylines import people_in
from feedsvc.parsers.gathering import Gathering
from feedsvc.parsers.label_words import Field
from feedsvc.parsers.labels import Header
from feedsvc.parsers.lines import Line

ROLES: Mapping[Field, Role] = {
    "editor": "editor",
    "author": "author",
    "photographer": "photographer",
    "translator": "translator",
}


def apply_header(header: Header, into: Gathering) -> None:
    """Add what a labelled header says, its value not being empty."""
    value = header.value
    if header.field in ROLES:
        into.credit(people_in(value, ROLES[header.field]))
    elif header.field == "publisher":
        into.publish_by(value)
    elif header.field in {"date", "updated"}:
        stated = StatedDate(label="date" if header.field == "date" else "updated", text=value.text, span=value.span)
        into.dates.append(stated)
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


def listed(line: Line) -> tuple[Line, ...]:
    """Return each part of a list: "ports, ferries", "港口、渡轮"."""
    parts: list[Line] = []
    at = 0
    for end in [*(at for at, each in enumerate(line.text) if each in ",，、;；|｜"), len(line.text)]:
        parts.append(line.part(at, end))
        at = end + 1
    return tuple(part for part in parts if part.text)
