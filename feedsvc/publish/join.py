"""Say which article each document belongs to: its own, another's, or a new one with a new id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from feedsvc.articles.identity import (
    bytes_name,
    declared_id,
    is_another_story,
    is_minted,
    is_retitled,
    merged_gist,
    mint_id,
    path_names,
    split_language,
)
from feedsvc.model.document import KnownDocument
from feedsvc.publish.context import PassContext
from feedsvc.publish.reading import DocumentFacts, Taken
from feedsvc.stores.batches import chunks


class Joining:
    """Join documents to articles, inside the transaction of a pass."""

    def __init__(self, context: PassContext) -> None:
        self._tx = context.tx
        self._documents = context.tx.documents
        self._articles = context.tx.articles
        self._site = context.settings.site
        self._languages = context.settings.site.languages

    def assign(self, taken: Sequence[Taken], *, moved: Sequence[KnownDocument]) -> set[str]:
        """Give each document its article, minting what is new; return the ids of all articles concerned.

        A translation that names its original finds it also when both are new.

        moved: documents as they were before they went on under another path; the old path names nothing any more.
        """
        for old in moved:
            if old.article:
                self._articles.drop_names(old.article, path_names(old.source, old.path, self._languages))
        concerned: set[str] = set()
        for batch in chunks(sorted(taken, key=lambda each: each.facts.translates)):
            self._tx.end_batch()
            if not self._tx.is_careful:
                self._prime(batch)
            for each in batch:
                with self._tx.only((each.document.source, each.document.path)):
                    concerned |= self._assign(each)
        self._tx.end_batch()
        return concerned

    def _prime(self, batch: Sequence[Taken]) -> None:
        known = [each.document.article for each in batch if each.document.article]
        fresh = [self._first_id(each.document) for each in batch if each.document.article is None]
        names = [
            name for each in batch for name in (*each.facts.own, *each.facts.sought, bytes_name(each.document.digest))
        ]
        self._articles.prime(ids=fresh, names=names)
        self._tx.titles.prime([*known, *fresh])
        self._documents.prime(articles=[*known, *fresh], digests=[each.document.digest for each in batch])

    def _assign(self, each: Taken) -> set[str]:
        document, facts, left = each.document, each.facts, set()
        article = document.article
        another = article is not None and self._is_another(each, article)
        if article is None or another:
            if another:
                document = replace(document, arrival=each.arrival, live=True)
                left = {article} if article and self._has_twin(each, article) else set()
            article = self._found(document, facts, but=article) or self._mint(document, facts, salted=another)
        elif (other := self._late_pair(document, facts, article)) is not None:
            left, article = {article}, self._merge(document, article, into=other)
        kept = merged_gist(each.document.gist, facts.gist) if facts.held and not another else facts.gist
        self._documents.put(replace(document, article=article, gist=kept))
        if facts.kills and each.before and each.before.digest != document.digest:
            self._articles.put_names(article, [bytes_name(each.before.digest)])
        if facts.asks and not facts.kills:
            self._tx.titles.want(article, facts.asks)
        # A name belongs to the first that has it, unless another story has taken the place of the old one.
        holders = {} if another else self._articles.holders(facts.own)
        self._articles.put_names(article, [name for name in facts.own if holders.get(name, article) == article])
        return {article} | {each for each in left if each}

    def _late_pair(self, document: KnownDocument, facts: DocumentFacts, article: str) -> str | None:
        """Return the article that a document pairs with since the language in its name is one of the site's.

        Before it was, "x.fr" was a stem of its own, and the article is still known by that. A published article takes
        in what it has not yet; one that was killed is left alone, and so is one that is out where the other is not.
        """
        stem, language = split_language(document.path, self._languages)
        if language is None or facts.declared_id:
            return None
        names = [f"{kind}:{document.source}/{stem}" for kind in ("stem", "bare")]
        former, _ = path_names(document.source, document.path, ())
        holders = self._articles.holders([former, *names])
        other = next((holders[name] for name in names if name in holders), None)
        if holders.get(former) != article or other is None or other == article:
            return None
        mine, its = self._articles.get(article), self._articles.get(other)
        if "killed" in {each.state for each in (mine, its) if each} or (its and language in its.languages):
            return None
        return None if mine and mine.state == "live" and not (its and its.state == "live") else other

    def _merge(self, document: KnownDocument, article: str, *, into: str) -> str:
        """Let another article be found by all names of *article*, unless that has other documents; return the other."""
        rest = [
            each for each in self._documents.of(article) if (each.source, each.path) != (document.source, document.path)
        ]
        names = path_names(document.source, document.path, ()) if rest else self._articles.names(article)
        self._articles.put_names(into, sorted(names))
        return into

    def _is_another(self, each: Taken, article: str) -> bool:
        """Return whether a known document tells another story than before.

        It does when it declares another id, when headline, day and first paragraph all changed, or when it was a copy
        of another document and has got a headline of its own. Copy that is held is never told apart by what it lacks.

        source: docs/internals/articles.md, "Joining drafts".
        """
        facts, before = each.facts, each.document.gist
        if facts.held:
            return False
        if facts.declared_id:
            return not is_minted(article) and declared_id(self._site, facts.declared_id) != article
        if self._has_twin(each, article):
            return is_retitled(before, facts.gist)
        return is_another_story(before, facts.gist)

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

    def _found(self, document: KnownDocument, facts: DocumentFacts, *, but: str | None) -> str | None:
        """Return the article that a document belongs to: by a name, or because its very bytes are there."""
        sought = (*facts.sought, bytes_name(document.digest))
        holders = self._articles.holders(sought)
        named = next((holders[name] for name in sought if holders.get(name, but) != but), None)
        return named or self._documents.article_of_bytes(document.digest)

    def _mint(self, document: KnownDocument, facts: DocumentFacts, *, salted: bool) -> str:
        if facts.declared_id:
            return declared_id(self._site, facts.declared_id)
        identity = self._first_id(document)
        salt = 0
        while salted or self._articles.get(identity) is not None or self._documents.of(identity):
            salted = False
            salt += 1
            identity = mint_id(self._site, f"{document.source}/{document.path}#{salt}")
        return identity

    def _first_id(self, document: KnownDocument) -> str:
        return mint_id(self._site, f"{document.source}/{split_language(document.path, self._languages)[0]}")
