"""Hold the archives of feeds against RFC 5005: full pages gain nothing, and whoever walks back misses nothing."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing
from datetime import timedelta
from email.utils import parsedate_to_datetime
from threading import Event, Thread

import feedparser
import pytest
from lxml import etree

import service
from archived import ATOM, OLD, live, read, story, walk
from feedsvc.feeds.addresses import FeedAddress, address_of
from feedsvc.feeds.on_demand import render_archive
from feedsvc.model.errors import BusyError
from feedsvc.web import make_app
from feedsvc.web.delivery.feed_cache import WAITING, Archives
from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import Tree
from newsroom import MAIN, Newsroom
from webserver import serving

FORMS = ("rss", "atom", "json")
FEEDS = [(category, language) for category in ("all", "world", "science") for language in (None, "en", "zh")]
BASE = "https://quay.example"
SOAK = bool(os.environ.get("FEEDSVC_SOAK"))
MANY = 5000 if SOAK else 1000


def archive_paths(newsroom: Newsroom) -> list[str]:
    return [
        address_of(listing).archive(page).path
        for listing in newsroom.store.listings()
        for page in range(1, listing.archives + 1)
    ]


def the_feed(category: str, language: str | None, form: str) -> str:
    return f"/feeds/{category}{f'.{language}' if language else ''}.{form}"


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A newsroom of 230 stories in "world", every second in two languages; nothing in it is changed."""
    room = Newsroom(tmp_path_factory.mktemp("full"))
    for number in range(230):
        story(room, number, languages="en zh" if number % 2 else "en")
    room.publish()
    yield room
    room.close()


@pytest.fixture(scope="module")
def ask(full):
    with serving(make_app(full.settings, full.store)) as asking:
        yield asking


def a_busy_desk(room: Newsroom) -> int:
    """Publish MANY stories, then withdraw, add, translate and move some of them; return how many were withdrawn."""
    for number in range(MANY):
        story(room, number, category=category_of(number), languages="en zh" if number % 2 else "en")
    room.publish()
    withdrawn = range(0, MANY, MANY // 200)
    for number in withdrawn:
        (room.articles / category_of(number) / f"{number:05}.md").unlink()
    for number in range(50):  # late arrivals of old date
        story(room, number, category="general", date=OLD - timedelta(days=9), rest="categories: [world]")
    for number in sorted(set(range(4, 300, 6)) - set(withdrawn)):  # translated late
        story(room, number, languages="en zh")
    for number in sorted(set(range(5, 300, 6)) - set(withdrawn)):  # moved
        story(room, number, languages="en zh", rest="categories: [science]")
    edition = room.publish(accept=frozenset({"desk"}))
    assert (edition.removed, edition.published) == (len(withdrawn), 50)
    return len(withdrawn)


def category_of(number: int) -> str:
    return "science" if number % 3 == 0 else "world"


def test_a_walk_from_any_feed_sees_every_live_article_and_none_that_was_withdrawn(newsroom):
    assert a_busy_desk(newsroom) >= 200

    with serving(make_app(newsroom.settings, newsroom.store)) as ask:
        for position, (category, language) in enumerate(FEEDS):
            form = FORMS[position % 3]
            (_, newest, _), *pages = walk(ask, the_feed(category, language, form))
            seen = Counter(identity for _, ids, _ in pages for identity in ids)
            assert len(pages) >= 2, (category, language)
            assert max(seen.values()) == 1, (category, language)
            assert set(newest) | set(seen) == live(newsroom, category, language), (category, language)


@pytest.mark.parametrize("seed", range(20 if SOAK else 1))
def test_a_full_page_gains_nothing_whatever_the_desk_does(newsroom, seed):
    chance = random.Random(seed)  # noqa: S311  it chooses what the desk does
    pages: dict[tuple[str, str | None, int], set[str]] = {}
    files: dict[int, tuple[str, str]] = {}
    gone: list[int] = []
    for _ in range(4):
        for number in range(len(files), len(files) + 110):
            files[number] = (chance.choice(["world", "science"]), chance.choice(["en", "zh", "en zh"]))
            story(newsroom, number, category=files[number][0], languages=files[number][1])
        for number in chance.sample(sorted(files), 20):
            category, languages = files[number]
            path = newsroom.articles / category / f"{number:05}.md"
            if number in gone:  # revived
                gone.remove(number)
                story(newsroom, number, category=category, languages=languages)
            elif chance.random() < 0.5:
                gone.append(number)
                path.unlink()
            else:  # in another category besides, or in another one instead, or in both languages now
                rest = chance.choice(["", "categories: [world, science]", f"categories: [{category}]"])
                files[number] = (category, "en zh")
                story(newsroom, number, category=category, languages="en zh", rest=rest)
        newsroom.publish(accept=frozenset({"desk"}))

        for category, language in FEEDS:
            listing = next(
                each
                for each in newsroom.store.listings()
                if (each.category, each.language, each.format) == (category, language, "json")
            )
            held = {each.removesuffix(f"/{language}") for each in read(newsroom.feed(listing.path), "json")[0]}
            for number in range(1, listing.archives + 1):
                page = newsroom.store.archive(category, language, number)
                ids = {each.article.id for each in page.entries}
                assert ids <= pages.get((category, language, number), ids), (category, language, number)
                pages[category, language, number] = ids
                held |= ids
            assert newsroom.store.archive(category, language, listing.archives + 1) is None
            assert held == {each.removesuffix(f"/{language}") for each in live(newsroom, category, language)}
    assert max(number for _, _, number in pages) >= 4


def test_pages_hold_a_hundred_each_counted_from_the_oldest(full):
    first, second = (full.store.archive("world", None, number) for number in (1, 2))

    assert [each.article.title.get("en") for each in first.entries] == [f"Story {n}" for n in range(99, -1, -1)]
    assert [each.article.title.get("en") for each in second.entries] == [f"Story {n}" for n in range(199, 99, -1)]
    assert full.store.archive("world", None, 3) is None
    assert [each.article.title.get("zh") for each in full.store.archive("world", "zh", 1).entries] == [
        f"第{n}则" for n in range(199, 0, -2)
    ]


@pytest.mark.parametrize("form", FORMS)
def test_every_document_leads_to_its_neighbours(ask, form):
    (_, newest, feed), (_, _, second), (_, _, first) = walk(ask, f"/feeds/world.{form}")

    page = f"{BASE}/feeds/world/archive"
    current = f"{BASE}/feeds/world.{form}"
    assert feed == {"self": current, "prev-archive": f"{page}/2.{form}"}
    assert second == {
        "self": f"{page}/2.{form}",
        "current": current,
        "prev-archive": f"{page}/1.{form}",
    }
    assert first == {"self": f"{page}/1.{form}", "current": current, "next-archive": f"{page}/2.{form}"}
    assert len(newest) == 100


@pytest.mark.parametrize(
    ("path", "marks"),
    [
        pytest.param("/feeds/world/archive/1.rss", ["archive"], id="archive in RSS"),
        pytest.param("/feeds/world/archive/1.atom", ["archive"], id="archive in Atom"),
        pytest.param("/feeds/world.rss", [], id="feed with an archive, RSS"),
        pytest.param("/feeds/world.atom", [], id="feed with an archive, Atom"),
        pytest.param("/feeds/science.rss", ["complete"], id="whole feed in RSS"),
        pytest.param("/feeds/science.atom", ["complete"], id="whole feed in Atom"),
    ],
)
def test_a_document_says_whether_it_is_an_archive_or_holds_everything(ask, path, marks):
    root = etree.fromstring(ask(path).body)

    top = root[0] if path.endswith("rss") else root
    history = "{http://purl.org/syndication/history/1.0}"
    assert [each.tag.removeprefix(history) for each in top if each.tag.startswith(history)] == marks


def test_a_json_feed_that_holds_everything_says_so(ask):
    assert json.loads(ask("/feeds/science.json").body)["_feedsvc"]["complete"] is True
    assert "complete" not in json.loads(ask("/feeds/world.json").body)["_feedsvc"]


def test_a_page_has_one_page_for_people_and_its_twins_are_pages_too(ask):
    root = etree.fromstring(ask("/feeds/world.zh/archive/1.atom").body)

    links = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    assert [(link.get("type"), link.get("href"), link.get("hreflang")) for link in links] == [
        ("text/html", f"{BASE}/zh/categories/world/", "zh"),
        ("application/rss+xml", f"{BASE}/feeds/world.zh/archive/1.rss", "zh"),
        ("application/feed+json", f"{BASE}/feeds/world.zh/archive/1.json", "zh"),
    ]
    for entry in root.findall(f"{ATOM}entry"):
        assert [link.get("rel") for link in entry.findall(f"{ATOM}link")] == ["alternate"]


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_feed_reader_takes_every_document_and_no_link_stands_twice(ask, form):
    for name, page in (
        ("world", "/categories/world/"),
        ("world.en", "/en/categories/world/"),
        ("world.zh", "/zh/categories/world/"),
    ):
        for path, ids, _ in walk(ask, f"/feeds/{name}.{form}"):
            body = ask(path).body
            found = feedparser.parse(body)
            assert not found.bozo, (path, found.get("bozo_exception"))
            assert [entry.id for entry in found.entries] == ids
            links = [(link.get("rel"), link.get("href")) for link in etree.fromstring(body).iterfind(f".//{ATOM}link")]
            assert len(links) == len(set(links)), path
            assert found.feed.link == f"{BASE}{page}"


@pytest.mark.parametrize("form", FORMS)
def test_ids_are_those_of_the_feed(ask, form):
    feed, _ = read(ask(f"/feeds/world.en.{form}").body, form)
    page, _ = read(ask(f"/feeds/world.en/archive/2.{form}").body, form)

    assert page[:70] == feed[30:]


@pytest.mark.parametrize(
    "path",
    [
        "/feeds/world/archive/3.rss",
        "/feeds/world/archive/0.rss",
        "/feeds/world/archive/01.rss",
        "/feeds/world/archive/-1.rss",
        "/feeds/world/archive/999999999.atom",
        "/feeds/world/archive/99999999999999999999.atom",
        "/feeds/world/archive/1.opml",
        "/feeds/world.fr/archive/1.rss",
        "/feeds/science/archive/1.rss",
        "/feeds/nothing/archive/1.json",
        "/feeds/world/archive/",
        "/feeds/world/archive/1",
    ],
)
def test_what_is_no_full_page_is_not_found(ask, path):
    assert ask(path).status == 404


@pytest.mark.parametrize(("form", "media_type"), [("rss", "rss+xml"), ("atom", "atom+xml"), ("json", "feed+json")])
def test_a_page_is_answered_as_a_feed_is_and_may_be_kept_for_a_day(ask, form, media_type):
    path = f"/feeds/world/archive/1.{form}"
    got = ask(path)

    headers = {name: value for name, value in got.headers.items() if name not in {"Server", "Date", "Connection"}}
    kind = f"application/{media_type}"
    page = f"{BASE}/feeds/world/archive"
    assert headers == {
        "Content-Type": f"{kind}; charset=utf-8",
        "Content-Length": str(len(got.body)),
        "ETag": got.headers["ETag"],
        "Last-Modified": "Sun, 01 Nov 2026 12:00:00 GMT",
        "Cache-Control": "public, max-age=86400, s-maxage=600, stale-while-revalidate=60, stale-if-error=86400",
        "Vary": "Accept-Encoding",
        "Link": f'<{page}/1.{form}>; rel="self"; type="{kind}", '
        f'<{BASE}/categories/world/>; rel="alternate"; type="text/html", '
        f'<{BASE}/feeds/world.{form}>; rel="current"; type="{kind}", '
        f'<{page}/2.{form}>; rel="next-archive"; type="{kind}"',
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Link, Feedsvc-Edition, Cache-Status",
        "X-Content-Type-Options": "nosniff",
        "Feedsvc-Edition": "1",
    }
    head = ask(path, "HEAD")
    assert (head.status, head.headers["Content-Length"], head.body) == (200, str(len(got.body)), b"")
    unchanged = ask(path, If_None_Match=got.headers["ETag"])
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert ask(path, If_Modified_Since=got.headers["Last-Modified"]).status == 304
    assert ask(path, "POST").status == 405
    assert ask(path, Accept_Encoding="br").headers["Content-Encoding"] == "br"
    assert ask(path, Accept_Encoding="gzip").headers["ETag"] == got.headers["ETag"]


def test_a_feed_names_its_archive_in_its_link_header(ask):
    relation = f'<{BASE}/feeds/world.en/archive/2.atom>; rel="prev-archive"; type="application/atom+xml"'

    assert ask("/feeds/world.en.atom").headers["Link"].endswith(relation)
    assert "archive" not in ask("/feeds/science.atom").headers["Link"]


def test_two_workers_give_the_same_bytes_also_when_one_has_older_settings(full):
    full.configure(MAIN.replace('author = "Quay News"', 'author = "Somebody Else"'))
    other = full.settings
    full.configure(MAIN)

    with serving(make_app(full.settings, full.store)) as one, serving(make_app(other, full.store)) as two:
        for path in archive_paths(full):
            answers = [asking(path, Accept_Encoding=coding) for asking in (one, two) for coding in ("br", "identity")]
            assert answers[0].status == 200, path
            assert answers[0].body == answers[2].body, path
            assert answers[1].body == answers[3].body, path
            assert len({each.headers["ETag"] for each in answers}) == 1, path


def test_both_kinds_of_workers_answer_the_same_for_a_page(tmp_path):
    room = Newsroom(tmp_path)
    for number in range(200):
        story(room, number)
    room.publish()
    room.close()
    path = "/feeds/world/archive/1.rss"

    with ExitStack() as stack:
        services = [
            stack.enter_context(service.serving(tmp_path, FEEDSVC_WORKER_CLASS=each, FEEDSVC_PUBLISHER="off"))
            for each in ("asgi", "gthread")
        ]
        whole = services[0].ask(path)
        for method in ("GET", "HEAD", "POST"):
            for conditions in ({}, {"If_None_Match": whole.headers["etag"]}, {"Accept_Encoding": "gzip"}):
                said = {
                    (
                        answer.status,
                        answer.body,
                        *(answer.headers.get(name) for name in ("etag", "link", "vary", "allow")),
                    )
                    for each in services
                    for answer in [each.ask(path, method, **conditions) for _ in range(6)]
                }
                assert len(said) == 1, (method, conditions)
        assert (whole.status, len(read(whole.body, "rss")[0])) == (200, 100)
        assert [each.ask("/feeds/world/archive/3.rss").status for each in services] == [404, 404]


def test_the_list_of_feeds_says_how_many_pages_each_has(full):
    done = service.feedsvc(full.folder, "feeds")

    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert lines[f"{BASE}/feeds/world.zh.rss"].endswith("Z  1 archive page")
    assert lines[f"{BASE}/feeds/world.rss"].endswith("Z  2 archive pages")
    assert lines[f"{BASE}/feeds/science.rss"].endswith("Z")


def test_a_static_site_holds_every_page_and_makes_anew_only_those_that_changed(newsroom):
    for number in range(201):
        story(newsroom, number)
    newsroom.publish()

    def built() -> dict[str, tuple[int, bytes]]:
        with Tree(newsroom.folder / "out") as tree:
            build(newsroom.settings, newsroom.store, tree, progress=str)
        pages = sorted((newsroom.folder / "out/site").rglob("archive/*.json"))
        return {
            f"/feeds/{each.parent.parent.name}/archive/{each.name}": (each.stat().st_ino, each.read_bytes())
            for each in pages
        }

    before = built()
    with serving(make_app(newsroom.settings, newsroom.store)) as ask:
        assert {path: ask(path).body for path in before} == {path: body for path, (_, body) in before.items()}
    assert {path for path in archive_paths(newsroom) if path.endswith("json")} == set(before)

    story(newsroom, 50, rest="summary: Corrected.")
    newsroom.publish()

    after = built()
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {f"/feeds/{name}/archive/1.json" for name in ("all", "all.en", "world", "world.en")}


def test_every_page_is_listed_for_whoever_fetches_all(full):
    paths = archive_paths(full)

    assert len(paths) == len(set(paths)) == 2 * 3 * (2 + 2 + 1)
    assert "/feeds/world.zh/archive/1.rss" in paths
    assert "/feeds/world.zh/archive/2.rss" not in paths


def stamps(ask, pages: int) -> list[tuple[str, str]]:
    found = []
    for number in range(1, pages + 1):
        answer = ask(f"/feeds/world/archive/{number}.atom")
        found.append((answer.headers["ETag"], answer.headers["Last-Modified"]))
    return found


def test_only_the_pages_that_tell_of_a_change_change(newsroom):
    for number in range(310):
        story(newsroom, number)
    newsroom.publish()

    def asked(pages: int = 3) -> list[tuple[str, str]]:
        with serving(make_app(newsroom.settings, newsroom.store)) as ask:
            return stamps(ask, pages)

    first = asked()

    story(newsroom, 990, date=OLD + timedelta(days=9))
    newsroom.publish()
    assert asked() == first

    story(newsroom, 150, rest="summary: Corrected.")
    corrected = newsroom.publish()
    second = asked()
    assert [old == new for old, new in zip(first, second, strict=True)] == [True, False, True]
    assert parsedate_to_datetime(second[1][1]) == corrected.made_at

    (newsroom.articles / "world" / "00050.md").unlink()
    newsroom.publish()
    third = asked()
    assert [old == new for old, new in zip(second, third, strict=True)] == [False, True, True]
    page = render_archive(newsroom.store.archive("world", None, 1), "atom", newsroom.settings)
    assert page.entries == 99
    assert page.body.count(b"<at:deleted-entry") == 1

    for number in range(400, 490):
        story(newsroom, number)
    newsroom.publish()
    fourth = asked(4)
    assert [old == new for old, new in zip(third, fourth[:3], strict=True)] == [True, True, False]
    assert fourth[3][1] == fourth[2][1]


def test_a_page_is_dated_anew_once_a_title_that_it_asks_for_is_published(newsroom):
    for number in range(210):
        story(newsroom, number, rest="related: [Story 990]" if number == 7 else "")
    newsroom.publish()
    story(newsroom, 990, date=OLD + timedelta(days=9))
    found = newsroom.publish()
    with serving(make_app(newsroom.settings, newsroom.store)) as ask:
        (_, first), (_, second) = stamps(ask, 2)
    assert parsedate_to_datetime(first) == found.made_at
    assert parsedate_to_datetime(second) < found.made_at


def test_other_settings_date_every_page_anew(newsroom):
    for number in range(100):
        story(newsroom, number)
    newsroom.publish()
    newsroom.configure(MAIN.replace('author = "Quay News"', 'author = "The Quay"'))

    edition = newsroom.publish()

    page = render_archive(newsroom.store.archive("world", None, 1), "json", newsroom.settings)
    assert page.last_modified == edition.made_at
    assert json.loads(page.body)["authors"] == [{"name": "The Quay"}]


def test_other_software_that_prints_the_same_leaves_pages_as_they_are(newsroom, monkeypatch):
    for number in range(100):
        story(newsroom, number)
    newsroom.publish()
    before = newsroom.store.archive("world", None, 1)
    monkeypatch.setattr("feedsvc.config.settings.software_digest", lambda: "other")

    newsroom.publish()

    assert newsroom.store.archive("world", None, 1) == before


def test_the_place_of_a_story_that_moved_away_is_given_to_no_other(newsroom):
    for number in range(100):
        story(newsroom, number)
    newsroom.publish()
    story(newsroom, 99, rest="categories: [science]")
    newsroom.publish()
    story(newsroom, 100)

    newsroom.publish()

    assert [len(newsroom.store.archive(category, None, 1).entries) for category in ("world", "all")] == [99, 100]
    ids, _ = read(newsroom.feed("/feeds/science.rss"), "rss")
    assert len(ids) == 1


def test_positions_are_in_the_order_of_sequences(newsroom):
    for number in range(6):
        for language, day in (("en", 10 + number), ("zh", 20 - number * number % 7)):
            text = f"---\ntitle: Story {number} {language}\ndate: 2026-05-{day}\n---\n\nWords.\n"
            newsroom.file(f"{'world' if number % 2 else 'science'}/{number}.{language}.md", text)

    newsroom.publish()

    with closing(sqlite3.connect(newsroom.folder / "var" / "feedsvc.db")) as connection:
        rows = connection.execute(
            "SELECT category, language, sequence, place FROM placements ORDER BY category, language, sequence"
        ).fetchall()
    for category, language in FEEDS:
        positions = [row[3] for row in rows if row[:2] == (category, language or "")]
        assert positions == list(range(1, len(positions) + 1)) != []


def test_a_revived_story_stands_at_the_end_so_that_subscribers_see_it(newsroom):
    newsroom.configure(MAIN + "\n[feeds]\nlimit = 50\n")
    for number in range(101):
        story(newsroom, number)
    newsroom.publish()
    before = {each.article.id for each in newsroom.store.archive("world", None, 1).entries}
    path = newsroom.articles / "world" / "00007.md"
    kept = path.read_bytes()
    path.unlink()
    newsroom.publish()
    newsroom.file("world/00007.md", kept)

    newsroom.publish()

    page = newsroom.store.archive("world", None, 1)
    assert (len(page.entries), page.tombstones) == (99, ())
    ids, _ = read(newsroom.feed("/feeds/world.rss"), "rss")
    assert len(ids) == 50
    assert {ids[-1]} == before - {each.article.id for each in page.entries}


def test_an_entry_that_no_page_holds_is_never_left_out_of_the_feed(newsroom):
    newsroom.configure(MAIN + "\n[feeds]\nmax_bytes = 10000\n")
    for number in range(140):
        story(newsroom, number)

    newsroom.publish()

    with serving(make_app(newsroom.settings, newsroom.store)) as ask:
        for form in FORMS:
            (_, newest, _), (_, oldest, _) = walk(ask, f"/feeds/world.{form}")
            assert (len(newest), len(oldest), set(newest) & set(oldest)) == (40, 100, set())


@pytest.mark.parametrize(("stories", "shown"), [(8, 8), (100, 5), (103, 5), (140, 40)])
def test_a_feed_of_a_few_entries_keeps_those_that_no_page_has_beyond_its_limit(newsroom, stories, shown):
    newsroom.configure(MAIN + "\n[feeds]\nlimit = 5\n")
    for number in range(stories):
        story(newsroom, number)

    newsroom.publish()

    with serving(make_app(newsroom.settings, newsroom.store)) as ask:
        (_, newest, _), *pages = walk(ask, "/feeds/world.rss")
        complete = b"complete" in ask("/feeds/world.rss").body
    assert (len(newest), complete) == (shown, not pages)
    assert {*newest, *(identity for _, its, _ in pages for identity in its)} == live(newsroom, "world", None)


def test_a_busy_day_has_at_most_a_bounded_number_of_entries_in_a_feed_and_loses_none(newsroom, monkeypatch):
    monkeypatch.setattr("feedsvc.stores.placements.MOST_YOUNG", 120)
    for number in range(250):
        story(newsroom, number, date=newsroom.now - timedelta(hours=5))

    newsroom.publish()

    with serving(make_app(newsroom.settings, newsroom.store)) as ask:
        (_, newest, _), *pages = walk(ask, "/feeds/world.rss")
    assert (len(newest), len(pages)) == (120, 2)
    assert {*newest, *(identity for _, its, _ in pages for identity in its)} == live(newsroom, "world", None)


def test_one_page_is_printed_at_a_time_and_too_many_are_asked_to_come_back(full):
    asked, go_on = Event(), Event()

    class Slow:
        def __getattr__(self, name):
            return getattr(full.store, name)

        def archive(self, *which):
            asked.set()
            assert go_on.wait(60)
            return full.store.archive(*which)

    with serving(make_app(full.settings, Slow())) as ask:
        answers = []
        threads = [
            Thread(
                target=lambda number=number: answers.append(ask(f"/feeds/world/archive/{number % 2 + 1}.rss").status)
            )
            for number in range(WAITING + 3)
        ]
        for thread in threads:
            thread.start()
        assert asked.wait(60)
        while len(answers) < 3:
            threads[0].join(0.01)
        assert answers == [503, 503, 503]
        refused = ask("/feeds/world/archive/2.rss")
        assert (refused.status, refused.headers["Retry-After"], refused.headers["Cache-Control"]) == (
            503,
            "5",
            "no-store",
        )
        assert ask("/feeds/world.rss").status == 200
        go_on.set()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [200] * WAITING + [503] * 3


def test_a_page_that_fails_leaves_the_queue(full):
    archives = Archives(full.store, full.settings)
    for _ in range(WAITING + 1):
        with pytest.raises(BusyError, match="anything"), archives.alone():
            raise BusyError("anything")
    with archives.alone():
        assert archives.ready(FeedAddress(category="world", format="rss", page=1)) is not None
