"""Take the pictures in docs/screenshots of the pages over the sample articles, the same each time.

Usage: python tools/take_screenshots.py

Needs what the tests need (chromium), and Debian's pngquant and fonts-noto-cjk. The clock of the pictures stands still,
so that a picture changes only when its page does.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from feedsvc.config.loading import load_settings
from feedsvc.config.settings import MediaRules
from feedsvc.publish.context import PassRequest
from feedsvc.publish.pipeline import publish
from feedsvc.stores.store import Store
from feedsvc.web import make_app

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))
from chromium import NAME, SIZES, chromium, reader  # noqa: E402  the browser of the tests

FOLDER = ROOT / "docs" / "screenshots"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
THEMES = ("light", "dark")
COLOURS = "32"
TOKEN = "a-token-for-pictures"  # noqa: S105  of no service
PAGES = {
    "front": "/",
    "front-zh": "/zh/",
    "category": "/categories/ocean/",
    "feeds": "/feeds/",
    "article": "/articles/two-villages-finish-the-lantern-bridge-they-began-as-children",
    "explain": "/articles/two-villages-finish-the-lantern-bridge-they-began-as-children/explain",
    "search": "/search?q=灯桥",
    "status": "/status",
}


class Quiet(WSGIRequestHandler):
    """Log nothing."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  werkzeug's own name
        """Pass over it."""


def main() -> None:
    """Publish the samples into a store that goes again, and take every page in every size and theme."""
    settings = load_settings({"FEEDSVC_CONFIG": str(ROOT / "config"), "FEEDSVC_BASE_URL": f"http://{NAME}"})
    with tempfile.TemporaryDirectory() as folder, closing(Store(f"sqlite:///{folder}/store.db")) as store:
        media = MediaRules(folder=Path(folder) / "media")
        settings = replace(settings, store_url=f"sqlite:///{folder}/store.db", media=media)
        publish(store, PassRequest(settings=settings, now=NOW))
        application = make_app(settings, store, clock=lambda: NOW, token=TOKEN)
        server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
        Thread(target=server.serve_forever, daemon=True).start()
        FOLDER.mkdir(exist_ok=True)
        with chromium(server.server_port) as browser:
            for size in SIZES:
                for theme in THEMES:
                    with reader(browser, size, theme) as context:
                        context.set_extra_http_headers({"Authorization": f"Bearer {TOKEN}"})
                        page = context.new_page()
                        for name, path in PAGES.items():
                            page.goto(path)
                            page.screenshot(path=FOLDER / f"{name}-{size}-{theme}.png", scale="css")
        server.shutdown()
    pictures = sorted(FOLDER.glob("*.png"))
    command = ["pngquant", "--strip", "--speed", "1", "--nofs", "--force", "--ext", ".png", COLOURS]
    subprocess.run([*command, *pictures], check=True)
    for picture in pictures:
        print(f"{picture.stat().st_size / 1000:6.1f} kB  {picture.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
