"""Say which words an article is found by."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from feedsvc.model.articles import Article
from feedsvc.search.words import separated

# Stands between texts, so that no phrase goes from one into the next. It is no letter, so nobody can ask for it.
BOUNDARY = " ¶ "
# Within a word there may be emphasis; every other element parts words. Values of attributes may hold a ">".
_INLINE = "a|abbr|b|bdi|bdo|cite|code|del|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|wbr"
_REST = r'[^>"]*+(?:"[^"]*+"[^>"]*+)*+>'
_WITHIN = re.compile(rf"</?(?:{_INLINE})(?=[\s>/]){_REST}")
_TAG = re.compile(rf"<{_REST}")


def article_words(article: Article) -> str:
    """Return the words of the titles, bodies, credits, publisher, places, agencies and tags of *article*.

    A summary that the body does not hold is among them, for it is shown.
    """
    return BOUNDARY.join(filter(None, map(separated, dict.fromkeys(_texts(article)))))


def _texts(article: Article) -> Iterator[str]:
    bodies = {language: _plain(body) for language, body in article.body.items}
    yield from (title for _, title in article.title.items)
    yield from bodies.values()
    for language, summary in article.summary.items:
        if summary.rstrip("…") not in bodies.get(language, ""):
            yield summary
    for credit in article.credits:
        yield from (name for _, name in credit.name.items)
    if article.publisher:
        yield article.publisher
    for version in article.versions:
        if version.dateline is not None:
            yield from version.dateline.places
            if version.dateline.agency:
                yield version.dateline.agency
    yield from article.tags


def _plain(body: str) -> str:
    """Return the text of safe HTML."""
    # Most bodies are paragraphs and nothing else, and most tags those between two of them.
    text = body.replace("</p>\n<p>", "\n").replace("<p>", " ").replace("</p>", " ")
    if "<" in text:
        text = _TAG.sub(" ", _WITHIN.sub("", text))
    return html.unescape(text) if "&" in text else text
