"""Apple News, by the guide to News Publisher for RSS channels."""

from __future__ import annotations

from feedsvc.feeds.partners import checks
from feedsvc.feeds.partners.profile import Profile

GUIDE = "https://support.apple.com/guide/news-publisher/apdc2c7520ff/icloud"

APPLENEWS = Profile(
    partner="Apple News",
    formats=("rss",),
    lead="both",
    is_described=True,
    most_entries=60,
    required=(checks.in_language(GUIDE), checks.has_text(GUIDE)),
    advised=(
        checks.title_characters(GUIDE, more_than=14, most=60),
        checks.no_tables(GUIDE),
        checks.no_read_more(GUIDE),
    ),
    feed=(checks.over_https(GUIDE), checks.language_with_region(GUIDE), checks.entries(GUIDE, least=10)),
)
