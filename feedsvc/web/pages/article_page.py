"""An article for readers, search engines and programs: its page, its structured data, and its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, redirect, render_template, url_for
from lxml import html
from werkzeug.exceptions import Gone

from feedsvc.articles.references import body_of, media_of
from feedsvc.config.settings import Site
from feedsvc.feeds.entry import revision_notes
from feedsvc.feeds.lead_picture import is_shown_in, lead_picture
from feedsvc.model.article import Article, Entry, Media, Text, Version
from feedsvc.model.dates import Timestamp
from feedsvc.model.feed import Category
from feedsvc.text.catalogues import message
from feedsvc.text.scripts import tell_language
from feedsvc.text.search_words import label_slug
from feedsvc.web.pages.page_builder import PageBuilder, page_answer
from feedsvc.web.pages.page_head import FIRST_FORMAT, plain, runs
from feedsvc.web.pages.picture_forms import PictureForms
from feedsvc.web.pages.shown_dates import machine_date

# What a page says of a role.
CREDITS: Mapping[str, str] = {
    "author": message("By {names}"),
    "editor": message("Editor: {names}"),
    "photographer": message("Photo: {names}"),
    "translator": message("Translator: {names}"),
}


class ArticlePages:
    def __init__(self, pages: PageBuilder) -> None:
        self._pages = pages

    def article(self, slug: str) -> Response:
        """Show an article, in all its languages or in one."""
        return self._pages.answer(self._article, self._pages.language, slug)

    def _article(self, language: str | None, slug: str) -> str:
        entry = self.entry(slug)
        article = entry.article
        if language is not None and language not in article.languages:
            abort(redirect(url_for("pages.article", slug=slug), HTTPStatus.FOUND))  # a translation may come
        languages = (language,) if language else self._pages.in_title_order(article.languages)
        categories = [known for known in map(self._pages.settings.category, article.categories) if known is not None]
        earlier, later = (
            self._pages.library.neighbours(article.id, category=categories[0].slug, language=language)
            if categories
            else (None, None)
        )
        head = self._pages.head(
            f"{plain(article.title, languages)} – {plain(self._pages.site.title, languages)}",
            article.summary if article.summary.items else article.title,
            language=language,
            languages=languages,
            categories=article.categories,
        )
        head = replace(
            head,
            choices=self._pages.in_title_order(article.languages),
            original=article.canonical,
            license=article.license,
            section=categories[0].slug if categories else None,
            kind="article",
            headline=plain(article.title, languages),
            picture=shown_picture(entry),
            facts=tuple(open_graph(article, languages=languages, categories=categories)),
            structured=news_article(
                entry, address=head.canonical or "", languages=languages, categories=categories, site=self._pages.site
            ),
        )
        body = body_of(entry)
        forms = PictureForms(article, self._pages.library, base_url=self._pages.site.base_url)
        bodies = dict(body.best(wanted) for wanted in languages) if body.items else {}
        return render_template(
            "article.html",
            head=head,
            entry=entry,
            article=article,
            notes=revision_notes(article, languages),
            bodies={wanted: forms.offered(html) for wanted, html in bodies.items()},
            forms=forms,
            clock_time=clock_time,
            label_feed=label_feed,
            is_parallel=are_parallel(bodies),
            media=media_beside(entry),
            categories=categories,
            earlier=earlier,
            later=later,
        )

    def article_json(self, slug: str) -> Response:
        """Answer with an article as JSON, also for scripts of other sites."""
        body = article_json(self.entry(slug), self._pages.site)
        response = page_answer(body, media_type=MEDIA_TYPE, made_at=g.made_at, now=self._pages.clock())
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    def entry(self, slug: str) -> Entry:
        """Return the live article with *slug*.

        raises: Gone if it was withdrawn, NotFound if there was never one.
        """
        entry = self._pages.library.entry(slug)
        if entry is None:
            tombstone = self._pages.library.tombstone(slug)
            if tombstone is not None:
                raise Gone(tombstone.reason or message("This article was withdrawn."))
            abort(404, message("There is no article at this address."))
        return entry


def label_feed(kind: str, text: str) -> str | None:
    """Return the path of the feed of a tag or an author; None where such feeds are not served."""
    slug = label_slug(text)
    if not slug or f"searching.{kind}" not in current_app.view_functions:
        return None
    return url_for(f"searching.{kind}", slug=slug, form=FIRST_FORMAT)


def clock_time(seconds: int) -> str:
    """Return a duration as players show it: "1:02:03", "2:03"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def media_beside(entry: Entry) -> tuple[Media, ...]:
    """Return the media of *entry* that its bodies do not show."""
    bodies = "".join(body for _, body in entry.article.body.items)
    return tuple(
        medium for medium in media_of(entry) if web_address(medium.url) and not is_shown_in(bodies, medium.url)
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

    Without an author, the organization is the author, as in feeds: search engines ask for one.

    source: https://schema.org/NewsArticle
    """
    article = entry.article
    version = article.version(languages[0])
    titles = [words for _, words in runs(article.title, languages)]
    organization = {"@type": "Organization", "name": article.publisher or site.author}
    authors = [
        {"@type": "Person", "name": credit.name.best(languages[0])[1]}
        for credit in article.credits
        if credit.role == "author"
    ]
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
        "author": authors or [organization],
        "publisher": organization,
        "isBasedOn": article.canonical,
        "image": _image(entry, languages[0]),
        "copyrightNotice": plain(site.face.rights, languages) if site.face.rights.items else "",
        "articleSection": [words for category in categories for _, words in runs(category.title, languages)],
        "keywords": list(article.tags),
        "correction": [
            version.revised.note
            for version in article.versions
            if version.language in languages
            and version.revised
            and version.revised.take == "correction"
            and version.revised.note
        ],
        **_rights(article, languages[0], site),
    }
    return {key: value for key, value in found.items() if value}


def rights_of(article: Article, language: str, site: Site) -> tuple[str, str, str]:
    """Return licence, usage terms and copyright holder of *article*, each "" where none is claimed."""
    license_url = article.license or site.rights.license
    terms = article.usage_terms or site.rights.usage_terms.best(language)[1]
    return license_url, terms, (article.publisher or site.author) if license_url or terms else ""


def _rights(article: Article, language: str, site: Site) -> dict[str, object]:
    license_url, terms, holder = rights_of(article, language, site)
    return {
        "license": license_url,
        "usageInfo": {"@type": "CreativeWork", "text": terms} if terms else None,
        "copyrightHolder": {"@type": "Organization", "name": holder} if holder else None,
    }


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


def shown_picture(entry: Entry) -> Media | None:
    """Return the picture that stands for *entry*, if its address is a web address."""
    picture = lead_picture(entry)
    return picture if picture is not None and web_address(picture.url) else None


def _image(entry: Entry, language: str) -> dict[str, object]:
    """Return the picture of *entry* as an ImageObject, without empty keys.

    source: https://schema.org/ImageObject
    """
    picture = shown_picture(entry)
    if picture is None:
        return {}
    found = {
        "@type": "ImageObject",
        "url": picture.url,
        "width": picture.width,
        "height": picture.height,
        "encodingFormat": picture.media_type,
        "caption": picture.caption.best(language)[1] or picture.alternative.best(language)[1],
        "creditText": picture.credit,
    }
    return {key: value for key, value in found.items() if value}


MEDIA_TYPE = "application/json; charset=utf-8"


def article_json(entry: Entry, site: Site) -> bytes:
    """Return *entry* as JSON in UTF-8; a key without a value is null or empty, never missing."""
    article = entry.article
    license_url, terms, holder = rights_of(article, article.languages[0], site)
    return json.dumps(
        {
            "id": article.id,
            "url": entry.url,
            "slug": article.slug,
            "kind": article.kind,
            "languages": list(article.languages),
            "title": _text(article.title),
            "summary": _text(article.summary),
            "content_html": _text(body_of(entry)),
            "versions": {version.language: _version(version) for version in article.versions},
            "credits": [{"name": _text(credit.name), "role": credit.role} for credit in article.credits],
            "publisher": article.publisher,
            "license": license_url or None,
            "usage_terms": terms or None,
            "copyright_holder": holder or None,
            "categories": list(article.categories),
            "tags": list(article.tags),
            "media": _media(entry),
            "related": [
                *({"href": link.href, "title": _text(link.title), "language": link.language} for link in entry.related),
                *({"href": None, "title": {"und": title}, "language": None} for title in entry.unresolved),
            ],
        },
        ensure_ascii=False,
    ).encode()


def _text(text: Text) -> dict[str, str]:
    return dict(text.items)


def _version(version: Version) -> dict[str, Any]:
    dateline = version.dateline
    return {
        "published": _timestamp(version.published),
        "updated": _timestamp(version.updated),
        "revision": version.revision,
        "revised": None
        if version.revised is None
        else {"take": version.revised.take, "note": version.revised.note, "language": version.revised.language},
        "places": [] if dateline is None else list(dateline.places),
        "agency": None if dateline is None else dateline.agency,
    }


def _timestamp(timestamp: Timestamp) -> dict[str, str]:
    return {
        "instant": timestamp.instant.isoformat(timespec="seconds"),
        "precision": timestamp.precision,
        "shown": machine_date(timestamp),
    }


def _media(entry: Entry) -> list[dict[str, Any]]:
    return [
        {
            "url": medium.url,
            "media_type": medium.media_type,
            "bytes": medium.bytes,
            "width": medium.width,
            "height": medium.height,
            "duration_s": medium.duration_s,
            "alternative": _text(medium.alternative),
            "caption": _text(medium.caption),
            "credit": medium.credit,
        }
        for medium in media_of(entry)
    ]


COLUMNS = 2
ROWS = 200  # as many as the stylesheet has


def are_parallel(bodies: Mapping[str, str]) -> bool:
    """Return whether *bodies*, HTML by language, are two with equally many blocks, so probably translations.

    The stylesheet then lays them out in rows. Each language stays in one piece for screen readers, phones and print.
    """
    if len(bodies) != COLUMNS:
        return False
    counts = {_blocks(body) for body in bodies.values()}
    return len(counts) == 1 and 1 < counts.pop() <= ROWS


def _blocks(body: str) -> int:
    """Return the number of blocks in *body*; 0 if there is text outside of blocks, which has no counterpart."""
    found = html.fragments_fromstring(body)
    blocks = [part for part in found if not isinstance(part, str)]
    outside = [part for part in found if isinstance(part, str)] + [block.tail or "" for block in blocks]
    return 0 if any(text.strip() for text in outside) else len(blocks)


def first_version(article: Article, languages: Sequence[str]) -> Version:
    """Return the version whose date a list in *languages* shows: the one that gives the article its place there."""
    if len(languages) == 1:
        return article.version(languages[0])
    return min(article.versions, key=lambda version: version.published.instant)


LONGEST = 8  # characters of a place's name in Han script
BETWEEN = " / "


def place_of(version: Version, language: str) -> tuple[str, str] | None:
    """Return (language, names) of the places in the dateline of *version*.

    An article has English names. If a Chinese dateline prints them in Han script, Chinese readers see these (宁波).
    """
    dateline = version.dateline
    if dateline is None or not dateline.places:
        return None
    if language.partition("-")[0] == "zh" and dateline.language.partition("-")[0] == "zh":
        names = [_in_han(dateline.text, place) for place in dateline.places]
    else:
        names = [*dateline.places]
    words = BETWEEN.join(names)
    return tell_language(words, [language]) or ("en" if words.isascii() else language), words


@lru_cache(maxsize=4096)
def _in_han(text: str, place: str) -> str:
    """Return the longest name of *place* in *text*, or *place* itself."""
    from feedsvc.datelines.places import find_place  # noqa: PLC0415  0.1 s of a worker's start; few pages ask for it

    for length in range(LONGEST, 1, -1):
        for start in range(len(text) - length + 1):
            name = text[start : start + length]
            if not name.isascii() and name.isalpha():
                found = find_place(name)
                if found is not None and found.name == place:
                    return name
    return place
