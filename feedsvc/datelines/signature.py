"""Tell whether a name that no language lists looks like an agency's: "(RNA)", "(Harbour News)", "(hafen)", "(x.id)"."""

from __future__ import annotations

from functools import lru_cache

from feedsvc.datelines.tables import Tables, fold_word
from feedsvc.places.pattern import lazy

_LETTERS = lazy(r"[^\W\d_]+")
_ACRONYM = lazy(r"[^\W\d_](?:\.?[^\W\d_]){1,9}\.?(?:[/-][^\W_]{2,8})?")
_JOINED = lazy(r"[^\W\d_]+(?:[A-Z0-9]|-[A-Z])[^\W_]*")  # "Kurdistan24", "AlterPresse", "R-Sport"
_LONGEST_SMALL = 6


@lru_cache(maxsize=4096)
def looks_like_an_agency(name: str, tables: Tables) -> bool:
    """Return whether *name* is letters, a site, a small abbreviation or joined words, or speaks of news.

    "Boxing Day", "Stade de France" and "Dior" do not: what follows them must be prose.
    """
    if _ACRONYM.fullmatch(name) and (name.isupper() or (name.islower() and len(name) <= _LONGEST_SMALL)):
        return True
    return "." in name[1:-1] or _JOINED.fullmatch(name) is not None or speaks_of_news(name, tables)


def speaks_of_news(name: str, tables: Tables) -> bool:
    """Return whether a word of *name* ends as the names of media do: "Harbour Newswire", "Hafenzeitung"."""
    return any(fold_word(word).endswith(tables.media) for word in _LETTERS.findall(name))
