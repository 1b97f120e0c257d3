"""Cut the head off a story, where a dateline may stand, and fold its forms without moving a character.

The head ends in the first paragraph of the body, and after ``HEAD`` characters at the latest, so that the cost of a
story does not grow with its length. Folding maps one character to one: an index in the folded head is one in the text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

HEAD = 1200
_BODY = 160  # a longer line is the first paragraph of the body; East Asian text says as much in fewer characters
_BODY_EAST_ASIAN = 70
_REACH = 400  # of that paragraph, what may hold a headline glued before a dateline
_EAST_ASIAN = "\u2e80"
_LINES = 16

_FOLDED = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys((0x09, 0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x200A, 0x202F, 0x3000, 0xFEFF, 0x200B), 0x20)
    | dict.fromkeys((0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x2066, 0x2067, 0x2068, 0x2069, 0x0D), 0x20)
    | dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), 0x0A)
    | dict.fromkeys(map(ord, "【〔［﹝〈"), ord("["))
    | dict.fromkeys(map(ord, "】〕］﹞〉"), ord("]"))
    | dict.fromkeys(map(ord, "・･‧•"), ord("·"))
    | dict.fromkeys(map(ord, "‐‑﹣－−"), ord("-"))
    | dict.fromkeys(map(ord, "―─━﹘"), ord("—"))
    | dict.fromkeys(map(ord, "‘’ʼʹ`´"), ord("'"))
    | {code: code - 0x0660 + 0x30 for code in range(0x0660, 0x066A)}
    | {code: code - 0x06F0 + 0x30 for code in range(0x06F0, 0x06FA)}
    | {ord("،"): ord(",")}
)
_SIGNS = {chr(code): chr(sign) for code, sign in _FOLDED.items()}
_FOLDABLE = re.compile(f"[{''.join(_SIGNS)}]")  # few signs of a head are folded: ``translate`` would look up every one


def fold_head(text: str) -> str:
    """Return the head of *text*: full-width forms, brackets, dashes and Arabic figures folded, every index kept."""
    return _FOLDABLE.sub(lambda match: _SIGNS[match[0]], text[: _end(text)])


def _end(text: str) -> int:
    """Return where the head ends: in the first paragraph of the body."""
    start = 0
    if text.find("\n", 0, HEAD) < 0:
        return _REACH
    for _ in range(2 * _LINES):
        end = text.find("\n", start, HEAD)
        if end < 0:
            return min(len(text), max(start + _REACH, 1), HEAD)
        if end - start > _BODY_EAST_ASIAN and text[start] != "(":
            longest = _BODY if text[start + 4] < _EAST_ASIAN and text[start + 12] < _EAST_ASIAN else _BODY_EAST_ASIAN
            if end - start > longest:
                return min(end, start + _REACH)
        start = end + 1
    return start


def lines(head: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the lines that are neither blank nor quoted, the marks before them left out."""
    start, seen, length = 0, 0, len(head)
    while start < length and seen < _LINES:
        end = head.find("\n", start)
        if end < 0:
            end = length
        first = start
        while first < end and head[first] in " *_#|\u2022~":
            first += 1
        if first < end and head[first] != ">":
            seen += 1
            yield first, end
        start = end + 1


ENOUGH = 40  # characters: of text so long, two small words show that it runs
SOME = 25
WINDOW = 120
_LONG = 90
_SMALL = re.compile(r"\b[^\W\d_]{2,}\b")
_ENDS = re.compile(r"[.!…。][\"'”’»)]?(?:\s|$)")


_MOST_SMALL = 3


def small_words(body: str) -> int:
    """Return how many words near the start of *body* are small, three at most: names and headings have none."""
    count = 0
    if body.isascii():
        for printed in body[:WINDOW].split():
            if printed[0].islower() and len(printed) > 1:
                count += 1
                if count == _MOST_SMALL:
                    break
        return count
    quoted = body[:1] < _EAST_ASIAN  # names in another script show nothing
    for word in _SMALL.finditer(body, 0, WINDOW):
        first = word[0][0]
        if not (first.isupper() or (quoted and first >= _EAST_ASIAN)):
            count += 1
            if count == _MOST_SMALL:
                break
    return count


def runs(body: str, enough: int) -> bool:
    """Return whether *body* reads as running text; below *enough* characters, three small words must show it."""
    return _runs(body, small_words(body), enough)


def _runs(body: str, small: int, enough: int) -> bool:
    return small >= (2 if len(body) >= enough else _MOST_SMALL)  # "wins title" is two words of a heading


def goes_on(body: str, words: Container[str]) -> bool:
    """Return whether *body*, though it may be cut off, opens a sentence: a small word, then one that starts small.

    "The" and "The council vo" do, and "The Nutcracker" does not.

    words: small words, case folded.
    """
    first, _, rest = body[:WINDOW].partition(" ")
    return first.casefold() in words and (not rest or any(word[0].islower() for word in rest.split()))


def is_prose(body: str, small: int) -> bool:
    """Return whether *body* is a sentence to its end, or as long as only paragraphs are.

    "The house shows its new line." is one; "A new line for the spring" may be the name of what is shown. A question
    ends a heading as often.

    small: how many small words it begins with.
    """
    return _runs(body, small, ENOUGH) and (len(body) >= _LONG or _ENDS.search(body) is not None)
