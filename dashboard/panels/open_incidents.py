"""Open incidents, first to expire first: severity, what and where, time left running in the browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place
from dashboard.loaded import missing
from dashboard.parts import empty, panel, severity
from dashboard.session import door, scope
from dashboard.text import deadline, named, number, t
from dashboard.view import VIEW
from data.states import FINAL

BODY = "incidents-body"
TOTAL = "incidents-total"
# More rows than any wall shows; what does not fit is cut between rows by the sheet.
ROWS = 24
# Overdue for longer is backlog, not what a watch can still save: it stands behind what is still to expire.
LOST = timedelta(hours=24)
# Handled, waiting for the check: its limit was met or missed already and runs no more.
HANDLED = ("S60", "S65")

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    return panel("incidents", t("incidents.title"), html.Div(id=BODY), t("incidents.order"), html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Any, Any]:
    """Show the open incidents of the view's area at its moment."""
    view = view or {}
    now = moment.now(view)
    rows = door().query("incidents_open", scope(), area=place.area(view), now=now).to_pylist()
    if not rows:
        return missing("incident") or empty(t("incidents.none", area=place.title(view))), None
    ticking = not moment.is_history(view)
    ordered = sorted(rows, key=lambda row: (not _runs(row), _is_lost(row, now)))[:ROWS]
    return [_row(row, now, ticking) for row in ordered], _totals(rows, now)


def _runs(row: Row) -> bool:
    """Say whether the incident's limit is running."""
    return row["deadline_at"] is not None and row["state"] not in HANDLED


def _is_lost(row: Row, now: datetime) -> bool:
    return _runs(row) and now - row["deadline_at"] > LOST


def _totals(rows: list[Row], now: datetime) -> list[Any]:
    soon = timedelta(seconds=door().config.incidents.due_soon_s)
    ends = [row["deadline_at"] for row in rows if _runs(row)]
    over, near = sum(end < now for end in ends), sum(now <= end < now + soon for end in ends)
    facts = {"over": number(over), "near": number(near), "all": number(len(rows)), "minutes": int(soon.seconds / 60)}
    return [t("incidents.totals", **facts)]


def _row(row: Row, now: datetime, ticking: bool) -> Component:
    kind = row["subkind"] or named(row, "kind")
    # At a past moment the state known today may be one the case reached later.
    state = "" if row["state"] in FINAL else t(f"step.{row['state']}")
    what = html.Div([html.B(row["title"] or kind), html.Span(state)])
    return html.Div(
        [
            severity(row["severity"]),
            html.Div([what, html.Div(_where(row), className="where")], className="what"),
            _left(row, now, ticking),
        ],
        className="row",
    )


def _where(row: Row) -> str:
    """Return street · grid; the community too where the grid's name does not begin with it."""
    street, parent, area = row["street_name"], row["parent_name"] or "", row["area_name"]
    inner = area if area.startswith(parent) else f"{parent} {area}"
    words = inner if street in (None, parent, area) else f"{street} · {inner}"
    return words if row["located"] == "point" else t("incidents.roughly", place=words)


def _left(row: Row, now: datetime, ticking: bool) -> Component:
    """Return time left and the share of the limit used up; it ticks only where the moment is now."""
    end = row["deadline_at"]
    if not _runs(row):
        why = "handled" if row["state"] in HANDLED else "shelved" if row["state"] == "X3" else "no_deadline"
        return html.Div(html.B(t(f"incidents.{why}")), className="time")
    left, limit = (end - now).total_seconds(), (end - row["reported_at"]).total_seconds()
    soon = door().config.incidents.due_soon_s
    tone = "over" if left < 0 else "soon" if left < soon else ""
    share = min(1.0, max(0.02, 1 - left / limit)) if limit > 0 else 1.0
    facts: Any = {"data-deadline": _ms(end), "data-begun": _ms(row["reported_at"]), "data-soon": f"{soon:g}"}
    bar = html.I(style={"--share": f"{share:.3f}"})
    return html.Div([html.B(deadline(left)), bar], className=f"time {tone}".strip(), **(facts if ticking else {}))


def _ms(moment_: datetime) -> str:
    return str(int(moment_.replace(tzinfo=UTC).timestamp() * 1000))
