"""Debian's Chromium for tests: one browser, over a service that it knows by a name of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

PROGRAM = "/usr/bin/chromium"
NAME = "news.localhost"  # as good as TLS to a browser, so that pages may use the clipboard
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@contextmanager
def chromium(port: int) -> Iterator[Browser]:
    """Run the browser, for which NAME is the service on *port* of this machine, and no other host is anywhere."""
    if shutil.which(PROGRAM) is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    rules = f"MAP {NAME} 127.0.0.1:{port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=PROGRAM, args=[*QUIET, f"--host-resolver-rules={rules}"], timeout=60_000
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def reader(browser: Browser, size: str, theme: str, *, has_scripts: bool = True) -> Iterator[BrowserContext]:
    """Hold a reader's window: its *size* and *theme*, with JavaScript or without."""
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=f"http://{NAME}",
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]
        java_script_enabled=has_scripts,
        permissions=["clipboard-read", "clipboard-write"],
        has_touch=size == "phone",
    )
    context.set_default_timeout(60_000)
    try:
        yield context
    finally:
        context.close()
