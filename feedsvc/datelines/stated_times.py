"""Read the time of day beside a full date: "14:00 GMT+8", "8:00 in the evening", "晚8时", "22:00 (London)"."""

from __future__ import annotations

import re
from datetime import time
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedsvc.datelines.agencies import listed
from feedsvc.datelines.day import read_zone
from feedsvc.datelines.places import find_place
from feedsvc.datelines.word_tables import Tables, fold_word
from feedsvc.model.errors import DateError

_AM, _PM, _EVENING, _NOON, _NIGHT = "am", "pm", "evening", "noon", "night"
_HALVES = {
    **dict.fromkeys(("上午", "午前", "早上", "早晨", "清晨", "凌晨", "早", "오전", "새벽", "아침"), _AM),
    **dict.fromkeys(("下午", "午后", "午後", "오후"), _PM),
    **dict.fromkeys(("晚上", "晚间", "晚間", "夜晚", "傍晚", "晚", "저녁"), _EVENING),
    **dict.fromkeys(("中午", "正午"), _NOON),
    **dict.fromkeys(("夜间", "夜間", "夜里", "夜裡", "深夜", "半夜", "밤"), _NIGHT),
    "in the morning": _AM,
    "in the afternoon": _PM,
    "in the evening": _EVENING,
    "at night": _NIGHT,
    "noon": _NOON,
}
_TIME = re.compile(
    rf"(?:(?P<half>{'|'.join(half for half in _HALVES if not half.isascii())})|\b(?P<first>[aApP])\.?[mM]\b\.?)?"
    r"[T ,]?(?<![\d:.])(?P<hour>[0-9]{1,2})"
    r"(?:(?:[:h时時點点시]|\.(?=[0-9]{2}(?![0-9.])))[ ]?(?P<minute>[0-9]{2}|[0-9](?=[分분]))?[分분]?"
    r"(?::?(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?(?![0-9]))?秒?|(?=[ ]?[aApP]\.?[ ]?[mM]\b))"
    r"(?:[ ]?(?P<noon>[aApP])\.?[ ]?[mM]\b\.?|[ ](?P<words>in the (?:morning|afternoon|evening)|at night|noon)\b)?",
)
# "20170526T1405", "20170526140509", "26/May/2017:14:05:00", "26 May 2017 1405 GMT": hours right behind the date. Its
# groups are those of _TIME.
_BASIC = re.compile(
    r"(?:(?<=[0-9]{8})[T ]?|(?<=[0-9]{4}):|,?[ ](?=[0-9]{4}[ ]?(?:GMT|UTC|Z|hrs|hours)\b))"
    r"(?P<hour>[0-2][0-9]):?(?P<minute>[0-5][0-9])(?::?(?P<second>[0-5][0-9]))?"
    r"(?![0-9])(?P<half>)(?P<first>)(?P<noon>)(?P<words>)"
)
_UNIT = re.compile(r"[ ]?(?:hours|hrs|Uhr|uur)\b\.?")
_ZONE = re.compile(
    r"[ ]{0,3}\(?(?P<zone>Z\b|(?:GMT|UTC)?[ ]?[+-][0-9]{1,2}(?::?[0-9]{2})?(?![0-9])|[^\W\d_]{1,5}\b(?! time))\)?"
)
_AREAS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Canada|Etc|Europe|Indian|Pacific|US"
_IANA = re.compile(rf"[ ]{{0,2}}[\[(]?(?P<zone>(?:{_AREAS})(?:/[A-Z][\w+-]{{1,30}}){{1,2}})[\])]?(?![\w/])")
_CLOCK = r"[^\W\d_](?:[^\W\d_]|['. -](?=[^\W\d_])){1,30}"
_NAMED = re.compile(rf"[ ,]{{0,3}}(?P<open>\()?(?P<name>{_CLOCK})(?(open)\))(?!\w)")
_COMMENT = re.compile(  # "+0800 (China Standard Time)", "+0000 UTC"
    r"[ ]?\((?:UTC|MSK|[A-Z]{1,4}T|[A-Z][A-Za-z. ]{2,30} Time)\)|[ ](?!NOT)(?:UTC|[A-Z]{1,4}T)(?![\w+-])"
)
_NAMED_BEFORE = re.compile(rf"(?P<name>{_CLOCK})[ ,:]{{0,3}}$")
_SUFFIX = re.compile(r"(?:[ ](?:standard|daylight|summer))?[ ]time$|时间$|時間$", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")
_LOCAL = frozenset(("local time", "当地时间", "當地時間", "现地时间", "現地時間"))
# What may stand between a date and its time, besides weekdays and named clocks.
_BETWEEN = {"at", "um", "à", "a", "las", "la", "alle", "ore", "às", "as", "om", "в", "г", "года", "pukul", "saat", "t"}
SHORT_WEEKDAYS = frozenset("一二三四五六日月火水木金土월화수목금토일")  # "5月26日（五）14:05"
_MIDDAY = 12
_LAST_HOUR = 23
_BEFORE, _AFTER = 40, 40
_EARLY = 6


class Clock(NamedTuple):
    """A time of day.

    zone:       resolved.
    letters:    a zone's as printed, that mean several or none; "+16:00" is none.
    next_day:   24:00 is printed: the first moment of the day after.
    start, end: it stands in the text.
    """

    time: time
    second: bool
    zone: str | None
    letters: str | None
    next_day: bool
    start: int
    end: int


def read_clock(text: str, start: int, end: int, known: Tables, *, quoted: str) -> Clock | None:
    """Return the time of day beside the date that stands from *start* to *end*, None when none is understood.

    Between date and time nothing may stand but what is understood: "May 26, 2017, postponed from 10:00" has no time.

    raises: DateError for a clock that cannot be.
    """
    match = _BASIC.match(text, end) or _TIME.search(text, end, min(len(text), end + _AFTER))
    if match and _stated(match):
        between = _between(text[end : match.start()], known)
        if between is not None:
            before, first = ("", start) if between else _before(text, start, known)
            clock = _clock(text, match, between or before, known, quoted=quoted)
            return clock._replace(start=first) if clock and before else clock
    for match in reversed(tuple(_TIME.finditer(text[:start], max(0, start - _BEFORE)))):
        if _stated(match):
            before, first = _before(text, match.start(), known)
            clock = _clock(text, match, before, known, quoted=quoted)
            if clock and clock.end <= start and _between(text[clock.end : start], known) is not None:
                return clock._replace(start=first) if before else clock
    return None


def _stated(match: re.Match[str]) -> bool:
    marked = match["minute"] or match["half"] or match["first"] or match["noon"] or match["words"]
    return bool(marked) or match[0].rstrip()[-1:] in "时時點点시"


def _between(gap: str, known: Tables) -> str | None:
    """Return the zone of the clock named between date and time, "" when none is named, None when words are unclear."""
    zone = ""
    named = _NAMED.search(gap)
    if named and (meant := _zone_named(named["name"], known, sure=False)) is not None:
        zone, gap = meant, gap[: named.start()] + " " + gap[named.end() :]
    words = map(fold_word, _WORDS.findall(gap))
    plain = (word in _BETWEEN or word in known.weekdays or word in SHORT_WEEKDAYS for word in words)
    return zone if all(plain) else None


def _before(text: str, stop: int, known: Tables) -> tuple[str, int]:
    """Return the zone of the clock named before *stop* ("北京时间2017年5月26日") and where it starts."""
    named = _NAMED_BEFORE.search(text[:stop], max(0, stop - _BEFORE))
    zone = _zone_named(named["name"], known, sure=False) if named else None
    return (zone, named.start()) if named and zone else ("", stop)


def _clock(text: str, match: re.Match[str], zone: str, known: Tables, *, quoted: str) -> Clock | None:
    midnight = _is_midnight(match)
    moment = time() if midnight else _moment(match, quoted)
    if moment is None:
        return None
    end, letters = match.end(), None
    unit = _UNIT.match(text, end)
    end = unit.end() if unit else end
    iana = _IANA.match(text, end)
    mark = iana or _ZONE.match(text, end)
    printed = mark["zone"].replace(" ", "") if mark else ""
    stated = (is_zone(printed) and printed) if iana else read_zone(printed, known) if printed else None
    if mark and stated:
        zone, end = stated, mark.end()
        again = (_IANA.match(text, end) or _COMMENT.match(text, end)) if printed[-1].isdigit() else None
        end = again.end() if again else end  # Java: "14:05+02:00[Europe/Paris]"
    elif (named := _NAMED.match(text, end)) and (
        (meant := _zone_named(named["name"], known, sure=bool(named["open"]))) is not None
    ):
        zone, end = meant or zone, named.end()
    elif mark and (iana or _may_be_zone(printed, known)):
        letters, end = None if zone else printed, mark.end()
    start = match.start() + len(match[0]) - len(match[0].lstrip(" ,"))
    second = match["second"] is not None
    return Clock(
        time=moment, second=second, zone=zone or None, letters=letters, next_day=midnight, start=start, end=end
    )


def _may_be_zone(printed: str, known: Tables) -> bool:
    """Return whether *printed*, which names no zone that is known, is meant for one: "CST", "+16:00", but no agency."""
    if len(printed) < len("ET") or not printed.isascii():
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


def _is_midnight(match: re.Match[str]) -> bool:
    """Return whether 24:00 is printed, ISO 8601's end of a day."""
    half = match["half"] or match["first"] or match["noon"] or match["words"]
    return match["hour"] == "24" and not half and not int(match["minute"] or 0) and not int(match["second"] or 0)


def _moment(match: re.Match[str], quoted: str) -> time | None:
    """Return the time of day, None for twelve in the evening: whether that day begins or ends then is open."""
    hour, letter = int(match["hour"]), match["noon"] or match["first"]
    half = {"a": _AM, "p": _PM}[letter.lower()] if letter else _HALVES.get(match["half"] or match["words"] or "", "")
    if hour == _MIDDAY and half in (_EVENING, _NIGHT):
        return None
    if hour == _MIDDAY and half == _AM:
        hour = 0
    late = half in (_PM, _EVENING) or (half == _NIGHT and hour >= _EARLY) or (half == _NOON and hour < _EARLY)
    if late and hour < _MIDDAY:
        hour += _MIDDAY
    minute, second = int(match["minute"] or 0), int(match["second"] or 0)
    if hour > _LAST_HOUR or minute > 59 or second > 60:  # noqa: PLR2004 -- a clock's figures; 60 is a leap second
        raise DateError(f"{quoted!r}: there is no such time of day")
    return time(hour, minute, min(second, 59))
