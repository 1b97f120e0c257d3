"""Compile a regular expression when it is first used: compiling all of them is half of what importing would cost."""

from __future__ import annotations

import re
from typing import cast

_METHODS = ("match", "search", "fullmatch", "finditer", "findall", "split", "sub")


class _Lazy:
    """Stand for a pattern; from its first use on its methods are the pattern's own, as fast as those."""

    __slots__ = ("_flags", "_source", *_METHODS)

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> object:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return what ``re.compile`` would, to be compiled when it is first used.

    returns: a stand-in with the methods of a pattern that search, match, split and replace, and no more.
    """
    return cast("re.Pattern[str]", _Lazy(source, flags))
