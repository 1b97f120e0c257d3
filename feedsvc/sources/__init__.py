"""The registry of sources, which deliver documents, by URL scheme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from feedsvc.config.settings import Settings, SourceSettings
from feedsvc.model.errors import SourceError
from feedsvc.model.ports import Source
from feedsvc.sources.file_kinds import Selection
from feedsvc.sources.folder import FolderSource
from feedsvc.sources.polled import PolledSource

MOST_BYTES = 10_000_000  # of a document that polls have written, which is much smaller


def _folder(settings: SourceSettings) -> Source:
    return _in_folder(settings, Path(settings.url))


def _file_url(settings: SourceSettings) -> Source:
    parts = urlsplit(settings.url)
    if parts.netloc not in {"", "localhost"}:
        raise SourceError(f"{settings.url}: a file URL must name a folder of this machine, as in file:///srv/articles")
    return _in_folder(settings, Path(unquote(parts.path)))


def _bucket(settings: SourceSettings) -> Source:
    if settings.bucket is None:
        raise SourceError(f"{settings.url}: is no bucket")
    selection = Selection(include=settings.include, exclude=settings.exclude)
    return PolledSource(
        name=settings.name, root=settings.bucket.folder, max_bytes=settings.max_bytes, selection=selection
    )


def _upstream(settings: SourceSettings) -> Source:
    folder = Path(settings.url) if settings.upstream is None else settings.upstream.folder
    return PolledSource(name=settings.name, root=folder, max_bytes=MOST_BYTES)


def _in_folder(settings: SourceSettings, root: Path) -> FolderSource:
    selection = Selection(include=settings.include, exclude=settings.exclude)
    return FolderSource(name=settings.name, root=root, max_bytes=settings.max_bytes, selection=selection)


# A plain path has no scheme. The keys do not overlap, so their order is of no consequence.
SOURCES: Mapping[str, Callable[[SourceSettings], Source]] = {
    "": _folder,
    "file": _file_url,
    "s3": _bucket,
    "http": _upstream,
    "https": _upstream,
}


def open_sources(settings: Settings) -> tuple[Source, ...]:
    """Return the configured sources, in their order.

    raises: SourceError for a URL with an unknown scheme.
    """
    return tuple(_open(source) for source in settings.sources)


def _open(settings: SourceSettings) -> Source:
    scheme, mark, _ = settings.url.partition("://")
    source = SOURCES.get(scheme.lower() if mark else "")
    if source is None:
        known = ", ".join(f"{name}://" if name else "a plain path" for name in SOURCES)
        raise SourceError(f"{settings.url}: no source reads {scheme}:// URLs; known are {known}")
    return source(settings)
