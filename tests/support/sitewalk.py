"""Walk every address of a site as the public sees it: those of all routes, and those that any answer names."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import product
from urllib.parse import quote, urljoin, urlsplit

import brotli
from flask import Flask
from werkzeug.routing import Rule

from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import ALL, FeedAddress, feed_lists, feeds_of
from feedsvc.feeds.formats import RENDERERS
from feedsvc.feeds.partner_feeds import partner_addresses
from feedsvc.stores.store import Store
from feedsvc.web.delivery.static_files import static_files
from feedsvc.web.static_site.inventory import addresses
from feedsvc.web.theme import read_theme

NAMED = re.compile(rb"""(?:href|src|action|ref|url)\s*[=:]\s*["']([^"'\s]{1,2000})["']|(https?://[^\s"'<>\\]+)""")
MOST_ADDRESSES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer of the site: its status, its headers as lines, and its body without its coding."""

    path: str
    status: int
    headers: str
    body: bytes

    @property
    def text(self) -> str:
        """Everything that a client can read, in small letters."""
        return f"{self.status}\n{self.headers}\n{self.body.decode(errors='replace')}".lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site to be walked."""

    app: Flask
    settings: Settings
    store: Store

    def ask(self, path: str, *, method: str = "GET", coding: str = "identity") -> Told:
        client = self.app.test_client(use_cookies=False)
        response = client.open(path, method=method, headers={"Accept-Encoding": coding})
        body = response.get_data()
        response.close()
        used = response.headers.get("Content-Encoding")
        if body and used == "gzip":
            body = gzip.decompress(body)
        elif body and used == "br":
            body = brotli.decompress(body)
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        return Told(path=path, status=response.status_code, headers=headers, body=body)

    def values(self) -> Mapping[str, Collection[str]]:
        """Return the values of each variable that a route may have."""
        settings, store = self.settings, self.store
        slugs = [card.slug for card in store.cards()]
        categories = [category.slug for category in settings.categories]
        paths = [*(listing.path for listing in store.listings()), *(feed.path for feed in self._feeds())]
        return {
            "slug": (*slugs, *categories, "nothing"),
            "name": {path.removeprefix("/feeds/") for path in paths if path.startswith("/feeds/")},
            "partner": [
                address.path.removeprefix("/partners/")
                for partner in settings.partners
                for address in partner_addresses(partner).values()
            ],
            "lang": settings.site.page_languages,
            "page": ("1", "2", "9"),
            "number": ("1", "2", "0"),
            "language": (*settings.site.languages, "xx"),
            "form": (*RENDERERS, "xx"),
            "digest": {file.digest for file in store.media_files()} | {"0" * 32},
            "source": [source.name for source in settings.sources],
            "path": ("nothing.md",),
            "filename": sorted(
                path.removeprefix("/static/") for path in static_files(settings, read_theme(settings.root))
            ),
        }

    def _feeds(self) -> Iterator[FeedAddress]:
        yield from feed_lists(self.settings)
        for (category, language), form in product(feeds_of(self.settings), RENDERERS):
            feed = FeedAddress(category=category, language=language, format=form)
            yield from (feed, feed.archive(1), feed.archive(2))
            if language is None:
                yield FeedAddress(category=category or ALL, format=form, is_of_corrections=True)

    def paths_of(self, rule: Rule, values: Mapping[str, Collection[str]]) -> Iterator[str]:
        """Yield the paths of a route, with all *values* of its variables."""
        unknown = set(rule.arguments) - values.keys()
        if unknown:
            raise AssertionError(f"{rule.rule}: say in {__name__} what {', '.join(sorted(unknown))} may be")
        names = sorted(rule.arguments)
        for chosen in product(*(values[name] for name in names)):
            built = rule.build(dict(zip(names, chosen, strict=True)))
            assert built is not None, rule.rule
            yield built[1]

    def first(self) -> Iterator[str]:
        """Yield the addresses to begin with: those of all routes, of the static site, of searches, and wrong ones."""
        values = self.values()
        for rule in self.app.url_map.iter_rules():
            yield from self.paths_of(rule, values)
        yield from (address.path for address in addresses(self.settings, self.store))
        yield from (f"/search?q={quote(word)}" for word in ("story", "故事"))
        yield from (f"/feeds/search.{form}?q=story" for form in RENDERERS)
        yield from ("/.nowhere", "/articles/", "/categories/nothing/", "/feeds/nothing.rss")

    def named_by(self, told: Told) -> Iterator[str]:
        """Yield the paths on this site that an answer names."""
        home = self.settings.site.base_url
        for found in NAMED.finditer(told.body):
            written = unescape((found[1] or found[2]).decode(errors="replace"))
            try:
                address = urljoin(f"{home}{told.path}", written.rstrip(".,;)"))
                parts = urlsplit(address)
            except ValueError:
                continue
            if address.startswith(f"{home}/") and not parts.path.startswith("/static/"):
                yield parts.path + (f"?{parts.query}" if parts.query else "")

    def walk(self) -> Iterator[Told]:
        """Yield the answer at every address, each once, and what HEAD, OPTIONS and compression make of it."""
        waiting = list(dict.fromkeys(self.first()))
        seen = set(waiting)
        for path in waiting:  # it grows
            told = self.ask(path)
            yield told
            yield self.ask(path, method="HEAD")
            if path.startswith(("/feeds", "/sitemap")):
                yield from (self.ask(path, coding=coding) for coding in ("br", "gzip"))
                yield self.ask(path, method="OPTIONS")
            for other in self.named_by(told):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
            assert len(waiting) < MOST_ADDRESSES, waiting[-20:]


@cache
def forms_of(word: str) -> tuple[str, ...]:
    """Return *word* in every spelling that a feed, a page or an address may have, in small letters."""
    return tuple(
        dict.fromkeys(
            form.lower()
            for form in (
                word,
                quote(word),
                json.dumps(word)[1:-1],
                "".join(f"&#{ord(letter)};" for letter in word),
                "".join(f"&#x{ord(letter):x};" for letter in word),
            )
        )
    )


def words_in(text: str, words: Iterable[str]) -> set[str]:
    """Return those of *words* that are in *text*, which is in small letters."""
    return {word for word in words if any(form in text for form in forms_of(word))}
