"""Read what a web page states of its article: JSON-LD, Open Graph, `meta`, microdata and `time`, the surest first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml import etree

from feedsvc.datelines import read_stated
from feedsvc.model.errors import DateError
from feedsvc.parsers.lines import tidy

Node = Mapping[str, Any]

LONGEST_VALUE = 2_000  # characters
LONGEST_JSON = 500_000
MOST_NODES = 5_000  # of JSON-LD, in all scripts of a page
MOST_AUTHORS = 10
ARTICLE = re.compile(r"(?:\S*Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|Review)")
WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)
# Pictures that a site shows wherever an article has none of its own.
OF_SITE = re.compile(
    r"(?:^|[/_.-])(?:logo|favicon|avatar|placeholder|default|site-image|og-image)(?:[/_.-]|$)", re.IGNORECASE
)
PUBLISHED = """
    article:published_time article.published datepublished date dc.date dc.date.issued dcterms.date dcterms.created
    dcterms.issued pubdate publishdate publish-date publish_date publication_date parsely-pub-date sailthru.date
    citation_publication_date og:published_time og:article:published_time
"""
MODIFIED = """
    article:modified_time og:article:modified_time og:updated_time datemodified last-modified lastmod dcterms.modified
"""
AUTHORS = """
    author article:author og:article:author dc.creator dcterms.creator parsely-author sailthru.author byl
    citation_author
"""
SUMMARIES = "og:description description twitter:description dc.description dcterms.description"
PICTURES = "og:image:secure_url og:image og:image:url twitter:image twitter:image:src"
ALTERNATIVES = "og:image:alt twitter:image:alt"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """What the head of a page states of its article, as it is written there; "" and () where it states nothing.

    is_article: it says that the page is an article. is_list: it describes several of them.
    """

    titles: tuple[str, ...]
    authors: tuple[str, ...]
    published: str
    modified: str
    expires: str
    summary: str
    languages: tuple[str, ...]
    canonical: str
    picture: str
    alternative: str
    site: str
    is_article: bool
    is_list: bool


def page_metadata(root: etree._Element) -> PageMetadata:
    metas = _metas(root)
    nodes = list(_json_ld(root))
    canonical = _canonical(root, metas)
    articles = [node for node in nodes if any(map(ARTICLE.fullmatch, _types(node)))]
    node = _main(articles, canonical)
    ids = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    site = _first((*_texts(node.get("publisher"), ids), *_named(metas, "og:site_name application-name")))
    authors = [*_texts(node.get("author"), ids), *_texts(node.get("creator"), ids)] or list(_named(metas, AUTHORS))
    title = _first(
        tidy("".join(found.itertext())[:LONGEST_VALUE]) for found in root.iter("title") if _is_of_page(found)
    )
    return PageMetadata(
        titles=tuple(
            filter(None, (*_texts(node.get("headline"), {}), *_named(metas, "og:title twitter:title dc.title"), title))
        ),
        authors=tuple(
            dict.fromkeys(
                name for name in authors if name != site and not WEB.match(name) and any(map(str.isalpha, name))
            )
        )[:MOST_AUTHORS],
        published=dated((*_texts(node.get("datePublished"), {}), *_named(metas, PUBLISHED))),
        modified=dated((*_texts(node.get("dateModified"), {}), *_named(metas, MODIFIED))),
        expires=dated((*_texts(node.get("expires"), {}), *_named(metas, "article:expiration_time"))),
        summary=_first((*_named(metas, SUMMARIES), *_texts(node.get("description"), {}))),
        languages=tuple(
            filter(
                None,
                (
                    *_texts(node.get("inLanguage"), {}),
                    root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
                    *_named(metas, "content-language og:locale dc.language"),
                ),
            )
        ),
        canonical=canonical,
        picture=_first(
            url
            for url in (*_named(metas, PICTURES), *_texts(node.get("image"), ids, key="url"))
            if not OF_SITE.search(url.rpartition("/")[2])
        ),
        alternative=_first(_named(metas, ALTERNATIVES)),
        site=site,
        is_article=bool(node) or "article" in _named(metas, "og:type") or _is_marked_up(root),
        is_list=len(articles) > 1 and not node,
    )


def dated(texts: Iterable[str]) -> str:
    """Return the first of *texts* that states a day, "" if none does: templates leave many that state none."""
    for text in texts:
        try:
            if read_stated(text) is not None:
                return text
        except DateError:
            continue
    return ""


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _is_of_page(title: etree._Element) -> bool:
    """Return whether a title is that of the page and not of a drawing in it."""
    return next(title.iterancestors("svg"), None) is None


def _metas(root: etree._Element) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        content = tidy((meta.get("content") or "")[:LONGEST_VALUE])
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            if content and (name := meta.get(attribute)):
                found.setdefault(name.strip().lower(), []).append(content)
    return found


def _named(metas: Mapping[str, list[str]], names: str) -> tuple[str, ...]:
    return tuple(text for name in names.split() for text in metas.get(name, ()))


def _canonical(root: etree._Element, metas: Mapping[str, list[str]]) -> str:
    links = [
        link.get("href") or "" for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split()
    ]
    return _first(url.strip() for url in (*links, *_named(metas, "og:url")) if WEB.match(url.strip()))


def _json_ld(root: etree._Element) -> Iterator[Node]:
    """Yield each object of the page's JSON-LD, however deep it lies, in the order of the text."""
    left = MOST_NODES
    for script in root.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->")
        try:
            waiting = [json.loads(text, strict=False)] if len(text) <= LONGEST_JSON else []
        except (ValueError, RecursionError):
            continue
        while waiting and left:
            value = waiting.pop()
            left -= 1
            if isinstance(value, dict):
                yield value
                waiting.extend(reversed(list(value.values())))
            elif isinstance(value, list):
                waiting.extend(reversed(value))


def _types(node: Node) -> tuple[str, ...]:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return tuple(kind.rpartition("/")[2].rpartition(":")[2] for kind in kinds if isinstance(kind, str))


def _is_marked_up(root: etree._Element) -> bool:
    """Return whether microdata of the page describes one article."""
    kinds = [(each.get("itemtype") or "").rpartition("/")[2] for each in root.iter() if each.get("itemtype")]
    return sum(ARTICLE.fullmatch(kind) is not None for kind in kinds) == 1


def _main(articles: list[Node], canonical: str) -> Node:
    """Return the article that the page is about: the only one, or the one with the page's address; else nothing."""
    if len({json.dumps([node.get("headline"), node.get("url")]) for node in articles}) == 1:
        return articles[0]
    bare = canonical.rstrip("/")
    for node in articles if bare else ():
        of_page = node.get("mainEntityOfPage")
        urls = [node.get("url"), node.get("@id"), of_page, of_page.get("@id") if isinstance(of_page, dict) else None]
        if any(isinstance(url, str) and url.partition("#")[0].rstrip("/") == bare for url in urls):
            return node
    return {}


def _texts(value: object, ids: Mapping[str, Node], *, key: str = "name") -> tuple[str, ...]:
    """Return the texts that a value of JSON-LD gives: itself, those of a list, the *key* of an object or of its @id."""
    found: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            whole = one if key in one else ids.get(one.get("@id", ""), one) if isinstance(one.get("@id"), str) else one
            one = whole.get(key, whole.get("@value"))  # noqa: PLW2901
        if isinstance(one, str) and (text := tidy(unescape(one[:LONGEST_VALUE]))):
            found.append(text)
    return tuple(found)
