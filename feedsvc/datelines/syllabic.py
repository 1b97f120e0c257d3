"""Read datelines of scripts that write vowels as signs: "नई दिल्ली, 26 मई (भाषा)", "กรุงเทพฯ 26 พ.ค. 2560 -".

To Python such a sign is no letter, so the words of these scripts are read by the signs and figures that part them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from feedsvc.datelines.agencies import listed
from feedsvc.datelines.languages.language import Language
from feedsvc.datelines.places import find_place
from feedsvc.datelines.unspaced_parts import Glued, any_of
from feedsvc.datelines.word_tables import Agency, Tables
from feedsvc.model.dates import Place

_LAST_DAY = 31
_MOST_WORDS = 3
_OTHER_ERA = 2400  # no wire prints common years from here on, nor years of the Buddha before
_SHORT = 100
_CENTURY = 2500  # of the years of the Buddha that are printed in two figures: 60 is 2560


def read_syllabic(head: str, start: int, end: int, tables: Tables) -> Glued | None:
    """Return the dateline that opens the line at *start* of a folded head, None when none does.

    A place must stand there with a listed agency, or a known one with a day and a dash.
    """
    for language, pattern in _patterns(tables):
        match = pattern.match(head, start, end)
        found = _read(match, language, tables) if match else None
        if found:
            return found
    return None


@lru_cache(maxsize=16)
def _patterns(tables: Tables) -> tuple[tuple[Language, re.Pattern[str]], ...]:
    return tuple((language, _pattern(language)) for language in tables.named if language.writing == "syllabic")


def _pattern(language: Language) -> re.Pattern[str]:
    months = any_of(tuple(name for names in language.months for name in names))
    weekdays = any_of(tuple(name for names in language.weekdays for name in names))
    year = r"\d{4}|\d{2}" if language.year_offset else r"\d{4}"
    return re.compile(
        r"(?=[\u0900-\u109f])(?P<place>[^\d,.()\[\]\n/:–—-]{2,40}?)"
        rf"(?P<dated>(?:[ ]?,|[ ]?(?:--|[–—-]))?[ ]{{0,2}}(?:(?:{weekdays})(?:[ ]?,)?[ ]{{1,2}})?"
        rf"(?P<day>\d{{1,2}})[ ]?(?P<month>{months})\.?(?:,?[ ](?P<year>{year})(?!\d))?)?"
        r"(?P<signed>[ ]{0,2}\((?P<agency>[^()\n]{1,40})\))?"
        r"(?(dated)|(?(signed)|(?!)))(?P<dash>[ ]{0,2}(?:--|[–—:]|-(?=[ ]|$)))?"
    )


def _read(match: re.Match[str], language: Language, tables: Tables) -> Glued | None:
    dated, signed = match["dated"] is not None, match["signed"] is not None
    agency = listed(match["agency"], tables) if signed else None
    known = _known(match["place"], tables)
    if agency is None and not (known and dated and match["dash"]):
        return None
    place = known or _unlisted(match["place"], dated=dated)
    day = int(match["day"]) if dated else None
    if place is None or (day is not None and not 1 <= day <= _LAST_DAY):
        return None
    return Glued(
        start=match.start(),
        end=match.end("signed") if signed else match.end("dated"),
        tag=language.tag,
        places=(place,),
        month=_month(match["month"], language) if dated else None,
        day=day,
        year=_common(int(match["year"]), language) if match["year"] else None,
        agency=agency or (Agency(name=match["agency"], known=False) if signed else None),
    )


def _known(printed: str, tables: Tables) -> Place | None:
    name = printed.strip()
    return find_place(tables.places.get(name.casefold(), name))


def _unlisted(printed: str, *, dated: bool) -> Place | None:
    """Return the place that no table has, where a day and a listed agency stand behind it."""
    name = printed.strip()
    named = dated and 0 < len(name.split()) <= _MOST_WORDS
    return Place(name=name, zone=None, country=None) if named else None


def _month(printed: str, language: Language) -> int:
    return next(number for number, names in enumerate(language.months, 1) if printed in names)


def _common(year: int, language: Language) -> int:
    """Return the common year of one that *language* counts."""
    whole = year + _CENTURY if year < _SHORT else year
    return whole - language.year_offset if whole >= _OTHER_ERA else whole
