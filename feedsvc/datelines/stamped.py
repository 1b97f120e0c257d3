"""Take the time of day of a dateline that prints none from the stamp beside it: when the copy was issued."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from feedsvc.datelines.clock import LAST_MINUTE, SOON, Case, leave_letters, zone_named
from feedsvc.datelines.homes import HOMES
from feedsvc.datelines.stated import Stated, read_stated
from feedsvc.errors import DateError
from feedsvc.model.dates import Dateline, Evidence, Precision


class Hour(NamedTuple):
    """Hold a time of day, the zone in which it is of the dateline's day, and how exactly it is known."""

    time: time
    zone: tzinfo
    precision: Precision


def hour_of_stamp(day: date, zone: tzinfo, *, dateline: Dateline, evidence: Evidence, case: Case) -> Hour | None:
    """Return when on *day* the copy was issued, None where the stamp does not tell.

    A desk's system prints a stamp by its own clock, so one without a zone is of the agency's home before it is of the
    place; by a clock that puts it after a live arrival it cannot be. It tells the time where it is of the dateline's
    day, either there or as printed. Where it follows within 36 hours, the day is at its end, as for a live arrival.

    zone:   of the dateline.
    source: docs/internals/dates.md.
    """
    stamped = _read(dateline, evidence)
    if stamped is None:
        return None
    if stamped.time is None:
        if stamped.unread:
            case.no_time = f"The time of day that the stamp {evidence.stamp!r} prints is not understood"
            case.at_most("medium")
        return None
    issued = [_at(stamped, each) for each in _zones(stamped, zone, dateline, evidence)]
    fitting = [each for each in issued if day in (each.date(), each.astimezone(zone).date())]
    if not fitting:
        return _of_another_day(day, zone, issued[0], evidence, case)
    arrival = evidence.arrival if evidence.live else None
    found = next((each for each in fitting if arrival is None or each <= arrival), fitting[0])
    if stamped.letters:
        leave_letters(stamped.letters, day, stamped.time, dateline, case)
    clock = f", by the clock of {found.tzinfo}" if stamped.zone is None else ""
    case.evidence.append(f"The stamp {evidence.stamp!r} prints the time of day{clock}.")
    there = found.astimezone(zone)
    if there.date() != day:  # a day by the clock of the desk, not by that of the place
        there = found
    return Hour(there.time(), there.tzinfo or zone, stamped.precision)


def _read(dateline: Dateline, evidence: Evidence) -> Stated | None:
    near = (dateline.month, dateline.day) if dateline.month and dateline.day else None
    try:
        return read_stated(evidence.stamp, near=near) if evidence.stamp else None
    except DateError:
        return None


def _zones(stamped: Stated, zone: tzinfo, dateline: Dateline, evidence: Evidence) -> list[tzinfo]:
    """Return the zones by whose clock the stamp may be, the likeliest first."""
    if stamped.zone:
        return [zone_named(stamped.zone)]
    home = HOMES.get(dateline.agency) if dateline.agency else None
    return [*([zone_named(home)] if home else []), zone, zone_named(evidence.site_zone)]


def _at(stamped: Stated, zone: tzinfo) -> datetime:
    return datetime.combine(stamped.date, stamped.time or time(), tzinfo=zone)


def _of_another_day(day: date, zone: tzinfo, issued: datetime, evidence: Evidence, case: Case) -> Hour | None:
    case.no_time = f"The time in the stamp {evidence.stamp!r} is of another day"
    last = datetime.combine(day, LAST_MINUTE, tzinfo=zone)
    if not timedelta() < issued - last <= SOON:
        return None
    case.inferred.add("time")
    case.evidence.append(f"{case.no_time}, within 36 hours after that of the dateline, so 23:59 is taken.")
    return Hour(LAST_MINUTE, zone, "day")
