"""Build the site once, or each edition: ask the application for every address, and write its answers as files."""

from __future__ import annotations

import gzip
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, NoReturn
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import brotli

from feedsvc.config.loading import load_settings
from feedsvc.config.settings import Settings, made_with
from feedsvc.feeds.render import BROTLI_QUALITY
from feedsvc.model.errors import BuildError, FeedsvcError, SettingsError
from feedsvc.stores import open_library
from feedsvc.stores.store import Store
from feedsvc.web import make_app
from feedsvc.web.static_site import nginx
from feedsvc.web.static_site.inventory import Address, addresses
from feedsvc.web.static_site.tree import Tree

CODERS: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": lambda body: gzip.compress(body, 6, mtime=0),
    ".br": lambda body: bytes(brotli.compress(body, quality=BROTLI_QUALITY)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the application answered; headers by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def modified(self) -> int | None:
        """Return Last-Modified in seconds since 1970, None when it is not said."""
        value = self.headers.get("last-modified")
        return None if value is None else int(parsedate_to_datetime(value).timestamp())


def ask(application: WSGIApplication, path: str) -> tuple[Answer, Callable[[], Mapping[str, bytes]]]:
    """Return the answer of *application* to a GET for *path*, and what makes its compressed forms.

    Feeds were compressed when they were published, and their forms come as they are; what the application does not
    compress is compressed here. A form is there only where it is smaller.

    path:    may have a query.
    returns: the answer uncompressed; the forms by the ending of the file for each.
    """
    first = _ask(application, path, coding="gzip")
    if "content-encoding" not in first.headers:
        # Rendered for this question: not to be asked for again.
        return first, lambda: _smaller(first.body, {suffix: code(first.body) for suffix, code in CODERS.items()})
    whole = _ask(application, path, coding="identity")
    return whole, lambda: _smaller(whole.body, {".gz": first.body, ".br": _ask(application, path, coding="br").body})


def _smaller(body: bytes, forms: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {suffix: form for suffix, form in forms.items() if len(form) < len(body)}


def _ask(application: WSGIApplication, path: str, *, coding: str) -> Answer:
    path, _, query = path.partition("?")
    environ: WSGIEnvironment = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_ACCEPT_ENCODING": coding}
    setup_testing_defaults(environ)
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda _: None

    returned: Iterable[bytes] = application(environ, start_response)
    try:
        body = b"".join(returned)
    finally:
        closed: Any = getattr(returned, "close", lambda: None)
        closed()
    status, headers = started[-1]
    return Answer(status=int(status[:3]), headers={name.lower(): value for name, value in headers}, body=body)


# An edition may be made while one is built; what is built then is built again. In a newsroom that publishes each
# second, what was last built is near enough.
TRIES = 5

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did.

    edition:       the number of the one that was built.
    files:         that there are, with their compressed forms; written and removed by this build.
    configuration: of nginx was written by this build, which nginx does not know of until it is reloaded.
    """

    edition: int
    files: int
    written: int
    removed: int
    configuration: bool

    def __str__(self) -> str:
        """Return it in words."""
        return f"edition {self.edition}: {self.files} files ({self.written} written, {self.removed} removed)"


def build(settings: Settings, store: Store, tree: Tree, *, progress: Progress) -> Built:
    """Bring *tree* up to date with the last edition in *store*.

    A build that fails or is ended leaves every file as it was before or as it should be; the next one does the rest.

    progress: told the stage, once for each address that is done in it.
    raises:   BuildError, also where another base URL published last; StoreError.
    """
    written, removed, configuration = tree.written, tree.removed, False
    standing = _standing(store)
    for left in reversed(range(TRIES)):
        try:
            configuration |= _once(settings, store, tree, progress)
        except BuildError:
            if not left or _standing(store) == standing:
                raise
        built, standing = standing, _standing(store)
        if built == standing:
            break
    return Built(
        edition=built[1],
        files=len(tree),
        written=tree.written - written,
        removed=tree.removed - removed,
        configuration=configuration,
    )


def _standing(store: Store) -> tuple[object, int]:
    """Return what is different once something else is published, also where a restore brings back an equal number."""
    identity, number = store.identity(), store.edition_number()
    if number == 0:
        raise BuildError("nothing is published yet, so there is nothing to build; run: feedsvc publish")
    return identity, number


def _once(settings: Settings, store: Store, tree: Tree, progress: Progress) -> bool:
    """Build what is published now; return whether nginx's configuration was written."""
    _check_address(settings, store)
    made_at = int(store.edition().made_at.timestamp())
    configuration = nginx.nginx_configuration(settings, tree.folder).encode()
    # A new one for each time, for an application goes on for a moment with what it knows of the last edition.
    application = make_app(settings, store, is_live=False)
    wanted = addresses(settings, store)
    tree.begin([*(each.file for each in wanted), nginx.FILE])
    for address in wanted:
        if not tree.is_right(address.file, address.recipe):
            _build(address, application, tree, made_at=made_at)
        progress("building")
    is_new = tree.put(nginx.FILE, configuration, modified=made_at)
    tree.finish()
    return is_new


def _check_address(settings: Settings, store: Store) -> None:
    """See that feeds, which were printed when they were published, and pages, which are made now, name one address."""
    published = store.base_url()
    if published not in {None, settings.site.base_url}:
        raise BuildError(
            f"what is published is for {published}, and this build is for {settings.site.base_url}; build with "
            f"FEEDSVC_BASE_URL={published}, or give this address a store of its own (FEEDSVC_STORE_URL) to publish to"
        )


def _build(address: Address, application: WSGIApplication, tree: Tree, *, made_at: int) -> None:
    answer, forms = ask(application, address.path)
    if answer.status != address.status:
        raise BuildError(f"{address.path}: is answered with {answer.status}, and {address.status:d} was expected")
    tree.put(
        address.file,
        answer.body,
        modified=made_at if answer.modified is None else answer.modified,
        recipe=address.recipe,
        # What says that there is nothing is short, and not asked for again and again.
        forms=forms if address.status == HTTPStatus.OK else dict,
    )


LOOK_S = 0.1  # between questions whether anything is new; each takes about 0.4 ms
AGAIN_S = 5.0  # after a failure

logger = logging.getLogger(__name__)


def follow(environ: Mapping[str, str], folder: Path, *, wait: Callable[[float], None] = time.sleep) -> NoReturn:
    """Build every edition into *folder* until an exception, such as that of a signal, ends it.

    What fails is told and tried again, and what was built stands meanwhile.

    environ: names the configuration, which is read anew when other settings have published.
    raises:  SettingsError, BuildError and StoreError at the start.
    """
    settings = load_settings(environ)
    with Tree(folder) as tree, closing(open_library(settings)) as store:
        following = Following(store, tree, settings, environ)
        while True:
            wait(following.step())


class Following:
    """Remember which edition was built last, and with which settings."""

    def __init__(self, store: Store, tree: Tree, settings: Settings, environ: Mapping[str, str]) -> None:
        self._store = store
        self._tree = tree
        self._settings = settings
        self._environ = environ
        self._built: object = None
        self._trouble = ""

    def step(self) -> float:
        """Build what is new, if anything is; return for how many seconds to wait."""
        try:
            if self._standing() == self._built:
                return LOOK_S
            self._settings = self._publishers()
            # Asked before it is built: what is published meanwhile makes another difference.
            standing = self._standing()
            if self._store.edition_number() == 0:
                self._tell("nothing is published yet; waiting for the first edition")
                return LOOK_S
            built = build(self._settings, self._store, self._tree, progress=lambda _: None)
        except FeedsvcError as error:
            self._tell(f"the built site stays as it is: {error}; trying again every {AGAIN_S:.0f} s")
            return AGAIN_S
        self._built, self._trouble = standing, ""
        logger.info("%s", built)
        if built.configuration:
            logger.info("%s: new; reload nginx if it serves this site", self._tree.folder / nginx.FILE)
        return LOOK_S

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            logger.warning("%s", trouble)
        self._trouble = trouble

    def _standing(self) -> object:
        """Return what changes with each edition, and when another store or other settings publish."""
        number = self._store.edition_number()
        return self._store.identity(), number, self._store.needs_pass(made_with(self._settings))

    def _publishers(self) -> Settings:
        """Return the settings that the last edition was made with, as far as they are known here."""
        if not self._store.needs_pass(made_with(self._settings)):
            return self._settings
        try:
            settings = load_settings(self._environ)
        except SettingsError as error:
            logger.error("the configuration has errors, so the last one without errors is used: %s", error)  # noqa: TRY400
            return self._settings
        return self._settings if self._store.needs_pass(made_with(settings)) else settings
