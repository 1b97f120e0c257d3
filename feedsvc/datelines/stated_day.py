"""Read the day of a stated date with python-dateutil, which must fill in nothing.

A day is accepted only where dateutil says the same by two defaults and by both orders of day and month. This module
alone reads with dateutil, and the first stated date imports it: the import takes as long as 500 datelines.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache

from dateutil.parser import ParserError, isoparse, parser, parserinfo

from feedsvc.datelines.calendar import FIRST_YEAR, LAST_YEAR
from feedsvc.datelines.day import of_this_age
from feedsvc.datelines.stated_pieces import Piece
from feedsvc.model.errors import DateError

_ISO_WEEK = re.compile(r"[0-9]{4}-?W[0-9]{2}-?[1-7](?=$|T)|[0-9]{4}-[0-3][0-9]{2}(?=$|T)")
_DEFAULTS = (datetime(1601, 1, 1), datetime(1602, 2, 2))  # noqa: DTZ001 -- dateutil wants them naive
_BOTH_ORDERS = ((True, False), (False, False))  # dateutil's dayfirst and yearfirst
_YEAR_FIRST = (False, True)


def calendar_day(whole: str) -> str:
    """Return *whole* with the day of a week or of a year ("2017-W21-5", "2017-146") in the ISO form of that length."""
    match = _ISO_WEEK.match(whole)
    if match is None:
        return whole
    try:
        day = isoparse(match[0]).date()
    except ValueError as error:
        raise DateError(f"{whole.strip()!r}: there is no such day") from error
    return f"{day:%Y-%m-%d}{whole[match.end() :]}" if len(match[0]) > len("20170526") else f"{day:%Y%m%d}{whole[8:]}"


def moment_of(text: str) -> datetime:
    """Return the naive moment that *text* is in ISO 8601; raises: ValueError, OverflowError when there is none such."""
    moment: datetime = isoparse(text)
    return moment


class _Info(parserinfo):  # type: ignore[misc]  # dateutil ships no types
    def convertyear(self, year: int, century_specified: bool = False) -> int:  # noqa: FBT001, FBT002 -- dateutil's
        """Return the year that two figures mean, whatever year it is now."""
        return year if century_specified else of_this_age(year)


_PARSER = parser(_Info())


@lru_cache(maxsize=1024)
def _readings(figures: str, orders: tuple[tuple[bool, bool], ...]) -> frozenset[date]:
    """Return the days that *figures* mean by the *orders*, each where no default fills anything in."""
    found: set[date] = set()
    for day_first, year_first in orders:
        with suppress(ParserError, OverflowError):
            one, other = (
                _PARSER.parse(figures, default=default, dayfirst=day_first, yearfirst=year_first, ignoretz=True)
                for default in _DEFAULTS
            )
            found |= {one.date()} & {other.date()}
    return frozenset(found)


def day_of_pieces(pieces: list[Piece], near: tuple[int, int] | None, quoted: str) -> date:
    """Return the day that *pieces* are; raises: DateError when there is none such, or several are meant."""
    whole, texts = pieces[0], {piece.kind: piece.text for piece in pieces}
    if whole.kind in "ER":
        found = _in_iso(whole.text)
    elif whole.kind in "FS":
        found = _readings(whole.text, _BOTH_ORDERS if whole.kind == "F" else (*_BOTH_ORDERS, _YEAR_FIRST))
    else:
        day = next(piece.text for piece in pieces if piece.kind == "D")
        year = texts.get("Y") or texts.get("A") or pieces[-1].text
        found = _readings(f"{day} {texts['N']} {year}", _BOTH_ORDERS)
    if near and len(found) > 1:
        agreeing = frozenset(day for day in found if (day.month, day.day) == near)
        found = agreeing or frozenset(day for day in found if day.month == near[0]) or found
    if len(found) > 1 and "." in whole.text:  # points part the day, the month and the year, in this order
        found = _readings(whole.text, _BOTH_ORDERS[:1])
    if len(found) > 1:
        which = "the month" if whole.kind == "F" else "the year and which the month"
        raise DateError(f"{quoted!r}: it is open which figure is {which}; write it as YYYY-MM-DD")
    if not found:
        raise DateError(f"{quoted!r}: there is no such day")
    (only,) = found
    if not FIRST_YEAR <= only.year <= LAST_YEAR:
        raise DateError(f"{quoted!r}: the year {only.year} cannot be")
    return only


def _in_iso(text: str) -> frozenset[date]:
    with suppress(ValueError):
        return frozenset((isoparse(text).date(),))
    return frozenset()
