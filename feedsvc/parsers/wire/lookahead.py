"""Look ahead in the lines of wire copy, which often tell the kind of the line above them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from feedsvc.model.dates import Dateline
from feedsvc.model.draft import Byline, Role
from feedsvc.parsers.labels import (
    AT_ONCE,
    CALENDAR,
    ROLES,
    Header,
    headers_in,
    is_heading,
)
from feedsvc.parsers.line_kinds import (
    dateline_in,
    is_agency,
    is_aside,
    is_contact,
    is_date,
    is_desk_note,
    is_end,
    is_headline,
    is_notice,
    is_outlet,
    is_prose,
    is_question,
    is_slug,
    may_be_place,
    opens_story,
)
from feedsvc.parsers.lines import Line, is_han
from feedsvc.parsers.marks import find_mark, find_take, is_time
from feedsvc.parsers.names import (
    bylines_in,
    further_bylines,
    is_company,
    is_publisher,
    name_alone,
    people_in,
)
from feedsvc.parsers.stamp_lines import stamp_in

HEADLINE_WITHIN = 10  # lines
MOST_CONTACT_LINES = 6  # of one person: name, posts, office, telephone, mail
CONTACT = re.compile(
    r"(?:(?:press|media|news|for more information,?|for further information,?)\s)?(?:contacts?|enquiries|inquiries)"
    r"(?:\s(?:person|information))?\s?[:：]",
    re.IGNORECASE,
)
BULLETED = re.compile(r"[*•·●■–—†]\s?\w")
# Words at which no headline ends, and with which a name never begins.
HANGING = re.compile(
    r"\b(?:an?|and|as|at|by|for|from|in|into|of|on|or|over|than|that|the|to|under|with|who|his|her|its|their|"
    r"der|die|das|den|dem|des|und|für|mit|von|de|du|des|et|pour|avec|el|los|las|del|y|para|con|e|dos|das|com|di|della)$",
    re.IGNORECASE,
)
LEADING = re.compile(
    r"(?:after|against|amid|as|at|before|between|despite|during|for|following|in|into|of|on|over|to|under|while|who|with)"
    r"\s(?=\S)",
    re.IGNORECASE,
)
LONGEST_VALUE = 120  # characters of a value on the line after its label
LONGEST_AGENCY, MOST_AGENCY_WORDS = 40, 4  # characters, words
AROUND_AGENCY = re.compile("[()（）/]")


def _keeps_back(line: Line) -> bool:
    return any(header.field in {"release", "hold"} for header in headers_in(line))


class Ahead:
    """Answer questions about a line from the lines below it. lines: may be shortened meanwhile."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines

    def line(self, at: int) -> Line | None:
        """Return the line numbered *at*, None behind the last."""
        return self._lines[at] if at < len(self._lines) else None

    def value_after(self, at: int) -> Line | None:
        """Return the line below as the value of a label that ends its line, None where it is none."""
        following = self.line(at + 1)
        if following is None or len(following.text) > LONGEST_VALUE or headers_in(following) or is_heading(following):
            return None
        return None if opens_story(following) else following

    def headline_after(self, at: int, *, han: bool, any_script: bool = False) -> bool:
        """Return whether a headline in the script *han* comes from *at* on, before the story."""
        for line in self._lines[at : at + HEADLINE_WITHIN]:
            if (is_prose(line) and not is_question(line)) or opens_story(line):
                return False
            said = bylines_in(line) or headers_in(line) or name_alone(line, "author") or find_mark(line, sole=True)
            if said or is_date(line) or is_publisher(line.text) or is_aside(line, alone=False) or is_heading(line):
                continue
            if (any_script or is_han(line.text) == han) and is_headline(line) and not is_slug(line):
                return True
        return False

    def headline_follows(self, at: int) -> bool:
        """Return whether the line below *at* is a headline."""
        following = self.line(at + 1)
        if following is None or opens_story(following) or is_prose(following) or bylines_in(following):
            return False
        return is_headline(following) and not headers_in(following)

    def continues(self, line: Line, at: int, *, han: bool) -> bool:
        """Return whether the headline that *line* is goes on in the one numbered *at*, below it."""
        following = self.line(at)
        if following is None or following.block != line.block or is_han(following.text) != han or following.indented:
            return False
        if following.text.casefold() == line.text.casefold() or not any(map(str.isalnum, following.text)):
            return False
        if BULLETED.match(following.text) or is_prose(following) or opens_story(following) or _says_more(following):
            return False
        if _hangs(line, following):
            return True
        if is_outlet(following) or name_alone(following, "author") or _is_placed(following):
            return False
        return not (is_heading(following) or self._places(following, line, at) or self.signs(at))

    def fits(self, header: Header, at: int) -> bool:
        """Return whether the value is of its label's kind: for "Photo: a history" may be a headline."""
        value = header.value if header.value.text else self.value_after(at)
        if value is None:
            return False
        if header.field in ROLES:
            people = people_in(value, ROLES[header.field])
            return all(name_alone(_named(value, person.name), person.role) for person in people)
        if header.field in {"release", "hold"}:
            return is_time(value.text) or AT_ONCE.fullmatch(value.text) is not None
        if header.field in {"date", "updated"}:
            return CALENDAR.match(value.text) is not None
        if header.field != "publisher" or is_publisher(value.text):
            return True
        return is_company(value.text) and self.headline_after(at + 1, han=is_han(value.text))

    def heads_story(self, at: int) -> bool:
        """Return whether a headline in the script of the line numbered *at*, and copy, follow that line."""
        following = self.line(at + 1)
        if following is None or find_mark(following) or _keeps_back(following):
            return False  # below a headline the mark holds the copy; a lone headline may begin with its words
        if not self.headline_after(at + 1, han=is_han(self._lines[at].text)):
            return False
        return any(is_prose(line) or opens_story(line) for line in self._lines[at + 1 : at + 1 + HEADLINE_WITHIN])

    def is_above_copy(self, at: int) -> bool:
        """Return whether the line numbered *at* is a block of its own, with copy below it."""
        following = self.line(at + 1)
        if following is None or following.block == self._lines[at].block:
            return False
        return any(is_prose(line) or opens_story(line) for line in self._lines[at + 1 : at + 1 + HEADLINE_WITHIN])

    def head_follows(self, at: int, *, han: bool, headed: set[bool]) -> bool:
        """Return whether from *at* on, before any copy, a line comes that only heads have, or the story's dateline.

        han: of the line above, as a headline in the other script is such a line while that is not in *headed*.
        """
        for line in self._lines[at : at + HEADLINE_WITHIN]:
            if opens_story(line) or bylines_in(line) or is_date(line) or name_alone(line, "author"):
                return True
            if headers_in(line) or is_publisher(line.text) or is_agency(line) or stamp_in(line) is not None:
                return True
            if is_prose(line):
                return False
            if is_han(line.text) is not han and is_han(line.text) not in headed and is_headline(line):
                return True
        return False

    def further_bylines(self, at: int, role: Role) -> tuple[Byline, ...]:
        """Return the people that the line below *at*, a byline of that *role*, adds: none where copy begins there."""
        following, behind = self.line(at + 1), self.line(at + 2)
        if following is None or following.block != self._lines[at].block:
            return ()
        people = further_bylines(following, role)
        if people and behind is not None and behind.block == following.block and behind.text[:1].islower():
            return people if further_bylines(behind, role) else ()
        return people

    def contact_from(self, at: int) -> int:
        """Return the number of the line after whom to ask about a release, which begin at *at*; *at* where none do.

        A name, posts and an office, and below them telephone numbers or addresses, in one block above the headline.
        """
        line = self._lines[at]
        if not (name_alone(line, "author") or CONTACT.match(line.text) or is_contact(line)):
            return at
        ends = at
        for number in range(at, min(at + MOST_CONTACT_LINES, len(self._lines))):
            each = self._lines[number]
            if each.block != line.block or is_prose(each) or opens_story(each) or find_mark(each):
                break
            if is_contact(each):
                ends = number + 1
        if ends == at or not self.headline_after(ends, han=is_han(line.text), any_script=True):
            return at
        return ends

    def date_below_place(self, at: int) -> Line | None:
        """Return the line below the one numbered *at* if it is a date and that one may be a place."""
        date = self.line(at + 1)
        if date is None or not may_be_place(self._lines[at]) or not is_date(date):
            return None
        return date

    def _places(self, line: Line, headline: Line, at: int) -> bool:
        """Return whether *line*, numbered *at*, is a place in capitals above a date, and no end of the *headline*."""
        return line.text.isupper() and not headline.text.isupper() and self.date_below_place(at) is not None

    def is_above(self, line: Line, date: Line) -> bool:
        """Return whether *line*, which is no place that we know, still belongs to the *date* below it.

        It does in capitals and right above it, as a village or the section of a paper is; a name is somebody's.
        """
        if not line.text.isupper() or line.block != date.block:
            return False
        return not (is_publisher(line.text) or name_alone(line, "author"))

    def has_dateline(self, at: int) -> bool:
        """Return whether the story from *at* on begins with a dateline, which may be only a place."""
        for line in self._lines[at : at + HEADLINE_WITHIN]:
            dateline = dateline_in(line.text, line.languages)
            if dateline is not None and dateline.span.start <= len("（"):
                return True
            if is_prose(line):
                break
        return False

    def signs(self, at: int) -> bool:
        """Return whether the line numbered *at* is the agency that signs the dateline of the story below: "NQPA"."""
        line = self._lines[at]
        if len(line.text) > LONGEST_AGENCY or line.text.count(" ") >= MOST_AGENCY_WORDS:
            return False
        for following in self._lines[at + 1 : at + 1 + HEADLINE_WITHIN]:
            if opens_story(following):
                dateline = dateline_in(following.text, following.languages)
                return dateline is not None and dateline.agency is not None and _signed(dateline, line.text)
            if is_prose(following):
                break
        return False

    def edits(self, line: Line, publisher: Line, at: int) -> bool:
        """Return whether the name at *at* is the editor's, not an author's, below the line of the *publisher*."""
        if line.block == publisher.block:
            return True
        later = (bylines_in(following) for following in self._lines[at + 1 : at + 5])
        return any(is_han(people[0].name) == is_han(line.text) for people in later if people)


def _says_more(line: Line) -> bool:
    """Return whether *line* is of a head, and no headline's: labels, a byline, a date, a mark, a note, an end mark."""
    if headers_in(line) or bylines_in(line) or is_date(line) or stamp_in(line) is not None:
        return True
    if find_mark(line) or find_take(line) or is_slug(line):
        return True
    return is_desk_note(line) or is_contact(line) or is_notice(line) or is_end(line)


def _hangs(line: Line, following: Line) -> bool:
    """Return whether a headline breaks within a phrase: "Man charged with assault of" / "Woman on Quay"."""
    return HANGING.search(line.text) is not None or LEADING.match(following.text) is not None


def _is_placed(line: Line) -> bool:
    """Return whether *line* begins with a dateline that is only a place in brackets: "(Dallas, Texas) – On Monday"."""
    return line.text[:1] in "(（" and dateline_in(line.text, line.languages) is not None


def _signed(dateline: Dateline, name: str) -> bool:
    return name == dateline.agency or name in map(str.strip, AROUND_AGENCY.split(dateline.text))


def _named(line: Line, name: str) -> Line:
    return Line(text=name, start=line.start, block=line.block, indented=False)
