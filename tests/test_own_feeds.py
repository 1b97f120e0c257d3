"""Feeds of the newsroom's own, and feeds of tags and authors: who is in them, under which address, and who leaves."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import html

from feedrules import faults_of
from feedsvc.inspect.inspection import explanation_fields, explanation_lines, inspect_published
from feedsvc.model.errors import SettingsError
from feedsvc.stores import ask_every_s
from feedsvc.text.search_words import label_slug
from feedsvc.web import make_app
from feedsvc.web.delivery.feed_cache import REFRESH_S
from feedsvc.web.pages import search_page
from newsroom import Newsroom

WHALES = '[whales]\ntitle = { en = "Whales", zh = "鲸" }\ntags = ["whales"]\nexcept = { categories = ["science"] }\n'


def story(title: str, *rest: str) -> str:
    return "\n".join(["---", f"title: {title}", "date: 2026-10-31 17:00 +08:00", *rest, "---", "", "Text.", ""])


def define(room: Newsroom, text: str) -> None:
    (room.folder / "config/feeds.toml").write_text(text, encoding="utf-8")


def titles(room: Newsroom, path: str) -> list[str]:
    return [item["title"] for item in json.loads(room.feed(path))["items"]]


@pytest.fixture
def room(newsroom: Newsroom, store_url: str) -> Newsroom:
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    newsroom.file("world/pod.md", story("{ en: Pod returns, zh: 鲸群归来 }", "tags: [Whales]"))
    newsroom.file("world/gull.md", story("Gulls return", "tags: [gulls]"))
    newsroom.file("science/song.md", story("Songs of whales", "tags: [whales]"))
    return newsroom


def test_an_own_feed_has_what_its_selection_takes_in_each_language_and_format(room):
    define(room, WHALES)
    room.publish()

    assert titles(room, "/feeds/whales.json") == ["Pod returns / 鲸群归来"]
    assert titles(room, "/feeds/whales.zh.json") == ["鲸群归来"]
    assert json.loads(room.feed("/feeds/whales.zh.json"))["title"] == "鲸 – 码头新闻"
    assert [faults_of(form, room.feed(f"/feeds/whales.{form}")) for form in ("rss", "atom", "json")] == [[], [], []]
    client = make_app(room.settings, room.store).test_client()
    assert [client.get(path).status_code for path in ("/categories/whales/", "/feeds/whales.rss")] == [200, 200]


def test_the_terminal_names_the_own_feeds_of_an_article(room):
    define(room, WHALES)
    room.publish()
    pod, gull = (inspect_published(room.settings, slug, now=room.now) for slug in ("pod-returns", "gulls-return"))

    lines = [*explanation_lines(pod, room.settings), *explanation_lines(gull, room.settings)]
    told = [explanation_fields(finding, room.settings)["own_feeds"] for finding in (pod, gull)]

    assert [line for line in lines if line.startswith("Feeds of your own")] == ["Feeds of your own: whales"]
    assert told == [["whales"], []]


def test_tags_that_only_signs_tell_apart_have_feeds_of_their_own(room):
    for name, tag in (("c", "C"), ("plus", "C++"), ("sharp", "C#")):
        room.file(f"world/{name}.md", story(f"On {tag}", f'tags: ["{tag}"]'))
    room.publish()
    client = make_app(room.settings, room.store).test_client()

    feeds = [client.get(f"/tags/{quote(slug)}.json").json for slug in ("c", "c++", "c#")]
    page = html.fromstring(client.get("/articles/on-c").data)

    assert [[item["title"] for item in feed["items"]] for feed in feeds] == [["On C"], ["On C++"], ["On C#"]]
    assert feeds[1]["feed_url"] == "https://quay.example/tags/c%2B%2B.json"
    assert page.xpath("//a[starts-with(@href, '/tags/')]/@href") == ["/tags/c.rss"]


def test_what_is_moved_or_missing_among_labels_is_kept_for_a_while_only(room):
    room.publish()
    client = make_app(room.settings, room.store).test_client()

    answers = [client.get(path) for path in ("/tags/Whales.rss", "/tags/terns.rss", "/tags/whales.txt")]

    assert [(answer.status_code, answer.headers["Cache-Control"]) for answer in answers] == [
        (308, "max-age=3600"),
        (404, "max-age=30"),
        (404, "max-age=30"),
    ]


def test_an_own_feed_follows_its_articles_and_its_selection(room):
    room.publish()
    define(room, WHALES)
    room.publish()
    begun = titles(room, "/feeds/whales.en.json")
    room.file("world/gull.md", story("Gulls return", "tags: [gulls, whales]"))
    room.publish()
    joined = titles(room, "/feeds/whales.en.json")
    define(room, WHALES.replace('"whales"', '"gulls"'))
    room.publish()
    other = titles(room, "/feeds/whales.en.json")
    room.file("world/gull.md", "KILL\n")
    room.publish()
    killed = room.feed("/feeds/whales.json").decode()
    (room.folder / "config/feeds.toml").unlink()
    room.publish()

    assert begun == ["Pod returns"]
    assert sorted(joined) == ["Gulls return", "Pod returns"]
    assert other == ["Gulls return"]
    assert "Gulls" not in killed
    assert room.store.ready("/feeds/whales.json") is None


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_an_own_feed_shows_articles_for_as_long_as_it_says(room):
    define(room, '[latest]\nwithin = "30 hours"\n')
    room.publish()
    before = len(titles(room, "/feeds/latest.json"))
    room.now += timedelta(hours=8)
    room.file("world/later.md", story("Later").replace("2026-10-31 17:00 +08:00", "2026-11-01 20:00 +08:00"))
    room.publish()

    assert before == 3
    assert titles(room, "/feeds/latest.json") == ["Later"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param('[world]\ntags = ["x"]\n', "world: must be lower-case .*, and none of all,", id="taken"),
        pytest.param('[Big]\ntags = ["x"]\n', "feeds.toml:1: Big: must be lower-case", id="capitals"),
        pytest.param("sea = 1\n", "feeds.toml:1: sea: must be a table", id="no table"),
        pytest.param('[sea]\ntag = ["x"]\n', r"feeds.toml:2: sea.tag: unknown key.*tags", id="unknown key"),
    ],
)
def test_what_is_wrong_with_an_own_feed_is_said_with_its_line(newsroom, text, fault):
    define(newsroom, text)

    with pytest.raises(SettingsError, match=fault):
        _ = newsroom.settings


def asked(room: Newsroom) -> FlaskClient:
    room.publish()
    return make_app(room.settings, room.store).test_client()


def found(client: FlaskClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return [item["title"] for item in json.loads(answer.data)["items"]]


def test_a_tag_and_an_author_have_feeds_of_their_articles_only(room):
    room.file("world/one.md", story("One", "authors: [Ines Duarte]", "tags: [Sea ice]"))
    room.file("world/two.md", story("Two", "tags: [sea-ice, 鲸鱼]").replace("Text.", "Ines Duarte saw whales."))
    client = asked(room)

    assert sorted(found(client, "/tags/sea-ice.json")) == ["One", "Two"]
    assert found(client, f"/tags/{quote('鲸鱼')}.json") == ["Two"]
    assert found(client, "/authors/ines-duarte.json") == ["One"]
    assert sorted(found(client, "/tags/whales.json")) == ["Pod returns / 鲸群归来", "Songs of whales"]
    for form in ("rss", "atom", "json"):
        assert faults_of(form, client.get(f"/tags/sea-ice.{form}").data) == []


def test_a_label_has_one_address_and_none_if_no_article_has_it(room):
    client = asked(room)
    other = client.get("/tags/WHALES.rss")
    known = client.get("/tags/whales.rss")
    again = client.get("/tags/whales.rss", headers={"If-None-Match": known.headers["ETag"]})

    assert (other.status_code, other.headers["Location"]) == (308, "/tags/whales.rss")
    assert again.status_code == 304
    assert known.headers["X-Robots-Tag"] == "noindex"
    assert [client.get(f"/tags/{name}").status_code for name in ("nothing.rss", "whales.xml", "-.rss")] == [404] * 3
    assert client.post("/tags/whales.rss").status_code == 405


def test_no_feed_is_rendered_for_an_invented_label(room, monkeypatch):
    client = asked(room)
    monkeypatch.setattr(search_page, "render_label", None)

    assert client.get("/authors/nobody.atom").status_code == 404


def test_an_article_leads_to_the_feeds_of_its_tags_and_authors_where_they_are_served(room):
    room.file("world/one.md", story("One", "authors: [Ines Duarte]", "tags: [Sea ice]"))
    room.publish()
    links = {}
    for is_live in (True, False):
        client = make_app(room.settings, room.store, is_live=is_live).test_client()
        links[is_live] = html.fromstring(client.get("/articles/one").data).xpath("//article//a[@type]/@href")

    assert links == {True: ["/authors/ines-duarte.rss", "/tags/sea-ice.rss"], False: []}


def test_a_feed_that_is_taken_out_of_the_configuration_is_gone_with_the_next_edition(room):
    define(room, WHALES)
    before = room.publish()
    client = make_app(room.settings, room.store).test_client()
    is_there = client.get("/feeds/whales.rss").status_code

    define(room, "")
    after = room.publish()
    time.sleep(REFRESH_S * 2 + ask_every_s(room.settings))

    assert (after.number, "/feeds/whales.rss" in after.changed) == (before.number + 1, True)
    assert (is_there, client.get("/feeds/whales.rss").status_code) == (200, 404)
    assert b"whales" not in room.feed("/feeds.opml")
    assert room.publish().number == after.number


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Sea  Ice", "sea-ice"),
        ("ＳＥＡ", "sea"),
        ("हिन्दी", "हिन्दी"),
        ("C++", "c++"),
        ("C# tips", "c#-tips"),
        ("#gulls + terns", "gulls-terns"),
        ("!", ""),
        ("鲸 鱼", "鲸-鱼"),
        ("Ro\u1e9e\u0301", "ros\u015b"),
    ],
)
def test_a_label_is_spelled_in_one_way(text, slug):
    assert label_slug(text) == slug
    assert label_slug(slug) == slug
