"""Serve what is published: feeds at the door, pages behind it. The only importer of Flask."""

from __future__ import annotations

import hashlib
import os
from importlib.resources import files

from flask import Flask

from feedsvc.configuration import load_settings
from feedsvc.ports import Library
from feedsvc.scripts import tell_language
from feedsvc.settings import Settings
from feedsvc.stores import open_store
from feedsvc.web import labels
from feedsvc.web.answers import add_security_headers, redirect_to_a_path
from feedsvc.web.delivery import FeedDoor
from feedsvc.web.discovery import format_name
from feedsvc.web.failures import add_failures
from feedsvc.web.first_edition import publish_first_edition
from feedsvc.web.heads import plain, runs
from feedsvc.web.holdings import Holdings
from feedsvc.web.introspection import introspection_blueprint
from feedsvc.web.media import web_address
from feedsvc.web.pages import pages_blueprint


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application over the store of *settings*, for any WSGI server.

    With an empty store, and unless another process publishes (FEEDSVC_PUBLISHER=off), the first edition is begun.

    settings: read from the environment when None.
    raises:   SettingsError, StoreError.
    """
    settings = load_settings(os.environ) if settings is None else settings
    store = open_store(settings)
    if settings.publisher and store.edition_number() == 0:
        publish_first_edition(settings, store)
    return make_app(settings, store)


def make_app(settings: Settings, library: Library) -> Flask:
    """Return the application over *library*, which starts nothing."""
    holdings = Holdings(library)
    app = Flask(__name__)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000  # the stylesheet's address changes with its bytes
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(
        site=settings.site,
        settings=settings,
        stylesheet_version=_digest("site.css"),
        runs=runs,
        plain=plain,
        words=labels.words,
        language_name=labels.language_name,
        shown_date=labels.shown_date,
        machine_date=labels.machine_date,
        format_name=format_name,
        tell_language=tell_language,
        web_address=web_address,
    )
    app.register_blueprint(pages_blueprint(settings, holdings))
    app.register_blueprint(introspection_blueprint(holdings))
    add_failures(app, settings, holdings)
    app.after_request(redirect_to_a_path)
    app.after_request(add_security_headers)
    app.wsgi_app = FeedDoor(app.wsgi_app, holdings, base_url=settings.site.base_url)  # type: ignore[method-assign]
    return app


def _digest(name: str) -> str:
    return hashlib.sha256(files("feedsvc").joinpath("web", "static", name).read_bytes()).hexdigest()[:12]
