"""Take connections by turns, so that every worker gets its share."""

from __future__ import annotations

import socket
from typing import Any


class TurnTaking(socket.socket):
    """Listen where *shared* listens, and take one connection each time that there are any.

    An event loop takes all that wait, up to a hundred, as soon as it looks: of the 32 connections that a proxy keeps
    one worker had all, and the others nothing to do.

    shared: is closed, here and not for the other processes that have it.
    source: asyncio's selector loop accepts until BlockingIOError; measured with benchmarks/polling.
    """

    def __init__(self, shared: socket.socket) -> None:
        super().__init__(shared.family, shared.type, shared.proto, fileno=shared.detach())
        self._has_taken = False

    def accept(self) -> tuple[socket.socket, Any]:
        """Return a connection and its address.

        raises: BlockingIOError every other time, which means to wait until there are connections.
        """
        if self._has_taken:
            self._has_taken = False
            raise BlockingIOError
        taken = super().accept()
        self._has_taken = True
        return taken
