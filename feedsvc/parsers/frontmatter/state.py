"""Read the keys of an article's state: dates, holds, corrections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args

from feedsvc.model.dates import StatedDate
from feedsvc.model.draft import Hold, HoldKind, Kind, Take
from feedsvc.parsers.frontmatter.audience_keys import NOT_OUT, NOT_OUT_UNSPACED, UNBUILT
from feedsvc.parsers.frontmatter.key_names import DATES, MEANINGS, Meaning
from feedsvc.parsers.frontmatter.values import Front, Table, Value

TAKES: Final[tuple[Take, ...]] = get_args(Take)
KINDS_OF_HOLD: Mapping[Meaning, HoldKind] = {"draft": "draft", "kill": "kill", "withdrawn": "withdrawn"}
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
UNSET = "0001-01-01"  # as Go writes a time that nobody gave
WORD = re.compile(r"[^\W_]+")


def is_not_out(status: str) -> bool:
    """Return whether the words of a status say that the text is not out, or not for everybody."""
    return any(each in NOT_OUT for each in WORD.findall(status.lower())) or NOT_OUT_UNSPACED.search(status) is not None


def read_date(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read when it was published."""
    scalar = front.scalar(key, value, "a date")
    front.stated.append((DATES.index(key), StatedDate(label="date", text=scalar.text, span=scalar.span)))


def read_updated(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read when it was last changed."""
    scalar = front.scalar(key, value, "a date")
    front.stated.append((len(DATES), StatedDate(label="updated", text=scalar.text, span=scalar.span)))


def read_release(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read a time before which nothing of it may be seen; an answer of yes holds it without one."""
    scalar = front.scalar(key, value, "a date")
    if key == "release" and scalar.truth is False:  # it has not been released
        front.into.holds.append(Hold(kind="draft", text=f"{key}: {scalar.text}", span=scalar.span))
    if scalar.truth is False or scalar.text.startswith(UNSET):
        return
    front.into.holds.append(Hold(kind="embargo", text=scalar.text, span=scalar.span))
    if scalar.truth is None:
        front.stated.append((len(DATES), StatedDate(label="release", text=scalar.text, span=scalar.span)))


def read_hold(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read a word that keeps it back: draft, hold, killed, withdrawn; the last with the reason for readers."""
    kind = KINDS_OF_HOLD.get(MEANINGS[key], "hold")
    scalar = front.scalar(key, value, "a reason, true or false" if kind == "withdrawn" else "true or false")
    if key == "draft" and scalar.truth is None:
        raise front.fault(key, value, "true or false")
    if scalar.truth is False:
        return
    said = f"{key}: {scalar.text}"
    reason = scalar.text if kind == "withdrawn" and scalar.truth is None else None
    front.into.holds.append(Hold(kind=kind, text=said, span=scalar.span, reason=reason))
    if kind == "kill":
        front.into.take = "kill"


def read_published(front: Front, key: str, value: Value, language: str | None) -> None:
    """Read a key that is a date for some and an answer for Jekyll."""
    scalar = front.scalar(key, value, "a date, true or false")
    if scalar.truth is False or scalar.text.lower() in UNBUILT or is_not_out(scalar.text):
        # Jekyll's way to say that it is a draft
        front.into.holds.append(Hold(kind="draft", text=f"{key}: {scalar.text}", span=scalar.span))
    elif scalar.truth is None:
        read_date(front, "date", value, language)


def read_correction(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read that the document is a correction, and its note, in one language or in several."""
    if isinstance(value, Table):
        notes = [text.excerpt(language) for text, language in front.texts(key, value, None)]
        if notes:
            front.into.take = "correction" if front.into.take != "kill" else "kill"
            front.into.take_notes = notes
        return
    scalar = front.scalar(key, value, "a text, a table by language such as {en: …, zh: …}, true or false")
    if scalar.truth is False:
        return
    front.into.take = "correction" if front.into.take != "kill" else "kill"
    if scalar.truth is None:
        front.into.take_note = scalar.excerpt()


def read_take(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read the take: how the document changes earlier copy."""
    scalar = front.scalar(key, value, f"one of {', '.join(TAKES)}")
    take = next((each for each in TAKES if each == scalar.text.lower()), None)
    if take is None:
        raise front.fault(key, value, f"one of {', '.join(TAKES)}, not {scalar.text!r}")
    front.into.take = take
    if take == "kill":
        front.into.holds.append(Hold(kind="kill", text=f"{key}: {scalar.text}", span=scalar.span))


def read_minor(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read that the change is not worth announcing."""
    truth = front.scalar(key, value, "true or false").truth
    if truth is None:
        raise front.fault(key, value, "true or false")
    front.into.minor = truth


def read_revive(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read that a killed article may be published again. Only a person decides that, so only a plain yes counts."""
    truth = front.scalar(key, value, "true or false").truth
    if truth is None:
        raise front.fault(key, value, "true or false")
    front.into.revive = truth


def read_kind(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read the kind of copy: story, flash or photo."""
    word = front.scalar(key, value, "a word").text.lower()
    front.into.kind = next((each for each in KINDS if each == word), None)  # Hugo has kinds of its own
