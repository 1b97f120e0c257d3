"""Read what front matter links to: related stories and enclosures."""

from __future__ import annotations

from collections.abc import Mapping

from feedsvc.model.drafts import Enclosure, RelatedLine
from feedsvc.parsers.frontmatter.front import Front, line_of
from feedsvc.parsers.frontmatter.values import Items, Scalar, Table, Value
from feedsvc.parsers.related_lines import read_related

LONGEST_LENGTH = 15  # digits: under a petabyte


def read_related_key(front: Front, key: str, value: Value, _: str | None) -> None:
    """Read related stories: titles, URLs, tables of both."""
    if isinstance(value, Items):
        for each in value.items:
            _related(front, key, each)
    elif isinstance(value, Scalar):
        _related(front, key, value)
    else:
        _related_table(front, key, value)


def _related(front: Front, key: str, value: Value) -> None:
    if isinstance(value, Table):
        _related_table(front, key, value)
    elif isinstance(value, Scalar):
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
    for each in value.items if isinstance(value, Items) else (value,):
        if isinstance(each, Scalar) and each.text:
            _enclosure(front, key, each, {})
        elif isinstance(each, Table):
            fields = {written.text.lower(): one for written, one in each.items}
            url = fields.get("url") or fields.get("href") or fields.get("src")
            if url is None:
                raise front.fault(key, each, "a URL, or a table with url, type and length")
            _enclosure(front, key, front.scalar(f"{key}.url", url, "a URL"), fields)
        else:
            raise front.fault(key, each, "a URL, or a table with url, type and length")


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
            span=url.span,
        )
    )
