"""Say which article each document belongs to: its own, another's, or a new one with a new id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feedsvc.identity import (
    called_names,
    declared_id,
    gist,
    is_another_story,
    is_minted,
    is_retitled,
    mint_id,
    own_names,
    path_names,
    sought_names,
    split_language,
)
from feedsvc.intake import Taken
from feedsvc.model.documents import KnownDocument
from feedsvc.model.drafts import Draft
from feedsvc.settings import Settings
from feedsvc.stores.passing import Pass


class Joining:
    """Join documents to articles, inside the transaction of a pass."""

    def __init__(self, a_pass: Pass, settings: Settings) -> None:
        self._documents = a_pass.documents
        self._articles = a_pass.articles
        self._site = settings.site
        self._languages = settings.site.languages

    def assign(self, taken: Sequence[Taken], *, moved: Sequence[KnownDocument]) -> set[str]:
        """Give each document its article, minting what is new; return the ids of all articles concerned.

        A translation that names its original finds it also when both are new.

        moved: documents as they were before they went on under another path; the old path names nothing any more.
        """
        for old in moved:
            if old.article:
                self._articles.drop_names(old.article, path_names(old.source, old.path, self._languages))
        return {
            article
            for each in sorted(taken, key=lambda each: each.draft.translation_of is not None)
            for article in self._assign(each)
        }

    def _assign(self, each: Taken) -> set[str]:
        document, draft, left = each.document, each.draft, set()
        article = document.article
        another = article is not None and self._is_another(each, article)
        if article is None or another:
            if another:
                document = replace(document, arrival=each.arrival, live=True)
                left = {article} if article and self._has_twin(each, article) else set()
            article = self._found(document, draft, but=article) or self._mint(document, draft, salted=another)
        self._documents.put(replace(document, article=article, gist=gist(draft)))
        names = (*own_names(draft, self._languages), *called_names(draft))
        # A name belongs to the first that has it, unless another story has taken the place of the old one.
        holders = {} if another else self._articles.holders(names)
        self._articles.put_names(article, [name for name in names if holders.get(name, article) == article])
        return {article} | {each for each in left if each}

    def _is_another(self, each: Taken, article: str) -> bool:
        """Return whether a known document tells another story than before.

        It does when it declares another id, when headline, day and first paragraph all changed, or when it was a copy
        of another document and has got a headline of its own. Copy that is held is never told apart by what it lacks.

        source: docs/design.md, section 4.
        """
        draft, before = each.draft, each.document.gist
        if draft.holds:
            return False
        if draft.declared_id:
            return not is_minted(article) and declared_id(self._site, draft.declared_id.text) != article
        if self._has_twin(each, article):
            return is_retitled(before, gist(draft))
        return is_another_story(before, gist(draft))

    def _has_twin(self, each: Taken, article: str) -> bool:
        """Return whether the article has another document with the bytes that this one had."""
        if each.before is None or each.before.digest == each.document.digest:
            return False
        here = (each.document.source, each.document.path)
        return any(
            other.digest == each.before.digest
            for other in self._documents.of(article)
            if (other.source, other.path) != here
        )

    def _found(self, document: KnownDocument, draft: Draft, *, but: str | None) -> str | None:
        """Return the article that a document belongs to: by a name, or because its very bytes are there."""
        names = sought_names(draft, self._languages)
        holders = self._articles.holders(names)
        named = next((holders[name] for name in names if holders.get(name, but) != but), None)
        return named or self._documents.article_of_bytes(document.digest)

    def _mint(self, document: KnownDocument, draft: Draft, *, salted: bool) -> str:
        if draft.declared_id:
            return declared_id(self._site, draft.declared_id.text)
        identity = mint_id(self._site, f"{document.source}/{split_language(document.path, self._languages)[0]}")
        salt = 0
        while salted or self._articles.get(identity) is not None or self._documents.of(identity):
            salted = False
            salt += 1
            identity = mint_id(self._site, f"{document.source}/{document.path}#{salt}")
        return identity
