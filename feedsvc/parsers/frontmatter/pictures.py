"""Read the picture of a post: an address, or a table or a list of such, with its description, caption and credit.

Generators and their themes have many keys for it. They mean one picture, often in several sizes: one is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from feedsvc.model.draft import Enclosure
from feedsvc.parsers.frontmatter.key_names import PICTURES, spelling
from feedsvc.parsers.frontmatter.values import Front, Items, Scalar, Table, Value

WEB = re.compile(r"(?:https?:)?//[^\s/]", re.IGNORECASE)
IMAGE = re.compile(r"[^\n]{1,1000}\.(?:avif|bmp|gif|jfif|jpe?g|png|svg|webp)(?:[?#][^\s]{0,1000})?", re.IGNORECASE)
ADDRESSES = ("image", "src", "url", "path", "file", "filename", "large", "teaser", "overlay_image", "og_image")
ALTERNATIVES = ("alt", "image_alt", "alt_text", "alttext", "description", "title")
CAPTIONS, CREDITS = ("caption", "image_caption"), ("credit", "image_credit", "attribution", "photographer", "copyright")
ENDINGS_TOLD = re.compile(r"\.(?:avif|gif|jpe?g|png|svg|webp)(?:[?#]|$)", re.IGNORECASE)
MOST_LISTED = 3  # lists and tables in one another
MOST_INSTEAD = 5


def read_picture(front: Front, key: str, value: Value, _: str | None) -> None:
    """Keep the pictures of a key until all keys are read: `add_picture` takes the one that is meant most."""
    front.pictures += [(PICTURES.index(key), key, picture) for picture in _pictures(value, MOST_LISTED)]


def _pictures(value: Value, deep: int) -> Iterator[tuple[Scalar, Mapping[str, Value]]]:
    """Yield the address of each picture, and the fields beside it."""
    if isinstance(value, Scalar):
        if WEB.match(value.text) or IMAGE.fullmatch(value.text):
            yield value, {}
    elif deep and isinstance(value, Items):
        for item in value.items:
            yield from _pictures(item, deep - 1)
    elif deep and isinstance(value, Table):
        fields = {spelling(written.text): inner for written, inner in value.items}
        for name in ADDRESSES:
            for address, beside in _pictures(fields[name], deep - 1) if name in fields else ():
                yield address, beside or fields


def add_picture(front: Front, table: Table) -> frozenset[str]:
    """Add the picture that the keys mean, and return the keys beside it that may have words about it.

    The pictures of other keys stand in if it cannot be shown, whole web addresses first.
    """
    if not front.pictures:
        return frozenset()
    pictures = sorted(front.pictures, key=lambda picture: picture[0])
    _, key, (address, fields) = pictures[0]
    others = [picture[2][0].text for picture in pictures[1:] if picture[2][0].text != address.text]
    others.sort(key=lambda url: WEB.match(url) is None)
    beside = {spelling(written.text): value for written, value in table.items}
    url = address.text
    front.into.enclosures.insert(
        0,
        Enclosure(
            url=_whole(url),
            # Picture services name no kind in their addresses, and readers ask only whether it is a picture.
            media_type=None if ENDINGS_TOLD.search(url) else "image/jpeg",
            instead=tuple(map(_whole, others[:MOST_INSTEAD])),
            bytes=None,
            alternative=_words(key, ALTERNATIVES, fields, beside),
            caption=_words(key, CAPTIONS, fields, beside) or None,
            credit=_words(key, CREDITS, fields, beside) or None,
            span=address.span,
        ),
    )
    return _beside(key)


def _beside(key: str) -> frozenset[str]:
    return frozenset(spelling(f"{key}_{name}") for name in (*ALTERNATIVES, *CAPTIONS, *CREDITS) if name != "title")


def _whole(url: str) -> str:
    return f"https:{url}" if url.startswith("//") else url


def _words(key: str, names: tuple[str, ...], fields: Mapping[str, Value], beside: Mapping[str, Value]) -> str:
    """Return the first text of *names* in the picture's table, or else in a key such as `cover_alt` beside it."""
    inside = [fields.get(name) for name in names]
    outside = [beside.get(spelling(f"{key}_{name}")) for name in names if name != "title"]
    found = (value.text for value in (*inside, *outside) if isinstance(value, Scalar) and value.text)
    return next(found, "")
