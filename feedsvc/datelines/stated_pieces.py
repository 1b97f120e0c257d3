"""Cut a text into the pieces that a stated date is made of, and read the day of them with python-dateutil.

Each piece has a letter for its kind, so that the forms of a date are regular expressions over these letters:

E  a day of which no figure is in doubt: "20170526", "2017-05-26", "2017年5月26日", "令和4年2月9日"
F  a day in figures, "26/05/2017"    S  with a year of two, "26.05.17"    R  with that of the Republic, "106/05/26"
N  a month's name    D  one or two figures    Y  a year of four    A  a year behind an apostrophe
C  a clock           Z  a clock's name before it ("北京时间")
w  a weekday         o  a small word ("of", "at")            x  anything else
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.parser import ParserError, isoparse, parser, parserinfo

from feedsvc.datelines.agencies import listed
from feedsvc.datelines.calendar import FIRST_YEAR, LAST_YEAR
from feedsvc.datelines.day import of_this_age, read_zone
from feedsvc.datelines.places import find_place
from feedsvc.datelines.unspaced_parts import DIGITS, read_number
from feedsvc.datelines.word_tables import Tables, fold_word
from feedsvc.model.errors import DateError

_REPUBLIC = 1911  # 114年 is year 114 of the Republic of China: 2025
_OF_REPUBLIC = range(90, 150)  # the figures that count from it where no era is named
_BUDDHIST = range(2400, 2743)  # 543 years ahead of the common era
_AM, _PM, _EVENING, _NOON, _NIGHT = "am", "pm", "evening", "noon", "night"
_HALVES = {
    **dict.fromkeys(("上午", "午前", "早上", "早晨", "清晨", "凌晨", "早", "오전", "새벽", "아침"), _AM),
    **dict.fromkeys(("下午", "午后", "午後", "오후"), _PM),
    **dict.fromkeys(("晚上", "晚间", "晚間", "夜晚", "傍晚", "晚", "저녁"), _EVENING),
    **dict.fromkeys(("中午", "正午"), _NOON),
    **dict.fromkeys(("夜间", "夜間", "夜里", "夜裡", "深夜", "半夜", "밤"), _NIGHT),
    **dict.fromkeys(("in the morning", "a"), _AM),
    **dict.fromkeys(("in the afternoon", "p"), _PM),
    "in the evening": _EVENING,
    "at night": _NIGHT,
    "noon": _NOON,
    "": "",
}
_HALF = rf"(?P<half>{'|'.join(half for half in _HALVES if not half.isascii())})?[ ]?"
_STARTS_FIGURES = frozenset(f"0123456789{DIGITS.replace('-', '')}")
_SHORT_YEAR = re.compile(r"(?<=[\w.,][ ])'[0-9]{2}(?![0-9./-])")
_IN_FIGURES = re.compile(
    r"(?<![A-Za-z0-9_])(?<![0-9][./-])([0-9]{1,4})([./-])[ ]?([0-9]{1,2})\2[ ]?([0-9]{1,4})(?![0-9])"
    r"(?P<more>\2[0-9]|[\w/-])?"
)
# The figures of the first part and of the last -> its kind.
_KINDS = {(4, 1): "E", (4, 2): "E", (1, 4): "F", (2, 4): "F", (1, 2): "S", (2, 2): "S", (3, 1): "R", (3, 2): "R"}
_COMPACT = re.compile(
    r"(?<![\w.])((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?=\b|T[0-9]|[0-2][0-9][0-5][0-9](?:[0-5][0-9])?\b)"
)
_EAST_ASIAN_DAY = re.compile(
    rf"([{DIGITS}百]{{1,6}})[ ]?[年년][ ]?([{DIGITS}]{{1,3}})[ ]?[月월][ ]?([{DIGITS}]{{1,3}})[ ]?[日号號일]"
)
_CLOCKS = (
    re.compile(
        rf"{_HALF}(?P<hour>[{DIGITS}]{{1,3}})[ ]?[时時點点시](?:[ ]?(?:(?P<quarter>半|[一三13]刻)|整"
        rf"|(?P<minute>[{DIGITS}]{{1,3}})[ ]?[分분]?)(?:[ ]?(?P<second>[{DIGITS}]{{1,3}})[ ]?[秒초])?)?"
    ),
    re.compile(
        rf"(?:(?<![0-9])(?<![0-9][.:])(?<![$€£¥])|(?<=[0-9]{{4}}:))(?:{_HALF}|(?P<first>[ap])\.?m\b\.?[ ])"
        r"(?P<hour>[0-9]{1,2})(?![0-9])(?:(?:[:h]|\.(?=[0-9]{2}(?![0-9.])))(?P<minute>[0-9]{2})"
        r"(?::?(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?|\.0{3,9})?(?![0-9])"
        r"|(?=[ ]?(?:[ap]\.?[ ]?m|Uhr|uur|hrs|h|noon)\b))"
        r"(?:[ ]?(?P<letter>[ap])\.?[ ]?m\b\.?|[ ](?P<words>in the (?:morning|afternoon|evening)|at night|noon)\b)?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:(?<=[0-9]{8})T?|(?<=[0-9]{8}[ ]))(?P<hour>[0-2][0-9]):?(?P<minute>[0-5][0-9])(?::?(?P<second>[0-5][0-9]))?"
        r"(?![0-9])"
    ),
    # Of bulletins, as in "515 AM MST Wed Mar 21".
    re.compile(r"(?<![\w.:/$-])(?P<hour>1[0-2]|[1-9])(?P<minute>[0-5][0-9]) (?P<letter>[ap])\.?m\b\.?", re.IGNORECASE),
    re.compile(r"(?P<noon>noon\b|正午|中午)", re.IGNORECASE),
)
_BEHIND_A_YEAR = re.compile(r"(?P<hour>[0-2][0-9])(?P<minute>[0-5][0-9])(?=[ ]?(?:GMT|UTC|Z|hrs|hours)\b)")
_UNIT = re.compile(r"[ ]?(?:hours|hrs|Uhr|uur|h)\b\.?")
_FIGURE = re.compile(
    r"(?<![0-9])(?<![0-9][.:,])(?:(?P<Y>[0-9]{4})(?![0-9%‰])"
    r"|(?<![0-9][–/-])(?P<D>[0-9]{1,2})(?![0-9%‰]|[.,:][0-9])"  # of "26-27 May" neither is the day
    r"(?:(?P<ordinal>[^\W\d_]{1,3})(?![^\W_])|[º°ª])?)|[A-Za-z0-9_.,:]+"
)
_LETTER = r"[^\W\d_][\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e]*"  # with the signs of vowels
_WORD = re.compile(rf"(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|[月火水木金土日]曜日?|{_LETTER}(?:'?{_LETTER})*|.")
_BRACKETED = re.compile(r"(?<=\().(?=\))")
SHORT_WEEKDAYS = {
    name: number
    for names in ("一二三四五六日", "月火水木金土日", "월화수목금토일")
    for number, name in enumerate(names)
}
# What may stand between a date and its time, besides weekdays and named clocks.
_BETWEEN = {"at", "um", "à", "a", "las", "la", "alle", "ore", "às", "as", "om", "в", "г", "года", "pukul", "saat", "t"}
_BETWEEN |= {"kl", "klo"}
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AREAS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Canada|Etc|Europe|Indian|Pacific|US"
_IANA = re.compile(rf"[ ]{{0,2}}[\[(]?(?P<zone>(?:{_AREAS})(?:/[A-Z][\w+-]{{1,30}}){{1,2}})[\])]?(?![\w/])")
_ZONE = re.compile(
    r"[ ]{0,3}\(?(?P<zone>Z\b|(?:GMT|UTC)?[ ]?[+-][0-9]{1,2}(?::?[0-9]{2})?(?![0-9])|(?:[A-Z]\.){2,3}"
    r"|[^\W\d_]{1,5}\b(?! time|/[A-Z]))\)?",
)
_NAME = r"[^\W\d_](?:[^\W\d_]|['. -](?=[^\W\d_])){1,30}"
_NAMED = re.compile(  # "local time Nov. 30": the name ends with "time"
    rf"[ ,]{{0,3}}(?P<open>\()?(?P<name>{_NAME}?[ ](?i:time)\b|{_NAME})(?(open)\))(?!\w)"
)
_NAMED_BEFORE = re.compile(r"[\u4e00-\u9fff]{2,8}(?:时间|時間)|[A-Z][A-Za-z' ]{2,24} [Tt]ime\b")
_COMMENT = re.compile(  # "+0800 (China Standard Time)", "+0000 UTC"
    r"[ ]?\((?:UTC|MSK|[A-Z]{1,4}T|[A-Z][A-Za-z. ]{2,30} Time)\)|[ ](?!NOT)(?:UTC|[A-Z]{1,4}T)(?![\w+-])"
)
_SUFFIX = re.compile(r"(?:[ ](?:standard|daylight|summer))?[ ]time$|时间$|時間$", re.IGNORECASE)
_LOCAL = frozenset(("local time", "当地时间", "當地時間", "现地时间", "現地時間"))
_TWELVE, _EARLY = 12, 6
_WORDS = re.compile(r"[^\W_]+")
_LABELS = frozenset(
    (
        *("date", "dated", "published", "posted", "updated", "last", "on", "the", "at", "time"),
        *("日期", "时间", "時間", "发布", "发布时间", "發布時間", "更新", "更新时间"),
    )
)


class Piece(NamedTuple):
    """A piece and its place in the text.

    text:    as ISO 8601 or dateutil has it: a day, a month, figures, a clock of 24 hours.
    number:  of a weekday; 0 is Monday.
    zone:    of a clock or a clock's name: "" is local time, which is that of the place; None when none is understood.
    letters: a zone's as printed, that mean several or none; "+16:00" is none.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    number: int = 0
    zone: str | None = None
    letters: str | None = None


def cut(text: str, known: Tables) -> list[Piece]:
    """Return the pieces of a folded text, in order."""
    pieces: list[Piece] = []
    at, dated = 0, False
    while at < len(text):
        sign = text[at]
        if not (sign in _STARTS_FIGURES or sign.isalpha() or (sign == "'" and _SHORT_YEAR.match(text, at))):
            at += 1
            continue
        piece = _piece(text, at, known, dated=dated)
        pieces.append(piece)
        dated = dated or piece.kind in "EFSRY"
        at = piece.end
    return pieces


def _piece(text: str, at: int, known: Tables, *, dated: bool) -> Piece:
    sign = text[at]
    if sign == "'":
        return Piece("A", at, at + len("'17"), text[at + 1 : at + 3])
    if sign in SHORT_WEEKDAYS and _BRACKETED.match(text, at):
        return Piece("w", at, at + 1, number=SHORT_WEEKDAYS[sign])
    if sign in _STARTS_FIGURES:
        return _day(text, at) or _clock(text, at, known, dated=dated) or _figure(text, at, known)
    return (
        _clock(text, at, known, dated=dated)
        or _era(text, at, known)
        or _named(text, at, known)
        or _word(text, at, known)
    )


def _day(text: str, at: int) -> Piece | None:
    """Read a day that is in figures alone."""
    if match := _IN_FIGURES.match(text, at):
        first, sign, second, third = match.groups()[:4]
        kind, more = _KINDS.get((len(first), len(third)), ""), match["more"] or ""
        if not kind or (more and kind != "E") or more.startswith("."):
            return None
        day = f"{first}{sign}{second}{sign}{third}"
        if kind == "R" and (int(first) not in _OF_REPUBLIC or (sign != "/" and len(day) < len("106.05.26"))):
            return None
        if kind in "ER":
            year = int(first) + _REPUBLIC if kind == "R" else _common(text, int(first))
            day = _iso(year, second, third)
        return Piece(kind, at, match.end(4), day)
    if match := _COMPACT.match(text, at):
        return Piece("E", at, match.end(), "-".join(match.groups()))
    match = _EAST_ASIAN_DAY.match(text, at)
    return _of_era(match, at, 0) if match else None


def _iso(year: int, month: str | int, day: str | int) -> str:
    return f"{year:04}-{month:0>2}-{day:0>2}"


def _common(text: str, year: int) -> int:
    """Return the year of the common era for one of the Buddhist era, which Thai letters show."""
    return year - 543 if year in _BUDDHIST and any("\u0e01" <= char <= "\u0e4e" for char in text) else year


def _of_era(match: re.Match[str], start: int, before: int) -> Piece | None:
    """Return the day of *match* in the era that began after the year *before*; the Republic's where none is named."""
    year, month, day = map(_number, match.groups())
    if year is None or month is None or day is None:
        return None
    if not before and year in _OF_REPUBLIC:
        before = _REPUBLIC
    return Piece("E", start, match.end(), _iso(year + before, month, day))


def _number(text: str) -> int | None:
    hundred, sign, rest = text.partition("百")
    above, below = (
        read_number(hundred) if sign else 0,
        read_number(rest.lstrip("零") or "零") if sign else read_number(text),
    )
    return None if above is None or below is None else 100 * above + below


def _era(text: str, at: int, known: Tables) -> Piece | None:
    """Read an era and the day in it: "令和4年2月9日", "民國114/05/26"."""
    named = _eras(known).match(text, at)
    if named is None:
        return None
    before = known.eras.get(named[0].strip(), 0)
    if day := _EAST_ASIAN_DAY.match(text, named.end()):
        return _of_era(day, at, before)
    match = _IN_FIGURES.match(text, named.end()) if before else None
    return Piece("E", at, match.end(4), _iso(int(match[1]) + before, match[3], match[4])) if match else None


@cache
def _eras(known: Tables) -> re.Pattern[str]:
    names = sorted(filter(str.isalpha, known.eras), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join((*names, '公元', '西元'))})[ ]?")


def _figure(text: str, at: int, known: Tables) -> Piece:
    match = _FIGURE.match(text, at)
    if match is None or match.lastgroup is None:
        return Piece("x", at, match.end() if match else at + 1)
    if match["Y"]:
        return Piece("Y", at, match.end(), f"{_common(text, int(match['Y'])):04}")
    ordinal = match["ordinal"] is None or fold_word(match["ordinal"]) in known.ordinals
    return Piece("D", at, match.end() if ordinal else match.start("ordinal"), match["D"])


def _word(text: str, at: int, known: Tables) -> Piece:
    match = _WORD.match(text, at)
    end, word = (match.end(), fold_word(match[0])) if match else (at + 1, "")
    second = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    if second and (month := known.months.get(f"{word} {fold_word(second[0])}")):
        return Piece("N", at, second.end(), _ENGLISH[month[0] - 1])
    if number := known.months[word][0] if word in known.months else further_months().get(word):
        return Piece("N", at, end, _ENGLISH[number - 1])
    if word in known.weekdays or word in SHORT_WEEKDAYS:
        return Piece("w", at, end, number=known.weekdays[word][0] if word in known.weekdays else SHORT_WEEKDAYS[word])
    return Piece("o" if word in known.of or word in _BETWEEN else "x", at, end)


@cache
def further_months() -> Mapping[str, int]:
    """Return the months' names in languages whose datelines are not read here: a stated date may be in them."""
    rows = Path(__file__).with_name("further_months.tsv").read_text(encoding="utf-8").splitlines()
    return {fold_word(name): number for number, row in enumerate(rows, 1) for name in row.split("\t")}


def _clock(text: str, at: int, known: Tables, *, dated: bool) -> Piece | None:
    """Read a clock and its zone. dated: a year comes before it, so that four figures may be the hour."""
    match = next(filter(None, (clock.match(text, at) for clock in _CLOCKS)), None)
    match = match or (_BEHIND_A_YEAR.match(text, at) if dated else None)
    if match is None:
        return None
    printed = {part: value for part, value in match.groupdict().items() if value}
    hour, minute, second = (_number(printed.get(part, "0")) for part in ("hour", "minute", "second"))
    if hour is None or minute is None or second is None:
        return None
    if "quarter" in printed:
        minute = {"半": 30, "一": 15, "1": 15}.get(printed["quarter"][0], 45)
    half = _HALVES[
        next((printed[part].lower() for part in ("half", "letter", "first", "words") if part in printed), "")
    ]
    if hour == _TWELVE and half in (_EVENING, _NIGHT):  # whether the day begins or ends then is open
        return Piece("x", at, match.end())
    late = half in (_PM, _EVENING) or (half == _NIGHT and hour >= _EARLY) or (half == _NOON and hour < _EARLY)
    hour = _TWELVE if "noon" in printed else hour % _TWELVE + _TWELVE * late if half in (_AM, _PM) or late else hour
    unit = _UNIT.match(text, match.end())
    zone, letters, end = zone_at(text, unit.end() if unit else match.end(), known)
    seconds = f":{min(second, 59) if second == 60 else second:02}" if "second" in printed else ""  # noqa: PLR2004 -- a leap second
    return Piece("C", at, end, f"{hour:02}:{minute:02}{seconds}", zone=zone, letters=letters)


def _named(text: str, at: int, known: Tables) -> Piece | None:
    """Read the name of a clock that follows: "北京时间", "New York time"."""
    match = _NAMED_BEFORE.match(text, at)
    zone = _zone_named(match[0], known, sure=False) if match else None
    return Piece("Z", at, match.end(), zone=zone) if match and zone is not None else None


def zone_at(text: str, at: int, known: Tables) -> tuple[str | None, str | None, int]:
    """Return the zone behind a clock at *at*, else the letters that mean several or none, and their end."""
    iana = _IANA.match(text, at)
    mark = iana or _ZONE.match(text, at)
    printed = mark["zone"].replace(" ", "") if mark else ""
    stated = (is_zone(printed) and printed) if iana else read_zone(printed.replace(".", ""), known) if printed else None
    if mark and stated:
        again = (_IANA.match(text, mark.end()) or _COMMENT.match(text, mark.end())) if printed[-1].isdigit() else None
        return stated, None, again.end() if again else mark.end()  # Java: "14:05+02:00[Europe/Paris]"
    named = _NAMED.match(text, at)
    meant = _zone_named(named["name"], known, sure=bool(named["open"])) if named else None
    if named and meant is not None:
        return meant, None, named.end()
    if mark and (iana or _may_be_zone(printed, text, mark.end(), known)):
        return None, printed, mark.end()
    return None, None, at


def _may_be_zone(printed: str, text: str, end: int, known: Tables) -> bool:
    """Return whether *printed*, which names no zone that is known, is meant for one: "CST", "+16:00", but no agency."""
    if not printed.isascii() or (len(printed) < len("ET") and end < len(text)):
        return False
    return printed[0] in "+-" or (printed.isupper() and listed(printed, known) is None)


def _zone_named(name: str, known: Tables, *, sure: bool) -> str | None:
    """Return the zone of "London time", "" for local time, None for what names no clock.

    sure: brackets show that a bare "London" is meant as a clock.
    """
    folded = name.casefold()
    if folded in _LOCAL:
        return ""
    if folded in known.zones:
        return known.zones[folded]
    city = _SUFFIX.sub("", name)
    place = find_place(city) if city and (sure or city != name) else None
    return place.zone if place else None


@lru_cache(maxsize=512)
def is_zone(name: str) -> bool:
    """Return whether *name* is that of a zone in the IANA database: "America/New_York"."""
    try:
        return ZoneInfo(name).key == name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def words_beside(text: str, start: int, end: int, known: Tables) -> str:
    """Return the words beside the date that may state a time: any but weekdays, labels and small words."""
    for word in _WORDS.findall(f"{text[:start]} {text[end:]}"):
        folded = fold_word(word)
        if not (folded in known.weekdays or folded in known.of or folded in _LABELS or word in SHORT_WEEKDAYS):
            return " ".join(f"{text[:start]} {text[end:]}".split()).strip(" ,.:;|-–—")
    return ""


# The day is read with python-dateutil, which must fill in nothing: a day is accepted only where dateutil says the same
# by two defaults and by both orders of day and month. Its import takes as long as 500 datelines, so the first stated
# date imports this module.
_ISO_WEEK = re.compile(r"[0-9]{4}-?W[0-9]{2}-?[1-7](?=$|T)|[0-9]{4}-[0-3][0-9]{2}(?=$|T)")
_DEFAULTS = (datetime(1601, 1, 1), datetime(1602, 2, 2))  # noqa: DTZ001 -- dateutil wants them naive
_BOTH_ORDERS = ((True, False), (False, False))  # dateutil's dayfirst and yearfirst
_YEAR_FIRST = (False, True)


def calendar_day(whole: str) -> str:
    """Return *whole* with the day of a week or of a year ("2017-W21-5", "2017-146") in the ISO form of that length."""
    match = _ISO_WEEK.match(whole)
    if match is None:
        return whole
    try:
        day = isoparse(match[0]).date()
    except ValueError as error:
        raise DateError(f"{whole.strip()!r}: there is no such day") from error
    return f"{day:%Y-%m-%d}{whole[match.end() :]}" if len(match[0]) > len("20170526") else f"{day:%Y%m%d}{whole[8:]}"


def moment_of(text: str) -> datetime:
    """Return the naive moment that *text* is in ISO 8601; raises: ValueError, OverflowError when there is none such."""
    moment: datetime = isoparse(text)
    return moment


class _Info(parserinfo):  # type: ignore[misc]  # dateutil ships no types
    def convertyear(self, year: int, century_specified: bool = False) -> int:  # noqa: FBT001, FBT002 -- dateutil's
        """Return the year that two figures mean, whatever year it is now."""
        return year if century_specified else of_this_age(year)


_PARSER = parser(_Info())


@lru_cache(maxsize=1024)
def _readings(figures: str, orders: tuple[tuple[bool, bool], ...]) -> frozenset[date]:
    """Return the days that *figures* mean by the *orders*, each where no default fills anything in."""
    found: set[date] = set()
    for day_first, year_first in orders:
        with suppress(ParserError, OverflowError):
            one, other = (
                _PARSER.parse(figures, default=default, dayfirst=day_first, yearfirst=year_first, ignoretz=True)
                for default in _DEFAULTS
            )
            found |= {one.date()} & {other.date()}
    return frozenset(found)


def day_of_pieces(pieces: list[Piece], near: tuple[int, int] | None, quoted: str, *, day_first: bool) -> date:
    """Return the day that *pieces* are; raises: DateError when there is none such, or several are meant."""
    whole, texts = pieces[0], {piece.kind: piece.text for piece in pieces}
    if whole.kind in "ER":
        found = _in_iso(whole.text)
    elif whole.kind in "FS":
        found = _readings(whole.text, _BOTH_ORDERS if whole.kind == "F" else (*_BOTH_ORDERS, _YEAR_FIRST))
    else:
        day = next(piece.text for piece in pieces if piece.kind == "D")
        year = texts.get("Y") or texts.get("A") or pieces[-1].text
        found = _readings(f"{day} {texts['N']} {year}", _BOTH_ORDERS)
    if near and len(found) > 1:
        agreeing = frozenset(day for day in found if (day.month, day.day) == near)
        found = agreeing or frozenset(day for day in found if day.month == near[0]) or found
    # Points part the day, the month and the year, in this order.
    if len(found) > 1 and ("." in whole.text or (day_first and whole.kind == "F")):
        found = _readings(whole.text, _BOTH_ORDERS[:1])
    if len(found) > 1:
        which = "the month" if whole.kind == "F" else "the year and which the month"
        raise DateError(f"{quoted!r}: it is open which figure is {which}; write it as YYYY-MM-DD")
    if not found:
        raise DateError(f"{quoted!r}: there is no such day")
    (only,) = found
    if not FIRST_YEAR <= only.year <= LAST_YEAR:
        raise DateError(f"{quoted!r}: the year {only.year} cannot be")
    return only


def _in_iso(text: str) -> frozenset[date]:
    with suppress(ValueError):
        return frozenset((isoparse(text).date(),))
    return frozenset()
