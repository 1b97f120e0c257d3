"""Read agencies and cities that the body follows with no sign between: "Baku, September 20, AZERTAC A delegation"."""

from __future__ import annotations

from feedsvc.datelines.agency import read_agency
from feedsvc.datelines.named import Named
from feedsvc.datelines.tables import Agency, Tables

_LEAST = 4


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
