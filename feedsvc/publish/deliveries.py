"""Tell each receiver of the editions, in a thread of its own, so that none waits for another.

A receiver that fails is tried again after pauses that grow from 2 seconds to 30 minutes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import new as new_hmac
from threading import Event, Thread
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid5

from feedsvc.articles.identity import article_url
from feedsvc.config.receivers import PURGING, Receiver
from feedsvc.config.settings import Settings, Site
from feedsvc.feeds.addresses import FeedAddress, page_path
from feedsvc.feeds.cache_keys import SITE, article_key, feed_key, file_key
from feedsvc.model.article import Article
from feedsvc.model.errors import DeliveryError, StoreError
from feedsvc.model.feed import ChangeKind, counted
from feedsvc.model.packing import pack
from feedsvc.publish.post import LIMIT_S, Channel
from feedsvc.stores import ask_every_s
from feedsvc.stores.batches import chunks
from feedsvc.stores.receiver_places import News, Place, last_place, next_news, note_failed, note_told
from feedsvc.stores.store import Store
from feedsvc.text.failures import failure_of

SEEN_AFTER_S = 0.3  # a worker may answer with the last edition for so long, besides the pause between its questions
SHORTEST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 1800.0
MOST_URLS = 10_000  # source: indexnow.org, documentation
MOST_KEYS = {"fastly": 256, "cloudflare": 30}  # of a request; source: the networks' references of their interfaces
END_WITHIN_S = 1.0
DELIVERIES = UUID("5f0c2b0e-6a3c-5c1e-9d0b-2f6f1d9c7a41")  # the namespace of ids of deliveries
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One request to a receiver."""

    body: bytes
    headers: Mapping[str, str]


class Deliveries:
    """The threads that tell the receivers of *settings*; they end with their process.

    clock: returns the time, aware.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], datetime], limit_s: float = LIMIT_S) -> None:
        seen_after_s = SEEN_AFTER_S + ask_every_s(settings)
        self._threads = [
            Deliverer(receiver, settings.site, clock=clock, seen_after_s=seen_after_s, limit_s=limit_s)
            for receiver in settings.receivers
        ]
        for thread in self._threads:
            thread.start()

    def look(self, store: Store) -> None:
        """Have all threads look for news in *store* soon."""
        for thread in self._threads:
            thread.look(store)

    def end(self) -> None:
        """End the threads, and wait a moment for them; what they did not finish is told again."""
        for thread in self._threads:
            thread.end()
        for thread in self._threads:
            thread.join(END_WITHIN_S / len(self._threads))


class Deliverer(Thread):
    """Tells one receiver, in the order of the editions.

    seen_after_s: from the commit of an edition until every worker answers with it.
    """

    def __init__(
        self,
        receiver: Receiver,
        site: Site,
        *,
        clock: Callable[[], datetime],
        seen_after_s: float,
        limit_s: float = LIMIT_S,
    ) -> None:
        super().__init__(name=f"receiver {receiver.name}", daemon=True)
        self._receiver = receiver
        self._site = site
        self._clock = clock
        self._wait_s = seen_after_s + receiver.delay_s
        self._limit_s = limit_s
        self._store: Store | None = None
        self._has_news = Event()
        self._ended = Event()
        self._failures = 0
        self._until: Place | None = None
        self._taken: News | None = None  # by the receiver, and not noted yet
        self._told_of: Store | None = None
        self._channel: Channel | None = None

    def look(self, store: Store) -> None:
        """Have the thread look for news in *store*."""
        self._store = store
        self._has_news.set()

    def end(self) -> None:
        self._ended.set()
        self._has_news.set()
        if self._channel is not None:
            self._channel.cut_off()

    def run(self) -> None:
        """Tell the receiver of all that waits whenever there may be news."""
        while not self._ended.is_set():
            self._has_news.wait()
            self._has_news.clear()
            pause_s = 0.0
            while self._store is not None and not self._ended.wait(pause_s):
                pause_s = self.tell_all(self._store)
                if not pause_s:
                    break

    def tell_all(self, store: Store) -> float:
        """Tell the receiver of all that it does not know; return the pause before the next try, 0 after success."""
        if store is not self._told_of:  # another has taken its place, such as a restored backup
            self._told_of, self._until, self._taken = store, None, None
        try:
            self._note(store)
            if self._until is None:
                until = last_place(store)
                if next_news(store, self._receiver.name, until=until) is None or self._ended.wait(self._wait_s):
                    return 0.0
                self._until = until  # also of further tries, so that they repeat the delivery that may have arrived
            while news := next_news(store, self._receiver.name, until=self._until):
                self._tell(news)
                self._taken = news
                self._end_failures()
                self._note(store)
            self._until = None
        except DeliveryError as error:
            return 0.0 if self._ended.is_set() else self._fail(store, error)
        except (StoreError, OSError) as error:  # the next pass meets it too, and reports it
            logger.debug("%s: %s", self.name, error)
            return SHORTEST_PAUSE_S
        except Exception as error:  # noqa: BLE001  a defect must not silence the receiver until the next start
            return self._fail(store, DeliveryError(f"a defect of feedsvc: {failure_of(error).reason}"))
        return 0.0

    def _note(self, store: Store) -> None:
        """Note what the receiver has taken: a store that is full or locked is no reason to tell it again.

        raises: StoreError.
        """
        if self._taken is not None:
            note_told(store, self._receiver.name, self._taken, now=self._clock())
            self._taken = None

    def _tell(self, news: News) -> None:
        may_be_private = self._receiver.may_be_private
        with closing(Channel(self._receiver.url, may_be_private=may_be_private, limit_s=self._limit_s)) as channel:
            self._channel = channel
            for post in posts_of(self._receiver, self._site, news):
                channel.post(post.body, post.headers)

    def _fail(self, store: Store, error: DeliveryError) -> float:
        pause_s: float = max(min(SHORTEST_PAUSE_S * 2**self._failures, LONGEST_PAUSE_S), error.again_in_s)
        self._failures += 1
        if self._failures == 1:
            logger.warning(
                "receiver %s cannot be told of editions: %s; trying again, at first in %.0f s",
                self._receiver.name,
                error,
                pause_s,
            )
        try:
            note_failed(store, self._receiver.name, str(error), now=self._clock())
        except StoreError as trouble:
            logger.debug("%s: %s", self.name, trouble)
        return pause_s

    def _end_failures(self) -> None:
        if self._failures:
            failures = counted(self._failures, "failure")
            logger.info("receiver %s is told of editions again, after %s", self._receiver.name, failures)
        self._failures = 0


def posts_of(receiver: Receiver, site: Site, news: News) -> Iterator[Post]:
    """Yield the requests that tell *receiver* of *news*; none if nothing in them is of use to it."""
    if receiver.kind == "webhook":
        yield _webhook(receiver, site, news)
    elif receiver.kind == "websub":
        for topic in _topics(site, news):
            # Hubs read one or the other: the recommendation names neither.
            form = {"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
            yield Post(body=urlencode(form).encode(), headers=FORM)
    elif receiver.kind == "indexnow":
        for urls in chunks(_pages(site, news), MOST_URLS):
            told = {
                "host": urlsplit(site.base_url).netloc,
                "key": receiver.key,
                "keyLocation": f"{site.base_url}/{receiver.key}.txt",
                "urlList": urls,
            }
            yield Post(body=pack(told), headers=JSON)
    elif receiver.kind in PURGING:
        for keys in chunks(_keys(news), MOST_KEYS[receiver.kind]):
            yield _purge(receiver, keys)


def _webhook(receiver: Receiver, site: Site, news: News) -> Post:
    made_at = news.made_at.isoformat(timespec="seconds")
    told = {
        "id": str(uuid5(DELIVERIES, f"{site.base_url} {made_at} {news.since} {news.until}")),
        "site": f"{site.base_url}/",
        "edition": news.edition,
        "made_at": made_at,
        "articles": [_told(site, article, kind) for article, kind in news.articles],
        "feeds": list(_topics(site, news)),
    }
    body = pack(told)
    signature = new_hmac(receiver.secret.encode(), body, sha256).hexdigest()
    return Post(body=body, headers={**JSON, "X-Hub-Signature-256": f"sha256={signature}"})


def _told(site: Site, article: Article, kind: ChangeKind) -> Mapping[str, object]:
    """Return what a webhook tells of *article*: no word of one that readers no longer see."""
    bare: dict[str, object] = {"id": article.id, "event": kind}
    if article.state == "killed":
        return bare
    url = article_url(site.base_url, article.slug)
    if article.state != "live":
        return {**bare, "url": url}
    primary = article.versions[0]
    return {
        **bare,
        "url": url,
        "json": f"{url}.json",
        "titles": dict(article.title.items),
        "categories": article.categories,
        "published": primary.published.instant.isoformat(timespec="seconds"),
        "updated": primary.updated.instant.isoformat(timespec="seconds"),
    }


def _feeds(news: News) -> Iterator[FeedAddress]:
    return (address for address in map(FeedAddress.parse, news.feeds) if address is not None)


def _topics(site: Site, news: News) -> Iterator[str]:
    """Yield the addresses of the changed feeds that everybody may subscribe to."""
    return (site.base_url + address.path for address in _feeds(news) if address.is_pushed)


def _pages(site: Site, news: News) -> Iterator[str]:
    """Yield the addresses of the changed pages; that of a killed article had its words, and is forgotten."""
    for article, _ in news.articles:
        if article.state != "killed":
            yield article_url(site.base_url, article.slug)
            for language in site.page_languages:
                if language in article.languages:
                    yield article_url(site.base_url + page_path("", language), article.slug)


def _keys(news: News) -> Sequence[str]:
    """Return the keys of all answers that *news* changes.

    After a kill those are all: lists, searches and other articles may have named the article.
    """
    articles = [article for article, _ in news.articles]
    if any(article.state == "killed" for article in articles):
        return [SITE]
    feeds = map(feed_key, _feeds(news))
    pages = (article_key(article.slug) for article in articles)
    gone = map(file_key, news.gone)  # their copies are kept for a year
    return list(dict.fromkeys([*feeds, *pages, *gone]))


def _purge(receiver: Receiver, keys: Sequence[str]) -> Post:
    if receiver.kind == "cloudflare":
        headers = {**JSON, "Authorization": f"Bearer {receiver.secret}"}
        return Post(body=pack({"tags": keys}), headers=headers)
    headers = {"Accept": "application/json", "Fastly-Key": receiver.secret, "Surrogate-Key": " ".join(keys)}
    return Post(body=b"", headers=headers)
