"""Start a tested command with fewer rights or open files than this process has, through util-linux."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

import pytest


def without_root() -> Sequence[str]:
    """Return the command that has root obey the modes of files, as everybody else does."""
    if os.geteuid() != 0:
        return ()
    return (_found("setpriv"), "--bounding-set=-dac_override,-dac_read_search")


def with_files(most: int) -> Sequence[str]:
    """Return the command that lets a process have so many files open."""
    return (_found("prlimit"), f"--nofile={most}:{most}")


def _found(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path
