from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsvc.model.errors import CharsetError
from feedsvc.text.charset import Decoded, decode

SHORT = "港口"
LONG = "港湾通讯社青岛5月26日电（记者林晓舟）港口的大钟快五分钟，没有人想修它。" * 40
TRADITIONAL = "港灣通訊社台北5月26日電（記者林曉舟）碼頭上的大鐘快五分鐘，沒有人想修它。"
ENGLISH = "The harbour clock is five minutes fast, on purpose.\n"
BILINGUAL = f"{ENGLISH}\n港口大钟快五分钟\n\nHarbour Wire\n张 锴\n\n{ENGLISH * 30}"
BILINGUAL_TRADITIONAL = f"{ENGLISH}\n碼頭大鐘快五分鐘\n\n張 鍇\n\n{ENGLISH * 30}"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param(BILINGUAL, "utf-8", id="UTF-8"),
        pytest.param(BILINGUAL, "utf-8-sig", id="UTF-8 with a mark"),
        pytest.param(BILINGUAL, "utf-16", id="UTF-16 with a mark"),
        pytest.param(BILINGUAL, "utf-32", id="UTF-32 with a mark"),
        pytest.param(BILINGUAL, "utf-16-le", id="UTF-16 without a mark"),
        pytest.param(LONG + "\n", "utf-16-be", id="Chinese UTF-16 without a mark, the other way round"),
        pytest.param(ENGLISH, "utf-16-be", id="English UTF-16 without a mark"),
        pytest.param(SHORT, "gb18030", id="GB18030, two characters"),
        pytest.param(LONG, "gb18030", id="GB18030, long"),
        pytest.param(BILINGUAL, "gb18030", id="GB18030, mostly English"),
        pytest.param(f"{ENGLISH}\n张 锴\n", "gb18030", id="GB18030, a name alone"),
        pytest.param("㐂字号：㐃港口开放。", "gb18030", id="GB18030, characters of four bytes"),
        pytest.param(SHORT, "cp950", id="Big5, two characters"),
        pytest.param(TRADITIONAL * 40, "cp950", id="Big5, long"),
        pytest.param(BILINGUAL_TRADITIONAL, "cp950", id="Big5, mostly English"),
        pytest.param("港口開放：嘅咗喺", "big5hkscs", id="Big5 with Hong Kong's characters"),
        pytest.param("He said “yes” – and left the café.", "cp1252", id="Windows-1252"),
        pytest.param("Déjà vu à Genève: l’été des ports\n\nGENÈVE – Le café", "cp1252", id="Windows-1252, French"),
        pytest.param("Порт открыт после ремонта\n\nМОСКВА, 26 мая", "cp1251", id="Windows-1251"),
        pytest.param("港湾の新しい桟橋が開業しました。", "cp932", id="Shift JIS"),
        pytest.param("항구가 다시 열렸다. 부산에서 5월 26일", "cp949", id="Korean"),
    ],
)
def test_copy_is_read_in_the_encoding_it_was_written_in(text, encoding):
    assert decode(text.encode(encoding)).text == text


def test_the_declared_encoding_is_taken_where_bytes_do_not_show_their_own():
    assert decode("Öl".encode("cp437"), declared="cp437").text == "Öl"


def test_the_declared_encoding_is_not_believed_against_utf_8():
    assert decode(SHORT.encode(), declared="big5").text == SHORT


def test_gb2312_is_read_as_what_its_users_mean_by_it():
    assert decode("a镕b".encode("gbk"), declared="gb2312").text == "a镕b"


def test_a_declared_encoding_that_does_not_fit_is_left_for_one_that_does():
    assert decode(LONG.encode("gb18030"), declared="euc_jp").text == LONG


@pytest.mark.parametrize("name", ["klingon", "base64", "unicode_escape"])
def test_a_declared_encoding_that_is_none_is_named(name):
    with pytest.raises(CharsetError, match=f"its declared encoding '{name}' is"):
        decode(b"\xd5\xc5", declared=name)


def test_every_kind_of_line_end_becomes_a_line_feed():
    assert decode("a\r\nb\rc\u2028d\u2029e\x85f\x0cg".encode()).text == "a\nb\nc\nd\ne\nf\ng"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"a\xed\xa0\x80b", "a\ufffdb", id="half a pair in UTF-8"),
        pytest.param(b"a\xed\xb0\x80\xed\xa0\x80b", "a\ufffd\ufffdb", id="two halves the wrong way round"),
        pytest.param(b"a\xed\xa0\xbd\xed\xb8\x80b", "a😀b", id="two halves that belong together"),
        pytest.param(b"\xff\xfea\x00\x00\xd8b\x00", "a\ufffdb", id="half a pair in UTF-16"),
    ],
)
def test_half_a_surrogate_pair_becomes_the_replacement_character(content, text):
    assert decode(content).text == text


def test_stray_control_characters_stay_in_a_text():
    text = "The harbour\x00 clock\x0b is five\x08 minutes fast, on purpose."

    assert decode(text.encode()).text == text.replace("\x0b", "\n")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_below_the_mark_of_utf_8_is_read(encoding):
    text = "The ferry sails again.\n"

    assert decode(codecs.BOM_UTF8 + text.encode(encoding)).text == text


def test_a_stray_nul_below_the_mark_of_utf_8_stays():
    assert decode(codecs.BOM_UTF8 + b"The ferry\0 sails.").text == "The ferry\0 sails."


def test_letters_with_a_stray_nul_are_not_taken_for_chinese_in_utf_16():
    text = "abcdefghij" * 20 + "\x00\n"

    assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00", "it looks like a PNG image", id="PNG"),
        pytest.param(b"\xff\xd8\xff\xe0\x00\x10JFIF", "it looks like a JPEG image", id="JPEG"),
        pytest.param(b"PK\x03\x04\x14\x00", "it looks like a ZIP archive or an office document", id="ZIP"),
        pytest.param(b"%PDF-1.7\n", "it looks like a PDF document", id="PDF"),
        pytest.param(b"{\\rtf1\\ansi Ferry}", "it looks like an RTF document", id="RTF"),
        pytest.param(b"\x00\x00\x00\x18ftypmp42", "it looks like a video or a sound recording", id="MP4"),
        pytest.param(b"RIFF\x24\x00\x00\x00WAVE", "it looks like an image or a recording", id="WAVE"),
        pytest.param(bytes(range(256)) * 4, "control characters, as at byte", id="all bytes"),
        pytest.param(b"\x01\x02\x03\x04", "4 of its first 4 bytes are control characters", id="controls alone"),
        pytest.param(b"\xff\xfea", "begins as UTF-16-LE text and is broken after that", id="half a UTF-16 character"),
        pytest.param(b"\xa9\xac\xb0\xb1\xd7\xf7\xa6 " * 9, "save it as UTF-8", id="signs in any encoding"),
    ],
)
def test_bytes_that_are_no_text_are_refused_saying_what_they_look_like(content, message):
    with pytest.raises(CharsetError, match=message):
        decode(content)


@pytest.mark.parametrize(
    ("text", "encoding", "languages"),
    [
        pytest.param("海风唱歌", "gb18030", ("en", "zh"), id="Chinese that is Hangul in Korea"),
        pytest.param("海风唱歌", "gb18030", ("en", "zh-CN", "zh-TW"), id="simplified Chinese beside traditional"),
        pytest.param("海風唱歌", "cp950", ("en", "zh-TW"), id="traditional Chinese"),
        pytest.param("海風唱歌", "cp950", ("en", "zh-Hant-HK"), id="traditional Chinese of a region"),
        pytest.param("주가 상승", "cp949", ("en", "ko"), id="Korean that is simplified Chinese in China"),
        pytest.param("海の歌", "euc_jp", ("en", "ja"), id="Japanese"),
        pytest.param("Přístav byl otevřen", "cp1250", ("en", "cs"), id="Czech"),
        pytest.param("Порт снова открыт", "koi8-r", ("en", "ru"), id="Russian"),
    ],
)
def test_a_guess_goes_by_the_languages_of_the_site(text, encoding, languages):
    content = f"Lighthouse choir sings\n\n{text}\n\n{ENGLISH * 9}".encode(encoding)

    assert decode(content, languages=languages).text == content.decode(encoding)


def test_english_copy_with_the_quotes_and_dashes_of_gbk_has_its_chinese_headline():
    text = "Choir sings\n\n灯塔合唱团面朝大海歌唱\n\nLISBON, May 26 — They sang “loudly”, and it didn’t listen…\n"

    assert decode(text.encode("gbk"), languages=("en", "zh")) == Decoded(text=text)


@pytest.mark.parametrize(
    ("content", "languages", "message"),
    [
        pytest.param(
            "주가 상승".encode("cp949"), ("en", "zh"), "may be EUC-KR ('주가') as well", id="of another language"
        ),
        pytest.param(
            "바다의 노래 ".encode("cp949") * 30, ("en", "zh"), "read as EUC-KR, in which no", id="long Korean"
        ),
        pytest.param("あけましておめでとうございます".encode("euc_jp"), ("en", "zh"), "EUC-JP ('あけまして", id="kana"),
        pytest.param("小雪".encode("gbk"), ("en", "zh"), "is read as UTF-8 ('Сѩ'), and may be GB18030", id="UTF-8"),
        pytest.param("海鸥在空海上歌唱。".encode("utf-16-be"), ("en", "zh"), "UTF-16 without a mark", id="UTF-16"),
        pytest.param("It’s".encode() + b" it\x92s it\x92s", ("en",), "some of them are UTF-8", id="English of two"),
    ],
)
def test_a_guess_in_doubt_says_why(content, languages, message):
    decoded = decode(content, languages=languages)

    assert decoded.is_doubtful
    assert message in decoded.remarks[0].text


@pytest.mark.parametrize(
    ("content", "text", "message"),
    [
        pytest.param(
            "港口重开。\n\nIt".encode() + b"\x92s open.",
            "港口重开。\n\nIt\ufffds open.",
            "at byte 19",
            id="an apostrophe",
        ),
        pytest.param("港口重开。\n\n散".encode()[:-1], "港口重开。\n\n\ufffd", "at byte 17", id="cut off"),
        pytest.param("海雾已散\n\n灯".encode("gbk")[:-1], "海雾已散\n\n\ufffd", "at byte 10", id="cut off in GBK"),
        pytest.param("\ufeff港口\n\nIt".encode() + b"\x92s", "港口\n\nIt\ufffds", "at byte 10", id="behind a mark"),
        pytest.param("L’été\n\nà Genève".encode() + b"\xe9", "L’été\n\nà Genève\ufffd", "at byte 21", id="French"),
    ],
)
def test_a_few_damaged_bytes_are_shown_as_such_and_told_with_their_place(content, text, message):
    decoded = decode(content, languages=("en", "zh"))

    assert decoded.text == text
    assert [(each.line, message in each.text) for each in decoded.remarks] == [(3, True)]
    assert not decoded.is_doubtful


def test_bytes_of_several_encodings_are_refused_with_the_line():
    content = ("港口重开。" * 9).encode() + b"\n" + ("海风吹来了新的消息。" * 9).encode("gbk")

    with pytest.raises(CharsetError) as error:
        decode(content, languages=("en", "zh"))

    assert error.value.line == 2


@pytest.mark.parametrize(
    ("text", "misread"),
    [
        pytest.param("Choir sings\n\nIt isn’t “over” – says the café", "cp1252", id="English in Windows-1252"),
        pytest.param("灯塔合唱团面朝大海歌唱。", "latin-1", id="Chinese in Latin-1"),
        pytest.param("灯塔合唱团面朝大海歌唱", "gb18030", id="Chinese in GBK"),
    ],
)
def test_copy_that_was_misread_before_it_came_is_told(text, misread):
    decoded = decode(text.encode().decode(misread, "ignore").encode())

    assert "looks like UTF-8 that was read as another" in decoded.remarks[0].text


@pytest.mark.parametrize(
    "text", ["« L’été à Genève… », dit-elle.", "MAÇÃ”", "Größe“ – süß”", "海风唱歌。", "Порт открыт…"]
)
def test_copy_that_is_right_is_not_taken_for_misread(text):
    assert decode(text.encode()) == Decoded(text=text)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(content):
    try:
        text = decode(content).text
    except CharsetError:
        return

    assert "\r" not in text
    assert text.encode().decode() == text


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200))
def test_any_utf_8_text_comes_back_as_it_was(text):
    assert decode(text.encode("utf-8-sig")).text == text
