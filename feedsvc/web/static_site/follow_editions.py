"""`feedsvc build --watch`: build each edition as soon as it is published."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from feedsvc.config.loading import load_settings
from feedsvc.config.settings import Settings
from feedsvc.config.software_digest import made_with
from feedsvc.model.errors import FeedsvcError, SettingsError
from feedsvc.stores import open_library
from feedsvc.stores.store import Store
from feedsvc.web.static_site import nginx
from feedsvc.web.static_site.site import build
from feedsvc.web.static_site.tree import Tree

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
