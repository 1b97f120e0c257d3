"""Texts that a regular expression matches, drawn from the tree that Python makes of it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import islice
from re import _parser  # type: ignore[attr-defined]  # hypothesis takes seconds for each of our expressions
from typing import Any

ANYTHING = "ab Q."
OF_A_CATEGORY = {"DIGIT": "7", "SPACE": " ", "WORD": "w", "NOT_SPACE": "z", "NOT_WORD": "-"}
TAILS = ("", "3 May: x", " a")  # that what only looks ahead may ask for
MOST_REPEATS = 3
MOST_DRAWN = 1000


def matching(form: str, *, flags: int = 0, count: int = 20, seed: int = 0) -> Iterator[str]:
    """Yield up to *count* texts in ASCII that *form* matches, the same for the same *seed*."""
    chance, pattern = random.Random(seed), re.compile(form, flags)  # noqa: S311  texts, not secrets
    tree = _parser.parse(form, flags)
    texts = (_drawn(tree, chance) + tail for _ in range(MOST_DRAWN) for tail in TAILS)
    yield from islice((text for text in texts if text.isascii() and pattern.match(text)), count)


def _drawn(tree: Any, chance: random.Random) -> str:
    return "".join(_one(str(kind), value, chance) for kind, value in tree)


def _one(kind: str, value: Any, chance: random.Random) -> str:  # noqa: PLR0911  one for each kind
    match kind:
        case "LITERAL":
            return chr(value)
        case "ANY" | "NOT_LITERAL":
            return chance.choice(ANYTHING)
        case "IN":
            return _of_a_set(value, chance)
        case "BRANCH":
            return _drawn(chance.choice(value[1]), chance)
        case "SUBPATTERN":
            return _drawn(value[-1], chance)
        case "ATOMIC_GROUP":
            return _drawn(value, chance)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, repeated = value
            times = chance.randint(least, min(int(most), least + MOST_REPEATS))
            return "".join(_drawn(repeated, chance) for _ in range(times))
        case _:  # what looks around takes no letter
            return ""


def _of_a_set(members: Any, chance: random.Random) -> str:
    if str(members[0][0]) == "NEGATE":
        return chance.choice(ANYTHING)
    kind, value = chance.choice(members)
    if str(kind) == "RANGE":
        return chr(chance.randint(*value))
    return chr(value) if str(kind) == "LITERAL" else OF_A_CATEGORY[str(value).removeprefix("CATEGORY_")]
