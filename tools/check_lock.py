"""Ask the index about each pinned package: is it there with our hashes, not yanked, free of known vulnerabilities.

    .venv/bin/python tools/check_lock.py requirements.lock

Everything is asked of the index that pip uses. What an index does not tell, or a network does not reach, is counted and
is no fault: the build must not fail because of it. The licence is read from the packages as they are installed.

exit status: 1 if a package is yanked, lost a pinned hash, has a known vulnerability, or a licence that is not listed.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from subprocess import run
from typing import Any

PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?P<rest>(?:.*\\\n)*.*)", re.MULTILINE)
INDEX = re.compile(r"^(?:global|:env:|install|download)\.index.url='(?P<address>[^']+)'", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
SIMPLE = "application/vnd.pypi.simple.v1+json"
TIMEOUT_S = 10
AT_ONCE = 8
# Licences that let us pass a package on with ours (MIT); none of them reaches our own code.
LICENCES = re.compile(
    r"\b(?:MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public License|LGPL|Lesser General Public"
    r"|Unlicense|0BSD|Zope Public|Public Domain)\b",
    re.IGNORECASE,
)
READ_BY_HAND = frozenset({"axe-playwright-python"})  # MIT, which only the file LICENSE of its sources says


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A pinned package; hashes: SHA-256 of its files."""

    name: str
    version: str
    hashes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the index says of a pin: faults, and questions that it did not answer."""

    faults: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()


def pins(lock: str) -> tuple[Pin, ...]:
    return tuple(
        Pin(name=found["name"], version=found["version"], hashes=frozenset(HASH.findall(found["rest"])))
        for found in PINNED.finditer(lock)
    )


def index() -> str:
    """Return the address of pip's index, without a slash at its end."""
    from pip._internal.models.index import PyPI  # noqa: PLC0415  pip says its default nowhere else

    said = run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    configured = INDEX.search(said)
    return (configured["address"] if configured else PyPI.simple_url).rstrip("/")


def asked(address: str) -> Mapping[str, Any] | None:
    """Return the JSON object at *address*, None if there is none or it cannot be reached."""
    request = urllib.request.Request(address, headers={"Accept": f"{SIMPLE}, application/json"})  # noqa: S310  the index's
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310  the same
            found = json.loads(answer.read())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def told_of(pin: Pin, home: str) -> Mapping[str, Any] | None:
    """Return what the index says of the pinned version, or of the newest where that is the same."""
    told = asked(f"{home}/pypi/{pin.name}/{pin.version}/json") or asked(f"{home}/pypi/{pin.name}/json")
    return told if told and told.get("info", {}).get("version") == pin.version else None


def look(pin: Pin, home: str) -> Finding:
    """Ask the index at *home* about *pin*."""
    faults, unanswered = [], []
    page = asked(f"{home}/{re.sub('[-_.]+', '-', pin.name).lower()}/")
    files = {file["hashes"].get("sha256"): file for file in page.get("files", ())} if page else {}
    if page is None or not files:
        unanswered.append("its files")
    elif not pin.hashes:
        faults.append("is pinned without a hash")
    else:
        there = [files[digest] for digest in pin.hashes if digest in files]
        if not there:
            faults.append("none of its pinned files is in the index any more")
        faults += [f"{file['filename']} is yanked: {file['yanked']}" for file in there if file.get("yanked")]
    told = told_of(pin, home.removesuffix("/simple"))
    if told is None or "vulnerabilities" not in told:
        unanswered.append("its vulnerabilities")
    else:
        faults += [
            f"has the vulnerability {each['id']}" for each in told["vulnerabilities"] if not each.get("withdrawn")
        ]
    return Finding(faults=tuple(faults), unanswered=tuple(unanswered))


def licence_fault(pin: Pin) -> str | None:
    """Return why the licence of *pin* is not known to be good; None where it is, or the package is not installed."""
    if pin.name in READ_BY_HAND:
        return None
    try:
        said = metadata.metadata(pin.name)
    except metadata.PackageNotFoundError:
        return None
    stated = [said.get("License-Expression") or "", (said.get("License") or "")[:200]]
    stated += [each for each in said.get_all("Classifier") or () if each.startswith("License ::")]
    return None if LICENCES.search("\n".join(stated)) else f"has a licence that is not listed: {' '.join(stated)!r}"


def report(lock: Path) -> Iterator[str]:
    """Yield a line for each fault in *lock*, and print what nobody answered."""
    pinned = pins(lock.read_text(encoding="utf-8"))
    home = index()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        findings = list(pool.map(lambda pin: look(pin, home), pinned))
    for pin, finding in zip(pinned, findings, strict=True):
        faults = (*finding.faults, *filter(None, (licence_fault(pin),)))
        yield from (f"{lock}: {pin.name} {pin.version} {fault}" for fault in faults)
    for question in ("its files", "its vulnerabilities"):
        silent = sum(question in finding.unanswered for finding in findings)
        print(f"{lock}: the index told {question.removeprefix('its ')} of {len(pinned) - silent} of {len(pinned)}")


def main() -> None:
    faults = [fault for lock in sys.argv[1:] for fault in report(Path(lock))]
    for fault in faults:
        print(fault, file=sys.stderr)
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
