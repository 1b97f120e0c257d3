"""Make feedsvc/datelines/places_generated.tsv from GeoNames, CLDR, OpenCC's characters and the hand-reviewed names.

Run ``python tools/make_places.py`` with the packages of docs/places.md installed. Same packages and same hand-reviewed
names, same bytes. docs/places.md tells the grammar of the rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from feedsvc.datelines.places import DOMINANCE, fold
from places_regions import Zones, names_of_regions, zones_of_regions
from places_sources import City, RowByHand, cities, names_of_zones, rows_by_hand, simplified, words

TABLE = Path(__file__).parent.parent / "feedsvc" / "datelines" / "places_generated.tsv"
CREDIT = (
    "# Place names from GeoNames (geonames.org, CC BY 4.0), Unicode CLDR (Unicode licence), OpenCC (Apache 2.0) and our"
    " own review. Made by tools/make_places.py: do not edit, edit places_by_hand.tsv; see docs/places.md."
)
NEVER = 1_000_000_000
# A name enters the table when a place of that name has this many people: fewer where small towns print papers.
SMALLEST = {"US": 4_500, "GB": 8_000, "AU": 6_000, "NZ": 6_000, "DE": 3_000, "AT": 3_000}
SMALLEST |= dict.fromkeys(("CA", "IE", "CH"), 5_000) | dict.fromkeys(("IN", "BR", "RU"), 40_000) | {"CN": 100_000}
SMALLEST_ELSEWHERE = 30_000
# Its names in another script enter when it has this many: fewer where the script is at home.
ARAB = ("EG", "SY", "IQ", "SA", "YE", "JO", "LB", "LY", "TN", "DZ", "MA", "SD", "OM", "AE", "QA", "BH", "KW", "PS")
SCRIPTS = {
    re.compile(r"[\u3400-\u9fff·]{2,12}$"): {"CN": NEVER, "JP": 100_000, "TW": 20_000, "HK": 20_000, "MO": 0}
    | {"MY": 100_000, "VN": 200_000},
    re.compile(r"[\u30a0-\u30ff・=]{2,20}$"): {"JP": NEVER},
    re.compile(r"[\uac00-\ud7a3 ]{2,16}$"): {"KR": 30_000, "KP": 100_000, "CN": NEVER, "JP": NEVER},
    re.compile(r"[А-Яа-яЁё][а-яё]*(?:[ -][А-Яа-яЁё]+)*$"): {"RU": 50_000, "BY": 100_000, "UA": 150_000, "KZ": 150_000}
    | {"JP": NEVER, "CN": 4_000_000, "IN": 2_000_000},
    re.compile(r"[\u0621-\u064a ]{3,30}$"): dict.fromkeys(ARAB, 100_000),
}
SMALLEST_IN_OTHER_SCRIPTS = 600_000
# A name in another script that two cities claim belongs to the one with this many times the people, else to neither.
DOMINANT_ALIAS = 8
SHORTEST_OF_TOWNS = 4
LARGE = 100_000
NOTED = 10_000
HAMLET = 1_000
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Rows:
    """Collect what each folded name may mean."""

    def __init__(self, regions: dict[str, Zones]) -> None:
        self.regions = regions
        self.found: dict[str, list[City]] = defaultdict(list)
        self.prevailing: dict[str, City] = {}
        self.unsure = {fold(row.name) for row in rows_by_hand() if row.kind == "unsure"}
        self.dropped = {fold(row.name) for row in rows_by_hand() if row.kind == "drop"}

    def add(self, key: str, city: City) -> None:
        """Add a meaning, unless another one of the same region and zone is there."""
        known = any((other.code, other.zone) == (city.code, city.zone) for other in self.found[key])
        if key and not known and key not in self.dropped:
            self.found[key].append(city)

    def claim(self, keys: Iterable[str], city: City) -> None:
        """Add a meaning that prevails over all others when no region is printed; the first to claim a key has it."""
        for key in keys:
            self.add(key, city)
            same = (other for other in self.found[key] if (other.code, other.zone) == (city.code, city.zone))
            self.prevailing.setdefault(key, next(same, city))

    def texts(self) -> Iterator[str]:
        """Yield every row, as "springfield", a tab, "US-MO*169|US-IL*114"."""
        for key, meant in self.found.items():
            ranked = sorted(meant, key=lambda city: (self.prevailing.get(key) is not city, -city.people, city.code))
            ranked = [city for n, city in enumerate(ranked) if n == 0 or self._matters(city, beside=ranked[0])]
            if len({city.zone for city in ranked}) == 1:
                ranked = [city for n, city in enumerate(ranked) if n == 0 or city.code[:2] != ranked[0].code[:2]]
                yield f"{key}\t{'|'.join(self._text(key, city) for city in ranked)}"
            elif ranked and key in self.unsure:
                yield f"{key}\t{'|'.join(self._text(key, city) for city in ranked)}"
            elif ranked:
                prevails = "!" if key in self.prevailing else ""
                yield f"{key}\t{prevails}{'|'.join(self._text(key, city, weight=city.people) for city in ranked)}"

    def _matters(self, city: City, *, beside: City) -> bool:
        placed_by_region = self.regions[city.code].elsewhere == city.zone
        return not placed_by_region or city.people * DOMINANCE * 2 >= beside.people or city.people >= NOTED

    def _text(self, key: str, city: City, *, weight: int = 0) -> str:
        zone = "" if city.zone == self.regions[city.code].main else f"@{city.zone or '-'}"
        people = f"*{weight // 1000}" if weight >= HAMLET else ""
        return f"{city.code}{zone}{people}" + ("" if city.name == key.title() else f"={city.name}")


def main() -> None:
    """Write the table, and say how large it is."""
    # fold() reads its characters from the table: it gets all of them first, then those that the rows use.
    characters = simplified()
    TABLE.write_text(f"&\t{''.join(a + b for a, b in characters.items())}\n", encoding="utf-8")
    known = cities()
    regions = zones_of_regions(known)
    rows = Rows(regions)
    add_rows_by_hand(rows, known)
    add_cities(rows, known)
    add_names_in_other_scripts(rows, known)
    texts = list(rows.texts())
    texts += [f"={key}\t{value}" for key, value in names_of_regions().items()]
    texts += [f"@{code}\t{zones.name}\t{zones.main}\t{zones.elsewhere}" for code, zones in regions.items()]
    used = {character for text in texts for character in text}
    texts.append("&\t" + "".join(a + b for a, b in sorted(characters.items()) if b in used))
    table = "\n".join([CREDIT, *sorted(texts)]) + "\n"
    TABLE.write_text(table, encoding="utf-8")
    print(f"{len(texts)} rows, {len(table.encode())} bytes")


def add_rows_by_hand(rows: Rows, known: list[City]) -> None:
    """Add the hand-reviewed names; a city of GeoNames takes the English name given there."""
    by_name: dict[tuple[str, str], City] = {}
    by_any_name: dict[tuple[str, str], City] = {}
    shared: set[str] = set()
    for city in known:
        for code in {city.code, city.code[:2]}:
            by_name.setdefault((code, fold(city.name)), city)
            for name in (city.name, *city.names):
                by_any_name.setdefault((code, fold(name)), city)
    for row in rows_by_hand():
        keys = [city_key(name) for name in (row.name, *row.names)]
        if row.kind in {"place", "also"}:
            city = city_of(row, by_name, by_any_name)
            city.zone = None if row.zone == "-" else row.zone or city.zone or rows.regions[row.code].main
            if row.kind == "place":
                rows.claim(keys, city)
            for key in keys:
                rows.add(key, city)
            shared |= set(keys[1:]) if row.kind == "also" else set()
        if row.kind == "province":
            rows.claim(keys, City(name=row.name, code=row.code, zone=rows.regions[row.code].elsewhere, people=0))
    rows.unsure |= shared - rows.prevailing.keys()


def city_of(row: RowByHand, by_name: dict[tuple[str, str], City], by_any_name: dict[tuple[str, str], City]) -> City:
    """Return GeoNames' city under the row's English name, or a new one as large as its likeliest namesake."""
    keys = [key for key in map(fold, (row.name, *row.names)) if key.isascii()]
    found = [by_name[row.code, key] for key in keys if (row.code, key) in by_name]
    if not found or found[0].people < HAMLET:
        found += [by_any_name[row.code, key] for key in keys if (row.code, key) in by_any_name]
        found.sort(key=lambda city: -city.people)
    if not found:
        return City(name=row.name, code=row.code, zone=None, people=0)
    if fold(found[0].name) not in keys:
        return City(name=row.name, code=found[0].code, zone=found[0].zone, people=found[0].people)
    found[0].name = row.name
    return found[0]


def city_key(name: str) -> str:
    """Return the key of a city's name; the word for "city" is dropped where the look-up drops it too."""
    key = fold(name)
    short = re.sub("(?:市|특별시|광역시|특급시|시|군)$", "", key)
    return short if len(short) > 1 else key


def add_cities(rows: Rows, known: list[City]) -> None:
    """Add the cities' own names; once a name is in, all its namesakes are, however small."""
    common = words("common")
    wanted = set(rows.found)
    for city in known:
        key = fold(city.name)
        plain = len(key) >= SHORTEST_OF_TOWNS and key not in common
        if city.people >= LARGE or (plain and city.people >= SMALLEST.get(city.code[:2], SMALLEST_ELSEWHERE)):
            wanted.add(key)
    for city in known:
        if fold(city.name) in wanted:
            rows.add(fold(city.name), city)
            if city.code in {"DE", "AT", "CH"}:
                rows.add(fold(city.name.lower().translate(UMLAUTS)), city)


def add_names_in_other_scripts(rows: Rows, known: list[City]) -> None:
    """Add names that one city dominates, and that mean nothing else yet."""
    claims: dict[str, list[City]] = defaultdict(list)
    for city in known:
        names = [name for name in city.names if is_wanted(name, city)]
        if city.people >= HAMLET:
            names += names_of_zones().get((fold(city.name), city.zone or ""), [])
        for key in {city_key(name) for name in names}:
            claims[key].append(city)
    taken = rows.found.keys() | names_of_regions().keys() | words("common")
    for key, claimants in sorted(claims.items()):
        rivals = [city.people for city in claimants if city.zone != claimants[0].zone]
        if key not in taken and len(key) > 1 and claimants[0].people > DOMINANT_ALIAS * max(rivals, default=-1):
            rows.add(key, claimants[0])


def is_wanted(name: str, city: City) -> bool:
    """Tell whether a name is in one of the scripts, and its city large enough."""
    smallest = next((limits for shape, limits in SCRIPTS.items() if shape.match(name)), None)
    return smallest is not None and city.people >= smallest.get(city.code[:2], SMALLEST_IN_OTHER_SCRIPTS)


if __name__ == "__main__":
    main()
