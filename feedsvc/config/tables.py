"""Read values from the tables of a configuration, and name each fault with file, line, key and cure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from feedsvc.config.globs import glob_fault
from feedsvc.model.article import Text

FACE = ("logo", "icon", "accent", "footer", "contact", "rights", "language_names")
REQUIRED = ("title", "base_url", "authority", "authority_date", "author")
OF_CATEGORIES = ("description", "podcast", "subjects", "title")
KEYS: Mapping[str, frozenset[str]] = {
    "site": frozenset({*REQUIRED, "description", "languages", "title_order", "time_zone", "robots", *FACE}),
    "feeds": frozenset({"limit", "max_bytes", "poll_interval_s"}),
    "rights": frozenset({"license", "usage_terms", "rsl", "usage", "tdm_reservation", "tdm_policy"}),
    "store": frozenset({"url"}),
    "media": frozenset({"folder", "max_bytes"}),
    "sources": frozenset(
        {"name", "url", "category", "encoding", "max_bytes", "include", "exclude", "endpoint", "every_s"}
        | {"translations_by", "when_removed", "silent_after_s", "inbox"}
        | {"full", "private_network"}
    ),
    "receivers": frozenset({"name", "kind", "url", "service", "key", "secret", "delay_s", "private_network"}),
}
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
HEADER = re.compile(r"\s*(?P<twice>\[)?\[\s*(?P<name>[^\[\]]+?)\s*\]")
KEY = re.compile(r"""\s*["']?(?P<key>[^"'=\s#.]+)["']?\s*[.=]""")
NUMBERED = re.compile(r"(?P<name>.+)\[(?P<number>[0-9]+)\]")


class Tables:
    """Read values from tables, and collect the faults.

    folder:          of the configuration.
    faults:          each with file, key and cure.
    known_languages: of the site; empty before they are read, and if they are wrong.
    """

    def __init__(self, folder: Path, faults: list[str]) -> None:
        self.folder = folder
        self.main = folder / "feedsvc.toml"
        self.categories_file = folder / "categories.toml"
        self.faults = faults
        self.known_languages: tuple[str, ...] = ()
        self._texts: dict[Path, str] = {}

    def fault(self, file: Path, key: str, message: str) -> None:
        """Note that *key* of *file* is wrong: "sources[2].url", or a table alone."""
        self.faults.append(self.told(file, key, message))

    def told(self, file: Path, key: str, message: str) -> str:
        """Return *message* with the file, the line and the key that it is about."""
        if file not in self._texts:
            self._texts[file] = file.read_text(encoding="utf-8")
        line = line_of(self._texts[file], key)
        return f"{file}{f':{line}' if line else ''}: {key}: {message}"

    def keys(self, main: dict[str, Any], categories: dict[str, Any]) -> None:
        """Add a fault for each unknown key and table, with the similar known one."""
        for name, table in main.items():
            if name not in KEYS:
                self.fault(self.main, name, f"unknown table{meant_key(name, KEYS)}; known tables are {', '.join(KEYS)}")
                continue
            tables = table if isinstance(table, list) else [table]
            given = {key for one in tables if isinstance(one, dict) for key in one}
            self.unknown(self.main, name, given, sorted(KEYS[name]))
        for slug, table in categories.items():
            given = set(table) if isinstance(table, dict) else {"a bare value"}
            self.unknown(self.categories_file, slug, given, OF_CATEGORIES)

    def unknown(self, file: Path, place: str, keys: Iterable[str], known: Sequence[str]) -> None:
        """Add a fault for each of *keys* in the table at *place* that is none of the *known* ones."""
        for key in sorted(set(keys) - set(known)):
            message = f"unknown key{meant_key(key, known)}; known keys are {', '.join(known)}"
            self.fault(file, f"{place}.{key}", message)

    def text(self, file: Path, key: str, value: object, languages: tuple[str, ...]) -> Text:
        """Return a text in one language or several, the languages of the site first."""
        if isinstance(value, str):
            return Text(items=((languages[0], value),))
        if not isinstance(value, dict) or not value or not all(isinstance(text, str) for text in value.values()):
            self.fault(file, key, f'must be a text, or a table by language such as {{ {languages[0]} = "…" }}')
            return Text()
        for stranger in (tag for tag in value if self.known_languages and not _is_one(tag, self.known_languages)):
            known = ", ".join(self.known_languages)
            self.fault(file, f"{key}.{stranger}", f"is not a language of the site; site.languages are {known}")
        order = [language for language in languages if language in value]
        order += [language for language in value if language not in order]
        return Text(items=tuple((language, value[language]) for language in order))

    def number(
        self, table: dict[str, Any], key: str, default: int, least: int, *, place: str, file: Path | None = None
    ) -> int:
        """Return a whole number of at least *least*, *default* if it is missing or wrong.

        place: the name of the table in *file*, by default the main one.
        """
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            message = f"must be a whole number of at least {least}, not {value!r}"
            self.fault(file or self.main, f"{place}.{key}", message)
            return default
        return value

    def choice(self, table: dict[str, Any], key: str, default: str, choices: tuple[str, ...], *, place: str) -> str:
        """Return the one of *choices* that a table has, *default* if it has none."""
        value = self.string(table, key, default, place=place)
        if value not in choices:
            self.fault(self.main, f"{place}.{key}", f"must be {' or '.join(choices)}")
        return value

    def flag(self, table: dict[str, Any], key: str, *, default: bool, place: str) -> bool:
        """Return a true or a false, *default* if it is missing or wrong."""
        value = table.get(key, default)
        if not isinstance(value, bool):
            self.fault(self.main, f"{place}.{key}", f"must be true or false, not {value!r}")
            return default
        return value

    def string(self, table: dict[str, Any], key: str, default: str, *, place: str) -> str:
        """Return a text, *default* if it is missing or wrong."""
        value = table.get(key, default)
        if not isinstance(value, str):
            self.fault(self.main, f"{place}.{key}", f"must be a text in quotes, not {value!r}")
            return default
        return value

    def globs(self, table: dict[str, Any], key: str, default: tuple[str, ...], *, place: str) -> tuple[str, ...]:
        """Return the valid globs of a list, *default* if it is missing."""
        value = table.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(glob, str) for glob in value):
            self.fault(
                self.main, f"{place}.{key}", f'must be a list of globs such as ["posts/", "*.txt"], not {value!r}'
            )
            return ()
        for glob in value:
            if (fault := glob_fault(glob)) is not None:
                self.fault(
                    self.main, f"{place}.{key}", f"{glob!r} {fault}; write globs such as drafts/, *.txt, posts/**/*.md"
                )
        return tuple(glob for glob in value if glob_fault(glob) is None)

    def table(self, main: dict[str, Any], name: str) -> dict[str, Any]:
        """Return the table with that name, an empty one if it is missing or wrong."""
        table = main.get(name, {})
        if not isinstance(table, dict):
            self.fault(self.main, name, f"must be a table: [{name}]")
            return {}
        return table


def meant_key(key: str, known: Iterable[str]) -> str:
    """Return ", did you mean …?" with the known key nearest to *key*, or ""."""
    near = get_close_matches(key, list(known), n=1, cutoff=0.75)
    return f", did you mean {near[0]}?" if near else ""


def _is_one(language: str, languages: Iterable[str]) -> bool:
    """Return whether *language* is one of *languages*, or a narrower or wider tag, as zh-Hans and zh are."""
    tag = language.casefold()
    return any(
        f"{tag}-".startswith(f"{other}-") or other.startswith(f"{tag}-") for other in map(str.casefold, languages)
    )


def line_of(text: str, key: str) -> int | None:
    """Return the line of *text*, a TOML file, on which *key* or else its table begins; None if neither is there.

    key: "site.logo", "sources[2].url", "site.title.zh", "a.podcast.email", or a table alone. tomllib tells no lines.
    """
    table, rest = key, ""
    while (found := _line_in(text, table, rest)) is None and "." in table:
        table, _, first = table.rpartition(".")
        rest = f"{first}.{rest}"
    return found


def _line_in(text: str, table: str, rest: str) -> int | None:
    """Return the line of the key that *rest* begins with in *table*, else that of the table."""
    numbered = NUMBERED.fullmatch(table)
    name, wanted = (numbered["name"], int(numbered["number"])) if numbered else (table, 1)
    current, seen, found = "", 0, None
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            current = header["name"].strip("\"'")
            seen += current == name
            if current == name and seen == wanted:
                found = found or number
        elif (match := KEY.match(line)) and current == name and seen == wanted:
            if match["key"] == rest.partition(".")[0]:
                return number
        elif match and not current and match["key"] == name:
            return number
    return found
