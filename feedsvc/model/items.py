"""Hold an entry as one feed shows it: everything chosen, nothing left to decide but the elements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feedsvc.model.articles import Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Hold one typed link; href is absolute, title and language are None when unknown."""

    rel: str
    href: str
    media_type: str | None
    language: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Hold one category: the scheme is the absolute address of its page, None for a free word."""

    term: str
    scheme: str | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Hold an entry in the languages of one feed.

    language:     primary language of what is shown.
    titles:       (language, title) of every title of the article, be it shown or not.
    published, updated: whole seconds, an offset of whole minutes.
    contributors: everybody credited who is no author.
    enclosure:    the one of *media* that readers offer to play or to keep.
    summary:      plain text, "" when there is none.
    content:      safe HTML; None when the entry is shown by its summary alone.
    """

    id: str
    title: str
    titles: tuple[tuple[str, str], ...]
    language: str
    url: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...]
    contributors: tuple[str, ...]
    publisher: str | None
    terms: tuple[Term, ...]
    links: tuple[Link, ...]
    media: tuple[Media, ...]
    enclosure: Media | None
    summary: str
    content: str | None

    @property
    def alternatives(self) -> tuple[tuple[str, str], ...]:
        """Return (language, title) of the titles in other languages than the primary one of what is shown."""
        return tuple(each for each in self.titles if each[0] != self.language)
