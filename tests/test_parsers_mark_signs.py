"""No line that a form of a mark takes is passed over for want of a sign."""

from __future__ import annotations

import random
import re
import re._parser as grammar  # type: ignore[import-untyped]
from typing import Any

import pytest

from feedsvc.parsers import marks_en, marks_zh
from feedsvc.parsers.mark_signs import has_sign

FORMS = [
    *((form, re.IGNORECASE) for _, form in (*marks_en.CLEAR, *marks_en.ALONE)),
    *((form, re.NOFLAG) for _, form in marks_en.CAPITALS),
    *((form, re.NOFLAG) for _, form in (*marks_zh.CLEAR, *marks_zh.ALONE, *marks_zh.BESIDE)),
]
TRIES = 400
ENOUGH = 60


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


@pytest.mark.parametrize(("form", "flags"), FORMS)
def test_what_a_form_takes_has_a_sign(form: str, flags: re.RegexFlag) -> None:
    pattern, tree = re.compile(form, flags), grammar.parse(form, flags)
    choose = random.Random(form)  # noqa: S311  the same lines each time
    lines = {written(tree, choose, flags) for _ in range(TRIES)}
    taken = [line for line in lines if pattern.match(line)][:ENOUGH]
    assert taken
    for line in taken:
        assert has_sign(line, 0), line
        assert has_sign(f"## {line}", len("## ")), line


def test_a_line_of_copy_has_none() -> None:
    assert not has_sign("Ferry sails again after the repair", 0)
    assert not has_sign("渡轮修复后再次启航", 0)
