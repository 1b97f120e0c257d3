"""SmartNews, by SmartFormat 2.1. Its elements cannot be valid RSS: media:status and url have no place there."""

from __future__ import annotations

from feedsvc.feeds.partners import checks, elements
from feedsvc.feeds.partners.profile import Profile

HELP = "https://publishers.smartnews.com/hc/en-us/articles"
FORMAT = f"{HELP}/360036526213"
PICTURES = f"{HELP}/360010977813"
GUIDE = f"{HELP}/56500436151065"

SMARTNEWS = Profile(
    partner="SmartNews",
    formats=("rss",),
    lead="both",
    most_entries=100,
    most_bytes=1_000_000,
    spaces=(("snf", elements.SMARTNEWS),),
    elements=(elements.thumbnail, elements.active),
    channel=(elements.logo,),
    gone=(elements.deleted,),
    required=(
        checks.in_language(FORMAT),
        checks.has_text(FORMAT),
        checks.has_author(FORMAT),
        checks.has_picture(PICTURES),
    ),
    advised=(
        checks.picture_pixels(PICTURES, smallest_side=200),
        checks.picture_not_longer(3.3, PICTURES),
        checks.link_is_canonical(FORMAT),
        checks.words(50, GUIDE),
    ),
    feed=(
        checks.over_https(FORMAT),
        checks.has_logo(FORMAT),
        checks.description_characters(30, FORMAT),
    ),
)
