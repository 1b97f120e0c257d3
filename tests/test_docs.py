"""The reference in docs/reference names everything that the code knows, and nothing else; datasette has the idea."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from runpy import run_path

import click
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from drafts import draft
from feedsvc.cli import main
from feedsvc.config.loading import OF_BUCKETS, OF_UPSTREAM, load_settings
from feedsvc.config.own_feeds import KEYS as OWN_FEED_KEYS
from feedsvc.config.partners import KEYS as PARTNER_KEYS
from feedsvc.config.podcasts import KEYS as PODCAST_KEYS
from feedsvc.config.settings import Settings
from feedsvc.config.tables import KEYS, OF_CATEGORIES
from feedsvc.model.draft import Draft
from feedsvc.model.errors import SettingsError
from feedsvc.parsers.frontmatter.key_names import IN_A_LANGUAGE, MEANINGS, NOT_LANGUAGES, RULES, is_read
from feedsvc.parsers.frontmatter.keys import READERS
from feedsvc.web import create_app
from made_files import photo
from newsroom import MAIN, Newsroom

PROJECT = Path(__file__).resolve().parents[1]
DOCS = PROJECT / "docs"
CODE = re.compile(r"`([^`]+)`")
VARIABLE = re.compile(r"FEEDSVC_[A-Z_]+|PORT|WEB_CONCURRENCY")
PATH = re.compile(r"`((?:feedsvc|tests|tools|benchmarks|config)/[\w./-]*)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def page(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def rows(name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the cells of each row of each table of a page, with the heading above it."""
    heading = ""
    for line in page(name).splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("| `"):
            yield heading, [cell.strip() for cell in line.strip("|").split("|")]


def codes(cell: str) -> list[str]:
    return CODE.findall(cell)


# Settings

TABLES = {f"[{name}]": name for name in ("site", "feeds", "rights", "store", "media")}
TABLES |= {"[[sources]]": "sources", "[[receivers]]": "receivers", "[category.podcast]": "podcast"}
TABLES |= {"partners.toml": "partner", "feeds.toml": "own feed"}
COVER = photo(1400, 1400)
SETTINGS = {
    (TABLES.get(heading, "category"), codes(key)[0]): (default, codes(example)[0])
    for heading, (key, default, _, example) in rows("settings.md")
}
LEAST: Mapping[str, Mapping[str, str]] = {
    "site": {
        "title": 'title = "Quay"',
        "base_url": 'base_url = "https://quay.example"',
        "authority": 'authority = "quay.example"',
        "authority_date": 'authority_date = "2026-01-01"',
        "author": 'author = "Quay"',
    },
    "feeds": {},
    "rights": {},
    "store": {},
    "media": {},
    "sources": {"name": 'name = "desk"', "url": 'url = "articles"', "category": 'category = "world"'},
    "receivers": {
        "name": 'name = "cdn"',
        "kind": 'kind = "fastly"',
        "service": 'service = "abc"',
        "secret": 'secret = "a-secret-of-this-test"',
    },
    "category": {},
    "own feed": {},
    "partner": {"profile": 'profile = "plain"'},
    "podcast": {
        "email": 'email = "desk@quay.example"',
        "categories": 'categories = ["Arts"]',
        "image": 'image = "https://quay.example/cover.png"',
    },
}


# What other keys have beside a key that they do not go with.
BESIDE = {("receivers", "key"): {"kind": 'kind = "indexnow"', "key": 'key = "12345678"', "service": "", "secret": ""}}
BESIDE |= {("sources", key): {"url": 'url = "s3://desk/news"'} for key in (*OF_BUCKETS, "every_s")}
BESIDE |= {("sources", key): {"url": 'url = "https://pier.example/feed"'} for key in OF_UPSTREAM}


def load(folder: Path, table: str, key: str, line: str) -> Settings:
    """Return the settings of a least configuration with another *line* for *key*, none where it is empty."""
    written = {
        name: "\n".join(({**lines, **BESIDE.get((table, key), {}), key: line} if name == table else lines).values())
        for name, lines in LEAST.items()
    }
    main_text = "".join(f"[{name}]\n{written[name]}\n" for name in ("site", "feeds", "rights", "store", "media"))
    main_text += "".join(f"[[{name}]]\n{written[name]}\n" for name in ("sources", "receivers"))
    (folder / "feedsvc.toml").write_text(main_text, encoding="utf-8")
    (folder / "logo.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "icon.png").write_bytes((PROJECT / "feedsvc" / "web" / "static" / "icon.png").read_bytes())
    (folder / "cover.jpg").write_bytes(COVER)
    categories = f"[world]\n{written['category']}\n[world.podcast]\n{written['podcast']}\n[business]\n"
    (folder / "categories.toml").write_text(categories, encoding="utf-8")
    (folder / "feeds.toml").write_text(f"[whales]\n{written['own feed']}\n", encoding="utf-8")
    (folder / "partners.toml").write_text(f"[partner]\n{written['partner']}\n", encoding="utf-8")
    return load_settings({"FEEDSVC_CONFIG": str(folder)})


def test_every_setting_is_documented_and_no_other():
    accepted = {(table, key) for table, keys in KEYS.items() for key in keys}

    accepted |= {("category", key) for key in OF_CATEGORIES if key != "podcast"}
    accepted |= {("podcast", key) for key in PODCAST_KEYS}
    accepted |= {("partner", key) for key in PARTNER_KEYS}
    accepted |= {("own feed", key) for key in OWN_FEED_KEYS}

    assert set(SETTINGS) == accepted


@pytest.mark.parametrize(("table", "key"), SETTINGS, ids=".".join)
def test_the_default_of_a_setting_is_as_documented(table, key, tmp_path):
    default, _ = SETTINGS[table, key]

    if default == "*required*":
        with pytest.raises(SettingsError):
            load(tmp_path, table, key, "")
    elif default.startswith("*"):
        assert load(tmp_path, table, key, "") is not None
    else:
        assert load(tmp_path, table, key, f"{key} = {codes(default)[0]}") == load(tmp_path, table, key, "")


@pytest.mark.parametrize(("table", "key"), SETTINGS, ids=".".join)
def test_the_example_of_a_setting_has_an_effect(table, key, tmp_path):
    _, example = SETTINGS[table, key]
    least = {**LEAST[table], **BESIDE.get((table, key), {})}.get(key, "")

    changed = load(tmp_path, table, key, example)

    assert list(tomllib.loads(example)) == [key]
    assert changed != load(tmp_path, table, key, least)


# Environment

VARIABLES = {codes(name)[0]: (default, codes(example)[0]) for _, (name, default, _, example) in rows("environment.md")}
OF_SETTINGS = sorted(name for name in VARIABLES if name in inspect.getsource(inspect.getmodule(load_settings)))  # type: ignore[arg-type]


def test_every_variable_is_documented_and_no_other():
    files = [
        *(PROJECT / "feedsvc").rglob("*.py"),
        *(PROJECT / "config").glob("*.py"),
        *(PROJECT / "tests").rglob("*.py"),
    ]
    named = {
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value)
    }

    assert set(VARIABLES) == named


@pytest.mark.parametrize("name", OF_SETTINGS)
def test_the_default_of_a_variable_is_as_documented(name, tmp_path, monkeypatch):
    default, example = VARIABLES[name]
    Newsroom(tmp_path)
    monkeypatch.chdir(tmp_path)
    least = load_settings({})

    if not default.startswith("*"):
        assert load_settings({name: codes(default)[0]}) == least
    key, _, value = example.partition("=")
    assert key == name
    if name != "FEEDSVC_CONFIG":
        assert load_settings({name: value}) != least


# Commands and layers

PAGES = run_path(str(PROJECT / "tools" / "write_reference.py"))["pages"]()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_is_generated_is_not_stale(path):
    assert path.read_text(encoding="utf-8") == PAGES[path], "run .venv/bin/python tools/write_reference.py"


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_says_what_it_does_and_examples_are_understood(name):
    command = main.commands[name]
    shown = re.search(
        rf"^## feedsvc {name}$.*?^Example: `feedsvc {name}(.*?)`$", page("commands.md"), re.DOTALL | re.MULTILINE
    )

    silent = [each.name for each in command.params if isinstance(each, click.Option) and not (each.help or each.hidden)]

    assert (bool(command.help), silent) == (True, [])
    assert shown is not None
    words = re.findall(r"'[^']*'|\S+", shown[1])
    _, rest, _ = command.make_parser(click.Context(command)).parse_args(words)
    assert rest == []


# Metrics


def test_every_metric_is_documented_and_no_other(tmp_path):
    hub = '[[receivers]]\nname = "hub"\nkind = "websub"\nurl = "https://hub.example/"\n'
    newsroom = Newsroom(tmp_path, main=f"{MAIN}silent_after_s = 600\n{hub}")
    newsroom.environ = {"FEEDSVC_PUBLISHER": "off", "FEEDSVC_STATUS_TOKEN": "a-token-of-this-test"}
    newsroom.file("world/tide.md", "---\ntitle: Quiet Tide\ndate: 2026-10-30\n---\nThe water hardly rose.\n")
    newsroom.publish()
    newsroom.close()

    answer = (
        create_app(newsroom.settings)
        .test_client()
        .get("/metrics", headers={"Authorization": "Bearer a-token-of-this-test"})
    )

    told = dict(re.findall(r"^# TYPE (\S+) (\S+)$", answer.text, re.MULTILINE))
    labels = {
        metric_of(sample): set(sample.labels) - {"le"} for each in families(answer.text) for sample in each.samples
    }
    documented = {codes(name)[0]: (kind, set(codes(cell))) for _, (name, kind, cell, *_) in rows("metrics.md")}
    assert documented == {name: (kind, labels[name]) for name, kind in told.items()}


@pytest.mark.parametrize("example", [codes(cells[-1])[0] for _, cells in rows("metrics.md")])
def test_the_example_of_a_metric_is_one_of_it(example):
    (sample,) = (sample for each in families(f"{example}\n") for sample in each.samples)

    row = next(cells for _, cells in rows("metrics.md") if codes(cells[0]) == [metric_of(sample)])
    assert set(sample.labels) - {"le"} == set(codes(row[2]))


def metric_of(sample: Sample) -> str:
    """Return the name of a sample's metric, which is longer in the samples of a histogram."""
    return re.sub(r"(_duration_seconds)_(bucket|sum|count)$", r"\1", sample.name)


def families(text: str) -> Iterator:
    return text_string_to_metric_families(text)


# Front matter

FRONT = [(heading, *cells) for heading, cells in rows("front-matter.md") if len(cells) == 3]  # keys, meaning, example
OF_OTHERS = "Keys of other tools"


def with_front(front: str) -> Draft:
    return draft(f"---\n{front}\n---\n\n# Quiet Tide\n\nTwelve keepers sang.\n", "choir.md")


@pytest.mark.parametrize(("known", "is_of_others"), [(MEANINGS, False), (RULES, True)], ids=["ours", "of other tools"])
def test_every_key_of_front_matter_is_documented_and_no_other(known, is_of_others):
    together: dict[str, set[str]] = {}
    for key, meaning in known.items():
        together.setdefault(meaning, set()).add(key)

    documented = [codes(keys) for heading, keys, *_ in FRONT if (heading == OF_OTHERS) == is_of_others]

    assert sorted(map(sorted, documented)) == sorted(map(sorted, together.values()))


@pytest.mark.parametrize("example", [codes(example)[0] for *_, example in FRONT])
def test_the_example_of_a_key_has_an_effect(example):
    key, _, value = example.partition(":")

    assert with_front(example) != with_front(
        f"{'x' * len(key)}:{value}"
    )  # a key that is ignored, and moves no other words


def test_the_keys_that_end_in_a_language_are_documented_and_no_others():
    text = page("front-matter.md")
    inside = re.search(r"^## Keys with a language$(.*?)^## ", text, re.DOTALL | re.MULTILINE)
    assert inside is not None
    first, second = inside[1].strip().split("\n\n")

    assert set(codes(first.partition(":")[2])) == {key for key in MEANINGS if IN_A_LANGUAGE.fullmatch(f"{key}_zh")}
    assert set(codes(second)) == NOT_LANGUAGES


def test_the_keys_that_are_said_to_be_ignored_are():
    text = page("front-matter.md").partition("## Other keys")[2].partition("There is one exception")[0]
    keys = set(codes(text.partition("these are ignored:")[2]))

    assert len(keys) > 50
    assert [key for key in sorted(keys) if is_read(key)] == []


@pytest.mark.parametrize("key", ["related", "enclosures"])
def test_the_keys_inside_a_table_are_documented_and_no_others(key):
    source = inspect.getsource(inspect.getmodule(READERS[key]))  # type: ignore[arg-type]
    read = set(re.findall(r'fields\.get\("(\w+)"\)', source))

    inside = {codes(cells[0])[0]: set(codes(cells[1])) for _, cells in rows("front-matter.md") if len(cells) == 2}

    assert inside[key] <= read
    assert set().union(*inside.values()) == read


# All pages

TEXTS = sorted([*DOCS.rglob("*.md"), *PROJECT.glob("*.md")])


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_somewhere(path):
    links = [each for each in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in each]

    lost = [each for each in links if not (path.parent / each.partition("#")[0]).exists()]

    assert lost == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_files_that_pages_name_are_there(path):
    named = PATH.findall(path.read_text(encoding="utf-8"))

    lost = [each for each in named if not (PROJECT / each).exists()]

    assert lost == []


def test_the_changelog_says_nothing_twice():
    # A merge keeps the lines of both sides, so a bullet that one side has moved or rewritten comes back.
    words = " ".join((PROJECT / "CHANGELOG.md").read_text(encoding="utf-8").split())
    sentences = Counter(re.split(r"(?<=[.:]) (?:- )?", words))

    assert [sentence for sentence, times in sentences.items() if times > 1 and sentence.count(" ") > 4] == []


def test_code_names_pages_that_are_there():
    files = [
        PROJECT / "pyproject.toml",
        *(each for room in ("feedsvc", "tests") for each in (PROJECT / room).rglob("*.py")),
    ]

    lost = [
        (file.relative_to(PROJECT).as_posix(), named)
        for file in files
        for named in re.findall(r"docs/[\w/-]+\.md", file.read_text(encoding="utf-8"))
        if not (PROJECT / named).exists()
    ]

    assert lost == []


# Decisions

DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
SECTION = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
INDEX = (DOCS / "decisions" / "index.md").read_text(encoding="utf-8").splitlines()
PARTS = ["Context", "Choice", "What else was considered", "Consequences"]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_decision_has_its_parts_and_a_line_in_the_index(path):
    text = path.read_text(encoding="utf-8")
    head = re.match(r"# (\d+)\. (.+)\n\n(\d{4}-\d\d-\d\d), (.+)\n", text)
    assert head is not None
    number, title, date, status = head.groups()

    assert int(path.stem.partition("-")[0]) == int(number)
    assert [name for name, words in SECTION.findall(text) if words.strip()] == PARTS
    assert f"| [{number}]({path.name}) | {title} | {date} | {status} |" in INDEX
