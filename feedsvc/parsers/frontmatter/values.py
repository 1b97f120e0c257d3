"""Read YAML and TOML into values as written: text, lists and tables, each with its place and spelling.

Nothing is turned into a number, a date or a truth here: "language: no" is the word "no", and "2017-05-26" that text.
PyYAML composes nodes, and constructs no objects of them, so that no tag makes an object. tomllib tells no places; those
of its values are found by a look at the lines.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

import yaml
from yaml.composer import Composer

from feedsvc.model.dates import Span, StatedDate
from feedsvc.model.draft import Excerpt
from feedsvc.model.errors import ParseError
from feedsvc.parsers.draft_builder import DraftBuilder
from feedsvc.parsers.frontmatter.key_names import LANGUAGE, is_read, language_tag
from feedsvc.parsers.frontmatter.slips import find_slip
from feedsvc.parsers.lines import Line, fault
from feedsvc.text.scripts import tag_named

# Answers of people, in the languages that they write keys in.
_YES = "true yes on 1 y 是 对 對 真 开 開 はい 예 oui ja si sí sim да evet"
_NO = "false no off 0 n none 无 無 否 不 不是 假 关 關 いいえ 아니오 아니요 non nein nee não нет hayır"
TRUE, FALSE = frozenset(_YES.split()), frozenset(_NO.split())
MOST_CHARACTERS = 64_000  # of one front matter; what is longer is a body without an end of its head
MOST_KEYS, DEEPEST = 1000, 20
MOST_VALUES = 20_000  # with aliases written out: lists of lists of aliases would be more than any memory holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single value; "" when nothing is written, or null."""

    text: str
    span: Span

    def excerpt(self, language: str | None = None) -> Excerpt:
        """Return it as something read from the document."""
        return Excerpt(text=self.text, span=self.span, language=language)

    @property
    def truth(self) -> bool | None:
        """Return the value as a yes or no, None if it is neither."""
        word = self.text.lower()
        return True if word in TRUE else False if word in FALSE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    items: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; no key twice.

    repeated: keys that were written again, with another value, and that nothing reads; the last value counts.
    """

    items: tuple[tuple[Scalar, Value], ...]
    span: Span
    repeated: tuple[Scalar, ...] = ()


Value = Scalar | Items | Table


@dataclass(slots=True, kw_only=True)
class Front:
    """The document's text and the draft in the making.

    summaries, stated, pictures: with their rank, of which the lowest counts: several keys mean the same, one is meant
              most. Of pictures also the key, and the address with the fields of its table.
    """

    text: str
    into: DraftBuilder
    summaries: dict[str | None, tuple[int, Scalar]] = field(default_factory=dict)
    stated: list[tuple[int, StatedDate]] = field(default_factory=list)
    pictures: list[tuple[int, str, tuple[Scalar, Mapping[str, Value]]]] = field(default_factory=list)

    def texts(self, key: str, value: Value, language: str | None) -> Iterator[tuple[Scalar, str | None]]:
        """Yield a text, or each text of a table by language, with its language."""
        if isinstance(value, Scalar):
            yield value, language
        elif isinstance(value, Table):
            for written, inner in value.items:
                text = self.scalar(f"{key}.{written.text}", inner, "a text")
                if text.text:
                    yield text, self.tag(key, written)
        else:
            raise self.fault(key, value, "a text, or a table by language such as {en: …, zh: …}")

    def scalar(self, key: str, value: Value, wanted: str) -> Scalar:
        """Return *value* if it is a single one; *wanted* describes the values of the key in a message."""
        if isinstance(value, Scalar):
            return value
        raise self.fault(key, value, wanted)

    def tag(self, key: str, written: Scalar) -> str:
        """Return a language tag that a key is or holds."""
        tag = tag_named(written.text)
        if LANGUAGE.fullmatch(tag) is None:
            message = f"front matter: {key}: {written.text!r} is no language tag such as en or zh-Hans"
            raise fault(self.text, written.span.start, message)
        return language_tag(tag)

    def fault(self, key: str, value: Value, wanted: str) -> ParseError:
        """Return the error of a *key* that must have another value than *value*, with its line."""
        return fault(self.text, value.span.start, f"front matter: {key} must be {wanted}")


def line_of(scalar: Scalar) -> Line:
    """Return a single value as a line of copy."""
    return Line(text=scalar.text, start=scalar.span.start, block=0, indented=False)


NULLS = frozenset({"", "~", "null", "Null", "NULL"})
PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")
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
        raise _unread(text, start, end, at=min(at, end), problem=error.problem or "") from error
    except yaml.reader.ReaderError as error:
        at = start + int(error.position)
        raise fault(text, at, f"the front matter holds the character U+{ord(text[at]):04X}; remove it") from error
    if top is None:
        return Table(items=(), span=Span(start=start, end=end))
    reading = _Reading(text, start)
    table = reading.value(top)
    if isinstance(table, Scalar) and not table.text:
        return Table(items=(), span=Span(start=start, end=end))
    if not isinstance(table, Table):
        slip = find_slip(text[start:end], table.span.end - start)
        if slip is not None:
            raise _unread(text, start, end, at=table.span.end, problem="")
        raise fault(text, table.span.start, "the front matter is no list of keys and values such as 'title: …'")
    return replace(table, repeated=tuple(reading.repeated)) if reading.repeated else table


def _unread(text: str, start: int, end: int, *, at: int, problem: str) -> ParseError:
    """Return the error of YAML that failed at *at*: the slip of the pen if it is seen, else the parser's *problem*."""
    slip = find_slip(text[start:end], at - start)
    if "mapping values" in problem:
        problem += "; take away the blanks before the key, or put the value in quotes"
    where, said = (at, problem) if slip is None else (start + slip.offset, slip.said)
    return fault(text, where, f"the YAML front matter cannot be read: {said}")


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


TABS = re.compile(r"^[ \t]*\t", re.MULTILINE)  # as indentation; Hexo takes them for blanks, YAML refuses them


def _compose(written: str) -> yaml.Node | None:
    with suppress(yaml.YAMLError, UnicodeError):
        return yaml.compose(written, Loader=_Loader)
    if TABS.search(written):
        indented = TABS.sub(lambda found: found[0].replace("\t", " "), written)
        for loader in (_Loader, _LenientLoader):
            with suppress(yaml.YAMLError, UnicodeError):
                return yaml.compose(indented, Loader=loader)
    return yaml.compose(written, Loader=_LenientLoader)


class _Reading:
    """Make values of nodes; an alias shares the value of its anchor.

    sizes:    how many values each list and table holds with its aliases written out: who walks over it meets them all.
    repeated: as in `Table`, of all tables.
    """

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.known: dict[int, Value] = {}
        self.sizes: dict[int, int] = {}
        self.repeated: list[Scalar] = []

    def value(self, node: yaml.Node) -> Value:
        known = self.known.get(id(node))
        if known is not None:
            return known
        if node.tag not in PLAIN_TAGS:
            raise self.fault(node, f"the tag {node.tag} is not taken in front matter")
        if isinstance(node, yaml.MappingNode):
            value: Value = self.table(node)
            self.bound(node, [child for pair in node.value for child in pair])
        elif isinstance(node, yaml.SequenceNode):
            value = Items(items=tuple(self.value(child) for child in node.value), span=self.span(node))
            self.bound(node, node.value)
        else:
            is_empty = not getattr(node, "style", None) and node.value in NULLS
            text = node.value if node.value.isascii() else PAIR.sub(_character, node.value)
            value = Scalar(text="" if is_empty else text.strip(), span=self.span(node))
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
            known = pairs.get(key.text)
            if known is not None and _bare(known[1]) != _bare(value):
                if is_read(key.text):
                    message = f"the key {key.text!r} occurs twice in the front matter, with two values; leave one"
                    raise fault(self.text, key.span.start, message)
                self.repeated.append(key)
            pairs[key.text] = key, value
        for table in merged:
            for key, value in table.items if isinstance(table, Table) else ():
                pairs.setdefault(key.text, (key, value))
        if len(pairs) > MOST_KEYS:
            raise self.fault(node, f"the front matter has more than {MOST_KEYS} keys")
        return Table(items=tuple(pairs.values()), span=self.span(node))

    def bound(self, node: yaml.Node, parts: list[yaml.Node]) -> None:
        size = 1 + sum(self.sizes.get(id(part), 1) for part in parts)
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


PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")  # of surrogates: "\\ud83d\\ude00", as JSON escapes an emoji


def _character(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _bare(value: Value) -> object:
    """Return *value* without its places, to be compared."""
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, Items):
        return tuple(map(_bare, value.items))
    return {key.text: _bare(inner) for key, inner in value.items}


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
            several = Items(items=tuple(self.value(item, path, span) for item in value), span=span)
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
    return sum(len(above) + 1 for above in block.split("\n")[: line - 1])
