"""Say what stands in a page's head, and put texts in the page's languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedsvc.model.articles import Text
from feedsvc.web.discovery import Discovered

DESCRIPTION_CHARACTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Hold the head of a page.

    languages: the page's, primary first.
    canonical: absolute; None for errors, which have no address of their own.
    """

    title: str
    description: str
    canonical: str | None
    languages: tuple[str, ...]
    feeds: tuple[Discovered, ...] = ()


def runs(text: Text, languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (language, words) of *text* in *languages*, in their order; the primary's when it is in none of them.

    Words equal in two languages are one run; an empty text has none.
    """
    found: dict[str, str] = {}
    for language in languages:
        words = text.get(language)
        if words is not None:
            found.setdefault(words, language)
    if not found:
        return text.items[:1]
    return tuple((language, words) for words, language in found.items())


def plain(text: Text, languages: Sequence[str]) -> str:
    """Return *text* in *languages* as one line, for titles and attributes."""
    return " / ".join(words for _, words in runs(text, languages))


def shortened(words: str) -> str:
    """Return *words* cut to what a description holds."""
    return words if len(words) <= DESCRIPTION_CHARACTERS else words[: DESCRIPTION_CHARACTERS - 1].rstrip() + "…"
