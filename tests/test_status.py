"""Ask a real service of two workers how it does: who may know, and whether the figures add up."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html
from prometheus_client.parser import text_string_to_metric_families

from newsroom import MAIN, START, Newsroom
from service import PATIENCE_S, Answer, Service, serving

FEED = "/feeds/world.rss"
PRIVATE = ("/status", "/status.json", "/metrics", "/articles/quiet-tide/documents", "/status/documents/desk/none.txt")
TIDE = "---\ntitle: Quiet Tide\ndate: 2026-10-30\nnote: Ask Mira first\n---\nThe water hardly rose.\n"
ROOM = MAIN.replace('category = "general"', 'category = "general"\nsilent_after_s = 600')


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One who knows the token of a service."""

    service: Service
    token: str

    def ask(self, path: str) -> Answer:
        return self.service.ask(path, Authorization=f"Bearer {self.token}")

    def figures(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        """Return every sample of /metrics by its name and labels."""
        families = text_string_to_metric_families(self.ask("/metrics").body.decode())
        return {
            (sample.name.removeprefix("feedsvc_"), tuple(sorted(sample.labels.items()))): sample.value
            for family in families
            for sample in family.samples
        }

    def wait_until(self, name: str, value: float, **labels: str) -> None:
        """Wait until every worker has told what it counted."""
        key = (name, tuple(sorted(labels.items())))
        deadline = time.monotonic() + PATIENCE_S
        while (found := self.figures()[key]) != value and time.monotonic() < deadline:
            time.sleep(0.1)
        assert found == value


@pytest.fixture(scope="module")
def operator(tmp_path_factory) -> Iterator[Operator]:
    folder = tmp_path_factory.mktemp("status")
    newsroom = Newsroom(folder, main=ROOM)
    newsroom.file("world/tide.md", TIDE)
    newsroom.file("world/broken.md", "---\ntitle: Half a Fence\n")
    newsroom.file("world/later.md", "---\ntitle: A Secret Regatta\nembargo: 2099-01-01 09:00 UTC\n---\nNot yet.\n")
    newsroom.publish()
    newsroom.close()
    with serving(folder, FEEDSVC_PUBLISHER="off") as service:
        token = (folder / "var" / "status-token").read_text(encoding="utf-8").strip()
        yield Operator(service=service, token=token)


@pytest.mark.parametrize("path", PRIVATE)
def test_nobody_without_the_token_learns_anything(operator, path):
    asked = [
        operator.service.ask(path),
        operator.service.ask(path, Authorization="Bearer wrong"),
        operator.service.ask(path, Authorization="Basic !"),
        operator.service.ask(f"{path}?token={operator.token}"),
    ]

    assert {answer.status for answer in asked} == {401}
    assert len({answer.body for answer in asked}) == 1
    assert {answer.headers["cache-control"] for answer in asked} <= {"no-store", "private, no-store"}


def test_a_browser_is_asked_for_a_password_and_let_in_by_the_token(operator):
    password = base64.b64encode(f"anybody:{operator.token}".encode()).decode()

    answer = operator.service.ask("/status", Authorization=f"Basic {password}")

    assert [challenge.partition(" ")[0] for challenge in challenges(operator.service)] == ["Basic", "Bearer"]
    assert (answer.status, answer.headers["cache-control"]) == (200, "private, no-store")


def challenges(service: Service) -> list[str]:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    try:
        connection.request("GET", "/status")
        return connection.getresponse().headers.get_all("WWW-Authenticate") or []
    finally:
        connection.close()


def test_the_token_is_in_its_file_and_the_log_names_only_that(operator):
    folder = operator.service.folder

    log = (folder / "service.log").read_text(encoding="utf-8")

    assert stat.S_IMODE((folder / "var" / "status-token").stat().st_mode) == 0o600
    assert operator.token not in log
    assert log.count(f"{folder / 'var' / 'status-token'}: has the new token for /status and /metrics") == 1


def test_the_page_is_found_with_a_slash_too_many(operator):
    answer = operator.service.ask("/status/")

    assert (answer.status, answer.headers["location"]) == (308, "/status")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_asks_for_no_token(operator, path):
    assert operator.service.ask(path).status == 200


def test_what_all_workers_counted_adds_up_and_outlasts_them(operator):
    tag = operator.service.ask("/feeds/world.atom").headers["etag"]

    for _ in range(30):
        operator.service.ask("/feeds/world.atom")
        operator.service.ask("/feeds/world.atom", If_None_Match=tag)

    operator.wait_until("feed_polls_total", 31, feed="/feeds/world.atom", answer="found")
    operator.wait_until("feed_polls_total", 30, feed="/feeds/world.atom", answer="unchanged")
    reload(operator.service)
    operator.service.ask("/feeds/world.atom")
    operator.wait_until("feed_polls_total", 32, feed="/feeds/world.atom", answer="found")


def reload(service: Service) -> None:
    """Have new workers take the place of the old ones, and wait until those are gone."""
    old = workers(service.pid)
    os.kill(service.pid, signal.SIGHUP)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and (old & workers(service.pid) or not workers(service.pid)):
        time.sleep(0.05)
    service.wait_for("/readyz", lambda answer: answer.status == 200)


def workers(pid: int) -> set[str]:
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())


def test_the_last_word_of_each_reader_counts(operator):
    for said, subscribers in (
        ("Feedbin feed-id:7 - 5 subscribers", 5),
        ("Feedly/1.0 (+http://feedly.example; 12 subscribers)", 17),
        ("Feedbin - 4 subscribers", 16),
    ):
        operator.service.ask(FEED, User_Agent=said)
        operator.wait_until("feed_subscribers", subscribers, feed=FEED)

    assert "Feedly 12" in html.fromstring(operator.ask("/status").body).text_content()


def test_feeds_that_there_are_not_are_counted_together(operator):
    before = operator.figures()

    for number in range(5):
        operator.service.ask(f"/feeds/invented-{number}.rss")

    operator.wait_until("unknown_feed_polls_total", before["unknown_feed_polls_total", ()] + 5)
    assert len(operator.figures()) == len(before)


def test_the_figures_are_those_of_the_newsroom(operator):
    figures = operator.figures()

    source = (("source", "desk"),)
    assert figures["edition", ()] == 1
    assert figures["articles", ()] == 1
    assert figures["dates", (("confidence", "high"),)] == 1
    assert figures["source_problems", (("severity", "rejected"), *source)] == 1
    assert figures["source_problems", (("severity", "held"), *source)] == 1
    assert figures["source_last_arrival_timestamp_seconds", source] == START.timestamp() - 3600
    assert figures["source_silent", source] == 1
    assert figures["feed_entries", (("feed", FEED),)] == 1


def test_the_same_is_told_as_json(operator):
    told = json.loads(operator.ask("/status.json").body)

    assert told["edition"]["number"] == 1
    assert told["edition"]["sureness"] == {"high": 1, "medium": 0, "low": 0}
    assert [(each["rejected"], each["held"], each["is_silent"]) for each in told["sources"]] == [(1, 1, True)]
    assert {each["severity"] for each in told["edition"]["problems"]} == {"rejected", "held"}


def test_the_page_draws_its_chart_under_the_policy_of_all_pages(operator):
    operator.service.ask(FEED)
    operator.service.settle()

    answer = operator.ask("/status")
    page = html.fromstring(answer.body)

    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    assert not page.xpath("//*[@style] | //style | //script | //*[@onload]")
    assert page.xpath("//svg/rect")
    assert "Silent" in page.xpath("string(//section[@aria-labelledby='sources'])")


@pytest.mark.parametrize(
    ("path", "reason", "text"),
    [
        pytest.param("world/broken.md", "rejected", "Half a Fence", id="rejected"),
        pytest.param("world/later.md", "held", "A Secret Regatta", id="held"),
    ],
)
def test_operators_see_documents_that_are_not_published(operator, path, reason, text):
    page = html.fromstring(operator.ask(f"/status/documents/desk/{path}").body)

    assert text in page.xpath("string(//pre)")
    assert reason in page.xpath("string(//main)")


@pytest.mark.parametrize("path", ["../config/feedsvc.toml", "world/none.md", "%2Fetc%2Fpasswd"])
def test_operators_see_nothing_but_documents(operator, path):
    assert operator.ask(f"/status/documents/desk/{path}").status in {308, 404}


def test_operators_see_what_was_read_from_where(operator):
    page = html.fromstring(operator.ask("/articles/quiet-tide/documents").body)

    marks = {mark.findtext("small"): mark.xpath("string(text())") for mark in page.xpath("//mark")}

    assert marks["title"] == "Quiet Tide"
    assert "Ask Mira first" in page.xpath("string(//pre)")
