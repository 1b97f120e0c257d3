"""Weigh whether a scan is a dateline: what speaks for it and against it, each with its weight (``evidence.tsv``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from feedsvc.datelines.day import Day
from feedsvc.datelines.spaced import Scan
from feedsvc.datelines.spaced_places import find_region
from feedsvc.datelines.story_head import SOME, goes_on
from feedsvc.datelines.surroundings import (
    FEW_SMALL_WORDS,
    SOME_SMALL_WORDS,
    Look,
    is_alone,
    may_be_english,
    of_a_day_alone,
    of_the_body,
    of_the_close,
    of_the_position,
    of_the_signs,
    of_the_unsigned,
)
from feedsvc.datelines.word_tables import Agency, Tables, fold_word
from feedsvc.model.dates import Place

Weights = Mapping[str, float]


@cache
def usual_weights() -> Weights:
    """Return the weights of ``evidence.tsv``, fitted by tools/fit_evidence.py."""
    rows = Path(__file__).with_name("evidence.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {name: float(weight) for name, weight, *_ in (row.split("\t") for row in rows)}


def weigh(names: Iterable[str], weights: Weights) -> float:
    """Return the sum of the weights: the log odds that the scan is a dateline."""
    return sum([weights.get(name, 0.0) for name in names])


def evidence_of(look: Look) -> list[str]:
    """Return the names of all evidence that *look* shows."""
    found = look.found
    seen = [f"printed: {printed(found)}"]
    if not (found.places or found.agency):
        return seen + of_a_day_alone(look)
    seen += (*_of_the_places(look), *of_the_signs(look))
    if found.places:
        seen += _of_a_known_place(look, look.known) if look.known else _of_an_unknown_place(look)
    if found.day:
        seen += _of_the_day(look, found.day)
    if found.agency:
        seen += _of_the_agency(look, found.agency)
    else:
        seen += of_the_unsigned(look)
    seen += (*of_the_close(look), *of_the_body(look), *of_the_position(look))
    return seen


def printed(found: Scan) -> str:
    """Return what a scan prints, in words."""
    parts = (("place", found.places), ("day", found.day), ("agency", found.agency))
    return " ".join([name for name, part in parts if part])


# Countries that share their name with a city; other countries alone are headings ("CHINA: Factory output rises").
_CITY_STATES = frozenset(
    ("SG", "HK", "MO", "MC", "LU", "DJ", "KW", "PA", "GT", "SM", "VA", "GI", "MX", "DZ", "TN", "BR")
)
_LEAST_NAME, _MANY_WORDS = 4, 5
# How only towns are called, in the languages whose papers print them bare: "SIMMELSDORF – Am Samstag".
_TOWN = re.compile(r"[A-ZÄÖÜ]{3,14}(?:VILLE|BURGH?|BOROUGH|CHESTER|BURY|DORF|HAUSEN|HOFEN|KIRCHEN|WEILER|BRUNN|REUTH)")
_AT_SEA = re.compile(r"\b(?:ABOARD|ON BOARD|[A-Z]{0,3}SS|HM[AC]?S|SEA|OCEAN|GULF|STRAITS?|BAY|CHANNEL)\b")
_LETTERS = re.compile(r"[^\W\d_]+")


def _in_known_region(look: Look) -> bool:
    region = look.found.places[0].region
    return region is not None and find_region(region) is not None


def _is_country_alone(look: Look) -> bool:
    first = look.found.places[0]
    country = find_region(first.printed) if is_alone(look) and first.region is None else None
    return country is not None and len(country) == len("US") and country not in _CITY_STATES


def _opens_a_sentence(look: Look) -> bool:
    match = _LETTERS.search(look.found.places[0].printed)
    word = fold_word(match[0]) if match else ""
    return word in look.tables.openers or word in look.tables.months or word in look.tables.weekdays


def _signs_in_capitals(look: Look) -> bool:
    found = look.found
    return found.agency is not None and found.agency.known and found.places[0].capitals


def _spells(name: str, agency: str) -> bool:
    """Return whether the agency's letters are the initials of the name before it: "Annual Fishing Plan (AFP)"."""
    initials = "".join(word[0] for word in _LETTERS.findall(name)).casefold()
    return len(initials) > 1 and "".join(_LETTERS.findall(agency)).casefold().startswith(initials)


def _of_a_known_place(look: Look, known: Place) -> list[str]:
    """Return the evidence of a place that the table names."""
    seen = ["known place" if known.zone is not None else "place known in several zones"]
    if _is_country_alone(look):
        seen.append("country alone")
    return seen


def _of_an_unknown_place(look: Look) -> list[str]:
    """Return the evidence of a name that may be a place's or other words."""
    name, elsewhere = look.first, not _in_known_region(look)
    seen = ["unknown place" if elsewhere else "unknown place in a known region"]
    if elsewhere and not look.capitals:
        cased = name.upper() != name.lower()
        seen.append("unknown place, small letters" if cased else "unknown place without letter case")
    if look.capitals and is_alone(look) and _TOWN.fullmatch(name):
        seen.append("unknown place alone, a town's ending")
    elif elsewhere and is_alone(look):
        seen.append("unknown place alone")
    if len(name) < _LEAST_NAME and name.isupper():
        seen.append("unknown place, initials")
    if len(name.split()) > _MANY_WORDS:
        seen.append("unknown place of many words")
    if _opens_a_sentence(look):
        seen.append(
            "word that opens sentences, in capitals" if _signs_in_capitals(look) else "word that opens sentences"
        )
    if look.capitals and _AT_SEA.search(name):
        seen.append("ship or sea")
    if look.found.agency is not None and _spells(name, look.found.agency.name):
        seen.append("agency spelled by the words before it")
    return seen


def _has_region_in_brackets(look: Look) -> bool:
    first = look.found.places[0] if look.found.places and is_alone(look) else None
    return first is not None and first.region is not None and look.head[first.end - 1] in ")]"


def _of_the_places(look: Look) -> list[str]:
    """Return the evidence of how the places are printed."""
    found = look.found
    seen = []
    if look.capitals:
        seen.append("capitals, alone" if is_alone(look) else "capitals")
    if look.first and found.places[0].region is not None:
        seen.append("region")
        if not found.in_brackets and _has_region_in_brackets(look):
            seen.append("region in brackets, alone")
    if len(found.places) > 1:
        seen.append("several places")
    if found.in_brackets:
        seen.append("place in brackets")
    return seen


def _of_the_day(look: Look, day: Day) -> list[str]:
    """Return the evidence of what the day prints."""
    month = day.month is not None or day.numbers is not None
    if month:
        seen = ["month and day" if day.day or day.numbers else "month without a day"]
    else:
        seen = ["day without a month" if day.day else "weekday without a day"]
    if day.year:
        seen.append("year")
    if day.weekday is not None:
        seen.append("weekday")
    if month and not day.tags:
        year_first = day.day and look.head[: day.end].endswith(f"{day.year}-{day.month:02}-{day.day:02}")
        seen.append("day in figures, year first" if year_first else "day in figures")
    return seen


_SLOTS = {
    "(": "agency in brackets",
    "[": "agency in square brackets",
    "/": "agency in strokes",
    "bare": "bare agency",
    "": "",
}
# A photo's credit prints the day and the agency too, but no city: "May 26 (Reuters) - Photo by Jane Doe".
_CREDIT = re.compile(
    r"(?:photo|picture|image|video|foto|bild|imagen|crédit|graphic)s?(?:[ ]by|[ ]?[:/©])", re.IGNORECASE
)
_ACRONYM = re.compile(r"[^\W\d_](?:\.?[^\W\d_]){1,9}\.?(?:[/-][^\W_]{2,8})?")
_JOINED = re.compile(r"[^\W\d_]+(?:[A-Z0-9]|-[A-Z])[^\W_]*")  # "Kurdistan24", "AlterPresse", "R-Sport"
_LONGEST_SMALL = 6


def _of_the_agency(look: Look, agency: Agency) -> list[str]:
    """Return the evidence of who signs, and how."""
    found, head, body = look.found, look.head, look.continued
    alone = not (found.places or found.day)
    seen = [_SLOTS[found.slot] + (", alone" if alone else ""), *_of_the_name(look, agency)]
    if found.agency_first and found.places:
        joined = head[found.places[0].start - 1] == "-"
        seen.append("agency joined to the place" if joined else "agency before the place")
        if "." in head[found.start : found.end].partition(", ")[0][1:-1]:
            seen.append("agency's site before the place")
    elif found.places and found.slot == "(" and head[head.rfind("(", 0, found.end) + 1 : found.end - 1].islower():
        seen.append("agency in small letters" if may_be_english(look) else "agency in small letters, not in English")
    if found.slot == "bare" and not (found.places or found.day or head[found.start : found.end].isupper()):
        seen.append("bare agency alone, small letters")
    if _CREDIT.match(body):
        seen.append("a credit follows")
    return seen


def _of_the_name(look: Look, agency: Agency) -> list[str]:
    if agency.known:
        return ["listed agency"] if look.found.day else ["listed agency", "listed agency, no day"]
    if _speaks_of_news(agency.name, look.tables):
        return ["agency by a word of the trade"]
    if "." in look.head[look.found.start : look.found.end] and look.found.slot == "bare":
        return ["agency's site"]
    seen = ["agency by its form" if _looks_like_an_agency(agency.name) else "other words for an agency"]
    body = look.continued
    running = look.small >= (FEW_SMALL_WORDS if len(body) >= SOME else SOME_SMALL_WORDS)
    if body and not (running or body.endswith(".") or goes_on(body, look.tables.words)):
        seen.append("unlisted agency, no running text follows")
    return seen


@lru_cache(maxsize=4096)
def _looks_like_an_agency(name: str) -> bool:
    """Return whether *name* is letters, a site, a small abbreviation or joined words."""
    if _ACRONYM.fullmatch(name) and (name.isupper() or (name.islower() and len(name) <= _LONGEST_SMALL)):
        return True
    return "." in name[1:-1] or _JOINED.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def _speaks_of_news(name: str, tables: Tables) -> bool:
    """Return whether a word of *name* ends as the names of media do: "Harbour Newswire", "Hafenzeitung"."""
    return any(fold_word(word).endswith(tables.media) for word in _LETTERS.findall(name))
