"""Answer polls on the event loop of an ASGI server, before Flask: the fast way to the same answers."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from datetime import datetime
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlsplit

from feedsvc.model.errors import StoreError
from feedsvc.web.delivery.answer import Prepared, Response, answer, marked_stale
from feedsvc.web.delivery.feed_cache import REFRESH_S, FeedCache
from feedsvc.web.delivery.hosts import Hosts, authority
from feedsvc.web.delivery.media_answer import MEDIA_PATH, READING, MediaAnswer, MediaAnswers
from feedsvc.web.delivery.poll_counts import MARK
from feedsvc.web.delivery.request_counts import BOUNDS_S, FEED, FILE, FIRST_STATUS, SECONDS, count, kind_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
AsgiApplication = Callable[[Any, Any, Any], Awaitable[None]]

ROUNDS = 50  # a second without a request ends the asking
QUERY_MARKS = "%!$&'()*+,;=:@/?"
HEARD = MARK.encode()
WANTED = {
    b"host": "host",
    b"accept-encoding": "accept-encoding",
    b"if-none-match": "if-none-match",
    b"if-modified-since": "if-modified-since",
    b"user-agent": "",  # read only if it reports subscribers
}


class AsgiApp:
    """Answers requests for feeds in the cache, and leaves every other to the application behind.

    The application has threads. They read other feeds, and ask the store for a new edition, so the event loop never
    waits. It asks only stores that know at once whether anything was written.

    application: the whole site, in an adapter from ASGI.
    media:       answers with files, which are sent piece by piece as fast as their reader takes them.
    base_url:    its path is where the site is mounted.
    """

    def __init__(
        self,
        application: AsgiApplication,
        feed_cache: FeedCache,
        *,
        media: MediaAnswers,
        hosts: Hosts,
        base_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._application = application
        self._feed_cache = feed_cache
        self._media = media
        self._hosts = hosts
        self._clock = clock
        self._mount = urlsplit(base_url).path.rstrip("/")
        self._was_asked = False
        self._following: asyncio.Task[None] | None = None
        self._requests = feed_cache.polls.requests
        self._polls = self._requests[FEED]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            began = perf_counter()
            self._was_asked = True
            feed = self._feed_cache.cached(scope["path"].removeprefix(self._mount))
            if feed is not None:
                found = self._answer(feed, scope)
                if found is not None:
                    feed.counts[found.column] += 1
                    start, body = found.messages
                    await send(start)
                    await send(body)
                    # As `count` does, without a call.
                    polls, took_s = self._polls, perf_counter() - began
                    polls[bisect_left(BOUNDS_S, took_s)] += 1
                    polls[SECONDS] += took_s
                    polls[FIRST_STATUS + found.status // 100] += 1
                    return
            if "/media/" in scope["path"] and await self._sent_file(scope, send, began=began):
                return
            if not scope["path"].startswith("/") and "://" in scope["path"]:
                await self({**scope, **_origin_form(scope)}, receive, send)
                return
            if self._following is None or self._following.done():
                self._following = asyncio.create_task(self._follow())
            if not scope["query_string"].isascii():  # adapters fail at it; a browser would have quoted it
                scope = {**scope, "query_string": quote(scope["query_string"], safe=QUERY_MARKS).encode()}
            await self._counted(scope, receive, send, began=began)
            return
        await self._application(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send, *, began: float) -> None:
        """Have the application answer, and count its answer; one that fails counts as 500."""
        status = 500

        async def send_and_note(event: Any) -> None:  # noqa: ANN401  as in Send
            nonlocal status
            if event["type"] == "http.response.start":
                status = event["status"]
            await send(event)

        kind = kind_of(scope["path"].removeprefix(self._mount))
        try:
            await self._application(scope, receive, send_and_note)
        finally:
            count(self._requests[kind], took_s=perf_counter() - began, status=status)
            self._feed_cache.polls.stirred.set()

    def _answer(self, feed: Prepared, scope: Scope) -> Response | None:
        """Return the answer to a request for *feed*, and note the subscribers that its reader reports.

        returns: None if the request names no host or a foreign one, which the application refuses.
        """
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            wanted = WANTED.get(name)
            if wanted:  # repeated ones are joined, as WSGI servers do
                text = value.decode("latin-1")
                headers[wanted] = f"{headers[wanted]},{text}" if wanted in headers else text
            elif wanted is not None and HEARD in value:
                self._feed_cache.polls.hear(feed.ready.path, value.decode("latin-1"))
        host = headers.get("host", "")
        if not host or not self._hosts.knows(host):
            return None
        found = answer(feed, scope["method"], headers, now=self._clock())
        silent_s = self._feed_cache.silent_s
        return found if silent_s is None else marked_stale(found, silent_s=silent_s)

    async def _sent_file(self, scope: Scope, send: Send, *, began: float) -> bool:
        """Send the file that a request asks for; return whether there is one. The application answers the others."""
        path = scope["path"].removeprefix(self._mount)
        if scope["method"] not in READING or MEDIA_PATH.fullmatch(path) is None:
            return False
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if not host or not self._hosts.knows(host):
            return False
        found = await asyncio.to_thread(self._found, path, scope["method"], headers)
        if found is None:
            return False
        try:
            await send({"type": "http.response.start", "status": found.status, "headers": _encoded(found.headers)})
            count(
                self._requests[FILE], took_s=perf_counter() - began, status=found.status
            )  # a film is sent for an hour
            self._feed_cache.polls.stirred.set()
            at = found.part.start
            while chunk := await asyncio.to_thread(found.read, at):
                at += len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            found.close()
        return True

    def _found(self, path: str, method: str, headers: dict[str, str]) -> MediaAnswer | None:
        try:
            file, _ = self._media.find(path)
        except StoreError:
            return None  # the application meets the error too, and reports it
        return None if file is None else self._media.answer(file, method=method, headers=headers)

    async def _follow(self) -> None:
        """Ask for new editions while there are requests, so that no request waits for the answer."""
        while self._was_asked:
            self._was_asked = False
            for _ in range(ROUNDS):
                await asyncio.sleep(REFRESH_S)
                try:
                    if not self._feed_cache.is_current():
                        await asyncio.to_thread(self._feed_cache.number)
                except StoreError:
                    return  # the next request meets the error, and reports it


def _encoded(headers: Sequence[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _origin_form(scope: Scope) -> dict[str, Any]:
    """Return the path and the headers of a request that names the whole URL, as requests to proxies do.

    source: RFC 9112, section 3.2.2: servers must accept it, and its host counts instead of the Host header.
    """
    raw = scope.get("raw_path") or scope["path"].encode("latin-1", "replace")
    host = authority(raw.decode("latin-1")).encode("latin-1")
    return {
        "headers": [(b"host", host), *((name, value) for name, value in scope["headers"] if name != b"host")],
        "path": f"/{scope['path'].partition('://')[2].partition('/')[2]}",
        "raw_path": b"/" + raw.partition(b"://")[2].partition(b"/")[2],
    }
