from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest

from feedsvc.datelines import find_stamp, read_stated
from feedsvc.datelines.clock import zone_named
from feedsvc.datelines.stated_pieces import further_months
from feedsvc.datelines.word_tables import tables
from feedsvc.model.errors import DateError

DECK = (
    "The harbour office has opened the northern quay again, after four winters in which no ship could enter, and the "
    "keepers of the lamp have moved back into their house on the pier, where they sang all night."
)


@pytest.mark.parametrize(
    ("text", "day", "clock", "zone"),
    [
        ("2017-05-26", "2017-05-26", None, None),
        ("2017/5/26", "2017-05-26", None, None),
        ("20170526", "2017-05-26", None, None),
        ("2017-05-26T14:00:30Z", "2017-05-26", time(14, 0, 30), "+00:00"),
        ("2017-05-26 14:00:30.123+08:00", "2017-05-26", time(14, 0, 30), "+08:00"),
        ("2017-05-26 14:00.000000000 +08:00", "2017-05-26", time(14), "+08:00"),
        ("2017-05-26 14:00 +0800", "2017-05-26", time(14), "+08:00"),
        ("26 May 2017 14:00 GMT+8", "2017-05-26", time(14), "+08:00"),
        ("26 May 2017 14:00 UTC-3:30", "2017-05-26", time(14), "-03:30"),
        ("Fri, 26 May 2017 14:00:00 +0800", "2017-05-26", time(14), "+08:00"),
        ("Fri, 26 May 2017 06:00:00 GMT", "2017-05-26", time(6), "+00:00"),
        ("May 26, 2017 10:30 a.m. EDT", "2017-05-26", time(10, 30), "-04:00"),
        ("May 26, 2017 12:05 a.m.", "2017-05-26", time(0, 5), None),
        ("515 AM PDT Fri May 26 2017", "2017-05-26", time(5, 15), "-07:00"),
        ("1049 PM EDT FRI MAY 26 2017", "2017-05-26", time(22, 49), "-04:00"),
        ("26.05.17, 14:05 Uhr", "2017-05-26", time(14, 5), None),
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
        ("20170526T140500Z", "2017-05-26", time(14, 5), "+00:00"),
        ("20170526 1405", "2017-05-26", time(14, 5), None),
        ("20170526140509", "2017-05-26", time(14, 5, 9), None),
        ("26 May 2017 1405 GMT", "2017-05-26", time(14, 5), "+00:00"),
        ("26-May-2017 14:05", "2017-05-26", time(14, 5), None),
        ("May-26-2017", "2017-05-26", None, None),
        ("2017-May-26", "2017-05-26", None, None),
        ("26MAY2017", "2017-05-26", None, None),
        ("26/May/2017:14:05:00 +0000", "2017-05-26", time(14, 5), "+00:00"),
        ("Fri May 26 14:05:00 2017", "2017-05-26", time(14, 5), None),
        ("Fri May 26 14:05:00 UTC 2017", "2017-05-26", time(14, 5), "+00:00"),
        ("Fri May 26 14:05:00 2017 -0800", "2017-05-26", time(14, 5), "-08:00"),
        ("2017-05-26 14:05:00 2017 -0800", "2017-05-26", time(14, 5), "-08:00"),
        ("2017-05-26 14:05 America/New_York", "2017-05-26", time(14, 5), "America/New_York"),
        ("2017-05-26T14:05:00+02:00[Europe/Paris]", "2017-05-26", time(14, 5), "+02:00"),
        ("2017-05-26 14:05:00 +0800 CST", "2017-05-26", time(14, 5), "+08:00"),
        ("2017-12-31T24:00", "2018-01-01", time(0), None),
        ("2017年5月26日24时", "2017-05-27", time(0), None),
        ("2017-05-26T24:00:00+08:00", "2017-05-27", time(0), "+08:00"),
        ("2017-05-26T14:05:00[Asia/Tokyo]", "2017-05-26", time(14, 5), "Asia/Tokyo"),
        ("26 May 2017 14:05 (Asia/Tokyo)", "2017-05-26", time(14, 5), "Asia/Tokyo"),
        ("May 26, 2017 2:05 P.M. E.T.", "2017-05-26", time(14, 5), "America/New_York"),
        ("Fri 26 May 14:05:00 CEST 2017", "2017-05-26", time(14, 5), "+02:00"),
        ("26. května 2017", "2017-05-26", None, None),
        ("2017. május 26.", "2017-05-26", None, None),
        ("27. kesäkuuta 2017 klo 14.05", "2017-06-27", time(14, 5), None),
        ("26.05.2017 kl. 14.05", "2017-05-26", time(14, 5), None),
        ("26 พฤษภาคม 2560", "2017-05-26", None, None),
        ("๒๖ พฤษภาคม ๒๕๖๐", "2017-05-26", None, None),
        ("26 मई 2017", "2017-05-26", None, None),
        ("२६ मई २०१७", "2017-05-26", None, None),
        ("26 листопада 2017", "2017-11-26", None, None),
        ("2017. 5. 26. 오후 2:05:09", "2017-05-26", time(14, 5, 9), None),
        ("2017-05-26(金)14:05", "2017-05-26", time(14, 5), None),
        ("昭和64年1月7日", "1989-01-07", None, None),
        ("中華民國一百零六年五月二十六日", "2017-05-26", None, None),
        ("公元2017年5月26日", "2017-05-26", None, None),
        ("2017, May 26", "2017-05-26", None, None),
        ("date: '2017-05-26T14:05:00+08:00'", "2017-05-26", time(14, 5), "+08:00"),
        ("'26 May 2017'", "2017-05-26", None, None),
        ("Ruby 1.9.3的维护将在2017年5月26日结束", "2017-05-26", None, None),
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
    ("text", "day", "clock", "zone"),
    [
        pytest.param("1495807500", "2017-05-26", time(14, 5), "+00:00", id="seconds"),
        pytest.param("1495807500000", "2017-05-26", time(14, 5), "+00:00", id="thousandths"),
        pytest.param("2017-146", "2017-05-26", None, None, id="the day of the year"),
        pytest.param("2017-146T14:05Z", "2017-05-26", time(14, 5), "+00:00", id="the day of the year with a clock"),
        pytest.param("2017-W21-5", "2017-05-26", None, None, id="the day of the week"),
        pytest.param("2017W215T14:05", "2017-05-26", time(14, 5), None, id="the day of the week with a clock"),
        pytest.param("民國114/05/26", "2025-05-26", None, None, id="the Republic's year, named"),
        pytest.param("106/05/26", "2017-05-26", None, None, id="the Republic's year"),
        pytest.param("26.05.17", "2017-05-26", None, None, id="points and two figures"),
        pytest.param("Friday, 26-May-17 14:05:00 GMT", "2017-05-26", time(14, 5), "+00:00", id="RFC 850"),
        pytest.param("Fri, 26 May 17 14:05:00 GMT", "2017-05-26", time(14, 5), "+00:00", id="RFC 822"),
        pytest.param("May 26 '17", "2017-05-26", None, None, id="an apostrophe"),
    ],
)
def test_what_is_a_date_and_nothing_else_is_read_but_is_no_stamp_of_a_line(text, day, clock, zone):
    stated = read_stated(text)

    assert stated is not None
    assert (stated.date.isoformat(), stated.time, stated.zone) == (day, clock, zone)
    assert find_stamp(f"{text}\n\nThe ship has sailed.") is None


@pytest.mark.parametrize(
    ("text", "near", "day"),
    [
        pytest.param("17.05.26", (5, 26), "2017-05-26", id="the year first"),
        pytest.param("26/05/17", (5, 26), "2017-05-26", id="the day first"),
        pytest.param("05/26/17", (5, 26), "2017-05-26", id="the month first"),
    ],
)
def test_the_dateline_settles_figures_of_which_any_may_be_the_year(text, near, day):
    stated = read_stated(text, near=near)

    assert stated is not None
    assert stated.date.isoformat() == day


@pytest.mark.parametrize("text", ["05/06/17", "1705261405", "2017052614"])
def test_figures_that_leave_the_year_open_are_an_error_that_quotes_them(text):
    with pytest.raises(DateError, match=f"{text}.*write it as YYYY-MM-DD"):
        read_stated(text)


def test_a_month_of_the_further_languages_means_the_same_in_every_language():
    known, further = tables().months, further_months()

    assert {name for name, number in further.items() if name in known and known[name][0] != number} == set()
    assert sorted(set(further.values())) == list(range(1, 13))


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        pytest.param("2017-05-26 14:05 IST", "IST", id="letters"),
        pytest.param("2017-05-26 14:05:00+16:00", "+16:00", id="an hour that no clock keeps"),
        pytest.param("2017-05-26 14:05:00 -1300", "-1300", id="too far west"),
        pytest.param("2017-05-26 14:05+08:75", "+08:75", id="minutes"),
        pytest.param("2017-05-26 14:05 Europe/Ruritania", "Europe/Ruritania", id="a zone that is not there"),
    ],
)
def test_a_printed_zone_that_is_none_is_kept_as_printed(text, letters):
    stated = read_stated(text)

    assert stated is not None
    assert (stated.time, stated.zone, stated.letters, stated.unread) == (time(14, 5), None, letters, "")


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Friday, May 26, 2017", ""),
        ("2017-05-26 (Friday)", ""),
        ("2017年5月26日（五）14:05", ""),
        ("Published on May 26, 2017", ""),
        ("26 May 2017 22:00 Ruritania time", "Ruritania time"),
        ("May 26, 2017, postponed from 10:00", "postponed from 10:00"),
        ("2017年5月26日晚12时", "晚12时"),
        ("2017年5月26日午後", "午後"),
        ("May 26, 2017 midnight", "midnight"),
        ("2017-05-26 14:05 (EST/EDT)", "(EST/EDT)"),
        ("2017-05-26-14-05", "14-05"),
        ("May 31-June 1, 2017", "May 31"),
        ("2017-05-26 14:05 EST5EDT", "EST5EDT"),
    ],
)
def test_what_beside_a_date_may_say_something_of_the_time_is_told_as_unread(text, unread):
    stated = read_stated(text)

    assert stated is not None
    assert stated.unread == unread


@pytest.mark.parametrize(
    "text",
    [
        *("2017-02-30", "9999-01-01", "0000-01-01", "31 June 2017", "2017年2月30日", "2017-05-26 25:00", "9876543210"),
        *("2017-13-01", "31/04/2017", "2017-W54-1", "2017-366", "1599-12-31", "2200-01-01", "26/05/2560"),
    ],
)
def test_a_date_that_cannot_be_is_an_error_that_quotes_it(text):
    with pytest.raises(DateError, match=text):
        read_stated(text)


@pytest.mark.parametrize("text", ["05/07/2018 09:06 PM", "05-07-2018"])
def test_figures_that_leave_the_month_open_are_an_error(text):
    with pytest.raises(DateError, match="write it as YYYY-MM-DD"):
        read_stated(text)


def test_figures_that_leave_the_month_open_are_settled_by_the_dateline():
    stated = read_stated("05/07/2018 09:06 PM", near=(7, 5))

    assert stated is not None
    assert (stated.date.isoformat(), stated.time) == ("2018-07-05", time(21, 6))


SHARED = Path(__file__).parents[2] / "shared" / "data" / "stated-dates.tsv"


def read_as(text: str) -> str:
    """Return what *text* states, in the words of the shared table."""
    try:
        stated = read_stated(text)
    except DateError:
        return "none (refuse)"
    if stated is None or stated.letters or stated.unread:
        return "none (refuse)"
    if stated.time is None:
        return str(stated.date)
    offset = f"{datetime.combine(stated.date, stated.time, zone_named(stated.zone)):%z}" if stated.zone else ""
    return f"{stated.date} {stated.time:%H:%M} {offset[:3]}:{offset[3:]}".rstrip(" :")


@pytest.mark.skipif(not SHARED.exists(), reason="the stated dates of the room are not here")
def test_every_form_that_was_seen_is_read_or_refused():
    rows = [line.split("\t") for line in SHARED.read_text(encoding="utf-8").splitlines()[1:]]

    assert {form: read_as(form) for form, _ in rows} == dict(rows)


JUNK = (
    *(
        "",
        "12",
        "1",
        "-1",
        "2017",
        "170526",
        "2017146",
        "149580750",
        "14958075000",
        "1,495,807,500",
        "3.14159",
        "12.5%",
    ),
    *("v1.2.3", "1.2.3", "10.1.2.3", "2017.5.1.2", "v2017.05.26", "release-2017.5", "192.168.0.1", "40.7128, -74.0060"),
    *(
        "May",
        "Friday",
        "noon",
        "May 26",
        "26 May",
        "5月26日",
        "May 2017",
        "2017年5月",
        "2017-05",
        "2017-W21",
        "12/2017",
    ),
    *("2017/18", "1990-2017", "May–June 2017", "summer 2017", "Q2 2017", "Mar 3", "march on", "sun 2017", "sat 26"),
    *("+49 30 901820", "(030) 1234-2017", "555-2017", "1-800-555-0199", "+86 10 8532 1234", "13812345678"),
    *("ISBN 978-3-16-148410-0", "0-306-40615-2", "ISSN 2049-3630", "USD 2017", "$12.05", "12.05 EUR", "€ 1.299,00"),
    *(
        "14:05",
        "T14:05",
        "UTC",
        "GMT+8",
        "1405Z",
        "+08:00",
        "26:05:2017",
        "yesterday",
        "tomorrow at noon",
        "now",
        "TBD",
    ),
    *("26-27 May 2017", "May 26-27, 2017", "26/27 May 2017", "10–12 March 2017 14:05"),
    *("no. 12/2017", "Flight BA 2017", "Boeing 737-800", "Room 2017", "第2017号", "24/7", "9/11", "4-4-2", "null"),
    *("{{ date }}", "YYYY-MM-DD", "5f2c1e8a-2017-4f26-8a05-1b2c3d4e5f60", "may the 4th be with you"),
)


@pytest.mark.parametrize("text", JUNK)
def test_what_states_no_full_date_is_none(text):
    assert read_stated(text) is None


@pytest.mark.parametrize("sign", ["9", "9.", "9/", "1-", "May ", "26 ", "二", "(", "+", "a.", "'", " ", "年"])
def test_a_long_text_is_read_no_further_than_a_line(sign):
    assert read_stated("2017-05-26 " + sign * 100_000, near=(5, 26)) is not None


@pytest.mark.parametrize(
    ("text", "label", "stamp"),
    [
        ("19.08.2006 07:14\n\n/Harbour Wire/ The ship", "stamp", "19.08.2006 07:14"),
        ("Thursday June 3, 2010 01:39:13 GMT\nOSLO", "stamp", "Thursday June 3, 2010 01:39:13 GMT"),
        ("《 光明日报 》（ 2018年02月11日 05 版）\n本报北京2月10日电 ", "beside", "2018年02月11日"),
        ("令和4年2月9日\n【東京共同】政府は", "stamp", "令和4年2月9日"),
        ("| 17:49:47 | 22-05-2006 | Politics |", "beside", "17:49:47 | 22-05-2006"),
        ("Last updated: May 26, 2017 10:30 a.m. EDT\n\nOSLO (AP) -- The", "updated", "May 26, 2017 10:30 a.m. EDT"),
        ("Harbour Wire (HW), Oslo, Norway, Saturday, December 31, 2005", "beside", "Saturday, December 31, 2005"),
        ("来源：港湾通讯社 2023年01月01日10:24", "beside", "2023年01月01日10:24"),
        ("2023年01月01日晚12时\n\n船开了。", "stamp", "2023年01月01日晚12时"),
        ("26-May-2017 14:05\n\nThe ship has sailed.", "stamp", "26-May-2017 14:05"),
        ("26.05.17, 14:05 Uhr", "stamp", "26.05.17, 14:05 Uhr"),
        ("Veröffentlicht am 26. Mai 2017", "stamp", "26. Mai 2017"),
        ("Posted on May 26, 2017 at 2:05 pm", "stamp", "May 26, 2017 at 2:05 pm"),
        ("May 26, 2017 · 6 min read", "stamp", "May 26, 2017"),
        ("Por Inês Duarte 26 de maio de 2017 às 14:05", "beside", "26 de maio de 2017 às 14:05"),
        ("Lin Xiao, 26.05.2017 14:05 Uhr", "beside", "26.05.2017 14:05 Uhr"),
        ("May 26, 2017 at 6:08 PM ET by Lin Xiao", "beside", "May 26, 2017 at 6:08 PM ET"),
        ("26. Mai 2017 admin News 0", "beside", "26. Mai 2017"),
        ("林晓2017年05月26日 14:05", "beside", "2017年05月26日 14:05"),
        ("May 26, 2017 2:05 pm Updated May 27, 2017 3:05 pm", "stamp", "May 26, 2017 2:05 pm"),
        ("Updated:\nMay 27, 2017\n\nPosted:\nMay 26, 2017", "stamp", "May 26, 2017"),
        (f"{DECK}\n\nMay 26, 2017\n\nThe ship has sailed.", "stamp", "May 26, 2017"),
        ("Lin Xiao, May 26, 2017\n\nMay 25, 2017", "stamp", "May 25, 2017"),
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
        "Minutes of the meeting of 10 October 2017",
        "Am 19. Oktober 2017 gastiert der Chor in Bremen und singt dort bis in die Nacht",
        "Birthdate: 1981-Apr-01 (age 36)",
        "— Lin Xiao (@lin) May 2, 2017",
        f"{DECK}\n\n{DECK}\n\nMay 26, 2017",
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
        ("2017年5月26日零时", time(0)),
        ("2017年5月26日零时30分", time(0, 30)),
        ("2017年5月26日上午十点半", time(10, 30)),
        ("2017年5月26日下午三点一刻", time(15, 15)),
        ("2017年5月26日3点三刻", time(3, 45)),
        ("二〇一七年五月二十六日十四时零五分", time(14, 5)),
        ("2017年5月26日上午12:22:51", time(0, 22, 51)),
        ("平成29年5月26日（金）午後2時5分", time(14, 5)),
        ("2017年5月26日正午", time(12)),
        ("May 26, 2017, noon", time(12)),
        ("12 noon, May 26, 2017", time(12)),
        ("26/05/2017 à 14h", time(14)),
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
