from __future__ import annotations

import pytest

from feedsvc.model.draft import RelatedLine
from feedsvc.parsers.labels import headers_in, is_heading, read_related, titles_after_heading
from feedsvc.parsers.line_kinds import is_date, is_end, is_prose, opens_story
from feedsvc.parsers.lines import is_han, joined, line_number, lines_of
from feedsvc.parsers.names import bylines_in, credits_in, name_alone


def line(text: str):
    (found,) = lines_of(text)
    return found


def test_lines_know_where_they_stood_and_which_block_they_belong_to():
    text = "\n\n  Ferry sails \n\x00\n\u3000\u3000渡轮\t\n港口\n \nEnd"

    found = [(each.text, text[each.start : each.end], each.block, each.indented) for each in lines_of(text)]

    assert found == [
        ("Ferry sails", "Ferry sails", 0, True),
        ("渡轮", "渡轮", 1, True),
        ("港口", "港口", 1, False),
        ("End", "End", 2, False),
    ]


@pytest.mark.parametrize(("offset", "number"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 3)])
def test_the_line_of_a_place_is_counted_from_one(offset, number):
    assert line_number("a\n\nbc", offset) == number


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        pytest.param(["The ferry", "sails"], "The ferry sails", id="words"),
        pytest.param(["港口的", "大钟"], "港口的大钟", id="characters"),
        pytest.param(["港口的", "clock"], "港口的 clock", id="both"),
    ],
)
def test_wrapped_lines_are_joined_as_their_script_wants(lines, text):
    assert joined(lines) == text


@pytest.mark.parametrize(
    ("text", "han"),
    [("渡轮", True), ("NASA发布新图", True), ("The word 港 means harbour", False), ("2017", False), ("", False)],
)
def test_script_is_judged_by_what_it_says(text, han):
    assert is_han(text) is han


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("By Tom Ardley", [("Tom Ardley", "author")]),
        ("BY TOM ARDLEY", [("TOM ARDLEY", "author")]),
        ("By Tom Ardley and Su Nian", [("Tom Ardley", "author"), ("Su Nian", "author")]),
        (
            "By Tom Ardley, Su Nian and He Yutong in Paris",
            [("Tom Ardley", "author"), ("Su Nian", "author"), ("He Yutong", "author")],
        ),
        ("By Tom Ardley, Harbour Wire", [("Tom Ardley", "author")]),
        ("By Tom Ardley, Jr.", [("Tom Ardley, Jr", "author")]),
        ("By Ursula van der Lamp", [("Ursula van der Lamp", "author")]),
        ("By Harbour Wire writers Su Nian, He Yutong", [("Su Nian", "author"), ("He Yutong", "author")]),
        ("By Staff Writer", [("Staff Writer", "author")]),
        ("Photos by Tom Ardley", [("Tom Ardley", "photographer")]),
        ("Translated by Su Nian", [("Su Nian", "translator")]),
        ("Edited by Su Nian", [("Su Nian", "editor")]),
        ("By the sea, a new town", []),
        ("By 2030, ports will be electric", []),
        ("By Air and Sea", []),
        ("文/何雨桐", [("何雨桐", "author")]),
        ("文／何雨桐 图／苏念", [("何雨桐", "author"), ("苏念", "photographer")]),
        ("文/图 何雨桐", [("何雨桐", "author"), ("何雨桐", "photographer")]),
        ("图/苏念", [("苏念", "photographer")]),
        ("编译/苏念", [("苏念", "translator")]),
        ("记者 何雨桐 苏念", [("何雨桐", "author"), ("苏念", "author")]),
        ("记者 苏 念", [("苏念", "author")]),
        ("记者：苏念", [("苏念", "author")]),
        ("港湾通讯社记者苏念", [("苏念", "author")]),
        ("□ 本报记者 苏 念 通讯员 何雨桐", [("苏念", "author"), ("何雨桐", "author")]),
        ("港湾通讯社记者苏念摄", [("苏念", "photographer")]),
        ("记者 万吉鲁·姆巴蒂亚", [("万吉鲁·姆巴蒂亚", "author")]),
        ("记者节快乐", []),
        ("记者：向光而行的人们在路上走着走着就到了海边", []),
    ],
)
def test_a_byline_names_people(text, people):
    assert [(each.name, each.role) for each in bylines_in(line(text))] == people


def test_credits_in_brackets_name_reporters_and_editors():
    found = credits_in(line("(Reporting by Tom Ardley and Su Nian in Paris; Editing by He Yutong)"))

    assert [(each.name, each.role) for each in found] == [
        ("Tom Ardley", "author"),
        ("Su Nian", "author"),
        ("He Yutong", "editor"),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张 锴", ["张锴"]),
        ("欧阳海风", ["欧阳海风"]),
        ("万吉鲁·姆巴蒂亚", ["万吉鲁·姆巴蒂亚"]),
        ("Clare Penrose", ["Clare Penrose"]),
        ("港湾通讯社", []),
        ("海洋", []),
        ("The Harbour", []),
        ("Penrose", []),
    ],
)
def test_a_name_alone_on_its_line_is_known_by_its_form(text, names):
    assert [each.name for each in name_alone(line(text), "author")] == names


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("Source: Harbour Wire", [("publisher", "Harbour Wire")]),
        ("Source", [("publisher", "")]),
        ("来源：", [("publisher", "")]),
        ("Time 2017-05-26", [("date", "2017-05-26")]),
        ("发布时间 2017年5月26日", [("date", "2017年5月26日")]),
        ("Editor Clare Penrose", [("editor", "Clare Penrose")]),
        ("责任编辑 沈书言", [("editor", "沈书言")]),
        ("（责任编辑：沈书言）", [("editor", "沈书言")]),
        (
            "来源：港湾通讯  作者：苏念  编辑：沈书言  时间：2017-05-26 10:20",
            [("publisher", "港湾通讯"), ("author", "苏念"), ("editor", "沈书言"), ("date", "2017-05-26 10:20")],
        ),
        ("2017-05-26 10:20 来源：港湾通讯", [("publisher", "港湾通讯")]),
        (
            "Source: Harbour Wire | Time: 2017-05-26 14:00",
            [("publisher", "Harbour Wire"), ("date", "2017-05-26 14:00")],
        ),
        ("Updated: 2017-05-27", [("updated", "2017-05-27")]),
        ("栏目：海洋", [("category", "海洋")]),
        ("Keywords: clocks, tides", [("tags", "clocks, tides")]),
        ("Time runs out for the ferry", []),
        ("Source code leak hits bank", []),
        ("Harbour time: three o'clock", []),
    ],
)
def test_labelled_headers_are_told_from_headlines(text, headers):
    found = headers_in(line(text))

    assert [(each.field, each.value.text) for each in found] == headers
    assert [text[each.value.start : each.value.end] for each in found] == [value for _, value in headers]


@pytest.mark.parametrize(
    "text",
    ["Related News", "RELATED READING:", "Related Stories", "## See also", "相关新闻", "相关阅读：", "【相关链接】"],
)
def test_a_heading_of_related_stories_is_known_with_its_ornaments(text):
    assert is_heading(line(text))


@pytest.mark.parametrize("text", ["Related news breaks late", "相关新闻一则", "Reading in the dark"])
def test_a_title_that_begins_like_the_heading_is_none(text):
    assert not is_heading(line(text))


def test_a_title_may_stand_beside_its_heading():
    found = titles_after_heading(line("相关阅读：修伞人的雨历"))

    assert found is not None
    assert found.text == "修伞人的雨历"


@pytest.mark.parametrize(
    ("text", "title", "url"),
    [
        ("Ferry sails", "Ferry sails", None),
        ("- Ferry sails", "Ferry sails", None),
        ("1. Ferry sails", "Ferry sails", None),
        ("（2）渡轮复航", "渡轮复航", None),
        ("2017: a ferry's year", "2017: a ferry's year", None),
        ("https://www.example.org/a", "", "https://www.example.org/a"),
        ("<https://www.example.org/a>", "", "https://www.example.org/a"),
        ("www.example.org/a", "", "https://www.example.org/a"),
        ("Ferry sails https://www.example.org/a.", "Ferry sails", "https://www.example.org/a"),
        ("Ferry sails | https://www.example.org/a", "Ferry sails", "https://www.example.org/a"),
        ("渡轮复航（https://www.example.org/a）", "渡轮复航", "https://www.example.org/a"),
        ("* [Ferry](https://www.example.org/a_(b))", "Ferry", "https://www.example.org/a_(b)"),
        ("[Ferry](/articles/ferry)", "Ferry", "/articles/ferry"),
    ],
)
def test_a_related_line_is_a_title_or_a_url_or_both(text, title, url):
    found = read_related(line(text))

    assert found is not None
    assert found == RelatedLine(title=title, url=url, span=found.span)


def test_an_ornament_is_no_related_line():
    assert read_related(line("* * *")) is None


@pytest.mark.parametrize(
    "text",
    [
        "2017-05-26",
        "2017-05-26 10:20",
        "May 26, 2017 10:00",
        "2017年05月26日 10:20",
        "Published 26 May 2017",
        "2017-02-30",
    ],
)
def test_a_line_that_is_only_a_date_is_known(text):
    assert is_date(line(text))


@pytest.mark.parametrize("text", ["Ferry sails on 26 May 2017", "2017", "Route 66", "Made in May 2017", "7-5"])
def test_a_line_that_holds_a_date_among_words_is_none(text):
    assert not is_date(line(text))


@pytest.mark.parametrize("text", ["(END)", "Enditem", "（完）", "###", "-30-", "(More)", "ENDS"])
def test_an_end_mark_is_known(text):
    assert is_end(line(text))


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("The winner was folded from a bill for lemons.", True),
        ("冠军是用一张柠檬账单折成的。", True),
        ("Paper boats race along the market gutter", False),
        ("纸船竞渡茶市水沟", False),
        ("Who folds the boats?", False),
    ],
)
def test_a_sentence_is_told_from_a_headline(text, prose):
    assert is_prose(line(text)) is prose


@pytest.mark.parametrize(
    "text",
    [
        "LISBON, 26 May (AP) - Ferry sails",
        "LISBON, May l (AP) - Ferry sails",
        "LISBON, May ２６ (AP) - Ferry sails",
        "新华社里斯本五月二十六日电 渡轮复航",
        "【里斯本五月二十六號電】渡輪復航",
        "القاهرة 26 مايو (أ ب) - تعود العبارة",
        "القاهرة ٢٦ مايو (أ ب) - تعود العبارة",
    ],
)
def test_a_short_line_opens_a_story_in_whatever_figures_it_prints_the_day(text):
    assert not is_prose(line(text))
    assert opens_story(line(text))
