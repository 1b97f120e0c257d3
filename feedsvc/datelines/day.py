"""Read the day that a dateline prints in a language that writes spaces: "May 26", "26. Mai 2017", "26/05/2017"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from feedsvc.datelines.agencies import listed
from feedsvc.datelines.word_tables import Tables, fold_word

_NUMBERS = re.compile(r"([0-9]{1,4})([./-])[ ]?([0-9]{1,2})(?:\2[ ]?([0-9]{2,4}))?(?![0-9])")
_NUMBERS_APART = re.compile(r"([0-9]{1,2})[ ](-)[ ]([0-9]{1,2})(?:[ ]-[ ](20[0-9]{2}))?(?=[ ]\()")
ALONE = re.compile(r"[ ]{0,2}(?:\(|--?[ ]|[–—_]|/)")
_LAST_DAY = 31
_LAST_MONTH = 12
_YEAR_FIGURES = 4
_SHORT_YEAR = 2
_CENTURY, _PIVOT = 2000, 70  # no wire that prints two figures of the year wrote before 1970


class Figures(NamedTuple):
    """The day and where it ends; numbers: (first, second) when figures alone leave open which is the month."""

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
    end = match.end()
    if third is None or len(match[4]) != _YEAR_FIGURES:
        short = third is None or (len(match[4]) == _SHORT_YEAR and match[2] != "-")
        if third is None and match[2] == "." and head[end : end + 1] == ".":  # "14.10. (STT)"
            end += 1
        if not short or not ALONE.match(head, end):
            return None
        if third is not None:  # (Marketwired) -- 05/12/14 --
            third = of_this_age(third)
    day_first, month_first = _is_day(second, first), _is_day(first, second)
    if day_first and month_first and first != second and match[2] != ".":
        return Figures(year=third, numbers=(first, second), end=end)
    if day_first:
        return Figures(year=third, month=second, day=first, end=end)
    return Figures(year=third, month=first, day=second, end=end) if month_first else None


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY


def of_this_age(year: int) -> int:
    """Return the year that two figures mean: 14 is 2014, 87 is 1987."""
    return year + (_CENTURY if year < _PIVOT else _CENTURY - 100)


_FIRST_WORD = re.compile(r"[^\W\d_]{1,16}")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})(?:\.[ ]{0,3}|,?[ ]{1,3})([0-9l][0-9Ol]{0,2})([^\W\d_]{0,2})(?![\w])")
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})(?:\.?[-–/][0-9]{1,2}(?=[ .]))?(?:[.º°ª]|([^\W\d_]{1,3}))?[ ]{0,3}"
    r"(?:-?([^\W\d_]{1,4})[ ]{1,2})?(?=[^\W\d_])"
    r"([^\W\d_']{2,12})(?:[ ]([^\W\d_]{2,8}))?"
)
_ABBREVIATED = 3  # letters
_WEEKDAY = re.compile(r"([^\W\d_]{2,13}(?:-[^\W\d_]{5})?)(\.?,?[ ]{1,2}|(?=[ ]?\())")
_OTHER = re.compile(
    r"[^\W\d_]+(?:[ -][^\W\d_](?:[^\W\d_]|'){0,10}){0,2}[ ][0-9]{1,2},[ ]1[34][0-9]{2}(?:[ ]?A?H)?"
    r",?[ ](?:corresponding to[ ])?"
)
_OTHER_DAY_FIRST = re.compile(
    r"[0-9]{1,2}[ ]([^\W\d_]{2,6})(?:[ ][^\W\d_]{2,8})?[ ]1[34][0-9]{2}[ ]?هـ?[ ](?:الموافق[ ])?"
)
_RANGE = re.compile(
    r"[-–/]([0-9]{1,2})(?![0-9/.-])"
    r"|(?=[-–][^\W\d_]|[ ]?[-–][ ]?[0-9])[ ]?[-–][ ]?"
    r"(?P<to>[^\W\d_]{3,12}\.?[ ][0-9]{1,2}|[0-9]{1,2}[ ][^\W\d_]{3,12})(?!\w)"
)
_HYPHENED = re.compile(r"([0-9]{1,2})-([^\W\d_]{3,12})\.?-([0-9]{4})(?![\w-])")  # "26-May-2017"
_YEAR = re.compile(r"(?:,?[ ]{1,3}|[ ]?[/,.-][ ]{0,2})((?:1[6-9]|20|21)[0-9]{2})(?![0-9%]|[.,:][0-9])")
_ERA = re.compile(r",?[ ]([^\W\d_]{3,8})[ ]([0-9]{1,3})(?:[ ]?\(([0-9]{4})\))?(?![0-9])")
_YEAR_OF_TWO = re.compile(r"[ ]([0-9]{2})(?=[ ]?\([A-Z]|[ ]--)")  # "Lefkoşa, 4 Mart 20 (T.A.K)", "3 JAN 90 -- [TEXT]"
_FIGURE_SOON = re.compile(r".{0,2}[0-9]", re.DOTALL)
_MONTH_ALONE = re.compile(r"([^\W\d_]{3,12})\.?(?=[ ]{1,2}[-–—_])")
_YEAR_BEFORE = re.compile(r"([12][0-9]{3})\.[ ]{1,2}(?=[^\W\d_])")  # "2017. május 26."
_WEEKDAY_BEHIND = re.compile(r"\.?,[ ]([^\W\d_]{4,13})")  # "május 26., péntek"
_YEAR_WORD = re.compile(r"[ ]([^\W\d_]{1,5})\.?(?=[ ]?[(/–—-])")  # "2017 г. (БТА)"
_SOLAR = re.compile(r"([0-9]{1,2})[ ]([^\W\d_]{2,9})(?:[ ]ماه)?,?[ ](1[34][0-9]{2})(?![0-9])")
_DAY_ALONE = re.compile(r"([0-9]{1,2})(?=[ ]{0,2}\([A-Z])")
_CLOCK = re.compile(
    r"(?:,|[ ]?\(|[ ]/)?[ ]{0,3}([0-2]?[0-9])[:.h]([0-5][0-9])(?::[0-5][0-9])?(?:[ ]?([aApP])\.?[mM]\b\.?)?"
    r"(?:[ ]{0,2}\(?([A-Z]{1,5}(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?)\)?(?![\w]))?\)?"
)
_CLOSED = re.compile(r"[ ]{0,2}(?:[(/–—]|--|-[ ])")
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
_LONGEST_OF = 12
_LONG_MONTHS = 6  # of the Iranian year, with 31 days each
_SOLAR_EPOCH = 356_033
_FURTHEST = (-12 * 60, 14 * 60)  # minutes: no place on earth keeps another offset


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Day:
    """A day as printed and where it ends.

    numbers: (first, second) when figures alone leave open which is the month.
    tags:    languages that have its month's name; empty when no name is printed.
    month_first: the month's name comes before the figure, and not in small letters.
    """

    month: int | None = None
    day: int | None = None
    year: int | None = None
    weekday: int | None = None
    time: str | None = None
    zone: str | None = None
    numbers: tuple[int, int] | None = None
    tags: frozenset[str] = frozenset()
    month_first: bool = False
    end: int


def read_day(head: str, start: int, tables: Tables) -> Day | None:
    """Return the day at *start* of a folded head, None if there is none."""
    sign = head[start : start + 1]
    if "0" <= sign <= "9":
        day = _figure_first(head, start, tables)
        return _with_clock(head, day, tables) if day else None
    match = _FIRST_WORD.match(head, start) if sign.isalpha() else None
    word = fold_word(match[0]) if match else ""
    if word not in tables.of_days:
        return None
    if word in tables.months:
        day = _month_first(head, start, tables) or _month_alone(head, start, tables)
        return _with_clock(head, day, tables) if day else None
    if word in tables.other_months:
        return _after_other_calendar(head, start, tables)
    if word in tables.of:
        return _prefixed(head, start, tables)
    return _after_weekday(head, start, tables) if word in tables.weekdays else None


def begins_day(head: str, start: int, tables: Tables) -> bool:
    """Return whether a day begins at *start*, without reading it where its first word tells."""
    match = _FIRST_WORD.match(head, start)
    if match is None:
        return "0" <= head[start : start + 1] <= "9" and _figure_first(head, start, tables) is not None
    word = fold_word(match[0])
    if word not in tables.of_days:
        return False
    if word in tables.months:
        after = match.end()
        return _FIGURE_SOON.match(head, after) is not None
    return (word in tables.of or word in tables.weekdays) and read_day(head, start, tables) is not None


def _after_other_calendar(head: str, start: int, tables: Tables) -> Day | None:
    """Read the day behind that of another calendar: "Ramadan 12, 1441, May 5, 2020"."""
    match = _OTHER.match(head, start)
    day = read_day(head, match.end(), tables) if match else None
    return day if day and day.month and day.day else None


def _after_weekday(head: str, start: int, tables: Tables) -> Day | None:
    """Read "Monday, May 26"; "Mo, March 31" is no Monday, for no language has both words.

    A weekday without a day counts only in full: "MO" behind a city is Missouri, and "SA" South Africa.
    """
    match = _WEEKDAY.match(head, start)
    known = tables.weekdays.get(fold_word(match[1])) if match else None
    if match is None or known is None:
        return None
    day = read_day(head, match.end(), tables) if head[match.end() : match.end() + 1].isalnum() else None
    if day is not None and (day.month or day.numbers) and day.weekday is None:
        if day.tags.isdisjoint(known[1]) and day.tags:
            return None
        day.weekday = known[0]
        return day
    if len(match[1]) <= _ABBREVIATED or not ALONE.match(head, match.end(1)):
        return None
    return Day(weekday=known[0], tags=known[1], end=match.end(1))


def read_zone(letters: str, tables: Tables) -> str | None:
    """Return the zone that *letters* name: "+08:00" for GMT+8 (plus eight), None for several, and where no clock is."""
    match = _OFFSET.fullmatch(letters)
    if match:
        hours, minutes = int(match[2]), int(match[3] or 0)
        least, most = _FURTHEST
        possible = minutes < 60 and least <= (hours * 60 + minutes) * (-1 if match[1] == "-" else 1) <= most  # noqa: PLR2004
        return f"{match[1]}{hours:02}:{minutes:02}" if possible else None
    return tables.zones.get(letters.casefold())


def _figure_first(head: str, start: int, tables: Tables) -> Day | None:
    if tables.named:
        day = _with_signs(head, start, tables) or _year_first(head, start, tables) or _solar(head, start, tables)
        if day:
            return day
    match = _OTHER_DAY_FIRST.match(head, start)
    if match and fold_word(match[1]) in tables.other_months:
        day = _day_first(head, match.end(), tables)
        if day and head.startswith(" م", day.end):  # the sign of the common era
            day.end += 2
        return day
    return (
        _hyphened(head, start, tables)
        or _day_first(head, start, tables)
        or _in_figures(head, start)
        or _day_alone(head, start)
    )


def _month_first(head: str, start: int, tables: Tables) -> Day | None:
    match = _MONTH_FIRST.match(head, start)
    known = tables.months.get(fold_word(match[1])) if match else None
    if not match or not known or (match[3] and match[3].casefold() not in tables.ordinals):
        return None
    number = int(match[2].replace("O", "0").replace("l", "1"))
    day = number if 1 <= number <= _LAST_DAY else None
    english = not match[1].islower()  # "mar. 4 (ANDINA)" is no English
    dated = _with_year(head, Day(month=known[0], day=day, tags=known[1], month_first=english, end=match.end()), tables)
    if tables.named:
        dated = _with_weekday(head, dated, tables)
    return dated if dated.year else _with_era(head, dated, tables)


def _day_first(head: str, start: int, tables: Tables) -> Day | None:
    match = _DAY_FIRST.match(head, start)
    if not match or (match[2] and match[2].casefold() not in tables.ordinals):
        return None
    number = int(match[1])
    known, end = _named_month(match, tables)
    if not known or not 1 <= number <= _LAST_DAY:
        return None
    if head[end : end + 1] == "." and head[end + 1 : end + 2] != "-":
        end += 1
    return _with_year(head, Day(month=known[0], day=number, tags=known[1], end=end), tables, of=tables.of)


def _hyphened(head: str, start: int, tables: Tables) -> Day | None:
    match = _HYPHENED.match(head, start)
    known = tables.months.get(fold_word(match[2])) if match else None
    if match is None or known is None or not 1 <= int(match[1]) <= _LAST_DAY:
        return None
    return Day(month=known[0], day=int(match[1]), year=int(match[3]), tags=known[1], end=match.end())


def _named_month(match: re.Match[str], tables: Tables) -> tuple[tuple[int, frozenset[str]] | None, int]:
    """Return the month that the words after the day's figure name, and where its name ends."""
    if match[3] and fold_word(match[3]) not in tables.of:
        return tables.months.get(fold_word(match[3])), match.end(3)
    if match[5]:
        known = tables.months.get(fold_word(f"{match[4]} {match[5]}"))
        if known:
            return known, match.end(5)
    return tables.months.get(fold_word(match[4])), match.end(4)


def _prefixed(head: str, start: int, tables: Tables) -> Day | None:
    """Read "le 26 mai", "den 26. Mai", "el 26 de mayo"."""
    signed = _with_signs(head, start, tables)
    if signed:
        return signed
    word, space, _ = head[start : start + 6].partition(" ")
    figure = start + len(word) + 1
    if not space or fold_word(word) not in tables.of or not "0" <= head[figure : figure + 1] <= "9":
        return None
    day = _day_first(head, figure, tables)
    return _with_clock(head, day, tables) if day else None


def _with_signs(head: str, start: int, tables: Tables) -> Day | None:
    """Read "ngày 26 tháng 5 năm 2017": figures behind words that say what they count."""
    match = tables.signs.match(head, start) if tables.signs else None
    if match is None:
        return None
    day, month = int(match["day"]), int(match["month"] or match["figures"])
    year = match["year"] or match["whole"]
    if not _is_day(month, day):
        return None
    return Day(month=month, day=day, year=int(year) if year else None, tags=tables.signed, end=match.end())


def _year_first(head: str, start: int, tables: Tables) -> Day | None:
    """Read "2017. május 26., péntek"."""
    match = _YEAR_BEFORE.match(head, start)
    day = _month_first(head, match.end(), tables) if match else None
    if match is None or day is None or day.tags.isdisjoint(tables.year_first):
        return None
    day.year = int(match[1])
    return day


def _with_weekday(head: str, day: Day, tables: Tables) -> Day:
    """Read the weekday behind the point of a figure: "május 26., péntek"."""
    match = _WEEKDAY_BEHIND.match(head, day.end) if not day.tags.isdisjoint(tables.year_first) else None
    known = tables.weekdays.get(fold_word(match[1])) if match else None
    if match and known and not day.tags.isdisjoint(known[1]):
        day.weekday, day.end = known[0], match.end()
    return day


def _solar(head: str, start: int, tables: Tables) -> Day | None:
    """Read "5 خرداد 1396", a day of the Iranian calendar; without its year it may mean either of two days."""
    match = _SOLAR.match(head, start) if tables.solar_months else None
    month = tables.solar_months.get(fold_word(match[2])) if match else None
    if match is None or month is None or not 1 <= int(match[1]) <= _LAST_DAY:
        return None
    day = of_iran(int(match[3]), month, int(match[1]))
    return Day(year=day.year, month=day.month, day=day.day, tags=tables.solar, end=match.end())


def of_iran(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of one of the Iranian calendar.

    source: its leap years, eight in 33, hold from 1178 to 1633 (1799 to 2254)
    """
    years = year + 1595
    before = (month - 1) * 31 if month <= _LONG_MONTHS else _LONG_MONTHS * 31 + (month - 1 - _LONG_MONTHS) * 30
    return date.fromordinal(365 * years + years // 33 * 8 + (years % 33 + 3) // 4 + before + day - _SOLAR_EPOCH)


def _in_figures(head: str, start: int) -> Day | None:
    figures = read_figures(head, start)
    return Day(**figures._asdict()) if figures else None


def _day_alone(head: str, start: int) -> Day | None:
    match = _DAY_ALONE.match(head, start)
    return Day(day=int(match[1]), end=match.end()) if match and 1 <= int(match[1]) <= _LAST_DAY else None


def _month_alone(head: str, start: int, tables: Tables) -> Day | None:
    match = _MONTH_ALONE.match(head, start)
    known = tables.months.get(fold_word(match[1])) if match else None
    return Day(month=known[0], tags=known[1], end=match.end()) if match and known else None


def _with_year(head: str, day: Day, tables: Tables, *, of: frozenset[str] = frozenset()) -> Day:
    match = _RANGE.match(head, day.end) if head[day.end : day.end + 2].lstrip(" ")[:1] in ("-", "–", "/") else None
    if (
        match
        and day.day
        and (_follows(day, match["to"], tables) if match["to"] else day.day < int(match[1]) <= _LAST_DAY)
    ):
        day.end = match.end()
    end = day.end
    if head.startswith(" ", end):
        word, space, _ = head[end + 1 : end + _LONGEST_OF].partition(" ")
        if space and word in of:
            end += len(word) + 1
    match = _YEAR.match(head, end)
    if match:
        day.year, day.end = int(match[1]), match.end()
        word_behind = _YEAR_WORD.match(head, day.end) if of else None
        if word_behind and fold_word(word_behind[1]) in of:
            day.end = word_behind.end()
        return day
    match = _YEAR_OF_TWO.match(head, end) if of else None
    if match:
        day.year, day.end = of_this_age(int(match[1])), match.end()
    return day


def _follows(day: Day, printed: str, tables: Tables) -> bool:
    """Return whether *printed*, "June 1", is of the same month as *day* or of the next: the end of a range."""
    known = (tables.months.get(fold_word(word.rstrip("."))) for word in printed.split(" "))
    return any(month is not None and (month[0] - (day.month or 0)) % 12 <= 1 for month in known)


def _with_era(head: str, day: Day, tables: Tables) -> Day:
    """Read the year of "February 16 Juche 101 (2012)"; where both are printed, the common one counts."""
    match = _ERA.match(head, day.end)
    before = tables.eras.get(match[1]) if match else None
    if match and before is not None:
        day.year, day.end = int(match[3]) if match[3] else before + int(match[2]), match.end()
    return day


def _with_clock(head: str, day: Day, tables: Tables) -> Day:
    if head[day.end : day.end + 2] == " (" and not head[day.end + 2 : day.end + 3].isdigit():
        return day
    match = _CLOCK.match(head, day.end)
    if not match:
        return day
    hour = int(match[1])
    if match[3]:
        hour = hour % 12 + (12 if match[3] in "pP" else 0)
    if hour > 23:  # noqa: PLR2004 -- hours of a day
        return day
    zone = read_zone(match[4], tables) if match[4] else None
    meant = zone or not match[4] or (len(match[4]) > 1 and _means_zone(head, match, tables))
    end = match.end() if meant else match.start(4) - 1
    day.time, day.zone, day.end = f"{hour:02}:{match[2]}", zone, end
    return day


def _means_zone(head: str, match: re.Match[str], tables: Tables) -> bool:
    """Return whether the letters behind a clock are a zone's though they name none that is known, and no agency's."""
    if head[match.start(4) - 1] == "(":  # "14:05 (HNW) --"
        return False
    closed = match[0][-1] == ")" or _CLOSED.match(head, match.end()) is not None
    return closed and listed(match[4], tables) is None
