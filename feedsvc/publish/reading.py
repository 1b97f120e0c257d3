"""Read a document into a packed draft, with the facts that a pass needs before it unpacks the draft again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from feedsvc.articles.identity import called_names, gist, own_names, sought_names
from feedsvc.articles.named_stories import stories_asked_for
from feedsvc.articles.references import Place
from feedsvc.articles.translations import Kinship, kinship
from feedsvc.model.document import Document, KnownDocument, Problem
from feedsvc.model.draft import Draft
from feedsvc.model.errors import DocumentError
from feedsvc.model.packing import pack
from feedsvc.parsers import parse
from feedsvc.text.failures import Failure

# Copy filed within ten minutes has no datelines more than a week apart; a clone or a bulk copy has.
TOGETHER = timedelta(minutes=10)
MANY = 3  # a desk may well file two such stories within ten minutes
APART_DAYS = 7
LEAP_YEAR = 2024
DAYS = 366
BEFORE_LEAP_YEAR = date(LEAP_YEAR - 1, 12, 31).toordinal()
SURROGATE = re.compile("[\ud800-\udfff]")


def copied(arrivals: Sequence[tuple[datetime, Sequence[int]]]) -> tuple[bool, ...]:
    """Return, for each new document of a pass, whether a clone or a bulk copy set its arrival.

    Documents that arrive together are judged together. If at least half of those that print a day print the day of
    their arrival, which no copied tree does, they are today's copy. They are set aside, and only the others are judged.

    arrivals: (modification time, days of the draft), in any order.
    source:   docs/internals/dates.md: such an arrival bounds the year but never chooses it.
    """
    order = sorted(range(len(arrivals)), key=lambda number: arrivals[number][0])
    verdicts = [False] * len(arrivals)
    batch: list[int] = []
    for number in order:
        if batch and arrivals[number][0] - arrivals[batch[0]][0] > TOGETHER:
            _judge(batch, arrivals, verdicts)
            batch = []
        batch.append(number)
    _judge(batch, arrivals, verdicts)
    return tuple(verdicts)


def days_of(draft: Draft) -> tuple[int, ...]:
    """Return the days of the year, as numbers of a leap year, that the draft's datelines print."""
    days = []
    for dateline in draft.datelines:
        if dateline.month and dateline.day:
            try:
                days.append(date(LEAP_YEAR, dateline.month, dateline.day).toordinal() - BEFORE_LEAP_YEAR)
            except ValueError:
                continue
    return tuple(days)


def _judge(batch: Sequence[int], arrivals: Sequence[tuple[datetime, Sequence[int]]], verdicts: list[bool]) -> None:
    dated = [number for number in batch if arrivals[number][1]]
    of_the_day = {number for number in dated if _is_of_the_day(*arrivals[number])}
    if 2 * len(of_the_day) >= len(dated):
        batch = [number for number in batch if number not in of_the_day]
    days = sorted({day for number in batch for day in arrivals[number][1]})
    if len(batch) >= MANY and len(days) > 1:
        gaps = [after - before for before, after in zip(days, [*days[1:], days[0] + DAYS], strict=True)]
        if DAYS - max(gaps) > APART_DAYS:
            for number in batch:
                verdicts[number] = True


def _is_of_the_day(arrival: datetime, days: Sequence[int]) -> bool:
    """Return whether all printed *days* are the day of the arrival, or beside it, because zones differ."""
    came = arrival.astimezone(UTC)
    here = date(LEAP_YEAR, came.month, came.day).toordinal() - BEFORE_LEAP_YEAR
    return all(min((day - here) % DAYS, (here - day) % DAYS) <= 1 for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """The facts of a draft that decide to which article its document belongs.

    own:         names by which other documents may call its article. sought: names by which its article may be known.
    declared_id: as the document has it.
    translates:  it names the original that it translates.
    held:        a mark holds it, or may. kills: a mark kills it, so that its text is not even kept.
    revives:     a mark brings a killed article back.
    days:        of the year, that its datelines print.
    asks:        digests of all stories that it might name, in related lines, links and media.
    kinship:     by which its translations find it, None if nothing tells them.
    """

    own: tuple[str, ...]
    sought: tuple[str, ...]
    declared_id: str | None
    translates: bool
    held: bool
    kills: bool
    revives: bool
    gist: str
    days: tuple[int, ...]
    asks: frozenset[str] = frozenset()
    kinship: Kinship | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A new or changed document, and the place of its draft.

    document: as it is now; its article is None if it is new.
    draft:    offset of the packed `Draft` in the spool.
    before:   as it was when it was last seen.
    arrival:  of these bytes; `document.arrival` is that of the first ones.
    """

    document: KnownDocument
    draft: int
    facts: DocumentFacts
    before: KnownDocument | None
    arrival: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The result of reading a document: a packed draft with its facts, or the reason why there is none.

    problem: of the document. failure: of the parser, which should not fail.
    """

    draft: bytes = b""
    facts: DocumentFacts | None = None
    problem: Problem | None = None
    failure: Failure | None = None


def read(
    document: Document, *, encoding: str | None, languages: Sequence[str], translations_by: str, base_url: str
) -> Reading:
    """Return the draft in *document*, or the problem of a bad document, which raises no error.

    encoding, translations_by: of the document's source. languages, base_url: of the site.
    """
    try:
        draft, packed = draft_of(document, encoding=encoding, languages=languages)
    except DocumentError as error:
        problem = Problem(source=document.source, path=document.path, line=error.line, message=error.message)
        return Reading(problem=problem)
    return Reading(draft=packed, facts=facts_of(draft, languages, translations_by=translations_by, base_url=base_url))


def unread(failure: Failure) -> Reading:
    return Reading(failure=failure)


def stored_document(known: KnownDocument, content: bytes) -> Document:
    """Return the document *known* with the *content* that the store has of it, to be read again."""
    return Document(
        source=known.source,
        path=known.path,
        content=content,
        arrival=known.arrival,
        fingerprint="",
        media_type="",
    )


def draft_of(document: Document, *, encoding: str | None, languages: Sequence[str]) -> tuple[Draft, bytes]:
    """Return the draft in *document*, without surrogates, and the same packed.

    encoding:  of the document's source. languages: of the site.
    raises:    DocumentError.
    """
    draft = parse(document, encoding=encoding, languages=languages)[0]
    try:
        return draft, pack(draft)
    except UnicodeEncodeError:
        draft = _without_surrogates(draft)
        return draft, pack(draft)


def can_be_read(document: Document, encoding: str | None, languages: Sequence[str]) -> bool:
    """Return whether a draft can be read from *document*; encoding: of its source, languages: of the site."""
    try:
        parse(document, encoding=encoding, languages=languages)
    except DocumentError:
        return False
    return True


def facts_of(draft: Draft, languages: Sequence[str], *, translations_by: str, base_url: str) -> DocumentFacts:
    """Return the facts of *draft*; *languages* and *base_url* are those of the site."""
    return DocumentFacts(
        own=(*own_names(draft, languages), *called_names(draft)),
        sought=sought_names(draft, languages),
        declared_id=draft.declared_id.text if draft.declared_id else None,
        translates=draft.translation_of is not None,
        held=bool(draft.holds),
        kills=any(hold.kind == "kill" for hold in draft.holds),
        revives=draft.revive,
        gist=gist(draft),
        days=days_of(draft),
        asks=stories_asked_for(draft, Place.of(draft, languages, base_url)),
        kinship=kinship(draft, languages, by=translations_by),
    )


def _without_surrogates(value: Any) -> Any:  # noqa: ANN401  any value inside a draft
    """Return *value* with U+FFFE for lone surrogates, which escapes in YAML make and UTF-8 cannot encode.

    XML forbids U+FFFE, so it is removed and counted with other such characters.
    """
    if isinstance(value, str):
        return SURROGATE.sub("\ufffe", value)
    if isinstance(value, tuple):
        return tuple(_without_surrogates(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: _without_surrogates(getattr(value, field.name)) for field in fields(value)}
        )
    return value
