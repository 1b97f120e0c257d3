"""What documents in agencies' formats do to articles: versions, holds, categories, pictures, languages; bad ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from feedsvc.model.document import Document
from feedsvc.model.draft import Draft
from feedsvc.model.errors import ParseError
from feedsvc.model.packing import pack
from feedsvc.parsers import parse
from newsroom import Newsroom

G2 = "http://iptc.org/std/nar/2006-10-01/"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def g2(
    version: int = 1,
    *,
    title: str = "Ferry sails",
    body: str = "<p>LISBON (Quay News) - It sails.</p>",
    meta: str = '<pubStatus qcode="stat:usable"/>',
    content: str = "",
    hour: int = 8,
    guid: str = "urn:quay:ferry",
) -> str:
    """Return a news item made at *hour* of the first of November."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="{G2}" guid="{guid}" version="{version}">
  <itemMeta>
    <itemClass qcode="ninat:text"/>
    <versionCreated>2026-11-01T{hour:02}:00:00Z</versionCreated>
    <firstCreated>2026-11-01T07:30:15Z</firstCreated>
    {meta}
  </itemMeta>
  <contentMeta><language tag="en"/><headline>{title}</headline>{content}</contentMeta>
  <contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html></inlineXML></contentSet>
</newsItem>"""


def ninjs(**values: object) -> str:
    item = {"uri": "urn:quay:lamp", "version": "1", "versioncreated": "2026-11-01T08:00:00Z", "language": "en"}
    return json.dumps({**item, "headline": "Lamp lit", "body_xhtml": "<p>It burns.</p>", **values}, ensure_ascii=False)


def items(room: Newsroom, feed: str = "all.en") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(room.feed(f"/feeds/{feed}.json"))["items"]
    return found


def titles(room: Newsroom) -> list[str]:
    return [item["title"] for item in items(room)]


def test_an_item_is_dated_to_the_second_and_carries_its_own_id(newsroom):
    newsroom.file("ferry.xml", g2(version=2, hour=9))

    newsroom.publish()

    (item,) = items(newsroom)
    assert (item["id"], item["date_published"], item["date_modified"]) == (
        "urn:quay:ferry/en",
        "2026-11-01T07:30:15+00:00",
        "2026-11-01T09:00:00+00:00",
    )


@pytest.mark.parametrize("late", [False, True], ids=["in order", "the earlier one late"])
def test_the_highest_version_counts_in_whatever_order_they_come(newsroom, late):
    first, second = ("a.xml", g2(1)), ("b.xml", g2(2, title="Ferry sails at ten", hour=9))
    for path, text in (second, first) if late else (first, second):
        newsroom.file(path, text)
        newsroom.publish()

    assert titles(newsroom) == ["Ferry sails at ten"]


def test_a_version_that_is_sent_twice_is_taken_once(newsroom):
    newsroom.file("a.xml", g2(1))
    newsroom.file("b.xml", g2(1, title="Ferry sails "))

    newsroom.publish()

    assert (titles(newsroom), problems(newsroom)) == (["Ferry sails"], [])


@pytest.mark.parametrize(
    ("meta", "left"),
    [
        pytest.param('<pubStatus qcode="stat:withheld"/>', [], id="withheld"),
        pytest.param('<pubStatus qcode="stat:unheard-of"/>', [], id="an unknown status"),
        pytest.param("<embargoed/>", [], id="an empty embargo"),
        pytest.param("<embargoed>2027-01-01T00:00:00Z</embargoed>", [], id="an embargo"),
        pytest.param("<embargoed>tomorrow</embargoed>", [], id="an embargo that is no time"),
        pytest.param("<embargoed>2026-11-01T09:00:00Z</embargoed>", ["New words"], id="an embargo that is over"),
        pytest.param('<signal qcode="sig:update"/>', ["New words"], id="an update"),
    ],
)
def test_a_later_version_decides_whether_the_item_is_published(newsroom, meta, left):
    newsroom.file("a.xml", g2(1))
    newsroom.file("b.xml", g2(2, title="New words", meta=meta, hour=9))

    newsroom.publish()

    assert titles(newsroom) == left


def test_a_later_version_lifts_what_an_earlier_one_held(newsroom):
    newsroom.file("a.xml", g2(1, meta="<embargoed>2027-01-01T00:00:00Z</embargoed>"))
    newsroom.publish()
    newsroom.file("b.xml", g2(2, hour=9))

    newsroom.publish()

    assert titles(newsroom) == ["Ferry sails"]


def test_a_cancelled_item_is_withdrawn_and_a_usable_version_brings_it_back(newsroom):
    newsroom.file("a.xml", g2(1))
    newsroom.publish()
    newsroom.file("b.xml", g2(2, meta='<pubStatus qcode="stat:canceled"/>', hour=9))
    newsroom.publish()
    withdrawn = titles(newsroom)
    newsroom.file("c.xml", g2(3, hour=10))

    newsroom.publish()

    assert (withdrawn, titles(newsroom)) == (["Withdrawn: Ferry sails"], ["Ferry sails"])


def test_a_killed_item_stays_killed_and_its_text_is_erased(newsroom):
    newsroom.file("a.xml", g2(1))
    newsroom.publish()
    newsroom.file("b.xml", g2(2, meta='<signal qcode="sig:kill"/>', hour=9))
    newsroom.publish()
    newsroom.file("c.xml", g2(3, hour=10))
    newsroom.publish()

    newsroom.publish(among=[])

    assert titles(newsroom) == ["Withdrawn"]
    with newsroom.store.begin() as tx:
        documents = tx.documents.of("urn:quay:ferry")
        assert {tx.documents.content(document.digest) for document in documents} == {b"KILL\n"}


def test_a_correction_is_told_to_readers(newsroom):
    newsroom.file("ferry.xml", g2(1))
    newsroom.publish()
    newsroom.file("ferry.xml", g2(2, body="<p>It sails at ten.</p>", meta='<signal qcode="sig:correction"/>', hour=9))

    newsroom.publish()

    assert "This article was corrected." in items(newsroom)[0]["content_html"]


def test_subjects_are_categories_where_the_configuration_says_so_and_tags_elsewhere(newsroom):
    subjects = (
        '<subject qcode="medtop:20000822"><name>rowing</name><broader qcode="medtop:15000000"/></subject>'
        '<subject qcode="medtop:13000000"><name>Science</name></subject>'
    )
    with (newsroom.folder / "config" / "categories.toml").open("a", encoding="utf-8") as file:
        file.write('[sport]\nsubjects = ["medtop:15000000", "SPO"]\n')
    newsroom.file("ferry.xml", g2(content=subjects))
    newsroom.file("lamp.json", ninjs(subject=[{"name": "Soccer", "code": "SPO"}, {"name": "lamps"}]))

    newsroom.publish()

    found = {item["title"]: item["tags"] for item in items(newsroom, "sport.en")}
    assert found == {"Ferry sails": ["sport", "Science"], "Lamp lit": ["sport", "lamps"]}


def test_a_picture_beside_the_item_is_served_with_its_caption(newsroom):
    picture = {
        "type": "picture",
        "description_text": "A lamp",
        "byline": "Jo Marsh",
        "renditions": {"web": {"href": "lamp.png", "mimetype": "image/png", "width": 900}},
    }
    newsroom.file("desk/lamp.png", PNG)
    newsroom.file("desk/lamp.json", ninjs(associations={"lead": picture}))

    newsroom.publish()

    (item,) = items(newsroom)
    assert item["image"].endswith("/lamp.png")
    assert item["image"].startswith("https://quay.example/media/")


def test_an_item_in_two_languages_is_one_bilingual_article(newsroom):
    newsroom.file(
        "lamp.json",
        ninjs(
            headlines=[{"value": "Lamp lit", "language": "en"}, {"value": "灯亮了", "language": "zh"}],
            bodies=[
                {"value": "<p>It burns.</p>", "contenttype": "text/html", "language": "en"},
                {"value": "灯在燃烧。", "contenttype": "text/plain", "language": "zh"},
            ],
        ),
    )

    newsroom.publish()

    bodies = [(item["title"], item["content_html"]) for name in ("all.en", "all.zh") for item in items(newsroom, name)]
    assert bodies == [
        ("Lamp lit", '<div lang="en"><p>It burns.</p></div>'),
        ("灯亮了", '<div lang="zh"><p>灯在燃烧。</p></div>'),
    ]


def test_texts_by_role_are_read_as_in_ninjs_1_6(newsroom):
    texts = {"headline": None, "headline_short": "Lamp", "headline_main": "Lamp lit", "body_xhtml": None}
    newsroom.file("lamp.json", ninjs(**texts, body_main="It burns.", body_richtext="<p>It <b>burns</b>.</p>"))

    newsroom.publish()

    assert [(item["title"], item["content_html"]) for item in items(newsroom)] == [
        ("Lamp lit", '<div lang="en"><p>It <b>burns</b>.</p></div>')
    ]


def test_notes_to_editors_and_scripts_reach_no_reader(newsroom):
    note = "<edNote>SECRET one</edNote>"
    body = '<p>It sails.</p><p>[Eds: SECRET two]</p><script>SECRET three</script><p onclick="SECRET()">Nine.</p>'
    newsroom.file("ferry.xml", g2(meta=note, body=body))

    newsroom.publish()

    assert items(newsroom)[0]["content_html"] == '<div lang="en"><p>It sails.</p>\n<p>Nine.</p></div>'
    assert all(b"SECRET" not in newsroom.feed(f"/feeds/all.en.{form}") for form in ("rss", "atom", "json"))


def test_a_date_without_an_update_of_its_own_never_moves(newsroom):
    nitf = '<nitf><head><docdata><doc-id id-string="q1"/><date.issue norm="{}"/><du-key version="{}"/></docdata></head>'
    nitf += "<body><body.head><hedline><hl1>{}</hl1></hedline></body.head>"
    nitf += "<body.content><p>It.</p></body.content></body></nitf>"
    newsroom.file("a.xml", nitf.format("20261101T080000Z", 1, "Pier opens"))
    newsroom.publish()
    newsroom.file("b.xml", nitf.format("20261101T113000Z", 2, "Pier opens at last"))

    newsroom.publish()

    (item,) = items(newsroom)
    assert (item["title"], item["date_published"][11:19], item["date_modified"][11:19]) == (
        "Pier opens at last",
        "08:00:00",
        "11:30:00",
    )


def document(name: str, content: bytes) -> Document:
    arrival = datetime(2026, 11, 1, tzinfo=UTC)
    return Document(source="desk", path=name, content=content, arrival=arrival, fingerprint="", media_type="")


def message(*texts: str, film: bool = False) -> str:
    """Return a message that carries items, and a film if wanted."""
    carried = [text.partition("?>")[2].strip() for text in texts]
    carried += ['<newsItem guid="f"><itemMeta><itemClass qcode="ninat:video"/></itemMeta></newsItem>'] if film else []
    inside = "\n".join(carried)
    return f'<newsMessage xmlns="{G2}">\n<itemSet>\n{inside}\n</itemSet>\n</newsMessage>'


def problems(room: Newsroom) -> list[str]:
    return [f"{problem.severity}: {problem}" for problem in room.store.edition().problems]


FERRY, LAMP = g2(), g2(guid="urn:quay:lamp", title="Lamp lit", body="<p>It burns.</p>")


def test_each_text_of_a_message_is_an_article_that_goes_with_the_message(newsroom):
    file = newsroom.file("wire/day.xml", message(FERRY, LAMP, film=True))
    newsroom.publish()
    both = sorted(titles(newsroom))
    newsroom.publish()
    unchanged = sorted(titles(newsroom))
    newsroom.file("wire/day.xml", message(LAMP, g2(2, title="Ferry sails at ten", hour=9)))
    newsroom.publish(among=["wire/day.xml"])
    changed = sorted(titles(newsroom))
    file.unlink()

    newsroom.publish(among=["wire/day.xml"], accept=frozenset({"desk"}))

    assert (both, unchanged) == (["Ferry sails", "Lamp lit"],) * 2
    assert changed == ["Ferry sails at ten", "Lamp lit"]
    assert titles(newsroom) == []


def test_what_is_no_text_in_a_message_of_several_is_left_out_with_a_note(newsroom):
    newsroom.file("day.xml", message(FERRY, LAMP, film=True))

    newsroom.publish()

    note = "1 item of the class video of a message with 2 texts is left out; a picture counts only beside one text"
    assert problems(newsroom) == [f"note: day.xml: {note}"]


def test_a_faulty_item_of_a_message_is_told_with_the_line_of_the_message(newsroom):
    newsroom.file("day.xml", message(FERRY, LAMP, g2(guid="urn:quay:none", title=" ")))

    newsroom.publish()

    assert sorted(titles(newsroom)) == ["Ferry sails", "Lamp lit"]
    (told,) = problems(newsroom)
    assert told.startswith("rejected: day.xml/")
    assert told.endswith(".item:23: no headline: the item has none, or only an empty one")


def test_articles_stay_while_their_message_cannot_be_read(newsroom):
    newsroom.file("day.xml", message(FERRY, LAMP))
    newsroom.publish()
    newsroom.file("day.xml", message(FERRY, LAMP)[:-5])
    newsroom.publish()

    newsroom.publish()

    assert sorted(titles(newsroom)) == ["Ferry sails", "Lamp lit"]
    assert [told.split(": ")[:3] for told in problems(newsroom)] == [
        ["rejected", "day.xml:24", "is no well-formed XML"]
    ]


def test_a_killed_item_of_a_message_kills_its_article_alone(newsroom):
    newsroom.file("day.xml", message(FERRY, LAMP))
    newsroom.publish()
    newsroom.file("day.xml", message(g2(2, meta='<signal qcode="sig:kill"/>', hour=9), LAMP))

    newsroom.publish()

    assert sorted(titles(newsroom)) == ["Lamp lit", "Withdrawn"]


def draft(name: str, content: str) -> Draft:
    return parse(document(name, content.encode()), languages=("en", "zh"))[0]


def test_elements_of_an_agency_s_own_are_parted_like_those_of_html():
    own = """<BODY xmlns=""><TEXT><RUBRIK>Ferry sails</RUBRIK><DAT><ORT>Lisbon</ORT></DAT>
      <LEAD><P>It <PERSON>sails</PERSON> again.</P></LEAD><MAIN><P>It lay in the dock.</P>
      <SAID>At last, said Ines.</SAID><UL><LI>Adults two</LI><LI>Dogs one</LI></UL></MAIN></TEXT></BODY>"""

    found = draft("ferry.xml", re.sub("<html.*</html>", own, g2()))

    assert [each.text for each in found.paragraphs] == [
        "Lisbon",
        "It sails again.",
        "It lay in the dock.",
        "At last, said Ines.",
        "Adults two Dogs one",
    ]


def test_parties_and_languages_are_read_wherever_agencies_write_them():
    of_provider = draft("a.xml", g2(meta='<provider literal="Quay News"/>'))
    of_line = draft("a.xml", g2(content="<creditline>Quay News –</creditline>"))
    coded = draft("a.xml", g2(meta='<provider qcode="nprov:QN"/><provider literal="quay.example"/>'))
    of_nitf = draft("a.xml", '<nitf baselang="nb-NO"><head><title>Ferja</title></head><body/></nitf>')

    assert [of_provider.publisher.text, of_line.publisher.text, coded.publisher] == ["Quay News", "Quay News", None]
    assert of_nitf.language == "nb-NO"


def test_words_in_the_place_of_names_are_no_names_and_a_summary_is_plain():
    subtitle = "<by>Harbour calm, ready for all weathers says the keeper</by>"
    found = draft("a.xml", g2(content=f"{subtitle}<description>&lt;p&gt;It &lt;b&gt;sails&lt;/b&gt;.</description>"))

    assert found.bylines == ()
    assert [each.text for each in found.summaries] == ["It sails."]


def refusal(name: str, content: str) -> str:
    with pytest.raises(ParseError) as caught:
        parse(document(name, content.encode()), languages=("en", "zh"))
    return f"{caught.value.line}: {caught.value.message}"


DEEP = f'<newsItem xmlns="{G2}">\n' + "<a>" * 100_000
LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n' + g2(title="&b;").split("\n", 1)[1]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        pytest.param("a.xml", LAUGHS, "1: declares entities", id="a billion laughs"),
        pytest.param("a.xml", DEEP, "2: is no well-formed XML: Excessive depth in document: 256", id="depth"),
        pytest.param("a.xml", f'<newsItem xmlns="{G2}">' + "<a/>" * 500_000, "None: has more than", id="tags"),
        pytest.param("a.xml", "<nitf>" + "x" * 11_000_000, "None: is longer than", id="length"),
        pytest.param("a.xml", g2().replace("</body>", "</bod>"), "10: is no well-formed XML", id="a wrong tag"),
        pytest.param("a.xml", g2(title="&#1;"), "9: is no well-formed XML", id="a character that XML forbids"),
        pytest.param("a.xml", g2().replace(G2, "urn:x"), "2: its root is 'newsItem' without", id="another namespace"),
        pytest.param("a.xml", g2(title=" "), "2: no headline", id="no headline"),
        pytest.param("a.xml", g2(guid=" "), "2: its news item has no guid", id="no guid"),
        pytest.param("a.xml", g2(body=""), "2: no text", id="no text"),
        pytest.param("a.xml", g2().replace("ninat:text", "ninat:video"), "2: holds no news item of the", id="a film"),
        pytest.param("a.xml", f'<packageItem xmlns="{G2}"/>', "1: holds no news item, but a", id="a package"),
        pytest.param("a.xml", "<NewsML/>", "1: is NewsML 1, the format before G2; articles", id="NewsML 1"),
        pytest.param("a.nitf", "<nitf/>", "1: its NITF has no body", id="NITF without a body"),
        pytest.param("a.json", ninjs(headline=["Lamp"]), "1: the value of headline must be", id="a list for a text"),
        pytest.param("a.json", ninjs(type="picture"), "1: is of the type 'picture'", id="a picture"),
        pytest.param("a.json", ninjs(uri=None), "1: has no uri", id="no uri"),
        pytest.param("a.json", ninjs()[:-2], "1: is no JSON", id="JSON without an end"),
        pytest.param("a.json", ninjs()[:-1] + ',"embargoed":"x","embargoed":null}', "None: the key", id="a key twice"),
        pytest.param(
            "a.json", ninjs()[:-1] + ',"a":' + "[" * 100_000 + "}", "None: is nested too deeply", id="depth 2"
        ),
        pytest.param(
            "a.json", ninjs()[:-1] + f',"a":{"9" * 5_000}}}', "None: has a number of 5000 digits", id="digits"
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(name, content, why):
    told = refusal(name, content)

    assert told.startswith(why)
    assert "XML_PARSE" not in told  # a cure for programmers


CASES = Path(__file__).parent / "cases"
WRONG = (
    None,
    True,
    3,
    -1.5,
    10**39,
    float("1e308"),
    "",
    "x",
    [],
    {},
    ["x"],
    [[1]],
    [{"a": 1}],
    {"a": "b"},
    {"a": {"b": []}},
)


def wrong_forms(value: object) -> Iterator[object]:
    """Yield *value* with each of the values in it in turn replaced by each wrong one."""
    yield from WRONG
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        for wrong in wrong_forms(inner):
            yield {**value, key: wrong} if isinstance(value, dict) else [*value[:key], wrong, *value[key + 1 :]]


@pytest.mark.parametrize("path", sorted((CASES / "ninjs").glob("*.ninjs")), ids=lambda path: path.stem)
def test_a_value_of_any_kind_at_any_key_is_read_or_refused(path):
    tried = 0
    for form in wrong_forms(json.loads(path.read_text(encoding="utf-8"))):
        tried += 1
        with suppress(ParseError):
            pack(parse(document("a.ninjs", json.dumps(form).encode()), languages=("en", "zh")))

    assert tried > 500


def broken_forms(content: bytes) -> Iterator[bytes]:
    """Yield XML with each element in turn left out, emptied, doubled, and without its attributes."""
    count = len(list(etree.fromstring(content).iter("*")))
    for number in range(1, count):
        for change in ("left out", "emptied", "doubled", "bare"):
            root = etree.fromstring(content)
            element = list(root.iter("*"))[number]
            parent = element.getparent()
            if change == "left out":
                parent.remove(element)
            elif change == "doubled":
                parent.append(deepcopy(element))
            elif change == "emptied":
                element[:] = []
                element.text = None
            else:
                element.attrib.clear()
            yield etree.tostring(root)


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*.xml")), ids=lambda path: path.stem)
def test_xml_in_which_any_element_is_missing_or_doubled_is_read_or_refused(path):
    content = path.read_bytes().replace(b"&nbsp;", b" ")
    forms = list(broken_forms(content))

    for form in forms:
        with suppress(ParseError):
            pack(parse(document("a.xml", form), languages=("en", "zh")))

    assert len(forms) > 80


def test_attributes_without_a_meaning_are_left_out_however_many_they_are():
    many = " ".join(f'a{number}="1"' for number in range(20_000))

    (draft,) = parse(document("a.xml", g2(body=f'<p dir="ltr" {many}>It sails.</p>').encode()))

    assert [paragraph.html for paragraph in draft.paragraphs] == ['<p dir="ltr">It sails.</p>']


def test_elements_that_are_never_closed_cost_no_more_than_others():
    (draft,) = parse(document("a.json", ninjs(body_xhtml="<p>a<b>c" * 20_000).encode()))

    assert len(draft.paragraphs) == 20_000


def test_words_are_looked_for_only_at_the_beginning_of_a_line_however_long_it_is():
    body = "".join(f"<p>Ferry {number} sails.</p>" for number in range(3_000))

    found = draft("a.xml", g2(body=body).replace("\n", " "))

    assert len(found.paragraphs) == 3_000
    assert max(paragraph.span.end for paragraph in found.paragraphs) <= 22_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_an_item_may_come_in_the_encoding_that_it_declares(newsroom, encoding):
    text = g2(title="Fähre fährt früh, schön für Zürich").replace("UTF-8", encoding.removesuffix("-sig"))
    newsroom.file("ferry.xml", text.encode(encoding))

    newsroom.publish()

    assert titles(newsroom) == ["Fähre fährt früh, schön für Zürich"]


def test_an_external_dtd_is_never_asked_for(newsroom, tmp_path):
    dtd = tmp_path / "x.dtd"
    dtd.write_text('<!ENTITY secret "SECRET">', encoding="utf-8")
    newsroom.file(
        "a.xml", f'<!DOCTYPE newsItem SYSTEM "file://{dtd}">\n' + g2(title="A &secret; ferry").split("\n", 1)[1]
    )

    newsroom.publish()

    assert titles(newsroom) == ["A &secret; ferry"]
