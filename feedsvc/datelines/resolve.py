"""Find when a story was written, by evidence, and say why: docs/design.md, section 5."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo

from feedsvc.datelines.clock import Case, stamp_of, zone_of
from feedsvc.datelines.stamp import find_stamp
from feedsvc.datelines.stated import FIRST_YEAR, LAST_YEAR, Stated, read_stated
from feedsvc.datelines.years import AHEAD, PathDate, date_in_path, day_of, latest, latest_day, weekday_days, years_named
from feedsvc.errors import DateError
from feedsvc.model import Dateline, Evidence, Timestamp

_LIVE_DAYS = 30  # a live arrival chooses the year of days up to so many before it
_FAR = 300  # about ten months: a reference so much later than the day is reported
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def evidence_for(reference: date | datetime | None, text: str = "", *, site_zone: str = "UTC") -> Evidence:
    """Return the evidence for copy of which only the text is known, and the day on which a reader got it.

    The reference is no arrival: it chooses year and month, never a time of day, and copy dated after it is reported,
    not held. A reference may be a day before the dateline, since the reader's zone is not the writer's.

    reference: a day, an aware datetime, or None; then no year is inferred.
    text:      the story; a stamp in its head counts.
    """
    stamp = find_stamp(text) if text else None
    day = reference.date() if isinstance(reference, datetime) else reference
    return Evidence(stamp=stamp.text if stamp else None, reference=day, body=text, site_zone=site_zone)


def resolve(dateline: Dateline | None, evidence: Evidence) -> Timestamp | None:
    """Return when the story was written, with the reasons, None when nothing states a day.

    Weighed in this order: a full date that the document states; the year that the dateline prints; for a dateline
    without one a stamp near it, a date in the path, the reference, a live arrival from two days before to thirty days
    after, the printed weekday, the latest year the body names, the latest such day before the arrival. A day without a
    month is the latest such day. Without any of these no year is inferred.

    raises: DateError for a day that cannot be, and for copy dated more than two days ahead of a live arrival.
    """
    case = Case()
    near = (dateline.month, dateline.day) if dateline and dateline.month and dateline.day else None
    if evidence.stated:
        stated = read_stated(evidence.stated, near=near)
        if stated:
            return _stated(stated, dateline, evidence, case, provenance="stated", text=evidence.stated)
        case.contradictions.append(f"The stated date {evidence.stated!r} could not be read as a date.")
    if dateline is not None and dateline.day is not None:
        return _dated(dateline, evidence, case)
    if evidence.stamp:
        stamped = read_stated(evidence.stamp, near=near)
        if stamped:
            return _stated(stamped, dateline, evidence, case, provenance="stamp", text=evidence.stamp)
    return _from_path(dateline, evidence, case)


def _stated(
    stated: Stated, dateline: Dateline | None, evidence: Evidence, case: Case, *, provenance: str, text: str
) -> Timestamp:
    what = "The document states" if provenance == "stated" else "A stamp beside the copy states"
    case.evidence.append(f"{what} the date {text!r}.")
    if stated.letters:
        case.evidence.append(f"The letters {stated.letters} mean several zones and are not resolved.")
    if dateline is not None and dateline.day is not None and dateline.month is not None:
        printed = latest(dateline.month, dateline.day, until=stated.date + AHEAD)
        if printed is None or (stated.date - printed) > AHEAD:
            case.contradictions.append(
                f"The dateline {dateline.text!r} prints another day than the stated {stated.date}."
            )
    zone = zone_of(dateline, evidence, stated.zone, case)
    return stamp_of(
        stated.date,
        stated.time,
        zone,
        precision=stated.precision,
        provenance=provenance,
        text=text,
        evidence=evidence,
        case=case,
    )


def _from_path(dateline: Dateline | None, evidence: Evidence, case: Case) -> Timestamp | None:
    found = date_in_path(evidence.path)
    if found is None or found.date is None:
        return None
    case.evidence.append(f"No date is printed; the path names the day {found.text!r}.")
    case.at_most("medium")
    zone = zone_of(dateline, evidence, None, case)
    return stamp_of(
        found.date, None, zone, precision="day", provenance="path", text=found.text, evidence=evidence, case=case
    )


def _dated(dateline: Dateline, evidence: Evidence, case: Case) -> Timestamp | None:
    zone = zone_of(dateline, evidence, dateline.zone, case)
    zone_sentence = case.evidence.pop()
    if dateline.year is not None and dateline.month is not None and dateline.day is not None:
        day = _printed(dateline, dateline.year, dateline.month, dateline.day, evidence, case)
    elif dateline.month is not None and dateline.day is not None:
        case.evidence.append(f"The dateline {dateline.text!r} prints no year.")
        _check_day(dateline, dateline.month, dateline.day)
        day = _year(dateline, dateline.month, dateline.day, zone, evidence, case)
    else:
        case.evidence.append(f"The dateline {dateline.text!r} prints neither month nor year.")
        day = _month(dateline, dateline.day or 0, zone, evidence, case)
    if day is None:
        return None
    _check_weekday(dateline, day, case)
    case.evidence.append(zone_sentence)
    hour = time.fromisoformat(dateline.time) if dateline.time else None
    return stamp_of(
        day,
        hour,
        zone,
        precision="minute" if hour else "day",
        provenance="dateline",
        text=dateline.text,
        evidence=evidence,
        case=case,
    )


def _check_day(dateline: Dateline, month: int, day: int) -> None:
    if day_of(2000, month, day) is None:
        raise DateError(f"{dateline.text!r}: there is no {day} {_MONTHS[month - 1]}")


def _printed(dateline: Dateline, year: int, month: int, day: int, evidence: Evidence, case: Case) -> date:
    found = day_of(year, month, day)
    if found is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"{dateline.text!r}: there is no such day as {year:04}-{month:02}-{day:02}")
    case.evidence.append(f"The dateline {dateline.text!r} prints the full date {found}.")
    if evidence.reference and found - evidence.reference > AHEAD:
        case.contradictions.append(f"The printed year {year} lies after the reference date {evidence.reference}.")
        case.at_most("low")
    return found


def _year(dateline: Dateline, month: int, day: int, zone: tzinfo, evidence: Evidence, case: Case) -> date | None:
    case.inferred.add("year")
    for reference, name in _references(dateline, month, day, evidence, case):
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


def _references(dateline: Dateline, month: int, day: int, evidence: Evidence, case: Case) -> list[tuple[date, str]]:
    """Return the dates that choose the year, strongest first, each with its name in words."""
    references: list[tuple[date, str]] = []
    if evidence.stamp:
        stamped = read_stated(evidence.stamp, near=(month, day))
        if stamped:
            references.append((stamped.date, f"stamp {evidence.stamp!r}"))
    path = date_in_path(evidence.path)
    if path is not None:
        references.append((_path_reference(path, month, day), f"date {path.text!r} in the path"))
    if evidence.reference is not None:
        references.append((evidence.reference, f"reference date {evidence.reference}"))
    return references


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

    raises: DateError when the day lies further ahead, up to thirty days: an advance, held and never made last year's.
    """
    for year in (arrival.year + 1, arrival.year, arrival.year - 1):
        found = day_of(year, month, day)
        if found is None or not -_LIVE_DAYS <= (arrival - found).days <= _LIVE_DAYS:
            continue
        if dateline.weekday is not None and found.weekday() != dateline.weekday:
            case.contradictions.append(
                f"The copy arrived on {arrival}, but {found} is no {_WEEKDAYS[dateline.weekday]}, as the dateline prints."
            )
            continue
        if found - arrival > AHEAD:
            ahead = (found - arrival).days
            raise DateError(f"{dateline.text!r} is dated {found}, {ahead} days ahead of its arrival on {arrival}: held")
        case.evidence.append(f"The copy arrived on {arrival}, close to that day, so the year is {found.year}.")
        return found
    return None


def _by_words(dateline: Dateline, month: int, day: int, arrival: date, evidence: Evidence, case: Case) -> date | None:
    """Return the day by the printed weekday, by the years that the body names, or the latest before the arrival."""
    named = {
        found.year: found
        for year in years_named(evidence.body)
        if (found := day_of(year, month, day)) and found <= arrival + AHEAD
    }
    if dateline.weekday is not None:
        agreeing = weekday_days(month, day, dateline.weekday, until=arrival + AHEAD)
        if agreeing:
            chosen = next((found for found in agreeing if found.year in named), agreeing[0])
            case.evidence.append(
                f"The dateline prints {_WEEKDAYS[dateline.weekday]}, which that day last was in {chosen.year}"
                f"{', a year that the body names' if chosen.year in named else ''}, so the year is {chosen.year}."
            )
            case.at_most("medium")
            return chosen
    if named:
        year = max(named)
        case.evidence.append(
            f"The body names the year {year}, the latest that is not after the arrival of {arrival}, so the year is {year}."
        )
        case.at_most("medium")
        return named[year]
    found = latest(month, day, until=arrival + AHEAD)
    if found:
        case.evidence.append(
            f"Nothing else tells the year; {found} is the latest such day before the arrival of {arrival}."
        )
        case.at_most("low")
    return found


def _month(dateline: Dateline, day: int, zone: tzinfo, evidence: Evidence, case: Case) -> date | None:
    """Return the latest such day of any month: a dateline is read at most two days before it is written."""
    case.inferred.update(("month", "year"))
    references: list[tuple[date, str]] = []
    if evidence.stamp and (stamped := read_stated(evidence.stamp)):
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
    case.evidence.append(
        f"The latest such day by the {name}{'' if str(reference) in name else f' of {reference}'} is {found}."
    )
    case.at_most("low" if name == "arrival" and not evidence.live else "medium")
    return found


def _check_weekday(dateline: Dateline, day: date, case: Case) -> None:
    if dateline.weekday is None:
        return
    if day.weekday() == dateline.weekday:
        case.evidence.append(f"{day} is a {_WEEKDAYS[day.weekday()]}, as the dateline prints.")
        return
    case.contradictions.append(
        f"The dateline prints {_WEEKDAYS[dateline.weekday]}, but {day} is a {_WEEKDAYS[day.weekday()]}."
    )
    case.at_most("low" if case.confidence != "high" else "medium")
