"""Tell what a folded name may mean: places, countries, states."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from feedsvc.model.dates import Place
from feedsvc.places.pattern import lazy
from feedsvc.places.rows import EAST_ASIAN, row

# A bare name means the place that has more than this many times the people of its namesakes in other zones.
DOMINANCE = 5
_PREVAILS = 1_000_000_000

_BESIDE = lazy(r"(?:the|near|outside|central|(?:north|south|(?:north|south)?(?:east|west))ern) ")
_KINDS = ("特别行政区", "特别市", "自治区", "自治州", "특별시", "광역시", *"市县区镇乡村城省州郡府都道旗盟岛시도군구")


class Meaning(NamedTuple):  # like the other values here: a dataclass takes ten times as long to make at start-up
    """Hold one thing that a name may mean. code: "IT" or "US-MO". people: in thousands, 0 where it decides nothing."""

    name: str
    zone: str | None
    code: str
    people: int = 0

    def lies_in(self, code: str) -> bool:
        """Tell whether it is in the country or state of that code."""
        if self.code == code or self.code.startswith(f"{code}-"):
            return True
        # Outside the countries whose states the rows tell apart, a state is known by its zone alone.
        return self.code == code[:2] and region_of(code).main in {self.zone, None}


class Region(NamedTuple):
    """Hold a country or state. main: its usual zone. elsewhere: the zone of a place there that no row names."""

    name: str
    main: str | None
    elsewhere: str | None


class Codes(NamedTuple):
    """Hold what a region's name may mean. also: codes whose known places count as its own (Hong Kong for China)."""

    either: tuple[str, ...]
    also: tuple[str, ...]

    @property
    def country(self) -> str | None:
        """Return the country, None when the name may mean regions of two."""
        countries = {code[:2] for code in self.either}
        return countries.pop() if len(countries) == 1 else None

    @property
    def zone_elsewhere(self) -> str | None:
        """Return the zone of a place there that no row names, None when that may be either of two."""
        zones = {region_of(code).elsewhere for code in self.either}
        return zones.pop() if len(zones) == 1 else None

    def holding(self, meanings: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
        """Return those of *meanings* that lie there."""
        codes = self.either + self.also
        return tuple(meaning for meaning in meanings if any(meaning.lies_in(code) for code in codes))


@lru_cache(maxsize=512)
def region_of(code: str) -> Region:
    """Return the region of a code: its row is "@US-MO", its name, its usual zone and the zone elsewhere."""
    name, main, elsewhere = (row(f"@{code}") or f"{code}\t\t").split("\t")
    return Region(name=name, main=main or None, elsewhere=elsewhere or None)


def codes_of(key: str) -> Codes | None:
    """Return what the region's name means: its row "US-GA|GE" means either, "CN+HK" has its places in both."""
    for variant in _variants(key):
        text = row(f"={variant}")
        if text:
            either, *also = text.split("+")
            return Codes(either=tuple(either.split("|")), also=tuple(also))
    return None


def meanings_of(key: str) -> tuple[Meaning, ...]:
    """Return what the name may mean, the likeliest first; countries and states are places too."""
    for variant in _variants(key):
        text = row(variant)
        if text:
            return tuple(_read(variant, text))
        codes = codes_of(variant)
        if codes:
            regions = ((code, region_of(code)) for code in codes.either)
            return tuple(Meaning(name=region.name, zone=region.elsewhere, code=code) for code, region in regions)
    return ()


def choose(meanings: tuple[Meaning, ...]) -> Place:
    """Return the place that the name means; without a zone when it may as well be in another."""
    first = max(meanings, key=lambda meaning: meaning.people)
    rivals = [meaning.people for meaning in meanings if meaning.zone != first.zone]
    if not rivals or first.people > DOMINANCE * max(rivals):
        return Place(name=first.name, zone=first.zone, country=first.code[:2])
    countries = {meaning.code[:2] for meaning in meanings}
    return Place(name=first.name, zone=None, country=first.code[:2] if len(countries) == 1 else None)


def _variants(key: str) -> Iterator[str]:
    if not key:
        return
    yield key
    if key[0] >= EAST_ASIAN:
        if key.endswith(_KINDS):
            yield from (key.removesuffix(kind) for kind in _KINDS if key.endswith(kind) and len(key) > len(kind) + 1)
        return
    beside = _BESIDE.match(key)
    if beside:
        yield key[beside.end() :]
    if key.endswith(" city"):
        yield key.removesuffix(" city")


def _read(key: str, text: str) -> Iterator[Meaning]:
    for number, part in enumerate(text.split("|")):
        left, _, name = part.partition("=")
        left, _, people = left.partition("*")
        code, _, zone = left.partition("@")
        prevails = number == 0 and code.startswith("!")
        code = code.removeprefix("!")
        yield Meaning(
            name=name or key.title(),
            zone=None if zone == "-" else zone or region_of(code).main,
            code=code,
            people=_PREVAILS if prevails else int(people or 0),
        )
