"""A mark frees copy at the time that it names, when every word of it is understood; else it holds."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from drafts import draft
from feedsvc.articles.holds import doubt_of, kept_back, read_release
from feedsvc.model.draft import Arrived

ARRIVAL = datetime(2026, 11, 27, 9, tzinfo=UTC)
LEAD = "LISBON, Nov. 27 (Harbour Wire) -- Twelve keepers sang on Friday to an empty sea, and nobody came to listen."
LEAD_ZH = "港湾通讯社厦门11月27日电 厦门港周五迎来一艘没有船员的帆船，港口管理员说它是自己漂来的。"
# Each mark with the time that it means, in UTC; the site is in Shanghai.
UNDERSTOOD = """
EMBARGOED UNTIL 00:01 GMT, Tuesday 1 December 2026 = 12-01 00:01
EMBARGOED FOR RELEASE UNTIL 10 A.M. EST NOV. 30, 2026 = 11-30 15:00
*** EMBARGOED until 10:00 GMT on Monday, November 30, 2026 *** = 11-30 10:00
EMBARGO: NOT FOR RELEASE BEFORE 0001 GMT TUESDAY DECEMBER 1 = 12-01 00:01
Embargoed to 1000 GMT 30 November 2026 = 11-30 10:00
Strictly embargoed until 2030 GMT 30 November 2026 = 11-30 20:30
HOLD FOR RELEASE 6 p.m. (Beijing time) Nov. 30 = 11-30 10:00
Hold until 18:00 (London) 30 November 2026 = 11-30 18:00
For release at 10 a.m. ET on Monday, Nov. 30 = 11-30 15:00
Release at 10:00 GMT Monday 30 November 2026 = 11-30 10:00
To be released at 10:00 GMT on 30 November 2026 = 11-30 10:00
Embargo lifts at 10:00 GMT on Monday the 30th November 2026 = 11-30 10:00
Do not publish before 30 Nov 2026 10:00 (London) = 11-30 10:00
[Not for publication until 30.11.2026 10.00 CET] = 11-30 09:00
Embargoed till 23:59 local time Nov. 30, 2026 = 11-30 15:59
12:01 a.m. EST Monday, Nov. 30, 2026 = 11-30 05:01
until 30 November 2026, 09:00 +08:00 = 11-30 01:00
2026-11-30T09:00:00Z = 11-30 09:00
2026-11-30 = 11-30 16:00
FOR USE SUNDAY, NOV. 29, 2026, AND THEREAFTER = 11-29 16:00
定于2026年11月30日20时发布 = 11-30 12:00
2026年11月30日上午9时起可发布 = 11-30 01:00
（本稿定于2026年11月30日20时发布，请勿提前使用） = 11-30 12:00
【此稿定于11月30日（周一）20时发布】 = 11-30 12:00
11月30日10时前不得报道 = 11-30 02:00
禁载至2026年11月30日20时 = 11-30 12:00
此稿请于11月30日18时后播发 = 11-30 10:00
限11月29日18时后使用 = 11-29 10:00
北京时间2026年11月30日20:30解禁 = 11-30 12:30
解禁时间：2026年11月30日20:30 = 11-30 12:30
"""
HELD = """
EMBARGOED UNTIL 00:01 GMT, Monday 1 December 2026
EMBARGOED UNTIL DELIVERY|EMBARGOED UNTIL FRIDAY|EMBARGOED UNTIL 10:00|EMBARGOED UNTIL 2030 GMT
EMBARGOED UNTIL 10:00 GMT 30 November 2026 - CHECK AGAINST DELIVERY
EMBARGOED UNTIL THE MINISTER SPEAKS AT 10:00 GMT 30 November 2026
EMBARGOED UNTIL 10:00 GMT 30 November 2026, WHEN THE MINISTER SPEAKS
EMBARGOED UNTIL ABOUT 10:00 GMT 30 November 2026|EMBARGOED UNTIL 10:00 GMT 30 November 2026 OR LATER
EMBARGOED AFTER 10:00 GMT 30 November 2026|FOR RELEASE BEFORE 10:00 GMT 30 November 2026
EMBARGOED UNTIL 10:00 CST 30 November 2026|EMBARGOED UNTIL 9:00 EST 30 November 2026
EMBARGOED UNTIL 12:00 a.m. GMT 30 November 2026|EMBARGOED UNTIL midnight 30 November 2026
EMBARGOED UNTIL 05/07/2026 10:00 GMT|EMBARGOED UNTIL 31 November 2026 10:00 GMT
EMBARGOED UNTIL 10:00 GMT Nov. 30 and 1 December 2026|EMBARGOED UNTIL 10:00 GMT 30 Nov 26
EMBARGOED UNTIL 10:00 GMT 30 June|EMBARGOED FOR 30 November 2026 papers
EMBARGOED UNTIL 25:00 GMT 30 November 2026|EMBARGOED UNTIL 24:00 GMT 30 November 2026|2026-11-30T24:00Z|
2026-11-30 10:00+16:00|2026-11-30 10:00 +0800 TBC|2026-11-30 10:00 +0800 (TBC)|2026-10-31 09:00 CST|true|soon
本稿拟于2026年11月30日20时发布|定于2026年11月30日20时左右发布|2026年11月30日20时至22时发布
定于30日20时发布|新闻发布会前不得报道|2026年11月30日前发布|定于11月30日（周二）20时发布|定于2026年11月30日24时发布
"""


def lines(table: str) -> list[str]:
    return [each for line in table.strip().splitlines() for each in line.split("|")]


def read(mark: str, *references: date) -> datetime | None:
    return read_release(mark, datelines=(), references=references or {ARRIVAL.date()}, site_zone="Asia/Shanghai")


@pytest.mark.parametrize("line", lines(UNDERSTOOD))
def test_a_mark_is_over_at_the_time_that_it_names(line):
    mark, _, meant = line.rpartition(" = ")

    assert read(mark) == datetime.strptime(f"2026-{meant} +0000", "%Y-%m-%d %H:%M %z")


@pytest.mark.parametrize("mark", lines(HELD))
def test_a_mark_with_a_word_that_is_in_doubt_is_never_over(mark):
    assert read(mark) is None


def test_a_day_without_a_year_is_near_the_days_of_the_copy():
    mark = "EMBARGOED UNTIL 10:00 GMT 3 January"

    assert read(mark, date(2026, 12, 20)) == datetime(2027, 1, 3, 10, tzinfo=UTC)
    assert read(mark, date(2026, 12, 20), date(2027, 1, 2)) == datetime(2027, 1, 3, 10, tzinfo=UTC)
    assert read(mark, date(2026, 12, 20), date(2025, 12, 20)) is None
    assert read(mark, date(2026, 6, 20)) is None


def test_an_hour_that_the_clock_shows_twice_is_the_later():
    assert read("2026-11-01 01:30 (New York)") == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def arrived(text: str, *, path: str = "choir.txt", live: bool = True) -> Arrived:
    return Arrived(draft=draft(text, path, arrival=ARRIVAL), arrival=ARRIVAL, live=live, digest="")


ITEM = """<nitf><head><docdata><doc-id id-string="choir-1"/><date.issue norm="20261128T100000"/>
<date.release norm="20261130T100000"/></docdata></head><body><body.head><hedline><hl1>Choir sings</hl1></hedline>
</body.head><body.content><p>{place}, Nov. 28 (Harbour Wire) -- The choir sang to an empty sea on Saturday.</p>
</body.content></body></nitf>"""


def due(text: str, *, path: str = "choir.txt", live: bool = True) -> datetime | None:
    kept = kept_back(arrived(text, path=path, live=live), now=ARRIVAL, site_zone="Asia/Shanghai")
    assert kept.active
    return kept.due


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"EMBARGOED UNTIL 10:00 NOV. 30, 2026\n\nChoir sings\n\n{LEAD}\n", (30, 10), id="the dateline's place"
        ),
        pytest.param(
            f"定于2026年11月30日20时发布\n\n灯塔合唱团歌唱\n\n{LEAD_ZH}\n", (30, 12), id="a Chinese dateline's place"
        ),
        pytest.param("---\ntitle: Choir\nrelease: 2026-11-30 10:00\n---\n\nIt sang.\n", (30, 2), id="the site's"),
        pytest.param(ITEM.format(place="WELLINGTON"), (30, 2), id="the site's, of an item without a zone"),
        pytest.param(ITEM.format(place="LISBON"), (30, 10), id="the place's, which is later"),
        pytest.param(
            f"EMBARGOED UNTIL 10:00 NOV. 30, 2026\n\nChoir sings\n\n灯塔合唱团歌唱\n\n{LEAD}\n\n{LEAD_ZH}\n",
            None,
            id="of two datelines that disagree, neither's",
        ),
        pytest.param(
            f"Choir sings\n\nEMBARGOED UNTIL 10:00 GMT NOV. 30\n\nCHECK AGAINST DELIVERY\n\n{LEAD}\n",
            None,
            id="a condition in another line",
        ),
        pytest.param(
            f"EMBARGOED UNTIL 10 A.M. GMT NOV. 30, 2026 - As delivered\n\nChoir sings\n\n{LEAD}\n",
            None,
            id="words on the same line",
        ),
        pytest.param(
            "---\ntitle: Choir\nrelease: 2026-11-30 10:00 +00:00\ndraft: true\n---\n\nIt sang.\n",
            None,
            id="a draft too",
        ),
        pytest.param(
            f"EMBARGOED UNTIL 10:00 GMT NOV. 30\n\nHOLD UNTIL 11:00 GMT NOV. 30\n\nChoir sings\n\n{LEAD}\n",
            (30, 11),
            id="the later of two",
        ),
    ],
)
def test_the_zone_is_the_articles_and_everything_else_must_be_clear(text, expected):
    found = due(text, path="choir.md" if text.startswith("---") else "choir.txt")

    assert found == (None if expected is None else datetime(2026, 11, expected[0], expected[1], tzinfo=UTC))


def test_a_time_that_was_over_long_before_the_copy_came_is_in_doubt():
    wrong_year = arrived(f"EMBARGOED UNTIL 10:00 GMT NOV. 30, 2025\n\nChoir sings\n\n{LEAD}\n")
    old_copy = arrived(
        f"EMBARGOED UNTIL 10:00 GMT NOV. 30, 2025\n\nChoir sings\n\n{LEAD}\n".replace("27 (", "27, 2025 (")
    )
    old_post = arrived("---\ntitle: Choir\npublishDate: 2019-05-01\n---\n\nIt sang.\n", path="choir.md")

    held = [bool(kept_back(each, now=ARRIVAL, site_zone="UTC").active) for each in (wrong_year, old_copy, old_post)]

    assert held == [True, False, False]


def test_a_year_is_not_inferred_from_the_time_of_a_copy():
    text = f"EMBARGOED UNTIL 10:00 GMT NOV. 30\n\nChoir sings\n\n{LEAD}\n"

    assert (due(text, live=False), due(text) is not None) == (None, True)
    assert due(text.replace("Nov. 27 ", "Nov. 27, 2026 "), live=False) == datetime(2026, 11, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ("EMBARGOED UNTIL 6 PM FRIDAY", "Friday has no date"),
        ("周五解禁", "周五 has no date"),
        ("Embargoed until Monday 30 November 2027 10:00", "2027-11-30 is a Tuesday"),
        ("Hold until 30 May", "30 May has no year"),
        ("Embargoed until 05/07/2026 10:00", "05/07/2026 can mean two days"),
        ("Embargo: 12 am 3 June 2026", "12 am can mean two times"),
        ("Embargoed until 3 June 2026 10:00 IST", "IST can mean several zones"),
        ("Embargoed until 31 February 2027", "there is no such day"),
        ("Embargoed until 3 June 2026 unless it rains", "not all of its words are understood"),
        ("Hold for release", "it names no time"),
    ],
)
def test_a_mark_that_is_not_understood_says_why(mark, why):
    assert doubt_of(mark) == why


def test_of_several_marks_the_one_that_only_a_person_lifts_is_told(newsroom):
    newsroom.file(
        "a.txt", "EMBARGOED UNTIL 2036-12-01 10:00 UTC\nHOLD FOR RELEASE\n\nFerry sails\n\nLISBON -- It sails.\n"
    )

    edition = newsroom.publish()

    assert [str(problem) for problem in edition.problems] == [
        "a.txt:2: 'HOLD FOR RELEASE' holds it back: it names no time; only a person can lift it"
    ]
