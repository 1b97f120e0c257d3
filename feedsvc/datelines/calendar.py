"""Say which years fit a month and day on the calendar, and which years a path or running text names."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from feedsvc.datelines.word_tables import fold_word, tables

AHEAD = timedelta(days=2)
FIRST_YEAR, LAST_YEAR = 1600, 2199
_OLDEST = 1900
_BODY = 200_000
_LEAP_GAP = 8  # 29 February 1896 and 1904
_PATH_DAY = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})([-/._]?)([01][0-9])[-/._]?([0-3][0-9])(?![0-9])")
_PATH_LOOSE = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?![0-9])")
_PATH_MONTH = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})[-/]?(0[1-9]|1[0-2])(?=[/._-]|$)")
_PATH_YEAR = re.compile(r"(?:^|/)((?:19|20)[0-9]{2})(?=/)")
# "BA 2014 landed", "CA2014": the number of a flight or a model; not behind what capitals say beside a year.
_CODE = re.compile(r"(?:^|[^A-Za-z0-9_])(?P<code>[A-Z]{1,3})[ -]?$")
_NO_CODES = frozenset(("us", "usa", "uk", "uae", "eu", "un", "ad", "ce"))
# What is counted, priced or lived at is no year: "2019-seat hall", "2015 euros", "2012 Harbour Street", "2019例".
# Chinese writes a year with 年 behind it, and any other character there names the things that are counted.
_COUNTED = (
    r"-[a-z]|(?!年)[\u3400-\u9fff]|\s(?:euros?|dollars?|pounds|yuan|yen|people|persons|kilomet\w+|miles|met(?:re|er)s|"
    r"tonn?e?s|feet|hectares|acres|seats|boats|ships|copies|votes|points|jobs|homes|houses|pupils|students)\b|"
    r"\s[A-Z]\w{1,20}\s(?:Street|St|Avenue|Ave|Road|Rd|Drive|Lane|Boulevard|Blvd)\b"
)
_YEAR = re.compile(rf"(?<![0-9.,:/#№$€£¥-])((?:19|20)[0-9]{{2}})(?![0-9%‰]|[.,][0-9]|-?[0-9]|{_COUNTED})")
_BESIDE = 48
_DECEMBER, _BESIDE_MONTH = 12, 16  # characters: "September 24th, "
_MONTH_BEHIND = re.compile(r"[ ]?[年년][ ]?([01]?[0-9])[ ]?[月월](?:[ ]?([0-3]?[0-9])[ ]?[日일])?")
_DAY_BEFORE, _LAST_DAY = re.compile(r"(?<![0-9.,:])([0-3]?[0-9])(?![0-9:])", re.ASCII), 31
_MONTH_BEFORE = re.compile(r"[^\W\d_]{3,12}")
_FIGURES = re.compile(
    r"(?<![0-9.])(?P<day>[0-3]?[0-9])\.(?P<month>[01]?[0-9])\.(?P<year>(?:19|20)[0-9]{2})(?![0-9])", re.ASCII
)
_MOST = 2000  # years looked at: no story names more, and each costs a look at the words beside it


class PathDate(NamedTuple):
    """The date in a path, as far as the path goes; text is as printed there."""

    year: int
    month: int | None
    day: int | None
    text: str

    @property
    def whole(self) -> date | None:
        """Return the day, None when the path names only a month or a year."""
        return date(self.year, self.month, self.day) if self.month and self.day else None

    @property
    def last(self) -> date:
        """Return the last day that the path may mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])


@lru_cache(maxsize=16)  # of one document it is asked for each dateline
def date_in_path(path: str) -> PathDate | None:
    """Return the date in *path*, the last and fullest there is: "/2017-05/26/", "2017-05-26-name.txt", "20170526".

    A day that the name begins with counts first, for that is where Jekyll and desks date a document:
    "2017-05-26-meeting-of-2017-06-10.md" is of May.

    path: a path or URL as given; figures that make no day ("/2017-13-40/") are none.
    """
    if not path:
        return None
    name = path[-1000:].rpartition("/")[2]
    for pattern in (_PATH_DAY, _PATH_LOOSE):
        first = pattern.match(name)
        for match in (*([first] if first else ()), *reversed(tuple(pattern.finditer(path[-1000:])))):
            year, month, day = int(match[1]), int(match[match.re.groups - 1]), int(match[match.re.groups])
            if day_of(year, month, day):
                return PathDate(year=year, month=month, day=day, text=match[0].strip("/"))
    for match in reversed(tuple(_PATH_MONTH.finditer(path[-1000:]))):
        return PathDate(year=int(match[1]), month=int(match[2]), day=None, text=match[0])
    for match in reversed(tuple(_PATH_YEAR.finditer(path[-1000:]))):
        return PathDate(year=int(match[1]), month=None, day=None, text=match[1])
    return None


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the day, None when there is none: 29 February of a common year, 30 February of any."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def latest(month: int, day: int, *, until: date) -> date | None:
    """Return the latest such month and day that is not after *until*; None for a day that no year has."""
    for year in range(until.year, until.year - _LEAP_GAP - 1, -1):
        found = day_of(year, month, day) if year >= 1 else None
        if found and found <= until:
            return found
    return None


def latest_day(day: int, *, until: date) -> date | None:
    """Return the latest such day of any month that is not after *until*."""
    year, month = until.year, until.month
    for _ in range(4):
        found = day_of(year, month, day)
        if found and found <= until:
            return found
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return None


def weekday_days(month: int, day: int, weekday: int, *, until: date) -> tuple[date, ...]:
    """Return the days of the last 28 years (the cycle of the calendar) that fall on *weekday*, latest first."""
    days = (day_of(year, month, day) for year in range(until.year, max(until.year - 29, 1), -1))
    return tuple(found for found in days if found and found <= until and found.weekday() == weekday)


def years_named(body: str) -> tuple[int, ...]:
    """Return the years that *body* names as dates, latest first; targets ("by 2020", "到2020年") are none.

    The words that make a year a target, or a figure the number of a thing, are data of each language. Figures with a
    currency sign, a percent sign or decimals are no years, and neither are those behind a code ("BA 2014").
    """
    before, after, number = _beside_years()
    years: set[int] = set()
    for match in islice(_YEAR.finditer(body, 0, _BODY), _MOST):
        year = int(match[1])
        if year < _OLDEST or year in years:
            continue
        following = body[match.end() : match.end() + _BESIDE]
        leading = body[max(0, match.start() - _BESIDE) : match.start()]
        if after.match(following) or before.search(leading) or number.search(leading) or _has_code(leading):
            continue
        years.add(year)
    return tuple(sorted(years, reverse=True))


def months_named(body: str) -> tuple[tuple[int, int, int], ...]:
    """Return the years that *body* names with a month, each with it and with the day, 0 where it names none.

    Read are "on July 24, 2020", "2020年7月" and "24.07.2020".
    """
    found: dict[tuple[int, int, int], None] = {}
    known = tables().months
    for match in islice(_YEAR.finditer(body, 0, _BODY), _MOST):
        behind = _MONTH_BEHIND.match(body, match.end())
        leading = body[slice(*_before(match))]
        names = [known[word][0] for word in map(fold_word, _MONTH_BEFORE.findall(leading)) if word in known]
        month = int(behind[1]) if behind else names[-1] if names else 0
        if 1 <= month <= _DECEMBER:
            days = (behind[2] or "",) if behind else _DAY_BEFORE.findall(leading)
            found[int(match[1]), month, _day_among(days)] = None
    for match in islice(_FIGURES.finditer(body, 0, _BODY), _MOST):
        if day_of(int(match["year"]), int(match["month"]), 1):
            found[int(match["year"]), int(match["month"]), int(match["day"])] = None
    return tuple(found)


def _day_among(figures: Sequence[str]) -> int:
    return next((int(each) for each in reversed(figures) if each and 1 <= int(each) <= _LAST_DAY), 0)


def _before(match: re.Match[str]) -> tuple[int, int]:
    return max(0, match.start() - _BESIDE_MONTH), match.start()


def _has_code(leading: str) -> bool:
    """Return whether *leading* ends in capitals that a number follows: no country, month or small word."""
    match = _CODE.search(leading)
    if match is None:
        return False
    word, known = match["code"].casefold(), tables()
    return not (word in _NO_CODES or word in known.months or word in known.words or word in known.openers)


@cache
def _beside_years() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return the words before and behind a plan's year, and before the number of a thing."""
    known = tables().languages
    before = "|".join(pattern for language in known for pattern in language.targets_before) or "(?!)"
    after = "|".join(pattern for language in known for pattern in language.targets_after) or "(?!)"
    things = "|".join(re.escape(word) for language in known for word in language.designators) or "(?!)"
    return (
        re.compile(f"(?:^|[^a-z])(?:{before})$|[\u3400-\u9fff](?:{before})$", re.IGNORECASE),
        re.compile(after, re.IGNORECASE),
        re.compile(rf"(?:^|[^\w])(?:{things})\.?[ -](?:no\.? ?|number )?$", re.IGNORECASE),
    )
