"""Read short and damaged copy in each encoding that it comes in, and count what is read wrongly without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from feedsvc.model.errors import CharsetError
from feedsvc.text.charset import decode

SIMPLIFIED = """
海鸥合唱团在空海上歌唱 港口重新开放 灯塔熄灯一夜 渡轮停航 小雪 十一 联通 码头工人罢工结束 市长视察新码头 海风唱歌
张锴任局长 新桥通车 国务院通报 两国签署协议 经济增长放缓 专家：气候变化影响渔业 “海葵”登陆后减弱 老人与海 一名渔民获救
"""
TRADITIONAL = """
海鷗合唱團在空海上歌唱 港口重新開放 燈塔熄燈一夜 渡輪停航 碼頭工人罷工結束 市長視察新碼頭 颱風逼近，居民撤離 海風唱歌
春節 兩國簽署協議 經濟成長放緩 專家：氣候變遷影響漁業 老人與海 一名漁民獲救 警方通緝兩名嫌犯 失蹤船隻找到了
"""
JAPANESE = """
港が再び開いた 灯台の明かりが消えた夜 渡し船が運休 市長、新しい桟橋を視察 台風接近で住民避難 海の歌 カモメの合唱団
"""
KOREAN = (
    "항구가_다시_열렸다 등대의_불이_꺼진_밤 연락선_운항_중단 새_부두_시찰 바다의_노래 새_다리_개통 날씨_예보 주가_상승"
)
RUSSIAN = "Порт_снова_открыт Маяк_погас_на_ночь Паром_не_ходит Цены_на_рыбу_выросли МОСКВА:_море_поёт"
ARABIC = (
    "الميناء_يفتح_من_جديد المنارة_مطفأة_ليلة_واحدة العبارة_لا_تبحر ارتفاع_أسعار_السمك أغنية_البحر "
    "النوارس_تعود_إلى_الرصيف إضراب_عمال_الميناء_ينتهي القاهرة:_البحر_يغني"
)
FRENCH = "Le_café_du_port_rouvre_après_l'été Grève_à_Genève «_Déjà_vu_»_à_l'Hôtel Marché_aux_poissons"
CZECH = "Přístav_byl_otevřen_po_deseti_letech Maják_zhasl_na_jednu_noc Žraloci_u_pobřeží"
BODY = "LISBON, May 26 (Harbour Wire) -- Twelve keepers sang on Tuesday, and the sea did not listen.\n" * 3
QUOTED = "LISBON, May 26 (Harbour Wire) -- Twelve keepers sang “loudly”, and the sea didn’t listen…\n"
COPY = [
    pytest.param(SIMPLIFIED, "gb18030", ("en", "zh"), id="GB18030"),
    pytest.param(SIMPLIFIED, "gbk", ("zh-CN", "zh-TW", "en"), id="GBK beside traditional Chinese"),
    pytest.param(SIMPLIFIED, "gb18030", ("en", "zh", "ja", "ko"), id="GB18030 beside Japanese and Korean"),
    pytest.param(TRADITIONAL, "cp950", ("en", "zh-TW"), id="Big5"),
    pytest.param(TRADITIONAL, "big5hkscs", ("en", "zh"), id="Big5 of a site in Chinese"),
    pytest.param(JAPANESE, "cp932", ("en", "ja"), id="Shift JIS"),
    pytest.param(JAPANESE, "euc_jp", ("en", "ja"), id="EUC-JP"),
    pytest.param(KOREAN, "cp949", ("en", "ko"), id="EUC-KR"),
    pytest.param(RUSSIAN, "cp1251", ("en", "ru"), id="Windows-1251"),
    pytest.param(RUSSIAN, "koi8-r", ("en", "ru"), id="KOI8-R"),
    pytest.param(RUSSIAN, "iso8859-5", ("en", "ru"), id="ISO 8859-5"),
    pytest.param(RUSSIAN, "iso8859-5", ("en", "zh"), id="ISO 8859-5 of another site"),
    pytest.param(RUSSIAN, "cp1251", ("en", "zh"), id="Windows-1251 of another site"),
    pytest.param(ARABIC, "cp1256", ("en", "ar"), id="Windows-1256"),
    pytest.param(ARABIC, "cp1256", ("en", "zh"), id="Windows-1256 of another site"),
    pytest.param(ARABIC, "iso8859-6", ("en", "ar"), id="ISO 8859-6"),
    pytest.param(JAPANESE, "cp932", ("en", "zh"), id="Shift JIS of another site"),
    pytest.param(KOREAN, "cp949", ("en", "zh"), id="EUC-KR of another site"),
    pytest.param(FRENCH, "cp1252", ("en", "fr"), id="Windows-1252"),
    pytest.param(FRENCH, "iso8859-1", ("en", "zh"), id="Latin-1"),
    pytest.param(CZECH, "cp1250", ("en", "cs"), id="Windows-1250"),
    pytest.param(f"{SIMPLIFIED} {TRADITIONAL} {JAPANESE} {KOREAN} {RUSSIAN}", "utf-8", ("en", "zh"), id="UTF-8"),
    pytest.param(SIMPLIFIED, "utf-8-sig", ("en", "zh"), id="UTF-8 with a mark"),
]


def trials(copy: str, encoding: str) -> Iterator[bytes]:
    """Yield headlines alone, above English bodies, together, and the last of these cut off at each byte."""
    headlines = [each.replace("_", " ") for each in copy.split()]
    for headline in headlines:
        yield f"{headline}\n".encode(encoding)
        yield f"Lighthouse choir sings\n\n{headline}\n\n{BODY}".encode(encoding)
        yield f"Lighthouse choir sings\n\n{headline}\n\n{QUOTED}".encode(encoding, "ignore")
    whole = "\n".join(headlines[:6]).encode(encoding)
    yield from (whole[:length] for length in range(12, len(whole) + 1))


def plain(text: str) -> str:
    """Return *text* without what stands for damaged bytes."""
    return re.sub("\ufffd+\n?", "", text.removeprefix("\ufeff"))


@pytest.mark.parametrize(("copy", "encoding", "languages"), COPY)
def test_nothing_is_read_wrongly_without_a_word(copy, encoding, languages):
    wrong = []
    for content in trials(copy, encoding):
        try:
            decoded = decode(content, languages=languages)
        except CharsetError:
            continue
        expected = content.decode(encoding, "replace")
        if plain(decoded.text) != plain(expected) and not decoded.remarks:
            wrong.append((expected, decoded.text))

    assert wrong == []


@pytest.mark.parametrize(("copy", "encoding", "languages"), [each for each in COPY if "another" not in (each.id or "")])
def test_nearly_all_that_is_whole_is_read_rightly(copy, encoding, languages):
    whole = [content for content in trials(copy, encoding) if content.endswith(b"\n")]

    right = [
        content for content in whole if decode(content, languages=languages).text == plain(content.decode(encoding))
    ]

    assert len(right) >= 0.85 * len(whole)
