"""The languages of a site change, and what was published keeps its own: in its feeds, under its ids."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

import lxml.html
import pytest

from feedsvc.web import make_app
from newsroom import CATEGORIES, MAIN, Newsroom, said

CHINESE = "港口重开\n\n港湾通讯社青岛10月30日电 海雾已散，渡轮九点离港。\n"
ENGLISH = "Ferry sails\n\nLISBON, Oct. 30 (Quay News) -- The ferry has sailed again, and the keepers sang.\n"
BOTH = (
    "Gulls return\n\n海鸥归来\n\nLISBON, Oct. 29 (Quay News) -- The gulls are back.\n\n海鸥回到了码头，守塔人很高兴。\n"
)
FRENCH = """Le phare chante

LISBONNE, 30 octobre (Quay News) -- Le phare a chanté toute la nuit pour les marins, et les gardiens sont dans la tour.
"""


def speak(room: Newsroom, *languages: str) -> None:
    """Give the site these languages; titles of others would be slips."""
    main = MAIN.replace('languages = ["en", "zh"]', f"languages = {json.dumps(languages)}")
    texts = [main, CATEGORIES]
    for language in {"en", "zh"} - set(languages):
        texts = [re.sub(rf'(?:, )?{language} = "[^"]*"(?:, )?', "", text) for text in texts]
    room.configure(texts[0])
    (room.folder / "config" / "categories.toml").write_text(texts[1], encoding="utf-8")


def titles(room: Newsroom, feed: str) -> dict[str, str]:
    """Return the titles in a feed by id."""
    return {item["id"]: item["title"] for item in json.loads(room.feed(f"/feeds/{feed}.json"))["items"]}


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.file("zh.txt", CHINESE)
    newsroom.file("en.txt", ENGLISH)
    newsroom.file("both.txt", BOTH)
    newsroom.publish()
    return newsroom


POLISH = """Latarnia śpiewa

WARSZAWA, 27 października (PAP) – Latarnia śpiewała całą noc, a latarnicy są na wieży i nie schodzą do portu.
"""


@pytest.mark.parametrize(
    "name", [pytest.param("lighthouse.pl.txt", id="wire copy"), pytest.param("lighthouse.pl.md", id="Markdown")]
)
def test_datelines_are_read_in_the_languages_of_the_site(newsroom, name):
    speak(newsroom, "pl", "en")
    newsroom.file(name, POLISH if name.endswith(".txt") else f"# {POLISH}")

    newsroom.publish()

    (entry,) = json.loads(newsroom.feed("/feeds/all.json"))["items"]
    assert entry["date_published"].startswith("2026-10-27T12:00:00+01:00")
    assert said(newsroom) == []


def test_languages_that_are_added_change_nothing_that_was_published(room):
    before = {feed: titles(room, feed) for feed in ("all", "all.en", "all.zh")}
    dates = {item["id"]: item["date_published"] for item in json.loads(room.feed("/feeds/all.json"))["items"]}

    speak(room, "en", "zh", "fr", "ja")
    edition = room.publish()

    assert {feed: titles(room, feed) for feed in before} == before
    assert {item["id"]: item["date_published"] for item in json.loads(room.feed("/feeds/all.json"))["items"]} == dates
    assert (edition.published, edition.revised, edition.removed, said(room)) == (0, 0, 0, [])
    assert (titles(room, "all.fr"), titles(room, "all.ja")) == ({}, {})


def test_a_language_that_is_taken_out_and_put_back_has_its_entries_as_before(room):
    before = {feed: titles(room, feed) for feed in ("all", "all.en", "all.zh")}

    speak(room, "en")
    room.publish()
    without = titles(room, "all")
    speak(room, "en", "zh")
    edition = room.publish()

    assert without.keys() == before["all"].keys()
    assert "港口重开" in without.values()
    assert {feed: titles(room, feed) for feed in before} == before
    assert (edition.published, edition.revised, edition.removed, said(room)) == (0, 0, 0, [])


def test_another_primary_language_changes_no_language(room):
    speak(room, "zh", "en")
    room.publish()

    assert sorted(titles(room, "all.zh").values()) == ["海鸥归来", "港口重开"]
    assert sorted(titles(room, "all.en").values()) == ["Ferry sails", "Gulls return"]


def test_a_published_headline_that_is_edited_keeps_its_language(room):
    speak(room, "en", "zh", "fr", "ja")
    room.publish()
    room.file("zh.txt", CHINESE.replace("港口重开", "港口开放"))
    room.publish()

    assert "港口开放" in titles(room, "all.zh").values()


def test_copy_that_came_before_its_language_is_published_once_that_is_the_sites(room):
    room.file("le-pont.md", "---\ntitle: Le pont\nlanguage: fr\ndate: 2026-10-30\n---\nOuvert.\n")
    room.file("quai.fr.md", "---\ntitle: Le quai\ndate: 2026-10-30\n---\nOuvert.\n")
    room.file("quai.en.md", "---\ntitle: The quay\ndate: 2026-10-30\n---\nOpen.\n")
    room.publish()
    before, problems = titles(room, "all"), said(room)
    speak(room, "en", "zh", "fr")
    room.publish()

    assert "Le quai" not in before.values()
    assert [each.split(":")[1] for each in problems] == [" le-pont.md", " quai.fr.md"]
    assert "language 'fr', by its file's name, is not one of the site's: en, zh" in problems[1]
    assert sorted(titles(room, "all.fr").values()) == ["Le pont", "Le quai"]
    assert before.items() <= titles(room, "all").items() | {
        (key, title) for key, title in before.items() if titles(room, "all")[key] == f"{title} / Le quai"
    }


@pytest.mark.parametrize(
    ("name", "content", "languages", "message"),
    [
        pytest.param("a.ar.md", "---\ntitle: Ferry\n---\nText.\n", ("en", "zh"), "'ar', by its file's name", id="name"),
        pytest.param(
            "c.zh.md", "---\ntitle: 渡轮\n---\n停航。\n", ("en", "zh-CN", "zh-TW"), "'zh', by its", id="variant"
        ),
        pytest.param("a.txt", "Паром\n\nПаром снова ходит.\n", ("en", "zh"), "is written in Cyrillic", id="script"),
        pytest.param("a.md", "# Ferry 7\n\nПаром снова ходит.\n", ("en", "zh"), "is written in Cyrillic", id="body"),
        pytest.param(
            "a.md", "# 橋が開いた\n\nOpen.\n\n大阪の橋。\n", ("en", "zh"), "is written in kana", id="headline"
        ),
    ],
)
def test_copy_in_a_language_that_the_site_has_not_is_rejected(newsroom, name, content, languages, message):
    speak(newsroom, *languages)
    newsroom.file(name, content)

    newsroom.publish()

    assert titles(newsroom, "all") == {}
    assert [(each.severity, message in each.message) for each in newsroom.store.edition().problems] == [
        ("rejected", True)
    ]


@pytest.mark.parametrize(
    ("content", "languages", "feed"),
    [
        pytest.param(FRENCH, ("en", "zh", "fr", "ja"), "all.fr", id="French by its words"),
        pytest.param(ENGLISH, ("fr", "en"), "all.en", id="English by its words"),
        pytest.param("橋が開いた\n\n大阪の橋。\n", ("en", "zh", "ja"), "all.ja", id="Japanese by its kana"),
        pytest.param(
            "港口重开\n\n海雾已散，渡轮九点离港，乘客排起长队，灯塔照常点亮。\n",
            ("en", "zh", "ja"),
            "all.zh",
            id="no kana",
        ),
        pytest.param("码头重开\n\n渡轮离港了。\n", ("en", "zh-CN", "zh-TW"), "all.zh-CN", id="simplified characters"),
        pytest.param("碼頭重開\n\n渡輪離港了。\n", ("en", "zh-CN", "zh-TW"), "all.zh-TW", id="traditional characters"),
        pytest.param(
            "Harbour Weekly 23\n\n海雾已散。渡轮九点离港，乘客排起长队。灯塔照常点亮，守塔人说，海鸥也回来了。\n",
            ("en", "zh"),
            "all.zh",
            id="a title of names",
        ),
        pytest.param("Паром показали в Instagram\n\nПаром.\n", ("ru", "en"), "all.ru", id="a Latin name in Russian"),
        pytest.param(
            "El grupo de la isla se ha ido\n\nEl grupo de la isla se ha ido de la torre a la que se sube por la noche, "
            "para que se vea de la costa a la isla la luz que se ha de ver de noche, que no se apaga.\n",
            ("en", "es", "pt"),
            "all.es",
            id="words of Spanish that Portuguese has too",
        ),
        pytest.param(
            "CAMBIO\n\nMadrid, 23 ene (EFE).- Yenes 97,300\n",
            ("en", "es"),
            "all.es",
            id="a Spanish dateline",
        ),
        pytest.param("배가 떠났다 Harbour\n\n부산.\n", ("ko", "en"), "all.ko", id="a Latin name in Korean"),
        pytest.param("フェリー Harbour Line\n\n出港。\n", ("ja", "en"), "all.ja", id="a Latin name in Japanese"),
    ],
)
def test_copy_that_declares_no_language_is_in_the_one_that_its_letters_and_words_tell(
    newsroom, content, languages, feed
):
    speak(newsroom, *languages)
    newsroom.file("a.txt", content)

    newsroom.publish()

    assert list(titles(newsroom, feed).values()) == [content.split("\n")[0]]
    assert said(newsroom) == []


FOG = "海雾已散。渡轮九点离港，乘客排起长队。灯塔照常点亮，守塔人说，海鸥也回来了。"
QUOTED = "> The gulls of the harbour have returned, and they are as loud as ever.\n\n"
COMMANDS = "lighthouse --lamp on --colour white --height 40 --harbour lisbon --keeper amaro\n"


@pytest.mark.parametrize(
    ("title", "body", "languages", "feed"),
    [
        pytest.param("Harbour Weekly 23", f"{QUOTED}{FOG}", ("en", "zh"), "all.zh", id="an English quotation"),
        pytest.param("Lighthouse", f"```\n{COMMANDS * 20}```\n\n{FOG}", ("en", "zh"), "all.zh", id="much code"),
        pytest.param("Lighthouse", f"{COMMANDS * 3}\n{FOG}", ("en", "zh"), "all.zh", id="commands without a fence"),
        pytest.param("Lighthouse", f"{COMMANDS * 3}\n灯塔亮了。", ("en", "zh"), "all.en", id="few words of Chinese"),
        pytest.param("Ferry 7", FOG, ("en", "es", "zh"), "all.zh", id="two Latin languages"),
        pytest.param("2026 / 7", FOG, ("en", "zh"), "all.zh", id="a title of figures"),
        pytest.param("Notes on the Harbour: 港口", QUOTED[2:] * 3, ("zh", "en"), "all.en", id="a mixed title"),
        pytest.param("港口", QUOTED[2:], ("en", "zh"), "all.zh", id="a Chinese title"),
        pytest.param("Ferry 7", f"{QUOTED[2:]}{FOG[:19]}", ("en", "zh"), "all.en", id="half and half"),
    ],
)
def test_a_title_in_latin_letters_is_in_the_language_of_its_body(newsroom, title, body, languages, feed):
    speak(newsroom, *languages)
    newsroom.file("a.md", f"---\ntitle: '{title}'\n---\n{body}\n")

    newsroom.publish()

    assert list(titles(newsroom, feed).values()) == [title]


@pytest.mark.parametrize(
    ("content", "languages", "message"),
    [
        pytest.param("Pont\n\nPorto.\n", ("en", "fr"), "nothing tells that it is in 'en'", id="two Latin languages"),
        pytest.param("東京大雪\n\n東京。\n", ("zh", "ja"), "nothing tells that it is in 'zh'", id="Han alone"),
        pytest.param(
            FRENCH,
            ("en", "zh"),
            "reads as 'fr', which the site does not have, and is published in 'en'",
            id="French of a site in English",
        ),
    ],
)
def test_copy_whose_language_is_not_certain_is_told(newsroom, content, languages, message):
    speak(newsroom, *languages)
    newsroom.file("a.txt", content)

    newsroom.publish()

    assert [(each.severity, message in each.message) for each in newsroom.store.edition().problems] == [("note", True)]


PAIR = {
    "bridge.en.md": "---\ntitle: The bridge is open\ndate: 2026-10-30\n---\nThe bridge is open again.\n",
    "bridge.fr.md": "---\ntitle: Le pont est ouvert\nlanguage: en\ndate: 2026-10-29\n---\nLe pont est ouvert.\n",
}


@pytest.fixture
def parted(newsroom: Newsroom) -> Newsroom:
    """Return a newsroom whose two files of one stem were published apart, and whose site speaks French since."""
    for path, content in PAIR.items():
        newsroom.file(path, content)
    newsroom.publish()
    assert sorted(titles(newsroom, "all").values()) == ["Le pont est ouvert", "The bridge is open"]
    speak(newsroom, "en", "zh", "fr")
    newsroom.file("bridge.fr.md", PAIR["bridge.fr.md"].replace("language: en\n", ""))
    return newsroom


def test_files_that_pair_since_a_language_was_added_become_one_article(parted):
    before = {title: identity for identity, title in titles(parted, "all").items()}

    edition = parted.publish()

    both = before["The bridge is open"]
    entries = {
        item["id"]: (item["title"], item["date_published"][:10])
        for item in json.loads(parted.feed("/feeds/all.fr.json"))["items"]
    }
    assert entries == {f"{both}/fr": ("Le pont est ouvert", "2026-10-29")}
    assert titles(parted, "all")[both] == "The bridge is open / Le pont est ouvert"
    assert titles(parted, "all.en")[f"{both}/en"] == "The bridge is open"
    assert (edition.published, edition.removed, said(parted)) == (0, 1, [])


def test_the_article_that_was_published_of_one_of_them_says_where_it_goes_on(parted):
    former = next(identity for identity, title in titles(parted, "all").items() if title == "Le pont est ouvert")

    parted.publish()

    address = "https://quay.example/articles/the-bridge-is-open"
    tombstone = parted.store.tombstone("le-pont-est-ouvert")
    assert (tombstone.id, tombstone.reason) == (former, f"This article goes on as {address}")
    assert titles(parted, "all")[former].startswith("Withdrawn")
    assert address in parted.feed("/feeds/all.json").decode()
    client = make_app(parted.settings, parted.store).test_client()
    page = client.get("/articles/le-pont-est-ouvert", base_url="https://quay.example")
    assert page.status_code == HTTPStatus.GONE
    assert address in {link.get("href") for link in lxml.html.fromstring(page.text).iter("a")}


def test_a_pair_stays_one_article_when_the_language_is_taken_out_again(parted):
    parted.publish()
    joined = titles(parted, "all")
    speak(parted, "en", "zh")
    parted.publish()
    without = [title for title in titles(parted, "all.en").values() if "Withdrawn" not in title]
    speak(parted, "en", "zh", "fr")
    edition = parted.publish()

    assert without == ["The bridge is open"]
    assert titles(parted, "all") == joined
    assert (edition.published, edition.revised, edition.removed, said(parted)) == (0, 0, 0, [])


def test_a_kill_of_the_pair_erases_what_was_published_apart_too(parted):
    parted.publish()
    parted.file("bridge.en.md", "KILL\n\nThe bridge is open\n")
    parted.publish()
    parted.close()

    database = b"".join(path.read_bytes() for path in (parted.folder / "var").glob("feedsvc.db*"))
    assert b"Le pont est ouvert" not in database
    assert not {"bridge", "pont"} & set(" ".join(titles(parted, "all").values()).split())
