"""Read a document into a draft, and a slip that says of it what must be known before the draft is looked at again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from feedsvc.errors import DocumentError
from feedsvc.failures import Failure
from feedsvc.identity import called_names, gist, own_names, sought_names
from feedsvc.intake.arrivals import days_of
from feedsvc.model.documents import Document, KnownDocument, Problem
from feedsvc.model.drafts import Draft
from feedsvc.packing import pack
from feedsvc.parsers import parse
from feedsvc.titles import MOST_RELATED, asked_by

SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """Hold what a pass asks of a draft while it settles which article each document belongs to.

    own:         names that other documents may call its article by. sought: those that its article may be known by.
    declared_id: as the document has it.
    translates:  it names the original that it translates.
    held:        a mark keeps it back, or may. kills: for good, so that its text is not even kept.
    revives:     it says that what was killed comes back.
    days:        of the year, that its datelines print.
    asks:        digests of what its related lines ask for.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Hold a document that is new or changed, and where the draft in it lies.

    document: as it is now; its article is None when it is new.
    draft:    its place in the spool, packed. slip: what is asked of it before it is unpacked.
    before:   as it was at the last pass, or when it was last seen.
    arrival:  of these bytes; `document.arrival` is that of the first ones.
    """

    document: KnownDocument
    draft: tuple[int, int]
    slip: Slip
    before: KnownDocument | None
    arrival: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Hold what became of reading a document: a packed draft with its slip, or the reason why there is none.

    failure: of what should not fail: the reading itself.
    """

    draft: bytes = b""
    slip: Slip | None = None
    problem: Problem | None = None
    failure: Failure | None = None


def read(document: Document, *, encoding: str | None, languages: Sequence[str]) -> Reading:
    """Return the draft in *document*; a bad document is no error here, for it stops nothing else.

    encoding:  of the document's source. languages: of the site.
    """
    try:
        draft, packed = draft_of(document, encoding=encoding, languages=languages)
    except DocumentError as error:
        problem = Problem(source=document.source, path=document.path, line=error.line, message=error.message)
        return Reading(problem=problem)
    return Reading(draft=packed, slip=slip_of(draft, languages))


def unread(failure: Failure) -> Reading:
    """Return that reading a document fails, or ends the process that reads it."""
    return Reading(failure=failure)


def draft_of(document: Document, *, encoding: str | None, languages: Sequence[str]) -> tuple[Draft, bytes]:
    """Return the draft in *document*, in characters that can be kept, and the same packed.

    encoding:  of the document's source. languages: of the site.
    raises:    DocumentError.
    """
    draft = parse(document, encoding=encoding, languages=languages)[0]
    try:
        return draft, pack(draft)
    except UnicodeEncodeError:
        draft = _without_surrogates(draft)
        return draft, pack(draft)


def slip_of(draft: Draft, languages: Sequence[str]) -> Slip:
    """Return the slip of *draft*; *languages* are those of the site."""
    return Slip(
        own=(*own_names(draft, languages), *called_names(draft)),
        sought=sought_names(draft, languages),
        declared_id=draft.declared_id.text if draft.declared_id else None,
        translates=draft.translation_of is not None,
        held=bool(draft.holds),
        kills=any(hold.kind == "kill" for hold in draft.holds),
        revives=draft.revive,
        gist=gist(draft),
        days=days_of(draft),
        asks=asked_by(draft.related[:MOST_RELATED]) if draft.related else frozenset(),
    )


def _without_surrogates(value: Any) -> Any:  # noqa: ANN401  any value inside a draft
    """Return *value* with U+FFFE for lone surrogates (an escape in YAML makes them), which no bytes can hold.

    XML forbids it as well, so that it is removed and counted with the others.
    """
    if isinstance(value, str):
        return SURROGATE.sub("\ufffe", value)
    if isinstance(value, tuple):
        return tuple(_without_surrogates(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _without_surrogates(getattr(value, each.name)) for each in fields(value)})
    return value
