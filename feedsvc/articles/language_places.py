"""Find the part of a path that is a language: a folder, or the end of a file's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from feedsvc.text.language_names import tag_named
from feedsvc.text.scripts import match_language

REGION = "[A-Za-z]{2}|[Hh]ans|[Hh]ant|[Ll]atn|[Cc]yrl"
TAG = re.compile(rf"[A-Za-z]{{2,3}}(?:[-_](?:{REGION})){{0,2}}")
AT_THE_END = re.compile(rf"[-_](?={TAG.pattern}$)")
# Docusaurus keeps the translation of blog/x.md as i18n/zh/docusaurus-plugin-content-blog/x.md.
DOCUSAURUS = re.compile(r"(?P<before>|.*/)i18n/docusaurus-plugin-content-(?P<kind>blog|docs|pages)/(?P<rest>.*)")


@lru_cache(maxsize=1024)  # asked a few times of each document
def places_of_language(stem: str, languages: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return, for each part of *stem* that is one of *languages*, that language and the stem without the part.

    stem: a path without the ending of its file's name.
    """
    *folders, name = stem.split("/")
    found = []
    for number, folder in enumerate(folders):
        if language := language_of_part(folder, languages):
            rest = "/".join([*folders[:number], *folders[number + 1 :], name])
            found.append((language, _original(rest)))
    for end in AT_THE_END.finditer(name):
        if language := language_of_part(name[end.end() :], languages):
            found.append((language, "/".join([*folders, name[: end.start()]])))
            break
    return tuple(found)


def language_of_part(part: str, languages: Sequence[str]) -> str | None:
    """Return which of *languages* a folder or the end of a name is, as in "zh", "zh_CN", "cn", "chinese"."""
    tag = tag_named(part)
    return match_language(tag, languages) if TAG.fullmatch(tag) else None


def _original(path: str) -> str:
    """Return where Docusaurus keeps the original of the translation at *path*, from which the language is taken out."""
    found = DOCUSAURUS.fullmatch(path)
    if found is None:
        return path
    kind, rest = found["kind"], found["rest"]
    if kind == "docs":
        kind, rest = (
            ("docs", rest.removeprefix("current/")) if rest.startswith("current/") else ("versioned_docs", rest)
        )
    return f"{found['before']}{'src/pages' if kind == 'pages' else kind}/{rest}"
