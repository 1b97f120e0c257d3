from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from feedsvc.articles.compose import record_of
from feedsvc.feeds.render import make_ready
from feedsvc.model.article import Article, ArticleRecord, Credit, Entry, Media, RelatedLink, Text, Version, WantedLink
from feedsvc.model.dates import Dateline, Span, Timestamp
from feedsvc.model.document import KnownDocument, Problem
from feedsvc.model.errors import StoreError
from feedsvc.model.feed import Edition, FeedListing
from feedsvc.model.packing import pack, pack_links, unpack
from feedsvc.stores import schema
from feedsvc.stores.store import Store

NOON = datetime(2026, 5, 26, 12, tzinfo=timezone(timedelta(hours=8)))
STAMP = Timestamp(
    instant=NOON,
    precision="day",
    provenance="dateline",
    text="LISBON, May 26",
    inferred=("time", "year"),
    evidence=("One.", "Two."),
    confidence="medium",
)


def article(identity: str = "tag:x:1", slug: str = "one") -> Article:
    dateline = Dateline(places=("Lisbon",), month=5, day=26, language="en", text="LISBON", span=Span(start=0, end=6))
    return Article(
        id=identity,
        slug=slug,
        source="desk",
        origins=("world/a.txt",),
        title=Text(items=(("en", "Gulls"), ("zh", "海鸥"))),
        summary=Text(),
        body=Text(items=(("en", "<p>Text</p>"),)),
        credits=(Credit(name=Text(items=(("en", "Ines"),)), role="author"),),
        categories=("world",),
        wanted=(WantedLink(title="Tide", url=None),),
        media=(Media(url="https://m.example/a.mp3", media_type="audio/mpeg", bytes=9),),
        versions=tuple(
            Version(language=language, dateline=dateline, published=STAMP, updated=STAMP) for language in ("en", "zh")
        ),
        problems=(Problem(source="desk", path="world/a.txt", line=3, message="so", severity="note"),),
    )


def entry(**fields: object) -> Entry:
    return Entry(
        article=article(**fields),
        url="https://x.example/articles/one",
        related=(RelatedLink(href="https://x.example/articles/two", title=Text(items=(("en", "Two"),))),),
        unresolved=("Three",),
    )


def record(**fields: object) -> ArticleRecord:
    return replace(record_of(article(**fields), base_url="https://x.example"), links=pack_links(entry(**fields)))


@pytest.fixture
def store(store_url):
    opened = Store(store_url)
    yield opened
    opened.close()


def test_an_entry_is_read_back_as_it_was_kept(store):
    with store.begin() as tx:
        tx.articles.put(record(), edition=1)

    assert store.entry("one") == entry()
    assert store.article("tag:x:1") == store.article("one") == article()
    assert unpack(pack(article()), Article) == article()


@given(st.text(), st.datetimes(timezones=st.just(UTC)))
def test_any_text_and_instant_is_kept(text, instant):
    edition = Edition(number=1, made_at=instant, changed=(text.encode("utf-8", "replace").decode(),))

    assert unpack(pack(edition), Edition) == edition


def test_a_pass_that_fails_leaves_nothing(store):
    def fail() -> None:
        with store.begin() as tx:
            tx.articles.put(record(), edition=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert store.entry("one") is None


def test_readers_see_the_last_edition_while_a_pass_writes(store):
    with store.begin() as tx:
        tx.placements.put_edition(Edition(number=1, made_at=NOON.astimezone(UTC)))
    with store.begin() as tx:
        tx.placements.put_edition(Edition(number=2, made_at=NOON.astimezone(UTC)))
        during = store.edition_number()

    assert (during, store.edition_number()) == (1, 2)


def test_the_last_write_changes_with_whatever_is_written_and_with_the_file(tmp_path):
    path = tmp_path / "var" / "feedsvc.db"
    store = Store(f"sqlite:///{path}")
    seen = [store.last_write(), store.last_write()]
    with store.begin() as tx:
        tx.placements.put_edition(Edition(number=1, made_at=NOON))
    seen += [store.last_write(), store.last_write()]
    path.parent.rename(tmp_path / "former")
    with pytest.raises(StoreError, match="is gone"):
        store.last_write()
    other = Store(f"sqlite:///{path}")
    seen += [store.last_write(), store.last_write()]
    with other.begin() as tx:
        tx.placements.put_edition(Edition(number=1, made_at=NOON))
    seen += [store.last_write(), store.last_write()]
    other.close()
    store.close()

    assert None not in seen
    assert seen[::2] == seen[1::2]
    assert len(set(seen)) == 4


def test_the_last_write_is_not_known_while_somebody_has_the_file_alone(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'feedsvc.db'}")
    store.close()
    with closing(sqlite3.connect(tmp_path / "feedsvc.db")) as alone:
        alone.execute("PRAGMA locking_mode=EXCLUSIVE")
        alone.execute("DELETE FROM meta WHERE key = ''")
        alone.commit()
        meanwhile = store.last_write()

    assert meanwhile is None
    assert store.last_write() is not None
    store.close()


def test_a_further_connection_leaves_the_locks_of_the_first_so_that_nobody_deletes_its_log(tmp_path):
    path = tmp_path / "feedsvc.db"
    store = Store(f"sqlite:///{path}")
    with store.begin() as tx:
        tx.placements.put_edition(Edition(number=1, made_at=NOON.astimezone(UTC)))
    with store.snapshot(), store.snapshot():
        log = path.with_name("feedsvc.db-wal").stat().st_ino
        script = (
            f"import sqlite3; store = sqlite3.connect({str(path)!r}); "
            "store.execute('PRAGMA user_version').fetchall(); store.close()"
        )

        subprocess.run([sys.executable, "-c", script], check=True)

        assert path.with_name("feedsvc.db-wal").stat().st_ino == log
    store.close()


def test_a_pass_of_another_process_waits_for_this_one(store):
    other = f"""
from feedsvc.stores import schema
from feedsvc.stores.store import Store
store = Store({store.url!r})
print("waiting", flush=True)
with store.begin() as a_pass:
    print(a_pass.edition().number, flush=True)
store.close()
"""
    with subprocess.Popen([sys.executable, "-c", other], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with store.begin() as tx:
            assert process.stdout.readline() == "waiting\n"
            tx.placements.put_edition(Edition(number=7, made_at=NOON.astimezone(UTC)))
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=0.3)

        assert process.stdout.readline() == "7\n"
    assert process.returncode == 0


def test_a_file_that_is_no_store_is_refused(tmp_path):
    (tmp_path / "feedsvc.db").write_bytes(b"not a database, but long enough to be read as one" * 100)

    with pytest.raises(StoreError, match=r"feedsvc\.db: is damaged, or is no store: file is not a database"):
        Store(f"sqlite:///{tmp_path}/feedsvc.db")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="file/var: cannot be made"):
        Store(f"sqlite:///{tmp_path}/file/var/feedsvc.db")


def test_a_store_of_another_kind_is_refused_without_its_password():
    with pytest.raises(
        StoreError, match=r"^store mysql: only sqlite:///… and postgresql\+psycopg://… stores are known"
    ):
        Store("mysql://ines:secret@localhost/x")


def test_a_document_that_left_is_remembered_and_not_known(store):
    known = KnownDocument(
        source="desk",
        path="a.txt",
        fingerprint="f",
        digest="d",
        arrival=NOON,
        live=True,
        article="tag:x:1",
        gist="g",
        serial=1,
    )
    with store.begin() as tx:
        tx.documents.put(known)
        assert tx.documents.fingerprints("desk") == {"a.txt": "f"}
        assert tx.documents.of("tag:x:1") == [known]

        tx.documents.leave("desk", "a.txt")

        assert tx.documents.fingerprints("desk") == {}
        assert tx.documents.of("tag:x:1") == []
        assert tx.documents.remembered("desk", ["a.txt"])["a.txt"].article == "tag:x:1"


def test_names_are_in_the_order_of_their_bytes_whatever_the_language_of_the_database(store):
    names = ["a", "B", "ä", "_", "é", "Z"]
    with store.begin() as tx:
        for name in names:
            tx.articles.put(record(identity=name, slug=f"s-{name}"), edition=1)

        assert tx.articles.ids() == sorted(names)


def test_pages_have_the_newest_date_first_and_of_equal_dates_what_came_last(newsroom):
    for name, day in (("one", "2026-10-30"), ("old", "2019-05-01"), ("two", "2026-10-30"), ("three", "2026-10-29")):
        newsroom.file(f"world/{name}.md", f"---\ntitle: {{ en: {name}, zh: {name}二 }}\ndate: {day}\n---\n\nText.\n")
        newsroom.publish()
    (newsroom.articles / "world/three.md").unlink()
    newsroom.publish()
    store = newsroom.store

    def slugs(language: str | None, **more: int) -> list[str]:
        found = store.latest(category="world", language=language, **{"limit": 9, **more})
        return [entry.article.slug for entry in found]

    assert slugs(None) == slugs("zh") == list(store.slugs(category="world", language="en")) == ["two", "one", "old"]
    assert slugs("en", limit=1, offset=1) == ["one"]
    assert store.latest(category="science", language=None, limit=9) == ()
    assert [store.count(category="world", language="zh", most=most) for most in (None, 9, 2)] == [3, 3, 2]
    beside = store.neighbours(store.entry("one").article.id, category="world", language="zh")
    assert [article.slug for article in beside] == ["old", "two"]


def test_bodies_that_no_feed_has_are_dropped_when_their_time_is_over(store):
    def keep(body: bytes, at: datetime) -> None:
        listing = FeedListing(
            path="/feeds/x.rss",
            category="x",
            language=None,
            format="rss",
            media_type="t",
            title="X",
            bytes=1,
            entries=0,
            last_modified=at,
        )
        with store.begin() as tx:
            ready = make_ready("/feeds/x.rss", "t", body, last_modified=at, entries=0)
            tx.placements.put_feed(ready, listing, rank=1)
            tx.placements.supersede(now=at, keep_s=600)

    keep(b"one", NOON)
    keep(b"two", NOON + timedelta(minutes=1))
    keep(b"three", NOON + timedelta(minutes=12))

    with store.snapshot() as connection:
        bodies = sorted(connection.scalars(select(schema.bodies.c.body)))
    assert bodies == [b"three", b"two"]
    assert store.ready("/feeds/x.rss").body == b"three"


def test_an_article_stands_between_its_neighbours_in_each_language(newsroom):
    for number, titles in enumerate(["One\n\n一", "Two", "Three\n\n三"]):
        newsroom.file(f"world/{number}.txt", f"{titles}\n\nLISBON, Oct. {20 + number}, 2026 (Quay News) -- It ran.\n")
        newsroom.publish()
    store = newsroom.store

    def beside(slug: str, language: str | None) -> list[str | None]:
        found = store.neighbours(store.entry(slug).article.id, category="world", language=language)
        return [None if each is None else each.slug for each in found]

    assert [beside(slug, None) for slug in ("one", "two", "three")] == [[None, "two"], ["one", "three"], ["two", None]]
    assert [beside(slug, "zh") for slug in ("one", "two", "three")] == [[None, "three"], [None, None], ["one", None]]
