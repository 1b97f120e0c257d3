"""Count the polls of this process, at next to no cost: a number in a list, one list a feed."""

from __future__ import annotations

import re

from feedsvc.feeds.addresses import FeedAddress

# The columns of a feed's counts: by what was answered. A response says which is its own.
FOUND, UNCHANGED, OTHER = range(3)
COLUMNS = 3
# Pages of archives are without number, and are counted together.
ARCHIVES = "archives"
# Beyond so many feeds, all others are counted together as well.
MANY = 10_000
REST = "others"

MARK = "subscriber"
SUBSCRIBERS = re.compile(r"(?<![0-9])([0-9]{1,8}) subscribers?(?![a-z])")
NAME_ENDS = re.compile(r"[/(;,:+]| - | feed-?id", re.IGNORECASE)
NAME_CHARACTERS = 40
# What anybody can invent must not fill the memory: so many (feed, reader), the last heard of.
MANY_HEARD = 5_000


class Polls:
    """What was counted since the process began.

    Counts only grow, and are read by another thread while they do. `counts[column] += 1` loses nothing: CPython (3.11
    to 3.14) hands over to another thread between calls and at jumps back alone, of which it has none.

    nowhere: [asked for feeds that there are not, asked in vain because the store could not be read].
    """

    def __init__(self) -> None:
        self.feeds: dict[str, list[int]] = {}
        self.nowhere = [0, 0]
        self._heard: dict[tuple[str, str], int] = {}

    def of(self, path: str) -> list[int]:
        """Return the counts of the feed at *path*, to be added to."""
        address = FeedAddress.parse(path)
        key = ARCHIVES if address is not None and address.page else path
        if key not in self.feeds and len(self.feeds) >= MANY:
            key = REST
        return self.feeds.setdefault(key, [0] * COLUMNS)

    def hear(self, path: str, user_agent: str) -> None:
        """Note what a reader's User-Agent says of the feed at *path*, if it says how many subscribe to it.

        source: no standard; what Feedly, Feedbin, NewsBlur, Inoreader and others send ("Feedbin - 12 subscribers").
        """
        said = SUBSCRIBERS.search(user_agent)
        name = NAME_ENDS.split(user_agent, maxsplit=1)[0].strip()[:NAME_CHARACTERS]
        if said is None or not name.isprintable() or not name.isascii() or not name:
            return
        heard = self._heard
        heard.pop((path, name), None)  # the last heard of stands last
        heard[path, name] = int(said[1])
        while len(heard) > MANY_HEARD:
            heard.pop(next(iter(heard)), None)

    def take_heard(self) -> dict[tuple[str, str], int]:
        """Return how many subscribe, by (path, reader), as was heard since this was last asked."""
        taken, self._heard = self._heard, {}
        return taken
