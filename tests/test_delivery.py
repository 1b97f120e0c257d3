"""Ask the pure function that answers for feeds, by tables written by hand."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fakelibrary import MADE_AT, FakeLibrary, feed
from feedsvc.model.errors import StoreAwayError
from feedsvc.web.delivery.answer import HEADS, Response, answer, prepare
from feedsvc.web.delivery.feed_cache import LATE_S, FeedCache
from feedsvc.web.delivery.negotiation import acceptable_codings, date_in, is_unchanged
from feedsvc.web.delivery.poll_counts import FOUND, UNCHANGED

READY = replace(feed("/feeds/world.rss", b"<rss/>"), etag='W/"0a1b"', gzip=b"GZIP", brotli=b"BR")
SELF = '<https://wire.example/feeds/world.rss>; rel="self"; type="application/rss+xml"'
PAGE = '<https://wire.example/categories/world/>; rel="alternate"; type="text/html"'
ALWAYS = (
    ("ETag", 'W/"0a1b"'),
    ("Last-Modified", "Wed, 04 Mar 2026 05:06:07 GMT"),
    ("Vary", "Accept-Encoding"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "public, max-age=300, s-maxage=30, stale-while-revalidate=30, stale-if-error=86400"),
    ("Link", f"{SELF}, {PAGE}"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link, Feedsvc-Edition, Cache-Status"),
    ("Feedsvc-Edition", "7"),
)
PLAIN = (("Content-Type", "application/rss+xml; charset=utf-8"), ("Content-Length", "6"))
GZIP = (
    ("Content-Type", "application/rss+xml; charset=utf-8"),
    ("Content-Length", "4"),
    ("Content-Encoding", "gzip"),
)


PREPARED = prepare(READY, edition=7, base_url="https://wire.example")


def ask(method="GET", **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(PREPARED, method, names, now=MADE_AT)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        pytest.param(ask(), Response(status=200, headers=PLAIN + ALWAYS, body=b"<rss/>", column=FOUND), id="get"),
        pytest.param(ask("HEAD"), Response(status=200, headers=PLAIN + ALWAYS, column=FOUND), id="head"),
        pytest.param(
            ask(accept_encoding="gzip"),
            Response(status=200, headers=GZIP + ALWAYS, body=b"GZIP", column=FOUND),
            id="gzip",
        ),
        pytest.param(
            ask("HEAD", accept_encoding="gzip"),
            Response(status=200, headers=GZIP + ALWAYS, column=FOUND),
            id="head, gzip",
        ),
        pytest.param(ask(if_none_match="*"), Response(status=304, headers=ALWAYS, column=UNCHANGED), id="not modified"),
        pytest.param(
            ask("HEAD", if_none_match="*", accept_encoding="br"),
            Response(status=304, headers=ALWAYS, column=UNCHANGED),
            id="head, not modified",
        ),
        pytest.param(
            ask("POST", if_none_match="*"),
            Response(
                status=405,
                headers=(
                    ("Content-Type", "text/plain; charset=utf-8"),
                    ("Content-Length", "37"),
                    ("X-Content-Type-Options", "nosniff"),
                    ("Allow", "GET, HEAD, OPTIONS"),
                ),
                body=b"This is a feed; it can only be read.\n",
            ),
            id="another method",
        ),
    ],
)
def test_a_request_for_a_feed_is_answered_whole(response, expected):
    assert response == expected


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        pytest.param("", ("identity",), id="empty"),
        pytest.param("gzip", ("gzip", "identity"), id="gzip"),
        pytest.param("gzip, deflate, br, zstd", ("br", "gzip", "identity"), id="a browser"),
        pytest.param("GZIP ; Q=0.5", ("gzip", "identity"), id="case and spaces"),
        pytest.param("x-gzip", ("gzip", "identity"), id="old name"),
        pytest.param("br;q=0.5, gzip;q=0.8", ("gzip", "br", "identity"), id="weights"),
        pytest.param("gzip;q=0", ("identity",), id="refused"),
        pytest.param("gzip;q=0.000", ("identity",), id="refused at length"),
        pytest.param("gzip;q=0, *", ("identity",), id="refused beside a star"),
        pytest.param("*", ("gzip", "identity"), id="star"),
        pytest.param("*;q=0", ("identity",), id="star refused"),
        pytest.param("identity;q=0", ("identity",), id="nothing at all"),
        pytest.param("identity;q=0, br", ("br", "identity"), id="anything but identity"),
        pytest.param("identity, gzip;q=0.5", ("identity",), id="identity preferred"),
        pytest.param("identity;q=0.5, gzip;q=0.5", ("gzip", "identity"), id="equal weights"),
        pytest.param("deflate, compress", ("identity",), id="others only"),
        pytest.param("gzip;q=2", ("identity",), id="weight over one"),
        pytest.param("gzip;q=-1", ("identity",), id="negative weight"),
        pytest.param("gzip;q=nan, br;q=inf", ("identity",), id="no number"),
        pytest.param("gzip;level=9", ("identity",), id="unknown parameter"),
        pytest.param(";;,,=,\x00gzip", ("identity",), id="nonsense"),
        pytest.param("nonsense here, br", ("br", "identity"), id="nonsense beside sense"),
    ],
)
def test_codings_follow_accept_encoding(header, codings):
    assert acceptable_codings(header) == codings


def test_a_coding_that_is_not_smaller_is_passed_over():
    response = answer(
        prepare(replace(READY, brotli=None), edition=7), "GET", {"accept-encoding": "br, gzip;q=0.1"}, now=MADE_AT
    )

    assert response.body == b"GZIP"


def test_without_any_coding_made_the_plain_bytes_are_sent():
    alone = prepare(replace(READY, brotli=None, gzip=None), edition=7)

    response = answer(alone, "GET", {"accept-encoding": "br, gzip"}, now=MADE_AT)

    assert (response.body, dict(response.headers).get("Content-Encoding")) == (b"<rss/>", None)


def test_without_a_base_url_the_link_to_itself_is_relative():
    response = answer(prepare(READY, edition=7), "GET", {}, now=MADE_AT)

    assert dict(response.headers)["Link"].startswith('</feeds/world.rss>; rel="self"; type="application/rss+xml", ')


@pytest.mark.parametrize(
    ("path", "page"),
    [("/feeds/all.zh.json", "/"), ("/feeds/sea-ice.atom", "/categories/sea-ice/"), ("/feeds.opml", "/feeds/")],
)
def test_a_feed_names_the_page_that_shows_it_to_people(path, page):
    response = answer(prepare(replace(READY, path=path), edition=7), "GET", {}, now=MADE_AT)

    assert dict(response.headers)["Link"].endswith(f', <{page}>; rel="alternate"; type="text/html"')


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"if-none-match": 'W/"0a1b"'}, 304, id="weak"),
        pytest.param({"if-none-match": '"0a1b"'}, 304, id="strong"),
        pytest.param({"if-none-match": '"x", W/"y","0a1b"'}, 304, id="list"),
        pytest.param({"if-none-match": ' "a,b" , W/"0a1b" '}, 304, id="list with a comma inside"),
        pytest.param({"if-none-match": " * "}, 304, id="star"),
        pytest.param({"if-none-match": 'W/"0a1b-gzip"'}, 304, id="as Apache marks it"),
        pytest.param({"if-none-match": '"0a1b"-gzip'}, 304, id="as older Apaches mark it"),
        pytest.param({"if-none-match": 'W/"0a1b--gzip"'}, 304, id="as Jetty marks it"),
        pytest.param({"if-none-match": '"0a1b;gzip"'}, 304, id="with a semicolon"),
        pytest.param({"if-none-match": 'W/"0a1b-br"'}, 304, id="brotli"),
        pytest.param({"if-none-match": 'W/"0a1b-zstd"'}, 304, id="zstd"),
        pytest.param({"if-none-match": '"0a1"'}, 200, id="another"),
        pytest.param({"if-none-match": '"0A1B"'}, 200, id="another case"),
        pytest.param({"if-none-match": '"0a1b-deflated"'}, 200, id="unknown suffix"),
        pytest.param({"if-none-match": ""}, 200, id="empty"),
        pytest.param({"if-none-match": '"'}, 200, id="one quote"),
        pytest.param({"if-modified-since": "Wed, 04 Mar 2026 05:06:07 GMT"}, 304, id="same second"),
        pytest.param({"if-modified-since": "Wed, 04 Mar 2026 05:06:08 GMT"}, 304, id="later"),
        pytest.param({"if-modified-since": "Wed, 04 Mar 2026 05:06:06 GMT"}, 200, id="earlier"),
        pytest.param({"if-modified-since": "Wednesday, 04-Mar-26 05:06:07 GMT"}, 304, id="RFC 850"),
        pytest.param({"if-modified-since": "Wed Mar  4 05:06:07 2026"}, 304, id="asctime"),
        pytest.param({"if-modified-since": "yesterday"}, 200, id="no date"),
        pytest.param({"if-modified-since": ""}, 200, id="empty date"),
        pytest.param({"if-modified-since": "Wed, 31 Feb 2026 05:06:07 GMT"}, 200, id="31 February"),
        pytest.param({"if-modified-since": "Wed, 04 Mar 99999999999 05:06:07 GMT"}, 200, id="year too long"),
        pytest.param(
            {"if-none-match": '"other"', "if-modified-since": "Wed, 04 Mar 2026 05:06:07 GMT"},
            200,
            id="the tag wins against a date",
        ),
        pytest.param(
            {"if-none-match": "", "if-modified-since": "Wed, 04 Mar 2026 05:06:07 GMT"},
            200,
            id="an empty tag wins too",
        ),
        pytest.param(
            {"if-none-match": '"0a1b"', "if-modified-since": "Wed, 04 Mar 2020 05:06:07 GMT"},
            304,
            id="the tag wins for the client",
        ),
    ],
)
def test_conditions_decide_between_200_and_304(headers, status):
    assert answer(PREPARED, "GET", headers, now=MADE_AT).status == status


@hypothesis_settings(max_examples=150, derandomize=True)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_header_breaks_an_answer(tags, since, codings):
    headers = {"if-modified-since": since, "accept-encoding": codings}

    assert answer(PREPARED, "GET", headers, now=MADE_AT).status in {200, 304}
    assert is_unchanged(READY.etag, READY.last_modified, {**headers, "if-none-match": tags}) in {True, False}


def test_a_feed_is_read_from_the_library_once_an_edition():
    library = FakeLibrary(feeds={"/feeds/world.rss": READY})
    feed_cache = FeedCache(library, refresh_s=0, max_bytes=1_000_000)

    assert [feed_cache.ready("/feeds/world.rss") for _ in range(3)] == [READY] * 3
    library.number = 2
    assert feed_cache.ready("/feeds/world.rss") == READY
    assert library.asked.count("/feeds/world.rss") == 2


def test_a_store_put_in_the_place_of_another_is_seen_though_its_number_is_the_same():
    library = FakeLibrary(feeds={"/feeds/world.rss": READY})
    feed_cache = FeedCache(library, refresh_s=0, max_bytes=1_000_000)
    changed = replace(READY, body=b"<renewed/>", etag='W/"1c2d"')
    held = (feed_cache.ready("/feeds/world.rss"), feed_cache.listings(), feed_cache.edition())

    library.file, library.made_at = 2, MADE_AT + timedelta(days=1)
    library.feeds = {"/feeds/world.rss": changed}

    assert feed_cache.ready("/feeds/world.rss") == changed
    assert feed_cache.listings() != held[1]
    assert feed_cache.edition() != held[2]


def test_a_feed_dated_ahead_of_the_clock_is_sent_as_of_now():
    response = answer(PREPARED, "GET", {}, now=MADE_AT - timedelta(hours=1))

    assert dict(response.headers)["Last-Modified"] == "Wed, 04 Mar 2026 04:06:07 GMT"


def test_a_new_edition_is_seen_after_the_refresh_time_and_asked_for_no_sooner():
    now = [0.0]
    library = FakeLibrary()
    feed_cache = FeedCache(library, refresh_s=10, max_bytes=1_000_000, clock=lambda: now[0])
    seen = [feed_cache.number()]

    library.number = 2
    seen.append(feed_cache.number())
    now[0] = 10.0
    seen.append(feed_cache.number())

    assert (seen, library.asked) == ([1, 1, 2], ["number", "number"])


def test_the_feeds_in_the_cache_are_bounded_by_bytes_and_a_used_feed_stays():
    paths = {name: f"/feeds/{name}.rss" for name in "abc"}
    sized = {path: replace(READY, path=path, body=b"x" * 100, gzip=None, brotli=None) for path in paths.values()}
    library = FakeLibrary(feeds=sized)
    feed_cache = FeedCache(library, refresh_s=100, max_bytes=2 * HEADS + 250)

    for name in "abacab":
        feed_cache.ready(paths[name])

    assert [each for each in library.asked if each != "number"] == [paths[name] for name in "abcb"]


def test_a_feed_over_the_bound_is_answered_and_neither_kept_nor_in_the_way_of_others():
    small, large = "/feeds/small.rss", "/feeds/large.rss"
    fits = replace(READY, path=small, body=b"x", gzip=None, brotli=None)
    library = FakeLibrary(feeds={large: replace(READY, path=large), small: fits})
    feed_cache = FeedCache(library, refresh_s=100, max_bytes=HEADS + 5)

    found = [feed_cache.ready(path) for path in (small, large, large, small)]

    assert [each.path for each in found] == [small, large, large, small]
    assert [each for each in library.asked if each != "number"] == [small, large, large]


class Moving(FakeLibrary):
    """Publish the next edition while a feed is read."""

    def ready(self, path):
        found = super().ready(path)
        if self.number == 1:
            self.number = 2
            self.feeds = {path: replace(READY, body=b"<renewed/>")}
        return found


def test_a_feed_read_while_an_edition_is_made_is_read_again():
    feed_cache = FeedCache(Moving(feeds={"/feeds/world.rss": READY}), refresh_s=100, max_bytes=1_000_000)

    found = feed_cache.prepared("/feeds/world.rss")

    assert (found.ready.body, dict(found.unchanged.headers)["Feedsvc-Edition"]) == (b"<renewed/>", "2")
    assert feed_cache.cached("/feeds/world.rss") is found


def test_a_feed_in_the_cache_is_given_while_it_is_known_to_be_current_and_the_library_is_not_asked():
    now = [0.0]
    library = FakeLibrary(feeds={"/feeds/world.rss": READY})
    feed_cache = FeedCache(library, refresh_s=10, max_bytes=1_000_000, clock=lambda: now[0])
    before = feed_cache.cached("/feeds/world.rss")
    found = feed_cache.prepared("/feeds/world.rss")
    asked = list(library.asked)

    now[0] = 10 + LATE_S / 2
    soon = feed_cache.cached("/feeds/world.rss")
    now[0] = 10 + LATE_S
    late = feed_cache.cached("/feeds/world.rss")

    assert (before, soon, late, library.asked) == (None, found, None, asked)


def test_a_library_that_knows_of_every_write_is_asked_after_one_alone():
    now = [0.0]
    library = FakeLibrary(feeds={"/feeds/world.rss": READY}, write=7)
    feed_cache = FeedCache(library, refresh_s=10, max_bytes=1_000_000, clock=lambda: now[0])
    found = feed_cache.prepared("/feeds/world.rss")
    asked = list(library.asked)

    now[0] = 1000
    late = (feed_cache.cached("/feeds/world.rss") is found, feed_cache.number(), feed_cache.is_current())
    now[0] = 2000
    later = (feed_cache.number(), library.asked == asked)
    now[0], library.number, library.write = 3000, 2, 8
    after = (
        feed_cache.cached("/feeds/world.rss"),
        feed_cache.is_current(),
        feed_cache.number(),
        feed_cache.is_current(),
    )

    assert (late, later, after) == ((True, 1, True), (1, True), (None, False, 2, True))


class Slow(FakeLibrary):
    """Take long to say the number, from the second time on."""

    def __init__(self):
        super().__init__()
        self.is_asked, self.go_on = Event(), Event()

    def edition_number(self):
        if self.asked:
            self.is_asked.set()
            assert self.go_on.wait(10)
        return super().edition_number()


@pytest.mark.parametrize(
    ("late", "expected"), [pytest.param(0.0, [1], id="a moment ago"), pytest.param(LATE_S, [], id="long ago")]
)
def test_while_one_asks_the_others_go_on_with_what_was_said_a_moment_ago(late, expected):
    now = [0.0]
    library = Slow()
    feed_cache = FeedCache(library, refresh_s=10, max_bytes=1_000_000, clock=lambda: now[0])
    feed_cache.number()
    now[0], library.number = 10 + late, 2
    asking = Thread(target=feed_cache.number)
    asking.start()
    library.is_asked.wait(10)
    seen = []

    other = Thread(target=lambda: seen.append(feed_cache.number()))
    other.start()
    other.join(0.2)
    at_once = list(seen)
    library.go_on.set()
    asking.join(10)
    other.join(10)

    assert (at_once, seen[0]) == (expected, expected[0] if expected else 2)


class Away(FakeLibrary):
    """Be out of reach for a while."""

    is_away = False

    def identity(self):
        if self.is_away:
            self.asked.append("identity")
            raise StoreAwayError("the line is cut")
        return super().identity()


def test_while_the_store_is_away_the_cache_answers_and_the_store_is_asked_again_after_a_pause(caplog):
    now = [0.0]
    library = Away(feeds={"/feeds/world.rss": READY})
    feed_cache = FeedCache(library, refresh_s=0.1, max_bytes=1_000_000, clock=lambda: now[0])
    found = feed_cache.prepared("/feeds/world.rss")
    library.is_away, library.number = True, 2
    seen = []
    with caplog.at_level(logging.INFO, logger="feedsvc.web.delivery.feed_cache"):
        for now[0] in (1.0, 1.5, 3.0):
            seen.append((feed_cache.number(), feed_cache.is_away, feed_cache.prepared("/feeds/world.rss") is found))
        cached = feed_cache.cached("/feeds/world.rss")
        questions = library.asked.count("identity")
        library.is_away, now[0] = False, 5.0
        after = (feed_cache.number(), feed_cache.is_away, feed_cache.prepared("/feeds/world.rss") is found)

    assert seen == [(1, True, True)] * 3
    assert (cached, questions, after) == (found, 2, (2, False, False))
    assert [record.getMessage() for record in caplog.records] == [
        "serving the feeds in memory: the line is cut",
        "the store can be reached again",
    ]


def test_a_store_that_was_away_from_the_start_has_nothing_in_the_cache():
    library = Away()
    library.is_away = True

    with pytest.raises(StoreAwayError):
        FeedCache(library, refresh_s=0, max_bytes=1_000_000).number()


def test_a_header_that_is_too_long_to_be_remembered_is_read_all_the_same_and_is_no_date():
    long = ", ".join(["br"] * 100)

    assert acceptable_codings(long) == ("br", "identity")
    assert date_in("Tue, 01 Dec 2026 00:00:00 GMT" + " " * 300) is None
