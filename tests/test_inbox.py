"""Programs put articles into the folder of a source over HTTP."""

from __future__ import annotations

import fcntl
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from feedsvc.publish.inbox_folder import LOCK, UPLOADS, Inbox, InboxError
from feedsvc.sources.file_kinds import EVERYTHING
from feedsvc.sources.folder import list_all
from feedsvc.web import inbox as web_inbox
from feedsvc.web import make_app
from newsroom import MAIN, START, Newsroom
from service import serving

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "inbox.md"
TOKEN = "a-token-of-this-test"  # noqa: S105  it opens nothing else
ARTICLE = b"---\ntitle: Tide gauge repaired\ndate: 2026-10-30\nid: tide-1\n---\nThe gauge works.\n"
BROKEN = b"---\ntitle: [\n---\nThe gauge works.\n"


@pytest.fixture
def client(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client of a service without a publisher; requests wait for no pass."""
    monkeypatch.setattr(web_inbox, "WAITS_S", 0.0)
    newsroom.configure(MAIN + "inbox = true\nmax_bytes = 2000\nexclude = ['drafts/']\n")
    tokens = {"desk": TOKEN}
    return make_app(newsroom.settings, newsroom.store, inbox_tokens=tokens, clock=lambda: newsroom.now).test_client()


def ask(client: FlaskClient, method: str, name: str, body: bytes | None = None, **headers: str) -> TestResponse:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return client.open(
        f"/inbox/desk/{name}", method=method, data=body, headers={"Authorization": f"Bearer {TOKEN}", **named}
    )


def told(answer: TestResponse) -> tuple[int, str | None]:
    return answer.status_code, (answer.json or {}).get("state")


def test_a_file_is_waiting_until_a_pass_has_published_it(client, newsroom):
    first = ask(client, "PUT", "world/tide.md", ARTICLE)
    newsroom.publish()
    again = ask(client, "PUT", "world/tide.md", ARTICLE)

    assert (told(first), first.headers["Location"]) == (
        (202, "waiting"),
        "https://quay.example/inbox/desk/world/tide.md",
    )
    assert (told(again), again.headers["Location"]) == ((200, "published"), again.json["url"])
    assert again.json["url"] == "https://quay.example/articles/tide-gauge-repaired"


@pytest.mark.parametrize("after", [timedelta(), timedelta(hours=1)], ids=["fresh file", "old file"])
def test_a_refused_file_stays_and_its_reason_is_told_for_these_bytes_only(client, newsroom, after):
    ask(client, "PUT", "tide.md", ARTICLE)
    newsroom.publish()
    ask(client, "PUT", "tide.md", BROKEN)
    newsroom.now += after
    newsroom.publish()

    refused = ask(client, "PUT", "tide.md", BROKEN)
    other = ask(client, "PUT", "tide.md", BROKEN.replace(b"works", b"rests"))

    assert refused.status_code == 422
    assert re.fullmatch(r"tide\.md:3: the YAML front matter cannot be read: .*", refused.json["detail"])
    assert told(other) == (202, "waiting")
    assert newsroom.store.entry("tide-gauge-repaired") is not None


def test_copy_that_is_held_or_withdrawn_is_told(client, newsroom):
    ask(client, "PUT", "a.md", ARTICLE.replace(b"date:", b"embargo: 2036-01-01\ndate:").replace(b"tide-1", b"a"))
    ask(client, "PUT", "b.md", ARTICLE)
    newsroom.publish()
    ask(client, "PUT", "b.md", ARTICLE.replace(b"date:", b"status: withdrawn\ndate:"))
    newsroom.publish()

    held, withdrawn = ask(client, "GET", "a.md"), ask(client, "GET", "b.md")

    assert (told(held), told(withdrawn)) == ((200, "held"), (200, "withdrawn"))
    assert "until 2036-01-01" in held.json["problems"][0]


def test_a_deleted_article_is_withdrawn_although_it_was_the_only_one(client, newsroom):
    ask(client, "PUT", "tide.md", ARTICLE)
    newsroom.publish()

    deleted = ask(client, "DELETE", "tide.md")
    newsroom.publish()
    after = ask(client, "DELETE", "tide.md")

    assert told(deleted) == (202, "leaving")
    assert newsroom.store.entry("tide-gauge-repaired") is None
    assert (after.status_code, after.json["detail"]) == (404, "there is no such file; its article is withdrawn")


def test_a_source_that_keeps_articles_lets_none_be_deleted(newsroom):
    newsroom.configure(MAIN + 'inbox = true\nwhen_removed = "keep"\n')
    keeping = make_app(newsroom.settings, newsroom.store, inbox_tokens={"desk": TOKEN}).test_client()
    newsroom.file("tide.md", ARTICLE)

    assert ask(keeping, "DELETE", "tide.md").status_code == 409
    assert (newsroom.articles / "tide.md").exists()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param("../tide.md", 403, id="out of the folder"),
        pytest.param("a/../../tide.md", 403, id="out through a folder"),
        pytest.param("a//tide.md", 403, id="empty part"),
        pytest.param(".tide.md", 403, id="hidden"),
        pytest.param(f"{UPLOADS}/lock", 403, id="our own"),
        pytest.param("a b.md", 403, id="space"),
        pytest.param("a%00.md", 403, id="NUL"),
        pytest.param("a%0A.md", 404, id="line break"),
        pytest.param("%FF.md", 403, id="no UTF-8"),
        pytest.param("cafe%CC%81.md", 403, id="decomposed"),
        pytest.param("潮" * 70 + ".md", 403, id="long"),
        pytest.param("a/" * 8 + "tide.md", 403, id="deep"),
        pytest.param("drafts/tide.md", 403, id="excluded"),
        pytest.param("node_modules/tide.md", 403, id="folder of a tool"),
        pytest.param("tide.exe", 415, id="no article"),
        pytest.param("tide.md.part", 415, id="leftover"),
        pytest.param("README.md", 415, id="furniture"),
        pytest.param("link/tide.md", 409, id="through a link"),
        pytest.param("link", 409, id="a link"),
        pytest.param("file.txt/tide.md", 409, id="file as a folder"),
        pytest.param("_tide.md", 403, id="underscore first"),
        pytest.param("潮汐/tide-1.md", 202, id="Chinese"),
        pytest.param("हिन्दी/ข่าวที่.md", 202, id="vowel signs"),
    ],
)
def test_only_safe_names_are_written(client, newsroom, tmp_path, name, status):
    outside = tmp_path / "outside"
    outside.mkdir()
    (newsroom.articles / "link").symlink_to(outside)
    newsroom.file("file.txt", "A File\n\nIt is there.\n")

    answer = ask(client, "PUT", name, ARTICLE)

    written = [found.name for found in list_all(newsroom.articles) if found.name.endswith((".md", ".exe", ".part"))]
    assert (answer.status_code, len(written), list(outside.iterdir())) == (status, int(status == 202), [])
    assert not (newsroom.folder / "tide.md").exists()


def test_a_request_needs_the_token_of_its_source_before_its_body_is_read(client, newsroom):
    with client as asking:
        wrong = [
            asking.put(f"/inbox/{source}/tide.md", data=ARTICLE, headers=headers).status_code
            for source, headers in [
                ("desk", {}),
                ("desk", {"Authorization": "Bearer a-token-of-that-test"}),
                ("desk", {"Authorization": "Bearer ä"}),
                ("wire", {"Authorization": f"Bearer {TOKEN}"}),
            ]
        ]

    assert wrong == [401, 401, 401, 404]
    assert list(newsroom.articles.iterdir()) == []


def test_bodies_are_whole_plain_and_bounded(client, newsroom):
    large = ask(client, "PUT", "a.md", b"x" * 2001)
    packed = ask(client, "PUT", "a.md", ARTICLE, Content_Encoding="gzip")
    part = ask(client, "PUT", "a.md", ARTICLE, Content_Range="bytes 0-9/80")
    picture = ask(client, "PUT", "a.jpg", b"x" * 2001)
    named = {"headers": {"Authorization": f"Bearer {TOKEN}"}, "environ_overrides": {"CONTENT_LENGTH": "9"}}
    cut = client.put("/inbox/desk/a.md", data=b"x", **named)

    assert (cut.status_code, cut.json["detail"]) == (400, "the body ended 8 bytes early, and nothing was changed")
    assert [large.status_code, packed.status_code, part.status_code] == [413, 415, 400]
    assert told(picture) == (201, "stored")
    assert [path.name for path in newsroom.articles.iterdir() if path.name != UPLOADS] == ["a.jpg"]
    assert [path.name for path in (newsroom.articles / UPLOADS).iterdir()] == ["lock"]


def test_careful_writers_write_only_over_what_they_know(client):
    first = ask(client, "PUT", "a.md", ARTICLE, If_None_Match="*")
    second = ask(client, "PUT", "a.md", b"New text.", If_None_Match="*")
    known = ask(client, "PUT", "a.md", b"New text.", If_Match=f'"x", {first.headers["ETag"]}')
    late = ask(client, "PUT", "a.md", b"Late text.", If_Match=first.headers["ETag"])
    gone = ask(client, "PUT", "b.md", b"Late text.", If_Match="*")
    deleted = ask(client, "DELETE", "a.md", If_Match=first.headers["ETag"])

    statuses = [answer.status_code for answer in (first, second, known, late, gone, deleted)]
    assert statuses == [202, 412, 202, 412, 412, 412]


def test_writers_of_one_name_leave_one_whole_file(newsroom):
    inbox = Inbox(newsroom.articles, selection=EVERYTHING)
    texts = [f"{number}".encode() * 100_000 for number in range(8)]

    def put(text: bytes) -> bool:
        with inbox.upload(max_bytes=1_000_000, now=START) as upload:
            upload.write(text)
            try:
                return inbox.put("a/b.md", upload, if_match=None, if_none_match="*")
            except InboxError:
                return False

    with ThreadPoolExecutor(8) as threads:
        won = [text for text, is_new in zip(texts, threads.map(put, texts), strict=True) if is_new]

    assert won == [(newsroom.articles / "a/b.md").read_bytes()]


def test_a_writer_waits_for_another_on_the_same_machine(newsroom):
    inbox = Inbox(newsroom.articles, selection=EVERYTHING)
    uploads = newsroom.articles / UPLOADS
    uploads.mkdir()

    def put() -> bool:
        with inbox.upload(max_bytes=1000, now=START) as upload:
            upload.write(ARTICLE)
            return inbox.put("b.md", upload, if_match=None, if_none_match="*")

    with (uploads / LOCK).open("w") as lock, ThreadPoolExecutor(1) as threads:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waits = threads.submit(put)
        with pytest.raises(TimeoutError):
            waits.result(0.2)
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert waits.result(30)


def test_more_uploads_than_a_worker_takes_are_put_off(newsroom, monkeypatch):
    monkeypatch.setattr(web_inbox, "MOST", 0)
    newsroom.configure(MAIN + "inbox = true\n")
    client = make_app(newsroom.settings, newsroom.store, inbox_tokens={"desk": TOKEN}).test_client()

    answer = ask(client, "PUT", "a.md", ARTICLE)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert list(newsroom.articles.iterdir()) == []


def test_what_a_killed_service_leaves_is_no_document_and_goes_after_a_day(newsroom):
    inbox = Inbox(newsroom.articles, selection=EVERYTHING)
    left = inbox.upload(max_bytes=1000, now=START)
    left.write(ARTICLE)
    left._file.flush()
    path = newsroom.articles / UPLOADS / left.name
    os.utime(path, (0, 0))

    edition = newsroom.publish()
    with inbox.upload(max_bytes=1000, now=START), left:
        found = path.exists()

    assert (edition.articles, edition.problems, found) == (0, (), False)


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """Let this process write no file larger than *size*; the kernel then fails as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_without_room_is_507_and_changes_nothing(client, newsroom):
    ask(client, "PUT", "a.md", ARTICLE)
    with small_files(200):
        answer = ask(client, "PUT", "a.md", ARTICLE + b"x" * 1000)

    assert answer.status_code == 507
    assert (newsroom.articles / "a.md").read_bytes() == ARTICLE
    assert [path.name for path in (newsroom.articles / UPLOADS).iterdir()] == ["lock"]


def test_a_folder_that_is_away_is_503(client, newsroom):
    newsroom.articles.rmdir()

    answer = ask(client, "PUT", "a.md", ARTICLE)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert str(newsroom.folder) not in answer.text


def test_without_an_inbox_there_is_no_such_address(newsroom):
    app = make_app(newsroom.settings, newsroom.store)

    assert [rule.rule for rule in app.url_map.iter_rules() if "inbox" in rule.rule] == []


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The script of the manual, saved and run as its reader does."""
    found = re.search(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None
    assert found[1].count("\n") <= 20
    path = tmp_path / "cms.py"
    path.write_text(found[1], encoding="utf-8")

    def run(inbox: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "INBOX": inbox, "TOKEN": TOKEN}
        command = [sys.executable, str(path), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)

    return run


def test_the_script_of_the_manual_publishes_corrects_and_withdraws(newsroom, script):
    newsroom.configure(MAIN + "inbox = true\n")
    newsroom.file("other.md", ARTICLE.replace(b"tide-1", b"other").replace(b"Tide gauge", b"Old pier"))
    draft = newsroom.folder / "tide.md"
    draft.write_bytes(ARTICLE)
    with serving(newsroom.folder, FEEDSVC_INBOX_TOKENS=f"desk={TOKEN}") as service:
        inbox = f"http://127.0.0.1:{service.port}/inbox/desk"

        published = script(inbox, "put", "world/tide.md", "tide.md")
        draft.write_bytes(ARTICLE.replace(b"works", b"works again"))
        corrected = script(inbox, "put", "world/tide.md", "tide.md")
        page = service.ask("/articles/tide-gauge-repaired")
        draft.write_bytes(BROKEN)
        refused = script(inbox, "put", "world/tide.md", "tide.md")
        withdrawn = script(inbox, "delete", "world/tide.md")
        service.wait_for("/articles/tide-gauge-repaired", lambda answer: answer.status == 410)

    out = "published https://quay.example/articles/tide-gauge-repaired\n"
    # A machine that is busy may take longer than two seconds for a pass.
    assert {published.stdout, corrected.stdout} <= {out, "waiting \n"}
    assert out == corrected.stdout or b"works" in page.body
    assert (refused.returncode, refused.stderr.startswith("world/tide.md:3: ")) == (1, True)
    assert withdrawn.stdout == "leaving \n"
    log = (newsroom.folder / "service.log").read_text(encoding="utf-8")
    assert TOKEN not in log + json.dumps(service.folder.as_posix())
