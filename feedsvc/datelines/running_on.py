"""Read agencies and cities that the body follows with no sign between: "Baku, September 20, AZERTAC A delegation"."""

from __future__ import annotations

from feedsvc.datelines.agency import listed, read_agency
from feedsvc.datelines.day import read_day
from feedsvc.datelines.named import Named
from feedsvc.datelines.names import read_places
from feedsvc.datelines.tables import Agency, Tables
from feedsvc.places.pattern import lazy

_LEAST = 4
_JOINED = lazy(r"([A-Z]{2,8})-([^\W\d_][\w'-]{1,30})(?=[ ]?\(|[ ]?[:–—]|, | - )")


def body_runs_on(name: str, head: str, stop: int) -> bool:
    """Return whether the body starts right behind the agency *name* that ends at *stop*.

    Only long names in capitals are sure: "Paris, May 26, AP Moller said" names a company.
    """
    long = len(name) >= _LEAST and name.isupper()
    return long and head[stop : stop + 1] == " " and head[stop + 1 : stop + 2].isupper()


def city_that_runs_on(printed: Named, tables: Tables) -> Named | None:
    """Return the known city that the first words of *printed* name, the rest being the body; None when none do.

    "Harian.com, Jakarta Pemerintah akan" is how Indonesian sites print it.
    """
    words = printed.printed.split(" ")
    for count in range(len(words) - 1, 0, -1):
        name = " ".join(words[:count])
        city = Named(printed=name, start=printed.start, end=printed.start + len(name))
        if city.bare(tables):
            return city
    return None


def site_after_city(name: str, tables: Tables) -> Agency | None:
    """Return the site of "JAKARTA, Harian.id - ": its ending in small letters shows that it is no name."""
    ending = name.rpartition(".")[2]
    return read_agency(name, tables) if "." in name[2:-2] and ending.isascii() and ending.islower() else None


def city_with_day(head: str, stop: int, end: int, tables: Tables) -> bool:
    """Tell whether a city with its day follows the agency that ends at *stop*: "AKP Phnom Penh, March 04"."""
    if head[stop : stop + 1] != " ":
        return False
    places, after = read_places(head, stop + 1, end, tables)
    return bool(places) and places[0].bare(tables) is not None and read_day(head, after + 2, tables) is not None


def agency_joined_to_city(head: str, position: int, end: int, tables: Tables) -> tuple[Agency, int] | None:
    """Return the agency of "APA-Dakar (Senegal)", which a known city follows, and where its name ends."""
    match = _JOINED.match(head, position, end)
    agency = listed(match[1], tables) if match else None
    if match is None or agency is None:
        return None
    city = Named(printed=match[2], start=match.start(2), end=match.end(2))
    return (agency, match.end(1)) if city.bare(tables) else None
