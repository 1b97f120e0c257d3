"""Read a dateline of a script without spaces that prints a day and a mark: ``新华社北京5月26日电（记者X）``."""

from __future__ import annotations

import re
from typing import NamedTuple

from feedsvc.datelines.agencies import place_between, place_within
from feedsvc.datelines.places import find_region, place_at_start
from feedsvc.datelines.unspaced_parts import (
    AFTER,
    DIGITS,
    LONGEST_MIDDLE,
    LONGEST_UNKNOWN,
    Glued,
    Line,
    last_agency,
    may_precede,
    patterns_of,
    read_number,
    read_places_before,
    reporter_after,
    reporter_in,
    tag_of,
)
from feedsvc.datelines.unspaced_reports import read_undated
from feedsvc.datelines.word_tables import Agency, Tables
from feedsvc.model.dates import Place

_CLOSED_DISPATCH = re.compile(rf"(?:[{DIGITS}]{{1,3}}月)?[{DIGITS}]{{1,3}}日(?:综合|綜合)?[电電讯訊][)\]]")
_OPEN_DISPATCH = re.compile(
    rf" ?(?:[{DIGITS}]{{4}} ?年 ?)?[{DIGITS}]{{1,3}} ?月 ?[{DIGITS}]{{1,3}} ?日[电電]? ?"
    rf"(?:/[^/\n]{{2,24}}/|(?<=[电電])\((?:记者|記者)|(?<=[电電] )\((?:记者|記者|[\u3400-\u9fff]{{2,3}}\)))"
)
_PORTAL = re.compile(
    rf"[^据據截至今昨本从從在于於自到 ]{{2,5}}?[{DIGITS}]{{1,3}}月[{DIGITS}]{{1,3}}日[讯訊] [^(\s]"
)  # 某某12月31日讯 湖人
_BETWEEN = frozenset(("综合", "客户端", "讯", "訊", "驻", "駐", "新闻", "综合消息"))
_LONGEST_BARE_NAME = 4
_USUAL_NAME = 3


class Left(NamedTuple):
    """The elements before the day. certain: a listed agency, a house or a known place vouches for it."""

    start: int
    agency: Agency | None = None
    places: tuple[Place, ...] = ()
    reporter: str | None = None
    certain: bool = False


def read_left(line: Line, stop: int) -> Left | None:
    """Read the signature, reporter and places before the day; None when other words are there."""
    left = line.head[line.start : stop]
    opening = len(left) - len(left.lstrip("[( "))
    text = _without_region(left.rstrip(" ,"))
    name = last_agency(text, opening, len(text), line.tables)
    places, place_start = read_places_before(text, name[2] if name else opening, line.tables)
    if name is None:
        return _unsigned(line, text, opening, places, place_start)
    agency, first, after = name
    middle = text[after:place_start].strip(" ,/:|·-]")
    before = text[opening:first]
    if before and not may_precede(before, certain=bool(places)):
        longer = line.patterns.medium.fullmatch(text, opening) and not line.patterns.titles.search(text, opening)
        return _unsigned(line, text, opening, (), len(text)) if longer else None  # 中国江苏网 is not 江苏网
    unlisted = place_between(middle) if middle and not places and _may_be_a_place(line, middle) else None
    if unlisted:
        return Left(start=line.start + first, agency=agency, places=(unlisted,))
    if len(places) == 1 and middle and (within := place_within(middle + text[place_start:])):
        return Left(start=line.start + first, agency=agency, places=(within,), certain=True)
    if not _fits_between(line, middle):
        return None
    if before and not places:  # 香港 - Media OutReach - 2020年11月23日
        ahead, at = read_places_before(before.rstrip(" -/"), 0, line.tables)
        places, first = (ahead, opening) if ahead and at == 0 else (places, first)
    own = line.patterns.house.search(middle)
    reporter = None if own else reporter_in(middle, line.patterns)
    if reporter and not places:
        named = place_between(reporter[_USUAL_NAME:])  # 中央社記者李某某某縣11日電
        places, reporter = ((named,), reporter[:_USUAL_NAME]) if named else ((), reporter)
    return Left(start=line.start + first, agency=agency, places=places, reporter=reporter, certain=True)


_REGION = re.compile(r"\(([^\W\d_]{2,8})\)$")


def _without_region(text: str) -> str:
    """Return *text* without the country in brackets that ends it: "新华社平昌（韩国）"."""
    match = _REGION.search(text)
    return text[: match.start()] if match and find_region(match[1]) else text


def _may_be_a_place(line: Line, middle: str) -> bool:
    """Return whether *middle*, between agency and day, is no reporter, house or word of a newsroom."""
    return (
        middle not in _BETWEEN
        and middle not in line.tables.openers
        and not line.patterns.titles.search(middle)
        and not line.patterns.house.search(middle)
    )


def _unsigned(line: Line, text: str, opening: int, places: tuple[Place, ...], place_start: int) -> Left | None:
    """Read the words before the places of a dateline that no listed agency signs."""
    rest = text[opening:place_start].strip(" ")
    start = line.start + opening
    if " " in rest and (places or line.patterns.house.search(rest)):
        start += text[opening:place_start].rstrip(" ").rfind(" ") + 1
        rest = rest.rpartition(" ")[2]
    signed = bool(places) and line.patterns.medium.fullmatch(rest) is not None and not line.patterns.house.match(rest)
    within = place_within(text[opening:]) if rest and len(places) <= 1 and not signed else None
    if within:
        return Left(start=line.start + opening, places=(within,), certain=bool(places))
    if line.patterns.house.match(rest):
        return _of_the_house(line, rest, start, places)
    if not rest:
        return Left(start=line.start + (place_start if places else opening), places=places, certain=bool(places))
    return _titled(line, rest, start, places) or _unlisted(line, rest, start, places)


def _of_the_house(line: Line, rest: str, start: int, places: tuple[Place, ...]) -> Left:
    """Read "本报某地", "本报记者张三": what a paper that names itself prints before the day."""
    house = line.patterns.house.match(rest)
    middle = rest[house.end() if house else 0 :].strip(" ,/")
    unlisted = place_between(middle) if middle and not places and _may_be_a_place(line, middle) else None
    if unlisted:
        return Left(start=start, agency=line.paper, places=(unlisted,))
    reporter = reporter_in(middle, line.patterns)
    return Left(start=start, agency=line.paper, places=places, reporter=reporter, certain=True)


def _titled(line: Line, rest: str, start: int, places: tuple[Place, ...]) -> Left | None:
    """Read "某通讯社记者张三台北20日电" and "记者张三台北20日电"."""
    title = line.patterns.titles.search(rest) if places else None
    if title and line.patterns.medium.fullmatch(rest[: title.start()]):
        agency = Agency(name=rest[: title.start()], known=False, tag="zh")
        return Left(start=start, agency=agency, places=places, reporter=reporter_in(rest, line.patterns))
    if places and line.patterns.titles.match(rest) and len(rest) <= LONGEST_UNKNOWN:
        return Left(start=start, places=places, reporter=reporter_in(rest, line.patterns))
    return None


def _unlisted(line: Line, rest: str, start: int, places: tuple[Place, ...]) -> Left | None:
    """Read an unlisted medium before places or the day, or an unlisted city or portal before the day."""
    programme = places and len(rest) <= LONGEST_UNKNOWN and rest.endswith("》")
    if programme or line.patterns.medium.fullmatch(rest):
        return Left(start=start, agency=Agency(name=rest, known=False, tag="zh"), places=places)
    name = place_between(rest) if not places and _may_be_a_place(line, rest) else None
    if name and _stands_alone(line, rest, start):
        return Left(start=start, places=(name,))
    portal = name and start == line.start and _PORTAL.match(line.head, start, line.end)
    return Left(start=start, agency=Agency(name=rest, known=False, tag="zh")) if portal else None


def _stands_alone(line: Line, rest: str, start: int) -> bool:
    """Return whether *rest*, before the day, can only be a city: "(某地22日讯)", "某地2017年9月15日电 /美通社/"."""
    after = line.head[start + len(rest) : line.end]
    bracketed = line.head[line.start : start] in ("(", "[")
    return (_CLOSED_DISPATCH if bracketed else _OPEN_DISPATCH).match(after) is not None


def _fits_between(line: Line, middle: str) -> bool:
    """Return whether *middle* may stand between an agency and its city: a reporter, a programme, a department."""
    if not middle:
        return True
    if middle in line.tables.openers:  # a credit: 新华社照片，北京，2019年11月20日
        return False
    if len(middle) > LONGEST_MIDDLE or any(sign in middle for sign in "。?!;:]"):
        return False
    if line.patterns.titles.search(middle) or line.patterns.house.match(middle):
        return True
    return middle[0] in "《“" or middle[-1] in "》)" or middle in _BETWEEN or len(middle) <= _LONGEST_BARE_NAME


_REACH = 72  # a dateline's day is within so many characters of the line's start, or of a glued headline's end
_REACH_HEADLINE = 160
_LAST_DAY = 31
_LAST_MONTH = 12
_CENTURY = 2000
_BELOW = 120
_RUNNING_TEXT = 30  # a shorter line without a full stop may be the next of a list
_LONGEST_PLACE = 6
_COMMA_DAY = re.compile(
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
    """Return where the last sign of a day is, beyond which no day need be looked for; -1 when none does."""
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
    if not left.places:  # 今视网3月12日南昌讯
        behind = _place_behind(line, after_day)
        left, after_day = (left._replace(places=(behind[0],)), behind[1]) if behind else (left, after_day)
    stop = _mark_end(line, after_day, left, full=bool(year and month))
    if stop is None or _is_quoted(line, left, stop):
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


def _place_behind(line: Line, after_day: int) -> tuple[Place, int] | None:
    """Return the place between the day and the mark, and where it ends: "3月12日南昌讯", "5月26日，北京报道"."""
    start = after_day + (line.head[after_day : after_day + 1] == ",")
    for length in range(_LONGEST_PLACE, 1, -1):
        mark = line.patterns.mark.match(line.head, start + length, line.end)
        found = place_at_start(line.head[start : start + length]) if mark else None
        if found and found[1] == length:
            return found[0], start + length
    return None


def _is_quoted(line: Line, left: Left, stop: int) -> bool:
    """Return whether the sentence only says who reported: "据新快网4月18日报道，"."""
    told = line.head[left.start : left.start + 1] in ("据", "據") or line.head[left.start - 1 : left.start] in (
        "据",
        "據",
    )
    return told and line.head[stop - 1] in "道導导"


def _mark_end(line: Line, after_day: int, left: Left, *, full: bool) -> int | None:
    """Return where the mark after the day ends ("电", "专电", "讯"); None when what follows is no dateline's mark.

    full: month and year are printed too, as press releases do, and then less is needed.
    """
    mark = line.patterns.mark.match(line.head, after_day, line.end)
    signed = left.agency is not None
    sure = signed and left.certain and bool(left.places)
    if mark is None:
        # Some leave the mark out: 新华社北京12月16日（李明）, 香港2023年3月9日 /美通社/
        if (left.places or full) and reporter_after(line, after_day)[2] is not None:
            return after_day
        following = line.head[after_day : after_day + 2]
        closed = following[:1] in ("(", "", "—") or following in (" (", " -", "--", " —")  # 路透东京8月15日 - 日本
        released = (
            full and left.certain and bool(left.places) and (following in (" —", " -", "--") or following[:1] in "—)")
        )
        ended = released or (sure and (closed or following[:1] == "\n")) or (signed and following[:1] in ("丨", "|"))
        return after_day if ended or _alone(line, after_day, left) else None
    if mark["compound"] is not None and not sure:
        return None
    following = line.head[mark.end() : mark.end() + 1]
    if not (signed or left.places) and following not in (" ", "(", "/", ":", "\n", "", "," if full else ""):
        return None
    if mark["mark"] not in _SHORT_MARKS and not signed and following not in (" ", "(", ":", "]", ")", ""):
        return None
    return mark.end()


def _agency_at(line: Line, position: int) -> tuple[Agency, int] | None:
    """Return the listed agency whose name is at *position*, and where it ends."""
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
