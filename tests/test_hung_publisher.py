"""A publisher that is stopped, and so does not end: it is seen and replaced, and its locks do not outlive it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from feedsvc.publish.sign_of_life import EVERY_S, LIFE, Sign, SignOfLife, last_sign
from feedsvc.stores.private_files import aside_of
from nodes import make_node, wait_for_title, write
from publishers import another_publisher, publisher, wait_for, workers
from service import serving

PROJECT = Path(__file__).parent.parent
WITHIN_S = 150.0  # it takes half a minute, and one more if a pass was stopped half-way


@pytest.fixture
def node(tmp_path: Path) -> Callable[[str], Path]:
    return partial(make_node, tmp_path)


def wake(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def test_a_stopped_publisher_is_told_and_replaced_and_its_waking_harms_nothing(store_url, node, tmp_path):
    with serving(node("a"), FEEDSVC_STORE_URL=store_url) as service:
        former, _ = wait_for(lambda: publisher(service))
        wait_for_title(service, "Lamps lit again", within_s=WITHIN_S)
        os.kill(former, signal.SIGSTOP)
        try:
            write(tmp_path, "tides", "Tides turn")
            told = service.wait_for("/readyz", lambda answer: b"no sign of life" in answer.body)
            another_publisher(service, former, within_s=WITHIN_S)
        finally:
            wake(former)
        wait_for_title(service, "Tides turn", within_s=WITHIN_S)
        write(tmp_path, "buoys", "Buoys ring")
        found = wait_for_title(service, "Buoys ring", within_s=WITHIN_S)
        after = service.wait_for("/readyz", lambda answer: b"publishing" not in answer.body)

    assert (told.status, json.loads(told.body)["ready"]) == (200, True)
    assert found == ["Buoys ring", "Lamps lit again", "Tides turn"]
    assert after.status == 200


def test_a_stopped_publisher_that_its_worker_has_left_behind_gives_way_to_the_next(node, tmp_path):
    with serving(node("a")) as service:
        former, worker = wait_for(lambda: publisher(service))
        wait_for_title(service, "Lamps lit again", within_s=WITHIN_S)
        os.kill(former, signal.SIGSTOP)
        try:
            os.kill(worker, signal.SIGKILL)
            write(tmp_path, "tides", "Tides turn")
            found = wait_for_title(service, "Tides turn", within_s=WITHIN_S)
        finally:
            wake(former)

    assert found == ["Lamps lit again", "Tides turn"]


def test_another_node_publishes_while_a_whole_node_is_stopped_and_both_agree_when_it_wakes(database, node, tmp_path):
    url = database.new_url()
    with serving(node("a"), FEEDSVC_STORE_URL=url) as one:
        first = wait_for(lambda: publisher(one))
        with serving(node("b"), FEEDSVC_STORE_URL=url) as two:
            every = [one.pid, *workers(one), first[0]]
            for pid in every:
                os.kill(pid, signal.SIGSTOP)
            try:
                write(tmp_path, "tides", "Tides turn")
                wait_for_title(two, "Tides turn", within_s=WITHIN_S)
                there = publisher(two)
            finally:
                wake(*every)
            write(tmp_path, "buoys", "Buoys ring")
            found = [wait_for_title(service, "Buoys ring", within_s=WITHIN_S) for service in (one, two)]
            same = {service.ask("/feeds/all.atom").body for service in (one, two)}

    assert there is not None
    assert found == [["Buoys ring", "Lamps lit again", "Tides turn"]] * 2
    assert len(same) == 1


def test_signs_are_given_at_rest_now_and_then_and_by_a_thread_while_a_statement_runs(tmp_path):
    now = [100.0]
    file = tmp_path / "life"
    life = SignOfLife(file, is_kept=True, clock=lambda: now[0])
    seen = []
    for now[0] in (100.0, 100.0 + EVERY_S / 2, 100.0 + EVERY_S):
        life.give()
        seen.append(last_sign(file).at)
    now[0] = 500.0
    with life.given_meanwhile():
        wait_for(lambda: last_sign(file).at == 500.0 or None)
    life.close()

    assert seen == [100.0, 100.0, 100.0 + EVERY_S]
    sign = last_sign(file)
    assert (sign.pid, sign.is_kept, sign.is_running()) == (os.getpid(), True, True)
    assert (sign.silent_s(530.0), sign.silent_s(30.0)) == (30.0, 0.0)
    assert not replace(sign, started="1").is_running()


def test_a_sign_that_cannot_be_written_beside_the_store_is_in_memory_until_it_can(tmp_path):
    now = [100.0]
    var = tmp_path / "var"
    var.write_text("no folder")
    life = SignOfLife(var / "life", is_kept=True, clock=lambda: now[0])
    life.give()
    meanwhile, was_aside = last_sign(var / "life"), aside_of(var / "life", LIFE).exists()
    var.unlink()
    now[0] = 200.0
    life.give()
    life.close()

    assert (meanwhile.at, was_aside) == (100.0, True)
    assert (last_sign(var / "life").at, aside_of(var / "life", LIFE).exists()) == (200.0, False)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": 1}', b"\0" * 512])
def test_a_file_without_a_sign_says_nothing(tmp_path, content):
    file = tmp_path / "life"
    file.write_bytes(content)

    assert last_sign(file) is None
    assert last_sign(tmp_path / "nowhere") is None
    assert Sign(pid=0, started="1", is_kept=True, at=0.0).is_running() is False


def test_a_pass_gives_signs_with_each_document(newsroom, tmp_path):
    now = [100.0]
    life = SignOfLife(tmp_path / "life", is_kept=False, clock=lambda: now[0])
    seen = []

    def progress(_stage: str) -> None:
        now[0] += EVERY_S
        life.give()
        seen.append(last_sign(tmp_path / "life").at)

    for number in range(3):
        newsroom.file(f"world/{number}.md", f"---\ntitle: Lamp {number}\ndate: 2026-10-30 09:00 +00:00\n---\n\nLit.\n")
    request = PassRequest(
        settings=newsroom.settings, now=newsroom.now, progress=progress, unhurried=life.given_meanwhile
    )
    publish(newsroom.store, request)
    life.close()

    assert len(set(seen)) == len(seen) >= 3
