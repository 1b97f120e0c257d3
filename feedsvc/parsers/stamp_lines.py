"""Read the stamp that a site or a paper prints below a headline: dates, and beside them who published or wrote it.

"(Quay Wire) Updated: 2026-05-19 12:23", "Quay.example.org, May 26, 2026", "2026年1月30日16:45来源：港湾网".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from feedsvc.datelines import read_printed
from feedsvc.datelines.stated import Stated
from feedsvc.datelines.word_tables import fold_word, tables
from feedsvc.model.dates import StatedDate
from feedsvc.model.errors import DateError
from feedsvc.parsers.draft_builder import DraftBuilder
from feedsvc.parsers.labels import apply_header, headers_in
from feedsvc.parsers.line_kinds import is_outlet
from feedsvc.parsers.lines import Line, remembered
from feedsvc.parsers.marks import find_mark
from feedsvc.parsers.names import bylines_in, name_alone

LONGEST, MOST_DATES = 160, 3  # characters, dates of a line
YEAR = re.compile(r"(?:1[6-9]|2[01])\d\d")
HELD = re.compile(r"embargo|\bhold\b|release|禁|保密|解密", re.IGNORECASE)
BAR = re.compile("[|｜]")
AROUND = " \t\u3000,，;；|｜/／·•—–-:：()（）【】[]"
UPDATED = re.compile(
    r"(?:last\s)?(?:updated|modified)(?:\s(?:on|at))?|(?:最后)?更新(?:时间|日期|于)?|修改时间", re.IGNORECASE
)
PUBLISHED = re.compile(
    r"(?:first\s)?(?:published|posted|issued|released)(?:\s(?:on|at))?|on|at|发布(?:时间|日期|于)?|发表(?:时间|于)?|时间|日期",
    re.IGNORECASE,
)
UPDATED_ELSEWHERE = re.compile(
    r"aktualisiert|geändert|zuletzt|letzte|actualizad|atualizad|mis(?:e)? à|modifi|aggiornat|bijgewerkt|gewijzigd|"
    r"обновлен|diperbarui|güncel",
    re.IGNORECASE,
)
LABEL = re.compile(
    rf"(?:^|(?<=[\s|｜)）\]】,，;；]))(?:(?P<updated>{UPDATED.pattern})|{PUBLISHED.pattern})$", re.IGNORECASE
)


# The last line of a transmission: "AP-NY-09-11-98 1206EDT".
TRAILER = re.compile(
    r"\^?AP-[A-Z]{2}-(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d\d)\s{1,3}(?P<hour>\d\d)(?P<minute>\d\d)\s?(?P<zone>[A-Z]{3})"
)
FIRST_YEAR = 70  # two figures from here on are of the 1900s; no wire used this form before 1970


StatedLabel = Literal["date", "updated", "stamp"]


class Stamp(NamedTuple):
    """The dates of a line, and each other thing that it says."""

    dates: tuple[StatedDate, ...]
    beside: tuple[Line, ...]


@remembered
def stamp_in(line: Line) -> Stamp | None:
    """Return the stamp that *line* consists of: whole dates, and beside them only publishers, credits and labels."""
    if len(line.text) > LONGEST or YEAR.search(line.text) is None or find_mark(line) is not None:
        return None  # "Embargoed until 28 May 2026" is no name beside a date
    dates: list[StatedDate] = []
    beside: list[Line] = []
    rest = line
    while len(dates) < MOST_DATES and rest.text:
        stated = _date_in(rest.text)
        if stated is None:
            break
        before, date = rest.part(0, stated.start), rest.part(stated.start, stated.end)
        before, label = _unlabelled(before)
        beside += _parts(before)
        dates.append(StatedDate(label=label, text=date.text, span=date.span))
        rest = rest.part(stated.end)
    beside += _parts(rest)
    if any(HELD.search(part.text) for part in beside):
        return None
    return Stamp(tuple(dates), tuple(beside)) if dates and all(map(_is_of_stamp, beside)) else None


def _date_in(text: str) -> Stated | None:
    """Return the date in *text*, also one whose figures leave the month open: its language will tell."""
    for day_first in (False, True):
        try:
            return read_printed(text, day_first=day_first)
        except DateError:
            continue
    return None


def apply_stamp(stamp: Stamp, into: DraftBuilder) -> None:
    """Add the dates of a stamp, its publisher and its credits to the draft."""
    into.dates += stamp.dates
    for part in stamp.beside:
        if is_outlet(part):
            into.publish_by(part)
        elif people := bylines_in(part) or name_alone(part, "author"):
            into.credit(people)
        else:
            for header in headers_in(part):
                apply_header(header, into)


def _unlabelled(before: Line) -> tuple[Line, StatedLabel]:
    """Return the words before a date without its label, and that label as a draft names it."""
    bare = before.part(0, len(before.text.rstrip(AROUND)))
    label = LABEL.search(bare.text)
    if label is None:
        return _unlabelled_by_words(before, bare)
    printed: StatedLabel = "date" if before.text.endswith((":", "：")) else "stamp"
    return bare.part(0, label.start()), "updated" if label["updated"] else printed


def _unlabelled_by_words(before: Line, bare: Line) -> tuple[Line, StatedLabel]:
    """Return the words before a date without those that any language prints there: "Publicado em", "Stand:"."""
    known = tables()
    words = [fold_word(word) for word in bare.text.replace(":", " ").split()]
    if not words or not all(word in known.issued for word in words):
        return before, "stamp"
    return bare.part(0, 0), "updated" if UPDATED_ELSEWHERE.match(bare.text) else "stamp"


def _parts(line: Line) -> Iterator[Line]:
    at = 0
    for end in [*(bar.start() for bar in BAR.finditer(line.text)), len(line.text)]:
        part = line.part(at, end)
        left = len(part.text) - len(part.text.lstrip(AROUND))
        part = part.part(left, len(part.text.rstrip(AROUND)))
        if part.text:
            yield part
        at = end + 1


def _is_of_stamp(part: Line) -> bool:
    if is_outlet(part) or bylines_in(part) or name_alone(part, "author"):
        return True
    headers = headers_in(part)
    return bool(headers) and all(header.value.text for header in headers)


def date_of_trailer(found: re.Match[str]) -> str:
    """Return the date and the time of a `TRAILER`, in the order of ISO 8601."""
    year = int(found["year"])
    century = 1900 if year >= FIRST_YEAR else 2000
    return f"{century + year}-{found['month']}-{found['day']} {found['hour']}:{found['minute']} {found['zone']}"
