"""Operators show a token in a header, never in an address, which logs and proxies keep."""

from __future__ import annotations

import hmac
import logging
import os
import secrets
import stat
from base64 import b64decode
from binascii import Error as BinasciiError
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn

from flask import Response, abort, request

from feedsvc.config.settings import Settings
from feedsvc.stores.private_files import make_private_folder

STATUS_FILE, INBOX_FILE = "status-token", "inbox-token-{source}"
REALM = "feedsvc status"
# Browsers ask for a name and a password on Basic; programs send Bearer.
CHALLENGES = (f'Basic realm="{REALM}", charset="UTF-8"', f'Bearer realm="{REALM}"')
REASON = (
    "This page is for operators. Its token is the value of FEEDSVC_STATUS_TOKEN, or else the content of the file "
    "var/status-token. Send it as a Bearer token; in a browser, enter it as the password, with any user name.\n"
)

logger = logging.getLogger(__name__)


def token_of(settings: Settings) -> str | None:
    """Return the token of the operators: FEEDSVC_STATUS_TOKEN, or else the content of var/status-token.

    returns: None if there is no token and the file cannot be written: then nobody is let in.
    """
    path = settings.root / "var" / STATUS_FILE
    return settings.status_token or _kept(path, opens="/status and /metrics", variable="FEEDSVC_STATUS_TOKEN")


def inbox_tokens_of(settings: Settings) -> dict[str, str | None]:
    """Return, by source, the tokens of the inboxes: from FEEDSVC_INBOX_TOKENS, or else from var/inbox-token-SOURCE."""
    given = dict(settings.inbox_tokens)
    return {
        source.name: given.get(source.name)
        or _kept(
            settings.root / "var" / INBOX_FILE.format(source=source.name),
            opens=f"/inbox/{source.name}",
            variable="FEEDSVC_INBOX_TOKENS",
        )
        for source in settings.sources
        if source.inbox
    }


def _kept(path: Path, *, opens: str, variable: str) -> str | None:
    """Return the token in the file at *path*, which is made if it is missing, and which only its owner can read.

    The log names the file, and not the token.
    """
    try:
        token = _read(path)
        return _make(path, opens=opens) if token is None else token
    except (OSError, UnicodeDecodeError) as error:
        logger.warning("%s: %s; nobody can open %s unless %s is set", path, error, opens, variable)
        return None


def _read(path: Path) -> str | None:
    try:
        found = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        logger.warning("%s: other users can read this file; run: chmod 600 %s", path, path)
    if not found:
        raise OSError("is empty; delete it, and the service writes a new token")
    return found


def _make(path: Path, *, opens: str) -> str:
    """Write the file in one step, or return the token of another worker that was first."""
    make_private_folder(path.parent)
    token = secrets.token_urlsafe(24)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with suppress(FileNotFoundError):
        fresh.unlink()
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{token}\n")
        os.link(fresh, path)  # fails if the file exists, unlike a rename
    except FileExistsError:
        return _read(path) or token
    finally:
        fresh.unlink()
    logger.warning("%s: has the new token for %s", path, opens)
    return token


class Operators:
    """The operators; token: None lets nobody in."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def must_be(self) -> None:
        """Refuse the current request with 401 unless it has the token."""
        if not has_token(self._token):
            _refuse()


def has_token(token: str | None) -> bool:
    """Return whether the current request shows *token*; nothing shows None."""
    shown = _shown(request.headers.get("Authorization", ""))
    return token is not None and shown is not None and hmac.compare_digest(shown, token.encode())


def _shown(header: str) -> bytes | None:
    """Return the token in an Authorization header.

    source: RFC 6750, section 2.1; RFC 7617.
    """
    scheme, _, given = header.partition(" ")
    given = given.strip()
    if scheme.lower() == "bearer":
        return given.encode("latin-1", "replace")
    if scheme.lower() == "basic":
        with suppress(BinasciiError, ValueError):
            return b64decode(given, validate=True).partition(b":")[2]
    return None


def _refuse() -> NoReturn:
    response = Response(REASON, status=HTTPStatus.UNAUTHORIZED, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    for challenge in CHALLENGES:
        response.headers.add("WWW-Authenticate", challenge)
    abort(response)


def for_operators(response: Response) -> Response:
    """Return *response* with headers that keep it out of all caches."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Authorization"
    return response
