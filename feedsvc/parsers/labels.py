"""Read labelled headers: "Source: …", "编辑：…", "Time 2017-05-26", the value on the same line or on the next.

Several may stand on one line: "2017-05-26 10:20 来源：港湾通讯 编辑：林晓舟".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from feedsvc.parsers.label_words import BEFORE_A_BLANK, WORDS, Field
from feedsvc.parsers.lines import Line, remembered
from feedsvc.parsers.names import is_publisher

FIELDS: tuple[tuple[Field, re.Pattern[str]], ...] = tuple(
    (field, re.compile(words, re.IGNORECASE)) for field, words in WORDS.items()
)
ANY_LABEL = "|".join(WORDS.values())
BEGIN = r"(?:^|(?<=[\s|｜/／;；,，(（\[【]))"
WITH_COLON = re.compile(rf"{BEGIN}(?P<label>{ANY_LABEL})\s{{0,3}}[:：]\s{{0,4}}", re.IGNORECASE)
ALONE = re.compile(rf"(?P<label>{ANY_LABEL})\s{{0,3}}[:：]?", re.IGNORECASE)
WITH_BLANK = re.compile(rf"(?P<label>{BEFORE_A_BLANK})[\s\u3000]{{1,4}}(?=\S)", re.IGNORECASE)
CALENDAR = re.compile(
    r"\d|(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6})\b",
    re.IGNORECASE,
)
BRACKETS = {"(": ")", "（": "）", "[": "]", "【": "】"}
LONGEST_LABEL = 24  # characters, with its colon and the blanks before that
LONGEST_LINE = 400  # characters; a longer one is copy
LEAST_NAME_WORDS, MOST_VALUE_WORDS = 2, 6


class Header(NamedTuple):
    """Hold one labelled header; value is empty when it stands on the next line."""

    field: Field
    label: Line
    value: Line


@remembered
def headers_in(line: Line) -> tuple[Header, ...]:
    """Return the labelled headers that *line* consists of, none when it is something else.

    What stands before the first label must be its bracket or a date; the caller finds a date there by the first
    header's place.
    """
    inner = _unbracketed(line)
    if len(inner.text) > LONGEST_LINE:
        return ()
    alone = ALONE.fullmatch(inner.text) if len(inner.text) <= LONGEST_LABEL else None
    if alone is not None:
        return (_header(inner, _field(alone["label"]), 0, alone.end(), len(inner.text)),)
    found = _with_colon(inner.text) if ":" in inner.text or "：" in inner.text else ()
    if found and (found[0][1] == 0 or CALENDAR.match(inner.text)):
        ends = [*(begin for _, begin, _ in found[1:]), len(inner.text)]
        return tuple([_header(inner, *label, end) for label, end in zip(found, ends, strict=True)])
    spaced = WITH_BLANK.match(inner.text)
    if spaced is not None:
        header = _header(inner, _field(spaced["label"]), 0, spaced.end(), len(inner.text))
        if _fits(header):
            return (header,)
    return ()


@lru_cache(maxsize=256)  # "Source: Harbour Wire" heads all copy of the wire
def _with_colon(text: str) -> tuple[tuple[Field, int, int], ...]:
    """Return the labels with a colon in *text*, and where each of them begins and its value may."""
    return tuple((_field(label["label"]), label.start(), label.end()) for label in WITH_COLON.finditer(text))


def _header(line: Line, field: Field, begin: int, after: int, end: int) -> Header:
    value = line.part(after, end)
    trimmed = value.text.rstrip("|｜/／;；,，(（[【").rstrip()
    if trimmed != value.text:
        value = value.part(0, len(trimmed))
    return Header(field=field, label=line.part(begin, after), value=value)


@lru_cache(maxsize=256)  # a desk has few labels
def _field(label: str) -> Field:
    return next(field for field, words in FIELDS if words.fullmatch(label))


def _fits(header: Header) -> bool:
    """Return whether a value set off by a mere blank is one: "Time 2017-05-26", not "Time runs out for the ferry"."""
    words = header.value.text.split()
    if not words:
        return False
    if header.field in {"date", "updated"}:
        return CALENDAR.match(header.value.text) is not None and len(words) <= MOST_VALUE_WORDS
    if not words[0][:1].isascii():
        return len(header.value.text) <= 2 * MOST_VALUE_WORDS
    named = all(word[:1].isupper() for word in words) and LEAST_NAME_WORDS <= len(words) <= MOST_VALUE_WORDS
    return named and (header.field != "publisher" or is_publisher(header.value.text))


def _unbracketed(line: Line) -> Line:
    close = BRACKETS.get(line.text[:1])
    return line.part(1, len(line.text) - 1) if close is not None and line.text.endswith(close) else line
