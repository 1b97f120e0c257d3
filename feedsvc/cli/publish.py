"""The command `feedsvc publish`."""

from __future__ import annotations

import logging
import os
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from feedsvc.cli.terminal import REJECTED, errors_told, shown_progress
from feedsvc.config.loading import load_settings
from feedsvc.config.logs import start_log
from feedsvc.config.settings import Settings
from feedsvc.model.document import told_once
from feedsvc.model.errors import SettingsError, StoreError
from feedsvc.model.feed import Edition, counted

if TYPE_CHECKING:  # importing it for real takes SQLAlchemy
    from feedsvc.stores.publisher_locks import Lead
    from feedsvc.stores.store import Store


@click.command()
@click.option(
    "--accept-removals",
    "accepted",
    multiple=True,
    metavar="SOURCE",
    help="Confirm that the documents missing from SOURCE were removed on purpose.",
)
@click.option("--watch", is_flag=True, help="Keep running, and publish every change.")
@click.option("--ends-with", type=int, hidden=True, help="End when nothing more can come from this file descriptor.")
def publish(accepted: tuple[str, ...], watch: bool, ends_with: int | None) -> None:  # noqa: FBT001  click gives a flag
    """Publish all new, changed and removed documents: one pass, one edition.

    The command is safe beside a running service, which serves the new edition at once. A service also publishes by
    itself.
    """
    if watch:
        if accepted:
            raise click.UsageError(
                "--accept-removals is for a single pass; run it without --watch, beside the process that watches."
            )
        _watch(ends_with)
    else:
        _publish_once(accepted)


def _watch(ends_with: int | None) -> None:
    from feedsvc.publish.processes import until_ended

    with errors_told():
        start_log(os.environ)
        until_ended(lambda: _watch_once_alone(is_kept=ends_with is not None), ends_with)


def _watch_once_alone(*, is_kept: bool) -> None:
    from feedsvc.publish.pipeline import Superseded
    from feedsvc.publish.processes import wait_for_lead
    from feedsvc.publish.watcher import watch
    from feedsvc.stores import lead_of

    settings = load_settings(os.environ)
    try:
        lead = lead_of(settings, "watch")
        with wait_for_lead(lead):
            watch(settings, leads=lead.take, is_kept=is_kept)
    except Superseded as reason:
        logging.getLogger(__name__).warning("%s: starting again", reason)
        # The same process, so that whoever started it keeps it.
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  our own command, without a shell


def _publish_once(accepted: tuple[str, ...]) -> None:
    from feedsvc.stores import keep_private, open_store

    with errors_told():
        settings = load_settings(os.environ)
        names = {source.name for source in settings.sources}
        if unknown := sorted(set(accepted) - names):
            raise SettingsError(
                [f"--accept-removals: no source {name!r}; known are {', '.join(sorted(names))}" for name in unknown]
            )
        for path in keep_private(settings):
            click.echo(f"{path}: other users of this machine could read it; now only its owner can", err=True)
        if any(source.is_polled for source in settings.sources):
            _poll(settings)
        with closing(open_store(settings)) as store:
            status = make_pass(settings, store, removals_accepted=frozenset(accepted))
    sys.exit(status)


POLLS_S = 120.0  # a source that has not answered by then is in a later pass


def _poll(settings: Settings) -> None:
    """Poll the buckets and the feeds of other sites that are due."""
    from feedsvc.publish.object_polls import buckets
    from feedsvc.publish.polling import poll_once
    from feedsvc.publish.upstream_polls import upstream_feeds

    def now() -> datetime:
        return datetime.now(UTC)

    poll_once([*buckets(settings, clock=now), *upstream_feeds(settings, clock=now)], limit_s=POLLS_S)


def make_pass(settings: Settings, store: Store, *, removals_accepted: frozenset[str] = frozenset()) -> int:
    """Make one pass, report it, and return the exit status.

    raises: StoreError, SettingsError.
    """
    from feedsvc.publish.worker_pool import collect_rarely

    collect_rarely()  # before most of what a pass needs is imported
    from feedsvc.publish import pipeline
    from feedsvc.publish.context import PassRequest

    _check_address(settings, store)
    before = store.edition()
    _wait_for_next_second(before)
    began, now = time.monotonic(), datetime.now(UTC)
    with shown_progress(settings) as progress:
        request = PassRequest(
            settings=settings,
            now=now + store.clock_ahead(now),
            removals_accepted=removals_accepted,
            elapsed_s=lambda: time.monotonic() - began,
            progress=progress,
        )
        edition = pipeline.publish(store, request)
    for line in told_once(edition.problems):
        click.echo(line, err=True)
    click.echo(_summary(before, edition, seconds=time.monotonic() - began))
    return REJECTED if any(problem.severity == "rejected" for problem in edition.problems) else 0


def _check_address(settings: Settings, store: Store) -> None:
    """Check that no other process publishes to *store* for another base URL, whose readers would get our links.

    raises: StoreError.
    """
    published = store.base_url()
    if published in {None, settings.site.base_url}:
        return
    lead = take_lead(settings, "watch")
    if lead is None:
        raise StoreError(
            f"another process, feedsvc serve or feedsvc publish --watch, publishes to this store for {published}, and "
            f"this command would publish for {settings.site.base_url}; use FEEDSVC_BASE_URL={published}, or a store of "
            "its own (FEEDSVC_STORE_URL); to move the store to the new address, stop the other process first"
        )
    lead.let_go()


def take_lead(settings: Settings, purpose: str) -> Lead | None:
    """Take the lock for *purpose*, "leader" or "watch"; return None if another process has it.

    raises: StoreError if there can be no lock.
    """
    from feedsvc.stores import lead_of

    lead = lead_of(settings, purpose)
    try:
        return lead if lead.take() else None
    except OSError as error:
        raise StoreError(f"the store cannot be locked: {error}") from error


def _wait_for_next_second(last: Edition) -> None:
    """Wait until the last edition is a second old, so that no edition is dated ahead of the clock."""
    ahead = last.made_at.timestamp() + 1 - time.time()
    time.sleep(min(max(ahead, 0.0), 1.0))


def _summary(before: Edition, edition: Edition, *, seconds: float) -> str:
    rejected = sum(problem.label == "rejected" for problem in edition.problems)
    held = sum(problem.severity == "held" for problem in edition.problems)
    trouble = f"; {rejected} rejected, {held} held" if rejected or held else ""
    if before.number == edition.number:
        return f"edition {edition.number} is unchanged: {counted(edition.articles, 'article')}{trouble}"
    return f"{edition.summary}, in {seconds:.2f} s{trouble}"
