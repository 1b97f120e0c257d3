"""Run tools/fuzz.py, which is `make fuzz`, over small tests in the place of the real ones."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent / "tools" / "fuzz.py"


@pytest.fixture
def start(tmp_path):
    """Return what starts the rounds over a test with a *body*, and stop them after the test."""
    started: list[subprocess.Popen[str]] = []

    def started_over(body: str, *, minutes: float) -> subprocess.Popen[str]:
        (tmp_path / "tests").mkdir()
        test = f"import os, pathlib, time\n\ndef test_ferry():\n    {body}\n"
        (tmp_path / "tests" / "test_fuzz.py").write_text(test, encoding="utf-8")
        command = [sys.executable, str(PROGRAM), "--minutes", str(minutes), "--seed", "7", "-p", "no:cacheprovider"]
        started.append(subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield started_over
    for each in started:
        each.kill()
        each.communicate()


def test_rounds_end_when_the_time_is_over(start):
    rounds = start("time.sleep(600)", minutes=0.03)

    assert rounds.communicate(timeout=120)[0].splitlines() == [
        "fuzz: 0.03 minutes from seed 7 on; Ctrl-C stops it",
        "fuzz: the time is over; no seed was finished",
    ]
    assert rounds.returncode == 0


def test_a_round_that_fails_shows_its_input_and_how_to_repeat_it(start):
    rounds = start(
        "path = pathlib.Path(os.environ['FEEDSVC_FUZZ'], 'test_ferry.md'); path.touch(); assert path == 1", minutes=5
    )

    said = rounds.communicate(timeout=120)[0].splitlines()
    assert said[-2:] == [
        "fuzz: the input that failed, as small as it could be made: build/fuzz/test_ferry.md",
        "fuzz: seed 7 failed; run it again by: make fuzz SEED=7",
    ]
    assert "1 failed" in "".join(said)
    assert rounds.returncode == 1


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_rounds_are_stopped_with_what_they_have_started(start, tmp_path, sent):
    body = "pathlib.Path('pid').write_text(str(os.getpid())); os.rename('pid', 'began'); time.sleep(600)"
    rounds = start(body, minutes=5)
    assert rounds.stdout is not None
    rounds.stdout.readline()
    while not (tmp_path / "began").exists():
        with pytest.raises(subprocess.TimeoutExpired):
            rounds.wait(0.1)
    rounds.send_signal(sent)

    assert rounds.communicate(timeout=120)[0].strip() == "fuzz: stopped in seed 7; no seed was finished"
    assert rounds.returncode == 130
    assert not Path(f"/proc/{(tmp_path / 'began').read_text()}").exists()
