"""Make the rows of countries and states: what they are called, which zones they have."""

from __future__ import annotations

import re
import zoneinfo
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from babel import Locale

from feedsvc.datelines.places import fold
from places_sources import City, countries, rows_by_hand, zones_of_countries

# A place that no row names is small; it is placed where this share of the small places of its region are.
_SMALL = 50_000
_SHARE = 0.97
_SAME_SINCE = 2016
_SAME_UNTIL = 2026


@dataclass(frozen=True, kw_only=True)
class Zones:
    """Hold a region's English name, its usual zone, and that of places there that no row names ("" when unsure)."""

    name: str
    main: str
    elsewhere: str


def zones_of_regions(cities: list[City]) -> dict[str, Zones]:
    """Return the zones of every country and state."""
    people: dict[str, Counter[str]] = defaultdict(Counter)
    small: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for city in cities:
        zone = city.zone or ""
        for code in {city.code, city.code[:2]}:
            people[code][zone] += city.people + 1
            small[code][_clock(zone)] += city.people < _SMALL
    rows = {row.code: row for row in reversed(rows_by_hand()) if row.kind == "region"}
    names = Locale.parse("en").territories
    found = {}
    listed = {code for _, code in countries()}
    for code in sorted({*people, *rows, *listed}):
        zones = people[code] or Counter(zones_of_countries().get(code, ()))
        main = max(zones, key=lambda zone: (zones[zone], zone)) if zones else ""
        sure = len(zones) == 1 or (zones and small[code][_clock(main)] >= _SHARE * small[code].total())
        name = rows[code].name if code in rows else names.get(code, code)
        stated = next((row.zone for row in rows_by_hand() if (row.kind, row.code) == ("region", code) and row.zone), "")
        found[code] = Zones(name=name, main=stated or main, elsewhere=stated or (main if sure else ""))
    return found


def names_of_regions() -> dict[str, str]:
    """Return the row of every name of a region: hand-reviewed names first, then CLDR's names of countries."""
    either: dict[str, list[str]] = defaultdict(list)
    also = {row.code: row.also for row in rows_by_hand() if row.also}
    for row in rows_by_hand():
        if row.kind in {"region", "province"}:
            for key in map(fold, (row.name, *row.names)):
                if row.code not in either[key]:
                    either[key].append(row.code)
    for name, code in countries():
        either.setdefault(fold(name), [code])
    found = {}
    for key, codes in either.items():
        beyond = dict.fromkeys(other for code in codes for other in also.get(code, ()) if other not in codes)
        found[key] = "+".join(["|".join(codes), *beyond])
    return {key: text for key, text in found.items() if re.search(r"\w", key)}


@cache
def _clock(zone: str) -> tuple[str, ...]:
    """Return what tells the zone's clocks from others', month by month: zones that agree are one here."""
    key = zoneinfo.ZoneInfo(zone)
    years = range(_SAME_SINCE, _SAME_UNTIL + 1)
    months = (datetime(year, month, 15, tzinfo=UTC) for year in years for month in range(1, 13))
    return tuple(str(month.astimezone(key).utcoffset()) for month in months)
