"""Write lines that a regular expression takes, so that what passes lines over before it is asked can be held to it."""

from __future__ import annotations

import random
import re
import re._parser as grammar  # type: ignore[import-untyped]
from typing import Any

TRIES = 400
ENOUGH = 60


def lines_taken(pattern: re.Pattern[str], *, whole: bool = True) -> list[str]:
    """Return lines that *pattern* matches from their beginning, to their end if *whole*; the same ones each time."""
    tree, flags = grammar.parse(pattern.pattern, pattern.flags & ~re.UNICODE), re.RegexFlag(pattern.flags)
    choose = random.Random(pattern.pattern)  # noqa: S311
    found = {written(tree, choose, flags) for _ in range(TRIES)}
    takes = pattern.fullmatch if whole else pattern.match
    return sorted(filter(takes, found))[:ENOUGH]


def written(tree: Any, choose: random.Random, flags: re.RegexFlag) -> str:
    """Return something that the pattern may take: what it only looks at is left to chance."""
    text = ""
    for what, said in tree:
        match str(what):
            case "LITERAL":
                letter = chr(said)
                odd = {"i": "iIıİ", "s": "sSſ", "k": "kK\u212a"}.get(letter.lower(), letter + letter.swapcase()[:1])
                text += choose.choice(odd) if flags & re.IGNORECASE and choose.random() < 0.3 else letter
            case "ANY" | "NOT_LITERAL":
                text += choose.choice("x 码.")
            case "IN":
                text += one_of(said, choose)
            case "BRANCH":
                text += written(choose.choice(said[1]), choose, flags)
            case "SUBPATTERN":
                text += written(said[3], choose, flags)
            case "ATOMIC_GROUP":
                text += written(said, choose, flags)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                most = min(int(said[1]), said[0] + 3)
                text += "".join(written(said[2], choose, flags) for _ in range(choose.randint(said[0], most)))
            case "ASSERT":
                text += written(said[1], choose, flags) if said[0] > 0 and choose.random() < 0.5 else ""
    return text


def one_of(said: Any, choose: random.Random) -> str:
    """Return a character of a class."""
    if str(said[0][0]) == "NEGATE":
        return choose.choice("xY 码7")
    what, value = choose.choice(said)
    if str(what) == "RANGE":
        return chr(choose.randint(*value))
    return (
        chr(value)
        if str(what) == "LITERAL"
        else {"DIGIT": "7", "SPACE": " ", "WORD": "x", "NOT_SPACE": "x"}[str(value)[9:]]
    )
