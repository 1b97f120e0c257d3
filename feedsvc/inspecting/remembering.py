"""Let what the store remembers of documents count when they are looked at again: when they came, and their dates."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from feedsvc.composing.dating import same_date
from feedsvc.errors import StoreError
from feedsvc.identity import is_another_story
from feedsvc.intake.arrivals import copied
from feedsvc.intake.slips import Taken
from feedsvc.model.articles import Article, Version
from feedsvc.model.documents import KnownDocument
from feedsvc.settings import Settings
from feedsvc.stores import open_existing_store
from feedsvc.stores.documents import Documents
from feedsvc.stores.store import Store


class Memory:
    """Hold what the store knows of documents that are looked at; nothing where it cannot be asked."""

    def __init__(self, settings: Settings, taken: Sequence[Taken]) -> None:
        self._known: dict[tuple[str, str], KnownDocument] = {}
        self._published: dict[tuple[str, str], Article] = {}
        try:
            store = open_existing_store(settings)
            if store is not None:
                with closing(store):
                    self._look_up(store, taken)
        except StoreError:  # whoever asks it whether anything was killed says so
            self._known, self._published = {}, {}

    def _look_up(self, store: Store, taken: Sequence[Taken]) -> None:
        here = {(each.document.source, each.document.path): each for each in taken}
        with store.snapshot() as connection:
            documents = Documents(connection)
            for source in {source for source, _ in here}:
                remembered = documents.remembered(source, [path for home, path in here if home == source])
                for path, known in remembered.items():
                    gist = here[source, path].slip.gist
                    if known.article is not None and not is_another_story(known.gist, gist):
                        self._known[source, path] = known
        for place, known in self._known.items():
            article = store.article(known.article or "") if known.digest == here[place].document.digest else None
            if article is not None and article.state == "live":
                self._published[place] = article

    def arrived(self, taken: Sequence[Taken]) -> list[Taken]:
        """Return *taken*, each as it came first; only what the store does not know is judged by what it comes with."""
        places = [(each.document.source, each.document.path) for each in taken]
        fresh = [number for number, place in enumerate(places) if place not in self._known]
        verdicts = copied([(taken[number].document.arrival, taken[number].slip.days) for number in fresh])
        live = {number: not was_copied for number, was_copied in zip(fresh, verdicts, strict=True)}
        found = []
        for number, each in enumerate(taken):
            known = self._known.get(places[number])
            arrival = known.arrival if known else each.document.arrival
            document = replace(each.document, arrival=arrival, live=known.live if known else live[number])
            found.append(replace(each, document=document))
        return found

    def dated(self, article: Article, documents: Sequence[KnownDocument]) -> Article:
        """Return *article* with the dates that are out, if its documents are as they were when it was published."""
        published = [self._published.get((each.source, each.path)) for each in documents]
        first = published[0] if published else None
        if first is None or any(each is None or each.id != first.id for each in published):
            return article
        return replace(article, versions=tuple(_dated(each, first) for each in article.versions))


def _dated(version: Version, published: Article) -> Version:
    before = published.version(version.language) if version.language in published.languages else None
    if before is None:
        return version
    if not same_date(before.published, version.published, datelines=(before.dateline, version.dateline)):
        return version  # it moves at the next pass
    return replace(version, published=before.published, updated=before.updated)
