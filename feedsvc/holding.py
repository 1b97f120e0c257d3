"""Say what keeps copy back: only a release that is wholly understood, and over, does not."""

from __future__ import annotations

import re
from datetime import datetime

from feedsvc.datelines import resolve
from feedsvc.errors import DateError
from feedsvc.model.dates import Evidence
from feedsvc.model.drafts import Draft, Hold

# Anything else might mean something that we do not understand: another zone, two dates, a condition.
RELEASE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?")


def active_holds(draft: Draft, *, now: datetime, site_zone: str) -> tuple[Hold, ...]:
    """Return the marks of *draft* that hold at *now*.

    source: docs/design.md, section 4, "Fail closed".
    """
    return tuple(hold for hold in draft.holds if not _is_over(hold, now=now, site_zone=site_zone))


def _is_over(hold: Hold, *, now: datetime, site_zone: str) -> bool:
    if hold.kind != "embargo" or not RELEASE.fullmatch(hold.text.strip()):
        return False
    try:
        release = resolve(None, Evidence(stated=hold.text.strip(), site_zone=site_zone))
    except DateError:
        return False
    if release is None or release.provenance != "stated":
        return False
    if release.precision == "day":
        return release.instant.date() < now.astimezone(release.instant.tzinfo).date()
    return release.instant <= now
