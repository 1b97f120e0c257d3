"""Turn drafts into an article: languages paired, dates resolved, categories settled, all of it made safe."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from feedsvc.attachments import broken_links, media_of, wanted_of
from feedsvc.bylines import credits_of
from feedsvc.content import clean_text
from feedsvc.dating import date_draft, dateline_of, same_date, stated_instant
from feedsvc.errors import ParseError
from feedsvc.identity import article_url, split_language
from feedsvc.model.articles import Article, Text, Version
from feedsvc.model.dates import Timestamp
from feedsvc.model.documents import Problem
from feedsvc.model.drafts import Arrived, Draft
from feedsvc.parts import Part, parts_of
from feedsvc.related import fold_title
from feedsvc.revising import corrected, revised
from feedsvc.scripts import match_language
from feedsvc.settings import Settings, Site

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
    source:  docs/design.md, sections 4 and 5.
    """
    site = settings.site
    for each in arrived:
        _check_language(each.draft, site.languages)
    parts = _in_order([part for each in arrived for part in parts_of(each, site.languages)], site.languages)
    if not parts:
        raise ParseError("no title: no line of the head can be one", line=1)
    url = article_url(site.base_url, slug)
    drafts = [each.draft for each in arrived]
    bodies = [(part.language, part.body(base=url)) for part in parts]
    article = Article(
        id=identity,
        slug=slug,
        source=drafts[0].source,
        origins=tuple(draft.path for draft in drafts),
        title=Text(items=tuple((part.language, part.title) for part in parts)),
        summary=Text(items=tuple((part.language, part.summary) for part in parts if part.summary)),
        body=Text(items=tuple((language, body) for language, body in bodies if body)),
        credits=credits_of(drafts, tuple(part.language for part in parts)),
        publisher=next((clean_text(draft.publisher.text)[0] for draft in drafts if draft.publisher), None),
        categories=_categories(drafts, settings),
        tags=tuple(dict.fromkeys(clean_text(tag.text)[0] for draft in drafts for tag in draft.tags)),
        wanted=wanted_of(drafts, base=url),
        media=media_of(drafts, language=parts[0].language, base=url),
        kind=drafts[0].kind,
    )
    versions = tuple(_version(part, article, known=known, former=former, now=now, site=site) for part in parts)
    return replace(article, versions=versions, problems=_notes(drafts, versions, settings, base=url))


def choose_drafts(
    arrived: Sequence[Arrived], settings: Settings
) -> tuple[tuple[Arrived, ...], tuple[tuple[Arrived, str], ...]]:
    """Return the drafts that an article is made of, and those that cannot be, each with the reason.

    Another language pairs. The same language with a take mark replaces what it had; the same bytes once more add
    only their category; the same language once more, unmarked, is rejected, naming the first.
    """
    if len(arrived) == 1:
        return tuple(arrived), ()
    chosen: list[Arrived] = []
    rejected: list[tuple[Arrived, str]] = []
    for each in arrived:
        mine = languages_of(each, settings.site.languages)
        rivals = [other for other in chosen if mine & languages_of(other, settings.site.languages)]
        if not rivals or any(other.digest == each.digest for other in rivals):
            chosen.append(each)
        elif each.draft.take != "new":
            chosen = [other for other in chosen if other not in rivals] + [each]
        else:
            shared = ", ".join(sorted(mine & languages_of(rivals[0], settings.site.languages)))
            rejected.append((each, f"is the same article in the same language ({shared}) as {rivals[0].draft.path}"))
    return tuple(chosen), tuple(rejected)


def slug_wishes(drafts: Sequence[Draft], settings: Settings) -> tuple[str, ...]:
    """Return what a slug may be made of, best first: a declared slug, the titles, the file's name."""
    declared = [draft.slug.text for draft in drafts if draft.slug]
    titles = [headline.text for draft in drafts for headline in draft.headlines]
    stems = [split_language(draft.path, settings.site.languages)[0].rsplit("/", 1)[-1] for draft in drafts]
    return (*declared, *titles, *stems)


def words(html: str) -> list[str]:
    """Return the words of safe HTML: what a reader would notice the change of."""
    return TAG.sub(" ", html).split()


def languages_of(arrived: Arrived, languages: Sequence[str]) -> frozenset[str]:
    """Return the languages, of those of the site, that a draft has a title for."""
    return frozenset(part.language for part in parts_of(arrived, languages))


def _check_language(draft: Draft, languages: Sequence[str]) -> None:
    """Refuse a draft in a language that the site has not: it would be shown as one that it is not."""
    if draft.language and match_language(draft.language, languages) is None:
        raise ParseError(f"language {draft.language!r} is not one of the site's: {', '.join(languages)}")


def _in_order(parts: Sequence[Part], languages: Sequence[str]) -> tuple[Part, ...]:
    """Return the first part of each language, in the site's order, those with a body before those without."""
    first: dict[str, Part] = {}
    for part in parts:
        first.setdefault(part.language, part)
    ordered = [first[language] for language in languages if language in first]
    return tuple(sorted(ordered, key=lambda part: not part.paragraphs))


def _version(
    part: Part,
    article: Article,
    *,
    known: Article | None,
    former: Mapping[str, Version],
    now: datetime,
    site: Site,
) -> Version:
    draft, language = part.arrived.draft, part.language
    dateline = dateline_of(draft, language)
    published = date_draft(part.arrived, language, now=now, site_zone=site.time_zone)
    stated = stated_instant(draft, "updated", like=published, site_zone=site.time_zone)
    if stated is not None and not published.instant <= stated.instant <= now:
        stated = None
    before = known.version(language) if known and language in known.languages else former.get(language)
    if known is None or before is None:
        note = revised(draft, language, languages=site.languages, before=None, is_changed=False)
        correct = partial(corrected, draft, language, languages=site.languages, before=None, is_changed=False)
        updated = stated or published
        return Version(
            language=language,
            dateline=dateline,
            published=published,
            updated=updated,
            revised=note,
            corrected=correct(when=updated.instant),
        )
    if published.provenance == "arrival" or same_date(
        before.published, published, datelines=(before.dateline, dateline)
    ):
        published = before.published
    is_changed = known.state == "live" and _changed(article, known, language)
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


def _changed(article: Article, known: Article, language: str) -> bool:
    """Return whether a reader would see other words in *language* than before."""
    return article.title.get(language) != known.title.get(language) or words(article.body.get(language) or "") != words(
        known.body.get(language) or ""
    )


def _categories(drafts: Sequence[Draft], settings: Settings) -> tuple[str, ...]:
    """Return the categories that documents name, else those of their outermost known folders, else the source's."""
    named = [_category(name.text, settings) for draft in drafts for name in draft.categories]
    found = [slug for slug in named if slug]
    slugs = {category.slug for category in settings.categories}
    for draft in drafts:
        if not any(_category(name.text, settings) for name in draft.categories):
            folders = draft.path.split("/")[:-1]
            found += [folder for folder in folders if folder in slugs][:1]
    default = next((each.category for each in settings.sources if each.name == drafts[0].source), None)
    return tuple(dict.fromkeys(found)) or (default or settings.sources[0].category,)


def _category(name: str, settings: Settings) -> str | None:
    """Return the slug of the category that *name* means: a slug or a title, in any language."""
    wanted = fold_title(name)
    for category in settings.categories:
        if wanted in {fold_title(category.slug), *(fold_title(title) for _, title in category.title.items)}:
            return category.slug
    return None


def _notes(
    drafts: Sequence[Draft], versions: Sequence[Version], settings: Settings, *, base: str
) -> tuple[Problem, ...]:
    """Return what an editor should know although the article is published."""
    notes: list[Problem] = []
    for draft in drafts:
        notes += broken_links(draft, base=base)
        removed = _forbidden(draft)
        if removed:
            message = f"{removed} character{'s' if removed > 1 else ''} that XML forbids removed"
            notes.append(_note(draft, message))
        notes += [
            _note(draft, f"category {name.text!r} is not in categories.toml")
            for name in draft.categories
            if _category(name.text, settings) is None
        ]
        notes += [_note(draft, each.text) for each in draft.misspelt]
    said = dict.fromkeys(step for version in versions for step in version.published.contradictions)
    return (*notes, *(_note(drafts[0], step) for step in said))


def _note(draft: Draft, message: str) -> Problem:
    return Problem(source=draft.source, path=draft.path, message=clean_text(message)[0], severity="note")


def _forbidden(draft: Draft) -> int:
    excerpts = [each.text for each in (*draft.headlines, *draft.summaries)]
    return sum(clean_text(text)[1] for text in (*excerpts, *(each.text for each in draft.paragraphs)))
