"""Values from the tables of config/*.toml; a wrong one is a fault with its file, its key and the cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from feedsvc.config.globs import glob_fault
from feedsvc.model.article import Text

REQUIRED = ("title", "base_url", "authority", "authority_date", "author")
KEYS: Mapping[str, frozenset[str]] = {
    "site": frozenset({*REQUIRED, "description", "languages", "title_order", "time_zone"}),
    "feeds": frozenset({"limit", "max_bytes", "poll_interval_s"}),
    "store": frozenset({"url"}),
    "sources": frozenset(
        {"name", "url", "category", "encoding", "max_bytes", "include", "exclude", "when_removed", "silent_after_s"}
    ),
}


class Tables:
    """Read values from tables, and collect the faults.

    folder:          of the configuration.
    faults:          each with file, key and cure.
    known_languages: of the site; empty until they are read, or if they are wrong themselves.
    """

    def __init__(self, folder: Path, faults: list[str]) -> None:
        self.folder = folder
        self.main = folder / "feedsvc.toml"
        self.categories_file = folder / "categories.toml"
        self.faults = faults
        self.known_languages: tuple[str, ...] = ()

    def fault(self, file: Path, key: str, message: str) -> None:
        """Add a fault of *key* in *file*."""
        self.faults.append(f"{file}: {key}: {message}")

    def keys(self, main: dict[str, Any], categories: dict[str, Any]) -> None:
        """Add a fault for each unknown key and table, with the known one that may be meant."""
        for name, table in main.items():
            if name not in KEYS:
                self.fault(self.main, name, f"unknown table{_meant(name, KEYS)}; known tables are {', '.join(KEYS)}")
                continue
            tables = table if isinstance(table, list) else [table]
            for key in sorted({key for each in tables if isinstance(each, dict) for key in each} - KEYS[name]):
                known = ", ".join(sorted(KEYS[name]))
                self.fault(self.main, f"{name}.{key}", f"unknown key{_meant(key, KEYS[name])}; known keys are {known}")
        for slug, table in categories.items():
            unknown = set(table) - {"title", "description"} if isinstance(table, dict) else {"a bare value"}
            for key in sorted(unknown):
                meant = _meant(key, ("description", "title"))
                self.fault(
                    self.categories_file, f"{slug}.{key}", f"unknown key{meant}; known keys are description, title"
                )

    def text(self, file: Path, key: str, value: object, languages: tuple[str, ...]) -> Text:
        """Return a text in one language or several, those of the site first."""
        if isinstance(value, str):
            return Text(items=((languages[0], value),))
        if not isinstance(value, dict) or not value or not all(isinstance(each, str) for each in value.values()):
            self.fault(file, key, f'must be a text, or a table by language such as {{ {languages[0]} = "…" }}')
            return Text()
        for stranger in (each for each in value if self.known_languages and not _is_one(each, self.known_languages)):
            known = ", ".join(self.known_languages)
            self.fault(file, f"{key}.{stranger}", f"is not a language of the site; site.languages are {known}")
        order = [language for language in languages if language in value]
        order += [language for language in value if language not in order]
        return Text(items=tuple((language, value[language]) for language in order))

    def number(self, table: dict[str, Any], key: str, default: int, least: int, *, place: str) -> int:
        """Return a whole number, *default* if it is missing or wrong."""
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.fault(self.main, f"{place}.{key}", f"must be a whole number of at least {least}, not {value!r}")
            return default
        return value

    def string(self, table: dict[str, Any], key: str, default: str, *, place: str) -> str:
        """Return a text, *default* if it is missing or wrong."""
        value = table.get(key, default)
        if not isinstance(value, str):
            self.fault(self.main, f"{place}.{key}", f"must be a text in quotes, not {value!r}")
            return default
        return value

    def globs(self, table: dict[str, Any], key: str, *, place: str) -> tuple[str, ...]:
        """Return the globs of a list that are valid."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fault(
                self.main, f"{place}.{key}", f'must be a list of globs such as ["posts/", "*.txt"], not {value!r}'
            )
            return ()
        for each in value:
            if (fault := glob_fault(each)) is not None:
                self.fault(
                    self.main, f"{place}.{key}", f"{each!r} {fault}; write globs such as drafts/, *.txt, posts/**/*.md"
                )
        return tuple(each for each in value if glob_fault(each) is None)

    def table(self, main: dict[str, Any], name: str) -> dict[str, Any]:
        """Return the table of that name, an empty one if it is missing or wrong."""
        table = main.get(name, {})
        if not isinstance(table, dict):
            self.fault(self.main, name, f"must be a table: [{name}]")
            return {}
        return table


def _meant(key: str, known: Iterable[str]) -> str:
    """Return ", did you mean …?" with the known key nearest to *key*, or nothing."""
    near = get_close_matches(key, list(known), n=1, cutoff=0.75)
    return f", did you mean {near[0]}?" if near else ""


def _is_one(language: str, languages: Iterable[str]) -> bool:
    """Return whether *language* equals one of *languages*, or is a narrower or wider tag, as zh-Hans and zh are."""
    tag = language.casefold()
    return any(f"{tag}-".startswith(f"{each}-") or each.startswith(f"{tag}-") for each in map(str.casefold, languages))
