"""Choose what a feed shows of an entry: its id, title, dates, and its content and summary in the feed's languages.

Every format takes it from here, so an id, a title or a date is the same in RSS, Atom and JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlsplit

from feedsvc.articles.references import body_of, media_of
from feedsvc.articles.revisions import noted
from feedsvc.feeds.lead_picture import is_picture, is_shown_in, lead_picture
from feedsvc.feeds.published_and_updated import entry_dates
from feedsvc.model.article import Article, Entry, Media, RelatedLink, Text
from feedsvc.model.draft import Episode
from feedsvc.model.errors import RenderError
from feedsvc.model.feed import Feed, Item, Link, Term
from feedsvc.text.catalogues import said
from feedsvc.text.characters import find_forbidden
from feedsvc.text.direction import language_attributes

BETWEEN = " / "  # between one text in two languages, wherever they share a line


def content_html(entry: Entry, languages: Sequence[str]) -> str:
    """Return the whole content of *entry* as safe HTML, in those of *languages* that the article is in.

    In order: images that the body does not show; the note on the last revision; the body in each language, a body that
    replaces others once and in its own language; the related links. Related titles that no article has are left out.
    The titles are not repeated, because readers show them above the content.

    languages: in the order to be shown; when the article is in none of them, its primary language is shown.
    """
    article = entry.article
    shown = article.shown_languages(languages)
    body = body_of(entry)
    bodies = dict(body.best(language) for language in shown)
    return "\n".join(
        [
            *figures(media_of(entry), shown, "".join(bodies.values())),
            *(
                f"<p {language_attributes(language, beside=shown)}>{escape(note)}</p>"
                for language, note in revision_notes(article, shown)
            ),
            *(
                f"<div {language_attributes(language, beside=shown)}>{body}</div>"
                for language, body in bodies.items()
                if body
            ),
            *related(entry.related, shown),
        ]
    )


def summary_text(entry: Entry, languages: Sequence[str]) -> str:
    """Return the summary of *entry* as plain text, in those of *languages* that the article is in, joined by " / ".

    returns: the primary summary when there is none in these languages; "" when there is none at all.
    """
    summary = entry.article.summary
    found = [summary.get(language) for language in entry.article.shown_languages(languages)]
    return BETWEEN.join(dict.fromkeys(text for text in found if text)) or summary.best()[1]


def revision_notes(article: Article, shown: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (language, note) on the last revision in each of the languages *shown*, equal ones once."""
    found = [(article.version(language).revised, language) for language in shown if article.versions]
    return tuple(dict.fromkeys(noted(revised, language) for revised, language in found if revised is not None))


def figures(media: Sequence[Media], shown: Sequence[str], bodies: str) -> Iterator[str]:
    """Yield the pictures among *media* that *bodies* do not show, with their words in the languages *shown*."""
    for medium in media:
        url = escape(medium.url)
        if not is_picture(medium) or is_shown_in(bodies, medium.url):
            continue
        language, alternative = medium.alternative.best(shown[0] if shown else None)
        attributes = {"alt": alternative, "width": medium.width, "height": medium.height}
        if alternative:
            attributes["lang"] = language
        written = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items() if value is not None)
        below = " · ".join(part for part in (_marked(medium.caption, shown), escape(medium.credit or "")) if part)
        below = below and f"<figcaption>{below}</figcaption>"
        yield f'<figure><img src="{url}"{written}>{below}</figure>'


def related(links: Sequence[RelatedLink], shown: Sequence[str]) -> Iterator[str]:
    """Yield a heading and the list of *links*, with their words in the languages *shown*."""
    if not links:
        return
    heading = Text(items=tuple(dict(said("Related", language) for language in shown).items()))
    yield f"<h2>{_marked(heading, heading.languages)}</h2>"
    items = []
    for link in links:
        language = f' hreflang="{escape(link.language)}"' if link.language else ""
        title = _marked(link.title, shown) or escape(link.href)
        items.append(f'<li><a href="{escape(link.href)}"{language}>{title}</a></li>')
    yield f"<ul>{''.join(items)}</ul>"


def _marked(text: Text, shown: Sequence[str]) -> str:
    """Return *text* in the languages *shown*, else as it is, each marked with its language; "" when there is none."""
    items = _distinct(text, shown) or ([text.best()] if text.best()[1] else [])
    return BETWEEN.join(
        f"<span {language_attributes(language, beside=shown)}>{escape(title)}</span>" for language, title in items
    )


def _distinct(text: Text, languages: Sequence[str]) -> list[tuple[str, str]]:
    """Return (language, text) in the order of *languages*, equal texts once."""
    found: dict[str, str] = {}
    for language in languages:
        if words := text.get(language):
            found.setdefault(words, language)
    return [(language, words) for words, language in found.items()]


def entry_id(identity: str, feed: Feed) -> str:
    """Return the id that *feed* gives to the article with the id *identity*, live or gone.

    One language of an article is an entry of its own: it has its own date, and its own edits.
    """
    return identity if feed.language is None else f"{identity}/{feed.language}"


def entry_title(entry: Entry, feed: Feed) -> str:
    """Return the title as one plain line, both languages joined in the feed's title order when there are two."""
    title = entry.article.title
    if feed.language is not None:
        return title.best(feed.language)[1]
    return _joined(title, [language for language in feed.title_order if language in feed.languages])


def make_item(entry: Entry, feed: Feed) -> Item:
    """Return *entry* in full, as *feed* shows it.

    raises: RenderError naming the article, if a text holds what XML forbids, an address is not absolute, or a date
            has no four-digit year.
    """
    article = entry.article
    shown = article.shown_languages(feed.languages)
    language = shown[0] if shown else feed.languages[0]
    published, updated = entry_dates(entry, feed)
    authors = _names(article, shown, authors=True)
    item = Item(
        id=entry_id(article.id, feed),
        title=entry_title(entry, feed),
        titles=article.title.items,
        language=language,
        url=page_in(entry.url, feed),
        published=published,
        updated=updated,
        authors=authors or ((article.publisher,) if article.publisher else ()),
        contributors=_names(article, shown, authors=False),
        publisher=article.publisher,
        terms=_terms(article, feed),
        links=tuple(
            Link(
                rel=link.rel,
                href=link.href,
                media_type=link.media_type,
                language=link.language,
                title=_joined(link.title, shown) or None,
            )
            for link in entry.related
        ),
        media=media_of(entry),
        enclosure=_enclosure(media_of(entry)),
        picture=lead_picture(entry),
        summary=summary_text(entry, feed.languages),
        content=content_html(entry, feed.languages) or None,
        episode=_episode(article, media_of(entry), feed),
        license=article.license,
        usage_terms=article.usage_terms,
        original=article.canonical if article.canonical != entry.url else None,
        source_feed=article.source_feed if article.publisher else None,
    )
    _check(article, item)
    return item


def page_in(url: str, feed: Feed) -> str:
    """Return the address of an article's page in the language of *feed*."""
    return feed.pages + url.removeprefix(feed.site) if url.startswith(feed.site) else url


def _joined(text: Text, languages: Sequence[str]) -> str:
    """Return *text* in *languages*, equal ones once; as it is when it is in none of them."""
    found = dict.fromkeys(words for language in languages if (words := text.get(language)))
    return BETWEEN.join(found) or text.best()[1]


def _names(article: Article, shown: Sequence[str], *, authors: bool) -> tuple[str, ...]:
    names = (_joined(credit.name, shown) for credit in article.credits if (credit.role == "author") is authors)
    return tuple(dict.fromkeys(name for name in names if name))


def _terms(article: Article, feed: Feed) -> tuple[Term, ...]:
    categories = []
    for slug in article.categories:
        scheme, label = feed.schemes.get(slug, (None, slug))
        categories.append(Term(term=slug, scheme=scheme, label=label))
    return (*categories, *(Term(term=tag, scheme=None, label=tag) for tag in article.tags if tag))


def _enclosure(media: Sequence[Media]) -> Media | None:
    """Return the first medium to be played, else to be kept; an image only when there is nothing else.

    A picture that the content shows is the enclosure too: readers know it by its address, and entries without content,
    and readers that know no Media RSS, have no other.
    """
    ranked = sorted(media, key=lambda medium: (not medium.is_played, is_picture(medium)))
    return next(iter(ranked), None)


def _episode(article: Article, media: Sequence[Media], feed: Feed) -> Episode | None:
    """Return what is said of an episode; None if the article is in no podcast, or has nothing to play."""
    is_one = not feed.podcasts.isdisjoint(article.categories) and any(medium.is_played for medium in media)
    return (article.episode or Episode()) if is_one else None


def _check(article: Article, item: Item) -> None:
    """Raise RenderError for a text that would make the whole feed unreadable, or an address that leads nowhere."""
    if not item.title.strip():
        raise RenderError(f"{article.id}: has no title")
    shown = (*item.media, item.picture) if item.picture else item.media
    texts = [item.title, item.summary, item.content or "", item.publisher or "", *item.authors, *item.contributors]
    texts += [title for _, title in item.titles]
    texts += [term.label for term in item.terms]
    texts += [link.title or "" for link in item.links]
    texts += [text for medium in shown for words in (medium.alternative, medium.caption) for _, text in words.items]
    for text in texts:
        if found := find_forbidden(text):
            raise RenderError(f"{article.id}: {text[:40]!r} holds U+{ord(found):04X}, which XML forbids")
    origins = [item.original or item.url, item.source_feed.url if item.source_feed else item.url]
    for url in (item.url, *origins, *(link.href for link in item.links), *(medium.url for medium in shown)):
        if not _is_absolute(url):
            raise RenderError(f"{article.id}: {url!r} is no absolute http or https address")


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and find_forbidden(url) is None
