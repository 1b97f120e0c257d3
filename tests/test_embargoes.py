"""Embargoed copy: nothing of it is seen before its time, and all of it at its time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from feedsvc.web import make_app
from newsroom import START, Newsroom
from service import serving

RELEASE = START + timedelta(hours=1, minutes=30)
MARK = "EMBARGOED UNTIL 13:30 GMT, Sunday 1 November 2026"


def note(title: str, *, rest: str = "date: 2026-10-30 09:00 +00:00", body: str = "Text of it.") -> str:
    return f"---\ntitle: {title}\n{rest}\n---\n\n{body}\n"


def wire(title: str, *, dateline: str = "LISBON, Nov. 1", mark: str = MARK) -> str:
    return f"{mark}\n\n{title}\n\n{dateline} (Quay News) -- They came at dawn.\n"


def dates(room: Newsroom) -> dict[str, datetime]:
    items = json.loads(room.feed("/feeds/all.json"))["items"]
    return {item["title"]: datetime.fromisoformat(item["date_published"]) for item in items}


def shown(room: Newsroom) -> dict[str, str]:
    return {item["title"]: item["id"] for item in json.loads(room.feed("/feeds/all.json"))["items"]}


def at(room: Newsroom, when: datetime) -> dict[str, str]:
    """Return id by title, of what subscribers see at *when*, when a pass looks only at what is due."""
    room.now = when
    room.publish(among=[])
    return shown(room)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(wire("Budget"), id="wire copy"),
        pytest.param(note("Budget", rest="release: 2026-11-01 13:30 +00:00"), id="release"),
        pytest.param(note("Budget", rest="embargo: until 13:30 GMT on 1 November 2026"), id="embargo in words"),
        pytest.param(
            "【本稿定于2026年11月1日21时30分发布】\n\nBudget\n\nBEIJING, Nov. 1 (Quay News) -- It came.\n",
            id="in Chinese",
        ),
    ],
)
def test_an_embargo_ends_at_its_second_and_not_before(newsroom, text):
    newsroom.file("world/budget.md" if text.startswith("---") else "world/budget.txt", text)
    newsroom.publish()

    seen = [set(at(newsroom, RELEASE + timedelta(seconds=seconds))) for seconds in (-1, 0)]

    assert seen == [set(), {"Budget"}]
    assert newsroom.store.edition().problems == ()


def test_what_is_held_changes_nothing_that_a_client_can_see(newsroom):
    newsroom.file("world/tide.md", note("Tide"))  # of what names the story, tests/test_related_lines.py tells
    newsroom.publish()
    client = make_app(newsroom.settings, newsroom.store).test_client()
    paths = ["/", "/feeds/", "/feeds.opml", "/feeds/all.atom", "/feeds/world.json", "/categories/world/", "/readyz"]
    paths += ["/articles/tide", "/articles/tide.json", "/articles/budget", "/articles/budget.json"]

    def seen() -> list[tuple[object, ...]]:
        answers = [client.get(path) for path in paths]
        return [(each.status_code, dict(each.headers), each.get_data()) for each in answers]

    before = seen()
    number = newsroom.store.edition().number
    newsroom.file("world/budget.txt", wire("Budget"))
    newsroom.file("science/draft.md", note("Other", rest="draft: true"))
    newsroom.publish()
    newsroom.file("world/budget.txt", wire("Budget of the year", mark=MARK.replace("13:30", "14:30")))
    edition = newsroom.publish()

    assert seen() == before
    assert (edition.number, len(edition.problems)) == (number, 2)
    unknown = client.get("/articles/nothing")
    held = client.get("/articles/budget")
    assert held.get_data().replace(b"budget", b"nothing") == unknown.get_data()


def test_copy_of_the_day_of_its_release_is_dated_by_it(newsroom):
    long_before = START - timedelta(days=4)
    newsroom.file("world/today.txt", wire("Today"), arrival=long_before)
    newsroom.file("world/yesterday.txt", wire("Yesterday", dateline="LISBON, Oct. 31"), arrival=long_before)
    newsroom.file("world/none.txt", f"{MARK}\n\nNone\n\nThey came at dawn.\n", arrival=long_before)
    newsroom.publish()

    at(newsroom, RELEASE + timedelta(minutes=5))

    assert dates(newsroom) == {
        "Today": RELEASE,
        "Yesterday": datetime(2026, 10, 31, 23, 59, tzinfo=UTC),
        "None": RELEASE,
    }


def test_the_date_stays_when_the_mark_is_taken_off_later(newsroom):
    newsroom.file("world/today.txt", wire("Today"))
    newsroom.publish()
    at(newsroom, RELEASE)
    newsroom.file("world/today.txt", wire("Today", mark=""))

    newsroom.publish()

    assert dates(newsroom) == {"Today": RELEASE}


@pytest.mark.parametrize(
    ("time", "moved"), [("12:30", RELEASE - timedelta(hours=1)), ("14:30", RELEASE + timedelta(hours=1))]
)
def test_an_embargo_may_be_moved_while_it_lasts(newsroom, time, moved):
    newsroom.file("world/budget.txt", wire("Budget"))
    newsroom.now = START - timedelta(hours=2)
    newsroom.publish()
    newsroom.file("world/budget.txt", wire("Budget", mark=MARK.replace("13:30", time)))
    newsroom.publish()

    seen = [set(at(newsroom, moved + timedelta(seconds=seconds))) for seconds in (-1, 0)]

    assert seen == [set(), {"Budget"}]


def test_an_embargo_on_a_published_article_takes_it_out_until_its_time(newsroom):
    newsroom.file("world/budget.txt", wire("Budget", mark=""))
    newsroom.publish()
    before = shown(newsroom)
    newsroom.file("world/budget.txt", wire("Budget"))
    newsroom.now = START + timedelta(minutes=10)
    newsroom.publish()
    assert shown(newsroom) == {}

    assert at(newsroom, RELEASE) == before
    (item,) = json.loads(newsroom.feed("/feeds/all.json"))["items"]
    assert datetime.fromisoformat(item["date_modified"]) == RELEASE


def test_a_pair_with_two_embargoes_waits_for_the_later(newsroom):
    newsroom.file("world/budget.en.md", note("Budget", rest="release: 2026-11-01 13:30 +00:00"))
    newsroom.file("world/budget.zh.md", note("预算", rest="release: 2026-11-01 14:30 +00:00"))
    newsroom.publish()

    seen = [list(at(newsroom, RELEASE + timedelta(hours=hours))) for hours in (0, 1)]

    assert seen == [[], ["Budget / 预算"]]


@pytest.mark.parametrize("moved_at", [RELEASE - timedelta(minutes=1), RELEASE + timedelta(minutes=1)])
def test_a_file_that_moves_while_it_is_held_is_released_where_it_lies_then(newsroom, moved_at):
    path = newsroom.file("world/budget.txt", wire("Budget"))
    newsroom.publish()
    (newsroom.articles / "science").mkdir()
    path.rename(newsroom.articles / "science/budget.txt")
    newsroom.now = moved_at
    newsroom.publish()

    at(newsroom, RELEASE + timedelta(hours=2))

    assert json.loads(newsroom.feed("/feeds/science.json"))["items"][0]["title"] == "Budget"
    with newsroom.store.begin() as tx:
        assert tx.documents.due(newsroom.now) == {}


def test_what_is_held_is_reported_with_its_time_or_without(newsroom):
    newsroom.file("world/a.txt", wire("Budget"))
    newsroom.file("world/b.txt", wire("Speech", mark="EMBARGOED UNTIL DELIVERY"))

    problems = newsroom.publish().problems

    assert [str(each) for each in problems] == [
        f"world/a.txt:1: '{MARK}' holds it back until 2026-11-01 13:30 UTC",
        "world/b.txt:1: 'EMBARGOED UNTIL DELIVERY' holds it back: it names no time; only a person can lift it",
    ]


def test_a_client_that_polls_sees_no_trace_before_the_release_and_all_of_it_within_a_second(newsroom):
    newsroom.file("world/tide.md", note("Tide"))
    paths = ["/feeds/all.rss", "/feeds/world.atom", "/feeds/world.en.json", "/", "/categories/world/", "/feeds.opml"]
    paths += ["/articles/zanzibar-budget", "/readyz"]
    with serving(newsroom.folder) as service:
        service.settle()
        release = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
        newsroom.file(
            "world/z.md", note("Zanzibar budget", rest=f"release: {release.isoformat()}"), arrival=datetime.now(UTC)
        )
        early, first, edition = [], None, service.ask("/readyz").body
        while first is None:
            for path in paths:
                asked = datetime.now(UTC)
                answer = service.ask(path)
                if path == "/readyz":
                    is_seen = answer.body != edition
                elif path.startswith("/articles/"):
                    is_seen = answer.status != 404
                else:
                    is_seen = "zanzibar-budget" in f"{answer.headers} {answer.body.decode()}".lower()
                if is_seen and datetime.now(UTC) < release:
                    early.append((path, answer))
                if is_seen and first is None:
                    first = asked
            assert datetime.now(UTC) < release + timedelta(seconds=60), "it never came"
        # The other worker may be a moment behind.
        answer = service.wait_for("/articles/zanzibar-budget.json", lambda answer: answer.status == 200)
        published = json.loads(answer.body)["versions"]["en"]["published"]

    assert early == []
    assert datetime.fromisoformat(published["instant"]) == release
