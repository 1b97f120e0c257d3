"""Choose a content coding by Accept-Encoding."""

from __future__ import annotations

import re
from functools import lru_cache

IDENTITY = "identity"
# In our order of liking where the client has none.
OURS = ("br", "gzip")
ALIASES = {"x-gzip": "gzip"}
ITEM = re.compile(
    r"[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*(?:;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*)?"
)


@lru_cache(maxsize=256)
def acceptable_codings(header: str) -> tuple[str, ...]:
    """Return the codings that a client takes, the best first, always ending with "identity".

    A part of the header that cannot be read is passed over, so nonsense gets identity, which every client can read
    whatever it says. "*" stands for gzip alone: clients that send it do not all know brotli.

    header: the value of Accept-Encoding; "" when there is none.
    source: RFC 9110, section 12.5.3.
    """
    weights: dict[str, float] = {}
    for part in header.split(","):
        item = ITEM.fullmatch(part)
        if item is not None:
            name = item[1].lower()
            weights[ALIASES.get(name, name)] = 1.0 if item[2] is None else float(item[2])
    if "*" in weights:
        weights.setdefault("gzip", weights["*"])
    floor = weights.get(IDENTITY, 0.0)
    good = [coding for coding in OURS if weights.get(coding, 0.0) > 0 and weights[coding] >= floor]
    good.sort(key=lambda coding: -weights[coding])
    return (*good, IDENTITY)
