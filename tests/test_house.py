"""What holds of the whole house: who may import what, what is registered, what is declared."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from feedsvc.datelines.languages import LANGUAGES
from feedsvc.feeds.formats import RENDERERS
from feedsvc.parsers import PARSERS
from feedsvc.sources import SOURCES

PROJECT = Path(__file__).parent.parent
PACKAGE = PROJECT / "feedsvc"
HEAVY = {"flask", "feedgen", "http.client", "lxml", "sqlalchemy"}


@cache
def imports(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return frozenset(found)


MODULES = sorted(PACKAGE.rglob("*.py"))


def importers(library: str) -> set[str]:
    return {
        path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for path in MODULES
        if any(name.split(".")[0] == library for name in imports(path))
    }


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        pytest.param("flask", {"web"}, id="Flask"),
        pytest.param("feedgen", {"feeds"}, id="feedgen"),
        pytest.param("sqlalchemy", {"stores"}, id="SQLAlchemy"),
        pytest.param("msgspec", {"model"}, id="msgspec"),
        pytest.param("PIL", {"stores"}, id="Pillow"),
        pytest.param("click", {"cli"}, id="click"),
        pytest.param("prometheus_client", {"web"}, id="prometheus-client"),
    ],
)
def test_a_library_is_fenced_in(library, homes):
    assert importers(library) == homes


@pytest.mark.parametrize(
    "command",
    ["import feedsvc.datelines", "import feedsvc.cli", "import feedsvc.cli.serve, feedsvc.stores.private_files"],
)
def test_what_must_start_fast_imports_nothing_heavy(command):
    script = f"{command}\nimport sys\nprint(*sorted({HEAVY!r} & set(sys.modules)))"

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == ""


def test_a_worker_reads_no_documents_until_it_explains_one():
    script = "import sys, feedsvc.web\nprint(*sorted({'feedsvc.datelines', 'feedsvc.parsers'} & set(sys.modules)))"

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == ""


def test_every_import_is_declared():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["postgres"], *extras["pictures"], *extras["upstream"]]
    names = {requirement.split(">")[0].split("=")[0].split("[")[0].strip().lower() for requirement in declared}
    distributions = packages_distributions()
    imported = {name.split(".")[0] for path in MODULES for name in imports(path)}
    foreign = imported - set(sys.stdlib_module_names) - {"feedsvc", "__future__"}

    used = {distributions[name][0].lower().replace("_", "-") for name in foreign}

    assert used - {"werkzeug", "markupsafe"} <= names  # Flask's own parts, which it re-exports in places
    assert names - used == {"tzdata"}  # a data set: used without being imported


@pytest.mark.parametrize("folder", ["parsers", "feeds/formats", "sources"])
def test_every_module_of_a_plug_in_folder_is_reached_from_its_registry(folder):
    modules = {path.stem: path for path in (PACKAGE / folder).iterdir() if path.suffix == ".py" or path.is_dir()}
    modules.pop("__pycache__", None)
    reached: set[str] = set()
    waiting = ["__init__"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting += [other for other in neighbours(modules[name], folder) & set(modules) if other not in reached]

    # OPML is beside the registry on purpose: it lists feeds and is none.
    assert set(modules) - reached == ({"opml"} if folder == "feeds/formats" else set())


def neighbours(path: Path, folder: str) -> set[str]:
    """Return the modules of *folder* that the one at *path* imports."""
    found = set()
    package = f"feedsvc.{folder.replace('/', '.')}"
    for file in [path] if path.is_file() else path.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == package:
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{package}."):
                found.add(node.module.removeprefix(f"{package}.").split(".")[0])
    return found


@pytest.mark.parametrize("registry", [PARSERS, RENDERERS, SOURCES, LANGUAGES])
def test_no_registry_is_empty(registry):
    assert len(registry) >= 1


ROOMS = [
    "articles",
    "cli",
    "config",
    "datelines",
    "feeds",
    "inspect",
    "model",
    "parsers",
    "publish",
    "sources",
    "stores",
    "text",
    "web",
]
LONGEST = 600  # lines of a module


def test_the_package_has_thirteen_rooms_and_no_module_beside_them():
    # A folder that moved may leave its compiled modules behind.
    found = {path.name for path in PACKAGE.iterdir() if path.is_file() or any(path.glob("*.py"))}

    assert found == {*ROOMS, "__init__.py", "__main__.py", "py.typed"}


def test_no_file_name_stands_twice():
    places: dict[str, list[str]] = {}
    for folder in (PACKAGE, PROJECT / "tests", PROJECT / "tools"):
        for path in sorted(folder.rglob("*.py")):
            places.setdefault(path.name, []).append(str(path.relative_to(PROJECT)))

    assert {name: found for name, found in places.items() if len(found) > 1 and name != "__init__.py"} == {}


def test_no_module_is_longer_than_a_chapter():
    lengths = {str(path.relative_to(PROJECT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_data_file_is_packaged():
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["feedsvc"]
    packaged = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    data = {path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}

    assert sorted(str(path) for path in data - packaged) == []


def test_no_file_speaks_of_a_machine_or_a_registry():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    places = ("/work" + "/", "/home" + "/", "index" + "-url", "pypi" + ".org", "files.python" + "hosted")

    speaking = [
        (name, place)
        for name in tracked
        if name and (PROJECT / name).is_file() and name != "tests/test_house.py"
        for place in places
        if place in (PROJECT / name).read_text(encoding="utf-8", errors="replace")
    ]

    assert speaking == []
