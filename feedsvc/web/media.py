"""Say which media a page shows beside an article's body, and which addresses a page may lead to."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from feedsvc.model.articles import Article, Media


def media_beside(article: Article) -> tuple[Media, ...]:
    """Return the media of *article* that its bodies do not show themselves."""
    bodies = "".join(html for _, html in article.body.items)
    return tuple(
        medium
        for medium in article.media
        if web_address(medium.url) and medium.url not in bodies and escape(medium.url) not in bodies
    )


def web_address(url: str) -> str:
    """Return *url*, or nothing where it is no address on the web ("javascript:…")."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""
