"""Build a draft, piece by piece, as a parser finds the parts of a document."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

from feedsvc.model.dates import Dateline, StatedDate
from feedsvc.model.document import Document
from feedsvc.model.draft import (
    Byline,
    Draft,
    Enclosure,
    Episode,
    Excerpt,
    Hold,
    HoldKind,
    Kind,
    Paragraph,
    RelatedLine,
    Remark,
    Subject,
    Take,
)
from feedsvc.parsers.line_kinds import without_desk_notes, words_of_desk_note
from feedsvc.parsers.lines import Line, decoded, joined, span_of
from feedsvc.parsers.marks import Mark, TakeMark, find_mark, find_take, is_note

MOST_MARKS = 8  # on one line


def leading_mark(line: Line, *, sole: bool = False) -> Mark | TakeMark | None:
    """Return the hold mark, or else the take mark, that *line* is or begins with.

    sole: no other line can be the headline.
    """
    return find_mark(line, sole=sole) or find_take(line, sole=sole)


@dataclass(slots=True, kw_only=True)
class DraftBuilder:
    """The parts found so far, in fields of the same names as a draft's."""

    language: str | None = None
    headlines: list[Excerpt] = field(default_factory=list)
    summaries: list[Excerpt] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    bylines: list[Byline] = field(default_factory=list)
    publisher: Excerpt | None = None
    dates: list[StatedDate] = field(default_factory=list)
    datelines: list[Dateline] = field(default_factory=list)
    related: list[RelatedLine] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)
    categories: list[Excerpt] = field(default_factory=list)
    tags: list[Excerpt] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    declared_id: Excerpt | None = None
    version: tuple[int, int] | None = None
    slug: Excerpt | None = None
    addresses: list[Excerpt] = field(default_factory=list)
    canonical: Excerpt | None = None
    source_feed: Excerpt | None = None
    source_feed_id: Excerpt | None = None
    license: Excerpt | None = None
    rights: Excerpt | None = None
    translation_of: Excerpt | None = None
    translation_key: Excerpt | None = None
    kind: Kind | None = None
    take: Take = "new"
    take_note: Excerpt | None = None
    take_notes: list[Excerpt] = field(default_factory=list)
    minor: bool = False
    revive: bool = False
    holds: list[Hold] = field(default_factory=list)
    notes: list[Excerpt] = field(default_factory=list)
    misspelt: list[Remark] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    episode: Episode | None = None

    def hold(self, kind: HoldKind, line: Line, *, alone: bool = True) -> None:
        """Add the hold on *line*. alone: nothing else is on the line, neither a headline nor a condition."""
        self.holds.append(Hold(kind=kind, text=line.excerpt().text, span=line.span, alone=alone))
        if kind == "kill":
            self.take = "kill"

    def mark(self, mark: Mark | TakeMark) -> None:
        """Add a mark. Of takes, a correction counts more than the others, and only words are a note."""
        if isinstance(mark, Mark):
            self.hold(mark.kind, mark.line, alone=not any(map(str.isalnum, mark.rest.text)))
            return
        if self.take == "new" or (mark.take == "correction" and self.take != "kill"):
            self.take = mark.take
        if is_note(mark):
            self.take_note = mark.line.excerpt()

    def read_marks(self, line: Line, find: Callable[[Line], Mark | TakeMark | None] = leading_mark) -> Line:
        """Add the marks that *line* begins with, as *find* finds them, and return the rest of the line."""
        for _ in range(MOST_MARKS):
            mark = find(line)
            if mark is None:
                break
            self.mark(mark)
            line = mark.rest
        return line

    def note(self, line: Line) -> None:
        """Add a line that is neither copy nor anything we use."""
        self.notes.append(line.excerpt())

    def note_to_desk(self, line: Line) -> None:
        """Add a note to editors, and the mark that it may be: "[Eds: HOLD for legal]"."""
        self.note(line)
        mark = find_mark(line._replace(text=words_of_desk_note(line.text)))
        if mark is not None:
            self.mark(mark)

    def add_copy(self, lines: Sequence[Line]) -> Paragraph | None:
        """Add *lines*, which are one paragraph of the story, and return it; None if they are only notes to editors."""
        span = span_of(lines)
        text, desk_notes = without_desk_notes(decoded(joined([line.text for line in lines])))
        for note in desk_notes:
            self.note_to_desk(lines[0]._replace(text=note))
        if not text:
            return None
        paragraph = Paragraph(text=text, html=f"<p>{html.escape(text, quote=False)}</p>", span=span)
        self.paragraphs.append(paragraph)
        return paragraph

    def publish_by(self, line: Line) -> None:
        """Set the publisher; another one, as in bilingual heads, is a note."""
        if self.publisher is None:
            self.publisher = line.excerpt()
        elif line.excerpt().text != self.publisher.text:
            self.note(line)

    def credit(self, people: tuple[Byline, ...]) -> None:
        """Add credits, nobody twice in one role and language; "CLARE PENROSE" is Clare Penrose."""
        known = {(byline.role, byline.name.casefold(), byline.language) for byline in self.bylines}
        for person in people:
            said = (person.role, person.name.casefold(), person.language)
            if said not in known:
                known.add(said)
                self.bylines.append(person)

    def draft(self, document: Document) -> Draft:
        """Return the draft of *document*; without a body it is a flash."""
        found = ((attribute.name, getattr(self, attribute.name)) for attribute in fields(self))
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in found}
        values["kind"] = self.kind or ("story" if self.paragraphs else "flash")
        return Draft(source=document.source, path=document.path, **values)  # type: ignore[arg-type]  # same fields
