"""Take the known keys of front matter into a draft; a value of the wrong kind is an error that names key and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from feedsvc.model.draft import Enclosure, Episode, EpisodeKind, Excerpt, Hold, RelatedLine, Remark
from feedsvc.parsers.draft_builder import DraftBuilder
from feedsvc.parsers.frontmatter.key_names import (
    HOLDING,
    IN_A_LANGUAGE,
    MEANINGS,
    NOT_LANGUAGES,
    SUMMARIES,
    Meaning,
    language_tag,
    meant,
    spelling,
    squeezed,
)
from feedsvc.parsers.frontmatter.people import read_people
from feedsvc.parsers.frontmatter.pictures import add_picture, read_picture
from feedsvc.parsers.frontmatter.state import (
    keep_address,
    read_address,
    read_audience,
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
from feedsvc.parsers.frontmatter.values import Front, Items, Scalar, Table, Value, line_of
from feedsvc.parsers.labels import listed, read_related
from feedsvc.parsers.lines import line_number
from feedsvc.text.characters import XML_FORBIDDEN

WITH_KEYS_INSIDE = frozenset({"params", "extra", "taxonomies", "header"})
DURATION = re.compile(
    r"(?:(?:(?P<hours>[0-9]{1,2}):)?(?P<minutes>[0-9]{1,4}):)?(?P<seconds>[0-9]{1,6})(?:\.[0-9]{1,6})?", re.ASCII
)
INSIDE: frozenset[Meaning] = frozenset({"person", "category", "tags", "picture"})
EPISODE_NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
EPISODE_KINDS: Mapping[str, EpisodeKind] = {"full": "full", "trailer": "trailer", "bonus": "bonus"}
LONGEST_LENGTH = 15  # digits: under a petabyte


def read_related_key(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read related stories: titles, URLs, tables of both."""
    if isinstance(value, Items):
        for item in value.items:
            _related(front, key, item)
    elif isinstance(value, Scalar):
        _related(front, key, value)
    else:
        _related_table(front, key, value)


def _related(front: Front, key: str, value: Value) -> None:
    if isinstance(value, Table):
        _related_table(front, key, value)
    elif isinstance(value, Scalar):
        if value.truth is not None:  # whether a theme lists related posts
            return
        line = read_related(line_of(value))
        front.into.related += [line] if line is not None else []
    else:
        raise front.fault(key, value, "a title or a URL, or a list of them")


def _related_table(front: Front, key: str, table: Table) -> None:
    fields = {written.text.lower(): value for written, value in table.items}
    title, url = (fields.get("title"), fields.get("url") or fields.get("link") or fields.get("href"))
    if title is None and url is None:
        raise front.fault(key, table, "a title or a URL, or a table of title and url")
    name = "" if title is None else front.scalar(f"{key}.title", title, "a text").text
    address = None if url is None else front.scalar(f"{key}.url", url, "a URL").text
    front.into.related.append(RelatedLine(title=name, url=address or None, span=table.span))


def read_enclosures(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read enclosures: URLs, or tables with url, type and length."""
    for item in value.items if isinstance(value, Items) else (value,):
        if isinstance(item, Scalar) and item.text:
            _enclosure(front, key, item, {})
        elif isinstance(item, Table):
            fields = {written.text.lower(): one for written, one in item.items}
            url = fields.get("url") or fields.get("href") or fields.get("src")
            if url is None:
                raise front.fault(key, item, "a URL, or a table with url, type and length")
            _enclosure(front, key, front.scalar(f"{key}.url", url, "a URL"), fields)
        else:
            raise front.fault(key, item, "a URL, or a table with url, type and length")


def _enclosure(front: Front, key: str, url: Scalar, fields: Mapping[str, Value]) -> None:
    media_type = fields.get("type") or fields.get("media_type") or fields.get("mime_type")
    length = fields.get("length") or fields.get("bytes") or fields.get("size")
    words = fields.get("alt") or fields.get("title") or fields.get("alternative")
    size = None if length is None else front.scalar(f"{key}.length", length, "a number of bytes").text
    if size and not (size.isascii() and size.isdigit() and len(size) <= LONGEST_LENGTH):
        raise front.fault(f"{key}.length", length or url, f"a number of bytes, not {size!r}")
    kind = None if media_type is None else front.scalar(f"{key}.type", media_type, "a media type").text
    front.into.enclosures.append(
        Enclosure(
            url=url.text,
            media_type=kind or None,
            bytes=int(size) if size else None,
            alternative="" if words is None else front.scalar(f"{key}.title", words, "a text").text,
            caption=_told(fields.get("caption") or fields.get("description")) or None,
            credit=_told(fields.get("credit") or fields.get("photographer")) or None,
            duration_s=seconds_in(_told(fields.get("duration"))),
            span=url.span,
        )
    )


def _told(value: Value | None) -> str:
    return value.text if isinstance(value, Scalar) else ""


def seconds_in(text: str) -> int | None:
    """Return the duration *text* in seconds: "1:02:03", "62:03", "3723", or nothing."""
    found = DURATION.fullmatch(text.strip())
    if found is None:
        return None
    return int(found["hours"] or 0) * 3600 + int(found["minutes"] or 0) * 60 + int(found["seconds"])


def read_keys(table: Table, *, text: str, into: DraftBuilder) -> None:
    """Read every key that is known.

    raises: ParseError.
    """
    front = Front(text=text, into=into)
    meanings: set[Meaning] = set()
    for written, value in table.items:
        key, language = _key(written.text)
        meaning = MEANINGS.get(key)
        if isinstance(value, Scalar) and not value.text:
            continue
        if meaning is not None:
            meanings.add(meaning)
        if meaning is not None:
            READERS[meaning](front, key, value, language)
        elif read_audience(front, written, value):
            continue
        elif (known := meant(key)) is not None:
            _doubt(front, written, value, known)
        elif squeezed(written.text) not in WITH_KEYS_INSIDE:
            into.ignored.append(key)
    _read_inside(front, table, meanings)
    about_picture = add_picture(front, table)
    into.ignored = [key for key in into.ignored if key not in about_picture]
    for written in table.repeated:
        said = f"the key {written.text!r} occurs twice in the front matter; only the last one could count"
        into.misspelt.append(Remark(text=said, line=line_number(text, written.span.start)))
    into.summaries += [scalar.excerpt(language) for language, (_, scalar) in front.summaries.items()]
    into.dates += [stated for _, stated in sorted(front.stated, key=lambda numbered: numbered[0])]


def _read_inside(front: Front, table: Table, known: Collection[Meaning]) -> None:
    """Read the keys of a theme's or a taxonomy's table whose meaning no key outside has: Zola's `[taxonomies]`."""
    for written, inner in table.items:
        if squeezed(written.text) not in WITH_KEYS_INSIDE or not isinstance(inner, Table):
            continue
        for name, value in inner.items:
            key, language = _key(name.text)
            meaning = MEANINGS.get(key)
            is_empty = isinstance(value, Scalar) and not value.text
            if meaning in INSIDE and meaning not in known and not is_empty:
                READERS[meaning](front, key, value, language)


def _key(written: str) -> tuple[str, str | None]:
    """Return a key in one spelling, and the language that it ends in: "Title-zh_Hant" is title in zh-Hant."""
    key = spelling(written)
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
    """Read categories or tags. A list within the list is a path of categories, from parent to child, as of Hexo."""
    is_tag = MEANINGS[key] == "tags"
    wanted = front.into.tags if is_tag else front.into.categories
    if isinstance(value, Table):
        raise front.fault(key, value, "a word, or a list of words")
    found = [part.excerpt() for part in listed(line_of(value))] if isinstance(value, Scalar) else _listed(value)
    for word in found:
        bare = word.text.removeprefix("#") if is_tag else word.text  # as Obsidian writes tags
        if bare:
            wanted.append(replace(word, text=bare))


def _listed(value: Value) -> Iterator[Excerpt]:
    """Yield the words of a list; of a table its name, and of `tag: word`, which wants quotes, all of it."""
    if isinstance(value, Scalar):
        yield value.excerpt()
    elif isinstance(value, Items):
        for item in value.items:
            yield from _listed(item)
    else:
        texts = {spelling(name.text): told.text for name, told in value.items if isinstance(told, Scalar) and told.text}
        name = next((texts[field] for field in ("name", "title", "label", "slug", "id") if field in texts), None)
        said = name or " ".join(f"{name}: {text}" for name, text in texts.items())
        yield Excerpt(text=said, span=value.span)


def _identity(front: Front, key: str, value: Value, _: str | None) -> None:
    excerpt = front.scalar(key, value, "a text").excerpt()
    if XML_FORBIDDEN.search(excerpt.text):  # no store can look it up: SQLite no half of a pair, PostgreSQL no NUL
        raise front.fault(key, value, "a text without control characters")
    if MEANINGS[key] == "slug":
        front.into.slug = excerpt
        read_address(front, excerpt)
    elif MEANINGS[key] == "id":
        front.into.declared_id = excerpt
    else:
        front.into.translation_of = excerpt


def _language(front: Front, key: str, value: Value, _: str | None) -> None:
    values = value.items if isinstance(value, Items) else (value,)
    if isinstance(value, Table):  # Quarto's words for labels, such as "Published"
        return
    if len(values) == 1:  # of several, the text is in one, and tells it
        front.into.language = front.tag(key, front.scalar(key, values[0], "a language tag such as en or zh-Hans"))


def _translation_key(front: Front, _key: str, value: Value, _: str | None) -> None:
    if isinstance(value, Scalar):  # `ref` and `page_id` may be anything
        front.into.translation_key = value.excerpt()


def _aliases(front: Front, _key: str, value: Value, _: str | None) -> None:
    for each in value.items if isinstance(value, Items) else (value,):
        if isinstance(each, Scalar):  # Obsidian's aliases are titles, and no addresses
            keep_address(front, each)


def _canonical(front: Front, _key: str, value: Value, _: str | None) -> None:
    if isinstance(value, Scalar) and "://" in value.text:
        front.into.canonical = value.excerpt()


def _source_feed(front: Front, key: str, value: Value, _: str | None) -> None:
    if isinstance(value, Scalar) and key == "source_feed_id":
        front.into.source_feed_id = value.excerpt()
    elif isinstance(value, Scalar) and "://" in value.text:
        front.into.source_feed = value.excerpt()


def _license(front: Front, key: str, value: Value, _: str | None) -> None:
    if isinstance(value, Scalar) and "://" in value.text:
        front.into.license = value.excerpt()
    else:  # a name that nobody can look up, or a theme's switch
        front.into.ignored.append(key)


def _rights(front: Front, key: str, value: Value, language: str | None) -> None:
    for text, its in front.texts(key, value, language):
        if front.into.rights is None:
            front.into.rights = text.excerpt(its)


def _episode(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read what is said of an episode of a podcast; other values are those of other tools, and mean nothing here."""
    if not isinstance(value, Scalar):
        return
    known, text = front.into.episode or Episode(), value.text.strip().lower()
    name = key.removeprefix("itunes_").removesuffix("_number")
    number = int(text) if EPISODE_NUMBER.fullmatch(text) else None
    if name == "episode" and number is not None:
        known = replace(known, number=number)
    elif name == "season" and number is not None:
        known = replace(known, season=number)
    elif name == "explicit" and value.truth is not None:
        known = replace(known, is_explicit=value.truth)
    elif name == "episode_type" and text in EPISODE_KINDS:
        known = replace(known, kind=EPISODE_KINDS[text])
    front.into.episode = known if known != Episode() else None


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
    "translation_key": _translation_key,
    "correction": read_correction,
    "take": read_take,
    "minor": read_minor,
    "revive": read_revive,
    "kind": read_kind,
    "note": _note,
    "picture": read_picture,
    "aliases": _aliases,
    "canonical": _canonical,
    "source_feed": _source_feed,
    "episode": _episode,
    "license": _license,
    "rights": _rights,
}
