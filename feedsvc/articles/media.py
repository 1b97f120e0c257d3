"""Turn the pictures, films, sounds and enclosures of drafts into the media of their article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape, unescape
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from feedsvc.articles.local_files import FilesOf, is_local
from feedsvc.model.article import Media, MediaFile, Text
from feedsvc.model.draft import Draft
from feedsvc.text.characters import clean_text
from feedsvc.text.web_addresses import absolute_url

IMAGE = re.compile(r'<img\b[^<>]*\ssrc="(?P<address>[^"]*)"[^<>]*>')
SIZE = re.compile(r'\s(?:width|height)="')
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
# Our own table, because the system's differs from machine to machine. RFC 6838 lets anything else be octet-stream.
BY_ENDING: Mapping[str, str] = {
    ".aac": "audio/aac",
    ".avif": "image/avif",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
UNKNOWN = "application/octet-stream"


def media_of(drafts: Sequence[Draft], files: Mapping[int, FilesOf], *, language: str, base: str) -> tuple[Media, ...]:
    """Return the media of an article, each once; `broken_links` and the files tell of those left out.

    The picture beside a wire document is used if the document names no other.

    files:    of the drafts, by their identity in memory.
    language: of the alternative texts. base: resolves addresses without a scheme.
    """
    media: dict[str, Media] = {}
    for draft in drafts:
        its = files[id(draft)]
        for enclosure in draft.enclosures:
            urls = (shown_url(url, its, base=base) for url in (enclosure.url, *enclosure.instead))
            url = next((url for url in urls if url), None)
            if url is None:
                continue
            medium = Media(
                url=url,
                media_type=_media_type(enclosure.media_type, url),
                bytes=enclosure.bytes,
                duration_s=enclosure.duration_s,
                alternative=_words_in(language, enclosure.alternative),
                caption=_words_in(language, enclosure.caption or ""),
                credit=clean_text(enclosure.credit or "")[0] or None,
            )
            media.setdefault(url, _measured(medium, its.by_address.get(url)))
        beside = its.beside()
        if beside and not any(medium.media_type.startswith("image/") for medium in media.values()):
            media[beside] = _measured(Media(url=beside, media_type=UNKNOWN), its.by_address[beside])
    return tuple(media.values())


def shown_url(written: str, files: FilesOf, *, base: str) -> str | None:
    return files.get(written.strip()) if is_local(written) else absolute_url(written, base=base)


def _measured(medium: Media, file: MediaFile | None) -> Media:
    """Return *medium* with what is known of its *file*, which tells more surely than the document."""
    if file is None:
        return medium
    return replace(medium, media_type=file.media_type, bytes=file.bytes, width=file.width, height=file.height)


def _words_in(language: str, text: str) -> Text:
    cleaned = clean_text(text)[0]
    return Text(items=((language, cleaned),)) if cleaned else Text()


def _media_type(stated: str | None, url: str) -> str:
    written = (stated or "").strip().lower()
    if MEDIA_TYPE.fullmatch(written):
        return written
    return BY_ENDING.get(PurePosixPath(urlsplit(url).path).suffix.lower(), UNKNOWN)


def with_sizes(html: str, files: Mapping[str, MediaFile]) -> str:
    """Return safe *html* with the sizes of pictures that name none, so that no text moves when they arrive."""

    def written(found: re.Match[str]) -> str:
        file = files.get(unescape(found["address"]))
        if file is None or not (file.width and file.height) or SIZE.search(found[0]):
            return found[0]
        return f'{found[0][:-1]} width="{file.width}" height="{file.height}">'

    return IMAGE.sub(written, html) if files else html


def shown_files(found: Iterable[FilesOf], body: Text, media: Sequence[Media]) -> tuple[MediaFile, ...]:
    """Return those of the files that a body or a medium shows."""
    shown: dict[str, MediaFile] = {}
    addresses = {medium.url for medium in media}
    for files in found:
        for address, file in files.by_address.items():
            if address in addresses or any(escape(address) in html for _, html in body.items):
                shown.setdefault(address, file)
    return tuple(shown.values())
