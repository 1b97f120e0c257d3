"""Show that what waits to be written is read back, and that a batch costs few statements."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from feedsvc.model.document import KnownDocument
from feedsvc.stores.batches import BYTES, ROWS
from feedsvc.stores.store import Store

LARGE = bytes(BYTES + 1)
NOON = datetime(2026, 5, 26, 12, tzinfo=UTC)


@pytest.fixture
def store(store_url):
    opened = Store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def statements(store):
    said: list[str] = []
    event.listen(store._engine, "before_cursor_execute", lambda *arguments: said.append(arguments[2].split()[0]))
    return said


def known(number: int, *, article: str | None = None, digest: str | None = None) -> KnownDocument:
    return KnownDocument(
        source="desk",
        path=f"{number:05}.txt",
        fingerprint="f",
        digest=digest or f"d{number}",
        arrival=NOON,
        live=True,
        article=article,
        gist="g",
        serial=number,
    )


def test_thousands_of_documents_are_written_with_few_statements(store, statements):
    with store.begin() as tx:
        statements.clear()
        for number in range(3 * ROWS):
            tx.documents.put(known(number))
        written = list(statements)
        assert len(tx.documents.fingerprints("desk")) == 3 * ROWS

    assert [each for each in written if each != "ANALYZE"] == ["INSERT"] * 3
    assert written.count("ANALYZE") == (store.url.startswith("postgresql"))


def test_large_contents_do_not_wait_in_memory(store, statements):
    with store.begin() as tx:
        statements.clear()
        tx.documents.put_content("a", LARGE)
        written = list(statements)
        found = tx.documents.content("a")

    assert (written, found == LARGE) == (["INSERT"], True)


def test_what_was_looked_up_together_is_not_asked_for_again(store, statements):
    with store.begin() as tx:
        names = [f"n{number}" for number in range(1200)]
        tx.articles.put_names("tag:x:1", names[:600])
        tx.end_batch()
        statements.clear()
        tx.articles.prime(names=names)
        primed = list(statements)
        assert tx.articles.holders(names) == dict.fromkeys(names[:600], "tag:x:1")
        assert statements == primed == ["SELECT"] * 3


def test_a_name_that_is_taken_over_is_held_by_the_last(store):
    with store.begin() as tx:
        tx.articles.prime(names=["n"])
        tx.articles.put_names("tag:x:1", ["n"])
        tx.articles.put_names("tag:x:2", ["n"])
        assert tx.articles.holders(["n"]) == {"n": "tag:x:2"}
        tx.articles.drop_names("tag:x:2", ["n"])
        assert tx.articles.holders(["n"]) == {}


@pytest.mark.parametrize("is_primed", [True, False])
def test_a_document_that_changes_its_article_leaves_the_old_one(store, is_primed):
    with store.begin() as tx:
        for number in (2, 1):
            tx.documents.put(known(number, article="tag:x:1"))
        tx.end_batch()
        if is_primed:
            tx.documents.prime(articles=["tag:x:1", "tag:x:2"], digests=["d9"])
        tx.documents.put(known(2, article="tag:x:2", digest="d9"))

        assert tx.documents.of("tag:x:1") == [known(1, article="tag:x:1")]
        assert tx.documents.of("tag:x:2") == [known(2, article="tag:x:2", digest="d9")]
        assert tx.documents.article_of_bytes("d9") == "tag:x:2"
        tx.documents.leave("desk", "00002.txt")
        assert tx.documents.of("tag:x:2") == []
        assert tx.documents.article_of_bytes("d9") == "tag:x:2"
