"""Read the second name of a place in an East Asian script, beside the first: "HANGZHOU (杭州), May 26"."""

from __future__ import annotations

from feedsvc.datelines.agency import listed
from feedsvc.datelines.named import Named
from feedsvc.datelines.tables import Tables
from feedsvc.model.dates import Place
from feedsvc.places import find_place
from feedsvc.places.pattern import lazy

EAST_ASIAN = lazy(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_NAME = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{1,12}"
_BEHIND = lazy(rf"[ ]?(?:\([ ]?({_NAME})[ ]?\)|/?({_NAME})(?=[ ]?[,(/:—–-]))")
_WORDS = lazy(r"[\"'“「『]?[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3][^\n]{0,40}")
_HANGUL, _KANA = lazy(r"[\uac00-\ud7a3]"), lazy(r"[\u3041-\u30fa]")
_LATIN = lazy(r"[^\W\d_\u2e80-\U0010ffff]+(?:[ '-][^\W\d_\u2e80-\U0010ffff]+)*")
_BEFORE = lazy(rf"(\()?({_NAME})(?(1)\))[ ]?[/·]?[ ]?(?=[A-Z])")


def with_gloss(name: Named, head: str, end: int, tables: Tables) -> Named:
    """Return *name* with the second name behind it inside its span, itself where none stands there.

    The second must be of the same place. Of a place that is not known it may be any name, but for that of an agency.
    """
    printed, latin = name.printed, _LATIN.match(name.printed)
    if latin and EAST_ASIAN.search(name.printed):  # "HANGZHOU 杭州" was read as one name
        printed = latin[0]
    start = name.start + len(printed) if printed != name.printed else name.end
    match = _BEHIND.match(head, start, end)
    if match is None or not _is_same(Named(printed=printed, start=0, end=0), match[1] or match[2], tables):
        return name
    return Named(printed=printed, region=name.region, start=name.start, end=match.end())


def _is_same(first: Named, second: str, tables: Tables) -> bool:
    place, named = first.bare(tables), _place(second, tables)
    if place and named:
        return place.name == named.name
    return named is None and first.capitals and listed(second, tables) is None


def gloss_before(head: str, start: int, end: int, tables: Tables) -> int:
    """Return where the first name of a place stands whose second opens the line at *start*; 0 when none does."""
    match = _BEFORE.match(head, start, end)
    return match.end() if match and _place(match[2], tables) else 0


def written_in(head: str, start: int) -> str | None:
    """Return the language of the East Asian words at *start*, None when none stand there."""
    match = _WORDS.match(head, start)
    if match is None:
        return None
    return "ko" if _HANGUL.search(match[0]) else "ja" if _KANA.search(match[0]) else "zh"


def _place(name: str, tables: Tables) -> Place | None:
    return find_place(tables.places.get(name.casefold(), name))
