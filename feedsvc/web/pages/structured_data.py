"""An article for search engines and other sites: schema.org's NewsArticle, and Open Graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlsplit

from feedsvc.config.settings import Site
from feedsvc.model.article import Article, Entry, Media
from feedsvc.model.feed import Category
from feedsvc.web.pages.page_head import plain, runs
from feedsvc.web.pages.wording import machine_date


def media_beside(article: Article) -> tuple[Media, ...]:
    """Return the media of *article* that none of its bodies shows."""
    bodies = "".join(html for _, html in article.body.items)
    return tuple(
        medium
        for medium in article.media
        if web_address(medium.url) and medium.url not in bodies and escape(medium.url) not in bodies
    )


def web_address(url: str) -> str:
    """Return *url*, or "" unless it is an http or https address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def news_article(
    entry: Entry, *, address: str, languages: Sequence[str], categories: Sequence[Category], site: Site
) -> dict[str, object]:
    """Return JSON-LD of *entry* as the page at *address* shows it, without empty keys.

    source: https://schema.org/NewsArticle
    """
    article = entry.article
    version = article.version(languages[0])
    titles = [words for _, words in runs(article.title, languages)]
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": article.id,
        "headline": titles[0],
        "alternativeHeadline": titles[1:],
        "description": plain(article.summary, languages),
        "inLanguage": list(languages),
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": machine_date(version.published),
        "dateModified": machine_date(version.updated),
        "dateline": "" if version.dateline is None else version.dateline.text.strip(),
        "author": [
            {"@type": "Person", "name": each.name.best(languages[0])[1]}
            for each in article.credits
            if each.role == "author"
        ],
        "publisher": {"@type": "Organization", "name": article.publisher or site.author},
        "image": _images(article),
        "articleSection": [words for each in categories for _, words in runs(each.title, languages)],
        "keywords": list(article.tags),
        "correction": [
            each.revised.note
            for each in article.versions
            if each.language in languages and each.revised and each.revised.take == "correction" and each.revised.note
        ],
    }
    return {key: value for key, value in found.items() if value}


def open_graph(
    article: Article, *, languages: Sequence[str], categories: Sequence[Category]
) -> Iterator[tuple[str, str]]:
    """Yield (property, content) of Open Graph's article properties.

    source: https://ogp.me/#type_article
    """
    version = article.version(languages[0])
    yield "article:published_time", machine_date(version.published)
    if version.updated.instant > version.published.instant:
        yield "article:modified_time", machine_date(version.updated)
    for category in categories:
        yield "article:section", plain(category.title, languages)
    for tag in article.tags:
        yield "article:tag", tag


def picture(article: Article) -> str | None:
    """Return the address of the first image of *article*."""
    return next(iter(_images(article)), None)


def _images(article: Article) -> list[str]:
    return [each.url for each in article.media if each.media_type.startswith("image/") and web_address(each.url)]
