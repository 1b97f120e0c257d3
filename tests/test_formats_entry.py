from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

import feedsvc
from feedsvc.feeds.entry import entry_title
from feedsvc.feeds.formats import RENDERERS, render
from feedsvc.feeds.published_and_updated import entry_dates
from feedsvc.model.article import Credit, Media, RelatedLink
from feedsvc.model.errors import RenderError
from feedsvc.text.characters import clean_text
from feedsvc.text.html import safe_html
from parsedxml import parsed
from samplefeed import FORMATS, LATER, LINK, NOON, SITE, TAG, article, entry, feed, text, version

ALMOST_TWO_MINUTES = timezone(timedelta(seconds=100))
BASE = f"{SITE}/articles/tide"


def shown(ending: str, body: bytes) -> list[tuple[str, str, str, str, str]]:
    """Return (id, title, link, published, updated) of each entry, as a reader has them."""
    if ending == "json":
        keys = ("id", "title", "url", "date_published", "date_modified")
        return [
            tuple(
                datetime.fromisoformat(item[key]).timestamp() if key.startswith("date") else item[key] for key in keys
            )
            for item in json.loads(body)["items"]
        ]
    read = feedparser.parse(body)
    assert (read.bozo, read.feed.link) == (0, f"{SITE}/categories/world/")
    return [
        (each.id, each.title, each.link, _seconds(each.published_parsed), _seconds(each.updated_parsed))
        for each in read.entries
    ]


def _seconds(parts) -> float:
    return datetime(*parts[:6], tzinfo=timezone.utc).timestamp()


@pytest.mark.parametrize("language", [None, "en", "zh"], ids=["bilingual", "English", "Chinese"])
def test_readers_of_every_format_have_the_same_ids_titles_links_and_dates(language):
    made = [entry(article("tide")), entry(article("ferry"))]

    rendered = {each: shown(each, render(feed(each, language=language), made)) for each in FORMATS}

    suffix = f"/{language}" if language else ""
    title = {None: "The tide turns / 潮水转向", "en": "The tide turns", "zh": "潮水转向"}[language]
    published = (LATER if language == "zh" else NOON).timestamp()
    updated = (NOON if language == "en" else LATER).timestamp()
    expected = [
        (f"{TAG}{slug}{suffix}", title, f"{SITE}/articles/{slug}", published, updated) for slug in ("tide", "ferry")
    ]
    assert rendered == dict.fromkeys(FORMATS, expected)


def test_the_registry_is_ordered_and_names_each_format_by_its_ending():
    assert [(key, each.name, each.media_type) for key, each in RENDERERS.items()] == [
        (ending, ending, f"{media_type}; charset=utf-8") for ending, media_type in FORMATS.items()
    ]


@pytest.mark.parametrize(
    ("titles", "order", "expected"),
    [
        pytest.param(text(en="A", zh="甲"), ("en", "zh"), "A / 甲", id="both"),
        pytest.param(text(en="A", zh="甲"), ("zh", "en"), "甲 / A", id="the configured order"),
        pytest.param(text(zh="甲", en="A"), ("en", "zh"), "A / 甲", id="whatever the primary"),
        pytest.param(text(zh="甲"), ("en", "zh"), "甲", id="one"),
        pytest.param(text(en="A", zh="A"), ("en", "zh"), "A", id="equal ones once"),
        pytest.param(text(fr="Â"), ("en", "zh"), "Â", id="another language"),
    ],
)
def test_a_bilingual_title_is_joined(titles, order, expected):
    assert entry_title(entry(article(title=titles)), feed("rss", title_order=order)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            datetime(1890, 1, 1, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
            "1890-01-01T12:00:17+08:06",
            id="local mean time",
        ),
        pytest.param(
            datetime(2026, 1, 1, 12, 0, 5, 999_999, tzinfo=timezone.utc), "2026-01-01T12:00:05+00:00", id="fractions"
        ),
    ],
)
def test_dates_have_whole_seconds_and_offsets_of_whole_minutes(written, expected):
    made = entry(article(versions=(version("en", published=written, updated=written),)))

    assert [each.isoformat() for each in entry_dates(made, feed("rss", language="en"))] == [expected, expected]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    ("changes", "related", "message"),
    [
        pytest.param({"title": text(en="a\x01b")}, (), "'a\\x01b' holds U+0001, which XML forbids", id="control"),
        pytest.param({"body": text(en="\ud800")}, (), "holds U+D800, which XML forbids", id="surrogate"),
        pytest.param({"tags": ("\uffff",)}, (), "'\\uffff' holds U+FFFF, which XML forbids", id="in a tag"),
        pytest.param(
            {"credits": (Credit(name=text(en="\x00"), role="editor"),)},
            (),
            "'\\x00' holds U+0000, which XML forbids",
            id="in a name",
        ),
        pytest.param({"title": text(en=" ")}, (), "has no title", id="no title"),
        pytest.param({"versions": ()}, (), "has no version, so no date", id="no date"),
        pytest.param(
            {"versions": (version("en", published=datetime(999, 5, 1, tzinfo=timezone.utc)),)},
            (),
            "the year of 0999-05-01 00:00:00+00:00 cannot be written with four digits",
            id="early year",
        ),
        pytest.param(
            {"versions": (version("en", updated=datetime(9999, 12, 31, 23, 59, 59, tzinfo=ALMOST_TWO_MINUTES)),)},
            (),
            "the date 9999-12-31 23:59:59+00:01:40 cannot be written",
            id="late year",
        ),
        pytest.param(
            {"media": (Media(url="tide.jpg", media_type="image/jpeg"),)},
            (),
            "'tide.jpg' is no absolute http or https address",
            id="relative medium",
        ),
        pytest.param(
            {},
            (RelatedLink(href="javascript:x"),),
            "'javascript:x' is no absolute http or https address",
            id="script as a link",
        ),
    ],
)
def test_an_entry_that_cannot_be_written_is_named(ending, changes, related, message):
    bad = entry(article("bad", **{"title": text(en="A"), **changes}), related=related)

    with pytest.raises(RenderError) as raised:
        render(feed(ending), [entry(), bad])

    assert str(raised.value).startswith(f"{TAG}bad: ")
    assert str(raised.value).endswith(message)


WORDS = st.text(max_size=60).map(lambda written: clean_text(written)[0]).filter(bool)


@given(title=WORDS, other=WORDS, body=st.text(max_size=80), summary=st.text(max_size=60))
def test_any_text_is_written_well_and_read_back_equal(title, other, body, summary):
    summary = clean_text(summary)[0]
    content = safe_html(body, base=BASE)
    made = entry(
        article(
            title=text(en=title, zh=other), summary=text(en=summary), body=text(en=content), tags=(title,), media=()
        ),
        related=(RelatedLink(href=LINK.href, title=text(en=other)),),
    )
    bodies = {each: render(feed(each, language="en"), [made]) for each in FORMATS}

    item = parsed(bodies["rss"])[0].find("item")
    atom = parsed(bodies["atom"]).find("{*}entry")
    json_item = json.loads(bodies["json"])["items"][0]
    assert (item.findtext("title"), atom.findtext("{*}title"), json_item["title"]) == (title, title, title)
    assert item.findtext("{*}alternative") == atom.findtext("{*}alternative") == other
    assert atom.findall("{*}link")[1].get("title") == other
    assert atom.findtext("{*}summary", "") == json_item.get("summary", "") == summary
    assert (item.findtext("{*}encoded") or item.findtext("description")) == json_item["content_html"]
    assert atom.findtext("{*}content") == json_item["content_html"]


SCRIPT = """
import hashlib
from samplefeed import FORMATS, article, entry, feed
from feedsvc.feeds.formats import render
bodies = [render(feed(each), [entry(), entry(article("b"))]) for each in FORMATS]
print(hashlib.sha256(b"".join(bodies)).hexdigest())
"""


def test_bytes_depend_on_no_seed_no_zone_and_no_locale():
    bodies = [render(feed(each), [entry(), entry(article("b"))]) for each in FORMATS]
    here = hashlib.sha256(b"".join(bodies)).hexdigest()
    path = os.pathsep.join([str(Path(feedsvc.__file__).parents[1]), str(Path(__file__).parent / "support")])

    elsewhere = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONPATH": path, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": spoken, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed, zone, spoken in (("1", "Asia/Shanghai", "C"), ("2", "America/St_Johns", "C.UTF-8"))
    ]

    assert elsewhere == [here, here]
