"""See that text from right to left says so, in feeds and on pages."""

from __future__ import annotations

import json

import pytest
from lxml import html

from feedsvc.text.direction import direction, language_attributes
from feedsvc.text.html import safe_html
from feedsvc.web import make_app
from newsroom import MAIN, Newsroom

BASE = "https://quay.example/articles/pier"
STORY = """---
title: {{ {titles} }}
date: 2026-10-30 09:00 +00:00
language: {language}
---

{body}
"""


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.configure(MAIN.replace('languages = ["en", "zh"]', 'languages = ["ar", "en"]').replace("zh =", "ar ="))
    categories = newsroom.folder / "config" / "categories.toml"
    categories.write_text(categories.read_text(encoding="utf-8").replace("zh =", "ar ="), encoding="utf-8")
    body = "أعيد فتح الميناء يوم الجمعة (30 أكتوبر) بعد شتاء طويل، كما قال Ann."
    newsroom.file("pier.md", STORY.format(titles='ar: "فتح الميناء (2026)"', language="ar", body=body))
    newsroom.file("fog.md", STORY.format(titles="en: Fog over the quay", language="en", body="It came at dawn."))
    newsroom.publish()
    return newsroom


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        pytest.param("ar", "rtl", id="Arabic"),
        pytest.param("ar-EG", "rtl", id="with a region"),
        pytest.param("fa", "rtl", id="Persian"),
        pytest.param("he", "rtl", id="Hebrew"),
        pytest.param("ur", "rtl", id="Urdu"),
        pytest.param("dv", "rtl", id="Dhivehi"),
        pytest.param("ur-Latn", "ltr", id="Urdu in Latin letters"),
        pytest.param("az-Arab", "rtl", id="Azerbaijani in Arabic letters"),
        pytest.param("az", "ltr", id="Azerbaijani"),
        pytest.param("pa-PK", "rtl", id="Punjabi of Pakistan"),
        pytest.param("pa", "ltr", id="Punjabi"),
        pytest.param("AR_eg", "rtl", id="written otherwise"),
        pytest.param("zh-Hant", "ltr", id="Chinese"),
        pytest.param("und", "ltr", id="no language"),
    ],
)
def test_a_tag_tells_the_direction(language, expected):
    assert direction(language) == expected


def test_a_direction_is_written_only_where_two_may_meet():
    assert language_attributes("ar") == 'lang="ar" dir="rtl"'
    assert language_attributes("en", beside=("en", "ar")) == 'lang="en" dir="ltr"'
    assert language_attributes("en", beside=("en", "zh")) == 'lang="en"'


@pytest.mark.parametrize(
    ("written", "language", "expected"),
    [
        pytest.param('<p lang="he">א</p>', "en", '<p lang="he" dir="rtl">א</p>', id="a quotation"),
        pytest.param('<p lang="en">a</p>', "ar", '<p lang="en" dir="ltr">a</p>', id="English in Arabic"),
        pytest.param('<p lang="fr">a</p>', "en", '<p lang="fr">a</p>', id="French in English"),
        pytest.param("<pre>a = 1</pre>", "fa", '<pre dir="ltr">a = 1</pre>', id="code"),
        pytest.param("<pre>a = 1</pre>", "en", "<pre>a = 1</pre>", id="code in English"),
        pytest.param('<p lang="ar" dir="ltr">a</p>', "en", '<p lang="ar" dir="ltr">a</p>', id="as the desk says"),
    ],
)
def test_a_stretch_in_a_body_has_its_own_direction(written, language, expected):
    assert sorted_attributes(safe_html(written, base=BASE, language=language)) == sorted_attributes(expected)


def sorted_attributes(written: str) -> list[tuple[str, list[tuple[str, str]], str | None]]:
    return [(part.tag, sorted(part.items()), part.text) for part in html.fragments_fromstring(written)]


def test_each_block_in_a_feed_has_the_direction_of_its_language(room):
    items = json.loads(room.feed("/feeds/all.json"))["items"]

    blocks = {item["title"]: html.fromstring(item["content_html"]).items() for item in items}

    assert blocks == {
        "فتح الميناء (2026)": [("lang", "ar"), ("dir", "rtl")],
        "Fog over the quay": [("lang", "en")],
    }


def test_a_page_and_its_titles_have_the_direction_of_their_language(room):
    client = make_app(room.settings, room.store).test_client()
    article, front = (
        html.fromstring(client.get(path).get_data(as_text=True)) for path in ("/articles/fog-over-the-quay", "/")
    )

    body = article.xpath("//div[@lang='en' and contains(@class, 'body')]")[0]
    titles = front.xpath("//section//h2/a//span | //ul[@class='entries']//h3//span")

    assert (article.get("dir"), body.get("dir")) == ("ltr", "ltr")
    assert front.get("dir") == "rtl"
    assert sorted((title.get("lang"), title.get("dir")) for title in titles) == [("ar", "rtl"), ("en", "ltr")]
