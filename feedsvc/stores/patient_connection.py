"""A connection to PostgreSQL that waits for each answer of the server only for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus

T = TypeVar("T")
STEP_S = 0.1  # between looks for a signal


class PatientConnection(psycopg.Connection[tuple[object, ...]]):
    """A connection that closes when the server does not answer in time.

    The server's own time limits do not help against a server that is stopped: its kernel goes on to confirm packets.

    patience_s:  for each round trip; `time_limit` of the store may extend it.
    when_silent: called when an answer did not come in time.
    """

    patience_s: float | None = None
    when_silent: Callable[[], None] = staticmethod(lambda: None)

    def wait(self, gen: PQGen[T], interval: float = STEP_S, timeout: float | None = None) -> T:
        """Wait for the answer that *gen* reads.

        raises: psycopg.OperationalError if it does not come in time.
        """
        limit = self.patience_s if timeout is None else timeout
        try:
            return super().wait(gen, interval, limit)
        except psycopg.Error as error:
            was_silent = limit is not None and error.sqlstate is None
            if was_silent and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
                self.when_silent()
                raise psycopg.OperationalError(f"the server has not answered for {limit} s") from error
            raise
