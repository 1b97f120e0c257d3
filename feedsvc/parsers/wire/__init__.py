"""Read wire copy: headlines in one or two languages, bylines and dates, the story, related stories."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

from feedsvc.datelines import find_stamp
from feedsvc.model.dates import Span, StatedDate
from feedsvc.model.document import Document
from feedsvc.model.draft import Byline, Draft, Enclosure, PassageRole, Transmission
from feedsvc.model.errors import ParseError
from feedsvc.parsers.draft_builder import DraftBuilder, leading_mark
from feedsvc.parsers.line_kinds import is_prose
from feedsvc.parsers.lines import Line, cut, fault, is_han, lines_of, tidy
from feedsvc.parsers.marks import find_mark, find_take
from feedsvc.parsers.names import bylines_in, is_han_name, is_latin_name, is_publisher, name_alone, people_stated
from feedsvc.parsers.wire.body import Body
from feedsvc.parsers.wire.formatted import format_paragraphs
from feedsvc.parsers.wire.head import Head

HEADER = re.compile(
    r"(?P<key>from|to|cc|bcc|subject|date|sent|reply-to|sender|importance|priority|message-id|mime-version|"
    r"content-[a-z-]{4,30}|received|return-path|x-[a-z-]{2,40}|发件人|收件人|抄送|主题|日期|发送时间|von|gesendet|an|betreff|"
    r"de|fra|od|från|envoyé|à|objet|enviado(?: el| em)?|para|asunto|assunto|inviato|oggetto|da|verzonden|aan|onderwerp|"
    r"от|отправлено|кому|тема|寄件者|收件者|寄件日期|主旨|差出人|宛先|送信日時|件名|보낸 사람|받는 사람|제목|"
    r"references|in-reply-to|attachments?|anlagen?|pièces? jointes?|附件|status|user-agent)\s?[:：]\s{0,4}",
    re.IGNORECASE,
)
SENDERS = frozenset(
    {
        "from",
        "to",
        "cc",
        "bcc",
        "von",
        "an",
        "à",
        "para",
        "da",
        "aan",
        "от",
        "кому",
        "发件人",
        "收件人",
        "寄件者",
        "收件者",
    }
    | {"差出人", "宛先", "보낸 사람", "받는 사람"}
)
SUBJECTS = frozenset(
    {"subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "тема", "主题", "主旨", "件名", "제목"}
)
DATES = frozenset({"date", "sent", "日期", "发送时间"})
ANSWERED = re.compile(r"(?:(?:re|fwd?|转发|回复|答复)\s?[:：]\s{0,4}){1,6}", re.IGNORECASE)


def read_mail(lines: list[Line], into: DraftBuilder, headed: set[bool]) -> None:
    """Read the headers that *lines* begin with, and take them away, where they are those of a message.

    The subject is the headline, its date a stated one; the rest is noted. headed: gains the headline's script.
    """
    found: list[tuple[str, Line, Line]] = []
    for line in lines:
        header = HEADER.match(line.text)
        if line.block != lines[0].block or (header is None and not (found and line.indented)):
            break
        key = "" if header is None else header["key"].lower()
        found.append((key, line, line.part(0 if header is None else header.end())))
    keys = {key for key, _, _ in found}
    if not (keys & SENDERS and keys & SUBJECTS):
        return
    for key, line, value in found:
        if key in SUBJECTS and value.text:
            read_subject(value, into, headed)
        elif key in DATES and value.text:
            into.dates.append(StatedDate(label="date", text=value.text, span=value.span))
        else:
            into.note(line)
    del lines[: len(found)]


def read_subject(line: Line, into: DraftBuilder, headed: set[bool]) -> None:
    """Read the subject of a message, or another headline that marks may stand before."""
    answered = ANSWERED.match(line.text)
    line = line if answered is None else line.part(answered.end())
    line = into.read_marks(line, lambda line: find_mark(line, sole=True) or find_take(line))
    if line.text:
        into.headlines.append(line.excerpt())
        headed.add(is_han(line.text))


HEADING = re.compile("<h[1-6]\\b")
PARTS = re.compile(r"[,;]\s{1,3}|(?<=[.!?:])\s{1,3}|\s{1,3}-\s{1,3}")
MOST_PARTS = 40  # of one line of a note
LONGEST_NOTE = 2_000  # characters of a line
ENDING_TOLD = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]|$)", re.IGNORECASE)
MOST_LINES = 50_000  # a second's work, whatever they say
LONGEST_LINE = 50_000  # characters: a chapter without a break
SHOWN = 60  # characters of a line quoted in a message


def read_passages(
    transmission: Transmission, into: DraftBuilder, *, headed: set[bool], languages: tuple[str, ...]
) -> list[Line]:
    """Read the passages around the copy, and return the lines of copy."""
    copy: list[Line] = []
    for passage, start in transmission.placed():
        block = copy[-1].block + 1 if copy else 0
        lines = [
            line._replace(start=line.start + start, block=line.block + block)
            for line in lines_of(passage.text, languages=languages)
        ]
        if passage.role in {"copy", "text"}:
            copy += lines
            continue
        for line in lines:
            if passage.role == "headline":
                read_subject(line, into, headed)
            else:
                STATED.get(passage.role, _note)(line, into)
    return copy


def _dated(label: Literal["date", "updated", "expiry"], line: Line, into: DraftBuilder) -> None:
    into.dates.append(StatedDate(label=label, text=line.text, span=line.span))


def _byline(line: Line, into: DraftBuilder) -> None:
    into.credit(bylines_in(line) or name_alone(line, "author"))


def _author(line: Line, into: DraftBuilder) -> None:
    stated = (Byline(name=tidy(line.text), role="author", span=line.span),)
    into.credit(bylines_in(line) or name_alone(line, "author") or people_stated(line) or stated)


def _summary(line: Line, into: DraftBuilder) -> None:
    into.summaries.append(line.excerpt())


def _language(line: Line, into: DraftBuilder) -> None:
    into.language = line.text


def _canonical(line: Line, into: DraftBuilder) -> None:
    into.canonical = line.excerpt()


def _picture(line: Line, into: DraftBuilder) -> None:
    url, _, alternative = line.text.partition(" ")
    kind = None if ENDING_TOLD.search(url) else "image/jpeg"  # picture services name no kind in their addresses
    into.enclosures.append(Enclosure(url=url, media_type=kind, bytes=None, alternative=alternative, span=line.span))


def refuse_faulty(transmission: Transmission, into: DraftBuilder) -> None:
    """Raise ParseError if the transmission can only be partly read, unless the part that was read kills the story."""
    if transmission.fault is not None and not any(hold.kind == "kill" for hold in into.holds):
        raise ParseError(transmission.fault)


def _note(line: Line, into: DraftBuilder) -> None:
    """Note a line for editors, and read its hold and take marks: "BC-Ferry, KILL", "Eds: Adds quote. HOLD"."""
    into.note(line)
    for part in _parts(line):
        mark = leading_mark(part)
        if mark is not None:
            into.mark(mark)


STATED: Mapping[PassageRole, Callable[[Line, DraftBuilder], None]] = {
    "author": _author,
    "byline": _byline,
    "canonical": _canonical,
    "date": partial(_dated, "date"),
    "expiry": partial(_dated, "expiry"),
    "language": _language,
    "picture": _picture,
    "publisher": lambda line, into: into.publish_by(line),
    "summary": _summary,
    "updated": partial(_dated, "updated"),
}


def _parts(line: Line) -> list[Line]:
    text = line.text[:LONGEST_NOTE]
    parts, at = [], 0
    for between in PARTS.finditer(text):
        parts.append(cut(text[at : between.start()], line.start + at, block=line.block, indented=False))
        at = between.end()
        if len(parts) == MOST_PARTS:
            break
    parts.append(cut(text[at:], line.start + at, block=line.block, indented=False))
    whole = [line] if len(parts) > 1 and find_mark(line) is not None else []
    return [*whole, *(part for part in parts if part.text)]


class WireParser:
    """Read wire copy."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "wire"

    def recognises(self, document: Document, text: str) -> bool:  # noqa: ARG002 - the port's signature
        """Return True: wire copy has no mark of its own, which is why it is asked last."""
        return True

    def parse(self, document: Document, text: str, *, languages: tuple[str, ...] = ()) -> Iterator[Draft]:
        """Yield the one draft in *text*.

        Copy that is held back is given without a headline too: whoever kills a story need not name it.

        raises: ParseError if it is empty, too long in lines or in one line, or has no headline.
        """
        lines = list(lines_of(text, languages=languages))
        if not lines:
            raise fault(text, 0, "is empty")
        _bound(text, lines)
        builder = DraftBuilder()
        head = Head(text=text, lines=lines, into=builder, prose=_prose(lines))
        read_mail(lines, builder, head.headed)
        at = Body(head=head).read()
        if not builder.headlines and not builder.holds:
            raise _untitled(text, lines[min(at, len(lines) - 1)])
        add_stamp(text, builder)
        yield builder.draft(document)


def read_transmission(document: Document, transmission: Transmission, *, languages: tuple[str, ...] = ()) -> Draft:
    """Return the draft in a transmission: its passages have known roles, and the copy is read as wire copy.

    languages: of the site, in which datelines are looked for.
    raises: ParseError if it can only be partly read, is too long, or has no headline.
    """
    text, builder = transmission.text, DraftBuilder()
    headed: set[bool] = set()
    lines = read_passages(transmission, builder, headed=headed, languages=languages)
    refuse_faulty(transmission, builder)
    _bound(text, lines)
    head = Head(
        text=text,
        lines=lines,
        into=builder,
        prose=_prose(lines),
        headed=headed,
        subheads=frozenset(_subheads(transmission)),
        is_credited=any(map(_is_person, builder.bylines)),
    )
    if transmission.has_head:
        Body(head=head).read()
    else:
        Body(head=head).read_story()
    if any(passage.html for passage in transmission.passages):
        format_paragraphs(transmission, builder)
        add_stamp(text, builder)
    if not builder.headlines and not builder.holds:
        raise ParseError(f"no title: {transmission.form} has no headline") if not lines else _untitled(text, lines[0])
    return builder.draft(document)


def _is_person(byline: Byline) -> bool:
    named = is_latin_name(byline.name) or is_han_name(byline.name)
    return named and not is_publisher(byline.name)


def _subheads(transmission: Transmission) -> Iterator[int]:
    """Yield where headings in the copy begin."""
    for passage, start in transmission.placed():
        if passage.role == "copy" and HEADING.match(passage.html):
            yield from (line.start + start for line in lines_of(passage.text))


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


DATED = frozenset(("date", "stamp"))


def add_stamp(text: str, into: DraftBuilder) -> None:
    """Add the first stamp below the headline of *text* to a draft that has no date yet, nor a dateline with a year."""
    if any(date.label in DATED for date in into.dates) or any(dateline.year for dateline in into.datelines):
        return
    start = into.headlines[0].span.end if into.headlines else 0
    stamp = find_stamp(text[start:])
    known = {date.label for date in into.dates}
    if stamp is not None and stamp.label not in known:
        into.dates.append(replace(stamp, span=Span(start=stamp.span.start + start, end=stamp.span.end + start)))
