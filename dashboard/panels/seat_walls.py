"""What stands on the named walls: put up from a seat for a while, and taken back."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import seat
from dashboard.parts import empty, panel
from dashboard.queues import now
from dashboard.seat_acts import MINUTE_FIELD, WALL_FIELD, wall_name
from dashboard.seat_forms import LONGEST, button, form
from dashboard.session import door
from dashboard.text import t
from dashboard.view import CASES

BODY, PUT = "seat-walls-body", "seat-walls-put"
KINDS = ("case", "camera", "area", "replay")

Row = dict[str, Any]


def layout() -> Component:
    """Return the walls and the form that puts something up."""
    return panel("seat-walls", t("walls.title"), [html.Ul(id=BODY), put_form()], t("walls.note"))


def put_form() -> Component:
    """Return the form: what, which, where and for how long."""
    kinds = html.Select(
        [html.Option(t(f"walls.{kind}"), value=kind) for kind in KINDS], name="kind", title=t("walls.what")
    )
    target = dcc.Input(type="text", name="target", maxLength=LONGEST, placeholder=t("walls.target"), id=PUT)
    return html.Div([kinds, target, *choices(), button("put", t("walls.put"), "primary")], **form("put"))


def choices() -> list[Component]:
    """Return the choice of the wall and of the minutes."""
    named = [html.Option(wall_name(one["id"]), value=one["id"]) for one in door().walls.names()]
    spans = [html.Option(t("walls.minutes", n=n), value=str(n)) for n in door().config.watch.minutes]
    wall = html.Select(named, name=WALL_FIELD, title=t("walls.wall"))
    return [wall, html.Select(spans, name=MINUTE_FIELD, title=t("walls.how_long"))]


@callback(Output(BODY, "children"), CASES)
def show(_: dict[str, Any] | None) -> Any:
    """Show what every wall shows now."""
    rows = [_wall(one["id"]) for one in door().walls.names()]
    return rows or [html.Li(empty(t("walls.none")), key="none")]


def _wall(wall: str) -> Component:
    row = door().walls.showing(wall, now())
    name = html.B(wall_name(wall))
    if row is None:
        return html.Li([name, html.Span(t("walls.scenes"), className="about")], key=wall)
    about = t("walls.shows", kind=t(f"walls.{row['kind']}"), target=row["target"])
    until = html.Small(t("walls.until", by=row["put_by"], at=seat.since(row["until_at"])))
    back = button("take_back", t("walls.take_back"), id=row["show_id"])
    return html.Li([name, html.Span(about, className="about"), until, back], key=wall, className="showing")
