"""Flipboard, by its specification of RSS."""

from __future__ import annotations

from feedsvc.feeds.partners import checks
from feedsvc.feeds.partners.profile import Profile

SPECIFICATION = "https://about.flipboard.com/rss-spec"

FLIPBOARD = Profile(
    partner="Flipboard",
    formats=("rss", "atom"),
    lead="both",
    encloses_picture=True,
    least_summary=300,
    required=(checks.in_language(SPECIFICATION), checks.has_text(SPECIFICATION)),
    advised=(
        checks.has_picture(SPECIFICATION),
        checks.picture_pixels(SPECIFICATION, smallest_side=500),
        checks.summary_characters(300, SPECIFICATION),
        checks.has_author(SPECIFICATION),
    ),
    feed=(checks.over_https(SPECIFICATION), checks.entries(SPECIFICATION, least=20)),
)
