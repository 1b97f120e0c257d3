"""The command `feedsvc tell`."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import click

from feedsvc.cli.publish import take_lead
from feedsvc.cli.terminal import REJECTED, errors_told
from feedsvc.config.loading import load_settings
from feedsvc.config.settings import Settings
from feedsvc.model.errors import StoreError
from feedsvc.model.feed import ReceiverState, counted


@click.command()
def tell() -> None:
    """Tell the receivers once of the editions that they do not know.

    A service does so by itself. The command is for a site that single runs of feedsvc publish and feedsvc build make:
    run it after them. The exit status is 1 if a receiver cannot be told.
    """
    with errors_told():
        states = _tell(load_settings(os.environ))
    for state in states:
        failing = f"; {state.fault}" if state.failing_since else ""
        click.echo(f"{state.name}: {counted(state.waiting, 'edition')} waiting{failing}")
    sys.exit(REJECTED if any(state.failing_since for state in states) else 0)


def _tell(settings: Settings) -> tuple[ReceiverState, ...]:
    """Tell all receivers, one after another.

    raises: StoreError, also if another process does so.
    """
    from feedsvc.publish.deliveries import Deliverer
    from feedsvc.stores import open_store

    lead = take_lead(settings, "watch")
    if lead is None:
        raise StoreError("another process, feedsvc serve or feedsvc publish --watch, tells the receivers already")
    try:
        with closing(open_store(settings, makes=False)) as store:
            for receiver in settings.receivers:
                clock = partial(datetime.now, UTC)
                Deliverer(receiver, settings.site, clock=clock, seen_after_s=0.0).tell_all(store)
            return store.receiver_states()
    finally:
        lead.let_go()
