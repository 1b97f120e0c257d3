"""Read a dateline of a script without spaces that prints a day and a mark: ``新华社北京5月26日电（记者X）``."""

from __future__ import annotations

import re

from feedsvc.datelines.left import Left, read_left
from feedsvc.datelines.numerals import DIGITS, read_number
from feedsvc.datelines.parts import (
    AFTER,
    Glued,
    Line,
    patterns_of,
    reporter_after,
    reporter_in,
    tag_of,
)
from feedsvc.datelines.reports import read_undated
from feedsvc.datelines.tables import Agency, Tables
from feedsvc.places.pattern import lazy

_REACH = 72  # a dateline's day stands within so many characters of the line's start, or of a glued headline's end
_REACH_HEADLINE = 160
_LAST_DAY = 31
_LAST_MONTH = 12
_CENTURY = 2000
_BELOW = 120
_RUNNING_TEXT = 30  # a shorter line without a full stop may be the next of a list
_COMMA_DAY = lazy(
    rf"[^\W\d_]{{2,12}}(?:[/、][^\W\d_]{{2,12}})?, ?"
    rf"(?:[{DIGITS}]{{2,4}}年)?[{DIGITS}]{{1,3}}月[{DIGITS}]{{1,3}}[日号號] *"
)
_SHORT_MARKS = "电電讯訊"


def read_glued(head: str, start: int, end: int, tables: Tables, *, paper: Agency | None = None) -> Glued | None:
    """Return the dateline at the start of a line, or after a headline glued to it; None when there is none.

    paper: what "本报" means, as far as a masthead above said so.
    """
    line = Line(head=head, start=start, end=end, tables=tables, patterns=patterns_of(tables), paper=paper)
    stop = min(end, start + _REACH_HEADLINE)
    last = _last_day_sign(head, start, stop)
    for match in line.patterns.day.finditer(head, start, last + 1) if last >= 0 else ():
        found = _dated(line, match)
        if found:
            return found
        if match.start() - start > _REACH and head.find(" ", start, match.start()) < 0:
            break
    return read_undated(line)


def _last_day_sign(head: str, start: int, stop: int) -> int:
    """Return where the last sign of a day stands, beyond which no day need be looked for; -1 when none does."""
    return max(head.rfind("日", start, stop), head.rfind("号", start, stop), head.rfind("號", start, stop))


def _dated(line: Line, match: re.Match[str]) -> Glued | None:
    month, day, year = _figures(match, line.tables)
    if (match["month"] and month is None) or day is None:
        return None
    left = read_left(line, match.start())
    if left is None:
        return None
    after_day = match.end()
    if left.places and left.agency is None:  # （吉隆坡7日马新社电）
        signed = _agency_at(line, after_day)
        if signed and line.patterns.mark.match(line.head, signed[1], line.end):
            left, after_day = left._replace(agency=signed[0]), signed[1]
    stop = _mark_end(line, after_day, left)
    if stop is None:
        return None
    first, stop, inner = _brackets(line, left.start, stop)
    reporter, stop, wire = reporter_after(line, stop)
    agency = left.agency or wire
    return Glued(
        start=first,
        end=stop,
        tag=tag_of(agency),
        places=left.places,
        month=month,
        day=day,
        year=year,
        agency=agency,
        reporter=left.reporter or inner or reporter,
    )


def _mark_end(line: Line, after_day: int, left: Left) -> int | None:
    """Return where the mark after the day ends ("电", "专电", "讯"); None when what follows is no dateline's mark."""
    mark = line.patterns.mark.match(line.head, after_day, line.end)
    signed = left.agency is not None
    sure = signed and left.certain and bool(left.places)
    if mark is None:
        # Some leave the mark out: 新华社北京12月16日（李明）, 香港2023年3月9日 /美通社/
        if left.places and reporter_after(line, after_day)[2] is not None:
            return after_day
        following = line.head[after_day : after_day + 2]
        closed = following[:1] in ("(", "", "—") or following in (" (", " -", "--", " —")  # 路透东京8月15日 - 日本
        ended = (sure and (closed or following[:1] == "\n")) or (signed and following[:1] in ("丨", "|"))
        return after_day if ended or _alone(line, after_day, left) else None
    if mark["compound"] is not None and not sure:
        return None
    following = line.head[mark.end() : mark.end() + 1]
    if not (signed or left.places) and following not in (" ", "(", "/", ":", "\n", ""):
        return None
    if mark["mark"] not in _SHORT_MARKS and not signed and following not in (" ", "(", ":", "]", ")", ""):
        return None
    return mark.end()


def _agency_at(line: Line, position: int) -> tuple[Agency, int] | None:
    """Return the listed agency whose name stands at *position*, and where it ends."""
    for name in line.tables.glued_by_start.get(line.head[position : position + 2], ()):
        if line.head.startswith(name, position, line.end):
            return line.tables.glued[name], position + len(name)
    return None


def _alone(line: Line, after_day: int, left: Left) -> bool:
    """Return whether "北京，11月20日" is a line of its own, with running text below it: no list, no sentence."""
    printed = line.head[left.start : line.end]
    named = bool(left.places) and left.agency is None and _COMMA_DAY.fullmatch(printed) is not None
    if not named or left.start != line.start or after_day < len(line.head[: line.end].rstrip(" ")):
        return False
    below = line.head[line.end : line.end + _BELOW].strip().partition("\n")[0]
    return "。" in below or len(below) >= _RUNNING_TEXT


def _figures(match: re.Match[str], tables: Tables) -> tuple[int | None, int | None, int | None]:
    month = read_number(match["month"]) if match["month"] else None
    day = read_number(match["day"])
    year = read_number(match["year"]) if match["year"] else None
    if match["era"] and year is not None:
        year += tables.eras[match["era"]]
    elif year is not None and year < _CENTURY // 2:
        year = year + _CENTURY if match["month"] and len(match["year"]) == len("17") else None
    if month is not None and not 1 <= month <= _LAST_MONTH:
        month = None
    return month, day if day and day <= _LAST_DAY else None, year


def _brackets(line: Line, first: int, stop: int) -> tuple[int, int, str | None]:
    """Widen the span to the brackets around the whole dateline: ``（中央社台北11日電）``."""
    opened = first
    while opened > line.start and line.head[opened - 1] in "([ ":
        opened -= 1
    signs = line.head[opened:first].strip(" ")
    if not signs:
        return first, stop, None
    close = {"(": ")", "[": "]"}[signs[0]]
    closing = line.head.find(close, stop, min(line.end, stop + AFTER))
    inside = line.head[stop:closing] if closing >= 0 else ""
    if closing < 0 or "(" in inside or "[" in inside or "。" in inside:
        return first, stop, None
    opened += line.head[opened:first].index(signs[0])
    return opened, closing + 1, reporter_in(inside, line.patterns)
