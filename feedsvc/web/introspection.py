"""Tell load balancers how the service is."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus

from flask import Blueprint, Response

from feedsvc.errors import StoreError
from feedsvc.web.holdings import Holdings
from feedsvc.web.wsgi_door import RETRY_AFTER_S

logger = logging.getLogger(__name__)


def introspection_blueprint(holdings: Holdings, *, faults: tuple[str, ...]) -> Blueprint:
    """Return /healthz (this process answers) and /readyz (there is something to serve).

    faults: of the configuration, where a former one is served with.
    """
    configuration = {"configuration": "\n".join(faults)} if faults else {}
    blueprint = Blueprint("introspection", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})

    @blueprint.get("/readyz")
    def readyz() -> Response:
        try:
            number = holdings.number()
        except StoreError:
            logger.exception("the store cannot be read")
            return _readiness(
                {"ready": False, "reason": "the store cannot be read", **configuration}, HTTPStatus.SERVICE_UNAVAILABLE
            )
        if number == 0:
            return _readiness(
                {"ready": False, "reason": "nothing is published yet", **configuration}, HTTPStatus.SERVICE_UNAVAILABLE
            )
        return _readiness({"ready": True, "edition": number, **configuration}, HTTPStatus.OK)

    return blueprint


def _readiness(state: dict[str, object], status: HTTPStatus) -> Response:
    response = Response(json.dumps(state), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    if status != HTTPStatus.OK:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response
