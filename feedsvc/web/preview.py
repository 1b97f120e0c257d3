"""Begin a preview: which articles the documents became, and what kept the others back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template

from feedsvc.model.articles import Entry
from feedsvc.model.feeds import Edition
from feedsvc.settings import Settings
from feedsvc.web.heads import Head

PREVIEW_PATH = "/preview/"


def preview_blueprint(settings: Settings, entries: Sequence[Entry], edition: Edition) -> Blueprint:
    """Return the page that a preview begins with; every other page then says that it is one.

    entries: the articles, the last published first.
    edition: with the problems of the documents.
    """
    blueprint = Blueprint("preview", __name__)

    @blueprint.app_context_processor
    def _mark() -> dict[str, str]:
        return {"preview": PREVIEW_PATH}

    @blueprint.get(PREVIEW_PATH)
    def preview() -> str:
        head = Head(
            title="Preview",
            description="What subscribers would see",
            canonical=settings.site.base_url + PREVIEW_PATH,
            languages=("en",),
            choices=("en",),
        )
        return render_template("preview.html", head=head, entries=entries, edition=edition)

    return blueprint
