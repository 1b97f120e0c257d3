"""Find the place that a dateline names: its English name, IANA zone and country, from its name in any script.

The names stand in ``places.tsv`` beside this package, made by ``tools/make_places.py`` and read when the first name is
asked for. docs/places.md tells how the table is made and how a name is decided.

Zones are those of the ``tzdata`` wheel, never the host's: a host's copy is often a year old. ``zoneinfo`` is told so
here, once, because everything that turns a place into a zone imports this package.
"""

from __future__ import annotations

import zoneinfo
from functools import lru_cache

from feedsvc.model.dates import Place
from feedsvc.places.fold import as_printed, fold
from feedsvc.places.glued import place_after_its_country, place_at_end, place_at_start
from feedsvc.places.meanings import Codes, Meaning, choose, codes_of, meanings_of

__all__ = ["find_place", "find_region", "place_at_end", "place_at_start"]

zoneinfo.reset_tzpath(to=())

_LONGEST = 100


@lru_cache(maxsize=4096)
def find_place(name: str, *, region: str | None = None) -> Place | None:
    """Return the place called *name*, in any script and case.

    A name that means places in two zones has no zone, unless the region decides or one of them is what wires mean by
    the bare name. A place that no row names is placed by its region: "SIMMELSDORF, Germany".

    region:  the country, state or province printed beside it, in any wire language or AP's abbreviations.
    returns: None when nothing is known by that name. A region that is not known counts as not printed.
    """
    if len(name) > _LONGEST or len(region or "") > _LONGEST:
        return None
    if region is None and "," in name:
        name, _, region = name.partition(",")
    known = meanings_of(fold(name))
    codes = codes_of(fold(region)) if region else None
    if codes:
        return _within(name, known, codes)
    if known:
        return choose(known)
    return _quarter(name, of=region) if region else place_after_its_country(name)


def find_region(name: str) -> str | None:
    """Return the ISO code of the country or state called *name*: "IT", "US-MO"; the likelier where there are two."""
    codes = codes_of(fold(name)) if len(name) <= _LONGEST else None
    return codes.either[0] if codes else None


def _within(name: str, known: tuple[Meaning, ...], codes: Codes) -> Place | None:
    inside = codes.holding(known)
    if inside and any(meaning.zone for meaning in inside):
        return choose(inside)
    printed = inside[0].name if inside else as_printed(name)
    return Place(name=printed, zone=codes.zone_elsewhere, country=codes.country) if printed else None


def _quarter(name: str, *, of: str) -> Place | None:
    city = meanings_of(fold(of))
    if not city or not name.strip():
        return None
    place = choose(city)
    return Place(name=as_printed(name), zone=place.zone, country=place.country)
