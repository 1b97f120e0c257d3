"""Find the place that a dateline names: its English name, IANA zone and country, from its name in any script.

The names are in ``places_generated.tsv``, read when the first name is asked for. ``tools/make_places.py`` makes
the table. To change a name, edit ``places_by_hand.tsv``; docs/places.md tells how, and how a name is decided.

Zones are those of the ``tzdata`` wheel, never the host's: a host's copy is often a year old. ``zoneinfo`` is told so
here, once, because everything that turns a place into a zone imports this package.
"""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from feedsvc.model.dates import Place

# From here on, scripts are written without spaces between words.
EAST_ASIAN = "\u2e80"


def row(key: str) -> str | None:
    """Return the value of the row of *key*, None when there is none."""
    if key[-1:] >= EAST_ASIAN:
        return _glued_rows().get(key)
    rows, probe = _rows(), f"{key}\t".encode(errors="replace")
    at = bisect_left(rows, probe)
    return rows[at][len(probe) :].decode() if at < len(rows) and rows[at].startswith(probe) else None


@cache
def _rows() -> list[bytes]:
    # Splitting and bisecting bytes costs a tenth of a dictionary of all rows, and a look-up is still two microseconds.
    path = Path(__file__).with_name("places_generated.tsv")
    return path.read_bytes().rstrip(b"\n").split(b"\n")  # UTF-8 sorts as code points do


@cache
def _glued_rows() -> dict[str, str]:
    """Return the rows of scripts without spaces: finding a name among others glued to it takes dozens of look-ups."""
    rows = _rows()
    regions = rows[bisect_left(rows, f"={EAST_ASIAN}".encode()) : bisect_left(rows, b"@")]
    names = rows[bisect_left(rows, EAST_ASIAN.encode()) :]
    pairs = b"\n".join((*names, *regions)).decode().split("\n")
    return dict(pair.split("\t") for pair in pairs)


_SEPARATORS = re.compile(r"[\s/,()\[\]_\-\u2010-\u2015\u3010\u3011\u3014\u3015]+")
_NOISE = re.compile(r"[^\w\s\u3099\u309a]+")  # kana keep their voicing marks; every other accent goes
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ə": "e", "ŋ": "n"}
    | {"ة": "ه", "ى": "ي", "ـ": None, "ک": "ك", "ی": "ي"}
)
_WORDS = {"st": "saint", "sankt": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_SMALL_WORDS = frozenset(("am", "an", "da", "das", "de", "del", "der", "di", "do", "dos", "du", "of", "sur", "und"))


def fold(name: str) -> str:
    """Return *name* as rows are keyed: lower case, without accents and punctuation, Chinese characters simplified."""
    text = name.lower() if name.isascii() else unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    text = _NOISE.sub("", _SEPARATORS.sub(" ", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if max(text) >= EAST_ASIAN:
            return "".join(text.translate(_simplified()).split())
    return " ".join(_WORDS.get(word, word) for word in text.split())


def as_printed(name: str) -> str:
    """Return *name* in title case where it is printed in capitals: the name of a place that no row knows."""
    words = " ".join(name.split())
    if not words.isupper():
        return words
    parts = re.split(r"([\s'’\-/]+)", words.lower())
    return "".join(part if part in _SMALL_WORDS and number else part.capitalize() for number, part in enumerate(parts))


@cache
def _simplified() -> dict[int, int]:
    pairs = row("&") or ""
    return str.maketrans(pairs[0::2], pairs[1::2])


# A bare name means the place that has more than this many times the people of its namesakes in other zones.
DOMINANCE = 5
_PREVAILS = 1_000_000_000

_BESIDE = re.compile(r"(?:the|near|outside|central|(?:north|south)(?:ern|(?:east|west)(?:ern)?)|(?:east|west)ern) ")
_KINDS = ("特别行政区", "特别市", "自治区", "自治州", "특별시", "광역시", *"市县区镇乡村城省州郡府都道旗盟岛시도군구")


class Meaning(NamedTuple):  # like the other values here: a dataclass takes ten times as long to make at start-up
    """One thing that a name may mean. code: "IT" or "US-MO". people: in thousands, 0 where it decides nothing."""

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
    """A country or state. main: its usual zone. elsewhere: the zone of a place there that no row names."""

    name: str
    main: str | None
    elsewhere: str | None


class Codes(NamedTuple):
    """What a region's name may mean. also: codes whose known places count as its own (Hong Kong for China)."""

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


_LONGEST_glued = 16
_GLUED = re.compile(r"[\u3005\u3040-\u30fa\u30fc-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")  # spaces stand between its names: what is glued on is an ending
_KATAKANA = re.compile(r"[\u30a0-\u30fa\u30fc-\u30ff]")
# "日本放送局": an institution after its country; a single character and a sentence are no names either.
_NO_PLACE = re.compile(r".*[报報社网網台電电讯訊声聲音部局院会會团團队隊军軍人聞闻]$|.{9}|.$")


def place_at_end(text: str) -> tuple[Place, int] | None:
    """Return the longest place that ends *text*, and where it starts, for scripts that write no spaces.

    A country or province written before it is part of it: "肯尼亚加里萨" is Garissa, from its first character.
    """
    glued = _GLUED.match(text[: -_LONGEST_glued - 1 : -1])  # from its end
    if glued is None:
        return None
    key = fold(glued[0][::-1])
    found = _ending(key) if len(key) == len(glued[0]) else None
    return found and (found[0], len(text) - len(key) + found[1])


def place_at_start(text: str) -> tuple[Place, int] | None:
    """Return the longest place that starts *text*, and where it ends, for scripts that write no spaces.

    A country or province written before it is part of it, as in ``place_at_end``.
    """
    glued = _GLUED.match(text, 0, _LONGEST_glued)
    key = fold(glued[0]) if glued else ""
    if glued is None or len(key) != len(glued[0]):
        return None
    regions = [(end, codes) for end in range(2, len(key)) if (codes := codes_of(key[:end]))]
    for stop in range(len(key), 1, -1):
        known = () if _cuts_a_word(key, stop) else meanings_of(key[:stop])
        for end, codes in regions:
            known = known or (codes.holding(meanings_of(key[end:stop])) if end < stop else ())
        if known:
            return choose(known), stop
    return None


def place_after_its_country(name: str) -> Place | None:
    """Return the place in "肯尼亚瓦吉尔": what follows the name of a country, unless it is an institution there.

    China's own places are not taken on trust: its name begins too many others.
    """
    glued = _GLUED.fullmatch(name, 0, _LONGEST_glued)
    key = fold(name) if glued else ""
    for end in range(len(key) - 1, 1, -1):
        codes = None if _cuts_a_word(key, end) else codes_of(key[:end])
        if codes:
            inside = codes.holding(meanings_of(key[end:]))
            if inside:
                return choose(inside)
            if _HANGUL.match(name[end:]) or _NO_PLACE.match(name[end:]) or "CN" in codes.either:
                return None
            return Place(name=name[end:], zone=codes.zone_elsewhere, country=codes.country)
    return None


def _ending(key: str) -> tuple[Place, int] | None:
    for start in range(len(key) - 1):
        known = () if _cuts_a_word(key, start) else meanings_of(key[start:])
        if known:
            return _with_regions_before(key, start, known)
    return None


def _with_regions_before(key: str, start: int, known: tuple[Meaning, ...]) -> tuple[Place, int]:
    for begin in range(start - 1):
        codes = None if _cuts_a_word(key, begin) else codes_of(key[begin:start])
        inside = codes.holding(known) if codes else ()
        if inside:
            return _with_regions_before(key, begin, inside)
    return choose(known), start


def _cuts_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and bool(_KATAKANA.match(text[at - 1]) and _KATAKANA.match(text[at]))


zoneinfo.reset_tzpath(to=())

_LONGEST = 100


@lru_cache(maxsize=4096)
def find_place(name: str, *, region: str | None = None) -> Place | None:
    """Return the place called *name*, in any script and case.

    A name that means places in two zones has no zone, unless the region decides or one of them is what wires mean by
    the bare name. A place that no row names is placed by its region: "SIMMELSDORF, Germany".

    region:  the country, state or province printed beside it, in any wire language or AP's abbreviations.
    returns: None when nothing is known by that name. A region that is not known counts as not printed.
    """
    if len(name) > _LONGEST or len(region or "") > _LONGEST:
        return None
    if region is None and "," in name:
        name, _, region = name.partition(",")
    known = meanings_of(fold(name))
    codes = codes_of(fold(region)) if region else None
    if codes:
        return _within(name, known, codes)
    if known:
        return choose(known)
    return _quarter(name, of=region) if region else place_after_its_country(name)


def find_region(name: str) -> str | None:
    """Return the ISO code of the country or state called *name*: "IT", "US-MO"; the likelier where there are two."""
    codes = codes_of(fold(name)) if len(name) <= _LONGEST else None
    return codes.either[0] if codes else None


def _within(name: str, known: tuple[Meaning, ...], codes: Codes) -> Place | None:
    inside = codes.holding(known)
    if inside and any(meaning.zone for meaning in inside):
        return choose(inside)
    printed = inside[0].name if inside else as_printed(name)
    return Place(name=printed, zone=codes.zone_elsewhere, country=codes.country) if printed else None


def _quarter(name: str, *, of: str) -> Place | None:
    city = meanings_of(fold(of))
    if not city or not name.strip():
        return None
    place = choose(city)
    return Place(name=as_printed(name), zone=place.zone, country=place.country)
