"""Try a theme: render each page for readers with it, over a store with one article, and tell what failed."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from feedsvc.config.settings import MediaRules, Settings, SourceSettings
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from feedsvc.sources import open_sources
from feedsvc.stores.store import Store
from feedsvc.web import make_app
from feedsvc.web.theme import PROBLEMS, read_theme

SAMPLE = "sample"


def theme_problems(settings: Settings, *, now: datetime) -> tuple[str, ...]:
    """Return what is wrong with the theme of the site, each with file and line; nothing if there is no theme."""
    theme = read_theme(settings.root)
    if not (theme.templates or theme.files or theme.problems):
        return ()
    slug = settings.categories[0].slug
    with tempfile.TemporaryDirectory(prefix="feedsvc-theme-") as folder:
        document = Path(folder) / f"{SAMPLE}.md"
        titles = "".join(f"  {tag}: {SAMPLE} {tag}\n" for tag in settings.site.languages)
        head = f"title:\n{titles}slug: {SAMPLE}\ndate: 2026-01-02 12:00 UTC\nauthor: Ana Reis\ntags: [ferries]\n"
        document.write_text(f"---\n{head}related: [Elsewhere]\n---\n\nText.\n", encoding="utf-8")
        source = SourceSettings(name=SAMPLE, url=folder, category=slug)
        apart = replace(
            settings,
            sources=(source,),
            store_url=f"sqlite:///{folder}/trial.db",
            media=MediaRules(folder=Path(folder) / "media"),
            publisher=False,
        )
        with closing(Store(apart.store_url)) as store:
            publish(store, PassRequest(settings=apart, now=now, sources=open_sources(apart)))
            app = make_app(apart, store)
            client = app.test_client()
            pages = ("/", f"/categories/{slug}/", f"/articles/{SAMPLE}", "/feeds/", f"/search?q={SAMPLE}", "/nowhere")
            for page in (*pages, f"/articles/{SAMPLE}/explain"):
                client.get(page, base_url=settings.site.base_url)
    return tuple(app.extensions[PROBLEMS])
