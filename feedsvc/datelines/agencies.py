"""Tell which agency signs: by the names the languages list, else as printed where only an agency can stand."""

from __future__ import annotations

import re
from functools import lru_cache

from feedsvc.datelines.agency_table import HOMONYMS
from feedsvc.datelines.places import find_place, find_region, place_at_start
from feedsvc.datelines.word_tables import Agency, Tables, fold_word, key
from feedsvc.model.dates import Place

_SLASHES = re.compile("[ ]*/[ ]*")
_PARTS = re.compile(r"[ ]*[/|,;&+·][ ]*|[ ]+[-–—][ ]+|-(?=[^\W\d_])")
_SITE = re.compile(r"[\w-]+(?:\.[\w-]+){0,2}\.(?:com|net|org|info|news|[a-z]{2})", re.IGNORECASE)
_PLAUSIBLE = re.compile(r"(?:[^\W\d_][\w.'’!-]*|[0-9]{1,2}[\w.]*[^\W\d_][\w.]*)(?:[ /&+-][\w.'’]+){0,4}")
_LONGEST = 60
_LONGEST_UNKNOWN = 32
_SAINT = ("st", "st.")  # "(ST PATRICK'S DAY)" is not the Syria Times
_SHORT = 6
_QUARTERS = frozenset(
    (
        "ost",
        "west",
        "nord",
        "süd",
        "mitte",
        "zentrum",
        "east",
        "north",
        "south",
        "centre",
        "center",
        "est",
        "sud",
        "centro",
        "norte",
        "sur",
        "sul",
    )
)


@lru_cache(maxsize=1024)  # a wire signs all its copy alike
def read_agency(printed: str, tables: Tables) -> Agency | None:
    """Return the agency that *printed* names, None when it cannot be one.

    "Xinhua/UPI" is signed by the first that is known; "Reuters Health" by Reuters.
    """
    if len(printed) > _LONGEST:
        return None
    printed = printed.strip(" .")
    found = listed(printed, tables)
    if found:
        return found
    for signs in (_SLASHES, _PARTS):  # "ANA-MPA/M. Petrou" is signed by ANA-MPA, not by ANA
        for part in signs.split(printed):
            found = listed(part, tables)
            if found:
                return found
    words = printed.split()
    for first in range(min(len(words), 2)):
        for last in range(min(len(words), first + 3), first, -1):
            name = " ".join(words[first:last])
            if name.casefold() in _SAINT and len(words) > 1:
                continue
            found = listed(name, tables)
            if found and found.name.casefold() not in ("online", "prime", "beta", "newswire"):
                return found
    return _unknown(printed, tables)


def listed(printed: str, tables: Tables) -> Agency | None:
    """Return the agency that a language lists under exactly this name."""
    return tables.agencies.get(key(printed))


def settle(agency: Agency | None, country: str | None) -> str | None:
    """Return the agency's name, told apart from others of the same letters by the dateline's *country*."""
    if agency is None:
        return None
    told_apart = agency.tag in (None, "en")
    return HOMONYMS.get((agency.name, country or ""), agency.name) if told_apart else agency.name


def _unknown(printed: str, tables: Tables) -> Agency | None:
    if _SITE.fullmatch(printed):
        name = printed[:-4] if printed.casefold().endswith(".com") else printed
        return listed(name, tables) or Agency(name=name, known=False)
    if len(printed) > _LONGEST_UNKNOWN or not _PLAUSIBLE.fullmatch(printed):
        return None
    if printed.casefold() in _QUARTERS or (printed.islower() and len(printed) > _SHORT):
        return None
    return Agency(name=printed, known=False)


_HAN = re.compile("[\u3400-\u9fff·]{2,8}")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc·]{3,12}")
_HANGUL = re.compile("[\uac00-\ud7a3]{2,6}")
# What a newsroom calls its departments, products and kinds of copy; none of them ends the name of a place.
_DEPARTMENT = re.compile(
    r".*(?:[综綜]合|消息|客[户戶]端|新[闻聞]|[体體]育|[财財][经經]|媒[体體]|[频頻]道|[评評][论論]|直播|[娱娛][乐樂]|科技|"
    r"汽[车車]|健康|教育|旅游|旅遊|[视視][频頻]|[独獨]家|快[讯訊]|[专專][稿电電访訪]|[图圖全]文|外[电電]|即[时時]|原[创創]|微博|微信|[发發]布|"
    r"[报報社網网台臺版部局院会會团團队隊号號組组員员者刊稿日月年时時晚今昨])"
)
_MEDIUM = re.compile(r"[^\W\d_]{2,14}(?:通信|ニュース|新聞|タイムズ|ポスト|通信社|テレビ)")
_LEAST_NAME = 2
_LONGEST_NAME = 5
_NEWS = frozenset(("Новости", "Ньюс", "Инфо", "Пресс", "Медиа", "Информ"))
_TIMES = frozenset(("Noon", "Midnight", "Morning", "Evening", "Night", "Afternoon", "Today", "Tonight", "Tomorrow"))
_BARE = re.compile(
    r"(?P<name>[^\W\d_](?:[^\W\d_]|-(?=[^\W\d_])){2,14}(?: [^\W\d_][^\W\d_]{2,13})?)"
    r"(?: (?:correspondent|корр\.)(?: [^\W\d_]+\.?){0,4}(?=:)|(?= ?[-–—]{1,2} )|(?P<point>(?=\. [^\W\d_])))"
)


def place_within(text: str) -> Place | None:
    """Return the place in "印第安纳州哥伦布": what follows the names of a country and its province, in Han characters.

    returns: None when *text* starts with the name of no country or province, or is an institution there.
    """
    rest, region = text, None
    while True:
        ends = (end for end in range(len(rest) - _LEAST_NAME, 1, -1) if find_region(rest[:end]))
        end = next(ends, 0)
        if not end:
            break
        region, rest = rest[:end], rest[end:].removeprefix("首都")
    if region is None or not _HAN.fullmatch(rest) or _DEPARTMENT.fullmatch(rest):
        return None
    listed = find_place(rest)
    return find_place(listed.name if listed else rest, region=region)


def place_between(text: str) -> Place | None:
    """Return the place that *text* names between a listed agency and the day, None when it may be more.

    A department of the agency ("综合", "体育") and a reporter's title are none.
    """
    if not _HAN.fullmatch(text) or _DEPARTMENT.fullmatch(text):
        return None
    within = place_within(text)
    if within or find_region(text) is not None:
        return within
    start = place_at_start(text)  # 福州长乐
    zone, country = (start[0].zone, start[0].country) if start else (None, None)
    return Place(name=text, zone=zone, country=country) if len(text) <= _LONGEST_NAME else None


def foreign_name(text: str, tables: Tables) -> Place | None:
    """Return the place that *text*, in katakana, names beside an agency and the day between brackets."""
    return Place(name=text, zone=None, country=None) if _is_name(_KATAKANA, text, tables) else None


def korean_name(text: str, tables: Tables) -> Place | None:
    """Return the place that *text*, in Hangul, names before "=" and a listed agency."""
    return Place(name=text, zone=None, country=None) if _is_name(_HANGUL, text, tables) else None


def _is_name(letters: re.Pattern[str], text: str, tables: Tables) -> bool:
    return letters.fullmatch(text) is not None and text not in tables.openers


def is_medium(text: str) -> bool:
    """Tell whether *text* is called as Japanese agencies and papers are."""
    return _MEDIUM.fullmatch(text) is not None


def bare_signature(
    head: str, position: int, end: int, tables: Tables, *, separator: str, month_first: bool
) -> re.Match[str] | None:
    """Match the name between the day and the opening of the body: "GENEVA, August 7, Wolvin - The".

    separator:   what parts it from the day; behind all but a comma the name must be printed in capitals, or speak of
               news and end with a point ("30 мая — Название Ньюс. Суд").
    month_first: the day is printed as in English, where nothing but an agency is there.
    returns: None where the name may be a word of the sentence, a place or a weekday.
    """
    sign = separator.strip()
    match = _BARE.match(head, position, end) if sign in ("", ",", ".", "—") else None
    if match is None:
        return None
    name = match["name"]
    words = name.replace("-", " ").split(" ")
    full_stop = match["point"] is not None
    if sign == "—":
        fits = full_stop and not name.isascii() and (name.isupper() or words[-1] in _NEWS)
    else:
        reported = match.end() > match.end("name")
        fits = name.isupper() or reported or (sign == "," and month_first and len(words) == 1)
    if not fits or not all(word[0].isupper() for word in words) or any(_is_word(word, tables) for word in words):
        return None
    return None if name in _TIMES or find_place(name) or find_region(name) else match


def _is_word(word: str, tables: Tables) -> bool:
    """Tell whether *word* is one of the sentence, a month, a weekday or the letters of a zone."""
    folded = fold_word(word)
    return folded in tables.words or tables.begins_day(folded) or folded in tables.openers or folded in tables.zones
