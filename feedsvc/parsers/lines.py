"""Cut a text into lines that know where they stood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import unescape
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar, cast

from feedsvc.model.dates import Span
from feedsvc.model.draft import Excerpt
from feedsvc.model.errors import ParseError
from feedsvc.text.scripts import count_han, count_latin

# What surrounds the words of a line without being one: Python's white space, marks of no width, control characters.
NO_WORDS = "".join(chr(code) for code in (*range(33), *range(127, 161), 0xAD, 0xFEFF, 0xFFFE, 0xFFFF))
NO_WORDS += "\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f"
NO_WORDS += "\u2028\u2029\u202f\u205f\u2060\u3000"
BLANKS = frozenset(" \t\u3000\xa0")  # that paragraphs are indented with
KANA = re.compile("[\u3041-\u30ff]")
SHARED = frozenset("“”‘’—…·")  # punctuation of Chinese and of Latin text
REMEMBERED = 128  # answers: more than a head has lines
LONGEST_REMEMBERED = 1_000  # characters: a paragraph of Markdown may be as long as a document

P = ParamSpec("P")
R = TypeVar("R")


class Line(NamedTuple):  # made and asked about by the dozen in each document: a dataclass hashes many times slower
    """A line that says something, without the blanks around it.

    block:    number of its block; blank lines part blocks.
    indented: it begins with a blank, as a paragraph of Chinese copy does with two wide ones.
    languages: of the site, in which datelines are looked for.
    """

    text: str
    start: int
    block: int
    indented: bool
    languages: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """Return where it ends, exclusive."""
        return self.start + len(self.text)

    @property
    def span(self) -> Span:
        """Return its place in the document."""
        return Span(start=self.start, end=self.end)

    def part(self, start: int, end: int | None = None) -> Line:
        """Return a stretch of it, without the blanks around that."""
        part = cut(self.text[start:end], self.start + start, block=self.block, indented=self.indented)
        return part._replace(languages=self.languages) if self.languages else part

    def excerpt(self) -> Excerpt:
        """Return it as something read from the document, runs of blanks made one."""
        return Excerpt(text=tidy(self.text), span=self.span)


def remembered(asked: Callable[Concatenate[Line, P], R]) -> Callable[Concatenate[Line, P], R]:
    """Return *asked*, a pure function of a line, with a cache of its last answers.

    The rules that read a head ask the same of a line up to ten times.
    """
    cached = cast("Callable[Concatenate[Line, P], R]", lru_cache(maxsize=REMEMBERED)(asked))

    def ask(line: Line, /, *more: P.args, **further: P.kwargs) -> R:
        return (cached if len(line.text) <= LONGEST_REMEMBERED else asked)(line, *more, **further)

    return ask


def lines_of(text: str, *, languages: tuple[str, ...] = ()) -> tuple[Line, ...]:
    """Return the lines of *text* that hold more than blanks and control characters."""
    lines: list[Line] = []
    block, at, parted = 0, 0, False
    for raw in text.split("\n"):
        bare = raw.lstrip(NO_WORDS)
        if bare:
            block += parted
            lines.append(Line(bare.rstrip(NO_WORDS), at + len(raw) - len(bare), block, raw[0] in BLANKS, languages))
            parted = False
        else:
            parted = bool(lines)
        at += len(raw) + 1
    return tuple(lines)


def cut(text: str, start: int, *, block: int, indented: bool) -> Line:
    """Return *text*, found at *start*, as a line without the blanks around it."""
    bare = text.lstrip(NO_WORDS)
    start += len(text) - len(bare)
    return Line(text=bare.rstrip(NO_WORDS), start=start, block=block, indented=indented)


def line_number(text: str, offset: int) -> int:
    """Return the 1-based number of the line that *offset* lies in."""
    return text.count("\n", 0, offset) + 1


def fault(text: str, offset: int, message: str) -> ParseError:
    """Return the error with *message* and the line of *offset*."""
    return ParseError(message, line=line_number(text, offset))


def span_of(lines: Sequence[Line]) -> Span:
    """Return the stretch from the first to the last of *lines*, of which there is at least one."""
    return Span(start=lines[0].start, end=lines[-1].end)


def tidy(text: str) -> str:
    """Return *text* with each run of blanks as one blank, none at the ends."""
    if "  " not in text and text.isprintable():  # the only blank that prints is the space
        return text.strip(NO_WORDS)
    return " ".join(text.split()).strip(NO_WORDS)


def is_han(text: str) -> bool:
    """Return whether *text* is in Chinese characters (or Japanese) rather than in letters.

    A character says about as much as three letters; "NASA发布新图" is Chinese.
    """
    if text.isascii():
        return False
    return _remembered_is_han(text) if len(text) <= LONGEST_REMEMBERED else _is_han(text)


def _is_han(text: str) -> bool:
    han = count_han(text)
    if han * 4 > len(text):
        return True  # whatever the other characters are
    han += len(KANA.findall(text))
    return han > 0 and han * 3 >= count_latin(text)


_remembered_is_han = lru_cache(maxsize=REMEMBERED)(_is_han)


def joined(lines: Sequence[str]) -> str:
    """Return lines that were wrapped as one text: a blank between words, nothing between Chinese characters."""
    if len(lines) == 1:
        return tidy(lines[0])
    text = ""
    for line in map(tidy, lines):
        text += ("" if not text or joins(text, line) else " ") + line
    return text


KNOWN = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|ndash|mdash|lsquo|rsquo|ldquo|rdquo|hellip|middot|bull|copy|reg|trade|euro|pound|"
    r"eacute|egrave|agrave|ccedil|ouml|uuml|auml|ntilde|atilde|otilde|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)


def decoded(text: str) -> str:
    """Return *text* with well-known entities as characters, decoded once; others stay."""
    return KNOWN.sub(lambda found: unescape(found[0]), text) if "&" in text else text


def readable(text: str) -> str:
    """Return *text*, which is a title or a summary, with well-known entities as characters and blanks that break."""
    return decoded(text).replace("\xa0", " ")


def joins(before: str, after: str) -> bool:
    """Return whether no blank parts two wrapped lines: Chinese characters, kana or their punctuation meet there.

    Quotation marks and dashes, which Latin text has too, count as the character beyond them does.
    """
    end = before[-2:-1] if before[-1:] in SHARED else before[-1:]
    return _is_wide(end) and _is_wide(after[1:2] if after[:1] in SHARED else after[:1])


def _is_wide(character: str) -> bool:
    return "\u2e80" <= character <= "\U0003ffff" and not "\uac00" <= character <= "\ud7a3"
