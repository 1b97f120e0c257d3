"""Ask where an article comes from, as everybody may, and see that nothing shows that is not published."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest

from feedsvc.web import make_app
from feedsvc.web.delivery.feed_cache import WAITING
from newsroom import MAIN, Newsroom
from webserver import Answer, serving

TIDE = """\
Quiet Tide Surprises the Harbour

By Mira Holt

LISBON, Oct 26 (Quay News) -- The water hardly rose, said the keeper of the gauge.

EDITORS' NOTE: Mira must not be rung before noon.

Related News
A Loud Tide Last Year
"""
ZH = """\
---
title: 静潮让港口意外
author: 何静
category: world
embargo: 2099-01-01 09:00 UTC
---
码头新闻社里斯本10月26日电 水位几乎没有上升。
"""
SMALL = f"{MAIN}\n[feeds]\nlimit = 1\n"
TOKEN = "a-token-for-tests"  # noqa: S105  of no service
SECRET = ("静潮", "何静", "rung", "embargo", "Embargo")


@pytest.fixture
def room(tmp_path) -> Iterator[Newsroom]:
    newsroom = Newsroom(tmp_path, main=SMALL)
    yield newsroom
    newsroom.close()


@pytest.fixture
def ask(room) -> Iterator[Callable[..., Answer]]:
    room.file("world/tide.en.txt", TIDE)
    room.publish()
    with serving(make_app(room.settings, room.store, token=TOKEN)) as asking:
        yield asking


PAGE = "/articles/quiet-tide-surprises-the-harbour"


def fields(answer: Answer) -> dict[tuple[str, str | None], dict[str, object]]:
    return {(each["field"], each["language"]): each for each in json.loads(answer.body)["fields"]}


def feeds(answer: Answer) -> dict[tuple[str, str | None], tuple[bool, str]]:
    told = json.loads(answer.body)["feeds"]
    return {(each["category"], each["language"]): (each["carries"], each["reason"]) for each in told}


def test_each_field_says_where_it_stood_and_how_sure_it_is(ask):
    found = fields(ask(f"{PAGE}/explain.json"))

    assert {key: (each["value"], each["line"]) for key, each in found.items() if key[0] in {"title", "author"}} == {
        ("title", "en"): ("Quiet Tide Surprises the Harbour", 1),
        ("author", "en"): ("Mira Holt", 3),
    }
    assert (found["dateline", "en"]["value"], found["dateline", "en"]["line"]) == ("LISBON, Oct 26 (Quay News)", 5)
    assert found["published", "en"]["inferred"] == ["time", "year", "zone"]
    assert found["published", "en"]["confidence"] in {"high", "medium"}
    assert found["published", "en"]["evidence"]
    assert found["category", None]["how"] == "the name of the document's folder"
    assert (found["related", None]["value"], found["related", None]["line"]) == ("A Loud Tide Last Year", 10)


def test_the_page_shows_the_same_to_people(ask):
    page = ask(f"{PAGE}/explain").page

    rows = {row.xpath("string(th)").strip(): row.xpath("string(td[2])") for row in page.xpath("//table[1]//tbody/tr")}

    assert "the headline, line 1" in rows["title (en)"]
    assert "inferred: time, year, zone" in rows["published (en)"]
    assert not page.xpath("//*[@style]")


def test_every_feed_says_why_it_carries_the_article_or_not(ask):
    found = feeds(ask(f"{PAGE}/explain.json"))

    assert found["world", None] == (True, "The feed includes it.")
    assert found["all", "zh"] == (False, "The article has no title in this language.")
    assert found["science", None] == (False, "The article is not in this category.")


def test_an_article_that_newer_ones_have_pushed_out_says_so(room):
    old = "---\ntitle: Old Tide\ndate: 2020-05-01\n---\nIt rose.\n"
    for number in range(101):
        room.file(f"world/wave-{number:03}.md", old.replace("Old Tide", f"Wave {number}").replace("2020", "2021"))
    room.file("world/old.md", old)
    room.publish()
    with serving(make_app(room.settings, room.store)) as ask:
        answer = ask("/articles/old-tide/explain.json")

    told = next(each for each in json.loads(answer.body)["feeds"] if each["category"] == "world")
    assert (told["carries"], told["archive"]) == (False, "/feeds/world/archive/1.rss")
    assert told["reason"] == "Newer articles fill the feed."
    assert told["limits"].startswith("1 entry, or")


def test_a_translation_that_is_held_leaves_no_trace(ask, room):
    before = ask(f"{PAGE}/explain").body
    room.file("world/tide.zh.md", ZH)
    room.publish()

    for path in (f"{PAGE}/explain", f"{PAGE}/explain.json"):
        answer = ask(path)
        assert answer.status == 200
        assert not [word for word in SECRET if word in answer.body.decode()]
    assert ask(f"{PAGE}/explain").body == before


def test_notes_to_editors_are_for_operators_alone(ask):
    public = ask(f"{PAGE}/explain").body.decode() + ask(f"{PAGE}/explain.json").body.decode()
    private = ask(f"{PAGE}/documents", Authorization=f"Bearer {TOKEN}").body.decode()

    assert "rung before noon" not in public
    assert "rung before noon" in private


@pytest.mark.parametrize("ending", ["/explain", "/explain.json"])
@pytest.mark.parametrize(
    ("head", "status"),
    [
        pytest.param("---\nwithdrawn: It was another tide.\n---\n", 410, id="withdrawn"),
        pytest.param("KILL\n\n", 410, id="killed"),
        pytest.param("HOLD FOR RELEASE\n\n", 410, id="held"),
    ],
)
def test_what_is_gone_is_explained_no_more_than_shown(ask, room, head, status, ending):
    room.file("world/tide.en.txt", head + TIDE)
    room.publish()

    explained, shown = ask(PAGE + ending), ask(PAGE)

    assert (explained.status, shown.status) == (status, status)
    assert b"keeper of the gauge" not in explained.body


@pytest.mark.parametrize("ending", ["/explain", "/explain.json"])
def test_what_never_was_published_is_not_there(ask, room, ending):
    room.file("world/plans.md", "---\ntitle: Secret Plans\ndraft: true\n---\nPsst.\n")
    room.publish()

    answer = ask(f"/articles/secret-plans{ending}")

    assert answer.status == 404
    assert b"Psst" not in answer.body


class Slow:
    """A store that counts how often the documents of an article are read, and waits for `go_on` each time."""

    def __init__(self, store) -> None:
        self._store = store
        self.asked, self.go_on, self.reads = Event(), Event(), 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    def documents_of(self, article):
        self.reads += 1
        self.asked.set()
        assert self.go_on.wait(60)
        return self._store.documents_of(article)


def test_documents_are_read_again_once_for_each_edition_and_form(room):
    room.file("world/tide.en.txt", TIDE)
    room.publish()
    slow = Slow(room.store)
    slow.go_on.set()
    with serving(make_app(room.settings, slow)) as ask:
        for path in (f"{PAGE}/explain", f"{PAGE}/explain.json", f"/en{PAGE}/explain", f"{PAGE}/explain?a=b"):
            for _ in range(3):
                assert ask(path).status == 200
    assert slow.reads == 3


def test_one_explanation_is_made_at_a_time_and_too_many_are_asked_to_come_back(room):
    room.file("world/tide.en.txt", TIDE)
    room.publish()
    slow = Slow(room.store)
    with serving(make_app(room.settings, slow)) as ask:
        answers: list[int] = []
        threads = [Thread(target=lambda: answers.append(ask(f"{PAGE}/explain").status)) for _ in range(WAITING + 3)]
        for thread in threads:
            thread.start()
        assert slow.asked.wait(60)
        for _ in range(1000):
            if len(answers) >= 3:
                break
            threads[0].join(0.01)
        refused = ask(f"{PAGE}/explain.json")
        polled = ask("/feeds/world.rss")
        slow.go_on.set()
        for thread in threads:
            thread.join()

    assert (refused.status, refused.headers["Retry-After"], polled.status) == (503, "5", 200)
    assert sorted(answers) == [200] * WAITING + [503] * 3
    assert slow.reads == 1


def test_the_feeds_of_an_explanation_turn_those_of_the_article_first(room):
    with (room.folder / "config/categories.toml").open("a", encoding="utf-8") as file:
        file.writelines(f'[desk-{number:02}]\ntitle = {{ en = "Desk {number}" }}\n' for number in range(100))
    room.configure(SMALL)
    room.file("desk-99/tide.en.txt", TIDE)
    room.publish()
    with serving(make_app(room.settings, room.store)) as ask:
        pages = [json.loads(ask(f"{PAGE}/explain.json?page={number}").body) for number in (1, 2, 3)]
        last = ask(f"{PAGE}/explain?page=3")
        missing = [ask(f"{PAGE}/explain?page={number}").status for number in ("4", "x", "0")]

    told = [(each["category"], each["language"]) for page in pages for each in page["feeds"]]
    assert [len(page["feeds"]) for page in pages] == [150, 150, len(told) - 300]
    assert [category for category, _ in told[:6]] == ["all"] * 3 + ["desk-99"] * 3
    assert len(told) == len(set(told))
    assert [page["last_page"] for page in pages] == [3, 3, 3]
    assert last.page.xpath("//a[@rel='prev']/@href") == [f"{PAGE}/explain?page=2"]
    assert missing == [404, 404, 404]
