from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedsvc.datelines import evidence_for, find_dateline, find_stamp, read_stated, resolve
from feedsvc.errors import DateError
from feedsvc.languages import LANGUAGES

quick = settings()  # as conftest.py says; `make soak` tries harder

PIECES = st.sampled_from(
    (
        *(
            "BEIJING",
            "OSLO",
            "New York",
            ", ",
            "May 26",
            "26 mai",
            "(Xinhua)",
            "(AP)",
            " -- ",
            " - ",
            "\n",
            "\n\n",
            "/",
            "(",
            ")",
        ),
        *(
            "[",
            "]",
            "新华社",
            "北京",
            "5月26日",
            "电",
            "（记者李明）",
            "【",
            "】",
            "=",
            "=연합뉴스",
            "서울",
            "ロイター",
            "26日",
            "МОСКВА",
            "26 мая",
        ),
        *(
            "/ТАСС/",
            ". ",
            "2017",
            "29",
            "February",
            "、",
            "令和3年",
            "記者",
            "報導",
            "讯",
            "3:00 GMT+8",
            "القاهرة",
            " ",
            "“",
            "\x00",
            "İ",
        ),
    )
)
NOISE = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=14).map("".join))
SPACED = [
    (language, month, name)
    for language in LANGUAGES
    for month, names in enumerate(language.months, 1)
    for name in names
]


@quick
@given(NOISE)
@example("BEIJING, May 26 (Xinhua) --")
@example("﷽" * 300)
@example("ß" * 1300)
def test_no_text_makes_it_raise_and_the_span_reads_back(text):
    dateline = find_dateline(text)

    if dateline is not None:
        assert 0 <= dateline.span.start < dateline.span.end <= len(text)
        assert text[dateline.span.start : dateline.span.end] == dateline.text


@quick
@given(NOISE)
def test_a_stamp_can_always_be_read(text):
    stamp = find_stamp(text)

    if stamp is not None:
        assert text[stamp.span.start : stamp.span.end] == stamp.text
        assert read_stated(stamp.text, near=(1, 1)) is not None


@quick
@given(NOISE)
def test_a_stated_date_is_read_or_refused_and_nothing_else(text):
    try:
        refused = read_stated(text) and ""
    except DateError as error:
        refused = error.message

    assert not refused or refused.startswith(repr(text[:200].strip()))


@quick
@given(
    st.sampled_from(SPACED),
    st.integers(1, 28),
    st.sampled_from(("OSLO", "Nairobi", "LISBON")),
    st.sampled_from(("AP", "EFE")),
)
def test_a_dateline_rendered_in_a_spaced_language_is_read_back(named, day, place, agency):
    language, month, name = named
    printed = f"{name} {day}" if language.month_first else f"{day} {name}"

    dateline = find_dateline(f"{place}, {printed} ({agency}) -- ")

    assert dateline is not None
    assert (dateline.places, dateline.month, dateline.day, dateline.agency) == (
        (place.capitalize(),),
        month,
        day,
        agency,
    )


@quick
@given(
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from((("北京", "Beijing"), ("奥斯陆", "Oslo"), ("台北", "Taipei"))),
)
def test_a_dateline_rendered_in_an_east_asian_language_is_read_back(month, day, place):
    printed, name = place

    for text in (f"新华社{printed}{month}月{day}日电（记者李明）", f"{printed}2017年{month}月{day}日电 /美通社/"):
        dateline = find_dateline(text)
        assert dateline is not None
        assert (dateline.places, dateline.month, dateline.day) == ((name,), month, day)


@quick
@given(st.integers(1, 12), st.integers(1, 28))
def test_a_dateline_rendered_in_brackets_is_read_back(month, day):
    for text, place, agency in (
        (f"[東京 {month}月{day}日 ロイター] - 港は", "Tokyo", "Reuters"),
        (f"서울, {month}월 {day}일 (연합뉴스) 항구가", "Seoul", "Yonhap"),
    ):
        dateline = find_dateline(text)
        assert dateline is not None
        assert (dateline.places, dateline.month, dateline.day, dateline.agency) == ((place,), month, day, agency)


@quick
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 12), st.integers(1, 31))
def test_the_resolved_date_has_the_printed_month_and_day(reference, month, day):
    dateline = find_dateline(f"新华社奥斯陆{month}月{day}日电 港口")
    assert dateline is not None

    try:
        stamp = resolve(dateline, evidence_for(reference))
    except DateError:
        assert day > 28
        return

    assert stamp is not None
    assert (stamp.instant.month, stamp.instant.day) == (month, day)


def test_nothing_depends_on_the_machines_zone_locale_hashes_or_day():
    script = (
        "from datetime import date\n"
        "from feedsvc.datelines import *\n"
        "for t in ('OSLO, May 26 (AP) -- The', '26 May 2017 14:00 CST', '（中央社台北11日電）', 'Paris (AFP) - Le'):\n"
        "    print(find_dateline(t), resolve(find_dateline(t), evidence_for(date(2017, 6, 1), t)), find_stamp(t))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone, locale, seed in (("America/Chicago", "C", "1"), ("Asia/Shanghai", "C.UTF-8", "2"))
    }

    assert len(outputs) == 1


@pytest.mark.parametrize(
    "unit",
    [
        *("a", " ", "\n", "(", "[(", "【", "-", "1", "北", "電", "日", "月", "é", "A", "\u3000", "\x00", "A "),
        *("BEIJING, May 26 (Xinhua) ", "新华社北京5月26日", "OSLO/", "OSLO and ", "(AP", "Mon. ", "26 mai ", "記者/"),
    ],
)
def test_the_cost_of_a_megabyte_is_not_more_than_fifty_times_that_of_20_kb(unit):
    short, long = unit * (20_000 // len(unit)), unit * (1_000_000 // len(unit))

    def cost(text: str) -> float:
        runs = []
        for _ in range(3):
            start = time.process_time()
            find_dateline(text)
            find_stamp(text)
            runs.append(time.process_time() - start)
        return min(runs)

    assert cost(long) <= 50 * cost(short) + 0.005
