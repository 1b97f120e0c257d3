"""The fields of a dateline, as `feedsvc dateline` prints them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from feedsvc.datelines import evidence_for, find_dateline, resolve, why_dateline
from feedsvc.datelines.agency_table import national_zone
from feedsvc.datelines.places import find_place, region_of
from feedsvc.model.dates import Dateline
from feedsvc.model.errors import DateError

NOTHING: dict[str, Any] = {
    "found": False,
    "text": None,
    "places": [],
    "agency": None,
    "month": None,
    "day": None,
    "year": None,
    "date": None,
    "zone": None,
    "inferred": [],
    "confidence": None,
    "evidence": [],
}


def dateline_fields(text: str, reference: date | datetime | None, *, languages: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the fields of the dateline at the start of *text*, and its date.

    reference: when the copy was received; without it, no year is inferred.
    languages: tags of further languages to read the dateline in.
    returns:   "found" is False, and everything else empty, if there is no dateline. "confidence" is that of the date.
               "evidence" begins with what makes the line a dateline, and ends with the contradictions. "date" is None
               if neither the dateline nor a stamp beside it states a day, or if the year is unknown. If only a stamp
               states the day, month, day and year are the stamp's. "zone" is the printed zone, else that of the first
               place, else, for a city in no table, that of the country of the national agency that signs.
    """
    dateline = find_dateline(text, languages=languages)
    if dateline is None:
        return dict(NOTHING)
    try:
        timestamp = resolve(dateline, evidence_for(reference, text, dateline=dateline))
        evidence = [*timestamp.evidence, *timestamp.contradictions] if timestamp else []
    except DateError as error:
        timestamp, evidence = None, [error.message]
    evidence = [*deciding_words(text, dateline, languages=languages), *evidence]
    printed = (dateline.month, dateline.day, dateline.year)
    if timestamp and timestamp.provenance == "stamp" and printed == (None, None, None):
        stamped = timestamp.instant.date()
        printed = (stamped.month, stamped.day, stamped.year)
    return {
        "found": True,
        "text": dateline.text,
        "places": list(dateline.places),
        "agency": dateline.agency,
        "month": printed[0],
        "day": printed[1],
        "year": printed[2],
        "date": timestamp.instant.date().isoformat() if timestamp else None,
        "zone": dateline.zone or dateline.place_zone or _zone_at_home(dateline),
        "inferred": list(timestamp.inferred) if timestamp else [],
        "confidence": timestamp.confidence if timestamp else None,
        "evidence": evidence,
    }


def deciding_words(text: str, dateline: Dateline, *, languages: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the sentence that says why *text* opens with *dateline*, none for scripts that are not weighed."""
    seen = why_dateline(text, dateline, languages=languages)
    if not seen:
        return ()
    named = ", ".join(f"{name} {weight:+.1f}" for name, weight in seen)
    return (f"The evidence for a dateline adds up to {sum(weight for _, weight in seen):+.1f}: {named}.",)


def _zone_at_home(dateline: Dateline) -> str | None:
    """Return the zone of a national agency's country, if the city is unknown or several countries have one."""
    place = find_place(dateline.places[0]) if dateline.places else None
    unsure = bool(dateline.places) and (place is None or place.zone is None)
    home = national_zone(dateline.agency) if unsure else None
    abroad = dateline.place_country is not None and region_of(dateline.place_country).main != home
    return None if abroad else home
