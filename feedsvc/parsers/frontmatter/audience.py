"""Read the keys by which tools keep a text from everybody: hidden, behind a password, for members, not yet out, over.

They fail closed: a word that says so in any tool that we know of holds the copy, whatever tool wrote the document.

source: docs/internals/articles.md, "Fail closed".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from feedsvc.model.dates import StatedDate
from feedsvc.model.draft import Hold, Remark
from feedsvc.parsers.frontmatter.audience_keys import (
    CLOSED_TO_LISTS,
    EVERYBODY,
    NEVER,
    NOT_OUT,
    NOT_OUT_UNSPACED,
    OFTEN_MEANT,
    OUT,
    RULES,
    UNBUILT,
    Rule,
)
from feedsvc.parsers.frontmatter.key_names import DATES, is_near
from feedsvc.parsers.frontmatter.state import UNSET, read_release
from feedsvc.parsers.frontmatter.values import Front, Scalar, Table, Value
from feedsvc.parsers.lines import line_number

WORD = re.compile(r"[^\W_]+")


def read_audience(front: Front, written: Scalar, value: Value, *, within: str = "") -> bool:
    """Return whether a key says who may see the text, or until when; then it is read.

    within: the table that it stands in, with a full stop.
    """
    key, said = _squeezed(written.text), f"{within}{written.text}"
    rule, meant = _rule(key), None
    if rule is None and not within:
        meant = _meant(key)
        rule = _rule(meant) if meant else None
    if rule is None:
        return False
    if meant:
        _facts(front, written, value, meant, rule)
    elif rule == "expiry":
        _expiry(front, said, value)
    elif rule == "nested":
        for inner, each in value.items if isinstance(value, Table) and not within else ():
            read_audience(front, inner, each, within=f"{said}.")
    elif key == "publish" and isinstance(value, Scalar) and value.text[:4].isdigit():
        read_release(front, said, value, None)  # metalsmith's: from then on
    elif keeps_back(rule, value):
        span = value.span if isinstance(value, Scalar) else written.span
        front.into.holds.append(Hold(kind="draft", text=_told(said, key, rule, value), span=span))
    elif isinstance(value, Scalar):
        _doubt(front, written, said, value, rule)
    return True


def keeps_back(rule: Rule, value: Value) -> bool:
    """Return whether a key of that *rule* says with its value that the text is not for everybody."""
    word = value.text.lower() if isinstance(value, Scalar) else ""
    truth = value.truth if isinstance(value, Scalar) else None
    if isinstance(value, Scalar) and not word:
        return False
    if rule == "built":
        return _is_unbuilt(value)
    by_rule: Mapping[Rule, bool] = {
        "closed": truth is not False,
        "closed by yes": truth is True or word == "all",
        "open": truth is False or word in UNBUILT or is_not_out(word),
        "stated": truth is False or is_not_out(word),
        "shaped": word in {"draft", "drafts"},
        "seen by": word not in EVERYBODY,
    }
    return by_rule.get(rule, False)


def is_not_out(status: str) -> bool:
    """Return whether the words of a status say that the text is not out, or not for everybody."""
    return any(each in NOT_OUT for each in WORD.findall(status.lower())) or NOT_OUT_UNSPACED.search(status) is not None


def _is_unbuilt(value: Value) -> bool:
    """Return whether Hugo is told not to render a page, or not to list it."""
    if not isinstance(value, Table):
        return isinstance(value, Scalar) and value.truth is False
    said = {_squeezed(written.text): each.text.lower() for written, each in value.items if isinstance(each, Scalar)}
    return said.get("list") in UNBUILT or said.get("render") in UNBUILT


def _told(said: str, key: str, rule: Rule, value: Value) -> str:
    """Return what is told of a key that holds: with its value, unless that may be a password."""
    if not isinstance(value, Scalar) or "pass" in key or (rule == "closed" and value.truth is None):
        return said
    return f"{said}: {value.text}"


def _expiry(front: Front, said: str, value: Value) -> None:
    """Read when the text ends. Yes says that it has, no that it never does; what is no single value holds it."""
    if not isinstance(value, Scalar) or value.truth is True:
        front.into.holds.append(Hold(kind="draft", text=_told(said, "", "expiry", value), span=value.span))
    elif value.text.lower() not in NEVER and not value.text.startswith(UNSET):
        front.stated.append((len(DATES) + 1, StatedDate(label="expiry", text=value.text, span=value.span)))


def _facts(front: Front, written: Scalar, value: Value, meant: str, rule: Rule) -> None:
    """Hold for a key that is one slip away from one that holds; tell of it where that would not."""
    told = f"unknown key {written.text}, did you mean {meant}?"
    if keeps_back(rule, value) or (rule == "expiry" and isinstance(value, Scalar) and value.truth is not False):
        front.into.holds.append(Hold(kind="hold", text=told, span=written.span, alone=False))
    else:
        _tell(front, written, told)


def _doubt(front: Front, written: Scalar, said: str, value: Scalar, rule: Rule) -> None:
    """Tell of what might be taken to hold the article back, and does not."""
    if rule == "for machines" and (value.truth or "noindex" in value.text.lower()):
        _tell(front, written, f"{said} is for search engines, and does not hold the article back; `private: true` does")
    elif said.lower() == "status" and not OUT.intersection(WORD.findall(value.text.lower())):
        _tell(front, written, f"status {value.text!r} is none that we know, and does not hold the article back")


def _tell(front: Front, written: Scalar, text: str) -> None:
    front.into.misspelt.append(Remark(text=text, line=line_number(front.text, written.span.start)))


def _rule(key: str) -> Rule | None:
    return RULES.get(key) or ("closed" if CLOSED_TO_LISTS.fullmatch(key) else None)


@lru_cache(maxsize=1024)  # a site's own keys stand in every one of its documents
def _meant(key: str) -> str | None:
    return next((known for known in OFTEN_MEANT if is_near(key, known)), None)


def _squeezed(key: str) -> str:
    """Return a key in the spelling of `RULES`."""
    return re.sub(r"[\s_.-]", "", key.lower())
