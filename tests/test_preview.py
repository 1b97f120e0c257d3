"""Preview documents as an editor does: in a browser of this machine, until Ctrl-C."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsroom import Newsroom
from service import PATIENCE_S, environment, feedsvc

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/preview/")
FERRY = "Ferry runs on time\n\n渡轮准点\n\nLISBON, Oct. 30, 2026 (Quay News) -- It ran.\n"


@contextmanager
def previewing(folder: Path, *paths: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a preview, and yield it with the line that says where it is; end it as Ctrl-C does."""
    command = [sys.executable, "-m", "feedsvc", "check", "--preview", *paths]
    environ = {**environment(folder), "TMPDIR": str(folder / "temporary")}
    (folder / "temporary").mkdir()
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE_S)


def get(address: str, path: str = "", **headers: str) -> tuple[int, str]:
    parts = urlsplit(address)
    connection = HTTPConnection("127.0.0.1", parts.port or 0, timeout=PATIENCE_S)
    connection.request("GET", path or parts.path, headers=headers)
    response = connection.getresponse()
    found = response.status, response.read().decode()
    connection.close()
    return found


@pytest.fixture
def room(tmp_path):
    room = Newsroom(tmp_path)
    room.file("world/ferry.txt", FERRY)
    room.file("world/secret.txt", "EMBARGOED\n\nSecret bridge\n\nLISBON, Oct. 30, 2026 (Quay News) -- Hush.\n")
    room.file("world/gulls.txt", "Gulls\n\nLISBON, Oct. 29, 2026 (Quay News) -- They came.\n")
    yield room
    room.close()


def test_an_editor_sees_what_subscribers_would_and_nothing_is_published(room):
    with previewing(room.folder, "articles/world/ferry.txt", "articles/world/secret.txt") as (process, said):
        address = ADDRESS.search(said)[0]
        begin, article = get(address), get(address, "/zh/articles/ferry-runs-on-time")
        feed, gulls, stranger = get(address, "/feeds/world.zh.rss"), get(address, "/articles/gulls"), None
        stranger = get(address, Host="evil.example")

    assert said.startswith("2 articles: open http://")
    assert [begin[0], article[0], feed[0], gulls[0], stranger[0]] == [200, 200, 200, 404, 421]
    assert "Ferry runs on time" in begin[1]
    assert "held" in begin[1]
    assert "world/secret.txt" in begin[1]
    assert "以下内容均未发布" in article[1]
    assert "渡轮准点" in feed[1]
    assert process.returncode == 0
    assert list((room.folder / "temporary").iterdir()) == []
    assert not (room.folder / "var").exists()


@pytest.mark.parametrize(
    ("mark", "is_shown"),
    [
        pytest.param("EMBARGOED UNTIL 6 PM FRIDAY", True, id="an embargo"),
        pytest.param("HOLD FOR RELEASE", True, id="a hold"),
        pytest.param("DRAFT", True, id="a draft"),
        pytest.param("KILL", False, id="a kill"),
    ],
)
def test_held_copy_is_shown_with_its_reason_and_killed_copy_is_not(room, mark, is_shown):
    room.file("world/plan.txt", f"{mark}\n\nQuay plan\n\nLISBON, Oct. 30, 2026 (Quay News) -- It is a plan.\n")

    with previewing(room.folder, "articles/world/plan.txt") as (_, said):
        address = ADDRESS.search(said)[0]
        begin, article = get(address), get(address, "/articles/quay-plan")

    assert (article[0] == 200, "It is a plan." in article[1], "Quay plan" in begin[1]) == (is_shown,) * 3
    assert "held" in begin[1]


def test_a_document_outside_every_source_can_be_previewed_too(room):
    draft = room.folder / "draft.txt"
    draft.write_text("A draft\n\nLISBON, Oct. 30, 2026 (Quay News) -- It is new.\n", encoding="utf-8")

    with previewing(room.folder, str(draft)) as (_, said):
        status, page = get(ADDRESS.search(said)[0], "/articles/a-draft")

    assert (status, "It is new." in page) == (200, True)


def test_a_preview_is_for_people(tmp_path):
    Newsroom(tmp_path)

    done = feedsvc(tmp_path, "check", "--preview", "--json")

    assert (done.returncode, "--preview shows pages" in done.stderr) == (2, True)
