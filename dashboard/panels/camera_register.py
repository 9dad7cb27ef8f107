"""What the register says of the camera looked at, and which cameras are off, for how long, with their repair orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import watching
from dashboard.loaded import loaded
from dashboard.parts import Children, empty, needs, panel, shape
from dashboard.text import DASH, distance, number, stamp, t, voice
from dashboard.view import VIEW
from dashboard.watching import Row, View
from data.gb28181 import decode, fault, name

CARD, LIST, TOTAL = "register-card", "register-off", "register-total"
ROWS = 60
EVER = datetime.max


def layout() -> Component:
    """Return the two empty panels: the camera of the first tile, and those that are off."""
    card = panel("camera-card", t("register.title"), html.Div(id=CARD))
    off = panel("cameras-off", t("register.off"), html.Div(id=LIST, className="list"), total=html.Span(id=TOTAL))
    return html.Div([card, off], className="register")


@callback(Output(CARD, "children"), VIEW)
def show(view: View) -> Children:
    """Show the decoded register entry of the first tile's camera."""
    if "camera" not in loaded():
        return needs(t("feed.camera"))
    rows = watching.tiles(view)
    if not rows:
        return empty(t("register.none"))
    facts = [html.Div([html.Dt(words), html.Dd(value)]) for words, value in _facts(rows[0])]
    return html.Dl(facts)


@callback(Output(LIST, "children"), Output(TOTAL, "children"), VIEW)
def show_off(view: View) -> tuple[Children, str]:
    """Show the cameras that are off, the longest first."""
    rows = [row for row in watching.registered() if row["state"] == "offline"]
    if not rows:
        return empty(t("register.all_on")), ""
    ordered = sorted(rows, key=lambda row: (row["state_at"] or EVER, row["camera_id"]))
    return [_off(row, view) for row in ordered[:ROWS]], t("register.count", n=number(len(rows)))


def _off(row: Row, view: View) -> Component:
    facts: Any = {"data-choose": "camera", "data-to": row["camera_id"]}
    repair = row["repair_id"] or t("video.no_repair")
    words = [html.B(row["name"] or row["camera_id"]), html.Span(repair, className="note")]
    return html.Button([shape("crit"), html.Div(words), html.Span(watching.away(row, view))], className="off", **facts)


def _facts(row: Row) -> list[tuple[str, Children]]:
    heading = DASH if row["heading_deg"] is None else f"{row['heading_deg']:.0f}°"
    wide = DASH if row["view_deg"] is None else f"{row['view_deg']:.0f}°"
    return [
        (t("register.name"), row["name"] or row["camera_id"]),
        (t("register.code"), _code(row)),
        (t("register.type"), _decoded(row)),
        (t("register.make"), " · ".join(filter(None, [_kind(row), watching.security(row)])) or DASH),
        (t("register.sight"), t("register.looks", heading=heading, wide=wide, reach=distance(row["range_m"]))),
        (t("register.checked"), stamp(row["checked_at"])),
    ]


def _code(row: Row) -> Children:
    code = row["code"]
    if not code:
        return DASH
    return [html.Span(code, className="code"), html.Small(t("register.doubtful"))] if fault(code) else code


def _decoded(row: Row) -> str:
    parts = decode(row["code"] or "")
    if parts is None:
        return DASH
    said = [name("type", parts.type, voice().language), name("industry", parts.industry, voice().language)]
    return " · ".join([*said, t("register.division", code=parts.division)])


def _kind(row: Row) -> str:
    return t(f"video.{row['kind']}") if row["kind"] else ""
