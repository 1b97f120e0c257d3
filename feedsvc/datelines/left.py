"""Read what stands before the day of a dateline of a script without spaces: signature, reporter and places."""

from __future__ import annotations

from typing import NamedTuple

from feedsvc.datelines.numerals import DIGITS
from feedsvc.datelines.parts import (
    LONGEST_MIDDLE,
    LONGEST_UNKNOWN,
    Line,
    last_agency,
    may_precede,
    read_places_before,
    reporter_in,
)
from feedsvc.datelines.tables import Agency
from feedsvc.datelines.unknown import place_between, place_within
from feedsvc.model.dates import Place
from feedsvc.places.pattern import lazy

_CLOSED_DISPATCH = lazy(rf"(?:[{DIGITS}]{{1,3}}月)?[{DIGITS}]{{1,3}}日(?:综合|綜合)?[电電讯訊][)\]]")
_OPEN_DISPATCH = lazy(
    rf" ?(?:[{DIGITS}]{{4}} ?年 ?)?[{DIGITS}]{{1,3}} ?月 ?[{DIGITS}]{{1,3}} ?日[电電]? ?"
    rf"(?:/[^/\n]{{2,24}}/|(?<=[电電])\((?:记者|記者)|(?<=[电電] )\((?:记者|記者|[\u3400-\u9fff]{{2,4}}\)))"
)
_PORTAL = lazy(
    rf"[^据據截至今昨本从從在于於自到 ]{{2,5}}?[{DIGITS}]{{1,3}}月[{DIGITS}]{{1,3}}日[讯訊] [^(\s]"
)  # 某某12月31日讯 湖人
_BETWEEN = frozenset(("综合", "客户端", "讯", "訊", "驻", "駐", "新闻", "综合消息"))
_LONGEST_BARE_NAME = 4
_USUAL_NAME = 3


class Left(NamedTuple):
    """Hold what stands before the day. certain: a listed agency, a house or a known place vouches for it."""

    start: int
    agency: Agency | None = None
    places: tuple[Place, ...] = ()
    reporter: str | None = None
    certain: bool = False


def read_left(line: Line, stop: int) -> Left | None:
    """Read the signature, reporter and places before the day; None when something else stands there."""
    left = line.head[line.start : stop]
    opening = len(left) - len(left.lstrip("[( "))
    text = left.rstrip(" ,")
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


def _may_be_a_place(line: Line, middle: str) -> bool:
    """Return whether *middle*, between agency and day, is no reporter, house or word of a newsroom."""
    return (
        middle not in _BETWEEN
        and middle not in line.tables.openers
        and not line.patterns.titles.search(middle)
        and not line.patterns.house.search(middle)
    )


def _unsigned(line: Line, text: str, opening: int, places: tuple[Place, ...], place_start: int) -> Left | None:
    """Read what stands before the places of a dateline that no listed agency signs."""
    rest = text[opening:place_start].strip(" ")
    start = line.start + opening
    if " " in rest and (places or line.patterns.house.search(rest)):
        start += text[opening:place_start].rstrip(" ").rfind(" ") + 1
        rest = rest.rpartition(" ")[2]
    within = place_within(text[opening:]) if rest and len(places) <= 1 else None
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
    if len(middle) > LONGEST_MIDDLE or any(sign in middle for sign in "。?!;:"):
        return False
    if line.patterns.titles.search(middle) or line.patterns.house.match(middle):
        return True
    return middle[0] in "《“" or middle[-1] in "》)" or middle in _BETWEEN or len(middle) <= _LONGEST_BARE_NAME
