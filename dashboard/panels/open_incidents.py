"""Open incidents, first to expire first: severity, what and where, time left running in the browser.

Now is read from operations, where cases are worked on; a past moment, and a home without cases in progress, from the
warehouse.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place, queues
from dashboard.loaded import missing
from dashboard.parts import empty, panel, severity
from dashboard.session import door, scope
from dashboard.text import deadline, named, number, t
from dashboard.tree import UNLOCATED, tree
from dashboard.view import CASES
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


@callback(Output(BODY, "children"), Output(TOTAL, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[Any, Any]:
    """Show the open incidents of the view's area at its moment."""
    view = view or {}
    if not moment.is_history(view) and door().clock("incident"):
        return _live(view)
    now = moment.now(view)
    rows = door().query("incidents_open", scope(), area=place.area(view), now=now).to_pylist()
    if not rows:
        return missing("incident") or empty(t("incidents.none", area=place.title(view))), None
    ticking = not moment.is_history(view)
    ordered = sorted(rows, key=lambda row: (not _runs(row), _is_lost(row, now)))[:ROWS]
    return [_row(row, now, ticking) for row in ordered], _totals(rows, now)


def _live(view: dict[str, Any]) -> tuple[Any, Any]:
    """Show what operations hold: what is due next in each case, and the moment now."""
    found = queues.board({"area": place.area(view)})
    n, late, near = found.running((*HANDLED, "X3"))
    if not n:
        return empty(t("incidents.none", area=place.title(view))), None
    rows = [_placed(row, found.now) for row in found.open_first(ROWS, HANDLED)]
    return [_row(row, found.now, True) for row in rows], [_sentence(late, near, n)]


def _placed(row: Row, now: datetime) -> Row:
    """Return a row of the board with the names a row of the list has, and what is due next as its deadline."""
    known = tree(moment.today({}))
    way = [known.rows[area] for area in known.up(row["area_id"].removesuffix(UNLOCATED))]
    names = [named(area) for area in way] or [row["area_id"]]
    street = names[-2] if len(names) > 1 else None
    kind = next((one for one in door().query("kinds", scope()).to_pylist() if one["kind"] == row["kind"]), {})
    end = None if row["expires"] == queues.NEVER else queues.EPOCH + timedelta(microseconds=row["expires"])
    above = {"area_name": names[0], "parent_name": names[1] if len(names) > 1 else None, "street_name": street}
    return {**row, **above, "kind_zh": kind.get("name_zh"), "kind_en": kind.get("name_en"), "deadline_at": end}


def _runs(row: Row) -> bool:
    """Say whether the incident's limit is running."""
    return row["deadline_at"] is not None and row["state"] not in HANDLED


def _is_lost(row: Row, now: datetime) -> bool:
    return _runs(row) and now - row["deadline_at"] > LOST


def _totals(rows: list[Row], now: datetime) -> list[Any]:
    soon = timedelta(seconds=door().config.incidents.due_soon_s)
    ends = [row["deadline_at"] for row in rows if _runs(row)]
    over, near = sum(end < now for end in ends), sum(now <= end < now + soon for end in ends)
    return [_sentence(over, near, len(rows))]


def _sentence(over: int, near: int, all_: int) -> str:
    minutes = int(door().config.incidents.due_soon_s / 60)
    return t("incidents.totals", over=number(over), near=number(near), all=number(all_), minutes=minutes)


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
