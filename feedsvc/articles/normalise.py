"""Turn drafts into an article: languages paired, dates resolved, categories settled, all of it made safe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial

from feedsvc.articles.credits import broken_links, credits_of, media_of, wanted_of
from feedsvc.articles.dating import Dating, same_date, stated_instant
from feedsvc.articles.headline_languages import NOTHING, stranger, undecided
from feedsvc.articles.identity import article_url, split_language
from feedsvc.articles.languages import Part, languages_of, parts_of
from feedsvc.articles.revisions import corrected, revised
from feedsvc.articles.title_keys import MOST_RELATED, fold_title
from feedsvc.config.settings import Settings, Site
from feedsvc.model.article import Article, Text, Version
from feedsvc.model.dates import Timestamp
from feedsvc.model.document import Problem
from feedsvc.model.draft import Arrived, Draft
from feedsvc.model.errors import ParseError
from feedsvc.text.characters import clean_text, strip_unwanted

TAG = re.compile(r"<[^>]*>")


def normalise(
    arrived: Sequence[Arrived],
    *,
    identity: str,
    slug: str,
    known: Article | None,
    former: Mapping[str, Version],
    settings: Settings,
    now: datetime,
) -> Article:
    """Return the article that drafts make together.

    arrived: its drafts in the order of first sight, no two with the same language (`choose_drafts` has seen to that).
    known:   the article as it was last published, so that its dates move for a reason only; None when it is new.
    former:  versions that it once had in languages that it has not now: a language that comes back is not new.
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
    bodies = [(part.language, part.body(base=url)) for part in parts]
    body = Text(items=tuple([each for each in bodies if each[1]]))
    datings = {id(copy): Dating(copy, now=now, site_zone=site.time_zone) for copy in arrived}
    versions = []
    for part in parts:
        published = datings[id(part.arrived)].by(part.dateline)
        is_changed = known is not None and known.state == "live" and _changed(title, body, known, part.language)
        versions.append(
            _version(part, published, is_changed=is_changed, known=known, former=former, now=now, site=site)
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
        categories=_categories(drafts, settings),
        tags=tuple(dict.fromkeys([clean_text(tag.text)[0] for draft in drafts for tag in draft.tags])),
        wanted=wanted_of(drafts, base=url),
        media=media_of(drafts, language=languages[0], base=url),
        versions=tuple(versions),
        kind=drafts[0].kind,
        problems=(
            *_notes(drafts, versions, settings, base=url, spoken=spoken, published=titled),
            *_left_out(parts, body),
        ),
    )


def spoken_languages(languages: Sequence[str], known: Article | None) -> tuple[str, ...]:
    """Return the *languages* of the site, and those that the article is published in, which it never loses by them."""
    return tuple(dict.fromkeys((*languages, *(known.languages if known else ()))))


def choose_drafts(
    arrived: Sequence[Arrived], settings: Settings, *, known: Article | None
) -> tuple[tuple[Arrived, ...], tuple[tuple[Arrived, str], ...]]:
    """Return the drafts that an article is made of, and those that cannot be, each with the reason.

    Another language pairs. The same language with a take mark replaces what it had; the same bytes once more add
    only their category; the same language once more, unmarked, is rejected, naming the first.
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
    """Yield what a slug may be made of, best first: a declared slug, the titles, the file's name."""
    yield from (draft.slug.text for draft in drafts if draft.slug)
    yield from (headline.text for draft in drafts for headline in draft.headlines)
    for draft in drafts:
        yield split_language(draft.path, settings.site.languages)[0].rsplit("/", 1)[-1]


def words(html: str) -> list[str]:
    """Return the words of safe HTML: what a reader would notice the change of."""
    return TAG.sub(" ", html).split()


def _in_order(parts: Sequence[Part], languages: Sequence[str]) -> tuple[Part, ...]:
    """Return the first part of each language, in the site's order, those with a body before those without."""
    first: dict[str, Part] = {}
    for part in parts:
        first.setdefault(part.language, part)
    ordered = [first[language] for language in languages if language in first]
    return tuple(sorted(ordered, key=lambda part: not part.paragraphs))


def _version(
    part: Part,
    published: Timestamp,
    *,
    is_changed: bool,
    known: Article | None,
    former: Mapping[str, Version],
    now: datetime,
    site: Site,
) -> Version:
    draft, language, dateline = part.arrived.draft, part.language, part.dateline
    stated = stated_instant(draft, "updated", like=published, site_zone=site.time_zone)
    if stated is not None and not published.instant <= stated.instant <= now:
        stated = None
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
    if published.provenance == "arrival" or same_date(
        before.published, published, datelines=(before.dateline, dateline)
    ):
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


def _categories(drafts: Sequence[Draft], settings: Settings) -> tuple[str, ...]:
    """Return the categories that documents name, else those of their outermost known folders, else the source's."""
    named: list[str] = []
    folders: list[str] = []
    for draft in drafts:
        own = [slug for name in draft.categories if (slug := _category(name.text, settings))]
        named += own
        if not own:
            slugs = [category.slug for category in settings.categories]
            folders += [folder for folder in draft.path.split("/")[:-1] if folder in slugs][:1]
    if found := dict.fromkeys((*named, *folders)):
        return tuple(found)
    default = next((source.category for source in settings.sources if source.name == drafts[0].source), None)
    return (default or settings.sources[0].category,)


def _category(name: str, settings: Settings) -> str | None:
    """Return the slug of the category that *name* means: a slug or a title, in any language."""
    wanted = fold_title(name)
    for category in settings.categories:
        if wanted in _names(category.slug, category.title.items):
            return category.slug
    return None


@lru_cache(maxsize=1024)  # the same for every article
def _names(slug: str, titles: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset((fold_title(slug), *(fold_title(title) for _, title in titles)))


def _notes(
    drafts: Sequence[Draft],
    versions: Sequence[Version],
    settings: Settings,
    *,
    base: str,
    spoken: Sequence[str],
    published: Text,
) -> tuple[Problem, ...]:
    """Return what an editor should know although the article is published."""
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
        removed = _forbidden(draft)
        if removed:
            message = f"{removed} character{'s' if removed > 1 else ''} that XML forbids removed"
            notes.append(_note(draft, message))
        notes += [
            _note(draft, f"category {name.text!r} is not in categories.toml", offset=name.span.start)
            for name in draft.categories
            if _category(name.text, settings) is None
        ]
        notes += [_note(draft, remark.text, line=remark.line) for remark in (*draft.remarks, *draft.misspelt)]
    said = dict.fromkeys(step for version in versions for step in version.published.contradictions)
    return (*notes, *(_note(drafts[0], step) for step in said))


def _left_out(parts: Sequence[Part], body: Text) -> Iterator[Problem]:
    """Yield a note for each part whose body lacks pictures that its document has."""
    for part in parts:
        count = part.left_out(body.get(part.language) or "")
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
