"""Tell the language of a stretch of text from its script."""

from __future__ import annotations

import re
from collections.abc import Sequence

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
HAN_LANGUAGES = frozenset({"zh", "ja", "yue", "wuu", "lzh"})
OTHER_SCRIPTS = frozenset({"ar", "bg", "el", "fa", "he", "hi", "ko", "ru", "sr", "th", "uk", "ur"})
# A Han character says about as much as three or four Latin letters, so an English name does not outweigh its sentence.
LETTERS_A_CHARACTER = 3


def tell_language(text: str, languages: Sequence[str]) -> str | None:
    """Return which of *languages* the script of *text* gives away.

    languages: BCP 47; told apart only where one of them is written in Han characters and one in Latin letters.
    returns:   None where the script does not decide: figures alone, or two candidate languages.
    """
    han, latin = len(HAN.findall(text)), len(LATIN.findall(text))
    if han == latin == 0:
        return None
    wanted = han * LETTERS_A_CHARACTER >= latin
    candidates = [each for each in languages if _is_han(each) == wanted and base(each) not in OTHER_SCRIPTS]
    return candidates[0] if len(candidates) == 1 else None


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


def _is_han(language: str) -> bool:
    return base(language) in HAN_LANGUAGES
