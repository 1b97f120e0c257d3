"""The explanation of an article: where each part comes from, in sentences and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from feedsvc.articles.languages import paragraphs_of
from feedsvc.inspect.inspection import Finding
from feedsvc.inspect.provenance import confidence_words, date_words
from feedsvc.model.article import Article
from feedsvc.model.dates import Dateline, Timestamp


def explanation_fields(finding: Finding, languages: tuple[str, ...]) -> dict[str, Any]:
    """Return every field of the article, and its problems, as one JSON object.

    languages: of the site.
    """
    article = finding.article
    problems = [
        {"path": each.path, "line": each.line, "message": each.message, "severity": each.severity}
        for each in finding.problems
    ]
    if article is None:
        return {"id": None, "paths": list(finding.paths), "problems": problems}
    version = article.versions[0]
    authors = [dict(credit.name.items) for credit in article.credits if credit.role == "author"]
    editors = [credit.name.best()[1] for credit in article.credits if credit.role == "editor"]
    return {
        "id": article.id,
        "slug": article.slug,
        "state": article.state,
        "paths": list(finding.paths),
        "title": dict(article.title.items),
        "summary": dict(article.summary.items),
        "publisher": article.publisher,
        "editor": ", ".join(editors) or None,
        "authors": authors,
        "credits": [{"role": each.role, "name": dict(each.name.items)} for each in article.credits],
        "categories": list(article.categories),
        "tags": list(article.tags),
        "languages": list(article.languages),
        "paragraphs": _paragraphs(finding, languages),
        "dateline": _dateline(version.dateline),
        "published": _timestamp(version.published),
        "updated": _timestamp(version.updated),
        "versions": {
            each.language: {
                "dateline": _dateline(each.dateline),
                "published": _timestamp(each.published),
                "updated": _timestamp(each.updated),
            }
            for each in article.versions
        },
        "related": [{"title": each.title, "url": each.url} for each in article.wanted],
        "media": [{"url": each.url, "type": each.media_type, "bytes": each.bytes} for each in article.media],
        "problems": problems,
    }


def explanation_lines(finding: Finding) -> Iterator[str]:
    """Yield the explanation in lines for a desk editor."""
    article = finding.article
    yield f"Document: {', '.join(finding.paths)}"
    if article is not None:
        yield from _article_lines(article)
    for problem in finding.problems:
        yield f"{_SEVERITIES[problem.severity]}: {problem}"


_SEVERITIES = {"rejected": "Rejected", "held": "Held", "note": "Note"}


def _article_lines(article: Article) -> Iterator[str]:
    if article.state != "live":
        yield f"{article.state.capitalize()}: {article.reason or 'its documents are gone or held back'}"
    yield f"Id: {article.id}"
    yield f"Slug: {article.slug}"
    for language, title in article.title.items:
        yield f"Title ({language}): {title}"
    yield f"Publisher: {article.publisher or 'not named'}"
    for credit in article.credits:
        yield f"{credit.role.capitalize()}: {' / '.join(name for _, name in credit.name.items)}"
    yield f"Categories: {', '.join(article.categories)}"
    for version in article.versions:
        published = version.published
        yield f"Published ({version.language}): {date_words(published)}, {confidence_words(published)}"
        yield from (f"  {step}" for step in published.evidence)
        yield from (f"  But: {step}" for step in published.contradictions)
        if version.updated != published:
            yield f"Updated ({version.language}): {date_words(version.updated)}"
            yield from (f"  {step}" for step in version.updated.evidence)
    for language, summary in article.summary.items:
        yield f"Summary ({language}): {summary}"
    for wanted in article.wanted:
        yield f"Related: {' '.join(filter(None, (wanted.title, wanted.url)))}"


def _paragraphs(finding: Finding, languages: tuple[str, ...]) -> dict[str, int]:
    """Count by language; of documents that are copies of each other one is published."""
    counts: dict[str, int] = {}
    for draft in finding.drafts.values():
        for language, paragraphs in paragraphs_of(draft, languages).items():
            counts[language] = max(counts.get(language, 0), len(paragraphs))
    return counts


def _dateline(dateline: Dateline | None) -> dict[str, Any] | None:
    if dateline is None:
        return None
    fields = asdict(dateline)
    return {**fields, "places": list(dateline.places), "span": [dateline.span.start, dateline.span.end]}


def _timestamp(timestamp: Timestamp) -> dict[str, Any]:
    return {
        "instant": timestamp.instant.isoformat(),
        "precision": timestamp.precision,
        "provenance": timestamp.provenance,
        "text": timestamp.text,
        "inferred": list(timestamp.inferred),
        "evidence": list(timestamp.evidence),
        "contradictions": list(timestamp.contradictions),
        "confidence": timestamp.confidence,
    }
