"""What partners get, what they do not get, and who is told why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from feedrules import faults_of
from feedsvc.cli import main
from feedsvc.config.loading import load_settings
from feedsvc.config.partners import PROFILES as NAMES
from feedsvc.feeds.partner_feeds import partner_addresses
from feedsvc.feeds.partners import PROFILES
from feedsvc.model.errors import SettingsError
from feedsvc.web import make_app
from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import Tree
from newsroom import Newsroom
from partner_room import PARTNERS, story, with_partners

TOKEN = "x" * 20
MEDIA = "{http://search.yahoo.com/mrss/}"
PREFIXES = {"http://schemas.ingestion.microsoft.com/common/": "mi", "http://purl.org/dc/terms/": "dcterms"}
PREFIXES |= {"http://search.yahoo.com/mrss/": "media", "http://www.smartnews.be/snf": "snf"}
PREFIXES |= {"http://purl.org/rss/1.0/modules/content/": "content", "http://purl.org/dc/elements/1.1/": "dc"}


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    return with_partners(newsroom)


def items(room: Newsroom, partner: str) -> list[dict[str, str]]:
    """Return the items of the partner's RSS, each as texts or attributes by the names of elements."""
    root = etree.fromstring(room.feed(f"/partners/{partner}.rss"))
    found = []
    for item in root.iter("item"):
        texts = {}
        for element in item:
            name = etree.QName(element)
            prefix = PREFIXES.get(name.namespace or "", "")
            texts[f"{prefix}:{name.localname}" if prefix else name.localname] = element.text or str(
                dict(element.attrib)
            )
        found.append(texts)
    return found


def titles(room: Newsroom, partner: str) -> list[str]:
    return [item["title"] for item in items(room, partner)]


def run(room: Newsroom, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments], env={"FEEDSVC_CONFIG": str(room.folder / "config")})


def test_the_configuration_knows_every_profile():
    assert sorted(NAMES) == sorted(PROFILES)


@pytest.fixture(scope="module")
def tide_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    room = with_partners(Newsroom(tmp_path_factory.mktemp("tide")))
    room.publish()
    yield room
    room.close()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_feed_of_each_profile_is_well_formed_and_passes_its_own_rules(tide_room, profile):
    room = tide_room

    (partner,) = (partner for partner in room.settings.partners if partner.name == profile)
    for form, address in partner_addresses(partner).items():
        assert faults_of(form, room.feed(address.path)) == []
    (report,) = (report for report in room.store.partner_reports() if report.partner == profile)
    assert (report.entries, report.left_out, report.warned) == (1, (), ())


def test_msn_gets_the_picture_beside_a_text_in_its_markup(room):
    body = "Words.\n\n###### Small\n\nOne<br><br><br>line.\n\n<pre>Kept.</pre>\n\n<section><p>In.</p></section>"
    room.file("world/tide.md", story("The tide that came in twice over it", "tags: [sea, ports]", body=body))

    room.publish()

    (item,) = items(room, "msn")
    assert item["content:encoded"] == (
        "<p>Words.</p>\n<h5>Small</h5>\n<p>One<br>line.</p>\n<p>Kept.</p>\n<div><p>In.</p></div>"
    )
    assert item["media:keywords"] == "sea, ports"
    assert "'width': '1400'" in item["media:content"]
    assert "enclosure" not in item


def test_smartnews_gets_its_own_elements(tide_room):
    root = etree.fromstring(tide_room.feed("/partners/smartnews.rss"))

    (item,) = items(tide_room, "smartnews")
    assert root.findtext("channel/pubDate") == "Sun, 01 Nov 2026 12:00:00 +0000"
    assert item["media:status"] == "{'state': 'active'}"
    assert item["media:thumbnail"].startswith("{'url': 'https://quay.example/media/")
    assert item["content:encoded"].startswith("<figure><img ")


def test_yahoo_gets_one_category_and_each_picture_once(room):
    room.file("world/tide.md", story("The tide", "categories: [world, science]", "tags: [sea]"))

    room.publish()

    root = etree.fromstring(room.feed("/partners/yahoo.rss"))
    assert [category.text for category in root.iter("category")] == ["World"]
    assert not list(root.iter(f"{MEDIA}content", f"{MEDIA}thumbnail", "enclosure"))
    assert items(room, "yahoo")[0]["content:encoded"].count("<img ") == 1


def test_the_text_is_the_description_where_the_profile_says_so(tide_room):
    (item,) = items(tide_room, "applenews")

    assert "content:encoded" not in item
    assert item["description"].startswith("<figure>")


def test_flipboard_gets_the_opening_of_a_text_whose_summary_is_short(room):
    room.file("world/tide.md", story("The tide", "summary: Short."))

    room.publish()

    (item,) = items(room, "flipboard")
    assert item["description"].startswith("The pilot wrote down how the tide came in")
    assert 300 <= len(item["description"]) < 320


def test_a_partner_has_one_language_and_no_text_that_stands_in(room):
    tables = PARTNERS + '[zh]\nprofile = "msn"\nlanguage = "zh"\n'
    (room.folder / "config/partners.toml").write_text(tables, encoding="utf-8")
    title = "{ en: Another tide than that one, zh: 另一次潮水漫过旧码头的时候 }"
    room.file("world/both.md", story(title, body="In English only."))

    room.publish()

    report = room.store.partner_reports()[-1]
    assert (report.partner, report.entries, report.left_out_count) == ("zh", 0, 1)
    assert report.left_out[0].why[0].startswith("it has no text in 'zh'; MSN wants one language in a feed.")


def test_a_selection_and_a_limit_choose_the_articles(room):
    tables = '[sea]\nprofile = "plain"\ntags = ["Sea"]\nexcept = { categories = ["science"] }\nlimit = 2\n'
    (room.folder / "config/partners.toml").write_text(tables, encoding="utf-8")
    for number in range(3):
        room.file(f"world/{number}.md", story(f"Sea {number}", "tags: [sea]", f"date: 2026-10-0{number + 1}"))
    room.file("science/not.md", story("Science of the sea", "tags: [sea]"))

    room.publish()

    assert titles(room, "sea") == ["Sea 2", "Sea 1"]


SLUGS = {
    "fog": "fog",
    "old": "a-tide-of-many-years-ago-long-over",
    "short": "a-tide-that-nobody-wrote-much-about",
    "bare": "a-tide-that-nobody-has-photographed",
    "nobody": "a-tide-that-nobody-has-signed-for-us",
}
FAILING = {
    ("msn", "fog"): (
        story("Fog"),
        "the title has 3 characters; MSN wants more than 20 and at most 150. Write another headline,",
    ),
    ("msn", "old"): (
        story("A tide of many years ago, long over", "date: 2025-10-30 10:00 +00:00"),
        "days ago; MSN takes nothing after 365 days.",
    ),
    ("yahoo", "short"): (
        story("A tide that nobody wrote much about", body="It came in."),
        "the text has 3 words; Yahoo wants more than 150.",
    ),
    ("smartnews", "bare"): (
        story("A tide that nobody has photographed", "image: none"),
        "it has no picture; SmartNews wants one. Save one under the document's name beside it, or add image:",
    ),
    ("newsbreak", "nobody"): (
        story("A tide that nobody has signed for us", "author: none"),
        "it names no author; NewsBreak wants one. Add a byline, or publisher.",
    ),
}


@pytest.fixture(scope="module")
def failing_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    room = with_partners(Newsroom(tmp_path_factory.mktemp("failing")))
    for (_, name), (text, _) in FAILING.items():
        room.file(f"world/{name}.md", text)
    room.publish()
    yield room
    room.close()


@pytest.mark.parametrize(("partner", "name"), FAILING)
def test_an_article_that_breaks_a_rule_is_left_out_and_the_desk_is_told_why(failing_room, partner, name):
    (report,) = (report for report in failing_room.store.partner_reports() if report.partner == partner)

    assert f"/articles/{SLUGS[name]}<" not in failing_room.feed(f"/partners/{partner}.rss").decode()
    (why,) = (" ".join(article.why) for article in report.left_out if article.slug == SLUGS[name])
    assert FAILING[partner, name][1] in why


def test_check_says_what_a_pass_would_leave_out(failing_room):
    lines = run(failing_room, "check", "--partner", "msn").output.splitlines()

    left_out = [line for line in lines if ": left out: " in line]
    assert [line.partition(":")[0] for line in left_out] == ["world/fog.md", "world/old.md"]
    assert all(FAILING["msn", name][1] in line for name, line in zip(("fog", "old"), left_out, strict=True))
    assert lines[-1] == "msn: 4 articles sent, 1 of them with warnings; 2 left out"


def test_check_says_the_same_as_json_and_before_a_partner_is_configured(newsroom):
    newsroom.file("world/fog.md", story("Fog"))

    checked = run(newsroom, "check", "--partner", "msn", "--json")

    told: dict[str, Any] = json.loads(checked.stdout.splitlines()[0])
    assert (told["paths"], told["sent"]) == (["world/fog.md"], False)
    assert told["rules"][0] == {
        "found": "the title has 3 characters",
        "wants": "wants more than 20 and at most 150",
        "cure": "Write another headline, or put this article into another feed.",
        "source": "https://support.microsoft.com/en-us/msn/partner-hub/msn-feed-item-metadata-requirements",
        "required": True,
    }


def test_a_partner_that_there_is_not_is_told_with_those_there_are(room):
    assert (
        "'yaho' is neither a partner nor a profile, did you mean yahoo?"
        in run(room, "check", "--partner", "yaho").output
    )


def test_explain_says_what_each_partner_does_with_an_article(room):
    room.file("world/fog.md", story("Fog"))

    lines = run(room, "explain", "world/fog.md").output.splitlines()

    assert "Partner plain: sent" in lines
    (msn,) = (line for line in lines if line.startswith("Partner msn: left out; the title has 3 characters; "))
    assert msn


def gone(room: Newsroom, partner: str) -> list[dict[str, str]]:
    return [item for item in items(room, partner) if item["title"] == "Withdrawn"]


@pytest.mark.parametrize("way", ["removed", "withdrawn", "killed"])
def test_a_partner_is_told_in_its_own_words_what_to_remove(room, way):
    secret = story("A quixotic wherry sails at last today", "tags: [quixotic]", body="A quixotic wherry.")
    file = room.file("world/secret.md", secret)
    room.publish()
    if way == "removed":
        file.unlink()
    else:
        room.file("world/secret.md", secret.replace("tags:", f"{way}: true\ntags:"))

    room.publish(accept=frozenset({"desk"}))

    (msn,) = gone(room, "msn")
    assert (msn["mi:expirationDate"], msn["dcterms:valid"]) == (
        "2026-11-01T13:00:00Z",
        "end=2026-11-01T13:00:00Z; scheme=W3C-DTF",
    )
    assert "content:encoded" not in msn
    (smartnews,) = gone(room, "smartnews")
    assert smartnews["media:status"] == "{'state': 'deleted'}"
    assert gone(room, "yahoo") == []
    for partner in PROFILES:
        body = room.feed(f"/partners/{partner}.rss").decode()
        assert "quixotic wherry." not in body
        assert "A quixotic" not in body
    assert all(not report.left_out for report in room.store.partner_reports())


def test_partner_feeds_are_served_like_others_and_named_nowhere(room):
    room.publish()
    client = make_app(room.settings, room.store).test_client()

    found = client.get("/partners/msn.rss", headers={"Accept-Encoding": "gzip"})
    again = client.get("/partners/msn.rss", headers={"If-None-Match": found.headers["ETag"]})

    assert (found.status_code, found.headers["Content-Encoding"], again.status_code) == (200, "gzip", 304)
    assert client.get("/partners/nobody.rss").status_code == 404
    for page in ("/", "/feeds/", "/feeds.opml", "/categories/world/", "/feeds/all.rss", "/feeds/world.en.json"):
        assert "/partners/" not in client.get(page).get_data(as_text=True)


def test_operators_see_what_partners_get_and_why_not(room):
    room.file("world/fog.md", story("Fog"))
    room.publish()
    client = make_app(room.settings, room.store, token=TOKEN).test_client()
    asked = {"Authorization": f"Bearer {TOKEN}"}

    page = client.get("/status", headers=asked).get_data(as_text=True)
    told = json.loads(client.get("/status.json", headers=asked).data)
    documents = client.get("/articles/fog/documents", headers=asked).get_data(as_text=True)

    assert "(left out): the title has 3 characters; MSN wants more than 20" in page
    (msn,) = (line for line in told["partners"] if line["report"]["partner"] == "msn")
    assert (msn["report"]["entries"], msn["report"]["left_out_count"], msn["polls"]) == (1, 1, 0)
    assert "left out; the title has 3 characters; MSN wants more than 20" in documents


def test_a_pass_without_changes_makes_no_edition_for_partners(room):
    room.publish()

    assert room.publish().number == 1


def test_the_static_site_has_the_feeds_of_partners(room, tmp_path):
    room.publish()

    with Tree(tmp_path / "site") as tree:
        build(room.settings, room.store, tree, progress=lambda _: None)

    assert (tmp_path / "site/site/partners/msn.atom").read_bytes() == room.feed("/partners/msn.atom")


def test_a_feed_of_a_partner_that_is_taken_out_is_gone(room):
    room.publish()
    (room.folder / "config/partners.toml").unlink()

    room.publish()

    assert room.store.ready("/partners/msn.rss") is None
    assert room.store.partner_reports() == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[msn]\n", "1: msn.profile: is missing; feedsvc has applenews, flipboard, "),
        ('[x]\nprofile = "yaho"\n', "2: x.profile: 'yaho' is none of them, did you mean yahoo?; feedsvc has "),
        (
            '[msn]\nprofile = "msn"\nlanguage = "fr"\n',
            "3: msn.language: 'fr' is none of them; site.languages are en, zh",
        ),
        (
            '[msn]\nprofile = "msn"\ntag = ["a"]\n',
            "3: msn.tag: unknown key, did you mean tags?; known keys are profile",
        ),
        ('[msn]\nprofile = "msn"\nlimit = 0\n', "3: msn.limit: must be a whole number of at least 1, not 0"),
        ('[Msn]\nprofile = "msn"\n', "1: Msn: must be lower-case letters, digits and hyphens: it is part of the feed"),
        ('msn = "msn"\n', "1: msn: must be a table with a profile: [msn]"),
    ],
    ids=lambda value: value.partition(": ")[2][:40] if value[0].isdigit() else "",
)
def test_a_fault_of_a_partner_names_file_line_and_cure(newsroom, text, fault):
    (newsroom.folder / "config/partners.toml").write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError) as raised:
        load_settings({"FEEDSVC_CONFIG": str(newsroom.folder / "config")})

    (told,) = raised.value.faults
    assert told.startswith(f"{newsroom.folder}/config/partners.toml:{fault}")
