"""Make what readers see in the place of an article that was withdrawn or corrected: a notice under the same id."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from feedsvc.identity import mint_slug
from feedsvc.model.articles import Article, Entry, Revision, Text, Version
from feedsvc.model.dates import Timestamp
from feedsvc.scripts import base

# Readers keep an entry that merely disappears; most have asked again within a week.
NOTICE = timedelta(days=7)
WORDS: Mapping[str, tuple[str, str, str]] = {  # a title, a title with what it was, a text
    "en": ("Withdrawn", "Withdrawn: {}", "This article was withdrawn. Please do not use it."),
    "zh": ("稿件已撤回", "已撤回：{}", "本稿已撤回，请勿使用。"),
}


def notice_of(entry: Entry, *, when: datetime) -> Entry:
    """Return the notice that stands for *entry*, an article that is withdrawn or killed since *when*.

    Of a withdrawn article it says the title and the reason, of a killed one nothing.
    """
    article = entry.article
    languages = article.languages
    titles, bodies = [], []
    for language, title in article.title.items:
        _, titled, text = _words(language)
        titles.append((language, titled.format(title) if article.state == "withdrawn" else title))
        reason = f"<p>{html.escape(article.reason)}</p>" if article.reason else ""
        bodies.append((language, f"<p>{text}</p>{reason}"))
    told = Article(
        id=article.id,
        slug=article.slug,
        source=article.source,
        origins=article.origins,
        title=Text(items=tuple(titles)),
        summary=Text(items=tuple((language, _words(language)[2]) for language in languages)),
        body=Text(items=tuple(bodies)),
        categories=article.categories,
        versions=tuple(_told(version, when) for version in article.versions),
        state=article.state,
        reason=article.reason,
    )
    return Entry(article=told, url=entry.url)


def correction_of(entry: Entry) -> Entry:
    """Return *entry*, which was corrected, as feeds of corrections show it.

    Its last correction stands at the head, whatever was said of it later, and dates it.
    """
    article = entry.article
    instant = article.corrected_at
    if instant is None:
        raise ValueError(f"{article.id}: was never corrected")
    versions = tuple(
        replace(
            version,
            updated=replace(version.updated, instant=instant.astimezone(version.updated.instant.tzinfo)),
            revised=Revision(take="correction", note=version.corrected.note, language=version.corrected.language)
            if version.corrected
            else version.revised,
        )
        for version in article.versions
    )
    return replace(entry, article=replace(article, versions=versions))


def erased(article: Article) -> Article:
    """Return what may be kept of *article* once it is killed: its id, its times, and where its documents lie."""
    return Article(
        id=article.id,
        slug=mint_slug((), identity=article.id),
        source=article.source,
        origins=article.origins,
        title=Text(items=tuple((language, _words(language)[0]) for language in article.languages)),
        summary=Text(),
        body=Text(),
        versions=tuple(
            replace(
                version,
                dateline=None,
                published=_bare(version.published),
                updated=_bare(version.updated),
                revised=None,
                corrected=None,
            )
            for version in article.versions
        ),
        state="killed",
    )


def _words(language: str) -> tuple[str, str, str]:
    return WORDS.get(base(language), WORDS["en"])


def _told(version: Version, when: datetime) -> Version:
    instant = max(when, version.updated.instant).astimezone(version.updated.instant.tzinfo)
    return replace(version, updated=replace(version.updated, instant=instant, precision="second"))


def _bare(timestamp: Timestamp) -> Timestamp:
    """Return *timestamp* without the words that it was read from, and those that say why."""
    return Timestamp(instant=timestamp.instant, precision=timestamp.precision, provenance=timestamp.provenance, text="")
