"""Read the keys of an article's state: its dates, holds and corrections, and the keys that keep it from everybody.

The latter say that a text is hidden, behind a password, for members, not yet out, over. They fail closed: a word that
says so in any tool that we know of holds the copy, whatever tool wrote the document.

source: docs/internals/articles.md, "Fail closed".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, Literal, get_args

from feedsvc.datelines.calendar import date_in_path
from feedsvc.model.dates import StatedDate
from feedsvc.model.draft import Excerpt, Hold, HoldKind, Kind, Remark, Take
from feedsvc.parsers.frontmatter.key_names import (
    DATES,
    EVERYBODY,
    HOLDING,
    LONGEST_REMEMBERED,
    MEANINGS,
    NEVER,
    NOT_OUT,
    NOT_OUT_UNSPACED,
    OFTEN_MEANT,
    OUT,
    UNBUILT,
    Meaning,
    Rule,
    is_near,
    rule_of,
    spelling,
    squeezed,
    unpublished_folder,
)
from feedsvc.parsers.frontmatter.values import Front, Items, Scalar, Table, Value
from feedsvc.parsers.lines import line_number

TAKES: Final[tuple[Take, ...]] = get_args(Take)
KINDS_OF_HOLD: Mapping[Meaning, HoldKind] = {"draft": "draft", "kill": "kill", "withdrawn": "withdrawn"}
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
UNSET = "0001-01-01"  # as Go writes a time that nobody gave
WORD = re.compile(r"[^\W_]+")
# With a "v" or with a part 0, which no day, month or year is; "9.30" may be a time, and "1.12.26" a day.
VERSION = re.compile(
    r"v\d{1,3}(?:\.\d{1,3}){0,3}(?:-[\w.]{1,20})?|(?=(?:\d{1,3}\.){0,3}0(?:\.|$))\d{1,3}(?:\.\d{1,3}){2,3}"
)
VERSION_PART, MOST_VERSION_PARTS = re.compile(r"\d{1,3}|(?:rc|alpha|beta|a|b)\d{1,2}"), 5


def is_not_out(status: str) -> bool:
    """Return whether the words of a status say that the text is not out, or not for everybody."""
    return any(word in NOT_OUT for word in WORD.findall(status.lower())) or NOT_OUT_UNSPACED.search(status) is not None


def read_date(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read when it was published, or a table of when it was published and changed."""
    if isinstance(value, Table):
        for written, inner in value.items:
            meaning = MEANINGS.get(spelling(written.text))
            if meaning in {"date", "published", "updated"}:
                dated = front.scalar(f"{key}.{written.text}", inner, "a date")
                label: Literal["date", "updated"] = "updated" if meaning == "updated" else "date"
                front.stated.append((DATES.index(key), StatedDate(label=label, text=dated.text, span=dated.span)))
        return
    scalar = front.scalar(key, value, "a date")
    front.stated.append((DATES.index(key), StatedDate(label="date", text=scalar.text, span=scalar.span)))


def read_address(front: Front, address: Scalar | Excerpt) -> None:
    """Read the day in a path of the site, which counts where nothing else dates the text; other sites' mean nothing."""
    found = None if "://" in address.text else date_in_path(address.text)
    if found is not None and found.whole:
        front.stated.append((len(DATES), StatedDate(label="address", text=address.text, span=address.span)))


MOST_ADDRESSES, LONGEST_ADDRESS = 50, 300  # of a document


def keep_address(front: Front, address: Scalar) -> None:
    """Keep a path under which a generator would publish the text: links of other documents may lead there."""
    is_path = "/" in address.text and "://" not in address.text and len(address.text) <= LONGEST_ADDRESS
    if is_path and address.text.strip("/") and len(front.into.addresses) < MOST_ADDRESSES:
        front.into.addresses.append(address.excerpt())


def read_updated(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read when it was last changed."""
    scalar = front.scalar(key, value, "a date")
    front.stated.append((len(DATES), StatedDate(label="updated", text=scalar.text, span=scalar.span)))


def read_release(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read a time before which nothing of it may be seen; an answer of yes holds it without one.

    Of software, `release: 0.16.0` and `release: [0, 16, 0]` are versions, and say nothing about the text.
    """
    if key == "release" and _is_version(value):
        return
    scalar = front.scalar(key, value, "a date")
    if key == "release" and scalar.truth is False:  # it has not been released
        front.into.holds.append(Hold(kind="draft", text=f"{key}: {scalar.text}", span=scalar.span))
    if scalar.truth is False or scalar.text.startswith(UNSET):
        return
    front.into.holds.append(Hold(kind="embargo", text=scalar.text, span=scalar.span))
    if scalar.truth is None:
        if key.startswith("publish"):  # without a `date`, Hugo and Astro date a text by it
            front.stated.append((len(DATES), StatedDate(label="date", text=scalar.text, span=scalar.span)))
        front.stated.append((len(DATES), StatedDate(label="release", text=scalar.text, span=scalar.span)))


def _is_version(value: Value) -> bool:
    """Return whether *value* is a version and can be neither a day nor a time of day."""
    if isinstance(value, Scalar):
        return VERSION.fullmatch(value.text) is not None
    parts = [part.text if isinstance(part, Scalar) else "" for part in value.items] if isinstance(value, Items) else []
    return 1 < len(parts) <= MOST_VERSION_PARTS and all(map(VERSION_PART.fullmatch, parts))


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
    take = next((known for known in TAKES if known == scalar.text.lower()), None)
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
    front.into.kind = next((kind for kind in KINDS if kind == word), None)  # Hugo has kinds of its own


A_DAY = re.compile(r"\d{4}-\d\d?-\d\d?")
DEEPEST = 3  # tables of a site's own keys in one another
FED_BY, NOT_FED_BY = (
    ("enable", "enabled", "include", "publish", "show"),
    ("exclude", "hide", "hidden", "disable", "disabled"),
)


def read_audience(front: Front, written: Scalar, value: Value, *, within: str = "") -> bool:
    """Return whether a key says who may see the text, or until when; then it is read.

    within: the name of the table around it, with a full stop.
    """
    key, said = squeezed(written.text), f"{within}{written.text}"
    rule, meant = rule_of(key), None
    if rule is None and not within:
        meant = _meant(key) if len(key) <= LONGEST_REMEMBERED else None
        rule = rule_of(meant) if meant else None
    if rule is None:
        return False
    if meant:
        _facts(front, written, value, meant, rule)
    elif rule == "nested":
        for inner, told in value.items if isinstance(value, Table) and within.count(".") < DEEPEST else ():
            _inner(front, inner, told, within=f"{said}.")
    elif not _times(front, said, key, value, rule):
        if rule == "addressed" and isinstance(value, Scalar) and not within:
            read_address(front, value)
            keep_address(front, value)
        if keeps_back(rule, value):
            span = value.span if isinstance(value, Scalar) else written.span
            front.into.holds.append(Hold(kind="draft", text=_told(said, key, rule, value), span=span))
        elif isinstance(value, Scalar):
            _doubt(front, written, said, value, rule)
    return True


def _times(front: Front, said: str, key: str, value: Value, rule: Rule) -> bool:
    """Return whether a key says when the text begins or ends; then it is read."""
    if rule == "expiry":
        _expiry(front, said, value)
        return True
    is_metalsmith = key == "publish" and isinstance(value, Scalar) and value.text[:4].isdigit()  # from then on
    if isinstance(value, Scalar) and (rule == "release" or is_metalsmith):
        read_release(front, said, value, None)
        return True
    return False


def keeps_back(rule: Rule, value: Value) -> bool:
    """Return whether a key of that *rule* says with its value that the text is not for everybody."""
    word = value.text.lower() if isinstance(value, Scalar) else ""
    truth = value.truth if isinstance(value, Scalar) else None
    if isinstance(value, Scalar) and not word:
        return False
    if rule == "built":
        return _is_unbuilt(value)
    if rule == "fed" and isinstance(value, Table):
        return _is_out_of_feeds(value)
    if rule == "stated" and not isinstance(value, Scalar):
        return any(map(is_not_out, _words(value)))
    if rule == "seen by" and isinstance(value, Items):
        return not EVERYBODY.issuperset(_words(value))
    by_rule: Mapping[Rule, bool] = {
        "closed": truth is not False,
        "closed by yes": truth is True or word == "all",
        "open": truth is False or word in UNBUILT or is_not_out(word),
        "addressed": truth is False or word == "never" or unpublished_folder(word) is not None,
        "stated": truth is False or is_not_out(word),
        "shaped": word in {"draft", "drafts"},
        "seen by": word not in EVERYBODY,
        "fed": truth is False or word in UNBUILT,
        "release": True,
    }
    return by_rule.get(rule, False)


def _inner(front: Front, written: Scalar, value: Value, *, within: str) -> None:
    """Read a key of a table of a site's own keys: it holds as it would outside, and kills nothing."""
    meaning = MEANINGS.get(spelling(written.text))
    said = f"{within}{written.text}"
    if meaning == "release" and isinstance(value, Scalar) and (value.truth or A_DAY.match(value.text)):
        read_release(front, said, value, None)
    elif meaning in HOLDING and meaning != "release":
        if not isinstance(value, Scalar) or (value.text and value.truth is not False):
            _hold(front, said, value)
    elif meaning == "published":
        if isinstance(value, Scalar) and value.truth is False:
            _hold(front, said, value)
    elif meaning is None:
        read_audience(front, written, value, within=within)


def _hold(front: Front, said: str, value: Value) -> None:
    text = f"{said}: {value.text}" if isinstance(value, Scalar) else said
    front.into.holds.append(Hold(kind="draft", text=text, span=value.span))


def _is_out_of_feeds(table: Table) -> bool:
    said = {squeezed(written.text): told.truth for written, told in table.items if isinstance(told, Scalar)}
    return any(said.get(key) is False for key in FED_BY) or any(said.get(key) for key in NOT_FED_BY)


def _words(value: Value) -> Iterator[str]:
    """Yield the single values that a list or a table holds."""
    if isinstance(value, Scalar):
        yield value.text.lower()
    for item in value.items if isinstance(value, Items) else ():
        yield from _words(item)
    for _, told in value.items if isinstance(value, Table) else ():
        yield from _words(told)


def _is_unbuilt(value: Value) -> bool:
    """Return whether Hugo is told not to render a page, or not to list it."""
    if not isinstance(value, Table):
        return isinstance(value, Scalar) and value.truth is False
    said = {squeezed(written.text): told.text.lower() for written, told in value.items if isinstance(told, Scalar)}
    return said.get("list") in UNBUILT or said.get("render") in UNBUILT


def _told(said: str, key: str, rule: Rule, value: Value) -> str:
    """Return the key that holds the copy, with its value unless that may be a password."""
    if not isinstance(value, Scalar) or "pass" in key or (rule == "closed" and value.truth is None):
        return said
    return f"{said}: {value.text}"


def _expiry(front: Front, said: str, value: Value) -> None:
    """Read when the text expires. Yes means now, no means never; a list or a table holds the copy."""
    if not isinstance(value, Scalar) or value.truth is True:
        front.into.holds.append(Hold(kind="draft", text=_told(said, "", "expiry", value), span=value.span))
    elif value.text.lower() not in NEVER and not value.text.startswith(UNSET):
        front.stated.append((len(DATES) + 1, StatedDate(label="expiry", text=value.text, span=value.span)))


def _facts(front: Front, written: Scalar, value: Value, meant: str, rule: Rule) -> None:
    """Hold the copy if the known key would, which this one is a slip away from; otherwise only report it."""
    told = f"unknown key {written.text}, did you mean {meant}?"
    if keeps_back(rule, value) or (rule == "expiry" and isinstance(value, Scalar) and value.truth is not False):
        front.into.holds.append(Hold(kind="hold", text=told, span=written.span, alone=False))
    else:
        _tell(front, written, told)


def _doubt(front: Front, written: Scalar, said: str, value: Scalar, rule: Rule) -> None:
    """Report a key that does not hold the article, though its author may think so."""
    if rule == "for machines" and (value.truth or "noindex" in value.text.lower()):
        _tell(front, written, f"{said} is for search engines, and does not hold the article back; `private: true` does")
    elif said.lower() == "status" and not OUT.intersection(WORD.findall(value.text.lower())):
        _tell(front, written, f"status {value.text!r} is unknown, and does not hold the article back")


def _tell(front: Front, written: Scalar, text: str) -> None:
    front.into.misspelt.append(Remark(text=text, line=line_number(front.text, written.span.start)))


@lru_cache(maxsize=1024)  # a site's own keys stand in every one of its documents
def _meant(key: str) -> str | None:
    return next((known for known in OFTEN_MEANT if is_near(key, known)), None)
