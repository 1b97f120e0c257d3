"""Back a store up while it is served, and bring it back, in either kind of store."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

import pytest

from feedsvc.model.errors import StoreError
from feedsvc.stores import open_store
from feedsvc.stores.backups import CHECKSUM, faults_of, write_backup
from feedsvc.stores.store import Store
from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import Tree
from newsroom import Newsroom
from schema_changes import NOW, change_schema
from service import feedsvc, feedsvc_alone


def note(title: str, *, rest: str = "") -> str:
    return f"---\ntitle: {title}\ndate: 2026-10-30 09:00 +00:00\n{rest}\n---\n\nA quixotic text of it.\n"


@pytest.fixture
def room(newsroom: Newsroom, store_url: str) -> Newsroom:
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    newsroom.file("world/gulls.md", note("Gulls"))
    newsroom.file("world/tides.md", note("Tides"))
    newsroom.publish()
    newsroom.file("world/gulls.md", note("Gulls, corrected"))
    newsroom.publish()
    return newsroom


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request, tmp_path):
    """The URL of a second store, so that each kind is restored into each."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/other/feedsvc.db"
    return request.getfixturevalue("database").new_url()


def items(room: Newsroom) -> list[dict[str, object]]:
    return json.loads(room.feed("/feeds/all.json"))["items"]


def backed_up(room: Newsroom, name: str = "news.backup"):
    file = room.folder / name
    write_backup(room.store, file, now=room.now, force=True)
    return file


def move_to(room: Newsroom, url: str) -> None:
    room.close()
    room.environ["FEEDSVC_STORE_URL"] = url
    room._store = open_store(room.settings)


def test_a_backup_restored_into_either_kind_of_store_goes_on_as_if_nothing_had_been(room, other_url):
    before, number = items(room), room.store.edition_number()
    file = backed_up(room)

    restored = room.restore(file, other_url)
    move_to(room, other_url)
    again = items(room)
    unchanged = room.publish()
    room.file("world/buoys.md", note("Buoys"))
    room.publish()

    assert (restored.edition.number, restored.back) == (number, ())
    assert again == before
    assert unchanged.number == number
    assert [item for item in items(room) if item["title"] != "Buoys"] == before
    assert faults_of(room.store) == ()


def test_a_backup_of_an_older_feedsvc_is_migrated_and_restored_under_its_ids(room, tmp_path, monkeypatch):
    before = items(room)
    old = backed_up(room)
    change_schema(tmp_path, monkeypatch)

    restored = room.restore(old, replace=True)
    room.publish()

    assert restored.edition.articles == 2
    assert items(room) == before
    assert faults_of(room.store) == ()
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(str(NOW),)]


def test_a_backup_is_one_file_that_only_its_owner_reads(room):
    file = backed_up(room)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in room.folder.iterdir() if "backup" in path.name] == ["news.backup"]


def test_a_backup_clears_away_what_a_killed_one_left_and_nothing_else(room):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = [f".news.backup.{dead.pid}.new", f".news.backup.{dead.pid}.new-journal"]
    others = [f".news.backup.{os.getppid()}.new", ".news.backup.old.new", f".other.backup.{dead.pid}.new"]
    for name in (*left, *others):
        (room.folder / name).write_bytes(b"texts")
        os.utime(room.folder / name, times=(0, 0))
    young = room.folder / f".news.backup.{dead.pid}.new-wal"
    young.write_bytes(b"texts")
    os.utime(young, times=(room.now.timestamp(),) * 2)

    backed_up(room)

    assert [name for name in (*left, *others) if (room.folder / name).exists()] == others
    assert young.exists()


def test_a_restore_clears_away_what_a_killed_one_left_and_nothing_else(newsroom, monkeypatch):
    newsroom.publish()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    temporary = newsroom.folder / "temporary"
    left, *others = (
        temporary / name
        for name in (f"feedsvc-restore-{dead.pid}-x", f"feedsvc-restore-{os.getppid()}-x", "feedsvc-restore-mine")
    )
    for each in (left, *others):
        each.mkdir(parents=True)
        (each / "backup.db").write_bytes(b"texts")
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    newsroom.restore(backed_up(newsroom), replace=True)

    assert sorted(temporary.iterdir()) == sorted(others)


def test_a_backup_replaces_no_file_unless_told_to(room):
    file = room.folder / "precious"
    file.write_bytes(b"a diary")

    with pytest.raises(StoreError, match="is there already"):
        write_backup(room.store, file, now=room.now)

    assert file.read_bytes() == b"a diary"


def test_a_backup_never_replaces_the_store_itself(newsroom):
    newsroom.publish()

    with pytest.raises(StoreError, match="is the store itself"):
        write_backup(newsroom.store, newsroom.folder / "var" / "feedsvc.db", now=newsroom.now, force=True)


def test_a_store_that_is_not_empty_is_replaced_only_when_told_to(room):
    file = backed_up(room)
    room.file("world/buoys.md", note("Buoys"))
    room.publish()

    with pytest.raises(StoreError, match="--replace"):
        room.restore(file)
    kept = len(items(room))
    identity = room.store.identity()
    room.restore(file, replace=True)

    assert (kept, len(items(room))) == (3, 2)
    assert room.store.identity() != identity


def test_a_kill_names_the_backups_made_before_it(room, caplog):
    first, second = backed_up(room, "first"), backed_up(room, "second")
    room.file("world/gulls.md", note("Gulls", rest="killed: true"))
    with caplog.at_level(logging.WARNING):
        room.publish()
    told = caplog.text
    caplog.clear()
    room.file("world/tides.md", note("Tides turn"))
    room.publish()

    assert (str(first) in told, str(second) in told) == (True, True)
    assert caplog.text == ""


def test_what_is_killed_already_names_no_backup_however_often_it_is_read(room, caplog):
    wire = "KILL\n\nLamps\n\nLISBON, Oct. 30 (Quay News) -- A quixotic text of it.\n"
    room.file("world/lamps.txt", wire.removeprefix("KILL\n\n"))
    room.publish()
    room.file("world/lamps.txt", wire, arrival=room.now)  # so young that it is read again
    room.publish()
    file = backed_up(room)
    room.restore(file, replace=True)
    with caplog.at_level(logging.WARNING):
        room.file("world/tides.md", note("Tides turn", rest="tags: [moon]"))
        room.publish()
        (room.articles / "world/tides.md").unlink()
        room.publish()

    assert "backups" not in caplog.text


def test_a_kill_names_no_backup_made_before_the_article_came(room, caplog):
    early = backed_up(room, "early")
    room.now += timedelta(hours=3)
    room.file("world/lamps.md", note("Lamps"))
    room.publish()
    late = backed_up(room, "late")
    room.file("world/lamps.md", note("Lamps", rest="killed: true"))
    with caplog.at_level(logging.WARNING):
        room.publish()

    assert (str(early) in caplog.text, str(late) in caplog.text) == (False, True)


def test_a_kill_tells_a_backup_that_waited_for_the_pass_of_an_article_from_one_just_before_it(room, caplog):
    early = backed_up(room, "early")
    waited = room.folder / "waited"
    began = room.now
    room.now += timedelta(seconds=20)
    room.file("world/lamps.md", note("Lamps"), arrival=room.now)
    room.publish()
    write_backup(room.store, waited, now=began, elapsed_s=lambda: 30.0)
    room.file("world/lamps.md", note("Lamps", rest="killed: true"))
    with caplog.at_level(logging.WARNING):
        room.publish()

    assert (str(early) in caplog.text, str(waited) in caplog.text) == (False, True)


def test_a_backup_that_may_have_more_than_its_note_says_is_none(room):
    seconds = iter([0.0, 60.0])

    with pytest.raises(StoreError, match="run the command again"):
        write_backup(room.store, room.folder / "late", now=room.now, elapsed_s=lambda: next(seconds))

    assert not (room.folder / "late").exists()


def test_a_kill_names_the_backups_of_a_story_that_was_never_published(room, caplog):
    room.file("world/lamps.txt", "EMBARGOED\n\nLamps\n\nA quixotic text of it.\n")
    room.publish()
    file = backed_up(room)
    room.file("world/lamps.txt", "KILL\n")
    with caplog.at_level(logging.WARNING):
        room.publish()
        told = caplog.text
        caplog.clear()
        backed_up(room, "after")
        room.file("world/tides.md", note("Tides turn"))
        room.publish()

    assert str(file) in told
    assert "backups" not in caplog.text


def test_a_backup_made_before_the_store_is_written_anew_after_a_kill_has_nothing_of_it(room, monkeypatch):
    text = "Zanzibar wherries. " * 500
    room.file("world/lamps.md", note("Lamps", rest=f"summary: {text}"))
    room.publish()
    room.file("world/lamps.md", note("Lamps", rest="killed: true"))
    monkeypatch.setattr(Store, "scrub", lambda _: None)  # as when the process ends before it comes to that
    room.publish()

    file = backed_up(room)

    assert b"anzibar" not in file.read_bytes()
    room.restore(file, replace=True)


def test_a_kill_names_what_was_backed_up_of_the_state_that_a_restore_replaced(room, caplog):
    first = backed_up(room, "first")
    room.file("world/lamps.md", note("Lamps"))
    room.publish()
    second = backed_up(room, "second")
    room.restore(first, replace=True)
    room.now += timedelta(hours=3)
    room.file("world/lamps.md", note("Lamps again"))
    room.publish()
    room.file("world/lamps.md", note("Lamps", rest="killed: true"))
    with caplog.at_level(logging.WARNING):
        room.publish()

    assert (str(first) in caplog.text, str(second) in caplog.text) == (False, True)


def test_a_restore_tells_which_killed_articles_it_brings_back_and_the_next_pass_kills_them_again(room):
    file = backed_up(room)
    killed = next(item["id"] for item in items(room) if item["title"] == "Gulls, corrected")
    room.file("world/gulls.md", note("Gulls", rest="killed: true"))
    room.publish()

    restored = room.restore(file, replace=True)
    room.publish()

    assert restored.back == (killed,)
    assert room.store.article(killed).state == "killed"


def test_a_file_that_is_no_backup_is_refused_by_its_own_name_and_nothing_changes(room):
    file = backed_up(room)
    data = bytearray(file.read_bytes())
    file.write_bytes(data[: len(data) // 2])
    diary = room.folder / "diary"
    diary.write_bytes(b"Dear diary, " * 500)
    before = items(room)

    for each in (file, diary):
        with pytest.raises(StoreError, match=f"{each}: is no whole backup"):
            room.restore(each, replace=True)

    assert items(room) == before


def empty(file):
    file.touch()


def another_program_s(file):
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def with_tables_of_the_same_names(file):
    with sqlite3.connect(file) as connection:
        for table in ("meta", "documents", "contents", "articles", "placements", "feeds", "editions"):
            connection.execute(f"CREATE TABLE {table} (name TEXT)")
            connection.execute(f"INSERT INTO {table} VALUES ('x')")  # noqa: S608  ours
    connection.close()


def never_published(file):
    Store(f"sqlite:///{file}").close()


@pytest.mark.parametrize("make", [empty, another_program_s, with_tables_of_the_same_names, never_published])
def test_what_holds_no_store_is_no_backup_and_what_was_published_stands(room, make):
    file = room.folder / "file"
    make(file)
    before = items(room)

    with pytest.raises(StoreError, match=rf"{file}: is no (whole )?backup: "):
        room.restore(file, replace=True)

    assert items(room) == before
    assert [path.name for path in (room.folder / "var").glob("*replaced*")] == []


def test_the_store_itself_is_no_backup_of_it(newsroom):
    newsroom.publish()

    with pytest.raises(StoreError, match="is the store itself"):
        newsroom.restore(newsroom.folder / "var" / "feedsvc.db", replace=True)


def test_a_flipped_bit_in_any_text_of_a_backup_is_found(room):
    file = backed_up(room)
    whole = file.read_bytes()
    places = [place for place in range(len(whole)) if whole.startswith(b"A quixotic text", place)]

    for place in places:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 2]) + whole[place + 1 :])
        with pytest.raises(StoreError, match=f"{file}: is no whole backup: "):
            room.restore(file, replace=True)

    assert len(places) > 3
    file.write_bytes(whole)
    assert room.restore(file, replace=True).is_checked


def test_a_backup_of_before_there_were_digests_is_restored_with_a_word(newsroom):
    newsroom.file("world/gulls.md", note("Gulls"))
    newsroom.publish()
    file = backed_up(newsroom)
    with sqlite3.connect(file) as connection:
        assert connection.execute("DELETE FROM meta WHERE key = ?", [CHECKSUM]).rowcount == 1
    connection.close()
    newsroom.close()

    restored = feedsvc(newsroom.folder, "restore", "news.backup", "--replace")

    assert restored.returncode == 0
    assert restored.stderr.startswith("news.backup: an older feedsvc made this backup without a digest")


def test_what_a_restore_replaces_is_kept_and_is_a_backup_itself(room):
    file = backed_up(room)
    room.file("world/buoys.md", note("Buoys"))
    room.publish()
    before = items(room)

    kept = room.restore(file, replace=True).kept
    meanwhile = len(items(room))
    room.now += timedelta(hours=1)
    again = room.restore(kept, replace=True)

    assert (meanwhile, items(room)) == (2, before)
    assert again.is_checked
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.parent == room.folder / "var"


def test_of_what_restores_replace_the_last_three_are_kept(room):
    file = backed_up(room)
    kept = []
    for _ in range(5):
        room.now += timedelta(hours=1)
        kept.append(room.restore(file, replace=True).kept)

    assert sorted(kept[0].parent.glob("*replaced-*")) == kept[-3:]


def test_a_kill_names_what_a_restore_has_kept(room, caplog):
    file = backed_up(room)
    room.file("world/lamps.md", note("Lamps"))
    room.publish()
    kept = room.restore(file, replace=True).kept
    room.publish()
    room.file("world/lamps.md", note("Lamps", rest="killed: true"))
    with caplog.at_level(logging.WARNING):
        room.publish()

    assert str(kept) in caplog.text


def test_an_empty_store_leaves_nothing_to_be_kept(room, other_url):
    file = backed_up(room)

    assert room.restore(file, other_url).kept is None


def test_a_damaged_store_is_told_with_its_cure_and_a_backup_is_one(newsroom):
    newsroom.file("world/gulls.md", note("Gulls"))
    newsroom.publish()
    before = items(newsroom)
    sound = feedsvc(newsroom.folder, "check", "--store")
    made = feedsvc_alone(newsroom.folder, "backup", "news.backup")
    newsroom.close()
    store = newsroom.folder / "var" / "feedsvc.db"
    store.write_bytes(b"no SQLite at all" * 1000)

    damaged = feedsvc(newsroom.folder, "check", "--store")
    refused = feedsvc(newsroom.folder, "publish")
    cured = feedsvc_alone(newsroom.folder, "restore", "news.backup", "--replace")
    newsroom._store = None

    assert (sound.returncode, sound.stdout) == (0, "the store is intact: edition 1, 1 article\n")
    assert (made.returncode, made.stderr) == (0, "")
    assert (damaged.returncode, f"{store}: is damaged" in damaged.stderr) == (1, True)
    assert (refused.returncode, "feedsvc restore FILE --replace" in refused.stderr) == (2, True)
    assert (cured.returncode, "feedsvc.db.damaged" in cured.stdout) == (0, True)
    assert items(newsroom) == before


def test_pages_of_a_store_that_were_overwritten_are_found(newsroom):
    for number in range(40):
        newsroom.file(f"world/{number}.md", note(f"Gulls {number}"))
    newsroom.publish()
    newsroom.close()
    file = newsroom.folder / "var" / "feedsvc.db"
    data = bytearray(file.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 8 * 4096] = os.urandom(8 * 4096)
    file.write_bytes(data)
    newsroom._store = None

    found = feedsvc(newsroom.folder, "check", "--store")

    assert (found.returncode, "damaged" in found.stderr) == (1, True)


def test_tables_that_do_not_fit_together_are_found(newsroom):
    newsroom.file("world/gulls.md", note("Gulls"))
    newsroom.publish()
    newsroom.close()
    with sqlite3.connect(newsroom.folder / "var" / "feedsvc.db") as connection:
        connection.execute("DELETE FROM bodies WHERE digest = (SELECT digest FROM feeds WHERE path = '/feeds/all.rss')")
        connection.execute("UPDATE articles SET data = '{'")
        connection.execute(
            "INSERT INTO placements (category, language, article, sequence, published) "
            "VALUES ('world', 'en', 'tag:nobody', 9, 0)"
        )
    connection.close()
    newsroom._store = None

    faults = "\n".join(faults_of(newsroom.store))

    assert "/feeds/all.rss: has no body" in faults
    assert "world en: lists tag:nobody, which is not there" in faults
    assert ": cannot be read" in faults


def test_a_store_that_nothing_was_published_to_replaces_no_backup(newsroom):
    file = newsroom.folder / "news.backup"
    file.write_bytes(b"all that we had")
    assert newsroom.store.edition_number() == 0

    done = feedsvc(newsroom.folder, "backup", "news.backup", "--force")

    assert (done.returncode, done.stderr) == (
        2,
        "feedsvc: nothing is published yet, so there is nothing to back up; run: feedsvc publish\n",
    )
    assert file.read_bytes() == b"all that we had"


def test_a_site_is_built_again_when_an_edition_of_the_same_number_is_restored_meanwhile(room):
    url, before = room.settings.store_url, backed_up(room, "before.backup")
    buoys = room.file("world/buoys.md", note("Buoys"))
    room.publish()
    other = backed_up(room, "buoys.backup")
    room.restore(before, url, replace=True)
    buoys.unlink()
    room.file("world/piers.md", note("Piers"))
    number = room.publish().number
    restored = []

    def restore(_stage: str) -> None:
        if not restored:
            restored.append(room.restore(other, url, replace=True))

    with Tree(room.folder / "out") as tree:
        build(room.settings, room.store, tree, progress=restore)

    assert restored[0].edition.number == number
    site = room.folder / "out" / "site"
    assert {item["title"] for item in json.loads((site / "feeds/all.json").read_bytes())["items"]} == {
        "Buoys",
        "Gulls, corrected",
        "Tides",
    }
    assert sorted(each.name for each in site.glob("articles/*.json")) == ["buoys.json", "gulls.json", "tides.json"]
