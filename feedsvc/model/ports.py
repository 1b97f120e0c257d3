"""Define plug-ins (sources, envelopes, parsers, renderers), and the library: the part of a store that the web reads.

A plug-in is one file in its folder and one entry in that folder's registry. Languages, being data only, are described
beside their data in ``feedsvc.datelines.languages``; stores differ only by their URL and share one class.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from feedsvc.model.article import Article, Entry, ListedArticle, MediaFile
from feedsvc.model.document import (
    Document,
    FeedPosition,
    FileBeside,
    KeptDocument,
    Outcome,
    Problem,
    SourceFigures,
    Unchanged,
)
from feedsvc.model.draft import Draft, Transmission
from feedsvc.model.feed import (
    ArchivePage,
    ArticleChanges,
    Edition,
    Feed,
    FeedListing,
    Found,
    Item,
    PartnerReport,
    ReadyFeed,
    ReceiverState,
    Tombstone,
)

NO_FILES: Mapping[str, str] = MappingProxyType({})


class Source(Protocol):
    """Deliver documents from where the newsroom puts them."""

    @property
    def name(self) -> str:
        """Return the name that the configuration gives it."""

    def documents(
        self,
        *,
        known: Mapping[str, str],
        now: datetime,
        among: Collection[str] | None = None,
        rejected: Mapping[str, str] = NO_FILES,
    ) -> Iterator[Document | Unchanged | Problem]:
        """Yield each document in the order of their paths, unread where nothing changed.

        known:    path to fingerprint, of the documents already held; "" to have one read again.
        among:    paths, and folders by their paths, to look at; None for everything.
        now:      aware; no arrival is later.
        rejected: path to fingerprint of files of which nothing is to be known but whether they changed.
        returns:  a Problem for each document that cannot be read, and for each folder that cannot be looked into:
                  nothing in it is known to be gone. The others go on.
        raises:   SourceError if the source cannot be listed at all.
        """

    def left_out(self) -> Sequence[str]:
        """Return messages about the files that the last look at everything left out, because they are no documents."""

    def is_bare(self) -> bool:
        """Return whether it holds nothing, not even a folder, like a disk that is not mounted."""

    def trouble(self) -> str | None:
        """Return why the source itself brings nothing new; None if all is well."""

    def pictures(self) -> Sequence[str]:
        """Return the paths of the files seen by the last look that articles may show."""

    def file_at(self, path: str, *, known: str, now: datetime) -> FileBeside | None:
        """Return the file at *path* that an article may show; None if there is none, or it is hidden or excluded.

        known: its fingerprint at the last pass; a file that has it is not looked at again. now: aware.
        """


class Parser(Protocol):
    """Read one input format."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""

    def recognises(self, document: Document, text: str) -> bool:
        """Return whether *text* is in this format; asked in the registry's order, strictest first."""

    def parse(self, document: Document, text: str, *, languages: tuple[str, ...] = ()) -> Iterator[Draft]:
        """Yield each draft in *text*.

        languages: of the site, in which datelines are looked for.
        raises: ParseError, with its line, if the text is no article in this format.
        """


# Return bytes as text; the charset is that of an envelope, None where it names none.
Decode = Callable[[bytes, str | None], str]


class Envelope(Protocol):
    """Open one kind of envelope that copy is sent in."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""

    def recognises(self, document: Document, content: bytes) -> bool:
        """Return whether *content*, the document's bytes, never in UTF-16, begins as this envelope does."""

    def open(self, content: bytes, *, decode: Decode) -> Transmission:
        """Return the copy, and only those parts of the envelope that an article has: its headline, its date.

        raises: ParseError, CharsetError if nothing of it can be read.
        """


class Renderer(Protocol):
    """Write one output format."""

    @property
    def name(self) -> str:
        """Return the key in the registry and the ending of the feed's path."""

    @property
    def media_type(self) -> str:
        """Return the media type with its charset, as sent in Content-Type."""

    def entry(self, feed: Feed, item: Item) -> bytes:
        """Return *item* as feeds hold it, equal for all feeds of the same languages; equal items, equal bytes.

        raises: RenderError.
        """

    def feed(self, feed: Feed, entries: Sequence[bytes]) -> bytes:
        """Return the whole feed; equal arguments give equal bytes.

        entries: made by `entry`, newest first.
        raises:  RenderError.
        """


class Library(Protocol):
    """The published articles and feeds, as the web reads them. Every answer is of one whole edition."""

    def edition(self) -> Edition:
        """Return the last edition; number 0 when nothing was ever published."""

    def edition_number(self) -> int:
        """Return the last edition's number, cheaply enough to ask many times a second."""

    def identity(self) -> object:
        """Return a value that changes when another store replaces this one, as cheaply as the number.

        raises: StoreError while there is none.
        """

    def last_write(self) -> object:
        """Return the store's change token, new after each write and for another store; None if only a query tells.

        raises: StoreError while there is none.
        """

    def clock_ahead(self, now: datetime) -> timedelta:
        """Return by how much the clock of the store's machine is ahead of *now*, aware; 0 if they agree."""

    def needs_pass(self, made_with: str) -> bool:
        """Return whether nothing was ever published, or the last pass left another mark than *made_with*."""

    def ready(self, path: str) -> ReadyFeed | None:
        """Return the feed at *path* ("/feeds/world.rss") as of the last edition, None when there is none."""

    def changed_feeds(self, marks: Mapping[str, str]) -> tuple[dict[str, str], dict[str, ReadyFeed]]:
        """Return the marks of the feeds at the paths of *marks* now, and those feeds whose marks have changed.

        A feed that is gone is in neither.
        """

    def archive(self, category: str, language: str | None, number: int) -> ArchivePage | None:
        """Return page *number* of the archive of a feed, of one edition; None when there is none, or it is not full."""

    def found(
        self, phrases: Sequence[str], *, category: str, language: str | None, limit: int, offset: int = 0
    ) -> Found:
        """Return those of the entries that `latest` could give that hold all *phrases*.

        phrases: at least one; see `feedsvc.text.search_words.Question`.
        raises:  SlowError when that takes too long, BusyError when it cannot be done at the moment.
        """

    def listings(self) -> tuple[FeedListing, ...]:
        """Return every feed, sorted by category as configured, bilingual first, then format."""

    def entry(self, slug: str) -> Entry | None:
        """Return the live article with *slug*."""

    def changes(self, cursor: str, *, limit: int) -> ArticleChanges | None:
        """Return *limit* changes of articles after *cursor*, the first first, of one edition.

        cursor:  "" for the beginning.
        returns: None if this store never gave that cursor.
        """

    def edition_of(self, article: str) -> int:
        """Return the edition that last changed how the article with this id is shown."""

    def media_file(self, digest: str, name: str) -> tuple[MediaFile | None, bool]:
        """Return the file that a published article shows under that address, and whether any article ever did."""

    def forms_of(self, digests: Sequence[str]) -> Mapping[str, tuple[MediaFile, ...]]:
        """Return the smaller forms of pictures, by the digests of these, the narrowest first."""

    def tombstone(self, slug: str) -> Tombstone | None:
        """Return the tombstone of a withdrawn or killed article with *slug*."""

    def latest(self, *, category: str, language: str | None, limit: int, offset: int = 0) -> tuple[Entry, ...]:
        """Return live entries of *category* ("all" for any), the newest by date first, then the last published.

        language: only articles with a title in it; None for any.
        """

    def published_since(self, since: datetime, *, language: str, limit: int) -> tuple[ListedArticle, ...]:
        """Return live articles in *language* that were published at *since* or later, the newest first.

        language: of the version whose date counts.
        """

    def articles_at(self, first: int, last: int) -> tuple[ListedArticle, ...]:
        """Return the live articles among those that were the *first* to the *last* ever published, in that order."""

    def changes_of_articles(self, *, each: int) -> tuple[datetime, ...]:
        """Return when any of *each* articles in a row last changed, of all that were ever published, the first first.

        each: a multiple of 100.
        """

    def count(self, *, category: str, language: str | None, most: int | None = None) -> int:
        """Return how many live entries `latest` could give, *most* at most."""

    def feed_positions(self, article: str) -> tuple[FeedPosition, ...]:
        """Return the feeds that the article with this id is in, by category and language."""

    def documents_of(self, article: str) -> tuple[KeptDocument, ...]:
        """Return the documents of the article with this id, as they were last read, in the order of first sight."""

    def document_at(self, source: str, path: str) -> KeptDocument | None:
        """Return the document at *path* of *source* as it was last read, None when none was."""

    def outcome(self, source: str, path: str) -> Outcome:
        """Return the result of the last pass for the document at *path* of *source*."""

    def receiver_states(self) -> tuple[ReceiverState, ...]:
        """Return how the deliveries to each receiver fare, by name."""

    def partner_reports(self) -> tuple[PartnerReport, ...]:
        """Return what each partner gets, in the order of the configuration."""

    def source_figures(self) -> tuple[SourceFigures, ...]:
        """Return the figures of every source that ever had a document."""

    def neighbours(self, article: str, *, category: str, language: str | None) -> tuple[Article | None, Article | None]:
        """Return the articles before and after the one whose id is *article*, as `latest` orders them."""

    def close(self) -> None:
        """Let go of files and connections."""
