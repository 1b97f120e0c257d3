"""Answer requests for files that articles show, whole or in part, as nginx answers them."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from feedsvc.feeds.cache_keys import key_headers
from feedsvc.model.article import MediaFile
from feedsvc.model.ports import Library
from feedsvc.stores.media_folder import MediaFolder
from feedsvc.web.delivery.negotiation import date_in, http_date, is_unchanged

MEDIA_PATH = re.compile(r"/media/(?P<digest>[0-9a-f]{32})/(?P<name>[^/\0]{1,400})")
MEDIA_CACHE_CONTROL = "public, max-age=31536000, immutable"  # other bytes have another address
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"  # an SVG may hold scripts
CHUNK = 256 * 1024  # bytes, so that no file is in memory as a whole
NUMBER = "[0-9]{1,18}"
RANGE = re.compile(rf" *(?:(?P<start>{NUMBER}) *- *(?P<end>{NUMBER})?|- *(?P<last>{NUMBER})) *")
READING = frozenset({"GET", "HEAD"})


class Stretch(NamedTuple):
    """Bytes of a file, from *start* up to but without *end*."""

    start: int
    end: int


class Unsatisfiable(NamedTuple):
    """No part of the file is what a request asks for."""


def wanted_part(value: str | None, size: int) -> Stretch | Unsatisfiable | None:
    """Return the part of a file that the Range header with *value* asks for; None for the whole file.

    The whole file also answers several parts at once, which RFC 9110 allows.

    source: RFC 9110, section 14.2; ngx_http_range_filter_module.c of nginx, for the cases that the RFC leaves open.
    """
    if value is None or value[:6].lower() != "bytes=" or len(value) == len("bytes="):
        return None
    parts: list[Stretch] = []
    for text in value[6:].split(","):
        found = RANGE.fullmatch(text)
        if found is None:
            return Unsatisfiable()
        if found["last"] is not None:
            start, end = max(size - int(found["last"]), 0), size
        else:
            start, end = int(found["start"]), size if found["end"] is None else min(int(found["end"]) + 1, size)
        if start < end:
            parts.append(Stretch(start, end))
        elif start == 0:
            return None
    if not parts:
        return Unsatisfiable()
    return parts[0] if len(parts) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaAnswer:
    """An answer; the body is a *part* of the open file *descriptor*, which whoever sends it closes.

    headers: without Date.
    """

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...]
    descriptor: int | None = None
    part: Stretch = field(default=Stretch(0, 0))

    def chunks(self) -> Iterator[bytes]:
        """Yield the body, and close the file."""
        try:
            at = self.part.start
            while self.descriptor is not None and at < self.part.end:
                chunk = self.read(at)
                if not chunk:
                    return  # somebody has cut the file off; the connection shows that bytes are missing
                at += len(chunk)
                yield chunk
        finally:
            self.close()

    def read(self, at: int) -> bytes:
        """Return the bytes of the body at that place of the file, b"" at the end."""
        return b"" if self.descriptor is None else os.pread(self.descriptor, min(CHUNK, self.part.end - at), at)

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)


class MediaAnswers:
    """Answers with the files that published articles show.

    folder: of the kept files. networks: content delivery networks that ask for keys. rights: headers that reserve them.
    """

    def __init__(
        self,
        library: Library,
        folder: Path,
        *,
        networks: Collection[str] = (),
        rights: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._library = library
        self._networks = networks
        self._rights = rights
        self._folder = MediaFolder(path=folder)

    def find(self, path: str) -> tuple[MediaFile | None, bool]:
        """Return the file at *path*, and whether any article ever showed it.

        raises: StoreError.
        """
        found = MEDIA_PATH.fullmatch(path)
        return (None, False) if found is None else self._library.media_file(found["digest"], unquote(found["name"]))

    def answer(self, file: MediaFile, *, method: str, headers: Mapping[str, str]) -> MediaAnswer | None:
        """Return the answer with *file*; None if its bytes are not here.

        method:  GET or HEAD. headers: of the request, names in lower case.
        """
        path = self._folder.file(file.digest)
        try:
            descriptor = os.open(path or "", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        answered = None
        try:
            status = os.fstat(descriptor)
            modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
            answered = _answer(file, descriptor, size=status.st_size, modified=modified, method=method, headers=headers)
        finally:
            if answered is None or answered.descriptor is None:
                os.close(descriptor)
        keys = key_headers(file.path, (), self._networks)
        return replace(answered, headers=(*answered.headers, *keys, *self._rights))


def _answer(
    file: MediaFile, descriptor: int, *, size: int, modified: datetime, method: str, headers: Mapping[str, str]
) -> MediaAnswer:
    etag = f'"{file.digest}"'
    always = (
        ("ETag", etag),
        ("Last-Modified", http_date(modified)),
        ("Cache-Control", MEDIA_CACHE_CONTROL),
        *MEDIA_HEADERS,
    )
    if _has_failed(etag, modified, headers):
        return _bare(HTTPStatus.PRECONDITION_FAILED)
    if is_unchanged(etag, modified, headers):
        return MediaAnswer(status=HTTPStatus.NOT_MODIFIED, headers=always)
    wanted = wanted_part(headers.get("range"), size) if _may_be_a_part(etag, modified, headers) else None
    if isinstance(wanted, Unsatisfiable):
        return _bare(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, ("Content-Range", f"bytes */{size}"))
    part = wanted or Stretch(0, size)
    content = [("Content-Type", file.media_type), ("Content-Length", str(part.end - part.start))]
    if file.media_type == "image/svg+xml":
        content.append(("Content-Security-Policy", SVG_POLICY))
    if wanted is None:
        content.append(("Accept-Ranges", "bytes"))
    else:
        content.append(("Content-Range", f"bytes {part.start}-{part.end - 1}/{size}"))
    return MediaAnswer(
        status=HTTPStatus.OK if wanted is None else HTTPStatus.PARTIAL_CONTENT,
        headers=(*content, *always),
        descriptor=None if method == "HEAD" else descriptor,
        part=part,
    )


# Scripts of other sites may read files, as they may read feeds.
MEDIA_HEADERS = (("X-Content-Type-Options", "nosniff"), ("Access-Control-Allow-Origin", "*"))


def _bare(status: HTTPStatus, *headers: tuple[str, str]) -> MediaAnswer:
    return MediaAnswer(status=status, headers=(("Content-Length", "0"), *MEDIA_HEADERS[:1], *headers))


def _has_failed(etag: str, modified: datetime, headers: Mapping[str, str]) -> bool:
    """Return whether the request is only for another version of the file.

    source: RFC 9110, sections 13.1.1 and 13.1.4.
    """
    tags = headers.get("if-match")
    if tags is not None:
        return tags.strip() != "*" and etag not in [tag.strip() for tag in tags.split(",")]
    until = date_in(headers.get("if-unmodified-since"))
    return until is not None and modified > until


def _may_be_a_part(etag: str, modified: datetime, headers: Mapping[str, str]) -> bool:
    """Return whether the client may get a part: it has the rest of this very version.

    source: RFC 9110, section 13.1.5.
    """
    condition = headers.get("if-range")
    if condition is None:
        return True
    if condition.endswith('"'):
        return condition == etag
    return date_in(condition) == modified
