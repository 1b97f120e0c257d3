"""Mirror a site by its list of changes, whatever its desk does, and miss nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from feedsvc.stores.backups import write_backup
from feedsvc.stores.changes import Changes
from feedsvc.web import make_app
from newsroom import Newsroom

STORIES = 12
ROUNDS, AT_ONCE = 40, 3  # passes, and actions before each


@pytest.fixture
def room(newsroom: Newsroom, store_url: str) -> Newsroom:
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    return newsroom


def story(title: str, *, rest: str = "", body: str = "Text.") -> str:
    return f"---\ntitle: {title}\ndate: 2026-10-30 09:00 +00:00\n{rest}\n---\n\n{body}\n"


def client_of(room: Newsroom) -> FlaskClient:
    return make_app(room.settings, room.store, clock=lambda: room.now).test_client()


def asked(room: Newsroom, path: str = "/changes.json", **headers: str):
    return client_of(room).get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def events(room: Newsroom, path: str = "/changes.json") -> list[tuple[str, str]]:
    """Return (event, name in the address) of the changes."""
    return [(item["event"], item["url"].rpartition("/")[2]) for item in asked(room, path).json["items"]]


@dataclass
class Mirror:
    """A machine that keeps what the list tells of; told: (edition, id) of each event."""

    client: FlaskClient
    next: str = "/changes.json"
    kept: dict[str, bytes] = field(default_factory=dict)
    told: list[tuple[int, str]] = field(default_factory=list)

    def follow(self, *, pages: int) -> bool:
        """Follow the list for some pages, and return whether that was all of it."""
        for _ in range(pages):
            answer = self.client.get(self.next).json
            for item in answer["items"]:
                self.told.append((item["edition"], item["id"]))
                if item["event"] in {"withdrawn", "killed"}:
                    self.kept.pop(item["id"], None)
                else:
                    found = self.client.get(urlsplit(item["json"]).path)
                    if found.status_code == 200:  # else it has gone since, and the list tells that later
                        self.kept[item["id"]] = found.data
            self.next = answer["next"].removeprefix("https://quay.example")
            if not answer["has_more"]:
                return True
        return False


def published(room: Newsroom, client: FlaskClient) -> dict[str, bytes]:
    return {
        entry.article.id: client.get(f"/articles/{entry.article.slug}.json").data
        for entry in room.store.latest(category="all", language=None, limit=STORIES * 2)
    }


def act(room: Newsroom, chance: random.Random) -> None:
    """Do one thing that a desk does, to one of its stories."""
    number = chance.randrange(STORIES)
    path, title, body = f"world/story-{number}.md", f"Story {number}", f"Text {chance.random()}."
    related = f"related: [Story {chance.randrange(STORIES)}]"
    link = f"{body}\n\nSee [it](story-{chance.randrange(STORIES)}.md)."
    match chance.randrange(9):
        case 0:
            room.file(path, story(title, rest=f"withdrawn: {body}"))
        case 1:
            room.file(path, "KILL\n")
        case 2:
            room.file(path, story(title, rest="revive: true", body=body))
        case 3:
            room.file(path, story(title, rest=f"correction: {body}", body=body))
        case 4:
            until = room.now + timedelta(hours=chance.randrange(6))
            room.file(path, story(title, rest=f"release: {until.isoformat()}", body=body))
        case 5:
            (room.articles / path).unlink(missing_ok=True)
        case 6:
            room.file(path, story(title, rest=related, body=body))
        case _:
            room.file(path, story(f"{title} {chance.choice('ab')}", body=link))


def test_a_mirror_has_what_is_published_after_anything_that_a_desk_does(room, monkeypatch):
    monkeypatch.setattr("feedsvc.web.pages.change_list.AT_ONCE", 3)
    chance, mirror = random.Random(21), Mirror(client_of(room))  # noqa: S311  the same stories each time
    for number in range(STORIES):
        room.file(f"world/story-{number}.md", story(f"Story {number}"))
    room.publish()
    for _ in range(ROUNDS):
        for _ in range(AT_ONCE):
            act(room, chance)
        room.publish(accept=frozenset({"desk"}))
        if mirror.follow(pages=chance.randrange(4)):
            assert mirror.kept == published(room, mirror.client)
    mirror.follow(pages=100)
    late = Mirror(client_of(room))
    late.follow(pages=100)

    assert mirror.kept == published(room, mirror.client)
    assert late.kept == mirror.kept
    assert len(mirror.told) == len(set(mirror.told)) > 60
    assert [edition for edition, _ in mirror.told] == sorted(edition for edition, _ in mirror.told)


def test_an_event_is_named_and_a_killed_article_only_by_its_id(room):
    for name in ("first", "second", "third", "fourth"):
        room.file(f"world/{name}.md", story(name.title()))
    room.publish()
    ids = {item["url"].rpartition("/")[2]: item["id"] for item in asked(room).json["items"]}
    room.file("world/first.md", story("First", rest="correction: It was wrong.", body="Right."))
    room.file("world/second.md", story("Second", body="Other words."))
    room.file("world/third.md", story("Third", rest="withdrawn: It was not so."))
    room.file("world/fourth.md", "KILL\n")
    room.publish()

    items = {item["event"]: item for item in asked(room).json["items"]}

    assert {event: item["id"] for event, item in items.items()} == {
        "corrected": ids["first"],
        "updated": ids["second"],
        "withdrawn": ids["third"],
        "killed": ids["fourth"],
    }
    assert items["updated"] == {
        "id": ids["second"],
        "event": "updated",
        "edition": 2,
        "changed": "2026-11-01T13:00:00+00:00",
        "url": "https://quay.example/articles/second",
        "json": "https://quay.example/articles/second.json",
        "ninjs": "https://quay.example/articles/second.ninjs.json",
    }
    assert items["killed"].keys() == {"id", "event", "edition", "changed"}
    assert items["withdrawn"].keys() == {"id", "event", "edition", "changed", "url"}


def test_an_article_that_is_gone_or_has_changed_in_the_same_edition_is_not_touched(room):
    for name in ("first", "second", "third", "fourth"):
        room.file(f"world/{name}.md", story(name.title()))
    room.publish()
    room.file("world/first.md", story("First", rest="withdrawn: It was not so."))
    room.file("world/second.md", "KILL\n")
    room.file("world/third.md", story("Third", rest="correction: It was wrong.", body="Right."))
    edition = room.publish()
    before = asked(room).json["items"]
    with room.store.transaction() as connection:
        touched = [item["id"] for item in before]
        Changes(connection).touch(touched, edition=edition.number, made_at=room.now)

    after = {item["id"]: (item["event"], item["edition"]) for item in asked(room).json["items"]}

    assert after == {item["id"]: (item["event"], item["edition"]) for item in before[1:]} | {
        before[0]["id"]: ("updated", edition.number)
    }
    with room.store.transaction() as connection:
        Changes(connection).touch(touched, edition=edition.number + 1, made_at=room.now)
    assert sorted(item["event"] for item in asked(room).json["items"]) == ["killed", "updated", "updated", "withdrawn"]


def test_an_embargo_is_told_of_when_it_ends(room):
    until = room.now + timedelta(hours=1)
    room.file("world/gulls.md", story("Gulls", rest=f"release: {until.isoformat()}"))
    room.file("world/tide.md", story("Tide"))
    room.publish()
    before = events(room)
    room.publish()

    assert before == [("created", "tide")]
    assert events(room) == [("created", "tide"), ("created", "gulls")]


def test_an_article_whose_links_lead_elsewhere_is_told_of(room):
    room.file("world/tide.md", story("Tide", rest="related: [Gulls]"))
    room.publish()
    cursor = asked(room).json["cursor"]
    room.file("world/gulls.md", story("Gulls"))
    room.publish()

    assert events(room, f"/changes.json?since={cursor}") == [("created", "gulls"), ("updated", "tide")]


def test_a_client_that_has_the_answer_gets_304(room):
    room.file("world/tide.md", story("Tide"))
    room.publish()
    first = asked(room)

    again = asked(room, If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"].startswith("public, max-age=300")


@pytest.mark.parametrize(
    ("since", "status"),
    [
        pytest.param("{store}-99", 410, id="ahead"),
        pytest.param("0123456789ab-1", 410, id="of another store"),
        pytest.param("yesterday", 400, id="no cursor"),
        pytest.param("{store}-1", 200, id="right"),
    ],
)
def test_a_cursor_that_the_store_did_not_give_is_refused(newsroom, since, status):
    newsroom.file("world/tide.md", story("Tide"))
    newsroom.publish()
    store = asked(newsroom).json["cursor"].partition("-")[0]

    answer = asked(newsroom, f"/changes.json?since={since.format(store=store)}")

    assert answer.status_code == status


def test_a_restored_store_sends_mirrors_back_to_the_beginning(newsroom):

    newsroom.file("world/tide.md", story("Tide"))
    newsroom.publish()
    cursor = asked(newsroom).json["cursor"]
    backup = newsroom.folder / "backup.db"
    write_backup(newsroom.store, backup, now=newsroom.now)
    newsroom.close()
    newsroom.restore(backup, replace=True)

    assert asked(newsroom, f"/changes.json?since={cursor}").status_code == 410
