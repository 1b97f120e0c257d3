"""See what an edition says of itself: how sure its dates are, and how long it took."""

from __future__ import annotations

import json

from sqlalchemy import select, update

from feedsvc.model.feed import Sureness
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from feedsvc.stores import schema

SURE = "---\ntitle: Sure Tide\ndate: 2026-10-30 09:00 +00:00\n---\nIt rose.\n"
UNSURE = "---\ntitle: Some Tide\n---\nIt rose at some time.\n"


def test_an_edition_counts_its_dates_by_confidence_as_they_come_change_and_go(newsroom):
    newsroom.file("world/sure.md", SURE)
    newsroom.file("world/unsure.md", UNSURE)
    first = newsroom.publish().sureness
    newsroom.file("world/unsure.md", UNSURE.replace("\n---\nIt", "\ndate: 2026-10-29 10:00 +00:00\n---\nIt"))
    second = newsroom.publish().sureness
    (newsroom.articles / "world" / "sure.md").unlink()
    third = newsroom.publish().sureness

    assert (first.high, first.medium + first.low) == (1, 1)
    assert (second, third) == (Sureness(high=2), Sureness(high=1))


def test_dates_are_counted_anew_after_an_edition_that_did_not(newsroom):
    newsroom.file("world/sure.md", SURE)
    newsroom.publish()
    with newsroom.store.transaction() as connection:  # as an older feedsvc left it
        kept = json.loads(connection.scalar(select(schema.editions.c.data)))
        del kept["sureness"], kept["took_s"]
        connection.execute(update(schema.editions).values(data=json.dumps(kept).encode()))
    assert newsroom.store.edition().sureness is None

    newsroom.file("world/more.md", SURE.replace("Sure", "More"))

    assert newsroom.publish().sureness == Sureness(high=2)


def test_an_edition_says_how_long_it_took(newsroom):
    newsroom.file("world/sure.md", SURE)

    made = publish(newsroom.store, PassRequest(settings=newsroom.settings, now=newsroom.now, elapsed_s=lambda: 1.23456))

    assert (made.took_s, newsroom.store.edition().took_s) == (1.235, 1.235)
