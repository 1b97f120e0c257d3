"""Tell whether the bodies of an article can stand side by side, paragraph beside paragraph."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lxml import html

from feedsvc.datelines.places import find_place
from feedsvc.model.article import Version
from feedsvc.text.scripts import tell_language

COLUMNS = 2
ROWS = 200  # as many as the stylesheet has


def are_parallel(bodies: Mapping[str, str]) -> bool:
    """Return whether *bodies*, HTML by language, are two with as many blocks: the one is the other, translated.

    The stylesheet then lays them in rows; the text stays in one piece in each language, for voices, phones and print.
    """
    if len(bodies) != COLUMNS:
        return False
    counts = {_blocks(body) for body in bodies.values()}
    return len(counts) == 1 and 1 < counts.pop() <= ROWS


def _blocks(body: str) -> int:
    """Return how many blocks there are in *body*; 0 when there are words outside of them, which have no match."""
    found = html.fragments_fromstring(body)
    blocks = [each for each in found if not isinstance(each, str)]
    outside = [each for each in found if isinstance(each, str)] + [each.tail or "" for each in blocks]
    return 0 if any(each.strip() for each in outside) else len(blocks)


LONGEST = 8  # characters of a place's name in Han script
BETWEEN = " / "


def place_of(version: Version, language: str) -> tuple[str, str] | None:
    """Return (language, words) of the places of the dateline of *version*, as it prints them where that is in Han.

    The model has their English names; who reads Chinese should read 宁波.
    """
    dateline = version.dateline
    if dateline is None or not dateline.places:
        return None
    if language.partition("-")[0] == "zh" and dateline.language.partition("-")[0] == "zh":
        names = [_in_han(dateline.text, place) for place in dateline.places]
    else:
        names = [*dateline.places]
    words = BETWEEN.join(names)
    return tell_language(words, [language]) or ("en" if words.isascii() else language), words


@lru_cache(maxsize=4096)
def _in_han(text: str, place: str) -> str:
    """Return the name of *place* as it stands in *text*, the longest there; *place* itself when there is none."""
    for length in range(LONGEST, 1, -1):
        for start in range(len(text) - length + 1):
            name = text[start : start + length]
            if not name.isascii() and name.isalpha():
                found = find_place(name)
                if found is not None and found.name == place:
                    return name
    return place
