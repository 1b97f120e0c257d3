"""Decide to which article each document belongs: the one it had, another one, or a new one with a new id."""

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
from feedsvc.articles.translations import KEYED, Kinship, place_names
from feedsvc.model.document import KnownDocument, Problem
from feedsvc.publish.context import PassContext
from feedsvc.publish.reading import DocumentFacts, Taken
from feedsvc.stores.batches import chunks


class Joining:
    def __init__(self, context: PassContext) -> None:
        self._tx = context.tx
        self._documents = context.tx.documents
        self._articles = context.tx.articles
        self._site = context.settings.site
        self._languages = context.settings.site.languages
        self._spoken: dict[str, set[str]] = {}  # by article, languages of documents that joined it in this pass
        self.apart: dict[tuple[str, str], Problem] = {}

    def assign(self, taken: Sequence[Taken], *, moved: Sequence[KnownDocument]) -> set[str]:
        """Assign each document to an article, minting ids for new ones; return the ids of all articles concerned.

        A translation that names its original finds it also if both are new.

        moved: documents as they were before they got another path; the old path is no name of their article any more.
        """
        for old in moved:
            if old.article:
                self._articles.drop_names(old.article, sorted(self._names_left(old, old.article)))
        concerned: set[str] = set()
        for batch in chunks(sorted(taken, key=lambda document: document.facts.translates)):
            self._tx.end_batch()
            if not self._tx.is_careful:
                self._prime(batch)
            for one in batch:
                with self._tx.only((one.document.source, one.document.path)):
                    concerned |= self._assign(one)
        self._tx.end_batch()
        return concerned

    def _names_left(self, old: KnownDocument, article: str) -> set[str]:
        """Return the names that a document takes along from its former path, but not those of its translations."""
        left = {*path_names(old.source, old.path, self._languages), *place_names(old.source, old.path, self._languages)}
        for other in self._documents.of(article):
            if (other.source, other.path) != (old.source, old.path):
                left -= {*place_names(other.source, other.path, self._languages)}
        return left

    def _prime(self, batch: Sequence[Taken]) -> None:
        documents = [taken.document for taken in batch]
        known = [document.article for document in documents if document.article]
        fresh = [self._first_id(taken.document, taken.facts) for taken in batch if taken.document.article is None]
        names = [name for taken in batch for name in (*taken.facts.own, *taken.facts.sought)]
        names += [name for taken in batch if taken.facts.kinship for name in taken.facts.kinship.sought]
        self._articles.prime(ids=fresh, names=[*names, *(bytes_name(document.digest) for document in documents)])
        self._tx.titles.prime([*known, *fresh])
        self._documents.prime(articles=[*known, *fresh], digests=[document.digest for document in documents])

    def _assign(self, taken: Taken) -> set[str]:
        document, facts, left = taken.document, self._without_local_id(taken), set()
        article = document.article
        another = article is not None and self._is_another(taken, article)
        if article is None or another:
            if another:
                document = replace(document, arrival=taken.arrival, live=True)
                left = {article} if article and self._has_twin(taken, article) else set()
            article = self._found(document, facts, but=article) or self._mint(document, facts, salted=another)
        elif (other := self._late_pair(document, facts, article)) is not None:
            left, article = {article}, self._merge(document, article, into=other)
        kept = merged_gist(taken.document.gist, facts.gist) if facts.held and not another else facts.gist
        self._documents.put(replace(document, article=article, gist=kept))
        if facts.kills and taken.before and taken.before.digest != document.digest:
            self._articles.put_names(article, [bytes_name(taken.before.digest)])
        if facts.asks and not facts.kills:
            self._tx.titles.want(article, facts.asks)
        # A name belongs to the first article that has it, unless another story has replaced the old one.
        own = (*facts.own, *(facts.kinship.own if facts.kinship else ()))
        holders = {} if another else self._articles.holders(own)
        self._articles.put_names(article, [name for name in own if holders.get(name, article) == article])
        if facts.kinship:
            self._spoken.setdefault(article, set()).add(facts.kinship.language)
        return {article} | left

    def _late_pair(self, document: KnownDocument, facts: DocumentFacts, article: str) -> str | None:
        """Return the article that a document joins because the site has got the language in its name.

        Before that, "x.fr" was a stem of its own, and still is a name of the article. A live article takes a language
        that it lacks. A killed article joins none, and a live one joins no article that is not live.
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
        if "killed" in {pair.state for pair in (mine, its) if pair} or (its and language in its.languages):
            return None
        return None if mine and mine.state == "live" and not (its and its.state == "live") else other

    def _merge(self, document: KnownDocument, article: str, *, into: str) -> str:
        """Move the names of *article* to another, or only those of *document* if it has others; return *into*."""
        here = (document.source, document.path)
        rest = [other for other in self._documents.of(article) if (other.source, other.path) != here]
        names = path_names(document.source, document.path, ()) if rest else self._articles.names(article)
        self._articles.put_names(into, sorted(names))
        return into

    def _is_another(self, taken: Taken, article: str) -> bool:
        """Return whether a known document tells another story than before.

        It does if it declares another id, if headline, day and first paragraph all changed, or if it was a copy of
        another document and now has a headline of its own. Held copy may lack all of them, and is the same story.

        source: docs/internals/articles.md, "Joining drafts".
        """
        facts, before = taken.facts, taken.document.gist
        if facts.held:
            return False
        if facts.declared_id:
            return not is_minted(article) and declared_id(self._site, facts.declared_id) != article
        if self._has_twin(taken, article):
            return is_retitled(before, facts.gist)
        return is_another_story(before, facts.gist)

    def _has_twin(self, taken: Taken, article: str) -> bool:
        """Return whether the article has another document with the former bytes of this one."""
        if taken.before is None or taken.before.digest == taken.document.digest:
            return False
        here = (taken.document.source, taken.document.path)
        return any(
            other.digest == taken.before.digest
            for other in self._documents.of(article)
            if (other.source, other.path) != here
        )

    def _found(self, document: KnownDocument, facts: DocumentFacts, *, but: str | None) -> str | None:
        """Return the article of a document, found by a name or by its bytes."""
        translated = self._translated(document, facts.kinship, but=but) if facts.kinship else None
        if translated and facts.kinship and facts.kinship.has_local_id:
            return translated
        sought = (*facts.sought, bytes_name(document.digest))
        holders = self._articles.holders(sought)
        named = next((holders[name] for name in sought if holders.get(name, but) != but), None)
        return named or self._documents.article_of_bytes(document.digest) or translated

    def _translated(self, document: KnownDocument, kinship: Kinship, *, but: str | None) -> str | None:
        """Return the article that a document translates by its place, and note if that has its language already."""
        holders = self._articles.holders(kinship.sought)
        for name in kinship.sought:
            article = holders.get(name)
            if article is None or article == but:
                continue
            if not self._speaks(article, kinship.language):
                return article
            if not name.startswith(KEYED):  # keys such as `ref` may say something else
                self._tell_apart(document, article, f"both are in {kinship.language!r}")
        return None

    def _without_local_id(self, taken: Taken) -> DocumentFacts:
        """Return the facts of a document, without an id that another one has in another folder."""
        facts, kinship, name = taken.facts, taken.facts.kinship, f"id:{taken.facts.declared_id}"
        if kinship is None or not kinship.has_local_id:
            return facts
        holder = self._articles.holders([name]).get(name, taken.document.article)
        if holder == taken.document.article or not (kinship.own or self._speaks(holder or "", kinship.language)):
            return facts
        own, sought = (tuple(other for other in names if other != name) for names in (facts.own, facts.sought))
        return replace(facts, declared_id=None, own=own, sought=sought)

    def _speaks(self, article: str, language: str) -> bool:
        """Return whether *article* has a document in *language*, or was published in it."""
        known = self._articles.get(article)
        return language in self._spoken.get(article, ()) or (known is not None and language in known.languages)

    def _tell_apart(self, document: KnownDocument, article: str, why: str) -> None:
        other = next((other.path for other in self._documents.of(article)), None)
        if other is not None:
            message = f"is no translation of {other}, although only a language tells their paths apart: {why}"
            self.apart[document.source, document.path] = Problem(
                source=document.source, path=document.path, message=message, severity="note"
            )

    def _mint(self, document: KnownDocument, facts: DocumentFacts, *, salted: bool) -> str:
        if facts.declared_id:
            return declared_id(self._site, facts.declared_id)
        identity = self._first_id(document, facts)
        salt = 0
        while salted or self._articles.get(identity) is not None or self._documents.of(identity):
            salted = False
            salt += 1
            identity = mint_id(self._site, f"{document.source}/{document.path}#{salt}")
        return identity

    def _first_id(self, document: KnownDocument, facts: DocumentFacts) -> str:
        """Return the id of a new article, which must not tell which of its translations came first."""
        path = facts.kinship.common_path if facts.kinship else split_language(document.path, self._languages)[0]
        return mint_id(self._site, f"{document.source}/{path}")
