"""Read the parts of a dateline that a script without spaces glues together: signature, reporter, places."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from feedsvc.datelines.agencies import listed
from feedsvc.datelines.places import find_place, place_at_end
from feedsvc.datelines.word_tables import Agency, Tables
from feedsvc.model.dates import Place

_FIGURES = "0-9〇零○Ｏ一二三四五六七八九十廿卅"
DIGITS = f"{_FIGURES}元"  # 令和元年
_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "元": 1}
_TENS = {"十": 10, "廿": 20, "卅": 30}


def read_number(text: str) -> int | None:
    """Return the number that *text* writes, None when it writes none."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    if not any(char in _TENS for char in text):
        digits = [str(_VALUES.get(char, char)) for char in text]
        joined = "".join(digits)
        return int(joined) if joined.isascii() and joined.isdigit() else None
    total, pending = 0, None
    for char in text:
        if char in _TENS:
            total += _TENS[char] if char != "十" or pending is None else 10 * pending
            pending = None
        elif char in _VALUES and pending is None:
            pending = _VALUES[char]
        else:
            return None
    return total + (pending or 0)


AFTER = 60
LONGEST_MIDDLE = 24
LONGEST_UNKNOWN = 14
_LONGEST_PLACE = 16
_LONGEST_UNTITLED = 3  # characters: four are the name of a column as often, 国际观察
_MOST_PLACES = 4
_LEAST_HEADLINE = 8
_HAN = "\u3400-\u9fff"
_JOINED = ",、/·和及與与-"
_CHANNELS = ("新闻", "新聞", "频道", "頻道", "消息")


class Glued(NamedTuple):
    """A dateline of an unspaced script; start and end are characters of the head."""

    start: int
    end: int
    tag: str
    places: tuple[Place, ...] = ()
    month: int | None = None
    day: int | None = None
    year: int | None = None
    time: str | None = None
    zone: str | None = None
    agency: Agency | None = None
    reporter: str | None = None


class Patterns(NamedTuple):
    """The patterns made of the words of the languages that write glued datelines.

    signs: what every dateline without a day has one of; found at a fraction of what ``undated`` and ``reports`` cost.
    """

    signs: re.Pattern[str]
    day: re.Pattern[str]
    mark: re.Pattern[str]
    undated: re.Pattern[str]
    reports: re.Pattern[str]
    titles: re.Pattern[str]
    house: re.Pattern[str]
    medium: re.Pattern[str]
    clock: re.Pattern[str]
    compound: re.Pattern[str]


class Line(NamedTuple):
    """A line of the head and what is needed to read it. paper: what "本报" means, as far as a masthead said so."""

    head: str
    start: int
    end: int
    tables: Tables
    patterns: Patterns
    paper: Agency | None = None


def any_of(words: tuple[str, ...]) -> str:
    """Return a pattern of any of *words*, longest first."""
    return "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word)))) or "(?!)"


@lru_cache(maxsize=4)
def patterns_of(tables: Tables) -> Patterns:
    """Return the patterns of *tables*, compiled when first asked for."""
    glued = tuple(language for language in tables.languages if language.writing == "glued")
    marks = any_of(tuple(word for language in glued for word in language.dispatches))
    kinds = any_of(tuple(word for language in glued for word in language.kinds))
    compounds = re.escape("".join(language.dispatch_compounds for language in glued)) or "\0"
    eras = any_of(tuple(era for era in tables.eras if not era.isascii()))
    reports = any_of(tuple(word for language in glued for word in language.reports))
    titles = any_of(tuple(word for language in glued for word in language.reporters))
    houses = any_of(tuple(word for language in glued for word in language.houses))
    media = any_of(tuple(word for language in glued for word in language.media))
    zones = any_of(tuple(zone for language in glued for zone in language.zones))
    return Patterns(
        signs=re.compile(f"{marks}|{reports}"),
        day=re.compile(
            rf"(?:(?P<era>{eras})? ?(?P<year>[{DIGITS}]{{1,4}}) ?年 ?)?(?:(?P<month>[{_FIGURES}]{{1,3}}) ?月 ?)?"
            rf"(?P<day>[{_FIGURES}]{{1,3}}) ?[日号號]"
        ),
        mark=re.compile(
            rf" ?(?:{kinds}|[{_HAN}]{{2,4}}[专專](?=[电電]))?"
            rf"(?P<mark>{marks})(?:{marks})?(?P<compound>(?=[{compounds}]))?"
        ),
        undated=re.compile(rf"(?:{kinds})?(?P<mark>{marks})(?P<next>[ :(\]\)、,/]|{titles}|\n|$)?"),
        reports=re.compile(
            rf"(?:綜合|综合|連線|连线|聯合|联合|專訪|专访|攝影|摄影|現場|现场|整理|特稿|外電)?(?:{reports})"
        ),
        titles=re.compile(rf"(?:{houses})?(?:{titles})"),
        house=re.compile(rf"(?:{houses})"),
        medium=re.compile(rf"[{_HAN}\w·.-]{{1,{LONGEST_UNKNOWN}}}(?:{media})"),
        compound=re.compile(f"[{compounds}]"),
        clock=re.compile(rf"[ ,:]?(?P<zone>{zones})(?P<month>[{DIGITS}]{{1,3}})月(?P<day>[{DIGITS}]{{1,3}})[日号號]"),
    )


def read_places_before(text: str, opening: int, tables: Tables) -> tuple[tuple[Place, ...], int]:
    """Return the places that end *text*, first printed first, and where they start (the end when there is none)."""
    places: list[Place] = []
    end = len(text)
    while True:
        found = _place_before(text, opening, end, tables)
        if found is None:
            break
        place, first = found
        places.insert(0, place)
        end = first
        if first - 1 > opening and text[first - 1] in _JOINED and len(places) < _MOST_PLACES:
            if _place_before(text, opening, first - 1, tables) is None:
                break
            end = first - 1
        else:
            break
    if not places and text.endswith(_CHANNELS):
        found = _place_before(text, opening, len(text) - 2, tables)
        if found:
            return (found[0],), found[1]
    return tuple(places), end


def _place_before(text: str, opening: int, end: int, tables: Tables) -> tuple[Place, int] | None:
    first_kept = max(opening, end - _LONGEST_PLACE)
    window = text[first_kept:end].rstrip(" ")
    found = _ending(window)
    if found is None:
        for first in range(len(window) - 1):
            meant = tables.places.get(window[first:])
            place = find_place(meant) if meant else None
            if place:
                found = place, first
                break
    return (found[0], first_kept + found[1]) if found else None


@lru_cache(maxsize=8192)
def _ending(window: str) -> tuple[Place, int] | None:
    return place_at_end(window)


def last_agency(text: str, opening: int, stop: int, tables: Tables) -> tuple[Agency, int, int] | None:
    """Return the last agency named before *stop*, where it starts and ends; the longest name that starts there."""
    last: tuple[str, int] | None = None
    after, names = opening, tables.glued_by_start
    for position in range(opening, stop - 1):
        if text[position : position + 2] in names and position >= after:
            for name in names[text[position : position + 2]]:
                if text.startswith(name, position, stop):
                    last, after = (name, position), position + len(name)
                    break
    if last is None:
        return None
    return tables.glued[last[0]], last[1], last[1] + len(last[0])


def reporter_in(middle: str, patterns: Patterns) -> str | None:
    """Return the name that follows a reporter's title in *middle*."""
    match = patterns.titles.search(middle)
    name = middle[match.end() :].strip(" :/、") if match else ""
    return name if 1 < len(name) <= LONGEST_MIDDLE else None


def reporter_after(line: Line, stop: int) -> tuple[str | None, int, Agency | None]:
    """Return the reporter after the mark (``（记者张三）``), where that ends, and the wire it names (``/美通社/``)."""
    position = stop + (line.head[stop : stop + 1] == " ")
    sign = line.head[position : position + 1]
    if sign == "(":
        closing = line.head.find(")", position, min(line.end, position + AFTER))
        inside = line.head[position + 1 : closing].strip() if closing > 0 else ""
        title = line.patterns.titles.match(inside) or _title_of_own_paper(inside, line.patterns)
        names = inside[title.end() :].strip(" :/") if title else inside
        if inside and (title or _names(inside, longest=_LONGEST_UNTITLED)):
            return names or None, closing + 1, None
    if sign == "/":
        closing = line.head.find("/", position + 1, min(line.end, position + AFTER))
        inside = line.head[position + 1 : closing] if closing > 0 else ""
        wire = listed(inside, line.tables) or listed(inside.partition("-")[0], line.tables)  # /美通社-亚洲网/
        if wire:
            return None, closing + 1, wire
    return None, stop, None


def _title_of_own_paper(inside: str, patterns: Patterns) -> re.Match[str] | None:
    """Return the title behind the names of papers: "中青报·中青网记者李明"."""
    title = patterns.titles.search(inside)
    papers = re.split("[·/ ]+", inside[: title.start()].strip(" ·/")) if title else []
    return title if title and all(patterns.medium.fullmatch(paper) for paper in papers) else None


def _names(inside: str, *, longest: int) -> bool:
    return all(1 < len(name) <= longest for name in re.split("[ ,、]+", inside))


def may_precede(before: str, *, certain: bool) -> bool:
    """Return whether *before* may stand before a signature: a headline, a source's label, a bracket."""
    stripped = before.rstrip(" ")
    if not stripped or before.endswith((" ", "(", "[", "《", ")", "]", "-", "—")):
        return True
    closed = stripped.endswith((*":。!?！？据據|”》·",))
    return closed or (certain and len(stripped) > _LEAST_HEADLINE)


def tag_of(agency: Agency | None) -> str:
    """Return the language of a glued dateline: that of the agency's name as printed, else Chinese."""
    return agency.tag if agency and agency.tag and agency.tag != "en" else "zh"
