"""Read transmissions in IPTC 7901, as dpa and other European agencies send: `SOH header, STX copy ETX date, EOT`.

source: The IPTC Recommended Message Format, IPTC 7901, 5th edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedsvc.model.document import Document
from feedsvc.model.draft import Passage, Transmission
from feedsvc.model.errors import ParseError
from feedsvc.model.ports import Decode
from feedsvc.parsers.envelopes import EOT, ETX, SOH, STX, begins_as_transmission, only_one, without_end, words_of
from feedsvc.parsers.names import is_publisher

# "eca062 4 i 211 dpa 061": the source and its number, the priority, the category, how many words, and the sender's own.
HEADER = re.compile(rb"\x01[A-Za-z]{2,4}\d{2,5} {1,4}\d {1,4}[A-Za-z]{1,4}(?: {1,4}[^\x02\r\n]{0,80})?[\r\n]")
DATE = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)\s{0,3}(?P<zone>[A-Z]{0,5})\s{1,3}(?P<month>[^\W\d]{3,9})\.?"
    r"\s{1,3}(?P<year>\d\d|\d{4})(?!\d)"
)
MOST_HEAD_LINES = 8
BYLINE = re.compile(r"(?:By|Von|Par|Por|Da|Door|Av|Af|De)\s+[^\W\d]")
ASIDE = re.compile(r"[(\[].{1,60}[)\]]|[A-Z0-9]{2,12}(?: [A-Z0-9]{2,12})?")  # "(Achtung)", "EXTRA", "1ST LEAD"
# Where the copy ends and what is for editors begins.
NOT_FOR_PUBLICATION = re.compile(
    r"^[ \t]*(?:\#[ \t]{0,3}(?:\w{1,12}[ \t])?(?:notebook|notizblock)|\*(?:[ \t]\*){2,9}|"
    r".{0,60}\b(?:not[ \t](?:intended[ \t])?for[ \t]publication|nicht[ \t](?:zur|für[ \t]die)[ \t]Veröffentlichung|"
    r"pas[ \t](?:destinée?s?[ \t])?à[ \t](?:la[ \t]publication|être[ \t]publi)|no[ \t]destinad[ao]s?[ \t]a[ \t]publica|"
    r"niet[ \t]voor[ \t]publicatie))",
    re.IGNORECASE | re.MULTILINE,
)
INITIALS = re.compile(r"[a-z]{2,5}(?:[ /][a-z]{2,4}){1,6}")  # "dpa wsz jln npr"
INDENTED = re.compile(r"\n(?=[ \t]{2,20}\S)")


class Iptc7901Envelope:
    """Read IPTC 7901."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "iptc7901"

    def recognises(self, document: Document, content: bytes) -> bool:  # noqa: ARG002 - the port's signature
        """Return whether *content* begins as a transmission; of which kind is seen when it is opened."""
        return begins_as_transmission(content)

    def open(self, content: bytes, *, decode: Decode) -> Transmission:
        """Return the transmission's slug, head, copy and date.

        raises: ParseError if its header is in no form that we read, CharsetError if its copy is no text.
        """
        content = content[content.find(SOH) :] if SOH in content else content
        if HEADER.match(content) is None or STX not in content:
            raise ParseError(
                "begins as a wire's transmission, and its header is neither that of IPTC 7901 nor that of ANPA 1312; "
                "send the copy without it"
            )
        only_one(content)
        slugs, _, rest = content[content.find(b"\n") + 1 :].partition(STX)
        copy, ended, after = rest.partition(ETX)
        copy = copy if ended else rest.partition(EOT)[0]
        text = words_of(copy, decode=decode)
        end = NOT_FOR_PUBLICATION.search(text)
        notes = "" if end is None else text[end.start() :]
        head, body = _head_and_body(text if end is None else text[: end.start()])
        above, _, last = body.rstrip().rpartition("\n")
        if INITIALS.fullmatch(last.strip()):
            body, notes = above, f"{last}\n{notes}"
        passages = [
            *_notes(words_of(slugs, decode=decode)),
            *_head(head),
            *_date(words_of(after[:200], decode=decode)),
            Passage(role="text", text=INDENTED.sub("\n\n", body).strip("\n")),
            *_notes(notes),
        ]
        fault = None if ended else "is cut off: its end of text (ETX) is missing"
        return Transmission(form="a transmission", passages=tuple(passages), fault=fault)


def _head_and_body(text: str) -> tuple[list[str], str]:
    """Return the lines of the head, which a line that ends in "=" or a blank one ends, and what follows them."""
    lines = text.split("\n", MOST_HEAD_LINES)
    for number, line in enumerate(lines[:MOST_HEAD_LINES]):
        if line.rstrip().endswith("="):
            return lines[: number + 1], "\n".join(lines[number + 1 :])
    for number, line in enumerate(lines):
        if not line.strip():
            return lines[:number], "\n".join(lines[number:])
    return lines[:1], "\n".join(lines[1:])


def _head(lines: list[str]) -> Iterator[Passage]:
    said = [without_end(line).strip() for line in lines]
    said = [line for line in said if line]
    titles = [line for line in said if not (BYLINE.match(line) or ASIDE.fullmatch(line))] or said[-1:]
    for line in said:
        if line not in titles:
            yield Passage(role="byline", text=_person(line)) if BYLINE.match(line) else Passage(role="note", text=line)
    if titles:
        yield Passage(role="headline", text=" ".join(titles))


def _person(byline: str) -> str:
    """Return a byline without the agency behind it: "By Ann Lee, dpa"."""
    name, _, agency = byline.rpartition(", ")
    return name if name and (agency.islower() or agency.startswith("The ") or is_publisher(agency)) else byline


def _date(text: str) -> Iterator[Passage]:
    """Yield the time that the trailer states, "131137 GMT Nov 13", in the order in which dates are read."""
    found = DATE.search(text)
    if found is not None:
        year = found["year"] if len(found["year"]) > 2 else f"20{found['year']}"  # noqa: PLR2004 - figures of a year
        time = f"{found['hour']}:{found['minute']}"
        stated = f"{found['day']} {found['month']} {year} {time} {found['zone']}"
        yield Passage(role="date", text=stated.strip())


def _notes(text: str) -> Iterator[Passage]:
    if text.strip():
        yield Passage(role="note", text=text.strip())
