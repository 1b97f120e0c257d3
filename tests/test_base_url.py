"""Publish and build for one address, beside whoever does for another."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from feedsvc.model.errors import BuildError
from feedsvc.stores import lead_of
from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import Tree
from newsroom import MAIN, Newsroom
from service import PATIENCE_S, environment

OTHER = "https://mirror.example"


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.file("world/tide.md", "---\ntitle: Tide\ndate: 2026-10-30 09:00 +00:00\n---\nIt turns.\n")
    newsroom.publish()
    return newsroom


@contextmanager
def watched(room: Newsroom) -> Iterator[None]:
    """Hold the lock that whoever watches holds."""
    lead = lead_of(room.settings, "watch")
    assert lead.take()
    try:
        yield
    finally:
        lead.let_go()


def run(room: Newsroom, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "feedsvc", *arguments],
        cwd=room.folder,
        env=environment(room.folder, FEEDSVC_BASE_URL=OTHER),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.parametrize("command", [["publish"], ["build", "out"]], ids=["publish", "build"])
def test_nothing_is_published_for_another_address_beside_one_that_watches(room, command):
    with watched(room):
        done = run(room, *command)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "feedsvc: another process, feedsvc serve or feedsvc publish --watch, publishes to this store for "
        "https://quay.example, and this command would publish for https://mirror.example; use "
        "FEEDSVC_BASE_URL=https://quay.example, or a store of its own (FEEDSVC_STORE_URL); "
        "to move the store to the new address, stop the other process first\n"
    )
    assert room.store.edition_number() == 1
    assert not (room.folder / "out" / "site").exists()


def test_a_site_of_one_that_publishes_alone_moves_to_another_address(room):
    done = run(room, "publish")

    assert (done.returncode, done.stderr) == (0, "")
    assert room.store.base_url() == OTHER


def test_no_site_is_built_whose_feeds_are_of_another_address_than_its_pages(room):
    room.configure(MAIN.replace("https://quay.example", OTHER))

    with Tree(room.folder / "out") as tree, pytest.raises(BuildError) as refused:
        build(room.settings, room.store, tree, progress=str)

    assert str(refused.value) == (
        "the last edition is for https://quay.example, and this build is for https://mirror.example; build with "
        "FEEDSVC_BASE_URL=https://quay.example, or give this address a store of its own (FEEDSVC_STORE_URL) to "
        "publish to"
    )
    assert not (room.folder / "out" / "site").exists()
