"""Render feeds: describe a feed, fit its entries in, and encode the bytes.

A job is complete, so that another process can render it without the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from urllib.parse import quote
from uuid import UUID, uuid5

import brotli
import deflate

from feedsvc.config.settings import Settings, Site
from feedsvc.feeds.addresses import ALL, FeedAddress, home_path, page_path
from feedsvc.feeds.entry import BETWEEN
from feedsvc.feeds.entry_cache import EntryCache, RenderedEntry
from feedsvc.feeds.formats import RENDERERS
from feedsvc.model.article import FeedEntry, Text
from feedsvc.model.document import Problem
from feedsvc.model.feed import Alternate, Feed, FeedFace, FeedImage, FeedListing, Podcast, ReadyFeed
from feedsvc.model.packing import unpack_entry
from feedsvc.text.catalogues import said
from feedsvc.text.failures import Failure, attempt

ARCHIVE_POLL_INTERVAL_S = 86_400


def schemes_of(settings: Settings, languages: tuple[str, ...]) -> Mapping[str, tuple[str, str]]:
    """Return `Feed.schemes` of feeds in *languages*."""
    base_url = settings.site.base_url
    return {
        category.slug: (base_url + home_path(category.slug), _joined(category.title, languages))
        for category in settings.categories
    }


def describe_feed(
    settings: Settings,
    address: FeedAddress,
    *,
    updated: datetime,
    languages: Collection[str] = (),
    schemes: Callable[[tuple[str, ...]], Mapping[str, tuple[str, str]]] | None = None,
) -> Feed:
    """Return the feed at *address*, which is no list of feeds, without its tombstones and its place in an archive.

    updated:   aware; when the feed last changed.
    languages: in which the category has entries: an empty feed is not recommended.
    schemes:   `schemes_of` with *settings*, as a function that remembers its answers, if many feeds are described.
    """
    site = settings.site
    spoken = (address.language,) if address.language else site.languages
    category = address.category or ALL
    others: tuple[str | None, ...] = (None, *(language for language in site.languages if language in languages))
    if address != FeedAddress(category=category, language=address.language, format=address.format):
        others = (address.language,)  # in other languages, pages of the same number hold other entries
    return Feed(
        category=category,
        language=address.language,
        languages=spoken,
        format=address.format,
        id=f"tag:{site.authority},{site.authority_date}:feed{_identity(address)}",
        path=address.path,
        url=site.base_url + address.path,
        home=site.base_url + address.home(site.page_languages),
        title=feed_title(settings, address),
        description=_description(settings, category, spoken),
        author=site.author,
        updated=updated,
        poll_interval_s=ARCHIVE_POLL_INTERVAL_S if address.page else settings.feeds.poll_interval_s,
        title_order=tuple(language for language in site.title_order if language in spoken),
        schemes=schemes(spoken) if schemes else schemes_of(settings, spoken),
        alternates=tuple(
            Alternate(
                href=site.base_url + other.path,
                media_type=RENDERERS[other.format].media_type,
                language=other.language,
                title=feed_title(settings, other),
            )
            for other in address.siblings(RENDERERS, others)
        ),
        face=_face(site, spoken),
        hubs=settings.hubs if address.is_pushed else (),
        podcast=_podcast(settings, address),
        podcasts=frozenset(category.slug for category in settings.categories if category.podcast),
        site=f"{site.base_url}/",
        pages=site.base_url + page_path("/", address.language if address.language in site.page_languages else None),
    )


# The namespace of ids of podcasts; source: podcasting2.org, the element podcast:guid.
PODCASTS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


def _podcast(settings: Settings, address: FeedAddress) -> Podcast | None:
    """Return the podcast that the feed at *address* is; one in one language has an id of its own."""
    category = settings.category(address.category or ALL)
    if category is None or category.podcast is None or address.is_of_corrections or address.query is not None:
        return None
    podcast, base = category.podcast, settings.site.base_url
    feed = base + FeedAddress(category=category.slug, language=address.language, format="rss").path
    image = base + podcast.image if podcast.image.startswith("/") else podcast.image
    return replace(podcast, image=image, guid=str(uuid5(PODCASTS, feed.partition("://")[2])))


MOST_WIDE, MOST_HIGH = 144, 400  # pixels of a channel's image; source: RSS 2.0


def _face(site: Site, languages: tuple[str, ...]) -> FeedFace:
    face = site.face
    # RSS knows only pictures that have pixels.
    image = next((file for file in face.files if file.media_type in {"image/png", "image/jpeg", "image/gif"}), None)
    width, height = (image.width, image.height) if image else (None, None)
    if width and height:
        share = min(1, MOST_WIDE / width, MOST_HIGH / height)
        width, height = max(1, round(width * share)), max(1, round(height * share))
    return FeedFace(
        icon=site.base_url + face.icon.path if face.icon else None,
        logo=site.base_url + face.logo.path if face.logo else None,
        image=FeedImage(url=site.base_url + image.path, width=width, height=height) if image else None,
        accent=face.accent.light if face.accent else None,
        contact=face.contact,
        rights=_joined(face.rights, languages) if face.rights.items else "",
        license=site.rights.license,
    )


def feed_title(settings: Settings, address: FeedAddress) -> str:
    """Return the feed's title in its language, or in all: the category, corrections or search, then the site's.

    Readers cut long titles at the end, and their lists have the feeds of a site side by side.
    """
    languages = (address.language,) if address.language else settings.site.title_order
    category = settings.category(address.category or ALL)
    parts = [] if category is None else [_joined(category.title, languages)]
    if address.is_of_corrections:
        parts.append(BETWEEN.join(dict.fromkeys(said("Corrections", language)[1] for language in languages)))
    if address.query is not None:
        parts.append(address.query)
    if address.label is not None:
        parts.append(address.label.slug.replace("-", " "))
    site = _joined(settings.site.title, languages)
    return f"{': '.join(parts)} – {site}" if parts else site


def _identity(address: FeedAddress) -> str:
    """Return the end of the feed's id, which is equal for all formats and for the pages of its archive."""
    if address.query is not None:
        return address.home()
    if address.label is not None:
        return f"/{address.label.kind}/{quote(address.label.slug)}"
    language = f"/{address.language}" if address.language else ""
    return f"/{address.category}{language}{'/corrections' if address.is_of_corrections else ''}"


def _description(settings: Settings, category: str, languages: tuple[str, ...]) -> str:
    found = settings.category(category)
    return _joined(settings.site.description if found is None else found.description, languages)


def _joined(text: Text, languages: tuple[str, ...]) -> str:
    """Return *text* in *languages*, joined with a stroke; the primary text stands in once for those that it lacks."""
    return BETWEEN.join(dict.fromkeys(text.best(language)[1] for language in languages))


GZIP_LEVEL = 6
# Level 11 takes seventy times as long as 5 for a tenth less, too long for feeds.
BROTLI_QUALITY = 5


def gzipped(body: bytes) -> bytes:
    return bytes(deflate.gzip_compress(body, GZIP_LEVEL))


def brotlied(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=BROTLI_QUALITY))


def make_ready(
    path: str, media_type: str, body: bytes, *, last_modified: datetime, entries: int, archives: int = 0
) -> ReadyFeed:
    """Return *body* with its codings, kept only where they are smaller, and a weak tag that is the same for all.

    source: RFC 9110, sections 8.8.1 and 8.8.3: bytes that differ only by coding share a weak tag.
    """
    by_gzip, by_brotli = gzipped(body), brotlied(body)
    return ReadyFeed(
        path=path,
        media_type=media_type,
        body=body,
        gzip=by_gzip if len(by_gzip) < len(body) else None,
        brotli=by_brotli if len(by_brotli) < len(body) else None,
        etag=f'W/"{digest_of(body)}"',
        last_modified=last_modified,
        entries=entries,
        archives=archives,
    )


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


GIANT_SHARE = 0.5  # of a feed's bytes; an entry that takes more is shown by its summary when bytes are short


def fit(
    entries: Sequence[RenderedEntry], heads: Mapping[str, int], *, max_bytes: int, bound: frozenset[str] = frozenset()
) -> list[Mapping[str, bytes]]:
    """Return, by format, the entries for which every format has room.

    First the giants become brief, because one long read must not cost all others their text. Then the oldest become
    brief. Only then are entries left out, the oldest first.

    entries:   newest first.
    heads:     by format, the bytes of the feed without entries.
    max_bytes: of each feed, unless its bound entries take more.
    bound:     ids of articles that are never left out: no page of the archive holds them yet.
    """

    def fits(shown: Sequence[Mapping[str, bytes]], share: float = 1) -> bool:
        # One byte more for each entry: JSON puts a comma between them.
        return all(
            sum(len(entry[form]) + 1 for entry in shown) + head <= max_bytes * share for form, head in heads.items()
        )

    full = [rendered.full for rendered in entries]
    if fits(full) and not any(rendered.is_too_large for rendered in entries):
        return full
    shown = [entry.full if fits([entry.full], GIANT_SHARE) else entry.brief for entry in entries]

    # One by one, because each that becomes brief is rendered for it.
    fitting = [*shown]
    sizes = {form: head + sum(len(entry[form]) + 1 for entry in shown) for form, head in heads.items()}
    for number in reversed(range(len(entries))):
        if all(size <= max_bytes for size in sizes.values()):
            break
        brief, whole = entries[number].brief, fitting[number]
        sizes = {form: size + len(brief[form]) - len(whole[form]) for form, size in sizes.items()}
        fitting[number] = brief
    is_bound = [rendered.article in bound for rendered in entries]

    def first(count: int) -> list[Mapping[str, bytes]]:
        return [entry for number, entry in enumerate(fitting) if number < count or is_bound[number]]

    return first(_most(len(fitting), lambda count: fits(first(count))))


def _most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to *count* that *fits*, as all smaller ones do; 0 when none does."""
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFeed:
    """A feed that changed, before its codings are made; rank is its number among listings."""

    listing: FeedListing
    body: bytes
    rank: int

    def ready(self) -> ReadyFeed:
        listing = self.listing
        return make_ready(
            listing.path,
            listing.media_type,
            self.body,
            last_modified=listing.last_modified,
            entries=listing.entries,
            archives=listing.archives,
        )


def changed_feeds(
    feeds: Mapping[str, Feed],
    shown: Sequence[Mapping[str, bytes]],
    *,
    kept: Mapping[str, tuple[str, datetime]],
    made_at: datetime,
    rank: int,
    archives: int,
) -> Iterator[ChangedFeed]:
    """Yield one feed in every format in which it changed, with the same entries in all.

    feeds:   by format, each updated when it was last.
    shown:   the entries by format, in their order.
    kept:    by path, (digest, time of the last change) of the published feeds.
    made_at: aware; of the edition being made.
    rank:    of the first format.
    """
    for position, (form, described) in enumerate(feeds.items()):
        feed, renderer, entries = described, RENDERERS[form], [entry[form] for entry in shown]
        before = kept.get(feed.path)
        body = renderer.feed(feed, entries)
        # A feed with unchanged content keeps the time of its last change, and so its bytes.
        if before and digest_of(body) == before[0]:
            continue
        if before:
            feed = replace(feed, updated=made_at)
            body = renderer.feed(feed, entries)
        listing = FeedListing(
            path=feed.path,
            category=feed.category,
            language=feed.language,
            format=feed.format,
            media_type=renderer.media_type,
            title=feed.title,
            bytes=len(body),
            entries=len(entries),
            last_modified=feed.updated,
            archives=archives,
        )
        yield ChangedFeed(listing=listing, body=body, rank=rank + position)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderJob:
    """The parts that a feed is rendered from.

    feeds:       by format, each updated when it was last.
    entries:     in the order of the feed.
    kept:        by path, (digest, time of the last change) of these feeds as they are.
    made_at:     aware; of the edition being made.
    rank:        of the first format among listings.
    max_bytes:   of the feed in each format.
    bound:       ids of articles that are never left out. archives: pages that it leads back to.
    corrections: it shows the correction of each article.
    """

    feeds: Mapping[str, Feed]
    entries: tuple[FeedEntry, ...]
    kept: Mapping[str, tuple[str, datetime]]
    made_at: datetime
    rank: int
    max_bytes: int
    bound: frozenset[str] = frozenset()
    archives: int = 0
    corrections: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderResult:
    """A feed in every format in which it changed.

    ready:  the changed feeds with their codings, where these were asked for.
    faults: why entries are left out. sound: the first document of each entry that was written.
    """

    changed: tuple[ChangedFeed, ...]
    ready: tuple[ReadyFeed, ...] = ()
    faults: tuple[tuple[Problem, Failure], ...] = ()
    sound: tuple[str, ...] = ()


def render_feed(job: RenderJob, entry_cache: EntryCache) -> RenderResult:
    """Return the feed that *job* asks for; an entry that cannot be written is left out, and the others are served.

    entry_cache: entries that other feeds rendered; those of this feed are added.
    """
    feeds, faults = job.feeds, []
    done: list[RenderedEntry] = []
    render = partial(entry_cache.rendered, feeds=feeds, is_correction=job.corrections, max_bytes=job.max_bytes)
    for packed in job.entries:
        rendered = attempt(render, packed)
        if isinstance(rendered, Failure):
            article = unpack_entry(packed.data, packed.links).article
            problem = Problem(source=article.source, path=article.origins[0], message=rendered.reason)
            faults.append((problem, rendered))
        else:
            done.append(rendered)
    if faults:  # entries are missing, so the feed is not complete
        feeds = {form: replace(feed, chain=replace(feed.chain, complete=False)) for form, feed in feeds.items()}
    heads = {form: len(RENDERERS[form].feed(feed, [])) for form, feed in feeds.items()}
    changed = changed_feeds(
        feeds,
        fit(done, heads, max_bytes=job.max_bytes, bound=job.bound),
        kept=job.kept,
        made_at=job.made_at,
        rank=job.rank,
        archives=job.archives,
    )
    sound = tuple(rendered.origin for rendered in done)
    return RenderResult(changed=tuple(changed), faults=tuple(faults), sound=sound)


def render_and_encode(job: RenderJob) -> RenderResult:
    """Return the result of `render_feed` with the changed feeds encoded."""
    result = render_feed(job, EntryCache())
    return replace(result, ready=tuple(feed.ready() for feed in result.changed))
