"""Yahoo, by its pages for publishers. The element updated, which it reads, is not of RSS."""

from __future__ import annotations

from feedsvc.feeds.partners import checks, elements
from feedsvc.feeds.partners.profile import Profile

INGESTION = "https://publishers.yahooinc.com/docs/article-ingestion"
TRADERS = ("amzn.to", "awin1.com", "go.skimresources.com", "linksynergy.com", "shareasale.com")

YAHOO = Profile(
    partner="Yahoo",
    formats=("rss",),
    lead="body",  # a picture beside the same one in the body is flagged as a duplicate
    most_terms=1,
    elements=(elements.plainly_updated,),
    required=(
        checks.in_language(INGESTION),
        checks.words(150, INGESTION),
        checks.summary_words(3, INGESTION),
        checks.links_without_trade(TRADERS, INGESTION),
    ),
    advised=(
        checks.has_picture(INGESTION),
        checks.picture_pixels(INGESTION, width=1280, height=720),
        checks.picture_bytes(5_000_000, INGESTION),
        checks.pictures_in_text(1280, 720, INGESTION),
    ),
    feed=(checks.over_https(INGESTION),),
)
