"""Tell which way a language is written, and write that beside its name in HTML."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Literal

Direction = Literal["ltr", "rtl"]

# ISO 15924: the scripts in use that run from right to left.
RIGHT_TO_LEFT = {"adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa", "yezi"}
# By language, the script that it is written in where its tag names none.
SCRIPT_OF = {
    **dict.fromkeys(("he", "iw", "yi", "ji", "lad", "yhd"), "hebr"),
    **dict.fromkeys(("ar", "arc", "arq", "ars", "ary", "arz", "apc", "acm", "aeb", "ajp"), "arab"),
    **dict.fromkeys(("fa", "prs", "ps", "ur", "sd", "ug", "ckb", "sdh", "lrc", "mzn", "glk", "bqi"), "arab"),
    **dict.fromkeys(("azb", "bal", "brh", "bgn", "khw", "ks", "pnb", "skr", "haz", "luz"), "arab"),
    "syr": "syrc",
    "aii": "syrc",
    "dv": "thaa",
    "nqo": "nkoo",
    "rhg": "rohg",
}
# Languages of several scripts, by language and region.
REGIONAL = {
    **dict.fromkeys(("az-ir", "az-iq", "kk-cn", "kk-ir", "ku-iq", "ku-ir", "ku-lb", "ky-cn"), "arab"),
    **dict.fromkeys(("pa-pk", "tg-pk", "tk-ir", "tr-ir", "tt-cn", "uz-af", "uz-cn"), "arab"),
}
SCRIPT_LENGTH = 4


@lru_cache(maxsize=1024)
def direction(language: str) -> Direction:
    """Return which way text in *language*, a BCP 47 tag, is written.

    source: RFC 5646, section 2.2.3; IANA's Suppress-Script; CLDR's likely subtags.
    """
    primary, *further = language.lower().replace("_", "-").split("-")
    named = next((tag for tag in further if len(tag) == SCRIPT_LENGTH and tag.isalpha()), None)
    regional = next((REGIONAL[place] for tag in further if (place := f"{primary}-{tag}") in REGIONAL), None)
    script = named or regional or SCRIPT_OF.get(primary)
    return "rtl" if script in RIGHT_TO_LEFT else "ltr"


def language_attributes(language: str, *, beside: Sequence[str] = ()) -> str:
    """Return the attributes of an element whose text is in *language*: `lang`, and `dir` where it is not plain.

    beside: languages of the text around it. Among languages written from left to right alone, `dir` would say nothing.
    source: W3C, "Structural markup and right-to-left text in HTML".
    """
    return _attributes(language, tuple(beside))


@lru_cache(maxsize=4096)  # asked for each title of a list
def _attributes(language: str, beside: tuple[str, ...]) -> str:
    own = direction(language)
    said = f' dir="{own}"' if own == "rtl" or "rtl" in map(direction, beside) else ""
    return f'lang="{escape(language)}"{said}'
