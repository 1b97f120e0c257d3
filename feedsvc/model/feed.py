"""Feeds and editions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from feedsvc.model.article import Entry, Media, SourceFeed, Text
from feedsvc.model.document import Problem
from feedsvc.model.draft import Episode
from feedsvc.model.selection import Selection


def counted(number: int, noun: str) -> str:
    """Return "1 article" or "2 articles"; the plural of *noun* is made with -s or -ies."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{number:,} {noun}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Podcast:
    """What makes the feeds of a category a podcast.

    owner, email: of whoever answers for it. categories: of Apple, each with its subcategory, None for none.
    image:        a web address; in settings also a path on the site. is_serial: episodes are heard from the first.
    is_locked:    no other host may take it over. guid: of a feed; "" in settings.
    """

    author: str
    owner: str
    email: str
    categories: tuple[tuple[str, str | None], ...]
    image: str
    is_explicit: bool = False
    is_serial: bool = False
    is_locked: bool = True
    guid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category as configured, or a feed of the newsroom's own; the slug is its key in URLs.

    subjects:  codes and names that agencies have for it.
    selection: of the articles in a feed of the newsroom's own; None for a category, which documents name.
    """

    slug: str
    title: Text
    description: Text
    podcast: Podcast | None = None
    subjects: tuple[str, ...] = ()
    selection: Selection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """The notice in a feed that an entry is gone."""

    id: str
    when: datetime
    reason: str | None = None


ChangeKind = Literal["created", "updated", "corrected", "withdrawn", "killed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChange:
    """The last change of an article.

    slug:    None of a killed article.
    kind:    "created" also of one that comes back.
    number:  in the order of changes.
    edition: that made it; made_at: when, aware.
    """

    id: str
    slug: str | None
    kind: ChangeKind
    number: int
    edition: int
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleChanges:
    """A stretch of the list of changes; the next one begins at *cursor*."""

    cursor: str
    items: tuple[ArticleChange, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverState:
    """How the deliveries to one receiver of editions fare.

    waiting:       editions that it was not told of yet.
    told:          deliveries that it has taken. told_at: the last of them; None if there was none.
    failing_since: of the failures since the last delivery; None if the last try went well. fault: why that failed.
    """

    name: str
    waiting: int = 0
    told: int = 0
    told_at: datetime | None = None
    failing_since: datetime | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """Another feed with the same entries: another format or another language.

    href: absolute. language: None for a bilingual feed.
    """

    href: str
    media_type: str
    language: str | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The links of a feed document to its archive; addresses are absolute, None where there is none.

    previous, following: of the archive pages before and after it.
    current:  of the feed, for a page of its archive; None for the feed itself.
    complete: the document holds every entry of the feed.
    source:   RFC 5005, sections 2 and 4.
    """

    previous: str | None = None
    following: str | None = None
    current: str | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedImage:
    """The picture of an RSS channel, which has pixels; url is absolute."""

    url: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFace:
    """What readers show of a feed besides its entries; addresses are absolute, None where there is none.

    icon:    a square. accent: a colour, "#rrggbb". contact: an e-mail or web address, "" for none.
    """

    icon: str | None = None
    logo: str | None = None
    image: FeedImage | None = None
    accent: str | None = None
    contact: str = ""
    rights: str = ""
    license: str = ""

    @property
    def email(self) -> str | None:
        return self.contact if self.contact and "://" not in self.contact else None

    @property
    def website(self) -> str | None:
        """The web address of the contact."""
        return self.contact if "://" in self.contact else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An XML element that a feed has beside those of its format; tag: "{namespace}name", or a bare name."""

    tag: str
    text: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as renderers need it, without its entries.

    category:   its slug, or "all".
    language:   None for a bilingual feed.
    languages:  the feed's languages, primary first; one when it is in one language.
    format:     the key of its renderer.
    id:         a tag: URI, equal for all formats of the feed.
    path:       "/feeds/world.rss"; url is the same, absolute; home is the HTML page of the same entries.
    updated:    when the feed last changed; never goes back, never "now" while rendering.
    site:       the absolute URL of the front page; pages: of the one in the feed's language, where there is one.
    spaces:     (prefix, namespace) of further elements of the feed and its entries. elements: those of the feed.
    schemes:    by the slug of each category, the absolute URL of its page, and its label in the feed's language.
    hubs:       addresses of WebSub hubs that are told of its changes.
    podcast:    that the feed is.
    podcasts:   slugs of the categories that are podcasts, whose articles are episodes in any feed.
    """

    category: str
    language: str | None
    languages: tuple[str, ...]
    format: str
    id: str
    path: str
    url: str
    home: str
    title: str
    description: str
    author: str
    updated: datetime
    poll_interval_s: int
    title_order: tuple[str, ...]
    schemes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    alternates: tuple[Alternate, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    chain: Chain = Chain()
    face: FeedFace = FeedFace()
    hubs: tuple[str, ...] = ()
    podcast: Podcast | None = None
    podcasts: frozenset[str] = frozenset()
    site: str = ""
    pages: str = ""
    spaces: tuple[tuple[str, str], ...] = ()
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An article that a feed for a partner lacks, or has with faults; why: each fault with its cure."""

    slug: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerReport:
    """What a partner gets as of the last edition.

    paths:    of the feed in its formats.
    entries:  articles in it. withdrawn: articles that it tells the partner to remove.
    left_out: of the articles of its selection that the pass looked at, those that break a required rule; at most
              `MOST_TOLD`, and left_out_count of all.
    warned:   articles in it that break an advised rule, bounded alike.
    feed:     faults of the feed as a whole.
    """

    partner: str
    profile: str
    paths: tuple[str, ...]
    entries: int
    withdrawn: int = 0
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0
    warned: tuple[LeftOut, ...] = ()
    warned_count: int = 0
    feed: tuple[str, ...] = ()


MOST_TOLD = 50

OF_CORRECTIONS = "+corrections"  # the language of the feeds of corrections in a store; no language is written so


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePage:
    """One sealed page of a feed's archive, before it is rendered.

    language: None for a bilingual feed, OF_CORRECTIONS for a feed of corrections.
    number:  1 for the oldest; last: the number of the newest sealed page.
    changed: aware; when anything on the page last changed.
    entries: those of its hundred that are live, the newest place first; tombstones: of those that were withdrawn.
    imprint: the edition's settings for feeds, packed; `feedsvc.feeds.on_demand` reads it.
    """

    category: str
    language: str | None
    number: int
    last: int
    changed: datetime
    entries: tuple[Entry, ...]
    tombstones: tuple[Tombstone, ...]
    imprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The results of a search in one edition.

    entries: those asked for, the last published first.
    count:   of all results; more: there are others, which were not counted.
    imprint: as in ArchivePage.
    """

    entries: tuple[Entry, ...]
    count: int
    more: bool = False
    imprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFeed:
    """A feed as bytes, ready to be answered with.

    etag:          weak, with its quotes: ``W/"…"``; the same for every coding.
    gzip, brotli:  None where the coding is not smaller.
    last_modified: aware, whole seconds; never goes back for one path.
    entries:       how many entries the body holds.
    archives:      how many archive pages the feed has, also in a page of its archive.
    """

    path: str
    media_type: str
    body: bytes
    gzip: bytes | None
    brotli: bytes | None
    etag: str
    last_modified: datetime
    entries: int
    archives: int = 0

    @property
    def mark(self) -> str:
        """Return a text that changes with any property of the feed."""
        return f"{self.etag} {self.last_modified.timestamp():.0f} {self.archives}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedListing:
    """The properties of a feed, without its bytes.

    category, language: as in Feed. bytes: of the uncoded body. archives: as in ReadyFeed.
    """

    path: str
    category: str
    language: str | None
    format: str
    media_type: str
    title: str
    bytes: int
    entries: int
    last_modified: datetime
    archives: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """Count the dates of live articles, one for each of their languages, by confidence."""

    high: int = 0
    medium: int = 0
    low: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One committed pass.

    number:   0 when nothing was ever published.
    changed:  paths of the feeds whose bytes changed.
    articles: live articles after the pass; published, revised, removed: counts of this pass.
    took_s:   from the beginning of the pass until it was written; 0 where it was not measured.
    sureness: of the dates after the pass; None where it was made before those were counted.
    problems: every document that is rejected or held, or was published with a note, as of this edition.
    """

    number: int
    made_at: datetime
    changed: tuple[str, ...] = ()
    articles: int = 0
    published: int = 0
    revised: int = 0
    removed: int = 0
    took_s: float = 0.0
    sureness: Sureness | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def summary(self) -> str:
        """Return its number and counts on a line, for people."""
        return (
            f"edition {self.number}: {counted(self.articles, 'article')} "
            f"({self.published} new, {self.revised} revised, {self.removed} removed), "
            f"{counted(len(self.changed), 'feed')} changed"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One typed link; href is absolute, title and language are None when unknown."""

    rel: str
    href: str
    media_type: str | None
    language: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One category: the scheme is the absolute address of its page, None for a free word."""

    term: str
    scheme: str | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry in the languages of one feed.

    language:     the primary language of the texts shown.
    titles:       (language, title) of every title of the article, be it shown or not.
    published, updated: whole seconds, an offset of whole minutes.
    contributors: everybody credited who is no author.
    enclosure:    the one of *media* that readers offer to play or to keep.
    picture:      that stands for the entry; it may be one of *media*, or one that *content* shows.
    summary:      plain text, "" when there is none.
    content:      safe HTML; None when the entry is shown by its summary only.
    license:      the address of its own licence. usage_terms: its own, in plain text.
    is_described: RSS has the content as its description, in place of the summary.
    elements:     further ones.
    original:     the web address of the article on the site that it was taken from.
    source_feed:  of that site, whose title is the publisher.
    episode:      of a podcast, whose sound or film is the enclosure; None if it is none.
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
    picture: Media | None
    summary: str
    content: str | None
    is_described: bool = False
    episode: Episode | None = None
    license: str | None = None
    usage_terms: str | None = None
    elements: tuple[Element, ...] = ()
    original: str | None = None
    source_feed: SourceFeed | None = None

    @property
    def alternatives(self) -> tuple[tuple[str, str], ...]:
        """Return (language, title) of the titles in other languages than the item's."""
        return tuple((language, title) for language, title in self.titles if language != self.language)
