"""Cut text where a sentence ends, in Latin and in Han script."""

from __future__ import annotations

import re
import unicodedata

LEAST_SHARE = 0.4  # a cut that keeps less than this of the limit says too little
MORE = "…"
CLOSERS = "\"'”’»›)）】」』》〉]"
HAN_END = re.compile(f"[。！？…]+[{re.escape(CLOSERS)}]*")
LATIN_END = re.compile(rf"[.!?…]+[{re.escape(CLOSERS)}]*(?=\s+(?![a-z\s]))")
CAPITALISED = re.compile(
    r"(?<![A-Za-z])(?:[A-Z][a-z]{0,4}|(?:[A-Za-z]\.)+[A-Za-z])$"
)  # "Mr", "Capt", "J", "U.S": no sentence ends
BREAK = re.compile(r"\s|(?<=[，、；：])")
JOINERS = "\u200d\ufe0e\ufe0f"


def excerpt(text: str, *, limit: int = 300) -> str:
    """Return the first sentences of *text*, or of one too long its first words and an ellipsis.

    limit:   characters at most, the ellipsis included.
    returns: *text* itself, trimmed, when it is short enough.
    """
    text = text.strip()
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    ends = [end for end in _sentence_ends(head) if limit * LEAST_SHARE <= end <= limit]
    if ends:
        return text[: ends[-1]]
    return _words(text, limit - len(MORE)) + MORE


def _sentence_ends(text: str) -> list[int]:
    han = [found.end() for found in HAN_END.finditer(text)]
    latin = [
        found.end()
        for found in LATIN_END.finditer(text)
        if found[0] != "." or not CAPITALISED.search(text, max(0, found.start() - 12), found.start())
    ]
    return sorted({*han, *latin})


def _words(text: str, limit: int) -> str:
    """Return at most *limit* characters of *text*, cut at a space or a pause, else anywhere but before a mark."""
    breaks = [found.start() for found in BREAK.finditer(text, int(limit * LEAST_SHARE), limit + 1)]
    cut = breaks[-1] if breaks else limit
    while cut > 1 and (unicodedata.combining(text[cut]) or text[cut] in JOINERS):
        cut -= 1
    return text[:cut].rstrip(" \t\n,;:，、；：—-")
