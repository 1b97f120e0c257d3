"""The main job on the real thing: the samples, served by gunicorn on a real socket, read by feedparser."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import feedparser
import pytest

from service import Service, feedsvc, serving

PROJECT = Path(__file__).parent.parent
SEEDS = PROJECT.parent / "shared" / "seeds"
MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
CATEGORIES = ("all", "world", "business", "science", "culture", "sport", "ocean", "travel", "general")
FEEDS = [f"{category}{language}" for category in CATEGORIES for language in ("", ".en", ".zh")]
PAGES = ["/", "/feeds/", "/categories/world/", "/categories/ocean/"]


def copy_project(folder: Path) -> Path:
    for part in ("articles", "config"):
        shutil.copytree(PROJECT / part, folder / part)
    return folder


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(copy_project(tmp_path_factory.mktemp("service")), is_alone=True) as running:
        yield running


def parsed(service: Service, path: str) -> feedparser.FeedParserDict:
    found = feedparser.parse(f"http://127.0.0.1:{service.port}{path}")
    assert not found.bozo, (path, found.get("bozo_exception"))
    return found


def identities(service: Service, name: str, form: str) -> list[str]:
    if form == "json":
        return [item["id"] for item in json.loads(service.ask(f"/feeds/{name}.json").body)["items"]]
    return [entry.id for entry in parsed(service, f"/feeds/{name}.{form}").entries]


@pytest.mark.parametrize("form", MEDIA_TYPES)
@pytest.mark.parametrize("name", FEEDS)
def test_every_feed_is_served_with_its_media_type(service, name, form):
    answer = service.ask(f"/feeds/{name}.{form}")

    assert (answer.status, answer.headers["content-type"]) == (200, MEDIA_TYPES[form])


@pytest.mark.parametrize("name", FEEDS)
def test_the_ids_of_a_feed_are_equal_in_every_format(service, name):
    assert identities(service, name, "rss") == identities(service, name, "atom") == identities(service, name, "json")


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_every_entry_links_to_its_own_article_with_its_own_dates(service, form):
    for entry in parsed(service, f"/feeds/all.{form}").entries:
        article = json.loads(service.ask(f"{entry.link.removeprefix('http://127.0.0.1:8000')}.json").body)
        assert article["id"] == entry.id
        assert " / ".join(article["title"].values()) == entry.title
        published, updated = entry.published, entry.updated
        expected = min(each["published"]["instant"] for each in article["versions"].values())
        if form == "atom":
            assert datetime.fromisoformat(published).tzinfo is not None
            assert datetime.fromisoformat(published) == datetime.fromisoformat(expected)
            assert datetime.fromisoformat(updated) >= datetime.fromisoformat(published)


def test_ids_are_equal_across_categories(service):
    everywhere = {entry.link: entry.id for entry in parsed(service, "/feeds/all.rss").entries}

    for category in CATEGORIES[1:]:
        for entry in parsed(service, f"/feeds/{category}.rss").entries:
            assert everywhere.get(entry.link, entry.id) == entry.id


def test_the_samples_are_all_published_and_nothing_is_wrong_with_them(service):
    done = service.run("publish")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "edition 1 is unchanged: 47 articles\n"


@pytest.mark.parametrize(
    "path",
    [
        *(f"/feeds/{name}.{form}" for name in FEEDS for form in MEDIA_TYPES),
        "/feeds.opml",
        *PAGES,
        "/articles/ARTICLE",
        "/articles/ARTICLE.json",
    ],
)
def test_a_second_request_gets_304_without_a_body(service, path):
    slug = parsed(service, "/feeds/world.rss").entries[0].link.rsplit("/", 1)[-1]
    path = path.replace("ARTICLE", slug)
    first = service.ask(path)

    by_tag = service.ask(path, If_None_Match=first.headers["etag"])
    by_time = service.ask(path, If_Modified_Since=first.headers["last-modified"])

    assert first.status == 200
    assert (by_tag.status, by_tag.body) == (304, b"")
    assert (by_time.status, by_time.body) == (304, b"")
    assert by_tag.headers["etag"] == first.headers["etag"]
    assert by_tag.headers["cache-control"] == first.headers["cache-control"]


@pytest.mark.parametrize("path", ["/feeds/world.atom", "/feeds.opml", *PAGES])
def test_head_is_get_without_a_body(service, path):
    get, head = service.ask(path), service.ask(path, "HEAD")

    assert (head.status, head.body) == (200, b"")
    assert {**head.headers, "date": ""} == {**get.headers, "date": ""}


@pytest.mark.parametrize("path", ["/feeds/world.atom", "/feeds.opml", *PAGES, "/healthz"])
def test_other_methods_are_refused_with_those_that_are_not(service, path):
    answer = service.ask(path, "POST")

    is_feed = path.startswith("/feeds") and not path.endswith("/")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS" if is_feed else "GET, HEAD")


@pytest.mark.parametrize(
    "path", ["/feeds/nowhere.rss", "/feeds/world.pdf", "/articles/nothing", "/categories/no/", "/x"]
)
def test_what_is_not_there_is_404_and_no_feed(service, path):
    answer = service.ask(path)

    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.fixture
def newsroom(tmp_path):
    """A newsroom of its own with one article, quick to publish."""
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    world = tmp_path / "articles" / "world"
    world.mkdir(parents=True)
    (world / "lamps.txt").write_text("Lamps lit again\n\nLISBON, Nov. 20, 2025 (Harbour Wire) -- They are lit.\n")
    return tmp_path


def test_a_reload_with_a_bad_configuration_keeps_the_old_and_a_good_one_is_taken(newsroom):
    categories = newsroom / "config" / "categories.toml"
    good = categories.read_text(encoding="utf-8")
    with serving(newsroom) as service:
        categories.write_text(good + "\nbroken", encoding="utf-8")
        os.kill(service.pid, signal.SIGHUP)
        faulty = service.wait_for("/readyz", lambda answer: b"configuration" in answer.body)
        during = service.ask("/feeds/all.rss").status
        categories.write_text(good + '\n[lighthouses]\ntitle = "Lighthouses"\n', encoding="utf-8")
        os.kill(service.pid, signal.SIGHUP)
        service.wait_for("/readyz", lambda answer: b"configuration" not in answer.body)
        added = service.wait_for("/feeds/lighthouses.rss", lambda answer: answer.status == 200)

    assert (faulty.status, during, added.status) == (200, 200, 200)
    assert json.loads(faulty.body)["configuration"].startswith("config/categories.toml:")


def test_after_a_changed_setting_and_a_restart_the_feeds_are_made_anew(newsroom):
    with serving(newsroom):
        pass
    with serving(newsroom, FEEDSVC_BASE_URL="https://new.example") as service:
        feed = service.wait_for("/feeds/all.rss", lambda answer: b"https://new.example/" in answer.body)

    assert b"127.0.0.1:8000" not in feed.body


def test_a_store_made_anew_under_a_service_is_served(newsroom):
    feedsvc(newsroom, "publish")
    with serving(newsroom, FEEDSVC_PUBLISHER="off") as service:
        before = service.ask("/feeds/all.json").body
        # Away in one step: a worker that asks just now would put files into a folder that is being emptied.
        shutil.rmtree((newsroom / "var").rename(newsroom / "former"))
        (newsroom / "articles" / "world" / "tides.txt").write_text(
            "Tides turn\n\nLISBON, Nov. 21, 2025 (Harbour Wire) -- They turn.\n"
        )
        assert service.run("publish").stdout.startswith("edition 1")
        after = service.wait_for("/feeds/all.json", lambda answer: answer.status == 200 and answer.body != before).body

    assert [len(json.loads(body)["items"]) for body in (before, after)] == [1, 2]


def test_half_sent_requests_leave_the_service_to_others(newsroom):
    with serving(newsroom) as service, ExitStack() as held:
        for _ in range(24):
            client = held.enter_context(socket.create_connection(("127.0.0.1", service.port)))
            client.sendall(b"GET / HTTP/1.1\r\nHost: half")

        assert service.ask("/feeds/all.rss").status == 200


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared article is not beside this checkout")
def test_an_article_comes_and_goes_while_the_service_runs(tmp_path):
    folder = copy_project(tmp_path / "newsroom")
    (seed,) = SEEDS.glob("*.txt")
    english, _, han, *_ = seed.read_text(encoding="utf-8").splitlines()
    with serving(folder) as service:
        shutil.copyfile(seed, folder / "articles" / "world" / "seed.txt")
        published = service.run("publish")
        assert published.returncode == 0, published.stderr
        service.settle()
        for path in [f"/feeds/world{language}.{form}" for language in ("", ".en", ".zh") for form in ("rss", "atom")]:
            (entry,) = [each for each in parsed(service, path).entries if english in each.title or han in each.title]
            assert re.match(r"http://127\.0\.0\.1:8000/(en/|zh/)?articles/", entry.link)
            assert tuple(entry.published_parsed[:6]) == (2017, 5, 26, 4, 0, 0)
        chinese = json.loads(service.ask("/feeds/world.zh.json").body)["items"][0]
        assert (chinese["title"], chinese["date_published"]) == (han, "2017-05-26T12:00:00+08:00")
        page = chinese["url"].removeprefix("http://127.0.0.1:8000")
        assert service.ask(page).status == 200

        (folder / "articles" / "world" / "seed.txt").unlink()
        assert service.run("publish").returncode == 0
        service.settle()

        assert service.ask(page).status == 410
        for form in MEDIA_TYPES:
            for language in ("", ".en", ".zh"):
                assert page.encode() not in service.ask(f"/feeds/world{language}.{form}").body
