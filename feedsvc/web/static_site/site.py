"""Build the site once, or each edition: ask the application for every address, and write its answers as files."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import NoReturn
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from werkzeug.test import run_wsgi_app

from feedsvc.config.loading import load_settings
from feedsvc.config.settings import Settings, made_with
from feedsvc.feeds.render import brotlied, gzipped
from feedsvc.model.errors import BuildError, FeedsvcError, SettingsError
from feedsvc.stores import open_library
from feedsvc.stores.store import Store
from feedsvc.web import make_app
from feedsvc.web.static_site import nginx
from feedsvc.web.static_site.inventory import Address, addresses
from feedsvc.web.static_site.tree import Tree

CODERS: Mapping[str, Callable[[bytes], bytes]] = {".gz": gzipped, ".br": brotlied}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer of the application; headers by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def modified(self) -> int | None:
        """Return Last-Modified in seconds since 1970; None if there is none."""
        value = self.headers.get("last-modified")
        return None if value is None else int(parsedate_to_datetime(value).timestamp())


def ask(application: WSGIApplication, path: str) -> tuple[Answer, Callable[[], Mapping[str, bytes]]]:
    """Return the uncompressed answer of *application* to a GET for *path*, and a function that makes its forms.

    Feeds were compressed when they were published, and these forms are taken as they are. Other answers are compressed
    here. A form that is not smaller than the answer is left out.

    path:    may have a query.
    returns: the forms by the suffix of their files.
    """
    first = _ask(application, path, coding="gzip")
    if "content-encoding" not in first.headers:
        # The page was rendered for this request, which need not be repeated.
        return first, lambda: _smaller(first.body, {suffix: code(first.body) for suffix, code in CODERS.items()})
    whole = _ask(application, path, coding="identity")
    return whole, lambda: _smaller(whole.body, {".gz": first.body, ".br": _ask(application, path, coding="br").body})


def _smaller(body: bytes, forms: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {suffix: form for suffix, form in forms.items() if len(form) < len(body)}


def _ask(application: WSGIApplication, path: str, *, coding: str) -> Answer:
    path, _, query = path.partition("?")
    environ: WSGIEnvironment = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_ACCEPT_ENCODING": coding}
    setup_testing_defaults(environ)
    parts, status, headers = run_wsgi_app(application, environ, buffered=True)
    return Answer(
        status=int(status[:3]), headers={name.lower(): value for name, value in headers}, body=b"".join(parts)
    )


# If an edition is made during a build, the site is built again. In a newsroom that publishes every second, the last try
# is recent enough.
TRIES = 5

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The result of a build.

    edition:          its number.
    files:            of the whole site, with their compressed forms.
    written, removed: by this build.
    configuration:    whether this build wrote nginx's configuration, so that nginx must be reloaded.
    """

    edition: int
    files: int
    written: int
    removed: int
    configuration: bool

    def __str__(self) -> str:
        return f"edition {self.edition}: {self.files} files ({self.written} written, {self.removed} removed)"


def build(settings: Settings, store: Store, tree: Tree, *, progress: Progress) -> Built:
    """Bring *tree* up to date with the last edition in *store*.

    A build that fails or is ended leaves every file either as it was or as it should be. The next build does the rest.

    progress: called with the stage for each address that is done in it.
    raises:   BuildError, also if another base URL published last; StoreError.
    """
    written, removed, configuration = tree.written, tree.removed, False
    key = _edition_key(store)
    for left in reversed(range(TRIES)):
        try:
            configuration |= _once(settings, store, tree, progress)
        except BuildError:
            if not left or _edition_key(store) == key:
                raise
        built, key = key, _edition_key(store)
        if built == key:
            break
    return Built(
        edition=built[1],
        files=len(tree),
        written=tree.written - written,
        removed=tree.removed - removed,
        configuration=configuration,
    )


def _edition_key(store: Store) -> tuple[object, int]:
    """Return the store's identity and its edition number; a restore may bring back an equal number."""
    identity, number = store.identity(), store.edition_number()
    if number == 0:
        raise BuildError("nothing is published yet, so there is nothing to build; run: feedsvc publish")
    return identity, number


def _once(settings: Settings, store: Store, tree: Tree, progress: Progress) -> bool:
    """Build the current edition; return whether nginx's configuration was written."""
    _check_address(settings, store)
    made_at = int(store.edition().made_at.timestamp())
    configuration = nginx.nginx_configuration(settings, tree.folder).encode()
    # An application serves the edition in its cache for a moment longer, so each build needs a new application.
    application = make_app(settings, store, is_live=False)
    wanted = addresses(settings, store)
    tree.begin([*(address.file for address in wanted), nginx.FILE])
    for address in wanted:
        if tree.is_right(address.file, address.recipe):
            pass
        elif address.copied is not None:
            tree.copy(address.file, address.copied, recipe=address.recipe)
        else:
            _build(address, application, tree, made_at=made_at)
        progress("building")
    is_new = tree.put(nginx.FILE, configuration, modified=made_at)
    tree.finish()
    return is_new


def _check_address(settings: Settings, store: Store) -> None:
    """Check that feeds, which were rendered at publishing, name the same address as pages, which are rendered now.

    raises: BuildError.
    """
    published = store.base_url()
    if published not in {None, settings.site.base_url}:
        raise BuildError(
            f"the last edition is for {published}, and this build is for {settings.site.base_url}; build with "
            f"FEEDSVC_BASE_URL={published}, or give this address a store of its own (FEEDSVC_STORE_URL) to publish to"
        )


def _build(address: Address, application: WSGIApplication, tree: Tree, *, made_at: int) -> None:
    answer, forms = ask(application, address.path)
    if answer.status != address.status:
        raise BuildError(f"{address.path}: was answered with {answer.status} instead of {address.status:d}")
    tree.put(
        address.file,
        answer.body,
        modified=made_at if answer.modified is None else answer.modified,
        recipe=address.recipe,
        # An error is short, and asked for seldom: it needs no compressed form.
        forms=forms if address.status == HTTPStatus.OK else dict,
    )


LOOK_S = 0.1  # between questions whether anything is new; each takes about 0.4 ms
AGAIN_S = 5.0  # after a failure

logger = logging.getLogger(__name__)


def follow(environ: Mapping[str, str], folder: Path, *, wait: Callable[[float], None] = time.sleep) -> NoReturn:
    """Build every edition into *folder* until an exception, such as that of a signal, ends it.

    A failed build is reported and tried again; meanwhile the built site stays as it is.

    environ: names the configuration, which is read again if another one has published.
    raises:  SettingsError, BuildError and StoreError at the start.
    """
    settings = load_settings(environ)
    with Tree(folder) as tree, closing(open_library(settings)) as store:
        following = Following(store, tree, settings, environ)
        while True:
            wait(following.step())


class Following:
    """Builds each new edition, with the settings that published it."""

    def __init__(self, store: Store, tree: Tree, settings: Settings, environ: Mapping[str, str]) -> None:
        self._store = store
        self._tree = tree
        self._settings = settings
        self._environ = environ
        self._built: object = None
        self._trouble = ""

    def step(self) -> float:
        """Build the edition if it is new; return the seconds to wait until the next look."""
        try:
            if self._key() == self._built:
                return LOOK_S
            self._settings = self._publishers()
            # Read before the build, so that an edition made meanwhile is seen at the next step.
            key = self._key()
            if self._store.edition_number() == 0:
                self._tell("nothing is published yet; waiting for the first edition")
                return LOOK_S
            built = build(self._settings, self._store, self._tree, progress=lambda _: None)
        except FeedsvcError as error:
            self._tell(f"the built site stays as it is: {error}; trying again every {AGAIN_S:.0f} s")
            return AGAIN_S
        self._built, self._trouble = key, ""
        logger.info("%s", built)
        if built.configuration:
            logger.info("%s: new; reload nginx if it serves this site", self._tree.folder / nginx.FILE)
        return LOOK_S

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            logger.warning("%s", trouble)
        self._trouble = trouble

    def _key(self) -> object:
        """Return a value that changes with each edition, with the store, and with the settings that publish."""
        number = self._store.edition_number()
        return self._store.identity(), number, self._store.needs_pass(str(made_with(self._settings)))

    def _publishers(self) -> Settings:
        """Return the settings of the last edition, if the configuration has them now; else those in use."""
        if not self._store.needs_pass(str(made_with(self._settings))):
            return self._settings
        try:
            settings = load_settings(self._environ)
        except SettingsError as error:
            logger.error("the configuration has errors, so the last one without errors is used: %s", error)  # noqa: TRY400
            return self._settings
        return self._settings if self._store.needs_pass(str(made_with(settings))) else settings
