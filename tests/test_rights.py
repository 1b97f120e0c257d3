"""The rights of a site and of an article, in everything that tells of them."""

from __future__ import annotations

import json

import pytest
from lxml import etree, html

from feedrules import faults_of
from feedsvc.config.rights import rules_of_rights, tdm_headers
from feedsvc.config.settings import Rights
from feedsvc.model.errors import SettingsError
from feedsvc.web import make_app
from made_files import png
from newsroom import MAIN, Newsroom

LICENSE, POLICY, RSL = "https://quay.example/license", "https://quay.example/tdm", "https://quay.example/license.xml"
OWN = "https://creativecommons.org/licenses/by/4.0/"
RIGHTS = f"""
[rights]
license = "{LICENSE}"
usage_terms = {{ en = "Ask the desk first.", zh = "请先询问编辑部。" }}
rsl = "{RSL}"
usage = {{ train-ai = false, search = true }}
tdm_policy = "{POLICY}"
"""
ATOM = {"a": "http://www.w3.org/2005/Atom"}
DC_RIGHTS = "{http://purl.org/dc/elements/1.1/}rights"


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.configure(MAIN + RIGHTS)
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30\ntags: [tide]\n---\n\nIt turns.\n")
    own = f"license: {OWN}\nrights: Name the author."
    newsroom.file("world/gulls.md", f"---\ntitle: Gulls\ndate: 2026-10-29\n{own}\n---\n\nThey came.\n")
    newsroom.publish()
    return newsroom


def asked(room: Newsroom, path: str):
    return make_app(room.settings, room.store, clock=lambda: room.now).test_client().get(path)


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_feeds_with_rights_break_no_rule(room, form):
    assert faults_of(form, room.feed(f"/feeds/all.{form}")) == []


def test_a_feed_has_the_licence_of_the_site_and_an_entry_its_own(room):
    atom, rss = (etree.fromstring(room.feed(f"/feeds/all.{form}")) for form in ("atom", "rss"))
    entries = atom.findall("a:entry", ATOM)
    items = {item.findtext("title"): item for item in rss.iter("item")}
    of_json = json.loads(room.feed("/feeds/all.json"))

    assert atom.xpath("a:link[@rel='license']/@href", namespaces=ATOM) == [LICENSE]
    assert {
        entry.findtext("a:title", namespaces=ATOM): entry.findtext("a:rights", namespaces=ATOM) for entry in entries
    } == {
        "Tide": None,
        "Gulls": "Name the author.",
    }
    assert [entry.xpath("a:link[@rel='license']/@href", namespaces=ATOM) for entry in entries].count([OWN]) == 1
    assert rss.xpath("channel/a:link[@rel='license']/@href", namespaces=ATOM) == [LICENSE]
    assert items["Gulls"].xpath("a:link[@rel='license']/@href", namespaces=ATOM) == [OWN]
    assert [items[title].findtext(DC_RIGHTS) for title in ("Gulls", "Tide")] == ["Name the author.", None]
    assert of_json["_feedsvc"]["license"] == LICENSE
    assert {item["title"]: item["_feedsvc"].get("license") for item in of_json["items"]} == {"Tide": None, "Gulls": OWN}


@pytest.mark.parametrize(
    ("slug", "license_url", "terms"),
    [
        pytest.param("tide", LICENSE, "Ask the desk first.", id="of the site"),
        pytest.param("gulls", OWN, "Name the author.", id="of its own"),
    ],
)
def test_an_article_tells_its_rights_on_its_page_and_as_ninjs(room, slug, license_url, terms):
    page = html.fromstring(asked(room, f"/articles/{slug}").data)
    told = json.loads(page.findtext(".//script[@type='application/ld+json']"))
    as_ninjs = asked(room, f"/articles/{slug}.ninjs.json").json

    assert [(link.get("type"), link.get("href")) for link in page.iterfind(".//link[@rel='license']")] == [
        (None, license_url),
        ("application/rsl+xml", RSL),
    ]
    assert {meta.get("name"): meta.get("content") for meta in page.iterfind(".//meta")}.items() >= {
        ("tdm-reservation", "1"),
        ("tdm-policy", POLICY),
    }
    assert (told["license"], told["usageInfo"]["text"]) == (license_url, terms)
    assert told["copyrightHolder"] == {"@type": "Organization", "name": "Quay News"}
    assert (as_ninjs["rightsInfo"], as_ninjs["usageTerms"]) == ({"linkedRights": license_url}, terms)
    assert as_ninjs["copyrightHolder"] == "Quay News"


@pytest.mark.parametrize(
    "path",
    ["/", "/feeds/all.rss", "/tags/tide.atom", "/feeds/search.json?q=tide", "/articles/tide", "/articles/tide.json"],
)
def test_answers_reserve_the_rights_of_mining_in_their_headers(room, path):
    headers = asked(room, path).headers

    assert (headers.getlist("TDM-Reservation"), headers.getlist("TDM-Policy")) == (["1"], [POLICY])


def test_a_picture_and_an_unchanged_feed_reserve_the_rights_and_an_error_does_not(room):
    room.file("world/pier.png", png(8, 6))
    room.file("world/pier.txt", "Pier opens\n\nLISBON, Oct. 30, 2026 (Quay News) -- The pier is open.\n")
    room.publish()
    client = make_app(room.settings, room.store, clock=lambda: room.now).test_client()
    picture = room.store.entry("pier-opens").article.files[0].path
    etag = client.get("/feeds/all.rss").headers["ETag"]

    answers = [
        client.get(picture),
        client.get("/feeds/all.rss", headers={"If-None-Match": etag}),
        client.get("/articles/none"),
    ]

    found = [(answer.status_code, answer.headers.getlist("TDM-Reservation")) for answer in answers]
    assert found == [(200, ["1"]), (304, ["1"]), (404, [])]


def test_the_header_of_a_policy_is_one_that_nginx_and_clients_can_read():
    rights = Rights(tdm_reservation=True, tdm_policy='https://quay.example/采矿?a=$b&c="d"\n')

    assert tdm_headers(rights)[1] == (
        "TDM-Policy",
        "https://quay.example/%E9%87%87%E7%9F%BF?a=%24b&c=%22d%22%0A",
    )


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("tide", [LICENSE, "Ask the desk first.", "Quay News"]),
        ("gulls", [OWN, "Name the author.", "Quay News"]),
    ],
)
def test_an_article_as_json_tells_its_rights(room, slug, told):
    found = asked(room, f"/articles/{slug}.json").json

    assert [found[key] for key in ("license", "usage_terms", "copyright_holder")] == told


def test_crawlers_and_miners_are_told_the_rights(room):
    declared = asked(room, "/.well-known/tdmrep.json")

    assert (
        rules_of_rights(room.settings.site) == f"License: {RSL}\n\nUser-agent: *\nContent-Usage: search=y, train-ai=n\n"
    )
    assert (declared.content_type, declared.json) == (
        "application/json",
        [{"location": "/", "tdm-reservation": 1, "tdm-policy": POLICY}],
    )


def test_a_site_without_rights_claims_none(newsroom):
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30\nlicense: true\n---\n\nIt turns.\n")
    newsroom.publish()
    as_ninjs = asked(newsroom, "/articles/tide.ninjs.json").json

    assert asked(newsroom, "/.well-known/tdmrep.json").status_code == 404
    assert "TDM-Reservation" not in asked(newsroom, "/").headers
    assert not as_ninjs.keys() & {"copyrightHolder", "usageTerms", "rightsInfo"}
    assert b"license" not in asked(newsroom, "/articles/tide").data
    assert rules_of_rights(newsroom.settings.site) == ""


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        pytest.param('license = "CC BY"', "rights.license: must be a web address", id="license"),
        pytest.param("usage = { train-ai = 3 }", "must be a use in small letters", id="usage"),
        pytest.param("tdm_reservation = 1", "rights.tdm_reservation: must be true or false, not 1", id="reservation"),
        pytest.param('licence = "https://a.example/"', "did you mean license?", id="slip"),
    ],
)
def test_a_wrong_right_is_named(newsroom, line, fault):
    newsroom.configure(f"{MAIN}\n[rights]\n{line}\n")

    with pytest.raises(SettingsError) as raised:
        _ = newsroom.settings

    assert fault in str(raised.value)
