from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from feedsvc.publish.worker_pool import MANY, WorkerPool
from feedsvc.text.failures import KILLED

# Work for other processes must stand in a module that they can import by itself.
SCRIPT = """
import os, sys, time
from feedsvc.publish.worker_pool import WorkerPool

def work(item):
    if item == 900 and sys.argv[1] == "killed" and os.getpid() != {caller}:
        os.kill(os.getpid(), 9)
    time.sleep({"slow": 0.05, "steady": 0.005}.get(sys.argv[1], 0))
    return item, os.getpid()

if __name__ == "__main__":
    with WorkerPool() as pool:
        for item, process in pool.map(work, range(1000)):
            print(item, process, flush=True)
"""


def run(tmp_path, how: str) -> subprocess.Popen[str]:
    script = tmp_path / "script.py"
    script.write_text(
        SCRIPT.replace("{caller}", "int(os.environ['CALLER'])").replace(
            'if __name__ == "__main__":\n', 'if __name__ == "__main__":\n    os.environ["CALLER"] = str(os.getpid())\n'
        )
    )
    return subprocess.Popen(
        [sys.executable, script, how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("how", ["well", "killed"])
def test_much_work_is_shared_and_comes_back_in_order_whatever_becomes_of_the_others(tmp_path, how):
    process = run(tmp_path, how)

    lines = [line.split() for line in process.communicate(timeout=50)[0].splitlines()]

    assert [int(item) for item, _ in lines] == list(range(1000))
    assert process.returncode == 0
    assert str(process.pid) not in {worker for _, worker in lines[:100]} or len(os.sched_getaffinity(0)) == 1


def test_the_others_end_with_a_caller_that_is_killed(tmp_path):
    process = run(tmp_path, "slow")
    assert process.stdout is not None
    workers = {int(process.stdout.readline().split()[1]) for _ in range(60)} - {process.pid}
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
    process.stdout.close()
    assert process.stderr is not None
    told = process.stderr.read()  # to its end: the last of the others, and who cleans up after them, have ended
    process.stderr.close()

    assert told == ""
    for _ in range(200):
        if not any(is_running(worker) for worker in workers):
            break
        time.sleep(0.05)

    assert not any(is_running(worker) for worker in workers)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="nobody else is called in")
@pytest.mark.parametrize("moment", [0.06, 0.1, 0.14])
def test_the_others_say_nothing_when_ctrl_c_comes_while_they_are_loaded(tmp_path, moment):
    process = run(tmp_path, "steady")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while len(children.read_text().split()) < 3:  # two, and the one that cleans up
        time.sleep(0.001)
    time.sleep(moment)

    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)

    assert process.returncode == -signal.SIGINT
    assert "spawn_main" not in told


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_little_work_is_done_here():
    with WorkerPool() as pool:
        assert set(pool.map(pid, range(MANY - 1))) == {os.getpid()}


def pid(_item: int) -> int:
    return os.getpid()


NARROW = """
import os, resource
from feedsvc.publish.worker_pool import WorkerPool
if __name__ == "__main__":
    held = len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (held + {more}, held + {more}))
    with WorkerPool() as pool:
        assert list(pool.map(str, range(1000))) == [str(each) for each in range(1000)]
    with WorkerPool() as pool:
        assert list(pool.map(str, range(1000), instead=repr)) == [str(each) for each in range(1000)]
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux what is open")
@pytest.mark.parametrize("more", [0, 2, 4, 8, 12])
def test_where_no_more_processes_can_be_started_the_work_is_done_all_the_same(tmp_path, more):
    script = tmp_path / "narrow.py"
    script.write_text(NARROW.format(more=more))

    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=120)

    assert (ended.returncode, ended.stderr) == (0, "")


DEADLY = """
import os, signal
from feedsvc.publish.worker_pool import WorkerPool

def work(item):
    if item in {250, 300, 999} and os.getppid() == int(os.environ["CALLER"]):
        os.kill(os.getpid(), signal.SIGKILL)
    if item in {7, 301}:
        raise RecursionError("too deep")
    return item

if __name__ == "__main__":
    os.environ["CALLER"] = str(os.getpid())
    with WorkerPool() as pool:
        for result in pool.map(work, range(1000), instead=lambda failure: failure.reason):
            print(result)
        print(pool.is_running)
"""


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="nobody else is called in")
def test_what_ends_its_process_or_fails_is_told_and_all_else_is_done(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(DEADLY)

    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=120)

    reasons = {7: "RecursionError: too deep", 301: "RecursionError: too deep"} | dict.fromkeys([250, 300, 999], KILLED)
    assert ended.stdout.splitlines() == [*(reasons.get(item, str(item)) for item in range(1000)), "True"], ended.stderr
    assert ended.returncode == 0
