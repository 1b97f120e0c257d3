from __future__ import annotations

from pathlib import Path

import pytest

from feedsvc.config.loading import load_settings
from feedsvc.config.settings import FeedRules, SourceSettings
from feedsvc.model.article import Text
from feedsvc.model.errors import SettingsError
from feedsvc.model.feed import Category

SITE = """
[site]
title = { en = "Quay News", zh = "码头新闻" }
base_url = "https://quay.example/"
authority = "quay.example"
authority_date = "2026-01-01"
author = "Quay News"
languages = ["en", "zh"]
time_zone = "Asia/Shanghai"
"""
SOURCE = """
[[sources]]
name = "desk"
url = "articles"
category = "world"
"""
CATEGORIES = '[world]\ntitle = { en = "World", zh = "国际" }\n'


def write(folder: Path, main: str = SITE + SOURCE, categories: str = CATEGORIES) -> dict[str, str]:
    config = folder / "config"
    config.mkdir(exist_ok=True)
    (config / "feedsvc.toml").write_text(main, encoding="utf-8")
    (config / "categories.toml").write_text(categories, encoding="utf-8")
    return {"FEEDSVC_CONFIG": str(config)}


def test_a_full_configuration_is_read(tmp_path):
    settings = load_settings(write(tmp_path))

    assert settings.site.base_url == "https://quay.example"
    assert settings.site.title == Text(items=(("en", "Quay News"), ("zh", "码头新闻")))
    assert settings.site.title_order == ("en", "zh")
    assert settings.feeds == FeedRules(limit=100, max_bytes=500_000, poll_interval_s=900)
    assert settings.sources == (SourceSettings(name="desk", url=str(tmp_path / "articles"), category="world"),)
    assert settings.categories == (
        Category(
            slug="world",
            title=Text(items=(("en", "World"), ("zh", "国际"))),
            description=Text(items=(("en", "World"), ("zh", "国际"))),
        ),
    )
    assert settings.store_url == f"sqlite:///{tmp_path}/var/feedsvc.db"
    assert settings.publisher


@pytest.mark.parametrize(
    ("base_url", "is_refused"),
    [
        pytest.param("https://tagus-wire.pt", True, id="a domain of somebody"),
        pytest.param("https://news.quay.example", False, id="an example"),
        pytest.param("http://127.0.0.1:8000", False, id="this machine"),
        pytest.param("http://192.168.1.5:8000", False, id="an address of a network"),
        pytest.param("http://wire.local", False, id="a name of a network"),
    ],
)
def test_ids_of_a_domain_for_examples_are_refused_once_readers_may_come(tmp_path, base_url, is_refused):
    environ = {**write(tmp_path), "FEEDSVC_BASE_URL": base_url}

    faults = ()
    try:
        load_settings(environ)
    except SettingsError as error:
        faults = error.faults

    told = "'quay.example' is nobody's, and is part of every id; before anybody subscribes, put a domain name of yours"
    expected = (f"{tmp_path}/config/feedsvc.toml:5: site.authority: {told} here, such as tagus-wire.pt",)
    assert faults == (expected if is_refused else ())


def test_a_base_url_in_another_script_is_written_as_readers_ask_for_it(tmp_path):
    settings = load_settings({**write(tmp_path), "FEEDSVC_BASE_URL": "https://straße.example:8443/blatt/"})

    assert settings.site.base_url == "https://xn--strae-oqa.example:8443/blatt"


def test_the_environment_overrides_what_differs_between_machines(tmp_path):
    environ = {
        **write(tmp_path),
        "FEEDSVC_BASE_URL": "https://cdn.example/wire",
        "FEEDSVC_STORE_URL": "sqlite:///other/store.db",
        "FEEDSVC_PUBLISHER": "off",
        "FEEDSVC_CACHE_BYTES": "1000",
        "FEEDSVC_HOSTS": "origin.example, ,news.internal",
    }

    settings = load_settings(environ)

    assert settings.site.base_url == "https://cdn.example/wire"
    assert settings.store_url == f"sqlite:///{tmp_path}/other/store.db"
    assert not settings.publisher
    assert settings.cache_bytes == 1000
    assert settings.hosts == ("origin.example", "news.internal")


@pytest.mark.parametrize("value", ["much", "-1", "1e6", "١"])
def test_a_bound_of_the_cache_that_is_no_number_is_a_fault(tmp_path, value):
    with pytest.raises(SettingsError, match=f"FEEDSVC_CACHE_BYTES: must be a whole number, not {value!r}"):
        load_settings({**write(tmp_path), "FEEDSVC_CACHE_BYTES": value})


@pytest.mark.parametrize(
    ("main", "categories", "fault"),
    [
        pytest.param(SITE + SOURCE + "[sitte]\na = 1\n", CATEGORIES, "sitte: unknown table", id="unknown table"),
        pytest.param(SITE + 'colour = "red"\n' + SOURCE, CATEGORIES, "site.colour: unknown key", id="unknown key"),
        pytest.param(SITE + SOURCE + "[feeds]\nlimit = 0\n", CATEGORIES, "feeds.limit: must be", id="a limit of none"),
        pytest.param(
            SITE + SOURCE + '[feeds]\nlimit = "9"\n', CATEGORIES, "feeds.limit: must be", id="text for number"
        ),
        pytest.param(SITE, CATEGORIES, "sources: is missing", id="no source"),
        pytest.param(
            SITE + SOURCE, CATEGORIES + 'subjects = "SPO"\n', "subjects: must be a list", id="a text for subjects"
        ),
        pytest.param(
            SITE + SOURCE,
            CATEGORIES + 'subjects = ["SPO"]\n[sport]\nsubjects = ["spo"]\n',
            "'spo' is a subject of",
            id="a subject of two categories",
        ),
        pytest.param(SITE + SOURCE.replace("world", "moon"), CATEGORIES, "'moon' is not in", id="unknown category"),
        pytest.param(
            SITE + SOURCE + SOURCE, CATEGORIES, "must be a slug that no other source has", id="two sources of one name"
        ),
        pytest.param(SITE + SOURCE, CATEGORIES + "[all]\n", "all: must be", id="reserved slug"),
        pytest.param(SITE + SOURCE, CATEGORIES + '["A b"]\n', "A b: must be", id="no slug"),
        pytest.param(SITE + SOURCE, "", "has no category", id="no category"),
        pytest.param(
            SITE.replace("https://quay.example/", "ftp://x") + SOURCE, CATEGORIES, "base_url: must be", id="ftp"
        ),
        pytest.param(
            SITE.replace("Asia/Shanghai", "CST") + SOURCE, CATEGORIES, "'CST' is not an IANA time zone", id="no zone"
        ),
        pytest.param(
            SITE.replace('authority = "quay.example"', "") + SOURCE,
            CATEGORIES,
            "site.authority: is missing",
            id="missing",
        ),
        pytest.param("[site\n" + SOURCE, CATEGORIES, "feedsvc.toml: ", id="broken toml"),
        pytest.param(
            SITE.replace('"en", "zh"', '"en", "en"') + SOURCE, CATEGORIES, "site.languages: must be", id="twice"
        ),
        pytest.param(
            SITE.replace("zh = ", "zn = ") + SOURCE,
            CATEGORIES,
            "site.title.zn: is not a language of the site; site.languages are en, zh",
            id="a language of nobody",
        ),
        pytest.param(
            SITE + SOURCE,
            CATEGORIES.replace("zh", "zn"),
            "world.title.zn: is not a language",
            id="the same of a category",
        ),
        pytest.param(SITE + SOURCE + "[feed]\na = 1\n", CATEGORIES, "did you mean feeds?", id="a slip in a table"),
        pytest.param(
            SITE.replace("time_zone", "time_zome") + SOURCE, CATEGORIES, "did you mean time_zone?", id="a slip in a key"
        ),
        pytest.param(
            SITE + SOURCE + SOURCE.replace("desk", "sea").replace('"articles"', '"articles/sea"'),
            CATEGORIES,
            "sources[2].url: ",
            id="a source in another",
        ),
        pytest.param(
            SITE + SOURCE + SOURCE.replace("desk", "sea").replace('"articles"', '"./sea/../articles"'),
            CATEGORIES,
            "is also the folder of source 'desk'",
            id="two sources of one folder",
        ),
    ],
)
def test_a_fault_is_named_with_file_and_key(tmp_path, main, categories, fault):
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, main, categories))

    assert any(fault in each for each in caught.value.faults), caught.value.faults
    assert all(str(tmp_path) in each for each in caught.value.faults)


def test_every_fault_is_reported_at_once(tmp_path):
    main = SITE.replace("Asia/Shanghai", "Mars") + SOURCE.replace("world", "moon") + "[feeds]\nlimit = -1\n"

    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, main))

    assert len(caught.value.faults) == 3


def test_every_fault_of_a_source_is_reported_though_a_key_is_missing(tmp_path):
    second = '[[sources]]\nname = "desk"\nurl = "other"\nwhen_removed = "delete"\ntranslations_by = "luck"\n'

    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, SITE + SOURCE + second))

    said = "\n".join(caught.value.faults)
    faults = ("missing: category", "a slug that no other source has", "withdraw or keep", "place or key")
    assert len(caught.value.faults) == len(faults)
    assert all(each in said for each in faults)


def test_narrower_languages_and_hidden_folders_of_another_source_are_no_faults(tmp_path):
    main = SITE.replace("zh = ", "zh-Hans = ") + SOURCE
    hidden = SOURCE.replace("desk", "sea").replace('"articles"', '"articles/.sea"')
    beside = SOURCE.replace("desk", "bay").replace('"articles"', '"articles-bay"')

    settings = load_settings(write(tmp_path, main + hidden + beside))

    assert [each.name for each in settings.sources] == ["desk", "sea", "bay"]


def test_a_missing_configuration_says_what_to_do(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load_settings({"FEEDSVC_CONFIG": str(tmp_path / "nowhere")})

    assert "FEEDSVC_CONFIG" in caught.value.faults[0]


def test_the_shipped_configuration_works_as_it_is():
    config = Path(__file__).parent.parent / "config"

    settings = load_settings({"FEEDSVC_CONFIG": str(config)})

    assert settings.site.base_url == "http://127.0.0.1:8000"
