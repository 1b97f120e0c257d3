from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedsvc import datelines
from feedsvc.datelines import evidence_for, find_dateline, find_stamp, languages, places, read_stated, resolve
from feedsvc.datelines.calendar import years_named
from feedsvc.datelines.languages import LANGUAGES
from feedsvc.datelines.languages.language import Language
from feedsvc.model.dates import Evidence
from feedsvc.model.errors import AheadError, DateError

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
            "\ud800",
            "İ",
            "> ",
            "| ",
            "* ",
            "(Boxing Day)",
            "/dpa. ",
            "3 May 2016 – The United Nations",
        ),
    )
)
OSLO = "OSLO, {name} {day} (AP) -- The"
ANY = st.text(st.characters(), max_size=200)  # lone surrogates too, which ``st.text()`` leaves out
NOISE = st.one_of(st.text(max_size=200), ANY, st.lists(PIECES, max_size=14).map("".join))
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
@given(st.sampled_from(SPACED), st.integers(1, 28), st.sampled_from(("> ", ">> ", " > ")))
def test_a_dateline_in_quoted_text_is_none_in_any_language(named, day, mark):
    language, _, name = named
    printed = f"{name} {day}" if language.month_first else f"{day} {name}"
    line = f"LISBON, {printed} (Reuters) -- The harbour"

    assert find_dateline(line) is not None
    assert find_dateline(mark + line) is None


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


WITHOUT_MONTHS = {
    "zh": "路透社东京{year}{month}月{day}日电 ",
    "ja": "[東京 {year}{month}月{day}日 ロイター] - ",
    "ko": "도쿄, {year}{month}월 {day}일 (로이터) ",
}
YEAR_SIGNS = {"zh": "年", "ja": "年", "ko": "년 "}


def rendered(language: Language, day: date, *, with_year: bool) -> str:
    """Return a dateline of Tokyo and Reuters as *language* prints it."""
    if language.tag in WITHOUT_MONTHS:
        year = f"{day.year}{YEAR_SIGNS[language.tag]}" if with_year else ""
        return WITHOUT_MONTHS[language.tag].format(year=year, month=day.month, day=day.day)
    name = language.months[day.month - 1][0]
    printed = f"{name} {day.day}" if language.month_first else f"{day.day} {name}"
    year = (f", {day.year}" if language.month_first else f" {day.year}") if with_year else ""
    return f"TOKYO, {printed}{year} (Reuters) - "


@quick
@pytest.mark.parametrize("language", [pytest.param(language, id=language.tag) for language in LANGUAGES])
@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.booleans())
def test_a_dateline_rendered_from_parts_is_read_back_in_every_language(language, day, with_year):
    dateline = find_dateline(rendered(language, day, with_year=with_year))

    assert dateline is not None
    assert (dateline.places, dateline.month, dateline.day, dateline.year, dateline.agency) == (
        ("Tokyo",),
        day.month,
        day.day,
        day.year if with_year else None,
        "Reuters",
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


@quick
@given(
    st.sampled_from((OSLO, "港湾通讯社奥斯陆{month}月{day}日电 港口", "Осло, {day}.{month:02} (AP) - ")),
    st.dates(date(2001, 1, 1), date(2027, 12, 31)),
    st.dates(date(2001, 1, 1), date(2030, 1, 1)),
    st.sampled_from(("", "2012/x.txt", "2016-02/x.txt", "2015/12/31/x.txt")),
    st.sampled_from((None, "2014-03-01")),
    st.sampled_from(("", "It opened in 2011, and will grow by 2040.", "2019年，2016年")),
    st.booleans(),
)
@example(form=OSLO, day=date(2001, 1, 2), arrival=date(2001, 1, 1), path="", stamp=None, body="", live=False)
def test_whatever_the_evidence_the_printed_month_and_day_stand(form, day, arrival, path, stamp, body, live):
    name = LANGUAGES[0].months[day.month - 1][0]
    dateline = find_dateline(form.format(month=day.month, day=day.day, name=name))
    evidence = Evidence(
        arrival=datetime(arrival.year, arrival.month, arrival.day, 12, tzinfo=UTC),
        live=live,
        path=path,
        stamp=stamp,
        body=body,
    )
    assert dateline is not None

    try:
        resolved = resolve(dateline, evidence)
    except AheadError:
        return

    assert resolved is not None
    if not any("the arrival is taken" in sentence for sentence in resolved.contradictions):
        assert (resolved.instant.month, resolved.instant.day) == (day.month, day.day)


CLOCKS = {"now", "utcnow", "today", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter", "ctime", "strftime"}


@pytest.mark.parametrize("package", [datelines, languages, places])
def test_no_module_of_the_library_names_a_clock(package):
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Attribute) and node.attr in CLOCKS), (path.name, node.attr)
            assert not (isinstance(node, ast.Import) and "time" in {alias.name for alias in node.names}), path.name
            assert not (isinstance(node, ast.ImportFrom) and node.module == "time"), path.name


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
        *(
            "by 2020 ",
            "到2020年",
            "in 2017, ",
            "2017",
            "BA 2014 ",
            "> ",
            "| ",
            "OSLO/dpa. ",
            "(Oslo) ",
            "3 May 2016 – UN ",
            "AP Oslo ",
            "AP-",
            " // ",
            "《",
            "\u0301",
            "한",
            "あ",
            "ـ",
            "“",
        ),
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
            years_named(text)
            with suppress(DateError):
                read_stated(text)
            runs.append(time.process_time() - start)
        return min(runs)

    assert cost(long) <= 50 * cost(short) + 0.005
