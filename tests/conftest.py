"""What every test may use, and how hard the suite tries.

FEEDSVC_TEST_ALL=1: a test that would skip, because something is not installed, fails instead.
FEEDSVC_FUZZ=DIR:   tests/test_fuzz.py tries other documents with each --hypothesis-seed, measures, and keeps in the
                    folder DIR the inputs that fail (`make fuzz`).
FEEDSVC_SOAK=1:     property tests try a hundred times as many examples (`make soak`), and files stand on the disk.
TMPDIR:             where files stand; without it in memory, where that has room.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

import compiled_once
from database import Database, binaries, running
from newsroom import Newsroom

hypothesis.settings.register_profile("quick", derandomize=True, deadline=None, database=None, max_examples=150)
hypothesis.settings.register_profile("soak", derandomize=True, deadline=None, database=None, max_examples=15_000)
# Not derandomized, so that each seed of `make fuzz` gives other examples.
hypothesis.settings.register_profile(
    "fuzz", deadline=60_000, database=None, max_examples=100, print_blob=True, report_multiple_bugs=False
)
hypothesis.settings.load_profile(
    "soak" if os.environ.get("FEEDSVC_SOAK") else "fuzz" if os.environ.get("FEEDSVC_FUZZ") else "quick"
)

MEMORY = Path("/dev/shm")  # noqa: S108  tests make their folders in it safely, as in any other
ROOM = 4_000_000_000  # bytes, more than twice what a run needs: containers often have little

# Most that a test waits for is a disk that makes its files safe, and no test's files need that. Python compiles each
# module that it may not keep compiled anew, in every process that a test starts.
MAY_BE_IN_MEMORY = "TMPDIR" not in os.environ and not os.environ.get("FEEDSVC_SOAK")
if MAY_BE_IN_MEMORY and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # to be asked anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

compiled_once.share()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """Look for no garbage meanwhile: that takes a third of the time, and there is hardly any."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many a test waits for a service that does something once a second."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("FEEDSVC_TEST_ALL") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} was skipped although FEEDSVC_TEST_ALL is set: {report.longrepr}"
    return report


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    room = Newsroom(tmp_path)
    yield room
    room.close()


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A PostgreSQL that the tests of one process share, started when the first of them asks."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with running(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not yet made, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/var/feedsvc.db"
    database: Database = request.getfixturevalue("database")
    return database.new_url()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A newsroom over a store of each kind, for a module to publish in and then to take copies of."""
    room = Newsroom(tmp_path_factory.mktemp("base"))
    if request.param == "sqlite":
        room.environ["FEEDSVC_STORE_URL"] = f"sqlite:///{room.folder}/var/feedsvc.db"
    else:
        database: Database = request.getfixturevalue("database")
        room.environ["FEEDSVC_STORE_URL"] = database.new_base()
    return room


@pytest.fixture
def copied(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[Newsroom], Newsroom]]:
    """Return what gives a test its own copy of a newsroom that `base` made."""
    copies: list[Newsroom] = []

    def copy(room: Newsroom) -> Newsroom:
        url = room.environ["FEEDSVC_STORE_URL"]
        if url.startswith("sqlite"):
            own = f"sqlite:///{tmp_path}/var/feedsvc.db"
        else:
            database: Database = request.getfixturevalue("database")
            own = database.copy(url)
        copies.append(room.copy(tmp_path, own))
        return copies[-1]

    yield copy
    for each in copies:
        each.close()
