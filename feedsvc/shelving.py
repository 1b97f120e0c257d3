"""Put what changed on the shelf: sequences given, articles kept and placed, related links resolved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from feedsvc.assembly import Change
from feedsvc.feeds import ALL
from feedsvc.model.articles import Article, Entry
from feedsvc.related import resolve_links, titles_of, wanted_titles
from feedsvc.stores.passing import Pass


def shelve(a_pass: Pass, changes: Sequence[Change], *, base_url: str, edition: int, when: datetime) -> set[str]:
    """Keep every change, and return the categories whose feeds it touches.

    edition, when: the number and the time of the edition being made.
    """
    touched: set[str] = set()
    titles: set[str] = set()
    stand: list[Article] = []
    for change in _numbered(changes, first=a_pass.shelf.next_sequence()):
        before, after = change.before, change.after
        touched |= {category for category, _ in a_pass.shelf.placements(after.id)} | {ALL, *after.categories}
        titles |= titles_of(after) | (titles_of(before) if before else frozenset())
        live = after.state == "live"
        a_pass.articles.put(resolve_links(after, {}, base_url=base_url), gone_at=None if live else when)
        a_pass.articles.put_revision(after, edition=edition)
        if live:
            a_pass.articles.put_titles(after.id, titles=titles_of(after), wants=wanted_titles(after))
            lost = set(before.languages if before else ()) - set(after.languages)
            a_pass.shelf.displace(after.id, when=when, reason=None, languages=lost)
            a_pass.shelf.place(after)
            stand.append(after)
        else:
            a_pass.shelf.displace(after.id, when=when, reason=after.reason, languages=("", *after.languages))
    linked = {article.id for article in stand} | a_pass.articles.wanting(titles)
    return touched | link(a_pass, linked, base_url=base_url)


def link(a_pass: Pass, articles: Iterable[str], *, base_url: str) -> set[str]:
    """Resolve the related lines of *articles* anew, and return the categories whose feeds that touches."""
    touched: set[str] = set()
    for identity in sorted(articles):
        before = a_pass.articles.entry(identity)
        if before is None or before.article.state != "live":
            continue
        after = _linked(a_pass, before.article, base_url=base_url)
        if after != before:
            a_pass.articles.put(after)
            touched |= {ALL, *after.article.categories}
    return touched


def _linked(a_pass: Pass, article: Article, *, base_url: str) -> Entry:
    titles: dict[str, Article] = {}
    for folded, identities in a_pass.articles.with_titles(wanted_titles(article)).items():
        others = [identity for identity in identities if identity != article.id]
        target = a_pass.articles.get(others[0]) if others else None
        if target is not None:
            titles[folded] = target
    return resolve_links(article, titles, base_url=base_url)


def _numbered(changes: Sequence[Change], *, first: int) -> list[Change]:
    """Return *changes*, each version that is published for the first time given its sequence, oldest date first."""
    new = sorted(
        (version.published.instant, change.after.id, position)
        for change in changes
        if change.after.state == "live"
        for position, version in enumerate(change.after.versions)
        if not version.sequence
    )
    numbers = {(identity, position): first + count for count, (_, identity, position) in enumerate(new)}
    return [
        replace(
            change,
            after=replace(
                change.after,
                versions=tuple(
                    replace(version, sequence=numbers.get((change.after.id, position), version.sequence))
                    for position, version in enumerate(change.after.versions)
                ),
            ),
        )
        for change in changes
    ]
