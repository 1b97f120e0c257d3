"""The sources of an inspection: the files that a person named, or every source as a pass reads it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from feedsvc.config.settings import Settings, SourceSettings
from feedsvc.model.document import Document, FileBeside, Problem, Unchanged
from feedsvc.model.errors import SettingsError, SourceError, StoreError
from feedsvc.model.ports import NO_FILES, Source
from feedsvc.publish.reading import TOGETHER
from feedsvc.sources import open_sources
from feedsvc.sources.file_kinds import EVERYTHING, Kind, Selection, notes_on_left_out
from feedsvc.sources.folder import file_beside, list_all, read_file
from feedsvc.stores import open_existing_store
from feedsvc.stores.documents import Documents

OUTSIDE = "outside"
MOST_BESIDE = 1000  # a second's work, to judge one file


def sources_of(settings: Settings, paths: Sequence[str]) -> tuple[tuple[Source, SourceSettings], ...]:
    """Return sources of the documents at *paths*; without paths, all sources."""
    former = _former(settings)
    return _sources_of_files(settings, paths, former=former) if paths else _whole_sources(settings, former)


def with_company(
    settings: Settings, sources: Sequence[tuple[Source, SourceSettings]]
) -> tuple[tuple[Source, SourceSettings], ...]:
    """Return *sources* with the new documents that came together with the named ones, as a pass would see them all.

    Whether an arrival counts depends on its company, so that a file alone would be judged otherwise.
    """
    former = _former(settings)
    return tuple(
        (
            replace(source, beside=_beside(source, rules, former.get(rules.name, ())))
            if isinstance(source, _NamedFiles) and source.root
            else source,
            rules,
        )
        for source, rules in sources
    )


def is_company(source: Source, path: str) -> bool:
    """Return whether the document at *path* of *source* is there only to judge the arrivals of others."""
    return isinstance(source, _NamedFiles) and any(name == path for _, name in source.beside)


def _beside(source: _NamedFiles, rules: SourceSettings, former: Collection[str]) -> tuple[tuple[Path, str], ...]:
    named = {name for _, name in source.files}
    times = [_modified(path) for path, _ in source.files]
    root = Path(source.root)
    try:
        listed = list_all(root, Selection(include=rules.include, exclude=rules.exclude))
    except SourceError:
        return ()
    selection = Selection(include=rules.include, exclude=rules.exclude)
    beside: list[tuple[Path, str]] = []
    for file in listed:
        if file.name in named or file.name in former or file.fault or selection.kind_of(file.name) != "document":
            continue
        modified = _modified(root / file.name)
        if any(abs(modified - time) <= TOGETHER.total_seconds() for time in times):
            beside.append((root / file.name, file.name))
        if len(beside) == MOST_BESIDE:
            break
    return tuple(beside)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def found_paths(settings: Settings, paths: Sequence[str]) -> tuple[str, ...]:
    """Return *paths* as they lead to files from here; reports print them from the folder of their source.

    raises: SettingsError if nothing is at one of them, or several sources have it.
    """
    found: list[str] = []
    for path in paths:
        here = [path] if _is_there(path) else [str(Path(source.url) / path) for source in settings.sources]
        there = [each for each in here if _is_there(each)]
        if len(there) != 1:
            which = f"may be {' or '.join(there)}; write which" if there else "there is no such file or folder"
            raise SettingsError([f"{path}: {which}"])
        found += there
    return tuple(found)


def _is_there(path: str) -> bool:
    try:
        return bool(path) and Path(path).exists()
    except (OSError, ValueError):
        return False  # too long, or with a NUL: no file has such a name


@dataclass(frozen=True, slots=True, kw_only=True)
class _NamedFiles:
    """A source of the files that a person named.

    root: of their source; empty for files outside every source.
    beside: files that only tell whether the named ones were copied with them.
    faults: of folders that cannot be listed. aside: files that a pass would leave out.
    """

    name: str
    root: str
    files: tuple[tuple[Path, str], ...]
    beside: tuple[tuple[Path, str], ...] = ()
    faults: tuple[Problem, ...] = ()
    aside: tuple[tuple[str, Kind], ...] = ()
    selection: Selection
    max_bytes: int

    def documents(
        self,
        *,
        known: Mapping[str, str],  # noqa: ARG002  a Source
        now: datetime,
        among: Collection[str] | None = None,  # noqa: ARG002  a Source
        rejected: Mapping[str, str] = NO_FILES,  # noqa: ARG002  a Source
    ) -> Iterator[Document | Unchanged | Problem]:
        """Yield each document, or the problem of a file that cannot be read."""
        yield from self.faults
        for path, name in (*self.files, *self.beside):
            if self.root and not path.resolve().is_relative_to(Path(self.root).resolve()):
                yield Problem(source=self.name, path=name, message="is a symbolic link that leads out of the source")
                continue
            yield read_file(path, source=self.name, name=name, now=now, max_bytes=self.max_bytes)

    def left_out(self) -> tuple[str, ...]:
        return notes_on_left_out(self.aside)

    def is_bare(self) -> bool:
        """Return False: a person named these files, so a missing one is reported."""
        return False

    def trouble(self) -> None:
        return None

    def pictures(self) -> Sequence[str]:
        return ()

    def file_at(self, path: str, *, known: str, now: datetime) -> FileBeside | None:
        """Return the file at *path* of its source; of a document outside every source, below the same folder."""
        root = self.root or ("/" if any(given.is_absolute() for given, _ in self.files) else ".")
        return file_beside(Path(root), path, selection=self.selection, known=known, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _WholeSource:
    """A source as a pass reads it; former: the paths that the last pass used."""

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
        rejected: Mapping[str, str] = NO_FILES,  # noqa: ARG002  a Source
    ) -> Iterator[Document | Unchanged | Problem]:
        return self.source.documents(known=dict.fromkeys(self.former, ""), now=now, among=among)

    def left_out(self) -> Sequence[str]:
        return self.source.left_out()

    def is_bare(self) -> bool:
        return self.source.is_bare()

    def trouble(self) -> str | None:
        return self.source.trouble()

    def pictures(self) -> Sequence[str]:
        return self.source.pictures()

    def file_at(self, path: str, *, known: str, now: datetime) -> FileBeside | None:
        return self.source.file_at(path, known=known, now=now)


def _whole_sources(
    settings: Settings, former: Mapping[str, Collection[str]]
) -> tuple[tuple[Source, SourceSettings], ...]:
    sources = (_WholeSource(source=source, former=former.get(source.name, ())) for source in open_sources(settings))
    return tuple(zip(sources, settings.sources, strict=True))


def _former(settings: Settings) -> Mapping[str, Collection[str]]:
    """Return, by source, the paths that the last pass used; none if the store cannot be read."""
    try:
        store = open_existing_store(settings)
        if store is None:
            return {}
        with closing(store), store.snapshot() as connection:
            documents = Documents(connection)
            return {source.name: frozenset(documents.fingerprints(source.name)) for source in settings.sources}
    except StoreError:  # inspection.py reports that, when it asks the store for kills
        return {}


def _sources_of_files(
    settings: Settings, paths: Sequence[str], *, former: Mapping[str, Collection[str]]
) -> tuple[tuple[Source, SourceSettings], ...]:
    """Return the files under *paths*, each in the source whose folder it is in.

    paths:  as given; files outside every source have a source of their own, with the category of the first.
    former: by source, the paths that the last pass used.
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
        for file in found:
            _put(gathered, settings, path / file.name, former=former, fault=file.fault)
    rules = {source.name: source for source in settings.sources}
    outside = SourceSettings(name=OUTSIDE, url="", category=settings.sources[0].category)
    return tuple(_named_files(files, rules.get(name, outside)) for name, files in gathered.items())


def _named_files(files: _Gathered, rules: SourceSettings) -> tuple[Source, SourceSettings]:
    source = _NamedFiles(
        name=rules.name,
        root=rules.url,
        files=tuple(files.files),
        faults=tuple(files.faults),
        aside=tuple(files.aside),
        selection=Selection(include=rules.include, exclude=rules.exclude),
        max_bytes=rules.max_bytes,
    )
    return source, rules


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
    """Add the file at *path* to its source.

    is_named: the person named this file itself, so it is read even if a pass would leave it out.
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
