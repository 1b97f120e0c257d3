"""Read articles with front matter in YAML or TOML, or as Pelican writes it, above a body in Markdown.

source: docs/decisions/0009-pyyaml-and-tomllib.md says why python-frontmatter is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from feedsvc.model.documents import Document
from feedsvc.model.drafts import Draft, Excerpt
from feedsvc.parsers.frontmatter.block import (
    has_fence,
    has_fence_of_markdown,
    has_pelican,
    read_fenced,
    read_pelican,
)
from feedsvc.parsers.frontmatter.keys import read_keys
from feedsvc.parsers.gathering import Gathering
from feedsvc.parsers.lines import Line, fault
from feedsvc.parsers.markdown import is_markdown
from feedsvc.parsers.markdown.body import read_body, read_comments, unmarked


class FrontMatterParser:
    """Read a document that begins with front matter."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "frontmatter"

    def recognises(self, document: Document, text: str) -> bool:
        """Return whether *text* begins with a fence, or is Markdown with another kind of fence or Pelican's lines."""
        return has_fence(text) or (is_markdown(document) and (has_fence_of_markdown(text) or has_pelican(text)))

    def parse(self, document: Document, text: str) -> Iterator[Draft]:
        """Yield the one draft in *text*; held back, it is given without a title too.

        raises: ParseError if the front matter has no end, cannot be read or holds a value of the wrong kind, or if
                neither it nor the body has a title.
        """
        front = read_fenced(text) if has_fence(text) or has_fence_of_markdown(text) else read_pelican(text)
        gathering = Gathering()
        read_comments(text, 0, front.above, gathering)
        read_keys(front.table, text=text, into=gathering)
        gathering.headlines = [_unmarked(headline, gathering) for headline in gathering.headlines]
        read_body(text, front.body, gathering)
        if not any(headline.text for headline in gathering.headlines) and gathering.holds:
            gathering.headlines.clear()  # a hold says no need of a title
        elif not any(headline.text for headline in gathering.headlines):
            raise fault(text, 0, "no title: the front matter has none, and the body begins with no heading")
        yield gathering.draft(document)


def _unmarked(headline: Excerpt, into: Gathering) -> Excerpt:
    line = Line(text=headline.text, start=headline.span.start, block=0, indented=False)
    bare = unmarked(line, into, sole=True)
    return headline if bare is line else replace(headline, text=bare.text)
