"""See that what a pass, a poll or a page asks of a store costs no more where there is more in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from feedsvc.stores import schema
from feedsvc.stores.receiver_places import last_place, next_news, note_told
from feedsvc.web import make_app
from newsroom import MAIN, Newsroom
from plans import Asked, faults, multiply

# By how a statement begins: why it may read all that there is of something.
ALLOWED = {
    "SELECT documents.path, documents.fingerprint FROM documents WHERE documents.source": (
        "a look at everything in a source compares it with all that is known of it"
    ),
    "DELETE FROM placements WHERE placements.category": "a feed with another selection is emptied and filled anew",
    "DELETE FROM archives WHERE archives.category": "the same",
    "UPDATE archives SET changed": "other settings are on every page",
    "SELECT articles.id FROM articles WHERE articles.state": "other settings, or software, make everything anew",
    "DELETE FROM searchable": "other rules of words make the index anew",
    "DELETE FROM contents WHERE NOT": "after a kill, all that no document has any more is erased",
    "SELECT EXISTS (SELECT": "after a kill, to know whether a table is empty",
    "SELECT (SELECT count(*)": "a page of a category says how many there are, once for each edition",
    "SELECT archives.number, archives.changed": (
        "the index of sitemaps, once for each edition: a row for each hundred articles"
    ),
    'SELECT placements.article FROM placements WHERE placements.category = %(category)s::VARCHAR COLLATE "C" AND '
    'placements.language = %(language)s::VARCHAR COLLATE "C" AND placements.place >': (
        "in this store, the copies have the last places; in others a hundred have them"
    ),
    "SELECT media.digest": "of an empty table, PostgreSQL reads all; in others, an index has the pictures that wait",
    "SELECT media_uses.digest FROM media_uses WHERE media_uses.article IN": "the same",
    "WITH numbers AS MATERIALIZED": "a search puts in order what it finds, for two seconds at most",
    "SELECT placements.article FROM placements JOIN (SELECT searchable": "the same, in PostgreSQL",
}
HUB = '[[receivers]]\nname = "hub"\nkind = "websub"\nurl = "https://hub.example/"\n'
PAGES = (
    *("/", "/?page=2", "/feeds/", "/feeds.opml", "/feeds/all.rss", "/feeds/world.en.atom"),
    *("/feeds/world/archive/1.rss", "/sitemap.xml", "/sitemaps/news.xml", "/sitemaps/articles-1.xml"),
    *("/tags/sea.rss", "/authors/ines-duarte.json"),
    *("/categories/world/", "/categories/world/?page=2", "/search?q=quay", "/search?q=quay&category=world&lang=en"),
    *(
        "/articles/story-30-of-the-quay",
        "/zh/articles/story-30-of-the-quay",
        "/articles/story-30-of-the-quay.json",
    ),
    *("/changes.json", "/articles/story-30-of-the-quay.ninjs.json"),
    *("/articles/story-30-of-the-quay/explain", "/articles/story-9-of-the-quay", "/articles/nowhere", "/readyz"),
)


def file_stories(room: Newsroom, numbers: range, rest: str = "", body: str = "Text.") -> None:
    for number in numbers:
        titles = f"{{ en: Story {number} of the quay, zh: 码头的第{number}个故事 }}"
        related = f"[Story {number * 7 % 200} of the quay, Nowhere {number}]"
        head = f"title: {titles}\ndate: 2026-10-{number % 28 + 1:02} 09:00 +00:00\nrelated: {related}"
        text = f"---\n{head}\n{rest}\n---\n\n{body}\n"
        room.file(f"{('world', 'science', 'general')[number % 3]}/story-{number}.md", text)


@pytest.fixture(scope="module")
def asked(base: Newsroom) -> Asked:
    """What a store was asked, until it was closed, in passes that saw all that may become of copy, and by readers."""
    room, asked = base, Asked()
    (room.folder / "config/partners.toml").write_text('[msn]\nprofile = "msn"\n', encoding="utf-8")
    with asked.of(room.store):
        file_stories(room, range(200))
        room.publish()
        room.configure(MAIN + HUB)
        room.publish()
        file_stories(room, range(200, 203))
        file_stories(room, range(40, 80), rest="take: correction\ntake_note: It was wrong.", body="Another text.")
        room.publish(among=["world", "science", "general"])
        file_stories(room, range(40, 60), rest="take: correction\ntake_note: It was wrong.\nwithdrawn: No.")
        file_stories(room, range(9, 15), rest="embargo: 2026-11-03 09:00 UTC")
        (room.articles / "world/story-15.md").unlink()
        (room.articles / "world/story-18.md").rename(room.articles / "world/moved.md")
        file_stories(room, range(21, 22), rest="killed: true")
        room.publish()
        room.now += timedelta(days=8)
        room.publish(among=[])
        room.configure(MAIN.replace("Quay News", "Pier News").replace("Asia/Shanghai", "Europe/Lisbon") + HUB)
        for tag in ("sea", "pier"):
            (room.folder / "config/feeds.toml").write_text(f'[own]\ntags = ["{tag}"]\n', encoding="utf-8")
            room.publish()
        room.publish()
        client = make_app(room.settings, room.store).test_client()
        for page in PAGES:
            client.get(page)
        room.store.needs_pass("")
        room.store.changed_feeds(dict.fromkeys(("/feeds/all.rss", "/feeds/world.en.atom"), ""))
        room.store.next_release(room.now)
        room.store.outcome("desk", "world/story-18.md")
        note_told(room.store, "hub", next_news(room.store, "hub", until=last_place(room.store)), now=room.now)
    with room.store.transaction() as connection:
        multiply(connection, 20)
    room.close()
    return asked


@pytest.fixture
def room(base: Newsroom, asked: Asked, copied: Callable[[Newsroom], Newsroom]) -> Newsroom:
    """A newsroom with the store that was *asked*, to be counted or not."""
    assert len(asked.statements) > 80
    return copied(base)


def found_in(room: Newsroom, asked: Asked, *, counted: bool) -> list[str]:
    """Return what is read or sorted that grows and need not be, by a store with statistics, or with none."""
    with room.store.transaction() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DELETE FROM pg_statistic WHERE starelid >= 16384")
        for table in schema.metadata.tables if counted else ():
            connection.exec_driver_sql(f"ANALYZE {table}")
    room.close()
    with room.store.snapshot() as connection:
        found = faults(connection, asked)
    return [f"{why}: {each}" for each, why in found.items() if not each.startswith(tuple(ALLOWED))]


def test_nothing_that_is_asked_reads_or_sorts_what_grows(room, asked):
    assert "\n".join(found_in(room, asked, counted=True)) == ""


def test_nor_does_it_where_nothing_was_counted(room, asked):
    """SQLite never counts by itself. PostgreSQL does, and from 2,000 rows on a pass has it do so (`BatchWriter`)."""
    found = found_in(room, asked, counted=False)
    if not room.settings.store_url.startswith("sqlite"):
        found = [each for each in found if "titles" in each or "wants" in each]

    assert "\n".join(found) == ""
