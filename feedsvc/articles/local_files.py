"""Find the files that a draft names by relative addresses: its pictures, films, sounds and enclosures.

An address names a file beside its document, in a folder that is called like the document, below the source, or in a
folder that generators copy to the root of their sites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from posixpath import normpath
from urllib.parse import unquote

from feedsvc.articles.identity import split_language
from feedsvc.model.article import MediaFile
from feedsvc.model.document import PACKAGE, suffix
from feedsvc.model.draft import Draft
from feedsvc.text.html import NOT_RELATIVE, references_in

MOST_FILES = 200  # of one document
LONGEST_PLACE = 500  # bytes, which a store's index can take beside the id of an article
ROOTS = ("", "static", "public", "assets", "source")  # of site-rooted addresses, below the source
MOST_ABOVE = 4  # folders above a document that may be the root of its site
REFUSED = re.compile("[\0-\x1f\x7f\\\\]")
# Endings of the files that a link may lead to; other links lead to documents or pages.
LINKED = re.compile(
    r"[^?#]{1,2000}\.(?:aac|avif|flac|gif|jpe?g|m4a|m4v|mov|mp3|mp4|oga|ogg|ogv|opus|pdf|png|svg|wav|webm|webp)"
    r"(?:[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
BESIDE = (".jpg", ".jpeg", ".png", ".webp", ".gif")  # the picture of a wire document has its name, and one of these
MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd"})
TRANSCRIPTS = (".vtt", ".srt")  # beside a sound or a film, with its name
TRANSCRIPT = "\0transcript"  # ends what stands for the address of such a file; no document can write it
PLAYED = re.compile(r"[^?#]{1,2000}\.(?:aac|flac|m4a|m4v|mov|mp3|mp4|oga|ogg|ogv|opus|wav|webm)", re.IGNORECASE)
PICTURE_BESIDE = ""  # stands for the address of such a picture, which no document writes


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFile:
    """A file that a draft names.

    written: as the draft has it. places: paths in its source, surest first; none if no file may have that address.
    offset:  in the document's text, of the part that names it. is_silent: nobody asked for it, so it may be missing.
    is_optional: the same, but its article is composed again when it comes.
    """

    written: str
    places: tuple[str, ...]
    offset: int | None = None
    is_silent: bool = False
    is_optional: bool = False

    @property
    def spelt(self) -> tuple[str, ...]:
        """Return the places, and behind them those with an ending in capitals, or in small letters.

        Cameras write capitals, and the machines of many desks take either for the other.
        """
        if self.is_silent:
            return self.places
        stems = [(place.removesuffix(ending), ending) for place in self.places if (ending := suffix(place))]
        others = (f"{stem}{spelt}" for stem, ending in stems for spelt in (ending.lower(), ending.upper()))
        return tuple(dict.fromkeys((*self.places, *others)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """What became of a wanted file; told: what an editor should know of it, which is nothing if all is well."""

    wanted: WantedFile
    file: MediaFile | None = None
    told: str | None = None


class FilesOf:
    """The files of one draft, as `safe_fragment` asks for them.

    found: by the address as it is written.
    """

    def __init__(self, found: Mapping[str, FoundFile], *, base_url: str) -> None:
        self.found = found
        self._base_url = base_url

    def __contains__(self, written: object) -> bool:
        return written in self.found

    def get(self, written: str) -> str | None:
        """Return the absolute address of the file that *written* names, None if there is none to show."""
        found = self.found.get(written)
        return None if found is None or found.file is None else self._base_url + found.file.path

    @cached_property
    def by_address(self) -> Mapping[str, MediaFile]:
        """Return the files by their absolute addresses."""
        files = [found.file for found in self.found.values() if found.file is not None]
        return {self._base_url + file.path: file for file in files}

    def transcript(self, written: str) -> tuple[str, str] | None:
        """Return the address and the media type of the transcript beside the sound that *written* names."""
        url = self.get(written.strip() + TRANSCRIPT)
        return None if url is None else (url, self.by_address[url].media_type)

    def beside(self) -> str | None:
        """Return the absolute address of the picture beside a wire document."""
        return self.get(PICTURE_BESIDE)


def is_local(url: str) -> bool:
    """Return whether *url* is a relative address, which names a file."""
    return NOT_RELATIVE.match(url) is None


def wanted_files(draft: Draft, languages: Sequence[str]) -> tuple[WantedFile, ...]:
    """Return the files that *draft* names, each once; languages: of the site, which its name may end with."""
    found: dict[str, WantedFile] = {}
    for written, offset in islice(_named(draft), 10 * MOST_FILES):
        if written not in found and len(found) < MOST_FILES:
            found[written] = WantedFile(written=written, places=places_of(written, path=draft.path), offset=offset)
    for written in [enclosure.url.strip() for enclosure in draft.enclosures if PLAYED.fullmatch(enclosure.url.strip())]:
        if written in found:
            stems = [place.removesuffix(suffix(place)) for place in found[written].places]
            places = tuple(f"{stem}{ending}" for stem in stems for ending in TRANSCRIPTS)
            mark = written + TRANSCRIPT
            found[mark] = WantedFile(written=mark, places=places, is_optional=True)
    beside = pictures_beside(draft.path, languages)
    if beside:
        found[PICTURE_BESIDE] = WantedFile(written=PICTURE_BESIDE, places=beside, is_silent=True)
    return tuple(found.values())


def _named(draft: Draft) -> Iterator[tuple[str, int]]:
    for enclosure in draft.enclosures:
        for url in (enclosure.url, *enclosure.instead):
            if is_local(url):
                yield url.strip(), enclosure.span.start
    for paragraph in draft.paragraphs:
        for tag, written in references_in(paragraph.html):
            if tag != "a" or LINKED.fullmatch(written):
                yield written, paragraph.span.start


def pictures_beside(path: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the paths that the picture of the wire document at *path* may have; none for Markdown, which names it."""
    ending = suffix(path)
    if ending.lower() in MARKDOWN:
        return ()
    stem = path.removesuffix(ending)
    stems = dict.fromkeys((stem, split_language(path, languages)[0]))
    return tuple(f"{each}{picture}" for each in stems for picture in BESIDE)


def is_of_an_article(written: str) -> bool:
    """Return whether *written* is the address of an article, which is no file; its name may be that of a held story."""
    return unquote(written).strip().lstrip("/").startswith("articles/") and written.strip().startswith("/")


def places_of(written: str, *, path: str) -> tuple[str, ...]:
    """Return the paths in the source that *written* may name; none if it leads out of the source, or to no file.

    written: is percent-decoded once. path: of the document.
    """
    name = unquote(re.split("[?#]", written.strip(), maxsplit=1)[0])
    if not name.strip("/") or REFUSED.search(name) or is_of_an_article(name):
        return ()
    folders = path.split("/")[:-1]
    if PACKAGE.fullmatch(f"{path}/{name}"):
        return (normpath(f"{path}/{name}"),) if name.startswith("word/") and ".." not in name else ()
    if name.startswith("/"):  # the root of the site may be a folder above the document, such as "content/en"
        starts = (*ROOTS, *("/".join(folders[:count]) for count in range(1, min(len(folders), MOST_ABOVE) + 1)))
    else:
        starts = ("/".join(folders), path.removesuffix(suffix(path)), *ROOTS)
    places = (normpath(f"{start}/{name.lstrip('/')}".lstrip("/")) for start in starts)
    # The pictures in a Word document are those of its own article only: it may be held.
    inside = (place for place in places if place != "." and place[:2] != ".." and not PACKAGE.fullmatch(place))
    return tuple(place for place in dict.fromkeys(inside) if len(place.encode("utf-8", "replace")) <= LONGEST_PLACE)
