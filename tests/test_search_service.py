"""Search the sample articles on a real service: the page, its feeds, and what becomes of both while copy changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import feedparser
import pytest
from lxml import html
from test_search_words import HOSTILE

from fakelibrary import FakeLibrary, feeds, settings
from feedsvc.model.errors import SlowError
from feedsvc.web import make_app
from service import Answer, Service, serving
from webserver import serving as serving_app

PROJECT = Path(__file__).parent.parent
PORPOISES = "/articles/porpoises-follow-the-mussel-boats-home"
PORPOISE = "江豚"
FORMATS = ("rss", "atom", "json")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    for part in ("articles", "config"):
        shutil.copytree(PROJECT / part, folder / part)
    with serving(folder) as running:
        yield running


def page(answer: Answer):
    return html.document_fromstring(answer.body.decode(), parser=html.HTMLParser(encoding=None))


def search(service: Service, q: str, **more: str) -> Answer:
    return service.ask(f"/search?{urlencode({'q': q, **more})}")


def listed(answer: Answer) -> list[str]:
    return [href.partition("?")[0] for href in page(answer).xpath("//ul[@class='entries']//h3/a/@href")]


def entries(form: str, answer: Answer) -> list[tuple[str, str]]:
    """Return (id, title) of each entry of a feed."""
    if form == "json":
        return [(item["id"], item["title"]) for item in json.loads(answer.body)["items"]]
    parsed = feedparser.parse(answer.body)
    assert not parsed.bozo
    return [(entry.id, entry.title) for entry in parsed.entries]


def test_a_chinese_word_of_two_characters_is_found(service):
    assert listed(search(service, PORPOISE)) == [PORPOISES]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({"q": "porpoises mussels"}, [PORPOISES], id="English words"),
        pytest.param({"q": "豚江"}, [], id="characters the wrong way round"),
        pytest.param(
            {"q": PORPOISE, "category": "ocean", "lang": "zh"}, [f"/zh{PORPOISES}"], id="its category and language"
        ),
        pytest.param({"q": PORPOISE, "category": "world"}, [], id="another category"),
        pytest.param({"q": PORPOISE, "lang": "xx"}, [PORPOISES], id="no language of the site"),
    ],
)
def test_a_page_lists_what_is_found(service, asked, found):
    answer = search(service, **asked)

    assert (answer.status, listed(answer)) == (200, found)


def test_without_a_question_there_is_the_form_alone(service):
    for path in ("/search", "/search?q=", "/search?q=%20%22%20"):
        shown = page(service.ask(path))

        assert shown.xpath("count(//main//form[@action='/search'])") == 1
        assert shown.xpath("//section") == []
        assert shown.xpath("//link[@type='application/atom+xml'][contains(@href, 'search')]") == []


def test_every_page_has_a_box_that_leads_to_the_search(service):
    for path in ("/", "/feeds/", "/categories/ocean/", PORPOISES, "/nowhere", "/search"):
        (form,) = page(service.ask(path)).xpath("//header//form[@role='search']")

        assert (form.get("action"), form.xpath(".//input/@name")) == ("/search", ["q"])


def test_a_box_on_a_page_of_one_language_searches_in_it(service):
    (form,) = page(service.ask("/zh/")).xpath("//header//form[@role='search']")

    assert form.xpath(".//input[@name='lang']/@value") == ["zh"]


def test_a_search_is_not_for_search_engines_and_says_its_one_address_and_its_feeds(service):
    answer = service.ask(f"/search?page=1&lang=zh&utm=x&q=%20{quote(PORPOISE)}%20%20boat*&category=ocean")
    shown = page(answer)

    query = f"q={quote(PORPOISE)}%20boat%2A&lang=zh&category=ocean"
    assert shown.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert answer.headers["x-robots-tag"] == "noindex"
    assert shown.xpath("//link[@rel='canonical']/@href") == [f"http://127.0.0.1:8000/search?{query}"]
    announced = shown.xpath("//link[@rel='alternate'][not(@hreflang)]/@href")
    assert announced[:3] == [f"http://127.0.0.1:8000/feeds/search.{form}?{query}" for form in FORMATS]
    assert shown.xpath("//main//form//input[@name='q']/@value") == [f"{PORPOISE} boat*"]


def test_a_page_of_a_search_that_is_not_there_is_not_found(service):
    for more in ({"page": "2"}, {"page": "0"}, {"page": "x"}, {"category": "nowhere"}):
        assert search(service, PORPOISE, **more).status == 404


def test_what_is_found_beyond_a_page_is_on_the_next(service):
    first = page(search(service, "the"))
    (following,) = first.xpath("//a[@rel='next']/@href")
    second = service.ask(following)

    assert following == "/search?q=the&page=2"
    assert len(first.xpath("//ul[@class='entries']/li")) == 30
    assert listed(second)
    assert set(listed(second)) & set(first.xpath("//ul[@class='entries']//h3/a/@href")) == set()


@pytest.mark.parametrize("form", FORMATS)
def test_a_search_has_a_feed_in_every_format_with_the_ids_of_other_feeds(service, form):
    answer = service.ask(f"/feeds/search.{form}?q={quote(PORPOISE)}")

    everything = dict(entries(form, service.ask(f"/feeds/ocean.{form}")))
    ((identity, title),) = entries(form, answer)
    assert (answer.status, everything[identity]) == (200, title)
    assert answer.headers["content-type"] == service.ask(f"/feeds/ocean.{form}").headers["content-type"]


def test_a_feed_of_a_search_names_itself_its_page_and_its_twins(service):
    query = f"q={quote(PORPOISE)}&lang=zh"
    answer = service.ask(f"/feeds/search.atom?lang=zh&q={quote(PORPOISE)}%20")
    feed = feedparser.parse(answer.body).feed

    links = {(link.rel, link.type): link.href for link in feed.links}
    base = "http://127.0.0.1:8000"
    assert links == {
        ("self", "application/atom+xml"): f"{base}/feeds/search.atom?{query}",
        ("alternate", "text/html"): f"{base}/search?{query}",
        ("alternate", "application/rss+xml"): f"{base}/feeds/search.rss?{query}",
        ("alternate", "application/feed+json"): f"{base}/feeds/search.json?{query}",
    }
    assert feed.id == f"tag:example.org,2026-01-01:feed/search?{query}"
    assert feed.title == f"{PORPOISE} – 港湾通讯"
    assert f'<{base}/search?{query}>; rel="alternate"; type="text/html"' in answer.headers["link"]


def test_a_feed_that_finds_nothing_is_a_feed(service):
    for form in FORMATS:
        answer = service.ask(f"/feeds/search.{form}?q=zanzibar")

        assert (answer.status, entries(form, answer)) == (200, [])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/search.rss", 400),
        ("/feeds/search.atom?q=*", 400),
        ("/feeds/search.json?q=tide&lang=xx", 404),
        ("/feeds/search.json?q=tide&category=nowhere", 404),
        ("/feeds/search.xml?q=tide", 404),
    ],
)
def test_what_is_no_search_is_refused_in_plain_text(service, path, status):
    answer = service.ask(path)

    assert (answer.status, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")


def test_a_client_that_has_the_feed_or_the_page_is_told_so(service):
    for path in (f"/feeds/search.rss?q={quote(PORPOISE)}", f"/search?q={quote(PORPOISE)}"):
        first = service.ask(path)

        by_tag = service.ask(path, If_None_Match=first.headers["etag"])
        by_time = service.ask(path, If_Modified_Since=first.headers["last-modified"])
        head = service.ask(path, "HEAD")
        assert [(each.status, each.body) for each in (by_tag, by_time, head)] == [(304, b""), (304, b""), (200, b"")]
        assert by_tag.headers["last-modified"] == first.headers["last-modified"]
        assert first.headers["cache-control"].startswith("public, max-age=300, s-maxage=30")


def test_a_feed_of_a_search_is_compressed_and_only_read(service):
    path = f"/feeds/search.atom?q={quote(PORPOISE)}"

    assert service.ask(path, Accept_Encoding="br").headers["content-encoding"] == "br"
    assert service.ask(path, "POST").status == 405


def test_a_feed_follows_what_is_published_and_stays_the_same_meanwhile(service):
    path = "/feeds/search.atom?q=quokkas"
    before = service.ask(path)
    note = service.folder / "articles" / "world" / "quokkas.md"
    note.write_text("---\ntitle: Quokkas\ndate: 2026-10-30 09:00 +00:00\n---\n\nThey smile.\n", encoding="utf-8")
    one = service.wait_for(path, lambda answer: b"They smile" in answer.body)
    other = note.with_name("numbats.md")
    other.write_text("---\ntitle: Numbats\ndate: 2026-10-30 09:00 +00:00\n---\n\nThey dig.\n", encoding="utf-8")
    service.wait_for("/feeds/search.atom?q=numbats", lambda answer: b"They dig" in answer.body)
    service.settle()

    same = service.ask(path, If_None_Match=one.headers["etag"])
    note.write_text(note.read_text(encoding="utf-8").replace("date:", "embargo: true\ndate:"), encoding="utf-8")
    gone = service.wait_for(path, lambda answer: b"They smile" not in answer.body)

    by_date = service.ask(path, If_Modified_Since=one.headers["last-modified"])
    assert (before.status, same.status, by_date.status) == (200, 304, 200)
    assert gone.headers["etag"] == before.headers["etag"]


def test_no_question_is_too_strange_for_the_service(service):
    queries = [urlencode({"q": each[:400].encode("utf-8", "surrogatepass")}) for each in HOSTILE]
    queries += ["q=%ff%fe", "q=%00", "q=a&q=b", "lang=%22&q=a", "q[]=a", "q"]

    def statuses(query: str) -> tuple[int, int]:
        return service.ask(f"/search?{query}").status, service.ask(f"/feeds/search.rss?{query}").status

    with ThreadPoolExecutor(4) as threads:
        found = dict(zip(queries, threads.map(statuses, queries), strict=True))

    assert {query: each for query, each in found.items() if each not in {(200, 200), (200, 400), (200, 404)}} == {}


class Slow(FakeLibrary):
    def found(self, _phrases, **_more):
        raise SlowError("store: took too long")


def test_a_search_that_takes_too_long_is_refused_in_words():
    with serving_app(make_app(settings(), Slow(feeds=feeds()))) as ask:
        shown, feed = ask("/search?q=a"), ask("/feeds/search.rss?q=a")

    told = "This search takes too long. Use more words, or less common ones."
    assert (shown.status, shown.page.xpath("//main//p[@lang='en']/text()")) == (503, [told])
    assert (feed.status, feed.body.decode(), feed.headers["Retry-After"]) == (503, f"{told}\n", "5")


def test_pages_that_are_built_as_files_have_no_box_and_no_search():
    with serving_app(make_app(settings(), FakeLibrary(feeds=feeds()), is_live=False)) as ask:
        assert ask("/").page.xpath("//form") == []
        assert ask("/search?q=a").status == 404
