"""Take the fields that all formats of agencies share into a draft: state, dates, by-lines, place, subjects, body.

Copy is kept back by a status that we do not know, and by a release that is no date.
source: docs/reference/agency-formats.md has the table of fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from feedsvc.datelines import find_dateline
from feedsvc.datelines.places import find_place
from feedsvc.model.dates import Dateline, Span, StatedDate
from feedsvc.model.document import Document
from feedsvc.model.draft import Byline, Draft, Enclosure, Excerpt, Hold, Paragraph, Remark, Subject, Take
from feedsvc.model.errors import ParseError
from feedsvc.parsers.agency.body_blocks import BodyBlock, blocks_in, paragraph_html, tree_of_html
from feedsvc.parsers.draft_builder import DraftBuilder, leading_mark
from feedsvc.parsers.line_kinds import HEAD_CHARACTERS, without_desk_notes
from feedsvc.parsers.lines import Line, is_han, line_number, tidy
from feedsvc.parsers.marks import lone_mark
from feedsvc.parsers.names import LONGEST_NAME, bylines_in, is_credit_value, is_publisher, people_in
from feedsvc.text.characters import find_forbidden

LONGEST_BODY = 1_000_000  # characters, as of Markdown
LONGEST_HEADLINE, LONGEST_SUMMARY, LONGEST_NAME_OF_SUBJECT = 2_000, 20_000, 300
MOST_HEADLINES, MOST_NOTES = 20, 100
MOST_SUBJECTS = 100
MOST_PEOPLE = 20
MOST_PICTURES = 50
MOST_DIGITS = 15  # of a version: some agencies write the time as one
DATELINE_PARAGRAPHS = 2
CLOCKS_APART_S = 600
# "20261119T103000+0100" is "2026-11-19T10:30:00+01:00"; fractions of seconds say nothing that is shown.
BASIC = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"(?:[T ]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"\s?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
TAKES: Mapping[str, Take] = {"update": "writethru", "correction": "correction", "writethru": "writethru"}
HELD = frozenset({"withheld", "hold", "held"})
OUT = frozenset({"canceled", "cancelled", "withdrawn"})
# The words before names in by-lines of the languages in which agencies write them.
BY = re.compile(r"(?:by|von|par|por|da|di|door|av|af|de|текст:?)\s+(?=[^\W\d_])", re.IGNORECASE)
# What makes a dateline of a place and a day, and whether the agency in it is ours.
COPY_BEHIND = ((" - The ferry sails.", False), (" (AP) - The ferry sails.", True))
BEHIND_NAMES = re.compile(r"\s*(?:[,/|]|\s[-–—]\s)\s*(?P<agency>[^,/|]{2,40})$")


@dataclass(slots=True, kw_only=True)
class AgencyStory:
    """A story in the making. text: of the document. languages: of the site, in which datelines are looked for."""

    text: str
    languages: tuple[str, ...]
    builder: DraftBuilder = field(default_factory=DraftBuilder)
    _number: int = 0
    _made: int = 0
    _length: int = 0
    _has_release: bool = False

    def identify(self, declared: str, at: Span) -> None:
        """Declare the id of the item, the same in all its versions."""
        if find_forbidden(declared):
            raise ParseError("its id has control characters", line=line_number(self.text, at.start))
        self.builder.declared_id = Excerpt(text=declared, span=at)

    def version(self, number: str) -> None:
        """Take the number of the version; of one that is no number only the time tells which is the later."""
        said = re.match(r"\d+", number.strip(), re.ASCII)
        self._number = int(said[0]) if said and len(said[0]) <= MOST_DIGITS else 0

    def published(self, stated: str, at: Span) -> None:
        self._date("date", stated, at)

    def updated(self, stated: str, at: Span) -> None:
        """Take when this version was made, which also tells it from others of its number."""
        self._date("updated", stated, at)
        self._made = max(self._made, _seconds(stated))

    def expires(self, stated: str, at: Span) -> None:
        self._date("expiry", stated, at)

    def _date(self, label: str, stated: str, at: Span) -> None:
        if stated.strip():
            said = StatedDate(label=label, text=extended(stated), span=at)  # type: ignore[arg-type]  # a label
            self.builder.dates.append(said)

    def release(self, stated: str, at: Span, *, name: str = "embargoed") -> None:
        """Hold the copy until the time *stated*; without one, until another version comes."""
        until = extended(stated) or f"{name} without a time"
        self._has_release |= ISO.fullmatch(until) is not None
        self.builder.holds.append(Hold(kind="embargo", text=until, span=at))

    def status(self, stated: str, at: Span) -> None:
        """Take the status; the copy of one that we do not know is held."""
        said = stated.strip().lower()
        if said in OUT:
            self.builder.holds.append(Hold(kind="withdrawn", text=f"status {stated.strip()}", span=at))
        elif said == "embargoed":
            self.builder.holds.append(Hold(kind="embargo", text=f"status {said}", span=at))
        elif said in HELD:
            self.builder.holds.append(Hold(kind="hold", text=f"status {stated.strip()}", span=at, alone=False))
        elif said != "usable":
            told = f"status {stated.strip()[:60]!r}, which is none of usable, withheld and canceled"
            self.builder.holds.append(Hold(kind="hold", text=told, span=at, alone=False))

    def kill(self, said: str, at: Span) -> None:
        self.builder.holds.append(Hold(kind="kill", text=said, span=at))
        self.builder.take = "kill"

    def signal(self, code: str, at: Span) -> None:
        """Take a signal to the desk: a kill, a correction, an update; others say nothing about the copy."""
        if code == "kill":
            self.kill("signal kill", at)
        elif code in TAKES and self.builder.take in {"new", "writethru"}:
            self.builder.take = TAKES[code]

    def headline(self, said: str, at: Span, language: str | None = None) -> None:
        """Take a headline, and the marks that it begins with."""
        if len(said) > LONGEST_HEADLINE:
            told = f"its headline is longer than {LONGEST_HEADLINE} characters"
            raise ParseError(told, line=line_number(self.text, at.start))
        line = self.builder.read_marks(self._line(said, at), leading_mark)
        if line.text and len(self.builder.headlines) < MOST_HEADLINES:
            text = tidy(line.text)
            self.builder.headlines.append(Excerpt(text=text, span=self._place(text, at), language=language))

    def summary(self, said: str, at: Span, language: str | None = None) -> None:
        tree = tree_of_html(said) if "<" in said and len(said) <= LONGEST_SUMMARY else None
        text = tidy(said) if tree is None else " ".join(block.text for block in blocks_in(tree))
        if text and len(said) <= LONGEST_SUMMARY and len(self.builder.summaries) < MOST_HEADLINES:
            self.builder.summaries.append(Excerpt(text=text, span=at, language=language))

    def note(self, said: str, at: Span) -> None:
        """Take a note for editors, and the mark that it may be; no reader gets it."""
        if tidy(said) and len(self.builder.notes) < MOST_NOTES:
            self.builder.note_to_desk(self._line(said[:LONGEST_SUMMARY], at))

    def leave_out(self, told: str, line: int | None = None) -> None:
        if len(self.builder.left_out) < MOST_NOTES:
            self.builder.left_out.append(Remark(text=told, line=line))

    def publisher(self, said: str, at: Span) -> None:
        bare = tidy(said).strip(" -–—/")  # of a line that the name begins: "Quay News –"
        if bare and self.builder.publisher is None:
            self.builder.publisher = Excerpt(text=bare, span=at)

    def byline(self, said: str, at: Span, language: str | None = None) -> None:
        """Take the people of a by-line: "By ANN LEE and Jo Marsh, Quay News"; an agency alone is nobody."""
        people = tuple(_people(self._line(tidy(said)[:500], at)))
        self.builder.credit(tuple(replace(person, span=at, language=language) for person in people[:MOST_PEOPLE]))

    def dateline(self, said: str, at: Span) -> None:
        """Take a printed dateline: "LISBON, Nov. 22"; what is none that we can read is a place."""
        bare = tidy(said).rstrip(" -–—_/.:")
        for behind, is_ours in (("（记者 李明）", True),) if is_han(bare) else COPY_BEHIND:
            found = find_dateline(bare + behind, at="the body's start", languages=self.languages) if bare else None
            if found is not None and found.span.start == 0 and found.places:
                agency = None if is_ours else found.agency
                self.builder.datelines.append(replace(found, text=bare, span=self._place(bare, at), agency=agency))
                return
        self.located(bare, at)

    def located(self, name: str, at: Span) -> None:
        """Take the place where the story was written, unless a dateline names one."""
        said = tidy(name)
        if not any(map(str.isalpha, said)) or any(map(str.isdigit, said)) or self.builder.datelines:
            return
        town, _, region = said.partition(",")
        known = find_place(town.strip(), region=region.strip() or None) or find_place(said)
        self.builder.datelines.append(
            Dateline(
                places=(known.name if known else said,),
                place_zone=known.zone if known else None,
                place_country=known.country if known else None,
                language=self.builder.language or "en",
                text=said,
                span=self._place(said, at),
            )
        )

    def subject(self, names: Iterable[str], label: str, at: Span) -> None:
        """Take what the story is about."""
        if len(self.builder.subjects) >= MOST_SUBJECTS:
            return
        said = (tidy(name[:LONGEST_NAME_OF_SUBJECT]) for name in islice((*names, label), MOST_SUBJECTS))
        known = tuple(dict.fromkeys(filter(None, said)))
        if known:
            self.builder.subjects.append(Subject(names=known, label=tidy(label[:LONGEST_NAME_OF_SUBJECT]), span=at))

    def picture(self, enclosure: Enclosure) -> None:
        known = {one.url for one in self.builder.enclosures}
        if enclosure.url not in known and len(known) < MOST_PICTURES:
            self.builder.enclosures.append(enclosure)

    def body(self, blocks: Iterable[tuple[BodyBlock, Span]], language: str | None = None) -> None:
        """Take the blocks of a body; headings that repeat a headline, and notes to editors, are left out.

        raises: ParseError if it is too long.
        """
        headlines = {headline.text.casefold() for headline in self.builder.headlines}
        counted, is_first = 0, True
        for number, (block, at) in enumerate(blocks):
            is_opening = number == 0
            self._length += len(block.html)
            if self._length > LONGEST_BODY:
                raise ParseError(f"its body is longer than {LONGEST_BODY} characters")
            is_paragraph = block.html.startswith("<p")
            text, notes = without_desk_notes(block.text) if is_paragraph else (block.text, ())
            for said in notes:
                self.note(said, at)
            mark = lone_mark(self._line(block.text, at)) if is_paragraph and block.text else None
            if mark is not None:
                self.builder.mark(mark)
            if block.is_byline:
                self.byline(text, at, language)
                continue
            people = bylines_in(self._line(text, at)) if is_paragraph and is_first else ()
            is_first = is_first and bool(people or not text)
            if people:
                self.builder.credit(people)
            if (
                (notes and not text)
                or people
                or (text.casefold() in headlines and (is_opening or block.html.startswith(("<h1", "<h2"))))
            ):
                continue
            html = paragraph_html(text) if notes else block.html
            self.builder.paragraphs.append(
                Paragraph(text=text, html=html, span=at, language=block.language or language)
            )
            if is_paragraph and text and counted < DATELINE_PARAGRAPHS:
                counted += 1
                self._dateline_of(text, at, is_first=counted == 1)

    def _dateline_of(self, text: str, at: Span, *, is_first: bool) -> None:
        """Take the dateline that a paragraph begins with; it says more than a place that is stated beside it."""
        if any(dateline.day or dateline.agency for dateline in self.builder.datelines):
            return
        where = "the body's start" if is_first else "unknown"
        found = find_dateline(text[:HEAD_CHARACTERS], at=where, languages=self.languages)  # type: ignore[arg-type]
        if found is not None:
            self.builder.datelines = [replace(found, span=self._place(found.text, at))]

    def draft(self, document: Document) -> Draft:
        """Return the draft.

        raises: ParseError if it has no headline; held back, it needs none.
        """
        builder = self.builder
        self._stated_embargo()
        if not builder.headlines and not builder.holds:
            line = line_number(self.text, builder.declared_id.span.start) if builder.declared_id else 1
            raise ParseError("no headline: the item has none, or only an empty one", line=line)
        if builder.declared_id is not None and (self._number or self._made):
            builder.version = self._number, self._made
        self._first_version()
        self._clocks_apart()
        return builder.draft(document)

    def _stated_embargo(self) -> None:
        """Leave out the marks of an embargo in words where a field states its end as a time.

        They are of the same embargo, in words that are read less surely, or that say no more than that there is one.
        """
        if self._has_release:
            self.builder.holds = [
                hold for hold in self.builder.holds if hold.kind != "embargo" or ISO.fullmatch(hold.text)
            ]

    def _first_version(self) -> None:
        """State the time of a first version as that of the story, where nothing else is stated."""
        if self._number <= 1 and not any(date.label == "date" for date in self.builder.dates):
            made = next((date for date in self.builder.dates if date.label == "updated"), None)
            if made is not None:
                self.builder.dates.append(replace(made, label="date"))

    def _place(self, said: str, at: Span) -> Span:
        """Return where *said* stands from *at* on, else *at*."""
        start = self.text.find(said, at.start, at.end + HEAD_CHARACTERS) if said else -1
        return at if start < 0 else Span(start=start, end=start + len(said))

    def _clocks_apart(self) -> None:
        """Leave out an update that lies shortly before the date: two machines of the agency state them."""
        date = next((_seconds(date.text) for date in self.builder.dates if date.label == "date"), 0)
        self.builder.dates = [
            stated
            for stated in self.builder.dates
            if stated.label != "updated" or not 0 < date - _seconds(stated.text) <= CLOCKS_APART_S
        ]

    def _line(self, said: str, at: Span) -> Line:
        text = tidy(said)
        return Line(text=text, start=self._place(text, at).start, block=0, indented=False, languages=self.languages)


def extended(stated: str) -> str:
    """Return a time in ISO 8601 in its extended form, whole seconds; anything else as it is."""
    found = BASIC.fullmatch(stated.strip())
    if found is None:
        return stated.strip()
    day = f"{found['year']}-{found['month']}-{found['day']}"
    if found["hour"] is None:
        return day
    zone = found["zone"] or ""
    if zone not in {"", "Z"}:
        zone = f"{zone[:3]}:{zone[-2:] if len(zone) > len('+01') else '00'}"
    return f"{day}T{found['hour']}:{found['minute']}:{found['second'] or '00'}{zone}"


def _seconds(stated: str) -> int:
    """Return a time in seconds since 1970, 0 if it is none."""
    try:
        found = datetime.fromisoformat(extended(stated))
    except ValueError:
        return 0
    return max(0, int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()))


def _people(line: Line) -> Iterator[Byline]:
    found = bylines_in(line)
    if not found:
        begun = BY.match(line.text)
        bare = line.part(begun.end()) if begun else line
        found = people_in(bare, "author") if bare.text and is_credit_value(bare) else ()
    for person in found:
        tail = BEHIND_NAMES.search(person.name)
        name = person.name[: tail.start()] if tail else person.name
        is_agency = is_publisher(name) or name.islower() or (name.isupper() and " " not in name)
        is_name = any(map(str.isalpha, name)) and not any(map(str.isdigit, name)) and len(name) <= LONGEST_NAME
        if is_name and not is_agency:
            yield replace(person, name=name)
