"""Superdesk's HTTP push on the door of the inbox: POST /inbox/<source>, and pictures to /inbox/<source>/assets.

source: superdesk-core, superdesk/publish/transmitters/http_push.py
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from feedsvc.publish.inbox_folder import Inbox
from feedsvc.web.auth import has_token
from feedsvc.web.inbox import SourceInboxes, answering_errors, read_body, refuse, refuse_stranger, size_of_body

SIGNATURE = "x-superdesk-signature"
SIGNED = re.compile(r"sha1=([0-9a-f]{40})")
MOST_SIGNED = 20_000_000  # bytes of a body that must be read before it is known to be signed
IN_MEMORY = 1_000_000
MOST_DEPTH = 20
MOST_RENDITIONS = 1000  # each may be a file of eight endings, and so eight questions to the disk
ASSETS = "assets"
NOT_PLAIN = re.compile(r"[^A-Za-z0-9_]+")
LONGEST_NAME = 80
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/avif": ".avif",
    "audio/mpeg": ".mp3",
    "video/mp4": ".mp4",
    "application/pdf": ".pdf",
}


def superdesk_blueprint(inboxes: SourceInboxes) -> Blueprint:
    blueprint = Blueprint("superdesk", __name__)
    push = SuperdeskPush(inboxes)
    for rule, method, view in (
        ("/inbox/<source>", "POST", push.item),
        ("/inbox/<source>/assets", "POST", push.asset),
        ("/inbox/<source>/assets/<path:name>", "GET", push.has_asset),
    ):
        blueprint.add_url_rule(rule, view.__name__, view, methods=[method], provide_automatic_options=False)
    return blueprint


class SuperdeskPush:
    """Takes items in ninjs, and the files of their renditions. Superdesk's secret token is the token of the inbox."""

    def __init__(self, inboxes: SourceInboxes) -> None:
        self._inboxes = inboxes

    def item(self, source: str) -> Response:
        """Put an item under a name that is made of its id, so that each version replaces the one before."""
        inbox, rules, _ = self._inboxes.of(source)
        with self._inboxes.taking(), self._signed_body(source, most=rules.max_bytes) as body:
            try:
                item = json.load(body)
            except (ValueError, RecursionError):
                refuse(HTTPStatus.UNPROCESSABLE_ENTITY, "the body is no JSON")
            identity = item.get("uri") or item.get("guid") if isinstance(item, dict) else None
            if not isinstance(identity, str) or not identity:
                refuse(HTTPStatus.UNPROCESSABLE_ENTITY, "the item has no guid, by which its versions belong together")
            name = f"{safe_name(identity)}.json"
            with answering_errors(source, name):
                _name_assets(item, inbox)
                content = json.dumps(item, ensure_ascii=False, indent=1).encode("utf-8", "replace")

        def is_later() -> bool:  # a later version may come first, or at the same time
            return _version(_former(inbox.read(name, most=rules.max_bytes))) > _version(item)

        return self._inboxes.put_bytes(source, name, content, is_later=is_later)

    def asset(self, source: str) -> Response:
        """Put the file of a rendition."""
        with self._inboxes.taking(), self._signed_body(source, most=MOST_SIGNED) as body:
            mimetype, options = request.mimetype, request.mimetype_params
            if mimetype != "multipart/form-data":
                refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "an asset is sent as multipart/form-data")
            try:
                _, fields, files = FormDataParser(max_form_memory_size=IN_MEMORY, max_form_parts=20).parse(
                    body, mimetype, request.content_length, options
                )
            except (HTTPException, ValueError):
                refuse(HTTPStatus.BAD_REQUEST, "the body is no multipart/form-data")
            identity, file = fields.get("media_id", ""), files.get("media")
            content = b"" if file is None else file.stream.read()
            for each in files.values():
                each.close()
            if not identity or file is None:
                refuse(HTTPStatus.BAD_REQUEST, "an asset needs the fields media_id and media")
            ending = ENDINGS.get((file.mimetype or "").lower())
            if ending is None:
                refuse(
                    HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"media of the type {file.mimetype!r} are not shown by articles"
                )
        return self._inboxes.put_bytes(source, f"{ASSETS}/{safe_name(identity)}{ending}", content)

    def has_asset(self, source: str, name: str) -> Response:
        """Tell whether there is an asset with that id; Superdesk asks without a token, and learns nothing else."""
        if request.headers.get("Authorization"):
            return self._inboxes.get(source, f"{ASSETS}/{name}")
        inbox, _, _ = self._inboxes.of(source)
        if asset_of(inbox, name) is None:
            refuse(HTTPStatus.NOT_FOUND, "there is no such asset")
        return Response("{}\n", content_type="application/json")

    @contextmanager
    def _signed_body(self, source: str, *, most: int) -> Iterator[IO[bytes]]:
        """Yield the body of a request that has the token of the inbox, or a signature made with it."""
        _, _, token = self._inboxes.of(source)
        is_open = has_token(token)
        found = SIGNED.fullmatch(request.headers.get(SIGNATURE, ""))
        if token is None or not (is_open or found):
            refuse_stranger(source)
        made = hmac.new(token.encode(), digestmod=hashlib.sha1)
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:

            def take(chunk: bytes) -> None:
                made.update(chunk)
                body.write(chunk)

            read_body(size_of_body(min(most, MOST_SIGNED)), take)
            if not is_open and not (found and hmac.compare_digest(found[1], made.hexdigest())):
                refuse_stranger(source)
            body.seek(0)
            yield body


def safe_name(identity: str) -> str:
    """Return the name of a file for *identity*, which may have any characters; no other identity has it."""
    plain = NOT_PLAIN.sub("-", identity).strip("-_")[:LONGEST_NAME]
    return f"{plain or 'item'}-{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:8]}"


def asset_of(inbox: Inbox, identity: str) -> str | None:
    """Return the name of the file of an asset, None if there is none."""
    names = (f"{ASSETS}/{safe_name(identity)}{ending}" for ending in ENDINGS.values())
    return next((name for name in names if inbox.has(name)), None)


def _name_assets(item: object, inbox: Inbox) -> None:
    """Have renditions whose files were pushed name these, and not their address inside the newsroom."""
    for rendition in islice(_renditions(item, MOST_DEPTH), MOST_RENDITIONS):
        name = asset_of(inbox, str(rendition["media"]))
        if name is not None:
            rendition["href"] = name


def _renditions(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(value, dict):
        if isinstance(value.get("media"), str) and "href" in value:
            yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _renditions(each, depth - 1)


def _former(content: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _version(item: Mapping[str, object]) -> int:
    version = str(item.get("version", ""))
    return int(version) if version.isascii() and version.isdecimal() and len(version) <= len("1000000000") else 0
