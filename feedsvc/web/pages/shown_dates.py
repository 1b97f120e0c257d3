"""Dates, times and lengths of time as readers of each language write them.

source: Unicode CLDR, through Babel, which takes 30 ms to import: workers do that with their first date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from feedsvc.model.article import Text
from feedsvc.model.dates import Timestamp
from feedsvc.text.catalogues import ENGLISH
from feedsvc.text.scripts import base

if TYPE_CHECKING:  # see above
    from babel import Locale

# CLDR's "en" is that of the United States; English of the world has the day first.
INTERNATIONAL_ENGLISH = "en_001"
HALF_OF_DAY = re.compile(r"\s([ap])\.?m\.?$", re.IGNORECASE)
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale | None:
    """Return the conventions of *language*, a BCP 47 tag, or of its language without script and region."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  see above

    for tag in (INTERNATIONAL_ENGLISH if language == ENGLISH else language.replace("-", "_"), base(language)):
        try:
            return Locale.parse(tag)
        except (ValueError, UnknownLocaleError):
            continue
    return None


def shown_date(timestamp: Timestamp, language: str) -> str:
    """Return a date for people, by its own clock: only the day, or the day with the time, as far as it is known."""
    at = timestamp.instant
    return shown_day(at, language) if timestamp.precision == "day" else shown_day_and_time(at, language)


def shown_moment(at: datetime, language: str) -> str:
    """Return *at* (aware) for people, to the minute, with its zone."""
    return f"{shown_day_and_time(at, language)} {shown_zone(at)}"


@lru_cache(maxsize=4096)  # a list has the same days again
def shown_day(at: datetime, language: str) -> str:
    """Return the day of *at*, by its own clock: "26 October 2026"; in ISO 8601 if the language is not known."""
    locale = locale_of(language)
    if locale is None:
        return at.date().isoformat()
    from babel.dates import format_date  # noqa: PLC0415  see above

    return format_date(at.date(), "long", locale=locale)


@lru_cache(maxsize=4096)
def shown_time(at: datetime, language: str) -> str:
    """Return the time of *at*, by its own clock, to the minute: "4:30 p.m.", "16:30"."""
    locale = locale_of(language)
    if locale is None:
        return f"{at.hour:02}:{at.minute:02}"
    from babel.dates import format_time  # noqa: PLC0415  see above

    shown = format_time(at.replace(tzinfo=None), "short", locale=locale)
    if locale.language == ENGLISH:  # as newspapers write it
        shown = HALF_OF_DAY.sub(lambda found: f"\N{NO-BREAK SPACE}{found[1].lower()}.m.", shown)
    return shown


@lru_cache(maxsize=4096)
def shown_day_and_time(at: datetime, language: str) -> str:
    """Return the day and the time of *at*, by its own clock: "26 October 2026, 4:30 p.m."."""
    day, time = shown_day(at, language), shown_time(at, language)
    locale = locale_of(language)
    if locale is None:
        return f"{day} {time}"
    from babel.dates import get_datetime_format  # noqa: PLC0415  see above

    return str(get_datetime_format("medium", locale=locale)).replace("{0}", time).replace("{1}", day)


def interval(seconds: int, languages: Sequence[str]) -> Text:
    """Return a length of time in its largest whole unit: "15 minutes"."""
    size, unit = next(unit for unit in UNITS if seconds % unit[0] == 0)
    return Text(items=tuple((tag, _length(seconds // size, unit, tag)) for tag in dict.fromkeys((ENGLISH, *languages))))


@lru_cache(maxsize=256)
def _length(number: int, unit: str, language: str) -> str:
    from babel.units import format_unit  # noqa: PLC0415  see above

    return format_unit(number, f"duration-{unit}", length="long", locale=locale_of(language) or INTERNATIONAL_ENGLISH)


def machine_date(timestamp: Timestamp) -> str:
    """Return a date for HTML's ``datetime`` attribute, as precise as it is known."""
    if timestamp.precision == "day":
        return timestamp.instant.date().isoformat()
    return timestamp.instant.isoformat(timespec="seconds" if timestamp.precision == "second" else "minutes")


def shown_zone(at: datetime) -> str:
    """Return the offset of *at* from UTC."""
    minutes = int((at.utcoffset() or timedelta()) / timedelta(minutes=1))
    if minutes == 0:
        return "UTC"
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
