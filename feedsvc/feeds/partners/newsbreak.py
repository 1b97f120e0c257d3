"""NewsBreak, by its questions and answers for publishers."""

from __future__ import annotations

from feedsvc.feeds.partners import checks, elements
from feedsvc.feeds.partners.profile import Profile

FAQ = "https://support.newsbreak.com/publisher-faq"

NEWSBREAK = Profile(
    partner="NewsBreak",
    formats=("rss", "atom"),
    lead="body",
    spaces=(("nb", elements.NEWSBREAK),),
    elements=(elements.thumbnail,),
    required=(
        checks.in_language(FAQ),
        checks.has_text(FAQ),
        checks.has_author(FAQ),
        checks.summary_words(0, FAQ),
        checks.has_picture(FAQ),
    ),
    advised=(
        checks.captioned(FAQ),
        checks.link_is_canonical(FAQ),
        checks.no_read_more(FAQ),
        checks.words(50, FAQ),
    ),
    feed=(checks.over_https(FAQ), checks.language_is(("en",), FAQ)),
)
