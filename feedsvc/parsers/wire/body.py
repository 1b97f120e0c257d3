"""Read wire copy below its head: paragraphs in one or two languages, related stories, credits and end marks.

Where copy in the other language begins with a head of its own, that is read as a head again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from feedsvc.model.dates import Span, StatedDate
from feedsvc.parsers.labels import (
    ROLES,
    Header,
    apply_header,
    begins_related,
    headers_in,
    is_listed,
    read_related,
    titles_after_heading,
)
from feedsvc.parsers.line_kinds import (
    ENDS_SENTENCE,
    LONGEST_NOTICE,
    dateline_in,
    end_after,
    is_date,
    is_end,
    is_headline,
    is_long_prose,
    is_notice,
    is_prose,
    is_sign_off,
    opens_story,
    signed_date,
)
from feedsvc.parsers.lines import Line, is_han
from feedsvc.parsers.marks import TIME, find_mark
from feedsvc.parsers.names import bylines_in, credits_in, is_credit_value, is_publisher
from feedsvc.parsers.stamp_lines import TRAILER, date_of_trailer
from feedsvc.parsers.wire.head import Head

# Lines of copy that was wrapped for a narrow page are about as long as one another, and break inside sentences.
WRAPPED_LATIN, WRAPPED_HAN = range(40, 101), range(18, 61)
LATE_PARAGRAPHS = 8  # of each, where captions or bullets stand above; it names an agency and a day then
MARKED_PARAGRAPHS = 3  # of them, each may begin with a hold mark of its own
DATELINE_PARAGRAPHS = 2  # of each language are looked at for its dateline
TAIL_LINES, LONGEST_TAIL = 8, 80
LONGEST_MARK_LINE = 160  # characters
SENTENCE_LEAST_WORDS = 4
SECOND_HEAD_LINES = 6
TITLE_WORDS, TITLE_HAN = 30, 60  # a longer line ends a list of related titles


def grouped(lines: list[Line], *, han: bool) -> list[list[Line]]:
    """Return the lines of a block, paragraph by paragraph: by indents, as one if wrapped, else each by itself."""
    if len(lines) == 1:
        return [lines]
    wrapped = _are_wrapped(lines, han=han)
    indents = any(line.indented for line in lines[1:]) or (lines[0].indented and wrapped)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not line.indented and (wrapped or (indents and _are_wrapped([groups[-1][-1], line], han=han))):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _are_wrapped(lines: list[Line], *, han: bool) -> bool:
    """Return whether *lines* are one text, broken to fit a narrow page."""
    broken = lines[:-1]
    width = WRAPPED_HAN if han else WRAPPED_LATIN
    if not broken or any(len(line.text) not in width for line in broken):
        return False
    inside = sum(ENDS_SENTENCE.search(line.text[-4:]) is None for line in broken)
    return inside * 2 > len(broken)


@dataclass(slots=True, kw_only=True)
class Body:
    """Read all lines of a document: the head first, then the story."""

    head: Head
    counted: dict[bool, int] = field(default_factory=dict)  # paragraphs by script
    dated: set[bool] = field(default_factory=set)
    # The first line looked at, the line that decided, its verdict, and whether there was a headline, without which no
    # line is a related one: each line of a long tail is asked once.
    _tail_seen: tuple[int, int, bool, bool] = (0, -1, False, False)

    def read(self) -> int:
        """Read everything, and return where the story begins, which is where a missing headline is missed."""
        lines, at = self.head.lines, 0
        while at < len(lines) and not self._is_related(lines[at]):
            following = self.head.step(at)
            if following == at:
                break
            at = following
        begins = at
        known = len(self.head.into.headlines)
        self.read_story(at)
        if not known:
            self.head.into.headlines.clear()  # a line below copy is not its headline
        return begins

    def read_story(self, at: int = 0) -> None:
        """Read the lines from the one numbered *at* on as the story."""
        while at < len(self.head.lines):
            at = self._step(at)

    def _step(self, at: int) -> int:
        line = self.head.lines[at]
        if self._is_related(line):
            return self._related(at)
        if self._tail(at):
            return at + 1
        second = self._second_head(at)
        return self._paragraphs(at) if second == at else second

    def _is_related(self, line: Line) -> bool:
        return bool(self.head.headed) and begins_related(line)

    def _related(self, at: int) -> int:
        """Return the number of the line after a section of related stories: the next that is no title."""
        lines, into = self.head.lines, self.head.into
        first = titles_after_heading(lines[at])
        at += 1
        found = [] if first is None else [first]
        while at < len(lines) and not self._ends_related(at):
            if first is not None and not is_listed(lines[at]):  # "READ MORE: a title" ends with its line
                break
            found.append(lines[at])
            at += 1
        into.related += [related for related in map(read_related, found) if related is not None]
        return at

    def _ends_related(self, at: int) -> bool:
        line = self.head.lines[at]
        if self._is_related(line) or is_end(line) or self._is_credit(line) or opens_story(line):
            return True
        if is_notice(line) or self._says_release(line):
            return True
        if not is_listed(line) and line.text.rstrip("”’」』\"'）)").endswith((".", "。", "…")) and _is_sentence(line):
            return True
        if is_han(line.text):
            return "。" in line.text or (len(line.text) > TITLE_HAN and "://" not in line.text)
        return len(line.text.split()) > TITLE_WORDS

    def _tail(self, at: int) -> bool:
        """Return whether the line is an end mark or a credit rather than copy; it is read then."""
        line, into = self.head.lines[at], self.head.into
        if len(line.text) <= LONGEST_NOTICE and self._tail_note(at):
            return True
        if not self._is_tail_credit(at):
            return False
        into.credit(credits_in(line))
        for header in headers_in(line):
            if header.value.text:
                apply_header(header, into)
        return True

    def _tail_note(self, at: int) -> bool:
        """Return whether the line is an end mark, a hold mark, a notice or a time of release; none of them is long."""
        line, into = self.head.lines[at], self.head.into
        if is_end(line):
            into.note(line)
            return True
        if self._tail_mark(at) or self._trailer(line):
            return True
        if self._is_sign_off(at):
            self._sign_off(line)
            return True
        if is_notice(line) and self._ends_here(at):
            into.note(line)
            return True
        if self._says_release(line):
            for header in headers_in(line):
                apply_header(header, into)
            return True
        return False

    def _tail_mark(self, at: int) -> bool:
        """Return whether the line is a hold mark and nothing else; below a story it counts as above one."""
        line = self.head.lines[at]
        if len(line.text) > LONGEST_MARK_LINE or is_long_prose(line):
            return False
        first, last = len(self.head.into.paragraphs) < MARKED_PARAGRAPHS, self._ends_here(at)
        mark = find_mark(line, sole=is_prose(line) or not (first or last))
        if mark is None or (mark.rest.text and not last) or opens_story(line):  # asked last, for it costs most
            return False
        self.head.into.mark(mark)
        if mark.rest.text:
            self.head.into.note(mark.rest)
        return True

    def _says_release(self, line: Line) -> bool:
        """Return whether *line* is a label that tells a time of release: "Release: 27 November 2026"."""
        headers = headers_in(line) if len(line.text) <= LONGEST_TAIL else ()
        return bool(headers) and all(
            header.field in {"release", "hold"}
            and header.label.text.rstrip().endswith((":", "："))
            and TIME.match(header.value.text) is not None
            for header in headers
        )

    def _ends_here(self, at: int) -> bool:
        """Return whether nothing but credits, notices, end marks and related stories follows the line numbered *at*."""
        first, stop, ends, was_headed = self._tail_seen
        is_headed = bool(self.head.headed)
        if not (was_headed == is_headed and first <= at + 1 <= stop):
            stop, ends = self._tail_from(at + 1)
            self._tail_seen = (at + 1, stop, ends, is_headed)
        return ends

    def _tail_from(self, at: int) -> tuple[int, bool]:
        """Return the number of the first line from *at* that decides whether copy follows, and whether none does."""
        lines = self.head.lines
        for number in range(at, len(lines)):
            line = lines[number]
            if self._is_related(line):
                return number, True
            if not (
                is_end(line)
                or TRAILER.fullmatch(line.text)
                or is_sign_off(line)
                or is_notice(line)
                or self._is_credit(line)
                or is_date(line)
                or find_mark(line)
            ):
                return number, False
        return len(lines), True

    def _is_sign_off(self, at: int) -> bool:
        return bool(self.head.into.paragraphs) and is_sign_off(self.head.lines[at]) and self._ends_here(at)

    def _trailer(self, line: Line) -> bool:
        """Return whether *line* ends a transmission; its date is read then."""
        trailer, into = TRAILER.fullmatch(line.text), self.head.into
        if trailer is None or not into.paragraphs:
            return False
        into.note(line)
        into.dates.append(StatedDate(label="stamp", text=date_of_trailer(trailer), span=line.span))
        return True

    def _sign_off(self, line: Line) -> None:
        """Note a sign-off or an end mark, and the date that it has."""
        into, dated = self.head.into, signed_date(line)
        into.note(line)
        if dated is not None and not any(date.label in {"date", "stamp", "beside"} for date in into.dates):
            into.dates.append(StatedDate(label="beside", text=dated.date.text, span=dated.date.span))

    def _is_tail_credit(self, at: int) -> bool:
        late = at >= len(self.head.lines) - TAIL_LINES
        return late and self._is_credit(self.head.lines[at]) and self._ends_here(at)

    def _is_credit(self, line: Line) -> bool:
        if credits_in(line):
            return True
        headers = headers_in(line) if len(line.text) <= LONGEST_TAIL else ()
        return bool(headers) and all(
            header.value.text and header.label.text.rstrip().endswith((":", "：")) and _is_tail_value(header)
            for header in headers
        )

    def _second_head(self, at: int) -> int:
        """Return the number of the line after the head of the other language's copy, the same where none begins."""
        lines = self.head.lines
        han = is_han(lines[at].text)
        if han in self.head.headed or self.counted.get(han) or not self._can_head(lines[at]):
            return at
        for story in range(at + 1, min(at + 1 + SECOND_HEAD_LINES, len(lines))):
            if is_han(lines[story].text) == han and (opens_story(lines[story]) or is_prose(lines[story])):
                return self._head_again(at, story)
            if not (self._is_head_line(lines[story]) or self._can_head(lines[story])):
                return at
        return at

    def _head_again(self, at: int, story: int) -> int:
        self.head.explicit = False
        while at < story:
            following = self.head.step(at)
            if following == at:
                break
            at = following
        return at

    def _can_head(self, line: Line) -> bool:
        return is_headline(line) and not is_prose(line) and not opens_story(line) and not self._is_related(line)

    def _is_head_line(self, line: Line) -> bool:
        return bool(bylines_in(line) or headers_in(line)) or is_date(line)

    def _paragraphs(self, at: int) -> int:
        """Read the lines of one block and one language as paragraphs, and return the number of the line after them."""
        lines = self.head.lines
        han, end = is_han(lines[at].text), at + 1
        while end < len(lines) and lines[end].block == lines[at].block and is_han(lines[end].text) == han:
            if self._is_related(lines[end]) or is_end(lines[end]) or self._is_tail_credit(end):
                break
            if is_sign_off(lines[end]) and self._ends_here(end):
                break
            end += 1
        for group in grouped(lines[at:end], han=han):
            self._paragraph(group, han=han)
        return end

    def _paragraph(self, lines: list[Line], *, han: bool) -> None:
        into = self.head.into
        for line in lines if len(into.paragraphs) < MARKED_PARAGRAPHS else ():
            mark = find_mark(line)  # few have one; prose has some of those only that may be a headline's
            if mark is not None and is_prose(line):
                mark = find_mark(line, sole=True)
            if mark is not None:
                into.mark(mark)
        ending = end_after(lines[-1])
        if ending is not None:
            self._sign_off(ending)
            lines = [*lines[:-1], lines[-1].part(0, ending.start - lines[-1].start)]
        paragraph = into.add_copy(lines)
        if paragraph is None:
            return
        span = paragraph.span
        number = self.counted[han] = self.counted.get(han, 0) + 1
        if han not in self.dated and number <= LATE_PARAGRAPHS:
            self._dateline(span, lines[0].languages, han=han)

    def _dateline(self, paragraph: Span, languages: tuple[str, ...], *, han: bool) -> None:
        """Add the dateline of a paragraph; its lines count as one, of the same length."""
        dateline = dateline_in(self.head.text[paragraph.start : paragraph.end], languages)
        whole = dateline is not None and dateline.agency is not None and dateline.day is not None
        if dateline is None or not (whole or self.counted[han] <= DATELINE_PARAGRAPHS):
            return
        span = Span(start=dateline.span.start + paragraph.start, end=dateline.span.end + paragraph.start)
        self.head.into.datelines.append(replace(dateline, text=self.head.text[span.start : span.end], span=span))
        self.dated.add(han)


def _is_sentence(line: Line) -> bool:
    return is_han(line.text) or len(line.text.split()) >= SENTENCE_LEAST_WORDS


def _is_tail_value(header: Header) -> bool:
    """Return whether the value of a header below a story fits its label; "Source: the sea" is copy."""
    value = header.value
    if header.field in {"tags", "category", "date", "updated"}:
        return ENDS_SENTENCE.search(value.text[-4:]) is None
    if header.field == "publisher":
        return is_credit_value(value) or is_publisher(value.text)
    return header.field in ROLES and is_credit_value(value)
