"""Sitemaps and robots.txt over a real store: what engines are told of, in which form, and when it is taken back."""

from __future__ import annotations

import gzip
from dataclasses import replace
from urllib.robotparser import RobotFileParser

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from feedsvc.model.errors import SettingsError
from feedsvc.web import make_app
from feedsvc.web.pages.sitemaps import articles_of_a_file, news_language
from newsroom import MAIN, Newsroom

SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}
HOME = "https://quay.example"
OLD, NEW = "/sitemaps/articles-1.xml", "/sitemaps/news.xml"
PAGES = ("/articles/tide-turns", "/")


def story(title: str, *rest: str, date: str = "2026-10-31 17:00 +08:00", body: str = "Text.") -> str:
    return "\n".join(["---", f"title: {title}", f"date: {date}", *rest, "---", "", body, ""])


def client(room: Newsroom) -> FlaskClient:
    room.publish()
    return make_app(room.settings, room.store).test_client()


def read(asked: FlaskClient, path: str) -> etree._Element:
    answer = asked.get(path)
    assert (answer.status_code, answer.content_type) == (200, "application/xml; charset=utf-8")
    return etree.fromstring(answer.data)


def texts(of: etree._Element, path: str) -> list[str]:
    return [str(found.text) for found in of.iterfind(path, SPACES)]


def test_news_has_an_address_for_each_language_of_an_article(newsroom):
    newsroom.file("world/tide.md", story("{ en: Tide turns, zh: 潮水转向 }"))

    found = read(client(newsroom), NEW)

    assert [
        (url.findtext("s:loc", None, SPACES), *(part.text for part in url.iterfind(".//n:news//*", SPACES)))
        for url in found
    ] == [
        (f"{HOME}/en/articles/tide-turns", None, "Quay News", "en", "2026-10-31T09:00:00+00:00", "Tide turns"),
        (f"{HOME}/zh/articles/tide-turns", None, "码头新闻", "zh-cn", "2026-10-31T09:00:00+00:00", "潮水转向"),
    ]
    assert [
        [(link.get("hreflang"), link.get("href")) for link in url.iterfind("x:link", SPACES)] for url in found
    ] == 2 * [
        [
            ("en", f"{HOME}/en/articles/tide-turns"),
            ("zh", f"{HOME}/zh/articles/tide-turns"),
            ("x-default", f"{HOME}/articles/tide-turns"),
        ]
    ]


def test_news_is_of_two_days_and_the_other_sitemap_of_all(newsroom):
    newsroom.file("world/old.md", story("Old", date="2026-10-30 19:59 +08:00"))
    newsroom.file("world/new.md", story("New", date="2026-10-30 20:01 +08:00"))
    newsroom.file("world/elsewhere.md", story("Elsewhere", "canonical_url: https://other.example/story"))

    asked = client(newsroom)

    assert texts(read(asked, NEW), "s:url/s:loc") == [f"{HOME}/en/articles/new"]
    assert texts(read(asked, OLD), "s:url/s:loc") == [f"{HOME}/en/articles/{name}" for name in ("old", "new")]


def test_a_site_in_one_language_lists_its_only_pages(newsroom):
    newsroom.configure(MAIN.replace('["en", "zh"]', '["en"]').replace(', zh = "码头新闻"', ""))
    (newsroom.folder / "config/categories.toml").write_text('[world]\ntitle = "World"\n[general]\ntitle = "General"\n')
    newsroom.file("world/tide.md", story("Tide turns", date="2026-10-31"))

    asked = client(newsroom)

    for path in (OLD, NEW):
        found = read(asked, path)
        assert texts(found, "s:url/s:loc") == [f"{HOME}/articles/tide-turns"]
        assert found.findall(".//x:link", SPACES) == []
    assert texts(found, "s:url/n:news/n:publication_date") == ["2026-10-31"]


def test_the_index_dates_each_file_by_the_last_change_of_its_articles(newsroom, monkeypatch):
    monkeypatch.setattr("feedsvc.web.pages.sitemaps.MOST_ARTICLES", 100)
    for number in range(100):
        newsroom.file(f"world/{number}.md", story(f"Story {number}"))
    newsroom.publish()
    newsroom.file("world/last.md", story("Last"))
    newsroom.publish()
    newsroom.file("world/last.md", story("Last", "take: correction", body="Another text."))

    asked = client(newsroom)

    found = read(asked, "/sitemap.xml")
    assert texts(found, "s:sitemap/s:loc") == [f"{HOME}{path}" for path in (NEW, OLD, "/sitemaps/articles-2.xml")]
    first, second = texts(found, "s:sitemap/s:lastmod")
    assert (first, second) == ("2026-11-01T12:00:00+00:00", "2026-11-01T14:00:00+00:00")
    assert len(read(asked, OLD)) == 100
    last = read(asked, "/sitemaps/articles-2.xml")
    assert texts(last, "s:url/s:lastmod") == ["2026-11-01T14:00:00+00:00"]
    assert [asked.get(f"/sitemaps/articles-{name}.xml").status_code for name in ("0", "01", "3", "x")] == 4 * [404]


def test_a_killed_or_withdrawn_story_leaves_at_once(newsroom):
    for name in ("kept", "taken", "pulled"):
        newsroom.file(f"world/{name}.md", story(name.capitalize()))
    asked = client(newsroom)
    before = [len(read(asked, path)) for path in (NEW, OLD)]
    newsroom.file("world/taken.md", "KILL\n")
    newsroom.file("world/pulled.md", story("Pulled", "withdrawn: It was wrong."))

    after = [texts(read(client(newsroom), path), "s:url/s:loc") for path in (NEW, OLD)]

    assert before == [3, 3]
    assert after == 2 * [[f"{HOME}/en/articles/kept"]]


def test_a_client_that_has_a_sitemap_gets_304_and_others_get_it_compressed(newsroom):
    newsroom.file("world/tide.md", story("Tide turns"))
    asked = client(newsroom)
    for path in ("/sitemap.xml", NEW, OLD):
        whole = asked.get(path, headers={"Accept-Encoding": "identity"})
        coded = asked.get(path, headers={"Accept-Encoding": "gzip"})

        again = asked.get(path, headers={"If-None-Match": whole.headers["ETag"]})

        assert (again.status_code, again.data) == (304, b"")
        assert gzip.decompress(coded.data) == whole.data
        assert whole.headers["Vary"] == "Accept-Encoding"


def test_before_the_first_edition_engines_are_asked_to_come_again(newsroom):
    answer = make_app(newsroom.settings, newsroom.store).test_client().get("/sitemap.xml")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_no_file_has_more_addresses_than_engines_take(newsroom, monkeypatch):
    site = newsroom.settings.site
    for count in range(1, 60):
        each = articles_of_a_file(replace(site, languages=tuple(map(str, range(count)))))
        assert (each % 100, each > 0, each * count <= 50_000) == (0, True, True)
    monkeypatch.setattr("feedsvc.web.pages.sitemaps.MOST_NEWS", 3)
    for minute in range(5):
        newsroom.file(f"world/{minute}.md", story(f"Story {minute}", date=f"2026-10-31 17:0{minute} +08:00"))

    found = read(client(newsroom), NEW)

    assert texts(found, "s:url/s:loc") == [f"{HOME}/en/articles/story-{minute}" for minute in (4, 3, 2)]


@pytest.mark.parametrize(
    ("tag", "name"), [("zh", "zh-cn"), ("zh-Hant", "zh-tw"), ("zh-HK", "zh-tw"), ("pt-BR", "pt"), ("en", "en")]
)
def test_the_news_sitemap_has_names_of_its_own_for_chinese(tag, name):
    assert news_language(tag) == name


def test_crawlers_are_told_where_the_sitemap_is_and_to_leave_searches(newsroom):
    newsroom.environ["FEEDSVC_BASE_URL"] = f"{HOME}/news"
    asked = make_app(newsroom.settings, newsroom.store).test_client()

    rules = RobotFileParser()
    rules.parse(asked.get("/news/robots.txt").text.splitlines())

    assert rules.site_maps() == [f"{HOME}/news/sitemap.xml"]
    assert [rules.can_fetch("any", f"{HOME}/news{path}") for path in ("/", "/search?q=x", "/feeds/all.rss")] == [
        True,
        False,
        True,
    ]


def test_a_newsroom_has_rules_of_its_own_for_crawlers(newsroom):
    rules = "User-agent: Collector\nDisallow: /\n"
    newsroom.configure(MAIN.replace("[[sources]]", f'robots = """\n{rules}"""\n[[sources]]'))

    answer = make_app(newsroom.settings, newsroom.store).test_client().get("/robots.txt")

    assert answer.text == f"{rules}\nSitemap: {HOME}/sitemap.xml\n"
    assert answer.content_type == "text/plain; charset=utf-8"


def test_a_line_that_is_no_rule_for_crawlers_is_a_fault(newsroom):
    newsroom.configure(MAIN.replace("[[sources]]", 'robots = "Keep out"\n[[sources]]'))

    with pytest.raises(SettingsError, match=r"toml:\d+: site.robots: 'Keep out' is no rule; write lines such as"):
        _ = newsroom.settings


def test_the_page_of_an_article_lets_engines_show_its_picture_large(newsroom):
    newsroom.file("world/tide.md", story("Tide turns"))
    asked = client(newsroom)

    told = [html.fromstring(asked.get(path).data).xpath("//meta[@name='robots']/@content") for path in PAGES]

    assert told == [["max-image-preview:large"], []]
