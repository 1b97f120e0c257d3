from __future__ import annotations

import os
import shutil

import pytest

from feedsvc.sources import folder as listing
from feedsvc.stores.backups import write_backup

UNCONFIRMED = "nothing is removed until `feedsvc publish --accept-removals desk` confirms it"


def note(title: str) -> str:
    return f"# {title}\n\nThe {title} came in with the evening tide.\n"


def fill(room, number: int, folder: str = "world") -> None:
    for each in range(number):
        room.file(f"{folder}/{each}.md", note(f"{folder} {each}"))


def empty(room) -> None:
    """Leave of the source what an unmounted disk leaves: the folder alone."""
    shutil.rmtree(room.articles)
    room.articles.mkdir()


def said(edition) -> list[str]:
    return [str(each) for each in edition.problems]


def counts(edition) -> tuple[int, int]:
    return edition.removed, edition.articles


@pytest.fixture
def room(newsroom):
    """Return a newsroom of twelve articles in two folders, whose disk was unmounted at the last pass."""
    fill(newsroom, 6)
    fill(newsroom, 6, "science")
    newsroom.publish()
    empty(newsroom)
    newsroom.publish()
    return newsroom


def test_a_file_in_a_doubted_folder_lets_nothing_of_it_be_removed(room):
    room.file("world/fresh.md", note("Fresh"))

    edition = room.publish(among=["world"])

    assert counts(edition) == (0, 13)
    assert said(edition) == [f"12 of 12 documents of source desk are gone at once; {UNCONFIRMED}"]


def test_a_source_stays_held_while_any_document_is_missing(room):
    fill(room, 6)
    fill(room, 5, "science")

    edition = room.publish()

    assert counts(edition) == (0, 12)
    assert said(edition) == [f"1 of 12 documents of source desk are still gone; {UNCONFIRMED}"]


def test_what_else_is_removed_while_a_source_is_doubted_waits_too(room):
    room.file("world/fresh.md", note("Fresh"))
    room.publish()
    (room.articles / "world" / "fresh.md").unlink()

    assert counts(room.publish(among=["world/fresh.md"])) == (0, 13)


def test_a_source_is_doubted_by_whichever_process_makes_the_next_pass(room):
    room.close()
    fill(room, 6)
    fill(room, 5, "science")

    assert counts(room.publish()) == (0, 12)


def test_a_source_that_could_not_be_listed_meanwhile_is_doubted_still(room):
    room.articles.rmdir()
    room.publish()
    fill(room, 6)
    fill(room, 5, "science")

    assert counts(room.publish()) == (0, 12)


def test_when_all_documents_are_back_a_source_is_doubted_no_longer(room):
    fill(room, 6)
    fill(room, 6, "science")
    back = room.publish(among=["world"])
    (room.articles / "world" / "0.md").unlink()

    assert (said(back), counts(room.publish())) == ([], (1, 11))


def test_documents_that_are_back_elsewhere_are_back(room):
    fill(room, 6, "science")
    for each in range(6):
        room.file(f"culture/{each}.md", note(f"world {each}"))

    edition = room.publish()

    assert (said(edition), counts(edition)) == ([], (0, 12))


def test_the_operators_word_removes_what_is_missing_and_holds_the_source_no_longer(room):
    fill(room, 6)
    accepted = room.publish(accept=frozenset({"desk"}))
    (room.articles / "world" / "0.md").unlink()

    assert (said(accepted), counts(accepted), counts(room.publish())) == ([], (6, 6), (1, 5))


def test_a_folder_that_cannot_be_listed_is_no_documents_return(room, monkeypatch):
    fill(room, 6)
    fill(room, 6, "science")
    real_scandir = os.scandir

    def scandir(path):
        if os.fsencode(path).endswith(b"/science"):
            raise PermissionError(13, "Permission denied")
        return real_scandir(path)

    with monkeypatch.context() as patched:
        patched.setattr(listing.os, "scandir", scandir)
        closed = room.publish()
    shutil.rmtree(room.articles / "science")
    fill(room, 5, "science")

    assert said(closed) == [
        f"source desk lost many documents at once, and not all of it can be looked into; {UNCONFIRMED}",
        "science: cannot be listed (Permission denied); its articles stay published",
    ]
    assert counts(room.publish()) == (0, 12)


@pytest.mark.parametrize("number", [2, 3, 9])
def test_a_small_source_that_is_suddenly_empty_waits_too(newsroom, number):
    fill(newsroom, number)
    newsroom.publish()
    for each in range(number):
        (newsroom.articles / "world" / f"{each}.md").unlink()

    edition = newsroom.publish()

    assert counts(edition) == (0, number)
    assert said(edition) == [f"{number} of {number} documents of source desk are gone at once; {UNCONFIRMED}"]


def test_a_small_source_is_as_empty_with_something_new_in_it(newsroom):
    fill(newsroom, 3)
    newsroom.publish()
    empty(newsroom)
    newsroom.file("science/fresh.md", note("Fresh"))

    assert counts(newsroom.publish()) == (0, 4)


def test_the_only_document_is_removed_as_any_other(newsroom):
    fill(newsroom, 1)
    newsroom.publish()
    (newsroom.articles / "world" / "0.md").unlink()

    assert counts(newsroom.publish()) == (1, 0)


def test_the_only_document_waits_where_its_folder_went_with_it(newsroom):
    fill(newsroom, 1)
    newsroom.publish()
    empty(newsroom)

    edition = newsroom.publish()

    told = f"the only document of source desk is gone, and all else in its folder; {UNCONFIRMED}"
    assert (counts(edition), said(edition)) == ((0, 1), [told])


def test_what_a_source_keeps_needs_nobodys_word(newsroom):
    newsroom.configure(newsroom.main + 'when_removed = "keep"\n')
    fill(newsroom, 12)
    newsroom.publish()
    empty(newsroom)

    edition = newsroom.publish()

    assert (counts(edition), said(edition)) == ((0, 12), [])


def test_a_folder_that_cannot_be_listed_keeps_what_is_published_and_what_was_wrong(newsroom, monkeypatch):
    fill(newsroom, 3)
    newsroom.file("science/good.md", note("Good"))
    newsroom.file("world/bad.md", "---\ntitle: [\n---\n\nBad.\n")
    bad = said(newsroom.publish())
    newsroom.file("science/late.md", note("Late"))
    real_scandir = os.scandir

    def scandir(path):
        if os.fsencode(path).endswith(b"/world"):
            raise PermissionError(13, "Permission denied")
        return real_scandir(path)

    monkeypatch.setattr(listing.os, "scandir", scandir)
    edition = newsroom.publish()

    assert counts(edition) == (0, 5)
    assert said(edition) == [
        "world: cannot be listed (Permission denied); its articles stay published",
        *bad,
    ]


def test_what_lies_behind_a_link_that_leads_nowhere_stays(newsroom):
    newsroom.file(".disk/a.md", note("Lamps"))
    newsroom.file("world/b.md", note("Ferry"))
    (newsroom.articles / "disk").symlink_to(".disk")
    newsroom.publish()
    shutil.rmtree(newsroom.articles / ".disk")

    edition = newsroom.publish()

    told = "disk: is a symbolic link that leads nowhere (No such file or directory)"
    assert (counts(edition), said(edition)) == ((0, 2), [told])


def test_a_restored_backup_holds_what_was_held(room, tmp_path):
    write_backup(room.store, tmp_path / "backup", now=room.now)
    room.close()
    room.restore(tmp_path / "backup", replace=True)
    fill(room, 6)
    fill(room, 5, "science")

    assert counts(room.publish()) == (0, 12)
