"""Tell how publishing goes: in the log, each thing once, and in a file, for the web to tell others."""

from __future__ import annotations

import logging
import os
from datetime import datetime

from feedsvc.model.feeds import Edition
from feedsvc.settings import Settings
from feedsvc.stores import trouble_of

logger = logging.getLogger(__name__)


class Telling:
    """Remember what was told."""

    def __init__(self, settings: Settings) -> None:
        self._trouble = trouble_of(settings)
        self._root = f"{settings.root}{os.sep}"
        self._problems: frozenset[str] = frozenset()
        self._failing_since: datetime | None = None
        self._has_told = False

    def edition(self, edition: Edition, *, last: int, took_s: float) -> None:
        """Tell of a new edition, and of an old one when it is the first that is told of.

        last: the number of the edition before the pass. took_s: the time of the pass.
        """
        if edition.number == last:
            if not self._has_told:
                logger.info("edition %d stands: %d articles", edition.number, edition.articles)
            self._has_told = True
            return
        self._has_told = True
        logger.info(
            "edition %d: %d articles (%d new, %d revised, %d removed), %d feeds changed, in %.2f s",
            edition.number,
            edition.articles,
            edition.published,
            edition.revised,
            edition.removed,
            len(edition.changed),
            took_s,
        )

    def problems(self, edition: Edition, *, now: datetime) -> None:
        """Tell what is wrong with documents once when it is new, and once when it is cured."""
        standing = frozenset(f"{each.severity}: {each}" for each in edition.problems)
        for each in sorted(standing - self._problems):
            logger.warning("%s", each)
        for each in sorted(self._problems - standing):
            logger.info("no longer %s", each)
        self._problems = standing
        # What is wrong with a whole source keeps articles from readers, as a pass that fails does.
        of_sources = [str(each) for each in edition.problems if not each.path]
        if of_sources:
            self._keep("\n".join(of_sources), now)
        else:
            self._failing_since = None
            self._trouble.clear()

    def failure(self, reason: str, *, now: datetime, again_in_s: float) -> None:
        """Tell why a pass failed, and when it is tried again."""
        logger.error("publishing failed, the last edition stands: %s; trying again in %.0f s", reason, again_in_s)
        self._keep(reason, now)

    def _keep(self, reason: str, now: datetime) -> None:
        self._failing_since = self._failing_since or now
        # Whoever asks the service how it is need not know where it lies.
        told = reason.replace(self._root, "")
        self._trouble.tell(told, since=self._failing_since.isoformat(timespec="seconds"))
