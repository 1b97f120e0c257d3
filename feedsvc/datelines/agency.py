"""Tell which agency signs: by the names the languages list, else as printed where only an agency can stand."""

from __future__ import annotations

import re
from functools import lru_cache

from feedsvc.datelines.tables import Agency, Tables, key
from feedsvc.places.pattern import lazy

_SLASHES = lazy("[ ]*/[ ]*")
_PARTS = lazy(r"[ ]*[/|,;&+·][ ]*|[ ]+[-–—][ ]+|-(?=[^\W\d_])")
_SITE = lazy(r"[\w-]+(?:\.[\w-]+){0,2}\.(?:com|net|org|info|news|[a-z]{2})", re.IGNORECASE)
_PLAUSIBLE = lazy(r"(?:[^\W\d_][\w.'’!-]*|[0-9]{1,2}[\w.]*[^\W\d_][\w.]*)(?:[ /&+-][\w.'’]+){0,3}")
_LONGEST = 60
_LONGEST_UNKNOWN = 32
_SAINT = ("st", "st.")  # "(ST PATRICK'S DAY)" is not the Syria Times
_SHORT = 6
_QUARTERS = frozenset(
    (
        "ost",
        "west",
        "nord",
        "süd",
        "mitte",
        "zentrum",
        "east",
        "north",
        "south",
        "centre",
        "center",
        "est",
        "sud",
        "centro",
        "norte",
        "sur",
        "sul",
    )
)

_AFRICANS = ("SN", "CI", "CM", "GA", "ML", "BF", "BJ", "TG", "NE", "TD", "GN", "GH", "NG", "MR", "CG", "CD", "ET", "RW")

# One signature, two agencies: the country of the dateline tells. ({ISO country: canonical}, canonical elsewhere).
_HOMONYMS = {
    "CNS (Catholic)": ({"CN": "CNS", "HK": "CNS", "MO": "CNS"}, "CNS (Catholic)"),
    "CNA": (
        {
            "TW": "CNA (Taiwan)",
            "SG": "CNA (Singapore)",
            "MY": "CNA (Singapore)",
            "ID": "CNA (Singapore)",
            "CY": "CNA (Cyprus)",
            "VA": "CNA (Catholic)",
            "US": "CNA (Catholic)",
            "IT": "CNA (Catholic)",
        },
        "CNA",
    ),
    "APS (Algeria)": ({"SN": "APS (Senegal)"}, "APS (Algeria)"),
    "PA Media": ({"IE": "PA Media"}, "PA Media"),
    "MNA": ({"IR": "Mehr"}, "MNA"),
    "ANP": ({"NE": "ANP (Niger)"}, "ANP"),
    "AIP": ({"CI": "AIP (Côte d'Ivoire)"}, "AIP"),
    "APA": ({"AZ": "APA (Azerbaijan)", **dict.fromkeys(_AFRICANS, "APA (Africa)")}, "APA"),
    "ABC": ({"AU": "ABC (Australia)"}, "ABC"),
    "BNA": ({"BH": "BNA"}, "BNA"),
}


@lru_cache(maxsize=1024)  # a wire signs all its copy alike
def read_agency(printed: str, tables: Tables) -> Agency | None:
    """Return the agency that *printed* names, None when it cannot be one.

    "Xinhua/UPI" is signed by the first that is known; "Reuters Health" by Reuters.
    """
    if len(printed) > _LONGEST:
        return None
    printed = printed.strip(" .")
    found = listed(printed, tables)
    if found:
        return found
    for signs in (_SLASHES, _PARTS):  # "ANA-MPA/M. Petrou" is signed by ANA-MPA, not by ANA
        for part in signs.split(printed):
            found = listed(part, tables)
            if found:
                return found
    words = printed.split()
    for first in range(min(len(words), 2)):
        for last in range(min(len(words), first + 3), first, -1):
            name = " ".join(words[first:last])
            if name.casefold() in _SAINT and len(words) > 1:
                continue
            found = listed(name, tables)
            if found and found.name.casefold() not in ("online", "prime", "beta", "newswire"):
                return found
    return _unknown(printed, tables)


def listed(printed: str, tables: Tables) -> Agency | None:
    """Return the agency that a language lists under exactly this name."""
    return tables.agencies.get(key(printed))


def settle(agency: Agency | None, country: str | None) -> str | None:
    """Return the agency's name, told apart from others of the same letters by the dateline's *country*."""
    if agency is None:
        return None
    if agency.tag not in (None, "en") or agency.name not in _HOMONYMS:
        return agency.name
    by_country, elsewhere = _HOMONYMS[agency.name]
    return by_country.get(country or "", elsewhere)


def _unknown(printed: str, tables: Tables) -> Agency | None:
    if _SITE.fullmatch(printed):
        name = printed[:-4] if printed.casefold().endswith(".com") else printed
        return listed(name, tables) or Agency(name=name, known=False)
    if len(printed) > _LONGEST_UNKNOWN or not _PLAUSIBLE.fullmatch(printed):
        return None
    if printed.casefold() in _QUARTERS or (printed.islower() and len(printed) > _SHORT):
        return None
    return Agency(name=printed, known=False)
