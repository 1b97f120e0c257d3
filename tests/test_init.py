"""feedsvc init: a site of one's own, from nothing."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from service import PATIENCE_S, environment, feedsvc, serving


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def checked(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in feedsvc(folder, "check", "--json").stdout.splitlines()]


def test_a_new_site_in_two_languages_is_published_as_it_is(tmp_path):
    done = feedsvc(
        tmp_path, "init", ".", "--name", 'The "Tagus" Wire', "--languages", "en,zh", "--time-zone", "Europe/Lisbon"
    )

    with serving(tmp_path, is_alone=True) as service:
        feed = json.loads(service.ask("/feeds/all.json").body)
        chinese = json.loads(service.ask("/feeds/news.zh.json").body)
    (entry,) = feed["items"]
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "articles" / "features").is_dir()
    assert "`ferry.en.txt`" in (tmp_path / "articles" / "news" / "welcome.en.md").read_text(encoding="utf-8")
    assert entry["title"] == "How to publish your first story / 发布第一篇稿件"
    assert entry["authors"] == [{"name": 'The "Tagus" Wire'}]
    assert chinese["title"].startswith("新闻 – ")
    assert [item["title"] for item in chinese["items"]] == ["发布第一篇稿件"]


@pytest.mark.parametrize(
    ("languages", "written"),
    [("fr", ["fr"]), ("zh-Hant,en", ["en", "zh-Hant"]), ("de,fr,pl", ["de"]), ("ar", ["ar"])],
)
def test_the_first_article_is_in_the_main_language(tmp_path, languages, written):
    feedsvc(tmp_path, "init", "--languages", languages)

    (article,) = checked(tmp_path)

    assert (article["state"], sorted(article["languages"]), article["problems"]) == ("live", written, [])


def test_nothing_that_is_there_is_overwritten(tmp_path):
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "ferry.txt").write_text("Ferry sails\n\nIt sailed at nine.\n", encoding="utf-8")

    first = feedsvc(tmp_path, "init")
    second = feedsvc(tmp_path, "init", "--name", "Another")

    assert first.returncode == 0
    assert files(tmp_path) == [
        ".gitignore",
        "README.md",
        "articles/ferry.txt",
        "config/categories.toml",
        "config/feedsvc.toml",
    ]
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
    assert "README.md exists and stays as it is" in first.stdout
    assert (second.returncode, second.stderr) == (
        2,
        "feedsvc: config exists, and nothing is overwritten; name another folder\n",
    )
    assert "Another" not in (tmp_path / "config" / "feedsvc.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        pytest.param("--time-zone", "Mars", "--time-zone: 'Mars' is not an IANA time zone", id="zone"),
        pytest.param("--languages", "en zh", "--languages: must be a list of language tags", id="languages"),
        pytest.param("--address", "tagus.example", "--address: must be an http or https address", id="address"),
    ],
)
def test_a_wrong_setting_is_told_and_leaves_nothing(tmp_path, option, value, told):
    done = feedsvc(tmp_path, "init", "news", option, value)

    assert done.returncode == 2
    assert done.stderr.startswith(f"feedsvc: {told}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "authority"),
    [
        pytest.param("https://news.tagus.example/wire", "news.tagus.example", id="domain"),
        pytest.param("http://127.0.0.1:8000", "example.org", id="loopback"),
        pytest.param("http://[::1]:8000", "example.org", id="IPv6"),
        pytest.param("http://wire:8000", "example.org", id="bare host"),
    ],
)
def test_ids_are_minted_by_the_domain_of_the_site(tmp_path, address, authority):
    feedsvc(tmp_path, "init", "--address", address)

    (article,) = checked(tmp_path)

    assert article["id"].startswith(f"tag:{authority},")


def test_a_person_at_a_terminal_is_asked(tmp_path):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "feedsvc", "init", "wire"],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        os.write(ours, b"Tagus Wire\n\nen,zh\nEurope/Lisbon\n")
        said, _ = process.communicate(timeout=PATIENCE_S)
    os.close(ours)
    os.close(theirs)

    settings = (tmp_path / "wire" / "config" / "feedsvc.toml").read_text(encoding="utf-8")
    assert process.returncode == 0
    assert "Name of the site [wire]" in said
    assert said.endswith("start it: cd wire && feedsvc serve\n")
    assert 'title = { en = "Tagus Wire", zh = "Tagus Wire" }' in settings
    assert 'time_zone = "Europe/Lisbon"' in settings


def test_the_last_line_names_the_command_so_that_the_shell_finds_it(tmp_path):
    command = Path(sys.executable).with_name("feedsvc")
    names = {"": str(command), str(command.parent): "feedsvc"}

    said = [
        subprocess.run(
            [command, "init", folder.replace("/", "_") or "none"],
            cwd=tmp_path,
            env={**environment(tmp_path), "PATH": folder},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for folder in names
    ]

    assert [line.rpartition("&& ")[2] for line in said] == [f"{name} serve\n" for name in names.values()]


def test_serve_offers_a_new_site_to_a_person_in_an_empty_folder(tmp_path):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "feedsvc", "serve", "--bind", "127.0.0.1:0"],
        cwd=tmp_path,
        env={name: value for name, value in environment(tmp_path).items() if name != "FEEDSVC_CONFIG"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        os.write(ours, b"y\nTagus Wire\n\nen\nEurope/Lisbon\n")
        said = list(takewhile(lambda line: "Listening at" not in line, process.stdout))
        process.terminate()
        process.communicate(timeout=PATIENCE_S)
    os.close(ours)
    os.close(theirs)

    assert said[0].startswith("There is no site in this folder. Start a new one here? [Y/n]")
    assert not any("start it" in line for line in said)  # it is being started
    assert 'title = { en = "Tagus Wire" }' in (tmp_path / "config" / "feedsvc.toml").read_text(encoding="utf-8")
    assert process.returncode == 0


def test_a_command_in_an_empty_folder_names_init(tmp_path):
    done = feedsvc(tmp_path, "serve")

    assert done.returncode == 2
    assert done.stderr.endswith("or start a new site with feedsvc init\n")
