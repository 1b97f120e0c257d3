"""No partner in particular: whole texts in one language, as RSS 2.0 and Atom have them, the text as description."""

from __future__ import annotations

from feedsvc.feeds.partners import checks
from feedsvc.feeds.partners.profile import Profile

RSS = "https://www.rssboard.org/rss-specification"

PLAIN = Profile(
    partner="the partner",
    formats=("rss", "atom", "json"),
    lead="both",
    is_described=True,
    required=(checks.in_language(RSS), checks.has_text(RSS)),
)
