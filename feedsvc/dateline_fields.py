"""Put what a dateline says into fields, for `feedsvc dateline`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from feedsvc.datelines import evidence_for, find_dateline, resolve
from feedsvc.errors import DateError

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


def dateline_fields(text: str, reference: date | datetime | None) -> dict[str, Any]:
    """Return what the dateline at the head of *text* prints, and the day that it means.

    reference: when a reader got the copy; without one no year is inferred.
    returns:   "confidence" is that of the date, and "evidence" ends with what contradicts it. "found" is False, and
               everything else empty, where there is no dateline. "date" is None where it states no day and no stamp
               beside it does, or nothing tells the year.
    """
    dateline = find_dateline(text)
    if dateline is None:
        return dict(NOTHING)
    try:
        timestamp = resolve(dateline, evidence_for(reference, text, dateline=dateline))
        evidence = [*timestamp.evidence, *timestamp.contradictions] if timestamp else []
    except DateError as error:
        timestamp, evidence = None, [error.message]
    return {
        "found": True,
        "text": dateline.text,
        "places": list(dateline.places),
        "agency": dateline.agency,
        "month": dateline.month,
        "day": dateline.day,
        "year": dateline.year,
        "date": timestamp.instant.date().isoformat() if timestamp else None,
        "zone": dateline.zone or dateline.place_zone,
        "inferred": list(timestamp.inferred) if timestamp else [],
        "confidence": timestamp.confidence if timestamp else None,
        "evidence": evidence,
    }
