"""Dates: the parts that a dateline prints, the other evidence, and the instant that they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Precision = Literal["second", "minute", "day"]
Confidence = Literal["high", "medium", "low"]
Inferred = Literal["year", "month", "zone", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Mark a stretch of the decoded text, in characters, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDate:
    """A date that the document states about itself, as text.

    label: its name in the document, lower case: "date", "updated", "release", "expiry"; "stamp" for a date line in the
           copy that states when it was issued, "beside" if the line has other words too; "address" for a path of the
           site that has a day in it.
    printed: in the copy, where a slip in it does not keep the copy back, as one in a key does.
    """

    label: Literal["date", "updated", "release", "expiry", "stamp", "beside", "address"]
    text: str
    span: Span
    printed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """The parts that a dateline prints, and no others.

    places:    canonical names, in the order printed ("Beijing" for BEIJING and for 北京); as printed when unknown.
    place_country: ISO 3166 alpha-2 of the first place, or of the region printed beside it; None when not known.
    month, day, year, weekday: as printed; weekday 0 is Monday. Any may be missing.
    time:      "HH:MM" as printed, None when not.
    zone:      an IANA name or "+HH:MM" when the dateline itself states a zone, else None.
    agency:    canonical ("Xinhua" for 新华社), as printed when unknown.
    reporter:  the name inside the dateline, as printed.
    language:  of the dateline's own words.
    text:      exactly the text under the span, but for markup in it.
    """

    places: tuple[str, ...] = ()
    place_zone: str | None = None
    place_country: str | None = None
    month: int | None = None
    day: int | None = None
    year: int | None = None
    weekday: int | None = None
    time: str | None = None
    zone: str | None = None
    agency: str | None = None
    reporter: str | None = None
    language: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that datelines name.

    name:    canonical, English.
    zone:    IANA name; None when the name is ambiguous over zones and nothing printed decides.
    country: ISO 3166 alpha-2, None for the high seas.
    """

    name: str
    zone: str | None
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence of the time when a document was written, besides its dateline.

    Nothing here is required: with no evidence at all, no year is inferred.

    stated:    a full date that the document states about itself, as text ("2017-05-26 14:00").
    stamp:     a full date printed near the dateline, as text.
    path:      the document's path or URL as given; a date in it counts.
    arrival:   aware; when the document was last changed, as first seen.
    live:      False when arrival is that of a copy or a clone: it then bounds the year, and never chooses it.
    body:      the text that names years; read only when it is needed.
    reference: the day on which a reader got the copy, when nothing else is known of its arrival.
    day_first: in "05/07/2017", which leaves it open, the day stands before the month.
    site_zone: IANA name, the last resort for a dateline without a known place or agency.
    """

    stated: str | None = None
    stamp: str | None = None
    path: str = ""
    reference: date | None = None
    arrival: datetime | None = None
    live: bool = True
    body: str = ""
    day_first: bool = False
    site_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """An instant that can say why.

    instant:        aware, numeric offset of the place it was written at.
    provenance:     which field it was read from: "dateline", "stated", "stamp", "path", "arrival".
    text:           as read.
    inferred:       sorted; the parts that no text printed.
    evidence:       sentences, one a step, in the order they were weighed.
    contradictions: sentences on evidence that disagrees with the instant, or was corrected.
    """

    instant: datetime
    precision: Precision
    provenance: str
    text: str
    inferred: tuple[Inferred, ...] = ()
    evidence: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    confidence: Confidence = "high"
