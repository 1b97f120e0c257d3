"""Break the configuration of a service, and replace its store: what was good goes on."""

from __future__ import annotations

import json
import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedsvc.config.tables import KEYS
from feedsvc.model.errors import SettingsError
from feedsvc.model.feed import Edition
from feedsvc.stores.store import Store
from feedsvc.web import create_app
from feedsvc.web.last_good_config import load_or_last_good
from webserver import serving, wait_for

CONFIG = Path(__file__).parent.parent / "config"
BROKEN = "[surprise]\n"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path


def environ(folder, **more):
    return {"FEEDSVC_CONFIG": str(folder / "config"), "FEEDSVC_PUBLISHER": "off", **more}


@pytest.fixture
def store_file(folder):
    return folder / "var" / "feedsvc.db"


def breaking(folder, name="feedsvc.toml"):
    path = folder / "config" / name
    path.write_text(BROKEN + path.read_text(encoding="utf-8"), encoding="utf-8")


def written(folder):
    """Return which file is at each path, and when it was written; to read one changes neither."""
    return {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in folder.rglob("*")}


@pytest.mark.parametrize("more", [{}, {"FEEDSVC_STORE_URL": "sqlite:///elsewhere/feeds.db"}])
def test_with_a_bad_configuration_the_last_good_one_stands(folder, more, caplog):
    good = load_or_last_good(environ(folder, **more))
    breaking(folder)

    kept = load_or_last_good(environ(folder, **more))

    assert kept.settings == good.settings
    assert kept.faults == (f"config/feedsvc.toml:1: surprise: unknown table; known tables are {', '.join(KEYS)}",)
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2


def test_the_last_good_one_is_the_last(folder):
    load_or_last_good(environ(folder))
    main = folder / "config" / "feedsvc.toml"
    main.write_text(main.read_text(encoding="utf-8").replace("limit = 100", "limit = 7"), encoding="utf-8")
    load_or_last_good(environ(folder))
    main.unlink()

    assert load_or_last_good(environ(folder)).settings.feeds.limit == 7


def test_the_last_good_one_has_the_partners(folder):
    (folder / "config/partners.toml").write_text('[sea]\nprofile = "plain"\n', encoding="utf-8")
    load_or_last_good(environ(folder))
    breaking(folder, "partners.toml")

    assert [partner.name for partner in load_or_last_good(environ(folder)).settings.partners] == ["sea"]


def test_what_loads_the_same_is_not_written_again(folder):
    load_or_last_good(environ(folder))
    before = written(folder / "var")

    load_or_last_good(environ(folder))

    assert written(folder / "var") == before


def test_a_configuration_that_never_was_good_is_refused(folder):
    breaking(folder)

    with pytest.raises(SettingsError):
        load_or_last_good(environ(folder))


def test_a_fault_of_the_environment_is_no_matter_of_the_files(folder):
    load_or_last_good(environ(folder))

    with pytest.raises(SettingsError) as refused:
        load_or_last_good(environ(folder, FEEDSVC_BASE_URL="x"))
    assert len(refused.value.faults) == 1


@pytest.fixture
def app(folder, monkeypatch):
    def make():
        for name, value in environ(folder).items():
            monkeypatch.setenv(name, value)
        return create_app()

    return make


def publish_nothing(store_file, day):
    """Leave an edition without feeds in a store, made where there is none."""
    store = Store(f"sqlite:///{store_file}")
    with store.begin() as tx:
        number = tx.edition().number + 1
        tx.placements.put_edition(Edition(number=number, made_at=datetime(2026, 3, day, tzinfo=UTC)))
    store.close()


def test_a_store_put_in_the_place_of_another_is_served_at_once(app, store_file):
    publish_nothing(store_file, 1)
    former = "Sun, 01 Mar 2026 00:00:00 GMT"

    with serving(app()) as ask:
        before = wait_for(ask, "/feeds/", lambda answer: answer.status == 200)
        shutil.rmtree(store_file.parent)
        meanwhile = ask("/feeds/")
        publish_nothing(store_file, 2)
        after = wait_for(ask, "/feeds/", lambda answer: answer.headers["Last-Modified"] != former)

    assert [answer.headers["Last-Modified"] for answer in (before, meanwhile, after)] == [
        former,
        former,
        "Mon, 02 Mar 2026 00:00:00 GMT",
    ]


def test_a_store_needs_a_pass_until_its_mark_is_that_of_the_software_and_the_settings(store_file):
    store = Store(f"sqlite:///{store_file}")
    asked = [store.needs_pass("a b")]
    for mark in ("a b", "a c"):
        with store.begin() as tx:
            tx.placements.put_mark("made with", mark)
        asked.append(store.needs_pass("a b"))
    store.close()

    assert asked == [True, False, True]


def test_a_service_names_the_faults_of_its_configuration(folder, app):
    app()
    breaking(folder)

    with serving(app()) as ask:
        state = json.loads(ask("/readyz").body)

    assert state == {
        "ready": False,
        "reason": "nothing is published yet",
        "configuration": f"config/feedsvc.toml:1: surprise: unknown table; known tables are {', '.join(KEYS)}",
    }


def test_a_service_starts_though_its_store_does_not_open(app, store_file):
    store_file.parent.mkdir()
    store_file.write_bytes(b"This is no database." * 100)

    with serving(app()) as ask:
        before = (ask("/feeds/all.rss").status, ask("/readyz").status, ask("/healthz").status)
        store_file.unlink()
        after = json.loads(ask("/readyz").body)

    assert before == (503, 503, 200)
    assert after == {"ready": False, "reason": "nothing is published yet"}
