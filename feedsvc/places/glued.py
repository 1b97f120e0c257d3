"""Find the places in text of scripts that write no spaces: Han, kana, Hangul."""

from __future__ import annotations

from feedsvc.model.dates import Place
from feedsvc.places.fold import fold
from feedsvc.places.meanings import Meaning, choose, codes_of, meanings_of
from feedsvc.places.pattern import lazy

_LONGEST = 16
_HAN_KANA_HANGUL = r"[\u3005\u3040-\u30fa\u30fc-\u30ff\u3400-\u9fff\uac00-\ud7a3]+"
_GLUED = lazy(_HAN_KANA_HANGUL)
_GLUED_END = lazy(_HAN_KANA_HANGUL + r"\Z")
_HANGUL = lazy(r"[\uac00-\ud7a3]")  # spaces stand between its names: what is glued on is an ending
_KATAKANA = lazy(r"[\u30a0-\u30fa\u30fc-\u30ff]")
# "日本放送局": an institution after its country; a single character and a sentence are no names either.
_NO_PLACE = lazy(r".*[报報社网網台電电讯訊声聲音部局院会會团團队隊军軍人聞闻]$|.{9}|.$")


def place_at_end(text: str) -> tuple[Place, int] | None:
    """Return the longest place that ends *text*, and where it starts, for scripts that write no spaces.

    A country or province written before it is part of it: "肯尼亚加里萨" is Garissa, from its first character.
    """
    glued = _GLUED_END.search(text[-_LONGEST:])
    if glued is None:
        return None
    key = fold(glued[0])
    found = _ending(key) if len(key) == len(glued[0]) else None
    return found and (found[0], len(text) - len(key) + found[1])


def place_at_start(text: str) -> tuple[Place, int] | None:
    """Return the longest place that starts *text*, and where it ends, for scripts that write no spaces.

    A country or province written before it is part of it, as in ``place_at_end``.
    """
    glued = _GLUED.match(text, 0, _LONGEST)
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
    glued = _GLUED.fullmatch(name, 0, _LONGEST)
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
