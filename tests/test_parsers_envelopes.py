"""Copy is taken out of mail and of the transmissions of wires; what stands on the envelope shows nowhere."""

from __future__ import annotations

import time
from base64 import b64encode
from contextlib import suppress

import pytest

from drafts import document
from feedsvc.model.draft import Draft
from feedsvc.model.errors import DocumentError, ParseError
from feedsvc.parsers import line_of, parse, text_of

STORY = "LISBON, Nov 20 (Harbour Wire) -- The ferry to the islands sails again, its keeper said on Friday."
SECOND = "It had lain in the dock for nine weeks."
MAIL = (
    "Delivered-To: desk@inside.example\nReceived: by 10.1.2.3 with SMTP id abc;\n"
    "        Fri, 20 Nov 2026 02:00:00 -0800\n"
    "Message-ID: <17@inside.example>\nFrom: Ines Duarte <ines@harbour.example>\nTo: desk@inside.example\n"
    "Subject: Ferry sails again\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n"
)
PLAIN = "Content-Type: text/plain; charset=utf-8\n"
IPTC = "\x01eca062 4 i 211 hwa 061\r\n\r\nIslands-ferry/\r\n\x02{head} =\r\n\r\n{body}\r\n\x03201137 GMT Nov 26\r\n\x04"
ANPA = (
    "\x16\x16\x01W2870\x1f_asian\r\nf l\x13\x11 BC-EU--Ferry{key}     11-20 0049\r\n\x02^BC-EU--Ferry,{slug}466<\r\n"
    "{head}{body}\x03AP-WF-11-20-26 1509GMT<\r\n\x0c\r\n\x04"
)
ANPA_HEAD = "^Ferry sails to ``the islands'' <\r\n^Eds: With AP Photos.<\r\n^By INES DUARTE=\r\n^Harbour Press=\r\n"
ZCZC = "ZCZC HWA12\nYY TDR\nFerry sails again\n\n{body}\n\nNNNN\n"


def draft(content: str | bytes, path: str = "a.txt") -> Draft:
    return parse(document(content, path))[0]


def texts(found):
    return [each.text for each in found]


def anpa(
    *, key: str = "", slug: str = "", head: str = ANPA_HEAD, body: str = f"\t{STORY}\r\n \r\n\t{SECOND}\r\n"
) -> str:
    return ANPA.format(key=key, slug=slug, head=head, body=body)


def parted(*parts: str, kind: str = "mixed") -> str:
    return (
        f"Content-Type: multipart/{kind}; boundary=b1\n\n" + "".join(f"--b1\n{each}\n" for each in parts) + "--b1--\n"
    )


def part(text: str, kind: str = "text/plain", **fields: str) -> str:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return f"Content-Type: {kind}; charset=utf-8\n{more}\n{text}\n"


@pytest.mark.parametrize(
    "first",
    [
        pytest.param("Delivered-To: desk@inside.example\n", id="delivered to"),
        pytest.param("Received: from a.inside.example\n\tby b.inside.example; Fri, 20 Nov 2026\n", id="received"),
        pytest.param("Return-Path: <ines@inside.example>\n", id="return path"),
        pytest.param("From ines@inside.example Fri Nov 20 10:00:00 2026\n", id="mailbox"),
        pytest.param("DKIM-Signature: v=1; d=inside.example;\n b=abc\n", id="signature"),
        pytest.param("ARC-Seal: i=1; d=inside.example\n", id="seal"),
        pytest.param("Message-ID: <1@inside.example>\n", id="message id"),
        pytest.param("MIME-Version: 1.0\n", id="mime"),
        pytest.param("\ufeffReceived: by inside.example\n", id="byte order mark"),
        pytest.param(" \n\nReceived: by inside.example\n", id="blank lines"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lines of Unix", "lines of mail"])
def test_mail_is_known_however_it_begins(first, end):
    seen = "From: Ines <ines@inside.example>\nSubject: Ferry sails again\nDate: 20 Nov 2026 10:00:00 +0000\n"
    whole = f"{first}{seen}\n{STORY}"

    found = draft(whole.replace("\n", end))

    assert texts(found.headlines) == ["Ferry sails again"]
    assert texts(found.paragraphs) == [STORY]
    assert [(each.label, each.text) for each in found.dates] == [("date", "20 Nov 2026 10:00:00 +0000")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_no_field_of_a_header_is_in_the_text_of_mail(encoding):
    text = text_of(document(f"{MAIL}{PLAIN}\n{STORY}\n".encode(encoding)))

    assert text == f"Ferry sails again\n\nFri, 20 Nov 2026 10:00:00 +0000\n\n{STORY}"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("=?UTF-8?B?5riv5Y+j6YeN5byA?=", "港口重开"),
        ("=?utf-8?Q?Caf=C3=A9_pier?= reopens", "Café pier reopens"),
        ("=?utf-8?B?5riv5Y8=?=\n =?utf-8?B?o+mHjeW8gA==?=", "港口重开"),  # a character cut between two words
        ("=?gb2312?B?uNu/2tbYv6o=?=", "港口重开"),
        ("=?iso-2022-jp?B?GyRCOUEbKEI=?=", "港"),
        ("=?x-nobody-knows?Q?Ferry_sails?=", "Ferry sails"),
        ("Fwd: Ferry\n sails", "Ferry sails"),
    ],
)
def test_a_subject_is_decoded(subject, expected):
    assert texts(draft(MAIL.replace("Ferry sails again", subject) + f"\n{STORY}\n").headlines) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f"{PLAIN}Content-Transfer-Encoding: quoted-printable\n\nCaf=C3=A9 open=\nshere.".encode(), id="quoted"
        ),
        pytest.param(
            f"{PLAIN}Content-Transfer-Encoding: base64\n\n{b64encode('Café openshere.'.encode()).decode()}\n".encode(),
            id="base64",
        ),
        pytest.param("Content-Type: text/plain; charset=iso-8859-1\n\nCafé openshere.".encode("latin-1"), id="latin"),
        pytest.param("Content-Type: text/plain; charset=us-ascii\n\nCafé openshere.".encode(), id="wrongly named"),
        pytest.param(
            b"Content-Type: text/html\n\n<p>Caf&eacute;&nbsp;<i>open</i>shere.<script>x</script></p>", id="html"
        ),
        pytest.param(
            parted(part("Café openshere."), part("<p>Other</p>", "text/html"), kind="alternative").encode(), id="plain"
        ),
        pytest.param(
            parted(part(" "), part("<p>Café openshere.</p>", "text/html"), kind="alternative").encode(),
            id="blank plain",
        ),
        pytest.param(
            parted(part("Café openshere."), part("No", Content_Disposition="attachment; filename=a.txt")).encode(),
            id="an attachment",
        ),
        pytest.param(
            b"Content-Type: text/plain; format=flowed; delsp=yes\n\n" + "Café open \nshere.\n".encode(), id="flowed"
        ),
    ],
)
def test_the_text_of_mail_is_decoded(body):
    assert texts(draft(MAIL.encode() + body).paragraphs) == ["Café openshere."]


def test_texts_around_a_picture_are_one_text():
    found = draft(MAIL + parted(part(STORY), part("x", "image/png"), part(SECOND)))

    assert texts(found.paragraphs) == [STORY, SECOND]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (parted(part("x", "application/pdf")), "is mail without a text: it is empty, or has only attachments"),
        (parted(part("x", "application/pgp-encrypted"), kind="encrypted"), "is encrypted mail"),
        ("\n-----BEGIN PGP MESSAGE-----\n\nhQIMA\n", "is encrypted mail"),
        (f"Content-Transfer-Encoding: base64\n\n{'QUJD' * 20}Q\n", "is mail whose base64 is damaged"),
        (parted(part(STORY)).removesuffix("--b1--\n"), "is mail whose text does not end as it says: it may be cut off"),
        ("Content-Type: multipart/mixed\n\nx\n", "is mail whose parts do not begin as it says: it may be cut off"),
        ("X-Odd: a\nthis is no field\n\nx\n", "is mail with a line among its header fields that is none"),
        ('\n{"a": ["b"]}\n', "is mail that carries a JSON file; articles are wire copy"),
        (parted(part("gone"), kind="report"), "is a report of a mail server on a message"),
        (
            "\nList-Help: <https://lists.inside.example>\n\nMessage-Id: <1@inside.example>\nSubject: Ferry\n\nx\n",
            "is mail whose header goes on in its text, with the field 'List-Help'",
        ),
        (
            f"\nContent-Transfer-Encoding: base64\n{STORY}\n",
            "is mail whose header goes on in its text, with the field 'Content-Transfer-Encoding'",
        ),
        *(
            (
                f"Content-Type: {kind}\n\n{before}--b1\nX-Odd: a\nContent-Type: text/plain\n\n{STORY}\n--b1--\n",
                "is mail whose text holds the header of a part: its own header does not say where its parts begin",
            )
            for kind, before in (("text/plain", "Several parts follow.\n\n"), ('text/html; boundary="b1"', ""))
        ),
        (f"Subject: {'a' * 9000}\n\nx\n", "is mail whose field 'Subject' has 9000 characters, over the limit of 8000"),
        (parted(*[part("x")] * 600), "is mail with more than 500 parts"),
    ],
)
def test_mail_that_cannot_be_read_is_rejected_with_its_reason(body, message):
    with pytest.raises(ParseError) as caught:
        draft(MAIL + body)

    assert caught.value.message == message


EMBARGO = "EMBARGOED until 18:00 GMT 25 Nov 2026"


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(
            MAIL + parted(part(STORY), part(f"<p>{EMBARGO}</p><p>{STORY}</p>", "text/html"), kind="alternative"),
            id="the other alternative",
        ),
        pytest.param(
            MAIL + parted(part(STORY), part(EMBARGO, Content_Disposition="attachment; filename=a.txt")), id="attached"
        ),
        pytest.param(MAIL + parted(part(STORY)).replace("--b1", f"{EMBARGO}\n--b1", 1), id="above the parts"),
        pytest.param(MAIL + f"X-Embargo: until 18:00 GMT\n\n{STORY}\n", id="a field"),
        pytest.param(MAIL + f"Sensitivity: Company-Confidential\n\n{STORY}\n", id="sensitivity"),
    ],
)
def test_a_mark_counts_that_the_text_of_mail_does_not_show(whole):
    found = draft(whole)

    assert found.holds
    assert texts(found.paragraphs) == [STORY]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("\nOn Fri, 20 Nov 2026, Rui Melo <rui@inside.example> wrote:\n> ask desk@inside.example\n", "plain"),
        ("\nOn Fri, 20 Nov 2026 at 10:00, Rui Melo\n<rui@inside.example> wrote:\n> thanks\n", "plain"),
        ("\n在 2026年11月20日，Rui <rui@inside.example> 写道：\n> 谢谢\n", "plain"),
        ("\n-----Original Message-----\nFrom: Rui\nTo: desk@inside.example\nSubject: x\n\nthanks\n", "plain"),
        (f"\n{'_' * 47}\nDesk mailing list\ndesk@lists.inside.example\n", "plain"),
    ],
)
def test_what_is_answered_and_what_a_list_adds_is_no_copy(body, kind):
    assert texts(draft(f"{MAIL}Content-Type: text/{kind}; charset=utf-8\n\n{STORY}\n{body}").paragraphs) == [STORY]


@pytest.mark.parametrize(
    "fields",
    [
        "<div>From: Rui &lt;rui@inside.example&gt;</div><div>To: d@inside.example</div><div>Subject: Ferry</div>",
        "<table><tr><th>Subject: </th><td>Ferry</td></tr><tr><th>From: </th><td>r@inside.example</td></tr></table>",
    ],
)
def test_the_header_of_a_message_forwarded_in_html_is_no_copy(fields):
    assert texts(draft(f"{MAIL}Content-Type: text/html\n\n{fields}<p>{STORY}</p>").paragraphs) == [STORY]


def test_a_story_that_is_sent_on_below_a_word_is_copy():
    body = f"For tonight.\n\nOn Fri, 20 Nov 2026, Rui <rui@inside.example> wrote:\n\n{STORY}\n\n{SECOND}\n"

    assert texts(draft(f"{MAIL}\n{body}").paragraphs)[-2:] == [STORY, SECOND]


@pytest.mark.parametrize(
    "fields",
    [
        "Von:\tInes <ines@inside.example>\nGesendet:\tFreitag, 20. November 2026\nAn:\td@inside.example\nBetreff:\t{}",
        "Bcc: desk@inside.example\nSubject: {}",
        "De : Ines <ines@inside.example>\nObjet : {}\nÀ : desk@inside.example",
        "差出人: Ines <ines@inside.example>\n件名: {}\n宛先: desk@inside.example",
        "From: Ines <ines@inside.example>\nAttachments: a.jpg\nSubject: {}",
    ],
)
def test_a_header_that_was_pasted_in_another_language_is_no_copy(fields):
    found = draft(f"{fields.format('Ferry sails again')}\n\n{STORY}\n")

    assert texts(found.headlines) == ["Ferry sails again"]
    assert texts(found.paragraphs) == [STORY]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"Ferry sails\n\n{MAIL}\n{STORY}\n", id="below a headline"),
        pytest.param("> " + f"{MAIL}\n{STORY}\n".replace("\n", "\n> "), id="quoted"),
        pytest.param(f"HELO inside.example\nDATA\n{MAIL}\n{STORY}\n", id="below what servers say"),
        pytest.param(f"{MAIL}\n---\ntitle: Ferry\npassword: sea\n---\n{STORY}\n", id="front matter in mail"),
        pytest.param(
            MAIL + parted(part("See below."), part(STORY, Content_Disposition="attachment; filename=a.txt")),
            id="the story attached",
        ),
        pytest.param(
            MAIL + parted(part("See below."), part(f"{MAIL}\n{STORY}", "message/rfc822")), id="a message attached"
        ),
    ],
)
def test_mail_whose_copy_is_not_where_it_should_be_is_rejected(content):
    with pytest.raises(ParseError):
        draft(content)


def test_the_keys_of_an_article_are_no_mail():
    found = draft(f"Title: Ferry sails again\nDate: 2026-11-20\nStatus: draft\n\n{STORY}\n", "a.md")

    assert [each.text for each in found.holds] == ["Status: draft"]
    assert texts(found.headlines) == ["Ferry sails again"]


@pytest.mark.parametrize("postmark", ["From a@inside.example Fri Nov 20 10:00:00 2026", "From -", "From 1844@xxx"])
def test_a_mailbox_of_two_messages_is_rejected(postmark):
    one = f"{postmark}\n{MAIL}\n{STORY}\n"

    with pytest.raises(ParseError, match=r"^is a mailbox of several messages; save each as a file of its own$"):
        draft(f"{one}\n{one}")


@pytest.mark.parametrize(
    "above",
    [
        "HELO inside.example\nMAIL FROM:<ines@inside.example>\nRCPT TO:<desk@inside.example>\nDATA\n",
        ">From ines@inside.example Fri Nov 20 10:00:00 2026\n",
    ],
)
def test_mail_below_lines_of_a_mail_server_is_rejected(above):
    with pytest.raises(ParseError, match=r"^is mail with other lines above its header: "):
        draft(f"{above}{MAIL}\n{STORY}\n", "a")


@pytest.mark.parametrize("above", ["---\n", "```\n", "Ferry sails again\n\n"])
def test_a_header_that_a_post_quotes_makes_it_no_mail(above):
    assert "Delivered-To" in text_of(document(f"{above}{MAIL}---\n\n{STORY}\n", "a.md"))


def test_a_text_may_begin_with_one_word_and_a_colon():
    body = f"Received: with thanks\n\n--\nContents: {STORY}\n"

    assert "Received: with thanks" in texts(draft(f"{MAIL}\n{body}").paragraphs)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_footer_of_a_list_below_base64_is_left_out(end):
    coded = b64encode(f"{STORY}\n\n{SECOND}\n".encode()).decode()
    lines = [coded[at : at + 60] for at in range(0, len(coded), 60)]
    body = "\n".join(
        [f"Content-Transfer-Encoding: base64\n{PLAIN}", *lines, "", "_" * 40, "To leave the list: no.", ""]
    )

    assert texts(draft((MAIL + body).replace("\n", end)).paragraphs) == [STORY, SECOND]


def test_the_text_that_a_picture_belongs_to_need_not_come_first():
    body = parted(part("GIF89a", "image/gif"), part(f"<p>{STORY}</p>", "text/html"), kind="related")

    assert texts(draft(MAIL + body).paragraphs) == [STORY]


def test_the_header_of_a_forwarded_message_a_greeting_and_a_signature_are_no_copy():
    body = (
        "Dear colleagues,\n\n---------- Forwarded message ---------\nFrom: Rui <rui@inside.example>\n"
        f"Date: Fri, 20 Nov 2026\nSubject: Ferry\nTo: <desk@inside.example>\n\n{STORY}\n\n-- \nRui Melo\n+351 99 999\n"
    )

    assert texts(draft(f"{MAIL}\n{body}").paragraphs) == [STORY]


def test_a_message_below_another_shows_no_field_of_its_header():
    again = f"{MAIL}{PLAIN}\n{SECOND}\n"

    assert texts(draft(f"{MAIL}{PLAIN}\n{STORY}\n{again}").paragraphs) == [STORY, SECOND]


def test_a_paragraph_that_begins_with_from_begins_no_message():
    body = f"{STORY}\n\nFrom Lisbon to the islands\nFares: nine euros\n"

    assert "Fares" in text_of(document(f"From - Fri Nov 20 10:00:00 2026\n{MAIL}\n{body}"))


@pytest.mark.parametrize("greeting", ["Dear Valued Subscriber,", "Lieber Nutzer", "Good Morning;", "尊敬的各位读者"])
def test_a_greeting_is_nobodys_name_wherever_it_stands(greeting):
    below = draft(
        f"{MAIL}{PLAIN}\nNews for all who live at the harbour, and for whoever sees it.\n\n{greeting}\n\n{STORY}\n"
    )

    assert not below.bylines
    assert greeting not in texts(below.paragraphs)


def test_a_word_of_greeting_within_a_paragraph_stays():
    body = "On the quay they call\nhello\nto whoever comes."

    assert "hello" in " ".join(texts(draft(f"{MAIL}\n{body}\n").paragraphs))


def test_a_headline_that_greets_stays():
    assert "Hello Kitty sails to the islands" in texts(draft(f"{MAIL}\nHello Kitty sails to the islands\n").paragraphs)


@pytest.mark.parametrize("content", [f"{MAIL}\nHarbour Lights\n", "Ferry sails again\n\nHarbour Lights\n"])
def test_a_text_of_two_words_is_no_byline(content):
    assert (texts(draft(content).paragraphs), draft(content).bylines) == (["Harbour Lights"], ())


@pytest.mark.parametrize(
    "fields",
    [
        "Von: Rui <rui@inside.example>\nGesendet: Freitag\nAn: <desk@inside.example>\nBetreff: Fähre",
        "> *De :* Rui <rui@inside.example>\n> *Envoyé :* vendredi\n> *À :* desk@inside.example\n> *Objet :* Bac",
        "发件人: Rui <rui@inside.example>\n发送时间: 2026年11月20日\n收件人: desk@inside.example\n主题: 渡轮",
    ],
)
def test_the_header_of_a_forwarded_message_is_known_in_other_languages(fields):
    assert texts(draft(f"{MAIL}{PLAIN}\n{fields}\n\n{STORY}\n").paragraphs) == [STORY]


def test_what_a_person_pasted_is_read_as_before():
    pasted = f"From: Ines\nSubject: Ferry sails again\nDate: 20 Nov 2026\n\n{STORY}\n"

    assert text_of(document(pasted)) == pasted
    assert texts(draft(pasted).headlines) == ["Ferry sails again"]


def test_a_line_of_what_came_in_an_envelope_is_none_of_its_file():
    plain = document(f"Ferry sails again\n\n{STORY}\n")

    assert (line_of(plain, 19), line_of(document(f"{MAIL}\n{STORY}\n"), 19)) == (3, None)


def test_words_that_copy_begins_with_are_no_header():
    assert texts(draft(f"Received: with thanks\n\n{STORY}\n").headlines) == ["Received: with thanks"]


def test_iptc_7901_is_read():
    notes = "# Notebook\r\n\r\n* * * *\r\nThe following is not intended for publication\r\n- Tel: 555\r\n\r\nhwa ab cd"
    wrapped = STORY.replace("islands ", "islands\r\n")
    body = f"   {wrapped}\r\n\r\n   {SECOND}\r\n\r\n{notes}"

    found = draft(IPTC.format(head="1ST LEAD\r\nFerry sails to\r\nthe islands\r\nBy Ines Duarte, hwa", body=body))

    assert texts(found.headlines) == ["Ferry sails to the islands"]
    assert [(each.name, each.role) for each in found.bylines] == [("Ines Duarte", "author")]
    assert texts(found.paragraphs) == [STORY, SECOND]
    assert [(each.label, each.text) for each in found.dates] == [("date", "20 Nov 2026 11:37 GMT")]
    assert found.take == "lead"


def test_iptc_7901_in_another_charset_is_read():
    content = IPTC.format(head="Fähre fährt", body="Die Fähre fährt wieder über die Förde, hieß es.").encode("latin-1")

    found = draft(content)

    assert texts(found.headlines) == ["Fähre fährt"]
    assert texts(found.paragraphs) == ["Die Fähre fährt wieder über die Förde, hieß es."]


def test_anpa_1312_is_read():
    found = draft(anpa(key=" 1stLd-Writethru", slug=" 1st Ld-Writethru,"))

    assert texts(found.headlines) == ["Ferry sails to “the islands”"]
    assert [each.name for each in found.bylines] == ["INES DUARTE"]
    assert found.publisher is not None
    assert found.publisher.text == "Harbour Press"
    assert texts(found.paragraphs) == [STORY, SECOND]
    assert [(each.label, each.text) for each in found.dates] == [("date", "2026-11-20 15:09 GMT")]
    assert found.take == "writethru"


def test_an_alert_without_a_headline_is_called_what_it_says():
    found = draft(anpa(head="", body="\tLISBON (AP) _ The ferry sails again.\r\n"))

    assert texts(found.headlines) == ["The ferry sails again"]


def test_zczc_is_read():
    found = draft(ZCZC.format(body=STORY))

    assert texts(found.headlines) == ["Ferry sails again"]
    assert texts(found.paragraphs) == [STORY]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\x01what is this\r\n\x02Ferry\r\n\x03", id="unknown header"),
        pytest.param("\x16\x16what is this\r\nFerry\r\n", id="no header"),
        pytest.param(anpa().replace("\x02", ""), id="no start of text"),
        pytest.param(anpa().partition("\x03")[0], id="ANPA cut off"),
        pytest.param(IPTC.format(head="Ferry", body=STORY).partition("\x03")[0], id="IPTC cut off"),
        pytest.param(IPTC.format(head="Ferry", body=STORY) * 2, id="two of IPTC"),
        pytest.param(anpa() * 2, id="two of ANPA"),
        pytest.param(ZCZC.format(body=STORY) * 2, id="two of ZCZC"),
    ],
)
def test_a_transmission_that_cannot_be_read_is_rejected(content):
    with pytest.raises(ParseError):
        draft(content)


SENT = {
    "a subject": lambda mark: MAIL.replace("Ferry sails again", f"{mark}: Ferry sails again") + f"\n{STORY}\n",
    "mail without text": lambda mark: MAIL.replace("Ferry sails again", mark) + parted(part("x", "application/pdf")),
    "mail's text": lambda mark: f"{MAIL}\n{mark}\n\n{STORY}\n",
    "mail's signature": lambda mark: f"{MAIL}\n{STORY}\n\n-- \nInes\n{mark}\n",
    "a slug of ANPA": lambda mark: anpa(slug=f" {mark},"),
    "a header of ANPA": lambda mark: anpa(key=f" {mark}"),
    "a note of ANPA": lambda mark: anpa(head=f"^Ferry sails<\r\n^Eds: With photos. {mark}<\r\n"),
    "a head of ANPA": lambda mark: anpa(head=f"^{mark}<\r\n{ANPA_HEAD}"),
    "text of ANPA": lambda mark: anpa(body=f"\t{mark}\r\n\t{STORY}\r\n"),
    "a slug of IPTC": lambda mark: IPTC.format(head="Ferry", body=STORY).replace("Islands-ferry/", f"Ferry, {mark}"),
    "a head of IPTC": lambda mark: IPTC.format(head=f"{mark}\r\nFerry sails", body=STORY),
    "text of IPTC": lambda mark: IPTC.format(head="Ferry sails", body=f"{mark}\r\n\r\n{STORY}"),
    "a note of IPTC": lambda mark: IPTC.format(head="Ferry", body=f"{STORY}\r\n# Notebook\r\n\r\n## {mark}\r\n- x"),
    "a header of ZCZC": lambda mark: ZCZC.format(body=STORY).replace("YY TDR", f"%{mark}"),
    "text of ZCZC": lambda mark: ZCZC.format(body=f"{mark}\n\n{STORY}"),
}


@pytest.mark.parametrize("where", SENT)
def test_an_envelope_hides_no_kill(where):
    assert draft(SENT[where]("KILL")).take == "kill"


@pytest.mark.parametrize("where", [each for each in SENT if each not in {"a subject", "mail without text"}])
@pytest.mark.parametrize(("mark", "kind"), [("EMBARGOED until 1800 GMT", "embargo"), ("HOLD FOR RELEASE", "hold")])
def test_an_envelope_hides_no_hold(where, mark, kind):
    assert kind in {hold.kind for hold in draft(SENT[where](mark)).holds}


HOSTILE = {
    "parts": lambda times: parted(*["\nx"] * times),
    "parts in parts": lambda times: "".join(
        f"Content-Type: multipart/mixed; boundary=b{each}\n\n--b{each}\n" for each in range(times)
    ),
    "messages in messages": lambda times: "Content-Type: message/rfc822\n\n" * times,
    "a long subject": lambda times: f"Subject: {'=?utf-8?q?a?= ' * times}\n\nx",
    "a long list": lambda times: f"X-List: {'a;' * times}\n\nx",
    "parameters": lambda times: f"Content-Type: text/plain{'; a=b' * times}\n\nx",
    "comments": lambda times: f"Content-Type: text/plain{'(' * times}\n\nx",
    "NUL": lambda times: f"\n{STORY}\n" + "\0" * times,
    "signatures": lambda times: "\nx\n" + "-- \n" * times,
    "blank lines": lambda times: "\nx\n" + "\n" * times + "-- \n",
    "breaks": lambda times: "Content-Type: text/html\n\n" + "<br> " * times,
    "ampersands": lambda times: "Content-Type: text/html\n\n" + "<p>" + "&&&&&&& &a" * times,
    "elements": lambda times: "Content-Type: text/html\n\n" + "<div><table>" * times,
    "headers in copy": lambda times: "\nx\n" + "From: a\nTo: b\n" * times,
    "flowing lines": lambda times: "Content-Type: text/plain; format=flowed\n\n" + "a \n" * times,
}


HOSTILE_TRANSMISSIONS = {
    "kills": lambda times: IPTC.format(head="KILL", body="KILL\n" * (times // 20)),
    "stars": lambda times: IPTC.format(head="Ferry", body="* * " * times),
    "blanks of IPTC": lambda times: IPTC.format(head="Ferry" + " " * times + "x", body="x\n" + "\n \n" * times + "y"),
    "notes": lambda times: IPTC.format(head="Ferry", body="x\n# Notebook\n" + "a, b; c. " * times),
    "blanks of ANPA": lambda times: anpa(head=f"^Ferry{' ' * times}x\r\n"),
    "blanks in a header": lambda times: anpa(key=" " * times),
    "signs of ZCZC": lambda times: "ZCZC A\n" + "%a\n" * 10 + " " * times + "\nNNN\n" * (times // 10),
}


def seconds(content: str) -> float:
    start = time.process_time()
    with suppress(DocumentError):
        parse(document(content))
    return time.process_time() - start


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_mail_costs_no_more_than_its_length(kind):
    short, long = (min(seconds(MAIL + HOSTILE[kind](times)) for _ in range(3)) for times in (2_000, 40_000))

    assert long < max(60 * short, 0.5)


@pytest.mark.parametrize("kind", HOSTILE_TRANSMISSIONS)
def test_a_hostile_transmission_costs_no_more_than_its_length(kind):
    short, long = (min(seconds(HOSTILE_TRANSMISSIONS[kind](times)) for _ in range(3)) for times in (2_000, 40_000))

    assert long < max(60 * short, 0.5)
