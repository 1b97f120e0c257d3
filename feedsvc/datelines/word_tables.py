"""Put the words of all languages into tables, once: a look-up costs the same however many languages there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from feedsvc.datelines.languages import LANGUAGES, TAGS, known_tags
from feedsvc.datelines.languages.language import Language, read_language

_NOT_LETTERS = re.compile(r"[\W_]+")
_LONG_WORD = 4


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """Return *name* as agencies are looked up by: letters and figures only, case folded ("Re uters" is Reuters)."""
    return _NOT_LETTERS.sub("", name).casefold()


@lru_cache(maxsize=8192)
def fold_word(word: str) -> str:
    """Return *word* as words are looked up by: case folded, the Turkish dotted and dotless i one letter."""
    folded = word.casefold()
    return folded if folded.isascii() else folded.replace("i\u0307", "i").replace("ı", "i")


class Agency(NamedTuple):
    """A signature. known: a language lists it. tag: that language."""

    name: str
    known: bool
    tag: str | None = None


class Tables:
    """The words of all languages, folded; each table is made when it is first asked for.

    Where two languages disagree on a word, the first has it. A name that means two months, or two weekdays, in two of
    the *named* ones is none: "listopada" is October in Croatian and November in Polish.

    always, named: languages that are read for every caller, and for this one.
    first:         tags of the languages that a dateline is in where its words leave that open.
    """

    def __init__(
        self, always: tuple[Language, ...], named: tuple[Language, ...] = (), *, first: tuple[str, ...] = ()
    ) -> None:
        self.languages = (*always, *named)
        self.named = named
        self._always = always
        self.tags = tuple(dict.fromkeys((*first, *(language.tag for language in self.languages))))

    @cached_property
    def months(self) -> Mapping[str, tuple[int, frozenset[str]]]:
        """Return word -> (number, tags of the languages that have it)."""
        return self._numbered("months", 1)

    @cached_property
    def other_months(self) -> frozenset[str]:
        """Return the first words of the months of another calendar, printed before the day."""
        return _folded(self.languages, "other_months")

    @cached_property
    def weekdays(self) -> Mapping[str, tuple[int, frozenset[str]]]:
        """Return word -> (number, tags of the languages that have it); 0 is Monday."""
        return self._numbered("weekdays", 0)

    def _numbered(self, field: str, first: int) -> Mapping[str, tuple[int, frozenset[str]]]:
        table = _numbered(self._always, field, first)
        for word, meant in _meanings(self.named, field, first).items():
            number, known = table.get(word, (min(meant), frozenset[str]()))
            if set(meant) == {number}:
                table[word] = (number, known.union(*meant.values()))
        return table

    @cached_property
    def year_first(self) -> frozenset[str]:
        """Return the tags of the languages that print the year before month and day."""
        return frozenset(language.tag for language in self.named if language.year_first)

    @cached_property
    def signs(self) -> re.Pattern[str] | None:
        """Return the pattern of days whose figures stand behind words, None where no language has such words."""
        signed = [language for language in self.named if language.month_signs]
        if not signed:
            return None
        day, month, year = (
            "|".join(re.escape(word) for language in signed for word in getattr(language, field))
            for field in ("day_signs", "month_signs", "year_signs")
        )
        return re.compile(
            rf"(?:({day})[ ])?(?P<day>[0-9]{{1,2}})(?:[ ](?:{month})[ ](?P<month>[0-9]{{1,2}})"
            rf"(?:,?[ ](?:(?:{year})[ ])?(?P<year>[12][0-9]{{3}}))?"
            r"|(?(1)[/-](?P<figures>[0-9]{1,2})(?:[/-](?P<whole>[12][0-9]{3}))?|(?!)))(?![0-9/])",
            re.IGNORECASE,
        )

    @cached_property
    def signed(self) -> frozenset[str]:
        """Return the tags of the languages of ``signs``."""
        return frozenset(language.tag for language in self.named if language.month_signs)

    @cached_property
    def solar_months(self) -> Mapping[str, int]:
        """Return month of the Iranian calendar -> number."""
        return {
            fold_word(name): number for language in self.named for number, name in enumerate(language.solar_months, 1)
        }

    @cached_property
    def solar(self) -> frozenset[str]:
        """Return the tags of the languages that use that calendar."""
        return frozenset(language.tag for language in self.named if language.solar_months)

    @cached_property
    def of(self) -> frozenset[str]:
        """Return the words between day, month and year."""
        return _folded(self.languages, "of")

    @cached_property
    def of_days(self) -> frozenset[str]:
        """Return all words that a day may begin with."""
        return self.of.union(self.months, self.other_months, self.weekdays)

    def begins_day(self, word: str) -> bool:
        """Tell whether a day may begin with *word*, which is folded."""
        return word in self.months or word in self.of or word in self.weekdays

    @cached_property
    def ordinals(self) -> frozenset[str]:
        """Return the endings that are glued to a day's figure."""
        return _folded(self.languages, "ordinals")

    @cached_property
    def joiners(self) -> frozenset[str]:
        """Return the words between two places."""
        return _folded(self.languages, "joiners")

    @cached_property
    def issued(self) -> frozenset[str]:
        """Return the words that may stand beside the date of a stamp."""
        return _folded(self.languages, "issued")

    @cached_property
    def openers(self) -> frozenset[str]:
        """Return the words that open sentences and no datelines."""
        return _folded(self.languages, "openers")

    @cached_property
    def particles(self) -> frozenset[str]:
        """Return the small words inside names of places."""
        return _folded(self.languages, "particles")

    @cached_property
    def bylines(self) -> frozenset[str]:
        """Return the words of a byline that a city may be glued to."""
        return _folded(self.languages, "bylines")

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """Return frequent word -> tags: small words, and the weekdays that news names, but for their short forms."""
        words: dict[str, frozenset[str]] = {}
        for language in self.languages:
            weekdays = (name.casefold() for names in language.weekdays for name in names if len(name) >= _LONG_WORD)
            for word in (*language.words, *weekdays):
                words[word] = words.get(word, frozenset()) | {language.tag}
        return words

    @cached_property
    def agencies(self) -> Mapping[str, Agency]:
        """Return key -> agency."""
        agencies: dict[str, Agency] = {}
        for language in self.languages:
            for printed, canonical in language.agencies.items():
                agencies.setdefault(key(printed), Agency(name=canonical, known=True, tag=language.tag))
        return agencies

    @cached_property
    def first_words(self) -> frozenset[str]:
        """Return the keys of the first words of agencies' names."""
        return frozenset(key(name.split()[0]) for language in self.languages for name in language.agencies)

    @cached_property
    def glued(self) -> Mapping[str, Agency]:
        """Return name as printed -> agency, of those looked up inside text without spaces."""
        glued: dict[str, Agency] = {}
        for language in self.languages:
            if language.writing != "spaced":
                for printed, canonical in language.agencies.items():
                    glued.setdefault(printed, Agency(name=canonical, known=True, tag=language.tag))
        return glued

    @cached_property
    def glued_by_start(self) -> Mapping[str, tuple[str, ...]]:
        """Return first two characters -> the names of ``glued`` that start with them, longest first."""
        return _by_start(self.glued)

    @cached_property
    def places(self) -> Mapping[str, str]:
        """Return name, case folded -> the name of the place that it means."""
        return _first(self.languages, "places")

    @cached_property
    def media(self) -> tuple[str, ...]:
        """Return the endings, folded, of the words that media are called by in languages that write spaces."""
        spaced = (language for language in self.languages if language.writing == "spaced")
        return tuple(sorted({fold_word(ending) for language in spaced for ending in language.media}))

    @cached_property
    def zones(self) -> Mapping[str, str]:
        """Return named clock, case folded -> zone."""
        return _first(self.languages, "zones")

    @cached_property
    def eras(self) -> Mapping[str, int]:
        """Return era -> the year before its first."""
        return {era: year for language in self.languages for era, year in language.eras.items()}

    @cached_property
    def reporters(self) -> tuple[str, ...]:
        """Return reporters' titles, longest first."""
        titles = (title for language in self.languages for title in language.reporters)
        return tuple(sorted(titles, key=len, reverse=True))


def _numbered(languages: Iterable[Language], field: str, first: int) -> dict[str, tuple[int, frozenset[str]]]:
    """Return word -> (number, tags) of a field that holds one tuple of words a number; the first number counts."""
    meanings = _meanings(languages, field, first)
    firsts = ((word, next(iter(meant.items()))) for word, meant in meanings.items())
    return {word: (number, frozenset(tags)) for word, (number, tags) in firsts}


def _meanings(languages: Iterable[Language], field: str, first: int) -> dict[str, dict[int, list[str]]]:
    """Return word -> number -> tags of a field that holds one tuple of words a number."""
    table: dict[str, dict[int, list[str]]] = {}
    for language in languages:
        for number, names in enumerate(getattr(language, field), first):
            for word in map(fold_word, names):
                table.setdefault(word, {}).setdefault(number, []).append(language.tag)
    return table


def _folded(languages: Iterable[Language], field: str) -> frozenset[str]:
    return frozenset(fold_word(word) for language in languages for word in getattr(language, field))


def _by_start(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return first two characters -> names, longest first; a single character is no name."""
    table: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if len(name) > 1:
            table.setdefault(name[:2], []).append(name)
    return {start: tuple(found) for start, found in table.items()}


def _first(languages: Iterable[Language], field: str) -> dict[str, str]:
    """Return name, case folded -> meaning; the first language that has it counts."""
    table: dict[str, str] = {}
    for language in languages:
        for name, meant in getattr(language, field).items():
            table.setdefault(name.casefold(), meant)
    return table


@lru_cache(maxsize=64)  # a site names its languages once, and a caller may pass what it was sent
def tables(named: tuple[str, ...] = ()) -> Tables:
    """Return the tables of the languages that are always read, and of the further ones that are *named*."""
    tags = known_tags(named)
    return _tables_of(tags if set(tags) - set(TAGS) else ())


@lru_cache(maxsize=16)
def _tables_of(tags: tuple[str, ...]) -> Tables:
    named = {tag: read_language(tag) for tag in tags if tag not in TAGS}
    return Tables(LANGUAGES, tuple(named.values()), first=tags)
