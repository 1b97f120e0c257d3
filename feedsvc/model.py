"""Hold the values that pass through the house: one frozen type for each state.

Documents become drafts, drafts become articles, articles become entries, entries become feeds (docs/design.md,
section 2). True of every field: ``str`` is decoded and free of characters that XML 1.0 forbids (a draft, which
is as found, excepted); ``datetime`` is aware; collections are tuples; ``None`` means "the document does not say".
Language keys are BCP 47 tags. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Precision = Literal["second", "minute", "day"]
Confidence = Literal["high", "medium", "low"]
Inferred = Literal["year", "month", "zone", "time"]
Role = Literal["author", "editor", "photographer", "translator"]
Kind = Literal["story", "flash", "photo"]
Take = Literal["new", "add", "lead", "writethru", "correction", "kill"]
HoldKind = Literal["embargo", "hold", "advance", "kill", "draft"]
State = Literal["live", "withdrawn", "killed"]
Severity = Literal["rejected", "held", "note"]


# -- a document as it came ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Say what is wrong with a document, where, and what became of it.

    line:     1-based, None when the fault is at no line.
    severity: "rejected" was not published, "held" waits for its time or for a person, "note" was published anyway.
    """

    source: str
    path: str
    line: int | None = None
    message: str
    severity: Severity = "rejected"

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Hold the bytes that a source delivered.

    path:        relative to the source, with "/", stable: the document's name.
    arrival:     when the bytes were last changed, never after now.
    fingerprint: opaque; equal fingerprints mean unread bytes have not changed. Empty: read again next time.
    media_type:  as far as the name tells ("text/plain", "text/markdown").
    """

    source: str
    path: str
    content: bytes
    arrival: datetime
    fingerprint: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """Say that a known document is still there, with the fingerprint it had."""

    source: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDocument:
    """Hold what a store remembers of a document.

    digest:  of its bytes.
    live:    False when its arrival is that of a copy (see Evidence).
    article: the id of the article it is part of, None while it is rejected or held.
    gist:    what makes it the same story: headline, dateline day and first paragraph, each folded (feedsvc.identity).
    serial:  order of first sight.
    """

    source: str
    path: str
    fingerprint: str
    digest: str
    arrival: datetime
    live: bool
    article: str | None
    gist: str
    serial: int


# -- a draft as found -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Mark a stretch of the decoded text, in characters, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Hold something read from a document, and where it stood.

    text:     the value; may be tidied (white space), so it need not equal the text under the span.
    language: as declared by the document; None when it must be told from the script.
    """

    text: str
    span: Span
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Hold one block of a body as found.

    text: plain words, for telling languages apart, summaries and dates.
    html: the block as HTML, not yet made safe.
    """

    text: str
    html: str
    span: Span
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """Hold one name from a byline or a labelled header."""

    name: str
    role: Role
    span: Span
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDate:
    """Hold a date that the document states about itself, as text.

    label: what the document calls it, lower case: "date", "updated", "release", or "stamp" for a date line in the copy
           that states when it was issued.
    """

    label: Literal["date", "updated", "release", "stamp"]
    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLine:
    """Hold one wanted link as found: a title, a URL, or both."""

    title: str
    url: str | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """Hold one medium as found: its URL as written, the rest as far as the document says."""

    url: str
    media_type: str | None
    bytes: int | None
    alternative: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Hold a mark that keeps copy back: an embargo, a hold, an advance, a kill, a draft."""

    kind: HoldKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """Hold what a dateline prints, and nothing that it does not.

    places:    canonical names, in the order printed ("Beijing" for BEIJING and for 北京); as printed when unknown.
    month, day, year, weekday: as printed; weekday 0 is Monday. Any may be missing.
    time:      "HH:MM" as printed, None when not.
    zone:      an IANA name or "+HH:MM" when the dateline itself states a zone, else None.
    agency:    canonical ("Xinhua" for 新华社), as printed when unknown.
    reporter:  the name inside the dateline, as printed.
    language:  of the dateline's own words.
    text:      exactly what stands under the span.
    """

    places: tuple[str, ...] = ()
    place_zone: str | None = None
    month: int | None = None
    day: int | None = None
    year: int | None = None
    weekday: int | None = None
    time: str | None = None
    zone: str | None = None
    agency: str | None = None
    reporter: str | None = None
    language: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Hold what a parser saw in a document, uninterpreted.

    part:           0-based number of the draft within its document.
    language:       declared for the whole draft (front matter), None when not.
    headlines:      in the order found; a headline's language is declared or told later.
    datelines:      in the order found; the first of a language belongs to that language.
    categories:     as the document names them; ``tags`` are free words, not categories.
    declared_id:    the document's own id for the article; ``translation_of`` names another's id, slug or path.
    take:           what this copy does to earlier copy of the article; ``take_note`` is the note that says why.
    minor:          the desk says that the change is not worth announcing.
    """

    source: str
    path: str
    part: int = 0
    language: str | None = None
    headlines: tuple[Excerpt, ...] = ()
    summaries: tuple[Excerpt, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    bylines: tuple[Byline, ...] = ()
    publisher: Excerpt | None = None
    dates: tuple[StatedDate, ...] = ()
    datelines: tuple[Dateline, ...] = ()
    related: tuple[RelatedLine, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    categories: tuple[Excerpt, ...] = ()
    tags: tuple[Excerpt, ...] = ()
    declared_id: Excerpt | None = None
    slug: Excerpt | None = None
    translation_of: Excerpt | None = None
    kind: Kind = "story"
    take: Take = "new"
    take_note: Excerpt | None = None
    minor: bool = False
    holds: tuple[Hold, ...] = ()
    notes: tuple[Excerpt, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Hold a draft with what is known of the document it came in.

    arrival, live: as in Evidence. digest: of the document's bytes.
    """

    draft: Draft
    arrival: datetime
    live: bool
    digest: str


# -- an article as meant --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Hold what is known about when a document was written, besides its dateline.

    Nothing here is required: with no evidence at all, no year is inferred.

    stated:    a full date that the document states about itself, as text ("2017-05-26 14:00").
    stamp:     a full date printed near the dateline, as text.
    path:      the document's path or URL as given; a date in it counts.
    arrival:   aware; when the document was last changed, as first seen.
    live:      False when arrival is that of a copy or a clone: it then bounds the year, and never chooses it.
    body:      the text that names years; read only when it is needed.
    reference: the day on which a reader got the copy, when nothing else is known of its arrival.
    site_zone: IANA name, the last resort for a dateline without a known place or agency.
    """

    stated: str | None = None
    stamp: str | None = None
    path: str = ""
    reference: date | None = None
    arrival: datetime | None = None
    live: bool = True
    body: str = ""
    site_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """Hold an instant that can say why.

    instant:        aware, numeric offset of the place it was written at.
    provenance:     which field it was read from: "dateline", "stated", "stamp", "path", "arrival".
    text:           as read.
    inferred:       sorted; the parts that no text printed.
    evidence:       sentences, one a step, in the order they were weighed.
    contradictions: sentences; what does not agree with the instant, or was put right.
    """

    instant: datetime
    precision: Precision
    provenance: str
    text: str
    inferred: tuple[Inferred, ...] = ()
    evidence: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    confidence: Confidence = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Hold one text in several languages, primary first.

    items: (language, text) pairs; no language twice.
    """

    items: tuple[tuple[str, str], ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages it is in, primary first."""
        return tuple(language for language, _ in self.items)

    def get(self, language: str) -> str | None:
        """Return the text in *language*, None when it is not in it."""
        return next((text for key, text in self.items if key == language), None)

    def best(self, language: str | None = None) -> tuple[str, str]:
        """Return (language, text) in *language*, else the primary's; ("und", "") when empty."""
        for item in self.items:
            if item[0] == language:
                return item
        return self.items[0] if self.items else ("und", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Hold one person's credit; the same person's name in several languages is one credit."""

    name: Text
    role: Role
    pseudonym: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """Hold one medium of an article; url is absolute."""

    url: str
    media_type: str
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    alternative: Text = Text()
    caption: Text = Text()
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLink:
    """Hold a related link not yet looked up: a title to be found, or an absolute URL to be kept."""

    title: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Hold what an article has per language.

    sequence: order of first publication in this language, over the whole store; 0 until committed.
    revision: 1 for the first.
    """

    language: str
    dateline: Dateline | None
    published: Timestamp
    updated: Timestamp
    revision: int = 1
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """Hold an article as meant, in every language it has a title for.

    id:       a tag: URI (or a declared absolute IRI), minted once.
    title, summary: plain text. body: safe HTML, URLs absolute; a language it lacks is stood in for by the primary body.
    versions: one a language of the title, primary first.
    origins:  the paths of its documents, source-relative.
    release:  not before this instant is anything of the article visible.
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
    media: tuple[Media, ...] = ()
    versions: tuple[Version, ...] = ()
    kind: Kind = "story"
    release: datetime | None = None
    state: State = "live"
    reason: str | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages it is published in: those it has a title for."""
        return self.title.languages

    def version(self, language: str) -> Version:
        """Return the version in *language*, else the primary's."""
        for version in self.versions:
            if version.language == language:
                return version
        return self.versions[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLink:
    """Hold a link that leads somewhere.

    href:     absolute.
    language: of the page it leads to, None when unknown.
    reason:   why it is here, in words: "named under Related News".
    """

    href: str
    rel: str = "related"
    title: Text = Text()
    media_type: str = "text/html"
    language: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Hold an article with its related links resolved, as feeds and pages show it.

    url:        absolute; the article's page.
    unresolved: titles that no article carries (yet); they stay as text on the article's page.
    """

    article: Article
    url: str
    related: tuple[RelatedLink, ...] = ()
    unresolved: tuple[str, ...] = ()


# -- feeds and editions ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """Hold a category as configured; the slug is its key in URLs."""

    slug: str
    title: Text
    description: Text = Text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Hold what a feed still says of an entry that is gone."""

    id: str
    when: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """Hold another feed with the same entries: another format or another language.

    href: absolute. language: None for a bilingual feed.
    """

    href: str
    media_type: str
    language: str | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Hold what a renderer must know about a feed besides its entries.

    category:   its slug, or "all".
    language:   None for a bilingual feed.
    languages:  the feed's languages, primary first; one when it is in one language.
    format:     the key of its renderer.
    id:         a tag: URI, equal for all formats of the feed.
    path:       "/feeds/world.rss"; url is the same, absolute; home is the HTML page of the same entries.
    updated:    when the feed last changed; never goes back, never "now" while rendering.
    schemes:    (category slug, absolute URL of its page, label in the feed's language) for the entries' categories.
    brief_from: 0-based number of the first entry that is shown by its summary alone (the byte budget);
                None when all are in full.
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
    schemes: tuple[tuple[str, str, str], ...] = ()
    alternates: tuple[Alternate, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    brief_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFeed:
    """Hold a feed as bytes, ready to be answered with.

    etag:          weak, with its quotes: ``W/"…"``; the same for every coding.
    gzip, brotli:  None where the coding is not smaller.
    last_modified: aware, whole seconds; never goes back for one path.
    entries:       how many entries the body holds.
    """

    path: str
    media_type: str
    body: bytes
    gzip: bytes | None
    brotli: bytes | None
    etag: str
    last_modified: datetime
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Hold one committed pass.

    number:   0 when nothing was ever published.
    changed:  paths of the feeds whose bytes changed.
    articles: live articles after the pass; published, revised, removed: counts of this pass.
    problems: every document that is rejected or held, or was published with a note, as of this edition.
    """

    number: int
    made_at: datetime
    changed: tuple[str, ...] = ()
    articles: int = 0
    published: int = 0
    revised: int = 0
    removed: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Hold a place that datelines name.

    name:    canonical, English.
    zone:    IANA name; None when the name is ambiguous over zones and nothing printed decides.
    country: ISO 3166 alpha-2, None for the high seas.
    """

    name: str
    zone: str | None
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedListing:
    """Hold what can be said of a feed without loading its bytes.

    category, language: as in Feed. bytes: of the uncoded body.
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
