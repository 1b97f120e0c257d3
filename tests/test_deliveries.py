"""Receivers are told of each edition: once it is there, at least once, and of nothing that readers may not know."""

from __future__ import annotations

import hmac
import json
import socket
import time
from contextlib import closing
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from feedsvc.model.errors import DeliveryError
from feedsvc.publish.deliveries import Deliverer, Deliveries
from feedsvc.publish.post import Channel, is_public
from feedsvc.stores import receiver_places
from newsroom import MAIN, Newsroom
from receiving import Receiving, endless, forever_continuing, receiving, said, silent

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
    assert [len(body["feeds"]) for body in bodies] == [0, 0, 39]
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
