"""Find the line of a story's head that says when it was issued: an update stamp, a masthead, a credit's full date."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple

from feedsvc.datelines.agency_table import HOMES
from feedsvc.datelines.clock import LAST_MINUTE, SOON, Case, leave_letters, zone_named
from feedsvc.datelines.find import find_dateline
from feedsvc.datelines.stated import Stated, read_printed, read_stated
from feedsvc.datelines.story_head import fold_head, lines
from feedsvc.model.dates import Dateline, Evidence, Precision, Span, StatedDate
from feedsvc.model.errors import DateError

_LONGEST = 120
_MOST_WORDS = 7
_YEAR = re.compile(r"[0-9〇零○一二三四五六七八九]{3,4}|[年년]")
_UPDATED = re.compile(
    r"updat|modif|更新|修改|aktualisiert|actualizad|mis à jour|aggiornat|обновлен|수정|diperbarui", re.IGNORECASE
)
_CLOCK_LEFT = re.compile(
    r"[ ,]{0,2}(?:[^\W\d_]{1,3}[ ]?)?[0-9]{1,2}(?:[:h時时點点시][0-9]{0,2}|[ ]?[ap]\.?m\b\.?)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_BEFORE = re.compile(r"(?:^|[ ,|:()\[\]/–—-])[ ]*$")
_SENTENCE = re.compile(r"[.。!?！？](?:\s|$)|[，。；]")


def find_stamp(text: str, *, dateline: Dateline | None = None) -> StatedDate | None:
    """Return the first stamp in the head of a story, None when there is none.

    A stamp is no dateline: it states a full date, often a clock, and stands on a line of its own or beside the name of
    the paper, agency or section: "19.08.2006 07:14", "Thursday June 3, 2010 01:39:13 GMT",
    "《光明日报》（2018年02月11日 05版）".
    A dateline's own full date is no stamp, and neither is a date inside a sentence or a headline.

    dateline: the one that was found in *text*; without it, it is looked for where a line may be a stamp.
    returns:  its text can be read by ``read_stated``; its span lies in *text*.
    """
    head = fold_head(text)
    spans = [span for span in lines(head) if span[1] - span[0] <= _LONGEST and _YEAR.search(head, *span)]
    dateline = dateline or (find_dateline(text) if spans else None)
    for start, end in spans:
        if dateline and start <= dateline.span.start < end:
            continue
        near = (dateline.month, dateline.day) if dateline and dateline.month and dateline.day else None
        found = _in_line(text, head, start, end, near)
        if found:
            return found
    return None


def _in_line(text: str, head: str, start: int, end: int, near: tuple[int, int] | None) -> StatedDate | None:
    line = head[start:end]
    try:
        stated = read_printed(line, near=near)
    except DateError:
        return None
    if stated is None:
        return None
    before, after = line[: stated.start], line[stated.end :]
    rest = before + " " + after
    if _SENTENCE.search(rest) or len(_WORD.findall(rest)) > _MOST_WORDS:
        return None
    if not (_BEFORE.search(before) or _labelled(before)) or (after[:1].isalpha() and before.strip()):
        return None
    small = [word for word in _WORD.findall(after) if word.islower()]
    if small and not _UPDATED.search(after):
        return None
    label: Literal["updated", "stamp"] = "updated" if _UPDATED.search(rest) else "stamp"
    left = _CLOCK_LEFT.match(after) if stated.time is None else None  # it is of the date, though it is not understood
    first, last = start + stated.start, start + stated.end + (left.end() if left else 0)
    return StatedDate(label=label, text=text[first:last], span=Span(start=first, end=last))


def _labelled(before: str) -> bool:
    return not before.strip() or before.rstrip().endswith((":", "|", "》", ")", "]"))


class Hour(NamedTuple):
    """A time of day, the zone in which it is of the dateline's day, and how exactly it is known."""

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
    issued, found = _issued(stamped, day, zone, dateline, evidence)
    if found is None:
        return _of_another_day(day, zone, issued, evidence, case)
    if stamped.letters:
        leave_letters(stamped.letters, day, stamped.time, dateline, case)
    clock = f", by the clock of {found.tzinfo}" if stamped.zone is None else ""
    case.evidence.append(f"The stamp {evidence.stamp!r} prints the time of day{clock}.")
    there = found.astimezone(zone)
    if there.date() != day:  # a day by the clock of the desk, not by that of the place
        there = found
    return Hour(there.time(), there.tzinfo or zone, stamped.precision)


def clock_of_stamp(day: date, zone: tzinfo, *, dateline: Dateline, evidence: Evidence) -> tzinfo | None:
    """Return the zone by whose clock the stamp tells the time on *day*, None where it does not.

    zone: of the dateline.
    """
    stamped = _read(dateline, evidence)
    found = _issued(stamped, day, zone, dateline, evidence)[1] if stamped and stamped.time else None
    return found.tzinfo if found else None


def _issued(
    stamped: Stated, day: date, zone: tzinfo, dateline: Dateline, evidence: Evidence
) -> tuple[datetime, datetime | None]:
    """Return the stamp's likeliest instant, and its likeliest on *day*, there or as printed, not after the arrival."""
    issued = [_at(stamped, possible) for possible in _zones(stamped, zone, dateline, evidence)]
    fitting = [instant for instant in issued if day in (instant.date(), instant.astimezone(zone).date())]
    arrival = evidence.arrival if evidence.live else None
    found = next((instant for instant in fitting if arrival is None or instant <= arrival), None)
    return issued[0], found or next(iter(fitting), None)


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
