"""The choices of the hot-spot page: area, kind, length of a step, unit, base, source."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import hot, place
from dashboard.panels import breadcrumb
from dashboard.panels.segments import segments
from dashboard.session import door
from dashboard.text import named, t
from dashboard.view import control, hidden


def layout(kind: str = "", shape: str = "", base: str = "", source: str = "", **more: str) -> Component:
    """Return the bar of controls, set as the address says; `spot` is the number of the hot spot chosen."""
    steps = [(weeks, t("hotspots.step_weeks", n=weeks)) for weeks in hot.STEPS]
    level = place.level_name(door().config.leaf)
    shapes = [(value, t(f"hotspots.shape_{value}", level=level)) for value in hot.SHAPES]
    sources = [(value, t(f"hotspots.source_{value}")) for value in hot.SOURCES]
    asked = more.get("step")
    return html.Div(
        [
            breadcrumb.layout(),
            _chooser("kind", [*((row["kind"], named(row)) for row in hot.kinds()), _every()], kind or _first()),
            segments("step", steps, asked if asked in hot.STEPS else str(hot.WEEKS), t("hotspots.step")),
            segments("shape", shapes, shape, t("hotspots.shape")),
            _chooser("base", [(value, t(f"hotspots.base_{value}")) for value in hot.BASES], base or hot.BASES[0]),
            segments("source", sources, source, t("hotspots.source")),
            hidden("spot", more.get("spot")),
        ],
        className="filters",
    )


def _first() -> str:
    """Return the kind one begins with: the most frequent one now."""
    return hot.kind({})


def _every() -> tuple[str, str]:
    return hot.EVERY, t("hotspots.every_kind")


def _chooser(name: str, options: list[tuple[str, str]], asked: str) -> Component:
    listed = [{"value": value, "label": words} for value, words in options]
    known = asked if asked in {value for value, _ in options} else options[0][0]
    chooser = dcc.Dropdown(listed, known, id=control(name), clearable=False, searchable=False)
    return html.Div([html.Span(t(f"hotspots.{name}")), chooser], className="control")
