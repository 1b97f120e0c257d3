"""An article as meant, and as an entry with its links resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from urllib.parse import quote

from feedsvc.model.dates import Dateline, Timestamp
from feedsvc.model.document import Problem
from feedsvc.model.draft import Episode, Kind, Role, Take

# The article of a withheld title is held, embargoed, withdrawn or gone; of a killed one nobody may learn at all.
Visibility = Literal["live", "withheld", "killed"]


class TitleState(NamedTuple):
    """The state of an article under one of its titles; sequence: of its first publication, 0 unless it is live."""

    state: Visibility
    sequence: int = 0


class Sought(NamedTuple):
    """The article that the related lines of *article* find under *digest*.

    target: the live article that has it and was published last; None where none has but *article* itself.
    state:  "live" if any of its articles is, else the state of another.
    """

    article: str
    digest: str
    target: str | None
    state: Visibility


State = Literal["live", "withdrawn", "killed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in several languages, primary first.

    items: (language, text) pairs; no language twice.
    """

    items: tuple[tuple[str, str], ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages it is in, primary first."""
        return tuple(language for language, _ in self.items)

    def get(self, language: str) -> str | None:
        return next((text for key, text in self.items if key == language), None)

    def best(self, language: str | None = None) -> tuple[str, str]:
        """Return (language, text) in *language*, else the primary's; ("und", "") when empty."""
        for item in self.items:
            if item[0] == language:
                return item
        return self.items[0] if self.items else ("und", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFeed:
    """The feed of another site that an article was taken from.

    url: absolute. id: an IRI. Its title is the article's publisher.
    """

    url: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One person's credit; the same person's name in several languages is one credit."""

    name: Text
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureWords:
    """The words that a picture desk has written into a file.

    caption, alternative: by the language tags of the file, in small letters; "x-default" where it declares none.
    """

    caption: Text = Text()
    alternative: Text = Text()
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A file that articles show, known by its content.

    digest: of the bytes. name: the end of its address, which fits its type.
    words:  in the file of a picture; None if nobody has looked for them.
    """

    digest: str
    name: str
    media_type: str
    bytes: int
    width: int | None = None
    height: int | None = None
    words: PictureWords | None = None

    @property
    def path(self) -> str:
        """Return the path of its address, which changes with the bytes."""
        return f"/media/{self.digest}/{quote(self.name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """The words of a sound or a film, with their times; url is absolute."""

    url: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One medium of an article; url is absolute."""

    url: str
    media_type: str
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    duration_s: int | None = None
    alternative: Text = Text()
    caption: Text = Text()
    credit: str | None = None
    transcript: Transcript | None = None

    @property
    def is_played(self) -> bool:
        """Whether it is a sound or a film."""
        return self.media_type.startswith(("audio/", "video/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLink:
    """A related link not yet looked up: a title to be found, or an absolute URL to be kept.

    places: digests of the documents that it names by a path, surest first.
    hiding: see `Reference`.
    """

    title: str
    url: str | None
    places: tuple[str, ...] = ()
    hiding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A relative link in a body, which may name a document; see feedsvc/articles/references.py.

    written:     as the document has it. address: absolute, as the body has it.
    places:      digests of the documents that it names, surest first.
    pages:       digests of those that its last part alone names; the other `parts` are to agree.
    hiding:      digests of further documents that it may name: while one of them is kept back, it is not shown.
    is_document: it can only mean a document, as "b.md" does.
    is_told:     the desk is told if it leads nowhere.
    """

    written: str
    address: str
    places: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    hiding: tuple[str, ...] = ()
    is_document: bool = False
    is_told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The desk's note on a revision, for readers.

    note:     why, in plain text; "" when a correction says no more than that it is one.
    language: of the note.
    """

    take: Take
    note: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The last correction of a published article; note and language are those of a `Revision`."""

    instant: datetime
    note: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An article in one language: its dateline, dates and revisions.

    revision: 1 for the first.
    revised:  the last revision that the desk noted; plain edits keep it.
    corrected: the last correction, whatever was said of later revisions.
    """

    language: str
    dateline: Dateline | None
    published: Timestamp
    updated: Timestamp
    revision: int = 1
    revised: Revision | None = None
    corrected: Correction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article as meant, in every language it has a title for.

    id:       a tag: URI (or a declared absolute IRI), minted once.
    title, summary: plain text. body: safe HTML, URLs absolute; the primary body replaces a language that it lacks.
    versions: one a language of the title, primary first.
    origins:  the paths of its documents, source-relative. moved_from: paths that they had before.
    named:    the slugs that its documents declare, as they are written, and paths that lead to it, with a leading "/".
    canonical: the web address of its original, if a document declares one.
    source_feed: that it was taken from.
    license:   the web address of its own licence. usage_terms: in plain text.
    files:    that its media and bodies show.
    reason:   why it is withdrawn or killed.
    """

    id: str
    slug: str
    source: str
    origins: tuple[str, ...]
    title: Text
    summary: Text
    body: Text
    credits: tuple[Credit, ...] = ()
    publisher: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    wanted: tuple[WantedLink, ...] = ()
    references: tuple[Reference, ...] = ()
    media: tuple[Media, ...] = ()
    versions: tuple[Version, ...] = ()
    kind: Kind = "story"
    state: State = "live"
    reason: str | None = None
    problems: tuple[Problem, ...] = ()
    moved_from: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    canonical: str | None = None
    license: str | None = None
    usage_terms: str | None = None
    files: tuple[MediaFile, ...] = ()
    episode: Episode | None = None
    source_feed: SourceFeed | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages it is published in: those it has a title for."""
        return self.title.languages

    @property
    def corrected_at(self) -> datetime | None:
        """Return when it was last corrected, in any language."""
        return max((version.corrected.instant for version in self.versions if version.corrected), default=None)

    def version(self, language: str) -> Version:
        """Return the version in *language*, else the primary's."""
        for version in self.versions:
            if version.language == language:
                return version
        return self.versions[0]

    def shown_languages(self, languages: Sequence[str]) -> tuple[str, ...]:
        """Return those of *languages* that the article has a title in, else its primary language."""
        return tuple(language for language in languages if language in self.languages) or self.languages[:1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When a version of a `Target` was published."""

    instant: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetVersion:
    """A version of a `Target`."""

    published: Published


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The fields of an article that a link to it needs.

    To unpack them takes a tenth of the time of the whole article, and a pass does so for every title that is named.
    """

    id: str
    slug: str
    origins: tuple[str, ...]
    title: Text
    body: Text
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    versions: tuple[TargetVersion, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        return self.title.languages


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedVersion:
    """A version of a `ListedArticle`."""

    language: str
    published: Timestamp
    updated: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """The fields of an article that a sitemap needs; see `Target`."""

    slug: str
    title: Text
    versions: tuple[ListedVersion, ...]
    canonical: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLink:
    """A link that leads somewhere.

    href:     absolute.
    language: of the page it leads to, None when unknown.
    reason:   why it is here, in words: "named under Related News".
    """

    href: str
    rel: str = "related"
    title: Text = Text()
    media_type: str | None = "text/html"
    language: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article with its related links resolved, as feeds and pages show it.

    url:        absolute; the article's page.
    unresolved: titles that no article carries, and none that is held, withdrawn or killed; they stay as text on the
                article's page, in its document's own words.
    leads:      (address, where it leads) of links in the body that name documents; None where only words are shown.
    """

    article: Article
    url: str
    related: tuple[RelatedLink, ...] = ()
    unresolved: tuple[str, ...] = ()
    leads: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The address of an article that is or was published, without its words.

    languages: it is published in.
    categories: their slugs.
    digest:    of everything on its page; it changes when the page does.
    """

    slug: str
    is_live: bool
    languages: tuple[str, ...]
    categories: tuple[str, ...]
    digest: str


RevisionKind = Literal[
    "first", "correction", "update", "minor", "details", "withdrawn", "removed", "revived", "killed", "unknown"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A document that a version was made of, and the digest of its bytes then."""

    source: str
    path: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How a version came about.

    kind: "details" changed no word of title or body; "removed" has no document any more that may be used; "unknown" was
          made by a feedsvc that did not note it.
    """

    kind: RevisionKind
    documents: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One published version of an article.

    number:  from 1, in the order of publication.
    edition: that published it. made_at: when, None where that is not known.
    pruned:  its texts were deleted, see feedsvc/stores/pruning.py.
    """

    number: int
    edition: int
    made_at: datetime | None
    making: Making
    article: Article
    pruned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article as stored: its packed bytes, and the values that queries need without unpacking them.

    article:      the packed `Article`. links: the packed rest of its entry, related lines not yet looked up.
    versions:     (language, when published in seconds since 1970) of each, primary first.
    confidences:  of the dates of its versions.
    corrected_at: when it was last corrected, in seconds since 1970.
    titles:       digests that others may ask for it by. withheld: of titles in its documents that are kept back.
    is_asking:    it has related lines, be they titles or addresses, or references.
    asks:         digests that its references ask for.
    words:        that it is searched by; none unless it is live.
    files:        (digest, name) of the files that it shows.
    """

    id: str
    slug: str
    state: State
    reason: str | None
    categories: tuple[str, ...]
    versions: tuple[tuple[str, float], ...]
    confidences: tuple[str, ...]
    corrected_at: float | None
    titles: frozenset[str]
    is_asking: bool
    article: bytes
    links: bytes
    words: str = ""
    withheld: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    files: tuple[tuple[str, str], ...] = ()

    @property
    def is_live(self) -> bool:
        return self.state == "live"

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(language for language, _ in self.versions)


class FeedEntry(NamedTuple):  # of which a pass reads thousands, and passes them between processes
    """An article's packed entry in a feed.

    sequence: in the feed. gone_at: aware; since then a notice of its withdrawal replaces it.
    """

    article: str
    sequence: int
    data: bytes
    links: bytes
    gone_at: datetime | None = None
