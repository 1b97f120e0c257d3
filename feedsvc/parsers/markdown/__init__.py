"""Read Markdown without front matter: its first heading is the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedsvc.model.documents import Document, suffix
from feedsvc.model.drafts import Draft
from feedsvc.parsers.gathering import Gathering
from feedsvc.parsers.lines import fault
from feedsvc.parsers.markdown.body import read_body

ENDINGS = frozenset({".md", ".markdown", ".mdown", ".mkd"})
HEADING = re.compile(r"\s{0,99}?(?:#[ \t]{1,9}\S|[^\s#>*+\-][^\n]{0,500}\n={3,200}[ \t]{0,9}(?:\n|$))")


class MarkdownParser:
    """Read a document whose name says Markdown and whose first line is a heading."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "markdown"

    def recognises(self, document: Document, text: str) -> bool:
        """Return whether the name ends as Markdown's and a heading of the first level comes first."""
        return is_markdown(document) and HEADING.match(text) is not None

    def parse(self, document: Document, text: str) -> Iterator[Draft]:
        """Yield the one draft in *text*; held back, it is given without a title too.

        raises: ParseError if the heading says nothing.
        """
        gathering = Gathering()
        read_body(text, 0, gathering)
        if not gathering.headlines and not gathering.holds:
            raise fault(text, 0, "no title: the first heading says nothing")
        yield gathering.draft(document)


def is_markdown(document: Document) -> bool:
    """Return whether the document's name ends as Markdown's."""
    return suffix(document.path.lower()) in ENDINGS
