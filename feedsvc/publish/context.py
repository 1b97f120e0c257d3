"""The request for one pass, and the context that its steps share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from feedsvc.config.settings import Settings
from feedsvc.feeds.entry_cache import EntryCache
from feedsvc.model.ports import Source
from feedsvc.publish.debounce import Debounce
from feedsvc.publish.worker_pool import Spool, WorkerPool
from feedsvc.stores.transaction import Transaction

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRequest:
    """The request of a caller.

    now:               aware; the time of the pass, which never reads the clock.
    among:             by source, the paths of the files and folders that may have changed since the last pass; None to
                       look at everything.
    removals_accepted: sources of which the operator has confirmed that many documents are gone.
    follows:           this process has published before. If the last pass had other settings or software, it was by a
                       newer process.
    entry_cache:       entries rendered by passes of this process.
    debounce:          leaves out files being written, and documents missing for a moment; None leaves out none.
    elapsed_s:         returns the duration of the pass so far, for the record of its edition.
    progress:          called with the stage, once for each document or article that is done.
    unhurried:         surrounds what shows no progress, and may take as long as it takes: locks, a rewritten store.
    sources:           replace those of the settings, in the same order.
    again:             called if another pass, which may begin at once, has more to do; None has all done in this one.
    """

    settings: Settings
    now: datetime
    among: Mapping[str, Collection[str]] | None = None
    removals_accepted: frozenset[str] = frozenset()
    follows: bool = False
    entry_cache: EntryCache = field(default_factory=EntryCache)
    debounce: Debounce | None = None
    elapsed_s: Callable[[], float] | None = None
    progress: Progress | None = None
    unhurried: Callable[[], AbstractContextManager[None]] = nullcontext
    sources: Sequence[Source] | None = None
    again: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PassContext:
    """The values that all steps of a pass share, inside its transaction.

    now:      aware; the time of the pass.
    edition:  the number of the edition that the pass may make.
    made_at:  aware; the time of that edition, in whole seconds, later than the last edition.
    is_again: settings of articles, or the software, have changed since the last edition, so that all documents are read
              again.
    are_feeds_again: settings that feeds show, or the software, have changed, so that all feeds are rendered again.
    """

    tx: Transaction
    spool: Spool
    pool: WorkerPool
    settings: Settings
    now: datetime
    edition: int
    made_at: datetime
    is_again: bool = False
    are_feeds_again: bool = False
    progress: Progress | None = None

    def report(self, stage: str) -> None:
        """Tell the caller that *stage* has done one more document or article."""
        self.tx.keep_alive()
        if self.progress is not None:
            self.progress(stage)
