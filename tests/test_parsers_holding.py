"""A mark that stands apart as a note holds; an ordinary headline, and a line about copying, does not."""

from __future__ import annotations

import pytest

from drafts import draft
from feedsvc.model.draft import Draft

HEADLINE = "Lighthouse choir sings to empty sea"
BYLINE = "By Ines Duarte"
LEAD = "LISBON, Nov. 22 (Harbour Wire) -- Twelve keepers sang on Sunday to an empty sea, and nobody came to listen."
LEAD_ZH = "港湾通讯社厦门11月22日电 厦门港周日迎来一艘没有船员的帆船，港口管理员说它是自己漂来的。"
MORE = "\n\n".join(f"The choir master said that song number {each} was the best of them all." for each in range(6))
MARKS = """
For release on delivery 10:00 a.m. EST November 27, 2026|FOR USE SUNDAY, NOV. 29, AND THEREAFTER|ADV FOR SUN NOV 29
^ADVANCE FOR RELEASE SUNDAY, NOV. 29, AND THEREAFTER|BC-CHOIR-ADV29|LEGAL HOLD
Embargo lifts at 10:00 GMT on Friday|Embargo ends Friday|PRESS RELEASE - EMBARGOED
Harbour Wire EMBARGOED|No publication before Friday|DRAFT|BC-KILL
Not before 27 November 2026|Release at 10:00 GMT Friday|To be released on 27 November|HOLD UNTIL CLEARED
Note to desk: embargoed to Friday|Hold pending legal clearance|PLEASE HOLD THIS STORY|Desk note: hold until Friday
Kill this story|ATTN EDITORS - this story has been withdrawn|This story has been withdrawn|EDITORS: DO NOT USE
DRAFT - NOT FOR PUBLICATION|INTERNAL - DO NOT RUN|Release: Friday 27 November 2026|Release date: 27 November 2026
Status: draft|STATUS: On hold|Story status: Embargoed|Status: not for publication|状态：草稿|稿件状态：待审
__EMBARGOED__|~~~ EMBARGOED ~~~|+++ EMBARGOED +++|<b>EMBARGOED</b>|<!-- EMBARGOED -->|E M B A R G O E D
请于11月29日10时后发布|請於11月29日後發布|此稿请于29日18时后播发|本稿于11月29日10时起可发|本文11月29日10:00后可用
限11月29日后使用|此稿定于11月29日发布，请勿提前使用|禁载至11月29日|封锁至11月29日|保密至11月29日|此稿停用|急撤|毙稿
新闻发布会前不得报道|【未经批准不得发布】|此稿请勿使用|请撤下此稿|压稿|先不要发|内参|草稿
本社昨日播发的《灯塔合唱团》一稿撤销
"""
MARKS_WITH_WORDS = """
HOLD - LEGAL|撤稿：灯塔合唱团|Kill notice: choir story|Withdrawn: choir story|Hold: choir story
"""
ORDINARY = """
Embargo may be lifted, says minister|Embargo on 12 countries lifted|Embargo on 2 ports ends|Kill: a novel
Advance to May final for women's team|Advance for 12 women's teams in cup|Hold: a history of the handshake
Killed: three elms in storm|Withdrawn: the last tram of Lisbon|Do not run: how to meet a bear
Do not publish or perish: scholars rebel|Embargo until May: what fishermen eat
Not for use: the bridge that leads nowhere
For release on Friday: new whale album|Please kill weeds by hand, gardeners told|Attention: harbour to kill all weeds
Cuba, under embargo until 2016, opens port|Goods embargoed until last year return to shelves
Draft: how players are picked|Release: 2026 harbour album|This story has been told by sailors
撤销：三个镇合并|撤销！这些证件不用办了|16日12时起解禁|将于明年发布|定于下月播出|9月起播出
Column: why I love fog|Words: how the sea is named|Summary: what we know|Slug: the garden's worst enemy
Status: draft horses are back|Status: on the quay|状态：待业|Topics: what readers ask|Title: the game
Update: ferry sails
"""
PLACES = {
    "above the headline": "{mark}\n\n{headline}\n\n{byline}\n\n{lead}\n\n{more}\n",
    "below the headline": "{headline}\n\n{mark}\n\n{byline}\n\n{lead}\n\n{more}\n",
    "below the byline": "{headline}\n\n{byline}\n\n{mark}\n\n{lead}\n\n{more}\n",
    "on the lead": "{headline}\n\n{byline}\n\n{mark}\n{lead}\n\n{more}\n",
    "at the end": "{headline}\n\n{byline}\n\n{lead}\n\n{more}\n\n{mark}\n",
}


def table(text: str) -> list[str]:
    return [each for line in text.strip().splitlines() for each in line.split("|")]


def heads(found: Draft) -> list[str]:
    return [each.text for each in found.headlines]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("mark", table(MARKS))
def test_a_mark_that_stands_apart_holds_wherever_it_stands(mark, place):
    found = draft(PLACES[place].format(mark=mark, headline=HEADLINE, byline=BYLINE, lead=LEAD, more=MORE))

    assert found.holds
    assert heads(found) == [HEADLINE]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("mark", table(MARKS_WITH_WORDS))
def test_a_mark_with_words_beside_it_holds_where_another_line_can_be_the_headline(mark, place):
    assert draft(PLACES[place].format(mark=mark, headline=HEADLINE, byline=BYLINE, lead=LEAD, more=MORE)).holds


@pytest.mark.parametrize("form", ["{headline}\n\n{lead}\n", "{headline}\n\nBy Ines Duarte\n\n{lead}\n"])
@pytest.mark.parametrize("headline", table(ORDINARY))
def test_the_only_headline_is_neither_a_mark_nor_a_label(headline, form):
    lead = LEAD if headline.isascii() else LEAD_ZH

    found = draft(form.format(headline=headline, lead=lead))

    assert (heads(found), found.holds, found.take, found.tags, found.categories) == ([headline], (), "new", (), ())


@pytest.mark.parametrize("headline", table(ORDINARY))
def test_a_title_in_front_matter_is_neither(headline):
    found = draft(f'---\ntitle: "{headline}"\n---\n\n{LEAD}\n', "choir.md")

    assert (heads(found), found.holds, found.take) == ([headline], (), "new")


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        pytest.param("KILL\n", "a.txt", "kill", id="nothing but a kill"),
        pytest.param(f"KILL\n\n{LEAD}\n", "a.txt", "kill", id="a kill above copy"),
        pytest.param(f"EMBARGOED UNTIL FRIDAY\n\nBy Ines Duarte\n\n{LEAD}\n", "a.txt", "embargo", id="with a byline"),
        pytest.param(f"HOLD\n\n{LEAD}\n\n{LEAD_ZH}\n", "a.txt", "hold", id="two languages"),
        pytest.param(f"撤稿\n\n{LEAD_ZH}\n", "a.txt", "kill", id="Chinese"),
        pytest.param(f"{LEAD}\n\nEMBARGOED\n", "a.txt", "embargo", id="below the copy"),
        pytest.param("---\nkilled: true\n---\n", "a.md", "kill", id="killed in front matter"),
        pytest.param("---\ndraft: true\n---\nText.\n", "a.md", "draft", id="draft in front matter"),
        pytest.param("+++\nembargo = '2026-11-29'\n+++\nText.\n", "a.md", "embargo", id="embargo in TOML"),
        pytest.param("# EMBARGOED\n\nText.\n", "a.md", "embargo", id="a heading that is a mark"),
    ],
)
def test_held_copy_needs_no_headline(text, path, kind):
    found = draft(text, path)

    assert ([each.kind for each in found.holds], heads(found)) == ([kind], [])


def test_a_note_on_copying_holds_nothing():
    for note in ("请勿转载", "未经授权禁止转载", "版权所有，不得转载"):
        found = draft(f"渡轮复航\n\n{LEAD_ZH}\n\n{note}\n")

        assert (found.holds, [each.text for each in found.notes]) == ((), [note])


def test_an_immediate_release_is_none():
    found = draft(f"Release: FOR IMMEDIATE RELEASE\n\n{HEADLINE}\n\n{LEAD}\n")

    assert (heads(found), found.holds, found.dates) == ([HEADLINE], (), ())


@pytest.mark.parametrize("mark", ["<!-- EMBARGOED -->", "~~~ EMBARGOED ~~~", "**HOLD**", "__EMBARGOED__"])
def test_a_mark_dressed_as_markdown_holds(mark):
    assert draft(f"---\ntitle: Choir\n---\n\n{mark}\n\n{LEAD}\n", "a.md").holds


@pytest.mark.parametrize("mark", ["EMBARGOED UNTIL 10:00 GMT FRIDAY", "ＥＭＢＡＲＧＯＥＤ", "HOLD", "草稿"])
@pytest.mark.parametrize(
    "form",
    [
        "{{% comment %}}{}{{% endcomment %}}",
        "{{% comment %}}\n{}\n{{% endcomment %}}",
        "{{::comment}}\n{}\n{{:/comment}}",
        "{{{{% comment %}}}}{}{{{{% /comment %}}}}",
        "{{{{/* {} */}}}}",
        "{{# {} #}}",
        "{{/* {} */}}",
        "<!-- {} -->",
        "<!--\n{}\n<b>Ask the desk.</b> {{{{MORE}}}}\n-->",
        '{{{{< alert "{}" >}}}}',
        "{{% note {} %}}",
        '{{{{< figure src="a.jpg" caption="{}" >}}}}',
        "{{% note %}}\n{}\n{{% endnote %}}",
        ":::warning\n{}\n:::",
        "> [!WARNING]\n> {}",
        "!!! warning\n    {}",
    ],
)
def test_a_mark_in_a_comment_or_a_note_above_the_copy_holds(form, mark):
    note = form.format(mark).replace("{{MORE}}", MORE)

    assert draft(f"---\ntitle: Choir\n---\n\n{note}\n\n{LEAD}\n", "a.mdx").holds


@pytest.mark.parametrize("mark", ["EMBARGOED", "HOLD", "KILL", "DO NOT PUBLISH", "撤稿", "草稿"])
@pytest.mark.parametrize(
    "form",
    [
        "⚠️ {}",
        "🔴 {}",
        "■{}",
        "◆ {}",
        "①{}",
        "`{}`",
        "「{}」",
        "【{}】",
        "=== {} ===",
        "\u202e{}\u202c",
        "\u2067{}\u2069",
    ],
)
def test_a_mark_in_ornaments_holds(form, mark):
    assert draft(f"{HEADLINE}\n{form.format(mark)}\n\n{LEAD}\n").holds


def test_words_for_a_template_hold_nothing():
    tags = '{% if page.draft %}{% include "draft" %}{% endif %}\n\n{# See the hold list. #}\n\n{% note Hold fast %}'

    assert draft(f"---\ntitle: Choir\n---\n\n{tags}\n\n{LEAD}\n", "a.md").holds == ()


def test_a_comment_that_is_no_mark_holds_nothing():
    assert draft(f"---\ntitle: Choir\n---\n\n<!-- more -->\n\n{LEAD}\n", "a.md").holds == ()


@pytest.mark.parametrize(
    "first",
    [
        "This report, due in May, was withdrawn by the ministry after a week of protest in the harbour.",
        "Hold this bell to your ear, the keepers said, and the sea answers from the other side of it.",
        "The cargo was embargoed until the ministers had met, the harbour master told reporters on Sunday.",
    ],
)
def test_prose_that_uses_the_words_holds_nothing(first):
    found = draft(f"{HEADLINE}\n\n{BYLINE}\n\n{LEAD}\n\n{first}\n\n{MORE}\n")

    assert (found.holds, found.paragraphs[1].text) == ((), first)


POST = "---\ntitle: Choir sings\ndate: 2026-11-20\n{keys}---\n\nTwelve keepers sang[^1] on Sunday.\n\n{body}\n"


@pytest.mark.parametrize(
    ("keys", "body", "kinds"),
    [
        pytest.param("", "HOLD FOR RELEASE\n\nMore of it.", ["hold"], id="a paragraph in the middle"),
        pytest.param("", "More of it.\n\nEMBARGOED UNTIL 6 PM FRIDAY", ["embargo"], id="a paragraph at the end"),
        pytest.param("", "**HOLD**\nMore of it.", ["hold"], id="the first line of a paragraph"),
        pytest.param("", "More of it.\n\n请勿发布", ["embargo"], id="Chinese"),
        pytest.param("", "More of it.\n\nKILL", ["hold"], id="a kill, which only holds there"),
        pytest.param("", "More of it.\n\n[^1]: HOLD", ["hold"], id="a footnote"),
        pytest.param("# EMBARGO until Friday\n", "More of it.", ["embargo"], id="a comment of YAML"),
        pytest.param("note: HOLD until legal clears\n", "More of it.", ["hold"], id="a key for the desk"),
        pytest.param("editor_notes: 'DRAFT'\n", "More of it.", ["draft"], id="another, in quotes"),
    ],
)
def test_a_mark_alone_on_a_line_of_a_post_holds_wherever_it_is(keys, body, kinds):
    found = draft(POST.format(keys=keys, body=body), path="choir.md")

    assert [hold.kind for hold in found.holds] == kinds


@pytest.mark.parametrize(
    ("keys", "body"),
    [
        pytest.param("", "They hold the note. HOLD is what the score says, and EMBARGO is another song.", id="prose"),
        pytest.param("", "Hold\n\nKill\n\nDraft", id="words in small letters"),
        pytest.param("", "## HOLD\n\n- KILL\n\n> DRAFT\n\n```\nHOLD\n```", id="a heading, a list, a quotation, code"),
        pytest.param("", "![KILL](https://cdn.example.org/a.jpg)", id="the description of a picture"),
        pytest.param(
            "",
            '<figure><img src="https://cdn.example.org/b.jpg"><figcaption>HOLD</figcaption></figure>',
            id="a caption",
        ),
        pytest.param("# draft: true\n# KILL BILL\n", "More of it.", id="a key that is commented out"),
        pytest.param("note: Hold the line until noon\n", "More of it.", id="a note in words"),
    ],
)
def test_such_a_word_elsewhere_in_a_post_holds_nothing(keys, body):
    assert draft(POST.format(keys=keys, body=body), path="choir.md").holds == ()
