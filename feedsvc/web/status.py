"""Show operators how the service does: a page, the same as JSON, and metrics for Prometheus."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from flask import Blueprint, Response, render_template

from feedsvc import __version__
from feedsvc.web.article_json import MEDIA_TYPE as JSON
from feedsvc.web.chart import chart_of
from feedsvc.web.figures import Figures, Gathering
from feedsvc.web.heads import Head
from feedsvc.web.metrics import MEDIA_TYPE as METRICS
from feedsvc.web.metrics import metrics
from feedsvc.web.operators import Operators, for_operators
from feedsvc.web.pages import HTML

SHOWN_PROBLEMS = 200


def status_blueprint(gathering: Gathering, *, operators: Operators) -> Blueprint:
    """Return /status, /status.json and /metrics; each asks for the token, wherever the request comes from."""
    blueprint = Blueprint("status", __name__)
    blueprint.before_request(operators.must_be)
    blueprint.after_request(for_operators)

    @blueprint.get("/status")
    def status() -> Response:
        figures = gathering.figures()
        head = Head(
            title="Status", description="How the service does.", canonical=None, languages=("en",), choices=("en",)
        )
        body = render_template(
            "status.html",
            head=head,
            figures=figures,
            chart=chart_of(figures.steps, now=figures.now),
            shown_problems=SHOWN_PROBLEMS,
            version=__version__,
        )
        return Response(body, content_type=HTML)

    @blueprint.get("/status.json")
    def status_json() -> Response:
        return Response(json.dumps(_fields(gathering.figures()), ensure_ascii=False), content_type=JSON)

    @blueprint.get("/metrics")
    def all_metrics() -> Response:
        return Response(metrics(gathering.figures()), content_type=METRICS)

    return blueprint


def _fields(figures: Figures) -> dict[str, object]:
    """Return *figures* as JSON can hold them: instants as RFC 3339 has them."""
    fields = asdict(figures)
    del fields["steps"]
    fields["version"] = __version__
    fields["configuration"] = fields.pop("faults")
    found = _written(fields)
    if not isinstance(found, dict):
        raise TypeError(found)
    return found


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dict):
        return {name: _written(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_written(each) for each in value]
    return value
