"""Make sources of the documents that are looked at: the files that a person named, or all that a pass would look at."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from feedsvc.config.settings import Settings, SourceSettings
from feedsvc.model.document import Document, Problem, Unchanged
from feedsvc.model.errors import SourceError, StoreError
from feedsvc.model.ports import Source
from feedsvc.sources import open_sources
from feedsvc.sources.file_kinds import EVERYTHING, Kind, Selection, told_of
from feedsvc.sources.folder import list_all, read_file
from feedsvc.stores import open_existing_store
from feedsvc.stores.documents import Documents

OUTSIDE = "outside"


def sources_of(settings: Settings, paths: Sequence[str]) -> tuple[tuple[Source, SourceSettings], ...]:
    """Return what delivers the documents at *paths*, and every source if there are none."""
    former = _former(settings)
    return _handfuls(settings, paths, former=former) if paths else _whole(settings, former)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Handful:
    """Deliver the files that a person named, as a source does; root is empty outside every source.

    faults: of what cannot be looked into. aside: files that a pass would leave out.
    """

    name: str
    root: str
    files: tuple[tuple[Path, str], ...]
    faults: tuple[Problem, ...] = ()
    aside: tuple[tuple[str, Kind], ...] = ()
    max_bytes: int

    def documents(
        self,
        *,
        known: Mapping[str, str],  # noqa: ARG002  a Source
        now: datetime,
        among: Collection[str] | None = None,  # noqa: ARG002  a Source
    ) -> Iterator[Document | Unchanged | Problem]:
        """Yield each file, or the reason why it cannot be read."""
        yield from self.faults
        for path, name in self.files:
            if self.root and not path.resolve().is_relative_to(Path(self.root).resolve()):
                yield Problem(source=self.name, path=name, message="is a symbolic link out of the source")
                continue
            yield read_file(path, source=self.name, name=name, now=now, max_bytes=self.max_bytes)

    def left_out(self) -> tuple[str, ...]:
        """Return what is told of files that a pass leaves out."""
        return told_of(self.aside)

    def is_bare(self) -> bool:
        """Return False: what a person names is there, or is told of."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """Deliver what lies in a source, as a pass does that knows of the documents *former* to it."""

    source: Source
    former: Collection[str]

    @property
    def name(self) -> str:
        return self.source.name

    def documents(
        self,
        *,
        known: Mapping[str, str],  # noqa: ARG002  a Source
        now: datetime,
        among: Collection[str] | None = None,
    ) -> Iterator[Document | Unchanged | Problem]:
        return self.source.documents(known=dict.fromkeys(self.former, ""), now=now, among=among)

    def left_out(self) -> Sequence[str]:
        return self.source.left_out()

    def is_bare(self) -> bool:
        return self.source.is_bare()


def _whole(settings: Settings, former: Mapping[str, Collection[str]]) -> tuple[tuple[Source, SourceSettings], ...]:
    sources = (_Whole(source=each, former=former.get(each.name, ())) for each in open_sources(settings))
    return tuple(zip(sources, settings.sources, strict=True))


def _former(settings: Settings) -> Mapping[str, Collection[str]]:
    """Return, by source, the paths of the documents that the last pass used; none where the store cannot be asked."""
    try:
        store = open_existing_store(settings)
        if store is None:
            return {}
        with closing(store), store.snapshot() as connection:
            documents = Documents(connection)
            return {each.name: frozenset(documents.fingerprints(each.name)) for each in settings.sources}
    except StoreError:  # whoever asks it whether anything was killed says so
        return {}


def _handfuls(
    settings: Settings, paths: Sequence[str], *, former: Mapping[str, Collection[str]]
) -> tuple[tuple[Source, SourceSettings], ...]:
    """Return the files under *paths* as sources: each file belongs to the source in whose folder it lies.

    paths:  as given; a file outside every source is one of a source of its own, which has the first one's category.
    former: by source, the paths that the last pass used, whatever their names.
    """
    gathered: dict[str, _Gathered] = {}
    for given in paths:
        path = Path(given)
        if not path.is_dir():
            _put(gathered, settings, path, former=former, is_named=True)
            continue
        try:
            found = list_all(path)
        except SourceError as error:
            gathered.setdefault(OUTSIDE, _Gathered()).faults.append(
                Problem(source=OUTSIDE, path=given, message=str(error))
            )
            continue
        for each in found:
            _put(gathered, settings, path / each.name, former=former, fault=each.fault)
    rules = {each.name: each for each in settings.sources}
    default = SourceSettings(name=OUTSIDE, url="", category=settings.sources[0].category)
    return tuple(
        (
            _Handful(
                name=name,
                root=home.url,
                files=tuple(each.files),
                faults=tuple(each.faults),
                aside=tuple(each.aside),
                max_bytes=home.max_bytes,
            ),
            home,
        )
        for name, each in gathered.items()
        for home in (rules.get(name, default),)
    )


@dataclass(slots=True)
class _Gathered:
    files: list[tuple[Path, str]] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    aside: list[tuple[str, Kind]] = field(default_factory=list)


def _put(
    into: dict[str, _Gathered],
    settings: Settings,
    path: Path,
    *,
    former: Mapping[str, Collection[str]],
    is_named: bool = False,
    fault: str | None = None,
) -> None:
    """Put the file at *path* where it belongs.

    is_named: a person asks for this very file, so it is looked at, also if a pass would leave it out.
    """
    whole = Path(os.path.normpath(path.absolute()))
    home = next((rules for rules in settings.sources if whole.is_relative_to(rules.url)), None)
    name = (whole.relative_to(home.url) if home else path).as_posix()
    name = os.fsencode(name).decode("utf-8", "replace")
    selection = Selection(include=home.include, exclude=home.exclude) if home else EVERYTHING
    kind = selection.kind_of(name)
    source = home.name if home else OUTSIDE
    gathered = into.setdefault(source, _Gathered())
    is_used = kind == "document" or (kind != "ignored" and name in former.get(source, ()))
    if not is_used and (home or not is_named):
        gathered.aside.append((name, kind))
    if not is_used and not is_named:
        return
    if fault is not None:
        gathered.faults.append(Problem(source=source, path=name, message=fault))
    else:
        gathered.files.append((path, name))
