"""Pictures of pages, with their smaller forms: a phone then loads a tenth of the bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup

from feedsvc.articles.media import IMAGE
from feedsvc.feeds.lead_picture import lead_picture
from feedsvc.model.article import Article, Entry, Media, MediaFile
from feedsvc.model.ports import Library

SIZES = "(min-width: 46rem) 43rem, calc(100vw - 2.5rem)"  # of the text in site.css, and of a phone
OFFERED = re.compile(r'\ssrcset="')


class PictureForms:
    """The forms of the pictures of one article.

    offers: by the address of a picture, the value of its srcset.
    """

    def __init__(self, article: Article, library: Library, *, base_url: str) -> None:
        forms = library.forms_of([file.digest for file in article.files]) if article.files else {}
        self.offers: Mapping[str, str] = {
            base_url + file.path: _candidates(file, forms[file.digest], base_url=base_url)
            for file in article.files
            if forms.get(file.digest)
        }

    def attributes(self, address: str) -> Markup:
        """Return srcset and sizes of the picture at *address* as attributes, nothing if it has no smaller forms."""
        offer = self.offers.get(address)
        return Markup(f' srcset="{offer}" sizes="{SIZES}"') if offer else Markup("")  # noqa: S704  our own addresses

    def offered(self, html: str) -> str:
        """Return the safe *html* of a body, with srcset at the pictures that have smaller forms and name none."""

        def written(found: re.Match[str]) -> str:
            offer = self.attributes(unescape(found["address"]))
            return found[0] if not offer or OFFERED.search(found[0]) else f"{found[0][:-1]}{offer}>"

        return IMAGE.sub(written, html) if self.offers else html


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPicture:
    """The picture of an entry in a list; candidates: the value of its srcset, "" if it has no smaller forms."""

    picture: Media
    candidates: str

    def attributes(self, sizes: str) -> Markup:
        """Return the attributes of its element; *sizes* is the width of its place."""
        picture = self.picture
        found = {"src": picture.url}
        if picture.width and picture.height:
            found |= {"width": str(picture.width), "height": str(picture.height)}
        if self.candidates:
            found |= {"srcset": self.candidates, "sizes": sizes}
        return Markup(" ").join(Markup('{}="{}"').format(name, value) for name, value in found.items())


class ListedPictures:
    """The pictures that stand for entries of one list, found with one question."""

    def __init__(self, entries: Sequence[Entry], library: Library, *, base_url: str) -> None:
        pictures = {entry.article.id: lead_picture(entry) for entry in entries}
        files = {base_url + file.path: file for entry in entries for file in entry.article.files}
        shown = {picture.url for picture in pictures.values() if picture is not None and picture.url in files}
        forms = library.forms_of(sorted({files[url].digest for url in shown})) if shown else {}
        self._found: dict[str, ListedPicture] = {}
        for identity, picture in pictures.items():
            # The policy of pages allows no others.
            if picture is not None and picture.url.startswith((f"{base_url}/", "https://")):
                file = files.get(picture.url)
                its = forms.get(file.digest) if file else None
                candidates = _candidates(file, its, base_url=base_url) if file and its else ""
                self._found[identity] = ListedPicture(picture=picture, candidates=candidates)

    def of(self, entry: Entry) -> ListedPicture | None:
        return self._found.get(entry.article.id)


def _candidates(picture: MediaFile, forms: tuple[MediaFile, ...], *, base_url: str) -> str:
    """Return the value of a srcset; the picture itself is one of them unless its widest form is as good as any."""
    offered = [(form.path, form.width) for form in forms]
    if picture.width and picture.width < 2 * (forms[-1].width or 0):
        offered.append((picture.path, picture.width))
    return ", ".join(f"{base_url}{path} {width}w" for path, width in offered)
