"""Say what stands in a page's head, and put texts in the page's languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from markupsafe import Markup, escape

from feedsvc.model.articles import Text
from feedsvc.scripts import HAN, tell_language
from feedsvc.web.discovery import Discovered

DESCRIPTION_CHARACTERS = 300
ANY_LANGUAGE = "x-default"
HAN_STRETCH = re.compile(f"({HAN.pattern}(?:{HAN.pattern}|[0-9\u3001-\u3017\uff01-\uff60])*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Hold the head of a page.

    languages: the page's, primary first.
    canonical: absolute; None for errors, which have no address of their own.
    asked:     the one language that the reader chose; None for all of them.
    choices:   languages that the page can be had in; empty for those of the site.
    kind:      of Open Graph: "website" or "article".
    image:     absolute; one that shows what the page is about.
    facts:     (property, content) of Open Graph besides, such as "article:published_time".
    structured: JSON-LD.
    """

    title: str
    description: str
    canonical: str | None
    languages: tuple[str, ...]
    feeds: tuple[Discovered, ...] = ()
    asked: str | None = None
    choices: tuple[str, ...] = ()
    kind: str = "website"
    image: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    structured: Mapping[str, object] | None = None


def spoken(address: str, language: str | None) -> str:
    """Return the address of the same page in *language*, None for all: its first page, where it has several.

    address: absolute; what it asks besides ("?q=…") is kept.
    """
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in {"lang", "page"}]
    if language:
        query.insert(0, ("lang", language))
    return urlunsplit(parts._replace(query=urlencode(query)))


def twins_of(head: Head, languages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (hreflang, address) of a page in each of *languages*, and in all; nothing where it is in one.

    source: HTML, section 4.6.7.1: alternate, with hreflang.
    """
    if head.canonical is None or len(languages) == 1 or "page=" in head.canonical:
        return ()
    return (
        *((language, spoken(head.canonical, language)) for language in languages),
        (ANY_LANGUAGE, spoken(head.canonical, None)),
    )


def in_language(language: str | None, head: Head, *, home: str) -> str:
    """Return where the page of *head* is in *language*, without the host; an error's is the front page.

    home: the address of the front page, absolute.
    """
    parts = urlsplit(spoken(head.canonical or home, language))
    return urlunsplit(parts._replace(scheme="", netloc=""))


def kept_language(address: str, title: Text, head: Head, *, base_url: str) -> str:
    """Return *address* in the language that the reader chose, where it is an article of ours that is in it."""
    is_ours = address.startswith(f"{base_url}/articles/")
    return spoken(address, head.asked) if is_ours and head.asked and title.get(head.asked) is not None else address


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


def marked(text: Text, languages: Sequence[str], stroke: str = " / ") -> Markup:
    """Return *text* in *languages* as HTML, each run with its language; what a macro would take ten times as long for.

    stroke: what stands between two languages.
    """
    between = f'<span class="stroke">{escape(stroke)}</span>'
    shown = (f'<span lang="{escape(language)}">{escape(words)}</span>' for language, words in runs(text, languages))
    return Markup(between.join(shown))  # noqa: S704  all that stands in it is escaped


def in_scripts(words: str, languages: Sequence[str]) -> Markup:
    """Return a sentence of ours as HTML in which what it quotes in Han script has its language.

    languages: of the site.
    """
    parts = (
        f'<span lang="{escape(tell_language(part, languages) or "und")}">{escape(part)}</span>'
        if number % 2
        else escape(part)
        for number, part in enumerate(HAN_STRETCH.split(words))
    )
    return Markup("".join(parts))  # noqa: S704  all that stands in it is escaped


def plain(text: Text, languages: Sequence[str]) -> str:
    """Return *text* in *languages* as one line, for titles and attributes."""
    return " / ".join(words for _, words in runs(text, languages))


def shortened(words: str) -> str:
    """Return *words* cut to what a description holds."""
    return words if len(words) <= DESCRIPTION_CHARACTERS else words[: DESCRIPTION_CHARACTERS - 1].rstrip() + "…"
