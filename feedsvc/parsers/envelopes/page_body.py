"""Find the article in a web page, and part it into blocks: its headings, paragraphs, lists, tables and pictures.

The site around the article is left out: menus, share rows, comments, related stories of the template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from html import escape
from itertools import islice
from typing import NamedTuple

from lxml import etree

from feedsvc.model.errors import ParseError
from feedsvc.parsers.lines import tidy

DROPPED = """
    applet base button canvas dialog head input link meta nav noscript script select style svg template textarea
    title
"""
ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu"})
# Words in the class or id of what is of the site and not of the article.
OF_SITE = """
    addtoany advert advertisement ads adsbygoogle author-bio author-box author-card bio-card breadcrumb breadcrumbs
    comment-list comment-respond comments comments-area commentlist cookie copy-btn copy-button disqus disqus_thread
    dsq-brlink
    entry-footer entry-meta entry-utility footer giscus gutter hidden jp-relatedposts lineno linenos line-numbers menu
    meta nav navbar navigation newsletter page-meta page-nav pager pagination paginator post-footer post-header-meta
    post-info post-meta post-nav post-navigation post-tags post__meta post_meta postmeta print-only promo read-more
    reading-time related related-articles related-posts relatedposts screen-reader-text search share share-buttons
    sharedaddy sharing sharing-buttons sidebar skip-link social social-buttons social-icons social-links social-share
    sr-only subscribe subscription table-of-contents tag-list tags taglist taxonomies toc tocbar utterances
    visually-hidden
    webmentions
"""
# Those of the element that holds the copy, and nothing else.
OF_BODY = """
    article-body article-content article__body article__content articlebody body-content blog-post-content content-body
    content__body e-content entry-content js-post-content markdown-body page-content post-body post-content post-text
    post__body post__content post_content postcontent prose single-content story-body story-content td-post-content
"""
# Classes and properties of elements that name authors or state the date.
AUTHORING = frozenset({"author", "p-author", "byline", "post-author", "author-name", "entry-author"})
DATING = frozenset({"datepublished", "dt-published", "published", "post-date", "entry-date", "date", "pubdate"})
ANCHORS = frozenset(
    {"anchor", "anchorjs-link", "hanchor", "header-anchor", "headerlink", "heading-anchor", "permalink"}
)
SIGNS = frozenset({"", "#", "¶", "§", "🔗", "🔗︎", "link", "permalink"})
HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
WHOLE = HEADINGS | {"p", "ul", "ol", "dl", "table", "blockquote", "pre", "figure", "picture", "details", "video"}
WHOLE |= {"audio", "iframe", "object", "embed", "img"}
PARTED = frozenset(
    {"html", "body", "article", "main", "section", "div", "header", "aside", "center", "address", "hgroup", "form"}
)
PARTED |= {"fieldset", "footer"}
COPY = ("p", "pre", "li", "blockquote", "td", "dd")
PICTURED = ("img", "picture", "figure", "video", "audio", "iframe", "object", "embed")
AROUND = frozenset({"header", "aside"})
WORDS_OF_SITE, WORDS_OF_BODY = frozenset(OF_SITE.split()), frozenset(OF_BODY.split())
MOST_ELEMENTS = 100_000
LONGEST_LINE = 20_000  # characters of code or of a row that are kept as words
MOST_OUTSIDE = 0.4  # share of a page's copy; who holds more is no part of the site, whatever it is called
MOST_LINKED = 0.6  # share of the words of an article that may be in links
FEW_WORDS = 3
LONGEST_CREDIT = 200  # characters of an element that names authors or states the date
FEW_HEADINGS, MOST_LEADING = 3, 0.7  # of a list of articles
MOST_ELSEWHERE = 5  # times as much copy as an element has that is marked as the article
MOST_CANDIDATES = 50  # elements within each other that may hold the copy


class PageBlock(NamedTuple):
    """A block of an article: its words, a line each row, and its HTML, which is not yet made safe."""

    text: str
    html: str


def article_in(root: etree._Element, *, is_article: bool) -> etree._Element:
    """Return the element with the copy of the article, without what is of the site in it.

    is_article: the page states that it is one.
    raises:     ParseError if there is none, or if there are several.
    """
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise ParseError(f"is a web page with more than {MOST_ELEMENTS} elements")
    body = root.find("body")
    body = root if body is None else body
    _drop(body)
    total = _copy_of(body)
    listed = [each for each in body.iter("article") if not any(True for _ in each.iterancestors("article"))]
    found = _marked(body)
    found = _densest(body) if found is None else found
    if not is_article and len(listed) > 1 and max(map(_copy_of, listed)) < total * 0.7:
        raise ParseError(f"is a web page with a list of {len(listed)} articles; save the page of each")
    said = tidy("".join(found.itertext())) if found is not None else ""
    if found is None or (len(said.split()) < FEW_WORDS and not is_article and len(said) < FEW_WORDS * 3):
        raise ParseError("is a web page without an article: no part of it holds copy")
    if not is_article and _is_index(found):
        raise ParseError("is a web page with a list of articles; save the page of each")
    linked = sum(len(tidy("".join(link.itertext()))) for link in found.iter("a"))
    if linked > len(said) * MOST_LINKED and not is_article:
        raise ParseError("is a web page without an article: most of its words are links")
    return found


def _is_index(found: etree._Element) -> bool:
    """Return whether nearly all headings of *found* lead to other pages."""
    headings = list(found.iter("h2", "h3", "h4"))
    leading = sum(
        any("#" not in (link.get("href") or "#") for link in (*heading.iter("a"), *heading.iterancestors("a")))
        for heading in headings
    )
    return leading >= FEW_HEADINGS and leading >= len(headings) * MOST_LEADING


def _names(element: etree._Element) -> set[str]:
    return set(f"{element.get('class') or ''} {element.get('id') or ''}".lower().split())


def _drop(body: etree._Element) -> None:
    """Remove what is of the site from *body*, unless most of the copy is in it."""
    etree.strip_elements(body, *DROPPED.split(), etree.Comment, etree.ProcessingInstruction, with_tail=False)
    limit = _copy_of(body) * MOST_OUTSIDE
    for element in list(body.iter()):
        if element is not body and (_is_around(element) or (_is_of_site(element) and _copy_of(element) <= limit)):
            _remove(element)


def _is_around(element: etree._Element) -> bool:
    """Return whether *element* stands around the article, by its name."""
    if element.tag == "footer":
        return not any(True for _ in element.iterancestors("blockquote"))
    if element.tag not in AROUND or any(True for _ in element.iterancestors("article", "main")):
        return False
    return element.find(".//article") is None and element.find(".//h1") is None


def _is_of_site(element: etree._Element) -> bool:
    tag = element.tag
    if tag in {"article", "main"} or "articlebody" in (element.get("itemprop") or "").lower():
        return False
    if tag == "a" and (_names(element) & ANCHORS or element.getparent().tag in HEADINGS):
        return tidy("".join(element.itertext())).lower() in SIGNS and element.find(".//img") is None
    if (_names(element) | {(element.get("itemprop") or "").lower()}) & (AUTHORING | DATING):
        return _said(element) < LONGEST_CREDIT and not any(True for _ in element.iterancestors("p", "li", "table"))
    is_named = (element.get("role") or "").lower() in ROLES or bool(_names(element) & WORDS_OF_SITE)
    return _is_unseen(element) or is_named or tag == "form"


def _is_unseen(element: etree._Element) -> bool:
    is_hidden = element.get("hidden") is not None or (element.get("aria-hidden") or "").lower() == "true"
    return is_hidden or HIDDEN.search(element.get("style") or "") is not None


def _remove(element: etree._Element) -> None:
    """Remove *element*, and leave the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _copy_of(element: etree._Element) -> int:
    """Return how many characters of paragraphs *element* has; of their links only a tenth counts."""
    if element.tag in COPY:
        return _said(element)
    return sum(_said(each) for each in element.iter(*COPY) if each.getparent().tag not in COPY) or _said(element) // 4


def _said(element: etree._Element) -> int:
    said = sum(len(text.strip()) for text in element.itertext())
    linked = sum(len(text.strip()) for link in element.iter("a") for text in link.itertext())
    return said - linked + linked // 10


def _marked(body: etree._Element) -> etree._Element | None:
    """Return the element that says that it holds the copy, None if none does or if most of the copy is elsewhere."""
    stated = [each for each in body.iter() if "articlebody" in (each.get("itemprop") or "").lower().split()]
    stated = stated[:MOST_CANDIDATES]
    if stated:
        return max(stated, key=_copy_of)
    articles = list(islice(body.iter("article"), MOST_CANDIDATES))
    outer = max(articles, key=_copy_of) if articles else next(iter(body.iter("main")), None)
    outer = outer if outer is not None else next((each for each in body.iter() if each.get("role") == "main"), None)
    if outer is not None and _said(outer) * MOST_ELSEWHERE < _copy_of(body):
        outer = None
    scope = body if outer is None else outer
    inner = [each for each in scope.iter("div", "section", "article") if _names(each) & WORDS_OF_BODY]
    inner = inner[:MOST_CANDIDATES]
    best = max(inner, key=_copy_of) if inner else None
    if best is not None and _copy_of(best) * 2 >= _copy_of(scope):
        return best
    return outer


def _densest(body: etree._Element) -> etree._Element | None:
    """Return the element that holds most copy in its own paragraphs, or in text between them."""
    scores: dict[etree._Element, float] = {}
    for each in body.iter("p", "pre", "blockquote", "ul", "ol"):
        parent = each.getparent()
        if parent is None or each is body:
            continue
        said = _said(each)
        scores[parent] = scores.get(parent, 0) + said
        above = parent.getparent()
        if above is not None and parent is not body:
            scores[above] = scores.get(above, 0) + said / 3
    for each in body.iter("div", "section", "span", "td"):  # of old pages, whose paragraphs end with <br>
        if (own := _own_text(each)) and next(each.iterancestors(*COPY), None) is None:
            scores[each] = scores.get(each, 0) + own
    return max(scores, key=lambda element: scores[element]) if scores else body


def _own_text(element: etree._Element) -> int:
    """Return how many characters stand in *element* itself, and not in one within it."""
    return len((element.text or "").strip()) + sum(len((each.tail or "").strip()) for each in element)


def blocks_in(article: etree._Element) -> Iterator[PageBlock]:
    """Yield the blocks of *article* in their order; text beside them is paragraphs, which an empty line parts."""
    run: list[str] = []
    is_line_ended = False
    for piece in _pieces(article):
        is_break = not isinstance(piece, str) and piece is not None and piece.tag == "br"
        if isinstance(piece, str):
            run.append(piece)
            is_line_ended = is_line_ended and not piece.strip()
        elif piece is not None and piece.tag not in WHOLE and not (is_break and is_line_ended):
            run.append(_html(piece))
            is_line_ended = is_break
        else:
            yield from _paragraph(run)
            run = []
            if piece is not None and not is_break:
                yield from _block(piece)
    yield from _paragraph(run)


def _pieces(element: etree._Element) -> Iterator[str | etree._Element | None]:
    """Yield the texts and elements in *element*, those in its parts among them; None where a part ends."""
    if element.tag in WHOLE:
        yield element
        return
    if element.text:
        yield escape(element.text, quote=False)
    for child in element:
        if child.tag in PARTED or (child.tag not in WHOLE and child.find(".//p") is not None):
            yield None
            yield from _pieces(child)
            yield None
        elif child.tag != "hr":
            yield child
        else:
            yield None
        if child.tail:
            yield escape(child.tail, quote=False)


def _paragraph(run: list[str]) -> Iterator[PageBlock]:
    html = "".join(run).strip().removesuffix("<br>")
    if html:
        paragraph = etree.fromstring(f"<p>{html}</p>".encode(), etree.HTMLParser(encoding="utf-8")).find(".//p")
        if paragraph is not None:
            yield from _block(paragraph)


def _block(element: etree._Element) -> Iterator[PageBlock]:
    tag = element.tag
    is_pictured = tag in PICTURED or element.find(".//img") is not None
    if tag in {"ul", "ol", "dl"}:
        rows = [_words(item) for item in element.iter("li", "dt", "dd")]
    elif tag == "table":
        rows = [" | ".join(filter(None, map(_flat, row.iter("td", "th")))) for row in element.iter("tr")]
    elif tag == "blockquote":
        rows = [_words(each) for each in element.iter("p")] or [_words(element)]
    elif tag == "pre":
        rows = [_flat(element)]
    else:
        rows = [] if tag in PICTURED else [_words(element)]
    text = "\n".join(row[:LONGEST_LINE] for row in rows if row)
    if text or is_pictured:
        yield PageBlock(text, _html(element))


def _flat(element: etree._Element) -> str:
    return tidy("".join(element.itertext()))


def _words(element: etree._Element) -> str:
    """Return the words of *element*, a line for each that it breaks, without those of its lists and figures."""
    lines: list[list[str]] = [[element.text or ""]]
    waiting = [iter(element)]
    ends: list[str] = []
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
            if ends:
                lines[-1].append(ends.pop())
            continue
        if child.tag == "br":
            lines.append([])
        if child.tag in {"ul", "ol", "dl", "figure", "figcaption", "picture", "video", "audio", "iframe", "object"}:
            lines[-1].append(child.tail or "")
            continue
        lines[-1].append(child.text or "")
        waiting.append(iter(child))
        ends.append(child.tail or "")
    return "\n".join(filter(None, (tidy("".join(line)) for line in lines)))


def _html(element: etree._Element) -> str:
    alone = copy(element)
    alone.tail = None
    for picture in alone.iter("img", "source", "iframe"):
        _load(picture)
    return str(etree.tostring(alone, encoding="unicode", method="html"))


def _load(picture: etree._Element) -> None:
    """Write the address of a picture that a script of the site would load later."""
    for name in ("src", "srcset"):
        later = picture.get(f"data-{name}") or picture.get(f"data-lazy-{name}") or picture.get(f"data-original-{name}")
        now = picture.get(name)
        if later and (not now or now.startswith("data:")):
            picture.set(name, later)
