"""What agencies and press offices put around a story: slugs, notes to desks, copyrights, contacts, transmissions."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from feedsvc.articles.normalise import credits_of
from feedsvc.model.document import Document
from feedsvc.model.draft import Draft
from feedsvc.parsers import parse

STORY = "LISBON, Portugal (AP) -- The rope walk sold its last coil of hemp on Saturday and closed its door for good."
RELEASE = (
    "LISBON – The rope walk sold its last coil of hemp on Saturday, and closed a door that had stood open for long."
)


def draft(text: str) -> Draft:
    (found,) = parse(
        Document(
            source="desk",
            path="rope.txt",
            content=text.encode(),
            arrival=datetime(2026, 11, 28, tzinfo=timezone.utc),
            fingerprint="",
            media_type="text/plain",
        )
    )
    return found


def texts(values) -> list[str]:
    return [each.text for each in values]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("BC-Portugal-Rope Walk, 2nd Ld", id="a slug of several words"),
        pytest.param("BC-Rope Walk, 5th Ld-Writethru", id="a slug of words and its take"),
        pytest.param("Eds: UPDATES with quote from the owner", id="a note without a bracket"),
        pytest.param("AP Photos LIS101-104, POR2; AP Graphic ROPE", id="pictures by their numbers"),
        pytest.param("AP Video upcoming.", id="a film that is promised"),
        pytest.param("c.1998 Quay Times News Service", id="the copyright of a news service"),
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["glued", "apart"])
def test_a_line_for_desks_is_neither_headline_nor_copy(line, between):
    found = draft(f"Rope walk sells its last coil{between}{line}{between}By MARTA OLIVEIRA\n\n{STORY}")

    assert texts(found.headlines) == ["Rope walk sells its last coil"]
    assert texts(found.paragraphs) == [STORY]
    assert [each.name for each in found.bylines] == ["MARTA OLIVEIRA"]
    assert line in texts(found.notes)


@pytest.mark.parametrize(
    "headline",
    [
        "PM-designate resigns after the vote",
        "AP Photo Wins Prize of the Quay",
        "Radio ships: a history of the handshake",
    ],
)
def test_a_headline_like_a_line_for_desks_stays_one(headline):
    assert texts(draft(f"{headline}\n\n{STORY}").headlines) == [headline]


def test_a_mark_in_a_note_without_a_bracket_holds_the_copy():
    found = draft(f"Rope walk sells its last coil\nEds: KILL\n\n{STORY}")

    assert [hold.kind for hold in found.holds] == ["kill"]


@pytest.mark.parametrize(
    ("ending", "printed"),
    [
        pytest.param("\n\nAP-LS-11-27-26 1206GMT", ("stamp", "2026-11-27 12:06 GMT"), id="a transmission's"),
        pytest.param("\n\n(APA, 27.11.2026)", ("beside", "27.11.2026"), id="an agency's, alone"),
        pytest.param(" (APA/dpa, 27. 11. 2026)", ("beside", "27. 11. 2026"), id="two agencies', behind the copy"),
        pytest.param("\n\n(red, 27.11.2026)", ("beside", "27.11.2026"), id="the desk's own"),
    ],
)
def test_a_dated_sign_off_is_no_copy_and_dates_the_story(ending, printed):
    found = draft(f"Rope walk sells its last coil\n\n{STORY}{ending}\n")

    assert texts(found.paragraphs) == [STORY]
    assert [(date.label, date.text) for date in found.dates] == [printed]


def test_a_bracket_with_a_date_that_nobody_signs_is_copy():
    closing = "It was the last of its kind (Quay Street, 27.11.2026)"

    assert texts(draft(f"Rope walk sells its last coil\n\n{STORY}\n\n{closing}").paragraphs) == [STORY, closing]


CONTACTS = "Susan Quay\nChief of Staff\nOffice: 714-555-0100\nCell: 714-555-0101\nFarrah Pier\nTel: (714) 555-0102"


@pytest.mark.parametrize(
    ("head", "date"),
    [
        pytest.param(f"For Immediate Release\nCase #11CM1351\nNovember 27, 2026\n{CONTACTS}\n", True, id="names"),
        pytest.param(
            "November 27, 2026 Contact: Susan Quay\nDirector of Communications\nHarbour Office\n214-555-0100 (Office)\n"
            "susan@quay.example\nFor Immediate Release: ",
            True,
            id="behind the date",
        ),
        pytest.param("Media contact: Susan Quay\n+351 21 555 0100\n\n", False, id="a label"),
    ],
)
def test_whom_to_ask_about_a_release_stands_above_its_headline(head, date):
    found = draft(f"{head}ROPE WALK SELLS ITS LAST COIL OF HEMP\n\n{RELEASE}")

    assert texts(found.headlines) == ["ROPE WALK SELLS ITS LAST COIL OF HEMP"]
    assert texts(found.paragraphs) == [RELEASE]
    assert (found.bylines, found.publisher) == ((), None)
    assert texts(found.dates) == (["November 27, 2026"] if date else [])


def test_a_headline_above_a_telephone_number_stays_the_headline():
    found = draft(f"Rope walk sells its last coil\n+351 21 555 0100\n\n{RELEASE}")

    assert texts(found.headlines) == ["Rope walk sells its last coil"]


@pytest.mark.parametrize(
    ("lines", "headline"),
    [
        pytest.param("Judge gives treatment program to the\nHarbour Wire", None, id="an article at the end"),
        pytest.param("Rope walk sold to owner of\nQuay Lamps", None, id="a preposition at the end"),
        pytest.param("Man Charged With Theft of Hemp\nDuring Rope Walk Fair", None, id="a preposition at the start"),
        pytest.param(
            "Rope walk closes\n(Lisbon, Portugal) – On Saturday the walk sold",
            "Rope walk closes",
            id="copy that begins",
        ),
        pytest.param("Rope walk closes\n*A sale follows", "Rope walk closes", id="a bullet"),
        pytest.param(
            "Rope walk sells the last of its hemp\nrope walk sells the last of its hemp",
            "Rope walk sells the last of its hemp",
            id="the headline again",
        ),
        pytest.param(
            "Keepers vs. Ropemakers: the last match at the old quay of the town\nNovember 27, 2026",
            "Keepers vs. Ropemakers: the last match at the old quay of the town",
            id="an abbreviation",
        ),
    ],
)
def test_a_headline_goes_on_where_it_breaks_within_a_phrase(lines, headline):
    found = draft(f"{lines}\n\n{STORY}")

    assert texts(found.headlines) == [headline or lines.replace("\n", " ")]


@pytest.mark.parametrize(
    "stamp",
    [
        "Publicado em 27/11/2026",
        "Publié le 27 novembre 2026",
        "Veröffentlicht am 27.11.2026",
        "Pubblicato il 27/11/2026",
        "Publicado el 05/11/2026",
    ],
)
def test_a_stamp_may_be_labelled_in_other_languages(stamp):
    found = draft(f"Corda vendida\n\n{stamp}\n\n{STORY}")

    assert texts(found.paragraphs) == [STORY]
    assert [date.label for date in found.dates] == ["stamp"]


@pytest.mark.parametrize(
    ("opening", "dateline", "people"),
    [
        pytest.param(
            "【环球网报道\xa0记者 林晓舟】韩国《港湾日报》26日报道称，",
            "【环球网报道\xa0记者 林晓舟】",
            ["林晓舟"],
            id="a bracket with a paper behind it",
        ),
        pytest.param("新华社北京5月26日电 （国际观察）", "新华社北京5月26日电", [], id="the name of a column"),
        pytest.param(
            "新华社北京5月26日电（记者 林晓 王一舟）",
            "新华社北京5月26日电（记者 林晓 王一舟）",
            ["林晓", "王一舟"],
            id="two reporters apart by a blank",
        ),
        pytest.param(
            "新华社北京5月26日电（记者 林　晓）", "新华社北京5月26日电（记者 林　晓）", ["林 晓"], id="a name spread"
        ),
    ],
)
def test_chinese_datelines_name_reporters_and_nobody_else(opening, dateline, people):
    found = draft(f"渡轮复航\n\n{opening}港口今晨重开，渡轮九点离港，乘客排起长队，守塔人说海雾已经散去。")

    assert [each.text for each in found.datelines] == [dateline]
    assert [credit.name.get("zh") for credit in credits_of([found], ["zh"])] == people


def test_the_lines_of_a_transmission_above_the_slug_are_no_headline_and_state_the_time():
    found = draft(
        "AP-NR-08-15-90 1337EDT\nu i PM-RopeWalkRdp 8thLd-Writethru   08-15 1334\n"
        f"PM-Rope Walk Rdp, 8th Ld-Writethru,a0605,1368\nRope walk sells its last coil\nBy MARTA OLIVEIRA\n\n{STORY}"
    )

    assert texts(found.headlines) == ["Rope walk sells its last coil"]
    assert [(each.label, each.text) for each in found.dates] == [("stamp", "1990-08-15 13:37 EDT")]
    assert texts(found.paragraphs) == [STORY]


@pytest.mark.parametrize("slug", ["BC-Portugal-Rope Walker Killed,0246", "BC-PORTUGAL-WALKERS-KILLED, 1st Ld,0350"])
def test_a_slug_that_says_what_happened_kills_no_story(slug):
    found = draft(f"{slug}\n\nStorm kills keeper of the rope walk\n\n{STORY}")

    assert found.holds == ()
    assert found.take != "kill"


@pytest.mark.parametrize("slug", ["BC-Rope Walk Kill,0120", "BC-Rope Walk-KILL", "BC-Rope Walk, KILLED", "BC-KILLED"])
def test_a_slug_that_ends_a_story_kills_it(slug):
    found = draft(f"{slug}\n\nRope walk sells its last coil\n\n{STORY}")

    assert [each.kind for each in found.holds] == ["kill"]


@pytest.mark.parametrize(
    "line",
    [
        "BC-Editors' Note-Rope Walk, Advisory,0120",
        "BC-Advisory, 1st Ld,0120",
        "ADVISORY TO EDITORS:",
        "Editors' advisory: no story of the rope walk moves today",
    ],
)
def test_an_advisory_is_for_editors_and_held(line):
    found = draft(f"{line}\n\nRope walk sells its last coil\n\n{STORY}")

    assert [each.kind for each in found.holds] == ["hold"]


@pytest.mark.parametrize(
    "line",
    [
        "BC-Portugal-Advisory Board,0350",
        "Editors' advisory board sells its last coil",
        "ADVISORY: boil water in Lisbon",
    ],
)
def test_advisories_to_the_public_are_published(line):
    found = draft(f"{line}\n\nRope walk sells its last coil\n\n{STORY}")

    assert found.holds == ()


def test_the_time_of_a_bulletin_has_no_colon():
    found = draft(
        f"Area forecast discussion\nNational Weather Service Quay AZ\n515 AM MST Sun Nov 22 2026\n\n{RELEASE}"
    )

    assert texts(found.paragraphs) == [RELEASE]
    assert [each.text for each in found.dates] == ["515 AM MST Sun Nov 22 2026"]
