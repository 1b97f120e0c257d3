"""Keep the bytes of pictures, films, sounds and enclosures as files, named by their content.

Only files of known types are kept: a type is told by the first bytes, never by a name, so that no page and no script is
ever served as a picture.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from posixpath import basename
from typing import BinaryIO

from feedsvc.model.article import MediaFile
from feedsvc.stores.private_files import FILE, make_private_folder
from feedsvc.text.failures import Failure, attempt

CHUNK = 1 << 20
HEAD = 4096  # bytes, which tell the type
TRIES = 3
MOST_PIXELS = 100_000_000
LONGEST_SIDE = 30_000  # pixels
LONGEST_NAME = 100  # bytes of a file's name, without its ending
PART = ".part"
DIGEST = re.compile("[0-9a-f]{32}")
FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
UNWANTED = re.compile(r"[^\w.-]+")
# The endings of each type, that of a new name first.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/avif": (".avif",),
    "image/svg+xml": (".svg",),
    "audio/aac": (".aac",),
    "audio/flac": (".flac",),
    "audio/mp4": (".m4a",),
    "audio/mpeg": (".mp3",),
    "audio/ogg": (".oga", ".ogg", ".opus"),
    "audio/wav": (".wav",),
    "video/mp4": (".mp4", ".m4v"),
    "video/ogg": (".ogv",),
    "video/quicktime": (".mov",),
    "video/webm": (".webm",),
    "application/pdf": (".pdf",),
    "text/vtt": (".vtt",),
    "application/x-subrip": (".srt",),
}
MEASURED = frozenset(kind for kind in ENDINGS if kind.startswith("image/")) - {"image/svg+xml"}
BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"%PDF-", "application/pdf"),
)
BRANDS = {  # of files in the form of ISO/IEC 14496-12
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
MOVIES = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"dash"})
SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+"
    rb"(?:<!DOCTYPE\s+svg[^>\[]*+>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:svg:)?svg[\s>]",
    re.DOTALL,
)


VTT = re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|\Z)")
SUBRIP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,9}[0-9]{1,6}[ \t]*\r?\n[0-9]{1,3}:[0-9]{2}:[0-9]{2}[,.][0-9]{1,3} +--> +[0-9]"
)

PICTURES = MEASURED  # that words are looked for in, and that have smaller forms
FRAME_HEAD = 4  # bytes
LAYER_I = 3  # which nobody uses: without it, a byte order mark of UTF-16 begins no frame


class RefusedFileError(Exception):
    """A file is no medium; the message is for an editor."""


def type_of(head: bytes) -> str | None:
    """Return the media type of a file that begins with *head*, None if it is of no type that is served.

    source: WHATWG MIME Sniffing, section 6; ISO/IEC 14496-12 (ftyp); RFC 9639; RFC 3533.
    """
    told = next((media_type for beginning, media_type in BEGINNINGS if head.startswith(beginning)), None)
    return told or _type_in_container(head) or _type_of_frame(head) or _type_of_text(head)


def _type_in_container(head: bytes) -> str | None:
    """Return the type that a form of file with several types names."""
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:12]) or ("video/mp4" if head[8:12] in MOVIES else None)
    if head[:4] == b"OggS":
        is_sound = any(name in head[:120] for name in (b"OpusHead", b"\x01vorbis", b"FLAC"))
        return "audio/ogg" if is_sound else "video/ogg"
    return "video/webm" if head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head[:64] else None


def _type_of_text(head: bytes) -> str | None:
    if SUBRIP.match(head):
        return "application/x-subrip"
    return "text/vtt" if VTT.match(head) else "image/svg+xml" if SVG.match(head) else None


def _type_of_frame(head: bytes) -> str | None:
    """Return the type of a sound that begins with a frame of MPEG audio (ISO/IEC 11172-3) or of AAC (ADTS)."""
    if head[:1] != b"\xff" or head[1:2] < b"\xe0" or len(head) < FRAME_HEAD:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0:
        return "audio/aac" if head[1] >= 0xF0 else None  # noqa: PLR2004  twelve ones
    is_frame = version != 1 and layer != LAYER_I and head[2] >> 4 not in {0, 15}
    return "audio/mpeg" if is_frame else None


def name_for(path: str, media_type: str) -> str:
    """Return the end of the address of the file at *path*: its name, with an ending of its type."""
    stem, dot, ending = basename(path).rpartition(".")
    endings = ENDINGS[media_type]
    right = f".{ending.lower()}" if dot and f".{ending.lower()}" in endings else endings[0]
    cut = UNWANTED.sub("-", stem or ending).strip("-.").encode()[:LONGEST_NAME]
    return (cut.decode("utf-8", "ignore") or "file") + right


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFolder:
    """The folder of the kept files.

    path: None keeps nothing; files are only looked at, as `feedsvc check` does.
    """

    path: Path | None

    def file(self, digest: str) -> Path | None:
        """Return the path of the file with that *digest*, be it there or not; None if nothing is kept."""
        return None if self.path is None else self.path / digest[:2] / digest

    def has(self, file: MediaFile) -> bool:
        """Return whether the bytes of *file* are here, where any are kept."""
        path = self.file(file.digest)
        try:
            return path is None or path.stat().st_size == file.bytes
        except OSError:
            return False

    def has_digest(self, digest: str) -> bool:
        """Return whether a file with that *digest* is here, where any are kept."""
        path = self.file(digest)
        return path is None or path.exists()

    def take(self, source: Path, *, name: str, max_bytes: int) -> MediaFile:
        """Keep the file at *source*, which is no link, and return it.

        The copy is written under another name, and renamed when it is whole and on the disk.

        name:   path of the file in its source.
        raises: RefusedFileError for a file that must not be served; OSError if it cannot be read, or kept.
        """
        for _ in range(TRIES):
            with os.fdopen(os.open(source, FLAGS), "rb") as file:
                before = os.fstat(file.fileno())
                if not stat.S_ISREG(before.st_mode):
                    raise RefusedFileError("is no regular file")
                if before.st_size > max_bytes:
                    size, limit = f"{before.st_size / 1e6:.1f} MB", f"{max_bytes / 1e6:.1f} MB"
                    raise RefusedFileError(f"is {size}, over the limit of {limit} (max_bytes in [media])")
                found = _described(file, name=name, size=before.st_size)
                file.seek(0)
                digest = self._copied(file, before)
            if digest is not None:
                return replace(found, digest=digest)
        raise RefusedFileError(f"kept changing while it was read, {TRIES} times")

    def _copied(self, file: BinaryIO, before: os.stat_result) -> str | None:
        """Copy *file* to its place, and return its digest; None if it changes meanwhile."""
        digest, size = hashlib.sha256(), 0
        with self._part() as part:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                if size > before.st_size:
                    return None
                digest.update(chunk)
                if part is not None:
                    part.write(chunk)
            after = os.fstat(file.fileno())
            if (size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                return None
            name = digest.hexdigest()[:32]
            if part is not None:
                self._place(part, name)
        return name

    def keep(self, content: bytes) -> str:
        """Keep *content*, and return its digest.

        raises: OSError.
        """
        name = hashlib.sha256(content).hexdigest()[:32]
        with self._part() as part:
            if part is not None:
                part.write(content)
                self._place(part, name)
        return name

    def _place(self, part: BinaryIO, name: str) -> None:
        """Give the copy the name of its digest once it is on the disk."""
        target = self.file(name)
        if target is None:
            return
        part.flush()
        os.fsync(part.fileno())
        make_private_folder(target.parent)
        Path(part.name).replace(target)
        _sync_folder(target.parent)

    @contextmanager
    def _part(self) -> Iterator[BinaryIO | None]:
        """Open a file for a copy, which is removed unless it gets another name."""
        if self.path is None:
            yield None
            return
        make_private_folder(self.path)
        path = self.path / f"{os.getpid()}{PART}"
        try:
            with open(path, "wb", opener=_open_private) as part:
                yield part
        finally:
            path.unlink(missing_ok=True)

    def unneeded(self, needed: Collection[str]) -> list[tuple[Path, int]]:
        """Return the files, with their bytes, whose digests are not among those *needed*.

        Call this inside the transaction of a pass: a pass of another process would keep files meanwhile.
        """
        return [(path, path.stat().st_size) for path in self._files() if path.name not in needed]

    def sweep(self, needed: Collection[str]) -> None:
        """Remove the files that `unneeded` returns."""
        for path, _ in self.unneeded(needed):
            path.unlink(missing_ok=True)

    def _files(self) -> Iterator[Path]:
        if self.path is None or not self.path.is_dir():
            return
        yield from sorted(self.path.glob(f"*{PART}"))
        yield from sorted(path for path in self.path.glob("??/*") if DIGEST.fullmatch(path.name))


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, FILE)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _described(file: BinaryIO, *, name: str, size: int) -> MediaFile:
    """Return *file* without its digest.

    raises: RefusedFileError.
    """
    media_type = type_of(file.read(HEAD))
    if media_type is None:
        raise RefusedFileError("is no picture, sound, film or PDF by its first bytes")
    width = height = None
    if media_type in MEASURED:
        width, height = _size_of(file)
        if not (width and height):
            raise RefusedFileError("is a picture without a size: it is damaged or cut off")
    if width and height and (width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE):
        raise RefusedFileError(f"has {width} × {height} pixels, over the limit of {MOST_PIXELS:,} in all")
    return MediaFile(
        digest="", name=name_for(name, media_type), media_type=media_type, bytes=size, width=width, height=height
    )


def _size_of(file: BinaryIO) -> tuple[int | None, int | None]:
    """Return the width and height of a picture as it is shown, None where they cannot be told."""
    import imagesize  # noqa: PLC0415  see feedsvc/config/site_face.py

    file.seek(0)
    found = attempt(partial(imagesize.get_info, dpi=False, colors=False, channels=False), file)
    if isinstance(found, Failure) or found.width <= 0 or found.height <= 0:
        return None, None
    return found.width, found.height
