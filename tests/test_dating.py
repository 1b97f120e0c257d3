from __future__ import annotations

from datetime import UTC, datetime

import pytest

from drafts import draft
from feedsvc.articles.dating import Dating, dateline_of
from feedsvc.model.article import Article
from feedsvc.model.dates import Timestamp
from feedsvc.model.draft import Arrived
from feedsvc.model.errors import DateError
from feedsvc.stores.articles import Articles
from newsroom import Newsroom

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HEADLINE = "Owls take over the night shift\n\n"
STORY = "\n\nOSLO, Nov 20 (Xinhua) -- Three owls have taken over the night shift at the signal box by the harbour.\n"


def dates_of(text: str) -> tuple[str, str, str]:
    """Return when *text* was published and updated, and the step that says by which clock it was updated."""
    owls = draft(text, "owls.txt", arrival=NOW)
    dateline = dateline_of(owls, "en")
    dating = Dating(Arrived(draft=owls, arrival=NOW, live=True, digest=""), now=NOW, site_zone="Asia/Tokyo")
    published = dating.by(dateline)
    updated = dating.update_stated(dateline, published)
    assert updated is not None
    return published.instant.isoformat(), updated.instant.isoformat(), updated.evidence[-1]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(
            "2026-11-20 10:00\nUpdated: 2026-11-20 12:00",
            (
                "2026-11-20T03:00:00+01:00",
                "2026-11-20T05:00:00+01:00",
                "No zone is printed; the time is by the clock of Asia/Shanghai, as that of the date is.",
            ),
            id="a stamp, by the agency's clock",
        ),
        pytest.param(
            "Date: 2026-11-20 10:00\nUpdated: 2026-11-20 12:00",
            (
                "2026-11-20T10:00:00+01:00",
                "2026-11-20T12:00:00+01:00",
                "No zone is printed; the time is by the clock of UTC+01:00, as that of the date is.",
            ),
            id="a label, by the place's clock",
        ),
        pytest.param(
            "Date: 2026-11-20 10:00 GMT+8\nUpdated: 2026-11-20 12:00",
            (
                "2026-11-20T10:00:00+08:00",
                "2026-11-20T12:00:00+08:00",
                "No zone is printed; the time is by the clock of UTC+08:00, as that of the date is.",
            ),
            id="a label, by the clock that it names",
        ),
        pytest.param(
            "2026-11-20 10:00\nUpdated: 2026-11-20 12:00 GMT",
            ("2026-11-20T03:00:00+01:00", "2026-11-20T12:00:00+00:00", "The zone +00:00 is printed."),
            id="a zone of its own",
        ),
    ],
)
def test_an_update_is_read_by_the_clock_of_the_date_beside_it(head, expected):
    assert dates_of(f"{HEADLINE}{head}{STORY}") == expected


@pytest.mark.parametrize("value", ["soon", "2026-02-30 11:00", "05/06/2026"])
def test_an_update_that_is_no_date_is_an_error_at_its_place(value):
    text = f"{HEADLINE}Date: 2026-11-20 10:00\nUpdated: {value}{STORY}"

    with pytest.raises(DateError, match=value) as caught:
        dates_of(text)

    assert caught.value.offset == text.index(value)


@pytest.mark.parametrize(
    ("path", "keys", "told"),
    [
        pytest.param(
            "2026-05-10-meeting-of-2026-10-25.md", "", ("path", "2026-05-10"), id="the day the name begins with"
        ),
        pytest.param("ferry.md", "permalink: /2026/05/11/ferry/\n", ("path", "2026/05/11"), id="a permalink"),
        pytest.param(
            "2026-05-10-ferry.md", "url: /2026/05/11/\n", ("path", "2026-05-10"), id="the name before an address"
        ),
        pytest.param("ferry.md", "publishDate: 2026-05-12\n", ("stated", "2026-05-12"), id="a release that is over"),
        pytest.param("ferry.md", "url: /2026/05/\n", ("arrival", ""), id="no day"),
    ],
)
def test_a_post_without_a_date_key_is_dated_by_its_name_or_its_address(path, keys, told):
    ferry = draft(f"---\ntitle: Ferry\n{keys}---\n\nIt sails.\n", path, arrival=NOW)

    published = Dating(Arrived(draft=ferry, arrival=NOW, live=True, digest=""), now=NOW, site_zone="UTC").by(None)

    assert (published.provenance, published.text) == told


DECK = (
    "The owls have moved into the signal box by the harbour, where they keep watch until the first train has left. " * 2
)
PLAIN = "\n\nThree owls have taken over the night shift at the signal box by the harbour, and nobody minds.\n"


@pytest.mark.parametrize(
    ("head", "live", "expected"),
    [
        pytest.param(
            "November 20, 2026 at 2:05 pm in News 6 comments", True, ("stamp", "2026-11-20", "medium"), id="a name"
        ),
        pytest.param(f"{DECK}\n\nNov. 20, 2026", True, ("stamp", "2026-11-20", "high"), id="below a standfirst"),
        pytest.param("Saturday, 19 June 2027 at the Quay Hall", True, ("arrival", "2026-12-01", "medium"), id="ahead"),
        pytest.param("Updated: 2026-11-20 12:00", True, ("stated", "2026-11-20", "medium"), id="an update alone"),
        pytest.param("Updated: 2027-06-19 12:00", True, ("arrival", "2026-12-01", "medium"), id="an update ahead"),
        pytest.param("Owls, 2 min read", False, ("arrival", "2026-12-01", "low"), id="no date"),
    ],
)
def test_a_date_beside_other_words_of_the_head_dates_the_copy(head, live, expected):
    published = published_of(f"{HEADLINE}{head}{PLAIN}", live=live)

    assert (published.provenance, published.instant.date().isoformat(), published.confidence) == expected


def test_a_date_ahead_beside_other_words_is_told():
    published = published_of(f"{HEADLINE}Saturday, 19 June 2027 at the Quay Hall{PLAIN}", live=True)

    assert published.contradictions == (
        "The date 'Saturday, 19 June 2027' lies after the arrival; it is of something else than the copy.",
    )


def published_of(text: str, *, live: bool) -> Timestamp:
    owls = draft(text, "owls.txt", arrival=NOW)
    return Dating(Arrived(draft=owls, arrival=NOW, live=live, digest=""), now=NOW, site_zone="UTC").by(
        dateline_of(owls, "en")
    )


def test_an_update_that_is_no_date_is_a_note_and_keeps_no_copy_back(tmp_path):
    room = Newsroom(tmp_path)
    room.file(
        "world/ferry.txt",
        f"{HEADLINE}Date: 2026-10-20 10:00\nUpdated: 2026-02-30 11:00\n\nThree owls have taken over the night shift.\n",
    )
    room.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-20\nupdated: soon\n---\n\nWater rose.\n")

    edition = room.publish()
    room.close()

    assert edition.articles == 2
    assert [f"{problem.severity}: {problem}" for problem in edition.problems] == [
        "note: world/ferry.txt:4: the update is left out: '2026-02-30 11:00': there is no such day",
        "note: world/tide.md:4: the update is left out: no date can be read from 'soon'; write it as YYYY-MM-DD",
    ]


def articles_of(newsroom: Newsroom) -> list[Article]:
    with newsroom.store.snapshot() as connection:
        articles = Articles(connection)
        return [entry.article for identity in articles.ids() for entry in articles.live_entries([identity])]


CORDA = (
    "A última corda de cânhamo foi vendida no sábado na loja do porto, que fechou a porta para sempre depois disso.\n"
)
CORDE = (
    "La dernière corde de chanvre a été vendue samedi dans la boutique du port, qui a fermé ses portes pour de bon.\n"
)
COIL = "The rope walk sold its last coil of hemp on Saturday, and closed a door that had stood open for ninety years.\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            f"Corda vendida na loja\n\nPublicado em 02/10/2026\n\n{CORDA}", ("2026-10-02", "medium"), id="a stamp"
        ),
        pytest.param(
            f"Une corde vendue dans la boutique\n\nDate: 02/10/2026\n\n{CORDE}", ("2026-10-02", "medium"), id="a label"
        ),
        pytest.param(f"Rope walk sells\n\nDate: 20/10/2026\n\n{COIL}", ("2026-10-20", "high"), id="one order only"),
    ],
)
def test_the_day_stands_first_where_the_language_of_the_copy_writes_so(newsroom, content, expected):
    three = newsroom.main.replace('["en", "zh"]', '["en", "fr", "pt"]').replace("zh =", 'fr = "Quai", pt =')
    newsroom.configure(three)
    categories = newsroom.folder / "config" / "categories.toml"
    categories.write_text('[general]\ntitle = { en = "General", fr = "Divers", pt = "Geral" }\n', encoding="utf-8")
    newsroom.file("rope.txt", content)
    newsroom.publish()

    (article,) = articles_of(newsroom)

    published = article.versions[0].published
    assert (f"{published.instant:%Y-%m-%d}", published.confidence) == expected


@pytest.mark.parametrize("value", ["02/10/2026", "in the autumn", "to be announced"])
def test_a_label_that_cannot_be_read_is_noted_and_leaves_the_rest(newsroom, value):
    newsroom.file("rope.txt", f"Rope walk sells its last coil\n\nDate: {value}\n\nLISBON, Oct 20 (Quay Wire) -- {COIL}")
    newsroom.file("quay.txt", f"Quay shop closes\n\nDate: {value}\n\n{COIL}")

    told = [problem.message for problem in newsroom.publish().problems]

    dates = {article.origins[0]: article.versions[0].published for article in articles_of(newsroom)}
    assert (dates["quay.txt"].provenance, dates["quay.txt"].confidence) == ("arrival", "low")
    assert f"{dates['rope.txt'].instant:%m-%d}" in ("10-20", "10-02")
    assert any(value in message for message in told)


def test_a_key_that_cannot_be_read_still_rejects_its_document(newsroom):
    newsroom.file("rope.md", f"---\ntitle: Rope walk sells\ndate: 02/10/2026\n---\n\n{COIL}")

    newsroom.publish()

    assert articles_of(newsroom) == []
