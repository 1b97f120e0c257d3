"""A pass over many large documents takes not much more memory than one over a few."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from newsroom import Newsroom
from service import environment

# Publish, and print the peak of the memory of this process in kB, without what its start took.
MEASURED = """
import re, sys
from pathlib import Path
from feedsvc.cli import main
import feedsvc.publish.pipeline
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
try:
    main(["publish"])
finally:
    print(peak() - before, file=sys.stderr)
"""


def file_books(room: Newsroom, count: int) -> None:
    line = "The pier reopened after the storm, and the lamps were lit along the quay. " * 6
    for number in range(count):
        text = "\n\n".join(f"{line}{paragraph}." for paragraph in range(1500))
        room.file(f"world/{number}.txt", f"Book {number}\n\nLISBON, Oct. 30, 2026 (Quay News) -- {text}\n")


def peak(folder: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    return int(done.stderr.splitlines()[-1])


def test_many_books_take_hardly_more_memory_than_a_few(newsroom, tmp_path_factory):
    few = Newsroom(tmp_path_factory.mktemp("few"))
    file_books(few, 4)
    file_books(newsroom, 40)

    some, most = peak(few.folder), peak(newsroom.folder)

    assert most < 6 * some, (some, most)
