"""Take the known keys of front matter into a draft; a value of the wrong kind is an error that names key and line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from feedsvc.content.characters import XML_FORBIDDEN
from feedsvc.model.drafts import Hold, Remark
from feedsvc.parsers.frontmatter.audience import read_audience
from feedsvc.parsers.frontmatter.front import Front, line_of
from feedsvc.parsers.frontmatter.links import read_enclosures, read_related_key
from feedsvc.parsers.frontmatter.names import IN_A_LANGUAGE, MEANINGS, NOT_LANGUAGES, SUMMARIES, Meaning, language_tag
from feedsvc.parsers.frontmatter.people import read_people
from feedsvc.parsers.frontmatter.spelling import HOLDING, meant
from feedsvc.parsers.frontmatter.state import (
    read_correction,
    read_date,
    read_hold,
    read_kind,
    read_minor,
    read_published,
    read_release,
    read_revive,
    read_take,
    read_updated,
)
from feedsvc.parsers.frontmatter.values import Items, Scalar, Table, Value
from feedsvc.parsers.gathering import Gathering
from feedsvc.parsers.lines import line_number
from feedsvc.parsers.wire.headers import listed


def read_keys(table: Table, *, text: str, into: Gathering) -> None:
    """Read every key that is known.

    raises: ParseError.
    """
    front = Front(text=text, into=into)
    for written, value in table.items:
        key, language = _key(written.text)
        meaning = MEANINGS.get(key)
        if isinstance(value, Scalar) and not value.text:
            continue
        if meaning is not None:
            READERS[meaning](front, key, value, language)
        elif not read_audience(front, written, value) and (known := meant(key)) is not None:
            _doubt(front, written, value, known)
    into.summaries += [scalar.excerpt(language) for language, (_, scalar) in front.summaries.items()]
    into.dates += [stated for _, stated in sorted(front.stated, key=lambda each: each[0])]


def _key(written: str) -> tuple[str, str | None]:
    """Return a key in one spelling, and the language that it ends in: "Title-zh_Hant" is title in zh-Hant."""
    key = written.strip().lower().replace("-", "_").replace(" ", "_")
    found = IN_A_LANGUAGE.fullmatch(key)
    if found is None or key in MEANINGS or key in NOT_LANGUAGES:
        return key, None
    return found["key"], language_tag(found["language"])


def _doubt(front: Front, written: Scalar, value: Value, known: str) -> None:
    """Tell of a key that is one slip away from a *known* one; if that would hold the copy back, so does this."""
    said = f"unknown key {written.text}, did you mean {known}?"
    is_denied = isinstance(value, Scalar) and value.truth is False
    if MEANINGS[known] in HOLDING and not is_denied:
        front.into.holds.append(Hold(kind="hold", text=said, span=written.span, alone=False))
    else:
        front.into.misspelt.append(Remark(text=said, line=line_number(front.text, written.span.start)))


def _title(front: Front, key: str, value: Value, language: str | None) -> None:
    for text, its in front.texts(key, value, language):
        front.into.headlines.append(text.excerpt(its))


def _summary(front: Front, key: str, value: Value, language: str | None) -> None:
    rank = SUMMARIES.index(key)
    for text, its in front.texts(key, value, language):
        if its not in front.summaries or rank < front.summaries[its][0]:
            front.summaries[its] = rank, text


def _publisher(front: Front, key: str, value: Value, language: str | None) -> None:
    for text, its in front.texts(key, value, language):
        if front.into.publisher is None and "://" not in text.text:
            front.into.publisher = text.excerpt(its)


def _words(front: Front, key: str, value: Value, _: str | None) -> None:
    wanted = front.into.categories if MEANINGS[key] == "category" else front.into.tags
    if isinstance(value, Scalar):
        wanted += [part.excerpt() for part in listed(line_of(value))]
    elif isinstance(value, Items) and all(isinstance(each, Scalar) for each in value.items):
        wanted += [each.excerpt() for each in value.items if isinstance(each, Scalar) and each.text]
    else:
        raise front.fault(key, value, "a word, or a list of words")


def _identity(front: Front, key: str, value: Value, _: str | None) -> None:
    excerpt = front.scalar(key, value, "a text").excerpt()
    if XML_FORBIDDEN.search(excerpt.text):  # no store can look it up: SQLite no half of a pair, PostgreSQL no NUL
        raise front.fault(key, value, "a text without control characters")
    if MEANINGS[key] == "slug":
        front.into.slug = excerpt
    elif MEANINGS[key] == "id":
        front.into.declared_id = excerpt
    else:
        front.into.translation_of = excerpt


def _language(front: Front, key: str, value: Value, _: str | None) -> None:
    scalar = front.scalar(key, value, "a language tag such as en or zh-Hans")
    front.into.language = front.tag(key, scalar)


def _note(front: Front, key: str, value: Value, language: str | None) -> None:
    front.into.notes += [text.excerpt(its) for text, its in front.texts(key, value, language)]


READERS: Mapping[Meaning, Callable[[Front, str, Value, str | None], None]] = {
    "title": _title,
    "summary": _summary,
    "person": read_people,
    "publisher": _publisher,
    "date": read_date,
    "updated": read_updated,
    "release": read_release,
    "hold": read_hold,
    "draft": read_hold,
    "published": read_published,
    "kill": read_hold,
    "withdrawn": read_hold,
    "category": _words,
    "tags": _words,
    "slug": _identity,
    "id": _identity,
    "translation_of": _identity,
    "related": read_related_key,
    "enclosures": read_enclosures,
    "language": _language,
    "correction": read_correction,
    "take": read_take,
    "minor": read_minor,
    "revive": read_revive,
    "kind": read_kind,
    "note": _note,
}
