from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.model.errors import StoreError
from feedsvc.publish import spool
from feedsvc.publish.spool import Spool


@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(1, 60))
def test_what_is_put_is_got_back_be_it_in_memory_or_in_the_file(values, limit):
    before, spool.IN_MEMORY = spool.IN_MEMORY, limit
    try:
        with Spool() as kept:
            places = []
            for value in values:
                places.append(kept.put(value))
                assert kept.get(places[0]) == values[0]
            assert [kept.get(place) for place in places] == values
    finally:
        spool.IN_MEMORY = before


def test_a_temporary_folder_that_takes_no_more_is_told_by_its_name(monkeypatch, tmp_path):
    monkeypatch.setattr(spool, "IN_MEMORY", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))

    with Spool() as kept:
        kept.put(b"words")
        with pytest.raises(StoreError, match=f"temporary files .{tmp_path}/gone. takes nothing more"):
            kept.put(b"words")
