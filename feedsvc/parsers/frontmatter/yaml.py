"""Read YAML front matter from the events of PyYAML's parser, so that every value keeps its place and its spelling.

PyYAML's loaders turn values into dates and truths and expand aliases; here an alias shares what its anchor holds, which
costs nothing however often it is done, and no tag makes an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

import yaml

from feedsvc.errors import ParseError
from feedsvc.model.dates import Span
from feedsvc.parsers.frontmatter.values import DEEPEST, MOST_KEYS, Items, Scalar, Table, Value
from feedsvc.parsers.lines import fault

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
QUICK = getattr(getattr(yaml, "cyaml", yaml), "CParser", yaml.SafeLoader)  # alone: a loader has resolvers to set up
# Where one of these stands libyaml takes a little more than PyYAML's own parser, or places an empty value elsewhere.
SUBTLE = re.compile(r"[\t?!{}|>]")
PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{each}" for each in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")
)


def read_yaml(text: str, start: int, end: int) -> Table:
    """Return the table written in *text* between *start* and *end*.

    raises: ParseError with its line.
    """
    builder = _Builder(text, start)
    try:
        for event in _events(text[start:end]):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = start if mark is None else start + mark.index
        hint = "; put the value in quotes" if "mapping values" in (error.problem or "") else ""
        raise fault(text, min(at, end), f"the YAML front matter cannot be read: {error.problem}{hint}") from error
    except yaml.reader.ReaderError as error:
        at = start + int(error.position)
        raise fault(text, at, f"the front matter holds the character U+{ord(text[at]):04X}; remove it") from error
    top = builder.top
    if top is None or (isinstance(top, Scalar) and not top.text):
        return Table(items=(), span=Span(start=start, end=end))
    if not isinstance(top, Table):
        raise fault(text, top.span.start, "the front matter is no list of keys and values such as 'title: …'")
    return top


def _events(written: str) -> Iterable[yaml.Event]:
    """Return the events of PyYAML's parser, from libyaml where both say the same: it is ten times as fast.

    What libyaml does not take is read again, for PyYAML's own words and places.
    """
    if SUBTLE.search(written) is None:
        with suppress(yaml.YAMLError, UnicodeError):
            return list(yaml.parse(written, Loader=QUICK))
    return yaml.parse(written, Loader=yaml.SafeLoader)


class _Open:
    """A list or table whose end has not come yet."""

    def __init__(self, event: yaml.CollectionStartEvent) -> None:
        self.event = event
        self.values: list[Value] = []


class _Builder:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.open: list[_Open] = []
        self.anchors: dict[str, Value] = {}
        self.top: Value | None = None

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):  # most are
            if event.tag is not None:
                self.refuse_tag(event)
            empty = event.implicit[0] and not event.style and event.value in NULLS
            self.add(Scalar(text="" if empty else event.value.strip(), span=self.span(event, event)), event.anchor)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.refuse_tag(event)
            if len(self.open) == DEEPEST:
                raise self.fault(event, f"the front matter is nested more than {DEEPEST} deep")
            self.open.append(_Open(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self.open.pop()
            self.add(self.closed(done, event), done.event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise self.fault(event, f"the alias *{event.anchor} names nothing that stands before it")
            self.add(self.anchors[event.anchor], None)

    def add(self, value: Value, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = value
        if self.open:
            self.open[-1].values.append(value)
        else:
            self.top = value

    def closed(self, done: _Open, event: yaml.Event) -> Items | Table:
        span = self.span(done.event, event)
        if isinstance(done.event, yaml.SequenceStartEvent):
            return Items(items=tuple(done.values), span=span)
        pairs: dict[str, tuple[Scalar, Value]] = {}
        merged: list[Value] = []
        for key, value in zip(done.values[::2], done.values[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise fault(self.text, key.span.start, "a key of the front matter is no plain text")
            if key.text == "<<":
                merged += value.items if isinstance(value, Items) else [value]
                continue
            if key.text in pairs:
                raise fault(self.text, key.span.start, f"the key {key.text!r} stands in the front matter twice")
            pairs[key.text] = key, value
        for table in merged:
            if isinstance(table, Table):
                for key, value in table.items:
                    pairs.setdefault(key.text, (key, value))
        if len(pairs) > MOST_KEYS:
            raise self.fault(done.event, f"the front matter has more than {MOST_KEYS} keys")
        return Table(items=tuple(pairs.values()), span=span)

    def refuse_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!" and tag not in PLAIN_TAGS:
            raise self.fault(event, f"the tag {tag} is not taken in front matter")

    def span(self, first: yaml.Event, last: yaml.Event) -> Span:
        text, start, end = self.text, self.start, self.start
        begun, ended = first.start_mark, last.end_mark
        if begun is not None and ended is not None:  # PyYAML's own parser marks every event
            start, end = start + begun.index, end + ended.index
        while end > start and text[end - 1].isspace():
            end -= 1
        return Span(start=start, end=end)

    def fault(self, event: yaml.Event, message: str) -> ParseError:
        return fault(self.text, self.span(event, event).start, message)
