"""Dates and times are written as readers of each language write them, whatever the machine is set to."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest

from feedsvc.web.pages.shown_dates import interval, shown_day_and_time, shown_zone

AT = datetime(2026, 10, 26, 16, 30, tzinfo=timezone(timedelta(hours=3)))


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        pytest.param("en", "26 October 2026, 4:30\N{NO-BREAK SPACE}p.m.", id="English"),
        pytest.param("en-US", "October 26, 2026, 4:30\N{NO-BREAK SPACE}p.m.", id="English of the United States"),
        pytest.param("en-GB", "26 October 2026, 16:30", id="English of Britain"),
        pytest.param("zh", "2026年10月26日 16:30", id="Chinese"),
        pytest.param("zh-TW", "2026年10月26日 下午4:30", id="Chinese of Taiwan"),
        pytest.param("ja", "2026年10月26日 16:30", id="Japanese"),
        pytest.param("ko", "2026년 10월 26일 오후 4:30", id="Korean"),
        pytest.param("fr", "26 octobre 2026, 16:30", id="French"),
        pytest.param("de", "26. Oktober 2026, 16:30", id="German"),
        pytest.param("es", "26 de octubre de 2026, 16:30", id="Spanish"),
        pytest.param("pt", "26 de outubro de 2026 16:30", id="Portuguese"),
        pytest.param("ru", "26 октября 2026 г., 16:30", id="Russian"),
        pytest.param("ar", "26 أكتوبر 2026، 4:30 م", id="Arabic"),
        pytest.param("nl", "26 oktober 2026, 16:30", id="a language without a catalogue"),
        pytest.param("x-quay", "2026-10-26 16:30", id="an unknown language"),
    ],
)
def test_a_date_is_written_as_its_readers_write_it(language, shown):
    assert shown_day_and_time(AT, language).replace("\N{NARROW NO-BREAK SPACE}", " ") == shown


def test_a_zone_is_an_offset():
    assert shown_zone(AT) == "UTC+03:00"


def test_a_length_of_time_is_in_its_largest_whole_unit():
    assert interval(900, ["ru", "zh"]).items == (("en", "15 minutes"), ("ru", "15 минут"), ("zh", "15分钟"))
    assert interval(3600, ["en"]).items == (("en", "1 hour"),)


def test_the_settings_of_the_machine_change_no_date():
    script = (
        "from datetime import datetime, UTC\nfrom feedsvc.web.pages.shown_dates import shown_day_and_time\n"
        "print(ascii(shown_day_and_time(datetime(2026, 10, 26, 16, 30, tzinfo=UTC), 'de')))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=dict(os.environ) | machine
        ).stdout
        for machine in ({"LC_ALL": "C", "TZ": "UTC"}, {"LC_ALL": "fr_FR.UTF-8", "LANG": "x@y", "TZ": "Asia/Tokyo"})
    }

    assert found == {"'26. Oktober 2026, 16:30'\n"}


def test_a_worker_imports_babel_with_its_first_date():
    script = "import sys, feedsvc.web\nprint('babel' in sys.modules)"

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout == "False\n"
