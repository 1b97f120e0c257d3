"""The built site is whole on any server of files: Python's own, without any configuration, and Caddy."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

import pytest

from feedsvc.web.static_site.inventory import addresses
from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import Tree
from newsroom import Newsroom
from nginx_server import Nginx
from publishers import wait_for
from service import PATIENCE_S

HOME = "https://quay.example"
NAMED = re.compile(r"""(?:href|src|action|xmlUrl|htmlUrl|url)=["']([^"']+)["']|<(?:link|guid|id)>(https?://[^<]+)<""")
STORY = """---
title: {{ en: Boat {0}, zh: 第{0}只船 }}
categories: [{1}]
date: 2026-10-{2:02}
image: boat.png
---
It sails.
"""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf00000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path_factory.mktemp("anywhere"))
    (room.articles / "world").mkdir(parents=True, exist_ok=True)
    (room.articles / "world/boat.png").write_bytes(PIXEL)
    for number in range(33):  # two pages of a category
        room.file(f"world/n{number}.md", STORY.format(number, "world", number % 28 + 1))
    room.file("world/gulls.txt", "Gulls return\n\nLISBON, Oct. 30, 2026 (Quay News) -- They are back.\n")
    room.file("world/tides.txt", "Tide tables drawn anew\n\nLISBON, Oct. 30, 2026 (Quay News) -- They fit.\n")
    room.publish()
    (room.articles / "world/tides.txt").unlink()
    room.publish()
    with Tree(room.folder / "out") as tree:
        build(room.settings, room.store, tree, progress=str)
    yield room
    room.close()


@pytest.fixture(scope="module")
def address(room: Newsroom) -> Iterator[str]:
    """The built site, as `python -m http.server` serves it."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", "out/site"]
    with subprocess.Popen(
        command, cwd=room.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            port = re.search(r"port (\d+)", process.stdout.readline())
            assert port is not None
            yield f"http://127.0.0.1:{port[1]}"
        finally:
            process.terminate()


def ask(address: str) -> tuple[int, bytes, str]:
    """Return the status, the body and the path of the last answer; redirects are followed."""
    try:
        with urlopen(address, timeout=20) as answer:
            return answer.status, answer.read(), urlsplit(answer.url).path
    except HTTPError as error:
        with error:
            return error.code, error.read(), urlsplit(error.url or "").path


def named_by(path: str, body: bytes) -> Iterator[str]:
    """Yield the paths of the site that a page or a feed names."""
    for found in NAMED.finditer(body.decode(errors="replace")):
        named = urldefrag(urljoin(HOME + path, unescape(found[1] or found[2])))[0]
        if named.startswith(f"{HOME}/"):
            yield named.removeprefix(HOME)


def test_no_link_in_the_site_is_dead_on_a_plain_server_of_files(room, address):
    waiting, dead = ["/"], []
    for path in waiting:  # it grows
        status, body, at = ask(address + path)
        if status != 200 or b"<title>Directory listing for" in body:  # where a folder has no page
            dead.append((path, status))
        is_read = at.endswith(("/", ".rss", ".atom", ".opml"))
        waiting += sorted(set(named_by(path, body) if is_read else ()) - set(waiting))

    assert dead == []
    assert {"/zh/categories/world/page/2/", "/zh/articles/boat-1", "/feeds/world.zh.atom"} <= set(waiting)
    assert any(path.startswith("/media/") for path in waiting)
    pages = {each.path for each in addresses(room.settings, room.store) if each.status == 200 and "." not in each.path}
    assert pages - set(waiting) == set()


def test_a_plain_server_of_files_shows_what_the_service_shows(room, address):
    for each in addresses(room.settings, room.store):
        if each.status == 200:
            assert ask(address + each.path)[:2] == (200, (room.folder / "out" / each.file).read_bytes()), each.path


def test_a_withdrawn_article_is_not_there_on_a_plain_server_of_files(address):
    gone = ("/articles/tide-tables-drawn-anew", "/en/articles/tide-tables-drawn-anew")

    assert [ask(address + path)[0] for path in (*gone, f"{gone[0]}.json", "/zh/articles/gulls-return")] == [404] * 4


def test_feeds_and_pages_name_one_address_for_a_page_in_a_language(room):
    feed = (room.folder / "out/site/feeds/world.zh.atom").read_text(encoding="utf-8")
    page = (room.folder / "out/site/zh/articles/boat-1/index.html").read_text(encoding="utf-8")

    assert f'href="{HOME}/zh/articles/boat-1"' in feed
    assert f'<link rel="canonical" href="{HOME}/zh/articles/boat-1">' in page
    assert f'<link rel="alternate" hreflang="en" href="{HOME}/en/articles/boat-1">' in page
    assert f'href="{HOME}/zh/categories/world/"' in feed


CADDY = shutil.which("caddy")


@pytest.fixture(scope="module")
def caddy(room: Newsroom) -> Iterator[Nginx]:
    """The built site behind Caddy, with the lines of the manual."""
    if CADDY is None:
        pytest.skip("caddy is not installed")
    manual = (Path(__file__).parents[1] / "docs/operate.md").read_text(encoding="utf-8")
    lines = manual.partition("```caddyfile\n")[2].partition("```")[0].replace("/srv/news", str(room.folder / "out"))
    with tempfile.TemporaryDirectory(prefix="caddy-") as folder:
        where = Path(folder)
        head = "{\n\tadmin off\n}\n"
        lines = lines.replace("news.example.org {", f"http://localhost {{\n\tbind unix/{where}/socket", 1)
        (where / "Caddyfile").write_text(head + lines, encoding="utf-8")
        with (where / "log").open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [CADDY, "run", "--config", where / "Caddyfile"], stderr=log, stdout=log, env={"HOME": folder}
            )
        try:
            wait_for(lambda: (where / "socket").exists() or process.poll() is not None, within_s=PATIENCE_S)
            assert process.poll() is None, (where / "log").read_text(encoding="utf-8")
            yield Nginx(where / "socket", where / "log")
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def test_caddy_answers_as_the_service_does_but_for_headers(room, caddy):
    for each in addresses(room.settings, room.store):
        if each.path.startswith(("/articles/-", "/.nowhere", "/zh/.nowhere", "/en/.nowhere")):
            continue
        answer = caddy.ask(each.path)
        status = 404 if each.status == 410 and each.path.endswith(".json") else each.status
        assert answer.status == status, each.path
        if status == each.status:
            assert answer.body == (room.folder / "out" / each.file).read_bytes(), each.path
    kinds = [caddy.ask(f"/feeds/all.{form}").headers["content-type"] for form in ("rss", "atom", "json")]
    assert kinds == [f"application/{kind}; charset=utf-8" for kind in ("rss+xml", "atom+xml", "feed+json")]
    assert caddy.ask("/feeds.opml").headers["content-type"] == "text/x-opml; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        pytest.param("/articles/boat-1?lang=zh", 308, "/zh/articles/boat-1", id="former address of a language"),
        pytest.param("/categories/world/?page=2", 308, "/categories/world/page/2/", id="former address of a page"),
        pytest.param("/nowhere", 404, None, id="missing"),
    ],
)
def test_caddy_redirects_former_addresses(caddy, path, status, location):
    answer = caddy.ask(path)

    assert (answer.status, answer.headers.get("location")) == (status, location)
