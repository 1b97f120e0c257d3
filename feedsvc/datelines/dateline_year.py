"""Infer the year where a dateline prints none, and the month where it prints only a day."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo

from feedsvc.datelines.calendar import (
    AHEAD,
    PathDate,
    date_in_path,
    day_of,
    latest,
    latest_day,
    months_named,
    weekday_days,
    years_named,
)
from feedsvc.datelines.clock import Case
from feedsvc.datelines.stated import read_stated, year_named
from feedsvc.model.dates import Dateline, Evidence
from feedsvc.model.errors import AheadError, DateError

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LIVE_DAYS = 30  # a live arrival chooses the year of days up to so many before it
_LONG_AGO = 15  # years; a story that names 1931 is more often about it than of it
_MIDDLE, _CLOSE = 15, timedelta(days=46)  # of a named month: it is that of the day, or the one before or after
_BESIDE = timedelta(days=14)  # a story names days of its own fortnight; a year later the same days are of another
_FAR = 300  # about ten months: a reference so much later than the day is reported


def infer_year(
    dateline: Dateline, month: int, day: int, zone: tzinfo, *, evidence: Evidence, case: Case
) -> date | None:
    """Return the day in the year that the strongest evidence chooses; None when there is none to choose by."""
    case.inferred.add("year")
    for reference, name in _references(month, day, evidence):
        found = latest(month, day, until=reference + AHEAD)
        if found:
            return _by_reference(found, reference, name, case)
    arrival = evidence.arrival.astimezone(zone).date() if evidence.arrival else None
    if arrival is None:
        return None
    if evidence.live:
        found = _by_arrival(dateline, month, day, arrival, case)
        if found:
            return found
    return _by_words(dateline, month, day, arrival, evidence, case)


def _references(month: int, day: int, evidence: Evidence) -> list[tuple[date, str]]:
    """Return the dates that choose the year, strongest first, each with its name in words."""
    references: list[tuple[date, str]] = []
    if evidence.stated and (year := year_named(evidence.stated)):  # it could not be read, or this were not asked
        references.append((_day_in(year, month, day, evidence), f"year of the stated date {evidence.stated!r}"))
    if evidence.stamp:
        stamped = read_stated(evidence.stamp, near=(month, day), day_first=evidence.day_first)
        if stamped:
            references.append((stamped.date, f"stamp {evidence.stamp!r}"))
    path = date_in_path(evidence.path)
    if path is not None:
        references.append((_path_reference(path, month, day), f"date {path.text!r} in the path"))
    if evidence.reference is not None:
        references.append((evidence.reference, f"reference date {evidence.reference}"))
    return references


def _day_in(year: int, month: int, day: int, evidence: Evidence) -> date:
    """Return such a day in *year*, or in the year before where the copy came in January, before that day."""
    found = day_of(year, month, day) or date(year, 12, 31)
    arrival = evidence.arrival.date() if evidence.arrival and evidence.live else None
    earlier = day_of(year - 1, month, day)
    return earlier if earlier and arrival and found - AHEAD > arrival and arrival.year == year else found


def _path_reference(path: PathDate, month: int, day: int) -> date:
    """Return the day of the path; of a path that names only a year, that year's own such day."""
    if path.month is None:
        return day_of(path.year, month, day) or path.last
    return path.last


def _by_reference(found: date, reference: date, name: str, case: Case) -> date:
    gap = (reference - found).days
    case.evidence.append(f"The {name} is nearest to that day in {found.year}, so the year is {found.year}.")
    if gap > _FAR:
        case.contradictions.append(
            f"The {name} lies {gap} days after {found}; the copy may be a reprint or dated ahead, or the year another."
        )
        case.at_most("low")
    elif gap > _LIVE_DAYS:
        case.evidence.append(f"The {name} lies {gap} days after {found}, so the year is less sure.")
        case.at_most("medium")
    return found


def _by_arrival(dateline: Dateline, month: int, day: int, arrival: date, case: Case) -> date | None:
    """Return the day that a live arrival chooses: from two days ahead of it to thirty days before it.

    A printed weekday does not speak against it: slips are more frequent than copy that comes years later to the day.

    raises: AheadError when the day lies further ahead, up to thirty days: an advance, held and never made last year's.
    """
    for year in (arrival.year + 1, arrival.year, arrival.year - 1):
        found = day_of(year, month, day)
        if found is None or not -_LIVE_DAYS <= (arrival - found).days <= _LIVE_DAYS:
            continue
        if found - arrival > AHEAD:
            ahead = (found - arrival).days
            raise AheadError(
                f"{dateline.text!r} is dated {found}, {ahead} days ahead of its arrival on {arrival}; correct the date"
            )
        case.evidence.append(f"The copy arrived on {arrival}, close to that day, so the year is {found.year}.")
        return found
    return None


def _by_words(dateline: Dateline, month: int, day: int, arrival: date, evidence: Evidence, case: Case) -> date | None:
    """Return the day by the printed weekday, by what the body names, or the latest before the arrival."""
    until = arrival + AHEAD
    near, dated = _days_near(month, day, until, evidence.body)
    named = {
        found.year: found
        for year in years_named(evidence.body)
        if (found := day_of(year, month, day)) and found <= until
    }
    if dateline.weekday is not None:
        agreeing = weekday_days(month, day, dateline.weekday, until=until)
        if agreeing:
            chosen = next((found for found in agreeing if found in near), None)
            chosen = chosen or next((found for found in agreeing if found.year in named), agreeing[0])
            case.evidence.append(
                f"The dateline prints {WEEKDAYS[dateline.weekday]}, which that day last was in {chosen.year}"
                f"{', a year that the body names' if chosen.year in named else ''}, so the year is {chosen.year}."
            )
            case.at_most("medium")
            return chosen
    if dated:
        return _by_body(max(dated), "a day close to that day in", arrival, case)
    if near:
        found = _by_body(max(near), "a month close to that day in", arrival, case)
        case.evidence.append("It names no day close to that of the dateline, so the year is a guess.")
        case.at_most("low")
        return found
    if named:
        found = _by_body(named[max(named)], "the year", arrival, case)
        case.evidence.append("It names no month close to that of the dateline, so the year is a guess.")
        case.at_most("low")
        return found
    last = latest(month, day, until=until)
    if last:
        case.evidence.append(
            f"Nothing else tells the year; {last} is the latest such day before the arrival of {arrival}."
        )
        case.at_most("low")
    return last


def _days_near(month: int, day: int, until: date, body: str) -> tuple[frozenset[date], frozenset[date]]:
    """Return such days of the years in which *body* names a month close to them, and those close to a day it names.

    Only the latter date the story. A year by itself is that of a law, a record or a budget as often, and a month in it
    that of an event as often, such as the summit of last July.
    """
    near: set[date] = set()
    dated: set[date] = set()
    for named_year, named_month, named_day in months_named(body):
        middle = date(named_year, named_month, _MIDDLE)
        named = day_of(named_year, named_month, named_day) if named_day else None
        for year in (named_year - 1, named_year, named_year + 1):
            found = day_of(year, month, day)
            if found is None or found > until or abs(found - middle) > _CLOSE:
                continue
            near.add(found)
            if named and abs(found - named) <= _BESIDE:
                dated.add(found)
    return frozenset(near), frozenset(dated)


def _by_body(found: date, names: str, arrival: date, case: Case) -> date:
    case.evidence.append(
        f"The body names {names} {found.year}, the latest that is not after the arrival of {arrival}, "
        f"so the year is {found.year}."
    )
    case.at_most("medium")
    if arrival.year - found.year > _LONG_AGO:
        case.evidence.append(f"Copy tells of the past, and {found.year} is long past, so the year is not sure.")
        case.at_most("low")
    return found


def infer_day(weekday: int, zone: tzinfo, *, evidence: Evidence, case: Case) -> date | None:
    """Return the day of the week up to the day after the reference, for copy that prints a weekday and nothing else."""
    case.inferred.update(("month", "year"))
    path = date_in_path(evidence.path)
    stamped = read_stated(evidence.stamp, day_first=evidence.day_first) if evidence.stamp else None
    arrival = evidence.arrival.astimezone(zone).date() if evidence.arrival and evidence.live else None
    references = (
        (stamped.date if stamped else None, "stamp"),
        (path.whole if path else None, "date in the path"),
        (evidence.reference, "reference date"),
        (arrival, "arrival"),
    )
    reference, name = next(((day, name) for day, name in references if day), (None, ""))
    if reference is None:
        return None
    last = reference + timedelta(days=1)  # a reader's day may be one behind the writer's
    found = last - timedelta(days=(last.weekday() - weekday) % 7)
    case.evidence.append(f"The {WEEKDAYS[weekday]} nearest to the {name} of {reference} is {found}.")
    case.at_most("medium")
    return found


def infer_month(dateline: Dateline, day: int, zone: tzinfo, *, evidence: Evidence, case: Case) -> date | None:
    """Return the latest such day of any month: a dateline is read at most two days before it is written."""
    case.inferred.update(("month", "year"))
    references: list[tuple[date, str]] = []
    if evidence.stamp and (stamped := read_stated(evidence.stamp, day_first=evidence.day_first)):
        references.append((stamped.date, f"stamp {evidence.stamp!r}"))
    path = date_in_path(evidence.path)
    if path is not None and path.month is not None:
        references.append((path.last, f"date {path.text!r} in the path"))
    if evidence.reference is not None:
        references.append((evidence.reference, f"reference date {evidence.reference}"))
    if evidence.arrival is not None:
        references.append((evidence.arrival.astimezone(zone).date(), "arrival"))
    if not references:
        return None
    reference, name = references[0]
    found = latest_day(day, until=reference + AHEAD)
    if found is None:
        raise DateError(f"{dateline.text!r}: there is no day {day} of a month")
    if evidence.stated and year_named(evidence.stated) not in (None, found.year):
        return None
    case.evidence.append(
        f"The latest such day by the {name}{'' if str(reference) in name else f' of {reference}'} is {found}."
    )
    case.at_most("low" if name == "arrival" and not evidence.live else "medium")
    return found
