"""Feeds of other sites as sources: polled politely, never from a private network by accident, a document an entry."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from signal import SIGKILL

import feedparser
import pytest
from lxml import etree

from feedrules import faults_of
from feedsvc.model.document import told_once
from feedsvc.model.errors import FetchError, SettingsError
from feedsvc.publish import public_hosts
from feedsvc.publish.feed_child import MOST_ENTRIES, read_feed
from feedsvc.publish.fetch import fetch
from feedsvc.publish.upstream_polls import UpstreamFeed, upstream_feeds
from newsroom import MAIN, Newsroom
from webserver import answering, send

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="en">
<title>Pier News</title><id>tag:pier.example,2026:feed</id><updated>2026-10-30T08:00:00Z</updated>{}</feed>"""
ENTRY = """<entry><title>{title}</title><id>{id}</id><link href="https://pier.example/{id}"/>
<updated>{updated}</updated><summary>{summary}</summary>
<content type="html">&lt;p&gt;Whole text.&lt;/p&gt;</content></entry>"""


def entry(name: str, *, updated: str = "2026-10-30T08:00:00Z", summary: str = "Nobody was hurt.") -> str:
    return ENTRY.format(title=f"Gull {name} returns", id=f"urn:gull:{name}", updated=updated, summary=summary)


@dataclass
class Site:
    """A web server with one answer, which notes the requests."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    write: Callable[[BaseHTTPRequestHandler], None] | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append({name.lower(): value for name, value in request.headers.items()})
        if self.write is None:
            send(request, self.status, self.body, self.headers)
        else:
            self.write(request)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed"

    def feed(self, *entries: str, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.status, self.headers, self.body = 200, named, ATOM.format("".join(entries)).encode()


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()

    with answering(found.answer) as found.port:
        yield found


@pytest.fixture
def room(newsroom: Newsroom, site: Site) -> Newsroom:
    """A newsroom with a desk of its own, and the feed of *site*."""
    upstream = f'[[sources]]\nname = "pier"\nurl = "{site.url}"\ncategory = "world"\nprivate_network = true\n'
    newsroom.configure(MAIN + upstream)
    newsroom.now = NOON
    return newsroom


def polled(room: Newsroom) -> UpstreamFeed:
    (feed,) = upstream_feeds(room.settings, clock=lambda: room.now, limit_s=5)
    return feed


def titles(room: Newsroom) -> list[str]:
    found = room.store.latest(category="all", language=None, limit=99)
    return sorted(str(found.article.title.items[0][1]) for found in found)


def test_entries_become_articles_that_say_where_they_come_from(room, site):
    site.feed(entry("one"), entry("two", updated="2026-10-31T08:00:00Z"))

    polled(room).poll()
    room.publish()

    one = room.store.entry("gull-one-returns").article
    assert titles(room) == ["Gull one returns", "Gull two returns"]
    assert (one.id, one.publisher, one.canonical) == (
        "urn:gull:one",
        "Pier News",
        "https://pier.example/urn:gull:one",
    )
    assert one.body.items == (("en", "<p>Nobody was hurt.</p>"),)
    assert one.versions[0].published.instant == datetime(2026, 10, 30, 8, tzinfo=UTC)


SELF = '<link rel="self" href="{}"/>'


def test_feeds_name_the_original_and_the_feed_that_an_entry_was_taken_from(room, site):
    site.feed(SELF.format("https://pier.example/feed.atom"), entry("one"))
    polled(room).poll()

    room.publish()

    (one,) = feedparser.parse(room.feed("/feeds/world.atom")).entries
    (item,) = etree.fromstring(room.feed("/feeds/world.rss")).iter("item")
    (value,) = json.loads(room.feed("/feeds/world.json"))["items"]
    original = "https://pier.example/urn:gull:one"
    assert {link.rel: link.href for link in one.links}["via"] == original == value["external_url"]
    assert (one.source.id, one.source.title) == ("tag:pier.example,2026:feed", "Pier News")
    assert one.source.links[0].href == item.find("source").get("url") == "https://pier.example/feed.atom"
    assert item.findtext("source") == "Pier News"
    assert faults_of("atom", room.feed("/feeds/world.atom")) == faults_of("rss", room.feed("/feeds/world.rss")) == []


@pytest.mark.parametrize(
    "address", ["https://pier.example/feed?key=secret", "https://a:secret@pier.example/feed", "urn:secret"]
)
def test_an_address_that_may_hold_a_key_is_never_named_as_the_source(room, site, address):
    site.feed(SELF.format(address), entry("one"))
    polled(room).poll()

    room.publish()

    assert room.store.entry("gull-one-returns").article.source_feed is None
    assert b"secret" not in room.feed("/feeds/world.rss")


def test_an_entry_that_vanishes_stays_and_one_that_is_deleted_is_withdrawn(room, site):
    site.feed(entry("one"), entry("two"), entry("three"))
    polled(room).poll()
    room.publish()
    deleted = '<at:deleted-entry ref="urn:gull:{}" when="2026-10-31T08:00:00Z"><at:comment>It was a tern.</at:comment>'
    revived = entry("three", updated="2026-10-31T09:00:00Z")
    site.feed(deleted.format("two") + "</at:deleted-entry>", deleted.format("three") + "</at:deleted-entry>", revived)

    polled(room).poll()
    room.publish()

    assert titles(room) == ["Gull one returns", "Gull three returns"]
    assert room.store.tombstone("gull-two-returns").reason == "It was a tern."


@pytest.mark.parametrize("comment", ["false", "No", "", "Sold"])
def test_an_entry_is_withdrawn_whatever_word_the_feed_gives_as_its_reason(room, site, comment):
    site.feed(entry("one"))
    polled(room).poll()
    room.publish()
    site.feed(
        f'<at:deleted-entry ref="urn:gull:one" when="2026-11-01T09:00:00Z"><at:comment>{comment}</at:comment>'
        "</at:deleted-entry>"
    )
    room.now += timedelta(hours=1)
    polled(room).poll()
    room.publish()

    assert titles(room) == []


def test_whole_texts_are_published_only_if_that_is_asked_for(room, site):
    site.feed(entry("one"))
    room.configure((room.folder / "config/feedsvc.toml").read_text().replace("private", "full = true\nprivate"))

    polled(room).poll()
    room.publish()

    assert room.store.entry("gull-one-returns").article.body.items == (("en", "<p>Whole text.</p>"),)


def test_a_text_with_empty_lines_and_marks_of_markdown_stays_html(room, site):
    text = "&lt;div&gt;One\n\n    *two*\n\n&lt;/div&gt;"
    site.feed(entry("one").replace("&lt;p&gt;Whole text.&lt;/p&gt;", text))
    room.configure((room.folder / "config/feedsvc.toml").read_text().replace("private", "full = true\nprivate"))

    polled(room).poll()
    room.publish()

    ((_, body),) = room.store.entry("gull-one-returns").article.body.items
    assert "*two*" in body
    assert "<pre>" not in body


def test_an_entry_has_both_its_dates_and_of_two_with_one_id_the_first_counts(room, site):
    first = entry("one").replace("<summary>", "<published>2026-10-29T07:00:00Z</published><summary>")
    site.feed(first, first.replace("Gull one", "Tern one"))

    polled(room).poll()
    room.publish()

    (version,) = room.store.entry("gull-one-returns").article.versions
    dates = [version.published.instant, version.updated.instant]
    assert dates == [datetime(2026, 10, 29, 7, tzinfo=UTC), datetime(2026, 10, 30, 8, tzinfo=UTC)]
    assert titles(room) == ["Gull one returns"]


def test_polls_send_validators_and_wait_as_the_feed_asks(room, site):
    site.feed(entry("one"), ETag='"a"', Last_Modified="Sat, 31 Oct 2026 08:00:00 GMT", Cache_Control="max-age=3600")
    first = polled(room).poll()
    early = polled(room).poll()
    room.now += timedelta(hours=1)
    site.status, site.body = 304, b""
    site.headers = {}

    second = polled(room).poll()

    assert (first, early, second, len(site.asked)) == (3600.0, 3600.0, 900.0, 2)
    assert site.asked[1]["if-none-match"] == '"a"'
    assert site.asked[1]["if-modified-since"] == "Sat, 31 Oct 2026 08:00:00 GMT"
    assert site.asked[1]["user-agent"].startswith("feedsvc/")


def test_a_clock_that_is_set_back_delays_no_poll(room, site):
    site.feed(entry("one"))
    polled(room).poll()
    room.now -= timedelta(hours=1)

    assert (polled(room).poll(), len(site.asked)) == (900.0, 2)


def test_a_feed_is_left_alone_for_longer_than_a_day_if_that_is_meant(room, site):
    site.feed(entry("one"))
    two_days = (room.folder / "config/feedsvc.toml").read_text().replace("private", "every_s = 172800\nprivate")
    room.configure(two_days)
    polled(room).poll()
    room.now += timedelta(hours=1)

    assert (polled(room).poll(), len(site.asked)) == (169_200.0, 1)


def test_a_fault_is_told_and_tried_again_after_pauses_that_grow(room, site):
    room.file("own.md", "---\ntitle: Our Own Story\ndate: 2026-10-30\n---\nText.\n")
    site.status, site.headers, pauses = 503, {"Retry-After": "1000"}, []
    for _ in range(3):
        pauses.append(polled(room).poll())
        room.now += timedelta(seconds=pauses[-1])
    edition = room.publish()
    site.feed(entry("one"))
    polled(room).poll()
    cured = room.publish()

    assert pauses == [1000.0, 1800.0, 3600.0]
    assert [(each.source, str(each)) for each in edition.problems] == [
        ("pier", "source pier answers 503 Service Unavailable")
    ]
    assert told_once(edition.problems) == ["trouble: source pier answers 503 Service Unavailable"]
    assert (edition.articles, cured.articles, cured.problems) == (1, 2, ())


def test_a_start_of_the_service_ends_a_pause_but_none_that_the_site_asks_for(room, site):
    site.status, site.headers = 503, {"Retry-After": "1000"}
    polled(room).poll()
    polled(room).retry()
    early = polled(room).poll()
    room.now += timedelta(seconds=1000)
    polled(room).poll()
    site.status, site.headers = 404, {}
    room.now += timedelta(hours=1)
    pause = polled(room).poll()
    site.feed(entry("one"))

    polled(room).retry()
    again = polled(room).poll()

    assert (early, pause, again) == (1000.0, 3600.0, 900.0)


def test_a_feed_that_has_ended_is_never_asked_again(room, site):
    site.status = 410
    polled(room).poll()
    room.now += timedelta(days=30)

    polled(room).poll()

    assert len(site.asked) == 1
    assert "410 Gone" in room.publish().problems[0].message


def test_a_move_for_good_is_followed_and_told(room, site):
    def write(request: BaseHTTPRequestHandler) -> None:
        if request.path == "/feed":
            send(request, 301, headers={"Location": "/new"})
        else:
            send(request, 200, ATOM.format(entry("one")).encode())

    site.write = write
    polled(room).poll()

    (note,) = room.publish().problems
    assert note.message == f"the feed has moved for good; write its new address as url: {site.url[:-5]}/new"
    assert titles(room) == ["Gull one returns"]


def test_a_redirect_in_utf_8_is_followed(site):
    def answer(request):
        if request.path == "/feed":
            request.wfile.write("HTTP/1.1 302 Found\r\nLocation: /码头/a%20b?q=ü\r\n\r\n".encode())
        else:
            request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n" + request.path.encode())

    site.write = answer

    found = fetch(site.url, {}, max_bytes=1000, may_be_private=True)

    assert found.moved_to is None
    assert found.body == b"/%E7%A0%81%E5%A4%B4/a%20b?q=%C3%BC"


def test_two_sites_in_a_row_have_the_same_titles_dates_and_ids(room, site, tmp_path_factory):
    first = Newsroom(tmp_path_factory.mktemp("first"), main=MAIN.replace("quay.example", "pier.example"))
    for number in range(3):
        head = f"title: {{ en: Tide {number} < 2 & more, zh: 潮汐{number} }}\ndate: 2026-10-3{number % 2} 09:00"
        first.file(f"{number}.md", f"---\n{head}\n---\nText.\n")
    first.publish()

    def found(room: Newsroom) -> list[object]:
        entries = room.store.latest(category="all", language=None, limit=9)
        return sorted((each.article.id, each.article.versions[0].published.instant) for each in entries)

    def serve() -> None:
        site.body, site.headers = first.feed("/feeds/all.atom"), {"Content-Type": "application/atom+xml"}

    serve()
    polled(room).poll()
    room.publish()
    same = found(room) == found(first)
    shown = titles(room)
    (first.folder / "articles/1.md").unlink()
    first.publish()
    serve()
    room.now += timedelta(hours=2)
    polled(room).poll()
    room.publish()

    assert same
    assert shown == [f"Tide {number} < 2 & more / 潮汐{number}" for number in range(3)]
    assert len(found(room)) == 2
    assert found(room) == found(first)
    first.close()


def test_entries_of_this_very_site_are_left_out(room, site):
    site.feed(entry("one").replace("urn:gull:one", "tag:quay.example,2026-01-01:abc"))

    polled(room).poll()

    assert room.publish().articles == 0


# Hostile hosts


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]"])
def test_a_private_host_is_not_connected_to(site, host):
    with pytest.raises(FetchError, match="on a private network; if that is meant, set private_network = true"):
        fetch(f"http://{host}:{site.port}/", {}, max_bytes=10, may_be_private=False)

    assert site.asked == []


def test_a_redirect_to_a_private_host_is_not_followed(site, monkeypatch):
    monkeypatch.setattr(public_hosts, "is_public", lambda address: address == "127.0.0.1")
    site.status, site.headers = 302, {"Location": f"http://127.0.0.2:{site.port}/latest/meta-data"}

    with pytest.raises(FetchError, match=r"127\.0\.0\.2 is 127\.0\.0\.2, which is on a private network"):
        fetch(site.url, {}, max_bytes=10, may_be_private=False)

    assert len(site.asked) == 1


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch):
    tried = []
    answers = iter(["93.184.216.34", "127.0.0.1"])

    def look_up(_host, port, **_named):
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (next(answers), port))]

    class Socket(socket.socket):
        def connect(self, address):
            tried.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "socket", Socket)
    with pytest.raises(FetchError):
        fetch("http://rebound.example/", {}, max_bytes=10, may_be_private=False)

    assert tried == [("93.184.216.34", 80)]


def test_the_time_to_connect_counts(site, monkeypatch):
    found = socket.getaddrinfo

    def slowly(*arguments, **named):
        time.sleep(0.5)
        return found(*arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    site.write = drip_headers
    began = time.monotonic()

    with pytest.raises(FetchError, match="gave no whole answer within 0 s"):
        fetch(site.url, {}, max_bytes=100_000, may_be_private=True, limit_s=0.3)

    assert time.monotonic() - began < 4


def drip(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b"x")
        time.sleep(0.05)


def drip_headers(request: BaseHTTPRequestHandler) -> None:
    for _ in range(100):
        request.wfile.write(b"H")
        time.sleep(0.05)


def flow(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"x" * 65_536)


BOMB = gzip.compress(b"\0" * 5_000_000)


def bomb(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Encoding", "gzip")
    request.end_headers()
    request.wfile.write(BOMB)


def trail(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Encoding", "gzip")
    request.end_headers()
    request.wfile.write(gzip.compress(b"<feed/>"))
    while True:
        request.wfile.write(b"x" * 65_536)


def cut(request: BaseHTTPRequestHandler) -> None:
    send(request, 200, b"<feed>", {"Content-Length": "1000"})


def turn(request: BaseHTTPRequestHandler) -> None:
    send(request, 302, headers={"Location": "/feed"})


def to_file(request: BaseHTTPRequestHandler) -> None:
    send(request, 302, headers={"Location": "file:///etc/passwd"})


def to_nowhere(request: BaseHTTPRequestHandler) -> None:
    request.send_response(302)
    request.send_header("Location", "http://[::1")
    request.end_headers()


def below_zero(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nfeeds\r\n")


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (drip, "gave no whole answer within 1 s"),
        (drip_headers, "gave no whole answer within 1 s"),
        (flow, "sends more than 100000 bytes"),
        (bomb, "sends more than 100000 bytes"),
        (trail, "sends more after the end of its gzip"),
        (cut, "ends in the middle of its body"),
        (turn, "redirects more than 5 times"),
        (to_file, "leads to 'file:///etc/passwd', which is no address of the web"),
        (to_nowhere, r"leads to 'http://\[::1', which is no address of the web"),
        (below_zero, "gave an answer that is no HTTP, or is cut off"),
    ],
)
def test_hostile_answers_are_bounded(site, write, message):
    site.write = write
    began = time.monotonic()

    with pytest.raises(FetchError, match=message):
        fetch(site.url, {}, max_bytes=100_000, may_be_private=True, limit_s=1)

    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b'<!DOCTYPE a [<!ENTITY a "aaaa">]><rss><channel><title>&a;</title></channel></rss>', "declares entities"),
        ('<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss/>'.encode("utf-16"), "declares entities"),
        (b"<!doctype html><html><body>Hello</body></html>", "is no RSS and no Atom feed but a web page"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "is JSON; name the RSS or Atom feed"),
        (b"", "is no RSS and no Atom feed"),
    ],
    ids=["entities", "entities in UTF-16", "web page", "JSON", "nothing"],
)
def test_what_is_no_feed_is_refused(body, fault):
    assert read_feed(body, url="https://x.example/", content_type="", is_full=False)["fault"].startswith(fault)


def test_a_hostile_feed_harms_neither_its_document_nor_the_rest(room, site):
    nested = "&lt;div&gt;" * 50_000
    script = "Gull &lt;script&gt;alert(1)&lt;/script&gt; {{ secret }} --- \n---\nkilled: true\n"
    site.feed(entry("deep", summary=nested), entry("odd", summary=script), entry("one"))

    polled(room).poll()
    edition = room.publish()

    assert (edition.articles, titles(room)) == (3, ["Gull deep returns", "Gull odd returns", "Gull one returns"])
    body = room.store.entry("gull-odd-returns").article.body.items[0][1]
    assert body == "<p>Gull &lt;script&gt;alert(1)&lt;/script&gt; {{ secret }} --- --- killed: true</p>"


def test_the_first_thousand_entries_are_read():
    body = ATOM.format("".join(entry(str(number)) for number in range(MOST_ENTRIES + 1))).encode()

    entries = read_feed(body, url="https://x.example/", content_type="", is_full=False)["entries"]

    assert [entries[0]["id"], entries[-1]["id"], len(entries)] == ["urn:gull:0", "urn:gull:999", 1000]


@pytest.mark.parametrize(
    ("work", "status"),
    [
        ("feed_child.read_feed = lambda *_, **__: len(bytearray(feed_child.MOST_MEMORY))", 1),
        ("feed_child.CPU_S = 1\ndef work(*_, **__):\n  while True: pass\nfeed_child.read_feed = work", -SIGKILL),
    ],
    ids=["memory", "time"],
)
def test_the_kernel_ends_a_process_that_takes_too_much(work, status):
    code = f"from feedsvc.publish import feed_child\n{work}\nfeed_child.main()"

    ended = subprocess.run([sys.executable, "-c", code], input=b"{}\n", capture_output=True, check=False, timeout=60)

    assert (ended.returncode, ended.stdout) == (status, b"")


def test_a_state_that_is_damaged_is_none(room, site):
    site.feed(entry("one"))
    feed = polled(room)
    state = Path(room.folder / "var/upstream/pier/.poll.json")
    state.write_text('{"next_at": [')

    assert feed.poll() == 900.0
    assert json.loads(state.read_text())["failures"] == 0


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('url = "https://a:b@pier.example/feed"', "must be an http or https address without a user or a password"),
        ('url = "https://pier.example/feed"\ninbox = true', "is for a source whose url is a folder"),
        ('url = "wire"\nfull = true', "is for a source whose url is the address of a feed"),
        ('url = "https://pier.example/feed"\nevery_s = 5', "must be a whole number of at least 60"),
    ],
)
def test_settings_that_do_not_fit_are_told(newsroom, lines, fault):
    newsroom.configure(f'{MAIN}[[sources]]\nname = "pier"\ncategory = "world"\n{lines}\n')

    with pytest.raises(SettingsError, match=fault):
        _ = newsroom.settings
