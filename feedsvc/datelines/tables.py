"""Put the words of all languages into tables, once: a look-up costs the same however many languages there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from feedsvc.languages import LANGUAGES
from feedsvc.languages.language import Language

_NOT_LETTERS = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """Return *name* as agencies are looked up by: letters and figures only, case folded ("Re uters" is Reuters)."""
    return _NOT_LETTERS.sub("", name).casefold()


@lru_cache(maxsize=8192)
def fold_word(word: str) -> str:
    """Return *word* as words are looked up by: case folded, the Turkish dotted and dotless i one letter."""
    folded = word.casefold()
    return folded if folded.isascii() else folded.replace("i\u0307", "i").replace("ı", "i")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """Hold a signature. known: a language lists it. tag: that language."""

    name: str
    known: bool
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """Hold the words of all languages, folded.

    months, weekdays: word -> (number, tags of the languages that have it); weekday 0 is Monday.
    agencies:         key -> agency; ``glued``: those looked up inside unspaced text, as printed.
    glued_by_first:   their first characters -> the names, longest first.
    first_words:      keys of the first words of agencies: what no agency starts with need not be looked up.
    words:            word -> tags.
    """

    months: Mapping[str, tuple[int, frozenset[str]]]
    weekdays: Mapping[str, tuple[int, frozenset[str]]]
    of: frozenset[str]
    ordinals: frozenset[str]
    joiners: frozenset[str]
    openers: frozenset[str]
    particles: frozenset[str]
    bylines: frozenset[str]
    words: Mapping[str, frozenset[str]]
    agencies: Mapping[str, Agency]
    first_words: frozenset[str]
    glued: Mapping[str, Agency]
    glued_by_first: Mapping[str, tuple[str, ...]]
    places: Mapping[str, str]
    zones: Mapping[str, str]
    eras: Mapping[str, int]
    reporters: tuple[str, ...]
    languages: tuple[Language, ...]


def _numbered(languages: Iterable[Language], field: str, first: int) -> dict[str, tuple[int, frozenset[str]]]:
    """Return word -> (number, tags) of a field that holds one tuple of words a number."""
    table: dict[str, tuple[int, frozenset[str]]] = {}
    for language in languages:
        for number, names in enumerate(getattr(language, field), first):
            for name in names:
                word = fold_word(name)
                known = table.get(word)
                if known is None:
                    table[word] = (number, frozenset({language.tag}))
                elif known[0] == number:
                    table[word] = (number, known[1] | {language.tag})
    return table


def _folded(languages: Iterable[Language], field: str) -> frozenset[str]:
    return frozenset(fold_word(word) for language in languages for word in getattr(language, field))


def _by_first(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return first character -> names, longest first."""
    table: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if len(name) > 1:
            table.setdefault(name[0], []).append(name)
    return {first: tuple(found) for first, found in table.items()}


def compile_tables(languages: tuple[Language, ...]) -> Tables:
    """Return the tables of *languages*; where two disagree on a word, the first has it."""
    agencies: dict[str, Agency] = {}
    glued: dict[str, Agency] = {}
    words: dict[str, frozenset[str]] = {}
    places: dict[str, str] = {}
    zones: dict[str, str] = {}
    eras: dict[str, int] = {}
    for language in languages:
        for printed, canonical in language.agencies.items():
            agency = Agency(name=canonical, known=True, tag=language.tag)
            agencies.setdefault(key(printed), agency)
            if language.writing != "spaced":
                glued.setdefault(printed, agency)
        for word in language.words:
            words[word] = words.get(word, frozenset()) | {language.tag}
        for name, meant in language.places.items():
            places.setdefault(name.casefold(), meant)
        for name, zone in language.zones.items():
            zones.setdefault(name.casefold(), zone)
        eras.update(language.eras)
    return Tables(
        months=_numbered(languages, "months", 1),
        weekdays=_numbered(languages, "weekdays", 0),
        of=_folded(languages, "of"),
        ordinals=_folded(languages, "ordinals"),
        joiners=_folded(languages, "joiners"),
        openers=_folded(languages, "openers"),
        particles=_folded(languages, "particles"),
        bylines=_folded(languages, "bylines"),
        words=words,
        agencies=agencies,
        first_words=frozenset(key(name.split()[0]) for language in languages for name in language.agencies),
        glued=glued,
        glued_by_first=_by_first(glued),
        places=places,
        zones=zones,
        eras=eras,
        reporters=tuple(sorted((r for language in languages for r in language.reporters), key=len, reverse=True)),
        languages=languages,
    )


@cache
def tables() -> Tables:
    """Return the tables of the registered languages, compiled when first asked for."""
    return compile_tables(LANGUAGES)
