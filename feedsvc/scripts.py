"""Tell the language of a stretch of text from its script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
HAN_RUNS, LATIN_RUNS = (
    re.compile(f"{HAN.pattern}+"),
    re.compile(f"{LATIN.pattern}+"),
)  # few matches
HAN_LANGUAGES = frozenset({"zh", "ja", "yue", "wuu", "lzh"})
OTHER_SCRIPTS = frozenset({"ar", "bg", "el", "fa", "he", "hi", "ko", "ru", "sr", "th", "uk", "ur"})
# A Han character says about as much as three or four Latin letters, so an English name does not outweigh its sentence.
LETTERS_A_CHARACTER = 3


def tell_language(text: str, languages: Sequence[str]) -> str | None:
    """Return which of *languages* the script of *text* gives away.

    languages: BCP 47; told apart only where one of them is written in Han characters and one in Latin letters.
    returns:   None where the script does not decide: figures alone, or two candidate languages.
    """
    han = count_han(text)
    if han == 0 and LATIN.search(text) is None:
        return None
    in_han, in_latin = _candidates(tuple(languages))
    return in_han if han * LETTERS_A_CHARACTER >= (count_latin(text) if han else 1) else in_latin


def count_han(text: str) -> int:
    """Return how many Han characters *text* holds."""
    return 0 if text.isascii() else sum(map(len, HAN_RUNS.findall(text)))


def count_latin(text: str) -> int:
    """Return how many Latin letters *text* holds."""
    return sum(map(len, LATIN_RUNS.findall(text)))


def base(language: str) -> str:
    """Return the language of a tag without script and region: "zh" of "zh-Hant-TW"."""
    return language.split("-", maxsplit=1)[0].lower()


def match_language(tag: str, languages: Sequence[str]) -> str | None:
    """Return the one of *languages* that copy in *tag* belongs to: the same tag, else the same language.

    source: docs/design.md, section 4: a site's "zh" takes zh-Hans and zh-Hant copy unless the site lists them apart.
    """
    wanted = tag.replace("_", "-").lower()
    return next(
        (each for each in languages if each.lower() == wanted),
        next((each for each in languages if base(each) == base(wanted) and "-" not in each), None),
    )


@lru_cache(maxsize=16)
def _candidates(languages: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return the only one of *languages* that is written in Han characters, and the only one in Latin letters."""
    in_han = [each for each in languages if base(each) in HAN_LANGUAGES and base(each) not in OTHER_SCRIPTS]
    in_latin = [each for each in languages if base(each) not in HAN_LANGUAGES | OTHER_SCRIPTS]
    return (in_han[0] if len(in_han) == 1 else None, in_latin[0] if len(in_latin) == 1 else None)
