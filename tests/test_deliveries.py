"""Receivers are told of each edition: once it is there, at least once, and of nothing that readers may not know."""

from __future__ import annotations

import hmac
import json
import re
import socket
import time
from contextlib import closing
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from feedsvc.model.errors import DeliveryError, SettingsError
from feedsvc.publish.deliveries import Deliverer, Deliveries, posts_of
from feedsvc.publish.post import Channel
from feedsvc.publish.public_hosts import is_public
from feedsvc.stores import receiver_places
from feedsvc.stores.pruning import prune
from feedsvc.stores.receiver_places import last_place, next_news, note_told
from feedsvc.web import make_app
from feedsvc.web.static_site.nginx import nginx_configuration
from made_files import photo, png
from newsroom import MAIN, Newsroom
from receiving import Receiving, endless, forever_continuing, receiving, said, silent
from service import environment, feedsvc

ID = "tag:quay.example,2026-01-01:iivnhqmt5mmsl2f7agqh"  # of the ferry
SECRET = "a-secret-of-the-tests"  # noqa: S105  of nobody
STORY = "---\ntitle: {{ en: {title}, zh: 码头的消息 }}\ndate: 2026-10-05 09:00 +00:00\n{rest}\n---\n\n{text}\n"


@pytest.fixture
def hook():
    with receiving() as found:
        yield found


@pytest.fixture
def room(newsroom: Newsroom, store_url: str, hook: Receiving) -> Newsroom:
    newsroom.environ |= {"FEEDSVC_STORE_URL": store_url, "HOOK_SECRET": SECRET}
    newsroom.configure(told_by(hook, 'kind = "webhook"\nsecret = { env = "HOOK_SECRET" }'))
    return newsroom


def told_by(hook: Receiving, lines: str) -> str:
    where = f'url = "{hook.url}"\nprivate_network = true'
    return f'{MAIN}\n[[receivers]]\nname = "hook"\n{where}\n{lines}\n'


def file_story(room: Newsroom, title: str, *, rest: str = "", text: str = "Text.") -> None:
    room.file(f"world/{title.lower().replace(' ', '-')}.md", STORY.format(title=title, rest=rest, text=text))


def a_deliverer(room: Newsroom) -> Deliverer:
    settings = room.settings
    return Deliverer(settings.receivers[0], settings.site, clock=lambda: room.now, seen_after_s=0.0)


def deliver(room: Newsroom) -> None:
    """Tell the receiver, as its thread does after a pass."""
    assert a_deliverer(room).tell_all(room.store) == 0.0


def told(hook: Receiving) -> list[dict]:
    bodies = [json.loads(taken.body) for taken in hook.taken]
    hook.taken.clear()
    return bodies


def test_a_webhook_is_told_in_signed_json_of_what_an_edition_changed(room, hook):
    file_story(room, "Ferry leaves")
    room.publish()

    deliver(room)
    deliver(room)

    (taken,) = hook.taken
    signature = hmac.new(SECRET.encode(), taken.body, "sha256").hexdigest()
    assert (taken.target, taken.headers["x-hub-signature-256"]) == ("/told?door=1", f"sha256={signature}")
    body = json.loads(taken.body)
    assert len(body.pop("id")) == 36
    assert {feed.rpartition(".")[0] for feed in body.pop("feeds")} >= {"https://quay.example/feeds/world.en"}
    assert body == {
        "site": "https://quay.example/",
        "edition": 1,
        "made_at": "2026-11-01T12:00:00+00:00",
        "articles": [
            {
                "id": ID,
                "event": "created",
                "url": "https://quay.example/articles/ferry-leaves",
                "json": "https://quay.example/articles/ferry-leaves.json",
                "titles": {"en": "Ferry leaves", "zh": "码头的消息"},
                "categories": ["world"],
                "published": "2026-10-05T09:00:00+00:00",
                "updated": "2026-10-05T09:00:00+00:00",
            }
        ],
    }


def test_an_embargoed_story_is_told_of_when_its_embargo_ends_and_a_killed_one_without_a_word(room, hook):
    file_story(room, "Ferry leaves", rest=f"embargo: {room.now + timedelta(minutes=90):%Y-%m-%d %H:%M} UTC")
    file_story(room, "Whale seen")
    room.publish()
    deliver(room)
    assert b"Ferry" not in hook.taken[0].body
    hook.taken.clear()

    room.publish()
    room.publish()
    deliver(room)
    assert [(body["edition"], [each["event"] for each in body["articles"]]) for body in told(hook)] == [
        (2, ["created"])
    ]

    file_story(room, "Ferry leaves", rest="take: correction\ntake_note: At ten.", text="At ten.")
    room.publish()
    file_story(room, "Ferry leaves", rest="killed: true")
    room.publish()  # before the correction was told of
    deliver(room)

    assert [(body["edition"], body["articles"]) for body in told(hook)] == [(4, [{"id": ID, "event": "killed"}])]


def test_what_fails_is_kept_and_tried_again_under_the_same_id(room, hook):
    file_story(room, "Ferry leaves")
    room.publish()
    hook.answering = lambda connection: said(connection, "503 Service Unavailable", "Retry-After: 90")

    deliverer = a_deliverer(room)
    assert deliverer.tell_all(room.store) == 90.0
    (state,) = room.store.receiver_states()
    assert (state.waiting, state.told, state.failing_since) == (1, 0, room.now)
    assert state.fault == "127.0.0.1 answered 503 Service Unavailable"

    hook.answering = lambda connection: said(connection, "204 No Content")
    file_story(room, "Whale seen")
    room.publish()
    assert (deliverer.tell_all(room.store), deliverer.tell_all(room.store)) == (0.0, 0.0)
    (state,) = room.store.receiver_states()
    assert (state.waiting, state.told, state.failing_since, state.fault) == (0, 2, None, "")
    first, second, third = told(hook)
    assert first == second
    assert [each["url"] for each in third["articles"]] == ["https://quay.example/articles/whale-seen"]


FULL = {
    "sqlite": ["CREATE TRIGGER no_room BEFORE UPDATE ON receivers BEGIN SELECT RAISE(FAIL, 'disk is full'); END"],
    "postgresql": [
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE disk_full; END$$",
        "CREATE TRIGGER no_room BEFORE UPDATE ON receivers EXECUTE FUNCTION no_room()",
    ],
}


def test_what_a_receiver_has_taken_is_not_told_again_because_the_store_is_full(room, hook):
    file_story(room, "Ferry leaves")
    room.publish()
    with room.store.transaction() as connection:
        kind = connection.dialect.name
        for statement in FULL[kind]:
            connection.exec_driver_sql(statement)
    deliverer = a_deliverer(room)
    assert [deliverer.tell_all(room.store) for _ in range(3)] == [2.0, 2.0, 2.0]
    with room.store.transaction() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER no_room{' ON receivers' if kind == 'postgresql' else ''}")

    assert deliverer.tell_all(room.store) == 0.0

    assert len(hook.taken) == 1
    (state,) = room.store.receiver_states()
    assert (state.waiting, state.told) == (0, 1)


def test_a_publisher_that_was_stopped_for_a_while_does_not_set_the_place_back(room):
    file_story(room, "Ferry leaves")
    room.publish()
    late = next_news(room.store, "hook", until=last_place(room.store))
    file_story(room, "Whale seen")
    room.publish()
    note_told(room.store, "hook", next_news(room.store, "hook", until=last_place(room.store)), now=room.now)

    note_told(room.store, "hook", late, now=room.now)

    (state,) = room.store.receiver_states()
    assert (state.waiting, state.told) == (0, 1)


def test_a_receiver_that_was_away_for_longer_than_editions_are_kept_is_told_of_all_changed_feeds(room, hook):
    file_story(room, "Ferry leaves")
    room.publish()
    room.now += timedelta(days=100)
    room.file("science/whale.md", STORY.format(title="Whale seen", rest="", text="Text."))
    room.publish()
    prune(room.store, now=room.now, revisions=timedelta(days=90), bodies=timedelta(days=90))

    deliver(room)

    (body,) = told(hook)
    assert {"https://quay.example/feeds/world.en.rss", "https://quay.example/feeds/science.en.rss"} <= {*body["feeds"]}


def test_a_store_in_the_place_of_another_is_told_of_from_its_own_place(room, hook, tmp_path_factory):
    older = Newsroom(tmp_path_factory.mktemp("older"), room.now, {"HOOK_SECRET": SECRET}, room.main)
    older.configure(told_by(hook, 'kind = "webhook"\nsecret = { env = "HOOK_SECRET" }'))
    for title in ("Ferry leaves", "Tide rises"):
        file_story(room, title)
        room.publish()
    file_story(older, "Whale seen")
    older.publish()
    deliverer = a_deliverer(room)
    hook.answering = lambda connection: said(connection, "503 Service Unavailable")
    assert deliverer.tell_all(room.store) == 2.0
    hook.answering = lambda connection: said(connection, "200 OK")

    deliverer.tell_all(older.store)
    file_story(older, "Lamp lit")
    older.publish()
    hook.taken.clear()
    deliverer.tell_all(older.store)
    older.close()

    (body,) = told(hook)
    assert (body["edition"], [each["titles"]["en"] for each in body["articles"]]) == (2, ["Lamp lit"])


def test_more_than_one_delivery_takes_is_told_in_order_and_the_feeds_with_the_last_of_it(room, hook, monkeypatch):
    monkeypatch.setattr(receiver_places, "MOST_ARTICLES", 2)
    monkeypatch.setattr(receiver_places, "EDITIONS", 1)
    for title in ("Ferry leaves", "Whale seen", "Tide rises", "Lamp lit"):
        file_story(room, title)
        room.publish()
    file_story(room, "Ferry leaves", text="Another text.")
    room.publish()

    deliver(room)

    bodies = told(hook)
    assert [[each["url"].rpartition("/")[2] for each in body["articles"]] for body in bodies] == [
        ["whale-seen", "tide-rises"],
        ["lamp-lit", "ferry-leaves"],
        [],
    ]
    assert [len(body["feeds"]) for body in bodies] == [0, 0, 36]
    assert len({body["id"] for body in bodies}) == 3
    assert room.store.receiver_states()[0].waiting == 0


def test_a_new_receiver_is_told_of_nothing_that_was_before_it_and_no_receiver_leaves_no_rows(room, hook):
    main = (room.folder / "config" / "feedsvc.toml").read_text(encoding="utf-8")
    room.configure(MAIN)
    file_story(room, "Ferry leaves")
    room.publish()
    room.configure(main)
    file_story(room, "Whale seen")
    room.publish()
    deliver(room)
    assert [[each["url"] for each in body["articles"]] for body in told(hook)] == [
        ["https://quay.example/articles/whale-seen"]
    ]

    room.configure(MAIN)
    file_story(room, "Tide rises")
    room.publish()

    assert room.store.receiver_states() == ()


def test_a_hub_is_told_once_of_each_changed_topic_and_its_feeds_name_it(room, hook):
    room.configure(told_by(hook, 'kind = "websub"'))
    file_story(room, "Ferry leaves")
    room.publish()
    deliver(room)
    hook.taken.clear()
    for text in ("Another text.", "A third text."):
        file_story(room, "Ferry leaves", text=text)
        room.publish()

    deliver(room)

    forms = [parse_qs(taken.body.decode()) for taken in hook.taken]
    topics = sorted(form["hub.topic"][0] for form in forms)
    assert topics == sorted(
        f"https://quay.example/feeds/{category}{language}.{form}"
        for category in ("all", "world")
        for language in ("", ".en", ".zh")
        for form in ("rss", "atom", "json")
    )
    assert all(form["hub.mode"] == ["publish"] and form["hub.url"] == form["hub.topic"] for form in forms)
    assert hook.connections == 2  # one for each delivery
    assert f'rel="hub" href="{hook.url}"'.encode() in room.feed("/feeds/world.rss")
    assert f'rel="hub" href="{hook.url}"'.encode() in room.feed("/feeds/world.zh.atom")
    assert json.loads(room.feed("/feeds/all.json"))["hubs"] == [{"type": "WebSub", "url": hook.url}]


@pytest.mark.parametrize(
    ("answering", "why"),
    [
        (silent, "gave no whole answer within 1 s"),
        (endless, None),
        (forever_continuing, "gave no whole answer within 1 s"),
        (lambda connection: connection.shutdown(socket.SHUT_RDWR), "closed the connection without an answer"),
        (lambda connection: connection.sendall(b"SSH-2.0-x\r\n\r\n"), "gave an answer that is no HTTP"),
        (lambda connection: said(connection, "500 Oh"), "answered 500 Internal Server Error"),
        (
            lambda connection: said(connection, "302 Found", "Location: http://127.0.0.1/"),
            "answered 302 Found; redirects are not followed: write the address that it leads to as url",
        ),
    ],
    ids=["silent", "endless", "continuing", "closing", "no HTTP", "failing", "redirecting"],
)
def test_an_answer_is_bounded_and_leads_nowhere_else(hook, answering, why):
    hook.answering = answering
    with closing(Channel(hook.url, may_be_private=True, limit_s=1.0)) as channel:
        if why is None:
            channel.post(b"", {})  # what comes of its body is enough
        else:
            with pytest.raises(DeliveryError) as raised:
                channel.post(b"", {})
            assert str(raised.value) == f"127.0.0.1 {why}"
    assert len(hook.taken) == 1


def test_the_time_to_connect_counts(hook, monkeypatch):
    found = socket.getaddrinfo

    def slowly(*arguments, **named):
        time.sleep(0.5)
        return found(*arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    hook.answering = forever_continuing

    with pytest.raises(DeliveryError, match="gave no whole answer within 0 s"):
        Channel(hook.url, may_be_private=True, limit_s=0.3).post(b"", {})

    assert hook.taken == []


def test_a_private_network_is_reached_only_if_that_is_meant(hook):
    with pytest.raises(DeliveryError, match=r"127.0.0.1, which is on a private network; .* private_network = true"):
        Channel(hook.url).post(b"", {})

    assert hook.connections == 0


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("fd00::1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),  # noqa: S104  refused
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_addresses_that_hold_private_ones_are_private(address, expected):
    assert is_public(address) == expected


def test_the_threads_of_deliveries_tell_without_being_waited_for_and_end_at_once(room, hook):
    file_story(room, "Ferry leaves")
    hook.answering = silent
    room.publish()
    deliveries = Deliveries(room.settings, clock=lambda: room.now)
    try:
        deliveries.look(room.store)
        assert hook.has_come.wait(30)
    finally:
        began = time.monotonic()
        deliveries.end()

    assert time.monotonic() - began < 1.0
    (state,) = room.store.receiver_states()
    assert (state.waiting, state.failing_since) == (1, None)


NETWORKS = """
[[receivers]]
name = "fastly"
kind = "fastly"
service = "abc123"
secret = "a-token-of-the-tests"
[[receivers]]
name = "cloudflare"
kind = "cloudflare"
service = "zone1"
secret = "a-token-of-the-tests"
[[receivers]]
name = "engines"
kind = "indexnow"
key = "5c0d8f3a91b24e67"
[[receivers]]
name = "hub"
kind = "websub"
url = "https://hub.example/"
"""


def posts(room: Newsroom) -> dict[str, list]:
    """Return, by receiver, what it would be sent: the keys or addresses of each request."""
    found = {}
    for receiver in room.settings.receivers:
        news = next_news(room.store, receiver.name, until=last_place(room.store))
        sent = list(posts_of(receiver, room.settings.site, news)) if news else []
        if news:
            note_told(room.store, receiver.name, news, now=room.now)
        found[receiver.name] = [
            set(
                post.headers["Surrogate-Key"].split(" ")
                if receiver.kind == "fastly"
                else json.loads(post.body)["tags"]
                if receiver.kind == "cloudflare"
                else json.loads(post.body)["urlList"]
            )
            for post in sent
            if receiver.kind != "websub"
        ]
    return found


def test_networks_drop_what_changed_and_all_after_a_kill_and_engines_look_at_the_pages(newsroom):
    room = newsroom
    room.configure(MAIN + NETWORKS)
    file_story(room, "Whale seen")
    room.publish()
    posts(room)
    file_story(room, "Ferry leaves")
    room.publish()
    changed = {"feed-all", "feed-world", "article-ferry-leaves"}
    page = "https://quay.example{}/articles/ferry-leaves"
    pages = {page.format(""), page.format("/en"), page.format("/zh")}
    assert posts(room) == {"fastly": [changed], "cloudflare": [changed], "engines": [pages], "hub": []}

    file_story(room, "Ferry leaves", rest="killed: true")
    room.publish()

    assert posts(room) == {"fastly": [{"site"}], "cloudflare": [{"site"}], "engines": [], "hub": []}
    addresses = {receiver.kind: (receiver.url, receiver.delay_s) for receiver in room.settings.receivers}
    assert addresses == {
        "fastly": ("https://api.fastly.com/service/abc123/purge", 0),
        "cloudflare": ("https://api.cloudflare.com/client/v4/zones/zone1/purge_cache", 0),
        "indexnow": ("https://api.indexnow.org/indexnow", 1),
        "websub": ("https://hub.example/", 1),
    }
    assert "a-token" not in repr(room.settings)


@pytest.mark.parametrize(
    "lines", ["image: other.png", "withdrawn: It was wrong."], ids=["another picture", "withdrawn"]
)
def test_networks_drop_a_file_and_its_smaller_forms_once_its_article_shows_it_no_more(newsroom, lines):
    room = newsroom
    room.configure(MAIN + NETWORKS)
    room.file("world/boat.jpg", photo())
    room.file("world/other.png", png())
    file_story(room, "Ferry leaves", rest="image: boat.jpg")
    room.publish()
    posts(room)
    (file,) = room.store.entry("ferry-leaves").article.files
    forms = room.store.forms_of([file.digest])[file.digest]

    file_story(room, "Ferry leaves", rest=lines)
    room.publish()

    (keys,) = posts(room)["fastly"]
    assert forms
    assert {key for key in keys if key.startswith("file-")} == {f"file-{each.digest}" for each in (file, *forms)}


def test_answers_have_keys_for_networks_and_links_to_hubs_and_engines_find_their_key(newsroom):
    room = newsroom
    room.configure(MAIN + NETWORKS)
    partners = room.folder / "config" / "partners.toml"
    partners.write_text('[reader]\nprofile = "plain"\nlanguage = "en"\n', encoding="utf-8")
    file_story(room, "Ferry leaves")
    room.publish()
    client = make_app(room.settings, room.store, token="a-token-of-operators").test_client()  # noqa: S106  of the test

    def keys(path: str) -> str:
        headers = client.get(path).headers
        assert len(headers.getlist("Surrogate-Key")) == 1
        assert headers["Cache-Tag"] == headers["Surrogate-Key"].replace(" ", ",")
        return headers["Surrogate-Key"]

    expected = {
        "/": "site feed-all",
        "/zh/categories/world/": "site feed-world",
        "/feeds/": "site feeds",
        "/feeds/world.zh.atom": "site feed-world",
        "/feeds.opml": "site feeds",
        "/partners/reader.rss": "site partner-reader",
    }
    assert {path: keys(path) for path in expected} == expected
    of_article = ("/articles/ferry-leaves", "/en/articles/ferry-leaves", "/articles/ferry-leaves.json")
    assert {keys(path) for path in of_article} == {"site article-ferry-leaves"}
    assert {keys(path) for path in ("/search?q=ferry", "/sitemap.xml", "/sitemaps/news.xml")} == {"site"}
    assert keys("/feeds/search.rss?q=ferry") == "site feed-all"
    hub = '<https://hub.example/>; rel="hub"'
    link = client.get("/feeds/world.zh.atom").headers["Link"]
    assert link.count("rel=") == 3
    assert link.startswith('<https://quay.example/feeds/world.zh.atom>; rel="self"')
    assert link.endswith(hub)
    assert hub in client.get("/feeds/world/corrections.rss").headers.get("Link", hub)
    assert hub not in client.get("/feeds/search.rss?q=ferry").headers["Link"]
    assert hub not in client.get("/partners/reader.rss").headers["Link"]
    assert b"hub.example" not in client.get("/partners/reader.rss").data
    assert hub not in client.get("/feeds.opml").headers["Link"]
    assert b"hub.example" not in client.get("/feeds/search.atom?q=ferry").data
    answer = client.get("/5c0d8f3a91b24e67.txt")
    assert (answer.data, answer.mimetype) == (b"5c0d8f3a91b24e67", "text/plain")
    assert f'{"$uri"}>; rel=\\"self\\", {hub}'.replace('rel="hub"', r"rel=\"hub\"") in nginx_configuration(
        room.settings, room.folder
    )


def test_the_status_page_and_check_name_a_receiver_that_fails_and_no_secret(room, hook):
    file_story(room, "Ferry leaves")
    room.publish()
    hook.answering = lambda connection: said(connection, "401 Unauthorized")
    assert a_deliverer(room).tell_all(room.store) == 2.0
    reason = "127.0.0.1 answered 401 Unauthorized"
    client = make_app(room.settings, room.store, token="a-token-of-operators").test_client()  # noqa: S106  of the test
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer a-token-of-operators"

    page, figures = client.get("/status").text, client.get("/status.json").json["receivers"]

    assert reason in page
    assert figures == [
        {
            "kind": "webhook",
            "host": f"127.0.0.1:{hook.port}",
            "state": {
                "name": "hook",
                "waiting": 1,
                "told": 0,
                "told_at": None,
                "failing_since": "2026-11-01T13:00:00+00:00",
                "fault": reason,
            },
        }
    ]
    assert "door=1" not in page
    assert SECRET not in page
    room.close()
    checked = feedsvc(room.folder, "check", environ=environment(room.folder, **room.environ))
    line = f"receiver hook: {reason}, since 2026-11-01 13:00:00Z; 1 edition waiting"
    assert line in checked.stdout.splitlines()
    told = feedsvc(room.folder, "tell", environ=environment(room.folder, **room.environ))
    assert (told.stdout, told.returncode) == (f"hook: 1 edition waiting; {reason}\n", 1)
    hook.answering = lambda connection: said(connection, "200 OK")
    told = feedsvc(room.folder, "tell", environ=environment(room.folder, **room.environ))
    assert (told.stdout, told.returncode) == ("hook: 0 editions waiting\n", 0)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ('kind = "webhok"\nurl = "https://a.example/"', "kind: must be websub or webhook or"),
        ('kind = "websub"\nurl = "hub.example"', "url: must be the address that requests are posted to, such as"),
        ('kind = "websub"\nurl = "https://me:pw@hub.example/"', "url: must be the address"),
        ('kind = "webhook"\nurl = "https://a.example/"', "secret: must be { env = "),
        (
            'kind = "webhook"\nurl = "https://a.example/"\nsecret = { env = "NOT_SET" }',
            "variable NOT_SET must have",
        ),
        ('kind = "webhook"\nurl = "https://a.example/"\nsecret = { file = "no" }', "cannot be read: No such file"),
        (
            'kind = "websub"\nurl = "https://a.example/"\nkey = "12345678"',
            "key: is of no use to a receiver",
        ),
        ('kind = "indexnow"\nkey = "short"', "key: must be 8 to 128 letters, digits and hyphens, not 'short'"),
        ('kind = "fastly"\nservice = "a/b"\nsecret = "0123456789abcdef"', "service: must be the id of the service"),
    ],
)
def test_a_fault_in_a_receiver_names_the_line_and_the_cure(newsroom, lines, fault):
    newsroom.configure(f'{MAIN}[[receivers]]\nname = "x"\n{lines}\n')

    with pytest.raises(SettingsError, match=rf"feedsvc\.toml:\d+: receivers\[1\].*{re.escape(fault)}"):
        _ = newsroom.settings
