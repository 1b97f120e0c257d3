"""Read a full date that a document states about itself: front matter, a header, a stamp, a masthead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from feedsvc.datelines.bare_dates import REPUBLIC, Located, read_alone, read_epoch
from feedsvc.datelines.day import read_day, read_zone
from feedsvc.datelines.stated_times import SHORT_WEEKDAYS, read_clock
from feedsvc.datelines.story_head import fold_head
from feedsvc.datelines.unspaced_parts import DIGITS, read_number
from feedsvc.datelines.word_tables import Tables, fold_word, tables
from feedsvc.model.errors import DateError

FIRST_YEAR, LAST_YEAR = 1600, 2199
_LONGEST = 200
_ISO = re.compile(r"(?<![\d.])([0-9]{4})([-/.])([0-9]{1,2})\2[ ]?([0-9]{1,2})(?![0-9])")
_COMPACT = re.compile(
    r"(?<![\d.])((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?=T|\b|[0-2][0-9][0-5][0-9](?:[0-5][0-9])?\b)"
)
_EAST_ASIAN = re.compile(
    rf"(?:([^\W\d_]{{2,6}}?)[ ]?)??([{DIGITS}]{{1,5}})[ ]?[年년][ ]?([{DIGITS}]{{1,3}})[ ]?[月월]"
    rf"[ ]?([{DIGITS}]{{1,3}})[ ]?[日号號일]"
)
_FIGURES = re.compile(r"(?<![\d.])([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_FOUR_FIGURES = re.compile("[0-9]{4}")
_ANY_YEAR = re.compile("(?<![0-9])(?:1[6-9]|2[01])[0-9]{2}(?![0-9])")
_WORD = re.compile(r"(?<![\w.])[^\W_]")
_CLOCK = r"[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?:[ ](?:[A-Z]{2,5}|[+-][0-9]{4}))?"
_MONTH = r"([^\W\d_]{3,12})"
# A month's name without blanks ("26-May-2017", "26MAY2017"), or the year behind the clock ("May 26 14:05:00 2017"):
# each with the groups of year, month and day, and the one that ends the date.
_NAMED = (
    (re.compile(rf"(?<![\w.])([0-9]{{1,2}})([/.-]?){_MONTH}\2([0-9]{{4}})(?![0-9])"), 4, 3, 1, 0),
    (re.compile(rf"(?<![\w.]){_MONTH}([/-])([0-9]{{1,2}})\2([0-9]{{4}})(?![0-9])"), 4, 1, 3, 0),
    (re.compile(rf"(?<![\w.])([0-9]{{4}})([ /.-]){_MONTH}\2([0-9]{{1,2}})(?![0-9])"), 1, 3, 4, 0),
    (
        re.compile(rf"(?<![\w.]){_MONTH}\.?[ ]{{1,2}}([0-9]{{1,2}}),?[ ]{{1,2}}{_CLOCK}[ ]([0-9]{{4}})(?![0-9:])"),
        3,
        1,
        2,
        2,
    ),
    (re.compile(rf"(?<![\w.])([0-9]{{1,2}})[ ]{_MONTH}\.?,?[ ]{_CLOCK}[ ]([0-9]{{4}})(?![0-9:])"), 3, 2, 1, 2),
)
_YEAR_AGAIN = re.compile(r"[ ]([0-9]{4})(?:[ ]([+-][0-9]{4}|[A-Z]{2,5}))?(?![\w:])")
_WORDS = re.compile(r"[^\W_]+")
_LABELS = frozenset(
    (
        *("date", "dated", "published", "posted", "updated", "last", "on", "the", "at", "time"),
        *("日期", "时间", "時間", "发布", "发布时间", "發布時間", "更新", "更新时间"),
    )
)
_MIDDAY = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A full date as a document states it.

    time:    None when only the day is stated.
    zone:    an IANA name or "+HH:MM"; None when none is stated or what is printed was not resolved.
    letters: a zone as printed that was not resolved, because it means several ("CST") or none ("+16:00"), else None.
    start, end: where it stands in the text it was read from; words that were not understood stand outside.
    unread:  those words, as far as they may say something of the time: what is no weekday and no small word.
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
    unread: str = ""

    @property
    def date(self) -> date:
        """Return the day."""
        return date(self.year, self.month, self.day)


def read_stated(text: str, *, near: tuple[int, int] | None = None) -> Stated | None:
    """Return the full date that *text* states, None when it states none.

    Read are ISO 8601 and its looser forms, RFC 2822, "26 May 2017 14:00 GMT+8" (plus eight), "May 26, 2017 10:30 a.m.
    EDT", the same in every registered language, "2017年5月26日 10:00", and years of eras (民國106年, 令和3年). Letters
    that mean several zones ("CST") are kept and never resolved, least of all by the machine's own zone. Where *text* is
    nothing but a date, further forms are read, which could mean something else in a sentence: see ``bare_dates.py``.

    near:   (month, day) printed in the dateline beside it; decides which of "05/07/2018" is the month.
    raises: DateError for a day that cannot be (30 February, year 9999), and for figures that leave open which is the
            month when nothing is near; the message quotes the text.
    """
    return read_printed(text, near=near) or _alone(text, near)


def read_printed(text: str, *, near: tuple[int, int] | None = None) -> Stated | None:
    """Return the full date in *text*, a line of copy, without the forms that only a date alone may have."""
    folded = fold_head(text[:_LONGEST])
    known = tables()
    quoted = text[:_LONGEST].strip()
    located = _locate(folded, known, near=near, quoted=quoted)
    return _with_time(folded, known, located, quoted) if located else None


def _alone(text: str, near: tuple[int, int] | None) -> Stated | None:
    """Return the date that *text* consists of, in the forms that could mean something else in a sentence."""
    folded, known = fold_head(text[:_LONGEST]), tables()
    quoted = text[:_LONGEST].strip()
    moment = read_epoch(folded.strip())
    if moment:
        day = moment.date()
        _check(day.year, day.month, day.day, quoted=quoted)
        return Stated(
            year=day.year,
            month=day.month,
            day=day.day,
            time=moment.time(),
            precision="second",
            zone="+00:00",
            start=0,
            end=len(text),
        )
    located = read_alone(folded, known, near=near)
    return _with_time(folded, known, located, quoted) if located else None


def year_named(text: str) -> int | None:
    """Return the only year that *text*, which could not be read as a date, may name; None when it names several."""
    years = set(_ANY_YEAR.findall(text[:_LONGEST]))
    return int(years.pop()) if len(years) == 1 else None


def _locate(text: str, known: Tables, *, near: tuple[int, int] | None, quoted: str) -> Located | None:
    full = _FOUR_FIGURES.search(text) is not None  # every form in figures has a year: four in ten of a line without
    for pattern in (_ISO, _COMPACT) if full else ():
        match = pattern.search(text)
        if match:
            figures = [int(group) for group in match.groups() if group.isdigit()]
            return Located(figures[0], figures[1], figures[2], *match.span())
    match = _EAST_ASIAN.search(text) if "年" in text or "년" in text else None  # a quarter of a line without
    if match:
        return _east_asian(match, known)
    for word in _WORD.finditer(text):
        read = read_day(text, word.start(), known)
        if read and read.year and read.month and read.day and not read.numbers:
            stop = _date_end(text, word.start(), read.end, str(read.year))
            return Located(read.year, read.month, read.day, word.start(), stop)
    return (_named(text, known) or _in_figures(text, near, quoted)) if full else None


def _named(text: str, known: Tables) -> Located | None:
    for pattern, year, month, day, last in _NAMED:
        match = pattern.search(text)
        named = known.months.get(fold_word(match[month])) if match else None
        if match and named:
            return Located(int(match[year]), named[0], int(match[day]), match.start(), match.end(last))
    return None


def _in_figures(text: str, near: tuple[int, int] | None, quoted: str) -> Located | None:
    match = _FIGURES.search(text)
    if match:
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        day_first = _day_first(first, second, match[2], near)
        if day_first is None:
            raise DateError(f"{quoted!r}: it is open which figure is the month; write it as YYYY-MM-DD")
        day, month = (first, second) if day_first else (second, first)
        return Located(year, month, day, *match.span())
    return None


def _date_end(text: str, start: int, end: int, year: str) -> int:
    """Return where the date ends without its clock, which is read again with its seconds."""
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


def _east_asian(match: re.Match[str], known: Tables) -> Located | None:
    year, month, day = (read_number(match[group]) for group in (2, 3, 4))
    if year is None or month is None or day is None:
        return None
    start = match.start(2)
    era = next((era for era in known.eras if match[1] and match[1].casefold().endswith(era.casefold())), None)
    if era:
        year += known.eras[era]
        start -= len(era) + (match.string[start - 1] == " ")
    elif 90 <= year < 200:  # noqa: PLR2004 -- three figures, or those of the nineties, count from the Republic
        year += REPUBLIC
    return Located(year, month, day, start, match.end())


def _check(year: int, month: int, day: int, *, quoted: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"{quoted!r}: the year {year} cannot be")
    try:
        date(year, month, day)
    except ValueError as error:
        raise DateError(f"{quoted!r}: there is no such day as {year:04}-{month:02}-{day:02}") from error


def _with_time(text: str, known: Tables, located: Located, quoted: str) -> Stated:
    year, month, day, start, end = located
    _check(year, month, day, quoted=quoted)
    clock = read_clock(text, start, end, known, quoted=quoted)
    if clock is None:
        return Stated(year=year, month=month, day=day, start=start, end=end, unread=_unread(text, start, end, known))
    zone, letters = clock.zone, clock.letters
    start, end = min(start, clock.start), max(end, clock.end)
    again = _YEAR_AGAIN.match(text, end)  # "2023-01-29 18:30:22 2023 -0800", "May 26 14:05:00 2017"
    if again and int(again[1]) == year:
        end = again.end()
        if again[2] and zone is None:
            zone = read_zone(again[2], known)
            letters = None if zone else again[2]
    on = date(year, month, day) + timedelta(days=clock.next_day)
    return Stated(
        year=on.year,
        month=on.month,
        day=on.day,
        time=clock.time,
        precision="second" if clock.second else "minute",
        zone=zone,
        letters=letters,
        start=start,
        end=end,
        unread=_unread(text, start, end, known),
    )


def _unread(text: str, start: int, end: int, known: Tables) -> str:
    """Return the words beside the date that may state a time: any but weekdays, labels and small words."""
    for word in _WORDS.findall(f"{text[:start]} {text[end:]}"):
        folded = fold_word(word)
        plain = folded in known.weekdays or folded in known.of or folded in _LABELS or word in SHORT_WEEKDAYS
        if not plain:
            return " ".join(f"{text[:start]} {text[end:]}".split()).strip(" ,.:;|-–—")
    return ""
