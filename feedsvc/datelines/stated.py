"""Read a full date that a document states about itself: front matter, a header, a stamp, a masthead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from feedsvc.datelines.day import read_day, read_zone
from feedsvc.datelines.head import fold_head
from feedsvc.datelines.hours import read_clock
from feedsvc.datelines.numerals import DIGITS, read_number
from feedsvc.datelines.tables import Tables, tables
from feedsvc.datelines.years import day_of
from feedsvc.errors import DateError
from feedsvc.places.pattern import lazy

FIRST_YEAR, LAST_YEAR = 1600, 2199
_LONGEST = 200
_REPUBLIC = 1911  # 114年 is year 114 of the Republic of China: 2025
# As front matter has it nearly always: RFC 3339, or less of it. No rule reads anything else in it.
_WRITTEN = lazy(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_ISO = lazy(r"(?<![\d.])([0-9]{4})([-/.])([0-9]{1,2})\2[ ]?([0-9]{1,2})(?![0-9])")
_COMPACT = lazy(r"(?<![\d.])((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?=T|\b|[0-2][0-9][0-5][0-9]\b)")
_EAST_ASIAN = lazy(
    rf"(?:([^\W\d_]{{2,6}}?)[ ]?)??([{DIGITS}]{{1,5}})[ ]?[年년][ ]?([{DIGITS}]{{1,3}})[ ]?[月월]"
    rf"[ ]?([{DIGITS}]{{1,3}})[ ]?[日号號일]"
)
_FIGURES = lazy(r"(?<![\d.])([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_FOUR_FIGURES = lazy("[0-9]{4}")
_YEAR_SIGN = lazy(r"(?:1[6-9]|2[01])[0-9]{2}|[0-9][./-]|\(")  # the bracket stands behind a year of two figures
_WORD = lazy(r"(?<![\w.])[^\W_]")
_MIDDAY = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Hold a full date as a document states it.

    time:    None when only the day is stated.
    zone:    an IANA name or "+HH:MM"; None when none is stated or its letters mean several.
    letters: a zone's letters that were left unresolved because they mean several ("CST"), else None.
    start, end: where it stands in the text it was read from; words that were not understood stand outside.
    """

    year: int
    month: int
    day: int
    time: time | None = None
    precision: Literal["second", "minute", "day"] = "day"
    zone: str | None = None
    letters: str | None = None
    start: int
    end: int

    @property
    def date(self) -> date:
        """Return the day."""
        return date(self.year, self.month, self.day)


def read_stated(text: str, *, near: tuple[int, int] | None = None) -> Stated | None:
    """Return the full date that *text* states, None when it states none.

    Read are ISO 8601 and its looser forms, RFC 2822, "26 May 2017 14:00 GMT+8" (plus eight), "May 26, 2017 10:30 a.m.
    EDT", the same in every registered language, "2017年5月26日 10:00", and years of eras (民國106年, 令和3年). Letters
    that mean several zones ("CST") are kept and never resolved, least of all by the machine's own zone.

    near:   (month, day) printed in the dateline beside it; decides which of "05/07/2018" is the month.
    raises: DateError for a day that cannot be (30 February, year 9999), and for figures that leave open which is the
            month when nothing is near; the message quotes the text.
    """
    if written := _as_written(text):
        return written
    folded = fold_head(text[:_LONGEST])
    known = tables()
    place = _locate(folded, known, near=near, quoted=text[:_LONGEST].strip())
    if place is None:
        return None
    year, month, day, start, end = place
    _check(year, month, day, quoted=text[:_LONGEST].strip())
    return _with_time(folded, known, Stated(year=year, month=month, day=day, start=start, end=end), text.strip())


def _as_written(text: str) -> Stated | None:
    """Return what the rules would read in the commonest form; None where they must be asked."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    zone = read_zone(match[7], tables()) if match[7] else None
    if not FIRST_YEAR <= year <= LAST_YEAR or day_of(year, month, day) is None or (match[7] and not zone):
        return None
    return Stated(
        year=year,
        month=month,
        day=day,
        time=time(int(match[4]), int(match[5]), int(match[6] or 0)) if match[4] else None,
        precision="second" if match[6] else "minute" if match[4] else "day",
        zone=zone,
        start=0,
        end=len(text),
    )


def _locate(
    text: str, known: Tables, *, near: tuple[int, int] | None, quoted: str
) -> tuple[int, int, int, int, int] | None:
    full = _FOUR_FIGURES.search(text) is not None  # a year, that every form in figures has
    for pattern in (_ISO, _COMPACT) if full else ():
        match = pattern.search(text)
        if match:
            figures = [int(group) for group in match.groups() if group.isdigit()]
            return figures[0], figures[1], figures[2], match.start(), match.end()
    match = _EAST_ASIAN.search(text) if "年" in text or "년" in text else None  # slow where none is
    if match:
        return _east_asian(match, known)
    for word in _WORD.finditer(text) if _may_hold_year(text, known) else ():
        read = read_day(text, word.start(), known)
        if read and read.year and read.month and read.day and not read.numbers:
            stop = _date_end(text, word.start(), read.end, str(read.year))
            return read.year, read.month, read.day, word.start(), stop
    match = _FIGURES.search(text) if full else None
    if match:
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        day_first = _day_first(first, second, match[2], near)
        if day_first is None:
            raise DateError(f"{quoted!r}: it is open which figure is the month; write it as YYYY-MM-DD")
        day, month = (first, second) if day_first else (second, first)
        return year, month, day, match.start(), match.end()
    return None


def _may_hold_year(text: str, known: Tables) -> bool:
    """Return whether *text* has what every year that ``read_day`` reads has one of: few lines do."""
    return _YEAR_SIGN.search(text) is not None or any(era in text for era in known.eras)


def _date_end(text: str, start: int, end: int, year: str) -> int:
    """Return where the date alone ends: a clock that was read with it is read again, with its seconds."""
    at = text.rfind(year, start, end)
    return at + len(year) if at >= 0 else end


def _day_first(first: int, second: int, sign: str, near: tuple[int, int] | None) -> bool | None:
    if sign == "." or first > _MIDDAY or first == second:
        return True
    if second > _MIDDAY:
        return False
    if near == (second, first):
        return True
    if near == (first, second):
        return False
    if near and near[0] in (first, second):
        return near[0] == second
    return True if sign == "-" else None


def _east_asian(match: re.Match[str], known: Tables) -> tuple[int, int, int, int, int] | None:
    year, month, day = (read_number(match[group]) for group in (2, 3, 4))
    if year is None or month is None or day is None:
        return None
    start = match.start(2)
    era = next((era for era in known.eras if match[1] and match[1].casefold().endswith(era.casefold())), None)
    if era:
        year += known.eras[era]
        start -= len(era) + (match.string[start - 1] == " ")
    elif 90 <= year < 200:  # noqa: PLR2004 -- three figures, or those of the nineties, count from the Republic
        year += _REPUBLIC
    return year, month, day, start, match.end()


def _check(year: int, month: int, day: int, *, quoted: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"{quoted!r}: the year {year} cannot be")
    try:
        date(year, month, day)
    except ValueError as error:
        raise DateError(f"{quoted!r}: there is no such day as {year:04}-{month:02}-{day:02}") from error


def _with_time(text: str, known: Tables, found: Stated, quoted: str) -> Stated:
    clock = read_clock(text, found.start, found.end, known, quoted=quoted)
    if clock is None:
        return found
    return Stated(
        year=found.year,
        month=found.month,
        day=found.day,
        time=clock.time,
        precision="second" if clock.second else "minute",
        zone=clock.zone,
        letters=clock.letters,
        start=min(found.start, clock.start),
        end=max(found.end, clock.end),
    )
