"""The agencies that languages list: their printed names, their homes and their kinds, one row of agencies.tsv each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

_SEVERAL_ZONES = ("America/", "Australia/", "Europe/Moscow", "Asia/Jakarta", "Asia/Ulaanbaatar", "Asia/Almaty")


class Row(NamedTuple):
    """One printed name of an agency.

    name:      the canonical name; its first row says the home and the kind.
    language:  tag of the language that prints it.
    home:      IANA zone, "" where none is known.
    kind:      "" for an agency whose unlisted cities lie in its own country; "world" for one whose unlisted cities may
               lie anywhere; "wire" for one that carries press releases, and so prints 05/12/14 with the month first.
    countries: ISO codes, apart by blanks. Where there are any, the printed name means this agency in datelines of these
               countries alone, and elsewhere the agency of the row that has none.
    """

    printed: str
    name: str
    language: str
    home: str = ""
    kind: str = ""
    countries: str = ""


@cache
def _rows() -> tuple[Row, ...]:
    text = Path(__file__).with_name("agencies.tsv").read_text(encoding="utf-8")
    return tuple(Row(*line.split("\t")) for line in text.splitlines()[1:] if not line.startswith("#"))


@cache
def _by_language() -> Mapping[str, Mapping[str, str]]:
    tags: dict[str, dict[str, str]] = {}
    for row in _rows():
        if not row.countries:
            tags.setdefault(row.language, {})[row.printed] = row.name
    return tags


def printed_in(tag: str) -> Mapping[str, str]:
    """Return the names that the language prints -> canonical, in the order of the table."""
    return _by_language().get(tag, {})


HOMES: Mapping[str, str] = {row.name: row.home for row in _rows() if row.home}
PRESS_WIRES = frozenset(row.name for row in _rows() if row.kind == "wire")


def _told_apart() -> Iterator[tuple[tuple[str, str], str]]:
    for row in _rows():
        for country in row.countries.split():
            yield (printed_in(row.language)[row.printed], country), row.name


HOMONYMS: Mapping[tuple[str, str], str] = dict(_told_apart())
"""(agency that the printed name means elsewhere, country of the dateline) -> agency that it means there."""


def national_zone(agency: str | None) -> str | None:
    """Return the zone that an unlisted city of *agency* most likely keeps: that of its country, where that has one.

    The cities abroad that a national agency writes from are large, and so listed; a place in none of the tables is a
    small one of its own country.

    returns: None for agencies that write from everywhere, and for those of a country with several zones.
    source:  docs/datelines.md, "Zone"
    """
    zone = HOMES.get(agency or "")
    if zone is None or agency in _worldwide() or zone.startswith(_SEVERAL_ZONES):
        return None
    return zone


@cache
def _worldwide() -> frozenset[str]:
    return frozenset(row.name for row in _rows() if row.kind)
