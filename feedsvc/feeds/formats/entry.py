"""Choose what a feed shows of an entry: its id, title, dates and content in the feed's languages.

Every format takes it from here, so an id, a title or a date is the same in RSS, Atom and JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

from feedsvc.feeds.content import BETWEEN, content_html, shown_languages, summary_text
from feedsvc.model.article import Article, Entry, Media, Text
from feedsvc.model.errors import RenderError
from feedsvc.model.feed import Feed, Item, Link, Term
from feedsvc.text.characters import XML_FORBIDDEN

LEAST_YEAR = 1000  # RFC 822 as RSS reads it, and RFC 3339, write four digits
MINUTE = timedelta(minutes=1)


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


def entry_dates(entry: Entry, feed: Feed) -> tuple[datetime, datetime]:
    """Return when the entry was published and last updated: the earliest and the latest of what the feed shows.

    returns: aware, whole seconds, offsets of whole minutes: others are written as what no standard reads.
    raises:  RenderError for a year that feeds cannot write.
    """
    article = entry.article
    if not article.versions:
        raise RenderError(f"{article.id}: has no version, so no date")
    versions = [article.version(language) for language in shown_languages(article, feed.languages) or ("",)]
    published = min(version.published.instant for version in versions)
    updated = max(version.updated.instant for version in versions)
    return _writable(article, published), _writable(article, max(published, updated))


def make_item(entry: Entry, feed: Feed) -> Item:
    """Return *entry* in full, as *feed* shows it.

    raises: RenderError naming the article, if a text holds what XML forbids, an address is not absolute, or a date
            has no four-digit year.
    """
    article = entry.article
    shown = shown_languages(article, feed.languages)
    language = shown[0] if shown else feed.languages[0]
    published, updated = entry_dates(entry, feed)
    authors = _names(article, shown, authors=True)
    item = Item(
        id=entry_id(article.id, feed),
        title=entry_title(entry, feed),
        titles=article.title.items,
        language=language,
        url=entry.url,
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
        media=article.media,
        enclosure=_enclosure(article.media),
        summary=summary_text(entry, feed.languages),
        content=content_html(entry, feed.languages) or None,
    )
    _check(article, item)
    return item


def _joined(text: Text, languages: Sequence[str]) -> str:
    """Return *text* in *languages*, equal ones once; as it is when it is in none of them."""
    found = dict.fromkeys(each for language in languages if (each := text.get(language)))
    return BETWEEN.join(found) or text.best()[1]


def _writable(article: Article, instant: datetime) -> datetime:
    """Return *instant* with whole seconds and minutes of offset: local mean times of old have seconds."""
    offset = instant.utcoffset()
    if offset is None:
        raise RenderError(f"{article.id}: the date {instant} has no zone")
    try:
        moved = instant.astimezone(timezone(round(offset / MINUTE) * MINUTE)).replace(microsecond=0)
    except OverflowError as error:
        raise RenderError(f"{article.id}: the date {instant} cannot be written") from error
    if moved.year < LEAST_YEAR:
        raise RenderError(f"{article.id}: the year of {instant} cannot be written with four digits")
    return moved


def _names(article: Article, shown: Sequence[str], *, authors: bool) -> tuple[str, ...]:
    names = (_joined(credit.name, shown) for credit in article.credits if (credit.role == "author") is authors)
    return tuple(dict.fromkeys(name for name in names if name))


def _terms(article: Article, feed: Feed) -> tuple[Term, ...]:
    schemes = {slug: (scheme, label) for slug, scheme, label in feed.schemes}
    categories = []
    for slug in article.categories:
        scheme, label = schemes.get(slug, (None, slug))
        categories.append(Term(term=slug, scheme=scheme, label=label))
    return (*categories, *(Term(term=tag, scheme=None, label=tag) for tag in article.tags if tag))


def _enclosure(media: Sequence[Media]) -> Media | None:
    """Return the first medium to be played or kept; an image only when there is nothing else."""
    return next((medium for medium in media if not medium.media_type.startswith("image/")), media[0] if media else None)


def _check(article: Article, item: Item) -> None:
    """Raise RenderError for what would make the whole feed unreadable, or lead nowhere."""
    if not item.title.strip():
        raise RenderError(f"{article.id}: has no title")
    texts = [item.title, item.summary, item.content or "", item.publisher or "", *item.authors, *item.contributors]
    texts += [title for _, title in item.titles]
    texts += [term.label for term in item.terms]
    texts += [link.title or "" for link in item.links]
    texts += [text for medium in item.media for each in (medium.alternative, medium.caption) for _, text in each.items]
    for text in texts:
        if not text.isprintable() and (found := XML_FORBIDDEN.search(text)):
            raise RenderError(f"{article.id}: {text[:40]!r} holds U+{ord(found[0]):04X}, which XML forbids")
    for url in (item.url, *(link.href for link in item.links), *(medium.url for medium in item.media)):
        if not _is_absolute(url):
            raise RenderError(f"{article.id}: {url!r} is no absolute http or https address")


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not XML_FORBIDDEN.search(url)
