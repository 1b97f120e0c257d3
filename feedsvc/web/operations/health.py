"""/healthz and /readyz, for load balancers and people."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from flask import Blueprint, Response

from feedsvc.model.errors import StoreError
from feedsvc.stores.status_file import StatusFile
from feedsvc.web.delivery.feed_cache import FeedCache
from feedsvc.web.delivery.prepared_answers import RETRY_AFTER_S

logger = logging.getLogger(__name__)


def introspection_blueprint(feed_cache: FeedCache, *, trouble: StatusFile, faults: tuple[str, ...]) -> Blueprint:
    """Return /healthz (this process answers) and /readyz (there is an edition to serve).

    If the store is away or publishing fails, the service still has an edition: it is ready, and /readyz names the
    trouble.

    trouble: of publishing.
    faults:  of the configuration, if an earlier one is in use.
    """
    configuration = {"configuration": "\n".join(faults)} if faults else {}

    def standing() -> dict[str, object]:
        found = trouble.read()
        return {**configuration, "publishing": found} if found else {**configuration}

    blueprint = Blueprint("introspection", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        try:
            number = feed_cache.number()
        except StoreError as error:
            logger.error("the store cannot be read: %s", error)  # noqa: TRY400  the error says all
            return _readiness(
                {"ready": False, "reason": "the store cannot be read", **standing()}, HTTPStatus.SERVICE_UNAVAILABLE
            )
        if number == 0:
            return _readiness(
                {"ready": False, "reason": "nothing is published yet", **standing()}, HTTPStatus.SERVICE_UNAVAILABLE
            )
        away = (
            {"store": "cannot be reached; the service answers with the feeds it has in memory"}
            if feed_cache.is_away
            else {}
        )
        return _readiness({"ready": True, "edition": number, **away, **standing()}, HTTPStatus.OK)

    return blueprint


def _readiness(state: dict[str, object], status: HTTPStatus) -> Response:
    response = Response(json.dumps(state), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    if status != HTTPStatus.OK:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response
