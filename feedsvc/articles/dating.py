"""Give each language of a draft its date, from everything that the document and its arrival tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from feedsvc.datelines import read_stated, resolve
from feedsvc.datelines.calendar import date_in_path
from feedsvc.datelines.stamps import clock_of_stamp
from feedsvc.model.dates import Confidence, Dateline, Evidence, Timestamp
from feedsvc.model.draft import Arrived, Draft
from feedsvc.model.errors import AheadError, DateError
from feedsvc.text.scripts import base

AHEAD = timedelta(days=2)
# Languages in which "05/07/2018" is the fifth of July wherever they are written.
DAY_FIRST = frozenset(
    (
        "bg",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "es",
        "fi",
        "fr",
        "gl",
        "hr",
        "id",
        "it",
        "nb",
        "nl",
        "nn",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sr",
        "sv",
        "tr",
        "uk",
        "vi",
    )
)


def dateline_of(draft: Draft, language: str) -> Dateline | None:
    """Return the dateline that counts for *language*: the first in it, else the first of the draft."""
    datelines = draft.datelines
    if len(datelines) > 1:
        wanted = base(language)
        for dateline in datelines:
            if base(dateline.language) == wanted:
                return dateline
    return datelines[0] if datelines else None


class Dating:
    """Date a draft, once for all languages that share a dateline.

    now:       aware; nothing is published with a later date.
    languages: of the draft, as far as they are known.
    unread:    the error in a date that the copy prints and that is left out, once `by` was asked.
    """

    def __init__(self, arrived: Arrived, *, now: datetime, site_zone: str, languages: Sequence[str] = ()) -> None:
        draft = arrived.draft
        self._is_day_first = bool(languages) and all(base(language) in DAY_FIRST for language in languages)
        self.unread: DateError | None = None
        # Only the year of a dateline is looked for in the copy.
        copy: list[str] = []
        if draft.datelines:
            copy = [
                *[headline.text for headline in draft.headlines],
                *[paragraph.text for paragraph in draft.paragraphs],
            ]
        self._draft = draft
        self._arrival = arrived.arrival
        self._ahead: tuple[str, ...] = ()
        stamp = _text(draft, "stamp")
        self._beside = None if stamp else self._date_beside()
        self._now = now
        self._evidence = Evidence(
            stated=_text(draft, "date"),
            stamp=stamp or self._beside,
            path=_dated_path(draft),
            arrival=arrived.arrival,
            live=arrived.live,
            body="\n".join(copy),
            site_zone=site_zone,
        )
        self._found: list[tuple[Dateline | None, Timestamp]] = []

    def by(self, dateline: Dateline | None) -> Timestamp:
        """Return when the draft was published by *dateline*; its arrival, marked as such, where nothing states a day.

        raises: DateError for a day that cannot be, or lies more than two days ahead.
        source: docs/internals/dates.md.
        """
        for known, timestamp in self._found:
            if known is dateline:
                return timestamp
        evidence, latest = self._evidence, min(self._arrival, self._now)
        try:
            timestamp = self._resolved(dateline, evidence)
            timestamp = self._weighed(_not_ahead(timestamp, latest=latest, now=self._now))
            if self._draft.doubtful and timestamp.confidence == "high":
                timestamp = replace(
                    timestamp,
                    confidence="medium",
                    evidence=(*timestamp.evidence, "The document's encoding is a guess."),
                )
        except DateError as error:
            error.offset = _where(self._draft, dateline, error)
            raise
        self._found.append((dateline, timestamp))
        return timestamp

    def _resolved(self, dateline: Dateline | None, evidence: Evidence) -> Timestamp:
        try:
            return resolve(dateline, evidence) or self._by_update() or _arrival(dateline, evidence, self._arrival)
        except AheadError:
            raise
        except DateError as error:
            if self._is_day_first and not evidence.day_first and self._is_open():
                return self._by_custom(dateline, evidence)
            if self._prints(evidence.stated) and (self._is_open() or _reads_none(evidence.stated)):
                return self._without(error, dateline, evidence)
            raise

    def _by_custom(self, dateline: Dateline | None, evidence: Evidence) -> Timestamp:
        """Return the timestamp by a date whose day stands first, as it does in the language of the copy."""
        timestamp = self._resolved(dateline, replace(evidence, day_first=True))
        step = f"The figures of {timestamp.text!r} leave the month open; in the language of the copy the day is first."
        return replace(timestamp, confidence=_at_most_medium(timestamp), evidence=(*timestamp.evidence, step))

    def _without(self, error: DateError, dateline: Dateline | None, evidence: Evidence) -> Timestamp:
        """Return the timestamp without the date that the copy prints and that cannot be read."""
        self.unread = error
        timestamp = self._resolved(dateline, replace(evidence, stated=None))
        step = f"The date that the copy prints is left out: {error.message}"
        return replace(timestamp, confidence="low", contradictions=(*timestamp.contradictions, step))

    def _is_open(self) -> bool:
        """Return whether the figures of a date leave open which is the month."""
        return any(map(_is_open, filter(None, (self._evidence.stated, self._evidence.stamp))))

    def _prints(self, text: str | None) -> bool:
        return any(date.printed for date in self._draft.dates if date.label == "date" and date.text == text)

    def _date_beside(self) -> str | None:
        """Return the date that the head prints beside other words, unless it lies ahead, as that of an event."""
        text = _text(self._draft, "beside")
        try:
            stated = read_stated(text) if text else None
        except DateError:
            return None
        if stated and stated.date - self._arrival.date() > AHEAD:
            self._ahead = (f"The date {text!r} lies after the arrival; it is of something else than the copy.",)
            return None
        return text

    def _by_update(self) -> Timestamp | None:
        """Return the date of the update, where the document states no other: it was published then at the latest."""
        stated = next((stated for stated in self._draft.dates if stated.label == "updated"), None)
        if stated is None or self._evidence.stated:
            return None
        try:
            timestamp = resolve(None, replace(self._evidence, stated=stated.text, path=""))
        except AheadError:
            return None
        if timestamp is None or timestamp.provenance != "stated":
            return None
        step = "It is the date of an update, and no other is stated."
        return replace(timestamp, confidence=_at_most_medium(timestamp), evidence=(*timestamp.evidence, step))

    def _weighed(self, timestamp: Timestamp) -> Timestamp:
        """Return *timestamp*, less sure where other words are beside its text."""
        if self._ahead:
            timestamp = replace(timestamp, contradictions=(*timestamp.contradictions, *self._ahead))
        if timestamp.provenance != "stamp" or self._beside is None:
            return timestamp
        step = "The line has other words too, so the date may be of something else."
        return replace(timestamp, confidence=_at_most_medium(timestamp), evidence=(*timestamp.evidence, step))

    def update_stated(self, dateline: Dateline | None, published: Timestamp) -> Timestamp | None:
        """Return when the document says that it was last changed, None where it does not.

        Without a zone it is by the clock that the date is by: that of the desk whose stamp told the time, else that of
        *published*.

        raises: DateError when it is no date.
        """
        stated = next((stated for stated in self._draft.dates if stated.label == "updated"), None)
        if stated is None:
            return None
        site_zone, zone = self._evidence.site_zone, published.instant.tzinfo or UTC
        try:
            timestamp = resolve(None, Evidence(stated=stated.text, path=self._draft.path, site_zone=site_zone))
        except DateError as error:
            error.offset = stated.span.start
            raise
        if timestamp is None or timestamp.provenance != "stated":
            raise DateError(_unreadable(stated.text), offset=stated.span.start)
        if "zone" not in timestamp.inferred:
            return timestamp
        if dateline and published.provenance == "dateline":
            day = published.instant.date()
            zone = clock_of_stamp(day, zone, dateline=dateline, evidence=self._evidence) or zone
        steps = [step for step in timestamp.evidence if not step.endswith(f"keeps the time of {site_zone}.")]
        return replace(
            timestamp,
            instant=timestamp.instant.replace(tzinfo=zone).astimezone(published.instant.tzinfo),
            evidence=(*steps, f"No zone is printed; the time is by the clock of {zone}, as that of the date is."),
        )


def _is_open(text: str) -> bool:
    try:
        read_stated(text)
    except DateError:
        try:
            return read_stated(text, day_first=True) is not None
        except DateError:
            return False
    return False


def _reads_none(text: str | None) -> bool:
    try:
        return text is not None and read_stated(text) is None
    except DateError:
        return False


def _at_most_medium(timestamp: Timestamp) -> Confidence:
    return "medium" if timestamp.confidence == "high" else timestamp.confidence


def _where(draft: Draft, dateline: Dateline | None, error: DateError) -> int | None:
    """Return the offset of the text that *error* quotes, else of the dateline."""
    for stated in draft.dates:
        if repr(stated.text.strip()) in error.message:
            return stated.span.start
    return dateline.span.start if dateline else None


def same_date(one: Timestamp, other: Timestamp, *, datelines: tuple[Dateline | None, Dateline | None]) -> bool:
    """Return whether two readings of a document rest on the same printed or stated date.

    A published article keeps its date when software, zones or places change, or when a dateline's agency or spelling
    is corrected. Only a changed date moves it.

    source: docs/internals/dates.md, "Moving".
    """
    if one.provenance != other.provenance:
        return False
    if one.provenance == "arrival":
        return True
    if one.provenance == "dateline":
        before, after = (_printed(dateline) for dateline in datelines)
        return before == after
    return one.text == other.text


def _printed(dateline: Dateline | None) -> tuple[object, ...]:
    if dateline is None:
        return ()
    return (dateline.year, dateline.month, dateline.day, dateline.time, dateline.zone)


def _dated_path(draft: Draft) -> str:
    """Return the path of the document, or the address that it states where only that has a day in it."""
    address, found = _text(draft, "address"), date_in_path(draft.path)
    return draft.path if address is None or (found and found.whole) else address


def _text(draft: Draft, label: str) -> str | None:
    for stated in draft.dates:
        if stated.label == label:
            return stated.text
    return None


def _arrival(dateline: Dateline | None, evidence: Evidence, arrival: datetime) -> Timestamp:
    if evidence.stated:
        raise DateError(_unreadable(evidence.stated))
    zone = (dateline and (dateline.zone or dateline.place_zone)) or evidence.site_zone
    step = "No text states a day, so the date is the document's arrival."
    if not evidence.live:
        step += " The documents that came with it were copied here, so the arrival is only the time of the copying."
    return Timestamp(
        instant=arrival.astimezone(_zone(zone)).replace(microsecond=0),
        precision="second",
        provenance="arrival",
        text="",
        inferred=("month", "time", "year", "zone"),
        evidence=(step,),
        confidence="medium" if evidence.live else "low",
    )


def _unreadable(text: str) -> str:
    return f"no date can be read from {text!r}; write it as YYYY-MM-DD"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError):  # "+08:00": the arrival is an instant, its zone only how it is written
        return ZoneInfo("UTC")


def _not_ahead(timestamp: Timestamp, *, latest: datetime, now: datetime) -> Timestamp:
    if timestamp.instant <= now:
        return timestamp
    if timestamp.instant > now + AHEAD:
        due = timestamp.instant - AHEAD
        message = (
            f"the date {timestamp.text!r}, {timestamp.instant.isoformat()}, lies ahead; "
            f"it holds the copy back until {due.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        )
        raise AheadError(message, due=due)
    step = f"{timestamp.instant.isoformat()} lies ahead of the arrival, so the arrival's instant stands for it."
    return replace(
        timestamp,
        instant=latest.astimezone(timestamp.instant.tzinfo).replace(microsecond=0),
        precision="second",
        inferred=tuple(sorted({*timestamp.inferred, "time"})),
        contradictions=(*timestamp.contradictions, step),
    )
