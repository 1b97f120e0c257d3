"""Files are served by both kinds of workers as nginx serves them from a built site, whole and in parts."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import Tree
from made_files import MP3, PDF, SVG, png
from newsroom import Newsroom
from nginx_server import nginx
from service import serving

LARGE = MP3 + bytes(range(256)) * 4000  # several chunks
FILES = {"pier.png": png(), "buoy.svg": SVG, "tide.mp3": LARGE, "plan.pdf": PDF, "灯塔 1.png": png(7, 7)}
SIZE = len(png())
COMPARED = ("content-range", "content-length", "accept-ranges", "content-type", "cache-control")
COMPARED += ("x-content-type-options", "access-control-allow-origin", "content-security-policy", "content-encoding")


def path_of(name: str) -> str:
    digest = sha256(FILES[name]).hexdigest()[:32]
    return (
        f"/media/{digest}/{name.replace(' ', '-')}".encode().decode("latin-1")
        if name.isascii()
        else (f"/media/{digest}/%E7%81%AF%E5%A1%94-1.png")
    )


@dataclass(frozen=True)
class Served:
    """The three servers of one edition, each asked by a function."""

    room: Newsroom
    ask: dict[str, Callable[..., object]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    room = Newsroom(tmp_path_factory.mktemp("files"))
    names = ", ".join(f'"{name}"' for name in FILES)
    room.file("fog.md", f"---\ntitle: Fog\ndate: 2026-10-30\nenclosures: [{names}]\n---\nA text.\n")
    room.file("gone.md", "---\ntitle: Gone\ndate: 2026-10-30\nimage: gone.png\n---\nA text.\n")
    room.file("gone.png", png(3, 3))
    for name, content in FILES.items():
        room.file(name, content)
    room.publish()
    (room.articles / "gone.md").unlink()
    room.publish(accept=frozenset({"desk"}))
    with Tree(room.folder / "out") as tree:
        build(room.settings, room.store, tree, progress=str)
    with ExitStack() as stack:
        hosts = {"FEEDSVC_HOSTS": "*", "FEEDSVC_PUBLISHER": "off"}
        asgi = stack.enter_context(serving(room.folder, FEEDSVC_WORKER_CLASS="asgi", **hosts))
        gthread = stack.enter_context(serving(room.folder, FEEDSVC_WORKER_CLASS="gthread", **hosts))
        static = stack.enter_context(nginx(f'include "{room.folder}/out/nginx.conf";'))
        yield Served(room, {"asgi": asgi.ask, "gthread": gthread.ask, "nginx": static.ask})
    room.close()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("worker", ["asgi", "gthread"])
@pytest.mark.parametrize(
    "value",
    [
        None,
        "bytes=0-4",
        "bytes=4-",
        "bytes=-3",
        "bytes=0-0",
        "bytes=-1",
        "bytes=0-",
        "bytes=0-999999",
        "bytes=-999999",
        f"bytes={SIZE - 1}-",
        f"bytes={SIZE}-",
        f"bytes={SIZE}-{SIZE + 1}",
        "bytes=-0",
        "bytes=5-2",
        "bytes=0--1",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=1-2x",
        "bytes= 1 - 2 ",
        "bytes=0-18446744073709551616",
        "bytes=18446744073709551616-",
        "BYTES=0-1",
        "byte=0-1",
        "items=0-1",
        "bytes 0-1",
        "bytes=0-1,3-4",
        "bytes=0-1,999999-",
        "bytes=999999-,0-1",
        "bytes=0-1,x",
        "bytes=0-1,",
        "bytes=,0-1",
        "bytes=0-,0-,0-",
    ],
)
def test_a_part_is_what_nginx_sends(served, worker, value, method):
    headers = {} if value is None else {"Range": value}
    path = path_of("pier.png")
    theirs, ours = served.ask["nginx"](path, method, **headers), served.ask[worker](path, method, **headers)

    assert ours.status == theirs.status
    if theirs.status == 416:
        assert ours.headers["content-range"] == theirs.headers["content-range"]
        return
    assert ours.body == theirs.body
    assert shown(ours) == shown(theirs)


def shown(answer) -> dict[str, str]:
    return {name: answer.headers[name] for name in COMPARED if name in answer.headers}


@pytest.mark.parametrize("worker", ["asgi", "gthread"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_types_and_headers_are_those_of_nginx(served, worker, name):
    theirs, ours = served.ask["nginx"](path_of(name)), served.ask[worker](path_of(name), Accept_Encoding="gzip, br")

    assert (ours.status, ours.body, shown(ours)) == (200, FILES[name], shown(theirs))
    assert ours.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert ours.headers["etag"] == f'"{sha256(FILES[name]).hexdigest()[:32]}"'
    assert ours.headers["last-modified"] == theirs.headers["last-modified"]
    assert ("sandbox" in ours.headers.get("content-security-policy", "")) == (name == "buoy.svg")


@pytest.mark.parametrize("worker", ["asgi", "gthread"])
@pytest.mark.parametrize(
    "condition",
    [
        pytest.param(lambda etag, _: {"If_None_Match": etag}, id="the tag"),
        pytest.param(lambda etag, _: {"If_None_Match": f'"x", W/{etag}'}, id="a list"),
        pytest.param(lambda _, __: {"If_None_Match": "*"}, id="any tag"),
        pytest.param(lambda _, __: {"If_None_Match": '"x"'}, id="another tag"),
        pytest.param(lambda _, when: {"If_Modified_Since": when}, id="the date"),
        pytest.param(lambda _, __: {"If_Modified_Since": "Thu, 01 Jan 2015 00:00:00 GMT"}, id="an older date"),
        pytest.param(lambda etag, _: {"If_None_Match": etag, "Range": "bytes=0-1"}, id="the tag and a part"),
        pytest.param(lambda etag, _: {"If_Match": etag}, id="only the tag"),
        pytest.param(lambda _, __: {"If_Match": '"x"'}, id="only another tag"),
        pytest.param(lambda etag, _: {"If_Match": f"W/{etag}"}, id="only a weak tag"),
        pytest.param(lambda _, when: {"If_Unmodified_Since": when}, id="only the date"),
        pytest.param(lambda _, __: {"If_Unmodified_Since": "Thu, 01 Jan 2015 00:00:00 GMT"}, id="only an older date"),
        pytest.param(lambda etag, _: {"If_Range": etag, "Range": "bytes=0-1"}, id="the rest of it"),
        pytest.param(lambda etag, _: {"If_Range": f"W/{etag}", "Range": "bytes=0-1"}, id="the rest of a weak tag"),
        pytest.param(lambda _, __: {"If_Range": '"x"', "Range": "bytes=0-1"}, id="the rest of another"),
        pytest.param(lambda _, when: {"If_Range": when, "Range": "bytes=0-1"}, id="the rest of the date"),
        pytest.param(
            lambda _, __: {"If_Range": "Fri, 01 Jan 2038 00:00:00 GMT", "Range": "bytes=0-1"}, id="of a later date"
        ),
        pytest.param(lambda _, __: {"If_Range": "x", "Range": "bytes=0-1"}, id="the rest of nonsense"),
        pytest.param(lambda _, __: {"If_Range": '"x"', "Range": "bytes=99999-"}, id="no part of another"),
    ],
)
def test_a_condition_counts_as_for_nginx(served, worker, condition):
    path = path_of("pier.png")

    def asked(ask) -> tuple[int, bytes, str | None]:
        first = ask(path, "HEAD").headers
        answer = ask(path, **condition(first["etag"], first["last-modified"]))
        return answer.status, answer.body if answer.status < 400 else b"", answer.headers.get("content-range")

    assert asked(served.ask[worker]) == asked(served.ask["nginx"])


@pytest.mark.parametrize("worker", ["asgi", "gthread"])
def test_a_304_keeps_its_headers(served, worker):
    path = path_of("pier.png")
    etag = served.ask[worker](path).headers["etag"]

    answer = served.ask[worker](path, If_None_Match=etag)

    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("worker", ["asgi", "gthread"])
@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        pytest.param(f"/media/{sha256(png(3, 3)).hexdigest()[:32]}/gone.png", "GET", 410, id="withdrawn"),
        pytest.param(f"/media/{'0' * 32}/pier.png", "GET", 404, id="unknown"),
        pytest.param(path_of("pier.png").replace("pier.png", "other.png"), "GET", 404, id="another name"),
        pytest.param(path_of("pier.png").replace("pier.png", "..%2fpier.png"), "GET", 404, id="a way out"),
        pytest.param("/media/", "GET", 404, id="the folder"),
        pytest.param("/media/../feedsvc.db", "GET", 404, id="the store"),
        pytest.param(path_of("pier.png"), "POST", 405, id="another method"),
    ],
)
def test_nothing_else_is_served(served, worker, path, method, status):
    answer = served.ask[worker](path, method)

    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize("worker", ["asgi", "gthread"])
def test_a_connection_serves_on_after_a_file(served, worker):
    service = served.ask[worker].__self__
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    bodies = []
    for _ in range(3):
        connection.request("GET", path_of("tide.mp3"))
        bodies.append(connection.getresponse().read())
    connection.close()

    assert bodies == [LARGE] * 3


def test_a_build_writes_the_same_files(served):
    site: Path = served.room.folder / "out/site/media"

    assert sorted(path.read_bytes() for path in site.rglob("*") if path.is_file()) == sorted(FILES.values())
