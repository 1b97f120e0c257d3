"""Keep a folder equal to a bucket: poll its list of objects, and fetch those whose ETag is another.

source: docs/decisions/0262-a-bucket-is-a-folder.md
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from feedsvc.config.settings import Bucket, Settings, SourceSettings
from feedsvc.model.errors import FetchError
from feedsvc.publish.polling import Polls
from feedsvc.sources.file_kinds import Selection, is_ignored, may_be_shown
from feedsvc.sources.folder import CONTROLS, LONGEST_NAME
from feedsvc.sources.polled import PollState
from feedsvc.stores.private_files import make_private_folder, write_private

ETAGS = ".objects.json"  # hidden, so that no pass reads it, and so is a part
PART = ".part"
LIMIT_S = 30.0  # of an answer
TRIES_S = 60.0  # of all tries of a request
MOST_OBJECTS = 200_000
LONGEST_STEP = 255  # bytes of a file's name
TIMES = re.compile(r"\b[0-9]+(?:\.[0-9]+)?(?:ns|µs|ms|s)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Object:
    """An object of the bucket: what tells that it has changed, its size, and when it did."""

    etag: str
    size: int
    modified: datetime


def buckets(settings: Settings, *, clock: Callable[[], datetime], limit_s: float = LIMIT_S) -> list[BucketPolls]:
    """Return the polls of the buckets among the sources."""
    return [
        BucketPolls(source, source.bucket, settings.media.max_bytes, clock=clock, limit_s=limit_s)
        for source in settings.sources
        if source.bucket is not None
    ]


class BucketPolls(Polls):
    """The polls of a bucket, or of the objects below a prefix in it, which keep a folder equal to it.

    max_media_bytes: a larger picture is not fetched. limit_s: of an answer.
    """

    def __init__(
        self,
        rules: SourceSettings,
        bucket: Bucket,
        max_media_bytes: int,
        *,
        clock: Callable[[], datetime],
        limit_s: float,
    ) -> None:
        asked = f"{rules.url} {bucket.endpoint}"
        super().__init__(rules.name, bucket.folder, every_s=bucket.every_s, asked=asked, clock=clock)
        self._rules = rules
        self._bucket = bucket
        self._max_media_bytes = max_media_bytes
        self._limit_s = limit_s
        self._selection = Selection(include=rules.include, exclude=rules.exclude)

    def ask(self, state: PollState, *, now: float) -> PollState:
        notes = tuple(self._mirror())
        return PollState(asked=state.asked, notes=notes, next_at=now + self._bucket.every_s)

    def _mirror(self) -> Iterator[str]:
        """Make the folder equal to the bucket; yield notes on objects that are left out.

        Nothing is removed until the whole list has come.

        raises: FetchError, OSError.
        """
        try:
            obstore: Any = import_module("obstore")
            faults: Any = import_module("obstore.exceptions")
        except ImportError as error:
            raise FetchError("needs obstore to be read: pip install obstore") from error
        try:
            store = self._opened()
            found, notes = self._listed(obstore, store)
            etags = self._known()
            for name in sorted(etags.keys() - found.keys()):
                self._remove(name)
                del etags[name]
            try:
                for name in sorted(found, key=lambda name: (not may_be_shown(name), name)):  # pictures before documents
                    if etags.get(name) != found[name].etag:
                        self._fetch(obstore, store, name, found[name])
                        etags[name] = found[name].etag
            finally:
                write_private(self._folder / ETAGS, json.dumps(etags, ensure_ascii=False).encode())
        except (faults.BaseError, ValueError) as error:
            raise FetchError(f"cannot be read: {_first_line(error)}") from error
        yield from notes

    def _opened(self) -> Any:  # noqa: ANN401 - obstore is not always installed
        parts = urlsplit(self._rules.url)
        pause = timedelta(seconds=self._limit_s)
        options: dict[str, Any] = {"timeout": pause, "connect_timeout": pause}
        if self._bucket.endpoint.lower().startswith("http://"):
            options["allow_http"] = True
        given = {"endpoint": self._bucket.endpoint} if self._bucket.endpoint else {}
        return import_module("obstore.store").S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            client_options=options,
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=min(TRIES_S, 2 * self._limit_s))},
            **given,
        )

    def _listed(self, obstore: Any, store: Any) -> tuple[dict[str, _Object], list[str]]:  # noqa: ANN401 - the same
        """Return the objects that are documents, or that documents may show, and notes on those left out."""
        found: dict[str, _Object] = {}
        unfit, large = [], []
        for count, each in enumerate(each for chunk in obstore.list(store) for each in chunk):
            if count >= MOST_OBJECTS:
                raise FetchError(f"has more than {MOST_OBJECTS} objects; name a prefix in its url")
            name = str(each["path"])
            is_shown = may_be_shown(name.rpartition("/")[2])
            if not is_shown and self._selection.kind_of(name) != "document":
                continue
            if not _is_file_name(name):
                unfit.append(name)
            elif each["size"] > (self._max_media_bytes if is_shown else self._rules.max_bytes):
                large.append(name)
            else:
                etag = str(each["e_tag"] or each["last_modified"])
                found[name] = _Object(etag=etag, size=int(each["size"]), modified=each["last_modified"])
        folders = {name[:at] for name in found for at, sign in enumerate(name) if sign == "/"}
        for name in sorted(folders & found.keys()):
            unfit.append(name)
            del found[name]
        reasons = ((unfit, "names that no file can have"), (large, "more bytes than `max_bytes` allows"))
        notes = [
            f"objects with {why}: {len(names)} ({', '.join(sorted(names)[:5])})" for names, why in reasons if names
        ]
        return found, notes

    def _known(self) -> dict[str, str]:
        """Return the ETags of the objects whose files are there."""
        try:
            known: Mapping[str, str] = json.loads((self._folder / ETAGS).read_bytes())
            return {name: etag for name, etag in known.items() if (self._folder / name).is_file()}
        except (OSError, ValueError, AttributeError):
            return {}

    def _remove(self, name: str) -> None:
        """Remove the file of an object, and the folders that this empties: another object may have the name of one."""
        file = self._folder / name
        file.unlink(missing_ok=True)
        with suppress(OSError):
            for folder in file.parents:
                if folder == self._folder:
                    break
                folder.rmdir()

    def _fetch(self, obstore: Any, store: Any, name: str, wanted: _Object) -> None:  # noqa: ANN401 - the same
        """Write the object to its file, whole or not at all."""
        target = self._folder / name
        make_private_folder(target.parent)
        part = self._folder / f"{PART}-{os.getpid()}"  # `feedsvc publish` may poll beside the service
        size = 0
        with part.open("wb") as file:
            for chunk in obstore.get(store, name).stream():
                size += len(chunk)
                if size > wanted.size:
                    raise FetchError(f"sends more of {name!r} than it lists; it may have changed meanwhile")
                file.write(chunk)
        if size < wanted.size:
            raise FetchError(f"sends less of {name!r} than it lists")
        moment = wanted.modified.timestamp()
        os.utime(part, (moment, moment))  # of the arrival
        part.replace(target)


def _is_file_name(name: str) -> bool:
    steps = name.split("/")
    if len(name.encode()) > LONGEST_NAME or CONTROLS & set(name) or any(map(is_ignored, steps[:-1])):
        return False
    return all(step not in {"", ".", ".."} and len(step.encode()) <= LONGEST_STEP for step in steps)


def _first_line(error: Exception) -> str:
    """Return the message of obstore, without the times that make each of a lasting fault another one."""
    said = [line.strip() for line in str(error).partition("Debug source")[0].splitlines()]
    return TIMES.sub("…", " ".join(filter(None, said)))[:300]
