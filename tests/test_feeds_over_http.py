"""Ask for feeds in three ways, and hold the answers against RFC 9110: each way gives the same.

The ways are gunicorn's asgi worker, which answers before Flask, gunicorn's gthread worker, and Flask's test client.
"""

from __future__ import annotations

import gzip
import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import brotli
import pytest
from flask import Response
from flask.testing import FlaskClient

from feedsvc.config.loading import load_settings
from feedsvc.stores import open_library
from feedsvc.web import make_app
from newsroom import Newsroom
from service import Service, serving

FEED = "/feeds/all.rss"
NOT_THE_FEEDS = {"date", "server", "connection"}
# What a client says it takes, and the coding that it gets.
CODINGS = {
    None: None,
    "gzip": "gzip",
    "br": "br",
    "gzip, br": "br",
    "br;q=0, gzip": "gzip",
    "gzip;q=0": None,
    "*": "gzip",
    "identity;q=0": None,
    ";;,=, non sense": None,
}
# If-None-Match, with TAG for the tag between its quotes, and whether it is the feed's; None: no such header.
TAGS = {
    None: None,
    'W/"TAG"': True,
    '"TAG"': True,
    '"x", W/"y" ,W/"TAG"': True,
    "*": True,
    'W/"TAG-gzip"': True,
    '"TAG;gzip"': True,
    'W/"TAG--gzip"': True,
    '"TAG-br"': True,
    'W/"0123456789abcdef"': False,
    'TAG, "': False,
    "": False,
}
# If-Modified-Since, with SAME for the feed's Last-Modified, and whether the feed is as it was then.
DATES = {
    None: None,
    "Wed, 04 Mar 2020 05:06:07 GMT": False,
    "SAME": True,
    "Mon, 01 Jan 2096 00:00:00 GMT": True,
    "yesterday": False,
}
# The headers of every answer for a feed, besides those of its content.
ALWAYS = {
    "access-control-allow-origin",
    "access-control-expose-headers",
    "cache-control",
    "etag",
    "feedsvc-edition",
    "last-modified",
    "link",
    "vary",
    "x-content-type-options",
}
METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS", "PROPFIND")


class Client:
    """Ask one service over one connection, which it keeps."""

    def __init__(self, service: Service) -> None:
        self.folder = service.folder
        self.snapshot = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)

    def close(self) -> None:
        self.snapshot.close()

    def fetch(self, target: str) -> tuple[int, bytes]:
        self.snapshot.request("GET", target)
        response = self.snapshot.getresponse()
        return response.status, response.read()

    def fetch_for(self, target: str, *, host: str) -> int:
        self.snapshot.putrequest("GET", target, skip_host=True)
        self.snapshot.putheader("Host", host)
        self.snapshot.endheaders()
        response = self.snapshot.getresponse()
        response.read()
        return response.status

    def send(self, request_line: str, host: str | None) -> int:
        lines = [request_line, "Connection: close", *([] if host is None else [f"Host: {host}"]), "", ""]
        with socket.create_connection(("127.0.0.1", self.snapshot.port), timeout=30) as connection:
            connection.sendall("\r\n".join(lines).encode())
            return int(connection.makefile("rb").readline().split()[1])

    def ask(self, method: str, headers: dict[str, str | None], path: str = FEED) -> tuple[int, dict[str, str], bytes]:
        self.snapshot.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            if value is not None:
                self.snapshot.putheader(name, value.encode("latin-1"))
        self.snapshot.endheaders()
        response = self.snapshot.getresponse()
        found = {name.lower(): value for name, value in response.getheaders() if name.lower() not in NOT_THE_FEEDS}
        return response.status, found, response.read()


class Bare(Response):
    """What a test client is answered with, which would otherwise put a Content-Type to an answer that has none."""

    default_mimetype = None


class InProcess:
    """Ask the application without a server."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def ask(self, method: str, headers: dict[str, str | None], path: str = FEED) -> tuple[int, dict[str, str], bytes]:
        given = {name: value for name, value in headers.items() if value is not None}
        response = self.client.open(path, method=method, headers=given)
        found = {name.lower(): value for name, value in response.headers if name.lower() not in NOT_THE_FEEDS}
        return response.status_code, found, response.get_data()


@pytest.fixture(scope="module")
def ways(servers) -> Iterator[dict[str, Client | InProcess]]:
    settings = load_settings({"FEEDSVC_CONFIG": str(servers["asgi"].folder / "config")})
    store = open_library(settings)
    yield {**servers, "test client": InProcess(FlaskClient(make_app(settings, store), Bare))}
    store.close()


@pytest.fixture(scope="module")
def servers(tmp_path_factory) -> Iterator[dict[str, Client]]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("servers")
        publish(folder)
        found = {}
        for each in ("asgi", "gthread"):
            service = stack.enter_context(serving(folder, FEEDSVC_WORKER_CLASS=each, FEEDSVC_PUBLISHER="off"))
            found[each] = Client(service)
            stack.callback(found[each].close)
        yield found


def publish(folder: Path) -> None:
    newsroom = Newsroom(folder)
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30 09:00 +00:00\n---\n" + "Water rose. " * 80)
    newsroom.publish()
    newsroom.close()


@pytest.mark.parametrize("path", [FEED, "/", "/feeds/none.rss"])
def test_both_servers_take_the_whole_url_for_the_path_in_it(servers, path):
    for server in servers.values():
        expected, found = server.fetch(path), server.fetch(f"http://quay.example{path}")

        assert found == expected


@pytest.mark.parametrize("since", DATES)
@pytest.mark.parametrize("tags", TAGS)
def test_every_way_answers_every_poll_as_the_rfc_says(ways, tags, since):
    _, always, plain = ways["gthread"].ask("GET", {})
    opaque = always["etag"].removeprefix('W/"').removesuffix('"')
    conditions = {
        "If-None-Match": None if tags is None else tags.replace("TAG", opaque),
        "If-Modified-Since": always["last-modified"] if since == "SAME" else since,
    }
    has_it = DATES[since] if TAGS[tags] is None else TAGS[tags]
    for method in METHODS:
        for accepted, coding in CODINGS.items():
            said = {each: way.ask(method, {**conditions, "Accept-Encoding": accepted}) for each, way in ways.items()}
            assert said["asgi"] == said["gthread"] == said["test client"], (method, accepted)
            status, headers, body = said["asgi"]
            if method == "OPTIONS":
                assert (status, body) == (204, b"")
                assert headers["access-control-allow-headers"] == "If-None-Match, If-Modified-Since, *"
                continue
            if method not in {"GET", "HEAD"}:
                assert (status, headers["allow"], headers["content-type"]) == (
                    405,
                    "GET, HEAD, OPTIONS",
                    "text/plain; charset=utf-8",
                )
                continue
            assert status == (304 if has_it else 200), (method, accepted)
            kept = ("etag", "last-modified", "cache-control", "vary", "link", "feedsvc-edition")
            assert [headers[name] for name in kept] == [always[name] for name in kept]
            assert (headers["access-control-allow-origin"], headers["x-content-type-options"]) == ("*", "nosniff")
            content = {"content-type", "content-length", "content-encoding"} & set(headers)
            assert set(headers) - content == ALWAYS
            if has_it:
                assert body == b""
                assert not {"content-type", "content-length", "content-encoding"} & set(headers)
                continue
            assert headers.get("content-encoding") == coding, accepted
            assert headers["content-type"] == "application/rss+xml; charset=utf-8"
            if method == "HEAD":
                assert body == b""
                assert int(headers["content-length"]) > 0
            else:
                assert len(body) == int(headers["content-length"])
                assert {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}[coding](body) == plain


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", "/feeds.opml", 200, id="the list of feeds"),
        pytest.param("GET", "/feeds.zh.opml", 200, id="the list of a language"),
        pytest.param("GET", f"{FEED}?utm_source=x", 200, id="with a query"),
        pytest.param("PROPFIND", "/feeds.opml", 405, id="another method for the list"),
        pytest.param("GET", "/feeds/none.rss", 404, id="no feed"),
        pytest.param("HEAD", "/feeds/none.rss", 404, id="the head of no feed"),
        pytest.param("POST", "/feeds/none.rss", 405, id="posted to no feed"),
        pytest.param("GET", "/feeds/world/archive/9.rss", 404, id="no page"),
        pytest.param("GET", "/feeds/World.RSS", 308, id="another spelling"),
        pytest.param("GET", "/Feed/", 308, id="where readers look for a feed"),
        pytest.param("GET", "/feeds.OPML/", 308, id="another spelling of the list"),
        pytest.param("GET", "/feeds", 308, id="no slash"),
        pytest.param("GET", "/feeds//all.rss", 308, id="a slash too many"),
    ],
)
def test_every_way_answers_for_other_addresses_alike(ways, method, path, status):
    said = {each: way.ask(method, {}, path) for each, way in ways.items()}

    assert said["asgi"] == said["gthread"] == said["test client"]
    assert said["asgi"][0] == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("quay.example", 200, id="ours"),
        pytest.param("localhost:80", 200, id="this machine"),
        pytest.param("evil.example", 421, id="another"),
        pytest.param(f"quay.example:{'0' * 300}", 421, id="longer than any"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_every_way_answers_for_the_same_hosts(ways, host, status, method):
    said = {each: way.ask(method, {"Host": host}) for each, way in ways.items()}

    assert said["asgi"] == said["gthread"] == said["test client"]
    assert said["asgi"][0] == status


@pytest.mark.parametrize("path", [FEED, "/", "", "?lang=en"])
def test_both_servers_go_by_the_host_in_a_whole_url_whatever_the_header_says(servers, path):
    for server in servers.values():
        said = {
            asked: server.fetch_for(f"{asked}{path}", host=host)
            for asked, host in {
                "http://quay.example": "evil.example",
                "https://QUAY.example:443": "evil.example",
                "http://evil.example": "quay.example",
                "http://evil@quay.example": "quay.example",
                "http://evil.example:80#@quay.example": "quay.example",
            }.items()
        }

        assert [status < 400 for status in said.values()] == [True, True, False, False, False], said
        assert list(said.values())[2:] == [421, 400, 421]


@pytest.mark.parametrize(
    ("request_line", "host", "status"),
    [
        pytest.param(f"GET {FEED} HTTP/1.1", None, 400, id="none"),
        pytest.param(f"GET {FEED} HTTP/1.0", None, 200, id="none in HTTP/1.0"),
        pytest.param(f"GET {FEED} HTTP/1.1", "a b", 400, id="no name"),
        pytest.param(f"GET {FEED} HTTP/1.1", "user@quay.example", 400, id="a user"),
        pytest.param(f"GET {FEED} HTTP/1.1", "[::1]:80", 200, id="a number"),
        pytest.param(f"GET {FEED} HTTP/1.1", "evil.example", 421, id="another"),
        pytest.param("GET /healthz HTTP/1.1", None, 400, id="none by a machine"),
        pytest.param("OPTIONS * HTTP/1.1", "localhost", 204, id="the whole service"),
    ],
)
def test_both_servers_refuse_a_request_that_names_no_host_or_none_that_can_be(servers, request_line, host, status):
    for server in servers.values():
        assert server.send(request_line, host) == status
