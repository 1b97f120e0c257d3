from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest

from feedsvc.datelines import evidence_for, find_dateline, resolve
from feedsvc.datelines.calendar import years_named
from feedsvc.model.dates import Dateline, Evidence, Timestamp
from feedsvc.model.errors import AheadError, DateError


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def dateline(text: str) -> Dateline:
    found = find_dateline(text)
    assert found is not None
    return found


OSLO = "OSLO, May 26 (Harbour Wire) -- The ministers met on the quay"
QINGDAO_NEW_YEAR = "QINGDAO, Dec. 31 (Harbour Wire) -- The ministers met on the quay"
NEW_YEAR = "港湾通讯社青岛1月1日电 港口"
LEAP = "港湾通讯社青岛2月29日电 港口"
FRIDAY = "OSLO, Friday, May 26 (Harbour Wire) -- The ministers met"

LIVE = moment("2017-05-26T15:00+00:00")
LATER = moment("2026-11-22T12:00+00:00")

YEARS = [
    pytest.param(OSLO, Evidence(arrival=LIVE), "2017-05-26", "arrived on 2017-05-26", "high", id="live arrival"),
    pytest.param(
        OSLO,
        Evidence(arrival=moment("2017-06-25T12:00+00:00")),
        "2017-05-26",
        "arrived",
        "high",
        id="live, thirty days on",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=moment("2017-06-26T12:00+00:00")),
        "2017-05-26",
        "latest such day",
        "low",
        id="thirty-one days on",
    ),
    pytest.param(
        QINGDAO_NEW_YEAR,
        Evidence(arrival=moment("2023-01-01T03:00+00:00")),
        "2022-12-31",
        "arrived on 2023-01-01",
        "high",
        id="new year, arrived the day after",
    ),
    pytest.param(
        NEW_YEAR,
        Evidence(arrival=moment("2022-12-31T12:00+00:00")),
        "2022-12-31",
        "so the year is 2023",
        "high",
        id="new year, a zone ahead",
    ),
    pytest.param(
        NEW_YEAR,
        Evidence(reference=date(2022, 12, 31)),
        "2023-01-01",
        "reference date 2022-12-31",
        "high",
        id="reference before",
    ),
    pytest.param(
        QINGDAO_NEW_YEAR,
        Evidence(reference=date(2023, 1, 1)),
        "2022-12-31",
        "reference date",
        "high",
        id="reference after",
    ),
    pytest.param(
        LEAP,
        Evidence(arrival=moment("2023-03-01T03:00+00:00")),
        "2020-02-29",
        "latest such day",
        "low",
        id="leap day, common year",
    ),
    pytest.param(
        LEAP,
        Evidence(arrival=moment("2024-03-01T03:00+00:00")),
        "2024-02-29",
        "arrived",
        "high",
        id="leap day, leap year",
    ),
    pytest.param(
        LEAP,
        Evidence(arrival=LATER, body="2015年和2016年的港口"),
        "2016-02-29",
        "names the year 2016",
        "low",
        id="leap day by the body",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LATER, stamp="2016-06-01", path="2015/05/26/x.txt"),
        "2016-05-26",
        "stamp '2016-06-01'",
        "high",
        id="a stamp before a path",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LIVE, path="world/2015-05/26/x.txt"),
        "2015-05-26",
        "in the path",
        "high",
        id="a path before a live arrival",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LATER, path="2014-05-27-harbour.txt"),
        "2014-05-26",
        "in the path",
        "high",
        id="a file name",
    ),
    pytest.param(
        OSLO, Evidence(arrival=LATER, path="a/2013/x.txt"), "2013-05-26", "in the path", "high", id="a year in a path"
    ),
    pytest.param(
        QINGDAO_NEW_YEAR,
        Evidence(arrival=LATER, path="2014/01/x.txt"),
        "2013-12-31",
        "in the path",
        "medium",
        id="a month in a path",
    ),
    pytest.param(FRIDAY, Evidence(arrival=LATER), "2023-05-26", "prints Friday", "medium", id="the weekday"),
    pytest.param(
        FRIDAY,
        Evidence(arrival=LATER, body="The port burnt in 2017."),
        "2017-05-26",
        "a year that the body names",
        "medium",
        id="the weekday and the body",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LATER, body="At the end of 2015 it closed; 409 ships called in 2017."),
        "2017-05-26",
        "The body names the year 2017",
        "low",
        id="the latest year of the body",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LATER, body="By 2020 the port will be green. It opened in 2012. Vision 2025, 2030 agenda."),
        "2012-05-26",
        "names the year 2012",
        "low",
        id="targets in English are none",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LATER, body="Made in China 2025 began in 2015 and runs to 2025."),
        "2015-05-26",
        "names the year 2015",
        "low",
        id="a plan's name is none",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LATER, body="The port opened on May 20, 2017, and grew in 2019."),
        "2017-05-26",
        "names a day close to that day in 2017",
        "medium",
        id="a day of the same fortnight in the body",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LATER, body="It is the third such meeting; the keepers met in June 2017."),
        "2017-05-26",
        "names a month close to that day in 2017",
        "low",
        id="a month in the body, as of the meeting before",
    ),
    pytest.param(
        "港湾通讯社青岛5月26日电 港口",
        Evidence(arrival=LATER, body="2018年6月，守塔人在青岛开会。2017年5月24日，港口开放。"),
        "2017-05-26",
        "names a day close to that day in 2017",
        "medium",
        id="a day in Chinese before a later month",
    ),
    pytest.param(
        "港湾通讯社青岛5月26日电 港口",
        Evidence(arrival=LATER, body="到2020年港口将扩建，2018年已动工，2025年目标不变"),
        "2018-05-26",
        "names the year 2018",
        "low",
        id="targets in Chinese are none",
    ),
    pytest.param(
        QINGDAO_NEW_YEAR,
        Evidence(arrival=LATER, body="In 2026 it grew, as in 2019."),
        "2019-12-31",
        "names the year 2019",
        "low",
        id="a year whose day is still to come",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LATER, body="It cost $2019 and 2,018 people came."),
        "2026-05-26",
        "latest such day",
        "low",
        id="money",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LIVE, live=False, body="In 2011 it opened."),
        "2011-05-26",
        "names the year 2011",
        "low",
        id="a clone's arrival never chooses",
    ),
    pytest.param(
        OSLO, Evidence(arrival=LATER, live=False), "2026-05-26", "latest such day", "low", id="a clone without more"
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=moment("2017-05-27T15:00+00:00"), live=False),
        "2017-05-26",
        "latest such day",
        "low",
        id="a clone of one age",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=moment("2017-05-27T15:00+00:00")),
        "2017-05-26",
        "arrived on 2017-05-27",
        "high",
        id="beside it, the same copy live",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LIVE, live=False, path="2012/x.txt"),
        "2012-05-26",
        "in the path",
        "high",
        id="a clone with a year in its path",
    ),
    pytest.param(
        "OSLO, May 26, 2009 (Harbour Wire) -- The ministers met",
        Evidence(arrival=LIVE, body="It opened in 2017."),
        "2009-05-26",
        "prints the full date 2009-05-26",
        "high",
        id="a reprint that prints its year",
    ),
    pytest.param(
        OSLO,
        Evidence(arrival=LIVE, path="2009/05/26/x.txt"),
        "2009-05-26",
        "in the path",
        "high",
        id="a reprint filed under its day",
    ),
    pytest.param(
        QINGDAO_NEW_YEAR,
        Evidence(arrival=LATER, path="2018/01/01/x.txt"),
        "2017-12-31",
        "in the path",
        "high",
        id="new year, filed the day after",
    ),
    pytest.param(
        LEAP,
        Evidence(reference=date(2024, 2, 28)),
        "2024-02-29",
        "reference date 2024-02-28",
        "high",
        id="leap day, reference before",
    ),
    pytest.param(
        LEAP,
        Evidence(arrival=LATER, body="2019年的港口"),
        "2024-02-29",
        "latest such day",
        "low",
        id="leap day, the body names a common year",
    ),
    pytest.param(
        OSLO,
        Evidence(reference=date(2017, 5, 23)),
        "2016-05-26",
        "reference date 2017-05-23",
        "low",
        id="reference three days before",
    ),
    pytest.param(
        LEAP,
        Evidence(reference=date(2024, 2, 27)),
        "2024-02-29",
        "reference date 2024-02-27",
        "high",
        id="leap day, reference two days before",
    ),
    pytest.param(
        LEAP,
        Evidence(reference=date(2023, 3, 1)),
        "2020-02-29",
        "reference date 2023-03-01",
        "low",
        id="leap day, reference in a common year",
    ),
    pytest.param(
        QINGDAO_NEW_YEAR,
        Evidence(arrival=LATER, path="2018/01-05/x.txt"),
        "2017-12-31",
        "'2018/01-05' in the path",
        "high",
        id="new year, the path of the next year",
    ),
    pytest.param(
        OSLO,
        Evidence(
            arrival=LATER, live=False, body="It was begun in 2012 and will open in 2020, before the 2022 Olympics."
        ),
        "2012-05-26",
        "names the year 2012",
        "low",
        id="what will be is a target",
    ),
    pytest.param(
        NEW_YEAR,
        Evidence(
            arrival=LATER, live=False, body="截至2016年底，港口共有船舶九十艘，预计2020年扩建，不迟于2022年完工。"
        ),
        "2016-01-01",
        "names the year 2016",
        "low",
        id="what is planned in Chinese is a target",
    ),
    pytest.param(
        "（港湾通讯社台北11日电）港口",
        Evidence(reference=date(2024, 3, 2)),
        "2024-02-11",
        "latest such day",
        "medium",
        id="a day alone",
    ),
    pytest.param(
        "（港湾通讯社台北1日电）港口",
        Evidence(reference=date(2024, 2, 29)),
        "2024-03-01",
        "latest such day",
        "medium",
        id="a day alone, ahead",
    ),
    pytest.param(
        "（港湾通讯社台北31日电）港口",
        Evidence(reference=date(2024, 3, 2)),
        "2024-01-31",
        "latest such day",
        "medium",
        id="the 31st in March",
    ),
]


@pytest.mark.parametrize(("text", "evidence", "day", "why", "confidence"), YEARS)
def test_the_year_is_inferred_from_the_strongest_evidence(text, evidence, day, why, confidence):
    stamp = resolve(dateline(text), evidence)

    assert stamp is not None
    assert stamp.instant.date().isoformat() == day
    assert any(why in sentence for sentence in stamp.evidence), stamp.evidence
    assert stamp.confidence == confidence


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("By 2020 it will be green. It opened in 2012.", id="English"),
        pytest.param("到2020年港口将扩建，2012年开港。", id="Chinese"),
        pytest.param("2020年までに港を広げる。2012年に開港した。", id="Japanese"),
        pytest.param("2020년까지 확장한다. 2012년에 열었다.", id="Korean"),
        pytest.param("Bis 2020 soll er wachsen. 2012 wurde er gebaut.", id="German"),
        pytest.param("Para 2020 será verde. Abrió en 2012.", id="Spanish"),
        pytest.param("D'ici 2020 il sera vert. Ouvert en 2012.", id="French"),
        pytest.param("Até 2020 será verde. Abriu em 2012.", id="Portuguese"),
        pytest.param("Entro il 2020 sarà verde. Aprì nel 2012.", id="Italian"),
        pytest.param("К 2020 году он вырастет. Открыт в 2012 году.", id="Russian"),
        pytest.param("Hingga 2020 pelabuhan diperluas. Dibuka pada 2012.", id="Indonesian"),
        pytest.param("2020'ye kadar büyüyecek. 2012 yılında açıldı.", id="Turkish"),
        pytest.param("Tegen 2020 is hij groen. In 2012 ging hij open.", id="Dutch"),
        pytest.param("بحلول عام 2020 سيتوسع الميناء. افتتح عام 2012.", id="Arabic"),
    ],
)
def test_a_year_to_come_by_is_no_evidence_in_any_language(body):
    stamp = resolve(dateline(OSLO), Evidence(arrival=LATER, body=body))

    assert stamp is not None
    assert (stamp.instant.date().isoformat(), stamp.confidence) == ("2012-05-26", "low")


def test_every_step_is_said_in_words():
    text = "BEIJING, May 26 (Harbour Wire) -- The harbour"

    assert resolve(dateline(text), Evidence(arrival=LATER, body="It opened in 2017.")) == Timestamp(
        instant=datetime.fromisoformat("2017-05-26T12:00:00+08:00"),
        precision="day",
        provenance="dateline",
        text="BEIJING, May 26 (Harbour Wire)",
        inferred=("time", "year", "zone"),
        evidence=(
            "The dateline 'BEIJING, May 26 (Harbour Wire)' prints no year.",
            (
                "The body names the year 2017, the latest that is not after the arrival of 2026-11-22, "
                "so the year is 2017."
            ),
            "It names no month close to that of the dateline, so the year is a guess.",
            "No zone is printed; Beijing keeps the time of Asia/Shanghai.",
            "No time of day is printed; noon is taken.",
        ),
        contradictions=(),
        confidence="low",
    )


@pytest.mark.parametrize(
    ("arrival", "instant"),
    [
        pytest.param("2017-05-26T15:00:09+00:00", "2017-05-26T17:00:09+02:00", id="on that day"),
        pytest.param("2017-05-26T15:00:09.123456+00:00", "2017-05-26T17:00:09+02:00", id="cut to whole seconds"),
        pytest.param("2017-05-25T21:30:00.5+00:00", "2017-05-25T23:30:00+02:00", id="a day ahead, whole seconds"),
        pytest.param("2017-05-27T21:00+00:00", "2017-05-26T23:59:00+02:00", id="within thirty-six hours"),
        pytest.param("2017-05-28T21:00+00:00", "2017-05-26T12:00:00+02:00", id="later"),
        pytest.param("2017-05-25T21:30+00:00", "2017-05-25T23:30:00+02:00", id="a day ahead takes the arrival"),
        pytest.param("2017-05-24T10:00+00:00", "2017-05-24T12:00:00+02:00", id="two days ahead takes the arrival"),
    ],
)
def test_the_time_of_day_follows_a_live_arrival(arrival, instant):
    stamp = resolve(dateline(OSLO), Evidence(arrival=moment(arrival)))

    assert stamp is not None
    assert stamp.instant.isoformat() == instant


CHONGQING = "CHONGQING, Nov. 28 (Xinhua) -- The harbour opened"
NOVEMBER = moment("2026-11-28T12:55+00:00")
STAMPED = [
    pytest.param(CHONGQING, "2026-11-28 09:15:30", "2026-11-28T09:15:30+08:00", "second", id="of that day"),
    pytest.param(CHONGQING, "2026-11-28 09:15 GMT", "2026-11-28T17:15:00+08:00", "minute", id="by a clock it names"),
    pytest.param(CHONGQING, "2026-11-28", "2026-11-28T20:55:00+08:00", "day", id="a day alone"),
    pytest.param(
        "CHONGQING, Nov. 28, 2026 (Xinhua) -- The", "2026-11-28 09:15", "2026-11-28T09:15:00+08:00", "minute", id="year"
    ),
    pytest.param(
        "LONDON, Nov. 28 (Xinhua) -- The",
        "2026-11-28 09:15",
        "2026-11-28T01:15:00+00:00",
        "minute",
        id="agency's clock",
    ),
    pytest.param(
        "LONDON, Nov. 28 (Quayline) -- The", "2026-11-28 09:15", "2026-11-28T09:15:00+00:00", "minute", id="the place's"
    ),
    pytest.param(
        "LONDON, Nov. 28 (Quayline) -- The",
        "2026-11-28 20:15",
        "2026-11-28T12:15:00+00:00",
        "minute",
        id="the site's, for by the place's it would be ahead of its arrival",
    ),
    pytest.param(
        "LOS ANGELES, Nov. 27 (Xinhua) -- The",
        "2026-11-28 09:15",
        "2026-11-27T17:15:00-08:00",
        "minute",
        id="a day on at home, of that day there",
    ),
    pytest.param(
        "LOS ANGELES, Nov. 28 (Xinhua) -- The",
        "2026-11-28 09:15",
        "2026-11-28T09:15:00+08:00",
        "minute",
        id="of that day at home, a day before there",
    ),
    pytest.param(
        "CHONGQING, Nov. 27 (Xinhua) -- The", "2026-11-28 09:15", "2026-11-27T23:59:00+08:00", "day", id="the next day"
    ),
    pytest.param(
        "CHONGQING, Nov. 20 (Xinhua) -- The", "2026-11-28 09:15", "2026-11-20T12:00:00+08:00", "day", id="days later"
    ),
]


@pytest.mark.parametrize(("text", "stamp", "instant", "precision"), STAMPED)
def test_the_time_of_day_is_that_of_a_stamp_beside_the_dateline(text, stamp, instant, precision):
    found = resolve(dateline(text), Evidence(stamp=stamp, arrival=NOVEMBER, site_zone="Asia/Shanghai"))

    assert found is not None
    assert (found.instant.isoformat(), found.precision) == (instant, precision)
    assert ("time" in found.inferred) == (precision == "day")
    is_printed = any("No time of day is printed" in step for step in found.evidence)
    assert is_printed == (":" not in stamp), found.evidence


@pytest.mark.parametrize(
    ("head", "instant"),
    [
        ("2026-11-28 18:15", "2026-11-28T18:15:00+08:00"),
        ("Updated: 2026-11-28 18:15", "2026-11-28T12:00:00+08:00"),
    ],
)
def test_the_time_of_an_update_is_not_that_of_the_dateline(head, instant):
    text = f"{head}\n\n{CHONGQING} again on Saturday."
    found = dateline(text)

    stamp = resolve(found, evidence_for(None, text, dateline=found))

    assert stamp is not None
    assert stamp.instant.isoformat() == instant


def test_the_step_says_by_which_clock_a_stamp_is_read_and_what_speaks_against_it():
    evidence = Evidence(stamp="2026-11-28 09:15", arrival=moment("2026-11-28T01:00+00:00"))
    stamp = resolve(dateline(CHONGQING), evidence)

    assert stamp is not None
    assert stamp.evidence[-1] == "The stamp '2026-11-28 09:15' prints the time of day, by the clock of Asia/Shanghai."
    assert stamp.instant == evidence.arrival
    assert "a later time of the same day" in stamp.contradictions[0]


def test_letters_of_a_stamp_that_mean_several_zones_are_not_resolved_and_make_the_date_less_sure():
    evidence = Evidence(stamp="2026-11-28 09:15 CST", arrival=NOVEMBER)
    stamp = resolve(dateline("LISBON, Nov. 28 (Harbour Wire) -- The ministers met on the quay"), evidence)

    assert stamp is not None
    assert stamp.confidence == "medium"
    assert "The letters CST mean several zones or none that is known, and are not resolved." in stamp.evidence


def test_letters_that_are_those_of_the_dateline_s_own_clock_leave_the_date_sure():
    stamp = resolve(dateline(CHONGQING), Evidence(stamp="2026-11-28 09:15 CST", arrival=NOVEMBER))

    assert stamp is not None
    assert (stamp.instant.isoformat(), stamp.confidence) == ("2026-11-28T09:15:00+08:00", "high")


MUMBAI = "MUMBAI, May 26 (Harbour Wire) -- The ministers met on the quay"


@pytest.mark.parametrize(
    ("stated", "text", "instant", "confidence", "sentence"),
    [
        pytest.param(
            "2017-05-26 10:00 IST",
            OSLO,
            "2017-05-26T10:00:00+02:00",
            "medium",
            "The zone that is printed is not understood; Oslo keeps the time of Europe/Oslo.",
            id="letters of several zones",
        ),
        pytest.param(
            "2017-05-26 10:00 IST",
            MUMBAI,
            "2017-05-26T10:00:00+05:30",
            "high",
            "The letters IST are printed; Mumbai keeps the time of Asia/Kolkata.",
            id="letters of the place's own clock",
        ),
        pytest.param(
            "2017-05-26 16:00:00+16:00",
            OSLO,
            "2017-05-26T16:00:00+02:00",
            "medium",
            "The zone +16:00 is printed, which no clock keeps.",
            id="no such zone",
        ),
        pytest.param(
            "2017-05-26 10:00 Ruritania time",
            OSLO,
            "2017-05-26T10:00:00+02:00",
            "medium",
            "No zone that is understood is printed; Oslo keeps the time of Europe/Oslo.",
            id="words behind it",
        ),
        pytest.param(
            "2017年5月26日晚12时",
            OSLO,
            "2017-05-26T12:00:00+02:00",
            "medium",
            "No time of day that is understood is printed; noon is taken.",
            id="a time of day",
        ),
        pytest.param(
            "2017-05-26 (Friday)",
            OSLO,
            "2017-05-26T12:00:00+02:00",
            "high",
            "No time of day is printed; noon is taken.",
            id="nothing left",
        ),
    ],
)
def test_what_is_printed_and_not_understood_is_never_sure_and_never_said_not_to_be_there(
    stated, text, instant, confidence, sentence
):
    stamp = resolve(dateline(text), Evidence(stated=stated))

    assert stamp is not None
    assert (stamp.instant.isoformat(), stamp.confidence) == (instant, confidence)
    assert sentence in stamp.evidence
    assert confidence == "high" or not any(
        "is printed" in step and step.startswith("No zone is") for step in stamp.evidence
    )


def test_letters_behind_the_clock_of_a_dateline_are_its_own_and_make_the_date_less_sure():
    found = dateline("OSLO, May 26, 2017, 2:05 p.m. XYT (AP) -- The ministers met on the quay")
    stamp = resolve(found, Evidence())

    assert stamp is not None
    assert (found.text, found.agency) == ("OSLO, May 26, 2017, 2:05 p.m. XYT (AP)", "AP")
    assert (stamp.instant.isoformat(), stamp.confidence) == ("2017-05-26T14:05:00+02:00", "medium")


@pytest.mark.parametrize(
    ("stated", "text", "arrival", "instant"),
    [
        pytest.param(
            "26th day of 5, 2017", OSLO, "2026-05-26T15:00+00:00", "2017-05-26T12:00:00+02:00", id="years ago"
        ),
        pytest.param("in 2018", QINGDAO_NEW_YEAR, "2018-01-01T10:00+00:00", "2017-12-31T23:59:00+08:00", id="new year"),
    ],
)
def test_the_year_of_a_stated_date_that_cannot_be_read_counts(stated, text, arrival, instant):
    stamp = resolve(dateline(text), Evidence(stated=stated, arrival=moment(arrival)))

    assert stamp is not None
    assert (stamp.instant.isoformat(), stamp.confidence) == (instant, "medium")
    assert stamp.contradictions == (f"The stated date {stated!r} could not be read as a date.",)


def test_a_day_without_a_month_is_none_where_the_stated_date_names_another_year_than_the_arrival():
    evidence = Evidence(stated="2017年5月", arrival=moment("2026-05-26T15:00+00:00"))

    assert resolve(dateline("港湾通讯社青岛26日电 港口"), evidence) is None


def test_a_slip_of_the_weekday_does_not_move_fresh_copy_back_years():
    found = dateline("OSLO, Monday, Nov. 20 (Harbour Wire) -- The ministers met")
    stamp = resolve(found, Evidence(arrival=moment("2026-11-20T10:00+00:00"), body="It opened in 2023."))

    assert stamp is not None
    assert (stamp.instant.date(), stamp.confidence) == (date(2026, 11, 20), "medium")
    assert stamp.contradictions == ("The dateline prints Monday, but 2026-11-20 is a Friday.",)


def test_an_advance_with_a_slip_of_the_weekday_is_held():
    found = dateline("OSLO, Tuesday, Nov. 30 (Harbour Wire) -- The ministers met")

    with pytest.raises(AheadError):
        resolve(found, Evidence(arrival=moment("2026-11-20T10:00+00:00")))


@pytest.mark.parametrize(
    ("text", "confidence", "why"),
    [
        ("SMALLWICK, Nov. 28 (Quayline) -- The", "medium", "and none is known of 'Smallwick' and 'Quayline'; the site"),
        ("DOVER, Nov. 28 (Quayline) -- The", "medium", "and none is known of 'Dover' and 'Quayline'; the site"),
        ("SMALLWICK, Nov. 28 (Xinhua) -- The", "high", "Xinhua is at home in Asia/Shanghai"),
        ("SMALLWICK, Nov. 28, 09:15 GMT (Quayline) -- The", "high", "is printed"),
        ("Nov. 28 (Quayline) -- The harbour has opened", "high", "and none is known of 'Quayline'; the site"),
    ],
)
def test_the_sites_zone_for_a_place_that_is_not_known_is_less_sure(text, confidence, why):
    stamp = resolve(dateline(text), Evidence(arrival=NOVEMBER, site_zone="Asia/Shanghai"))

    assert stamp is not None
    assert stamp.confidence == confidence, stamp
    assert any(why in step for step in stamp.evidence), stamp.evidence


def test_the_zone_of_a_place_that_is_not_known_bears_on_no_day():
    stamp = resolve(dateline("SMALLWICK, Nov. 28 (Quayline) -- The"), evidence_for(date(2026, 11, 28)))

    assert stamp is not None
    assert stamp.confidence == "high"


def test_copy_dated_ahead_is_put_back_and_reported():
    stamp = resolve(dateline(OSLO), Evidence(arrival=moment("2017-05-25T10:00+00:00")))

    assert stamp is not None
    assert stamp.contradictions == (
        "The copy is dated 2017-05-26, ahead of its arrival at 2017-05-25 12:00; the arrival is taken.",
    )


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        pytest.param(OSLO, Evidence(arrival=moment("2017-05-20T10:00+00:00")), id="six days ahead"),
        pytest.param(QINGDAO_NEW_YEAR, Evidence(arrival=moment("2017-12-05T10:00+00:00")), id="twenty-six days ahead"),
        pytest.param(
            "OSLO, May 26, 2017 (AP) -- The", Evidence(arrival=moment("2017-05-20T10:00+00:00")), id="with its year"
        ),
        pytest.param(OSLO, Evidence(stated="2017-06-01", arrival=moment("2017-05-20T10:00+00:00")), id="stated"),
    ],
)
def test_an_advance_is_held_and_never_made_last_years(text, evidence):
    with pytest.raises(DateError, match="days ahead of its arrival"):
        resolve(dateline(text), evidence)


@pytest.mark.parametrize(
    ("text", "evidence", "message"),
    [
        pytest.param(
            OSLO, Evidence(stated="2017-02-30"), "'2017-02-30': there is no such day", id="30 February stated"
        ),
        pytest.param(
            OSLO, Evidence(stated="9999-05-26"), "'9999-05-26': the year 9999 cannot be", id="year 9999 stated"
        ),
        pytest.param("OSLO, Feb. 29, 2017 (AP) -- The", Evidence(), "no such day as 2017-02-29", id="leap day printed"),
        pytest.param(
            "OSLO, Feb. 30 (AP) -- The", Evidence(arrival=LIVE), "there is no 30 February", id="30 February printed"
        ),
    ],
)
def test_a_day_that_cannot_be_is_an_error_that_quotes_it(text, evidence, message):
    with pytest.raises(DateError, match=message):
        resolve(dateline(text), evidence)


def test_a_reference_eleven_months_later_is_reported():
    stamp = resolve(dateline("本报北京12月28日电 会议"), evidence_for(date(2014, 12, 5)))

    assert stamp is not None
    assert (stamp.instant.date(), stamp.confidence) == (date(2013, 12, 28), "low")
    assert stamp.contradictions == (
        (
            "The reference date 2014-12-05 lies 342 days after 2013-12-28; the copy may be a reprint or dated ahead, "
            "or the year another."
        ),
    )


def test_a_weekday_that_disagrees_is_reported():
    stamp = resolve(dateline("OSLO, Monday, May 26, 2017 (AP) -- The"), Evidence())

    assert stamp is not None
    assert stamp.contradictions == ("The dateline prints Monday, but 2017-05-26 is a Friday.",)
    assert stamp.confidence == "medium"


def test_a_printed_year_after_the_reference_is_reported():
    stamp = resolve(dateline("OSLO, May 26, 2071 (AP) -- The"), evidence_for(date(2017, 5, 27)))

    assert stamp is not None
    assert stamp.contradictions == ("The printed year 2071 lies after the reference date 2017-05-27.",)
    assert stamp.confidence == "low"


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        pytest.param("OSLO (AP) -- The ministers met", Evidence(arrival=LIVE), id="no day printed"),
        pytest.param(
            "OSLO, May 26 (AP) -- The", Evidence(body="It opened in 2017."), id="nothing to tell the year from"
        ),
        pytest.param("（港湾通讯社台北11日电）港口", Evidence(), id="a day alone and no reference"),
    ],
)
def test_no_date_is_invented(text, evidence):
    assert resolve(dateline(text), evidence) is None


def test_a_stated_date_keeps_its_clock_and_zone():
    stamp = resolve(dateline(OSLO), Evidence(stated="26 May 2017 14:00 GMT+8", arrival=LATER))

    assert stamp is not None
    assert (stamp.instant.isoformat(), stamp.precision, stamp.inferred) == ("2017-05-26T14:00:00+08:00", "minute", ())


def test_a_stated_day_takes_its_zone_from_the_dateline():
    stamp = resolve(dateline("港湾通讯社青岛5月26日电 港口"), Evidence(stated="2016-05-26", arrival=LATER))

    assert stamp is not None
    assert (stamp.instant.isoformat(), stamp.provenance) == ("2016-05-26T12:00:00+08:00", "stated")
    assert stamp.inferred == ("time", "zone")


def test_a_stated_day_other_than_the_datelines_is_reported():
    stamp = resolve(dateline(OSLO), Evidence(stated="2016-07-01"))

    assert stamp is not None
    assert stamp.contradictions == (
        "The dateline 'OSLO, May 26 (Harbour Wire)' prints another day than the stated 2016-07-01.",
    )


def test_a_stamp_dates_an_undated_dateline():
    text = "19.08.2006 07:14\n\n/Harbour.Net/ The pilots said they would meet on the island."

    stamp = resolve(find_dateline(text), evidence_for(date(2006, 8, 19), text))

    assert stamp is not None
    assert (stamp.instant.date(), stamp.provenance) == (date(2006, 8, 19), "stamp")


def test_without_a_dateline_a_path_names_the_day():
    stamp = resolve(None, Evidence(path="world/2016-05-26-harbour.md", site_zone="Asia/Shanghai"))

    assert stamp is not None
    assert (stamp.instant.isoformat(), stamp.provenance) == ("2016-05-26T12:00:00+08:00", "path")


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        pytest.param("PARIS, May 26, 2017 (AP) -- The", "+02:00", id="the place"),
        pytest.param("PARIS, Texas, May 26, 2017 (AP) -- The", "-05:00", id="the place in its state"),
        pytest.param("May 26, 2017 (Xinhua) -- The", "+08:00", id="the agency's home"),
        pytest.param("May 26, 2017 (Nobody News) -- The", "+03:00", id="the site"),
        pytest.param("PARIS, May 26, 2017, 10:00 GMT (AP) -- The", "+00:00", id="printed"),
    ],
)
def test_the_zone_is_printed_or_the_places_or_the_agencys_or_the_sites(text, zone):
    stamp = resolve(dateline(text), Evidence(site_zone="Asia/Riyadh"))

    assert stamp is not None
    assert stamp.instant.isoformat()[-6:] == zone


@pytest.mark.parametrize(
    ("year", "confidence"), [pytest.param(2017, "medium", id="lately"), pytest.param(1931, "low", id="long past")]
)
def test_a_year_in_the_text_is_less_sure_the_longer_it_is_past(year, confidence):
    dateline = find_dateline("PRAGUE, May 26 (AP) -- The choir sang.")
    evidence = Evidence(
        arrival=datetime(2026, 11, 22, tzinfo=UTC), body=f"It was last heard on May 24, {year}.", site_zone="UTC"
    )

    timestamp = resolve(dateline, evidence)

    assert timestamp is not None
    assert (timestamp.instant.year, timestamp.confidence) == (year, confidence)


@pytest.mark.parametrize("when", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)])
def test_at_the_ends_of_the_calendar_there_is_no_date_and_a_reason(when):
    for evidence in (Evidence(arrival=when), evidence_for(when)):
        with suppress(DateError):
            resolve(dateline(OSLO), evidence)


@pytest.mark.parametrize(
    ("body", "confidence"),
    [
        pytest.param("It said on May 24, 2017 that it would.", "medium", id="a day before it"),
        pytest.param("The choir sings on 2 June 2017.", "medium", id="a day after it"),
        pytest.param("Das Treffen ist am 24. Mai 2017.", "medium", id="German"),
        pytest.param("Das Treffen ist am 24.05.2017.", "medium", id="in figures"),
        pytest.param("会议于2017年5月24日举行", "medium", id="Chinese"),
        pytest.param("회의는 2017년 5월 24일에 열렸다.", "medium", id="Korean"),
        pytest.param("It was founded in October 2017.", "low", id="another month"),
        pytest.param("A fund of 2017 paid for it.", "low", id="no month"),
        pytest.param("May 24 was wet, and 2017 lamps were lit.", "low", id="a month without the year"),
    ],
)
def test_a_year_of_the_body_is_surer_where_it_stands_with_a_month_close_to_the_day(body, confidence):
    found = resolve(dateline(OSLO), Evidence(arrival=LATER, body=body))

    assert found is not None
    assert (found.instant.date().isoformat(), found.confidence) == ("2017-05-26", confidence)


def test_a_month_close_to_the_day_counts_before_a_later_year():
    body = "It said on December 30, 2016 that the budget of 2019 is known."

    found = resolve(dateline("OSLO, Jan 2 (Harbour Wire) -- The ministers met"), Evidence(arrival=LATER, body=body))

    assert found is not None
    assert (found.instant.date().isoformat(), found.confidence) == ("2017-01-02", "medium")


@pytest.mark.parametrize(
    "body",
    [
        "Tickets cost 2015 euros.",
        "He lives at 2012 Harbour Street.",
        "The 2019-seat hall opened.",
        "2021 boats came in.",
        "共2019人参加",
        "海拔2017米",
        "新增确诊2019例",
        "此前2000间已经住满",
        "自2009年改制以来",
        "debentures due 2012 rose",
        "The club, founded in 1999, rowed.",
        "QX 2014 landed late, and QX2016 did not land.",
        "The Boeing 2020 stood beside a Model 2015.",
        "They met in Room 2017 and in Zimmer 2018.",
        "Windows 2000 still ran on Flight No. 2012.",
        "Рейс 2015 задержан.",
        "HX2014航班和G2016次列车晚点",
    ],
)
def test_what_is_counted_or_lived_at_is_no_year_that_the_body_names(body):
    found = resolve(dateline(OSLO), Evidence(arrival=LATER, body=body))

    assert found is not None
    assert (found.instant.year, found.confidence) == (2026, "low")


@pytest.mark.parametrize("body", ["MAY 2017 WAS WET", "the UK 2017 vote", "IN 2017 IT RAINED", "a UN 2017 report"])
def test_capitals_that_say_when_or_where_stand_before_a_year(body):
    assert years_named(body) == (2017,)


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(evidence_for(date(2026, 11, 22)), id="a reference"),
        pytest.param(Evidence(arrival=datetime(2026, 11, 22, tzinfo=UTC)), id="a live arrival"),
    ],
)
def test_a_printed_year_that_is_centuries_away_is_reported_and_little_is_sure(evidence):
    stamp = resolve(find_dateline("LISBON, 1 November 1855 (Havas) - The harbour trembled."), evidence)

    assert stamp is not None
    assert (stamp.instant.year, stamp.confidence) == (1855, "low")
    assert "1855 lies 171 years before" in stamp.contradictions[0]


def test_a_date_in_the_path_says_which_figure_of_a_stated_date_is_the_month():
    evidence = Evidence(stated="11-9-2017", path="news/2017-09-11-harbour.md", arrival=LATER)

    stamp = resolve(None, evidence)

    assert stamp is not None
    assert (stamp.instant.date().isoformat(), stamp.confidence) == ("2017-09-11", "high")


@pytest.mark.parametrize(
    ("stated", "instant", "told", "confidence"),
    [
        pytest.param(
            "2026-03-29 02:30 Europe/Oslo", "2026-03-29T03:30:00+02:00", "left out on that day", "medium", id="never"
        ),
        pytest.param(
            "2026-10-25 02:30 Europe/Oslo",
            "2026-10-25T02:30:00+02:00",
            "showed twice on that day",
            "medium",
            id="twice",
        ),
        pytest.param(
            "2026-10-25 02:30 +01:00", "2026-10-25T02:30:00+01:00", "", "high", id="an offset leaves no doubt"
        ),
        pytest.param("2026-10-25 03:30 Europe/Oslo", "2026-10-25T03:30:00+01:00", "", "high", id="once"),
    ],
)
def test_an_hour_that_a_clock_leaves_out_or_shows_twice_is_told(stated, instant, told, confidence):
    stamp = resolve(None, Evidence(stated=stated))

    assert stamp is not None
    assert (stamp.instant.isoformat(), stamp.confidence) == (instant, confidence)
    assert [told in step for step in stamp.contradictions] == [True] * bool(told)


@pytest.mark.parametrize(
    ("stated", "told", "confidence"),
    [
        pytest.param(
            "Monday, 26 May 2017",
            ("The date 'Monday, 26 May 2017' prints Monday, but 2017-05-26 is a Friday.",),
            "medium",
            id="another day's",
        ),
        pytest.param("Friday, 26 May 2017", (), "high", id="its own"),
        pytest.param("Friday, 26 May 2017 24:00", (), "high", id="of the day that ends"),
    ],
)
def test_a_weekday_that_is_not_that_of_a_stated_date_is_told(stated, told, confidence):
    stamp = resolve(None, Evidence(stated=stated))

    assert stamp is not None
    assert (stamp.contradictions, stamp.confidence) == (told, confidence)


@pytest.mark.parametrize(
    ("reference", "day", "confidence"),
    [
        pytest.param(date(2018, 1, 5), "2018-01-04", "medium", id="the year that has just ended"),
        pytest.param(date(2018, 1, 20), "2017-01-04", "high", id="a year before, and no such day"),
        pytest.param(date(2017, 1, 5), "2017-01-04", "high", id="no slip"),
    ],
)
def test_in_january_the_year_before_is_taken_for_a_slip(reference, day, confidence):
    stamp = resolve(dateline("OSLO, January 4, 2017 (AP) -- The harbour has opened"), evidence_for(reference))

    assert stamp is not None
    assert (stamp.instant.date().isoformat(), stamp.confidence) == (day, confidence)


@pytest.mark.parametrize(
    ("text", "reference", "day"),
    [
        pytest.param("OSLO, Thursday (Reuters) - The harbour", date(2017, 5, 26), "2017-05-25", id="the day before"),
        pytest.param("OSLO, Friday (Reuters) - The harbour", date(2017, 5, 26), "2017-05-26", id="the same day"),
        pytest.param("OSLO, Saturday (Reuters) - The harbour", date(2017, 5, 26), "2017-05-27", id="a day ahead"),
        pytest.param("OSLO, Sunday (Reuters) - The harbour", date(2017, 5, 26), "2017-05-21", id="last week"),
    ],
)
def test_a_weekday_alone_is_the_nearest_to_the_reference(text, reference, day):
    stamp = resolve(dateline(text), evidence_for(reference))

    assert stamp is not None
    assert (stamp.instant.date().isoformat(), stamp.confidence) == (day, "medium")
    assert resolve(dateline(text), evidence_for(None)) is None


@pytest.mark.parametrize(
    ("text", "instant", "confidence"),
    [
        pytest.param("SMALLWICK, Brazil, May 26 (Xinhua) -- The", "2017-05-26T12:00:00+00:00", "medium", id="abroad"),
        pytest.param("SMALLWICK, China, May 26 (Xinhua) -- The", "2017-05-26T12:00:00+08:00", "high", id="at home"),
        pytest.param("SMALLWICK, May 26 (Xinhua) -- The", "2017-05-26T12:00:00+08:00", "high", id="no country named"),
        pytest.param("HAMILTON, May 26 (AP) -- The", "2017-05-26T12:00:00-04:00", "medium", id="in several countries"),
    ],
)
def test_the_agencys_home_is_not_the_zone_of_a_place_abroad(text, instant, confidence):
    evidence = Evidence(arrival=datetime(2017, 5, 29, tzinfo=UTC))

    stamp = resolve(dateline(text), evidence)

    assert stamp is not None
    assert (stamp.instant.isoformat(), stamp.confidence) == (instant, confidence)
