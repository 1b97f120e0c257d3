"""What the reader of datelines must know of one language: words, and no code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from feedsvc.datelines.agency_table import printed_in

Writing = Literal["spaced", "glued", "bracketed", "syllabic"]


class Language(NamedTuple):
    """The words of one language that datelines, stamps and years in running text are made of.

    They stand in ``<tag>.toml`` beside this module, a key for each field but the tag and the agencies. Letter case
    never matters, and neither do full-width forms. An absent key means that the language has no such word.

    tag:       BCP 47; of two scripts of one language the wider used ("zh").
    writing:   how its datelines are written: "spaced" (``CITY, Month D (AGENCY) --``), "glued" (``社都市M月D日电``),
               "bracketed" (``【都市＝記者】``, ``(도시=통신)``) or "syllabic", as "spaced" in a script whose vowels are
               signs beside the letters (``नई दिल्ली, 26 मई (भाषा)``).
    months:    twelve tuples of names, full and short, without the point of an abbreviation.
    month_first: datelines print "May 26", not "26 May".
    year_first: they print the year before that, and the weekday behind it ("2017. május 26., péntek").
    day_signs, month_signs, year_signs: words before the figures of a date that names no month ("ngày 26 tháng 5").
    solar_months: the twelve months of the Iranian calendar.
    year_offset: what its years are ahead of the common ones, where it counts others (543 in Thai).
    other_months: first words of the months of another calendar that a dateline may print before the day ("Ramadan").
    weekdays:  seven tuples, Monday first.
    of:        words between day, month and year ("de", "of").
    ordinals:  what is glued to the day's figure ("th", "er", "º").
    joiners:   words between two places ("and").
    openers:   words that open sentences or labels and so never a dateline, though the rest may look like one ("In").
    particles: words inside place names that are written small ("de", "am").
    bylines:   words that may stand glued to a dateline's city ("CORRISPONDENTE").
    issued:    words beside the date of a stamp: that the copy was published, by whom, how long it is to read.
    words:     frequent small words, by which running text shows its language.
    agencies:  names as printed -> canonical, from ``agencies.tsv``.
    places:    names that mean a certain city in this language's datelines ("México") -> a name that places.py knows.
    zones:     named clocks ("北京时间", "WIB") -> IANA name or "+HH:MM"; only those that mean one thing.
    eras:      names of eras -> the year before their first ("令和" -> 2018).
    targets_before, targets_after: bounded regular expressions of the words beside a year that is a plan, no date.
    designators: words before the number of a thing, which is no year ("flight", "room").
    dispatches: what ends a glued dateline ("电", "讯"). ``kinds``: what may stand before it ("专", "体育专").
    dispatch_compounds: characters that make another word of a dispatch mark ("电脑" is a computer).
    reporters: titles before or after a reporter's name. ``reports``: what ends a reporter's line ("報導").
    houses:    how a paper names itself ("本报"). ``media``: endings that show a medium ("网", "newswire").
    """

    tag: str
    writing: Writing = "spaced"
    months: tuple[tuple[str, ...], ...] = ()
    month_first: bool = False
    year_first: bool = False
    day_signs: tuple[str, ...] = ()
    month_signs: tuple[str, ...] = ()
    year_signs: tuple[str, ...] = ()
    solar_months: tuple[str, ...] = ()
    year_offset: int = 0
    other_months: tuple[str, ...] = ()
    weekdays: tuple[tuple[str, ...], ...] = ()
    of: tuple[str, ...] = ()
    ordinals: tuple[str, ...] = ()
    joiners: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    particles: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    issued: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    agencies: Mapping[str, str] = MappingProxyType({})
    places: Mapping[str, str] = MappingProxyType({})
    zones: Mapping[str, str] = MappingProxyType({})
    eras: Mapping[str, int] = MappingProxyType({})
    targets_before: tuple[str, ...] = ()
    targets_after: tuple[str, ...] = ()
    designators: tuple[str, ...] = ()
    dispatches: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    dispatch_compounds: str = ""
    reporters: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()
    media: tuple[str, ...] = ()


def read_language(tag: str) -> Language:
    """Return the language whose words stand in ``<tag>.toml``.

    raises: TypeError when the file has a key that is no field.
    """
    words = tomllib.loads(Path(__file__).with_name(f"{tag}.toml").read_text(encoding="utf-8"))
    return Language(tag=tag, agencies=printed_in(tag), **{field: _fixed(value) for field, value in words.items()})


def _fixed(value: Any) -> Any:  # noqa: ANN401 -- TOML's types: text, truth, lists and tables of them
    return tuple(map(_fixed, value)) if isinstance(value, list) else value
