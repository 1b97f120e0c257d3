"""What is pinned is asked about at an index; the unit and the image give the service no more than it needs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import yaml

from check_lock import Finding, Pin, licence_fault, look, pins
from webserver import answering, send

PROJECT = Path(__file__).parent.parent
CONTRIB = PROJECT / "contrib"
UNITS = sorted((CONTRIB / "systemd").glob("*.service"))
GOOD = "a" * 64
PIN = Pin(name="Lamp.Oil", version="1.2", hashes=frozenset({GOOD, "b" * 64}))
FILE = {"filename": "lamp_oil-1.2.whl", "hashes": {"sha256": GOOD}, "yanked": False}
MOST_EXPOSED = 3.0  # of 10, as systemd-analyze counts


@contextmanager
def index_of(answers: Mapping[str, object]) -> Iterator[str]:
    """Serve *answers* as JSON by their paths, and 404 for others."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        found = answers.get(request.path)
        send(request, 404) if found is None else send(request, 200, json.dumps(found).encode())

    with answering(answer) as port:
        yield f"http://127.0.0.1:{port}/simple"


def version(*vulnerabilities: object) -> dict[str, object]:
    return {"info": {"version": "1.2"}, "vulnerabilities": list(vulnerabilities)}


@pytest.mark.parametrize(
    ("files", "told", "faults"),
    [
        pytest.param([FILE], version(), (), id="sound"),
        pytest.param([{**FILE, "yanked": "broken"}], version(), ("lamp_oil-1.2.whl is yanked: broken",), id="yanked"),
        pytest.param(
            [{**FILE, "hashes": {"sha256": "c" * 64}}],
            version(),
            ("none of its pinned files is in the index any more",),
            id="replaced",
        ),
        pytest.param([FILE], version({"id": "OIL-1"}), ("has the vulnerability OIL-1",), id="vulnerable"),
        pytest.param([FILE], version({"id": "OIL-2", "withdrawn": "2026-11-01"}), (), id="a vulnerability withdrawn"),
    ],
)
def test_the_lock_is_asked_about_at_the_index(files, told, faults):
    answers = {"/simple/lamp-oil/": {"files": files}, "/pypi/Lamp.Oil/1.2/json": told}
    with index_of(answers) as home:
        found = look(PIN, home)

    assert found == Finding(faults=faults)


def test_what_an_index_does_not_answer_is_no_fault():
    with index_of({"/pypi/Lamp.Oil/json": {"info": {"version": "1.3"}, "vulnerabilities": [{"id": "OIL-3"}]}}) as home:
        silent = look(PIN, home)
    away = look(PIN, home)

    assert silent == away == Finding(unanswered=("its files", "its vulnerabilities"))


@pytest.mark.parametrize("lock", ["requirements.lock", "contrib/requirements.lock"])
def test_every_package_is_pinned_with_its_hashes_and_has_a_licence_that_is_listed(lock):
    pinned = pins((PROJECT / lock).read_text(encoding="utf-8"))

    assert len(pinned) == len(re.findall("(?m)^[a-z].*==", (PROJECT / lock).read_text(encoding="utf-8"))) > 20
    assert [pin.name for pin in pinned if not pin.hashes] == []
    assert [fault for pin in pinned if (fault := licence_fault(pin))] == []


def test_what_serves_has_all_that_the_code_needs():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = (project["dependencies"], *(project["optional-dependencies"][extra] for extra in ("build", "image")))
    needed = {re.split(r"[<>=\[]", requirement)[0] for each in lists for requirement in each}

    pinned = {pin.name.lower() for pin in pins((CONTRIB / "requirements.lock").read_text(encoding="utf-8"))}

    assert needed - pinned == set()


def test_the_containers_together_give_the_service_no_more_rights_than_one():
    services = yaml.safe_load((CONTRIB / "compose.yml").read_text(encoding="utf-8"))["services"]

    web = services["web"]
    assert (CONTRIB / web["build"]["context"] / web["build"]["dockerfile"]).resolve() == CONTRIB / "Containerfile"
    assert (web["read_only"], web["cap_drop"], web["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert [volume.rpartition(":")[2] for volume in web["volumes"]] == ["ro", "ro", "/site/var"]
    assert all(host.startswith("127.0.0.1:") for service in services.values() for host in service.get("ports", []))


def test_the_image_has_the_packages_that_are_tested():
    of_image, tested = (
        {(pin.name, pin.version, pin.hashes) for pin in pins((PROJECT / lock).read_text(encoding="utf-8"))}
        for lock in ("contrib/requirements.lock", "requirements.lock")
    )

    assert of_image <= tested


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed (Debian: systemd)")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_exposes_little_of_the_machine(unit):
    found = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", found.stdout)
    assert level is not None
    assert float(level[1]) < MOST_EXPOSED


def test_the_image_runs_as_a_user_without_rights():
    lines = (CONTRIB / "Containerfile").read_text(encoding="utf-8").splitlines()

    last_stage = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert [line for line in last_stage if line.startswith("USER ")] == ["USER 10001:10001"]
