"""Find the key of front matter that a key nobody knows may be meant for: one letter is wrong, missing or too much."""

from __future__ import annotations

from functools import lru_cache

from feedsvc.parsers.frontmatter.names import MEANINGS, Meaning

SHORTEST = 5  # of known keys: shorter ones are like too many words
# Whoever meant one of these means copy not to be seen: it is held, whatever else the value says.
HOLDING: frozenset[Meaning] = frozenset({"release", "hold", "draft", "kill", "withdrawn"})


@lru_cache(maxsize=1024)  # a site's own keys stand in every one of its documents
def meant(key: str) -> str | None:
    """Return the known key that *key*, in our spelling, is one slip away from; of several one that holds copy back."""
    near = [known for known in MEANINGS if len(known) >= SHORTEST and is_near(key, known)]
    return min(near, key=lambda known: (MEANINGS[known] not in HOLDING, known), default=None)


def is_near(one: str, other: str) -> bool:
    """Return whether one change of a letter, or of two neighbours for each other, makes *other* of *one*."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    first = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, its = one[first:], other[first:]
    return rest[1:] == its[1:] or rest[1:] == its or rest == its[1:] or (rest[1::-1], rest[2:]) == (its[:2], its[2:])
