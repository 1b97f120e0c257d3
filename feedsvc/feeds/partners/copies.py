"""Make an article's copy for a partner: its pictures, its text in allowed markup, and the elements of the profile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import nh3

from feedsvc.articles.references import body_of, media_of
from feedsvc.articles.revisions import withdrawn_title
from feedsvc.feeds.entry import entry_id, figures, make_item, page_in, related, revision_notes
from feedsvc.feeds.lead_picture import is_picture
from feedsvc.feeds.partners.profile import Copy, Markup, Profile
from feedsvc.model.article import Entry
from feedsvc.model.feed import Element, Feed, Item
from feedsvc.text.html import ATTRIBUTES, LINKED

BREAKS = re.compile(r"<br>(?:\s*<br>)+")
EMPTY = re.compile(r"<(?P<name>p|div|li|ul|ol|h[1-6]|blockquote|figure|figcaption)\b[^>]*>\s*</(?P=name)>")
TWICE = 2  # an element that holds only an empty one is empty then


def make_copy(entry: Entry, feed: Feed, profile: Profile) -> Copy:
    """Return *entry* as the *feed* of a partner, which is in one language, has it.

    raises: RenderError, as `make_item` does.
    """
    item = make_item(entry, feed)
    language, picture = feed.languages[0], item.picture
    body = _body(entry, language, profile, lead="" if picture is None else picture.url)
    played = item.enclosure if item.enclosure and item.enclosure.is_played else None
    copy = Copy(
        item=replace(
            item,
            titles=((language, item.title),),
            published=item.published.astimezone(UTC),
            updated=item.updated.astimezone(UTC),
            terms=item.terms[: profile.most_terms],
            links=item.links if profile.has_related else (),
            media=tuple(medium for medium in item.media if not is_picture(medium)),
            enclosure=picture if profile.encloses_picture and picture and not played else played,
            picture=None if profile.lead == "body" else picture,
            content=body or None,
            is_described=profile.is_described,
            episode=None,
        ),
        picture=picture,
        body=body,
        is_in_language=entry.article.body.get(language) is not None,
    )
    if len(item.summary) < profile.least_summary:
        copy = replace(copy, item=replace(copy.item, summary=_opening(copy.text, profile.least_summary)))
    made = (element(copy) for element in profile.elements)
    return replace(copy, item=replace(copy.item, elements=_there(made)))


def _opening(text: str, least: int) -> str:
    """Return the first words of *text*, of *least* characters or a few more."""
    end = text.find(" ", least, 2 * least)
    end = 2 * least if end < 0 else end
    return text if len(text) <= end else f"{text[:end]}…"


def gone_item(entry: Entry, feed: Feed, profile: Profile, *, when: datetime) -> Item:
    """Return what tells a partner to remove an article that went at *when*: none of its words, which may be secret."""
    language, article = feed.languages[0], entry.article
    published = article.version(language).published.instant.astimezone(UTC) if article.versions else when
    title = withdrawn_title(language)
    item = Item(
        id=entry_id(article.id, feed),
        title=title,
        titles=((language, title),),
        language=language,
        url=page_in(entry.url, feed),
        published=min(published, when).replace(microsecond=0),
        updated=when.astimezone(UTC),
        authors=(),
        contributors=(),
        publisher=None,
        terms=(),
        links=(),
        media=(),
        enclosure=None,
        picture=None,
        summary="",
        content=None,
    )
    return replace(item, elements=tuple(element(item) for element in profile.gone))


def channel_elements(feed: Feed, profile: Profile) -> tuple[Element, ...]:
    return _there(element(feed) for element in profile.channel)


def _body(entry: Entry, language: str, profile: Profile, *, lead: str) -> str:
    """Return the text in *language* with the pictures that stand beside it.

    lead: the address of the lead picture, which is left out where it has elements of its own.
    """
    text = body_of(entry).get(language) or ""
    beside = [medium for medium in media_of(entry) if profile.lead != "media" or medium.url != lead]
    parts: Sequence[str] = [
        *figures(beside, [language], text),
        *(f"<p>{escape(note)}</p>" for _, note in revision_notes(entry.article, [language])),
        text,
        *(related(entry.related, [language]) if profile.has_related else ()),
    ]
    html = BREAKS.sub("<br>", "\n".join(part for part in parts if part))
    return html if profile.markup is None else _in_markup(html, profile.markup)


def _in_markup(html: str, markup: Markup) -> str:
    """Return safe *html* in the elements of *markup*; the words of others stay."""
    for name, other in markup.renamed.items():
        html = re.sub(rf"<(/?){name}\b", rf"<\1{other}", html)
    attributes = {name: ATTRIBUTES[name] for name in markup.tags & ATTRIBUTES.keys()}
    html = nh3.clean(
        html, tags=set(markup.tags), attributes={**attributes, "*": {"dir", "lang"}}, url_schemes=LINKED, link_rel=None
    )
    for _ in range(TWICE):
        html = EMPTY.sub("", html)
    return html.strip()


def _there(elements: Iterable[Element | None]) -> tuple[Element, ...]:
    return tuple(element for element in elements if element is not None)
