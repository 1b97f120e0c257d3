"""Read a day printed in figures alone: "26/05/2017", "2017-05-26", "05/12/14 --", "4 - 3 (KUNA)"."""

from __future__ import annotations

from typing import NamedTuple

from feedsvc.places.pattern import lazy

_NUMBERS = lazy(r"([0-9]{1,4})([./-])[ ]?([0-9]{1,2})(?:\2[ ]?([0-9]{2,4}))?(?![0-9])")
_NUMBERS_APART = lazy(r"([0-9]{1,2})[ ](-)[ ]([0-9]{1,2})(?:[ ]-[ ](20[0-9]{2}))?(?=[ ]\()")
ALONE = lazy(r"[ ]{0,2}(?:\(|--?[ ]|[–—_]|/)")
_LAST_DAY = 31
_LAST_MONTH = 12
_YEAR_FIGURES = 4
_SHORT_YEAR = 2
_CENTURY, _PIVOT = 2000, 70  # no wire that prints two figures of the year wrote before 1970


class Figures(NamedTuple):
    """Hold the day and where it ends; numbers: (first, second) when figures alone leave open which is the month."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    numbers: tuple[int, int] | None = None
    end: int = 0


def read_figures(head: str, start: int) -> Figures | None:
    """Return the day printed in figures at *start* of a folded head, None when none is."""
    match = _NUMBERS_APART.match(head, start) or _NUMBERS.match(head, start)
    if not match:
        return None
    first, second, third = int(match[1]), int(match[3]), int(match[4]) if match[4] else None
    if len(match[1]) == _YEAR_FIGURES:
        iso = third is not None and len(match[4]) < _YEAR_FIGURES and _is_day(second, third)
        return Figures(year=first, month=second, day=third, end=match.end()) if iso else None
    if third is None or len(match[4]) != _YEAR_FIGURES:
        short = third is None or (len(match[4]) == _SHORT_YEAR and match[2] != "-")
        if not short or not ALONE.match(head, match.end()):
            return None
        if third is not None:  # (Marketwired) -- 05/12/14 --
            third = of_this_age(third)
    day_first, month_first = _is_day(second, first), _is_day(first, second)
    if day_first and month_first and first != second and match[2] != ".":
        return Figures(year=third, numbers=(first, second), end=match.end())
    if day_first:
        return Figures(year=third, month=second, day=first, end=match.end())
    return Figures(year=third, month=first, day=second, end=match.end()) if month_first else None


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY


def of_this_age(year: int) -> int:
    """Return the year that two figures mean: 14 is 2014, 87 is 1987."""
    return year + (_CENTURY if year < _PIVOT else _CENTURY - 100)
