"""Hold the values of front matter as written: text, lists and tables, each with its place in the document.

Nothing is turned into a number, a date or a truth here: "language: no" is the word "no", and "2017-05-26" what it says.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedsvc.model.dates import Span
from feedsvc.model.drafts import Excerpt

TRUE = frozenset({"true", "yes", "on", "1", "y"})
FALSE = frozenset({"false", "no", "off", "0", "n"})
MOST_CHARACTERS = 64_000  # of one front matter; what is longer is a body without an end of its head
MOST_KEYS, DEEPEST = 1000, 20
MOST_VALUES = 20_000  # with aliases written out: lists of lists of aliases would be more than any memory holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """Hold a single value; "" when nothing is written, or null."""

    text: str
    span: Span

    def excerpt(self, language: str | None = None) -> Excerpt:
        """Return it as something read from the document."""
        return Excerpt(text=self.text, span=self.span, language=language)

    @property
    def truth(self) -> bool | None:
        """Return what it says as an answer, None when it is none."""
        word = self.text.lower()
        return True if word in TRUE else False if word in FALSE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Hold a list."""

    items: tuple[Value, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Hold a table; no key twice."""

    items: tuple[tuple[Scalar, Value], ...]
    span: Span


Value = Scalar | Items | Table
