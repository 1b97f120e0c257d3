"""The values of front matter as written: text, lists and tables, each with its place in the document.

Nothing is turned into a number, a date or a truth here: "language: no" is the word "no", and "2017-05-26" what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from feedsvc.model.dates import Span, StatedDate
from feedsvc.model.draft import Excerpt
from feedsvc.model.errors import ParseError
from feedsvc.parsers.draft_builder import DraftBuilder
from feedsvc.parsers.frontmatter.key_names import LANGUAGE, language_tag
from feedsvc.parsers.lines import Line, fault

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
    """A table; no key twice."""

    items: tuple[tuple[Scalar, Value], ...]
    span: Span


Value = Scalar | Items | Table


@dataclass(slots=True, kw_only=True)
class Front:
    """The document's text and the draft in the making.

    summaries, stated: with their rank, of which the lowest counts: several keys mean the same, one is meant most.
    """

    text: str
    into: DraftBuilder
    summaries: dict[str | None, tuple[int, Scalar]] = field(default_factory=dict)
    stated: list[tuple[int, StatedDate]] = field(default_factory=list)

    def texts(self, key: str, value: Value, language: str | None) -> Iterator[tuple[Scalar, str | None]]:
        """Yield a text, or each text of a table by language, with its language."""
        if isinstance(value, Scalar):
            yield value, language
        elif isinstance(value, Table):
            for written, each in value.items:
                text = self.scalar(f"{key}.{written.text}", each, "a text")
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
        if LANGUAGE.fullmatch(written.text) is None:
            message = f"front matter: {key}: {written.text!r} is no language tag such as en or zh-Hans"
            raise fault(self.text, written.span.start, message)
        return language_tag(written.text)

    def fault(self, key: str, value: Value, wanted: str) -> ParseError:
        """Return the error of a *key* that must have another value than *value*, with its line."""
        return fault(self.text, value.span.start, f"front matter: {key} must be {wanted}")


def line_of(scalar: Scalar) -> Line:
    """Return a single value as a line of copy."""
    return Line(text=scalar.text, start=scalar.span.start, block=0, indented=False)
