"""How articles are asked for by title, and the state of an article under a title."""

from __future__ import annotations

from typing import Literal, NamedTuple

# A withheld title is of what is held, embargoed, withdrawn or gone; of what was killed nobody may know at all.
State = Literal["live", "withheld", "killed"]


class TitleState(NamedTuple):
    """The state of an article under one of its titles; sequence: of its first publication, 0 unless it is live."""

    state: State
    sequence: int = 0


class Sought(NamedTuple):
    """What the related lines of *article* find under *digest*.

    target: the live article that has it and was published last; None where none has but *article* itself.
    state:  "live" where any is; else what else stands there.
    """

    article: str
    digest: str
    target: str | None
    state: State
