"""Read the places of a dateline in a script that writes spaces: "PARIS, Texas", "WUHAN/BEIJING"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from feedsvc.datelines.agencies import listed
from feedsvc.datelines.day import begins_day, read_day
from feedsvc.datelines.places import find_place
from feedsvc.datelines.places import find_region as _find_region
from feedsvc.datelines.word_tables import Tables, fold_word, key
from feedsvc.model.dates import Place

find_region = lru_cache(maxsize=4096)(_find_region)

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['}{|\u0300-\u036f\u064b-\u0652]|[.-](?=[^\W\d_])){0,40}\.?")
_NOISE = str.maketrans("", "", "}{|")
_MOST_WORDS = 6
_FEW = 2
_LONGEST_ABBREVIATION = 6
_MONTHS_IN_NAMES = ("Janeiro", "JANEIRO", "de", "DE", "Mayo", "Julio", "Abril", "March")
_TITLES = frozenset(("ste", "sta", "sto", "mte"))


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Named:
    """One place as printed. region: the country or state printed beside it."""

    printed: str
    region: str | None = None
    start: int
    end: int

    @property
    def capitals(self) -> bool:
        """Tell whether it is printed in capital letters, as a dateline's city is."""
        return _is_in_capitals(self.printed)

    def place(self, tables: Tables) -> Place | None:
        """Return the place of that name, None when it is not known."""
        return _meant(self.printed, self.region, tables)

    def bare(self, tables: Tables) -> Place | None:
        """Return the place of that name whatever region is printed."""
        return _meant(self.printed, None, tables)


@lru_cache(maxsize=8192)  # asked several times of each name
def _is_in_capitals(printed: str) -> bool:
    return printed.isupper() or (
        sum(map(str.isupper, printed)) > _FEW  # McALLEN, MacDILL
        and sum(map(str.islower, printed)) <= _FEW
    )


@lru_cache(maxsize=8192)
def _meant(printed: str, region: str | None, tables: Tables) -> Place | None:
    return find_place(tables.places.get(printed.casefold(), printed), region=region)


def read_name(head: str, start: int, end: int, tables: Tables) -> Named | None:
    """Return the name at *start*, None if there is none."""
    last = _words_end(head, start, end, tables)
    return _printed_small(head, start, last, end, tables) or _tidied(head, start, last, tables)


def _read_first(head: str, start: int, end: int, tables: Tables) -> Named | None:
    """Return the name that opens a list of places, None where a small word of a sentence follows it.

    Most lines of a story open so, and are left here: "Harbour council rejects plan".
    """
    last = _words_end(head, start, end, tables)
    small = _printed_small(head, start, last, end, tables)
    if small or last <= start or head[last : last + 1] != " " or not head[last + 1 : last + 2].islower():
        return small or _tidied(head, start, last, tables)
    goes_on = _joiner(head, last + 1, tables) or read_day(head, last + 1, tables)
    return _tidied(head, start, last, tables) if goes_on else None


_LONGEST_SMALL_NAME = 31
_SMALL_NAME = re.compile(rf"[^\W\d_][\w.' -]{{1,{_LONGEST_SMALL_NAME - 1}}}?(?=,| ?[(])")


def _printed_small(head: str, start: int, last: int, end: int, tables: Tables) -> Named | None:
    """Return a known place printed in small letters ("New york", "st paul"), where a day or a bracket follows."""
    if head[last + 1 : last + 2].islower() if last > start else head[start : start + 1].islower():
        reach = min(end, start + _LONGEST_SMALL_NAME + 2)
        if head.find(",", start, reach) < 0 and head.find("(", start, reach) < 0:
            return None
        match = _SMALL_NAME.match(head, start, end)
        if match and (head[match.end()] != "," or begins_day(head, match.end() + 2, tables)):
            name = Named(printed=match[0], start=start, end=match.end())
            return name if name.bare(tables) else None
    return None


def _words_end(head: str, start: int, end: int, tables: Tables) -> int:
    """Return where the words of a name end; *start* when none stand there."""
    position, last = start, start
    for count in range(_MOST_WORDS):
        match = _WORD.match(head, position, end)
        if not match:
            return last
        word = match[0]
        belongs = _goes_on(word, head, position, tables) if count else not word[0].islower()
        if not belongs and not (count and _holds_a_month(head[start : match.end()])):
            return last
        last = match.end()
        if word[-1] == "." and not _abbreviation(word):
            return last - 1
        following = head[last : last + 2]
        if following[:1] != " ":
            return last
        position = last + (2 if following == "  " else 1)
    return last


def _holds_a_month(name: str) -> bool:
    """Return whether *name* is that of a place though a word of it is a month's: "Rio de Janeiro"."""
    return name[:1].isupper() and name.isascii() and name.endswith(_MONTHS_IN_NAMES) and find_place(name) is not None


def _goes_on(word: str, head: str, position: int, tables: Tables) -> bool:
    """Return whether *word* goes on a name: not a small word of the sentence, "and", or a month with its day."""
    small = word[0].islower()
    lower = fold_word(word)
    if small and lower not in tables.particles and "'" not in word[:3]:
        return False
    if lower in tables.joiners and (small or not word.isascii()):
        return False
    return not ((lower.rstrip(".") in tables.months or lower in tables.of) and begins_day(head, position, tables))


def _tidied(head: str, start: int, last: int, tables: Tables) -> Named | None:
    if last <= start:
        return None
    text = head[start:last]
    if text.isalpha():
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
    """Return whether the name is between brackets of its own."""
    return head[finish : finish + 1] in (")", "]") and head[start - 1 : start] in ("(", "[")


def _abbreviation(word: str) -> bool:
    """Return whether the point of *word* belongs to it ("St.", "N.Y.", "Calif.") and ends nothing."""
    inner = word[:-1]
    if "." in inner or len(inner) <= _FEW or inner.casefold() in _TITLES:
        return True
    return len(inner) < _LONGEST_ABBREVIATION and find_region(word) is not None


# ``re`` takes a millisecond for each class of these letters: there is one, and no pattern has it twice.
EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_NAME = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{1,12}"
_SECOND_NAME = re.compile(rf"[ ]?(?:(\()[ ]?|/)?({_NAME})(?(1)[ ]?\)|(?=[ ]?[,(/:—–-]))")
_QUOTES = ('"', "'", "“", "「", "『")
_WORDS_REACH = 41
_HANGUL, _KANA = re.compile(r"[\uac00-\ud7a3]"), re.compile(r"[\u3041-\u30fa]")
_LETTERS = re.compile(r"[^\W\d_]+(?:[ '-][^\W\d_]+)*")
_BEFORE = re.compile(rf"(\()?({_NAME})(?(1)\))[ ]?[/·]?[ ]?(?=[A-Z])")


def with_gloss(name: Named, head: str, end: int, tables: Tables) -> Named:
    """Return *name* with the second name behind it inside its span, itself where none is there.

    The second must be of the same place. Of a place that is not known it may be any name, but for that of an agency.
    """
    printed, other = name.printed, EAST_ASIAN.search(name.printed)
    latin = _LETTERS.match(printed, 0, other.start()) if other else None
    if latin:  # "HANGZHOU 杭州" was read as one name
        printed = latin[0]
    start = name.start + len(printed) if printed != name.printed else name.end
    match = _SECOND_NAME.match(head, start, end)
    if match is None or not _is_same(Named(printed=printed, start=0, end=0), match[2], tables):
        return name
    return Named(printed=printed, region=name.region, start=name.start, end=match.end())


def _is_same(first: Named, second: str, tables: Tables) -> bool:
    place, named = first.bare(tables), _place(second, tables)
    if place and named:
        return place.name == named.name
    return named is None and first.capitals and listed(second, tables) is None


def gloss_before(head: str, start: int, end: int, tables: Tables) -> int:
    """Return where the first name of a place is whose second opens the line at *start*; 0 if there is none."""
    match = _BEFORE.match(head, start, end)
    return match.end() if match and _place(match[2], tables) else 0


def written_in(head: str, start: int) -> str | None:
    """Return the language of the East Asian words at *start*, None when none stand there."""
    start += head.startswith(_QUOTES, start)
    if EAST_ASIAN.match(head, start) is None:
        return None
    words = head[start : start + _WORDS_REACH].partition("\n")[0]
    return "ko" if _HANGUL.search(words) else "ja" if _KANA.search(words) else "zh"


def _place(name: str, tables: Tables) -> Place | None:
    return find_place(tables.places.get(name.casefold(), name))


_SIGNATURE = re.compile(r"([^\W\d_]{3,12})(?=[ ]?[-–—:]|\.[ ])")
_STROKE = re.compile(r"([^\W\d_]{2,12})(?=\.[ ]|[ ][-–—]|:|/[ ])")
_BEHIND = re.compile(r"((?:[ ]\[[A-Z][A-Za-z ]{2,20}\])?, ?)[^()\n]{4,20}\([^\W\d_]")
_OPENING = {"(": ")", "[": "]"}
_MOST_PARTS = 6
_LONGEST_REGION = 40
_QUALIFIERS = frozenset(("Main", "Oder", "Saale"))


def read_places(head: str, start: int, end: int, tables: Tables) -> tuple[tuple[Named, ...], int]:
    """Return the places that stand at *start*, with their regions, and where they end."""
    places: list[Named] = []
    position, joined, ascii_only = start, True, head.isascii()
    for _ in range(_MOST_PARTS):
        name = _in_brackets(head, position) or (read_name if places else _read_first)(head, position, end, tables)
        if name and not ascii_only:
            name = with_gloss(name, head, end, tables)
        if name is None or not _add(places, name, head, tables, joined=joined):
            break
        position, joined = _next(head, name.end, end, tables)
        if position < 0:
            break
    return tuple(places), places[-1].end if places else start


def _add(places: list[Named], name: Named, head: str, tables: Tables, *, joined: bool) -> bool:
    """Add *name* to *places*, as a place or as the region of the last; return whether it belongs to them."""
    if not places or joined:
        whole = _whole(head, places, name, tables)
        places.extend(_parted(whole, tables) if " " in whole.printed else (whole,))
        return True
    region = find_region(name.printed) is not None or head[name.start - 1] in _OPENING
    if region or (name.bare(tables) is None and head[name.end : name.end + 2] == " ("):
        if places[-1].region is None or find_region(places[-1].region) is None:
            places[-1].region = name.printed
        places[-1].end = name.end
        return True
    if name.bare(tables) is None:
        parts = _parted(name, tables)
        if len(parts) > 1:  # "NEW YORK, LONDON AND HONG KONG"
            places.extend(parts)
            return True
        if not _day_follows(head, name.end, tables):
            return False
        places[-1].end = name.end  # "SMALLTOWN, Some Island, British West Indies, March 25"
        return True
    places.append(name)
    return True


def _day_follows(head: str, after: int, tables: Tables) -> bool:
    """Return whether a day follows the comma at *after*, or one more region does and then a day."""
    for _ in range(2):
        if head[after : after + 1] != ",":
            return False
        if begins_day(head, after + 2, tables):
            return True
        following = read_name(head, after + 2, min(len(head), after + _LONGEST_REGION), tables)
        if following is None:
            return False
        after = following.end
    return False


def _parted(name: Named, tables: Tables) -> list[Named]:
    """Return the names in "NEW YORK AND LONDON", or *name* with the region in "FARMINGTON Conn." told apart."""
    words = name.printed.split(" ")
    if len(words) == 1 or name.end - name.start != len(name.printed) or name.bare(tables):
        return [name]
    for count in range(1, len(words)):
        printed, rest = " ".join(words[:count]), " ".join(words[count:])
        if fold_word(words[count]) in tables.joiners:
            first = Named(printed=printed, start=name.start, end=name.start + len(printed))
            second = Named(printed=" ".join(words[count + 1 :]), start=name.end - len(rest), end=name.end)
            if first.bare(tables) and second.printed:
                return [first, second]
        elif _is_in_capitals(printed) and not rest.isupper() and find_region(rest):
            return [Named(printed=printed, region=rest, start=name.start, end=name.end)]
    return [name]


def _whole(head: str, places: list[Named], name: Named, tables: Tables) -> Named:
    """Return *name*, or one name with the place before it where only both together are known ("Frankfurt/Main")."""
    if places and head[name.start - 1] == "/" and name.bare(tables) is None:
        both = Named(printed=f"{places[-1].printed}/{name.printed}", start=places[-1].start, end=name.end)
        if both.bare(tables) or not name.capitals:
            places.pop()
            return both
    if places and head[name.start - 1] == "/" and name.printed in _QUALIFIERS:
        before = places.pop()
        return Named(printed=before.printed, start=before.start, end=name.end)
    return name


def _next(head: str, after: int, end: int, tables: Tables) -> tuple[int, bool]:
    """Return where the next name may start and whether it is joined as an equal; (-1, False) when none may."""
    position = after
    while position < end and head[position] == " ":
        position += 1
    sign = head[position : position + 1]
    if sign in ("(", "["):
        return (position + 1, False) if _region_in_brackets(head, position, tables) else (-1, False)
    if sign == "/" and position == after and head[position + 1 : position + 2].isalpha():
        return (-1, False) if signed_behind_stroke(head, position, tables) else (position + 1, True)
    if sign == "/" and head[position - 1 : position + 2] == " / ":  # "Zurich / Switzerland"
        return position + 2, False
    if sign in (";", "·"):
        return position + 1 + (head[position + 1 : position + 2] == " "), True
    if sign == ",":
        return _after_comma(head, position + 1, end, tables)
    joiner = _joiner(head, position, tables) if position > after else 0
    return (joiner, True) if joiner else (-1, False)


def _after_comma(head: str, position: int, end: int, tables: Tables) -> tuple[int, bool]:
    while position < end and head[position] == " ":
        position += 1
    if begins_day(head, position, tables) or _signs(head, position, tables):
        return -1, False
    joiner = _joiner(head, position, tables)
    return (joiner, True) if joiner else (position, False)


def _region_in_brackets(head: str, position: int, tables: Tables) -> bool:
    """Return whether "(Maharashtra)" or "[India]" is at *position*, and no agency."""
    close = head.find(")" if head[position] == "(" else "]", position, position + _LONGEST_REGION)
    inside = head[position + 1 : close] if close > 0 else ""
    if not inside or not inside[0].isupper() or any(map(str.isdigit, inside)):
        return False
    behind = _BEHIND.match(head, close + 1)
    if behind and begins_day(head, behind.end(1), tables):  # "Lugar (Provincia), 3 may (EFE)": the agency is the second
        return True
    return inside.casefold() not in tables.agencies and find_region(inside) is not None


def _in_brackets(head: str, position: int) -> Named | None:
    """Return the region that starts at *position*, behind the sign that opens its brackets: "Jammu and Kashmir"."""
    closing = _OPENING.get(head[position - 1 : position])
    close = head.find(closing, position, position + _LONGEST_REGION) if closing and position else -1
    return Named(printed=head[position:close], start=position, end=close + 1) if close > 0 else None


def _signs(head: str, position: int, tables: Tables) -> bool:
    """Return whether an agency is at *position* as in "Damascus, SANA- " or "Tehran, IRNA – "."""
    match = _SIGNATURE.match(head, position)
    return match is not None and key(match[1]) in tables.agencies and find_region(match[1]) is None


def signed_behind_stroke(head: str, position: int, tables: Tables) -> str | None:
    """Return the listed agency that the stroke at *position* parts from the city: "Bonn/dpa. Die"."""
    match = _STROKE.match(head, position + 1)
    return match[1] if match and key(match[1]) in tables.agencies else None


def _joiner(head: str, position: int, tables: Tables) -> int:
    """Return where the name after "and" starts, 0 when no such word is at *position*."""
    word, space, _ = head[position : position + 6].partition(" ")
    return position + len(word) + 1 if space and word.casefold() in tables.joiners else 0
