from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import feedsvc
from feedsvc.datelines import find_dateline, languages
from feedsvc.datelines.spaced_places import EAST_ASIAN
from feedsvc.model.dates import Dateline, Span

ROOT = Path(__file__).parents[1]
LINES = ROOT / "benchmarks" / "datelines" / "lines.tsv"


def rows(kind: str) -> list[dict[str, str]]:
    with LINES.open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] == kind]
    return [row | {"text": row["text"].replace("\\n", "\n")} for row in found]


def parts(dateline: Dateline | None) -> tuple[object, ...] | None:
    if dateline is None:
        return None
    return "|".join(dateline.places), dateline.month, dateline.day, dateline.year, dateline.agency


def number(figure: str) -> int | None:
    return int(figure) if figure else None


def test_the_set_of_lines_is_large_and_in_every_language():
    assert len(rows("dateline")) + len(rows("negative")) >= 300
    assert {row["language"] for row in rows("dateline")} == {language.tag for language in languages.LANGUAGES}


@pytest.mark.parametrize("row", [pytest.param(row, id=row["text"][:40]) for row in rows("dateline")])
def test_a_dateline_is_read_to_its_parts(row):
    found = parts(find_dateline(row["text"]))

    assert found == (
        row["places"],
        number(row["month"]),
        number(row["day"]),
        number(row["year"]),
        row["agency"] or None,
    )


@pytest.mark.parametrize("row", [pytest.param(row, id=row["text"][:40]) for row in rows("negative")])
def test_what_only_looks_like_a_dateline_is_none(row):
    assert find_dateline(row["text"]) is None


def test_a_dateline_is_found_below_headlines_in_two_languages_and_a_byline():
    head = "Harbour reopens\n\n港口重新开放\n\nHarbour Wire\nLi Hua\n\nBy Li Hua\n\n\n"
    text = f"{head}QINGDAO, May 26 (Harbour Wire) -- The harbour\n"

    assert find_dateline(text) == Dateline(
        places=("Qingdao",),
        place_zone="Asia/Shanghai",
        place_country="CN",
        month=5,
        day=26,
        agency="Harbour Wire",
        language="en",
        text="QINGDAO, May 26 (Harbour Wire)",
        span=Span(start=58, end=88),
    )


@pytest.mark.parametrize(
    "name", [pytest.param("阿里巴巴", id="Han"), pytest.param("ひかり", id="kana"), pytest.param("부산", id="Hangul")]
)
def test_an_east_asian_name_in_the_body_changes_nothing_of_a_dateline(name):
    changed = []
    for row in rows("dateline"):
        found = find_dateline(row["text"])
        if found is None or EAST_ASIAN.search(row["text"]):
            continue
        body = row["text"][found.span.end :]
        spaces = [match.start() for match in re.finditer(r"(?<=\w) (?=\w)", body)][:4]
        if len(spaces) > 1:
            text = f"{row['text'][: found.span.end]}{body[: spaces[-1]]} {name}{body[spaces[-1] :]}"
            changed += [] if find_dateline(text) == found else [text]

    assert changed == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("HANGZHOU, May 26 (Xinhua) -- 灯塔看守人周五表示，港口已重新开放。", "en", id="an English month"),
        pytest.param("ISLAMABAD (AP) - 灯塔看守人周五表示，港口已重新开放。", "zh", id="a Chinese body"),
        pytest.param("ISLAMABAD (AP) - 灯台が26日、再び点灯した。", "ja", id="a Japanese body"),
        pytest.param(
            "LONDON (路透社) -- The keepers sang on Friday in the harbour.", "en", id="an agency's other name"
        ),
        pytest.param("（中央社台北26日電）韓國團體 BTS（방탄소년단）今天抵達。", "zh", id="a Korean name"),
    ],
)
def test_the_language_of_a_dateline_in_two_scripts_is_that_of_its_words_else_of_the_body(text, language):
    found = find_dateline(text)

    assert found is not None
    assert found.language == language


def test_the_second_name_of_a_place_stands_inside_the_span():
    found = find_dateline("杭州 HANGZHOU, May 26 (Xinhua) -- The keepers of the lake's lamps sang on Friday.")

    assert found is not None
    assert (found.places, found.text) == (("Hangzhou",), "杭州 HANGZHOU, May 26 (Xinhua)")


def test_a_chinese_dateline_says_who_reported_it():
    assert find_dateline("港湾通讯社青岛5月26日电（记者林晓舟、王一）青岛港26日") == Dateline(
        places=("Qingdao",),
        place_zone="Asia/Shanghai",
        place_country="CN",
        month=5,
        day=26,
        agency="港湾通讯社",
        reporter="林晓舟、王一",
        language="zh",
        text="港湾通讯社青岛5月26日电（记者林晓舟、王一）",
        span=Span(start=0, end=23),
    )


def test_a_masthead_says_what_this_paper_is():
    assert parts(find_dateline("《 光明日报 》（ 2019年03月05日 04 版）\n本报北京3月4日电（记者李一）会议")) == (
        "Beijing",
        3,
        4,
        None,
        "Guangming Daily",
    )


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        pytest.param("新华社北京11月1日电 会议", 11, 1, id="not the first of January"),
        pytest.param("新华社北京十二月三十一日电 会议", 12, 31, id="Chinese numerals"),
        pytest.param("新华社北京１２月２９日电 会议", 12, 29, id="full width"),
        pytest.param("路透社波恩廿九日電", None, 29, id="a day in old numerals"),
        pytest.param("LISBON, June 2O (Reuters) - The", 6, 20, id="a letter for a figure"),
        pytest.param("LISBON, June 119 (Reuters) - The", 6, None, id="a day that cannot be"),
    ],
)
def test_days_are_read_as_they_are_meant(text, month, day):
    dateline = find_dateline(text)

    assert dateline is not None
    assert (dateline.month, dateline.day) == (month, day)


@pytest.mark.parametrize(
    ("text", "read", "expected"),
    [
        pytest.param(
            "港湾通讯社\n\n北京，11月20日\n\n今天上午，代表团抵达北京，参加会议。",
            "北京，11月20日",
            ("Beijing", 11, 20, None, None),
            id="place and day alone on a line",
        ),
        pytest.param(
            "新华社\n\n北京，11月20日\n\n今天上午，代表团抵达北京，参加会议。",
            "北京，11月20日",
            ("Beijing", 11, 20, None, "Xinhua"),
            id="signed on the line above",
        ),
        pytest.param(
            "Reuters\n\nLISBON, Nov. 20\n\nThe harbour authority counted its ships.",
            "LISBON, Nov. 20",
            ("Lisbon", 11, 20, None, "Reuters"),
            id="signed on the line above, in English",
        ),
        pytest.param(
            "新华社里斯本11月20日\n港口管理局20日清点船只。",
            "新华社里斯本11月20日",
            ("Lisbon", 11, 20, None, "Xinhua"),
            id="no mark at the end of a line",
        ),
        pytest.param(
            "Jeddah, Muharram 10, 1441, September 9, 2019, SPA -- The Cabinet",
            "Jeddah, Muharram 10, 1441, September 9, 2019, SPA",
            ("Jeddah", 9, 9, 2019, "SPA"),
            id="the day of another calendar first",
        ),
        pytest.param(
            "جدة 02 رجب 1443 هـ الموافق 03 فبراير 2022 م واس",
            "جدة 02 رجب 1443 هـ الموافق 03 فبراير 2022 م واس",
            ("Jeddah", 2, 3, 2022, "SPA"),
            id="the day of another calendar first, in Arabic",
        ),
        pytest.param(
            "Baku, September 20, AZERTAC A delegation came",
            "Baku, September 20, AZERTAC",
            ("Baku", 9, 20, None, "AZERTAC"),
            id="the body runs on behind the agency",
        ),
        pytest.param(
            "Liputan6.com, Jakarta Pemerintah akan",
            "Liputan6.com, Jakarta",
            ("Jakarta", None, None, None, "Liputan6"),
            id="the body runs on behind the city",
        ),
        pytest.param(
            "JAKARTA, iNews.id - Presiden akan",
            "JAKARTA, iNews.id",
            ("Jakarta", None, None, None, "iNews"),
            id="a site behind the city",
        ),
        pytest.param(
            "Xinhua, LISBON, Nov. 20 -- The harbour",
            "Xinhua, LISBON, Nov. 20",
            ("Lisbon", 11, 20, None, "Xinhua"),
            id="the agency before the city",
        ),
        pytest.param(
            "中國時報【李明／台北報導】立法院",
            "中國時報【李明／台北報導】",
            ("Taipei", None, None, None, "China Times"),
            id="a reporter without a title",
        ),
        pytest.param(
            "香港文匯報訊（記者 李明 北京報道）國務院",
            "香港文匯報訊（記者 李明 北京報道）",
            ("Beijing", None, None, None, "Wen Wei Po (HK)"),
            id="the city in the reporter's brackets",
        ),
        pytest.param(
            "【大公報訊】記者李明北京報道：外交部",
            "【大公報訊】記者李明北京報道",
            ("Beijing", None, None, None, "Ta Kung Pao"),
            id="the city behind the reporter",
        ),
        pytest.param(
            "（吉隆坡7日马新社电）首相",
            "（吉隆坡7日马新社电）",
            ("Kuala Lumpur", None, 7, None, "Bernama"),
            id="the agency behind the day",
        ),
        pytest.param(
            "【シンガポール共同】東南アジア",
            "【シンガポール共同】",
            ("Singapore", None, None, None, "Kyodo"),
            id="a city that is a country",
        ),
        pytest.param(
            "[런던=AP/뉴시스] 영국",
            "[런던=AP/뉴시스]",
            ("London", None, None, None, "Newsis"),
            id="relayed in Korean",
        ),
        pytest.param(
            "Rio de Janeiro, 20 nov (EFE).- O governo",
            "Rio de Janeiro, 20 nov (EFE)",
            ("Rio de Janeiro", 11, 20, None, "EFE"),
            id="a month's name in a city's",
        ),
        pytest.param(
            "Zurich / Switzerland, 7 March 2024 – Example AG reports strong growth for the year.",
            "Zurich / Switzerland, 7 March 2024",
            ("Zurich", 3, 7, 2024, None),
            id="a country behind a slash",
        ),
        pytest.param(
            "الكويت - 20 - 11 (كونا) -- قال",
            "الكويت - 20 - 11 (كونا)",
            ("Kuwait City", 11, 20, None, "KUNA"),
            id="figures set apart",
        ),
    ],
)
def test_the_shapes_of_many_newsrooms_are_read(text, read, expected):
    dateline = find_dateline(text)

    assert dateline is not None
    assert (dateline.text, parts(dateline)) == (read, expected)


def test_a_clock_and_its_zone_inside_a_dateline_are_read():
    dateline = find_dateline("LONDON, May 26, 2:05 p.m. GMT+8 (Reuters) - Markets were mixed")

    assert dateline is not None
    assert (dateline.time, dateline.zone) == ("14:05", "+08:00")


def test_a_named_clock_is_the_zone():
    dateline = find_dateline("港湾体育讯 北京时间8月7日消息，比赛结束")

    assert dateline is not None
    assert (dateline.month, dateline.day, dateline.zone) == (8, 7, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        pytest.param("ST. LOUIS, MO., March 3 - Net profit rose", None, id="Missouri, with a point"),
        pytest.param("Kansas City, Mo, Oct 20 - The company said", None, id="Missouri"),
        pytest.param("Berlin, Mo, 26. Mai (dpa) - Der Hafen bleibt", 0, id="Montag"),
        pytest.param("OSLO, Mon., May 26 (AP) - The port", 0, id="Monday"),
    ],
)
def test_a_weekday_is_of_the_language_of_its_month(text, weekday):
    dateline = find_dateline(text)

    assert dateline is not None
    assert dateline.weekday == weekday


def test_every_file_of_words_is_registered():
    files = {file.stem for file in Path(languages.__file__).parent.glob("*.toml")}

    assert files == {*languages.TAGS, *languages.FURTHER_TAGS}


def test_no_month_or_weekday_name_means_two_things():
    seen: dict[tuple[str, str], int] = {}
    for language in languages.LANGUAGES:
        for field in ("months", "weekdays"):
            for position, names in enumerate(getattr(language, field)):
                for name in names:
                    assert seen.setdefault((field, name.casefold()), position) == position, (language.tag, name)


ESPERANTO = """
months = [
  ["januaro"], ["februaro"], ["marto"], ["aprilo"], ["majo"], ["junio"], ["julio"], ["aŭgusto"], ["septembro"],
  ["oktobro"], ["novembro"], ["decembro"],
]
of = ["de"]
words = ["la", "kaj", "estas"]
"""


def test_a_new_language_is_one_file_and_one_registry_entry(tmp_path):
    package = Path(feedsvc.__file__).parent
    copy = tmp_path / "feedsvc"
    copy.mkdir()
    for name in ("__init__.py", "model", "datelines"):
        source = package / name
        if source.is_dir():
            shutil.copytree(source, copy / source.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / source.name)
    (copy / "datelines" / "languages" / "eo.toml").write_text(ESPERANTO, encoding="utf-8")
    registry = copy / "datelines" / "languages" / "__init__.py"
    text = registry.read_text(encoding="utf-8")
    registry.write_text(text.replace('TAGS = ("en", ', 'TAGS = ("en", "eo", '), encoding="utf-8")
    with (copy / "datelines" / "agencies.tsv").open("a", encoding="utf-8") as agencies:
        agencies.write("Haveno\tHarbour Wire\teo\tEurope/Warsaw\n")
    script = (
        "from feedsvc.datelines import find_dateline\n"
        "d = find_dateline('VARSOVIO, 26 de majo (Haveno) -- La kongreso estas')\n"
        "print(d.month, d.day, d.agency, d.language)"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("5 26 Harbour Wire eo\n", "")


@pytest.mark.parametrize(
    ("text", "weekday"),
    [
        pytest.param(
            "ST. LOUIS, MO (KTVI) -- The keeper of the lamp said on the quay that he sang.", None, id="Missouri"
        ),
        pytest.param(
            "CAPE TOWN, SA (SAPA) - The keeper of the lamp said on the quay that he sang.", None, id="a country"
        ),
        pytest.param(
            "OSLO, Thursday (Reuters) - The keeper of the lamp said on the quay that he sang.", 3, id="in full"
        ),
    ],
)
def test_a_weekday_alone_is_one_only_in_full(text, weekday):
    found = find_dateline(text)

    assert found is not None
    assert found.weekday == weekday


def test_importing_the_library_pulls_in_nothing_heavy():
    script = (
        "import sys, feedsvc.datelines as d; d.find_dateline('OSLO, June 3 (AP) -- The'); "
        "print(sorted({'flask', 'feedgen', 'lxml', 'sqlalchemy', 'dateutil', 'csv', 'json'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
