"""Assemble articles from documents: what is held, what is wrong, what each article became."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feedsvc.errors import AheadError, DocumentError
from feedsvc.holding import active_holds
from feedsvc.identity import mint_slug, public_names, salt_slug
from feedsvc.intake import Taken
from feedsvc.model.articles import Article, Text, Version
from feedsvc.model.documents import Document, KnownDocument, Problem
from feedsvc.model.drafts import Arrived, Draft
from feedsvc.normalise import choose_drafts, languages_of, normalise, slug_wishes
from feedsvc.parsers import parse, text_of
from feedsvc.parsers.lines import line_number
from feedsvc.settings import Settings
from feedsvc.stores.passing import Pass

UNTIL_ALL_ARE_FREE = frozenset({"embargo", "hold", "advance"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Hold what became of an article in a pass; `before` is None for a new one, `after` is live or withdrawn."""

    before: Article | None
    after: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Hold a document of an article, and the draft in it."""

    document: KnownDocument
    arrived: Arrived


class Assembly:
    """Assemble every article that a pass touches, inside its transaction.

    taken: what the intake has read; other documents of an article are read from the store.
    now:   aware; the time of the pass.
    """

    def __init__(self, a_pass: Pass, settings: Settings, taken: Iterable[Taken], *, now: datetime) -> None:
        self._documents = a_pass.documents
        self._articles = a_pass.articles
        self._settings = settings
        self._languages = settings.site.languages
        self._now = now
        self._drafts = {(each.document.source, each.document.path): each.draft for each in taken}
        self._slugs: set[str] = set()

    def assemble(self, identity: str) -> Change | None:
        """Return what became of the article with that id; None when nothing did.

        A killed document takes the whole article out. One that is embargoed or held keeps a new article back whole,
        and takes its own languages out of a published one: what must not be used is not used.
        """
        known = self._articles.get(identity)
        sheets = [self._sheet(document) for document in self._documents.of(identity)]
        free = [sheet for sheet in sheets if not self._is_held(sheet)]
        kinds = {hold.kind for sheet in sheets if sheet not in free for hold in sheet.arrived.draft.holds}
        is_live = known is not None and known.state == "live"
        if not free or "kill" in kinds or (kinds & UNTIL_ALL_ARE_FREE and not is_live):
            return _withdrawn(known)
        chosen, rejected = choose_drafts([sheet.arrived for sheet in free], self._settings)
        for arrived, reason in rejected:
            self._reject(_sheet_of(free, arrived), reason)
        good = self._good(identity, [_sheet_of(free, arrived) for arrived in chosen], known)
        if len(good) < len(chosen) and known is not None and is_live:
            bad = [arrived for arrived in chosen if all(sheet.arrived is not arrived for sheet in good)]
            if any(set(languages_of(arrived, self._languages)) & set(known.languages) for arrived in bad):
                return self._kept(known, chosen)
        if not good:
            return None
        article = self._normalised(identity, good, known)
        return None if article == known else Change(before=known, after=article)

    def _sheet(self, document: KnownDocument) -> Sheet:
        key = (document.source, document.path)
        if key not in self._drafts:
            self._drafts[key] = self._parsed(document)
        arrived = Arrived(draft=self._drafts[key], arrival=document.arrival, live=document.live, digest=document.digest)
        return Sheet(document=document, arrived=arrived)

    def _parsed(self, document: KnownDocument) -> Draft:
        return parse(self._whole(document), encoding=self._encoding(document))[0]

    def _line(self, sheet: Sheet, offset: int | None) -> int | None:
        if offset is None:
            return None
        document = sheet.document
        return line_number(text_of(self._whole(document), encoding=self._encoding(document)), offset)

    def _encoding(self, document: KnownDocument) -> str | None:
        return next((each.encoding for each in self._settings.sources if each.name == document.source), None)

    def _whole(self, document: KnownDocument) -> Document:
        content = self._documents.content(document.digest)
        if content is None:
            raise DocumentError(f"{document.path}: its text is not in the store")
        return Document(
            source=document.source,
            path=document.path,
            content=content,
            arrival=document.arrival,
            fingerprint="",
            media_type="",
        )

    def _is_held(self, sheet: Sheet) -> bool:
        holds = active_holds(sheet.arrived.draft, now=self._now, site_zone=self._settings.site.time_zone)
        if holds:
            message = f"{holds[0].text!r} holds it back"
            self._reject(sheet, message, line=self._line(sheet, holds[0].span.start), held=True)
        return bool(holds)

    def _reject(self, sheet: Sheet, message: str, *, line: int | None = None, held: bool = False) -> None:
        """Remember what is wrong, and look at the document again at the next pass."""
        document = sheet.document
        problem = Problem(
            source=document.source,
            path=document.path,
            line=line,
            message=message,
            severity="held" if held else "rejected",
        )
        self._documents.put_problems(document.source, document.path, [problem])
        self._documents.put(replace(document, fingerprint=""))

    def _good(self, identity: str, sheets: Sequence[Sheet], known: Article | None) -> list[Sheet]:
        """Return the sheets that each make an article by itself, and report why the others do not."""
        good = []
        for sheet in sheets:
            try:
                self._normalise(identity, "slug", [sheet], known, {})
            except DocumentError as error:
                line = error.line or self._line(sheet, error.offset)
                self._reject(sheet, error.message, line=line, held=isinstance(error, AheadError))
            else:
                good.append(sheet)
        return good

    def _normalised(self, identity: str, sheets: Sequence[Sheet], known: Article | None) -> Article:
        drafts = [sheet.arrived.draft for sheet in sheets]
        slug = known.slug if known else self._slug(identity, drafts)
        self._articles.put_names(identity, public_names(identity, slug))
        article = self._normalise(identity, slug, sheets, known, self._former(known, sheets))
        for sheet in sheets:
            draft = sheet.arrived.draft
            notes = [problem for problem in article.problems if problem.path == draft.path]
            if draft.translation_of and len(sheets) == 1:
                message = f"translation_of {draft.translation_of.text!r} names no article that is here"
                notes.append(Problem(source=draft.source, path=draft.path, message=message, severity="note"))
            self._documents.put_problems(draft.source, draft.path, notes)
        return article

    def _normalise(
        self,
        identity: str,
        slug: str,
        sheets: Sequence[Sheet],
        known: Article | None,
        former: dict[str, Version],
    ) -> Article:
        arrived = [sheet.arrived for sheet in sheets]
        return normalise(
            arrived, identity=identity, slug=slug, known=known, former=former, settings=self._settings, now=self._now
        )

    def _former(self, known: Article | None, sheets: Sequence[Sheet]) -> dict[str, Version]:
        """Return the versions that a published article had once, in languages that come back to it."""
        if known is None:
            return {}
        coming = {language for sheet in sheets for language in languages_of(sheet.arrived, self._languages)}
        found = {
            language: self._articles.former_version(known.id, language) for language in coming - set(known.languages)
        }
        return {language: version for language, version in found.items() if version is not None}

    def _kept(self, known: Article, arrived: Sequence[Arrived]) -> Change | None:
        """Let an article stand until its document is cured, but for the languages that no document has any more."""
        there = {language for each in arrived for language in languages_of(each, self._languages)}
        if there >= set(known.languages):
            return None
        if not there & set(known.languages):
            return _withdrawn(known)
        after = replace(
            known,
            title=_only(known.title, there),
            summary=_only(known.summary, there),
            body=_only(known.body, there),
            versions=tuple(version for version in known.versions if version.language in there),
        )
        return Change(before=known, after=after)

    def _slug(self, identity: str, drafts: Sequence[Draft]) -> str:
        slug = mint_slug(slug_wishes(drafts, self._settings), identity=identity)
        if slug in self._slugs or self._articles.slug_taken(slug):
            slug = salt_slug(slug, identity=identity)
        self._slugs.add(slug)
        return slug


def _sheet_of(sheets: Sequence[Sheet], arrived: Arrived) -> Sheet:
    return next(sheet for sheet in sheets if sheet.arrived is arrived)


def _only(text: Text, languages: set[str]) -> Text:
    return Text(items=tuple(item for item in text.items if item[0] in languages))


def _withdrawn(known: Article | None) -> Change | None:
    if known is None or known.state != "live":
        return None
    return Change(before=known, after=replace(known, state="withdrawn", reason=None))
