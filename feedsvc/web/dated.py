"""Say where a dateline was written, in the language of the page: of a date without a time that is its zone."""

from __future__ import annotations

from functools import lru_cache

from feedsvc.model.articles import Version
from feedsvc.places import find_place
from feedsvc.scripts import tell_language

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
