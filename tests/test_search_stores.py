"""Find articles in either kind of store: what comes is found, and what goes leaves nothing to be found."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from test_search_words import HOSTILE

from feedsvc.articles import compose
from feedsvc.model.errors import BusyError, SlowError
from feedsvc.stores import schema, search
from feedsvc.stores.backups import faults_of, write_backup
from feedsvc.stores.search import empty
from feedsvc.stores.store import Store
from feedsvc.text.search_words import ask
from newsroom import Newsroom


def note(title: str, body: str = "Nothing else.", *, rest: str = "") -> str:
    return f"---\ntitle: {title}\ndate: 2026-10-30 09:00 +00:00\n{rest}\n---\n\n{body}\n"


def wire(title: str, title_zh: str, body: str, body_zh: str) -> str:
    return f"{title}\n{title_zh}\n\nLISBON, Oct. 30, 2026 (Quay News) -- {body}\n\n里斯本10月30日电 {body_zh}\n"


@pytest.fixture
def room(newsroom: Newsroom, store_url: str) -> Newsroom:
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    return newsroom


def found(room: Newsroom, typed: str, *, category: str = "all", language: str | None = None, **more: int) -> list[str]:
    """Return the slugs of what is found."""
    phrases = ask(typed).phrases
    asked = room.store.found(phrases, category=category, language=language, **{"limit": 50, **more})
    return [entry.article.slug for entry in asked.entries]


def indexed(room: Newsroom) -> set[str]:
    """Return every word in the index of the store, as it lies there."""
    with room.store.snapshot() as connection:
        if connection.dialect.name == "postgresql":
            rows = connection.scalars(text("SELECT DISTINCT unnest(string_to_array(words, ' ')) FROM searchable"))
        else:
            connection.execute(text("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search, row)"))
            rows = connection.scalars(text("SELECT term FROM temp.vocabulary"))
        return set(rows)


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        pytest.param("lantern", ["ferry-dance", "lantern-walk"], id="a word, in a title and in a body"),
        pytest.param("LANTERNS", [], id="another word"),
        pytest.param("灯笼", ["ferry-dance", "lantern-walk"], id="a Chinese word of two characters"),
        pytest.param("舞", ["ferry-dance"], id="a Chinese word of one character"),
        pytest.param("笼灯", [], id="its characters the other way round"),
        pytest.param("灯笼 渡船", ["ferry-dance"], id="two words in any places"),
        pytest.param("lantern 舞", ["ferry-dance"], id="words in two languages"),
        pytest.param('"old quay"', ["lantern-walk"], id="words as they stand"),
        pytest.param('"quay old"', [], id="words as they do not stand"),
        pytest.param("quay old walk", ["lantern-walk"], id="the same words in any order"),
        pytest.param('"dance 渡船"', [], id="the end of one text and the beginning of the next"),
        pytest.param("CAFE", ["lantern-walk"], id="without accents and case"),
        pytest.param("ＦＥＲＲＹ", ["ferry-dance"], id="without width"),
        pytest.param("Lisbon", ["ferry-dance"], id="a place"),
        pytest.param("duarte", ["lantern-walk"], id="a byline"),
        pytest.param("paper boats", ["lantern-walk"], id="a tag"),
        pytest.param("em", [], id="markup"),
        pytest.param("walk OR dance", [], id="what other engines take for an operator"),
    ],
)
def test_articles_are_found_by_their_words(walks, typed, slugs):
    assert found(walks, typed) == slugs


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def walks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A newsroom with three articles, in each kind of store."""
    room = Newsroom(tmp_path_factory.mktemp("walks"))
    if request.param == "postgresql":
        room.environ["FEEDSVC_STORE_URL"] = request.getfixturevalue("database").new_url()
    room.file(
        "world/walk.md",
        note(
            "{ en: Lantern walk, zh: 灯笼夜行 }",
            "They met at the *old quay* café.",
            rest="authors: [Inês Duarte]\ntags: [paper boats]",
        ),
    )
    room.publish()
    room.file("science/dance.txt", wire("Ferry dance", "渡船上跳舞", "A lantern hung there.", "船上挂着灯笼。"))
    room.file("science/mud.md", note("Mud", "Only English."))
    room.publish()
    yield room
    room.close()


def test_no_question_is_too_strange_to_be_answered(walks):
    questions = [typed for typed in HOSTILE if ask(typed).phrases]

    answers = {typed: found(walks, typed) for typed in questions}

    assert {typed for typed in questions if answers[typed]} == {
        typed for typed in questions if ask(typed).phrases == ("a",)
    }


def test_a_search_can_be_of_one_category_and_of_one_language(walks):
    assert found(walks, "lantern", category="world") == ["lantern-walk"]
    assert found(walks, "only") == found(walks, "only", language="en") == ["mud"]
    assert found(walks, "only", language="zh") == []
    assert found(walks, "lantern", language="zh", category="science") == ["ferry-dance"]


def test_what_is_found_is_counted_and_comes_in_pages(walks, monkeypatch):
    everything = walks.store.found(["nothing", "else"], category="all", language=None, limit=50)
    assert (everything.entries, everything.count, everything.more) == ((), 0, False)
    assert found(walks, "lantern", limit=1) == ["ferry-dance"]
    assert found(walks, "lantern", limit=1, offset=1) == ["lantern-walk"]
    monkeypatch.setattr("feedsvc.stores.search.MOST", 1)

    one = walks.store.found(["lantern"], category="all", language=None, limit=50)

    assert ([each.article.slug for each in one.entries], one.count, one.more) == (["ferry-dance"], 1, True)


def test_a_search_that_takes_too_long_is_given_up_and_the_next_is_answered(walks, monkeypatch):
    slow = {
        "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
        "postgresql": "SELECT pg_sleep(100)",
    }

    def take_long(connection, *_arguments, **_more):
        return connection.scalar(text(slow[connection.dialect.name]))

    with monkeypatch.context() as patched:
        patched.setattr("feedsvc.stores.queries.SEARCH_S", 0.05)
        patched.setattr("feedsvc.stores.queries.found", take_long)
        with pytest.raises(SlowError, match="took too long"):
            walks.store.found(["lantern"], category="all", language=None, limit=50)

    assert found(walks, "lantern") == ["ferry-dance", "lantern-walk"]


def test_an_edit_is_found_by_what_it_says_now(room):
    room.file("world/it.md", note("Gulls", "They quarrel over bread."))
    room.publish()
    room.file("world/it.md", note("Gulls", "They share the bread."))
    room.publish()

    assert found(room, "gulls bread share") == ["gulls"]
    assert found(room, "quarrel") == []
    assert "quarrel" not in indexed(room)


GONE = {
    "withdrawn": lambda room: room.file("world/it.md", note("Zanzibar", "A wherry.", rest="withdrawn: wrong")),
    "held": lambda room: room.file("world/it.md", note("Zanzibar", "A wherry.", rest="embargo: true")),
    "removed": lambda room: (room.articles / "world/it.md").unlink(),
    "killed": lambda room: room.file("world/it.md", note("Zanzibar", "A wherry.", rest="killed: true")),
}


@pytest.mark.parametrize("how", GONE)
def test_what_is_no_longer_published_leaves_the_index_and_comes_back_with_its_article(room, how):
    room.file("world/it.md", note("Zanzibar", "A wherry."))
    room.file("world/other.md", note("Zebras", "Nothing of it."))
    room.publish()

    GONE[how](room)
    room.publish()

    assert (found(room, "wherry"), found(room, "zebras")) == ([], ["zebras"])
    assert indexed(room) & {"zanzibar", "wherry"} == set()
    room.file("world/it.md", note("Zanzibar", "A wherry.", rest="revive: true"))
    room.publish()
    assert found(room, "wherry") == ["zanzibar"]


def test_a_document_of_one_language_that_is_held_takes_the_article_from_searches_in_it_alone(room):
    room.file("world/it.en.md", note("Otters", "They swim."))
    room.file("world/it.zh.md", note("水獭", "它们游泳。"))
    room.publish()

    room.file("world/it.zh.md", note("水獭", "它们游泳。", rest="embargo: true"))
    room.publish()

    assert (found(room, "otters"), found(room, "游泳"), found(room, "otters", language="zh")) == (["otters"], [], [])


def test_a_kill_leaves_nothing_of_the_words_in_the_files_of_a_server(newsroom, database):
    url = newsroom.environ["FEEDSVC_STORE_URL"] = database.new_url()
    its = f"relnamespace = '{url.partition('search_path%3D')[2]}'::regnamespace AND relname LIKE 'searchable%'"

    def lying() -> set[str]:
        database.ask("CHECKPOINT")
        names = database.ask(f"SELECT pg_relation_filepath(oid) FROM pg_class WHERE {its}")  # noqa: S608  our own
        contents = [(database.folder / "data" / str(name)).read_bytes() for (name,) in names]
        return {word for word in ("zanzibar", "wherry") if any(word.encode() in each for each in contents)}

    newsroom.file("world/it.md", note("Zanzibar", "A wherry."))
    newsroom.publish()
    before = lying()
    newsroom.file("world/it.md", note("Zanzibar", "A wherry.", rest="killed: true"))

    newsroom.publish()

    assert (before, lying()) == ({"zanzibar", "wherry"}, set())


def test_a_store_without_an_index_is_searchable_after_its_next_pass(room):
    room.file("world/it.md", note("Gulls", "They quarrel."))
    room.publish()
    with room.store.transaction() as connection:
        connection.execute(schema.meta.delete().where(schema.meta.c.key == schema.SEARCH_FORM))
    room.close()
    room._store = None

    with pytest.raises(BusyError, match="is being made"):
        found(room, "quarrel")
    room.publish()

    assert found(room, "quarrel") == ["gulls"]


def test_an_index_made_by_other_rules_is_made_anew_by_the_next_pass(room, monkeypatch):
    room.file("world/it.md", note("Gulls", "They quarrel."))
    with monkeypatch.context() as patched:
        patched.setattr(search, "form", lambda: "of yore")
        patched.setattr(compose, "article_words", lambda article: f"yore {article.slug}")
        room.publish()
    assert indexed(room) == {"yore", "gulls"}

    room.publish()

    assert found(room, "quarrel") == ["gulls"]
    assert "yore" not in indexed(room)


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_what_was_restored_can_be_searched_at_once(room, other, request, tmp_path):
    room.file("world/it.md", note("Gulls", "They quarrel."))
    room.publish()
    url = f"sqlite:///{tmp_path}/other/feedsvc.db"
    if other == "postgresql":
        url = request.getfixturevalue("database").new_url()
    write_backup(room.store, tmp_path / "copy", now=room.now)

    room.restore(tmp_path / "copy", url)

    store = Store(url)
    assert [each.article.slug for each in store.found(["quarrel"], category="all", language=None, limit=9).entries] == [
        "gulls"
    ]
    assert faults_of(store) == ()
    store.close()


def test_an_index_that_lacks_or_has_too_much_is_unsound(room):
    for title in ("Gulls", "Terns", "Rails"):
        room.file(f"world/{title}.md", note(title))
    room.publish()
    ids = {slug: room.store.article(slug).id for slug in ("gulls", "terns", "rails")}
    with room.store.transaction() as connection:
        connection.execute(schema.searchable.delete().where(schema.searchable.c.article == ids["gulls"]))
        values = {"article": "tag:nobody's"}
        connection.execute(
            schema.searchable.update().where(schema.searchable.c.article == ids["terns"]).values(**values)
        )

    assert faults_of(room.store) == (
        *(f"{each}: is published and cannot be searched" for each in sorted((ids["gulls"], ids["terns"]))),
        "tag:nobody's: can be searched and is not published",
    )


def test_an_article_that_is_found_by_the_words_of_another_is_unsound(room):
    room.file("world/gulls.md", note("Gulls"))
    room.file("world/terns.md", note("Terns"))
    room.publish()
    ids = {slug: room.store.article(slug).id for slug in ("gulls", "terns")}
    with room.store.transaction() as connection:
        empty(connection)
        search.add_words(connection, [(ids["gulls"], "terns"), (ids["terns"], "gulls")])
        connection.execute(schema.meta.insert().values(key=schema.SEARCH_FORM, value=search.form()))

    assert faults_of(room.store) == tuple(f"{each}: is not found by its words" for each in sorted(ids.values()))


def test_a_restore_makes_the_index_of_a_backup_anew_though_it_is_unsound(room, tmp_path):
    room.file("world/gulls.md", note("Gulls"))
    room.publish()
    with room.store.transaction() as connection:
        connection.execute(schema.searchable.delete())
    write_backup(room.store, tmp_path / "copy", now=room.now)
    url = f"sqlite:///{tmp_path}/other/feedsvc.db"

    room.restore(tmp_path / "copy", url)

    store = Store(url)
    assert len(faults_of(room.store)) == 1
    assert faults_of(store) == ()
    store.close()
