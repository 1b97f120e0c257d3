"""Say what generators make of a document's keys and path: title, language, people, tags, whether it is public."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from html import unescape
from pathlib import PurePosixPath
from typing import Any, Literal

from realcopy.front_blocks import Split
from realcopy.written_dates import date_of, read_date

Fate = Literal["published", "kept back", "left out", "rejected"]

NOTHING = frozenset({"null", "Null", "NULL", "~"})
TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})
ENDINGS = "md|markdown|mdown|mkd|mdx|qmd|rmd|txt"
# Of folders and names, where any other two letters are only letters.
TAGS = (
    "ar bg bn ca cn cs da de el en eo es et fa fi fr he hi hr hu id it ja jp ko kr lt lv ms nl no pl pt ro ru sk sl sr"
)
TAGS += " sv ta th tr uk ur vi zh"
LANGUAGES = frozenset(TAGS.split())
TAG = re.compile(r"(?P<primary>[a-z]{2})(?:[-_](?P<rest>hans|hant|[a-z]{2})(?:[-_][a-z]{2})?)?", re.IGNORECASE)
ALIASES = {"cn": "zh", "jp": "ja", "kr": "ko", "chinese": "zh", "english": "en", "中文": "zh", "japanese": "ja"}
IN_A_NAME = re.compile(
    rf"(?P<stem>.+?)\.(?P<tag>[a-z]{{2}}(?:[-_][a-z]{{2,4}})?)\.(?P<ending>{ENDINGS})", re.IGNORECASE
)
AT_ITS_END = re.compile(
    rf"(?P<stem>.+?)[-_](?P<tag>[a-z]{{2}}(?:[-_][a-z]{{2,4}})?)\.(?P<ending>{ENDINGS})", re.IGNORECASE
)
HAN = re.compile(r"[\u3400-\u9fff]")
KANA = re.compile(r"[\u3040-\u30ff]")
HANGUL = re.compile(r"[\uac00-\ud7af]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
# Docusaurus keeps the translation of blog/x.md as i18n/zh/docusaurus-plugin-content-blog/x.md.
OF_DOCUSAURUS = re.compile(r"i18n/docusaurus-plugin-content-(?P<kind>blog|docs|pages)/(?:current/)?")
MIXED = 2
FEW = 1 / 4
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
NOT_PUBLIC = ("hidden", "hide", "private", "unlisted", "password", "encrypted", "draft", "isdraft", "wip")
DRAFT_FOLDERS = frozenset({"_drafts", "drafts", "_draft", "draft", "_private", "private", "unpublished", "_discarded"})
FURNITURE = re.compile(
    rf"(?:_index(?:\.[\w-]+)?|readme.*|license.*|contributing|changelog|code_of_conduct|agents|claude|404|robots|humans)\.(?:{ENDINGS})",
    re.IGNORECASE,
)
FOLDERS_OF_SITES = frozenset({"_includes", "_layouts", "_data", "archetypes", "layouts", "scaffolds", "_templates"})
EXPIRY = ("expirydate", "expiry", "expires", "expiredate", "unpublishdate")
EMBARGO = ("publishdate", "release", "embargo", "publishat")
AUTHOR_KEYS = ("author", "authors", "byline")
TAG_KEYS = ("tags", "tag", "keywords", "keyword")
GROUP_KEYS = ("translationkey", "ref", "langref", "translationid", "i18nkey")
PICTURE_KEYS = (
    "image",
    "cover",
    "banner",
    "coverimage",
    "featuredimage",
    "heroimage",
    "thumbnail",
    "headerimg",
    "ogimage",
)
LINKED = re.compile(r"\[(?P<text>[^\]]+)\]\([^)]*\)")
MARKS = re.compile(r"<[^<>]+>|[*_`\\]+|\{[#:][^}]*\}")
ADDRESS = re.compile(r"\s*(?:<[^<>]*>|[(（][^()（）]*[)）])\s*")
BETWEEN_PEOPLE = re.compile(r"\s*(?:[,;，；、&]|\band\b|/)\s*")


def plain(text: str) -> str:
    """Return *text* as two readers of different care for marks and blanks would agree on it."""
    return " ".join(MARKS.sub("", unescape(LINKED.sub(r"\g<text>", text))).split())


def is_true(value: object) -> bool:
    """Return whether *value* says yes, typed or as text."""
    return value is True or str(value).strip().lower() in TRUE


def is_false(value: object) -> bool:
    """Return whether *value* says no, typed or as text."""
    return value is False or str(value).strip().lower() in FALSE


def tag_of(text: str) -> str | None:
    """Return the language tag that *text* is, in lower case with hyphens, None if it is none."""
    written = text.strip().lower().replace("_", "-").removesuffix(".utf-8")
    written = ALIASES.get(written, written)
    found = TAG.fullmatch(written)
    if not found or found["primary"] not in LANGUAGES:
        return None
    return ALIASES.get(found["primary"], found["primary"]) + (f"-{found['rest']}" if found["rest"] else "")


class Layout:
    """Where a folder of documents keeps its languages: in names, at the ends of names, or in folders."""

    def __init__(self, paths: Iterable[str], languages: Sequence[str]) -> None:
        self.paths = frozenset(paths)
        self._languages = languages
        beside: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for path in self.paths:
            folders = PurePosixPath(path).parts[:-1]
            for number, folder in enumerate(folders):
                beside[folders[:number]].add(folder)
        self._homes = {parents for parents, folders in beside.items() if self._are_languages(parents, folders)}

    def _are_languages(self, parents: Sequence[str], folders: Collection[str]) -> bool:
        """Return whether *folders*, side by side below *parents*, are languages.

        A folder "it" or "cs" may be about anything: others of them must be tags too, and one must be the site's.
        """
        tags = [tag for folder in folders if (tag := tag_of(folder))]
        if "i18n" in parents:
            return bool(tags)
        return 1 < len(tags) > len(folders) * FEW and any(among(tag, self._languages) for tag in tags)

    def language(self, path: str) -> tuple[str | None, str]:
        """Return the language that *path* names, and *path* without it."""
        name = PurePosixPath(path).name
        parent = path[: len(path) - len(name)]
        for pattern in (IN_A_NAME, AT_ITS_END):
            found = pattern.fullmatch(name)
            bare = f"{parent}{found['stem']}.{found['ending']}" if found else ""
            tag = tag_of(found["tag"]) if found else None
            if tag and (pattern is IN_A_NAME or (bare in self.paths and among(tag, self._languages))):
                return tag, bare
        folders = PurePosixPath(path).parts[:-1]
        for number, folder in enumerate(folders):
            if tag_of(folder) and folders[:number] in self._homes:
                rest = "/".join((*folders[:number], *folders[number + 1 :], name))
                return tag_of(folder), OF_DOCUSAURUS.sub(r"\g<kind>/", rest)
        return None, path


def among(tag: str, languages: Sequence[str]) -> str | None:
    """Return the language of the site that *tag* means, None if the site has not got it."""
    for language in languages:
        if language.lower() == tag:
            return language
    primary = tag.partition("-")[0]
    return next((language for language in languages if language.lower().partition("-")[0] == primary), None)


def script_of(text: str, *, title: str) -> str | None:
    """Return the language that the letters of *text* suggest, None if they are too mixed to say.

    Words in Latin letters count as one letter each. Below a *title* in other letters they may all be commands.
    """
    counts = {
        "ja": len(KANA.findall(text)),
        "zh": len(HAN.findall(text)),
        "ko": len(HANGUL.findall(text)),
        "ru": len(CYRILLIC.findall(text)),
    }
    words = len(LATIN.findall(text))
    if counts["ja"] * 2 > counts["zh"] and counts["ja"] > words:
        return "ja"
    most = max(counts, key=lambda language: counts[language])
    if counts[most] > words * MIXED:
        return most
    is_titled = any(letters.search(title) for letters in (HAN, KANA, HANGUL, CYRILLIC))
    return "en" if words > counts[most] * MIXED and not is_titled else None


def is_not_translated(place: str, written: str | None, *, title: str) -> bool:
    """Return whether a text in the place of one language is clearly in another: in other letters than its tag's."""
    if written is None or written == place.partition("-")[0]:
        return False
    letters = {"zh": HAN, "ja": re.compile(f"{HAN.pattern}|{KANA.pattern}"), "ko": HANGUL, "ru": CYRILLIC}
    here = letters.get(place.partition("-")[0])
    return (here is None and written in letters) or (here is not None and written == "en" and not here.search(title))


def is_source_of_another(path: str, paths: Collection[str]) -> bool:
    """Return whether knitr or Quarto builds another document of *paths* from the one at *path*."""
    stem, _, ending = path.rpartition(".")
    return ending.lower() in {"rmd", "qmd"} and any(f"{stem}.{built}" in paths for built in ("md", "markdown"))


def stated_language(fields: Mapping[str, Any]) -> str | None:
    """Return the tag that a key states, "und" if it states no tag."""
    value = next((fields[key] for key in ("lang", "language", "locale") if isinstance(fields.get(key), str)), "")
    return (tag_of(value) or "und") if value.strip() else None


def title_of(fields: Mapping[str, Any]) -> str | None:
    """Return the title that a key states in one language."""
    value = fields.get("title", fields.get("headline"))
    return plain(str(value)) or None if isinstance(value, (str, int, float)) else None


def people_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the authors, without addresses and brackets."""
    values = next((fields[key] for key in AUTHOR_KEYS if fields.get(key)), None)
    if values is None and isinstance(fields.get("taxonomies"), dict):
        values = fields["taxonomies"].get("authors")
    found: list[str] = []
    for value in values if isinstance(values, list) else [values]:
        named = value.get("name", "") if isinstance(value, dict) else value
        if isinstance(named, str):
            found += BETWEEN_PEOPLE.split(ADDRESS.sub(" ", LINKED.sub(r"\g<text>", named)))
    return tuple(plain(name) for name in found if any(map(str.isalnum, plain(name))))


def tags_of(fields: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the tags of all keys, None if a text without commas may be one tag or several."""
    taxonomies = fields.get("taxonomies")
    stated = [fields.get(key) for key in TAG_KEYS] + [taxonomies.get("tags") if isinstance(taxonomies, dict) else None]
    found: list[str] = []
    for values in filter(None, stated):
        if isinstance(values, str):
            if " " in values.strip() and not re.search(r"[,，、;；]", values):
                return None
            found += re.split(r"[,，、;；]", values)
            continue
        for value in values if isinstance(values, list) else []:
            found += [str(part) for part in value] if isinstance(value, list) else [str(value)]
    return tuple(tag.strip() for tag in found if tag.strip() and tag not in NOTHING)


def picture_of(fields: Mapping[str, Any]) -> str | None:
    """Return the address of the post's own picture."""
    value = next((fields[key] for key in PICTURE_KEYS if fields.get(key)), None)
    while isinstance(value, (list, dict)) and value:
        kinds = ("image", "src", "url", "path")
        value = value[0] if isinstance(value, list) else next((value[key] for key in kinds if key in value), None)
    is_picture = isinstance(value, str) and re.search(r"\.(?:png|jpe?g|gif|webp|avif|svg)\b", value, re.IGNORECASE)
    return str(value) if is_picture else None


def fate_of(path: str, document: Split, *, now: datetime, zone: tzinfo) -> tuple[Fate, str]:
    """Return what should become of the document by its keys and its folder, and why."""
    folders = {folder.lower() for folder in PurePosixPath(path).parts[:-1]}
    if FURNITURE.fullmatch(PurePosixPath(path).name) or folders & FOLDERS_OF_SITES:
        return "left out", "a file of the site"
    if folders & DRAFT_FOLDERS:
        return "kept back", "a folder of drafts"
    if document.fault:
        return "rejected", document.fault
    reasons = (*_not_public(document.fields), *_not_now(path, document.fields, now=now, zone=zone))
    return ("kept back", reasons[0]) if reasons else ("published", "")


def _not_public(fields: Mapping[str, Any]) -> Iterator[str]:
    for table in (fields, *(fields[key] for key in ("extra", "params") if isinstance(fields.get(key), dict))):
        for key in NOT_PUBLIC:
            value = table.get(key)
            if is_true(value) or (key == "password" and value):
                yield f"{key}: {value}"
    if str(fields.get("status", "")).strip().lower() in {"draft", "private", "hidden", "skip"}:
        yield f"status: {fields['status']}"
    if str(fields.get("layout", "")).strip().lower() == "draft":
        yield "layout: draft"
    for key in ("published", "publish"):
        if is_false(fields.get(key)):
            yield f"{key}: {fields[key]}"
    build = fields.get("build")
    if isinstance(build, dict) and (build.get("list") == "never" or is_false(build.get("list"))):
        yield "build: list: never"


def _not_now(path: str, fields: Mapping[str, Any], *, now: datetime, zone: tzinfo) -> Iterator[str]:
    for key in (*EXPIRY, *EMBARGO):
        written = read_date(fields[key], zone, where=key) if fields.get(key) else None
        if written and (written.instant <= now if key in EXPIRY else written.instant > now):
            yield f"{key}: {fields[key]}"
    written = date_of(path, fields, zone)
    if written and written.instant > now:
        yield f"its date is ahead: {written.instant.date()}"
