"""Break feeds, and see that the rules by which the fuzz tests judge them say so."""

from __future__ import annotations

import pytest

from feedrules import faults_of
from feedsvc.feeds.formats import RENDERERS, render
from samplefeed import entry, feed


@pytest.mark.parametrize("form", RENDERERS)
def test_our_feeds_break_no_rule(form):
    assert faults_of(form, render(feed(form), [entry()])) == []


@pytest.mark.parametrize(
    ("form", "right", "wrong", "fault"),
    [
        (
            "json",
            '"attachments"',
            '"enclosures"',
            "items: 0: enclosures is neither a key of JSON Feed nor an extension",
        ),
        ("json", '"mime_type":"image/jpeg","title"', '"title"', "items: 0: attachments: 0: mime_type is missing"),
        ("json", '"content_html"', '"_html"', "items: 0: none of content_html, content_text is there"),
        ("json", '"size_in_bytes":2048', '"size_in_bytes":"2048"', "items: 0: attachments: 0: size_in_bytes: '2048'"),
        ("json", '"2026-05-26T12:00:00+08:00"', '"2026-05-26"', "items: 0: date_published: '2026-05-26' is no date"),
        ("json", '"version"', '"_version"', "version is missing"),
        ("json", '"name":"Lin Xia / 林夏"', "", "items: 0: authors: 0: none of name, url, avatar is there"),
        ("rss", "<guid ", "<guid>a</guid><guid ", "item has 2 of guid"),
        ("rss", ' length="4096"', "", "an enclosure has "),
        ("rss", "<pubDate>", "<pubDate>on ", "'on Tue, 26 May 2026 04:00:00 +0000' is no date of RFC 822"),
        ("rss", "</rss>", "", "Premature end"),
        ("atom", "<author><name>Harbour Wire</name></author>", "", "the feed has no author"),
        ("atom", "<updated>2026-05-27T", "<updated>2026-05-27 ", "is no date of RFC 3339"),
        ("atom", "<entry ", "<entry xml:lang='en'><id>a</id></entry><entry ", "entry has 0 of"),
    ],
    ids=lambda value: None if len(value) > 4 else value,
)
def test_a_broken_rule_is_named(form, right, wrong, fault):
    body = render(feed(form), [entry()]).decode()
    assert right in body

    assert any(fault in said for said in faults_of(form, body.replace(right, wrong).encode()))
