"""The outcome of a command: its exit status, and our errors in words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from feedsvc.model.errors import FeedsvcError, SettingsError

REJECTED = 1
DAMAGED = 1
USAGE = 2


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn our own errors into words on standard error, and into exit status 2."""
    try:
        yield
    except SettingsError as error:
        for fault in error.faults:
            click.echo(f"feedsvc: {fault}", err=True)
        sys.exit(USAGE)
    except FeedsvcError as error:
        click.echo(f"feedsvc: {error}", err=True)
        sys.exit(USAGE)
