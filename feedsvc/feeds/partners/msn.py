"""MSN, by the pages of the MSN Partner Hub."""

from __future__ import annotations

from feedsvc.feeds.partners import checks, elements
from feedsvc.feeds.partners.profile import Markup, Profile

HUB = "https://support.microsoft.com/en-us/msn/partner-hub"
ITEMS = f"{HUB}/msn-feed-item-metadata-requirements"
CONTENT = f"{HUB}/feed-content-specifications-in-msn-partner-hub"
HTML = f"{HUB}/msn-html-guidelines-and-tag-restrictions"

TAGS = """
    a b blockquote br caption col colgroup div em h1 h2 h3 h4 h5 i img li ol p small span strong sub sup table tbody td
    tfoot th thead tr ul
"""

MSN = Profile(
    partner="MSN",
    formats=("rss", "atom"),
    lead="media",
    markup=Markup(
        tags=frozenset(TAGS.split()),
        renamed={
            "h6": "h5",
            "figure": "div",
            "figcaption": "p",
            "dl": "div",
            "dt": "p",
            "dd": "p",
            "pre": "p",
            "section": "div",
            "article": "div",
            "aside": "div",
            "details": "div",
            "summary": "p",
        },
    ),
    spaces=(("mi", elements.MICROSOFT),),
    elements=(elements.keywords,),
    gone=(elements.expired, elements.no_longer_valid),
    required=(
        checks.in_language(CONTENT),
        checks.has_text(ITEMS),
        checks.title_characters(ITEMS, more_than=20, most=150),
    ),
    age=checks.younger_than(365, ITEMS),
    advised=(
        checks.has_picture(CONTENT),
        checks.title_characters(CONTENT, most=75),
        checks.title_without_address(CONTENT),
        checks.picture_pixels(CONTENT, width=720),
        checks.picture_shape(CONTENT, least=0.5, most=1.89),
        checks.picture_bytes(15_000_000, CONTENT),
        checks.picture_types(("image/png", "image/jpeg", "image/gif", "image/webp"), CONTENT),
        checks.picture_says("credit", "credit", lambda picture: picture.credit, CONTENT),
        checks.picture_says("description", "alt", lambda picture: picture.alternative.items, CONTENT),
        checks.nesting(10, HTML),
    ),
    feed=(checks.over_https(CONTENT),),
)
