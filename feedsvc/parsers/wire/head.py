"""Read the head of wire copy, line by line: headlines, marks, labelled headers, bylines, publisher, dates.

The order of these lines is the desk's; only three things are fixed: a headline comes before what it heads, a value
follows its label, and the first paragraph of the story ends the head. The kind of a line is often told by those below
it, which `Ahead` looks at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from feedsvc.model.dates import Span, StatedDate
from feedsvc.model.draft import Byline, Excerpt
from feedsvc.parsers.draft_builder import DraftBuilder, leading_mark
from feedsvc.parsers.labels import (
    ROLES,
    Header,
    apply_barred,
    apply_header,
    headers_in,
    listed,
)
from feedsvc.parsers.line_kinds import (
    dateline_above,
    dateline_alone,
    dateline_in,
    is_agency,
    is_aside,
    is_date,
    is_desk_note,
    is_headline,
    is_headline_of_sentences,
    is_masthead,
    is_outlet,
    is_prose,
    is_question,
    is_slug,
    opens_story,
    place_alone,
)
from feedsvc.parsers.lines import Line, is_han, joined, readable, span_of, tidy
from feedsvc.parsers.marks import Mark, TakeMark, find_take
from feedsvc.parsers.names import (
    BY_ELSEWHERE,
    bylines_in,
    is_credit_value,
    is_han_name,
    is_latin_name,
    is_publisher,
    name_alone,
    signers_in,
)
from feedsvc.parsers.stamp_lines import TRAILER, apply_stamp, date_of_trailer, stamp_in
from feedsvc.parsers.wire.lookahead import CONTACT, Ahead
from feedsvc.text.scripts import HAN, LATIN

RELEASED = re.compile(r"for (?:immediate|general) release\s?(?:[:：]|\s[–—-]{1,2})\s{1,4}(?=\S)", re.IGNORECASE)
REFERENCE = re.compile(
    r"(?:case|release|reference|ref|file|docket|press release|news release)\.?\s?(?:no\.?|number|nr\.?|#)\s?[:：]?\s?"
    r"[A-Z0-9][\w./-]{1,20}",
    re.IGNORECASE,
)
LONGEST_ABBREVIATION = 4  # characters
TITLE = re.compile(r"[电電讯訊]\s{0,4}[题題][:：]\s{0,4}(?=\S)")
LONGEST_BEFORE_TITLE = 60  # characters
STROKE = re.compile(r"\s{1,4}[/／]\s{1,4}")
Said = Literal["nothing", "headline", "standfirst", "publisher", "name", "other"]
MOST_HEADLINE_LINES = 4
# Shorter ones that look like a publisher are one, even where a headline is wanted.
SHORT_PUBLISHER_WORDS, SHORT_PUBLISHER_HAN = 3, 8
LIKELY_NAME_WORDS = 2


@dataclass(slots=True, kw_only=True)
class Head:
    """Read lines of a head into a draft; it knows which scripts have a headline, and the kind of the line before.

    prose: the scripts (True: Chinese characters) in which the document has sentences at all.
    subheads: where lines begin that the document marks as headings: these name nobody.
    is_credited: the document states who wrote it, so that a bare name in its copy is that of a section or a button.
    """

    text: str
    lines: list[Line]
    into: DraftBuilder
    prose: frozenset[bool]
    headed: set[bool] = field(default_factory=set)
    subheads: frozenset[int] = frozenset()
    is_credited: bool = False
    explicit: bool = False  # a byline, a label or a publisher has been seen: no more standfirsts
    before: Said = "nothing"
    before_line: Line | None = None
    ahead: Ahead = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = Ahead(self.lines)

    def step(self, at: int) -> int:
        """Read the line numbered *at* and return the number of the next; the same number where the story begins."""
        self.lines[at] = self.into.read_marks(self.lines[at], partial(self._leading_mark, at=at))
        if not self.lines[at].text:
            return at + 1
        return (
            self._noted(at)
            or (None if self.headed else self._of_release(at))
            or self._titled(at)
            or self._stamped(at)
            or self._labelled(at)
            or self._placed(at)
            or self._signed(at)
            or self._plain(at)
        )

    def _noted(self, at: int) -> int | None:
        """Return the next line's number if this line says nothing of the article but to the desk."""
        line = self.lines[at]
        trailer = None if self.headed else TRAILER.fullmatch(line.text)
        if trailer is not None:
            self.into.dates.append(StatedDate(label="stamp", text=date_of_trailer(trailer), span=line.span))
        elif is_slug(line):
            self._slug(line)
        elif is_desk_note(line):
            self.into.note_to_desk(line)
        elif self._repeats(line) or is_aside(line, alone=at + 1 == len(self.lines)):
            self.into.note(line)
        else:
            return None
        return at + 1

    def _of_release(self, at: int) -> int | None:
        """Return the next line's number if this one, above a release's headline, says whom to ask, or its number."""
        line = self.lines[at]
        released = RELEASED.match(line.text)
        if released is not None:
            self.into.note(line.part(0, released.end()))
            line = self.lines[at] = line.part(released.end())
        asked = CONTACT.search(line.text)
        date = line.part(0, asked.start()) if asked is not None else None
        if asked is not None and date is not None and is_date(date):
            self.into.dates.append(StatedDate(label="stamp", text=date.text, span=date.span))
            line = self.lines[at] = line.part(asked.start())
        han = is_han(line.text)
        numbered = REFERENCE.fullmatch(line.text) is not None and self.ahead.headline_after(at + 1, han=han)
        ends = at + 1 if numbered else self.ahead.contact_from(at)
        for each in self.lines[at:ends]:
            self.into.note(each)
        return ends if ends > at else None

    def _repeats(self, line: Line) -> bool:
        """Return whether *line* is a headline that was read before, as sites print it again below their stamp."""
        return any(tidy(line.text).casefold() == headline.text.casefold() for headline in self.into.headlines)

    def _labelled(self, at: int) -> int | None:
        """Return the next line's number if this line is labelled headers, a byline or a date."""
        line = self.lines[at]
        if apply_barred(line, self.into, headed=bool(self.headed)):
            return self._said("other", at)
        headers = headers_in(line)
        if headers and all(self._is_meant(header, at) for header in headers):
            return self._headers(at, headers)
        people = bylines_in(line)
        surely = all(is_latin_name(person.name) or is_han_name(person.name) for person in people)
        is_open = BY_ELSEWHERE.match(line.text) is not None  # "Von Trapp Family Sings Again" is a headline
        if people and (self.headed or (not is_open and (surely or self.ahead.headline_follows(at)))):
            known = len(self.into.bylines)
            self.into.credit(people)
            if len(self.into.bylines) == known:  # the page states them too
                self.into.note(line)
            return self._said("other", self._further(at, people))
        if is_date(line):
            self.into.dates.append(StatedDate(label="stamp", text=line.text, span=line.span))
            return self._said("other", at)
        return None

    def _further(self, at: int, people: Sequence[Byline]) -> int:
        """Return the number of the last line of the byline of *people* at *at*; whom the others name is read."""
        while further := self.ahead.further_bylines(at, people[-1].role):
            self.into.credit(further)
            at += 1
        return at

    def _placed(self, at: int) -> int | None:
        """Return the next line's number if this line is a dateline, or a place and the one below it a date."""
        line, date = self.lines[at], self.ahead.date_below_place(at)
        if is_han(line.text) not in self.headed:
            return None
        if date is None:
            signed = (
                self.before == "publisher" and self.before_line is not None and self.before_line.block == line.block
            )
            alone = dateline_alone(line) or (place_alone(line) if signed else None)
            if alone is None or self.ahead.has_dateline(at + 1):
                return None
            self.into.datelines.append(alone)
            return self._said("other", at)
        dateline = dateline_above(line, date, self.text)
        if dateline is None and not self.ahead.is_above(line, date):
            return None
        if dateline is None or self.ahead.has_dateline(at + 2):  # the story's own says whose it is as well
            self.into.note(line)
        else:
            self.into.datelines.append(dateline)
        self.into.dates.append(StatedDate(label="stamp", text=date.text, span=date.span))
        return self._said("other", at + 1)

    def _titled(self, at: int) -> int | None:
        """Return the next line's number if this line is a dateline and a title: "里斯本7月26日电 题：渡轮复航"."""
        line = self.lines[at]
        title = TITLE.search(line.text, 0, LONGEST_BEFORE_TITLE)
        dateline = None if title is None else dateline_in(line.text, line.languages)
        if title is None or dateline is None or dateline.span.end > title.end():
            return None
        span = Span(start=line.start + dateline.span.start, end=line.start + dateline.span.end)
        self.into.datelines.append(replace(dateline, span=span))
        headline = line.part(title.end())
        if self.headed:
            self.into.note(headline)
        else:
            self.into.headlines.append(headline.excerpt())
            self.headed.add(is_han(headline.text))
        return self._said("other", at)

    def _stamped(self, at: int) -> int | None:
        """Return the next line's number if this line is a stamp that says more than its date."""
        line = self.lines[at]
        han, stamp = is_han(line.text), stamp_in(line)
        if stamp is None or not (stamp.beside or len(stamp.dates) > 1 or not is_date(line)):
            return None
        if han in self.headed and dateline_alone(line) is not None:  # NEW YORK looks like a name beside its date
            return None
        if han not in self.headed and not (self.headed and self.ahead.headline_after(at + 1, han=han)):
            return None
        apply_stamp(stamp, self.into)
        return self._said("publisher" if any(map(is_outlet, stamp.beside)) else "other", at)

    def _signed(self, at: int) -> int | None:
        """Return the next line's number if this line is the agency of the story's dateline."""
        line = self.lines[at]
        if not self.ahead.signs(at):
            return None
        if not self.headed and not self.ahead.headline_after(at + 1, han=False, any_script=True):
            return None
        self.into.publish_by(line)
        return self._said("publisher", at)

    def _headers(self, at: int, headers: Sequence[Header]) -> int | None:
        line, last = self.lines[at], headers[-1]
        taken = 1
        if not last.value.text:
            following = self.ahead.value_after(at)
            if following is None and not last.label.text.endswith((":", "：")):
                return None  # a bare word that happens to be a label: "Photo"
            if following is not None:
                headers = (*headers[:-1], Header(field=last.field, label=last.label, value=following))
                taken = 2
        stamp = line.part(0, headers[0].label.start - line.start)
        if is_date(stamp):
            self.into.dates.append(StatedDate(label="stamp", text=stamp.text.strip("|｜/ "), span=stamp.span))
        for header in headers:
            if header.value.text:
                apply_header(header, self.into)
                if header.field == "headline":
                    self.headed.add(is_han(header.value.text))
        self._said("other", at)
        return at + taken

    def _is_meant(self, header: Header, at: int) -> bool:
        """Return whether a header is one, where a headline, a question or copy may begin with the same word."""
        value = header.value if header.value.text else self.ahead.value_after(at)
        if header.field in ROLES and value is not None and not is_credit_value(value):
            return False
        if header.field == "summary" and self._has_summary(header.label):
            return False
        if self.headed:
            return True
        if header.field == "headline":
            return value is not None and not value.text[:1].islower()
        if header.field in {"category", "tags", "summary", "note"}:
            return self.ahead.headline_after(
                at + (1 if header.value.text else 2), han=is_han(self.lines[at].text), any_script=True
            )
        return self.ahead.fits(header, at)

    def _slug(self, line: Line) -> None:
        self.into.note(line)
        for part in listed(line):
            take = find_take(part)
            if take is not None:
                self.into.mark(take)

    def _leading_mark(self, line: Line, *, at: int) -> Mark | TakeMark | None:
        """Return the mark that *line*, the rest of the one numbered *at*, begins with."""
        if (
            leading_mark(line) is None or stamp_in(line) is not None or self._labels_no_date(line)
        ):  # no line has one only if it is the sole headline
            return None
        return leading_mark(line, sole=not self._has_headline_beside(line, at))

    def _labels_no_date(self, line: Line) -> bool:
        """Return whether *line*, below a headline, is the label of a date with none behind it: "Updated: soon"."""
        headers = headers_in(line) if is_han(line.text) in self.headed else ()
        value = headers[0].value.text if headers and headers[0].field == "updated" else ""
        return bool(value) and not is_prose(line) and (value[0].islower() or len(value) <= LONGEST_ABBREVIATION)

    def _has_headline_beside(self, line: Line, at: int) -> bool:
        """Return whether *line*, numbered *at*, is not the only one that can be the headline in its script."""
        han = is_han(line.text)
        if han in self.headed or self.ahead.headline_after(at + 1, han=han):
            return True  # and in a document with no copy in its script, a line is not the headline of that
        return han not in self.prose and (bool(self.headed) or self.ahead.headline_after(at + 1, han=not han))

    def _plain(self, at: int) -> int:
        line = self.lines[at]
        han = is_han(line.text)
        if opens_story(line):
            return at
        if not self.headed:
            return self._first_headline(at)
        if han in self.headed and is_prose(line):
            return at
        if han not in self.headed and not self._is_name(line, han=han):
            return self._headline(at) if is_headline(line) and not (is_prose(line) and self._is_copy(line)) else at
        signers = signers_in(line)
        if signers is not None:
            self.into.credit(signers[0])
            line = signers[1]
        if is_publisher(line.text) or is_agency(line):
            self.into.publish_by(line)
            self.explicit = True
            return self._said("publisher", at)
        return self._name(at) or self._standfirst(at)

    def _is_copy(self, line: Line) -> bool:
        """Return whether *line*, which reads as a sentence, is copy and not the headline in its script."""
        return self.explicit or "。" in line.text or not is_question(line)

    def _first_headline(self, at: int) -> int:
        """Return the next line's number if this is the headline, or the masthead above it."""
        line = self.lines[at]
        if is_masthead(line) and self.into.publisher is None and self.ahead.heads_story(at):
            self.into.publish_by(line)
            return self._said("publisher", at)
        if is_headline(line) or (self.ahead.is_above_copy(at) and is_headline_of_sentences(line)):
            return self._headline(at)
        return at

    def _is_name(self, line: Line, *, han: bool) -> bool:
        """Return whether a line where a headline is wanted is somebody's name instead."""
        if is_publisher(line.text):
            short = len(line.text) <= SHORT_PUBLISHER_HAN if han else len(line.text.split()) <= SHORT_PUBLISHER_WORDS
            return short or han not in self.prose
        if not name_alone(line, "author"):
            return False
        return han or han not in self.prose or (self.explicit and len(line.text.split()) <= LIKELY_NAME_WORDS)

    def _headline(self, at: int) -> int:
        lines = [self.lines[at]]
        han = is_han(lines[0].text)
        while len(lines) < MOST_HEADLINE_LINES and self.ahead.continues(lines[-1], at + len(lines), han=han):
            lines.append(self.lines[at + len(lines)])
        pair = _in_two_scripts(lines[0]) if len(lines) == 1 else ()
        for line in pair:
            self.into.headlines.append(Excerpt(text=readable(tidy(line.text)), span=line.span))
            self.headed.add(is_han(line.text))
        if not pair:
            whole = joined([line.text for line in lines])
            self.into.headlines.append(Excerpt(text=readable(tidy(whole)), span=span_of(lines)))
            self.headed.add(han)
        return self._said("headline", at + len(lines) - 1)

    def _name(self, at: int) -> int | None:
        """Return the next line's number if this is a name: below the publisher's the editor's, else an author's."""
        line, following = self.lines[at], self.ahead.line(at + 1)
        people = name_alone(line, "author")
        if not people or following is None or line.start in self.subheads:  # the whole text is no byline
            return None
        if self.is_credited:
            self.into.note(line)
            return self._said(self.before, at)
        paired = following.block == line.block and bool(name_alone(following, "editor"))
        known = self.into.publisher is not None or is_publisher(following.text)
        if paired and not known and len(people) == 1 and not is_han(line.text):
            self.into.publish_by(
                line
            )  # two names, one above the other: a publisher's that we do not know, and the editor's
            self.explicit = True
            return self._said("publisher", at)
        if self.before == "publisher" and self.before_line is not None and self.ahead.edits(line, self.before_line, at):
            people = name_alone(line, "editor")
        self.into.credit(people)
        self.explicit = True
        return self._said("name", self._further(at, people))

    def _standfirst(self, at: int) -> int:
        """Return the next line's number if this one is a standfirst; otherwise the same, where the story begins.

        Only a head that goes on below tells a standfirst: the first sentence of a story looks the same.
        """
        line = self.lines[at]
        if self.explicit or not self.ahead.head_follows(at + 1, han=is_han(line.text), headed=self.headed):
            return at
        if dateline_in(line.text, line.languages) is not None:
            return at
        if self._has_summary(line):  # an article has one in each script; a line more is copy
            self.into.add_copy([line])
        else:
            self.into.summaries.append(line.excerpt())
        return self._said("standfirst", at)

    def _has_summary(self, line: Line) -> bool:
        return any(is_han(summary.text) == is_han(line.text) for summary in self.into.summaries)

    def _said(self, what: Said, at: int) -> int:
        self.before, self.before_line = what, self.lines[at]
        self.explicit = self.explicit or what in {"publisher", "name", "other"}
        return at + 1


def _in_two_scripts(line: Line) -> tuple[Line, ...]:
    """Return both headlines of a line that holds them side by side: "Ferry sails / 渡轮复航"."""
    found = list(STROKE.finditer(line.text))
    if len(found) != 1:
        return ()
    pair = line.part(0, found[0].start()), line.part(found[0].end())
    scripts = [(HAN.search(part.text) is not None, LATIN.search(part.text) is not None) for part in pair]
    return pair if scripts in ([(True, False), (False, True)], [(False, True), (True, False)]) else ()
