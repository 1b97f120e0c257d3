from __future__ import annotations

import pytest

from feedsvc.text.scripts import match_language, tell_language


@pytest.mark.parametrize(
    ("text", "languages", "language"),
    [
        pytest.param("Gulls return to the pier", ("en", "zh"), "en", id="Latin"),
        pytest.param("海鸥回到码头", ("en", "zh"), "zh", id="Han"),
        pytest.param("他在 GitHub 上发布了新版 Python 程序", ("en", "zh"), "zh", id="Han with English names"),
        pytest.param("Why the word 港湾 means more than harbour here", ("en", "zh"), "en", id="English that quotes"),
        pytest.param("2017 -- 26", ("en", "zh"), None, id="figures"),
        pytest.param("Bonjour", ("en", "fr"), None, id="two Latin languages"),
        pytest.param("海", ("zh", "ja"), None, id="two Han languages"),
        pytest.param("海", ("en", "ru"), None, id="no Han language"),
    ],
)
def test_script_tells_one_han_and_one_latin_language_apart(text, languages, language):
    assert tell_language(text, languages) == language


@pytest.mark.parametrize(
    ("tag", "languages", "language"),
    [
        pytest.param("zh-Hant", ("en", "zh"), "zh", id="script"),
        pytest.param("zh_CN", ("en", "zh"), "zh", id="underscore"),
        pytest.param("zh-Hant", ("zh", "zh-Hant"), "zh-Hant", id="listed apart"),
        pytest.param("EN", ("en", "zh"), "en", id="case"),
        pytest.param("fr", ("en", "zh"), None, id="unknown"),
        pytest.param("eng-US", ("zh", "en"), "en", id="three letters"),
        pytest.param("ger", ("en", "de"), "de", id="three letters of libraries"),
        pytest.param("zho", ("en", "zh-Hant", "zh"), "zh", id="three letters of Chinese"),
        pytest.param("no", ("en", "nb"), "nb", id="Norwegian"),
        pytest.param("nb-NO", ("en", "no"), "no", id="written Norwegian"),
        pytest.param("iw", ("en", "he"), "he", id="an old code"),
    ],
)
def test_copy_in_a_variant_belongs_to_the_sites_language(tag, languages, language):
    assert match_language(tag, languages) == language
