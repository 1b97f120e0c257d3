"""Choose the picture that stands for an entry: in feeds, in previews of other sites, and above the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from feedsvc.articles.media import BY_ENDING, with_words
from feedsvc.articles.references import body_of, media_of
from feedsvc.model.article import Article, Entry, Media, Text

SMALLEST = 100  # pixels of a side; smaller pictures in a text are icons and signs
LONGEST_NUMBER = 5  # digits
IMAGE = re.compile(r"<img\b[^<>]*>")
ATTRIBUTE = re.compile(r' (?P<name>[a-z]+)="(?P<value>[^"]*)"')
KEPT = re.compile(r"(?P<bytes>/media/[0-9a-f]{32}/)[^/]+\Z")


def lead_picture(entry: Entry) -> Media | None:
    """Return the first picture among the media of *entry*, else the first of some size in its bodies."""
    return next((medium for medium in media_of(entry) if is_picture(medium)), None) or next(_in_bodies(entry), None)


def is_picture(medium: Media) -> bool:
    return medium.media_type.startswith("image/")


def is_shown_in(bodies: str, url: str) -> bool:
    """Return whether safe HTML shows the picture at *url*, or the same bytes under another name."""
    kept = KEPT.search(url)
    written = url.replace("&", "&amp;")
    return f'"{written}"' in bodies or f" {written} " in bodies or (kept is not None and kept["bytes"] in bodies)


def _in_bodies(entry: Entry) -> Iterator[Media]:
    for language, html in body_of(entry).items:
        for tag in IMAGE.findall(html) if "<img" in html else ():
            found = {name: unescape(value) for name, value in ATTRIBUTE.findall(tag)}
            url = found.get("src", "")
            if not url.startswith(("http://", "https://")):
                continue
            medium = _medium(url, found, language, article=entry.article)
            if min(medium.width or SMALLEST, medium.height or SMALLEST) >= SMALLEST:
                yield medium


def _medium(url: str, attributes: dict[str, str], language: str, *, article: Article) -> Media:
    alternative = attributes.get("alt", "").strip()
    words = Text(items=((language, alternative),)) if alternative else Text()
    file = next((file for file in article.files if url.endswith(file.path)), None)
    if file is not None:
        medium = Media(
            url=url,
            media_type=file.media_type,
            bytes=file.bytes,
            width=file.width,
            height=file.height,
            alternative=words,
        )
        return with_words(medium, file, article.languages)
    # Picture services name no kind in their addresses, and readers ask only whether it is a picture.
    media_type = BY_ENDING.get(PurePosixPath(urlsplit(url).path).suffix.lower(), "image/jpeg")
    width, height = _number(attributes.get("width")), _number(attributes.get("height"))
    return Media(url=url, media_type=media_type, width=width, height=height, alternative=words)


def _number(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
    return (int(text or 0) or None) if is_number else None
