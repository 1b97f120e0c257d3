"""Read transmissions between ZCZC and NNNN, the signals of teleprinters, as AAP sends: header lines, then the copy."""

from __future__ import annotations

import re

from feedsvc.model.document import Document
from feedsvc.model.draft import Passage, Transmission
from feedsvc.model.errors import ParseError
from feedsvc.model.ports import Decode
from feedsvc.parsers.envelopes import FILL, words_of

BEGINS = re.compile(rb"ZCZC(?=[ \t\r\n])")
ENDS = re.compile(r"^[ \t]*NNNN[ \t]*$", re.MULTILINE)
AGAIN = re.compile(r"^[ \t]*ZCZC\b", re.MULTILINE)
CODES = re.compile(r"[A-Z]{1,3} [A-Z]{2,4}")  # "YY TDR": a category and a desk
# What AAP's header lines begin with: categories, keywords, takes, formats, subjects, places; two say a headline.
SIGNS = frozenset("%#$:&*@=+~^")
HEADLINE_SIGNS = frozenset("$^")
SHORTEST_HEADLINE = 3  # characters: "$J" is a category
MOST_HEADER_LINES = 20


class ZczcEnvelope:
    """Read the text between ZCZC and NNNN."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "zczc"

    def recognises(self, document: Document, content: bytes) -> bool:  # noqa: ARG002 - the port's signature
        """Return whether *content* begins with ZCZC."""
        return BEGINS.match(content.lstrip(FILL)) is not None

    def open(self, content: bytes, *, decode: Decode) -> Transmission:
        """Return the transmission's headline and copy.

        raises: ParseError if another transmission follows, CharsetError if it is no text.
        """
        text = words_of(content, decode=decode).lstrip()
        if AGAIN.search(text, 4):
            raise ParseError("holds more than one transmission; save each as a file of its own")
        end = ENDS.search(text)
        lines = (text if end is None else text[: end.start()]).split("\n")[1:]
        headline, notes, at = "", [], 0
        for line in lines[:MOST_HEADER_LINES]:
            said = line.strip()
            if said and not (
                (said[0] in SIGNS and not said[1:2].isdigit()) or CODES.fullmatch(said) or said[:1] in "*+"
            ):
                break
            at += 1
            if said[:1] in HEADLINE_SIGNS and len(said) >= SHORTEST_HEADLINE and not headline:
                headline = said[1:].strip()
            elif said:
                notes.append(said.lstrip("".join(SIGNS)).strip())
        passages = [
            Passage(role="note", text="\n".join(filter(None, notes))),
            Passage(role="headline", text=headline),
            Passage(role="copy", text="\n".join(lines[at:]).strip("\n")),
        ]
        return Transmission(form="a transmission", passages=tuple(passage for passage in passages if passage.text))
