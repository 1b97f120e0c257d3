"""Write the month and weekday names of Unicode CLDR, and names of cities, into the words of further languages.

Run ``python tools/make_month_names.py [TAG …]`` with the packages of docs/places.md and feedsvc installed. It adds the
names that a file of ``feedsvc/datelines/languages`` lacks and keeps all that is there, so forms that CLDR does not have
are written into the file by hand. Same packages and same files, same bytes. The licences are in
docs/licenses/languages.md.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import get_global

from feedsvc.datelines.languages import FURTHER_TAGS
from feedsvc.datelines.places import find_place
from places_sources import cities as cities_of_geonames

FOLDER = Path(__file__).parent.parent / "feedsvc" / "datelines" / "languages"
LOCALES = {"sr": ("sr_Latn", "sr")}  # Serbian is printed in two scripts
FORMS = (("format", "wide"), ("stand-alone", "wide"), ("format", "abbreviated"), ("stand-alone", "abbreviated"))
SHORTEST = 3  # letters of an abbreviation: "po" and "st" are Czech weekdays, and words of every other line
WIDE = 120
WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*")
NOT_A_NAME = re.compile(r"[(,]")
BARE = re.compile(r"[A-Za-z0-9_-]+")
# Where a name is printed in capitals, its accents are not; only the mark that parts two vowels may be.
CAPITALS_WITHOUT_ACCENTS = ("el",)
# What is glued before a name: "26 במאי" is the 26th of May.
PREFIXES = {"he": "ב"}


def script(letters: str, *, first: str = "", but: str = "(?!)") -> re.Pattern[str]:
    """Return the pattern of a name of one to three words. first: letters that open them; but: no name."""
    word = f"[{first or letters}][{letters}]+"
    return re.compile(f"(?!{but}){word}(?:[ -]{word}){{0,2}}")


ACUTE = "\u0301"
# The script, the countries and the least people of the cities whose own names are added.
NO_SCRIPT = re.compile("(?!)")
AT_HOME = {
    "el": (script("\u0390\u03ac-\u03ce", first="\u0386-\u038f\u0391-\u03ab"), ("GR", "CY"), 30_000),
    "he": (script("א-ת"), ("IL",), 30_000),
    "hi": (script("ऀ-ॣ"), ("IN",), 300_000),
    "th": (script("ก-๎", but="เทศบาล|อำเภอ|จังหวัด"), ("TH",), 100_000),
    "bg": (script("а-ъьюя", first="А-ЪЬЮЯ"), ("BG",), 30_000),
    "sr": (script("а-ик-шјљњћђџ", first="А-ИК-ШЈЉЊЋЂЏ"), ("RS", "BA", "ME"), 40_000),
    "uk": (script("а-щьюяґєії’'", first="А-ЩЮЯҐЄІЇ"), ("UA",), 60_000),
    "fa": (script("آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئ"), ("IR", "AF"), 200_000),
}
SYLLABIC = ("hi", "th")  # vowels are signs, which are no letters to Python


def names(tag: str, field: str) -> list[list[str]]:
    """Return the names of the months, or of the weekdays from Monday on, in all forms that datelines print."""
    found: list[list[str]] = []
    for code in LOCALES.get(tag, (tag,)):
        tables = getattr(Locale.parse(code), field)
        for context, width in FORMS:
            table = tables.get(context, {}).get(width, {})
            for number, key in enumerate(sorted(table)):
                if len(found) <= number:
                    found.append([])
                shortest = SHORTEST if width == "abbreviated" else 1
                found[number] += [
                    name for name in forms(tag, table[key], shortest=shortest) if name not in found[number]
                ]
    return found


def forms(tag: str, name: str, *, shortest: int) -> Iterator[str]:
    """Yield *name* as datelines print it; nothing where it is no word, or has fewer letters than *shortest*."""
    name = name.removesuffix(".").replace("\u0654", "").replace("ʼ", "'")
    if len(name) < shortest or not (tag in SYLLABIC or WORD.fullmatch(name.replace("'", ""))):
        return
    yield name
    if tag in CAPITALS_WITHOUT_ACCENTS:
        yield from without_accents(name)
    if tag in PREFIXES:
        yield PREFIXES[tag] + name


def without_accents(name: str) -> Iterator[str]:
    """Yield *name* in the ways that it is printed in capitals."""
    parted = unicodedata.normalize("NFD", name)
    yield unicodedata.normalize("NFC", parted.replace(ACUTE, ""))
    yield "".join(char for char in parted if not unicodedata.combining(char))


def cities(tag: str) -> dict[str, str]:
    """Return the names of cities -> English, of those that ``places_generated.tsv`` does not have."""
    found = cities_of_zones(tag)
    for name, english in cities_at_home(tag).items():
        found.setdefault(name, english)
    for name, english in list(found.items()) if tag in CAPITALS_WITHOUT_ACCENTS else ():
        for capitals in without_accents(name):
            found.setdefault(capitals, english)
    return found


def cities_at_home(tag: str) -> dict[str, str]:
    """Return the names in the script of *tag* of the cities where it is at home, of those that no other city has."""
    letters, countries, people = AT_HOME.get(tag, (NO_SCRIPT, (), 0))
    meant: dict[str, set[str]] = {}
    for city in cities_of_geonames():
        place = find_place(city.name)
        if city.code in countries and city.people >= people and place and place.country == city.code:
            for name in filter(letters.fullmatch, city.names):
                meant.setdefault(unicodedata.normalize("NFC", name), set()).add(place.name)
    return {name: min(places) for name, places in meant.items() if len(places) == 1 and find_place(name) is None}


def cities_of_zones(tag: str) -> dict[str, str]:
    """Return CLDR's names of the cities that zones are called after -> English."""
    english = Locale.parse("en").time_zones
    found = {}
    for code in LOCALES.get(tag, (tag,)):
        for key, about in sorted(Locale.parse(code).time_zones.items()):
            name, known = (
                about.get("city"),
                english.get(key, {}).get("city") or key.rpartition("/")[2].replace("_", " "),
            )
            place = find_place(known)
            town = key.count("/") == 1 and "Island" not in known  # of "America/Indiana/Tell_City" no wire writes
            zone = get_global("zone_aliases").get(key, key)
            if not (name and town and place and place.zone == zone) or NOT_A_NAME.search(name) or find_place(name):
                continue
            found.setdefault(name, place.name)
    return found


def read(tag: str) -> tuple[list[list[str]], list[list[str]], dict[str, str]]:
    """Return the months, weekdays and cities of CLDR."""
    return names(tag, "months"), names(tag, "days"), cities(tag)


def merged(written: dict[str, Any], months: list[list[str]], weekdays: list[list[str]], places: dict[str, str]) -> None:
    """Add the names of CLDR to the words that a file has."""
    for field, found in (("months", months), ("weekdays", weekdays)):
        own = written.get(field) or [[] for _ in found]
        written[field] = [list(dict.fromkeys((*first, *others))) for first, others in zip(own, found, strict=True)]
    written["places"] = dict(sorted((places | written.get("places", {})).items()))


def toml(words: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a file of words: lists before tables."""
    order = ("writing", "months", "weekdays")
    for key in (*(key for key in order if key in words), *(key for key in words if key not in order)):
        if not isinstance(words[key], dict):
            yield from entry(key, words[key])
    for key, table in words.items():
        if isinstance(table, dict) and table:
            yield f"\n[{key}]"
            yield from (f"{name if BARE.fullmatch(name) else quoted(name)} = {quoted(table[name])}" for name in table)


def entry(key: str, value: object) -> Iterator[str]:
    """Yield the lines of one key, in at most 120 columns."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        yield f"{key} = ["
        yield from (f"  [{', '.join(map(quoted, row))}]," for row in value)
        yield "]"
    elif isinstance(value, list):
        line = f"{key} = [{', '.join(map(quoted, value))}]"
        yield from [line] if len(line) < WIDE else wrapped(key, value)
    else:
        yield f"{key} = {quoted(value)}"


def wrapped(key: str, words: Iterable[str]) -> Iterator[str]:
    """Yield a list over several lines."""
    yield f"{key} = ["
    line = ""
    for word in map(quoted, words):
        if len(line) + len(word) > WIDE - 4:
            yield f" {line}"
            line = ""
        line += f" {word},"
    yield f" {line}"
    yield "]"


def quoted(value: object) -> str:
    """Return *value* as TOML writes it."""
    return f"'{value}'" if isinstance(value, str) and "\\" in value else json.dumps(value, ensure_ascii=False)


def main(tags: list[str]) -> None:
    """Write the files of *tags*, of all further languages where none is named."""
    chosen = tags or list(FURTHER_TAGS)
    # One process a language: babel 2.18.0 hands the names of one locale to the next where both leave them out.
    with ProcessPoolExecutor(max_workers=1, max_tasks_per_child=1) as pool:
        for tag, found in zip(chosen, pool.map(read, chosen), strict=True):
            path = FOLDER / f"{tag}.toml"
            text = path.read_text(encoding="utf-8")
            heading = [line for line in text.splitlines() if line.startswith("#")]
            words = tomllib.loads(text)
            merged(words, *found)
            path.write_text("\n".join((*heading, *toml(words))) + "\n", encoding="utf-8")
            print(path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
