"""Translations that a site keeps in folders of its languages, or under names that end in them, are one article."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from test_site_languages import speak

from newsroom import Newsroom, said

ENGLISH = "---\ntitle: The ferry sails again\ndate: 2026-10-30\n---\nThe ferry has sailed again, and a keeper sang.\n"
CHINESE = "---\ntitle: 渡轮恢复开航\ndate: 2026-10-30\n---\n海雾已散，渡轮九点离港，守塔人唱起歌来。\n"
GERMAN = "---\ntitle: Die Fähre fährt wieder\ndate: 2026-10-30\n---\nDie Fähre ist wieder da, und der Wärter sang.\n"
DOCS = "docs"  # of Docusaurus; written out, tests/test_docs.py would look for the pages below it
FERRY, DU_LUN = "The ferry sails again", "渡轮恢复开航"


def entries(room: Newsroom, feed: str = "all") -> dict[str, str]:
    """Return the titles in a feed by id."""
    return {item["id"]: item["title"] for item in json.loads(room.feed(f"/feeds/{feed}.json"))["items"]}


PLACES = [
    pytest.param("en/ferry.md", "zh/ferry.md", id="folders"),
    pytest.param("en/news/_posts/2026-10-30-ferry.md", "zh_cn/news/_posts/2026-10-30-ferry.md", id="with regions"),
    pytest.param("_posts/en/ferry.md", "_posts/zh_CN/ferry.md", id="folders in a folder"),
    pytest.param("posts/ferry.md", "zh/posts/ferry.md", id="a folder of the translation"),
    pytest.param("posts/ferry.md", "posts/zh/ferry.md", id="a folder below"),
    pytest.param("posts/ferry.md", "cn/posts/ferry.md", id="a country for a language"),
    pytest.param("english/ferry.md", "中文/ferry.md", id="names of languages"),
    pytest.param("posts/ferry/index.md", "zh/posts/ferry/index.md", id="a folder an article"),
    pytest.param("posts/ferry/index.md", "zh/posts/ferry.md", id="a folder an article in one language"),
    pytest.param("ferry.md", "ferry-zh.md", id="the end of a name"),
    pytest.param("ferry.md", "ferry_zh_CN.md", id="the end of a name with a region"),
    pytest.param("ferry-en.md", "ferry-zh.md", id="ends of both names"),
    pytest.param("ferry-en.md", "ferry.md", id="the end of the original's name"),
    pytest.param("blog/ferry.md", "i18n/zh-Hans/docusaurus-plugin-content-blog/ferry.md", id="a blog of Docusaurus"),
    pytest.param(
        f"site/{DOCS}/ferry.md",
        f"site/i18n/zh/docusaurus-plugin-content-{DOCS}/current/ferry.md",
        id="pages of Docusaurus",
    ),
    pytest.param(
        f"versioned_{DOCS}/version-2/ferry.md",
        f"i18n/zh/docusaurus-plugin-content-{DOCS}/version-2/ferry.md",
        id="an older version of pages",
    ),
]


@pytest.mark.parametrize(("english", "chinese"), PLACES)
def test_documents_whose_paths_differ_in_a_language_are_one_article(newsroom, english, chinese):
    newsroom.file(english, ENGLISH)
    newsroom.file(chinese, CHINESE)

    newsroom.publish()

    assert list(entries(newsroom).values()) == [f"{FERRY} / {DU_LUN}"]
    assert said(newsroom) == []


@pytest.mark.parametrize(("english", "chinese"), PLACES[:1] + PLACES[3:4] + PLACES[9:10] + PLACES[13:14])
def test_the_id_does_not_tell_which_translation_came_first(tmp_path, english, chinese):
    texts = {english: ENGLISH, chinese: CHINESE}
    ids = []
    for first in texts:
        folder = tmp_path / str(len(ids))
        folder.mkdir()
        with closing(Newsroom(folder)) as room:
            for path in sorted(texts, key=lambda path: path != first):
                room.file(path, texts[path])
                room.publish()
            ids += entries(room)

    assert ids == [ids[0]] * 2


@pytest.mark.parametrize(
    ("one", "other", "languages"),
    [
        pytest.param(("ferry.md", ENGLISH), ("ferry.txt", CHINESE), ("en", "zh"), id="no language in a name"),
        pytest.param(("world/ferry.md", ENGLISH), ("sport/ferry.md", CHINESE), ("en", "zh"), id="other folders"),
        pytest.param(("it/ferry.md", ENGLISH), ("ferry.md", CHINESE), ("en", "zh", "it"), id="a folder of a subject"),
        pytest.param(("make-it.md", ENGLISH), ("make.md", CHINESE), ("en", "zh", "it"), id="a word at the end"),
        pytest.param(("zh/ferry.md", ENGLISH), ("ferry.md", CHINESE), ("en", "zh"), id="a folder of another language"),
        pytest.param(("de/ferry.md", GERMAN), ("fr/ferry.md", CHINESE), ("de", "zh"), id="a language of no site"),
    ],
)
def test_other_documents_stay_apart(newsroom, one, other, languages):
    speak(newsroom, *languages)
    for path, content in (one, other):
        newsroom.file(path, content)

    newsroom.publish()

    assert len(entries(newsroom)) == 2
    assert said(newsroom) == []


def test_a_third_language_joins_and_a_second_document_in_one_language_is_told(newsroom):
    speak(newsroom, "en", "zh", "de")
    newsroom.file("en/ferry.md", ENGLISH)
    newsroom.file("zh_CN/ferry.md", CHINESE)
    newsroom.publish()
    newsroom.file("de/ferry.md", GERMAN)
    newsroom.file("zh_TW/ferry.md", CHINESE.replace("渡轮", "渡船"))
    newsroom.publish()

    assert sorted(entries(newsroom).values()) == [f"{FERRY} / {DU_LUN} / Die Fähre fährt wieder", "渡船恢复开航"]
    why = "although only a language tells their paths apart: both are in 'zh'"
    assert said(newsroom) == [f"note: zh_TW/ferry.md: is no translation of en/ferry.md, {why}"]


def test_documents_published_apart_stay_apart(newsroom):
    newsroom.file("en/ferry.md", ENGLISH)
    newsroom.file("zh/ferry.md", ENGLISH.replace("sails", "sailed").replace("title:", "language: en\ntitle:"))
    newsroom.publish()
    before = entries(newsroom)
    newsroom.file("zh/ferry.md", CHINESE.replace("title:", "language: zh\ntitle: "))
    newsroom.publish()

    assert len(before) == 2
    assert entries(newsroom).keys() == before.keys()


def test_a_translation_that_goes_leaves_the_article_and_comes_back_to_it(newsroom):
    newsroom.file("en/ferry.md", ENGLISH)
    newsroom.file("zh/ferry.md", CHINESE)
    newsroom.publish()
    before = entries(newsroom)
    (newsroom.folder / "articles" / "zh" / "ferry.md").unlink()
    newsroom.publish()
    alone = entries(newsroom)
    newsroom.file("zh/ferry.md", CHINESE)
    newsroom.publish()

    assert alone == dict.fromkeys(before, FERRY)
    assert entries(newsroom) == before


def test_translations_that_move_stay_one_article_and_a_third_finds_it(newsroom):
    speak(newsroom, "en", "zh", "de")
    newsroom.file("en/ferry.md", ENGLISH)
    newsroom.file("zh/ferry.md", CHINESE)
    newsroom.publish()
    before = entries(newsroom)
    for language in ("en", "zh"):
        folder = newsroom.folder / "articles" / language
        (folder / "world").mkdir()
        (folder / "ferry.md").rename(folder / "world" / "ferry.md")
    newsroom.publish()
    newsroom.file("de/world/ferry.md", GERMAN)
    newsroom.file("de/ferry.md", GERMAN.replace("Fähre", "Barke"))
    newsroom.publish()

    assert sorted(entries(newsroom).values()) == [
        "Die Barke fährt wieder",
        f"{FERRY} / {DU_LUN} / Die Fähre fährt wieder",
    ]
    assert before.keys() <= entries(newsroom).keys()


def test_a_translation_of_a_killed_story_stays_out(newsroom):
    newsroom.file("en/ferry.md", ENGLISH)
    newsroom.publish()
    newsroom.file("en/ferry.md", ENGLISH.replace("title:", "kill: true\ntitle:"))
    newsroom.publish()
    newsroom.file("zh/ferry.md", CHINESE)
    newsroom.publish()

    assert list(entries(newsroom).values()) == ["Withdrawn"]


NUMBERED = ("harbour/1-ferry.md", "river/1-ferry.md")
TRANSLATED = "i18n/zh/docusaurus-plugin-content-docs/current"


def test_an_id_that_is_the_name_of_a_numbered_page_is_one_in_its_folder(newsroom):
    for number, path in enumerate(NUMBERED, 1):
        for content, place in ((ENGLISH, f"{DOCS}/{path}"), (CHINESE, f"{TRANSLATED}/{path}")):
            newsroom.file(place, content.replace("title: ", f"id: ferry\ntitle: {number} "))
    newsroom.publish()

    assert sorted(entries(newsroom).values()) == [f"1 {FERRY} / 1 {DU_LUN}", f"2 {FERRY} / 2 {DU_LUN}"]
    assert said(newsroom) == []


@pytest.mark.parametrize(
    ("path", "languages", "feed"),
    [
        pytest.param("es/pago.md", ("en", "es"), "all.es", id="a folder"),
        pytest.param("pago-es.md", ("en", "es"), "all.es", id="the end of a name"),
        pytest.param("zh/pago.md", ("en", "zh"), "all.zh", id="a folder of another script"),
    ],
)
def test_copy_too_short_to_tell_its_language_is_in_that_of_its_place(newsroom, path, languages, feed):
    speak(newsroom, *languages)
    newsroom.file(path, "---\ntitle: Sardina\ndate: 2026-10-30\n---\n```\nsardina --puerto lisboa\n```\n")

    newsroom.publish()

    assert list(entries(newsroom, feed).values()) == ["Sardina"]
    assert said(newsroom) == []


def test_a_title_in_the_script_of_its_place_outweighs_lists_in_another(newsroom):
    names = "".join(f"- support for the tide of the {name} harbour is in the list\n" for name in "ABCDEFGH")
    newsroom.file("blog/ferry.md", f"---\ntitle: Sardina v1.4 is out\ndate: 2026-10-30\n---\n{names}")
    newsroom.file("zh/blog/ferry.md", f"---\ntitle: Sardina v1.4 发布\ndate: 2026-10-30\n---\n渡轮来了。\n\n{names}")

    newsroom.publish()

    assert list(entries(newsroom).values()) == ["Sardina v1.4 is out / Sardina v1.4 发布"]
    assert said(newsroom) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("translationKey: gulls\nlanguage: en", "translationKey: gulls\nlanguage: zh", id="of Hugo"),
        pytest.param("ref: gulls\nlang: English", "ref: gulls\nlang: 中文", id="of Jekyll"),
        pytest.param("page_id: gulls\nlang: en_US.UTF-8", "page_id: gulls\nlang: [cn]", id="of Polyglot"),
    ],
)
def test_documents_with_one_key_in_two_languages_are_one_article(newsroom, one, other):
    newsroom.file("world/ferry.md", ENGLISH.replace("title:", f"{one}\ntitle:"))
    newsroom.file("sport/du-lun.md", CHINESE.replace("title:", f"{other}\ntitle:"))
    newsroom.file("sport/more.md", CHINESE.replace("title: ", f"{other}\ntitle: 又"))

    newsroom.publish()

    assert sorted(entries(newsroom).values()) == [f"{FERRY} / {DU_LUN}", f"又{DU_LUN}"]
    assert said(newsroom) == []


def test_a_key_of_documents_that_say_no_language_is_about_something_else(newsroom):
    newsroom.file("world/ferry.md", ENGLISH.replace("title:", "ref: 7\ntitle:"))
    newsroom.file("sport/du-lun.md", CHINESE.replace("title:", "ref: 7\ntitle:"))

    newsroom.publish()

    assert len(entries(newsroom)) == 2


def test_a_source_may_keep_apart_what_its_desks_file_under_the_same_names(newsroom):
    newsroom.configure(newsroom.main + 'translations_by = "key"\n')
    for language, content in (("en", ENGLISH), ("zh", CHINESE)):
        newsroom.file(f"{language}/weekly.md", content)
        newsroom.file(f"{language}/keyed.md", content.replace("title: ", f"ref: 7\nlang: {language}\ntitle: 7 "))

    newsroom.publish()

    assert sorted(entries(newsroom).values()) == [f"7 {FERRY} / 7 {DU_LUN}", FERRY, DU_LUN]
    assert said(newsroom) == []
