"""Publish a folder of documents with feedsvc, as its users do, and read from the store what came of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from feedsvc.config.loading import load_settings
from feedsvc.model.article import Article
from feedsvc.model.document import Problem
from feedsvc.sources.file_kinds import kind_of
from feedsvc.stores import open_store
from feedsvc.stores.articles import Articles

SITE = """
[site]
title = {{ {titles} }}
base_url = "https://bed.example"
authority = "bed.example"
authority_date = "2026-01-01"
author = "Bed"
languages = {languages}
time_zone = "{zone}"

[[sources]]
name = "{source}"
url = {folder}
category = "general"
"""
SOURCE = "copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a document; without an article and a problem it was not read, or went without a word."""

    article: Article | None = None
    problems: tuple[Problem, ...] = ()
    is_document: bool = True

    @property
    def kind(self) -> str:
        """Return "published", "rejected", "held", "left out" or "not told"."""
        if self.article is not None:
            return "published"
        severities = {problem.severity for problem in self.problems}
        for severity in ("rejected", "held"):
            if severity in severities:
                return severity
        return "told" if severities else "not told" if self.is_document else "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass over a folder.

    cpu_s: of all its processes, less that of a pass over an empty folder.
    said:  what it printed, if it did not end well.
    """

    outcomes: Mapping[str, Outcome]
    articles: int
    problems: tuple[Problem, ...]
    cpu_s: float
    said: str


def published(folder: Path, paths: Sequence[str], *, languages: Sequence[str], zone: str, work: Path) -> Pass:
    """Return what a pass over *folder* makes of the documents at *paths*.

    work: an empty folder, for configuration and store.
    """
    (work / "nothing").mkdir()
    empty, _ = _published(work / "empty", work / "nothing", languages=languages, zone=zone)
    cpu_s, said = _published(work / "site", folder, languages=languages, zone=zone)
    settings = load_settings({"FEEDSVC_CONFIG": str(work / "site" / "config")})
    store = open_store(settings)
    try:
        with store.snapshot() as connection:
            articles = Articles(connection)
            entries = [entry for identity in articles.ids() for entry in articles.live_entries([identity])]
        problems = store.edition().problems
    finally:
        store.close()
    by_path = {origin: entry.article for entry in entries for origin in entry.article.origins}
    told: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        told[problem.path].append(problem)
    return Pass(
        outcomes={
            path: Outcome(
                article=by_path.get(path), problems=tuple(told[path]), is_document=kind_of(path) == "document"
            )
            for path in paths
        },
        articles=len(entries),
        problems=problems,
        cpu_s=max(cpu_s - empty, 0.0),
        said=said,
    )


def _published(site: Path, folder: Path, *, languages: Sequence[str], zone: str) -> tuple[float, str]:
    config = site / "config"
    config.mkdir(parents=True)
    titles = ", ".join(f'{language} = "Bed"' for language in languages)
    filled = SITE.format(
        titles=titles, languages=json.dumps(list(languages)), zone=zone, source=SOURCE, folder=json.dumps(str(folder))
    )
    (config / "feedsvc.toml").write_text(filled, encoding="utf-8")
    named = ", ".join(f'{language} = "General"' for language in languages)
    (config / "categories.toml").write_text(f"[general]\ntitle = {{ {named} }}\n", encoding="utf-8")
    environment = os.environ | {"FEEDSVC_CONFIG": str(config)}
    with (site / "said").open("w+b") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "feedsvc", "publish"], env=environment, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    return usage.ru_utime + usage.ru_stime, "" if process.returncode in (0, 1) else text
