"""Read the second line of a byline: "and Hans Brandt", "with Eva Lind in Faro", "与 李蕾"."""

from __future__ import annotations

import re

from feedsvc.model.drafts import Byline, Role
from feedsvc.parsers.bylines import AND
from feedsvc.parsers.lines import Line, remembered
from feedsvc.parsers.names import CAPITAL, han_names, is_han_name, is_latin_name, is_publisher, latin_names

LONGEST = 120  # characters
SIGNS = frozenset("aAwW&与與和及")  # the first character of what goes on
LATIN = re.compile(r"(?:and|with|&)\s{1,3}(?P<names>\S.*)", re.IGNORECASE)
# A blank or a title parts the names, for 和田玉 and 及时雨 would else be 田玉 and 时雨 after a word for "and".
TITLE = r"\s{0,3}(?:本报|本网|本社|特约|实习|见习)?(?:记者|記者|通讯员|通訊員|特派员)[\s:：]{0,3}"
HAN = re.compile(rf"[与與和及](?:{TITLE}|\s{{1,3}})(?P<names>\S.*)")
PLACE = rf"[{CAPITAL}][\w.'’-]{{1,30}}"
FROM = re.compile(rf"\s(?:reporting\s)?(?:in|at|from|IN|AT|FROM)\s{PLACE}(?:\s{PLACE}){{0,3}}$")


@remembered
def further_bylines(line: Line, role: Role = "author") -> tuple[Byline, ...]:
    """Return the people whom *line* adds to a byline right above it, none when it says anything else.

    Whole names alone count, since copy can begin with these words too: "and Porto" names nobody.

    role: of the people above.
    """
    if line.text[:1] not in SIGNS or len(line.text) > LONGEST:
        return ()
    latin = LATIN.fullmatch(line.text)
    han = HAN.fullmatch(line.text) if latin is None else None
    if latin is not None:
        parts = [FROM.sub("", part) for part in AND.split(latin["names"].rstrip(".|, "))]
        named = [name for part in parts for name in latin_names(part)]
        names = tuple(name for name in named if not is_publisher(name)) if all(map(is_latin_name, named)) else ()
    elif han is not None:
        names = han_names(han["names"])
        names = names if all(map(is_han_name, names)) else ()
    else:
        return ()
    return tuple(Byline(name=name, role=role, span=line.span) for name in names)
