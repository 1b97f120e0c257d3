"""Hold what is being read of front matter, and take values as the kinds that a key wants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from feedsvc.errors import ParseError
from feedsvc.model.dates import StatedDate
from feedsvc.parsers.frontmatter.names import LANGUAGE, language_tag
from feedsvc.parsers.frontmatter.values import Scalar, Table, Value
from feedsvc.parsers.gathering import Gathering
from feedsvc.parsers.lines import Line, fault


@dataclass(slots=True, kw_only=True)
class Front:
    """Hold the document's text and the draft in the making.

    summaries, stated: with their rank, of which the lowest counts: several keys mean the same, one is meant most.
    """

    text: str
    into: Gathering
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
        """Return *value* if it is a single one; *wanted* says in words what the key takes."""
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
        """Return the error that says what *key* takes, at the line of *value*."""
        return fault(self.text, value.span.start, f"front matter: {key} must be {wanted}")


def line_of(scalar: Scalar) -> Line:
    """Return a single value as a line of copy, for what reads those."""
    return Line(text=scalar.text, start=scalar.span.start, block=0, indented=False)
