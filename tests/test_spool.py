from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.errors import StoreError
from feedsvc.publish import worker_pool
from feedsvc.publish.worker_pool import Spool


@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(1, 60))
def test_what_is_put_is_got_back_be_it_in_memory_or_in_the_file(values, limit):
    before, worker_pool.IN_MEMORY = worker_pool.IN_MEMORY, limit
    try:
        with Spool() as kept:
            offsets = []
            for value in values:
                offsets.append(kept.put(value))
                assert kept.get(offsets[0]) == values[0]
            assert [kept.get(offset) for offset in offsets] == values
    finally:
        worker_pool.IN_MEMORY = before


def test_a_temporary_folder_that_takes_no_more_is_told_by_its_name(monkeypatch, tmp_path):
    monkeypatch.setattr(worker_pool, "IN_MEMORY", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))

    with Spool() as kept, pytest.raises(StoreError, match=f"temporary files .{tmp_path}/gone. takes nothing more"):
        kept.put(b"words")


def test_a_full_disk_is_told_once():
    script = f"""
import resource, signal, sys
from feedsvc.publish.worker_pool import Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
with Spool() as spool:
    spool.put(bytes({worker_pool.IN_MEMORY + 1}))
"""

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert ended.stderr.splitlines()[-1].startswith("feedsvc.model.errors.StoreError: the folder for temporary files")
