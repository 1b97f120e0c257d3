"""Feeds of what was corrected: what is in them, in which order, and how they are asked for."""

from __future__ import annotations

import gzip
import json
from datetime import datetime

import feedparser
import pytest
from lxml import etree, html
from sqlalchemy import text
from test_desk_changes import note, wire

from archived import walk
from feedsvc.stores import schema
from feedsvc.web import make_app
from feedsvc.web.static_site.inventory import addresses
from newsroom import MAIN, Newsroom
from webserver import serving

DATED = "date: 2026-10-30 09:00 +00:00"
FERRY, FARE = "The ferry leaves at nine.", "The fare is two pounds."
WORLD = "/feeds/world/corrections"


@pytest.fixture
def room(newsroom: Newsroom, store_url: str) -> Newsroom:
    """A newsroom with three articles, in a store of each kind."""
    newsroom.environ["FEEDSVC_STORE_URL"] = store_url
    publish_three(newsroom)
    return newsroom


def publish_three(room: Newsroom) -> None:
    room.file("world/ferry.md", note("Ferry sails", body="It leaves at ten."))
    room.file("world/fare.md", note("Fares rise", body="To three pounds."))
    room.file("science/fog.md", note("Fog lifts"))
    room.publish()


def correct(room: Newsroom, name: str, title: str, words: str, *, body: str, more: str = "") -> datetime:
    """Correct an article, and return when that was."""
    when = room.now
    room.file(f"world/{name}.md", note(title, rest=f"{DATED}\ncorrection: {words}{more}", body=body))
    room.publish()
    return when


def items(room: Newsroom, path: str = WORLD) -> list[dict[str, str]]:
    return json.loads(room.feed(f"{path}.json"))["items"]


def seen(room: Newsroom, path: str = WORLD) -> dict[str, list[str]]:
    """Return, by format, the titles that subscribers see, in their order."""
    found = {"json": [item["title"] for item in items(room, path)]}
    for form in ("rss", "atom"):
        found[form] = [each.title for each in feedparser.parse(room.feed(f"{path}.{form}")).entries]
    return found


def everywhere(*titles: str) -> dict[str, list[str]]:
    return {form: list(titles) for form in ("rss", "atom", "json")}


def paths(room: Newsroom) -> list[str]:
    return [each.path for each in room.store.listings() if "/corrections." in each.path]


def test_there_is_none_before_something_was_corrected_and_then_one_of_its_category_and_of_all(room):
    room.file("world/fare.md", note("Fares rise", body="To four pounds."))
    room.publish()
    assert paths(room) == []

    correct(room, "ferry", "Ferry sails", FERRY, body="It leaves at nine.")

    forms = ("rss", "atom", "json")
    assert paths(room) == [f"/feeds/{each}/corrections.{form}" for each in ("all", "world") for form in forms]
    assert seen(room) == seen(room, "/feeds/all/corrections") == everywhere("Ferry sails")
    assert "corrections" not in room.feed("/feeds.opml").decode()


def test_a_correction_stands_under_the_id_of_its_article_with_the_time_and_the_note_of_the_correction(room):
    when = correct(room, "ferry", "Ferry sails", FERRY, body="It leaves at nine.")
    room.file("world/ferry.md", note("Ferry sails", rest=f"{DATED}\ncorrection: {FERRY}", body="At nine, or so."))
    room.publish()

    (item,) = items(room)
    main = next(each for each in items(room, "/feeds/world") if each["title"] == "Ferry sails")
    assert item["id"] == main["id"]
    assert datetime.fromisoformat(item["date_modified"]) == when < datetime.fromisoformat(main["date_modified"])
    assert item["content_html"].startswith(f'<p lang="en">Correction: {FERRY}</p>')
    assert "At nine, or so." in item["content_html"]


def test_the_last_correction_is_the_first(room):
    correct(room, "ferry", "Ferry sails", FERRY, body="It leaves at nine.")
    correct(room, "fare", "Fares rise", FARE, body="To two pounds.")
    assert seen(room) == everywhere("Fares rise", "Ferry sails")

    correct(room, "ferry", "Ferry sails", "The ferry leaves from pier two.", body="It leaves at nine.")

    assert seen(room) == everywhere("Ferry sails", "Fares rise")


def test_a_correction_stays_when_another_note_takes_its_place_elsewhere(room):
    for mark in ("", "CORRECTED-Ketch sails\n(Corrects the hour)", "UPDATE 2-Ketch sails\n(Adds the captain's words)"):
        room.file("world/ketch.txt", wire("" if mark else "Ketch sails", mark=mark, body=f"They came at {len(mark)}."))
        room.publish()

    assert items(room, "/feeds/world")[0]["content_html"].startswith('<p lang="en">Update: Adds the captain')
    assert items(room)[0]["content_html"].startswith('<p lang="en">Correction: Corrects the hour</p>')


def test_a_minor_correction_is_one(room):
    when = correct(room, "ferry", "Ferry sails", FERRY, body="It leaves at nine.", more="\nminor: true")

    (item,) = items(room)
    assert datetime.fromisoformat(item["date_modified"]) == when


def test_what_is_withdrawn_or_killed_leaves_it_and_comes_back_when_it_does(room):
    correct(room, "ferry", "Ferry sails", FERRY, body="It leaves at nine.")
    correct(room, "fare", "Fares rise", FARE, body="To two pounds.")
    ferry, fare = (each["id"] for each in reversed(items(room)))
    room.file("world/ferry.md", note("Ferry sails", rest="withdrawn: It never sailed."))
    room.file("world/fare.md", "KILL\n")
    room.publish()

    root = etree.fromstring(room.feed(f"{WORLD}.atom"))
    gone = {each.get("ref") for each in root.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")}
    assert (seen(room), gone) == (everywhere(), {ferry, fare})
    assert FARE not in str([room.store.article(fare), room.feed(f"{WORLD}.atom")])

    correct(room, "ferry", "Ferry sails", FERRY, body="It leaves at nine.")
    assert seen(room) == everywhere("Ferry sails")


def test_a_correction_in_two_languages_tells_each_in_its_own(room):
    words = "{ en: 'The ferry leaves at nine.', zh: 渡轮九点开船。 }"
    correct(room, "ferry", "{ en: Ferry sails, zh: 渡轮启航 }", words, body="It leaves at nine.\n\n九点。")

    heads = items(room)[0]["content_html"].split("\n")[:2]
    english, chinese = f'<p lang="en">Correction: {FERRY}</p>', '<p lang="zh">更正：渡轮九点开船。</p>'
    assert heads == [english, chinese]
    assert items(room, "/feeds/world.zh")[0]["content_html"].startswith(chinese)
    assert items(room, "/feeds/world.en")[0]["content_html"].startswith(english)


def test_a_correction_that_is_no_text_is_reported_with_its_line(room):
    room.file("world/ferry.md", note("Ferry sails", rest="correction: [one, two]"))

    (problem,) = room.publish().problems

    assert str(problem) == (
        "world/ferry.md:3: front matter: correction must be a text, "
        "a table by language such as {en: …, zh: …}, true or false"
    )


def test_they_are_answered_for_as_all_feeds_are_and_listed_for_people(room):
    correct(room, "ferry", "Ferry sails", FERRY, body="It leaves at nine.")
    with serving(make_app(room.settings, room.store)) as ask:
        found = ask(f"{WORLD}.atom")
        again = ask(f"{WORLD}.atom", **{"If-None-Match": found.headers["ETag"]})
        zipped = ask(f"{WORLD}.atom", **{"Accept-Encoding": "gzip"})
        missing = ask("/feeds/science/corrections.atom")
        page, front = ask("/feeds/").body.decode(), ask("/categories/world/").body.decode()

    assert (found.status, found.body) == (200, room.feed(f"{WORLD}.atom"))
    assert (again.status, gzip.decompress(zipped.body), missing.status) == (304, found.body, 404)
    assert '<https://quay.example/categories/world/>; rel="alternate"' in found.headers["Link"]
    assert ('href="/feeds/world/corrections.rss"' in page, "corrections" in front) == (True, False)


def test_they_are_built_as_files(room):
    correct(room, "ferry", "Ferry sails", FERRY, body="It leaves at nine.")

    built = {each.path: each.file for each in addresses(room.settings, room.store)}

    assert built[f"{WORLD}.rss"] == f"site{WORLD}.rss"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ar", "تصحيح: "),
        ("de-AT", "Korrektur: "),
        ("es", "Corrección: "),
        ("fr", "Rectificatif\N{NO-BREAK SPACE}: "),
        ("id", "Koreksi: "),
        ("it", "Correzione: "),
        ("ja", "訂正："),
        ("ko", "정정: "),
        ("nl", "Correctie: "),
        ("pt-BR", "Correção: "),
        ("ru", "Исправление: "),
        ("tr", "Düzeltme: "),
        ("zh-Hant", "更正："),
        ("cy", "Correction: "),
    ],
)
def test_a_correction_is_called_so_in_the_language_of_its_note(newsroom, language, told):
    newsroom.configure(newsroom.main.replace('"en", "zh"', f'"en", "{language}"').replace("zh =", f'"{language}" ='))
    (newsroom.folder / "config/categories.toml").write_text('[general]\ntitle = { en = "General" }\n')
    rest = f"language: {language}\n{DATED}\ncorrection: {{ {language}: 1 + 1 = 2 }}"
    newsroom.file("sum.md", note("1 + 1", rest=rest))
    newsroom.publish()

    (item,) = items(newsroom, "/feeds/all/corrections")
    shown = html.fragments_fromstring(item["content_html"])[0]
    assert (shown.tag, shown.get("lang"), shown.text) == ("p", language, f"{told}1 + 1 = 2")


def correct_many(room: Newsroom, numbers: range, *, again: str = "") -> list[str]:
    """Publish as many stories, correct them all in one pass, and return their ids, the last correction first."""
    for number in numbers:
        room.file(f"world/story-{number:04}.md", note(f"Story {number}"))
    room.publish()
    for number in numbers:
        room.file(f"world/story-{number:04}.md", note(f"Story {number}", rest=f"correction: Number {number}{again}."))
    room.publish()
    return [room.store.entry(f"story-{number}").article.id for number in reversed(numbers)]


@pytest.fixture(scope="module")
def great_pass(base: Newsroom) -> list[str]:
    """The ids of what one pass corrected in the newsroom that is to be copied."""
    publish_three(base)
    ids = correct_many(base, range(260))
    base.close()
    return ids


def test_every_correction_of_a_great_pass_is_found_from_the_feed_back_through_its_archive(base, great_pass, copied):
    ids, room = great_pass, copied(base)

    with serving(make_app(room.settings, room.store)) as ask:
        for form in ("rss", "atom", "json"):
            pages = list(walk(ask, f"{WORLD}.{form}"))
            assert [path for path, *_ in pages[1:]] == [f"{WORLD}/archive/{number}.{form}" for number in (2, 1)]
            assert {identity for _, its, _ in pages for identity in its} == set(ids)
        oldest = ask(f"{WORLD}/archive/1.json")
        assert json.loads(oldest.body)["items"][-1]["content_html"].startswith('<p lang="en">Correction: Number ')
        assert ask(f"{WORLD}/archive/3.json").status == ask("/feeds/world.en/corrections/archive/1.json").status == 404
    built = {each.path: each for each in addresses(room.settings, room.store)}
    assert built[f"{WORLD}/archive/2.atom"].file == f"site{WORLD}/archive/2.atom"


def test_a_feed_of_a_few_corrections_keeps_those_that_no_page_has_beyond_its_limit(room):
    room.configure(MAIN + "\n[feeds]\nlimit = 3\n")
    ids = correct_many(room, range(130))

    with serving(make_app(room.settings, room.store)) as ask:
        (_, newest, _), (_, oldest, _) = walk(ask, f"{WORLD}.rss")

    assert (len(newest), len(oldest)) == (30, 100)
    assert {*newest, *oldest} == set(ids)


def test_an_article_that_is_corrected_again_leaves_its_archive_page_and_no_other_moves(base, great_pass, copied):
    ids, room = great_pass, copied(base)
    first = room.store.archive("world", "+corrections", 1)

    room.file("world/story-0050.md", note("Story 50", rest="correction: It was another number."))
    room.publish()

    page = room.store.archive("world", "+corrections", 1)
    moved = room.store.entry("story-50").article.id
    left = [entry.article.id for entry in first.entries if entry.article.id != moved]
    assert [entry.article.id for entry in page.entries] == left
    assert items(room)[0]["id"] == moved
    assert len(items(room)) == 100
    newer = room.store.archive("world", "+corrections", 2).entries
    assert {moved, *left, *(each.article.id for each in newer), *(each["id"] for each in items(room))} == set(ids)


def rows(room: Newsroom) -> list[tuple[object, ...]]:
    with room.store.transaction() as connection:
        placed = connection.execute(schema.placements.select()).all()
        pages = connection.execute(schema.archives.select().with_only_columns(*schema.archives.c[:4])).all()
    return sorted(map(str, (*placed, *pages)))


def test_corrections_of_an_older_release_get_the_same_positions(room):
    correct_many(room, range(120))
    before = rows(room)
    with room.store.transaction() as connection:
        as_before = text(
            "UPDATE placements SET corrected_at = (SELECT its.corrected_at FROM placements AS its "
            "WHERE its.language = '+corrections' AND its.category = placements.category "
            "AND its.article = placements.article) WHERE language = ''"
        )
        connection.execute(as_before)
        connection.execute(text("DELETE FROM placements WHERE language = '+corrections'"))
        connection.execute(text("DELETE FROM archives WHERE language = '+corrections'"))
        connection.execute(text("UPDATE alembic_version SET version_num = '10'"))
        schema.migrate(connection, to=11)
        connection.execute(schema.versions.update().values(version_num=str(schema.SCHEMA_VERSION)))

    assert rows(room) == before
