"""Poll feeds of other sites politely, and write a document for each entry into the folder of the source."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.util import find_spec
from typing import Any

from feedsvc.config.settings import Settings, Site, SourceSettings, Upstream
from feedsvc.model.errors import FetchError
from feedsvc.parsers.frontmatter.values import FALSE, TRUE
from feedsvc.publish.fetch import LIMIT_S, Fetched, fetch
from feedsvc.publish.inbox_folder import Inbox
from feedsvc.publish.polling import LONGEST_PAUSE_S, Polls
from feedsvc.sources.file_kinds import EVERYTHING
from feedsvc.sources.polled import PollState

ACCEPT = "application/atom+xml, application/rss+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
CHILD = "feedsvc.publish.feed_child"
CHILD_S = 60.0
MOST_DOCUMENT_BYTES = 4_000_000
MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
UNWRITABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
GLOBAL_ID = re.compile(r"(?:tag:|urn:|https?://)\S{3,490}")
TEMPLATE_TAG = re.compile(r"\{(?=[{%<])")
BLOCK = re.compile("<(?:p|div|h[1-6]|[uo]l|blockquote|figure|table|section|article)[ >]")  # ends at an empty line
LONGEST_VALIDATOR = 1000
SECONDS = re.compile(r"[0-9]{1,9}")
LONGEST_TITLE = 90  # characters of one that is made from a summary


def upstream_feeds(
    settings: Settings, *, clock: Callable[[], datetime], limit_s: float = LIMIT_S
) -> list[UpstreamFeed]:
    """Return the polls of the feeds of other sites among the sources."""
    return [
        UpstreamFeed(source, source.upstream, settings.site, clock=clock, limit_s=limit_s)
        for source in settings.sources
        if source.upstream is not None
    ]


class UpstreamFeed(Polls):
    """The polls of one feed of another site.

    limit_s: of an answer.
    """

    def __init__(
        self, rules: SourceSettings, upstream: Upstream, site: Site, *, clock: Callable[[], datetime], limit_s: float
    ) -> None:
        asked = f"{rules.url} {'full' if upstream.is_full else 'short'}"
        super().__init__(rules.name, upstream.folder, every_s=upstream.every_s, asked=asked, clock=clock)
        self._rules = rules
        self._upstream = upstream
        self._site = site
        self._limit_s = limit_s
        self._inbox = Inbox(upstream.folder, selection=EVERYTHING)

    def ask(self, state: PollState, *, now: float) -> PollState:
        conditions = {"If-None-Match": state.etag, "If-Modified-Since": state.modified}
        headers = {"Accept": ACCEPT, **{name: value for name, value in conditions.items() if value}}
        answer = fetch(
            self._rules.url,
            headers,
            max_bytes=self._rules.max_bytes,
            may_be_private=self._upstream.may_be_private,
            limit_s=self._limit_s,
        )
        if answer.status == HTTPStatus.GONE:
            fault = "answers 410 Gone: the feed has ended; take the source out, or write another url"
            return replace(state, has_ended=True, fault=fault, next_at=now + LONGEST_PAUSE_S)
        if answer.status not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            phrase = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else ""
            again_in_s = _retry_after_s(answer.headers.get("retry-after", ""), now=now)
            raise FetchError(f"answers {answer.status} {phrase}".rstrip(), again_in_s=again_in_s)
        moved = [f"has moved for good; write its new address as url: {answer.moved_to}"] if answer.moved_to else []
        if answer.status == HTTPStatus.OK:
            read = self._read(answer)
            skipped = self._write(read["entries"], read["deleted"])
            notes = (*moved, *([read["note"]] if read["note"] else []), *skipped)
            state = replace(
                state,
                etag=_one_line(answer.headers.get("etag", "")),
                modified=_one_line(answer.headers.get("last-modified", "")),
                ttl_s=read["ttl_s"],
                notes=tuple(f"the feed {note}" for note in notes),
            )
        rest_s = max(self._upstream.every_s, state.ttl_s, _max_age_s(answer.headers))
        next_at = now + min(rest_s, max(LONGEST_PAUSE_S, self._upstream.every_s))
        return replace(state, failures=0, fault="", next_at=next_at)

    def _read(self, answer: Fetched) -> dict[str, Any]:
        """Return what the child process reads in the body.

        raises: FetchError.
        """
        if find_spec("feedparser") is None:
            raise FetchError("needs feedparser to be read: pip install feedparser")
        content_type = answer.headers.get("content-type", "")
        request = json.dumps({"url": answer.url, "content_type": content_type, "is_full": self._upstream.is_full})
        try:
            done = subprocess.run(  # noqa: S603  our own module, with our own Python
                [sys.executable, "-m", CHILD],
                input=request.encode() + b"\n" + answer.body,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=CHILD_S,
                check=False,
                process_group=0,
            )
            read: dict[str, Any] = json.loads(done.stdout)
        except (subprocess.TimeoutExpired, ValueError) as error:
            raise FetchError("sends a feed that takes more memory or time than a feed may") from error
        if read["fault"]:
            raise FetchError(read["fault"])
        return read

    def _write(self, entries: Sequence[Mapping[str, Any]], deleted: Sequence[Mapping[str, str]]) -> list[str]:
        """Write the documents of *entries*, and withdraw those of *deleted* entries; return notes."""
        gone = {each["id"]: each for each in deleted}
        notes = set()
        for entry in reversed(entries):  # oldest first, as a rule, and so is their order in feeds
            if entry["id"].startswith(f"tag:{self._site.authority},"):
                notes.add("has entries of this very site, which are left out")
                continue
            tombstone = gone.get(entry["id"])
            if tombstone is not None and not _is_later(entry["updated"] or entry["published"], tombstone["when"]):
                continue
            gone.pop(entry["id"], None)
            text = document_of(entry, source=self._rules.name)
            if text is None:
                notes.add("has entries without a headline and a summary, which are left out")
            else:
                self._put(name_of(entry), text)
        for tombstone in gone.values():
            self._withdraw(tombstone)
        return sorted(notes)

    def _put(self, name: str, text: str) -> None:
        with self._inbox.upload(max_bytes=MOST_DOCUMENT_BYTES, now=self._clock()) as upload:
            upload.write(text.encode())
            self._inbox.put(name, upload, if_match=None, if_none_match=None)

    def _withdraw(self, tombstone: Mapping[str, str]) -> None:
        name = name_of(tombstone)
        try:
            text = (self._upstream.folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return  # it was never here
        if not text.startswith("---\nwithdrawn:"):
            comment = tombstone["comment"]
            # The word "false" as a reason would say that the entry is not withdrawn.
            reason = "true" if comment.lower() in {"", *TRUE, *FALSE} else _quoted(comment)
            self._put(name, text.replace("---\n", f"---\nwithdrawn: {reason}\n", 1))


def name_of(entry: Mapping[str, Any]) -> str:
    """Return the file of an entry, or of its tombstone."""
    seed = entry["id"] or f"{entry['title']} {entry['published']}"
    return f"{hashlib.sha256(seed.encode('utf-8', 'replace')).hexdigest()[:20]}.md"


def document_of(entry: Mapping[str, Any], *, source: str) -> str | None:
    """Return the document of an entry as the child process reads it; None if it has neither headline nor summary."""
    summary = entry["summary"]
    title = entry["title"] or _shortened(summary)
    if not title:
        return None
    identity = entry["id"] or name_of(entry)
    published = entry["published"] or entry["updated"]
    written = {
        "title": title,
        "id": identity if GLOBAL_ID.fullmatch(identity) else f"{source}/{identity}",
        "date": published,
        "updated": entry["updated"] if _is_later(entry["updated"], published) else "",
        "author": entry["authors"],
        "source": entry["source"],
        "source_feed": entry["source_feed"],
        "source_feed_id": entry["source_feed_id"],
        "canonical_url": entry["link"],
        "language": entry["language"],
        "tags": entry["tags"],
        "summary": summary if entry["html"] else "",
    }
    head = "".join(f"{key}: {_quoted(value)}\n" for key, value in written.items() if value)
    body = entry["html"] or f"<p>{_escaped(summary)}</p>"
    # An empty line would end the block of HTML, and a brace may open a template tag.
    body = re.sub(r"\n(?=[ \t]*\n)", "&#10;", UNWRITABLE.sub(" ", body))
    body = TEMPLATE_TAG.sub("&#123;", body)
    return f"---\n{head}---\n\n{body if BLOCK.match(body) else f'<div>{body}</div>'}\n"


def _quoted(value: object) -> str:
    """Return a text, or a list of texts, in JSON, which is YAML too."""
    if isinstance(value, list):
        return f"[{', '.join(map(_quoted, value))}]"
    return json.dumps(UNWRITABLE.sub(" ", str(value)), ensure_ascii=False)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _shortened(text: str) -> str:
    begin = text[:LONGEST_TITLE]
    return text if begin == text else f"{begin.rpartition(' ')[0] or begin} …"


def _is_later(one: str, other: str) -> bool:
    """Return whether the instant *one* is later than *other*, both as in RFC 3339; False if either is none."""
    try:
        first, second = datetime.fromisoformat(one), datetime.fromisoformat(other)
        return first.astimezone(timezone.utc) > second.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return False


def _one_line(value: str) -> str:
    return value if value.isprintable() and len(value) <= LONGEST_VALIDATOR and value.isascii() else ""


def _max_age_s(headers: Mapping[str, str]) -> float:
    found = MAX_AGE.search(headers.get("cache-control", ""))
    return float(found[1]) if found else 0.0


def _retry_after_s(value: str, *, now: float) -> float:
    """Return the seconds that a Retry-After header asks for, 0 if none.

    source: RFC 9110, section 10.2.3.
    """
    if SECONDS.fullmatch(value):
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0
