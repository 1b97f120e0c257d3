"""A draft: a story as a parser found it, uninterpreted, with the span of every field; and a transmission.

A transmission is the copy that came in an envelope, passage by passage, without the address on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from feedsvc.model.dates import Dateline, Span, StatedDate

Role = Literal["author", "editor", "photographer", "translator"]
Kind = Literal["story", "flash", "photo"]
EpisodeKind = Literal["full", "trailer", "bonus"]
Take = Literal["new", "add", "lead", "writethru", "correction", "kill"]
HoldKind = Literal["embargo", "hold", "advance", "kill", "draft", "withdrawn", "folder", "expiry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A text read from a document, and its place.

    text:     the value; may be tidied (white space), so it need not equal the text under the span.
    language: as declared by the document; None when it must be told from the script.
    """

    text: str
    span: Span
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One block of a body as found.

    text: plain words, for telling languages apart, summaries and dates.
    html: the block as HTML, not yet made safe.
    """

    text: str
    html: str
    span: Span
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """One name from a byline or a labelled header."""

    name: str
    role: Role
    span: Span
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a story is about, as an agency codes it.

    names: by which the configuration may know it: codes and names, the surest first. label: for readers; "" for none.
    """

    names: tuple[str, ...]
    label: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedLine:
    """One wanted link as found: a title, a URL, or both."""

    title: str
    url: str | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """One medium as found: its URL as written, the rest as far as the document says.

    instead: URLs of the same picture, of which the first counts that can be shown, if `url` cannot.
    """

    url: str
    media_type: str | None
    bytes: int | None
    alternative: str
    span: Span
    caption: str | None = None
    credit: str | None = None
    duration_s: int | None = None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What the document says of an episode of a podcast; None where it says nothing."""

    number: int | None = None
    season: int | None = None
    is_explicit: bool | None = None
    kind: EpisodeKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A mark that keeps copy back: an embargo, a hold, an advance, a kill, a draft, a withdrawal, a folder, an expiry.

    alone:  its line holds no other words, which could be a condition.
    reason: of a withdrawal, for readers.
    """

    kind: HoldKind
    text: str
    span: Span
    alone: bool = True
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A message about a document, and the 1-based line that it is about."""

    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A story as a parser found it in a document, uninterpreted.

    language:       declared for the whole draft (front matter), None when not.
    headlines:      in the order found; a headline's language is declared or told later.
    datelines:      in the order found; the first of a language belongs to that language.
    categories:     as the document names them; ``tags`` are free words, not categories.
    declared_id:    the document's own id for the article; ``translation_of`` names another's id, slug or path;
                    ``translation_key`` is the same in all translations.
    subjects:       of an agency; the configuration makes categories of those that it knows, and the others are tags.
    version:        of the item that has the declared id: its number, and when it was made in seconds since 1970. It
                    takes the place of lower ones. None where the document counts no versions.
    take:           its effect on earlier copy of the article; ``take_note`` says why, in words.
    take_notes:      the same of a document that says it in several languages, each with its own.
    minor:          the desk says that the change is not worth announcing.
    revive:         the desk says that the article, which was killed, may be published again.
    remarks:        how its bytes were read, where that is not certain. doubtful: they may mean another text.
    misspelt:       unknown keys that are one slip away from a known one. ignored: the other unknown ones.
    left_out:       parts of the body that mean nothing to readers, and are not shown.
    """

    source: str
    path: str
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
    subjects: tuple[Subject, ...] = ()
    declared_id: Excerpt | None = None
    version: tuple[int, int] | None = None
    slug: Excerpt | None = None
    addresses: tuple[Excerpt, ...] = ()
    canonical: Excerpt | None = None
    source_feed: Excerpt | None = None
    source_feed_id: Excerpt | None = None
    license: Excerpt | None = None
    rights: Excerpt | None = None
    translation_of: Excerpt | None = None
    translation_key: Excerpt | None = None
    kind: Kind = "story"
    take: Take = "new"
    take_note: Excerpt | None = None
    take_notes: tuple[Excerpt, ...] = ()
    minor: bool = False
    revive: bool = False
    holds: tuple[Hold, ...] = ()
    notes: tuple[Excerpt, ...] = ()
    remarks: tuple[Remark, ...] = ()
    doubtful: bool = False
    misspelt: tuple[Remark, ...] = ()
    ignored: tuple[str, ...] = ()
    left_out: tuple[Remark, ...] = ()
    episode: Episode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A draft with the arrival and the digest of its document.

    arrival, live: as in Evidence. digest: of the document's bytes.
    """

    draft: Draft
    arrival: datetime
    live: bool
    digest: str


# copy: read as wire copy is, a head first; text: only paragraphs; note: for editors, searched only for marks; author: a
# name and nothing else; picture: an address, and behind a blank its description.
PassageRole = Literal[
    "headline",
    "byline",
    "author",
    "publisher",
    "summary",
    "language",
    "date",
    "updated",
    "expiry",
    "canonical",
    "picture",
    "note",
    "copy",
    "text",
]
BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a transmission and its role.

    html: of copy that is one block of HTML, which is not yet made safe; then *text* is its words, if it has any.
    """

    role: PassageRole
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission:
    """The passages of a transmission, in their order.

    form:  the envelope, in words that begin a message: "mail".
    fault: why it can only be partly read; then nothing of it is published, but a kill in the part read counts.
    remarks, is_doubtful: of how its bytes were read, as a draft has them.
    """

    form: str
    passages: tuple[Passage, ...]
    fault: str | None = None
    remarks: tuple[Remark, ...] = ()
    is_doubtful: bool = False

    @property
    def text(self) -> str:
        """Return the text that spans count in: the passages, a blank line between them."""
        return BETWEEN.join(passage.text for passage in self.passages)

    @property
    def has_head(self) -> bool:
        """Return whether the copy may begin with a head."""
        return any(passage.role == "copy" for passage in self.passages)

    def placed(self) -> Iterator[tuple[Passage, int]]:
        """Yield each passage and where it begins in the text."""
        at = 0
        for passage in self.passages:
            yield passage, at
            at += len(passage.text) + len(BETWEEN)
