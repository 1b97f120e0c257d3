"""What subscribers see of an article that is withdrawn, killed and revived, and what the store keeps of it."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

import feedparser
import pytest
from lxml import etree

from database import Database
from feedsvc.articles.related import MOST_RELATED
from feedsvc.model.errors import StoreError
from feedsvc.stores.store import Store
from feedsvc.web import make_app
from newsroom import Newsroom, sequences_in

FORMATS = ("rss", "atom", "json")
WITHDRAWN = "withdrawn: The photo was staged."
# Words that stand nowhere but in the article that is killed: in its title, text, summary and file.
SECRET = ("zanzibar", "quixotic", "wherry", "桫椤", "桫", "椤")


def note(title: str, *, rest: str = "", body: str = "Text of it.") -> str:
    return f"---\ntitle: {title}\ndate: 2026-10-30 09:00 +00:00\n{rest}\n---\n\n{body}\n"


def killed_copy(*, rest: str = "", body: str = "A quixotic wherry ran aground.") -> str:
    return note("{ en: Zanzibar in the fog, zh: 桫椤在雾中 }", rest=f"summary: A wherry.\n{rest}", body=body)


def seen(room: Newsroom, feed: str = "all") -> dict[str, dict[str, str]]:
    """Return, by format, title by id, as subscribers of a feed see it."""
    items = json.loads(room.feed(f"/feeds/{feed}.json"))["items"]
    found = {"json": {item["id"]: item["title"] for item in items}}
    for form in ("rss", "atom"):
        found[form] = {each.id: each.title for each in feedparser.parse(room.feed(f"/feeds/{feed}.{form}")).entries}
    return found


def test_a_document_that_is_withdrawn_is_told_of_as_withdrawn(newsroom):
    newsroom.file("world/it.md", note("It", rest=WITHDRAWN))

    edition = newsroom.publish()

    assert [str(each) for each in edition.problems] == [f"world/it.md:4: it is withdrawn by '{WITHDRAWN}'"]


def everywhere(titles: dict[str, str]) -> dict[str, dict[str, str]]:
    return dict.fromkeys(FORMATS, titles)


def deleted(room: Newsroom, feed: str = "all") -> list[tuple[str, str | None]]:
    """Return (id, reason) of the tombstones in the Atom feed."""
    space = "{http://purl.org/atompub/tombstones/1.0}"
    root = etree.fromstring(room.feed(f"/feeds/{feed}.atom"))
    return [(each.get("ref"), each.findtext(f"{space}comment")) for each in root.iter(f"{space}deleted-entry")]


def updated(room: Newsroom) -> dict[str, datetime]:
    items = json.loads(room.feed("/feeds/all.json"))["items"]
    return {item["id"]: datetime.fromisoformat(item["date_modified"]) for item in items}


def page(room: Newsroom, path: str) -> tuple[int, str]:
    client = make_app(room.settings, room.store).test_client()
    response = client.get(path)
    return response.status_code, response.get_data(as_text=True)


def kept(room: Newsroom, *words: str) -> list[str]:
    """Return those of *words* that stand anywhere in the files of the store, plainly or as JSON writes them."""
    files = {path.name: path.read_bytes().lower() for path in (room.folder / "var").iterdir() if path.is_file()}
    return [word for word in words if any(word.encode() in content for content in files.values())]


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.file("world/tide.md", note("Tide turns"))
    newsroom.file("science/fog.md", note("Fog", rest="related: [Tide turns]"))
    newsroom.publish()
    return newsroom


def the_id(room: Newsroom, slug: str) -> str:
    article = room.store.article(slug)
    assert article is not None, slug
    return article.id


def test_a_withdrawn_article_leaves_a_notice_under_its_id_for_seven_days(room):
    tide, fog = the_id(room, "tide-turns"), the_id(room, "fog")
    room.file("world/tide.md", note("Tide turns", rest=WITHDRAWN))
    at = room.now
    room.publish()

    notice = {tide: "Withdrawn: Tide turns", fog: "Fog"}
    assert seen(room) == everywhere(notice)
    assert seen(room, "world.en") == everywhere({f"{tide}/en": "Withdrawn: Tide turns"})
    assert deleted(room) == [(tide, "The photo was staged.")]
    assert updated(room)[tide] == at
    (item,) = [each for each in json.loads(room.feed("/feeds/all.json"))["items"] if each["id"] == tide]
    assert "The photo was staged." in item["content_html"]
    assert "Text of it." not in str(item)

    room.now = at + timedelta(days=7, seconds=-1)
    assert room.publish(among=[]).number == 2
    room.now = at + timedelta(days=7)
    room.publish(among=[])

    assert seen(room) == everywhere({fog: "Fog"})
    assert seen(room, "world.en") == everywhere({})
    assert deleted(room) == [(tide, "The photo was staged.")]


def test_a_withdrawn_article_is_in_no_list_and_no_link_and_its_page_says_why(room):
    room.file("world/tide.md", note("Tide turns", rest=WITHDRAWN))

    edition = room.publish()

    status, text = page(room, "/articles/tide-turns")
    assert (status, "The photo was staged." in text) == (410, True)
    assert page(room, "/articles/tide-turns.json")[0] == 410
    assert "Tide turns" not in page(room, "/")[1] + page(room, "/categories/world/")[1]
    assert (edition.articles, edition.removed) == (1, 1)
    entry = room.store.entry("fog")
    assert (entry.related, entry.unresolved) == ((), ())


def test_a_removed_article_leaves_no_notice(room):
    tide, fog = the_id(room, "tide-turns"), the_id(room, "fog")
    (room.articles / "world/tide.md").unlink()

    room.publish()

    assert seen(room) == everywhere({fog: "Fog"})
    assert deleted(room) == [(tide, None)]


def test_a_reason_that_is_given_later_is_told(room):
    tide = the_id(room, "tide-turns")
    room.file("world/tide.md", note("Tide turns", rest="draft: true"))
    room.publish()
    assert tide not in seen(room)["rss"]

    room.file("world/tide.md", note("Tide turns", rest=WITHDRAWN))
    room.publish()

    assert seen(room)["rss"][tide] == "Withdrawn: Tide turns"
    assert deleted(room) == [(tide, "The photo was staged.")]
    assert "The photo was staged." in page(room, "/articles/tide-turns")[1]


def test_a_withdrawn_article_that_comes_back_revives_its_id_with_a_newer_updated(room):
    tide = the_id(room, "tide-turns")
    room.file("world/tide.md", note("Tide turns", rest=WITHDRAWN))
    room.publish()
    noticed = updated(room)[tide]
    room.file("world/tide.md", note("Tide turns"))

    room.publish()

    assert seen(room)["atom"][tide] == "Tide turns"
    assert deleted(room) == []
    assert updated(room)[tide] > noticed
    assert page(room, "/articles/tide-turns")[0] == 200


def test_an_article_that_was_never_published_is_withdrawn_in_silence(newsroom):
    newsroom.file("world/tide.md", note("Tide turns", rest=WITHDRAWN))

    edition = newsroom.publish()

    assert [(each.severity, each.path) for each in edition.problems] == [("held", "world/tide.md")]
    assert seen(newsroom) == everywhere({})
    assert page(newsroom, "/articles/tide-turns")[0] == 404


def test_a_notice_stands_even_where_the_feed_has_gone_on(room):
    room.configure(room.main + "\n[feeds]\nlimit = 2\n")
    tide = the_id(room, "tide-turns")
    room.now += timedelta(days=3)
    for number in range(101):  # a page of the archive and two more
        room.file(f"world/{number:03}.md", note(f"Story {number}"))
    room.publish()
    assert tide not in seen(room)["rss"]

    room.file("world/tide.md", note("Tide turns", rest=WITHDRAWN))
    room.publish()

    *stories, notice = seen(room)["rss"].values()
    assert (len(stories) < 10, notice) == (True, "Withdrawn: Tide turns")


@pytest.fixture
def grave(newsroom: Newsroom) -> Newsroom:
    """A newsroom in which an article was published in two versions, and another names it."""
    newsroom.file("science/fog.md", note("Fog"))
    newsroom.file("world/it.md", killed_copy(body="A quixotic wherry was seen."))
    newsroom.publish()
    newsroom.file("world/it.md", killed_copy(rest="correction: It was a wherry."))
    newsroom.publish()
    newsroom.file("world/it.md", killed_copy())
    newsroom.publish()
    assert kept(newsroom, *SECRET) == list(SECRET)
    return newsroom


KILLS = {
    "front matter": killed_copy(rest="killed: the court said so"),
    "a mark above the copy": "KILL\n\n" + killed_copy(),
    "a mark alone": "KILL\n",
}


@pytest.mark.parametrize("kill", KILLS)
def test_nothing_of_a_killed_article_is_left_but_its_id_and_times(grave, kill):
    before = grave.store.article("zanzibar-in-the-fog")
    grave.file("world/it.md", KILLS[kill])
    at = grave.now
    sequences = sequences_in(grave.store, [before.id])

    grave.publish()

    assert kept(grave, *SECRET, "court") == []
    title = "Withdrawn / 稿件已撤回"
    assert seen(grave) == everywhere({the_id(grave, "fog"): "Fog", before.id: title})
    assert deleted(grave) == [(before.id, None)]
    assert updated(grave)[before.id] == at
    after = grave.store.article(before.id)
    assert (after.state, after.reason, after.body.items) == ("killed", None, ())
    assert [version.published.instant for version in after.versions] == [
        version.published.instant for version in before.versions
    ]
    assert sequences_in(grave.store, [before.id]) == sequences
    status, text = page(grave, "/articles/zanzibar-in-the-fog")
    assert (status, "court" in text, "wherry" in text) == (410, False, False)
    grave.now = at + timedelta(days=7)
    grave.publish()
    assert seen(grave) == everywhere({the_id(grave, "fog"): "Fog"})


def kill(room: Newsroom) -> str:
    identity = the_id(room, "zanzibar-in-the-fog")
    room.file("world/it.md", killed_copy(rest="killed: true"))
    room.publish()
    return identity


def lift(room: Newsroom) -> None:
    room.file("world/it.md", killed_copy())


def rewrite(room: Newsroom) -> None:
    room.file("world/it.md", killed_copy(body="A quixotic wherry came home."))


def move(room: Newsroom) -> None:
    lift(room)
    (room.articles / "world/it.md").rename(room.articles / "science/moved.md")


def copy(room: Newsroom) -> None:
    room.file("science/copy.md", (room.articles / "world/it.md").read_bytes())


def translate(room: Newsroom) -> None:
    room.file("world/it.zh.md", note("桫椤在雾中", body="桫椤。"))


def name_it(room: Newsroom) -> None:
    room.file("science/other.md", note("桫椤在雾中", rest="translation_of: zanzibar-in-the-fog"))


def reconfigure(room: Newsroom) -> None:
    lift(room)
    room.configure(room.main.replace("https://quay.example", "https://new.example"))


def test_a_kill_finds_its_title_behind_more_related_lines_than_are_used(newsroom):
    lines = ", ".join([f"Story {number}" for number in range(MOST_RELATED + 50)] + ["Zanzibar in the fog"])
    newsroom.file("science/fog.md", note("Fog", rest=f"related: [{lines}]"))
    newsroom.file("world/it.md", killed_copy())
    newsroom.publish()
    newsroom.file("world/it.md", KILLS["front matter"])

    newsroom.publish()

    documents = newsroom.store.documents_of(the_id(newsroom, "fog"))
    assert [("Story 149" in str(each), "Zanzibar" in str(each)) for each in documents] == [(True, False)]


@pytest.mark.parametrize("act", [lift, rewrite, move, copy, translate, name_it, reconfigure])
def test_a_killed_article_does_not_come_back_by_itself(grave, act, monkeypatch):
    identity = kill(grave)
    act(grave)

    edition = grave.publish()

    assert (edition.articles, kept(grave, *SECRET)) == (1, [])
    assert seen(grave)["rss"][identity] == "Withdrawn / 稿件已撤回"
    assert {each.severity for each in edition.problems} == {"held"}
    # And what did not change is not read, erased and written over again.
    monkeypatch.delattr(Store, "scrub")
    assert grave.publish().number == edition.number
    assert kept(grave, *SECRET) == []


def test_a_killed_article_is_revived_by_an_explicit_word_under_its_id(grave):
    identity = kill(grave)
    noticed = updated(grave)[identity]
    grave.file("world/it.md", killed_copy(rest="revive: true"))

    edition = grave.publish()

    assert (edition.articles, edition.problems) == (2, ())
    assert seen(grave)["atom"][identity] == "Zanzibar in the fog / 桫椤在雾中"
    assert deleted(grave) == []
    assert updated(grave)[identity] > noticed
    assert page(grave, "/articles/zanzibar-in-the-fog")[0] == 200


def test_a_kill_mark_counts_more_than_a_word_that_revives(grave):
    kill(grave)
    grave.file("world/it.md", killed_copy(rest="revive: true\nkilled: true"))

    assert grave.publish().articles == 1


def test_both_documents_of_a_killed_pair_come_back(newsroom):
    newsroom.file("world/it.en.md", note("Zanzibar in the fog"))
    newsroom.file("world/it.zh.md", note("桫椤在雾中", body="桫椤。"))
    newsroom.publish()
    newsroom.file("world/it.en.md", note("Zanzibar in the fog", rest="killed: true"))
    problems = newsroom.publish().problems
    assert kept(newsroom, "zanzibar", "桫椤") == []
    assert [str(each) for each in problems] == [
        "world/it.en.md: a kill mark keeps it out of everything",
        "world/it.zh.md: its article is killed by the mark in world/it.en.md",
    ]

    newsroom.file("world/it.en.md", note("Zanzibar in the fog", rest="revive: true"))
    newsroom.publish()

    assert list(seen(newsroom)["rss"].values()) == ["Zanzibar in the fog / 桫椤在雾中"]


@pytest.mark.parametrize("kill", KILLS)
def test_another_story_in_the_place_of_a_killed_one_is_published(grave, kill):
    identity = the_id(grave, "zanzibar-in-the-fog")
    grave.file("world/it.md", KILLS[kill])
    grave.publish()
    grave.file("world/it.md", "---\ntitle: Gulls\ndate: 2026-11-01\n---\n\nThey are back.\n")

    grave.publish()

    assert sorted(seen(grave)["rss"].values()) == ["Fog", "Gulls", "Withdrawn / 稿件已撤回"]
    assert seen(grave)["rss"][identity] == "Withdrawn / 稿件已撤回"


def test_copy_that_was_only_held_is_erased_by_a_kill_as_well(newsroom):
    newsroom.file("world/it.md", killed_copy(rest="embargo: true"))
    newsroom.publish()
    assert kept(newsroom, "wherry") == ["wherry"]

    newsroom.file("world/it.md", killed_copy(rest="killed: true"))
    newsroom.publish()

    assert kept(newsroom, *SECRET) == []


def test_an_erasure_that_could_not_be_ended_is_ended_by_the_next_pass(grave, monkeypatch):
    def fail(_: Store) -> None:
        raise StoreError("the disk is full")

    grave.file("world/it.md", KILLS["a mark alone"])
    with monkeypatch.context() as patched:
        patched.setattr(Store, "scrub", fail)
        with pytest.raises(StoreError):
            grave.publish()
    assert "Withdrawn / 稿件已撤回" in seen(grave)["rss"].values()

    grave.publish()

    assert kept(grave, *SECRET) == []


def test_a_reader_that_holds_on_to_an_old_edition_delays_the_erasure_and_is_told_of(grave, monkeypatch):
    monkeypatch.setattr("feedsvc.stores.sqlite.WAIT_S", 0.1)
    grave.close()
    grave._store = None
    grave.file("world/it.md", KILLS["a mark alone"])
    other = Store(grave.settings.store_url)
    with other.snapshot() as connection:
        connection.exec_driver_sql("SELECT * FROM articles").fetchone()
        with pytest.raises(StoreError, match="not yet erased"):
            grave.publish()
    other.close()

    grave.publish()

    assert kept(grave, *SECRET) == []


def in_files_of(database: Database, *words: str) -> dict[str, list[str]]:
    """Return those of *words* that stand in files of the database, by the table or index they are of."""
    database.ask("CHECKPOINT")
    tables = dict(database.ask("SELECT pg_relation_filepath(oid), relname FROM pg_class"))
    found = {}
    for file in (database.folder / "data" / "base").rglob("*"):
        content = file.read_bytes().lower() if file.is_file() else b""
        if there := [word for word in words if word.encode() in content]:
            found[str(tables[str(file.relative_to(database.folder / "data"))])] = there
    return found


# Words of the title, the text, the file's complaints and the reason of a withdrawal.
OKAPI = ("okapi", "rambunctious", "marquetry", "沙漏", "umbrage")


@pytest.fixture
def okapi(newsroom: Newsroom, database: Database) -> Newsroom:
    """A newsroom over PostgreSQL, which has counted its tables, with an article that was revised and withdrawn."""
    newsroom.environ["FEEDSVC_STORE_URL"] = database.new_url()
    newsroom.file("science/fog.md", note("Fog"))
    title = "{ en: Okapi at large, zh: 沙漏 }"
    for body in ("A rambunctious okapi.", "A rambunctious okapi, again."):
        newsroom.file("world/it.md", note(title, body=body, rest="category: marquetry"))
        newsroom.publish()
        database.ask("ANALYZE")
    newsroom.file("world/it.md", note(title, rest="withdrawn: Umbrage was taken."))
    newsroom.publish()
    database.ask("ANALYZE")
    return newsroom


def test_nothing_of_a_killed_article_is_left_in_the_files_of_postgresql_or_its_statistics(okapi, database):
    before = in_files_of(database, *OKAPI)
    okapi.file("world/it.md", "KILL\n")

    okapi.publish()

    assert {"articles", "contents", "placements", "pg_statistic"} <= before.keys()
    assert {word for words in before.values() for word in words} == set(OKAPI)
    assert in_files_of(database, *OKAPI) == {}


def test_who_may_not_have_the_statistics_written_anew_is_told_who_may(okapi, database, caplog):
    schema = okapi.settings.store_url.rpartition("%3D")[2]
    database.ask("CREATE ROLE ines LOGIN")
    database.ask(f"ALTER SCHEMA {schema} OWNER TO ines")
    for its, table in database.ask("SELECT schemaname, tablename FROM pg_tables"):
        if its == schema:
            database.ask(f"ALTER TABLE {schema}.{table} OWNER TO ines")
    okapi.close()
    okapi._store = None
    okapi.environ["FEEDSVC_STORE_URL"] = okapi.settings.store_url.replace("postgres@", "ines@")
    okapi.file("world/it.md", "KILL\n")

    with caplog.at_level(logging.WARNING):
        okapi.publish()

    assert "as the owner of the database run: VACUUM FULL pg_statistic" in caplog.text
    assert in_files_of(database, *OKAPI).keys() <= {"pg_statistic"}
    assert okapi.publish().number == okapi.store.edition_number()
