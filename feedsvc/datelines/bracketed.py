"""Read a dateline between brackets: ``【ロンドン＝山田花子】``, ``[東京 ２６日 ロイター]``, ``(서울=연합뉴스)``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from feedsvc.datelines.agencies import foreign_name, is_medium, korean_name, listed, read_agency
from feedsvc.datelines.places import find_place, place_at_end, place_at_start
from feedsvc.datelines.unspaced_parts import Glued, read_number
from feedsvc.datelines.word_tables import Agency, Tables
from feedsvc.model.dates import Place

_SPOKEN_OF = "[はがをにともへでの](?=[\u3400-\u9fff\u30a1-\u30faA-Za-z])|とは|って"  # 【AFP】は何の略か
_BRACKETED = re.compile(
    rf"[\[(<]([^\[\]()<>\n]{{1,60}}(?:\([^()\n]{{1,12}}\))?[^\[\]()<>\n]{{0,20}})[\])>](?!{_SPOKEN_OF})"
)
_OPEN = re.compile(
    r"([^\W\d_][^\n()0-9,、]{0,24})[,、]?[ ]?(?=[0-9]{1,4}[年년월月])([^\n(]{3,18}?)[ ]?\(([^()\n]{1,20})\)"
)
_DAY = re.compile(
    r"(?:([0-9]{4})[年년][ ]?)?(?:([0-9一二三四五六七八九十]{1,3})[月월][ ]?)?([0-9一二三四五六七八九十]{1,3})[日일]"
)
_JOINED = re.compile(r"[ ]?[/·、,][ ]?")
_CLOSING = re.compile(r"[ ]?([^=\n\[\]()]{2,50}?)[ ]?=(?=[ ])")
_QUOTED = re.compile(r"\([^()\n]{1,40}\)|“[^”\n]{1,40}”")
_NAME = re.compile("[\u3400-\u9fff]{3,6}")
_SIGNED = re.compile(r"([^\W\d_][^\n()0-9,、=]{0,24})\(([^()\n]{1,20})\)[ ]")
_SIGN = re.compile(r"[ ]?\(([^()\n]{1,20})\)(?=[ :-])")
_BARE = re.compile(
    r"([^\W\d_][^\n()0-9,、= ]{1,12})[ ]((?:[0-9]{1,2}月[ ]?)?[0-9]{1,2}日)[ ]([^\W\d_]{2,12})(?=[ ]?(?:$|\n|-[ ]|—))"
)  # 東京 1日 ロイター
_SIGNATURE = re.compile("[\uac00-\ud7a3A-Za-z0-9]{2,10}")
_WIRES = ("共同", "時事")
_LAST_DAY, _LAST_MONTH = 31, 12
_LONGEST_NAME = 24


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class _Read:
    places: tuple[Place, ...] = ()
    agency: Agency | None = None
    rest: str = ""


def read_bracketed(head: str, start: int, end: int, tables: Tables) -> Glued | None:
    """Return the bracketed dateline at the start of a line, None when there is none."""
    match = _BRACKETED.match(head, start, end)
    if match is None:
        return _open(head, start, end, tables)
    inside = match[1].strip()
    date = _DAY.search(inside)
    month, day, year = _figures(date)
    if date and day is None:
        return None
    without = f"{inside[: date.start()]} {inside[date.end() :]}" if date else inside
    place_part, equals, signature = without.partition("=")
    read = _parts(place_part.strip(" ,|"), tables)
    reporter = None
    if equals:
        city, comma, rest = signature.partition(",")  # [OSEN=부산, 김철수 기자]
        place = _known(city.strip(), tables) if comma and read.agency and not read.places else None
        if place:
            read.places, signature = (place,), rest
        signed = _signature(signature.strip(), tables)
        _take_unlisted(read, signed, head, match.end(), end, tables)
        reporter = signed.rest or None
        relayed = read.agency
        read.agency = signed.agency or relayed
        both = relayed and signed.agency and _tag(head, start, end) == "ja"  # 【AFP=時事】; in Korean a photo's credit
        if (
            signed.agency is None
            and _tag(head, start, end) == "ko"
            and not any(map((reporter or "").endswith, tables.reporters))
        ):
            return None
        if read.rest or not (read.places or (relayed and reporter) or both):
            return None
    elif not _accepted(read, day, inside, tables) and not _unlisted(read, head, match.end(), month, day, tables):
        return None
    elif read.agency is None:
        reporter = read.rest
    stop = match.end()
    closing = _CLOSING.match(head, stop, end)
    if closing and any(title in closing[1] for title in tables.reporters):
        reporter, stop = closing[1].strip(), closing.end()
    return Glued(
        start=start,
        end=stop,
        tag=_tag(head, start, end),
        places=read.places,
        month=month,
        day=day,
        year=year,
        agency=read.agency,
        reporter=reporter,
    )


def _accepted(read: _Read, day: int | None, inside: str, tables: Tables) -> bool:
    """Return whether brackets without "=" hold a dateline: an agency, with a place, a day or a reporter's title."""
    if read.agency is None:  # 【北京・山田太郎】
        return "·" in inside and bool(read.places) and day is None and _NAME.fullmatch(read.rest) is not None
    if not read.agency.known:
        return False
    title = next((title for title in tables.reporters if inside.rstrip().endswith(title)), None)
    if read.rest:
        return title is not None or (bool(read.places) and day is not None)
    return bool(read.places) or day is not None or listed(inside, tables) is not None


def _signs_below(head: str, stop: int, end: int, tables: Tables) -> bool:
    """Return whether a reporter signs behind the brackets: "(서울=통신) 김철수 기자 = "."""
    closing = _CLOSING.match(head, stop, end)
    return closing is not None and any(title in closing[1] for title in tables.reporters)


def _take_unlisted(read: _Read, signed: _Read, head: str, stop: int, end: int, tables: Tables) -> None:
    """Take the unlisted city before "=" and a listed agency, or the unlisted agency behind a known city, for one.

    A reporter must sign in Korean behind the brackets.
    """
    if not _signs_below(head, stop, end, tables):
        return
    if read.rest and not read.agency and signed.agency:
        city = korean_name(read.rest, tables)
        read.places, read.rest = ((*read.places, city), "") if city else (read.places, read.rest)
    elif read.places and not read.rest and not signed.agency and _SIGNATURE.fullmatch(signed.rest):
        signed.agency, signed.rest = Agency(name=signed.rest, known=False, tag="ko"), ""


def _unlisted(read: _Read, head: str, stop: int, month: int | None, day: int | None, tables: Tables) -> bool:
    """Take the words beside an agency, a place or the day for the other; return whether that makes a dateline.

    "[東京 26日 通信社] - ", "[都市 26日 ロイター] - ", "【6月18日 通信】", "【都市共同】".
    """
    opens = head.startswith(" - ", stop)
    if read.agency and read.agency.known and read.rest and not read.places:
        city = foreign_name(read.rest, tables) if month is None and (opens if day else True) else None
        read.places, read.rest = ((city,), "") if city else ((), read.rest)
        return city is not None
    if read.agency is None and day and (month or read.places):
        named = is_medium(read.rest) or (opens and read.places and foreign_name(read.rest, tables) is not None)
        read.agency = Agency(name=read.rest, known=False, tag="ja") if named else None
        read.rest = "" if named else read.rest
    return read.agency is not None and not read.agency.known


def _open(head: str, start: int, end: int, tables: Tables) -> Glued | None:
    """Read the form without brackets: "서울, 5월 26일 (연합뉴스)"."""
    if head.find("(", start, end) < 0 and head.find("日", start, end) < 0:
        return None  # for each of these forms has one of them
    match = _OPEN.match(head, start, end) or _BARE.match(head, start, end)
    if match is None:
        return _day_first(head, start, end, tables) or _signed(head, start, end, tables)
    date = _DAY.fullmatch(match[2].strip())
    month, day, year = _figures(date)
    read, agency = _parts(match[1].strip(), tables), listed(match[3], tables)
    if day is None or not read.places or read.rest or agency is None:
        return None
    return Glued(
        start=start,
        end=match.end(),
        tag=_tag(head, start, end),
        places=read.places,
        month=month,
        day=day,
        year=year,
        agency=agency,
    )


def _day_first(head: str, start: int, end: int, tables: Tables) -> Glued | None:
    """Read the form that prints no place: "３月４日（ブルームバーグ）：日本の"."""
    match = _DAY.match(head, start, end)
    sign = _SIGN.match(head, match.end(), end) if match and match[2] else None
    agency = listed(sign[1], tables) if sign else None
    month, day, year = _figures(match)
    if sign is None or agency is None or day is None:
        return None
    tag = _tag(head, start, end)
    return Glued(start=start, end=sign.end(), tag=tag, month=month, day=day, year=year, agency=agency)


def _signed(head: str, start: int, end: int, tables: Tables) -> Glued | None:
    """Read the form without brackets and day: "ロンドン（CNN） 英"."""
    match = _SIGNED.match(head, start, end)
    agency = listed(match[2], tables) if match else None
    if match is None or agency is None:
        return None
    read = _parts(match[1].strip(), tables)
    if not read.places or read.rest or read.agency:
        return None
    return Glued(start=start, end=match.end() - 1, tag=_tag(head, start, end), places=read.places, agency=agency)


def _figures(date: re.Match[str] | None) -> tuple[int | None, int | None, int | None]:
    if date is None:
        return None, None, None
    month, day = read_number(date[2]) if date[2] else None, read_number(date[3])
    if day is None or not 1 <= day <= _LAST_DAY or (month is not None and not 1 <= month <= _LAST_MONTH):
        return None, None, None
    return month, day, int(date[1]) if date[1] else None


def _parts(text: str, tables: Tables) -> _Read:
    """Return the places and the agency that *text* names, and what of it is neither."""
    read = _Read()
    whole = _known(text, tables)
    if whole:
        return _Read(places=(whole,))
    signed = listed(text, tables)
    if signed:
        return _Read(agency=signed)
    rest: list[str] = []
    for token in text.split():
        for piece in _JOINED.split(token):
            if piece:
                _piece(piece, read, rest, tables)
    read.rest = " ".join(rest)
    return read


def _piece(piece: str, read: _Read, rest: list[str], tables: Tables) -> None:
    for language in tables.languages:
        for mark in language.dispatches if language.writing == "bracketed" else ():
            piece = piece.removeprefix(mark).removesuffix(mark)
    signed = listed(piece, tables) if piece else None
    if signed:
        read.agency = read.agency or signed
        return
    place = _known(piece, tables)
    if place:
        read.places = (*read.places, place)
        return
    before = place_at_start(piece)
    if before and listed(piece[before[1] :], tables):
        read.places = (*read.places, before[0])
        read.agency = read.agency or listed(piece[before[1] :], tables)
        return
    after = place_at_end(piece)
    if after and listed(piece[: after[1]], tables):
        read.places = (*read.places, after[0])
        read.agency = read.agency or listed(piece[: after[1]], tables)
        return
    for mark in _WIRES if read.agency is None else ():  # 【都市共同】
        name = piece.removesuffix(mark)
        if name != piece and foreign_name(name, tables):
            read.agency, piece = listed(mark, tables), name
            break
    if piece:
        rest.append(piece)


def _known(text: str, tables: Tables) -> Place | None:
    before = place_at_start(text) if text else None
    if before and listed(text[before[1] :], tables):  # シンガポール共同: a city that is a country, and its agency
        return None
    meant = tables.places.get(text.casefold())
    return find_place(meant or text) if text else None


def _signature(text: str, tables: Tables) -> _Read:
    """Return the agency and the reporter that *text* names: "스포츠조선 선수민 기자", "뉴시스/AP", "岡田浩幸"."""
    signed = listed(text, tables)
    if signed:
        return _Read(agency=signed)
    first, _, rest = text.partition(" ")
    signed = listed(first, tables)
    if signed:
        return _Read(agency=signed, rest=rest)
    parts = (listed(part, tables) for part in _JOINED.split(text))
    signers = [part for part in parts if part]
    own = next((part for part in reversed(signers) if part.tag == "ko"), None)  # [런던=AP/뉴시스] is signed by Newsis
    combined = own or read_agency(text, tables)
    if combined and combined.known:
        return _Read(agency=combined)
    titled = any(text.endswith(title) for title in tables.reporters)
    if rest and titled and len(rest.split()) > 1:
        return _Read(agency=Agency(name=first, known=False), rest=rest)
    return _Read(rest=text if len(text) <= _LONGEST_NAME else "")


def _tag(head: str, start: int, end: int) -> str:
    """Return the language of a line: Korean or Japanese by its letters, but for those of a name that is only quoted."""
    sample = head[start : min(end, start + 120)]
    if not sample.isascii():
        sample = sample[:1] + _QUOTED.sub("", sample[1:])
    if any("\uac00" <= char <= "\ud7a3" for char in sample):
        return "ko"
    return "ja" if any("\u3041" <= char <= "\u30fa" for char in sample) else "zh"
