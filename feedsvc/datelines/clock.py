"""Choose the zone and the time of day of a date, and never let it lie in the future."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedsvc.datelines.agency_table import HOMES, national_zone
from feedsvc.datelines.calendar import AHEAD
from feedsvc.datelines.places import region_of
from feedsvc.model.dates import Confidence, Dateline, Evidence, Inferred, Precision, Timestamp
from feedsvc.model.errors import AheadError

_NOON = time(12)
LAST_MINUTE = time(23, 59)
SOON = timedelta(hours=36)
_LEVELS: tuple[Confidence, ...] = ("low", "medium", "high")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Case:
    """Gather, while a date is being found, what is inferred and the sentences that say why.

    no_time: why no time of day is taken from the text, in words.
    no_zone: why no zone is.
    """

    inferred: set[Inferred] = field(default_factory=set)
    evidence: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)
    confidence: Confidence = "high"
    no_time: str = "No time of day is printed"
    no_zone: str = "No zone is printed"

    def at_most(self, level: Confidence) -> None:
        """Lower the confidence to *level*, never raise it."""
        self.confidence = _LEVELS[min(_LEVELS.index(self.confidence), _LEVELS.index(level))]


def zone_of(dateline: Dateline | None, evidence: Evidence, stated: str | None, case: Case) -> tzinfo:
    """Return the zone: stated, else the dateline place's, else the agency's home, else the site's; say which."""
    if stated is not None:
        case.evidence.append(f"The zone {stated} is printed.")
        return zone_named(stated)
    case.inferred.add("zone")
    if dateline and dateline.place_zone:
        case.evidence.append(f"{case.no_zone}; {dateline.places[0]} keeps the time of {dateline.place_zone}.")
        return zone_named(dateline.place_zone)
    home = _home(dateline) if dateline else None
    if home and dateline:
        why = "the place's zone is not known" if dateline.places else "no place is printed"
        case.evidence.append(f"{case.no_zone}, and {why}; {dateline.agency} is at home in {home}.")
        return zone_named(home)
    why = f"{case.no_zone}, and no place or agency is printed"
    if dateline and (dateline.places or dateline.agency):
        whose = " and ".join(f"{name!r}" for name in (*dateline.places[:1], dateline.agency) if name)
        why = f"{case.no_zone}, and none is known of {whose}"
    case.evidence.append(f"{why}; the site keeps the time of {evidence.site_zone}.")
    return zone_named(evidence.site_zone)


def leave_letters(letters: str, day: date, moment: time | None, dateline: Dateline | None, case: Case) -> None:
    """Say that a printed zone is not resolved; the date is less sure then, unless its own place's clock is called so.

    letters: as printed, "CST" or "+16:00".
    """
    told = dateline and (dateline.place_zone or (dateline.agency and HOMES.get(dateline.agency)))
    if told and datetime.combine(day, moment or _NOON, tzinfo=zone_named(told)).tzname() == letters:
        case.no_zone = f"The letters {letters} are printed"
        return
    if letters[0] in "+-":
        case.evidence.append(f"The zone {letters} is printed, which no clock keeps.")
    else:
        case.evidence.append(f"The letters {letters} mean several zones or none that is known, and are not resolved.")
    case.no_zone = "The zone that is printed is not understood"
    case.at_most("medium")


def _home(dateline: Dateline) -> str | None:
    """Return the zone of the agency's home, unless the place is named in another country."""
    home = HOMES.get(dateline.agency) if dateline.agency else None
    abroad = dateline.place_country is not None and region_of(dateline.place_country).main != home
    return None if abroad else home


def is_elsewhere(dateline: Dateline) -> bool:
    """Return whether it prints a place whose zone nothing tells: that of an agency or the site is no more than a guess.

    A national agency whose country has one zone is the exception: its unlisted cities lie there.
    """
    told = dateline.zone or dateline.place_zone or (_home(dateline) and national_zone(dateline.agency))
    return bool(dateline.places) and not told


@lru_cache(maxsize=512)  # zoneinfo itself keeps only eight
def zone_named(name: str) -> tzinfo:
    """Return the zone called *name*: an IANA name, or "+08:00"; UTC for one that is not known."""
    if name[:1] in ("+", "-"):
        offset = timedelta(hours=int(name[1:3]), minutes=int(name[4:6]))
        return timezone(-offset if name[0] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def stamp_of(  # noqa: PLR0913 -- one date and all that bears on it
    day: date,
    moment: time | None,
    zone: tzinfo,
    *,
    precision: Precision,
    provenance: str,
    text: str,
    evidence: Evidence,
    case: Case,
) -> Timestamp:
    """Return the timestamp of *day*, its time of day found when none is printed, never later than the arrival.

    raises: AheadError when the day lies more than two days ahead of a live arrival: such copy is held.
    """
    arrival = evidence.arrival.astimezone(zone).replace(microsecond=0) if evidence.arrival else None
    if arrival is not None:
        _hold_advance(day, arrival, text, evidence)
    instant = datetime.combine(day, moment or _time_of_day(day, arrival, evidence, case), tzinfo=zone)
    if moment is not None:
        instant = _shown_once(instant, text, case)
    if arrival is not None and evidence.live and arrival < instant:
        if moment is not None or day > arrival.date():
            ahead = "a later time of the same day" if day == arrival.date() else f"{day.isoformat()}"
            case.contradictions.append(
                f"The copy is dated {ahead}, ahead of its arrival at {_shown(arrival)}; the arrival is taken."
            )
        instant = arrival
    elif arrival is not None and arrival < instant and day > arrival.date():
        told = f"The copy is dated {day.isoformat()}, later than the file, of {_shown(arrival)}"
        if day - arrival.date() <= AHEAD:
            case.contradictions.append(f"{told}; the arrival is taken.")
            instant = arrival
        else:
            case.contradictions.append(f"{told}.")
            case.at_most("low")
    return Timestamp(
        instant=_fixed(instant),
        precision=precision,
        provenance=provenance,
        text=text,
        inferred=tuple(sorted(case.inferred)),
        evidence=tuple(case.evidence),
        contradictions=tuple(case.contradictions),
        confidence=case.confidence,
    )


def _shown_once(instant: datetime, text: str, case: Case) -> datetime:
    """Return *instant*, moved where the clock of its zone leaves out the hour; say so, and where it shows it twice."""
    from dateutil.tz import datetime_ambiguous, datetime_exists, resolve_imaginary  # noqa: PLC0415 -- see stated.py

    printed = f"{text!r} prints {instant:%H:%M}, which the clock of {instant.tzinfo}"
    if not datetime_exists(instant):
        moved: datetime = resolve_imaginary(instant)
        case.contradictions.append(f"{printed} left out on that day, when it was put forward; {moved:%H:%M} is taken.")
        case.at_most("medium")
        return moved
    if datetime_ambiguous(instant):
        case.contradictions.append(f"{printed} showed twice on that day, when it was put back; the first is taken.")
        case.at_most("medium")
    return instant


def _hold_advance(day: date, arrival: datetime, text: str, evidence: Evidence) -> None:
    if evidence.live and day - arrival.date() > AHEAD:
        days = (day - arrival.date()).days
        raise AheadError(
            f"{text!r} is dated {day.isoformat()}, {days} days ahead of its arrival on {arrival.date()}; "
            "correct the date"
        )


def _time_of_day(day: date, arrival: datetime | None, evidence: Evidence, case: Case) -> time:
    case.inferred.add("time")
    if arrival is not None and evidence.live:
        if arrival.date() == day:
            case.evidence.append(f"{case.no_time}; the copy arrived on that day at {arrival:%H:%M}.")
            return arrival.timetz().replace(tzinfo=None)
        last = datetime.combine(day, LAST_MINUTE, tzinfo=arrival.tzinfo)
        if timedelta() < arrival - last <= SOON:
            case.evidence.append(f"{case.no_time}; the copy arrived within 36 hours after that day, so 23:59 is taken.")
            return LAST_MINUTE
    if arrival is not None and not evidence.live:
        case.no_time += ", and the copy came together with copy of quite other days, so its arrival is not believed"
    case.evidence.append(f"{case.no_time}; noon is taken.")
    return _NOON


def _fixed(instant: datetime) -> datetime:
    """Return *instant* with a numeric offset of whole minutes: what feeds can write."""
    return instant.replace(tzinfo=_whole_minutes(instant.utcoffset() or timedelta()))


@lru_cache(maxsize=512)
def _whole_minutes(offset: timedelta) -> timezone:
    return timezone(timedelta(minutes=round(offset.total_seconds() / 60)))


def _shown(arrival: datetime) -> str:
    return f"{arrival:%Y-%m-%d %H:%M}"
