"""Read wire copy: headlines in one or two languages, who and when, the story, what it is related to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from feedsvc.errors import ParseError
from feedsvc.model.documents import Document
from feedsvc.model.drafts import Draft
from feedsvc.model.transmissions import Transmission
from feedsvc.parsers.gathering import Gathering
from feedsvc.parsers.lines import Line, fault, is_han, lines_of
from feedsvc.parsers.wire.body import Body
from feedsvc.parsers.wire.head import Head
from feedsvc.parsers.wire.lines import is_prose
from feedsvc.parsers.wire.mail import read_mail
from feedsvc.parsers.wire.transmitted import read_passages, refuse_faulty

MOST_LINES = 50_000  # a second's work, whatever they say
LONGEST_LINE = 50_000  # characters: a chapter without a break
SHOWN = 60  # characters of a line quoted in a message


class WireParser:
    """Read wire copy."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "wire"

    def recognises(self, document: Document, text: str) -> bool:  # noqa: ARG002 - the port's signature
        """Return True: wire copy has no mark of its own, which is why it is asked last."""
        return True

    def parse(self, document: Document, text: str) -> Iterator[Draft]:
        """Yield the one draft in *text*.

        Copy that is held back is given without a headline too: whoever kills a story need not name it.

        raises: ParseError if it is empty, too long in lines or in one line, or has no headline.
        """
        lines = list(lines_of(text))
        if not lines:
            raise fault(text, 0, "is empty")
        _bound(text, lines)
        gathering = Gathering()
        head = Head(text=text, lines=lines, into=gathering, prose=_prose(lines))
        read_mail(lines, gathering, head.headed)
        at = Body(head=head).read()
        if not gathering.headlines and not gathering.holds:
            raise _untitled(text, lines[min(at, len(lines) - 1)])
        yield gathering.draft(document)


def read_transmission(document: Document, transmission: Transmission) -> Draft:
    """Return the draft in a transmission; what its envelope says is known, the rest is read as wire copy is.

    raises: ParseError if it can only be partly read, is too long, or has no headline.
    """
    text, gathering = transmission.text, Gathering()
    headed: set[bool] = set()
    lines = read_passages(transmission, gathering, headed)
    refuse_faulty(transmission, gathering)
    _bound(text, lines)
    head = Head(text=text, lines=lines, into=gathering, prose=_prose(lines), headed=headed)
    if transmission.has_head:
        Body(head=head).read()
    else:
        Body(head=head).read_story()
    if not gathering.headlines and not gathering.holds:
        raise ParseError(f"no title: {transmission.form} has no headline") if not lines else _untitled(text, lines[0])
    return gathering.draft(document)


def _bound(text: str, lines: Sequence[Line]) -> None:
    if len(lines) > MOST_LINES:
        raise fault(text, lines[MOST_LINES].start, f"has more than {MOST_LINES} lines, which no article has")
    for line in lines:
        if len(line.text) > LONGEST_LINE:
            message = f"has a line of {len(line.text)} characters, over the limit of {LONGEST_LINE}"
            raise fault(text, line.start, message)


def _untitled(text: str, line: Line) -> ParseError:
    shown = line.text if len(line.text) <= SHOWN else f"{line.text[:SHOWN]}…"
    return fault(text, line.start, f"no title: no headline stands before {shown!r}")


def _prose(lines: Iterable[Line]) -> frozenset[bool]:
    """Return the scripts (True: Chinese characters) in which *lines* have sentences; one of each is enough."""
    found: set[bool] = set()
    for line in lines:
        han = is_han(line.text)
        if han not in found and is_prose(line):
            found.add(han)
    return frozenset(found)
