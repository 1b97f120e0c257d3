"""A newsroom for tests: a folder of documents, a configuration, a store, and a clock that the test holds."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedsvc.config.loading import load_settings
from feedsvc.config.settings import Settings
from feedsvc.model.feed import Edition
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from feedsvc.stores import open_store
from feedsvc.stores.backups import Restored, restore_backup
from feedsvc.stores.store import Store

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
MAIN = """
[site]
title = { en = "Quay News", zh = "码头新闻" }
base_url = "https://quay.example"
authority = "quay.example"
authority_date = "2026-01-01"
author = "Quay News"
languages = ["en", "zh"]
time_zone = "Asia/Shanghai"

[[sources]]
name = "desk"
url = "articles"
category = "general"
"""
CATEGORIES = """
[world]
title = { en = "World", zh = "国际" }
[science]
title = { en = "Science", zh = "科学" }
[general]
title = { en = "General", zh = "综合" }
"""


def sequences_in(store: Store, articles: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return, by article and language, the order in which the versions of *articles* were first published."""
    with store.begin() as tx:
        return tx.placements.sequences(articles)


def said(room: Newsroom) -> list[str]:
    """Return the problems of the last edition, as reports print them."""
    return [f"{problem.severity}: {problem}" for problem in room.store.edition().problems]


def titles(room: Newsroom) -> list[str]:
    """Return the titles in the feed of all articles, sorted."""
    return sorted(item["title"] for item in json.loads(room.feed("/feeds/all.json"))["items"])


@dataclass(slots=True)
class Newsroom:
    """A newsroom in *folder*; `now` moves on by an hour with each pass."""

    folder: Path
    now: datetime = START
    environ: dict[str, str] = field(default_factory=dict)
    main: str = MAIN
    _store: Store | None = None

    def __post_init__(self) -> None:
        config = self.folder / "config"
        config.mkdir()
        self.articles.mkdir()
        self.configure(self.main)
        (config / "categories.toml").write_text(CATEGORIES, encoding="utf-8")

    @property
    def articles(self) -> Path:
        return self.folder / "articles"

    @property
    def settings(self) -> Settings:
        return load_settings({"FEEDSVC_CONFIG": str(self.folder / "config"), **self.environ})

    @property
    def store(self) -> Store:
        if self._store is None:
            self._store = open_store(self.settings)
        return self._store

    def configure(self, main: str) -> None:
        (self.folder / "config" / "feedsvc.toml").write_text(main, encoding="utf-8")

    def file(self, path: str, text: str | bytes, *, arrival: datetime | None = None) -> Path:
        """Write a document; it arrives an hour before now unless said."""
        target = self.articles / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        seconds = (arrival or self.now - timedelta(hours=1)).timestamp()
        os.utime(target, (seconds, seconds))
        return target

    def publish(
        self,
        *,
        accept: frozenset[str] = frozenset(),
        among: Sequence[str] | None = None,
        again: Callable[[], None] | None = None,
    ) -> Edition:
        """Make a pass; *among* says which documents and folders may have changed, *again* makes it one of several."""
        request = PassRequest(
            settings=self.settings,
            now=self.now,
            among=None if among is None else {"desk": among},
            removals_accepted=accept,
            again=again,
        )
        edition = publish(self.store, request)
        self.now += timedelta(hours=1)
        return edition

    def restore(self, file: Path, url: str | None = None, *, replace: bool = False) -> Restored:
        """Bring a backup back, into the store at *url* or into the newsroom's own."""
        url = url or self.settings.store_url
        return restore_backup(url, file, var=self.folder / "var", now=self.now, replace=replace)

    def feed(self, path: str) -> bytes:
        ready = self.store.ready(path)
        assert ready is not None, path
        return ready.body

    def copy(self, folder: Path, store_url: str) -> Newsroom:
        """Return the same newsroom in *folder*, over a copy of its store; it must be closed."""
        copy = Newsroom(folder, self.now, {**self.environ, "FEEDSVC_STORE_URL": store_url})
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return copy

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
