"""Assemble articles from documents: which belong together, which are held, what each became."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from feedsvc.datelines import read_stated, resolve
from feedsvc.errors import AheadError, DateError, DocumentError
from feedsvc.identity import (
    called_names,
    declared_id,
    gist,
    is_another_story,
    mint_id,
    mint_slug,
    own_names,
    salt_slug,
    sought_names,
    split_language,
)
from feedsvc.intake import Taken
from feedsvc.model.articles import Article
from feedsvc.model.dates import Evidence
from feedsvc.model.documents import Document, KnownDocument, Problem
from feedsvc.model.drafts import Arrived, Draft, Hold
from feedsvc.normalise import choose_drafts, normalise, slug_wishes
from feedsvc.parsers import parse
from feedsvc.settings import Settings
from feedsvc.stores.passing import Pass

WITHDRAWING = frozenset({"kill", "draft"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Hold what became of an article in a pass; `before` is None for a new one, `after` is live or withdrawn."""

    before: Article | None
    after: Article


class Assembly:
    """Assemble every article that a pass touches, inside its transaction.

    now: aware; the time of the pass.
    """

    def __init__(self, a_pass: Pass, settings: Settings, *, now: datetime) -> None:
        self._documents = a_pass.documents
        self._articles = a_pass.articles
        self._settings = settings
        self._languages = settings.site.languages
        self._now = now
        self._drafts: dict[tuple[str, str], Draft] = {}
        self._slugs: set[str] = set()

    def assign(self, taken: Sequence[Taken]) -> set[str]:
        """Give each document its article, minting what is new; return the ids of all articles concerned.

        A translation that names its original finds it also when both are new.
        """
        concerned: set[str] = set()
        for each in sorted(taken, key=lambda each: each.draft.translation_of is not None):
            document, draft = each.document, each.draft
            self._drafts[document.source, document.path] = draft
            before = document.article
            another = before is not None and not draft.declared_id and is_another_story(document.gist, gist(draft))
            if before is None or another:
                before = None if another else self._found(document, draft)
                before = before or self._mint(document, draft, salted=another)
                document = replace(document, article=before, gist=gist(draft))
            else:
                document = replace(document, gist=gist(draft))
            self._documents.put(document)
            names = (*own_names(draft, self._languages), *called_names(draft))
            # A name belongs to the first that has it, unless another story has taken the place of the old one.
            holders = {} if another else self._articles.holders(names)
            self._articles.put_names(before, [name for name in names if holders.get(name, before) == before])
            concerned.add(before)
        return concerned

    def assemble(self, identity: str) -> Change | None:
        """Return what became of the article with that id; None when nothing did."""
        known = self._articles.get(identity)
        documents = self._documents.of(identity)
        if not documents:
            return self._withdraw(known, reason=None)
        arrived = [(document, self._arrived(document)) for document in documents]
        usable = [(document, each) for document, each in arrived if not self._held(document, each.draft)]
        if not usable:
            marks = {hold.kind for _, each in arrived for hold in each.draft.holds}
            return self._withdraw(known, reason=None) if marks & WITHDRAWING else None
        chosen, rejected = choose_drafts([each for _, each in usable], self._settings)
        for each, reason in rejected:
            self._reject(
                self._document(usable, each), Problem(source=each.draft.source, path=each.draft.path, message=reason)
            )
        article = self._normalised(identity, chosen, known, usable)
        if article is None or article == known:
            return None
        return Change(before=known, after=article)

    def _found(self, document: KnownDocument, draft: Draft) -> str | None:
        """Return the article that a new document belongs to: by a name, or because its very bytes are there."""
        names = sought_names(draft, self._languages)
        holders = self._articles.holders(names)
        named = next((holders[name] for name in names if name in holders), None)
        return named or self._documents.article_of_bytes(document.digest)

    def _mint(self, document: KnownDocument, draft: Draft, *, salted: bool) -> str:
        site = self._settings.site
        if draft.declared_id:
            return declared_id(site, draft.declared_id.text)
        seed = f"{document.source}/{split_language(document.path, self._languages)[0]}"
        identity = mint_id(site, seed)
        salt = 0
        while salted or self._articles.get(identity) is not None or self._documents.of(identity):
            salted = False
            salt += 1
            identity = mint_id(site, f"{document.source}/{document.path}#{salt}")
        return identity

    def _arrived(self, document: KnownDocument) -> Arrived:
        key = (document.source, document.path)
        if key not in self._drafts:
            content = self._documents.content(document.digest)
            if content is None:
                raise DocumentError(f"{document.path}: its text is not in the store")
            source = next((each for each in self._settings.sources if each.name == document.source), None)
            whole = Document(
                source=document.source,
                path=document.path,
                content=content,
                arrival=document.arrival,
                fingerprint="",
                media_type="",
            )
            self._drafts[key] = parse(whole, encoding=source.encoding if source else None)[0]
        draft = self._drafts[key]
        return Arrived(draft=draft, arrival=document.arrival, live=document.live, digest=document.digest)

    def _held(self, document: KnownDocument, draft: Draft) -> bool:
        """Return whether a mark keeps the document back, reporting it; only an embargo that has passed does not."""
        for hold in draft.holds:
            if not self._passed(hold):
                message = f"held: {hold.text!r}"
                self._reject(
                    document, Problem(source=document.source, path=document.path, message=message, severity="held")
                )
                return True
        return False

    def _passed(self, hold: Hold) -> bool:
        """Return whether an embargo is over: its whole text must be a date, and of a day alone the day must be over."""
        if hold.kind != "embargo":
            return False
        try:
            stated = read_stated(hold.text)
        except DateError:
            return False
        if stated is None or stated.letters or (stated.start, stated.end) != (0, len(hold.text.strip())):
            return False
        release = resolve(None, Evidence(stated=hold.text, site_zone=self._settings.site.time_zone))
        if release is None:
            return False
        if release.precision == "day":
            return release.instant.date() < self._now.astimezone(release.instant.tzinfo).date()
        return release.instant <= self._now

    def _reject(self, document: KnownDocument, problem: Problem) -> None:
        """Remember what is wrong, and look at the document again at the next pass."""
        self._documents.put_problems(document.source, document.path, [problem])
        self._documents.put(replace(document, fingerprint=""))

    def _normalised(
        self,
        identity: str,
        chosen: Sequence[Arrived],
        known: Article | None,
        documents: Sequence[tuple[KnownDocument, Arrived]],
    ) -> Article | None:
        """Return the article; a draft that has no date or no title is reported, and the others go on without it."""
        slug = known.slug if known else self._slug(identity, [each.draft for each in chosen])
        good = list(chosen)
        try:
            article = self._normalise(identity, slug, good, known)
        except DocumentError:
            good = [each for each in chosen if self._is_good(identity, slug, each, known, documents)]
            if not good:
                return None
            article = self._normalise(identity, slug, good, known)
        for each in good:
            mine = [problem for problem in article.problems if problem.path == each.draft.path]
            self._documents.put_problems(each.draft.source, each.draft.path, mine)
        return article

    def _is_good(
        self,
        identity: str,
        slug: str,
        arrived: Arrived,
        known: Article | None,
        documents: Sequence[tuple[KnownDocument, Arrived]],
    ) -> bool:
        """Return whether a draft makes an article by itself, reporting why not."""
        try:
            self._normalise(identity, slug, [arrived], known)
        except DocumentError as error:
            problem = Problem(
                source=arrived.draft.source,
                path=arrived.draft.path,
                line=error.line,
                message=error.message,
                severity="held" if isinstance(error, AheadError) else "rejected",
            )
            self._reject(self._document(documents, arrived), problem)
            return False
        return True

    def _normalise(self, identity: str, slug: str, arrived: Sequence[Arrived], known: Article | None) -> Article:
        return normalise(arrived, identity=identity, slug=slug, known=known, settings=self._settings, now=self._now)

    def _document(self, documents: Sequence[tuple[KnownDocument, Arrived]], arrived: Arrived) -> KnownDocument:
        return next(document for document, each in documents if each is arrived)

    def _slug(self, identity: str, drafts: Sequence[Draft]) -> str:
        slug = mint_slug(slug_wishes(drafts, self._settings), identity=identity)
        if slug in self._slugs or self._articles.slug_taken(slug):
            slug = salt_slug(slug, identity=identity)
        self._slugs.add(slug)
        return slug

    def _withdraw(self, known: Article | None, *, reason: str | None) -> Change | None:
        if known is None or known.state != "live":
            return None
        return Change(before=known, after=replace(known, state="withdrawn", reason=reason))
