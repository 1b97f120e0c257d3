"""The layout of an article: two languages side by side, and the place beside its date."""

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
    """Return whether *bodies*, HTML by language, are two with equally many blocks, so probably translations.

    The stylesheet then lays them out in rows. Each language stays in one piece for screen readers, phones and print.
    """
    if len(bodies) != COLUMNS:
        return False
    counts = {_blocks(body) for body in bodies.values()}
    return len(counts) == 1 and 1 < counts.pop() <= ROWS


def _blocks(body: str) -> int:
    """Return the number of blocks in *body*; 0 if there is text outside of them, which pairs with nothing."""
    found = html.fragments_fromstring(body)
    blocks = [each for each in found if not isinstance(each, str)]
    outside = [each for each in found if isinstance(each, str)] + [each.tail or "" for each in blocks]
    return 0 if any(each.strip() for each in outside) else len(blocks)


LONGEST = 8  # characters of a place's name in Han script
BETWEEN = " / "


def place_of(version: Version, language: str) -> tuple[str, str] | None:
    """Return (language, names) of the places of the dateline of *version*, in Han script if it prints them so.

    The model has English names, and Chinese readers should read 宁波.
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
    """Return the longest name of *place* in *text*, or *place* itself."""
    for length in range(LONGEST, 1, -1):
        for start in range(len(text) - length + 1):
            name = text[start : start + length]
            if not name.isascii() and name.isalpha():
                found = find_place(name)
                if found is not None and found.name == place:
                    return name
    return place
