"""Superdesk pushes items in ninjs, and the files of their pictures, to the inbox of a source."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from feedsvc.web import inbox as web_inbox
from feedsvc.web import make_app
from made_files import photo
from newsroom import MAIN, Newsroom

SECRET = "a-secret-of-this-test"  # noqa: S105  it opens nothing else
MEDIA = "20261030081500/5f.jpg"
PICTURE = photo(640, 480)


@pytest.fixture
def client(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(web_inbox, "WAITS_S", 0.0)
    newsroom.configure(MAIN + "inbox = true\n")
    return newsroom_client(newsroom)


def newsroom_client(room: Newsroom) -> FlaskClient:
    tokens = {"desk": SECRET}
    return make_app(room.settings, room.store, inbox_tokens=tokens, clock=lambda: room.now).test_client()


def item(version: int, **more: object) -> bytes:
    picture = {"media": MEDIA, "href": f"https://newsroom.invalid/{MEDIA}", "mimetype": "image/jpeg", "width": 640}
    return json.dumps(
        {
            "guid": "urn:newsml:quay.example:2026-10-30T08:15:00:1f",
            "version": str(version),
            "type": "text",
            "pubstatus": "usable",
            "language": "en",
            "headline": f"Lamp relit, take {version}",
            "body_html": f"<p>The lamp burns, says take {version}.</p>",
            "versioncreated": "2026-10-30T08:15:00+0000",
            "associations": {"featuremedia": {"type": "picture", "renditions": {"original": picture}}},
            **more,
        }
    ).encode()


def push(
    client: FlaskClient, path: str, body: bytes, *, kind: str = "application/json", key: str = SECRET
) -> TestResponse:
    signature = f"sha1={hmac.new(key.encode(), body, hashlib.sha1).hexdigest()}"
    headers = {"x-superdesk-signature": signature}
    return client.post(f"/inbox/desk{path}", data=body, content_type=kind, headers=headers)


def multipart(mimetype: str = "image/jpeg") -> tuple[bytes, str]:
    """Return the body that carries a file, and its type."""
    media = f'Content-Disposition: form-data; name="media"; filename="{MEDIA}"\r\nContent-Type: {mimetype}\r\n\r\n'
    identity = f'--x\r\nContent-Disposition: form-data; name="media_id"\r\n\r\n{MEDIA}\r\n--x\r\n'
    return f"{identity}{media}".encode() + PICTURE + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


def test_an_item_and_its_picture_become_an_article_and_later_versions_replace_it(client, newsroom):
    unknown = client.get(f"/inbox/desk/assets/{MEDIA}").status_code
    body, kind = multipart()
    pushed = push(client, "/assets", body, kind=kind).status_code
    known = client.get(f"/inbox/desk/assets/{MEDIA}").status_code
    first = push(client, "", item(1))
    newsroom.publish()
    push(client, "", item(2))
    newsroom.publish()
    late = push(client, "", item(1))
    newsroom.publish()

    assert (unknown, pushed, known) == (404, 201, 200)
    assert (first.status_code, first.json["state"]) == (202, "waiting")
    assert (late.status_code, late.json["state"]) == (200, "published")
    (entry,) = newsroom.store.latest(category="all", language=None, limit=9)
    assert entry.article.title.items == (("en", "Lamp relit, take 2"),)
    assert [medium.url.startswith("https://quay.example/media/") for medium in entry.article.media] == [True]


@pytest.mark.usefixtures("client")
def test_the_later_of_two_versions_that_come_at_once_stays(newsroom):
    uploads = newsroom.articles / ".feedsvc-inbox"
    uploads.mkdir()
    with (uploads / "lock").open("w") as lock, ThreadPoolExecutor(2) as threads:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pushed = []
        for version in (2, 1):
            pushed.append(threads.submit(push, newsroom_client(newsroom), "", item(version)))
            while len(list(uploads.iterdir())) < len(pushed) + 1:
                time.sleep(0.01)
            time.sleep(0.1)  # until it waits for the lock
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert {each.result().status_code for each in pushed} <= {200, 201, 202}

    (file,) = newsroom.articles.glob("*.json")
    assert json.loads(file.read_bytes())["version"] == "2"


def test_a_body_is_taken_only_with_its_signature(client, newsroom):
    wrong = push(client, "", item(1), key="another secret")
    none = client.post("/inbox/desk", data=item(1), content_type="application/json")
    bearer = client.post("/inbox/desk", data=item(1), headers={"Authorization": f"Bearer {SECRET}"})

    assert (wrong.status_code, none.status_code, bearer.status_code) == (401, 401, 202)
    assert len([path for path in newsroom.articles.iterdir() if path.suffix == ".json"]) == 1


@pytest.mark.parametrize(
    ("body", "kind", "path", "status"),
    [
        (b"{", "application/json", "", 422),
        (b"[1]", "application/json", "", 422),
        (b'{"guid": 7}', "application/json", "", 422),
        (b'{"a": ' * 100_000, "application/json", "", 422),
        (item(1), "application/json", "/assets", 415),
        (b"--x", "multipart/form-data; boundary=x", "/assets", 400),
        (*multipart("text/html"), "/assets", 415),
    ],
    ids=["broken", "list", "no id", "deep", "no form", "broken form", "web page"],
)
def test_what_is_no_item_or_picture_is_refused_and_not_written(client, newsroom, body, kind, path, status):
    assert push(client, path, body, kind=kind).status_code == status
    assert list(newsroom.articles.rglob("*.*")) in ([], [newsroom.articles / ".feedsvc-inbox"])


def test_ids_that_look_alike_are_files_of_their_own(client, newsroom):
    for guid in ("../../etc/x", "..-..-etc-x", "a" * 300, "潮汐"):
        assert push(client, "", item(1, guid=guid)).status_code == 202

    assert len([path for path in newsroom.articles.iterdir() if path.suffix == ".json"]) == 4
