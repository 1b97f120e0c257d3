"""Turn bylines into credits: the same person's name in several languages is one credit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from feedsvc.articles.dating import dateline_of
from feedsvc.articles.title_keys import MOST_RELATED
from feedsvc.model.article import Credit, Media, Text, WantedLink
from feedsvc.model.document import Problem
from feedsvc.model.draft import Byline, Draft, Role
from feedsvc.text.characters import clean_text
from feedsvc.text.html import absolute_url
from feedsvc.text.scripts import match_language, tell_language


def credits_of(drafts: Sequence[Draft], languages: Sequence[str]) -> tuple[Credit, ...]:
    """Return the credits of an article, role by role in the order found.

    Names are paired over languages by their order where each language names as many people; a reporter whom only the
    dateline names is an author.
    """
    roles: dict[Role, dict[str, list[str]]] = {}
    for draft in drafts:
        for byline in draft.bylines:
            _add(roles, byline.role, _language(byline, languages), byline.name)
    for draft in drafts:
        for dateline in draft.datelines:
            if not dateline.reporter:
                continue
            language = match_language(dateline.language, languages) or languages[0]
            if language not in roles.get("author", {}) and dateline_of(draft, language) == dateline:
                for name in dateline.reporter.replace("，", "、").split("、"):
                    _add(roles, "author", language, name)
    return tuple([credit for role, names in roles.items() for credit in _paired(role, names, languages)])


def _add(roles: dict[Role, dict[str, list[str]]], role: Role, language: str, name: str) -> None:
    clean = clean_text(name)[0]
    names = roles.setdefault(role, {}).setdefault(language, [])
    if clean and clean not in names:
        names.append(clean)


def _paired(role: Role, names: dict[str, list[str]], languages: Sequence[str]) -> list[Credit]:
    ordered = [language for language in languages if names.get(language)]
    if len(ordered) > 1 and len({len(names[language]) for language in ordered}) == 1:
        return [
            Credit(name=Text(items=tuple(zip(ordered, people, strict=True))), role=role)
            for people in zip(*[names[language] for language in ordered], strict=True)
        ]
    return [Credit(name=Text(items=((language, name),)), role=role) for language in ordered for name in names[language]]


def _language(byline: Byline, languages: Sequence[str]) -> str:
    declared = match_language(byline.language, languages) if byline.language else None
    return declared or tell_language(byline.name, languages) or languages[0]


MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
# Our own table, because the system's differs from machine to machine. RFC 6838 lets anything else be octet-stream.
BY_ENDING: Mapping[str, str] = {
    ".aac": "audio/aac",
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


def media_of(drafts: Sequence[Draft], *, language: str, base: str) -> tuple[Media, ...]:
    """Return the media of an article, each once; one whose address leads nowhere is left out (`broken_links` says so).

    language: of the alternative texts. base: what relative addresses are relative to.
    """
    media: dict[str, Media] = {}
    for draft in drafts:
        for enclosure in draft.enclosures:
            if url := absolute_url(enclosure.url, base=base):
                text = clean_text(enclosure.alternative)[0]
                alternative = Text(items=((language, text),)) if text else Text()
                kind = _media_type(enclosure.media_type, url)
                media.setdefault(url, Media(url=url, media_type=kind, bytes=enclosure.bytes, alternative=alternative))
    return tuple(media.values())


def wanted_of(drafts: Sequence[Draft], *, base: str) -> tuple[WantedLink, ...]:
    """Return the links that related lines ask for, each once, and no more than are of use.

    A broken address leaves its title to be looked up.
    """
    lines = [line for draft in drafts for line in draft.related]
    wanted = (
        WantedLink(
            title=clean_text(line.title)[0], url=absolute_url(line.url, base=base) if line.url is not None else None
        )
        for line in lines[:MOST_RELATED]
    )
    return tuple(dict.fromkeys(wanted_link for wanted_link in wanted if wanted_link.title or wanted_link.url))


def broken_links(draft: Draft, *, base: str) -> Iterator[Problem]:
    """Yield a note for each address of a draft that is none for the web."""
    urls = [line.url for line in draft.related[:MOST_RELATED] if line.url is not None]
    for url in (*urls, *(enclosure.url for enclosure in draft.enclosures)):
        if absolute_url(url, base=base) is None:
            message = clean_text(f"{url!r} is no web address; it is left out")[0]
            yield Problem(source=draft.source, path=draft.path, message=message, severity="note")


def _media_type(stated: str | None, url: str) -> str:
    written = (stated or "").strip().lower()
    if MEDIA_TYPE.fullmatch(written):
        return written
    return BY_ENDING.get(PurePosixPath(urlsplit(url).path).suffix.lower(), UNKNOWN)
