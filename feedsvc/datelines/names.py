"""Read the places of a dateline in a script that writes spaces: "PARIS, Texas", "WUHAN/BEIJING"."""

from __future__ import annotations

from feedsvc.datelines.day import begins_day
from feedsvc.datelines.gloss import with_gloss
from feedsvc.datelines.named import Named, find_region, read_name
from feedsvc.datelines.tables import Tables, key
from feedsvc.places.pattern import lazy

_SIGNATURE = lazy(r"([^\W\d_]{3,12})(?=[ ]?[-–—:]|\.[ ])")
_STROKE = lazy(r"([^\W\d_]{2,12})(?=\.[ ]|[ ][-–—]|:|/[ ])")
_BEHIND = lazy(r"((?:[ ]\[[A-Z][A-Za-z ]{2,20}\])?, ?)[^()\n]{4,20}\([^\W\d_]")
_OPENING = {"(": ")", "[": "]"}
_MOST_PARTS = 6
_LONGEST_REGION = 40
_QUALIFIERS = frozenset(("Main", "Oder", "Saale"))


def read_places(head: str, start: int, end: int, tables: Tables) -> tuple[tuple[Named, ...], int]:
    """Return the places that stand at *start*, with their regions, and where they end."""
    places: list[Named] = []
    position, joined, ascii_only = start, True, head.isascii()
    for _ in range(_MOST_PARTS):
        name = _in_brackets(head, position) or read_name(head, position, end, tables)
        if name and not ascii_only:
            name = with_gloss(name, head, end, tables)
        if name is None or not _add(places, name, head, tables, joined=joined):
            break
        position, joined = _next(head, name.end, end, tables)
        if position < 0:
            break
    return tuple(places), places[-1].end if places else start


def _add(places: list[Named], name: Named, head: str, tables: Tables, *, joined: bool) -> bool:
    """Add *name* to *places*, as a place or as the region of the last; return whether it belongs to them."""
    if not places or joined:
        places.append(_whole(head, places, name, tables))
        return True
    region = find_region(name.printed) is not None or head[name.start - 1] in _OPENING
    if region or (name.bare(tables) is None and head[name.end : name.end + 2] == " ("):
        if places[-1].region is None or find_region(places[-1].region) is None:
            places[-1].region = name.printed
        places[-1].end = name.end
        return True
    if name.bare(tables) is None:
        return False
    places.append(name)
    return True


def _whole(head: str, places: list[Named], name: Named, tables: Tables) -> Named:
    """Return *name*, or one name with the place before it where only both together are known ("Frankfurt/Main")."""
    if places and head[name.start - 1] == "/" and name.bare(tables) is None:
        both = Named(printed=f"{places[-1].printed}/{name.printed}", start=places[-1].start, end=name.end)
        if both.bare(tables) or not name.capitals:
            places.pop()
            return both
    if places and head[name.start - 1] == "/" and name.printed in _QUALIFIERS:
        before = places.pop()
        return Named(printed=before.printed, start=before.start, end=name.end)
    return name


def _next(head: str, after: int, end: int, tables: Tables) -> tuple[int, bool]:
    """Return where the next name may start and whether it is joined as an equal; (-1, False) when none may."""
    position = after
    while position < end and head[position] == " ":
        position += 1
    sign = head[position : position + 1]
    if sign in ("(", "["):
        return (position + 1, False) if _region_in_brackets(head, position, tables) else (-1, False)
    if sign == "/" and position == after and head[position + 1 : position + 2].isalpha():
        return (-1, False) if signed_behind_stroke(head, position, tables) else (position + 1, True)
    if sign == "/" and head[position - 1 : position + 2] == " / ":  # "Zurich / Switzerland"
        return position + 2, False
    if sign in (";", "·"):
        return position + 1 + (head[position + 1 : position + 2] == " "), True
    if sign == ",":
        return _after_comma(head, position + 1, end, tables)
    joiner = _joiner(head, position, tables) if position > after else 0
    return (joiner, True) if joiner else (-1, False)


def _after_comma(head: str, position: int, end: int, tables: Tables) -> tuple[int, bool]:
    while position < end and head[position] == " ":
        position += 1
    if begins_day(head, position, tables) or _signs(head, position, tables):
        return -1, False
    joiner = _joiner(head, position, tables)
    return (joiner, True) if joiner else (position, False)


def _region_in_brackets(head: str, position: int, tables: Tables) -> bool:
    """Return whether "(Maharashtra)" or "[India]" stands at *position*, and no agency."""
    close = head.find(")" if head[position] == "(" else "]", position, position + _LONGEST_REGION)
    inside = head[position + 1 : close] if close > 0 else ""
    if not inside or not inside[0].isupper() or any(map(str.isdigit, inside)):
        return False
    behind = _BEHIND.match(head, close + 1)
    if behind and begins_day(head, behind.end(1), tables):  # "Lugar (Provincia), 3 may (EFE)": the agency is the second
        return True
    return inside.casefold() not in tables.agencies and find_region(inside) is not None


def _in_brackets(head: str, position: int) -> Named | None:
    """Return the region that starts at *position*, behind the sign that opens its brackets: "Jammu and Kashmir"."""
    closing = _OPENING.get(head[position - 1 : position])
    close = head.find(closing, position, position + _LONGEST_REGION) if closing and position else -1
    return Named(printed=head[position:close], start=position, end=close + 1) if close > 0 else None


def _signs(head: str, position: int, tables: Tables) -> bool:
    """Return whether an agency stands at *position* as in "Damascus, SANA- " or "Tehran, IRNA – "."""
    match = _SIGNATURE.match(head, position)
    return match is not None and key(match[1]) in tables.agencies and find_region(match[1]) is None


def signed_behind_stroke(head: str, position: int, tables: Tables) -> str | None:
    """Return the listed agency that the stroke at *position* parts from the city: "Bonn/dpa. Die"."""
    match = _STROKE.match(head, position + 1)
    return match[1] if match and key(match[1]) in tables.agencies else None


def _joiner(head: str, position: int, tables: Tables) -> int:
    """Return where the name after "and" starts, 0 when no such word stands at *position*."""
    word, space, _ = head[position : position + 6].partition(" ")
    return position + len(word) + 1 if space and word.casefold() in tables.joiners else 0
