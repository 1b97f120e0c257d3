"""Read the places of a dateline in a script that writes spaces: "PARIS, Texas", "WUHAN/BEIJING", "RIDGEFIELD PARK, N.J. and DALLAS"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from feedsvc.datelines.day import begins_day
from feedsvc.datelines.tables import Tables, fold_word, key
from feedsvc.model import Place
from feedsvc.places import find_place
from feedsvc.places import find_region as _find_region

find_region = lru_cache(maxsize=4096)(_find_region)

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['}{|\u0300-\u036f\u064b-\u0652]|[.-](?=[^\W\d_])){0,40}\.?")
_CAPITALS = re.compile(r"[A-Z](?:[A-Z']|-(?=[A-Z])){1,20}(?: [A-Z](?:[A-Z']|-(?=[A-Z])){0,20}){0,3}(?=,|/[A-Z]| \(| [-–—]| /|--|\()")
_SIGNATURE = re.compile(r"([^\W\d_]{3,12})(?=[ ]?[-–—:]|\.[ ])")
_NOISE = str.maketrans("", "", "}{|")
_MOST_WORDS = 6
_MOST_PARTS = 6
_LONGEST_ABBREVIATION = 6
_TITLES = frozenset(("ste", "sta", "sto", "mte"))


@dataclass(slots=True, kw_only=True)
class Named:
    """Hold one place as printed. region: the country or state printed beside it."""

    printed: str
    region: str | None = None
    start: int
    end: int

    @property
    def capitals(self) -> bool:
        """Tell whether it is printed in capital letters, as a dateline's city is."""
        return self.printed.isupper() or (
            sum(c.isupper() for c in self.printed) > 2  # noqa: PLR2004 -- McALLEN, MacDILL: a few small letters
            and sum(c.islower() for c in self.printed) <= 2  # noqa: PLR2004
        )

    def place(self, tables: Tables) -> Place | None:
        """Return the place of that name, None when it is not known."""
        name = tables.places.get(self.printed.casefold(), self.printed)
        return find_place(name, region=self.region)

    def bare(self, tables: Tables) -> Place | None:
        """Return the place of that name whatever region is printed."""
        return find_place(tables.places.get(self.printed.casefold(), self.printed))


def read_places(head: str, start: int, end: int, tables: Tables) -> tuple[tuple[Named, ...], int]:
    """Return the places that stand at *start*, with their regions, and where they end; none when the text is no name."""
    places: list[Named] = []
    position, joined = start, True
    for _ in range(_MOST_PARTS):
        part = _read_name(head, position, end, tables)
        if part is None:
            break
        name, after = part
        if places and not joined and find_region(name.printed) and places[-1].region is None:
            places[-1].region, places[-1].end = name.printed, name.end
        elif places and not joined and find_region(name.printed):
            places[-1].end = name.end
        elif not places or joined or _another(name, tables):
            places.append(_whole(head, places, name, tables))
        elif head[after : after + 2] == " (":
            places[-1].region, places[-1].end = name.printed, name.end
        else:
            break
        position, joined = _next(head, after, end, tables)
        if position < 0:
            break
    return tuple(places), places[-1].end if places else start


def _whole(head: str, places: list[Named], name: Named, tables: Tables) -> Named:
    """Return *name*, or one name with the place before it where only both together are known ("Frankfurt/Main")."""
    if places and head[name.start - 1] == "/" and name.bare(tables) is None:
        before = places.pop()
        return Named(printed=f"{before.printed}/{name.printed}", start=before.start, end=name.end)
    if places and head[name.start - 1] == "/" and name.printed in ("Main", "Oder", "Saale"):
        before = places.pop()
        return Named(printed=before.printed, start=before.start, end=name.end)
    return name


def _another(name: Named, tables: Tables) -> bool:
    return name.bare(tables) is not None


def _next(head: str, after: int, end: int, tables: Tables) -> tuple[int, bool]:
    """Return where the next name may start and whether it is joined as an equal; (-1, False) when none may."""
    position = after
    while position < end and head[position] == " ":
        position += 1
    sign = head[position : position + 1]
    if (
        sign == "("
        and position > after
        and tables.agencies.get(head[position + 1 : head.find(")", position, position + 20)].casefold())
    ):
        return -1, False
    if sign == "/" and position == after and head[position + 1 : position + 2].isalpha():
        return position + 1, True
    if sign and sign in ";·":
        return position + 1 + (head[position + 1 : position + 2] == " "), True
    if sign in ("(", "["):
        close = head.find(")" if sign == "(" else "]", position, position + 40)
        inside = head[position + 1 : close] if close > 0 else ""
        if inside and not tables.agencies.get(inside.casefold()) and inside[0].isupper() and find_region(inside):
            return position + 1, False
        return -1, False
    if sign == ",":
        position += 1
        while position < end and head[position] == " ":
            position += 1
        if begins_day(head, position, tables):
            return -1, False
        if _signs(head, position, tables):
            return -1, False
        joiner = _joiner(head, position, tables)
        return (joiner, True) if joiner else (position, False)
    joiner = _joiner(head, position, tables) if position > after else 0
    return (joiner, True) if joiner else (-1, False)


def _signs(head: str, position: int, tables: Tables) -> bool:
    """Return whether an agency stands at *position* as in "Damascus, SANA- " or "Tehran, IRNA – "."""
    match = _SIGNATURE.match(head, position)
    return match is not None and key(match[1]) in tables.agencies and find_region(match[1]) is None


def _joiner(head: str, position: int, tables: Tables) -> int:
    """Return where the name after "and" starts, 0 when no such word stands at *position*."""
    word, space, _ = head[position : position + 6].partition(" ")
    return position + len(word) + 1 if space and word.casefold() in tables.joiners else 0


def _read_name(head: str, start: int, end: int, tables: Tables) -> tuple[Named, int] | None:
    match = _CAPITALS.match(head, start, end)
    if match:
        name, stop = match[0], match.end()
        if " " not in name or not _has_small_word(name, tables):
            return Named(printed=name, start=start, end=stop), stop
    return _read_words(head, start, end, tables)


def _has_small_word(name: str, tables: Tables) -> bool:
    """Return whether a word of *name*, in capitals, joins two places or is a month."""
    return any(word in tables.joiners or word in tables.months for word in map(fold_word, name.split(" ")))


def _read_words(head: str, start: int, end: int, tables: Tables) -> tuple[Named, int] | None:
    position, words, last = start, 0, start
    while position < end and words < _MOST_WORDS:
        match = _WORD.match(head, position, end)
        if not match:
            break
        word = match[0]
        lower = fold_word(word)
        if words:
            if word[0].islower() and lower not in tables.particles and "'" not in word[:3]:
                break
            if lower in tables.joiners and (word[0].islower() or not word.isascii()):
                break
            if lower.rstrip(".") in tables.months and begins_day(head, position, tables):
                break
        elif word[0].islower():
            return None
        words += 1
        last = match.end()
        if word.endswith(".") and not _abbreviation(word):
            last -= 1
            break
        position = last
        spaces = 0
        while position < end and head[position] == " " and spaces <= 1:
            position += 1
            spaces += 1
        if position == last:
            break
    if not words:
        return None
    text = head[start:last]
    while " " in text and text.rpartition(" ")[2].casefold() in tables.particles and text.rpartition(" ")[2].islower():
        text = text.rpartition(" ")[0].rstrip()
    printed = " ".join(text.translate(_NOISE).split())
    printed = printed[:-1] if printed.endswith(".") and not _abbreviation(printed.rpartition(" ")[2]) else printed
    finish = start + len(text)
    close = head[finish : finish + 1] in (")", "]") and head[start - 1 : start] in ("(", "[")
    finish += close
    return Named(printed=printed, start=start, end=finish), finish


def _abbreviation(word: str) -> bool:
    """Return whether the point of *word* belongs to it ("St.", "N.Y.", "Calif.") and ends nothing."""
    inner = word[:-1]
    return (
        "." in inner
        or len(inner) <= 2
        or inner.casefold() in _TITLES
        or (len(inner) < _LONGEST_ABBREVIATION and find_region(word) is not None)
    )
