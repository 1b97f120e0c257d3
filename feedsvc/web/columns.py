"""Tell whether the bodies of an article can stand side by side, paragraph beside paragraph."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import html

COLUMNS = 2
ROWS = 200  # as many as the stylesheet has


def are_parallel(bodies: Mapping[str, str]) -> bool:
    """Return whether *bodies*, HTML by language, are two with as many blocks: the one is the other, translated.

    The stylesheet then lays them in rows; the text stays in one piece in each language, for voices, phones and print.
    """
    if len(bodies) != COLUMNS:
        return False
    counts = {_blocks(body) for body in bodies.values()}
    return len(counts) == 1 and 1 < counts.pop() <= ROWS


def _blocks(body: str) -> int:
    """Return how many blocks there are in *body*; 0 when there are words outside of them, which have no match."""
    found = html.fragments_fromstring(body)
    blocks = [each for each in found if not isinstance(each, str)]
    outside = [each for each in found if isinstance(each, str)] + [each.tail or "" for each in blocks]
    return 0 if any(each.strip() for each in outside) else len(blocks)
