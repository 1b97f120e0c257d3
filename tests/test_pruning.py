"""What a store forgets when it is told to, and what it never does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from test_desk_changes import note

from feedsvc.cli import main
from feedsvc.inspect.version_history import find_history
from feedsvc.model.errors import StoreError
from feedsvc.stores import pruning, schema
from feedsvc.stores.backups import faults_of, write_backup
from feedsvc.stores.erase_killed import BackupNote, add_backup_notes, backup_notes
from feedsvc.stores.pruning import Pruned, prune, what_to_prune
from feedsvc.stores.store import Store
from newsroom import Newsroom, sequences_in

DATED = "date: 2026-10-30 09:00 +00:00"
BOTH, ENGLISH = "{ en: Ferry sails, zh: 渡轮启航 }", "Ferry sails"
NOTHING = (0, 0, 0, 0)
SUPERSEDED = 12  # of the last pass: feeds of all and of world, in three formats, bilingual and English
DAY, MINUTES = timedelta(days=1), timedelta(minutes=10)


@pytest.fixture(scope="module")
def original(base: Newsroom) -> Newsroom:
    """A ferry in five versions, an hour apart: the last two are in one language, and another story is as it was."""
    base.file("science/fog.md", note("Fog lifts"))
    for number, title in enumerate((BOTH, BOTH, BOTH, ENGLISH, ENGLISH)):
        base.file("world/ferry.md", note(title, rest=DATED, body=f"Sentence {number}.\n\n第{number}句。"))
        base.publish()
    base.close()
    return base


@pytest.fixture
def room(original: Newsroom, copied: Callable[[Newsroom], Newsroom]) -> Newsroom:
    return copied(original)


def pruned(room: Newsroom, *, revisions: timedelta = timedelta(0), bodies: timedelta = MINUTES) -> Pruned:
    return prune(room.store, now=room.now, revisions=revisions, bodies=bodies)


def counts(found: Pruned) -> tuple[int, ...]:
    return tuple(each.count for each in (found.revisions, found.bodies, found.contents, found.editions))


def rows(store: Store, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of these tables, all tables by default."""
    with store.snapshot() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for name, table in schema.metadata.tables.items()
            if not tables or name in tables
        }


def run(room: Newsroom, *arguments: str) -> Result:
    environ = {"FEEDSVC_CONFIG": str(room.folder / "config"), **room.environ}
    return CliRunner().invoke(main, ["prune", *arguments], env=environ)


def test_old_texts_go_and_numbers_times_kinds_and_digests_stay(room):
    before = find_history(room.store, room.settings, "ferry-sails")

    found = pruned(room)

    after = find_history(room.store, room.settings, "ferry-sails")
    assert counts(found) == (4, SUPERSEDED, 4, 4)
    assert found.bytes > 0
    assert [(each.number, each.made_at, each.edition, each.making) for each in after] == [
        (each.number, each.made_at, each.edition, each.making) for each in before
    ]
    assert [each.pruned for each in after] == [True] * 4 + [False]
    assert after[-1] == before[-1]
    assert "Sentence 3" not in str(after[:-1])
    assert counts(pruned(room)) == NOTHING


def test_more_revisions_than_a_transaction_takes_are_pruned_too(room, monkeypatch):
    monkeypatch.setattr(pruning, "AT_ONCE", 3)

    assert pruned(room).revisions.count == 4
    assert pruned(room).revisions.count == 0


def test_age_counts_from_when_a_version_was_replaced(room):
    # The last but one was replaced an hour ago, and the one before it two hours ago.
    found = pruned(room, revisions=timedelta(minutes=90))

    history = find_history(room.store, room.settings, "ferry-sails")
    assert [each.pruned for each in history] == [True, True, True, False, False]
    assert found.contents.count == 3, "the document of a version that is there in full stays"
    assert counts(pruned(room, revisions=DAY)) == NOTHING


def test_articles_ids_sequences_tombstones_and_feeds_are_never_touched(room):
    room.file("science/fog.md", note("Fog lifts", rest="withdrawn: It stayed."))
    room.publish()
    untouched = ("articles", "placements", "archives", "feeds", "names", "titles", "documents", "meta", "problems")
    before = rows(room.store, *untouched)

    first = find_history(room.store, room.settings, "ferry-sails")[0].article
    sequences = sequences_in(room.store, [first.id])

    pruned(room)

    assert rows(room.store, *untouched) == before
    assert faults_of(room.store) == ()
    room.file("world/ferry.md", note(BOTH, rest=DATED, body="Sentence 2.\n\n第2句。"))
    room.publish()
    chinese = room.store.entry("ferry-sails").article.version("zh")
    assert chinese.published == first.version("zh").published, "a language that comes back is not new"
    assert sequences_in(room.store, [first.id]) == sequences
    history = find_history(room.store, room.settings, "ferry-sails")
    assert [each.number for each in history] == [1, 2, 3, 4, 5, 6]


def test_a_dry_run_says_the_same_and_changes_nothing(room):
    before = rows(room.store)

    found = what_to_prune(room.store, now=room.now, revisions=timedelta(0), bodies=MINUTES)

    assert rows(room.store) == before
    assert found == pruned(room)


def test_superseded_bytes_go_by_their_age(room):
    pruned(room, revisions=DAY)
    with room.store.transaction() as connection:
        body = {"digest": "old", "body": b"12345", "gzip": b"123", "brotli": None}
        old = (room.now - timedelta(minutes=11)).timestamp()
        young = (room.now - timedelta(minutes=9)).timestamp()
        connection.execute(schema.bodies.insert(), [body, {**body, "digest": "young"}])
        marks = [{"digest": "old", "since": old}, {"digest": "young", "since": young}]
        connection.execute(schema.superseded.insert(), marks)

    found = pruned(room, revisions=DAY)

    assert (found.bodies.count, found.bodies.bytes) == (1, 8)
    with room.store.snapshot() as connection:
        kept = connection.scalars(select(schema.bodies.c.digest)).all()
    assert ("old" in kept, "young" in kept) == (False, True)


def test_notes_of_backups_that_are_gone_are_forgotten_and_others_when_they_are_named(room, tmp_path):
    there, gone = tmp_path / "there.db", tmp_path / "gone.db"
    for file in (there, gone):
        write_backup(room.store, file, now=room.now)
    gone.unlink()
    unmounted = BackupNote(made_at=1.0, file="/nowhere/of/ours/backup.db")
    with room.store.transaction() as connection:
        add_backup_notes(connection, [unmounted])

    found = pruned(room)

    is_shared = room.store.url.startswith("postgresql")
    forgotten, unseen = ([], [unmounted.file, str(gone)]) if is_shared else ([str(gone)], [unmounted.file])
    assert [note.file for note in found.forgotten] == forgotten
    assert sorted(note.file for note in found.unseen) == sorted(unseen)
    with pytest.raises(StoreError, match=r"other\.db: is no backup that the store has a note of; it has: /nowhere"):
        prune(room.store, now=room.now, revisions=DAY, bodies=DAY, backups=["other.db"])
    prune(room.store, now=room.now, revisions=DAY, bodies=DAY, backups=[unmounted.file, str(there), str(gone)][:-1])
    with room.store.snapshot() as connection:
        assert [note.file for note in backup_notes(connection)] == ([str(gone)] if is_shared else [])


def test_the_store_gives_its_space_back_beside_a_reader(room):
    with room.store.transaction() as connection:
        body = {"body": b"x" * 2_000_000, "gzip": None, "brotli": None}
        connection.execute(schema.bodies.insert(), [{"digest": f"{number}", **body} for number in range(3)])
        marks = [{"digest": f"{number}", "since": 1.0} for number in range(3)]
        connection.execute(schema.superseded.insert(), marks)
        connection.execute(
            schema.bodies.update().where(schema.bodies.c.digest == "0").values(body=bytes(range(256)) * 8000)
        )
    done, failed = Event(), []

    def read() -> None:
        reader = Store(room.store.url, makes=False, migrates=False)
        while not done.is_set():
            if reader.ready("/feeds/all.atom") is None or reader.edition().number != 5:
                failed.append("an edition was not whole")
        reader.close()

    thread = Thread(target=read)
    thread.start()
    result = run(room, "--compact")
    done.set()
    thread.join()

    assert (result.exit_code, failed) == (0, [])
    before, after = (
        int(number.replace(",", "")) for number in result.output.splitlines()[-1].split() if number[0].isdigit()
    )
    assert before > after
    with room.store.snapshot() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.bodies)) > 0


def test_the_command_says_what_it_forgot(room):
    dry = run(room, "--revisions-older-than", "0m", "--dry-run")
    done = run(room, "--revisions-older-than", "0m")

    lines = [line.partition(",")[0] for line in done.output.splitlines()]
    assert lines[:4] == [
        "texts of old revisions: 4",
        f"replaced feeds: {SUPERSEDED}",
        "documents of no article: 4",
        "records of old editions: 4",
    ]
    assert done.output.replace("are free", "would be freed") == dry.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--bytes-older-than", "9m"], "must be 10m or more", id="what is being read"),
        pytest.param(
            ["--revisions-older-than", "soon"],
            "'soon' is not an age; write one such as 10m, 12h, 90d or 8w",
            id="no age",
        ),
        pytest.param(["--compact", "--dry-run"], "use one of them", id="a dry run that writes"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(newsroom, arguments, said):
    result = run(newsroom, *arguments)

    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_pruned_version_says_so_and_cannot_be_compared(room):
    pruned(room)
    environ = {"FEEDSVC_CONFIG": str(room.folder / "config"), **room.environ}

    told = CliRunner().invoke(main, ["history", "ferry-sails"], env=environ)
    compared = CliRunner().invoke(main, ["history", "ferry-sails", "--compare", "1", "5"], env=environ)
    fields = json.loads(CliRunner().invoke(main, ["history", "ferry-sails", "--json"], env=environ).output)

    assert told.output.count("the text was pruned") == 4
    assert (compared.exit_code, "the text of version 1 was pruned" in compared.stderr) == (2, True)
    assert [each["titles"] for each in fields["versions"][3:]] == [{}, {"en": "Ferry sails"}]


def test_a_backup_of_a_pruned_store_is_whole(room, tmp_path):
    pruned(room)
    file: Path = tmp_path / "backup.db"
    write_backup(room.store, file, now=room.now)
    copy = Store(f"sqlite:///{file}", makes=False, migrates=False)

    history = find_history(copy, room.settings, "ferry-sails")

    assert (faults_of(copy), len(history)) == ((), 5)
    copy.close()
