"""Turn drafts into an article: languages paired, dates resolved, categories settled, all of it made safe.

Bylines become credits: the same person's name in several languages is one credit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType

from feedsvc.articles.categories import categories_of, tags_of, unused_categories
from feedsvc.articles.dating import Dating, dateline_of, same_date
from feedsvc.articles.identity import ABSOLUTE_IRI, article_url, split_language
from feedsvc.articles.languages import NOTHING, Part, languages_of, parts_of, stranger, undecided
from feedsvc.articles.local_files import FilesOf, FoundFile, is_local
from feedsvc.articles.media import media_of, shown_files, shown_url, with_sizes
from feedsvc.articles.named_stories import BLANKED, line_names
from feedsvc.articles.references import Place, all_named, places_named, references_of
from feedsvc.articles.related import MOST_RELATED, names_of
from feedsvc.articles.revisions import corrected, revised
from feedsvc.config.settings import Settings, Site
from feedsvc.model.article import Article, Credit, Media, Reference, SourceFeed, Text, Version, WantedLink
from feedsvc.model.dates import Timestamp
from feedsvc.model.document import Problem
from feedsvc.model.draft import Arrived, Byline, Draft, Excerpt, Role
from feedsvc.model.errors import DateError, ParseError
from feedsvc.text.characters import clean_text, strip_unwanted
from feedsvc.text.html import SafeFragment
from feedsvc.text.scripts import match_language, tell_language
from feedsvc.text.web_addresses import absolute_url

MOST_MOVES = 10  # paths that an article is still found by
TAG = re.compile(r"<[^>]*>")
NAMES_APART = re.compile("[、，]")
# A blank parts two people, unless it only spreads a name of two characters: "李　明".
CHINESE_NAMES_APART = re.compile("[、，]|(?<=[\u3400-\u9fff]{2})[ \u3000]+(?=[\u3400-\u9fff]{2})")


def normalise(  # noqa: PLR0913  one caller, which names each of the ingredients of an article
    arrived: Sequence[Arrived],
    *,
    identity: str,
    slug: str,
    known: Article | None,
    former: Mapping[str, Version],
    files: Mapping[tuple[str, str], Mapping[str, FoundFile]] = MappingProxyType({}),
    settings: Settings,
    now: datetime,
) -> Article:
    """Return the article that drafts make together.

    arrived: its drafts in the order of first sight, no two with the same language (`choose_drafts` has seen to that).
    known:   the article as last published, whose dates move only for a reason; None when it is new.
    former:  versions in languages that it no longer has: a language that comes back is not new.
    files:   that the drafts name, by (source, path) of the draft and by the address as it is written.
    now:     aware; the time of the pass.
    raises:  ParseError when no draft has a title, DateError for an impossible date.
    source:  docs/internals/articles.md and dates.md.
    """
    site = settings.site
    spoken = spoken_languages(site.languages, known)
    titled = known.title if known else NOTHING
    for copy in arrived:
        if why := stranger(copy.draft, spoken):
            raise ParseError(why)
    parts = _in_order([part for copy in arrived for part in parts_of(copy, spoken, published=titled)], spoken)
    if not parts:
        raise ParseError("no title: no line of the head can be one", line=1)
    url = article_url(site.base_url, slug)
    drafts = [copy.draft for copy in arrived]
    languages = tuple([part.language for part in parts])
    title = Text(items=tuple([(part.language, part.title) for part in parts]))
    its_files = {
        id(draft): FilesOf(files.get((draft.source, draft.path), {}), base_url=site.base_url) for draft in drafts
    }
    bodies = [(part.language, part.body(base=url, files=its_files[id(part.arrived.draft)])) for part in parts]
    sizes = {address: file for found in its_files.values() for address, file in found.by_address.items()}
    sized = [(language, with_sizes(fragment.html, sizes, language=language)) for language, fragment in bodies]
    body = Text(items=tuple([(language, html) for language, html in sized if html]))
    datings = {
        id(copy): Dating(
            copy,
            now=now,
            site_zone=site.time_zone,
            languages=[part.language for part in parts if part.arrived is copy],
        )
        for copy in arrived
    }
    of_drafts: dict[int, list[str]] = {}
    for part in parts:
        of_drafts.setdefault(id(part.arrived.draft), []).append(part.language)
    media = media_of(drafts, its_files, languages=languages, spoken=of_drafts, base=url)
    versions: list[Version] = []
    unfit: dict[Problem, None] = {}
    for part in parts:
        dating = datings[id(part.arrived)]
        published = dating.by(part.dateline)
        draft, stated = part.arrived.draft, None
        if dating.unread is not None:
            unfit[_note(draft, f"the date is left out: {dating.unread.message}", offset=dating.unread.offset)] = None
        try:
            stated = dating.update_stated(part.dateline, published)
        except DateError as error:
            unfit[_note(draft, f"the update is left out: {error.message}", offset=error.offset)] = None
        if stated is not None and not published.instant <= stated.instant <= now:
            unfit |= dict.fromkeys(_unfit_update(draft, stated, published=published, now=now))
            stated = None
        is_changed = known is not None and known.state == "live" and _changed(title, body, known, part.language)
        versions.append(
            _version(part, published, stated, is_changed=is_changed, known=known, former=former, now=now, site=site)
        )
    return Article(
        id=identity,
        slug=slug,
        source=drafts[0].source,
        origins=tuple([draft.path for draft in drafts]),
        title=title,
        summary=Text(items=tuple([(part.language, part.summary) for part in parts if part.summary])),
        body=body,
        credits=credits_of(drafts, languages),
        publisher=next((clean_text(draft.publisher.text)[0] for draft in drafts if draft.publisher), None),
        categories=categories_of(drafts, settings),
        tags=tags_of(drafts, settings),
        wanted=wanted_of(drafts, base=url, site=site),
        references=_references(parts, bodies, drafts, files=its_files, base=url, site=site),
        media=media,
        versions=tuple(versions),
        kind=drafts[0].kind,
        problems=(
            *_notes(drafts, versions, settings, base=url, spoken=spoken, published=titled),
            *_without_sound(drafts[0], media, categories_of(drafts, settings), settings),
            *_left_out(parts),
            *_files_told(drafts, its_files),
            *unfit,
        ),
        moved_from=_moved_from(drafts, known),
        named=tuple(dict.fromkeys([name for draft in drafts for name in names_of(draft)])),
        canonical=next(filter(None, (_web_address(draft.canonical) for draft in drafts)), None),
        license=next(filter(None, (_web_address(draft.license) for draft in drafts)), None),
        usage_terms=next((clean_text(draft.rights.text)[0] for draft in drafts if draft.rights), None),
        files=shown_files(its_files.values(), body, media),
        episode=next((draft.episode for draft in drafts if draft.episode), None),
        source_feed=next(filter(None, map(_source_feed, drafts)), None),
    )


# Types that Apple's directory takes; source: podcasters.apple.com, requirements of RSS feeds.
TAKEN = frozenset({"audio/mpeg", "audio/mp4", "audio/x-m4a", "video/mp4", "video/quicktime", "video/x-m4v"})


def _without_sound(
    draft: Draft, media: Sequence[Media], categories: Sequence[str], settings: Settings
) -> Iterator[Problem]:
    """Yield the note that an article in a podcast is no episode, or one that Apple does not take."""
    podcasts = [category.slug for category in settings.categories if category.podcast and category.slug in categories]
    if not podcasts:
        return
    played = next((medium for medium in media if medium.is_played), None)
    if played is None:
        cure = "name its file in enclosures"
        yield _note(draft, f"the category {podcasts[0]} is a podcast, and this article has no sound or film; {cure}")
    elif played.media_type not in TAKEN:
        what = f"podcast apps of Apple do not play {played.media_type}"
        yield _note(draft, f"{what}; export the episode as MP3, M4A, MP4 or MOV")


def _files_told(drafts: Sequence[Draft], files: Mapping[int, FilesOf]) -> Iterator[Problem]:
    for draft in drafts:
        for found in files[id(draft)].found.values():
            if found.told is not None:
                yield _note(draft, found.told, offset=found.wanted.offset)


def _references(
    parts: Sequence[Part],
    bodies: Sequence[tuple[str, SafeFragment]],
    drafts: Sequence[Draft],
    *,
    files: Mapping[int, FilesOf],
    base: str,
    site: Site,
) -> tuple[Reference, ...]:
    """Return the references of all bodies and media, the first of those that became one address."""
    found: dict[str, Reference] = {}
    for part, (_, fragment) in zip(parts, bodies, strict=True):
        if fragment.links or fragment.pictures or fragment.others:
            place = Place.of(part.arrived.draft, site.languages, site.base_url)
            for reference in references_of(fragment.links, fragment.pictures, fragment.others, place):
                found.setdefault(reference.address, reference)
    for draft in drafts:
        for enclosure in draft.enclosures:
            for url in (enclosure.url, *enclosure.instead):
                address = shown_url(url, files[id(draft)], base=base)
                hiding = all_named(url, Place.of(draft, site.languages, site.base_url)) if address else ()
                if address and hiding:
                    reference = Reference(written=url, address=address, hiding=hiding, is_told=False)
                    found.setdefault(address, reference)
    return tuple(found.values())


def _moved_from(drafts: Sequence[Draft], known: Article | None) -> tuple[str, ...]:
    """Return the last paths that documents of the article had before, which links may still name."""
    if known is None:
        return ()
    now = {draft.path for draft in drafts}
    former = dict.fromkeys((*known.moved_from, *known.origins))
    return tuple(path for path in former if path not in now)[-MOST_MOVES:]


def spoken_languages(languages: Sequence[str], known: Article | None) -> tuple[str, ...]:
    """Return the *languages* of the site, and those of the published article, which no change of settings removes."""
    return tuple(dict.fromkeys((*languages, *(known.languages if known else ()))))


def choose_drafts(
    arrived: Sequence[Arrived], settings: Settings, *, known: Article | None
) -> tuple[tuple[Arrived, ...], tuple[tuple[Arrived, str], ...]]:
    """Return the drafts that an article is made of, and the rejected ones, each with the reason.

    A draft in another language pairs. In the same language, a draft with a take mark replaces the first, the same bytes
    add only their category, and any other draft is rejected, with a reason that names the first.
    """
    if len(arrived) == 1:
        return tuple(arrived), ()
    languages = spoken_languages(settings.site.languages, known)
    mine_of = partial(languages_of, languages=languages, published=known.title if known else NOTHING)
    chosen: list[Arrived] = []
    rejected: list[tuple[Arrived, str]] = []
    for copy in arrived:
        mine = mine_of(copy)
        rivals = [other for other in chosen if mine & mine_of(other)]
        if not rivals or any(other.digest == copy.digest for other in rivals):
            chosen.append(copy)
        elif copy.draft.take != "new":
            chosen = [other for other in chosen if other not in rivals] + [copy]
        else:
            shared = ", ".join(sorted(mine & mine_of(rivals[0])))
            rejected.append((copy, f"is the same article in the same language ({shared}) as {rivals[0].draft.path}"))
    return tuple(chosen), tuple(rejected)


def slug_wishes(drafts: Sequence[Draft], settings: Settings) -> Iterator[str]:
    """Yield texts to make a slug of, best first: a declared slug, the titles, the file's name."""
    yield from (draft.slug.text for draft in drafts if draft.slug)
    yield from (headline.text for draft in drafts for headline in draft.headlines)
    for draft in drafts:
        yield split_language(draft.path, settings.site.languages)[0].rsplit("/", 1)[-1]


def words(html: str) -> list[str]:
    """Return the words of safe HTML, whose change a reader would notice."""
    return TAG.sub(" ", html).split()


def _in_order(parts: Sequence[Part], languages: Sequence[str]) -> tuple[Part, ...]:
    """Return the first part of each language, in the site's order, those with a body before those without."""
    first: dict[str, Part] = {}
    for part in parts:
        first.setdefault(part.language, part)
    ordered = [first[language] for language in languages if language in first]
    return tuple(sorted(ordered, key=lambda part: not part.paragraphs))


def _version(  # noqa: PLR0913 -- one version and all that bears on it
    part: Part,
    published: Timestamp,
    stated: Timestamp | None,
    *,
    is_changed: bool,
    known: Article | None,
    former: Mapping[str, Version],
    now: datetime,
    site: Site,
) -> Version:
    draft, language, dateline = part.arrived.draft, part.language, part.dateline
    before = known.version(language) if known and language in known.languages else former.get(language)
    if known is None or before is None:
        updated = stated or published
        return Version(
            language=language,
            dateline=dateline,
            published=published,
            updated=updated,
            revised=revised(draft, language, languages=site.languages, before=None, is_changed=False),
            corrected=corrected(
                draft, language, languages=site.languages, before=None, is_changed=False, when=updated.instant
            ),
        )
    is_same = same_date(before.published, published, datelines=(before.dateline, dateline))
    if is_same or published.provenance == "arrival" or _states_update_only(draft, published):
        published = before.published
    note = revised(draft, language, languages=site.languages, before=before.revised, is_changed=is_changed)
    if known.state == "live" and not is_changed and note == before.revised:
        return replace(before, dateline=dateline, published=published, updated=_later(before.updated, published))
    correct = partial(corrected, draft, language, languages=site.languages, before=before, is_changed=is_changed)
    before = replace(before, dateline=dateline, published=published, revision=before.revision + 1, revised=note)
    if known.state == "live" and draft.minor:
        return replace(before, corrected=correct(when=now.replace(microsecond=0)))
    if stated is None or stated.instant <= before.updated.instant:
        stated = Timestamp(
            instant=now.astimezone(published.instant.tzinfo).replace(microsecond=0),
            precision="second",
            provenance="revision",
            text="",
            evidence=("The words changed, or it came back; this is when that was published.",),
        )
    updated = _later(stated, published)
    return replace(before, updated=updated, corrected=correct(when=updated.instant))


def _later(updated: Timestamp, published: Timestamp) -> Timestamp:
    return updated if updated.instant >= published.instant else published


def _changed(title: Text, body: Text, known: Article, language: str) -> bool:
    """Return whether a reader would see other words in *language* than before."""
    return title.get(language) != known.title.get(language) or words(body.get(language) or "") != words(
        known.body.get(language) or ""
    )


def _states_update_only(draft: Draft, published: Timestamp) -> bool:
    """Return whether *published* is the date of an update, which is not that of the first publication."""
    labels = {date.label for date in draft.dates}
    return published.provenance == "stated" and "updated" in labels and "date" not in labels


def _notes(
    drafts: Sequence[Draft],
    versions: Sequence[Version],
    settings: Settings,
    *,
    base: str,
    spoken: Sequence[str],
    published: Text,
) -> tuple[Problem, ...]:
    """Return the notes for the editor of a published article."""
    notes: list[Problem] = []
    related = 0
    for draft in drafts:
        if draft.related or draft.enclosures:
            notes += broken_links(draft, base=base)
        related += len(draft.related)
        if draft.related and related > MOST_RELATED:
            message = f"names {related} related stories; the first {MOST_RELATED} are used, the others are left out"
            notes.append(_note(draft, message))
        if why := undecided(draft, spoken, published=published):
            notes.append(_note(draft, why))
        if not draft.paragraphs:
            notes.append(_note(draft, "has a headline and no text; it is published as a headline alone"))
        removed = _forbidden(draft)
        if removed:
            message = f"{removed} character{'s' if removed > 1 else ''} that XML forbids removed"
            notes.append(_note(draft, message))
        notes += [
            _note(draft, remark.text, line=remark.line) for remark in (*draft.remarks, *draft.misspelt, *draft.left_out)
        ]
    notes += [_note(draft, why, offset=offset) for draft, why, offset in unused_categories(drafts, settings)]
    said = dict.fromkeys(step for version in versions for step in version.published.contradictions)
    return (*notes, *(_note(drafts[0], step) for step in said))


def _unfit_update(draft: Draft, stated: Timestamp, *, published: Timestamp, now: datetime) -> Iterator[Problem]:
    """Yield the note that an update does not count; none where its day, all that it states, is that of the date."""
    if stated.instant > now:
        why = "lies ahead"
    elif stated.precision == "day" and stated.instant.date() == published.instant.date():
        return
    else:
        why = f"lies before the date, {published.instant.isoformat()}"
    offset = next((date.span.start for date in draft.dates if date.text == stated.text), None)
    message = f"the update {stated.text!r}, {stated.instant.isoformat()}, {why}; it is left out"
    yield _note(draft, message, offset=offset)


def _web_address(excerpt: Excerpt | None) -> str | None:
    return absolute_url(excerpt.text, base="https://none.invalid") if excerpt else None


def _source_feed(draft: Draft) -> SourceFeed | None:
    """Return the feed that *draft* was taken from; a feed whose id is no IRI is known by its address."""
    url = _web_address(draft.source_feed)
    identity = draft.source_feed_id.text if draft.source_feed_id else ""
    return SourceFeed(url=url, id=identity if ABSOLUTE_IRI.fullmatch(identity) else url) if url else None


def _left_out(parts: Sequence[Part]) -> Iterator[Problem]:
    """Yield a note for each part whose body lacks pictures that its document has."""
    for part in parts:
        count = part.left_out()
        if count:
            several = "1 picture is" if count == 1 else f"{count} pictures are"
            why = "the address is no web address, or the picture is written in the text and over 10 kB"
            yield _note(part.arrived.draft, f"{several} left out: {why}")


def _note(draft: Draft, message: str, *, line: int | None = None, offset: int | None = None) -> Problem:
    return Problem(
        source=draft.source,
        path=draft.path,
        line=line,
        message=clean_text(message)[0],
        severity="note",
        offset=offset,
    )


def _forbidden(draft: Draft) -> int:
    texts = [headline.text for headline in (*draft.headlines, *draft.summaries)]
    texts += [paragraph.text for paragraph in draft.paragraphs]
    return sum([strip_unwanted(text)[1] for text in texts if not text.isprintable()])


def credits_of(drafts: Sequence[Draft], languages: Sequence[str]) -> tuple[Credit, ...]:
    """Return the credits of an article, role by role in the order found.

    Names are paired over languages by their order where each language names as many people; a reporter whom only the
    dateline names is an author.
    """
    roles: dict[Role, dict[str, list[str]]] = {}
    for draft in drafts:
        for byline in draft.bylines:
            _add(roles, byline.role, _language(byline, languages), byline.name)
    for draft in drafts:
        for dateline in draft.datelines:
            if not dateline.reporter:
                continue
            language = match_language(dateline.language, languages) or languages[0]
            if language not in roles.get("author", {}) and dateline_of(draft, language) == dateline:
                apart = CHINESE_NAMES_APART if dateline.language == "zh" else NAMES_APART
                for name in apart.split(dateline.reporter):
                    _add(roles, "author", language, name)
    return tuple([credit for role, names in roles.items() for credit in _paired(role, names, languages)])


def _add(roles: dict[Role, dict[str, list[str]]], role: Role, language: str, name: str) -> None:
    clean = clean_text(name)[0]
    names = roles.setdefault(role, {}).setdefault(language, [])
    if clean and clean not in names:
        names.append(clean)


def _paired(role: Role, names: dict[str, list[str]], languages: Sequence[str]) -> list[Credit]:
    ordered = [language for language in languages if names.get(language)]
    if len(ordered) > 1 and len({len(names[language]) for language in ordered}) == 1:
        return [
            Credit(name=Text(items=tuple(zip(ordered, people, strict=True))), role=role)
            for people in zip(*[names[language] for language in ordered], strict=True)
        ]
    return [Credit(name=Text(items=((language, name),)), role=role) for language in ordered for name in names[language]]


def _language(byline: Byline, languages: Sequence[str]) -> str:
    declared = match_language(byline.language, languages) if byline.language else None
    return declared or tell_language(byline.name, languages) or languages[0]


def wanted_of(drafts: Sequence[Draft], *, base: str, site: Site) -> tuple[WantedLink, ...]:
    """Return the links that related lines ask for, each once, at most MOST_RELATED.

    A broken address leaves its title to be looked up.
    """
    lines = [(line, draft) for draft in drafts for line in draft.related]
    wanted = (
        WantedLink(
            title=clean_text(line.title)[0],
            url=absolute_url(line.url, base=base) if line.url is not None else None,
            places=places_named(line.url or line.title, Place.of(draft, site.languages, site.base_url)),
            hiding=line_names(line, Place.of(draft, site.languages, site.base_url)),
        )
        for line, draft in lines[:MOST_RELATED]
    )
    return tuple(dict.fromkeys(wanted_link for wanted_link in wanted if wanted_link.title or wanted_link.url))


def broken_links(draft: Draft, *, base: str) -> Iterator[Problem]:
    """Yield a note for each address of a draft that is no web address."""
    urls = [line.url for line in draft.related[:MOST_RELATED] if line.url is not None]
    whole = [enclosure.url for enclosure in draft.enclosures if not is_local(enclosure.url)]
    for url in (*urls, *whole):
        if absolute_url(url, base=base) is None and not BLANKED.fullmatch(url):
            message = clean_text(f"{url!r} is no web address; it is left out")[0]
            yield Problem(source=draft.source, path=draft.path, message=message, severity="note")
