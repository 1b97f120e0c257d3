"""Fold names, so that one place printed in many ways is one key: "SÃO PAULO", "Sao Paulo", "St. Louis", "臺北"."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from feedsvc.places.pattern import lazy
from feedsvc.places.rows import EAST_ASIAN, row

_SEPARATORS = lazy(r"[\s/,()\[\]_\-\u2010-\u2015\u3010\u3011\u3014\u3015]+")
_NOISE = lazy(r"[^\w\s\u3099\u309a]+")  # kana keep their voicing marks; every other accent goes
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ə": "e", "ŋ": "n"}
    | {"ة": "ه", "ى": "ي", "ـ": None, "ک": "ك", "ی": "ي"}
)
_WORDS = {"st": "saint", "sankt": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_SMALL_WORDS = frozenset(("am", "an", "da", "das", "de", "del", "der", "di", "do", "dos", "du", "of", "sur", "und"))


def fold(name: str) -> str:
    """Return *name* as rows are keyed: lower case, without accents and punctuation, Chinese characters simplified."""
    text = name.lower() if name.isascii() else unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    text = _NOISE.sub("", _SEPARATORS.sub(" ", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if max(text) >= EAST_ASIAN:
            return "".join(text.translate(_simplified()).split())
    return " ".join(_WORDS.get(word, word) for word in text.split())


def as_printed(name: str) -> str:
    """Return *name* in title case where it is printed in capitals: the name of a place that no row knows."""
    words = " ".join(name.split())
    if not words.isupper():
        return words
    parts = re.split(r"([\s'’\-/]+)", words.lower())
    return "".join(part if part in _SMALL_WORDS and number else part.capitalize() for number, part in enumerate(parts))


@cache
def _simplified() -> dict[int, int]:
    pairs = row("&") or ""
    return str.maketrans(pairs[0::2], pairs[1::2])
