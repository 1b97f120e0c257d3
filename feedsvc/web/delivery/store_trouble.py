"""Log that the store cannot be read, without a line for each of a thousand requests a minute."""

from __future__ import annotations

import logging
import time
from threading import Lock

from feedsvc.model.errors import StoreError

logger = logging.getLogger(__name__)

TELL_EVERY_S = 10.0

_lock = Lock()
_told_at: float | None = None
_untold = 0


def log_unreadable(error: StoreError) -> None:
    """Log *error* at once if the last one is long past; after that, a line every ten seconds counts the requests."""
    global _told_at, _untold  # noqa: PLW0603  one log, one count
    now = time.monotonic()
    with _lock:
        if _told_at is not None and now - _told_at < TELL_EVERY_S:
            _untold += 1
            return
        others, _told_at, _untold = _untold, now, 0
    more = f" (and for {others} more requests since the last line)" if others else ""
    logger.error("the store cannot be read: %s%s", error, more)
