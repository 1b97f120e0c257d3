"""Read TOML front matter: values by tomllib, their places by a look at the lines, which tomllib does not tell."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time

from feedsvc.model.dates import Span
from feedsvc.model.errors import ParseError
from feedsvc.parsers.frontmatter.values import DEEPEST, MOST_KEYS, Items, Scalar, Table, Value
from feedsvc.parsers.lines import fault

HEADER = re.compile(r"[ \t]{0,99}\[{1,2}[ \t]{0,99}(?P<path>[^\]\n]{1,200})\]")
KEY = re.compile(r"[ \t]{0,99}(?P<path>[\w.\"' -]{1,200}?)[ \t]{0,99}=[ \t]{0,99}")
AT_LINE = re.compile(r"\(at line (\d{1,9}), column \d{1,9}\)")
WRITTEN_DATE = re.compile(r"[0-9][0-9T:Zz .+-]{3,40}")
# A key or a header of more parts than tables may be deep. tomllib keeps the path to each of its parts: 62 kB of them
# made 3.7 GB.
_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_DOT = r"[ \t]*+\.[ \t]*+"
LONG_PATH = re.compile(
    rf"(?:^|[\[{{,])[ \t]*+(?={_PART}(?:(?:\.{_PART}){{{DEEPEST}}}|(?:{_DOT}{_PART}){{{DEEPEST},}}+[ \t]*+[=\]]))",
    re.MULTILINE,
)
DIGITS = re.compile(r"[0-9][0-9A-Fa-f_xob]{99,}+")
MOST_BITS = 4096  # of a number: Python makes no text of those that are some times as long
FAR = 300  # characters behind the last value, in which the next is looked for
Places = dict[tuple[str, ...], Span]


def read_toml(text: str, start: int, end: int) -> Table:
    """Return the table written in *text* between *start* and *end*.

    raises: ParseError with its line.
    """
    block = text[start:end]
    long_path = LONG_PATH.search(block)
    if long_path is not None:
        raise fault(text, start + long_path.end(), f"a key of the front matter has more than {DEEPEST} parts")
    try:
        values = tomllib.loads(block)
    except tomllib.TOMLDecodeError as error:
        found = AT_LINE.search(str(error))
        at = start if found is None else start + _offset(block, int(found[1]))
        what = AT_LINE.sub("", str(error)).strip()
        raise fault(text, min(at, end), f"the TOML front matter cannot be read: {what}") from error
    except RecursionError as error:
        raise fault(text, start, "the TOML front matter is nested too deeply") from error
    except ValueError as error:  # int() takes no more than 4,300 digits
        raise _too_long(text, start, end) from error
    return _Reader(text, _places(block, start)).table(values, (), Span(start=start, end=end))


def _too_long(text: str, start: int, end: int) -> ParseError:
    longest = max(DIGITS.finditer(text, start, end), key=lambda found: found.end() - found.start(), default=None)
    at = start if longest is None else longest.start()
    return fault(text, at, "the front matter holds a number that is too long; put it in quotes")


class _Reader:
    """Turn the objects of tomllib into values with their places.

    at: where the last value ends, of those in the span that is being read.
    """

    def __init__(self, text: str, places: Places) -> None:
        self.text = text
        self.places = places
        self.at = 0
        self.depth = 0

    def table(self, values: dict[str, object], path: tuple[str, ...], span: Span) -> Table:
        if len(values) > MOST_KEYS:
            raise fault(self.text, span.start, f"the front matter has more than {MOST_KEYS} keys")
        items = []
        for key, value in values.items():
            place = self.places.get((*path, key), span)
            items.append((Scalar(text=key, span=place), self.value(value, (*path, key), place)))
        return Table(items=tuple(items), span=span)

    def value(self, value: object, path: tuple[str, ...], span: Span) -> Value:
        if not isinstance(value, dict | list):
            return self.scalar(value, span)
        self.depth += 1
        if self.depth > DEEPEST:
            raise fault(self.text, span.start, "the TOML front matter is nested too deeply")
        several: Value
        if isinstance(value, dict):
            several = self.table(value, path, span)
        else:
            several = Items(items=tuple(self.value(each, path, span) for each in value), span=span)
        self.depth -= 1
        return several

    def scalar(self, value: object, span: Span) -> Scalar:
        if not span.start <= self.at <= span.end:
            self.at = span.start
        if isinstance(value, bool):
            return Scalar(text="true" if value else "false", span=span)
        if isinstance(value, int) and value.bit_length() > MOST_BITS:
            raise _too_long(self.text, span.start, span.end)
        if isinstance(value, datetime | date | time):
            written = WRITTEN_DATE.match(self.text, span.start, span.end)
            text = value.isoformat() if written is None else written.group().strip()
        else:
            text = str(value).strip()
        at = self.text.find(text, self.at, min(span.end, self.at + len(text) + FAR)) if text else -1
        if at < 0:
            return Scalar(text=text, span=span)
        self.at = at + len(text)
        return Scalar(text=text, span=Span(start=at, end=self.at))


def _places(block: str, start: int) -> Places:
    """Return the place of each key's value: from behind its "=" to the next key or the end."""
    places: Places = {}
    table: tuple[str, ...] = ()
    key: tuple[str, ...] | None = None
    begun = at = 0
    for line in block.split("\n"):
        header, pair = HEADER.match(line), KEY.match(line)
        if header is not None or pair is not None:
            if key is not None:
                places.setdefault(key, _trimmed(block, begun, at, start))
            table = table if header is None else _path(header["path"])
            key = None if pair is None or header is not None else (*table, *_path(pair["path"]))
            begun = at if pair is None else at + pair.end()
        at += len(line) + 1
    if key is not None:
        places.setdefault(key, _trimmed(block, begun, len(block), start))
    return places


def _path(text: str) -> tuple[str, ...]:
    return tuple(part.strip(" \t\"'") for part in text.split("."))


def _trimmed(block: str, begin: int, end: int, start: int) -> Span:
    while end > begin and block[end - 1].isspace():
        end -= 1
    return Span(start=start + begin, end=start + end)


def _offset(block: str, line: int) -> int:
    return sum(len(each) + 1 for each in block.split("\n")[: line - 1])
