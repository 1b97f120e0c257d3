from __future__ import annotations

import re

import pytest

from expressions import matching
from feedsvc.articles import hold_words_en
from feedsvc.parsers import marks
from feedsvc.parsers.lines import lines_of
from feedsvc.parsers.marks import FORMS, find_mark, find_take, is_note

HOLDS = [
    ("EMBARGOED", "embargo", ""),
    ("***EMBARGOED***", "embargo", ""),
    ("EMBARGOED UNTIL 0001 GMT, MAY 28", "embargo", ""),
    ("Embargoed until 10:00 GMT", "embargo", ""),
    ("Embargoed till Friday", "embargo", ""),
    ("embargo: 28 May", "embargo", ""),
    ("Embargoed for release on Monday", "embargo", ""),
    ("Strictly embargoed until Friday", "embargo", ""),
    ("Under embargo until noon", "embargo", ""),
    ("EMBARGOED: Seals elect a harbour master", "embargo", "Seals elect a harbour master"),
    ("EMBARGOED Seals elect a harbour master", "embargo", "Seals elect a harbour master"),
    ("(EMBARGOED UNTIL MAY 28) Seals elect a master", "embargo", "Seals elect a master"),
    ("NOT FOR PUBLICATION BEFORE 10 P.M. SUNDAY", "embargo", ""),
    ("Not for release before Friday", "embargo", ""),
    ("DO NOT PUBLISH", "embargo", ""),
    ("Do not publish before noon", "embargo", ""),
    ("FOR RELEASE 10 A.M. EDT MAY 28", "embargo", ""),
    ("For release at 10 a.m.", "embargo", ""),
    ("Note to editors: this story is embargoed until Friday", "embargo", ""),
    ("HOLD", "hold", ""),
    ("Hold", "hold", ""),
    ("HOLD FOR RELEASE", "hold", ""),
    ("Hold for release", "hold", ""),
    ("HOLD FOR RELEASE MAY 28: Seals elect a master", "hold", "Seals elect a master"),
    ("HOLD: Seals elect a master", "hold", "Seals elect a master"),
    ("Hold until Sunday", "hold", ""),
    ("ADVANCE FOR SUNDAY, MAY 28", "advance", ""),
    ("Advance for use Monday", "advance", ""),
    ("ADVANCE FOR MONDAY PAPERS: Seals elect a master", "advance", "Seals elect a master"),
    ("KILL", "kill", ""),
    ("Kill", "kill", ""),
    ("KILL KILL KILL", "kill", ""),
    ("ＫＩＬＬ", "kill", ""),
    ("ＥＭＢＡＲＧＯＥＤ UNTIL 28 MAY 2026", "embargo", ""),
    ("HFR 28 May 2026", "hold", ""),
    ("Withdrawn: how a bank left the coast", "hold", "how a bank left the coast"),
    ("Killed: three elms in a storm", "hold", "three elms in a storm"),
    ("撤 稿", "kill", ""),
    ("定於2026年5月28日20時發佈", "embargo", ""),
    ("KILL: Seals elect a master", "kill", "Seals elect a master"),
    ("KILL Seals story", "kill", "Seals story"),
    ("BULLETIN KILL", "kill", ""),
    ("MANDATORY KILL - seals", "kill", "seals"),
    ("Retraction: Seals elect a master", "hold", "Seals elect a master"),
    ("Editors: please kill this story", "kill", ""),
    ("撤稿", "kill", ""),
    ("撤稿通知", "kill", ""),
    ("撤稿：海豹选举", "hold", "海豹选举"),
    ("【撤稿】海豹选举", "kill", "海豹选举"),
    ("撤销", "hold", ""),
    ("撤销：海豹选举", "hold", "海豹选举"),
    ("本稿撤销", "hold", ""),
    ("定于5月28日发布", "embargo", ""),
    ("（本稿定于5月28日10时发布）", "embargo", ""),
    ("【定于5月28日发布】海豹选举", "embargo", "海豹选举"),
    ("定于5月28日发布：海豹选举", "embargo", "海豹选举"),
    ("5月28日10时解密", "embargo", ""),
    ("【5月28日10时解禁】海豹选举", "embargo", "海豹选举"),
    ("5月28日10时前禁发", "embargo", ""),
    ("28日10时后发布", "embargo", ""),
    ("禁发", "embargo", ""),
    ("禁发至5月28日", "embargo", ""),
    ("5月28日前不得发布", "embargo", ""),
    ("请勿提前发布", "embargo", ""),
    ("暂不发布", "hold", ""),
    ("待审", "hold", ""),
    ("预发稿", "advance", ""),
]
ORDINARY = [
    "Storms kill two trees in harbour town",
    "City to hold election",
    "Advance for women's football",
    "Kill Bill returns to the harbour cinema",
    "KILLER WHALES RETURN",
    "KILLING TIME IN LISBON",
    "Hold the line, says harbour master",
    "HOLDING THE LINE",
    "HOLD YOUR HORSES",
    "Hold for release of hostages urged",
    "Embargo on grain lifted after talks",
    "EMBARGO ON GRAIN LIFTED",
    "Embargoed cargo released in Lisbon",
    "For release of the seals, talks go on",
    "FOR IMMEDIATE RELEASE",
    "Advance of the glaciers stops",
    "Withdrawal from the treaty: what next",
    "Not for the faint-hearted: a climb",
    "Attention: storms kill two trees",
    "Harbour holds first race",
    "Released at last: the seals",
    "期刊撤稿数量上升",
    "撤销两项规定",
    "撤稿风波",
    "新船定于六月发布",
    "绝密档案28日解密",
    "禁止发布虚假广告",
    "2030年前不得使用塑料袋",
    "2017年5月26日发布",
    "2017-05-26 10:20 发布",
    "预发奖金引争议",
    "暂停营业的书店",
    "待审案件减少",
]
TAKES = [
    ("CORRECTED: Ferry sails", "correction", "Ferry sails"),
    ("CORRECTED-Ferry sails", "correction", "Ferry sails"),
    ("Corrected: Ferry sails", "correction", "Ferry sails"),
    ("UPDATE 2-Ferry sails", "writethru", "Ferry sails"),
    ("Update: Ferry sails", "writethru", "Ferry sails"),
    ("WRITETHRU", "writethru", ""),
    ("1st Writethru", "writethru", ""),
    ("2nd Ld-Writethru", "writethru", ""),
    ("LEAD: Ferry sails", "lead", "Ferry sails"),
    ("(LEAD) Ferry sails", "lead", "Ferry sails"),
    ("LEAD", "lead", ""),
    ("1st LD", "lead", ""),
    ("ADD 1", "add", ""),
    ("(ADDS quotes, background)", "writethru", ""),
    ("(Corrects name of pier in third paragraph)", "correction", ""),
    ("更正", "correction", ""),
    ("更正：渡轮复航", "correction", "渡轮复航"),
    ("【更正】渡轮复航", "correction", "渡轮复航"),
    ("改稿", "writethru", ""),
    ("（更正第三段的码头名）", "correction", ""),
]
NO_TAKES = [
    "Lead: the metal that poisons",
    "LEAD PRICES RISE",
    "LEAD-FREE PETROL",
    "Update your boats, says master",
    "Correction of course saves ship",
    "Add a pinch of salt",
    "Write through the night",
    "Final lead for the home side",
    "更正错误的历史",
    "更新换代",
]


def line(text: str):
    (found,) = lines_of(text)
    return found


@pytest.mark.parametrize(("text", "kind", "headline"), HOLDS)
def test_a_mark_holds_copy_and_leaves_the_headline_beside_it(text, kind, headline):
    mark = find_mark(line(text))

    assert mark is not None
    assert (mark.kind, mark.rest.text) == (kind, headline)
    assert text[mark.rest.start : mark.rest.end] == headline


@pytest.mark.parametrize("text", ORDINARY)
def test_a_headline_that_uses_the_word_is_no_mark(text):
    assert find_mark(line(text)) is None


@pytest.mark.parametrize(("text", "take", "headline"), TAKES)
def test_a_take_mark_says_what_copy_does_to_earlier_copy(text, take, headline):
    mark = find_take(line(text))

    assert mark is not None
    assert (mark.take, mark.rest.text) == (take, headline)


@pytest.mark.parametrize("text", NO_TAKES)
def test_a_headline_that_uses_the_word_is_no_take(text):
    assert find_take(line(text)) is None


def test_a_note_in_words_is_told_from_a_bare_mark():
    noted, bare = find_take(line("(ADDS quotes)")), find_take(line("UPDATE 2-Ferry sails"))

    assert noted is not None
    assert bare is not None
    assert (is_note(noted), is_note(bare)) == (True, False)


EVERY_LINE = [
    *(text for text, *_ in HOLDS),
    *ORDINARY,
    *("内参", "草稿", "草稿：海豹选出港务长", "将于11月29日发布", "不得使用"),
    "For release Friday: the choir is EMBARGOED",  # of a sole headline, its second form is sure
]


@pytest.mark.parametrize("sole", [False, True])
@pytest.mark.parametrize("text", EVERY_LINE)
def test_forms_asked_together_find_what_each_finds_by_itself(text, sole):
    mark = find_mark(line(text), sole=sole)
    narrow = text.translate(marks.NARROW)
    begin = opened.end() if (opened := marks.ORNAMENTED.match(narrow)) else 0
    by_themselves = (
        (kind, found.end())
        for certainty, kind, form in FORMS
        if (found := re.compile(form).match(narrow, begin))
        and (not sole or marks._is_sure(certainty, narrow, begin, found.end()))
    )
    kind, end = next(by_themselves, (None, 0))
    assert (mark is None) is (kind is None)
    if mark:
        assert mark.rest == line(text).part(marks._end(narrow, least=end))
        assert mark.kind == kind or (mark.kind, kind) == ("hold", "kill")


def test_every_english_form_has_a_word_that_marks_have():
    forms = {form: re.IGNORECASE for _, form in (*hold_words_en.CLEAR, *hold_words_en.ALONE)}
    forms |= dict.fromkeys([form for _, form in hold_words_en.CAPITALS], 0)
    drawn = {form: list(matching(form, flags=flags)) for form, flags in forms.items()}

    assert [form for form, texts in drawn.items() if not texts] == []
    assert [text for texts in drawn.values() for text in texts if not marks._may_mark(text)] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("(Quay News) Embargoed: 2027-05-19 12:23", "embargo", id="a time"),
        pytest.param("[Quay] Hold for release", "hold", id="square brackets"),
        pytest.param("（港湾通讯社）暂不发布", "hold", id="full-width brackets"),
        pytest.param("【港湾通讯社】禁发", "embargo", id="lenticular brackets"),
        pytest.param("(Quay News) Kill", "hold", id="a kill, which cannot be taken back"),
    ],
)
def test_a_mark_behind_a_credit_holds_the_copy(text, kind):
    mark = find_mark(line(text), sole=True)

    assert mark is not None
    assert (mark.kind, mark.line.text, mark.rest.text) == (kind, text, "")


@pytest.mark.parametrize(
    "text", ["(Video) Embargo on tuna lifted", "(Quay News) Kill Bill returns", "（组图）禁发令解除"]
)
def test_a_headline_behind_a_credit_that_uses_the_word_is_no_mark(text):
    assert find_mark(line(text), sole=True) is None
