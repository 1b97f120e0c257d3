"""Understand what a person types into a search box; there is nothing that it can be but words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from feedsvc.search.words import separated

MOST_TYPED = 20_000
MOST_CHARACTERS = 200
MOST_PHRASES = 16

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"'))
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]+")
_PART = re.compile(r'"([^"]*)(?:"|$)|([^\s"]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Hold a question.

    text:    as it is asked again: one spelling for all that mean the same to a reader of it.
    phrases: each is looked for as it stands, word after word, and all must be there; none when nothing is asked.
    """

    text: str
    phrases: tuple[str, ...]


def ask(typed: str) -> Question:
    """Return what *typed* asks for: articles with each of its words, and with what stands between quotes as it is.

    What goes beyond 200 characters or 16 words is left out, and *text* shows what was kept. Asked again, *text* is the
    same question.
    """
    # No more of it is looked at than any address can hold.
    seen = _UNSEEN.sub(" ", typed[:MOST_TYPED]).translate(_QUOTES)
    found: dict[str, str] = {}
    room = MOST_CHARACTERS
    for part in _PART.finditer(unicodedata.normalize("NFC", seen)):
        spelling = _spelling(part)
        phrase = separated(spelling)
        if not phrase or phrase in found:
            continue
        if len(spelling) > room or len(found) == MOST_PHRASES:
            break
        found[phrase] = spelling
        room -= len(spelling) + 1
    return Question(text=" ".join(found.values()), phrases=tuple(found))


def _spelling(part: re.Match[str]) -> str:
    exact, word = part.groups()
    if word is not None:
        return str(word)[:MOST_CHARACTERS]
    return f'"{" ".join(exact.split())[: MOST_CHARACTERS - 2].rstrip()}"'
