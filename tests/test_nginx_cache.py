"""Put nginx's cache in front of the real service, as an operator with many readers does."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import brotli
import pytest

from newsroom import Newsroom
from nginx_server import Nginx, nginx
from service import Answer, Service, serving

DECODERS = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}
# What clients say: none, readers with gzip alone, browsers, curl --compressed, and one that wants no coding at all.
CLIENTS = {
    None: None,
    "gzip": "gzip",
    "gzip, deflate": "gzip",
    "gzip, deflate, br": "br",
    "deflate, gzip, br, zstd": "br",
    "identity": None,
    "gzip;q=0": None,
    "br": "br",
}
HTTP = "proxy_cache_path {folder}/cache keys_zone=feeds:1m;"
SERVER = """
location / {{
    proxy_pass http://127.0.0.1:{port};
    proxy_cache feeds;
    add_header X-Cache $upstream_cache_status always;
}}
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    room = Newsroom(tmp_path_factory.mktemp("cached"))
    for number in range(5):
        room.file(f"world/n{number}.txt", f"Boat {number} sails\n\nLISBON, Oct. 30, 2026 (Quay News) -- It sails.\n")
    room.close()
    with serving(room.folder) as running:
        yield running


@pytest.fixture
def cache(service: Service) -> Iterator[Nginx]:
    with nginx(SERVER.format(port=service.port), http=HTTP) as running:
        yield running


def asked(cache: Nginx, path: str, accepted: str | None) -> Answer:
    return cache.ask(path, **({} if accepted is None else {"Accept_Encoding": accepted}))


@pytest.mark.parametrize("path", ["/feeds/world.rss", "/feeds/all.json", "/feeds.opml"])
@pytest.mark.parametrize("first", [None, "gzip", "gzip, deflate, br"], ids=["plain", "gzip", "brotli"])
def test_every_client_of_a_cache_gets_the_same_feed_in_a_form_that_it_takes(service, cache, path, first):
    feed = service.ask(path).body
    asked(cache, path, first)

    for _ in range(2):
        for accepted, coding in CLIENTS.items():
            answer = asked(cache, path, accepted)

            assert (answer.status, answer.headers.get("content-encoding")) == (200, coding), accepted
            assert DECODERS[coding](answer.body) == feed, accepted


def test_the_cache_answers_by_itself_what_it_was_given(cache):
    found = [asked(cache, "/feeds/world.rss", accepted).headers["x-cache"] for _ in range(2) for accepted in CLIENTS]

    assert found[0] == "MISS"
    assert set(found[len(CLIENTS) :]) <= {"HIT", "EXPIRED"}


@pytest.mark.parametrize("accepted", [None, "gzip", "br"])
def test_a_client_of_the_cache_is_told_when_nothing_has_changed(cache, accepted):
    first = asked(cache, "/feeds/world.atom", accepted)
    coding = {} if accepted is None else {"Accept_Encoding": accepted}

    again = cache.ask("/feeds/world.atom", If_None_Match=first.headers["etag"], **coding)

    assert (again.status, again.body) == (304, b"")
