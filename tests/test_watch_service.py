"""A service that publishes by itself, on the real thing: gunicorn, real files, processes that are killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

import standby
from feedsvc.stores.store import Store
from publishers import another_publisher, children, is_running, publisher, wait_for, workers
from service import environment, feedsvc, serving

PROJECT = Path(__file__).parent.parent
TAKEOVER_S = 5.0


@pytest.fixture
def newsroom(tmp_path):
    """A newsroom of its own with one article, quick to publish."""
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    lamps = write(tmp_path, "lamps", "Lamps lit again")
    os.utime(lamps, (lamps.stat().st_mtime - 60,) * 2)  # a watcher waits for what may still be written
    return tmp_path


def write(folder, name, title, *, by_renaming=False):
    world = folder / "articles" / "world"
    world.mkdir(parents=True, exist_ok=True)
    target = world / f"{name}.txt"
    first = world / f".{name}.tmp" if by_renaming else target
    first.write_text(f"{title}\n\nLISBON, Nov. 20, 2025 (Harbour Wire) -- The {name} were seen by all.\n")
    first.rename(target)
    return target


def titles(answer):
    return [item["title"] for item in json.loads(answer.body)["items"]] if answer.status == 200 else []


def wait_for_title(service, title):
    return service.wait_for("/feeds/all.json", lambda answer: title in titles(answer))


def wakes(service):
    """Return how often the threads of the service have waited so far, by thread."""
    found = {}
    processes = [service.pid]
    for process in processes:
        processes += children(process)
        for thread in Path(f"/proc/{process}/task").iterdir():
            status = dict(line.split(":\t", 1) for line in (thread / "status").read_text().splitlines())
            found[thread] = int(status["voluntary_ctxt_switches"])
    return found


def edition(service):
    """Return the number of the edition; a worker that is just started may not have asked the store yet."""
    return wait_for(lambda: json.loads(service.ask("/readyz").body).get("edition"))


def test_an_article_comes_changes_and_goes_without_a_command(newsroom):
    with serving(newsroom) as service:
        tides = write(newsroom, "tides", "Tides turn")
        wait_for_title(service, "Tides turn")
        write(newsroom, "tides", "Tides turn back", by_renaming=True)
        changed = titles(wait_for_title(service, "Tides turn back"))
        service.settle()
        tides.unlink()
        removed_at = time.monotonic()
        left = service.wait_for("/feeds/all.json", lambda answer: "Tides turn back" not in titles(answer))
        stayed_s = time.monotonic() - removed_at

    assert sorted(changed) == ["Lamps lit again", "Tides turn back"]
    assert titles(left) == ["Lamps lit again"]
    assert stayed_s >= 10


def test_a_burst_of_files_is_a_few_editions(newsroom):
    with serving(newsroom) as service:
        before = edition(service)
        for number in range(300):
            write(newsroom, f"wave{number}", f"Wave {number} rolls in")

        store = Store(f"sqlite:///{newsroom}/var/feedsvc.db")
        wait_for(lambda: store.edition().articles == 301, within_s=60)
        store.close()
        after = edition(service)

    assert after - before <= 6


def test_a_publisher_that_is_killed_is_started_again(newsroom):
    with serving(newsroom) as service:
        first, keeper = wait_for(lambda: publisher(service))
        os.kill(first, signal.SIGKILL)
        _, still = another_publisher(service, first, within_s=TAKEOVER_S)
        write(newsroom, "tides", "Tides turn")
        wait_for_title(service, "Tides turn")

    assert (still, is_running(first)) == (keeper, False)


def test_when_the_worker_that_keeps_the_publisher_is_killed_another_takes_over(newsroom, store_url):
    with serving(newsroom, FEEDSVC_STORE_URL=store_url) as service:
        first, keeper = wait_for(lambda: publisher(service))
        os.kill(keeper, signal.SIGKILL)
        _, other = another_publisher(service, first, within_s=TAKEOVER_S)
        write(newsroom, "tides", "Tides turn")
        wait_for_title(service, "Tides turn")

    assert (other != keeper, is_running(first)) == (True, False)


def test_nothing_is_left_when_the_service_ends(newsroom):
    with serving(newsroom) as service:
        first, _ = wait_for(lambda: publisher(service))
        all_of_them = [first, *workers(service)]
        began = time.monotonic()
    took_s = time.monotonic() - began

    assert [pid for pid in all_of_them if is_running(pid)] == []
    assert took_s < 10


def test_after_a_reload_the_new_settings_publish(newsroom):
    settings = newsroom / "config" / "feedsvc.toml"
    with serving(newsroom) as service:
        first, _ = wait_for(lambda: publisher(service))
        settings.write_text(settings.read_text(encoding="utf-8").replace("Harbour Wire", "Anchor Wire"), "utf-8")
        os.kill(service.pid, signal.SIGHUP)
        service.wait_for("/feeds/all.rss", lambda answer: b"Anchor Wire" in answer.body)
        write(newsroom, "tides", "Tides turn")
        after = wait_for_title(service, "Tides turn")

    assert json.loads(after.body)["authors"] == [{"name": "Anchor Wire"}]
    assert not is_running(first)


def test_a_service_whose_publisher_is_off_publishes_nothing(newsroom):
    first = feedsvc(newsroom, "publish")
    with serving(newsroom, FEEDSVC_PUBLISHER="off") as service:
        both = wait_for(lambda: found if len(found := workers(service)) == 2 else None)
        found = [children(worker) for worker in both]

    assert (first.returncode, found) == (0, [[], []])


def test_a_source_that_is_away_keeps_the_last_edition_and_shows(newsroom):
    with serving(newsroom) as service:
        (newsroom / "articles").rename(newsroom / "away")
        troubled = service.wait_for("/readyz", lambda answer: b"publishing" in answer.body)
        during = titles(service.ask("/feeds/all.json"))
        (newsroom / "away").rename(newsroom / "articles")
        cured = service.wait_for("/readyz", lambda answer: b"publishing" not in answer.body)
        write(newsroom, "tides", "Tides turn")
        wait_for_title(service, "Tides turn")

    told = json.loads(troubled.body)["publishing"]["reason"]
    assert told == "source desk cannot be listed: articles: cannot be listed (No such file or directory)"
    assert (troubled.status, cured.status, during) == (200, 200, ["Lamps lit again"])


def test_a_store_that_cannot_be_written_keeps_the_last_edition_and_shows(newsroom):
    with serving(newsroom) as service:
        wait_for(lambda: publisher(service))
        # A folder in the place of the lock's file: even root cannot lock it for writing.
        lock = newsroom / "var" / "feedsvc.db.pass.lock"
        lock.unlink()
        lock.mkdir()
        write(newsroom, "tides", "Tides turn")
        troubled = service.wait_for("/readyz", lambda answer: b"publishing" in answer.body)
        during = titles(service.ask("/feeds/all.json"))
        lock.rmdir()
        wait_for_title(service, "Tides turn")
        cured = service.wait_for("/readyz", lambda answer: b"publishing" not in answer.body)

    assert "is a folder" in json.loads(troubled.body)["publishing"]["reason"]
    assert (troubled.status, cured.status, during) == (200, 200, ["Lamps lit again"])


@pytest.fixture
def watch(newsroom):
    """Start `feedsvc publish --watch` processes, whose logs the test can read."""
    started = []

    def start(name):
        with (newsroom / f"{name}.log").open("wb") as log, Path(os.devnull).open("rb") as nothing:
            files = {"stdin": nothing, "stdout": log, "stderr": log}
            process = standby.start("publish", "--watch", folder=newsroom, environ=environment(newsroom), **files)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()


def wait_for_log(newsroom, name, text):
    log = newsroom / f"{name}.log"
    wait_for(lambda: text in log.read_text(encoding="utf-8"), within_s=60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_watches_ends_cleanly(newsroom, watch, number):
    process = watch("one")
    wait_for_log(newsroom, "one", "edition 1:")

    os.kill(process.pid, number)

    assert process.wait(timeout=10) == 0
    assert (newsroom / "one.log").read_text(encoding="utf-8").splitlines()[-1].endswith("[INFO] ended")


def test_a_second_command_waits_for_the_first_and_goes_on_after_it(newsroom, watch):
    first = watch("one")
    wait_for_log(newsroom, "one", "edition 1:")
    watch("two")
    wait_for_log(newsroom, "two", "another process watches; waiting for it to end")

    first.terminate()
    first.wait(timeout=10)
    wait_for_log(newsroom, "two", "edition 1 is unchanged")
    write(newsroom, "tides", "Tides turn")

    wait_for_log(newsroom, "two", "edition 2: 2 articles (1 new")


def test_a_command_that_watches_begins_anew_after_other_settings_have_published(newsroom, watch):
    settings = newsroom / "config" / "feedsvc.toml"
    watch("one")
    wait_for_log(newsroom, "one", "edition 1:")
    settings.write_text(settings.read_text(encoding="utf-8").replace("Harbour Wire", "Anchor Wire"), "utf-8")
    assert feedsvc(newsroom, "publish").returncode == 0
    write(newsroom, "tides", "Tides turn")

    wait_for_log(newsroom, "one", "starting again")
    wait_for_log(newsroom, "one", "edition 3: 2 articles (1 new")


def test_a_service_at_rest_hardly_wakes(newsroom):
    with serving(newsroom) as service:
        wait_for_title(service, "Lamps lit again")
        service.settle()

        def is_at_rest():
            before = wakes(service)
            time.sleep(10)
            after = wakes(service)
            return before.keys() == after.keys() and sum(after.values()) - sum(before.values()) < 100

        assert wait_for(is_at_rest)
