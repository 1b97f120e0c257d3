"""Ask for feeds, on a real socket."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.test import create_environ, run_wsgi_app

from fakelibrary import FakeLibrary, feeds, settings
from feedsvc.model.errors import StoreError
from feedsvc.web import make_app
from feedsvc.web.delivery import store_trouble
from webserver import serving

FEEDS = feeds()


@pytest.fixture(scope="module")
def get():
    with serving(make_app(settings(), FakeLibrary(feeds=FEEDS))) as ask:
        yield ask


@pytest.mark.parametrize("path", FEEDS)
def test_every_feed_is_served_as_published_in_its_media_type(get, path):
    response = get(path)

    assert (response.status, response.body) == (200, FEEDS[path].body)
    assert response.headers["Content-Type"] == FEEDS[path].media_type
    assert response.headers["ETag"] == FEEDS[path].etag


def test_the_route_of_a_feed_serves_it():
    app = make_app(settings(), FakeLibrary(feeds=FEEDS))

    with app.test_request_context("/feeds/world.rss"):
        response = app.make_response(app.dispatch_request())

    assert (response.status_code, response.get_data()) == (200, FEEDS["/feeds/world.rss"].body)
    assert response.headers["ETag"] == FEEDS["/feeds/world.rss"].etag


def test_a_head_request_gets_the_headers_of_a_get_and_no_body(get):
    got, headed = get("/feeds/world.rss"), get("/feeds/world.rss", "HEAD")

    for answer in (got, headed):
        answer.headers.pop("Date")
    assert headed == replace(got, body=b"")


def test_a_compressed_feed_says_so(get):
    response = get("/feeds/world.rss", Accept_Encoding="gzip")

    assert (response.body, response.headers["Content-Encoding"]) == (FEEDS["/feeds/world.rss"].gzip, "gzip")
    assert response.headers["Content-Length"] == str(len(response.body))


@pytest.mark.parametrize("form", ["{}", '"other", {}', "*"])
def test_a_client_that_has_the_bytes_gets_304_and_no_body(get, form):
    etag = get("/feeds/world.rss").headers["ETag"]

    response = get("/feeds/world.rss", If_None_Match=form.format(etag))

    assert (response.status, response.body) == (304, b"")
    assert {"ETag", "Cache-Control", "Vary", "Date", "Last-Modified", "Link"} <= set(response.headers)
    assert "Content-Length" not in response.headers


def test_a_client_that_has_seen_the_last_change_gets_304(get):
    since = get("/feeds/world.rss").headers["Last-Modified"]

    assert get("/feeds/world.rss", If_Modified_Since=since).status == 304


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_feed_can_only_be_read(get, method):
    response = get("/feeds/world.rss", method)

    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_feed_sets_no_cookie_and_varies_by_coding_alone(get):
    response = get("/feeds/world.rss?utm_source=x", Cookie="a=b", User_Agent="Reader/1")

    assert "Set-Cookie" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Link"] == (
        '<https://wire.example/feeds/world.rss>; rel="self"; type="application/rss+xml", '
        '<https://wire.example/categories/world/>; rel="alternate"; type="text/html"'
    )


@pytest.mark.parametrize("path", ["/feeds/none.rss", "/feeds/world.xml", "/feeds/world", "/feeds/%2e%2e/x.rss"])
def test_an_unknown_feed_is_404_and_no_feed(get, path):
    response = get(path)

    assert (response.status, response.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "right"),
    [
        pytest.param("/feeds/World.RSS", "/feeds/world.rss", id="case"),
        pytest.param("/feeds/world.rss/", "/feeds/world.rss", id="slash"),
        pytest.param("/Feeds/world.ZH.atom", "/feeds/world.zh.atom", id="case of the folder"),
        pytest.param("/feeds.opml/", "/feeds.opml", id="slash after the list"),
        pytest.param("/FEEDS.OPML", "/feeds.opml", id="case of the list"),
        pytest.param("/feeds", "/feeds/", id="no slash"),
        pytest.param("/feeds/World.rss?a=b&c=d", "/feeds/world.rss?a=b&c=d", id="with a query"),
    ],
)
def test_another_spelling_of_a_feed_is_sent_to_the_one(get, path, right):
    response = get(path)

    assert (response.status, response.headers["Location"]) == (308, right)


@pytest.mark.parametrize(
    ("mount", "path", "right"),
    [
        pytest.param("", "//feeds/all.rss", "/feeds/all.rss", id="two slashes"),
        pytest.param("", "///feeds//all.rss", "/feeds/all.rss", id="many slashes"),
        pytest.param("", "//evil.example/a b", "/evil.example/a%20b", id="no host of another"),
        pytest.param("/wire", "/wire", "/wire/", id="no slash after the mount"),
        pytest.param("/wire", "//wire", "/wire/", id="two slashes, none after the mount"),
        pytest.param("/wire", "//wire/feeds/all.rss", "/wire/feeds/all.rss", id="mounted"),
        pytest.param("/wire", "//feeds/all.rss", "/wire/feeds/all.rss", id="mounted and stripped"),
    ],
)
def test_needless_slashes_are_sent_away_and_missing_ones_added(mount, path, right):
    app = make_app(settings(base_url=f"https://wire.example{mount}"), FakeLibrary(feeds=FEEDS))
    # Asked without a socket: the test server takes double slashes away itself, which gunicorn does not.
    environ = create_environ(query_string="a=b") | {"PATH_INFO": path}

    _, status, headers = run_wsgi_app(app.wsgi_app, environ)

    assert (status, headers["Location"]) == ("308 Permanent Redirect", f"{right}?a=b")


def test_a_feed_that_changes_is_seen():
    library = FakeLibrary(feeds=feeds())
    app = make_app(settings(), library)
    changed = replace(FEEDS["/feeds/world.rss"], body=b"<new/>", gzip=None, brotli=None, etag='W/"new"')

    with serving(app) as ask:
        before = ask("/feeds/world.rss").status
        library.feeds["/feeds/world.rss"] = changed
        library.number = 2
        answers = iter(lambda: ask("/feeds/world.rss", If_None_Match=FEEDS["/feeds/world.rss"].etag), None)
        after = next(answer for answer in answers if answer.status == 200)

    assert (before, after.body) == (200, b"<new/>")


@pytest.mark.parametrize("path", ["/", "/feeds/", "/feeds/all.rss", "/feeds.opml", "/categories/world/", "/articles/a"])
def test_before_the_first_edition_all_is_503_and_says_when_to_come_back(path):
    with serving(make_app(settings(), FakeLibrary(number=0))) as ask:
        response = ask(path)

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert response.headers["Cache-Control"] == "no-store"
    assert b"Nothing is published yet." in response.body


class BrokenLibrary(FakeLibrary):
    def edition_number(self):
        raise StoreError("/secret/place/feedsvc.db: disk I/O error")


@pytest.mark.parametrize("path", ["/", "/feeds/all.rss", "/nowhere", "/categories/none/", "/readyz"])
def test_a_store_that_cannot_be_read_is_503_and_told_to_the_log_alone(path, caplog, monkeypatch):
    monkeypatch.setattr(store_trouble, "_told_at", None)
    with serving(make_app(settings(), BrokenLibrary())) as ask:
        response = ask(path)

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert b"secret" not in response.body
    assert "disk I/O error" in caplog.text


@pytest.mark.parametrize("path", ["/feeds/world.rss", "/news/feeds/world.rss"])
def test_a_site_mounted_below_a_path_answers_whether_a_proxy_strips_it_or_not(path):
    with serving(make_app(settings(base_url="https://wire.example/news"), FakeLibrary(feeds=feeds()))) as ask:
        response, moved = ask(path), ask(path.replace("world", "World"))

    assert response.headers["Link"].startswith("<https://wire.example/news/feeds/world.rss>")
    assert (moved.status, moved.headers["Location"]) == (308, "/news/feeds/world.rss")
