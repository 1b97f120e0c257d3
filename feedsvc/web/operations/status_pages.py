"""/status, /status.json and /metrics for operators; /healthz and /readyz for load balancers too."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, render_template
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from feedsvc import __version__
from feedsvc.model.errors import StoreError
from feedsvc.publish.sign_of_life import TOLD_AFTER_S, last_sign
from feedsvc.stores.private_files import StatusFile
from feedsvc.stores.store import clock_trouble
from feedsvc.web.auth import Operators, for_operators
from feedsvc.web.delivery.answer import RETRY_AFTER_S
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.delivery.store_trouble import log_unreadable
from feedsvc.web.operations.metrics import metrics_registry
from feedsvc.web.operations.status_figures import Figures, StatusCollector, chart_of
from feedsvc.web.pages.article_page import MEDIA_TYPE as JSON
from feedsvc.web.pages.page_builder import HTML
from feedsvc.web.pages.page_head import Head

CLOCK_EVERY_S = 10.0


SHOWN_PROBLEMS = 200
SHOWN_OF_PARTNER = 20  # articles with a fault, of each partner


def status_blueprint(collector: StatusCollector, *, operators: Operators) -> Blueprint:
    """Return /status, /status.json and /metrics, which ask for the token, even on this machine."""
    blueprint = Blueprint("status", __name__)
    blueprint.before_request(operators.must_be)
    blueprint.after_request(for_operators)
    registry = metrics_registry(collector.figures)

    @blueprint.get("/status")
    def status() -> Response:
        figures = collector.figures()
        head = Head(
            title="Status", description="How the service is doing.", canonical=None, languages=("en",), choices=("en",)
        )
        body = render_template(
            "status.html",
            head=head,
            figures=figures,
            chart=chart_of(figures.steps, now=figures.now),
            shown_problems=SHOWN_PROBLEMS,
            shown_of_partner=SHOWN_OF_PARTNER,
            version=__version__,
        )
        return Response(body, content_type=HTML)

    @blueprint.get("/status.json")
    def status_json() -> Response:
        return Response(json.dumps(_fields(collector.figures()), ensure_ascii=False), content_type=JSON)

    @blueprint.get("/metrics")
    def all_metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)

    return blueprint


def _fields(figures: Figures) -> dict[str, object]:
    """Return *figures* as a JSON object, with times as in RFC 3339."""
    fields = asdict(figures)
    for name in ("steps", "requests", "passes"):  # of the chart and of the metrics
        del fields[name]
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
        return {name: _written(field) for name, field in value.items()}
    if isinstance(value, list | tuple):
        return [_written(item) for item in value]
    return value


def publishing_trouble(trouble: StatusFile, life: Path, *, now: datetime) -> dict[str, str] | None:
    """Return since when, and why, nothing is published here; None if all is well.

    life: the file with the last sign of the publisher. now: aware.
    """
    sign = last_sign(life)
    silent_s = 0.0 if sign is None else sign.silent_s(time.monotonic())
    if sign is None or silent_s < TOLD_AFTER_S or not sign.is_running():
        return trouble.read()
    since = now - timedelta(seconds=silent_s)
    cure = "it is replaced after 30 seconds" if sign.is_kept else "end it and start another"
    reason = f"the publisher, process {sign.pid}, gives no sign of life; {cure}"
    return {"since": since.isoformat(timespec="seconds"), "reason": reason}


class Clocks:
    """Compares the clock of this machine with that of the store's machine, once in CLOCK_EVERY_S."""

    def __init__(self, feed_cache: FeedCache) -> None:
        self._feed_cache = feed_cache
        self._again_at = 0.0
        self._trouble: str | None = None

    def trouble(self) -> str | None:
        """Return what is wrong with the clock of this machine."""
        if time.monotonic() >= self._again_at and not self._feed_cache.is_away:
            self._again_at = time.monotonic() + CLOCK_EVERY_S
            with suppress(StoreError):  # the store has troubles of its own, which are told
                ahead = self._feed_cache.published.clock_ahead(datetime.now(UTC))
                self._trouble = clock_trouble(ahead) if ahead else None
        return self._trouble


def introspection_blueprint(
    feed_cache: FeedCache, *, trouble: Callable[[], Mapping[str, str] | None], faults: tuple[str, ...]
) -> Blueprint:
    """Return /healthz (this process answers) and /readyz (there is an edition to serve).

    If the store is away or publishing fails, the service still serves its edition. It is ready, and /readyz names the
    trouble.

    trouble: returns that of publishing, see `publishing_trouble`.
    faults:  of the configuration, if an earlier one is in use.
    """
    configuration = {"configuration": "\n".join(faults)} if faults else {}

    def troubles() -> dict[str, object]:
        found = trouble()
        return {**configuration, "publishing": found} if found else {**configuration}

    clocks = Clocks(feed_cache)
    blueprint = Blueprint("introspection", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        try:
            number = feed_cache.number()
        except StoreError as error:
            log_unreadable(error)
            return _readiness(
                {"ready": False, "reason": "the store cannot be read", **troubles()}, HTTPStatus.SERVICE_UNAVAILABLE
            )
        if number == 0:
            return _readiness(
                {"ready": False, "reason": "nothing is published yet", **troubles()}, HTTPStatus.SERVICE_UNAVAILABLE
            )
        away = (
            {"store": "cannot be reached; the service answers with the feeds it has in memory"}
            if feed_cache.is_away
            else {}
        )
        clock = clocks.trouble()
        told = {"clock": clock} if clock else {}
        return _readiness({"ready": True, "edition": number, **away, **told, **troubles()}, HTTPStatus.OK)

    return blueprint


def _readiness(state: dict[str, object], status: HTTPStatus) -> Response:
    response = Response(json.dumps(state), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    if status != HTTPStatus.OK:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response
