"""What many walls ask in one breath is answered once: fifty screens showing the same scene cost what one costs.

Only for walls, which are read-only: answering one of them with another's answer leaves nothing undone. An answer serves
as long as no store has moved, and never longer than a breath, because deadlines pass without any row changing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from dashboard.session import door, is_kiosk, scope
from dashboard.text import voice
from dashboard.view import address
from data.cache import SingleFlight

ASKED = "_dash-update-component"
BREATH_S = 5.0
_said = SingleFlight(512)


def share(server: Flask) -> None:
    """Let the walls of this server share the answers of its callbacks."""
    endpoint = next(rule.endpoint for rule in server.url_map.iter_rules() if rule.rule.endswith(ASKED))
    ask: Any = server.view_functions[endpoint]

    def answer(**parts: Any) -> Any:
        return _shared(lambda: server.make_response(ask(**parts))) if is_kiosk() else ask(**parts)

    server.view_functions[endpoint] = answer


def _shared(make: Callable[[], Response]) -> Response:
    def whole() -> tuple[bytes, int, str | None]:
        made = make()
        return made.get_data(), made.status_code, made.content_type

    try:
        key = _key()
    except SQLAlchemyError:  # the store is away: nobody can say whether an answer still holds
        return make()
    body, status, kind = _said.get(key, whole)
    return Response(body, status, content_type=kind)


def _key() -> Hashable:
    here, who = door(), scope()
    stores = (here.config.home, here.version(), here.operations.clocks())
    asked = (request.get_data(), tuple(sorted(address().items())), voice().language)
    return stores, (who.account, who.roles, who.area_id), asked, int(time.monotonic() / BREATH_S)
