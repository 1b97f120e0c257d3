"""What a profile of a partner says: elements, limits, allowed markup, and rules with their sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from html import unescape
from typing import Generic, Literal, NamedTuple, TypeVar

from feedsvc.model.article import Media
from feedsvc.model.feed import Element, Feed, Item

TAG = re.compile(r"<[^>]*>")
FIGURE = re.compile(r"<figure\b.*?</figure>", re.DOTALL)


@dataclass(frozen=True, kw_only=True, eq=False)
class Copy:
    """An article as a partner gets it.

    picture:      its lead picture, wherever the item has it. body: its HTML, "" for none.
    is_in_language: its text is in the language of the feed, and not in another that stands in.
    """

    item: Item
    picture: Media | None
    body: str
    is_in_language: bool

    @cached_property
    def text(self) -> str:
        """The body as plain text, without figures and their captions."""
        return " ".join(unescape(TAG.sub(" ", FIGURE.sub(" ", self.body))).split())


class WholeFeed(NamedTuple):
    """The feed of a partner, and the number of its articles."""

    feed: Feed
    entries: int


T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule(Generic[T]):
    """A rule for copies, for whole feeds, or for the age of articles.

    check:  returns what breaks the rule, with its figures ("the title has 18 characters"); None if nothing does.
    wants:  what the partner wants, after its name: "wants more than 20".
    cure:   what the desk can do. source: the address of the rule.
    """

    check: Callable[[T], str | None]
    wants: str
    cure: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule of a partner that is broken; found: what breaks it.

    wants, cure, source: as in `Rule`.
    """

    partner: str
    found: str
    wants: str
    cure: str
    source: str
    is_required: bool = True

    def __str__(self) -> str:
        return f"{self.found}; {self.partner} {self.wants}. {self.cure} ({self.source})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """The HTML of bodies.

    tags:    that the partner takes; the words of others stay. renamed: tags that become others.
    """

    tags: frozenset[str]
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Profile:
    """The data of one kind of partner.

    partner:  its name for people. formats: of its feeds, keys of renderers.
    lead:     where the lead picture is: "body" first in the body, "media" in elements beside it, or "both".
    is_described: RSS has the whole text as the description.
    encloses_picture: the lead picture is the enclosure. has_related: the body ends with related links.
    least_summary: characters of a summary; the opening of the text stands in for a shorter one.
    most_terms: categories of an article, None for all with its tags.
    most_entries, most_bytes: of a feed.
    spaces:   (prefix, namespace) that its elements need.
    elements: of an article; a function returns None where the article has no such element. channel: of the feed.
    gone:     of an article that the partner is to remove; none where it has no word for that.
    required: rules whose breach leaves an article out. advised: rules whose breach is only told.
    feed:     rules for the whole feed, which are only told. age: a required rule for the time since the publication.
    """

    partner: str
    formats: tuple[str, ...]
    lead: Literal["body", "media", "both"]
    markup: Markup | None = None
    is_described: bool = False
    encloses_picture: bool = False
    has_related: bool = False
    least_summary: int = 0
    most_terms: int | None = None
    most_entries: int = 100
    most_bytes: int = 1_000_000
    spaces: tuple[tuple[str, str], ...] = ()
    elements: tuple[Callable[[Copy], Element | None], ...] = ()
    channel: tuple[Callable[[Feed], Element | None], ...] = ()
    gone: tuple[Callable[[Item], Element], ...] = ()
    required: tuple[Rule[Copy], ...] = ()
    advised: tuple[Rule[Copy], ...] = ()
    feed: tuple[Rule[WholeFeed], ...] = ()
    age: Rule[timedelta] | None = None

    def broken(self, copy: Copy) -> tuple[Broken, ...]:
        """Return the rules that *copy* breaks, the required ones first."""
        return (*self._broken(self.required, copy), *self._broken(self.advised, copy, is_required=False))

    def broken_by_age(self, published: datetime, *, now: datetime) -> tuple[Broken, ...]:
        """Return the rule that an article breaks because it is too old."""
        return tuple(self._broken(() if self.age is None else (self.age,), now - published))

    def broken_by_feed(self, feed: WholeFeed) -> tuple[Broken, ...]:
        return tuple(self._broken(self.feed, feed, is_required=False))

    def _broken(self, rules: Iterable[Rule[T]], subject: T, *, is_required: bool = True) -> Iterator[Broken]:
        for rule in rules:
            found = rule.check(subject)
            if found is not None:
                yield Broken(
                    partner=self.partner,
                    found=found,
                    wants=rule.wants,
                    cure=rule.cure,
                    source=rule.source,
                    is_required=is_required,
                )
