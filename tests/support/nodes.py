"""Nodes of one site: folders with a configuration of their own, over the articles of all, and what they serve."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from service import PATIENCE_S, Answer, Service

CONFIG = Path(__file__).parents[2] / "config"


def write(folder: Path, name: str, title: str) -> None:
    """Move a story into the articles below *folder*, whole."""
    world = folder / "articles" / "world"
    world.mkdir(parents=True, exist_ok=True)
    first = world / f".{name}.tmp"
    first.write_text(f"{title}\n\nLISBON, Nov. 20, 2025 (Harbour Wire) -- The {name} were seen by all.\n")
    first.chmod(0o644)
    first.rename(world / f"{name}.txt")


def make_node(place: Path, name: str) -> Path:
    """Return the folder of a new node in *place*; the first one brings a story."""
    if not (place / "articles").exists():
        write(place, "lamps", "Lamps lit again")
    folder = place / name
    shutil.copytree(CONFIG, folder / "config")
    settings = folder / "config" / "feedsvc.toml"
    text = settings.read_text(encoding="utf-8")
    assert 'url = "articles"' in text
    settings.write_text(text.replace('url = "articles"', f'url = "{place}/articles"'), encoding="utf-8")
    return folder


def titles(answer: Answer) -> list[str]:
    return sorted(item["title"] for item in json.loads(answer.body)["items"]) if answer.status == 200 else []


def wait_for_title(service: Service, title: str, *, within_s: float = PATIENCE_S) -> list[str]:
    """Return the titles once *title* is among them."""
    return titles(service.wait_for("/feeds/all.json", lambda answer: title in titles(answer), within_s=within_s))
