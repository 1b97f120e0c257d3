"""List the profiles of partners, each a module of data."""

from __future__ import annotations

from collections.abc import Mapping

from feedsvc.feeds.partners.applenews import APPLENEWS
from feedsvc.feeds.partners.flipboard import FLIPBOARD
from feedsvc.feeds.partners.msn import MSN
from feedsvc.feeds.partners.newsbreak import NEWSBREAK
from feedsvc.feeds.partners.plain import PLAIN
from feedsvc.feeds.partners.profile import Profile
from feedsvc.feeds.partners.smartnews import SMARTNEWS
from feedsvc.feeds.partners.yahoo import YAHOO

PROFILES: Mapping[str, Profile] = {
    "applenews": APPLENEWS,
    "flipboard": FLIPBOARD,
    "msn": MSN,
    "newsbreak": NEWSBREAK,
    "plain": PLAIN,
    "smartnews": SMARTNEWS,
    "yahoo": YAHOO,
}
