"""Read emphasis beside East Asian punctuation, and join wrapped lines of East Asian text.

CommonMark tells the ends of emphasis by blanks and punctuation. East Asian text has no blanks, so `**词：**词` would be
shown with its asterisks. The amendment below changes nothing for text without East Asian characters.
source: https://github.com/tats-u/markdown-cjk-friendly, specification.md; commonmark/commonmark-spec#650
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from feedsvc.parsers.lines import joins

# East Asian wide characters without emoji, and Hangul.
# source: the CJK-friendly amendment of CommonMark's section 6.2, commonmark/commonmark-spec#650
EAST_ASIAN = re.compile(
    "[\u1100-\u11ff\u2329\u232a\u2e80-\u303e\u3040-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f"
    "\uff01-\uffee\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff\U00020000-\U0003fffd\U000e0100-\U000e01ef]"
)
SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE0F)))  # of a form of the character before them


class _EastAsianState(StateInline):
    """A state that scans runs of delimiters by the amendment."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803, FBT001 -- markdown-it's names
        """Return whether a run of delimiters can open and can close, and its length."""
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before = self.src[start - 1] if start else " "
        if before in SELECTORS and start > 1:
            before = self.src[start - 2]
        after = self.src[end] if end < self.posMax else " "
        is_marked_before = isMdAsciiPunct(ord(before)) or isPunctChar(before)
        is_marked_after = isMdAsciiPunct(ord(after)) or isPunctChar(after)
        is_wide_before = EAST_ASIAN.match(before) is not None
        is_wide_after = EAST_ASIAN.match(after) is not None
        is_blank_before, is_blank_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        is_left = not is_blank_after and (
            not is_marked_after or is_wide_after or is_blank_before or is_marked_before or is_wide_before
        )
        is_right = not is_blank_before and (
            not is_marked_before or is_wide_before or is_blank_after or is_marked_after or is_wide_after
        )
        opens = is_left and (canSplitWord or not is_right or is_marked_before)
        closes = is_right and (canSplitWord or not is_left or is_marked_after)
        return Scanned(opens, closes, end - start)


class EastAsianInline(ParserInline):
    """markdown-it's parser of lines, with such a state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse *src*, and put its tokens into *tokens*."""
        state = _EastAsianState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


NEAR = 8  # tokens: ends of emphasis and links between a text and the end of its line


def join_lines(state: StateCore) -> None:
    """Take the line ends between East Asian characters out: browsers show them as blanks."""
    for token in state.tokens:
        if token.children and "\n" in token.content and not token.content.isascii():
            token.children = [
                child
                for index, child in enumerate(token.children)
                if child.type != "softbreak" or not joins(*_around(token.children, index))
            ]


def _around(tokens: Sequence[Token], index: int) -> tuple[str, str]:
    """Return the ends of the texts before and after the token at *index*, of which there may be none."""
    before = next((token for token in reversed(tokens[max(index - NEAR, 0) : index]) if token.content), None)
    after = next((token for token in tokens[index + 1 : index + 1 + NEAR] if token.content), None)
    return (_said(before)[-2:], _said(after)[:2])


def _said(token: Token | None) -> str:
    return token.content if token is not None and token.type in {"text", "code_inline"} else ""
