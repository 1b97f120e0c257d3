"""Render the feed of a partner: the articles that break no required rule of its profile, and a report of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from feedsvc.config.settings import Partner, Settings
from feedsvc.feeds.addresses import FeedAddress
from feedsvc.feeds.entry_cache import EntryCache, render_item
from feedsvc.feeds.formats import RENDERERS
from feedsvc.feeds.partners import PROFILES
from feedsvc.feeds.partners.copies import channel_elements, gone_item, make_copy
from feedsvc.feeds.partners.profile import Broken, Profile, WholeFeed
from feedsvc.feeds.render import ChangedFeed, changed_feeds, describe_feed
from feedsvc.model.article import Entry, FeedEntry
from feedsvc.model.feed import MOST_TOLD, Feed, LeftOut, PartnerReport
from feedsvc.model.packing import pack, unpack
from feedsvc.text.failures import Failure, attempt

RULES = "rules"  # beside the names of formats


def partner_addresses(partner: Partner) -> Mapping[str, FeedAddress]:
    """Return the addresses of the feed of *partner*, by format."""
    return {
        form: FeedAddress(partner=partner.name, language=partner.language, format=form)
        for form in PROFILES[partner.profile].formats
    }


def describe_partner_feed(settings: Settings, partner: Partner, form: str, *, updated: datetime) -> Feed:
    """Return the feed of *partner* in a format, without its entries; no other feed is named in it.

    updated: aware; when it last changed.
    """
    profile, address = PROFILES[partner.profile], partner_addresses(partner)[form]
    feed = describe_feed(settings, FeedAddress(language=partner.language, format=form), updated=updated)
    feed = replace(
        feed,
        category="",
        id=f"{feed.id.rpartition(':feed')[0]}:partner/{partner.name}",
        path=address.path,
        url=settings.site.base_url + address.path,
        title=partner.title or feed.title,
        description=partner.description or feed.description,
        alternates=(),
        podcasts=frozenset(),
        spaces=profile.spaces,
    )
    return replace(feed, hubs=(), elements=channel_elements(feed, profile))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a partner gets an article.

    not_chosen: why its feed does not choose the article; "" if it does.
    """

    partner: str
    broken: tuple[Broken, ...] = ()
    not_chosen: str = ""

    @property
    def is_sent(self) -> bool:
        return not self.not_chosen and not any(rule.is_required for rule in self.broken)

    def __str__(self) -> str:
        if self.not_chosen:
            return f"not chosen: {self.not_chosen}"
        return "; ".join(["sent" if self.is_sent else "left out", *map(str, self.broken)])


def verdict(settings: Settings, partner: Partner, entry: Entry, *, now: datetime) -> Verdict:
    """Return whether *partner* gets an article, if its feed is not full of newer ones."""
    article, within = entry.article, partner.selection.within
    if partner.language not in article.languages:
        return Verdict(partner=partner.name, not_chosen=f"it has no title in {partner.language!r}")
    if within is not None and article.version(partner.language).published.instant < now - within:
        return Verdict(partner=partner.name, not_chosen="it is older than within says")
    if not partner.selection.fits(article):
        return Verdict(partner=partner.name, not_chosen="the conditions in partners.toml do not take it")
    profile = PROFILES[partner.profile]
    feed = describe_partner_feed(settings, partner, profile.formats[0], updated=now)
    copy = attempt(partial(make_copy, feed=feed, profile=profile), entry)
    if isinstance(copy, Failure):
        return Verdict(partner=partner.name, not_chosen=copy.reason)
    broken = (*profile.broken_by_age(copy.item.published, now=now), *profile.broken(copy))
    return Verdict(partner=partner.name, broken=broken)


def verdicts(settings: Settings, entry: Entry, *, now: datetime) -> tuple[Verdict, ...]:
    """Return the verdict of each partner on an article."""
    return tuple(verdict(settings, partner, entry, now=now) for partner in settings.partners)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerJob:
    """The parts that the feed of a partner is rendered from.

    feeds:   by format, each updated when it was last.
    entries: of the articles that the partner's selection takes, the newest first, each packed and unpacked; they are
             read as they are needed.
    gone:    withdrawn articles that the selection took, and when they went, the last first.
    kept:    by path, (digest, time of the last change) of these feeds as they are.
    made_at: aware; of the edition being made. rank: of the first format.
    """

    partner: Partner
    feeds: Mapping[str, Feed]
    entries: Iterable[tuple[FeedEntry, Entry]]
    gone: Sequence[tuple[Entry, datetime]]
    kept: Mapping[str, tuple[str, datetime]]
    made_at: datetime
    rank: int


def render_partner_feed(job: PartnerJob, entry_cache: EntryCache) -> tuple[tuple[ChangedFeed, ...], PartnerReport]:
    """Return the formats of a feed that changed, and what the partner gets."""
    partner, profile = job.partner, PROFILES[job.partner.profile]
    feed = next(iter(job.feeds.values()))
    shown = [
        render_item(gone_item(entry, feed, profile, when=when), job.feeds) for entry, when in job.gone if profile.gone
    ]
    withdrawn = len(shown)
    heads = {form: len(RENDERERS[form].feed(described, [])) for form, described in job.feeds.items()}
    sizes = {form: head + sum(len(item[form]) + 1 for item in shown) for form, head in heads.items()}
    left_out, warned = [], []
    most = min(partner.limit, profile.most_entries)
    for packed, entry in job.entries:
        slug = entry.article.slug
        texts = attempt(partial(_texts, job, feed, profile, entry_cache, packed), entry)
        if isinstance(texts, Failure):
            left_out.append(LeftOut(slug=slug, why=(texts.reason,)))
            continue
        published = entry.article.version(partner.language).published.instant
        broken = (*profile.broken_by_age(published, now=job.made_at), *unpack(texts[RULES], tuple[Broken, ...]))
        required = tuple(str(rule) for rule in broken if rule.is_required)
        if required:
            left_out.append(LeftOut(slug=slug, why=required))
            continue
        bodies = {form: texts[form] for form in job.feeds}
        if any(sizes[form] + len(body) + 1 > profile.most_bytes for form, body in bodies.items()):
            why = f"the feed has no room for it; {profile.partner} takes at most {profile.most_bytes:,} bytes"
            left_out.append(LeftOut(slug=slug, why=(why,)))
            continue
        for form, body in bodies.items():
            sizes[form] += len(body) + 1
        shown.append(bodies)
        if broken:
            warned.append(LeftOut(slug=slug, why=tuple(map(str, broken))))
        if len(shown) - withdrawn >= most:
            break
    changed = changed_feeds(job.feeds, shown, kept=job.kept, made_at=job.made_at, rank=job.rank, archives=0)
    entries = len(shown) - withdrawn
    report = PartnerReport(
        partner=partner.name,
        profile=partner.profile,
        paths=tuple(described.path for described in job.feeds.values()),
        entries=entries,
        withdrawn=withdrawn,
        left_out=tuple(left_out[:MOST_TOLD]),
        left_out_count=len(left_out),
        warned=tuple(warned[:MOST_TOLD]),
        warned_count=len(warned),
        feed=tuple(map(str, profile.broken_by_feed(WholeFeed(feed, entries)))),
    )
    return tuple(changed), report


def _texts(
    job: PartnerJob, feed: Feed, profile: Profile, entry_cache: EntryCache, packed: FeedEntry, entry: Entry
) -> Mapping[str, bytes]:
    """Return, under RULES, the rules that an entry breaks at any age and, unless one is required, each format of it."""

    def make(entry: Entry) -> Mapping[str, bytes]:
        copy = make_copy(entry, feed, profile)
        broken = profile.broken(copy)
        is_left_out = any(rule.is_required for rule in broken)
        return {RULES: pack(broken), **({} if is_left_out else render_item(copy.item, job.feeds))}

    return entry_cache.copied(packed, entry, language=job.partner.language, profile=job.partner.profile, make=make)
