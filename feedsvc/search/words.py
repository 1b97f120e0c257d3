"""Turn text into words as they are searched: without case, accents and width, and with every Han character a word.

Chinese and Japanese put no spaces between words, and a list of words would know no name that is new. With each
character a word of its own, a word of any length is found as a *phrase*: those characters, one after another.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 64  # characters of a word; what is longer is cut, in texts as in questions

# Scripts whose words are not set apart: Thai, Lao, Burmese, Khmer, kana, Han. Korean sets its words apart, and hangs
# particles on them.
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_ALONE}]+|[^\W_{_ALONE}]+")
_IS_ALONE = re.compile(f"[{_ALONE}]")
_FIRST_ALONE = "\u0e00"
# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic; not the marks that make another kana of one, nor
# the vowels of Indian scripts. A soft hyphen parts no word.
_ACCENT = re.compile("[\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n"}
)
_MAY_BE_EITHER = re.compile("[\u00ad-\u0670]")  # no Chinese text holds one of these
_ASCII = "".join(each.lower() if each.isalnum() else " " for each in map(chr, range(128))).encode() + bytes(128)


def separated(text: str) -> str:
    """Return the words of *text*, one space between them; "" when it has none.

    No word holds a mark of ASCII, so nothing in it can mean anything to a database.
    """
    if not text.isascii():
        return " ".join(
            [_spaced(run) if run[0] >= _FIRST_ALONE else run[:LONGEST] for run in _WORD.findall(_folded(text))]
        )
    # Most text is this. Between most of its words stands one space already: it is parted only where there are more.
    words = " ".join(filter(None, map(str.strip, text.encode().translate(_ASCII).decode().split("  "))))
    return " ".join([word[:LONGEST] for word in words.split()]) if _has_too_long(words) else words


def _has_too_long(words: str) -> bool:
    """Return whether one of *words*, one space between them, is longer than any may be, by a look at every tenth."""
    start = 0
    while len(words) - start > LONGEST:
        start = words.rfind(" ", start, start + LONGEST + 1) + 1
        if start == 0:
            return True
    return False


def _spaced(run: str) -> str:
    # To replace nothing puts a space around each character: a fifth of what it costs to join them.
    return run.replace("", " ")[1:-1] if "\u4e00" <= run[0] <= "\u9fff" or _IS_ALONE.match(run) else run[:LONGEST]


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    if _MAY_BE_EITHER.search(folded):
        folded = _ACCENT.sub("", folded).translate(_LETTERS)
    return unicodedata.normalize("NFC", folded)
