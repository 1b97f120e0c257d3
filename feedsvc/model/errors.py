"""Name every error that feedsvc raises.

::

    FeedsvcError
    ├── SettingsError        the configuration; carries every fault found, not just the first
    ├── SourceError          a source that cannot be listed at all
    ├── FetchError           a web address from which nothing usable came
    ├── PrivateHostError     a host on a private network, to which nobody meant to connect
    ├── DocumentError        one document; carries its path and line
    │   ├── CharsetError     bytes that are no text in any encoding we know
    │   ├── ParseError       text that is no article
    │   └── DateError        a date that cannot be
    │       └── AheadError   a date that lies too far ahead of its arrival: held, not rejected
    ├── RenderError          an entry or feed that cannot be written
    ├── BuildError           static files that cannot be built
    ├── DeliveryError        a receiver that cannot be told of an edition
    └── StoreError           a store that cannot be opened, read or written
        ├── BusyError        too much is asked of it at once
        ├── DamagedError     a store whose file is damaged
        ├── LockedError      a question about a table that somebody keeps locked
        ├── RefusedError     a row whose content the store does not take
        ├── SlowError        a question that takes longer than it may
        └── StoreAwayError   a store that cannot be reached at the moment
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


class FeedsvcError(Exception):
    """Stand at the root of the tree; never raised itself."""


class SettingsError(FeedsvcError):
    """Report every fault of the configuration at once, each with file, key and cure."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class SourceError(FeedsvcError):
    """Say that a source cannot be listed; its documents stay published."""


class FetchError(FeedsvcError):
    """Say why nothing usable came from a web address.

    again_in_s: that its server asks to wait before the next request.
    """

    def __init__(self, message: str, *, again_in_s: float = 0.0) -> None:
        super().__init__(message)
        self.again_in_s = again_in_s


class PrivateHostError(FeedsvcError):
    """Say that a host is on a private network."""


class DocumentError(FeedsvcError):
    """Say what is wrong with one document, and at which line.

    line:   1-based, or None when the fault is not at a line (an unreadable file), or the line is not known here.
    offset: where in the decoded text the fault is, for whoever has the text and can tell the line.
    """

    def __init__(self, message: str, *, line: int | None = None, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.offset = offset


class CharsetError(DocumentError):
    """Say that the bytes are no text in any encoding we know."""


class ParseError(DocumentError):
    """Say that the text is no article."""


class DateError(DocumentError):
    """Say that a date cannot be."""


class AheadError(DateError):
    """Say that a date lies too far ahead; the document is held.

    due: when the date is near enough, aware; None if only a person can lift the hold.
    """

    def __init__(self, message: str, *, due: datetime | None = None) -> None:
        super().__init__(message)
        self.due = due


class RenderError(FeedsvcError):
    """Say that an entry or a feed cannot be written."""


class BuildError(FeedsvcError):
    """Say that the static files cannot be built; those that are there stay."""


class DeliveryError(FeedsvcError):
    """Say why a receiver cannot be told of an edition; it is tried again.

    again_in_s: the least pause that the receiver asks for.
    """

    def __init__(self, message: str, *, again_in_s: float = 0.0) -> None:
        super().__init__(message)
        self.again_in_s = again_in_s


class StoreError(FeedsvcError):
    """Say that the store cannot be opened, read or written."""


class BusyError(StoreError):
    """Say that too much is asked for at once; the same may be asked again in a moment."""


class RefusedError(StoreError):
    """Say that the store does not take the content of a row; it may take other rows."""


class SlowError(StoreError):
    """Say that a question takes longer than it may; another, or the same in a quieter moment, may not."""


class LockedError(StoreError):
    """Say that somebody keeps a table locked for long; questions about other tables are answered."""


class DamagedError(StoreError):
    """Say that a store's file is damaged; a backup cures it."""


class StoreAwayError(StoreError):
    """Say that a store cannot be reached, by the network or on its disk; it may be back at any moment, unchanged."""
