"""What the table of places holds, and what a printed name means."""

from __future__ import annotations

import re
import subprocess
import sys
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import feedsvc
from feedsvc.datelines.places import find_place, find_region, fold, place_at_end, place_at_start
from feedsvc.model.dates import Place

TABLE = Path(feedsvc.__file__).with_name("datelines") / "places_generated.tsv"
CODE = r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?"
MEANING = re.compile(rf"{CODE}(?:@(?P<zone>[A-Za-z_/-]+))?(?:\*[1-9][0-9]*)?(?:=[^|=*@\t]+)?")
FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@pytest.fixture(scope="module")
def rows():
    lines = TABLE.read_text(encoding="utf-8").rstrip("\n").split("\n")
    return [line.split("\t", 1) for line in lines if not line.startswith("#")]


# -- the table ------------------------------------------------------------------------------------------------


def test_the_table_is_smaller_than_a_megabyte():
    assert TABLE.stat().st_size < 1_000_000


def test_the_table_credits_its_sources_in_its_first_line():
    first = TABLE.read_text(encoding="utf-8").split("\n", 1)[0]

    assert [source for source in ("GeoNames", "CC BY 4.0", "Unicode", "OpenCC") if source not in first] == []


def test_rows_are_sorted_for_the_bisection():
    lines = TABLE.read_text(encoding="utf-8").rstrip("\n").split("\n")

    assert lines == sorted(lines)


def test_no_key_has_two_rows(rows):
    keys = [key for key, _ in rows]

    assert len(keys) == len(set(keys))


def test_nothing_in_the_table_is_forbidden_in_xml():
    assert FORBIDDEN_IN_XML.search(TABLE.read_text(encoding="utf-8")) is None


def test_every_key_is_folded_as_a_look_up_folds_it(rows):
    names = [key.removeprefix("=") for key, _ in rows if key[0] not in "@&"]

    assert [name for name in names if fold(name) != name] == []


def test_every_meaning_is_written_in_the_grammar(rows):
    values = [value.removeprefix("!") for key, value in rows if key[0] not in "@&="]

    assert [value for value in values if not all(map(MEANING.fullmatch, value.split("|")))] == []


def test_every_region_is_written_in_the_grammar_and_has_its_row(rows):
    named = {code for key, value in rows if key[0] == "=" for code in re.split(r"[|+]", value)}
    meant = {
        part.removeprefix("!").split("@")[0].split("*")[0].split("=")[0]
        for key, value in rows
        if key[0] not in "@&="
        for part in value.split("|")
    }

    assert {code for code in named | meant if not re.fullmatch(CODE, code)} == set()
    assert named | meant <= {key.removeprefix("@") for key, _ in rows if key[0] == "@"}


def test_every_zone_is_in_the_tzdata_wheel(rows):
    own = {zone for key, value in rows if key[0] == "@" for zone in value.split("\t")[1:] if zone}
    stated = {
        match["zone"]
        for key, value in rows
        if key[0] not in "@&="
        for part in value.removeprefix("!").split("|")
        if (match := MEANING.fullmatch(part)) and match["zone"]
    }

    assert own | stated <= zoneinfo.available_timezones() | {"-"}


def test_all_of_mainland_china_keeps_the_clocks_of_beijing(rows):
    zones = {part for key, value in rows if key[0] not in "@&=" for part in re.findall(r"(?<![A-Z])CN@[^|*=]+", value)}

    assert zones == set()
    assert find_region("China") == "CN"
    assert find_place("China") == Place(name="China", zone="Asia/Shanghai", country="CN")


def test_zones_come_from_the_tzdata_wheel_and_not_from_the_host():
    assert zoneinfo.TZPATH == ()


def test_importing_places_reads_no_table_and_nothing_heavy():
    script = """
import sys
import feedsvc.datelines.places
from feedsvc.datelines import places
print(places._rows.cache_info().currsize, *sorted({"csv", "json", "sqlite3"} & set(sys.modules)))
"""

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.split() == ["0"]


# -- a name alone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "name", "zone"),
    [
        pytest.param("MOSCOW", "Moscow", "Europe/Moscow", id="capitals"),
        pytest.param("ＢＥＩＪＩＮＧ", "Beijing", "Asia/Shanghai", id="full width"),
        pytest.param("ME}LBOURNE", "Melbourne", "Australia/Melbourne", id="a stray character"),
        pytest.param("SÃO PAULO", "São Paulo", "America/Sao_Paulo", id="accents"),
        pytest.param("Sao Paulo", "São Paulo", "America/Sao_Paulo", id="accents left out"),
        pytest.param("ST. LOUIS", "St. Louis", "America/Chicago", id="St."),
        pytest.param("Saint Louis", "St. Louis", "America/Chicago", id="Saint"),
        pytest.param("XI’AN", "Xi'an", "Asia/Shanghai", id="curly apostrophe"),
        pytest.param("NDJAMENA", "N'Djamena", "Africa/Ndjamena", id="apostrophe left out"),
        pytest.param("Frankfurt/Main", "Frankfurt", "Europe/Berlin", id="river after a slash"),
        pytest.param("MUENCHEN", "Munich", "Europe/Berlin", id="umlaut written out"),
        pytest.param("THE HAGUE", "The Hague", "Europe/Amsterdam", id="article"),
        pytest.param("NEAR KANDAHAR", "Kandahar", "Asia/Kabul", id="near"),
        pytest.param("KUWAIT CITY", "Kuwait City", "Asia/Kuwait", id="city"),
        pytest.param("KIEV", "Kyiv", "Europe/Kyiv", id="older spelling"),
        pytest.param("PEKING", "Beijing", "Asia/Shanghai", id="Peking"),
        pytest.param("BOMBAY", "Mumbai", "Asia/Kolkata", id="Bombay"),
        pytest.param("SAIGON", "Ho Chi Minh City", "Asia/Ho_Chi_Minh", id="Saigon"),
        pytest.param("LENINGRAD", "St. Petersburg", "Europe/Moscow", id="Leningrad"),
        pytest.param("CONSTANTINOPLE", "Istanbul", "Europe/Istanbul", id="Constantinople"),
        pytest.param("URUMQI", "Urumqi", "Asia/Shanghai", id="Urumqi keeps the wire's clock"),
        pytest.param("UNITED NATIONS", "United Nations", "America/New_York", id="United Nations"),
        pytest.param("VATICAN CITY", "Vatican City", "Europe/Vatican", id="Vatican"),
        pytest.param("CAMP DAVID", "Camp David", "America/New_York", id="Camp David"),
        pytest.param("CAPE CANAVERAL", "Cape Canaveral", "America/New_York", id="Cape Canaveral"),
        pytest.param("GAZA CITY", "Gaza", "Asia/Gaza", id="Gaza"),
        pytest.param("SICHUAN", "Sichuan", "Asia/Shanghai", id="province"),
        pytest.param("HAWAII", "Hawaii", "Pacific/Honolulu", id="state"),
        pytest.param("KENYA", "Kenya", "Africa/Nairobi", id="country"),
        pytest.param("México", "Mexico City", "America/Mexico_City", id="the city before its country"),
        pytest.param("Moscú", "Moscow", "Europe/Moscow", id="Spanish"),
        pytest.param("Nueva Delhi", "New Delhi", "Asia/Kolkata", id="Spanish, two words"),
        pytest.param("LE CAIRE", "Cairo", "Africa/Cairo", id="French"),
        pytest.param("Genf", "Geneva", "Europe/Zurich", id="German"),
        pytest.param("Londra", "London", "Europe/London", id="Italian"),
        pytest.param("Nova Iorque", "New York", "America/New_York", id="Portuguese"),
        pytest.param("МОСКВА", "Moscow", "Europe/Moscow", id="Russian"),
        pytest.param("С.-Петербург", "St. Petersburg", "Europe/Moscow", id="Russian, shortened"),
        pytest.param("Владивосток", "Vladivostok", "Asia/Vladivostok", id="far east of Russia"),
        pytest.param("القاهرة", "Cairo", "Africa/Cairo", id="Arabic"),
        pytest.param("北京", "Beijing", "Asia/Shanghai", id="Chinese"),
        pytest.param("北京市", "Beijing", "Asia/Shanghai", id="Chinese, with the word for city"),
        pytest.param("华盛顿", "Washington", "America/New_York", id="simplified"),
        pytest.param("華盛頓", "Washington", "America/New_York", id="traditional"),
        pytest.param("雪梨", "Sydney", "Australia/Sydney", id="Taiwan's name"),
        pytest.param("悉尼", "Sydney", "Australia/Sydney", id="the mainland's name"),
        pytest.param("八打灵再也", "Petaling Jaya", "Asia/Kuala_Lumpur", id="Malaysian"),
        pytest.param("古晋", "Kuching", "Asia/Kuching", id="Borneo"),
        pytest.param("臺中市", "Taichung", "Asia/Taipei", id="Taiwan"),
        pytest.param("広島", "Hiroshima", "Asia/Tokyo", id="Japanese characters"),
        pytest.param("廣島", "Hiroshima", "Asia/Tokyo", id="the same in traditional Chinese"),
        pytest.param("ワシントン", "Washington", "America/New_York", id="kana"),
        pytest.param("ﾜｼﾝﾄﾝ", "Washington", "America/New_York", id="half-width kana"),
        pytest.param("ニュー・ヨーク", "New York", "America/New_York", id="kana with a dot"),
        pytest.param("런던", "London", "Europe/London", id="Hangul"),
        pytest.param("부산시", "Busan", "Asia/Seoul", id="Hangul, with the word for city"),
        pytest.param("EL PASO", "El Paso", "America/Denver", id="not the zone of its state"),
        pytest.param("INDIANAPOLIS", "Indianapolis", "America/Indiana/Indianapolis", id="Indiana"),
        pytest.param("SIMMELSDORF", "Simmelsdorf", "Europe/Berlin", id="village"),
    ],
)
def test_a_name_alone_means_what_wires_mean_by_it(printed, name, zone):
    place = find_place(printed)

    assert place is not None
    assert (place.name, place.zone) == (name, zone)


@pytest.mark.parametrize(
    ("printed", "place"),
    [
        pytest.param("SPRINGFIELD", Place(name="Springfield", zone=None, country="US"), id="one country, many zones"),
        pytest.param("SAN JOSE", Place(name="San Jose", zone=None, country=None), id="two countries"),
        pytest.param("AUSTRALIA", Place(name="Australia", zone=None, country="AU"), id="a country of several zones"),
        pytest.param("GEORGIA", Place(name="Georgia", zone=None, country=None), id="a state or a country"),
        pytest.param("DONETSK", Place(name="Donetsk", zone=None, country="UA"), id="two sides, two clocks"),
    ],
)
def test_a_name_of_two_zones_has_none(printed, place):
    assert find_place(printed) == place


@pytest.mark.parametrize(
    "printed", ["", " ", "...", "Zzyzx Unheard", "记者", "x" * 1000, "\x00", "中国之声", "日本経済新聞"]
)
def test_what_is_no_place_is_none(printed):
    assert find_place(printed) is None


# -- a name and its region ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "region", "place"),
    [
        pytest.param("Springfield", "Ill.", Place(name="Springfield", zone="America/Chicago", country="US"), id="AP"),
        pytest.param(
            "Springfield", "MA", Place(name="Springfield", zone="America/New_York", country="US"), id="postal"
        ),
        pytest.param("LONDON", "Ontario", Place(name="London", zone="America/Toronto", country="CA"), id="Ontario"),
        pytest.param("PARIS", "Texas", Place(name="Paris", zone="America/Chicago", country="US"), id="Texas"),
        pytest.param("PORTLAND", "Maine", Place(name="Portland", zone="America/New_York", country="US"), id="Maine"),
        pytest.param("PERTH", "WA", Place(name="Perth", zone="Australia/Perth", country="AU"), id="WA in Australia"),
        pytest.param(
            "SPOKANE", "WA", Place(name="Spokane", zone="America/Los_Angeles", country="US"), id="WA in the US"
        ),
        pytest.param("TBILISI", "Georgia", Place(name="Tbilisi", zone="Asia/Tbilisi", country="GE"), id="the country"),
        pytest.param(
            "ATLANTA", "Georgia", Place(name="Atlanta", zone="America/New_York", country="US"), id="the state"
        ),
        pytest.param("Dortmund", "Alemania", Place(name="Dortmund", zone="Europe/Berlin", country="DE"), id="Spanish"),
        pytest.param(
            "Mumbai", "(Maharashtra) [India]", Place(name="Mumbai", zone="Asia/Kolkata", country="IN"), id="two"
        ),
        pytest.param(
            "HONG KONG", "China", Place(name="Hong Kong", zone="Asia/Hong_Kong", country="HK"), id="Hong Kong"
        ),
        pytest.param("DONETSK", "Ukraine", Place(name="Donetsk", zone="Europe/Kyiv", country="UA"), id="disputed"),
        pytest.param(
            "SIMFEROPOL", "Russia", Place(name="Simferopol", zone="Europe/Simferopol", country="UA"), id="Crimea"
        ),
        pytest.param("蒙特利尔", "加拿大", Place(name="Montreal", zone="America/Toronto", country="CA"), id="Chinese"),
        pytest.param(
            "OBERGRÜNTAL", "Germany", Place(name="Obergrüntal", zone="Europe/Berlin", country="DE"), id="unknown"
        ),
        pytest.param("ALVISO", "CA", Place(name="Alviso", zone="America/Los_Angeles", country="US"), id="suburb"),
        pytest.param(
            "SMALLVILLE", "Russia", Place(name="Smallville", zone=None, country="RU"), id="unknown, many zones"
        ),
        pytest.param("SHIBA PARK", "Tokyo", Place(name="Shiba Park", zone="Asia/Tokyo", country="JP"), id="quarter"),
        pytest.param(
            "PARIS", "Nowhereland", Place(name="Paris", zone="Europe/Paris", country="FR"), id="unknown region"
        ),
    ],
)
def test_the_region_printed_beside_a_name_decides(printed, region, place):
    assert find_place(printed, region=region) == place


def test_a_region_after_a_comma_is_read_as_one():
    assert find_place("Washington, D.C.") == Place(name="Washington", zone="America/New_York", country="US")


def test_a_country_before_an_unknown_place_gives_its_zone():
    assert find_place("肯尼亚瓦吉尔") == Place(name="瓦吉尔", zone="Africa/Nairobi", country="KE")


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        pytest.param("Italy", "IT", id="country"),
        pytest.param("Mo.", "US-MO", id="AP"),
        pytest.param("N.Y.", "US-NY", id="initials"),
        pytest.param("Texas", "US-TX", id="state"),
        pytest.param("[India]", "IN", id="brackets"),
        pytest.param("Maharashtra", "IN", id="state of a country with one zone"),
        pytest.param("B.C.", "CA-BC", id="province"),
        pytest.param("EE.UU.", "US", id="Spanish initials"),
        pytest.param("Россия", "RU", id="Russian"),
        pytest.param("アメリカ", "US", id="Japanese"),
        pytest.param("미국", "US", id="Korean"),
        pytest.param("西德", "DE", id="a country that was"),
        pytest.param("southern Afghanistan", "AF", id="part of a country"),
        pytest.param("Nowhereland", None, id="none"),
    ],
)
def test_regions_are_told_by_their_codes(printed, code):
    assert find_region(printed) == code


# -- names glued to others ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "start"),
    [
        pytest.param("通讯社记者林一鸣台北", "Taipei", 8, id="after a reporter"),
        pytest.param("通讯社肯尼亚加里萨", "Garissa", 3, id="after its country"),
        pytest.param("通讯社美国得克萨斯州休斯敦", "Houston", 3, id="after its country and state"),
        pytest.param("通訊社西德波恩城", "Bonn", 3, id="a country that was, and the word for city"),
        pytest.param("记者／高雄", "Kaohsiung", 3, id="after a slash"),
    ],
)
def test_a_glued_name_is_found_at_the_end(text, name, start):
    found = place_at_end(text)

    assert found is not None
    assert (found[0].name, found[1]) == (name, start)


@pytest.mark.parametrize(
    ("text", "name", "end"),
    [
        pytest.param("瀋陽8月14日電", "Shenyang", 2, id="before a date"),
        pytest.param("肯尼亚加里萨4月", "Garissa", 6, id="after its country"),
        pytest.param("安徽合肥讯", "Hefei", 4, id="after its province"),
        pytest.param("台中市神岡區", "Taichung", 3, id="with the word for city"),
        pytest.param("ロンドン＝山田", "London", 4, id="kana"),
        pytest.param("서울=홍길동", "Seoul", 2, id="Hangul"),
    ],
)
def test_a_glued_name_is_found_at_the_start(text, name, end):
    found = place_at_start(text)

    assert found is not None
    assert (found[0].name, found[1]) == (name, end)


@pytest.mark.parametrize("text", ["", "记者", "ローマン", "plain text", "。北京。", "𠀀"])
def test_text_without_a_glued_name_has_none(text):
    assert place_at_start(text) is None
    assert place_at_end(text) is None


# -- any text -------------------------------------------------------------------------------------------------

ANY = st.text(max_size=60) | st.text(
    alphabet="北京市华盛頓肯尼亚加里萨東ロンドン런던 ,.-/()St\u3099\u0301", max_size=24
)


@given(name=ANY, region=st.none() | ANY)
def test_any_text_is_looked_up_without_an_error_and_every_zone_is_real(name, region):
    place = find_place(name, region=region)

    assert place is None or place.zone is None or zoneinfo.ZoneInfo(place.zone).key == place.zone
    assert place is None or place.name


@given(text=ANY)
def test_a_glued_place_lies_within_its_text(text):
    at_end, at_start = place_at_end(text), place_at_start(text)

    assert at_end is None or 0 <= at_end[1] < len(text)
    assert at_start is None or 0 < at_start[1] <= len(text)


@given(name=ANY)
def test_folding_twice_is_folding_once(name):
    assert fold(fold(name)) == fold(name)
