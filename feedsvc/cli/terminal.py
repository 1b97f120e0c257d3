"""A command at the terminal: its exit status, our errors in words, and the progress of its work."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from feedsvc.config.settings import Settings
from feedsvc.model.errors import FeedsvcError, SettingsError

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar  # click names the type nowhere else

REJECTED = 1
DAMAGED = 1
USAGE = 2


@contextmanager
def errors_told() -> Iterator[None]:
    """Print our own errors on standard error, and exit with status 2."""
    try:
        yield
    except SettingsError as error:
        for fault in error.faults:
            click.echo(f"feedsvc: {fault}", err=True)
        sys.exit(USAGE)
    except FeedsvcError as error:
        click.echo(f"feedsvc: {error}", err=True)
        sys.exit(USAGE)


BETWEEN_S = 0.1  # writing to a terminal for each document takes longer than reading the document


@contextmanager
def shown_progress(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Yield a function to call with the stage ("reading", …) for each document or article that is done in it.

    Nothing is shown unless standard error is a terminal.
    """
    if not sys.stderr.isatty():
        yield lambda _stage: None
        return
    counts: Counter[str] = Counter()
    began = last = read_at = time.monotonic()
    bar: ProgressBar[int]
    with click.progressbar(
        length=_expected(settings),
        label="reading",
        file=sys.stderr,
        show_pos=True,
        item_show_func=lambda _: _said(counts, read_at - began),
    ) as bar:

        def show(stage: str, now: float) -> None:
            nonlocal last, read_at
            last, read_at = now, now if stage == "reading" else read_at
            bar.label = stage
            bar.update(counts["reading"] - bar.pos)
            bar.render_progress()

        def step(stage: str) -> None:
            counts[stage] += 1
            now = time.monotonic()
            if now - last > BETWEEN_S:
                show(stage, now)

        yield step
        show("published", time.monotonic())


@contextmanager
def shown_counts() -> Iterator[Callable[[str], None]]:
    """Yield such a function for work of unknown size."""
    counts: Counter[str] = Counter()
    last = 0.0

    def step(stage: str) -> None:
        nonlocal last
        counts[stage] += 1
        if sys.stderr.isatty() and time.monotonic() - last > BETWEEN_S:
            last = time.monotonic()
            click.echo("\r" + ", ".join(f"{name} {count:,}" for name, count in counts.items()), nl=False, err=True)

    yield step
    if last:
        click.echo("\r\033[K", nl=False, err=True)


def _expected(settings: Settings) -> int:
    """Return how many documents the pass will read, without sources that cannot be listed: the pass reports them."""
    from feedsvc.model.errors import SourceError
    from feedsvc.sources import open_sources
    from feedsvc.sources.folder import FolderSource, list_all

    count = 0
    for source in open_sources(settings):
        if isinstance(source, FolderSource):
            with suppress(SourceError):
                count += sum(file.kind == "document" for file in list_all(source.root, source.selection))
    return count


def _said(counts: Counter[str], seconds: float) -> str:
    read = f"{counts['reading'] / max(seconds, BETWEEN_S):,.0f} documents a second"
    return f"{read}, {counts['assembling']:,} articles" if counts["assembling"] else read
