"""Read every page of the samples as the HTML standard does, by a strict parser."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import html5lib
import pytest

from feedsvc.config.loading import load_settings
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from feedsvc.stores.store import Store
from feedsvc.web import make_app
from feedsvc.web.static_site.inventory import addresses
from feedsvc.web.static_site.site import ask

ROOT = Path(__file__).parents[1]
MOST_BYTES = 150_000
TOKEN = "a-token-for-tests"  # noqa: S105  of no service
PARALLEL = "/articles/two-villages-finish-the-lantern-bridge-they-began-as-children"
ASKED = [
    *("/search", "/search?q=灯桥", "/search?q=灯桥&lang=zh&category=world", "/search?q=zzqq"),
    *(f"{PARALLEL}/explain", f"/zh{PARALLEL}/explain", "/status"),
    *(f"{PARALLEL}/documents", "/status/documents/desk/world/2026-10-06-lantern-bridge.zh.txt"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every page by its path: what is built is what is served."""
    folder = tmp_path_factory.mktemp("samples")
    settings = load_settings({"FEEDSVC_CONFIG": str(ROOT / "config")})
    settings = replace(settings, store_url=f"sqlite:///{folder}/store.db")
    store = Store(settings.store_url)
    publish(store, PassRequest(settings=settings, now=datetime(2026, 11, 20, tzinfo=UTC)))
    application = make_app(settings, store, token=TOKEN)
    client = application.test_client()
    listed = [each.path for each in addresses(settings, store) if each.file.endswith(".html")]
    asked = {path: client.get(path, headers={"Authorization": f"Bearer {TOKEN}"}) for path in ASKED}
    assert {path: answer.status_code for path, answer in asked.items()} == dict.fromkeys(ASKED, 200)
    yield {path: ask(application, path)[0].body for path in listed} | {path: each.data for path, each in asked.items()}
    store.close()


def faults(page: bytes) -> list[object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parser = html5lib.HTMLParser()
        parser.parse(page.decode(), scripting=False)
    return parser.errors


def test_every_page_is_html_without_a_fault(pages):
    assert {path: found for path, page in pages.items() if (found := faults(page))} == {}


def test_no_page_is_larger_than_150_kb(pages):
    assert {path: len(page) for path, page in pages.items() if len(page) > MOST_BYTES} == {}


def test_there_are_pages_of_every_kind_in_both_languages_and_in_each(pages):
    kinds = {"/", "/feeds/", "/categories/world/", "/articles/letters-by-ship"}

    assert {path.partition("?")[0] for path in pages} >= kinds
    assert {f"/{language}{kind}" for kind in kinds for language in ("en", "zh")} <= set(pages)
