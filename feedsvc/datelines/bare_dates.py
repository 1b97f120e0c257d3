"""Read the forms that could mean something else in a sentence: "1495807500", "26.05.17", "2017-146".

In a line of copy, a number of ten figures may be a telephone's, and "26.05.17" the hour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from feedsvc.datelines.calendar import day_of
from feedsvc.datelines.day import of_this_age
from feedsvc.datelines.word_tables import Tables, fold_word
from feedsvc.model.errors import DateError

NAMES: tuple[tuple[str, ...], ...] = (
    ("ledna", "leden", "januára", "stycznia", "január", "januari", "januar", "tammikuuta", "січня", "януари",
     "ιανουαρίου", "ianuarie", "มกราคม", "जनवरी"),
    ("února", "únor", "februára", "lutego", "február", "februari", "februar", "helmikuuta", "лютого", "февруари",
     "φεβρουαρίου", "februarie", "กุมภาพันธ์", "फ़रवरी", "फरवरी"),
    ("března", "březen", "marca", "marec", "március", "mars", "marts", "maaliskuuta", "березня", "март", "μαρτίου",
     "martie", "มีนาคม", "मार्च"),
    ("dubna", "duben", "apríla", "kwietnia", "április", "april", "huhtikuuta", "квітня", "април", "απριλίου",
     "aprilie", "เมษายน", "अप्रैल"),
    ("května", "květen", "mája", "maja", "május", "maj", "mai", "toukokuuta", "травня", "май", "μαΐου",
     "พฤษภาคม", "मई"),
    ("června", "červen", "júna", "czerwca", "június", "juni", "kesäkuuta", "червня", "юни", "ιουνίου", "iunie",
     "มิถุนายน", "जून"),
    ("července", "červenec", "júla", "lipca", "július", "juli", "heinäkuuta", "липня", "юли", "ιουλίου", "iulie",
     "กรกฎาคม", "जुलाई"),
    ("srpna", "srpen", "augusta", "sierpnia", "augusztus", "augusti", "august", "elokuuta", "серпня", "август",
     "αυγούστου", "สิงหาคม", "अगस्त"),
    ("září", "septembra", "września", "szeptember", "september", "syyskuuta", "вересня", "септември",
     "σεπτεμβρίου", "septembrie", "กันยายน", "सितंबर", "सितम्बर"),
    ("října", "říjen", "októbra", "października", "október", "oktober", "lokakuuta", "жовтня", "октомври",
     "οκτωβρίου", "octombrie", "ตุลาคม", "अक्टूबर", "अक्तूबर"),
    ("novembra", "november", "marraskuuta", "ноември", "νοεμβρίου", "noiembrie", "พฤศจิกายน", "नवंबर", "नवम्बर"),
    ("prosince", "prosinec", "decembra", "grudnia", "december", "desember", "joulukuuta", "грудня", "декември",
     "δεκεμβρίου", "decembrie", "ธันวาคม", "दिसंबर", "दिसम्बर"),
)  # fmt: skip

MONTHS: Mapping[str, int] = {name: number for number, names in enumerate(NAMES, 1) for name in names}


REPUBLIC = 1911  # 114年 is year 114 of the Republic of China: 2025
_BUDDHIST = 543
_BUDDHIST_SINCE = 2400
_EPOCH = re.compile("[0-9]{10}(?:[0-9]{3})?")
_HOURLY = re.compile("(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])(?:[0-5][0-9])?")
_ORDINAL = re.compile(r"([0-9]{4})-([0-3][0-9]{2})(?=$|T)")
_OF_REPUBLIC = re.compile(r"(1[0-9]{2})([/.-])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_SHORT = re.compile(r"(?<![\w./-])([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{2})(?![\w./-])")
_NAMED = re.compile(
    r"(?<![\w./-])([0-9]{1,2})(?:(-|/|)([^\W\d_]{3,12})\2|[ ]([^\W\d_]{3,12})\.?,?[ ](?:'|(?=[0-9]{2}[ ][0-9]{1,2}:)))"
    r"([0-9]{2})(?![0-9:.-])"
)
_MONTH_FIRST = re.compile(r"(?<!\w)([^\W\d_]{3,12})\.?[ ]([0-9]{1,2}),?[ ]'([0-9]{2})(?![0-9])")
_OTHER = re.compile(r"(?<![\w.])([0-9]{1,2})\.?[ ]([^\s\d.,/]{2,16})\.?,?[ ]([0-9]{4})(?![0-9])")
_OTHER_YEAR_FIRST = re.compile(r"(?<![\w.])([0-9]{4})\.?[ ]([^\s\d.,/]{2,16})[ ]([0-9]{1,2})(?![0-9])\.?")


class Located(NamedTuple):
    """A date and where it stands."""

    year: int
    month: int
    day: int
    start: int
    end: int


def read_epoch(text: str) -> datetime | None:
    """Return the moment that *text* counts from 1970, in seconds or thousandths; None when it is no such number.

    raises: DateError for figures that may as well be a day with its hour: "1705261405".
    """
    if _EPOCH.fullmatch(text) is None:
        return None
    if _HOURLY.fullmatch(text):
        raise DateError(f"{text!r}: it is open whether it counts seconds; write it as YYYY-MM-DD HH:MM")
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(text[:10]))


def read_alone(text: str, known: Tables, *, near: tuple[int, int] | None) -> Located | None:
    """Return the date that *text*, folded, consists of beside a time of day; None when it has none of these forms.

    near:   (month, day) printed in the dateline beside it; decides what "05/07/18" means.
    raises: DateError for figures of which any may be the year or the month.
    """
    if match := _ORDINAL.match(text):
        first = day_of(int(match[1]), 1, 1)
        day = first + timedelta(days=int(match[2]) - 1) if first and int(match[2]) else None
        return Located(day.year, day.month, day.day, *match.span()) if day and day.year == int(match[1]) else None
    if match := _OF_REPUBLIC.match(text):
        return Located(int(match[1]) + REPUBLIC, int(match[3]), int(match[4]), *match.span())
    if match := _SHORT.search(text):
        year, month, number = _in_order(int(match[1]), int(match[3]), int(match[4]), match[2], near, text.strip())
        return Located(year, month, number, *match.span())
    return _named(text, known)


def _in_order(
    first: int, second: int, third: int, sign: str, near: tuple[int, int] | None, quoted: str
) -> tuple[int, int, int]:
    """Return (year, month, day): as the dateline beside it says, else day first where points part them."""
    readings = ((third, second, first), (third, first, second), (first, second, third))
    agreeing = {reading for reading in readings if reading[1:] == near}
    possible = {(year, month, day) for year, month, day in readings if day_of(2000, month, day)}
    chosen = agreeing if len(agreeing) == 1 else {readings[0]} & possible if sign == "." else possible
    if len(chosen) != 1:
        raise DateError(f"{quoted!r}: it is open which figure is the year and which the month; write it as YYYY-MM-DD")
    year, month, day = chosen.pop()
    return of_this_age(year), month, day


def _named(text: str, known: Tables) -> Located | None:
    """Read a month's name beside a year of two figures, and the months of languages that have no datelines here."""
    if match := _NAMED.search(text):
        month = known.months.get(fold_word(match[3] or match[4]))
        return Located(of_this_age(int(match[5])), month[0], int(match[1]), *match.span()) if month else None
    if match := _MONTH_FIRST.search(text):
        month = known.months.get(fold_word(match[1]))
        return Located(of_this_age(int(match[3])), month[0], int(match[2]), *match.span()) if month else None
    for pattern, year_at, day_at in ((_OTHER, 3, 1), (_OTHER_YEAR_FIRST, 1, 3)):
        match = pattern.search(text)
        number = MONTHS.get(match[2].casefold()) if match else None
        if match and number:
            year = int(match[year_at])
            common = year - _BUDDHIST if year >= _BUDDHIST_SINCE else year
            return Located(common, number, int(match[day_at]), *match.span())
    return None
