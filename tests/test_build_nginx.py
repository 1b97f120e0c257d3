"""Serve what was built by a real nginx, and ask it what the service is asked."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import brotli
import pytest

from feedsvc.model.errors import BuildError
from feedsvc.web import make_app
from feedsvc.web.static_site.inventory import Address, addresses
from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import Tree
from newsroom import MAIN, Newsroom
from nginx_server import Nginx, brotli_module, nginx
from webserver import serving

BOAT = "Boat number {0}\n\n第{0}号船\n\nLISBON, Oct. 30, 2026 (Quay News) -- It sails.\n"
# Nginx has validators of its own, and serves files alone: what it does not say has no say in how feeds are read.
NOT_COMPARED = {"etag", "last-modified", "date", "server", "connection", "accept-ranges", "content-length"}
NOT_SAID = {"link", "feedsvc-edition", "content-disposition", "expires"}


@dataclass(frozen=True)
class Both:
    """The service and nginx over one edition."""

    room: Newsroom
    nginx: Nginx
    service: object
    listed: tuple[Address, ...]


def built(room: Newsroom) -> Path:
    with Tree(room.folder / "out") as tree:
        build(room.settings, room.store, tree, progress=str)
    return room.folder / "out"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    room = Newsroom(tmp_path_factory.mktemp("static site"))  # a space, as people have in names
    room.configure(f'{MAIN}\n[rights]\ntdm_policy = "https://quay.example/mining"\n')
    for number in range(31):
        room.file(f"world/n{number}.txt", BOAT.format(number))
    for number in range(31, 100):  # the archive of "all" has a page
        room.file(f"science/n{number}.txt", BOAT.format(number))
    room.file("science/tides.txt", "Tide tables drawn anew\n\nLISBON, Oct. 30, 2026 (Quay News) -- They fit.\n")
    room.file("science/gulls.txt", "Gulls return\n\nLISBON, Oct. 30, 2026 (Quay News) -- They are back.\n")
    room.publish()
    (room.articles / "science/tides.txt").unlink()
    room.file("world/n0.txt", f"CORRECTED-{BOAT.format(0).replace('sails', 'sailed')}")
    room.publish()
    include = f'include "{built(room)}/nginx.conf";'
    listed = addresses(room.settings, room.store)
    assert {"/feeds/world/corrections.atom", "/.well-known/tdmrep.json"} <= {each.path for each in listed}
    with serving(make_app(room.settings, room.store, is_live=False)) as service, nginx(include) as running:
        yield Both(room, running, service, listed)
    room.close()


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def test_nginx_answers_every_address_as_the_service_does(both):
    for address in both.listed:
        expected, answer = both.service(address.path), both.nginx.ask(address.path)

        headers = {name: value for name, value in answer.headers.items() if name not in NOT_COMPARED}
        theirs = {name: value for name, value in lower(expected.headers).items() if name not in NOT_COMPARED | NOT_SAID}
        if address.path.startswith("/static/"):
            theirs["vary"] = "Accept-Encoding"  # the service does not compress them, nginx does
        assert (answer.status, headers, answer.body) == (expected.status, theirs, expected.body), address.path
    assert {address.status for address in both.listed} == {200, 404, 410}
    assert "/feeds/all.zh/archive/1.atom" in {address.path for address in both.listed}


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/feeds/nowhere.rss",
        "/feeds/",
        "/feeds",
        "/feeds?x=1",
        "/categories/world",
        "/categories/world?lang=zh",
        "/categories/nowhere/",
        "/categories/world/?page=1",
        "/categories/world/?page=2&lang=zh",
        "/categories/world/?page=3",
        "/categories/world/?page=0",
        "/categories/world/?page=02",
        "/categories/world/?page=../2",
        "/categories/world/?lang=xx",
        "/?lang=xx",
        "/?page=7",
        "/articles/boat-number-1?lang=xx",
        "/articles/boat-number-1?lang=../boat-number-2",
        "/articles/boat-number-1/",
        "/articles/boat-number-1/index.html",
        "/zh",
        "/zh/feeds",
        "/zh/nowhere",
        "/zh/articles/gulls-return",
        "/zh/articles/nowhere",
        "/zh/articles/boat-number-1.json",
        "/zh/categories/world/page/1/",
        "/zh/categories/world/page/9/",
        "/xx/",
        "/zh/?lang=en",
        "/zh/feeds/?lang=en",
        "/404.html",
        "/articles/boat-number-1.json/",
        "/articles/tide-tables-drawn-anew?lang=en",
        "/articles/nowhere",
        "/articles/nowhere.json",
        "/articles/",
        "/articles/boat-number-1.html",
        "/index.html",
        "/feeds/all.rss.gz",
        "/Feed/",
        "/atom.xml?x=1",
        "/feeds/index.html",
        "/feeds/all/archive/2.rss",
        "/feeds/all/archive/01.rss",
        "/feeds/all/archive/",
        "/static/nowhere.css",
        "/static/site.css?v=1",
        "/static/site.css.gz",
        "/nginx.conf",
        "/feedsvc-build.json",
        "/errors/404.html",
    ],
)
def test_nginx_answers_what_has_no_address_of_its_own_as_the_service_does(both, path):
    expected, answer = both.service(path), both.nginx.ask(path)

    assert (answer.status, answer.headers.get("location")) == (expected.status, expected.headers.get("Location"))
    if answer.status == HTTPStatus.OK:
        assert answer.body == expected.body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nginx_only_lets_feeds_be_read(both, method):
    assert both.nginx.ask("/feeds/all.rss", method).status == 405


@pytest.mark.parametrize(
    "path", ["/feeds/world.rss", "/feeds.opml", "/", "/articles/boat-number-1", "/static/site.css"]
)
def test_nginx_gives_gzip_to_those_who_take_it_and_keeps_one_last_modified_for_all(both, path):
    plain, zipped, refused = (
        both.nginx.ask(path, **headers)
        for headers in ({}, {"Accept_Encoding": "gzip", "Via": "1.1 proxy"}, {"Accept_Encoding": "gzip;q=0, br;q=0"})
    )

    assert [each.headers.get("content-encoding") for each in (plain, zipped, refused)] == [None, "gzip", None]
    assert gzip.decompress(zipped.body) == plain.body == refused.body
    assert len({each.headers["last-modified"] for each in (plain, zipped, refused)}) == 1
    assert plain.headers["etag"] != zipped.headers["etag"]


def test_with_its_module_nginx_gives_brotli_too(both):
    include = f'brotli_static on; include "{both.room.folder}/out/nginx.conf";'
    with nginx(include, module=brotli_module()) as running:
        plain, coded = running.ask("/feeds/all.atom"), running.ask("/feeds/all.atom", Accept_Encoding="gzip, br")

    assert coded.headers["content-encoding"] == "br"
    assert brotli.decompress(coded.body) == plain.body
    assert coded.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/feeds/world.rss", "/articles/boat-number-1", "/"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_nginx_answers_304_to_those_who_have_it(both, path, coding):
    first = both.nginx.ask(path, Accept_Encoding=coding)

    by_tag = both.nginx.ask(path, Accept_Encoding=coding, If_None_Match=first.headers["etag"])
    by_date = both.nginx.ask(path, Accept_Encoding=coding, If_Modified_Since=first.headers["last-modified"])
    later = both.nginx.ask(path, Accept_Encoding=coding, If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT")
    other = both.nginx.ask(path, Accept_Encoding=coding, If_None_Match='"other"')

    assert [each.status for each in (by_tag, by_date, later, other)] == [304, 304, 304, 200]
    assert by_tag.body == by_date.body == b""
    assert by_tag.headers["cache-control"] == first.headers["cache-control"]
    assert by_tag.headers["vary"] == "Accept-Encoding"


def test_nginx_serves_what_is_new_and_what_is_gone_without_being_reloaded(newsroom):
    newsroom.file("world/n1.txt", BOAT.format(1))
    newsroom.publish()
    with nginx(f'include "{built(newsroom)}/nginx.conf";') as running:
        before = [running.ask(f"/articles/boat-number-{number}").status for number in (1, 2)]
        (newsroom.articles / "world/n1.txt").unlink()
        newsroom.file("world/n2.txt", BOAT.format(2).replace("sails", "sinks"))
        newsroom.publish()
        built(newsroom)
        after = [running.ask(f"/articles/boat-number-{number}").status for number in (1, 2)]
        gone = running.ask("/articles/boat-number-1.json")

    assert (before, after) == ([200, 404], [410, 200])
    assert (gone.status, gone.headers["content-type"]) == (410, "application/problem+json")


def test_nginx_serves_a_site_that_is_mounted_below_a_path(newsroom):
    newsroom.configure(MAIN.replace("https://quay.example", "https://quay.example/wire.news"))
    newsroom.file("world/n1.txt", BOAT.format(1))
    newsroom.file("world/gulls.txt", "Gulls return\n\nLISBON, Oct. 30, 2026 (Quay News) -- They are back.\n")
    newsroom.publish()
    paths = {
        "/wire.news/": 200,
        "/wire.news": 308,
        "/wire.news/feeds/all.rss": 200,
        "/wire.news/articles/boat-number-1": 200,
        "/wire.news/en/articles/boat-number-1": 200,
        "/wire.news/zh/articles/gulls-return": 302,
        "/wire.news/articles/boat-number-1?lang=zh": 308,
        "/wire.news/zh": 308,
        "/wire.news/zh/feeds": 308,
        "/wire.news/zh/nowhere": 404,
        "/wire.news/articles/boat-number-1/": 308,
        "/wire.news/static/site.css": 200,
        "/wire.news/nowhere": 404,
        "/wireXnews/feeds/all.rss": 404,
        "/feeds/all.rss": 404,
    }

    with nginx(f'include "{built(newsroom)}/nginx.conf";') as running:
        found = {path: running.ask(path).status for path in paths}
        moved = running.ask("/wire.news").headers["location"]

    assert found == paths
    assert moved == "/wire.news/"


def test_a_folder_that_nginx_cannot_be_told_of_is_refused(newsroom):
    newsroom.publish()

    with Tree(newsroom.folder / "$out") as tree, pytest.raises(BuildError, match="nginx cannot read"):
        build(newsroom.settings, newsroom.store, tree, progress=str)
