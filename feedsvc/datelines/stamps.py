"""Find the line of a story's head that says when it was issued: an update stamp, a masthead, a credit's full date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple

from feedsvc.datelines.agency_table import HOMES
from feedsvc.datelines.clock import LAST_MINUTE, SOON, Case, leave_letters, zone_named
from feedsvc.datelines.find import find_dateline
from feedsvc.datelines.spaced_places import EAST_ASIAN
from feedsvc.datelines.stated import Stated, read_printed, read_stated
from feedsvc.datelines.story_head import fold_head
from feedsvc.datelines.word_tables import fold_word, tables
from feedsvc.model.dates import Dateline, Evidence, Precision, Span, StatedDate
from feedsvc.model.errors import DateError

_LONGEST = 160
_LINES, _REACH = 24, 4000  # lines, characters: a standfirst and credits often stand above the stamp
_PARAGRAPHS, _PARAGRAPH, _PARAGRAPH_EAST_ASIAN = 2, 160, 70  # long lines, and from how many characters a line is long
_MOST_WORDS, _FEW_WORDS, _MOST_EAST_ASIAN = 12, 5, 24  # words, characters beside the date
_MOST_DATES = 3
_LEADING = 40  # characters before the date
_YEAR = re.compile(r"[0-9〇零○一二三四五六七八九]{3,4}|[年년]|[0-9][./-][0-9]{2}(?![0-9])")
_SHORT = re.compile(r"(?<![0-9])[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2}(?![0-9])")
_UPDATED = re.compile(
    r"updat|modif|更新|修改|aktualisiert|geändert|actualizad|mis à jour|aggiornat|обновлен|수정|diperbarui",
    re.IGNORECASE,
)
_CLOCK_LEFT = re.compile(
    r"[ ,]{0,2}(?:[^\W\d_]{1,3}[ ]?)?[0-9]{1,2}(?:[:h时時點点시][0-9]{0,2}|[ ]?[ap]\.?m\b\.?)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[^\W\d_]{5}[.](?:\s|$)|[!?](?:\s|$)|[。！？，；]")  # "5 min." and "Red." end none
_ATTRIBUTION = re.compile(r"\s*[—–-]{1,2}\s*\w")  # "— Lin Xiao (@lin) May 2, 2020" signs what is quoted
_RANKS = ("stamp", "beside", "updated")


def find_stamp(text: str, *, dateline: Dateline | None = None) -> StatedDate | None:
    """Return the first stamp in the head of a story, None when there is none.

    A stamp is no dateline: it states a full date, often a clock, and is on a line of its own or beside the names of
    the writer, the paper, the agency or the section: "19.08.2006 07:14", "Thursday June 3, 2010 01:39:13 GMT",
    "《光明日报》（2018年02月11日 05版）", "Von Lin Xiao, 3. Juni 2010, 11:39 Uhr". It may be below a standfirst.
    A line of nothing but a date and its label counts before one with other words, and that before an update.
    A dateline's own full date is no stamp, and neither is a date inside a sentence or a headline.

    dateline: the one that was found in *text*; without it, it is looked for where a line may be a stamp.
    returns:  its label is "stamp", "beside" where the line has other words, or "updated"; its text can be read by
              ``read_stated``; its span lies in *text*.
    """
    spans = [span for span in _short_lines(text) if _YEAR.search(text, *span)]
    dateline = dateline or (find_dateline(text) if spans else None)
    near = (dateline.month, dateline.day) if dateline and dateline.month and dateline.day else None
    found: dict[str, StatedDate] = {}
    for start, end in spans:
        if dateline and start <= dateline.span.start < end:
            continue
        stamp = _in_line(text, start, end, near)
        if stamp:
            if _labelled_update(text, start):
                stamp = replace(stamp, label="updated")
            found.setdefault(stamp.label, stamp)
            if stamp.label == _RANKS[0]:
                break
    return next((found[label] for label in _RANKS if label in found), None)


def _short_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the lines that are short enough for a stamp, up to the second paragraph of the copy."""
    start, paragraphs, reach = 0, 0, min(len(text), _REACH)
    for _ in range(2 * _LINES):
        end = text.find("\n", start, reach)
        end = reach if end < 0 else end
        first = start + len(text[start:end]) - len(text[start:end].lstrip(" \t\u3000*_#|\u2022~"))
        last = first + len(text[first:end].rstrip())
        is_east_asian = EAST_ASIAN.search(text, first, min(last, first + 12)) is not None
        if last - first > (_PARAGRAPH_EAST_ASIAN if is_east_asian else _PARAGRAPH):
            paragraphs += 1
        elif first < last and text[first] != ">":
            yield first, last
        start = end + 1
        if start > reach or paragraphs == _PARAGRAPHS:
            return


def _in_line(text: str, start: int, end: int, near: tuple[int, int] | None) -> StatedDate | None:
    line = fold_head(text[start:end])
    try:
        stated = read_printed(line, near=near) or _short(line, near)
    except DateError:
        return None
    if stated is None:
        return None
    before, after, is_last = line[: stated.start], line[stated.end :], True
    left = _CLOCK_LEFT.match(after) if stated.time is None else None  # it is of the date, though it is not understood
    rest = [before]
    for _ in range(_MOST_DATES):
        again = _read_again(after)
        if again is None:
            break
        rest.append(after[: again.start])
        after, is_last = after[again.end :], False
    rest.append(after)
    words = _WORD.findall(" ".join(rest))
    if _SENTENCE.search(" ".join(rest)) or not _is_apart(before, rest[1], stated) or not _are_beside(words, rest):
        return None
    first, last = start + stated.start, start + stated.end + (left.end() if left else 0)
    changed = _UPDATED.search(before) or (is_last and _UPDATED.search(after))
    known = tables()
    issued = all(fold_word(word) in known.issued or fold_word(word) in known.weekdays for word in words)
    label: Literal["updated", "stamp", "beside"] = "updated" if changed else "stamp" if issued else "beside"
    return StatedDate(label=label, text=text[first:last], span=Span(start=first, end=last))


def _short(line: str, near: tuple[int, int] | None) -> Stated | None:
    """Return the date that *line* is, with a year of two figures and a clock, which shows that it is a date."""
    stated = read_stated(line, near=near) if _SHORT.search(line) else None
    return stated if stated and stated.time else None


def _labelled_update(text: str, start: int) -> bool:
    """Return whether the line above the one at *start* is a label that says "updated"."""
    above = text[max(0, start - _LEADING) : start].rstrip().rpartition("\n")[2]
    return above.endswith((":", "：")) and _UPDATED.search(above) is not None


def _read_again(text: str) -> Stated | None:
    try:
        return read_printed(text)
    except DateError:
        return None


def _is_apart(before: str, after: str, stated: Stated) -> bool:
    """Return whether the date is a part of its line by itself: no word of a sentence or a name leads to it."""
    if _ATTRIBUTION.match(before):
        return False
    known, last = tables(), _WORD.findall(before[-_LEADING:])
    if before.rstrip().endswith(":") and last and not (fold_word(last[-1]) in known.issued or _UPDATED.search(before)):
        return False  # "Birthdate:", "Termin:"
    leads = before.strip() and before[-1:].isspace() and last and last[-1].islower() and before.rstrip()[-1].isalpha()
    if leads and not (fold_word(last[-1]) in known.issued or _UPDATED.search(last[-1])):
        return False
    glued = before[-1:].isalnum() or (after[:1].isalnum() and before.strip() != "")
    return not glued or stated.time is not None or EAST_ASIAN.search(before[-1:] + after[:1]) is not None


def _are_beside(words: Sequence[str], rest: Sequence[str]) -> bool:
    """Return whether *words*, those of the *rest* of a line beside its dates, may stand there and make no sentence."""
    known = tables()
    if len(words) > _MOST_WORDS or sum(len(EAST_ASIAN.findall(part)) for part in rest) > _MOST_EAST_ASIAN:
        return False
    small = [word for word in words if word.islower()]
    strange = sum(not (fold_word(word) in known.issued or _UPDATED.match(word)) for word in small)
    return strange == 0 or (strange == 1 and len(words) <= _FEW_WORDS)  # "dpa am 25.01.2022", "admin"


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
        return read_stated(evidence.stamp, near=near, day_first=evidence.day_first) if evidence.stamp else None
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
