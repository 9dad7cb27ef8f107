"""Wires the dashboard: one Flask server behind the guard, one Dash app with its pages, one set of stores."""

from __future__ import annotations

import json
import logging
from functools import cache
from html import escape
from typing import Any

import dash
from dash import Dash, ctx, html, set_props
from dash.exceptions import DependencyException
from flask import Flask, Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import (
    ahead,
    api,
    breath,
    briefing,
    field,
    forms,
    frame,
    guard,
    me,
    refusal,
    session,
    takeaways,
    taken,
    text,
    traffic,
)
from dashboard.look import THEMES
from dashboard.view import address
from data import measures
from data.accounts import Accounts
from data.errors import Problem, sentence
from data.gateways import Gateways
from data.query import Door
from data.sessions import Sessions
from data.settings import Screen

log = logging.getLogger("gridlink.dashboard")

INDEX = """<!DOCTYPE html>
<html lang="{language}" data-theme="{theme}"{kiosk}{distance} style="--wait: '{wait}'">
<head>{metas}<title>{title}</title>{ahead}{favicon}{css}</head>
<body>{app_entry}
<script id="words" type="application/json">{words}</script>
<footer>{config}{scripts}{renderer}</footer>
</body>
</html>"""


class App(Dash):
    """Dash with an index that knows language, theme and the words of its scripts."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """Fill the index of this request."""
        asked, config = address(), session.door().config
        theme = asked.get("theme", "")
        parts["title"] = escape(frame.place())
        ahead.begin(asked)
        return INDEX.format(
            language=text.voice().language,
            theme=theme if theme in THEMES else config.screen.theme,
            kiosk=" data-kiosk" if asked.get("kiosk") == "1" or session.is_kiosk() else "",
            distance=_distance(config.screen),
            words=browser_words(),
            wait=text.t("state.wait"),
            ahead=ahead.links(),
            **parts,
        )


def _distance(screen: Screen) -> str:
    """Return how far from how wide a screen people sit, for assets/07-distance.js; nothing unless a site says so."""
    if not (screen.distance_m and screen.width_mm):
        return ""
    return f' data-distance="{screen.distance_m:g}" data-width="{screen.width_mm:g}"'


def create_app(door: Door, accounts: Accounts, secret: str) -> App:
    """Return the app of this process, serving these stores.

    There is one app per process, because callbacks are drained by the first one served; a second call gives the same
    app other stores. `secret` signs cookies and must be 32 characters or more.
    """
    if len(secret) < 32:
        raise ValueError("the secret must be 32 characters or more")
    app = _build()
    limits = door.config.server
    sessions = Sessions(accounts.operations, limits.session_hours, limits.idle_minutes)
    session.install(app.server, session.House(door, accounts, sessions, Gateways(door.config.video)))
    app.server.secret_key = secret
    return app


def browser_words() -> str:
    """Return the table [browser] of the request's language as JSON that is safe inside a script element."""
    table = text.words(text.voice().language)["browser"]
    return json.dumps(table, ensure_ascii=False).replace("<", "\\u003c")


@cache
def _build() -> App:
    server = Flask(__package__ or __name__, static_folder=None)
    made: list[App] = []
    traffic.install(server)
    guard.protect(server, lambda: made[0].csp_hashes())
    server.register_error_handler(DependencyException, lambda _: ("", 404))  # a script nobody asked for by clicking
    server.register_error_handler(SQLAlchemyError, away)
    server.register_blueprint(api.api)
    server.register_blueprint(field.field)
    server.register_blueprint(me.me)
    server.register_blueprint(briefing.briefing)
    server.register_blueprint(forms.forms)
    server.register_blueprint(taken.exports)
    app = App(
        __package__,
        server=server,  # type: ignore[arg-type]
        use_pages=True,
        serve_locally=True,
        use_async=False,
        enable_mcp=False,
        update_title="",
        include_pages_meta=False,
        # Validation would send every page's layout, as its first visitor saw it, to everybody. The ids are checked by
        # tests/test_view.py instead.
        suppress_callback_exceptions=True,
        on_error=report,
    )
    made.append(app)
    server.extensions["dash"] = app
    breath.share(server)
    takeaways.register()
    app.layout = frame.layout
    for page in dash.page_registry.values():
        _dress(page)
    return app


def _dress(page: dict[str, Any]) -> None:
    """Give a page its title in the request's language and close it to roles it does not name."""
    layout, key = page["layout"], frame.key_of(page)

    def guarded(**query: str) -> Any:
        if not frame.may_open(page):
            return html.Main(html.P(text.t("state.no_permission"), className="empty"), className="page")
        return layout(**query)

    page["layout"] = guarded
    page["title"] = lambda **_: f"{text.t(f'{key}.name')} · {frame.place()}"


def away(fault: SQLAlchemyError) -> Response:
    """Say that the operations store is away: 503, so that a screen keeps its last frame and asks again."""
    log.warning("%s", fault)
    words = sentence("operations_away", text.voice().language)
    return Response(words, 503, {"Retry-After": "5"}, "text/plain")  # no page: a page would look for who asks


def report(fault: Exception) -> None:
    """Keep the panel's last frame, log the fault under a code, and tell the screen which panel shows old data."""
    code = f"{abs(hash((type(fault).__name__, str(fault)))) % 10**6:06d}"
    if isinstance(fault, SQLAlchemyError):
        words = sentence("operations_away", text.voice().language)
        log.warning("%s %s", code, fault)
    elif isinstance(fault, Problem):
        words = fault.sentence(text.voice().language)
        refusal.status(fault)
        log.warning("%s %s", code, fault)
    else:
        words = text.t("state.failed")
        log.exception("%s", code, exc_info=fault)
    panels = [output["id"] for output in _outputs() if isinstance(output["id"], str)]
    for panel in panels:
        measures.panel_faults.labels(panel).inc()
    set_props("fault", {"data": {"panels": panels, "code": code, "words": words}})


def _outputs() -> list[dict[str, Any]]:
    listed = ctx.outputs_list
    return listed if isinstance(listed, list) else [listed]
