"""Read TOML front matter: values by tomllib, their places by a look at the lines, which tomllib does not tell."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time

from feedsvc.model.dates import Span
from feedsvc.parsers.frontmatter.values import Items, Scalar, Table, Value
from feedsvc.parsers.lines import fault

HEADER = re.compile(r"[ \t]{0,99}\[{1,2}[ \t]{0,99}(?P<path>[^\]\n]{1,200})\]")
KEY = re.compile(r"[ \t]{0,99}(?P<path>[\w.\"' -]{1,200}?)[ \t]{0,99}=[ \t]{0,99}")
AT_LINE = re.compile(r"\(at line (\d{1,9}), column \d{1,9}\)")
WRITTEN_DATE = re.compile(r"[0-9][0-9T:Zz .+-]{3,40}")
Places = dict[tuple[str, ...], Span]


def read_toml(text: str, start: int, end: int) -> Table:
    """Return the table written in *text* between *start* and *end*.

    raises: ParseError with its line.
    """
    block = text[start:end]
    try:
        values = tomllib.loads(block)
    except tomllib.TOMLDecodeError as error:
        found = AT_LINE.search(str(error))
        at = start if found is None else start + _offset(block, int(found[1]))
        what = AT_LINE.sub("", str(error)).strip()
        raise fault(text, min(at, end), f"the TOML front matter cannot be read: {what}") from error
    except RecursionError as error:
        raise fault(text, start, "the TOML front matter is nested too deeply") from error
    return _Reader(text, _places(block, start)).table(values, (), Span(start=start, end=end))


class _Reader:
    """Turn what tomllib returns into values with places."""

    def __init__(self, text: str, places: Places) -> None:
        self.text = text
        self.places = places

    def table(self, values: dict[str, object], path: tuple[str, ...], span: Span) -> Table:
        items = []
        for key, value in values.items():
            place = self.places.get((*path, key), span)
            items.append((Scalar(text=key, span=place), self.value(value, (*path, key), place)))
        return Table(items=tuple(items), span=span)

    def value(self, value: object, path: tuple[str, ...], span: Span) -> Value:
        if isinstance(value, dict):
            return self.table(value, path, span)
        if isinstance(value, list):
            return Items(items=tuple(self.value(each, path, span) for each in value), span=span)
        return self.scalar(value, span)

    def scalar(self, value: object, span: Span) -> Scalar:
        if isinstance(value, bool):
            return Scalar(text="true" if value else "false", span=span)
        if isinstance(value, datetime | date | time):
            written = WRITTEN_DATE.match(self.text, span.start, span.end)
            text = value.isoformat() if written is None else written.group().strip()
        else:
            text = str(value).strip()
        at = self.text.find(text, span.start, span.end) if text else -1
        return Scalar(text=text, span=span if at < 0 else Span(start=at, end=at + len(text)))


def _places(block: str, start: int) -> Places:
    """Return where the value of each key stands: from behind its "=" to the next key or the end."""
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
