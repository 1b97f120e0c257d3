"""/inbox/<source>/<name>: programs put articles, and files that articles show, into the folder of a source."""

from __future__ import annotations

import errno
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import NoReturn
from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import ClientDisconnected

from feedsvc.config.settings import Settings, SourceSettings
from feedsvc.model.document import Outcome, by_bytes
from feedsvc.model.errors import StoreError
from feedsvc.publish.inbox_folder import Inbox, InboxError, Refusal
from feedsvc.sources import open_sources
from feedsvc.sources.folder import FolderSource
from feedsvc.web.auth import has_token
from feedsvc.web.delivery.answer import RETRY_AFTER_S
from feedsvc.web.delivery.feed_cache import FeedCache

WAITS_S = 2.0  # for a pass
ASKS_EVERY_S = 0.05
MOST = 8  # uploads at a time, and as many that wait, of the 32 threads of a worker: pages need the others
CHUNK = 1 << 16
STATUS: Mapping[Refusal, HTTPStatus] = {
    "name": HTTPStatus.FORBIDDEN,
    "excluded": HTTPStatus.FORBIDDEN,
    "kind": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "place": HTTPStatus.CONFLICT,
    "state": HTTPStatus.PRECONDITION_FAILED,
    "later": HTTPStatus.CONFLICT,
    "size": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
WAITING, PUBLISHED, HELD, REFUSED, WITHDRAWN = "waiting", "published", "held", "refused", "withdrawn"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of a file that was put: one of the words above, and why."""

    state: str
    problems: tuple[str, ...] = ()
    slug: str = ""


def standing_of(outcome: Outcome, *, digest: str, fingerprint: str) -> Standing:
    """Return the state of a document whose file has that *digest* and *fingerprint*."""
    told = tuple(map(str, outcome.problems))
    if outcome.rejected and outcome.rejected in {by_bytes(digest), fingerprint}:
        return Standing(state=REFUSED, problems=told)
    if not outcome.is_present or outcome.digest != digest or outcome.rejected:
        return Standing(state=WAITING)
    if any(problem.severity == "rejected" for problem in outcome.problems):
        return Standing(state=REFUSED, problems=told)
    if any(problem.severity == "held" for problem in outcome.problems):
        # A mark that withdraws an article holds its document too.
        return Standing(state=WITHDRAWN if outcome.state in {"withdrawn", "killed"} else HELD, problems=told)
    return Standing(
        state=PUBLISHED if outcome.state == "live" else WITHDRAWN if outcome.state else WAITING,
        problems=told,
        slug=outcome.slug if outcome.state == "live" else "",
    )


def inbox_blueprint(inboxes: SourceInboxes) -> Blueprint:
    blueprint = Blueprint("inbox", __name__)
    for method, view in (("GET", inboxes.get), ("PUT", inboxes.put), ("DELETE", inboxes.delete)):
        blueprint.add_url_rule(
            "/inbox/<source>/<path:name>", method.lower(), view, methods=[method], provide_automatic_options=False
        )
    blueprint.after_request(_uncached)
    return blueprint


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


class SourceInboxes:
    """Answers requests for the inboxes.

    tokens: by source; None lets nobody in.
    clock:  returns the time, aware.
    """

    def __init__(
        self,
        settings: Settings,
        feed_cache: FeedCache,
        *,
        tokens: Mapping[str, str | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._base_url = settings.site.base_url.rstrip("/")
        self._library = feed_cache.published
        self._tokens = tokens
        self._clock = clock
        self._uploads = BoundedSemaphore(MOST)
        self._waits = BoundedSemaphore(MOST)
        self._max_media_bytes = settings.media.max_bytes
        sources = zip(open_sources(settings), settings.sources, strict=True)
        self._inboxes: dict[str, tuple[Inbox, SourceSettings]] = {
            rules.name: (Inbox(source.root, selection=source.selection), rules)
            for source, rules in sources
            if rules.name in tokens and isinstance(source, FolderSource)
        }

    def get(self, source: str, name: str) -> Response:
        """Tell the state of a file."""
        self._opened(source)
        return self.state(source, name)

    def state(self, source: str, name: str) -> Response:
        """Return the answer with the state of a file, whoever asks."""
        inbox, _ = self._inboxes[source]
        with answering_errors(source, name):
            is_document = inbox.is_document(name)
            filed = inbox.find(name, now=self._clock())
        if filed is None:
            return _problem(HTTPStatus.NOT_FOUND, "there is no such file; " + self._left(source, name))
        found = self._standing(source, name, filed.digest, filed.fingerprint) if is_document else None
        return self._told(HTTPStatus.OK, source, name, digest=filed.digest, standing=found)

    def put(self, source: str, name: str) -> Response:
        """Put a file, and wait for the pass that takes it."""
        inbox, rules = self._opened(source)
        with self.taking(), answering_errors(source, name):
            most = rules.max_bytes if inbox.is_document(name) else self._max_media_bytes
            size = size_of_body(most)
            with inbox.upload(max_bytes=most, now=self._clock()) as upload:
                read_body(size, upload.write)
                is_new = inbox.put(
                    name,
                    upload,
                    if_match=request.headers.get("If-Match"),
                    if_none_match=request.headers.get("If-None-Match"),
                )
        return self._answer(source, name, digest=upload.digest, is_new=is_new)

    def put_bytes(
        self, source: str, name: str, content: bytes, *, is_later: Callable[[], bool] = lambda: False
    ) -> Response:
        """Put a file with that content, whoever asks, and wait for the pass that takes it.

        is_later: returns whether the file that is there is a later version, which stays.
        """
        inbox, _ = self._inboxes[source]
        with answering_errors(source, name), inbox.upload(max_bytes=len(content), now=self._clock()) as upload:
            upload.write(content)
            try:
                is_new = inbox.put(name, upload, if_match=None, if_none_match=None, is_later=is_later)
            except InboxError as error:
                if error.kind != "later":
                    raise
                return self.state(source, name)
        return self._answer(source, name, digest=upload.digest, is_new=is_new)

    def delete(self, source: str, name: str) -> Response:
        """Remove a file; the pass that withdraws its article comes later, because a file may be away for a moment."""
        inbox, rules = self._opened(source)
        if rules.when_removed != "withdraw":
            cure = "put the article again, with the line `status: withdrawn` in its front matter"
            return _problem(HTTPStatus.CONFLICT, f"{source} keeps articles whose files are gone; {cure}")
        with answering_errors(source, name):
            is_document = inbox.is_document(name)
            if not inbox.remove(name, if_match=request.headers.get("If-Match")):
                return _problem(HTTPStatus.NOT_FOUND, "there is no such file; " + self._left(source, name))
        logger.info("inbox of %s: %s was deleted", source, name)
        if not is_document:
            return Response(status=HTTPStatus.NO_CONTENT)
        told = {"source": source, "name": name, "state": "leaving", "detail": self._left(source, name)}
        return _json(HTTPStatus.ACCEPTED, told, Location=self._url(source, name))

    def _answer(self, source: str, name: str, *, digest: str, is_new: bool) -> Response:
        """Answer for a file that was put; for a document, once a pass has seen it, or after two seconds."""
        logger.info("inbox of %s: %s was put", source, name)
        done = HTTPStatus.CREATED if is_new else HTTPStatus.OK
        if not self._inboxes[source][0].is_document(name):
            return self._told(done, source, name, digest=digest, standing=None)
        may_wait = self._waits.acquire(blocking=False)
        try:
            found = self._awaited(source, name, digest, until=time.monotonic() + (WAITS_S if may_wait else 0.0))
        finally:
            if may_wait:
                self._waits.release()
        if found.state == REFUSED:
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, found.problems[0], problems=found.problems)
        status = HTTPStatus.ACCEPTED if found.state in {WAITING, HELD} else done
        return self._told(status, source, name, digest=digest, standing=found)

    def _awaited(self, source: str, name: str, digest: str, *, until: float) -> Standing:
        """Return the state of a document once a pass has seen it, at the latest at *until*, by the monotonic clock."""
        inbox, _ = self._inboxes[source]
        while True:
            with answering_errors(source, name):
                filed = inbox.find(name, now=self._clock())
            is_ours = filed is not None and filed.digest == digest
            found = self._standing(source, name, digest, filed.fingerprint if is_ours and filed else "")
            if found.state != WAITING or not is_ours or time.monotonic() >= until:
                return found
            time.sleep(ASKS_EVERY_S)

    def _standing(self, source: str, name: str, digest: str, fingerprint: str) -> Standing:
        try:
            return standing_of(self._library.outcome(source, name), digest=digest, fingerprint=fingerprint)
        except StoreError:  # the file is in its folder, and a pass will take it when the store is back
            return Standing(state=WAITING)

    def _left(self, source: str, name: str) -> str:
        """Return what a file that is gone has left."""
        try:
            outcome = self._library.outcome(source, name)
        except StoreError:
            return "whether it has an article cannot be told at the moment"
        if outcome.is_present and outcome.state == "live":
            return "its article will be withdrawn about ten seconds after the file went"
        return "it has no article" if outcome.state != "withdrawn" else "its article is withdrawn"

    def _opened(self, source: str) -> tuple[Inbox, SourceSettings]:
        """Return the inbox of *source*, to which the current request has the token."""
        inbox, rules, token = self.of(source)
        if not has_token(token):
            refuse_stranger(source)
        return inbox, rules

    def of(self, source: str) -> tuple[Inbox, SourceSettings, str | None]:
        """Return the inbox of *source*, its settings and its token, which the caller has to ask for."""
        if source not in self._inboxes:
            refuse(HTTPStatus.NOT_FOUND, "no source of that name has an inbox")
        return (*self._inboxes[source], self._tokens[source])

    @contextmanager
    def taking(self) -> Iterator[None]:
        if not self._uploads.acquire(blocking=False):
            reason = f"{MOST} other files are being put at the moment"
            refuse(HTTPStatus.SERVICE_UNAVAILABLE, reason, {"Retry-After": str(RETRY_AFTER_S)})
        try:
            yield
        finally:
            self._uploads.release()

    def _told(self, status: HTTPStatus, source: str, name: str, *, digest: str, standing: Standing | None) -> Response:
        told: dict[str, object] = {"source": source, "name": name, "state": standing.state if standing else "stored"}
        location = self._url(source, name)
        if standing and standing.slug:
            location = told["url"] = f"{self._base_url}/articles/{standing.slug}"
        if standing and standing.problems:
            told["problems"] = standing.problems
        return _json(status, told, ETag=f'"{digest}"', Location=location)

    def _url(self, source: str, name: str) -> str:
        return f"{self._base_url}/inbox/{source}/{quote(name)}"


def refuse_stranger(source: str) -> NoReturn:
    reason = f"send the token of the inbox of {source} as a Bearer token"
    refuse(HTTPStatus.UNAUTHORIZED, reason, {"WWW-Authenticate": f'Bearer realm="feedsvc inbox {source}"'})


def size_of_body(most: int) -> int:
    """Return the length of the body, which must be said and be at most *most*."""
    size = request.content_length
    if size is None:
        refuse(HTTPStatus.LENGTH_REQUIRED, "a body needs its length, in Content-Length")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "a body must not be compressed")
    if "Content-Range" in request.headers:  # RFC 9110, section 14.4: a part must not be taken for the whole
        refuse(HTTPStatus.BAD_REQUEST, "a file is put whole; a part of one is not taken")
    if size > most:
        refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body has {size} bytes, and {most} is the limit")
    return size


def read_body(size: int, write: Callable[[bytes], None]) -> None:
    left = size
    while left:
        try:
            chunk = request.stream.read(min(left, CHUNK))
        except ClientDisconnected:
            refuse(HTTPStatus.BAD_REQUEST, f"the body ended {left} bytes early, and nothing was changed")
        left -= len(chunk)
        write(chunk)


@contextmanager
def answering_errors(source: str, name: str) -> Iterator[None]:
    try:
        yield
    except InboxError as error:
        refuse(STATUS[error.kind], str(error))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        logger.error("inbox of %s: %s cannot be written: %s", source, name, reason)  # noqa: TRY400  the error says all
        if error.errno in FULL:
            refuse(HTTPStatus.INSUFFICIENT_STORAGE, f"the folder of {source} has no room ({reason})")
        message = f"the folder of {source} cannot be written ({reason}); its operator has to mend this"
        refuse(HTTPStatus.SERVICE_UNAVAILABLE, message, {"Retry-After": str(RETRY_AFTER_S)})


def _json(status: HTTPStatus, told: Mapping[str, object], **headers: str) -> Response:
    body = json.dumps(told, ensure_ascii=False) + "\n"
    return Response(body, status=status, content_type="application/json", headers=headers)


def _problem(
    status: HTTPStatus, detail: str, *, problems: tuple[str, ...] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error as RFC 9457 has it."""
    told: dict[str, object] = {"status": status.value, "title": status.phrase, "detail": detail}
    if problems:
        told["problems"] = problems
    response = _json(status, told, **headers or {})
    response.content_type = "application/problem+json"
    return response


def refuse(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> NoReturn:
    abort(_problem(status, detail, headers=headers))
