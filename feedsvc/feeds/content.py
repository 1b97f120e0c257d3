"""Lay out an entry for readers: its whole content in one or more languages, and its summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from feedsvc.model.article import Article, Entry, Media, RelatedLink, Revision, Text
from feedsvc.text.revision_words import revision_words

RELATED = {
    "de": "Mehr zum Thema",
    "en": "Related",
    "es": "Relacionado",
    "fr": "À lire aussi",
    "ja": "関連記事",
    "ko": "관련 기사",
    "ru": "По теме",
    "zh": "相关阅读",
    "zh-Hant": "相關閱讀",
}
BETWEEN = " / "  # stands between one text in two languages, wherever they share a line


def content_html(entry: Entry, languages: Sequence[str]) -> str:
    """Return the whole content of *entry* as safe HTML, in those of *languages* that the article is in.

    In order: what the desk says of the last revision; the titles, when there are two to tell apart; images that the
    body does not show; the body in each language, a body that stands in for others once and in its own language; the
    related links. What no article carries yet is left out.

    languages: in the order to be shown; when the article is in none of them, its primary language is shown.
    """
    article = entry.article
    shown = shown_languages(article, languages)
    bodies = dict(article.body.best(language) for language in shown)
    return "\n".join(
        [
            *(f'<p lang="{escape(language)}">{escape(note)}</p>' for language, note in revision_notes(article, shown)),
            *_titles(article, shown),
            *_images(article.media, shown, "".join(bodies.values())),
            *(f'<div lang="{escape(language)}">{body}</div>' for language, body in bodies.items() if body),
            *_related(entry.related, shown),
        ]
    )


def summary_text(entry: Entry, languages: Sequence[str]) -> str:
    """Return the summary of *entry* as plain text, in those of *languages* that the article is in, joined by " / ".

    returns: the primary summary when there is none in these languages; "" when there is none at all.
    """
    summary = entry.article.summary
    found = [summary.get(language) for language in shown_languages(entry.article, languages)]
    return BETWEEN.join(dict.fromkeys(text for text in found if text)) or summary.best()[1]


def shown_languages(article: Article, languages: Sequence[str]) -> tuple[str, ...]:
    """Return those of *languages* that *article* has a title in, else its primary language."""
    return tuple(language for language in languages if language in article.languages) or article.languages[:1]


def revision_notes(article: Article, shown: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (language, note) of what the desk says of the last revision in the languages *shown*, equal ones once."""
    noted = [(language, article.version(language).revised) for language in shown if article.versions]
    return tuple(dict.fromkeys(_noted(language, revised) for language, revised in noted if revised is not None))


def _noted(shown: str, revised: Revision) -> tuple[str, str]:
    """Return (language, note), a note without words in the language *shown*."""
    corrects = revised.take == "correction"
    if not revised.note:
        language, words = revision_words(shown)
        return language, words.corrected
    _, words = revision_words(revised.language)
    return revised.language, (words.correction if corrects else words.update) + revised.note


def _titles(article: Article, shown: Sequence[str]) -> Iterator[str]:
    titles = _distinct(article.title, shown)
    if len(titles) > 1:
        marked = [f'<strong lang="{escape(language)}">{escape(title)}</strong>' for language, title in titles]
        yield f"<p>{BETWEEN.join(marked)}</p>"


def _images(media: Sequence[Media], shown: Sequence[str], bodies: str) -> Iterator[str]:
    for medium in media:
        url = escape(medium.url)
        if not medium.media_type.startswith("image/") or f'"{url}"' in bodies:
            continue
        language, alternative = medium.alternative.best(shown[0] if shown else None)
        attributes = {"alt": alternative, "width": medium.width, "height": medium.height}
        if alternative:
            attributes["lang"] = language
        written = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items() if value is not None)
        below = " · ".join(part for part in (_marked(medium.caption, shown), escape(medium.credit or "")) if part)
        below = below and f"<figcaption>{below}</figcaption>"
        yield f'<figure><img src="{url}"{written}>{below}</figure>'


def _related(links: Sequence[RelatedLink], shown: Sequence[str]) -> Iterator[str]:
    if not links:
        return
    heading = Text(items=tuple(dict(_heading(language) for language in shown).items()))
    yield f"<h2>{_marked(heading, heading.languages)}</h2>"
    items = []
    for link in links:
        language = f' hreflang="{escape(link.language)}"' if link.language else ""
        title = _marked(link.title, shown) or escape(link.href)
        items.append(f'<li><a href="{escape(link.href)}"{language}>{title}</a></li>')
    yield f"<ul>{''.join(items)}</ul>"


def _heading(language: str) -> tuple[str, str]:
    """Return (language, heading), English for a language that has none here."""
    for known in (language, language.partition("-")[0]):
        if known in RELATED:
            return language, RELATED[known]
    return "en", RELATED["en"]


def _marked(text: Text, shown: Sequence[str]) -> str:
    """Return *text* in the languages *shown*, else as it is, each marked with its language; "" when there is none."""
    items = _distinct(text, shown) or ([text.best()] if text.best()[1] else [])
    return BETWEEN.join(f'<span lang="{escape(language)}">{escape(each)}</span>' for language, each in items)


def _distinct(text: Text, languages: Sequence[str]) -> list[tuple[str, str]]:
    """Return (language, text) in the order of *languages*, equal texts once."""
    found: dict[str, str] = {}
    for language in languages:
        if each := text.get(language):
            found.setdefault(each, language)
    return [(language, each) for each, language in found.items()]
