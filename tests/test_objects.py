"""A bucket is a source: polled politely, only what changed is fetched, and a fault of it removes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from feedsvc.model.errors import SettingsError
from feedsvc.publish.object_polls import TIMES, BucketPolls, buckets
from made_files import png
from newsroom import MAIN, Newsroom
from webserver import answering, send

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
CHANGED = "2026-10-30T08:00:00.000Z"
PIER = b"Pier opens\n\nLISBON, Oct. 30, 2026 (Quay News) -- The pier is open.\n"


@dataclass
class Storage:
    """The two requests of S3 that a reader makes: ListObjectsV2 and GetObject."""

    port: int = 0
    objects: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    sent: dict[str, bytes] = field(default_factory=dict)  # in place of what is listed
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        url = urlsplit(path)
        if self.status != 200:
            return self.status, b"<Error><Code>InternalError</Code></Error>", {}
        if "list-type" in url.query:
            self.asked.append("list")
            prefix = parse_qs(url.query).get("prefix", [""])[0]
            listed = "".join(
                f"<Contents><Key>{escape(key)}</Key><LastModified>{CHANGED}</LastModified><Size>{len(content)}</Size>"
                f'<ETag>"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"</ETag></Contents>'
                for key, content in sorted(self.objects.items())
                if key.startswith(prefix)
            )
            return 200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>".encode(), {}
        key = unquote(url.path).removeprefix("/desk/")
        self.asked.append(key)
        if key not in self.objects:
            return 404, b"<Error><Code>NoSuchKey</Code></Error>", {}
        content = self.sent.get(key, self.objects[key])
        return 200, content, {"Last-Modified": "Fri, 30 Oct 2026 08:00:00 GMT", "ETag": '"e"'}


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    found = Storage()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    with answering(lambda request: send(request, *found.answer(request.path))) as found.port:
        yield found


@pytest.fixture
def room(newsroom: Newsroom, storage: Storage) -> Newsroom:
    """A newsroom with the folder of a desk, and a bucket."""
    bucket = f'url = "s3://desk/news"\nendpoint = "http://127.0.0.1:{storage.port}"\nevery_s = 30\n'
    newsroom.configure(f'{MAIN}[[sources]]\nname = "pier"\ncategory = "world"\n{bucket}')
    newsroom.now = NOON
    return newsroom


def bucket_of(room: Newsroom) -> BucketPolls:
    (bucket,) = buckets(room.settings, clock=lambda: room.now, limit_s=2)
    return bucket


def poll(room: Newsroom) -> float:
    """Poll the bucket, make a pass, and go on to the next poll; return the pause before that."""
    pause_s = bucket_of(room).poll()
    room.publish()
    room.now += timedelta(seconds=pause_s)
    return pause_s


def titles(room: Newsroom) -> list[str]:
    found = room.store.latest(category="all", language=None, limit=99)
    return sorted(str(found.article.title.items[0][1]) for found in found)


def told(room: Newsroom) -> list[str]:
    return [problem.message for problem in room.publish().problems]


def test_objects_become_articles_with_the_pictures_beside_them(room, storage):
    storage.objects = {"news/world/pier.txt": PIER, "news/world/pier.png": png(8, 6), "other/b.txt": b"No\n"}

    assert poll(room) == 30

    assert titles(room) == ["Pier opens"]
    shown = room.store.entry("pier-opens").article
    assert [medium.width for medium in shown.media] == [8]
    assert storage.asked == ["list", "news/world/pier.png", "news/world/pier.txt"]


def test_only_what_changed_is_fetched_and_what_is_gone_is_withdrawn(room, storage):
    storage.objects = {"news/a.txt": PIER, "news/old.txt/b.txt": PIER.replace(b"Pier", b"Lamp"), "news/logo.exe": b"x"}
    poll(room)
    storage.asked.clear()
    storage.objects["news/a.txt"] = PIER.replace(b"opens", b"closes")
    del storage.objects["news/old.txt/b.txt"]
    storage.objects["news/old.txt"] = b"LISBON, Oct. 30, 2026 (Quay News) -- It is no article.\n"

    poll(room)

    assert storage.asked == ["list", "news/a.txt", "news/old.txt"]
    assert titles(room) == ["Pier closes"]


@pytest.mark.parametrize("status", [403, 404, 503])
def test_a_fault_removes_nothing_is_told_and_is_tried_again_later_and_later(room, storage, status):
    storage.objects = {"news/a.txt": PIER}
    poll(room)
    storage.status = status

    pauses = [poll(room), poll(room)]

    assert pauses == [30, 60]
    assert titles(room) == ["Pier opens"]
    (message,) = told(room)
    assert message.startswith("source pier cannot be read: ")
    assert not TIMES.search(message)  # it is the same at each try, and is logged once
    storage.status = 200
    assert (poll(room), told(room)) == (30, [])


def test_before_its_time_a_bucket_is_not_asked(room, storage):
    bucket_of(room).poll()
    room.now += timedelta(seconds=10)

    assert (bucket_of(room).poll(), storage.asked) == (20, ["list"])


def test_a_start_of_the_service_ends_the_pause_after_a_fault(room, storage):
    storage.status = 403
    bucket_of(room).poll()
    storage.status = 200

    bucket_of(room).retry()

    assert (bucket_of(room).poll(), told(room)) == (30, [])


def test_hostile_objects_are_left_out_and_told(room, storage):
    names = ("news/" + "x" * 300 + ".txt", "news/.git/e.txt", "news/f.txt")
    storage.objects = {**dict.fromkeys(names, PIER), "news/f.txt/g.txt": PIER, "news/h.txt": PIER * 200_000}

    bucket_of(room).poll()
    noted = [problem.message for problem in room.publish().problems if "objects with" in problem.message]

    folder = room.settings.sources[1].bucket.folder
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert [name for name in found if not name.startswith(".")] == ["f.txt/g.txt"]
    assert noted == [
        f"objects with names that no file can have: 3 (.git/e.txt, f.txt, {'x' * 300}.txt)",
        "objects with more bytes than `max_bytes` allows: 1 (h.txt)",
    ]


def test_an_object_whose_name_leads_out_of_the_folder_stops_its_source_alone(room, storage):
    storage.objects = {"news/../../x.txt": PIER, "news/a.txt": PIER}

    poll(room)

    assert list(room.folder.rglob("x.txt")) == []
    assert (
        'cannot be read: Encountered object with invalid path: Error parsing Path "news/../../x.txt"' in told(room)[0]
    )


def test_an_object_that_is_not_as_it_is_listed_is_not_published(room, storage):
    storage.objects = {"news/a.txt": PIER}
    storage.sent = {"news/a.txt": PIER * 2}

    poll(room)

    assert titles(room) == []
    assert told(room)[0].startswith("source pier sends more of 'a.txt' than it lists")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        pytest.param('url = "s3://"', "sources[2].url: must name a bucket", id="no bucket"),
        pytest.param('url = "s3://desk"\nendpoint = "x"', "sources[2].endpoint: must be an http", id="no endpoint"),
        pytest.param('url = "b"\nendpoint = "http://a.example"', "sources[2].endpoint: is for a source", id="a folder"),
    ],
)
def test_a_fault_in_the_configuration_of_a_bucket_is_told(newsroom, lines, fault):
    newsroom.configure(f'{MAIN}[[sources]]\nname = "pier"\ncategory = "world"\n{lines}\n')

    with pytest.raises(SettingsError) as caught:
        _ = newsroom.settings

    assert fault in str(caught.value)
