"""Scan a dateline in a script that writes spaces: places, day and agency, in any order, up to what closes it.

A scan lists the elements; whether they make a dateline is for ``evidence.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from feedsvc.datelines.agencies import bare_signature, listed, read_agency
from feedsvc.datelines.day import Day, read_day
from feedsvc.datelines.spaced_places import Named, read_name, read_places, signed_behind_stroke
from feedsvc.datelines.word_tables import Agency, Tables, key

_SEPARATOR = re.compile(r"(?:[ *]|[,.;:=_—–|-]|//(?= ))*")  # "ABU DHABI // The port"
_CLOSED = re.compile(r"[ *]*(?:$|[\n(/\[,.:;=_—–|]|-)")
_INSIDE = {sign: re.compile(rf"[^()\[\]{also}\n]{{1,60}}") for sign, also in (("(", ""), ("[", ""), ("/", "/"))}
_BARE = re.compile(r"[^\W_](?:\w|['.-](?=\w))*(?:[ ][^\W\d_](?:\w|['.-](?=\w))*){0,3}")
_BARE_WORD = re.compile(r"[^\W_](?:\w|['.-](?=\w))*")
_FIRST = re.compile(r"[ ]*(?:[–—:]|-)|[ ]?/|,[ ]")
_PHOTO = re.compile(r"\b(?:Photo|Foto|Getty|AFP via)\b")
_CORRESPONDENT = re.compile(r"(?:[ ][^\W\d_]+\.?){0,5}(?=:)")
_PROVINCE = re.compile("[A-Z]{2}")
_MOST = 9
_NO_SIGNATURES = ("", "text")  # "3 JAN 90 -- [TEXT]"
_BEHIND_DAY = re.compile(r"[ ]*(?:--|[-–—:,])[ ]*(?=[^\W\d_])")
_CLOSING = {"(": ")", "[": "]", "/": "/"}
_DASHES = frozenset("-–—_")


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Scan:  # bare of comparison and repr, like the other values of a scan: making those costs start-up time
    """The elements that were found from *start* to *end*.

    separator: the signs and blanks behind them; ``after`` is where the body starts.
    slot:      how the agency is printed: "(", "[", "/", "bare" or "".
    """

    start: int
    end: int
    after: int = 0
    separator: str = ""
    places: tuple[Named, ...] = ()
    day: Day | None = None
    agency: Agency | None = None
    slot: str = ""
    agency_first: bool = False
    in_brackets: bool = False


def scan(head: str, start: int, end: int, tables: Tables) -> Scan | None:
    """Return the elements of a dateline at *start* of a line that ends at *end*; None when there are none."""
    found, position = Scan(start=start, end=start), start
    for _ in range(_MOST):
        if found.day and found.agency and found.places:
            break
        after = _element(found, head, position, end, found.separator, tables)
        if after <= position:
            break
        position = _separate(found, head, after, end)
    return found if found.end > start else None


def _separate(found: Scan, head: str, after: int, end: int) -> int:
    """End *found* at *after*, where an element ends, and return where the next may start."""
    match = _SEPARATOR.match(head, after, end)
    found.end = after
    found.separator = match[0] if match else ""
    found.after = after + len(found.separator)
    return found.after


def _element(found: Scan, head: str, position: int, end: int, separator: str, tables: Tables) -> int:
    """Add the element at *position* to *found* and return where it ends; *position* when none is there."""
    sign = head[position : position + 1] if position < end else ""
    if not sign:
        return position
    if sign in _CLOSING:
        return (
            _bracket(found, head, position, sign, tables)
            if sign != "/"
            else _stroke(found, head, position, end, tables)
        )
    dashed = not _DASHES.isdisjoint(separator)
    if found.day is None:
        day = read_day(head, position, tables)
        bare = day is not None and not day.month and not day.numbers and day.weekday is None
        fits = day is not None and not (bare and (dashed or not found.places))
        if day and fits and (not dashed or _CLOSED.match(head, day.end, end)):
            found.day = day
            return day.end
    if found.agency is None and sign.isalpha():
        after = _joined(found, head, position, end, tables) or _bare_agency(found, head, position, end, tables)
        if after <= position and found.day and found.places:
            after = _unlisted_agency(found, found.day, head, position, end, tables)
        if after > position:
            return after
    if not found.places and sign.isalpha():
        return _place(found, head, position, end, separator, tables)
    return position


def _place(found: Scan, head: str, position: int, end: int, separator: str, tables: Tables) -> int:
    places, after = read_places(head, position, end, tables)
    if not places:
        return _running_on(found, head, position, end, separator, tables) or position
    closed = _CLOSED.match(head, after, end) or (found.agency and head[after - 1] == ")")  # "APA-Dakar (Senegal) The"
    if not closed and not read_day(head, after + 1, tables):
        return _running_on(found, head, position, end, separator, tables) or position
    unsure = found.agency is not None and (places[0].bare(tables) is None or head[after : after + 1] == ".")
    if unsure and not places[0].capitals and not read_day(head, after + 2, tables):
        return position
    found.places = places
    found.agency_first = found.agency is not None
    return after


def _running_on(found: Scan, head: str, position: int, end: int, separator: str, tables: Tables) -> int:
    """Add the city of "Harian.com, Jakarta Pemerintah akan" and return where it ends; 0 when there is none."""
    if found.agency is None or found.day or found.slot != "bare" or separator != ", ":
        return 0
    name = read_name(head, position, end, tables)
    city = _city_that_runs_on(name, tables) if name else None
    if city is None:
        return 0
    found.places, found.agency_first = (city,), True
    return city.end


def _bracket(found: Scan, head: str, position: int, sign: str, tables: Tables) -> int:
    match = _INSIDE[sign].match(head, position + 1)
    inside = match[0].strip() if match else ""
    dated = found.day is not None and found.day.end == position  # "May 26, 2017/APO Group/"
    touching = sign == "/" and position > 0 and head[position - 1] not in " \n."
    glued = touching and not dated and head[position + 1 : position + 2] != " "
    if (
        glued
        or not match
        or inside.casefold() in _NO_SIGNATURES
        or head[match.end() : match.end() + 1] != _CLOSING[sign]
    ):
        return position
    after = match.end() + 1
    if _is_province(found, inside, position, tables):
        found.places[-1].region, found.places[-1].end = inside, after
        return after
    city = Named(printed=inside, start=position + 1, end=after)
    if sign == "[" and not found.places and inside.isupper() and listed(inside, tables) is None and city.bare(tables):
        found.places, found.in_brackets = (city,), True
        return after
    agency = _signature(found, inside, tables) if found.agency is None else None
    dashed = found.day is not None and "-" in found.separator
    if agency and (agency.known or not dashed):  # "HALIFAX, Feb 26 - (Harbour Steel Ltd), formerly"
        found.agency, found.slot = agency, sign
        return after
    day = read_day(head, position + 1, tables)
    if day and found.day is None and _signed_in_brackets(found, day, head, match.end(), tables):
        return after
    return after if sign != "/" and _is_city_in_brackets(found, head, position, match.end(), tables) else position


def _is_city_in_brackets(found: Scan, head: str, position: int, end: int, tables: Tables) -> bool:
    """Add the known city between brackets, and return whether one is there: "(Ottawa) Le"."""
    places, stop = ((), 0) if found.places else read_places(head, position + 1, end, tables)
    if not places or stop < end or places[0].place(tables) is None:
        return False
    found.places, found.in_brackets = places, True
    return True


def _signed_in_brackets(found: Scan, day: Day, head: str, end: int, tables: Tables) -> bool:
    """Add the day in brackets that end at *end*, and the agency behind it: "(May 26, 2017 – Harbour Times)"."""
    behind = _BEHIND_DAY.match(head, day.end, end)
    agency = read_agency(head[behind.end() : end], tables) if behind and found.agency is None and found.places else None
    if day.end == end or agency:
        found.day = day
        if agency:
            found.agency, found.slot = agency, "("
        return True
    return False


def _is_province(found: Scan, inside: str, position: int, tables: Tables) -> bool:
    """Return whether two capitals behind the city are its province, no agency: "Ravenna (RA)", "Sobral (CE)"."""
    behind = bool(found.places) and found.places[-1].end == found.end and position - found.end <= 1
    return behind and _PROVINCE.fullmatch(inside) is not None and listed(inside, tables) is None


def _stroke(found: Scan, head: str, position: int, end: int, tables: Tables) -> int:
    """Read "/PRNewswire/", or the agency of "BAGHDAD / Aswat al-Iraq: " that no second stroke closes."""
    after = _bracket(found, head, position, "/", tables)
    name = signed_behind_stroke(head, position, tables) if after == position and found.places else None
    if name and found.end == position and found.agency is None:
        end = position + 1 + len(name)
        closed = head[end : end + 1] == "/"
        found.agency, found.slot = listed(name, tables), "/" if closed else "bare"
        return end + closed
    if after > position or not found.places or found.agency or head[position + 1 : position + 2] != " ":
        return after
    signed = _bare_agency(found, head, position + 2, end, tables)
    return signed if signed > position + 2 and head[signed : signed + 1] == ":" else position


def _joined(found: Scan, head: str, position: int, end: int, tables: Tables) -> int:
    """Add the agency of "APA-Dakar" and return where it ends; 0 when none is there."""
    signed = _agency_joined_to_city(head, position, end, tables) if position == found.start else None
    if signed is None:
        return 0
    found.agency, found.slot = signed[0], "bare"
    return signed[1]


def _signature(found: Scan, inside: str, tables: Tables) -> Agency | None:
    """Return the agency named inside brackets, with the day beside it: "(Marketwired - May 26, 2017)"."""
    if _PHOTO.search(inside):
        return None
    agency = read_agency(inside, tables)
    if agency and agency.known and not any(map(str.isdigit, inside)):
        return agency
    for sign in (" - ", " – ", ", ", "-- ", " / "):
        name, _, rest = inside.partition(sign)
        day = read_day(rest, 0, tables) if rest else None
        if day and day.month and day.end == len(rest):
            signed = read_agency(name, tables)
            if signed:
                found.day = found.day or day
                return signed
    if agency and not agency.known and (read_day(inside + " (", 0, tables) or _only_place(inside, tables)):
        return None
    return agency


@lru_cache(maxsize=1024)
def _only_place(inside: str, tables: Tables) -> bool:
    places, stop = read_places(inside, 0, len(inside), tables)
    return bool(places) and stop == len(inside) and places[0].place(tables) is not None and not inside.isupper()


def _bare_agency(found: Scan, head: str, position: int, end: int, tables: Tables) -> int:
    """Read an agency that no brackets mark: "March 9, Reuter -", "— РИА Новости.", "Trend correspondent X:"."""
    word = _BARE_WORD.match(head, position, end)
    joined = word[0].partition("-")[0] if word and found.places and found.day is None else ""
    if word and joined.isupper() and joined != word[0] and listed(joined, tables):  # "Damascus, SANA-President"
        found.agency, found.slot = listed(joined, tables), "bare"
        return position + len(joined)
    if word is None or (key(word[0]) not in tables.first_words and "." not in word[0]):
        return position
    first = not (found.places or found.day)
    match = _BARE.match(head, position, end)
    if not match:
        return position
    words = match[0].split(" ")
    for count in range(min(len(words), 4), 0, -1):
        name = " ".join(words[:count])
        stop = position + len(name)
        agency = None if name.casefold() == "st" else listed(name, tables)  # "St Andrews"
        if agency is None and count == 1 and found.day is None:
            agency = _site_after_city(name, tables) if found.places else _site(name, tables)
        if agency is None:
            continue
        if found.day and (tail := _CORRESPONDENT.match(head, stop, end)):
            stop = tail.end()
        dated = found.day is not None and found.day.day is not None and bool(found.places)
        before_city = first and _city_with_day(head, stop, end, tables)
        closed = _CLOSED.match(head, stop, end) or before_city or (dated and _body_runs_on(name, head, stop))
        if not closed or (head[stop : stop + 1] in ("/", "(") and not found.day):
            continue
        if first and not before_city and not _FIRST.match(head, stop, end):
            continue
        found.agency, found.slot = agency, "bare"
        return stop
    return position


def _unlisted_agency(found: Scan, day: Day, head: str, position: int, end: int, tables: Tables) -> int:
    """Read an unlisted agency between the day and the body: "GENEVA, August 7, Wolvin - The"."""
    if not day.day or not day.month or found.end != day.end:
        return position
    match = bare_signature(head, position, end, tables, separator=found.separator, month_first=day.month_first)
    if match is None:
        return position
    found.agency, found.slot = Agency(name=match["name"], known=False), "bare"
    return match.end()


def _site(name: str, tables: Tables) -> Agency | None:
    agency = read_agency(name, tables) if "." in name[1:-3] else None
    return agency if agency and ".com" in name.casefold() else None


_LONG_NAME = 4
_JOINED = re.compile(r"([A-Z]{2,8})-([^\W\d_][\w'-]{1,30})(?=[ ]?\(|[ ]?[:–—]|, | - )")


def _body_runs_on(name: str, head: str, stop: int) -> bool:
    """Return whether the body starts right behind the agency *name* that ends at *stop*.

    Only long names in capitals are sure: "Paris, May 26, AP Moller said" names a company.
    """
    long = len(name) >= _LONG_NAME and name.isupper()
    return long and head[stop : stop + 1] == " " and head[stop + 1 : stop + 2].isupper()


def _city_that_runs_on(printed: Named, tables: Tables) -> Named | None:
    """Return the known city that the first words of *printed* name, the rest being the body; None when none do.

    "Harian.com, Jakarta Pemerintah akan" is how Indonesian sites print it.
    """
    words = printed.printed.split(" ")
    for count in range(len(words) - 1, 0, -1):
        name = " ".join(words[:count])
        city = Named(printed=name, start=printed.start, end=printed.start + len(name))
        if city.bare(tables):
            return city
    return None


def _site_after_city(name: str, tables: Tables) -> Agency | None:
    """Return the site of "JAKARTA, Harian.id - ": its ending in small letters shows that it is no name."""
    ending = name.rpartition(".")[2]
    return read_agency(name, tables) if "." in name[2:-2] and ending.isascii() and ending.islower() else None


def _city_with_day(head: str, stop: int, end: int, tables: Tables) -> bool:
    """Tell whether a city with its day or a colon follows the agency that ends at *stop*: "AKP Oslo, March 04"."""
    start = stop + 1 + (head[stop : stop + 2] == ", ")
    if head[start - 1 : start] != " ":
        return False
    places, after = read_places(head, start, end, tables)
    ends = head[after : after + 1] == ":" or read_day(head, after + 2, tables) is not None
    return bool(places) and places[0].bare(tables) is not None and ends


def _agency_joined_to_city(head: str, position: int, end: int, tables: Tables) -> tuple[Agency, int] | None:
    """Return the agency of "APA-Dakar (Senegal)", which a known city follows, and where its name ends."""
    match = _JOINED.match(head, position, end)
    agency = listed(match[1], tables) if match else None
    if match is None or agency is None:
        return None
    city = Named(printed=match[2], start=match.start(2), end=match.end(2))
    return (agency, match.end(1)) if city.bare(tables) else None
