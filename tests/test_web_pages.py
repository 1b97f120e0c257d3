"""Ask for pages, on a real socket, and read them as a browser does."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from fakelibrary import MADE_AT, FakeLibrary, entry, feeds, related, settings, text, timestamp
from feedsvc.articles.related import REASON
from feedsvc.model.article import Media, Version
from feedsvc.model.dates import Dateline, Span
from feedsvc.model.feed import Category, Tombstone
from feedsvc.web import make_app
from feedsvc.web.delivery.feed_cache import REFRESH_S
from feedsvc.web.pages.article_page import are_parallel, place_of
from webserver import serving

EVIL = '<script>alert("1")</script>'
ENTRIES = (
    entry(
        "ships",
        text(en="Ships return", zh="船归来"),
        body=text(en="<p>Words &amp; waves.</p>", zh="<p>海浪。</p>"),
        summary=text(en="They came back.", zh="它们回来了。"),
        related=(
            replace(related("https://wire.example/articles/tides", en="Tides", zh="潮汐"), reason=REASON),
            related("javascript://x/%0aalert(1)", en="Bad"),
        ),
        unresolved=("A story that never came", "没来的故事"),
        media=(
            Media(url="https://img.example/a.jpg", media_type="image/jpeg", alternative=text(en="A ship")),
            Media(url="javascript://x/%0aalert(1)", media_type="image/jpeg"),
        ),
    ),
    entry("tides", text(en="Tides"), published=timestamp(2025, 5, 27, 14, precision="minute")),
    entry("lamps", text(zh="灯"), body=text(zh="<p>灯。</p>"), categories=("sport",)),
    entry("evil", text(en=EVIL), body=text(en="<p>x</p>"), summary=text(en=f'"><b>{EVIL}'), unresolved=(EVIL,)),
)
MANY = tuple(entry(f"many-{number}", text(en=f"Many {number}"), categories=("sport",)) for number in range(60))
PAGES = ["/", "/feeds/", "/categories/world/", "/articles/ships", "/zh/articles/ships", "/articles/ships.json"]


def library(**fields):
    gone = Tombstone(id="tag:x", when=MADE_AT, reason=f"Withdrawn at the author's wish {EVIL}")
    return FakeLibrary(entries=(*ENTRIES, *MANY), feeds=feeds(), tombstones={"gone": gone}, **fields)


@pytest.fixture(scope="module")
def get():
    with serving(make_app(settings(), library())) as ask:
        yield ask


def feeds_announced(page):
    return [
        (link.get("type"), link.get("href"))
        for link in page.xpath("//head/link[@rel='alternate']")
        if link.get("title")
    ]


def hrefs(*names):
    types = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
    paths = [
        path for name in names for path in ([name] if name.endswith(".rss") else [f"{name}.{form}" for form in types])
    ]
    return [(types[path.rpartition(".")[2]], f"https://wire.example/feeds/{path}") for path in paths]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_carries_its_validators_and_how_long_it_may_be_kept(get, path):
    headers = get(path).headers

    assert headers["ETag"].startswith('W/"')
    assert headers["Last-Modified"] == "Wed, 04 Mar 2026 05:06:07 GMT"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Cache-Control"].startswith("public, max-age=300, s-maxage=30")
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_a_client_that_has_the_page_gets_304_without_a_body(get, path):
    first = get(path).headers
    tagged = first["ETag"].replace('"', '"x", "', 1).removesuffix('"') + '-gzip"'

    answers = [get(path, If_None_Match=tagged), get(path, If_Modified_Since=first["Last-Modified"])]

    assert [(answer.status, answer.body) for answer in answers] == [(304, b""), (304, b"")]
    assert [answer.headers["ETag"] for answer in answers] == [first["ETag"]] * 2
    assert [answer.headers["Vary"] for answer in answers] == ["Accept-Encoding"] * 2
    assert [answer.headers["Last-Modified"] for answer in answers] == [first["Last-Modified"]] * 2


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/articles/gone", "/healthz"])
def test_head_equals_get(get, path):
    got, headed = get(path), get(path, "HEAD")

    for answer in (got, headed):
        answer.headers.pop("Date")
    assert headed == replace(got, body=b"")


def test_equal_editions_give_equal_pages(get):
    with serving(make_app(settings(), library())) as other:
        assert [get(path).body for path in PAGES] == [other(path).body for path in PAGES]


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/articles/gone", "/static/site.css"])
def test_nothing_of_others_runs_in_a_page_and_nobody_frames_it(get, path):
    headers = get(path).headers

    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; "
        "media-src 'self' https:; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize(
    ("path", "names"),
    [
        pytest.param("/", ["all", "all.en.rss", "all.zh.rss"], id="front page"),
        pytest.param("/zh/", ["all.zh", "all.rss", "all.en.rss"], id="front page in Chinese"),
        pytest.param("/feeds/", ["all", "all.en.rss", "all.zh.rss"], id="feeds"),
        pytest.param("/categories/world/", ["world", "all"], id="category"),
        pytest.param("/zh/articles/ships", ["world.zh", "all.zh"], id="article in Chinese"),
        pytest.param("/nowhere", ["all", "all.en.rss", "all.zh.rss"], id="error"),
    ],
)
def test_readers_discover_the_feeds_of_the_page_first(get, path, names):
    assert feeds_announced(get(path).page) == hrefs(*names)


def test_a_feed_of_one_language_without_entries_is_not_announced():
    empty = {path: replace(each, entries=0) for path, each in feeds().items()}
    chinese = {path: each for path, each in feeds().items() if ".zh." in path}

    with serving(make_app(settings(), FakeLibrary(feeds={**empty, **chinese}))) as ask:
        announced = feeds_announced(ask("/").page)

    assert announced == hrefs("all", "all.zh.rss")


class MovingLibrary(FakeLibrary):
    """Publish the next edition just after an article is read."""

    def entry(self, slug):
        found = super().entry(slug)
        self.number, self.made_at = self.number + 1, self.made_at + timedelta(days=1)
        return found


@pytest.mark.parametrize("path", ["/articles/ships", "/articles/ships.json"])
def test_a_page_of_one_edition_never_bears_the_date_of_the_next(path):
    moving = MovingLibrary(entries=ENTRIES, feeds=feeds())

    with serving(make_app(settings(), moving)) as ask:
        response = ask(path)

    assert response.headers["Last-Modified"] == "Wed, 04 Mar 2026 05:06:07 GMT"


@pytest.mark.parametrize("path", [*PAGES, "/feeds/all.rss"])
def test_nothing_was_changed_later_than_now(path):
    now = MADE_AT - timedelta(days=2)

    with serving(make_app(settings(), library(), clock=lambda: now)) as ask:
        response = ask(path)

    assert (response.status, response.headers["Last-Modified"]) == (200, "Mon, 02 Mar 2026 05:06:07 GMT")


OURS = ["wire.example", "Wire.Example.:8000", "127.0.0.1:8000", "localhost", "[::1]:80", "news.localhost"]
OTHERS = ["evil.example", "wire.example.evil.example", "a..b", ".x", f"{'a' * 64}.example", "[::1", "x:y", "10.0.0.1"]
NO_NAMES = ("[::1", "x:y")  # what no host can be called
ASKED = ["/", "/categories/world", "/nowhere", "/feeds/all.rss", "/feeds/all.RSS", "/static/site.css"]


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("host", OURS)
def test_under_each_name_of_ours_the_answer_is_the_same(get, path, host):
    answers = [get(path), get(path, Host=host)]

    for answer in answers:
        answer.headers.pop("Date")
        answer.headers.pop("Expires", None)  # of the stylesheet, a second later
    assert answers[1] == answers[0]


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("host", OTHERS)
def test_for_a_host_that_is_not_ours_there_is_no_answer(get, path, host):
    response = get(path, Host=host)

    assert (response.status, response.headers["Cache-Control"]) == (400 if host in NO_NAMES else 421, "no-store")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_load_balancers_may_ask_by_a_number(get, path):
    assert get(path, Host="10.0.0.1:8000").status == 200


@pytest.mark.parametrize(("hosts", "status"), [(("origin.example",), 200), (("*",), 200), (("a.example",), 421)])
def test_other_names_are_answered_for_where_the_configuration_says_so(hosts, status):
    with serving(make_app(replace(settings(), hosts=hosts), library())) as ask:
        assert ask("/feeds/all.rss", Host="origin.example").status == status


@pytest.mark.parametrize(
    ("path", "title", "description", "canonical"),
    [
        pytest.param("/", "Wire / 通讯", "News from nowhere / 乌有乡新闻", "https://wire.example/", id="front page"),
        pytest.param("/?utm=1", "Wire / 通讯", "News from nowhere / 乌有乡新闻", "https://wire.example/", id="noise"),
        pytest.param(
            "/en/categories/world/",
            "World – Wire",
            "All over",
            "https://wire.example/en/categories/world/",
            id="category in English",
        ),
        pytest.param(
            "/categories/sport/page/2/",
            "Sport / 体育 – Wire / 通讯",
            "",
            "https://wire.example/categories/sport/page/2/",
            id="second page, no description",
        ),
        pytest.param(
            "/articles/ships",
            "Ships return / 船归来 – Wire / 通讯",
            "They came back. / 它们回来了。",
            "https://wire.example/articles/ships",
            id="article",
        ),
        pytest.param(
            "/zh/articles/ships",
            "船归来 – 通讯",
            "它们回来了。",
            "https://wire.example/zh/articles/ships",
            id="article in Chinese",
        ),
    ],
)
def test_a_head_says_what_the_page_is_and_where(get, path, title, description, canonical):
    page = get(path).page

    assert page.xpath("string(//title)") == title
    assert page.xpath("string(//meta[@name='description']/@content)") == description
    assert page.xpath("//link[@rel='canonical']/@href") == [canonical]


def words(nodes):
    return [" ".join(node.text_content().split()) for node in nodes]


def test_an_article_shows_both_languages_each_marked(get):
    page = get("/articles/ships").page

    assert [(each.get("lang"), each.text) for each in page.xpath("//h1/span")] == [
        ("en", "Ships return"),
        ("zh", "船归来"),
    ]
    assert [(each.get("lang"), *words([each])) for each in page.xpath("//div[@class='body']")] == [
        ("en", "Words & waves."),
        ("zh", "海浪。"),
    ]
    assert words(page.xpath("//p[@class='meta']")) == [
        "26 May 2025, Beijing · Harbour · By Ann Lee",
        "2025年5月26日，Beijing · Harbour · 作者：李安",
    ]


def test_an_article_can_be_shown_in_one_of_its_languages(get):
    page = get("/zh/articles/ships").page

    assert page.get("lang") == "zh"
    assert words(page.xpath("//h1")) == ["船归来"]
    assert words(page.xpath("//div[@class='body']")) == ["海浪。"]


def test_a_date_known_to_the_day_shows_no_time(get):
    times = get("/articles/ships").page.xpath("//p[@class='meta']//time")

    assert [(each.get("datetime"), each.text) for each in times] == [
        ("2025-05-26", "26 May 2025"),
        ("2025-05-26", "2025年5月26日"),
    ]


def test_a_time_without_a_place_shows_its_zone():
    (tides,) = (each for each in ENTRIES if each.article.slug == "tides")
    version = replace(tides.article.versions[0], dateline=None)
    placeless = replace(tides, article=replace(tides.article, versions=(version,)))

    with serving(make_app(settings(), FakeLibrary(entries=(placeless,), feeds=feeds()))) as ask:
        (meta,) = ask("/articles/tides").page.xpath("//p[@class='meta']")

    (time,) = meta.xpath(".//time")
    assert (time.get("datetime"), time.get("title")) == ("2025-05-27T14:00+08:00", "UTC+08:00")
    assert words([meta])[0].startswith("27 May 2025, 2:00 p.m. UTC+08:00")


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        pytest.param("en", "27 May 2025, 2:00 p.m. in Beijing", id="English"),
        pytest.param("zh", "2025年5月27日 14:00，Beijing", id="Chinese"),
    ],
)
def test_a_time_of_a_place_is_written_as_people_write_it(language, shown):
    (ships,) = (each for each in ENTRIES if each.article.slug == "ships")
    at = timestamp(2025, 5, 27, 14, precision="minute")
    versions = tuple(replace(version, published=at, updated=at) for version in ships.article.versions)
    timed = replace(ships, article=replace(ships.article, versions=versions))

    with serving(make_app(settings(), FakeLibrary(entries=(timed,), feeds=feeds()))) as ask:
        page = ask("/").page if language == "en" else ask("/zh/").page

    (meta,) = page.xpath("//section[@aria-labelledby='lead']//p[@class='meta']/span[1]")
    assert (meta.xpath(".//time/@title"), words([meta])) == (["UTC+08:00"], [shown])


def test_a_date_of_low_confidence_is_no_matter_for_readers(get):
    assert b"confidence" not in get("/articles/ships").body + get("/articles/ships.json").body


def page_links(nodes):
    return [href for node in nodes for href in node.xpath(".//a/@href")]


def test_related_links_lead_somewhere_and_the_unresolved_stay_as_text(get):
    items = get("/articles/ships").page.xpath("//section[@class='related']//li")

    assert words(items) == [
        "Tides / 潮汐",
        "Bad",
        "A story that never came",
        "没来的故事",
    ]
    assert page_links(items) == ["https://wire.example/articles/tides"]


def test_an_image_stands_beside_the_body_with_its_alternative_text(get):
    images = get("/articles/ships").page.xpath("//img")

    assert [(each.get("src"), each.get("alt")) for each in images] == [("https://img.example/a.jpg", "A ship")]


def test_a_title_cannot_put_markup_into_a_page(get):
    pages = [
        get(path).page
        for path in ("/", "/categories/world/", "/articles/evil", "/articles/gone", "/articles/%3Cscript%3E")
    ]

    running = "//script[not(@src) and not(@type='application/ld+json')] | //b"
    assert [page.xpath(running) for page in pages] == [[]] * 5
    assert json.loads(pages[2].xpath("//script/text()")[0])["headline"] == EVIL
    assert words(pages[2].xpath("//h1")) == [EVIL]


@pytest.mark.parametrize("path", ["/", "/feeds/", "/categories/world/", "/articles/ships", "/articles/gone"])
def test_every_chinese_word_stands_below_a_chinese_lang(get, path):
    body = get(path).page.xpath("//body")[0]
    marked = [
        node.xpath("ancestor-or-self::*[@lang][1]/@lang")[-1]
        for node in body.iter()
        if isinstance(node.tag, str) and any("\u4e00" <= character <= "\u9fff" for character in node.text or "")
    ]

    assert set(marked) == {"zh"}


def test_the_front_page_lists_categories_and_the_latest_articles(get):
    page = get("/").page

    sections = ["/categories/world/", "/categories/sport/"]
    assert page.xpath("//ul[@class='categories']/li/a/@href") == sections
    assert page.xpath("//header//nav[@class='sections']//a/@href") == sections
    assert page.xpath("//h2[@id='lead']/a/@href") == ["/articles/ships"]
    assert len(page.xpath("//ul[@class='entries']/li")) == 19
    assert page.xpath("//ul[@class='entries']/li//h3/a/@href")[0] == "/articles/tides"


def test_the_front_page_turns_and_only_its_first_page_has_a_lead(get):
    pages = [get(path).page for path in ("/", "/page/2/", "/page/4/")]

    assert [page.xpath("//nav[@class='pages']/a/@href") for page in pages] == [
        ["/page/2/"],
        ["/", "/page/3/"],
        ["/page/3/"],
    ]
    assert [len(page.xpath("//h2[@id='lead']")) for page in pages] == [1, 0, 0]
    assert [len(page.xpath("//ul[@class='entries']/li")) for page in pages] == [19, 20, 4]
    assert get("/page/5/").status == 404


def test_a_header_has_a_dozen_sections_and_leads_to_the_rest():
    many = tuple(Category(slug=f"c{number}", title=text(en=f"C{number}"), description=text()) for number in range(14))

    with serving(make_app(replace(settings(), categories=many), library())) as ask:
        links = ask("/feeds/").page.xpath("//nav[@class='sections']//a/@href")

    assert links == [*(f"/categories/c{number}/" for number in range(12)), "/#categories"]


def test_the_feeds_page_links_every_feed(get):
    page = get("/feeds/").page

    lists = {"/feeds.en.opml", "/feeds.zh.opml"}
    expected = {*feeds(), *lists, "/", "/categories/world/", "/categories/sport/"} - {"/feeds.opml"}
    assert set(page.xpath("//main//a/@href")) == expected


def test_a_category_is_shown_a_bounded_number_a_page(get):
    pages = [get(f"/categories/sport/{page}").page for page in ("", "page/2/", "page/3/")]

    assert [len(page.xpath("//ul[@class='entries']/li")) for page in pages] == [30, 30, 1]
    assert [page.xpath("//nav[@class='pages']/a/@href") for page in pages] == [
        ["/categories/sport/page/2/"],
        ["/categories/sport/", "/categories/sport/page/3/"],
        ["/categories/sport/page/2/"],
    ]


def test_an_archive_page_that_is_not_there_is_no_feed_that_nobody_knows(get):
    said = get("/feeds/sport/archive/1.atom").page.text_content()

    assert "This archive page does not exist." in said


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "99999999999999999999", "１"])
def test_a_page_that_is_not_there_is_404(get, number):
    answer = get(f"/categories/sport/page/{quote(number)}/")

    assert answer.status == 404


def test_a_category_shows_only_articles_of_the_language_asked_for(get):
    page = get("/zh/categories/sport/").page

    assert words(page.xpath("//ul[@class='entries']//h3")) == ["灯"]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/categories/none/", "/articles/none", "/categories/w%00/", "/static/none"]
)
def test_what_is_not_there_is_404_in_plain_html(get, path):
    response = get(path)

    assert (response.status, response.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert words(response.page.xpath("//h1")) == ["Page not found / 找不到网页"]


def test_a_withdrawn_article_is_410_with_its_reason(get):
    response = get("/articles/gone")

    assert response.status == 410
    assert words(response.page.xpath("//h1 | //main//p")) == [
        "No longer available / 已撤回",
        f"Withdrawn at the author's wish {EVIL}",
        "Go to the front page 返回首页",
        "410 Gone",
    ]


def test_an_error_speaks_the_language_asked_for_and_leads_on(get):
    page = get("/zh/articles/none").page

    assert words(page.xpath("//h1 | //main//h2 | //main//p | //main//button")) == [
        "找不到网页",
        "这个地址没有文章。",
        "搜索",
        "栏目",
        "返回首页",
        "404 Not Found",
    ]
    assert page.xpath("//main//form/@action") == ["/search"]
    assert page.xpath("//main//form//input[@type='hidden']/@value") == ["zh"]
    assert "/zh/categories/sport/" in page.xpath("//main//section//a/@href")


def test_an_error_in_all_languages_gives_its_reason_in_each(get):
    page = get("/categories/none/").page

    assert [(each.get("lang"), each.text) for each in page.xpath("//main/div/p[@lang]")] == [
        ("en", "There is no such category."),
        ("zh", "没有这个栏目。"),
    ]


@pytest.mark.parametrize(("slug", "status"), [("gone", 410), ("none", 404)])
def test_programs_are_told_of_errors_in_their_terms(get, slug, status):
    response = get(f"/articles/{slug}.json")

    assert (response.status, json.loads(response.body)["status"]) == (status, status)
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "/feeds/", "/articles/ships", "/articles/ships.json", "/healthz"])
@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS"])
def test_pages_can_only_be_read(get, path, method):
    response = get(path, method)

    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("path", "right"),
    [
        pytest.param("/categories/world", "/categories/world/", id="no slash"),
        pytest.param("/categories/World/page/2/", "/categories/world/page/2/", id="case of a category"),
        pytest.param("/zh", "/zh/", id="no slash after a language"),
        pytest.param("/ZH/articles/Ships", "/zh/articles/ships", id="case of a language"),
        pytest.param("/?lang=zh", "/zh/", id="a language in the query"),
        pytest.param("/en/?lang=zh", "/zh/", id="another language in the query"),
        pytest.param("/?lang=fr&utm=1", "/?utm=1", id="an unknown language in the query"),
        pytest.param("/articles/ships?lang=zh&utm=1&utm=2", "/zh/articles/ships?utm=1&utm=2", id="with other words"),
        pytest.param("/?lang=zh&_external=1&_scheme=x", "/zh/?_external=1&_scheme=x", id="with words of Flask"),
        pytest.param("/articles/ships/explain?lang=zh", "/zh/articles/ships/explain", id="an explanation"),
        pytest.param("/categories/sport/?page=2", "/categories/sport/page/2/", id="a page in the query"),
        pytest.param("/feeds/?lang=zh&page=2", "/zh/feeds/page/2/", id="both in the query"),
        pytest.param("/categories/sport/?page=1", "/categories/sport/", id="the first page in the query"),
        pytest.param("/zh/categories/sport/page/1/", "/zh/categories/sport/", id="the first page"),
        pytest.param("/categories/all/", "/", id="every category"),
        pytest.param("/zh/articles/ships/", "/zh/articles/ships", id="slash after an article"),
        pytest.param("/articles/Ships", "/articles/ships", id="case of an article"),
        pytest.param("/articles/Ships.JSON", "/articles/ships.json", id="case of an article for programs"),
        pytest.param("/articles/Gone", "/articles/gone", id="a withdrawn article"),
        pytest.param("/feed/", "/feeds/all.rss", id="the feed of a former site"),
        pytest.param("/atom.xml", "/feeds/all.atom", id="a guessed address of a feed"),
        pytest.param("/feed.json?x=1", "/feeds/all.json?x=1", id="a guessed feed with a query"),
    ],
)
def test_another_spelling_of_a_page_is_sent_to_the_one(get, path, right):
    response = get(path)

    assert (response.status, response.headers["Location"]) == (308, right)


@pytest.mark.parametrize("path", ["/categories/world", "//categories//world/", "//evil.example/..;/categories/world"])
def test_a_redirect_never_leads_to_the_host_a_client_invents(get, path):
    location = get(path, Host="evil.example").headers.get("Location", "/")

    assert location.startswith("/")
    assert not location.startswith("//")


def test_an_article_is_there_for_programs_too(get):
    response = get("/articles/tides.json")

    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(response.body) == {
        "id": "tag:wire.example,2026:tides",
        "url": "https://wire.example/articles/tides",
        "slug": "tides",
        "kind": "story",
        "languages": ["en"],
        "title": {"en": "Tides"},
        "summary": {},
        "content_html": {"en": "<p>Words.</p>"},
        "versions": {
            "en": {
                "published": {
                    "instant": "2025-05-27T14:00:00+08:00",
                    "precision": "minute",
                    "shown": "2025-05-27T14:00+08:00",
                },
                "updated": {
                    "instant": "2025-05-27T14:00:00+08:00",
                    "precision": "minute",
                    "shown": "2025-05-27T14:00+08:00",
                },
                "revision": 1,
                "revised": None,
                "places": ["Beijing"],
                "agency": "Harbour",
            }
        },
        "credits": [{"name": {"en": "Ann Lee", "zh": "李安"}, "role": "author"}],
        "publisher": None,
        "categories": ["world"],
        "tags": [],
        "media": [],
        "related": [],
        "license": None,
        "usage_terms": None,
        "copyright_holder": None,
    }


def test_a_site_mounted_below_a_path_links_within_it():
    with serving(make_app(settings(base_url="https://wire.example/news"), library())) as ask:
        page = ask("/news/articles/ships").page

    assert page.xpath("//link[@rel='canonical']/@href") == ["https://wire.example/news/articles/ships"]
    assert {href.split("/")[1] for href in page.xpath("//body//a/@href") if href.startswith("/")} == {"news"}


@pytest.mark.parametrize(
    ("path", "links"),
    [
        pytest.param("/", ["/", "/en/", "/zh/"], id="front page"),
        pytest.param("/zh/feeds/", ["/feeds/", "/en/feeds/", "/zh/feeds/"], id="feeds in Chinese"),
        pytest.param(
            "/categories/sport/page/2/?utm=1",
            ["/categories/sport/", "/en/categories/sport/", "/zh/categories/sport/"],
            id="second page",
        ),
        pytest.param(
            "/zh/articles/ships",
            ["/articles/ships", "/en/articles/ships", "/zh/articles/ships"],
            id="article",
        ),
        pytest.param("/articles/tides", [], id="article in one language"),
        pytest.param("/nowhere", ["/", "/en/", "/zh/"], id="error"),
    ],
)
def test_every_page_leads_to_itself_in_each_language_and_in_all(get, path, links):
    page = get(path).page

    assert page.xpath("//nav[@class='switch']//a/@href") == links


def test_links_keep_the_language_that_the_reader_chose(get):
    page = get("/zh/articles/ships").page

    related = page.xpath("//section[@class='related']//a/@href")
    assert related == ["https://wire.example/zh/articles/tides"]
    assert set(page.xpath("//header//a/@href | //nav[@class='neighbours']//a/@href")) == {
        "/zh/",
        "/zh/feeds/",
        "/articles/ships",
        "/en/articles/ships",
        "/zh/articles/ships",
        "/zh/categories/world/",
        "/zh/categories/sport/",
        "/authors/%E6%9D%8E%E5%AE%89.rss",  # which is in all languages
    }


@pytest.mark.parametrize(
    ("path", "twins"),
    [
        pytest.param(
            "/zh/articles/ships",
            [("en", "/en/articles/ships"), ("zh", "/zh/articles/ships"), ("x-default", "/articles/ships")],
            id="article in both languages",
        ),
        pytest.param("/articles/tides", [], id="article in one language"),
        pytest.param("/categories/sport/page/2/", [], id="second page, which other languages may not have"),
        pytest.param("/nowhere", [], id="error"),
    ],
)
def test_a_head_names_the_page_in_its_other_languages(get, path, twins):
    links = get(path).page.xpath("//head/link[@hreflang]")

    assert [(each.get("hreflang"), each.get("href")) for each in links] == [
        (language, f"https://wire.example{address}") for language, address in twins
    ]


def test_an_article_leads_to_those_before_and_after_it_in_its_category(get):
    links = get("/articles/tides").page.xpath("//nav[@class='neighbours']//a")

    assert [(each.get("rel"), each.get("href")) for each in links] == [
        ("prev", "/articles/evil"),
        ("next", "/articles/ships"),
    ]


def test_open_graph_and_schema_org_say_what_the_article_is(get):
    page = get("/articles/ships").page
    properties = {each.get("property"): each.get("content") for each in page.xpath("//meta[@property]")}
    said = json.loads(page.xpath("//script[@type='application/ld+json']/text()")[0])

    assert properties == {
        "og:type": "article",
        "og:site_name": "Wire / 通讯",
        "og:title": "Ships return / 船归来",
        "og:description": "They came back. / 它们回来了。",
        "og:url": "https://wire.example/articles/ships",
        "og:image": "https://img.example/a.jpg",
        "og:image:alt": "A ship",
        "article:published_time": "2025-05-26",
        "article:section": "World / 国际",
    }
    assert said == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": "tag:wire.example,2026:ships",
        "headline": "Ships return",
        "alternativeHeadline": ["船归来"],
        "description": "They came back. / 它们回来了。",
        "inLanguage": ["en", "zh"],
        "url": "https://wire.example/articles/ships",
        "mainEntityOfPage": "https://wire.example/articles/ships",
        "datePublished": "2025-05-26",
        "dateModified": "2025-05-26",
        "author": [{"@type": "Person", "name": "Ann Lee"}],
        "publisher": {"@type": "Organization", "name": "Wire"},
        "image": {
            "@type": "ImageObject",
            "url": "https://img.example/a.jpg",
            "encodingFormat": "image/jpeg",
            "caption": "A ship",
        },
        "articleSection": ["World", "国际"],
    }


@pytest.mark.parametrize(
    ("english", "chinese", "is_parallel"),
    [
        pytest.param("<p>a</p>\n<p>b</p>", "<p>甲</p><p>乙</p>", True, id="as many"),
        pytest.param("<p>a</p><p>b</p>", "<p>甲</p>", False, id="one is missing"),
        pytest.param("<p>a</p>", "<p>甲</p>", False, id="one alone"),
        pytest.param("<p>a</p><p>b</p>", "<p>甲</p><p>乙</p>丙", False, id="words outside"),
        pytest.param("<p>a</p>" * 201, "<p>甲</p>" * 201, False, id="more than the stylesheet has rows for"),
    ],
)
def test_bodies_of_as_many_paragraphs_stand_side_by_side(english, chinese, is_parallel):
    assert are_parallel({"en": english, "zh": chinese}) is is_parallel


@pytest.mark.parametrize(
    ("written", "language", "place"),
    [
        pytest.param("港湾通讯社宁波10月6日电（记者何雨桐）", "zh", ("zh", "宁波"), id="as printed in Chinese"),
        pytest.param("港湾通讯社宁波10月6日电（记者何雨桐）", "en", ("en", "Ningbo"), id="in English"),
        pytest.param("港湾通讯社电", "zh", ("en", "Ningbo"), id="not printed"),
    ],
)
def test_the_place_of_a_date_is_named_in_the_language_of_the_page(written, language, place):
    dateline = Dateline(places=("Ningbo",), language="zh", text=written, span=Span(start=0, end=0))
    at = timestamp(2026, 10, 6)

    assert place_of(Version(language="zh", dateline=dateline, published=at, updated=at), language) == place


def test_a_day_without_a_place_is_no_more_than_a_day():
    (ships,) = (each for each in ENTRIES if each.article.slug == "ships")
    version = replace(ships.article.versions[0], dateline=None)
    placeless = replace(ships, article=replace(ships.article, versions=(version,)))

    with serving(make_app(settings(), FakeLibrary(entries=(placeless,), feeds=feeds()))) as ask:
        shown = words(ask("/en/articles/ships").page.xpath("//p[@class='meta']"))

    assert shown == ["26 May 2025 · By Ann Lee"]


def test_an_article_leads_to_why_its_date_is_what_it_is_once_there_is_such_a_page():
    app = make_app(settings(), library())
    app.add_url_rule("/articles/<slug>/explain", "why", lambda slug: slug)

    with serving(app) as ask:
        links = ask("/zh/articles/ships").page.xpath("//a[contains(@href, 'explain')]")

    assert [(each.get("href"), *words([each])) for each in links] == [("/zh/articles/ships/explain", "信息依据")]


def test_a_page_is_made_once_for_each_edition():
    held = library()

    with serving(make_app(settings(), held)) as ask:
        first = ask("/articles/tides").body
        held.entries = (entry("tides", text(en="High tides")),)
        kept = ask("/articles/tides").body
        held.number, held.made_at = 2, MADE_AT + timedelta(days=1)
        time.sleep(REFRESH_S * 2)
        after = ask("/articles/tides").page

    assert kept == first
    assert words(after.xpath("//h1")) == ["High tides"]
