"""Read one place name of a dateline in a script that writes spaces: "ST. LOUIS", "Rio de Janeiro", "PORT-AU-PRINCE"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from feedsvc.datelines.day import begins_day
from feedsvc.datelines.tables import Tables, fold_word
from feedsvc.model.dates import Place
from feedsvc.places import find_place
from feedsvc.places import find_region as _find_region
from feedsvc.places.pattern import lazy

find_region = lru_cache(maxsize=4096)(_find_region)

_WORD = lazy(r"[^\W\d_](?:[^\W\d_]|['}{|\u0300-\u036f\u064b-\u0652]|[.-](?=[^\W\d_])){0,40}\.?")
_CAPITALS = lazy(
    r"[A-Z](?:[A-Z']|-(?=[A-Z])){1,20}(?: [A-Z](?:[A-Z']|-(?=[A-Z])){0,20}){0,3}"
    r"(?=,|/[A-Z]| \(| [-–—]| /|--|\()"
)
_NOISE = str.maketrans("", "", "}{|")
_MOST_WORDS = 6
_FEW = 2
_LONGEST_ABBREVIATION = 6
_MONTHS_IN_NAMES = ("Janeiro", "JANEIRO", "de", "DE", "Mayo", "Julio", "Abril", "March")
_TITLES = frozenset(("ste", "sta", "sto", "mte"))


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Named:
    """Hold one place as printed. region: the country or state printed beside it."""

    printed: str
    region: str | None = None
    start: int
    end: int

    @property
    def capitals(self) -> bool:
        """Tell whether it is printed in capital letters, as a dateline's city is."""
        return self.printed.isupper() or (
            sum(map(str.isupper, self.printed)) > _FEW  # McALLEN, MacDILL
            and sum(map(str.islower, self.printed)) <= _FEW
        )

    def place(self, tables: Tables) -> Place | None:
        """Return the place of that name, None when it is not known."""
        return _meant(self.printed, self.region, tables)

    def bare(self, tables: Tables) -> Place | None:
        """Return the place of that name whatever region is printed."""
        return _meant(self.printed, None, tables)


@lru_cache(maxsize=8192)
def _meant(printed: str, region: str | None, tables: Tables) -> Place | None:
    return find_place(tables.places.get(printed.casefold(), printed), region=region)


def read_name(head: str, start: int, end: int, tables: Tables) -> Named | None:
    """Return the name that stands at *start*, None when no name does."""
    match = _CAPITALS.match(head, start, end)
    if match:
        name, stop = match[0], match.end()
        if " " not in name or not has_small_word(name, tables):
            return Named(printed=name, start=start, end=stop)
    last = _words_end(head, start, end, tables)
    return _tidied(head, start, last, tables) if last > start else None


def has_small_word(name: str, tables: Tables) -> bool:
    """Return whether a word of *name*, in capitals, joins two places or is a month."""
    return any(word in tables.joiners or word in tables.months for word in map(fold_word, name.split(" ")))


def _words_end(head: str, start: int, end: int, tables: Tables) -> int:
    """Return where the words of a name end; *start* when none stand there."""
    position, last = start, start
    for count in range(_MOST_WORDS):
        match = _WORD.match(head, position, end)
        if not match:
            return last
        belongs = _belongs(match[0], head, position, tables, first=count == 0)
        if not belongs and not (count and _holds_a_month(head[start : match.end()])):
            return last
        last = match.end()
        if match[0].endswith(".") and not _abbreviation(match[0]):
            return last - 1
        position = last + 1 if head[last : last + 2] != "  " else last + 2
        if head[last : last + 1] != " ":
            return last
    return last


def _holds_a_month(name: str) -> bool:
    """Return whether *name* is that of a place though a word of it is a month's: "Rio de Janeiro"."""
    return name[:1].isupper() and name.isascii() and name.endswith(_MONTHS_IN_NAMES) and find_place(name) is not None


def _belongs(word: str, head: str, position: int, tables: Tables, *, first: bool) -> bool:
    """Return whether *word* goes on a name: not a small word of the sentence, "and", or a month with its day."""
    small = word[0].islower()
    if first:
        return not small
    lower = fold_word(word)
    if small and lower not in tables.particles and "'" not in word[:3]:
        return False
    if lower in tables.joiners and (small or not word.isascii()):
        return False
    return not ((lower.rstrip(".") in tables.months or lower in tables.of) and begins_day(head, position, tables))


def _tidied(head: str, start: int, last: int, tables: Tables) -> Named:
    text = head[start:last]
    if text.isalpha() and text.isascii():
        return Named(printed=text, start=start, end=last + _closes(head, start, last))
    while " " in text:
        rest, _, word = text.rpartition(" ")
        if not word.islower() or fold_word(word) not in tables.particles:
            break
        text = rest.rstrip()
    printed = " ".join(text.translate(_NOISE).split())
    if printed.endswith(".") and not _abbreviation(printed.rpartition(" ")[2]):
        printed = printed[:-1]
    finish = start + len(text)
    return Named(printed=printed, start=start, end=finish + _closes(head, start, finish))


def _closes(head: str, start: int, finish: int) -> bool:
    """Return whether the name stands between brackets of its own."""
    return head[finish : finish + 1] in (")", "]") and head[start - 1 : start] in ("(", "[")


def _abbreviation(word: str) -> bool:
    """Return whether the point of *word* belongs to it ("St.", "N.Y.", "Calif.") and ends nothing."""
    inner = word[:-1]
    if "." in inner or len(inner) <= _FEW or inner.casefold() in _TITLES:
        return True
    return len(inner) < _LONGEST_ABBREVIATION and find_region(word) is not None
