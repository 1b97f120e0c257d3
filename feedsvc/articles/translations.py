"""Find the documents that translate each other by their places, where sites keep languages in folders or names.

`en/harbour.md` and `zh_CN/harbour.md`, `harbour.md` and `harbour-zh.md`, `blog/harbour.md` and
`i18n/zh/docusaurus-plugin-content-blog/harbour.md` have one *common path*: their path without its language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from feedsvc.articles.identity import split_language
from feedsvc.articles.languages import places_of_language, titles_of
from feedsvc.model.draft import Draft

# Docusaurus orders documents in a folder by a number, which is no part of their ids: "1-harbour", "02.harbour".
NUMBERED = re.compile(r"\d{1,3}[-_. ]+(?P<name>.+)")
KEYED = "translations:key:"  # begins a name made of a key in front matter, and no source has a colon in its name
OF_DOCUSAURUS = "/docusaurus-plugin-content-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinship:
    """The names by which the translations of a document find it and are found.

    language:    the only one of the document.
    common_path: where a folder or the end of its name is that language; else its path without ending.
    own:         names that its article gets. sought: names that the article of a translation may have.
    has_local_id: it declares its file's name as its id, as in Docusaurus, where that is an id only in its folder.
    """

    language: str
    common_path: str
    own: tuple[str, ...]
    sought: tuple[str, ...]
    has_local_id: bool = False


def kinship(draft: Draft, languages: Sequence[str], *, by: str) -> Kinship | None:
    """Return the names for the translations of *draft*; None if it has no single language, or the site has only one.

    by: "place", or "key" if the paths of the source tell nothing.
    """
    if len(languages) == 1:
        return None
    titles = tuple(titles_of(draft, languages))
    stem, ending = split_language(draft.path, languages)
    if len(titles) != 1:
        return None
    (language,) = titles
    places = () if ending else places_of_language(stem, tuple(languages))
    common = next((path for its, path in places if its == language), None)
    key: tuple[str, ...] = ()
    if draft.translation_key and (
        draft.language or ending or common
    ):  # without a language, `ref` is about something else
        key = (f"{KEYED}{draft.translation_key.text}",)
    if ending or by == "key":
        return Kinship(language=language, common_path=stem, own=key, sought=key) if key else None
    place = _name(draft.source, common or stem)
    bare = f"bare:{draft.source}/{common}"
    return Kinship(
        language=language,
        common_path=common or stem,
        own=(*key, place) if common else key,
        sought=(*key, place, bare, f"{bare}/index") if common else (*key, place),
        has_local_id=draft.declared_id is not None and _is_local(draft.declared_id.text, stem),
    )


def place_names(source: str, path: str, languages: Sequence[str]) -> tuple[str, ...]:
    """Return the names that the place of a document may have given its article, whatever its language is."""
    stem, _ = split_language(path, languages)
    return tuple([_name(source, common) for _, common in places_of_language(stem, tuple(languages))])


def _name(source: str, common_path: str) -> str:
    return f"translations:{source}/{common_path.removesuffix('/index')}"


def _is_local(identity: str, stem: str) -> bool:
    """Return whether *identity* is the file's name with or without its number; elsewhere an id is one everywhere."""
    name = stem.rpartition("/")[2]
    numbered = NUMBERED.fullmatch(name)
    names = {name, numbered["name"] if numbered else name}
    return identity in names and (numbered is not None or OF_DOCUSAURUS in stem)
