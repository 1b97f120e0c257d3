"""Values are unpacked by many threads, also those that ask first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# While a thread learns the fields of Inner, which Outer names, another unpacks an Outer.
PROGRAM = """
from __future__ import annotations
from dataclasses import dataclass
from threading import Thread
from feedsvc.model.packing import pack, pack_raw, unpack, unpack_raw

PACK, UNPACK = {"json": (pack, unpack), "raw": (pack_raw, unpack_raw)}["HOW"]
found, others = [], []

def ask():
    found.append(UNPACK(PACK({"inner": {"number": 7}}), Outer))

def learnt():
    if not others:
        others.append(Thread(target=ask))
        others[0].start()
        others[0].join(0.2)
    return int

@dataclass
class Inner:
    number: learnt()

@dataclass
class Outer:
    inner: Inner

ask()
others[0].join()
assert found == [Outer(Inner(7))] * 2, found
"""


@pytest.mark.parametrize("how", ["json", "raw"])
def test_two_threads_may_be_the_first_to_unpack_a_type(how):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("HOW", how)],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
