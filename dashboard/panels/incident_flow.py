"""When and what: the chosen incidents by hour and weekday of the city's clock, and by kind."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard.cases import Cases, cases
from dashboard.charts import bars, graph
from dashboard.loaded import missing
from dashboard.look import look
from dashboard.parts import empty, panel
from dashboard.session import door
from dashboard.text import named, number, percent, t
from dashboard.view import VIEW

MATRIX, MATRIX_TOTAL = "hours-body", "hours-total"
KINDS, KINDS_TOTAL = "kinds-chart", "kinds-total"
STEPS = 5
WRITTEN = 6
HOURS, WEEKDAYS = 24, 7
MOST_KINDS = 12
# Room for the number and the share behind the longest bar, in design pixels.
WORDS_PX = 56


def hours() -> Component:
    """Return the empty matrix."""
    return panel("hours", t("hours.title"), html.Div(id=MATRIX), t("hours.note"), html.Span(id=MATRIX_TOTAL))


def kinds() -> Component:
    """Return the empty bars."""
    return panel("kinds", t("kinds.title"), graph(KINDS), t("kinds.note"), html.Span(id=KINDS_TOTAL))


@callback(Output(MATRIX, "children"), Output(MATRIX_TOTAL, "children"), VIEW)
def show_hours(view: dict[str, Any] | None) -> tuple[Any, str]:
    """Show when the chosen incidents were reported."""
    chosen = cases(view)
    if not chosen.n:
        return missing("incident") or empty(t("cases.none")), ""
    return _matrix(by_hour(chosen)), t("cases.total", n=number(chosen.n))


@callback(Output(KINDS, "figure"), Output(KINDS_TOTAL, "children"), VIEW)
def show_kinds(view: dict[str, Any] | None) -> tuple[dict[str, Any], str]:
    """Show the chosen incidents by kind, the most frequent first."""
    chosen = cases(view)
    rows = by_kind(chosen)[:MOST_KINDS]
    counts = [n for _, n in rows]
    words = [f"<b>{number(n)}</b> {percent(n / chosen.n)}" for n in counts]
    chart = bars([name for name, _ in rows], counts, look(view), words)
    chart["layout"]["margin"]["r"] = look(view).px(WORDS_PX)
    return chart, t("cases.total", n=number(chosen.n))


def by_hour(chosen: Cases) -> Counter[tuple[int, int]]:
    """Count the incidents by (weekday 1 Monday .. 7, hour) of the city's clock."""
    utc = pc.assume_timezone(chosen.table["reported_at"].cast(pa.timestamp("us")), "UTC")
    at = utc.cast(pa.timestamp("us", door().config.city.zone))
    days = pc.day_of_week(at, count_from_zero=False, week_start=1).to_pylist()
    return Counter(zip(days, pc.hour(at).to_pylist(), strict=True))


def by_kind(chosen: Cases) -> list[tuple[str, int]]:
    """Return the name of each kind and how many there are, most first."""
    rows = chosen.table.select(["kind", "kind_zh", "kind_en"]).to_pylist()
    counted = Counter(row["kind"] for row in rows)
    names = {row["kind"]: named({"name": row["kind"], **row}, "kind") for row in rows}
    return sorted(((names[kind], n) for kind, n in counted.items()), key=lambda pair: (-pair[1], pair[0]))


def written(counts: Counter[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the cells whose number is written: the six largest, none of them shared with a seventh."""
    ordered = counts.most_common(WRITTEN + 1)
    beyond = ordered[WRITTEN][1] if len(ordered) > WRITTEN else 0
    largest = {cell for cell, n in ordered[:WRITTEN] if n > beyond}
    return largest or {cell for cell, _ in ordered[:WRITTEN]}


def _matrix(counts: Counter[tuple[int, int]]) -> Component:
    top, numbers = max(counts.values()), written(counts)
    weekdays = t("format.weekdays").split()
    cells: list[Component] = [html.Span()]
    cells += [html.Span(name, className="head" + (" rest" if at > 4 else "")) for at, name in enumerate(weekdays)]
    for hour in range(HOURS):
        cells.append(html.Span(f"{hour:02d}:00" if hour % 3 == 0 else "", className="hour"))
        cells += [_cell(counts[day, hour], top, (day, hour) in numbers) for day in range(1, WEEKDAYS + 1)]
    return html.Div(cells, className="matrix")


def _cell(n: int, top: int, told: bool) -> Component:
    step = 1 if not n else min(STEPS, 1 + (n * STEPS - 1) // top)
    return html.I(number(n) if told else None, className=f"seq-{step}", title=number(n))
