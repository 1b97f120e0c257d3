"""Turn the pictures, films, sounds and enclosures of drafts into the media of their article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape, unescape
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from feedsvc.articles.local_files import FilesOf, is_local
from feedsvc.model.article import Media, MediaFile, Text, Transcript
from feedsvc.model.draft import Draft
from feedsvc.text.characters import clean_text
from feedsvc.text.scripts import match_language, tell_language
from feedsvc.text.web_addresses import absolute_url

IMAGE = re.compile(r'<img\b[^<>]*\ssrc="(?P<address>[^"]*)"[^<>]*>')
DESCRIBED = re.compile(r'\salt="[^"]')
NO_ALTERNATIVE = re.compile(r'\salt=""')
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
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")
UNDECLARED = frozenset({"und", "mul", "zxx"})


def media_of(
    drafts: Sequence[Draft],
    files: Mapping[int, FilesOf],
    *,
    languages: Sequence[str],
    spoken: Mapping[int, Sequence[str]],
    base: str,
) -> tuple[Media, ...]:
    """Return the media of an article, each once; `broken_links` and the files tell of those left out.

    The picture beside a wire document is used if the document names no other. Documents in several languages may each
    have words about one medium. Words in its file stand in for those that no document has.

    files:     of the drafts, by their identity in memory.
    languages: of the article. spoken: those of each draft, by its identity. base: resolves addresses without a scheme.
    """
    media: dict[str, Media] = {}
    for draft in drafts:
        its = files[id(draft)]
        words = partial(_words_in, spoken.get(id(draft)) or languages)
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
                alternative=words(enclosure.alternative),
                caption=words(enclosure.caption or ""),
                credit=clean_text(enclosure.credit or "")[0] or None,
                transcript=_transcript(its, enclosure.url),
            )
            known = media.get(url)
            here = _measured(medium, its.by_address.get(url))
            media[url] = here if known is None else _joined(known, here, languages)
        beside = its.beside()
        if beside and not any(medium.media_type.startswith("image/") for medium in media.values()):
            media[beside] = _measured(Media(url=beside, media_type=UNKNOWN), its.by_address[beside])
    by_address = {address: file for its in files.values() for address, file in its.by_address.items()}
    return tuple(with_words(medium, by_address.get(medium.url), languages) for medium in media.values())


def shown_url(written: str, files: FilesOf, *, base: str) -> str | None:
    return files.get(written.strip()) if is_local(written) else absolute_url(written, base=base)


def _measured(medium: Media, file: MediaFile | None) -> Media:
    """Return *medium* with what is known of its *file*, which tells more surely than the document."""
    if file is None:
        return medium
    return replace(medium, media_type=file.media_type, bytes=file.bytes, width=file.width, height=file.height)


def _transcript(files: FilesOf, written: str) -> Transcript | None:
    found = files.transcript(written)
    return None if found is None else Transcript(url=found[0], media_type=found[1])


def _joined(medium: Media, other: Media, languages: Sequence[str]) -> Media:
    """Return *medium* with the words that *other*, which is the same, has in other languages."""
    both = partial(_both, languages=languages)
    return replace(
        medium,
        alternative=both(medium.alternative, other.alternative),
        caption=both(medium.caption, other.caption),
        credit=medium.credit or other.credit,
        duration_s=medium.duration_s or other.duration_s,
        transcript=medium.transcript or other.transcript,
    )


def _both(text: Text, other: Text, *, languages: Sequence[str]) -> Text:
    return _in_order(dict(other.items) | dict(text.items), languages)


def _in_order(words: Mapping[str, str], languages: Sequence[str]) -> Text:
    """Return *words* by language as a text, the *languages* of the article first."""
    ordered = [language for language in languages if language in words]
    ordered += [language for language in words if language not in languages]
    return Text(items=tuple((language, words[language]) for language in ordered))


def with_words(medium: Media, file: MediaFile | None, languages: Sequence[str]) -> Media:
    """Return *medium* with the words in its file, where it has none; languages: of the article."""
    if file is None or file.words is None:
        return medium
    return replace(
        medium,
        alternative=medium.alternative if medium.alternative.items else _told(file.words.alternative, languages),
        caption=medium.caption if medium.caption.items else _told(file.words.caption, languages),
        credit=medium.credit or file.words.credit or None,
    )


def _told(text: Text, languages: Sequence[str]) -> Text:
    """Return a text of a file by the languages of the article; those that it has not keep their own tags."""
    found: dict[str, str] = {}
    for tag, words in text.items:
        is_tag = LANGUAGE_TAG.fullmatch(tag) is not None and tag not in UNDECLARED
        declared = (match_language(tag, languages) or tag) if is_tag else None
        found.setdefault(declared or tell_language(words, languages) or languages[0], words)
    return _in_order(found, languages)


def _words_in(languages: Sequence[str], text: str) -> Text:
    """Return a text of a document in *languages*, in the one that its script tells, else in the first."""
    cleaned = clean_text(text)[0]
    told = tell_language(cleaned, languages) if len(languages) > 1 else None
    return Text(items=((told or languages[0], cleaned),)) if cleaned else Text()


def _media_type(stated: str | None, url: str) -> str:
    written = (stated or "").strip().lower()
    if MEDIA_TYPE.fullmatch(written):
        return written
    return BY_ENDING.get(PurePosixPath(urlsplit(url).path).suffix.lower(), UNKNOWN)


def with_sizes(html: str, files: Mapping[str, MediaFile], *, language: str) -> str:
    """Return safe *html* with the sizes of pictures that name none, so that no text moves when they arrive.

    A picture without an alternative text gets that in its file: a picture desk writes one only where it is needed.

    language: of the text.
    """

    def written(found: re.Match[str]) -> str:
        file, tag = files.get(unescape(found["address"])), found[0]
        if file is None:
            return tag
        alternative = _told(file.words.alternative, [language]).best(language)[1] if file.words else ""
        if alternative and not DESCRIBED.search(tag):
            tag = f'{NO_ALTERNATIVE.sub("", tag)[:-1]} alt="{escape(alternative)}">'
        if file.width and file.height and not SIZE.search(tag):
            tag = f'{tag[:-1]} width="{file.width}" height="{file.height}">'
        return tag

    return IMAGE.sub(written, html) if files else html


def shown_files(found: Iterable[FilesOf], body: Text, media: Sequence[Media]) -> tuple[MediaFile, ...]:
    """Return those of the files that a body or a medium shows."""
    shown: dict[str, MediaFile] = {}
    addresses = {medium.url for medium in media}
    addresses |= {medium.transcript.url for medium in media if medium.transcript is not None}
    for files in found:
        for address, file in files.by_address.items():
            if address in addresses or any(escape(address) in html for _, html in body.items):
                shown.setdefault(address, file)
    return tuple(shown.values())
