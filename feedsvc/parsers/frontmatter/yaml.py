"""Read YAML front matter into values that keep their place and their spelling.

PyYAML composes the nodes, and nothing constructs objects of them: "no" stays a word, a date what was written, and no
tag makes an object. Depth is asked before each node, for what lies in it is read only then.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import yaml
from yaml.composer import Composer

from feedsvc.model.dates import Span
from feedsvc.model.errors import ParseError
from feedsvc.parsers.frontmatter.values import DEEPEST, MOST_KEYS, MOST_VALUES, Items, Scalar, Table, Value
from feedsvc.parsers.lines import fault

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{each}" for each in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")
)


def read_yaml(text: str, start: int, end: int) -> Table:
    """Return the table written in *text* between *start* and *end*.

    raises: ParseError with its line.
    """
    try:
        top = _compose(text[start:end])
    except _RefusedError as error:
        raise fault(text, start + error.index, str(error)) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = start if mark is None else start + mark.index
        hint = "; put the value in quotes" if "mapping values" in (error.problem or "") else ""
        message = f"the YAML front matter cannot be read: {error.problem}{hint}"
        raise fault(text, min(at, end), message) from error
    except yaml.reader.ReaderError as error:
        at = start + int(error.position)
        raise fault(text, at, f"the front matter holds the character U+{ord(text[at]):04X}; remove it") from error
    table = Table(items=(), span=Span(start=start, end=end)) if top is None else _Reading(text, start).value(top)
    if isinstance(table, Scalar) and not table.text:
        return Table(items=(), span=Span(start=start, end=end))
    if not isinstance(table, Table):
        raise fault(text, table.span.start, "the front matter is no list of keys and values such as 'title: …'")
    return table


class _RefusedError(yaml.YAMLError):
    """Say that front matter is good YAML, but more than we read."""

    def __init__(self, message: str, event: yaml.Event) -> None:
        super().__init__(message)
        self.index = event.start_mark.index if event.start_mark else 0


class _BoundedComposer(Composer):
    """Compose nodes of events, at most `DEEPEST` deep."""

    peek_event: Callable[[], yaml.Event]  # of the parser that it is joined with
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        message = None
        if isinstance(event, yaml.AliasEvent):
            node = self.anchors.get(event.anchor)
            if node is None or node.end_mark is None:  # a node around the alias has no end yet
                message = f"the alias *{event.anchor} has no anchor before it"
        elif self.depth > DEEPEST:
            message = f"the front matter is nested more than {DEEPEST} deep"
        if message:
            raise _RefusedError(message, event)
        self.depth += 1
        composed = super().compose_node(parent, index)
        self.depth -= 1
        return composed


class _Loader(_BoundedComposer, yaml.CBaseLoader):
    """Parse with libyaml, which takes an eighth of the time of PyYAML's own parser, and compose here."""

    def __init__(self, written: str) -> None:
        yaml.CBaseLoader.__init__(self, written)
        Composer.__init__(self)


class _LenientLoader(_BoundedComposer, yaml.BaseLoader):
    """Parse with PyYAML, which takes escaped surrogates, as writers of JSON make of an emoji."""


def _compose(written: str) -> yaml.Node | None:
    with suppress(yaml.YAMLError, UnicodeError):
        return yaml.compose(written, Loader=_Loader)
    return yaml.compose(written, Loader=_LenientLoader)


class _Reading:
    """Make values of nodes; an alias shares the value of its anchor.

    sizes: how many values each list and table holds with its aliases written out: who walks over it meets them all.
    """

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.known: dict[int, Value] = {}
        self.sizes: dict[int, int] = {}

    def value(self, node: yaml.Node) -> Value:
        known = self.known.get(id(node))
        if known is not None:
            return known
        if node.tag not in PLAIN_TAGS:
            raise self.fault(node, f"the tag {node.tag} is not taken in front matter")
        if isinstance(node, yaml.MappingNode):
            value: Value = self.table(node)
            self.bound(node, [each for pair in node.value for each in pair])
        elif isinstance(node, yaml.SequenceNode):
            value = Items(items=tuple(self.value(each) for each in node.value), span=self.span(node))
            self.bound(node, node.value)
        else:
            is_empty = not getattr(node, "style", None) and node.value in NULLS
            value = Scalar(text="" if is_empty else node.value.strip(), span=self.span(node))
        self.known[id(node)] = value
        return value

    def table(self, node: yaml.MappingNode) -> Table:
        pairs: dict[str, tuple[Scalar, Value]] = {}
        merged: list[Value] = []
        for key_node, value_node in node.value:
            key, value = self.value(key_node), self.value(value_node)
            if not isinstance(key, Scalar):
                raise fault(self.text, key.span.start, "a key of the front matter is no plain text")
            if key.text == "<<":
                merged += value.items if isinstance(value, Items) else [value]
                continue
            if key.text in pairs:
                raise fault(self.text, key.span.start, f"the key {key.text!r} occurs twice in the front matter")
            pairs[key.text] = key, value
        for table in merged:
            for key, value in table.items if isinstance(table, Table) else ():
                pairs.setdefault(key.text, (key, value))
        if len(pairs) > MOST_KEYS:
            raise self.fault(node, f"the front matter has more than {MOST_KEYS} keys")
        return Table(items=tuple(pairs.values()), span=self.span(node))

    def bound(self, node: yaml.Node, parts: list[yaml.Node]) -> None:
        size = 1 + sum(self.sizes.get(id(each), 1) for each in parts)
        if size > MOST_VALUES:
            raise self.fault(node, f"the front matter holds more than {MOST_VALUES} values, aliases written out")
        self.sizes[id(node)] = size

    def span(self, node: yaml.Node) -> Span:
        start, end = self.start + node.start_mark.index, self.start + node.end_mark.index
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Span(start=start, end=end)

    def fault(self, node: yaml.Node, message: str) -> ParseError:
        return fault(self.text, self.span(node).start, message)
