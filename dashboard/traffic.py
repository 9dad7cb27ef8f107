"""Tells of every request: a line of the log and a measure each, under an id its answer carries as X-Request-Id.

The route is told, never the address: addresses hold areas, workers and moments.
"""

from __future__ import annotations

import logging
import re
import secrets
from time import perf_counter

from flask import Flask, Response, g, request

from data import measures
from data.logs import request_id, tell

log = logging.getLogger("gridlink.request")
HEADER = "X-Request-Id"
GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")  # by a proxy in front
# What screens ask by the second, and files of the program: told from `debug` on.
OFTEN = ("/healthz", "/alive", "/login.css", "/api/walls/", "/api/alarms", "/_dash-component-suites/", "/assets/")


def install(server: Flask) -> None:
    """Tell of every request of a server, whatever becomes of it; to be called before anything else answers."""
    server.before_request(_begin)
    server.after_request(_end)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
    g.began = perf_counter()
    request_id.set(g.request_id)


def _end(response: Response) -> Response:
    if "began" not in g:
        return response
    seconds, route = perf_counter() - g.began, request.url_rule.rule if request.url_rule else "?"
    response.headers[HEADER] = g.request_id
    measures.requests.labels(route, str(response.status_code)).observe(seconds)
    tell(
        log,
        _level(response.status_code),
        "request",
        method=request.method,
        route=route,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        account=_account(),
        bytes=response.content_length,
    )
    return response


def _level(status: int) -> int:
    if status >= 500:
        return logging.ERROR
    quiet = request.method == "GET" or request.path == "/alive"
    return logging.DEBUG if quiet and status < 400 and request.path.startswith(OFTEN) else logging.INFO


def _account() -> str:
    """Return who asks, where that has been looked up already: telling of a request asks no store."""
    user = g.get("_login_user")
    return str(user.account.name) if user is not None and user.is_authenticated else ""
