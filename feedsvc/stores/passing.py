"""Write one edition: the open transaction of a pass."""

from __future__ import annotations

from sqlalchemy import Connection

from feedsvc.model.feeds import Edition, Sureness
from feedsvc.stores.archives import Archives
from feedsvc.stores.articles import Articles
from feedsvc.stores.corrections import Corrections
from feedsvc.stores.documents import Documents
from feedsvc.stores.erasing import Erasing
from feedsvc.stores.origins import sureness
from feedsvc.stores.reading import last_edition
from feedsvc.stores.searching import Searching
from feedsvc.stores.shelf import Shelf
from feedsvc.stores.titles import Titles


class Pass:
    """Hold the transaction of one pass; nothing of it is seen by others before it ends well."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.documents = Documents(connection)
        self.articles = Articles(connection)
        self.titles = Titles(connection)
        self.archives = Archives(connection)
        self.shelf = Shelf(connection, self.archives)
        self.corrections = Corrections(connection)
        self.erasing = Erasing(connection)
        self.searching = Searching(connection)

    def let_go(self) -> None:
        """Write what waits and hold nothing read any more: a batch is done, and memory is bounded."""
        self.documents.let_go()
        self.articles.let_go()
        self.titles.let_go()
        self.shelf.let_go()
        self.searching.flush()

    def edition(self) -> Edition:
        """Return the last edition, with the problems as they stand inside the transaction."""
        return last_edition(self._connection)

    def sureness(self) -> Sureness:
        """Return how sure the dates of all live articles are, which takes reading every one."""
        self.let_go()
        return sureness(self._connection)
