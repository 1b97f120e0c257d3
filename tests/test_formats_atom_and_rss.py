"""Show that each habit of feedgen 1.0.0 is put right, and tell when it no longer needs to be."""

from __future__ import annotations

import locale
from datetime import UTC, datetime

import feedgen.entry
import feedgen.feed
import feedparser
import pytest

from feedsvc.feeds.entry import make_item
from feedsvc.feeds.formats import RENDERERS, render
from feedsvc.feeds.formats.atom_and_rss import atom_feed, rss_feed
from feedsvc.model.errors import RenderError
from parsedxml import parsed
from samplefeed import LINK, NOON, PHOTO, SITE, SOUND, UPDATED, article, entry, feed, text

TIDE = f"{SITE}/articles/tide"
WRITERS = {"rss": rss_feed, "atom": atom_feed}


def written(ending: str, entries=None, **changes: object) -> bytes:
    return render(feed(ending, **changes), [entry()] if entries is None else entries)


def bare_entry():
    made = feedgen.entry.FeedEntry()
    made.id("tag:x")
    made.title("A")
    made.link(href=TIDE, rel="alternate", type="text/html", hreflang="en", title="T")
    return made


def test_feedgen_still_loses_what_a_link_says_so_the_extension_is_still_needed():
    """Once this fails, python-feedgen#135 is mended: let feedgen write the links of entries."""
    (link,) = bare_entry().atom_entry().findall("link")

    assert dict(link.attrib) == {"href": TIDE}


def test_feedgen_still_dates_by_the_clock_what_it_is_not_told():
    """Once this fails, feedgen no longer writes now: dates that are not given may be left to it."""
    before = datetime.now(UTC)

    assert before <= bare_entry().updated() <= datetime.now(UTC)


def test_feedgen_still_prepends_unless_told_otherwise():
    """Once this fails, entries may be added without an order."""
    generator = feedgen.feed.FeedGenerator()

    for name in ("first", "second"):
        generator.add_entry().id(name)

    assert [each.id() for each in generator.entry()] == ["second", "first"]


def test_feedgen_still_switches_the_locale_for_a_date(monkeypatch):
    """Once this fails, the dates of RSS may be left to feedgen."""
    asked = []
    monkeypatch.setattr(locale, "setlocale", lambda *arguments: asked.append(arguments))

    feedgen.util.formatRFC2822(NOON)

    assert asked


def test_no_date_of_ours_switches_the_locale(monkeypatch):
    monkeypatch.setattr(locale, "setlocale", lambda *_: pytest.fail("the process's locale was touched"))

    item = parsed(written("rss"))[0].find("item")

    assert item.findtext("pubDate") == "Tue, 26 May 2026 04:00:00 +0000"


@pytest.mark.parametrize("ending", WRITERS)
def test_a_related_link_is_never_taken_for_the_article(ending):
    read = feedparser.parse(written(ending))

    assert (read.bozo, [each.link for each in read.entries]) == (0, [TIDE])
    assert [
        (each.rel, each.href, each.type, each.title) for each in read.entries[0].links if each.rel == "related"
    ] == [("related", LINK.href, "text/html", "The last ferry / 末班渡轮")]


@pytest.mark.parametrize("ending", WRITERS)
def test_a_reader_finds_one_enclosure_with_its_true_length(ending):
    read = feedparser.parse(written(ending))

    assert [(each.href, each.type, each.length) for each in read.entries[0].enclosures] == [
        (SOUND.url, "audio/mpeg", "4096")
    ]


@pytest.mark.parametrize("ending", WRITERS)
def test_a_reader_knows_the_language_of_each_entry_and_of_its_other_title(ending):
    read = feedparser.parse(written(ending, [entry(), entry(article("b", title=text(zh="潮水")))]))

    assert [each.title_detail.language for each in read.entries] == ["en", "zh"]


@pytest.mark.parametrize("ending", WRITERS)
def test_feed_links_lead_to_the_page_and_to_the_feed_itself(ending):
    read = feedparser.parse(written(ending)).feed

    assert read.link == f"{SITE}/categories/world/"
    assert [each.href for each in read.links if each.rel == "self"] == [f"{SITE}/feeds/world.{ending}"]


@pytest.mark.parametrize("ending", WRITERS)
def test_no_date_is_now(ending):
    read = feedparser.parse(written(ending))

    assert read.feed.updated_parsed[:6] == UPDATED.timetuple()[:6]
    assert datetime(*read.entries[0].published_parsed[:6], tzinfo=UTC) == NOON


@pytest.mark.parametrize("ending", WRITERS)
def test_a_feed_without_entries_is_a_feed(ending):
    read = feedparser.parse(written(ending, []))

    assert (read.bozo, read.entries, read.feed.title) == (0, [], "World / 国际")


@pytest.mark.parametrize("ending", WRITERS)
def test_the_declaration_is_utf_8_and_white_space_is_not_changed(ending):
    body = written(ending, [entry(article(body=text(en="<pre> a\n\n b </pre>")))])

    assert body.partition(b"\n")[0] == b"<?xml version='1.0' encoding='UTF-8'?>"
    assert "<pre> a\n\n b </pre>" in "".join(parsed(body).itertext())


@pytest.mark.parametrize("ending", WRITERS)
def test_a_feed_that_cannot_be_written_is_named(ending):
    with pytest.raises(RenderError, match=rf"^/feeds/world\.{ending}: cannot be written as XML: "):
        WRITERS[ending](feed(ending, title="\x00"), ())


@pytest.mark.parametrize("ending", WRITERS)
def test_an_entry_is_written_by_itself_as_it_stands_in_the_feed(ending):
    made = feed(ending)
    bare = RENDERERS[ending].entry(made, make_item(entry(article(media=(PHOTO, SOUND))), made))
    whole = written(ending, [entry(article(media=(PHOTO, SOUND)))])

    assert bare.startswith(b"<entry xml:lang" if ending == "atom" else b"<item xml:lang")
    assert b"xmlns" not in bare.replace(b' xmlns="http://www.w3.org/2005/Atom"', b"")
    assert bare in whole
