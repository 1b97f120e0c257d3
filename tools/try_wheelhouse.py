"""Install feedsvc from build/wheelhouse without an index, as on a machine without a network, and serve a new site.

make wheelhouse && .venv/bin/python tools/try_wheelhouse.py
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

WHEELHOUSE = Path(__file__).resolve().parents[1] / "build" / "wheelhouse"
LISTENING = re.compile(r"Listening at: (http://127\.0\.0\.1:\d+)")
PATIENCE_S = 120.0


def installed(folder: Path) -> Path:
    """Return the command of feedsvc in a fresh environment in *folder*."""
    (wheel,) = WHEELHOUSE.glob("feedsvc-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet"]
    subprocess.run(
        [*pip, "--disable-pip-version-check", "--no-index", "--find-links", WHEELHOUSE, f"{wheel}[postgres]"],
        check=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
    )
    return folder / "bin" / "feedsvc"


def first_title(command: Path, site: Path) -> str:
    """Return the title that the feed of a new site shows."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("FEEDSVC_", "PYTHON"))}
    subprocess.run([command, "init", site, "--name", "Tagus"], check=True, env=environ, stdin=subprocess.DEVNULL)
    log = site / "log"
    with log.open("wb") as output:
        service = subprocess.Popen(
            [command, "serve", "--bind", "127.0.0.1:0"], cwd=site, env=environ, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and service.poll() is None:
            found = LISTENING.search(log.read_text(encoding="utf-8"))
            try:
                if found:
                    with urlopen(f"{found[1]}/feeds/all.json", timeout=30) as answer:  # noqa: S310  our own
                        return str(json.load(answer)["items"][0]["title"])
            except (URLError, ConnectionError, IndexError):  # the first edition is being made
                pass
            time.sleep(0.1)
    finally:
        service.terminate()
        service.wait(timeout=PATIENCE_S)
    raise SystemExit(f"the service did not serve the first article:\n{log.read_text(encoding='utf-8')}")


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        command = installed(Path(name, "venv"))
        print(f"installed from {WHEELHOUSE} alone; the feed shows: {first_title(command, Path(name, 'site'))}")
