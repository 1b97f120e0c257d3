"""The page that explains an article: where each field comes from, and, for operators, its documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, g, render_template, request
from werkzeug.exceptions import ServiceUnavailable

from feedsvc.config.settings import Settings, SourceSettings
from feedsvc.feeds.addresses import ALL, FeedAddress, address_of, feeds_of
from feedsvc.feeds.partner_feeds import Verdict, verdicts
from feedsvc.model.article import Article, Entry
from feedsvc.model.document import Document, FeedPosition, KeptDocument, KnownDocument, Problem
from feedsvc.model.errors import BusyError
from feedsvc.model.feed import Edition, FeedListing
from feedsvc.sources.folder import read_file
from feedsvc.stores.archives import PAGE
from feedsvc.text.catalogues import message
from feedsvc.web.auth import Operators, for_operators
from feedsvc.web.delivery.answer import RETRY_AFTER_S
from feedsvc.web.delivery.feed_cache import FeedCache, RenderQueue
from feedsvc.web.pages.article_page import MEDIA_TYPE, ArticlePages
from feedsvc.web.pages.page_builder import (
    HTML,
    Content,
    EditionCache,
    PageBuilder,
    add_page,
    content_of,
    page_answer,
    page_number,
)
from feedsvc.web.pages.page_head import Head, plain
from feedsvc.web.pages.wording import NO_PAGE, words

if TYPE_CHECKING:  # importing it for real takes the parsers, which only explanations need
    from feedsvc.inspect.provenance import ReadDocument, Trace

BUSY = message("Too many explanations are asked for at once. Try again in a moment.")
CONFIDENCE: Mapping[str, str] = {
    "high": message("high confidence"),
    "medium": message("medium confidence"),
    "low": message("low confidence"),
}
PAGE_FEEDS = 150  # of a page: the feeds of 1,000 categories made a megabyte


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Whether a feed, in all its formats, includes an article.

    paths:   of its formats.
    reason:  why the feed includes the article or not, a message.
    limits:  of the feed, in English, if it does not include the article because of them.
    archive: the path of the archive page with the article, if there is one.
    """

    category: str
    language: str | None
    paths: tuple[str, ...]
    carries: bool
    reason: str
    limits: str | None = None
    archive: str | None = None


def memberships(
    article: Article, feed_positions: Sequence[FeedPosition], *, feed_cache: FeedCache, settings: Settings, number: int
) -> tuple[Membership, ...]:
    """Return the membership of *article* in the feeds of a page: first those of its categories, then all others.

    number: of the page.
    raises: StoreError.
    """
    own = {ALL, *article.categories}
    feeds = sorted(feeds_of(settings), key=lambda feed: feed[0] not in own)
    here = feeds[(number - 1) * PAGE_FEEDS : number * PAGE_FEEDS]
    return tuple(_memberships(article, feed_positions, feed_cache, settings, here))


def _memberships(
    article: Article,
    feed_positions: Sequence[FeedPosition],
    feed_cache: FeedCache,
    settings: Settings,
    feeds: Iterable[tuple[str, str | None]],
) -> Iterator[Membership]:
    listings: dict[tuple[str, str | None], list[FeedListing]] = {}
    for listing in feed_cache.listings():
        if not address_of(listing).is_of_corrections:
            listings.setdefault((listing.category, listing.language), []).append(listing)
    positions = {(feed.category, feed.language): feed.position for feed in feed_positions}
    for category, language in feeds:
        there = listings.get((category, language), [])
        paths = tuple(listing.path for listing in there)
        if (category, language) not in positions or not there:
            reason = _reason(article, category, language)
            yield Membership(category=category, language=language, paths=paths, carries=False, reason=reason)
            continue
        carries = _includes(article, category, language, feed_cache)
        page = -(-(positions[category, language] or 0) // PAGE)
        archive = address_of(there[0]).archive(page).path if 1 <= page <= there[0].archives else None
        yield Membership(
            category=category,
            language=language,
            paths=paths,
            carries=carries,
            reason=message("The feed includes it.") if carries else message("Newer articles fill the feed."),
            limits=None if carries else _limits(settings),
            archive=archive,
        )


def _reason(article: Article, category: str, language: str | None) -> str:
    if category not in {ALL, *article.categories}:
        return message("The article is not in this category.")
    if language is None:
        return message("The feed does not include it.")
    return message("The article has no title in this language.")


def _limits(settings: Settings) -> str:
    rules = settings.feeds
    entries = "1 entry" if rules.limit == 1 else f"{rules.limit} entries"
    return f"{entries}, or all of the last 48 hours, and {rules.max_bytes:,} bytes"


def _includes(article: Article, category: str, language: str | None, feed_cache: FeedCache) -> bool:
    """Return whether the feed has the article now; its formats have the same entries, so JSON is enough."""
    ready = feed_cache.ready(FeedAddress(category=category, language=language, format="json").path)
    identity = article.id if language is None else f"{article.id}/{language}"
    opening = b'{"id":' + json.dumps(identity, ensure_ascii=False).encode() + b","
    return ready is not None and opening in ready.body


# Pages for operators are in English.
LANGUAGES = ("en",)
# For the public, a longer document is not read again: it would keep others waiting for seconds.
READ_AGAIN_BYTES = 200_000
MOST_BYTES = 8_000_000  # of explanations in memory
NO_PROBLEMS: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDocument:
    """A document as an operator sees it.

    runs: (label, words) of its text; the label is None if no field was read from the words.
    """

    document: ReadDocument
    runs: tuple[tuple[str | None, str], ...]
    problems: tuple[Problem, ...]
    present: bool


def explain_blueprint(
    settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime], operators: Operators
) -> Blueprint:
    """Return the pages of explanations, and of documents for operators."""
    pages = ExplainPages(settings, feed_cache, clock=clock, operators=operators)
    blueprint = Blueprint("explain", __name__)
    add_page(blueprint, "/articles/<slug>/explain", "explain", pages.explain, site=settings.site)
    blueprint.add_url_rule("/articles/<slug>/explain.json", "explain_json", pages.explain_json)
    blueprint.add_url_rule("/articles/<slug>/documents", "documents", pages.documents)
    blueprint.add_url_rule("/status/documents/<source>/<path:path>", "document", pages.document)
    return blueprint


class ExplainPages:
    """The explanations of live articles, and for operators their documents."""

    def __init__(
        self, settings: Settings, feed_cache: FeedCache, *, clock: Callable[[], datetime], operators: Operators
    ) -> None:
        self._settings = settings
        self._feed_cache = feed_cache
        self._library = feed_cache.published
        self._clock = clock
        self._operators = operators
        self._pages = PageBuilder(settings, feed_cache, clock=clock)
        self._articles = ArticlePages(self._pages)
        self._last = -(-len(tuple(feeds_of(settings))) // PAGE_FEEDS)
        self._queue = RenderQueue(BUSY)
        self._kept: EditionCache[Content] = EditionCache(most_bytes=MOST_BYTES)

    def explain(self, slug: str) -> Response:
        """Show where the published fields of an article come from, and which feeds include it."""
        self._pages.begin()
        entry = self._articles.entry(slug)
        asked, number = self._pages.language, self._number()
        return self._published(("page", slug, asked, number), lambda: self._page(entry, asked, number), HTML)

    def _number(self) -> int:
        number = page_number(request.args.get("page"))
        if number > self._last:
            abort(HTTPStatus.NOT_FOUND, NO_PAGE)
        return number

    def _page(self, entry: Entry, asked: str | None, number: int) -> str:
        site = self._settings.site
        languages = (asked,) if asked else site.title_order
        heading = words("Where this comes from", site.languages)
        title = f"{plain(heading, languages)}: {plain(entry.article.title, languages)}"
        return render_template(
            "explain.html",
            head=Head(
                title=title,
                description=title,
                canonical=f"{site.base_url}{request.path}{f'?page={number}' if number > 1 else ''}",
                languages=languages,
                asked=asked,
            ),
            article=entry.article,
            traces=self._traces(entry),
            memberships=self._memberships(entry, number),
            number=number,
            last=self._last,
        )

    def explain_json(self, slug: str) -> Response:
        self._pages.begin()
        entry = self._articles.entry(slug)
        number = self._number()
        return self._published(("json", slug, number), lambda: self._json(entry, number), MEDIA_TYPE)

    def _json(self, entry: Entry, number: int) -> str:
        fields = {
            "id": entry.article.id,
            "url": entry.url,
            "fields": [asdict(trace) for trace in self._traces(entry)],
            "feeds": [asdict(membership) for membership in self._memberships(entry, number)],
            "page": number,
            "last_page": self._last,
        }
        return json.dumps(fields, ensure_ascii=False)

    def documents(self, slug: str) -> Response:
        """Show the documents of an article, live or withdrawn."""
        self._operators.must_be()
        entry = self._library.entry(slug)
        gone = self._library.tombstone(slug) if entry is None else None
        identity = entry.article.id if entry else gone.id if gone else abort(HTTPStatus.NOT_FOUND)
        shown = [self._shown(kept) for kept in self._library.documents_of(identity)]
        title = self._title(entry.article) if entry else slug
        partners = verdicts(self._settings, entry, now=self._clock()) if entry else ()
        return self._raw(f"Documents of {title}", shown, slug=slug if entry else None, partners=partners)

    def document(self, source: str, path: str) -> Response:
        """Show a document, also if it is rejected or held."""
        self._operators.must_be()
        rules = self._rules(source)
        problems = self._problems(source, path)
        kept = self._library.document_at(source, path)
        if kept is None and not problems:
            abort(HTTPStatus.NOT_FOUND, "There is no such document.")
        if rules and (kept is None or any(problem.severity == "rejected" for problem in problems)):
            kept = self._as_it_lies(rules, path) or kept  # the store does not keep rejected documents
        shown = [] if kept is None else [self._shown(kept)]
        return self._raw(f"{source}: {path}", shown, problems=problems)

    def _traces(self, entry: Entry) -> tuple[Trace, ...]:
        from feedsvc.inspect.provenance import traces_of  # noqa: PLC0415  see above

        kept = self._library.documents_of(entry.article.id)
        short = [document for document in kept if len(document.content) <= READ_AGAIN_BYTES]
        return traces_of(entry, [self._read(document) for document in short])

    def _memberships(self, entry: Entry, number: int) -> tuple[Membership, ...]:
        feed_positions = self._library.feed_positions(entry.article.id)
        return memberships(
            entry.article, feed_positions, feed_cache=self._feed_cache, settings=self._settings, number=number
        )

    def _read(self, kept: KeptDocument) -> ReadDocument:
        from feedsvc.inspect.provenance import read_document  # noqa: PLC0415  see above

        rules = self._rules(kept.known.source)
        return read_document(
            kept,
            encoding=rules.encoding if rules else None,
            languages=self._settings.site.languages,
            now=self._clock(),
            site_zone=self._settings.site.time_zone,
        )

    def _rules(self, source: str) -> SourceSettings | None:
        return next((rules for rules in self._settings.sources if rules.name == source), None)

    def _shown(self, kept: KeptDocument) -> ShownDocument:
        document = self._read(kept)
        return ShownDocument(
            document=document,
            runs=tuple(_runs(document)),
            problems=self._problems(kept.known.source, kept.known.path),
            present=kept.present,
        )

    def _problems(self, source: str, path: str) -> tuple[Problem, ...]:
        found = self._library.edition().problems
        return tuple(problem for problem in found if (problem.source, problem.path) == (source, path))

    def _as_it_lies(self, rules: SourceSettings, path: str) -> KeptDocument | None:
        """Return a document as it is in the folder of its source now; None if it cannot be read."""
        root = Path(rules.url).resolve()
        file = (root / path).resolve()
        if not file.is_relative_to(root):
            return None
        read = read_file(file, source=rules.name, name=path, now=self._clock(), max_bytes=rules.max_bytes)
        if not isinstance(read, Document):
            return None
        known = KnownDocument(
            source=read.source,
            path=read.path,
            fingerprint="",
            digest="",
            arrival=read.arrival,
            live=True,
            article=None,
            gist="",
            serial=0,
        )
        return KeptDocument(known=known, content=read.content, present=True)

    def _title(self, article: Article) -> str:
        return plain(article.title, self._settings.site.title_order)

    def _head(self, title: str) -> Head:
        return Head(
            title=title,
            description=title,
            canonical=self._settings.site.base_url + request.path,
            languages=LANGUAGES,
            choices=LANGUAGES,
        )

    def _published(self, name: Hashable, make: Callable[[], str], media_type: str) -> Response:
        """Answer with what *make* renders, once for each edition: it reads the documents of an article again."""
        edition: Edition = g.edition
        content = self._kept.find(name, edition)
        if content is None:
            try:
                with self._queue.alone():
                    content = self._kept.find(name, edition)
                    if content is None:
                        content = content_of(make())
                        self._kept.keep(name, content, edition)
            except BusyError as error:
                raise ServiceUnavailable(str(error), retry_after=RETRY_AFTER_S) from error
        response = page_answer(content, media_type=media_type, made_at=g.made_at, now=self._clock())
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _raw(
        self,
        title: str,
        shown: Sequence[ShownDocument],
        *,
        slug: str | None = None,
        problems: tuple[Problem, ...] = NO_PROBLEMS,
        partners: tuple[Verdict, ...] = (),
    ) -> Response:
        head = self._head(title)
        body = render_template(
            "documents.html", head=head, shown=shown, slug=slug, problems=problems, partners=partners
        )
        return for_operators(Response(body, content_type=HTML))


def _runs(document: ReadDocument) -> Iterator[tuple[str | None, str]]:
    """Yield the text of a document in runs, each with the label of the field that was read from it."""
    from feedsvc.inspect.provenance import labelled_spans  # noqa: PLC0415  see above

    text, at = document.text or "", 0
    for labelled in labelled_spans(document.draft) if document.draft else ():
        if labelled.span.start > at:
            yield None, text[at : labelled.span.start]
        yield labelled.label, text[labelled.span.start : labelled.span.end]
        at = labelled.span.end
    if at < len(text):
        yield None, text[at:]
