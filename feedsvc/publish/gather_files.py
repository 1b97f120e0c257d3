"""Gather the files that documents show: find each in its source, keep its bytes, and see what came or changed since."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import splitext
from tempfile import NamedTemporaryFile

from feedsvc.articles.local_files import (
    BESIDE,
    FoundFile,
    WantedFile,
    is_of_an_article,
    pictures_beside,
    wanted_files,
)
from feedsvc.articles.references import place_digests
from feedsvc.model.article import MediaFile
from feedsvc.model.document import FileBeside, KnownDocument
from feedsvc.model.draft import Draft
from feedsvc.model.packing import unpack
from feedsvc.model.ports import Source
from feedsvc.parsers.envelopes.word_package import picture_in
from feedsvc.publish.context import PassContext
from feedsvc.stores.media_folder import PICTURES, MediaFolder, RefusedFileError
from feedsvc.stores.picture_reader import PictureReader
from feedsvc.stores.shown_files import MISSING, Place
from feedsvc.stores.whole_files import is_whole

# Nearly all packed drafts name no file, and need not be unpacked a second time. In small letters.
NAMING_FILES = (b'"enclosures":[{', b"<img", b"<source", b"<video", b"<audio")
LINKED_FILE = re.compile(
    rb"href=\\?.?[^\"'<>]*\.(?:aac|avif|flac|gif|jpe?g|m4[av]|mov|mp[34]|og[agv]|opus|pdf|png|svg|wav|webm|webp)"
)
# Of packed drafts. A text that quotes them has a backslash before each quotation mark.
KILLING, REVIVING = re.compile(rb'"kind":"kill"'), re.compile(rb'"revive":true')
NOT_YET = "is not whole yet"
FEW = 2  # places, as many as a sentence takes
CURE = "put the file beside the document, or write a whole address with https://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The findings of a look at a source, in which files may have changed.

    among:     paths of the files and folders that were looked at; None for everything.
    pictures:  paths of files that documents may show. documents: of known documents.
    """

    source: str
    among: Collection[str] | None
    pictures: Sequence[str]
    documents: Collection[str]


class FileGatherer:
    """Find the files of the documents of a pass.

    sources: by name. folder: of the kept files. reader: looks for words in pictures; None without the extra for it.
    """

    def __init__(
        self, context: PassContext, sources: Iterable[Source], *, folder: MediaFolder, reader: PictureReader | None
    ) -> None:
        self._settings = context.settings
        self._languages = context.settings.site.languages
        self._now = context.now
        self._tx = context.tx
        self._sources = {source.name: source for source in sources}
        self._folder = folder
        self._reader = reader
        self._taken: dict[tuple[str, str, str], MediaFile | str] = {}

    def concerned(self, seen: Iterable[Seen]) -> set[str]:
        """Return the articles with files that came, changed, went or were lost, or that no reader has read yet."""
        found = set(self._tx.files.unread()) if self._reader is not None else set()
        for look in seen:
            source = self._sources.get(look.source)
            if source is None:
                continue
            known: set[str] = set()
            for place in self._tx.files.places_in(look.source, among=look.among):
                known.add(place.path)
                there = source.file_at(place.path, known=place.fingerprint, now=self._now)
                if (MISSING if there is None else there.fingerprint) != place.fingerprint or not place.fingerprint:
                    found.add(place.article)
                elif look.among is None and place.digest and not self._folder.has_digest(place.digest):
                    found.add(place.article)  # the copy was lost, or is not yet back from a backup
            found.update(self._newly_pictured(look, known))
        return found

    def _newly_pictured(self, look: Seen, known: Collection[str]) -> Iterator[str]:
        """Yield the articles of wire documents whose picture has come: until then nothing is known of its place."""
        fresh = [path for path in look.pictures if path not in known and splitext(path)[1].lower() in BESIDE]
        if not fresh:
            return
        languages = self._languages
        if look.among is None:
            fresh_set = set(fresh)
            paths = [path for path in look.documents if not fresh_set.isdisjoint(pictures_beside(path, languages))]
        else:
            folders = {path.rpartition("/")[0] for path in fresh}
            paths = [
                path
                for folder in sorted(folders)
                for path in self._tx.documents.fingerprints(look.source, among=[folder] if folder else None)
                if not set(fresh).isdisjoint(pictures_beside(path, languages))
            ]
        for document in self._tx.documents.remembered(look.source, paths).values():
            if document.article is not None:
                yield document.article

    def find(
        self, article: str, documents: Sequence[tuple[KnownDocument, bytes]], *, is_killed: bool
    ) -> Mapping[tuple[str, str], Mapping[str, FoundFile]]:
        """Return the files of an article, by (source, path) of the document and by their addresses as written.

        documents: with their packed drafts. is_killed: the article stays killed, unless one of them revives it.
        returns:   nothing for a killed article, of which no file is kept again.
        """
        drafts = [draft for _, draft in documents]
        if any(KILLING.search(draft) for draft in drafts) or (is_killed and not any(map(REVIVING.search, drafts))):
            return {}
        found: dict[tuple[str, str], Mapping[str, FoundFile]] = {}
        places: dict[tuple[str, str], Place] = {}
        for document, packed in documents:
            wanted = self._wanted(document, packed)
            if wanted:
                its = {want.written: self._find(want, document, article, places) for want in wanted}
                found[document.source, document.path] = {
                    written: one
                    for written, one in its.items()
                    if one.file is not None or not (one.wanted.is_silent or one.wanted.is_optional)
                }
        ordered = tuple(places[key] for key in sorted(places))
        if ordered or not self._tx.files.is_empty:
            self._tx.files.put_places(article, ordered)
        return found

    def _wanted(self, document: KnownDocument, packed: bytes) -> tuple[WantedFile, ...]:
        if not _may_name_files(packed):
            beside = pictures_beside(document.path, self._languages)
            there = self._sources.get(document.source)
            if there is None or not any(there.file_at(path, known="", now=self._now) for path in beside):
                return self._once_pictured(document, beside)
        return wanted_files(unpack(packed, Draft), self._languages)

    def _once_pictured(self, document: KnownDocument, beside: Sequence[str]) -> tuple[WantedFile, ...]:
        """Return the picture beside *document* if the article was composed with one that is gone."""
        known = {place.path for place in self._tx.files.places_of(document.article or "") if place.digest}
        if known.isdisjoint(beside):
            return ()
        return (WantedFile(written="", places=tuple(beside), is_silent=True),)

    def _find(
        self, want: WantedFile, document: KnownDocument, article: str, places: dict[tuple[str, str], Place]
    ) -> FoundFile:
        """Return the file that *want* means, and note in *places* where it was looked for."""
        before = {(place.source, place.path): place for place in self._tx.files.places_of(article)}
        source = self._sources.get(document.source)
        if source is None:  # it is no longer configured, so nobody knows what is there
            return self._kept(want, document, before, places) or FoundFile(wanted=want)
        for path in want.spelt:
            key = (document.source, path)
            known = before.get(key) or self._tx.files.known_at(*key)
            there = source.file_at(path, known=known.fingerprint if known else "", now=self._now)
            if there is None:
                if not want.is_silent:
                    places.setdefault(key, _place(key, article, document, MISSING, None))
                continue
            taken = self._take(key, there, known)
            digest = taken.digest if isinstance(taken, MediaFile) else None
            places[key] = _place(key, article, document, there.fingerprint, digest)
            if isinstance(taken, MediaFile):
                return FoundFile(wanted=want, file=taken, told=self._told(path, taken))
            kept = self._kept(want, document, before, places) if taken == NOT_YET else None
            if kept is not None:
                told = f"the file {path!r} {taken}; the article shows the former one until it is"
                return replace(kept, told=told)
            return FoundFile(wanted=want, told=f"the file {path!r} {taken}; it is left out")
        return self._kept(want, document, before, places) or self._missing(want, document, places)

    def _told(self, path: str, file: MediaFile) -> str | None:
        fault = self._tx.files.fault(file.digest) if file.media_type in PICTURES and self._reader else ""
        if not fault:
            return None
        return f"the picture {path!r} is shown as it is, without smaller forms: {fault}; export it again"

    def _missing(self, want: WantedFile, document: KnownDocument, places: dict[tuple[str, str], Place]) -> FoundFile:
        if is_of_an_article(want.written):
            return FoundFile(wanted=want, told=f"the address of an article is that of no file; it is left out; {CURE}")
        names = {name for path in want.places for name in _names_beside(document.source, path, self._languages)}
        if names and self._tx.titles.killed(names):  # the address may name a killed story
            for path in want.spelt:
                places.pop((document.source, path), None)
            return FoundFile(wanted=want, told=f"a file that is named here is not there; it is left out; {CURE}")
        why = "is not there" if want.places else "leads out of the source, or names no file"
        if len(want.places) > FEW:
            why = f"is not there (looked for {', '.join(want.places[:FEW])}…)"
        return FoundFile(wanted=want, told=f"the file {want.written!r} {why}; it is left out; {CURE}")

    def _kept(
        self,
        want: WantedFile,
        document: KnownDocument,
        before: Mapping[tuple[str, str], Place],
        places: dict[tuple[str, str], Place],
    ) -> FoundFile | None:
        """Return the vanished file that the article goes on showing, because its document has not changed."""
        for path in want.spelt:
            place = before.get((document.source, path))
            if place is None or place.digest is None or place.document != document.digest:
                continue
            file = self._tx.files.file(place.digest)
            if file is None or not self._folder.has(file):
                continue
            key = (document.source, path)
            places[key] = _place(key, place.article, document, MISSING, place.digest)
            told = f"the file {path!r} is gone; the article shows it until its document changes; put the file back"
            return FoundFile(wanted=want, file=file, told=told)
        return None

    def _take(self, key: tuple[str, str], there: FileBeside, known: Place | None) -> MediaFile | str:
        """Return the kept file, or the reason why there is none; unchanged files are not read again."""
        if known is not None and known.digest and there.fingerprint and known.fingerprint == there.fingerprint:
            file = self._tx.files.file(known.digest)
            if file is not None and self._folder.has(file):
                return self._read_later(file, there)
        if there.path is None:
            return there.fault
        cached = self._taken.get((*key, there.fingerprint))
        if cached is None:
            cached = self._taken[*key, there.fingerprint] = self._taken_in(key, there)
        return cached

    def _taken_in(self, key: tuple[str, str], there: FileBeside) -> MediaFile | str:
        if there.path is None:
            return there.fault
        try:
            if not there.fingerprint and not is_whole(there.path):  # it changed a moment ago, and may go on
                return NOT_YET
            with _whole(there, there.path, max_bytes=self._settings.media.max_bytes) as path:
                file = self._folder.take(path, name=key[1], max_bytes=self._settings.media.max_bytes)
                return self._put(file, path)
        except RefusedFileError as error:
            return str(error)
        except OSError as error:
            return f"cannot be read or kept ({error.strerror or type(error).__name__})"

    def _read_later(self, file: MediaFile, there: FileBeside) -> MediaFile:
        """Return a kept file, with the words in it if it was kept before there was a reader."""
        path = self._folder.file(file.digest) or there.path
        is_unread = file.words is None and file.media_type in PICTURES and self._reader is not None
        return self._put(file, path) if is_unread and path is not None else file

    def _put(self, file: MediaFile, path: Path) -> MediaFile:
        """Write a file that is new to the store, with the words in it if it is a picture; path: of its bytes."""
        known, fault = self._tx.files.file(file.digest), ""
        if known is not None and (known.words is not None or self._reader is None):
            file = replace(file, words=known.words)
        elif self._reader is not None and file.media_type in PICTURES:
            with suppress(OSError):  # no process can be started now; the next pass over the article tries again
                looked = self._reader.words(self._folder.file(file.digest) or path)
                file, fault = replace(file, words=looked.words), looked.fault
        if known is None or known.words != file.words or not all(map(self._folder.has, self._forms(file))):
            self._tx.files.put_file(file, fault=fault)
        return file

    def _forms(self, file: MediaFile) -> Sequence[MediaFile]:
        return self._tx.files.forms(file.digest) if file.media_type in PICTURES else ()


def _may_name_files(packed: bytes) -> bool:
    small = packed.lower()
    if any(naming in small for naming in NAMING_FILES):
        return True
    return b"href=" in small and LINKED_FILE.search(small) is not None


@contextmanager
def _whole(there: FileBeside, path: Path, *, max_bytes: int) -> Iterator[Path]:
    """Give the path of a file, which for a picture in a document is that of a copy."""
    if not there.part:
        yield path
        return
    with NamedTemporaryFile() as copy:
        for chunk in picture_in(path, there.part, max_bytes=max_bytes):
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def _names_beside(source: str, path: str, languages: Sequence[str]) -> frozenset[str]:
    """Return the digests of the documents beside which the file at *path* lies, or in whose folder."""
    folder, _, _ = path.rpartition("/")
    names = place_digests(source, path, languages)
    return names | place_digests(source, f"{folder}.md", languages) if folder else names


def forget_killed_names(context: PassContext) -> None:
    """Forget the places of files that may have the name of a killed story, and the notes on them."""
    tx, languages = context.tx, context.settings.site.languages
    places = [(place, _names_beside(place.source, place.path, languages)) for place in tx.files.all_places()]
    killed = tx.titles.killed(frozenset[str]().union(*(names for _, names in places))) if places else ()
    for place, names in places:
        if not names.isdisjoint(killed):
            tx.files.forget_place(place)
            for document in tx.documents.of(place.article):
                if not tx.documents.is_rejected(document.source, document.path):
                    tx.documents.put_problems(document.source, document.path, [])


def _place(key: tuple[str, str], article: str, document: KnownDocument, fingerprint: str, digest: str | None) -> Place:
    return Place(
        source=key[0],
        path=key[1],
        article=article,
        fingerprint=fingerprint,
        digest=digest,
        document=document.digest,
    )
