"""Find when a story was written, by evidence, and say why: docs/internals/dates.md."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from feedsvc.datelines.agencies import listed
from feedsvc.datelines.calendar import AHEAD, FIRST_YEAR, LAST_YEAR, date_in_path, day_of, latest
from feedsvc.datelines.clock import Case, is_elsewhere, leave_letters, stamp_of, zone_of
from feedsvc.datelines.dateline_year import WEEKDAYS, infer_day, infer_month, infer_year
from feedsvc.datelines.stamps import Hour, find_stamp, hour_of_stamp
from feedsvc.datelines.stated import Stated, read_stated
from feedsvc.datelines.word_tables import tables
from feedsvc.model.dates import Dateline, Evidence, Timestamp
from feedsvc.model.errors import DateError

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_CLOCK_LETTERS = re.compile(r"[0-9]{2}(?:[ ]?[aApP]\.?[mM]\.?)?[ ]{1,2}([A-Z]{2,5}(?:[+-][0-9]{1,2})?)(?![\w.])")
_LEAP_YEAR = 2000
_CENTURY = 100
_NEW_YEAR_DAYS = 14


def evidence_for(
    reference: date | datetime | None, text: str = "", *, dateline: Dateline | None = None, site_zone: str = "UTC"
) -> Evidence:
    """Return the evidence for copy of which only the text is known, and the day on which a reader got it.

    The reference is no arrival: it chooses year and month, never a time of day, and copy dated after it is reported,
    not held. A reference may be a day before the dateline, since the reader's zone is not the writer's.

    reference: a day, an aware datetime, or None; then no year is inferred.
    text:      the story; a stamp in its head counts.
    dateline:  the one that was found in *text*, which need not be looked for again then.
    """
    stamp = find_stamp(text, dateline=dateline) if text else None
    printed = stamp.text if stamp else None
    if stamp and stamp.label == "updated" and dateline and dateline.day:
        near = (dateline.month, dateline.day) if dateline.month else None
        changed = read_stated(stamp.text, near=near)
        printed = changed.date.isoformat() if changed else None  # the time is that of the update
    day = reference.date() if isinstance(reference, datetime) else reference
    return Evidence(stamp=printed, reference=day, body=text, site_zone=site_zone)


def resolve(dateline: Dateline | None, evidence: Evidence) -> Timestamp | None:
    """Return when the story was written, with the reasons, None when nothing states a day.

    Weighed in this order: a full date that the document states; the year that the dateline prints; for a dateline
    without one a stamp near it, a date in the path, the reference, a live arrival from two days before to thirty days
    after, the printed weekday, a year the body names, the latest such day before the arrival. A day without a
    month is the latest such day. Without any of these no year is inferred.

    raises: DateError for a day that cannot be, AheadError for copy dated more than two days ahead of a live arrival.
    """
    try:
        return _weighed(dateline, evidence)
    except OverflowError as error:
        text = dateline.text if dateline else evidence.stated
        raise DateError(f"{text!r}: lies at the end of the years that can be told") from error


def _weighed(dateline: Dateline | None, evidence: Evidence) -> Timestamp | None:
    case, near = Case(), _near(dateline, evidence)
    if evidence.stated:
        stated = read_stated(evidence.stated, near=near, day_first=evidence.day_first)
        if stated:
            return _stated(stated, dateline, evidence, case, provenance="stated", text=evidence.stated)
        case.contradictions.append(f"The stated date {evidence.stated!r} could not be read as a date.")
        _leave_words(case)
    if dateline is not None and (dateline.day is not None or _prints_weekday(dateline)):
        return _dated(dateline, evidence, case)
    if evidence.stamp:
        stamped = read_stated(evidence.stamp, near=near, day_first=evidence.day_first)
        if stamped:
            return _stated(stamped, dateline, evidence, case, provenance="stamp", text=evidence.stamp)
    return _from_path(dateline, evidence, case)


def _near(dateline: Dateline | None, evidence: Evidence) -> tuple[int, int] | None:
    """Return the month and day by which a stated "05/07/2018" is read: the dateline's, else those of the path."""
    if dateline and dateline.month and dateline.day:
        return dateline.month, dateline.day
    path = date_in_path(evidence.path)
    return (path.month, path.day) if path and path.month and path.day else None


def _stated(
    stated: Stated, dateline: Dateline | None, evidence: Evidence, case: Case, *, provenance: str, text: str
) -> Timestamp:
    what = "The document states" if provenance == "stated" else "A stamp beside the copy states"
    case.evidence.append(f"{what} the date {text!r}.")
    if stated.letters:
        leave_letters(stated.letters, stated.date, stated.time, dateline, case)
    if stated.weekday is not None and stated.weekday != stated.date.weekday():
        real = WEEKDAYS[stated.date.weekday()]
        case.contradictions.append(
            f"The date {text!r} prints {WEEKDAYS[stated.weekday]}, but {stated.date} is a {real}."
        )
        case.at_most("medium")
    if stated.unread:
        case.contradictions.append(f"Of the date {text!r} the words {stated.unread!r} are not understood.")
        case.no_zone, case.no_time = (
            "No zone that is understood is printed",
            "No time of day that is understood is printed",
        )
        case.at_most("medium")
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


def _leave_words(case: Case) -> None:
    """Say of what is printed beside a date, or for one, that it may be a zone or a time and is not understood."""
    case.no_zone, case.no_time = "No zone that is understood is printed", "No time of day that is understood is printed"
    case.at_most("medium")


def _from_path(dateline: Dateline | None, evidence: Evidence, case: Case) -> Timestamp | None:
    found = date_in_path(evidence.path)
    if found is None or found.whole is None:
        return None
    case.evidence.append(f"No date is printed; the path names the day {found.text!r}.")
    case.at_most("medium")
    zone = zone_of(dateline, evidence, None, case)
    return stamp_of(
        found.whole, None, zone, precision="day", provenance="path", text=found.text, evidence=evidence, case=case
    )


def _dated(dateline: Dateline, evidence: Evidence, case: Case) -> Timestamp | None:
    zone = zone_of(dateline, evidence, dateline.zone, case)
    case.evidence.pop()  # it is said below, where the day is known
    day: date | None
    if dateline.year is not None and dateline.month is not None and dateline.day is not None:
        day = _printed(dateline, dateline.year, dateline.month, dateline.day, evidence, case)
    elif dateline.month is not None and dateline.day is not None:
        case.evidence.append(f"The dateline {dateline.text!r} prints no year.")
        _check_day(dateline, dateline.month, dateline.day)
        day = infer_year(dateline, dateline.month, dateline.day, zone, evidence=evidence, case=case)
    elif dateline.day is None and dateline.weekday is not None:
        case.evidence.append(f"The dateline {dateline.text!r} prints a weekday and no date.")
        day = infer_day(dateline.weekday, zone, evidence=evidence, case=case)
    else:
        case.evidence.append(f"The dateline {dateline.text!r} prints neither month nor year.")
        day = infer_month(dateline, dateline.day or 0, zone, evidence=evidence, case=case)
    if day is None:
        return None
    _check_weekday(dateline, day, case)
    letters = _CLOCK_LETTERS.search(dateline.text) if dateline.time and not dateline.zone else None
    if letters and listed(letters[1], tables()) is None:
        leave_letters(letters[1], day, None, dateline, case)
    zone_of(dateline, evidence, dateline.zone, case)
    if evidence.arrival is not None and is_elsewhere(dateline):  # without one, only the day is asked for
        case.at_most("medium")
    if dateline.time:
        hour: Hour | None = Hour(time.fromisoformat(dateline.time), zone, "minute")
    else:
        hour = hour_of_stamp(day, zone, dateline=dateline, evidence=evidence, case=case)
    return stamp_of(
        day,
        hour.time if hour else None,
        hour.zone if hour else zone,
        precision=hour.precision if hour else "day",
        provenance="dateline",
        text=dateline.text,
        evidence=evidence,
        case=case,
    )


def _prints_weekday(dateline: Dateline) -> bool:
    return dateline.weekday is not None and dateline.month is None and dateline.day is None


def _check_day(dateline: Dateline, month: int, day: int) -> None:
    if day_of(_LEAP_YEAR, month, day) is None:
        raise DateError(f"{dateline.text!r}: there is no {day} {_MONTHS[month - 1]}")


def _printed(dateline: Dateline, year: int, month: int, day: int, evidence: Evidence, case: Case) -> date:
    found = day_of(year, month, day)
    if found is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"{dateline.text!r}: there is no such day as {year:04}-{month:02}-{day:02}")
    case.evidence.append(f"The dateline {dateline.text!r} prints the full date {found}.")
    meant = _after_new_year(found, evidence)
    if meant:
        case.contradictions.append(f"The printed year {year} is that before {meant}; in January that is often a slip.")
        case.at_most("medium")
        return meant
    if evidence.reference and found - evidence.reference > AHEAD:
        case.contradictions.append(f"The printed year {year} lies after the reference date {evidence.reference}.")
        case.at_most("low")
    arrival = evidence.arrival.date() if evidence.arrival and evidence.live else None
    since = evidence.reference or arrival
    if since and since.year - year >= _CENTURY:
        which = "reference date" if evidence.reference else "arrival of"
        case.contradictions.append(
            f"The printed year {year} lies {since.year - year} years before the {which} {since}; history may be told."
        )
        case.at_most("low")
    return found


def _after_new_year(found: date, evidence: Evidence) -> date | None:
    """Return the day a year after *found* if that is the day of the copy: in January the old year is often printed."""
    arrival = evidence.arrival.date() if evidence.arrival and evidence.live else None
    since = evidence.reference or arrival
    meant = day_of(found.year + 1, found.month, found.day)
    if since is None or meant is None or found.month != 1 or found.day > _NEW_YEAR_DAYS:
        return None
    return meant if timedelta() <= since - meant <= AHEAD else None


def _check_weekday(dateline: Dateline, day: date, case: Case) -> None:
    if dateline.weekday is None:
        return
    if day.weekday() == dateline.weekday:
        case.evidence.append(f"{day} is a {WEEKDAYS[day.weekday()]}, as the dateline prints.")
        return
    case.contradictions.append(
        f"The dateline prints {WEEKDAYS[dateline.weekday]}, but {day} is a {WEEKDAYS[day.weekday()]}."
    )
    case.at_most("low" if case.confidence != "high" else "medium")
