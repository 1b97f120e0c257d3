"""Tell running text from headings, fragments and programmes, by the few words that are looked at."""

from __future__ import annotations

from collections.abc import Container

from feedsvc.places.pattern import lazy

ENOUGH = 40  # characters: of text so long, two small words show that it runs
SOME = 25
WINDOW = 120
_LONG = 90
_EAST_ASIAN = "\u2e80"
_SMALL = lazy(r"\b[^\W\d_]{2,}\b")
_ENDS = lazy(r"[.!…。][\"'”’»)]?(?:\s|$)")


def starts(body: str) -> bool:
    """Return whether *body* starts as a sentence does: not with a small letter."""
    return not body or not body[0].islower()


def runs(body: str, enough: int) -> bool:
    """Return whether *body* reads as running text; what is shorter than *enough* only where small words show it."""
    needed = 2 if len(body) >= enough else 3  # "wins title" is two words of a heading
    quoted = not body.isascii() and body[:1] < _EAST_ASIAN  # names in another script show nothing
    for word in _SMALL.finditer(body[:WINDOW]):
        if not (word[0][0].isupper() or (quoted and word[0][0] >= _EAST_ASIAN)):
            needed -= 1
            if needed == 0:
                return True
    return False


def goes_on(body: str, words: Container[str]) -> bool:
    """Return whether *body*, though it may be cut off, opens a sentence: a small word, then one that starts small.

    "The" and "The council vo" do, and "The Nutcracker" does not.

    words: small words, case folded.
    """
    first, _, rest = body[:WINDOW].partition(" ")
    return first.casefold() in words and (not rest or any(word[0].islower() for word in rest.split()))


def is_prose(body: str) -> bool:
    """Return whether *body* is a sentence to its end, or as long as only paragraphs are.

    "The house shows its new line." is one; "A new line for the spring" may be the name of what is shown. A question
    ends a heading as often.
    """
    return runs(body, ENOUGH) and (len(body) >= _LONG or _ENDS.search(body) is not None)
