from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from feedsvc.datelines import find_stamp, read_stated
from feedsvc.errors import DateError


@pytest.mark.parametrize(
    ("text", "day", "clock", "zone"),
    [
        ("2017-05-26", "2017-05-26", None, None),
        ("2017/5/26", "2017-05-26", None, None),
        ("20170526", "2017-05-26", None, None),
        ("2017-05-26T14:00:30Z", "2017-05-26", time(14, 0, 30), "+00:00"),
        ("2017-05-26 14:00:30.123+08:00", "2017-05-26", time(14, 0, 30), "+08:00"),
        ("2017-05-26 14:00 +0800", "2017-05-26", time(14), "+08:00"),
        ("26 May 2017 14:00 GMT+8", "2017-05-26", time(14), "+08:00"),
        ("26 May 2017 14:00 UTC-3:30", "2017-05-26", time(14), "-03:30"),
        ("Fri, 26 May 2017 14:00:00 +0800", "2017-05-26", time(14), "+08:00"),
        ("Fri, 26 May 2017 06:00:00 GMT", "2017-05-26", time(6), "+00:00"),
        ("May 26, 2017 10:30 a.m. EDT", "2017-05-26", time(10, 30), "-04:00"),
        ("May 26, 2017 12:05 a.m.", "2017-05-26", time(0, 5), None),
        ("Thursday June 3, 2010 01:39:13 GMT", "2010-06-03", time(1, 39, 13), "+00:00"),
        ("11 Mei 2022, 19:12 WIB", "2022-05-11", time(19, 12), "Asia/Jakarta"),
        ("14 Februari, 2012", "2012-02-14", None, None),
        ("26 de mayo de 2017", "2017-05-26", None, None),
        ("26 мая 2017 г., 14:00", "2017-05-26", time(14), None),
        ("26. Mai 2017, 14.30 Uhr", "2017-05-26", time(14, 30), None),
        ("2017年5月26日 10:00", "2017-05-26", time(10), None),
        ("北京时间2017年5月26日下午3时05分", "2017-05-26", time(15, 5), "Asia/Shanghai"),
        ("民國106年5月26日", "2017-05-26", None, None),
        ("113年5月6日", "2024-05-06", None, None),
        ("令和4年2月9日", "2022-02-09", None, None),
        ("令和元年5月1日", "2019-05-01", None, None),
        ("二〇一七年五月二十六日", "2017-05-26", None, None),
        ("2017년 5월 26일 오후 3시 5분", "2017-05-26", time(15, 5), None),
        ("19.08.2006 07:14", "2006-08-19", time(7, 14), None),
        ("26/05/2017", "2017-05-26", None, None),
    ],
)
def test_stated_dates_are_read(text, day, clock, zone):
    stated = read_stated(text)

    assert stated is not None
    assert (stated.date.isoformat(), stated.time, stated.zone) == (day, clock, zone)


def test_letters_that_mean_several_zones_are_kept_and_not_resolved():
    stated = read_stated("2017-05-26 14:00 CST")

    assert stated is not None
    assert (stated.zone, stated.letters) == (None, "CST")


@pytest.mark.parametrize(
    "text", ["2017-02-30", "9999-01-01", "0000-01-01", "31 June 2017", "2017年2月30日", "2017-05-26 25:00"]
)
def test_a_date_that_cannot_be_is_an_error_that_quotes_it(text):
    with pytest.raises(DateError, match=text):
        read_stated(text)


def test_figures_that_leave_the_month_open_are_an_error():
    with pytest.raises(DateError, match="write it as YYYY-MM-DD"):
        read_stated("05/07/2018 09:06 PM")


def test_figures_that_leave_the_month_open_are_settled_by_the_dateline():
    stated = read_stated("05/07/2018 09:06 PM", near=(7, 5))

    assert stated is not None
    assert (stated.date.isoformat(), stated.time) == ("2018-07-05", time(21, 6))


@pytest.mark.parametrize("text", ["", "yesterday", "no. 12", "May 26", "5月26日", "2017", "12:30"])
def test_what_states_no_full_date_is_none(text):
    assert read_stated(text) is None


@pytest.mark.parametrize(
    ("text", "label", "stamp"),
    [
        ("19.08.2006 07:14\n\n/Harbour Wire/ The ship", "stamp", "19.08.2006 07:14"),
        ("Thursday June 3, 2010 01:39:13 GMT\nOSLO", "stamp", "Thursday June 3, 2010 01:39:13 GMT"),
        ("《 光明日报 》（ 2018年02月11日 05 版）\n本报北京2月10日电 ", "stamp", "2018年02月11日"),
        ("令和4年2月9日\n【東京共同】政府は", "stamp", "令和4年2月9日"),
        ("| 17:49:47 | 22-05-2006 | Politics |", "stamp", "17:49:47 | 22-05-2006"),
        ("Last updated: May 26, 2017 10:30 a.m. EDT\n\nOSLO (AP) -- The", "updated", "May 26, 2017 10:30 a.m. EDT"),
        ("Harbour Wire (HW), Oslo, Norway, Saturday, December 31, 2005", "stamp", "Saturday, December 31, 2005"),
        ("来源：港湾通讯社 2023年01月01日10:24", "stamp", "2023年01月01日10:24"),
    ],
)
def test_a_stamp_is_found(text, label, stamp):
    found = find_stamp(text)

    assert found is not None
    assert (found.label, found.text) == (label, stamp)
    assert text[found.span.start : found.span.end] == stamp


@pytest.mark.parametrize(
    "text",
    [
        "LONDON, May 26, 2017 (AP) -- The ministers met",
        "Voters who went to the polls on 26 May 2017 were told of the change",
        "Harbour reopens after storm",
        "会议于2017年5月26日在北京召开，代表出席。",
        "",
    ],
)
def test_a_datelines_own_date_and_a_date_in_a_sentence_are_no_stamps(text):
    assert find_stamp(text) is None


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("2017年5月26日早8时", time(8)),
        ("2017年5月26日清晨5时", time(5)),
        ("2017年5月26日中午12时", time(12)),
        ("2017年5月26日中午1时", time(13)),
        ("2017年5月26日午后3时", time(15)),
        ("2017年5月26日傍晚6点", time(18)),
        ("2017年5月26日晚8时", time(20)),
        ("2017年5月26日夜间11时30分", time(23, 30)),
        ("2017年5月26日夜里2时", time(2)),
        ("2017年5月26日深夜11点", time(23)),
        ("2017-05-26 PM 8:00", time(20)),
        ("May 26, 2017 3 p.m.", time(15)),
        ("May 26, 2017 8:00 in the evening", time(20)),
        ("May 26, 2017 8:00 in the morning", time(8)),
        ("May 26, 2017 11:00 at night", time(23)),
        ("May 26, 2017 at 10:00", time(10)),
    ],
)
def test_halves_of_the_day_are_understood_and_covered(text, clock):
    stated = read_stated(text)

    assert stated is not None
    assert (stated.time, text[: stated.start] + text[stated.end :]) == (clock, "")


@pytest.mark.parametrize(
    ("text", "zone", "letters"),
    [
        ("26 May 2017 22:00 London time", "Europe/London", None),
        ("26 May 2017 22:00 (London)", "Europe/London", None),
        ("26 May 2017 22:00 (London time)", "Europe/London", None),
        ("2017年5月26日 纽约时间22:00", "America/New_York", None),
        ("2017年5月26日22:00（纽约时间）", "America/New_York", None),
        ("纽约时间2017年5月26日22:00", "America/New_York", None),
        ("May 26, 2017 10:00 Pacific Time", "America/Los_Angeles", None),
        ("May 26, 2017 10:00 a.m. PT", "America/Los_Angeles", None),
        ("May 26, 2017 10:00 a.m. ET", "America/New_York", None),
        ("May 26, 2017 10:00 a.m. CT", None, "CT"),
        ("May 26, 2017 10:00 local time", None, None),
        ("2017年5月26日 当地时间10:00", None, None),
    ],
)
def test_a_clock_that_is_named_is_a_zone_where_it_means_one(text, zone, letters):
    stated = read_stated(text)

    assert stated is not None
    assert stated.time is not None
    assert (stated.zone, stated.letters, text[: stated.start] + text[stated.end :]) == (zone, letters, "")


@pytest.mark.parametrize(
    ("text", "clock", "left"),
    [
        ("26 May 2017 22:00 Ruritania time", time(22), " Ruritania time"),
        ("26 May 2017 22:00 (Smallville)", time(22), " (Smallville)"),
        ("2017-05-26 14:00 London", time(14), " London"),
        ("May 26, 2017, postponed from 10:00", None, ", postponed from 10:00"),
        ("26 May 2017 Paris 22:00", None, " Paris 22:00"),
        ("2017年5月26日某某时间10:00", None, "某某时间10:00"),
        ("2017年5月26日晚12时", None, "晚12时"),
    ],
)
def test_words_that_are_not_understood_stand_outside_what_is_read(text, clock, left):
    stated = read_stated(text)

    assert stated is not None
    assert (stated.time, text[: stated.start] + text[stated.end :]) == (clock, left)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-05-26", id="a day"),
        pytest.param("2026-05-26 08:30", id="a minute"),
        pytest.param("2026-05-26T08:30:15", id="a second"),
        pytest.param("2026-05-26T08:30:15Z", id="UTC"),
        pytest.param("2026-05-26T08:30-09:30", id="an offset"),
        pytest.param("2026-05-26T08:30:00+14:00", id="the furthest offset"),
        pytest.param("2026-05-26T08:30:00+77:00", id="no offset"),
        pytest.param("2026-05-26T23:59:60Z", id="a leap second"),
    ],
)
def test_the_commonest_form_is_read_by_a_look_as_the_rules_read_it(text):
    read = read_stated(text)

    by_the_rules = read_stated(f" {text}")  # a space before it, and it is not that form any more

    assert read is not None
    assert by_the_rules == replace(read, start=read.start + 1, end=read.end + 1)
