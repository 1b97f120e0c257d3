"""Read the site in a real browser: on a phone and a desk, light and dark, by hand, by keyboard and without scripts."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from chromium import NAME, SIZES, chromium, reader
from service import serving

ROOT = Path(__file__).parents[1]
PARALLEL = "/articles/two-villages-finish-the-lantern-bridge-they-began-as-children"
TOKEN = "a-token-for-tests"  # noqa: S105  of no service
PAGES = [
    *("/", "/zh/", "/feeds/", "/en/categories/world/", PARALLEL, "/nowhere"),
    *(
        "/search?q=灯桥",
        "/search?q=灯桥&lang=zh",
        "/search?q=zzqq",
        f"{PARALLEL}/explain",
        f"/zh{PARALLEL}/explain",
    ),
    *("/status", f"{PARALLEL}/documents", "/status/documents/desk/world/2026-10-06-lantern-bridge.zh.txt"),
]
RULES = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": ["color-contrast", "link-in-text-block"],  # all that look at colours, and no more are others in the dark
}
WIDTHS = (320, 1280)  # a phone's as enlarged four times (WCAG, 1.4.10), and a desk's
STYLES = (ROOT / "feedsvc" / "web" / "static" / "site.css").read_text(encoding="utf-8")
MOST_TABS = 200


@dataclass(frozen=True, slots=True)
class Site:
    """The samples, served, and a browser."""

    browser: Browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    for each in ("config", "articles"):
        shutil.copytree(ROOT / each, folder / each)
    environment = {"FEEDSVC_BASE_URL": f"http://{NAME}", "FEEDSVC_STATUS_TOKEN": TOKEN}
    with serving(folder, **environment) as service, chromium(service.port) as browser:
        yield Site(browser)


def test_axe_finds_nothing_and_no_page_scrolls_sideways_or_speaks_to_others(site):
    found: list[str] = []
    with reader(site.browser, "phone", "light") as context:
        context.set_extra_http_headers({"Authorization": f"Bearer {TOKEN}"})
        page = context.new_page()
        page.on("console", lambda message: found.append(f"{page.url}: {message.text}"))
        page.on("requestfailed", lambda request: found.append(f"{page.url}: {request.url}"))
        for path in PAGES:
            answer = page.goto(path)
            if answer is None or answer.status != (404 if path == "/nowhere" else 200):
                found.append(f"{path}: {answer and answer.status}")
            page.evaluate(Axe().axe_script)
            for size, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                for theme, rules in RULES.items():
                    page.emulate_media(color_scheme=theme)
                    asked = {"resultTypes": ["violations"], "runOnly": rules}
                    for each in page.evaluate("asked => axe.run(asked)", asked)["violations"]:
                        found += [
                            f"{path} {size} {theme}: {each['id']}: {node['html'][:120]}" for node in each["nodes"]
                        ]
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 640})
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append(f"{path}: scrolls sideways in {width} pixels")

    assert [each for each in found if "/nowhere: Failed to load resource" not in each] == []


def test_in_the_dark_nothing_but_colours_is_another():
    dark = re.findall(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}\s*\}", STYLES, re.DOTALL)

    assert len(dark) == STYLES.count("prefers-color-scheme") > 0
    assert [
        each for each in "".join(dark).split(";") if not re.fullmatch(r"\s*(--[a-z-]+: #[0-9a-f]{3,6})?\s*", each)
    ] == []


def go(page: Page, link: Locator, how: str) -> None:
    """Follow *link*: with the mouse or a finger, or with Tab and Enter alone."""
    before = page.url
    if how == "keyboard":
        reach(page, link)
        page.keyboard.press("Enter")
    else:
        link.click()
    page.wait_for_url(lambda url: url != before)


def reach(page: Page, element: Locator) -> None:
    """Press Tab until *element* has the focus, and see that a person sees so."""
    element.wait_for()
    wanted = element.element_handle()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            assert wanted.evaluate("each => getComputedStyle(each).outlineStyle") != "none"
            return
    raise AssertionError(f"no Tab leads to {element}")


@pytest.mark.parametrize(
    ("how", "size", "theme"),
    [
        pytest.param("hand", "desktop", "light", id="by hand on a desk"),
        pytest.param("hand", "phone", "dark", id="by hand on a phone in the dark"),
        pytest.param("keyboard", "desktop", "dark", id="by keyboard alone"),
        pytest.param("no scripts", "phone", "light", id="without scripts on a phone"),
        pytest.param("no scripts", "desktop", "dark", id="without scripts on a desk"),
    ],
)
def test_a_reader_finds_a_category_copies_its_feed_and_reads_on_in_chinese(site, how, size, theme):
    with reader(site.browser, size, theme, has_scripts=how != "no scripts") as context:
        page = context.new_page()
        page.goto("/")
        go(page, page.locator(".categories a", has_text="World"), how)
        assert page.locator("h1").inner_text() == "World / 国际"

        feed = page.locator(".feed").first
        button = feed.locator("button")
        if how == "no scripts":
            assert not button.is_visible()
            address = feed.locator("input").input_value()
        else:
            if how == "keyboard":
                reach(page, button)
                page.keyboard.press("Enter")
            else:
                button.click()
            page.locator("#said").get_by_text("Copied").wait_for(state="attached")
            address = page.evaluate("navigator.clipboard.readText()")
        assert address == f"http://{NAME}/feeds/world.rss"

        go(page, page.locator(".switch a", has_text="中文").last, how)
        assert page.locator("html").get_attribute("lang") == "zh"
        go(page, page.locator(".entries a", has_text="两村合力 灯桥落成"), how)
        assert page.locator("h1").inner_text() == "两村合力 灯桥落成"
        assert "2026年10月6日，宁波" in page.locator(".meta").first.inner_text()

        go(page, page.locator('a[href$="/explain"]'), how)
        published = page.locator(".traces tr", has_text="published (zh)")
        assert page.locator("h1").inner_text() == "信息依据"
        assert "2026-10-06" in published.locator("td").first.inner_text()
        assert "so the year is 2026" in published.locator("li").nth(1).inner_text()
        go(page, page.locator("main a", has_text="两村合力 灯桥落成"), how)
        assert page.url.endswith(f"/zh{PARALLEL}")

        go(page, page.locator(".related a").first, how)
        assert page.locator("html").get_attribute("lang") == "zh"
        assert urlsplit(page.url).path.startswith("/zh/")

        look_for("灯桥", page, how)
        feeds = page.locator("head link[rel=alternate][type='application/rss+xml']")
        assert feeds.first.get_attribute("href").startswith(f"http://{NAME}/feeds/search.rss?q=%E7%81%AF%E6%A1%A5")
        go(page, page.locator("main .entries a", has_text="两村合力 灯桥落成"), how)
        assert page.url.endswith(f"/zh{PARALLEL}")


def look_for(words: str, page: Page, how: str) -> None:
    """Type *words* into the box at the head of a page, and press Enter."""
    box = page.locator("header input[type=search]")
    if how == "keyboard":
        reach(page, box)
    else:
        box.click()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/search?" in url)


def test_the_head_of_a_page_takes_two_rows_of_a_small_phone_and_has_the_sections_below(site):
    with reader(site.browser, "phone", "light") as context:
        page = context.new_page()
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto("/")
        middles = page.locator(".masthead > *").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect()).map(each => (each.top + each.bottom) / 2)"
        )

        page.set_viewport_size({"width": 390, "height": 844})
        sections = page.locator(".sections a")
        bottoms = sections.evaluate_all("all => all.map(each => each.getBoundingClientRect().bottom)")
        tall = sections.evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")

    assert len(bottoms) == (ROOT / "config" / "categories.toml").read_text(encoding="utf-8").count("\n[")
    assert max(bottoms) < 200
    assert min(tall) >= 24  # WCAG 2.2, 2.5.8
    first, second = middles[:2], middles[2:]
    assert max(first) - min(first) < 8
    assert max(second) - min(second) < 8
    assert max(first) < min(second)


def test_two_languages_stand_side_by_side_where_there_is_room(site):
    def tops(context) -> tuple[list[float], list[float]]:
        page = context.new_page()
        page.goto(PARALLEL)
        blocks = page.locator(".parallel .body")
        return tuple(
            blocks.nth(number).locator("> p").evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
            for number in range(2)
        )

    with reader(site.browser, "desktop", "light") as desk, reader(site.browser, "phone", "light") as phone:
        english, chinese = tops(desk)
        above, below = tops(phone)

    assert english == chinese
    assert max(above) < min(below)


def test_a_page_says_what_it_is_to_search_engines(site):
    with reader(site.browser, "desktop", "light") as context:
        page = context.new_page()
        page.goto(f"/zh{PARALLEL}")
        said = json.loads(page.locator("script[type='application/ld+json']").text_content())
        twins = page.locator("link[hreflang]").evaluate_all("all => all.map(each => [each.hreflang, each.href])")

    assert (said["@type"], said["headline"], said["datePublished"]) == (
        "NewsArticle",
        "两村合力 灯桥落成",
        "2026-10-06",
    )
    assert twins == [
        ["en", f"http://{NAME}/en{PARALLEL}"],
        ["zh", f"http://{NAME}/zh{PARALLEL}"],
        ["x-default", f"http://{NAME}{PARALLEL}"],
    ]


def test_on_paper_there_is_the_article_and_nothing_to_click(site):
    with reader(site.browser, "desktop", "dark") as context:
        page = context.new_page()
        page.goto(PARALLEL)
        page.emulate_media(media="print", color_scheme="light")

        shown = [
            page.locator(each).first.is_visible() for each in ("h1", ".body", "header nav", ".neighbours", ".skip")
        ]
        paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    assert shown == [True, True, False, False, False]
    assert re.sub(r"\s", "", paper) == "rgb(255,255,255)"
