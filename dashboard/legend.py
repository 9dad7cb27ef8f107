"""The legend of a filled map: what, by which method, in which classes, how many of each, and what is not known."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import place
from dashboard.fills import FEW, Fill
from dashboard.parts import Children
from dashboard.session import door
from dashboard.text import number, percent, t

CLASSES = 5


def filled(shown: Fill, missing: int) -> Component:
    """Return the classes of a fill with the number of leaves in each; `missing` leaves have no value."""
    counts = [html.Span(number(n)) for n in shown.counted()]
    swatches = [html.I(className=f"swatch seq-{at + 1}") for at in range(len(counts))]
    spell = percent if shown.kind == "empty" else number
    marks = [html.Span(spell(x)) for x in shown.breaks]
    about = t(f"legend.{shown.method}", n=number(len(shown.values)), level=place.level_name(door().config.leaf))
    return html.Div(
        [
            html.B([t(f"map.{shown.kind}"), " ", html.Span(about, className="note")]),
            html.Div(counts, className="counts", title=t("legend.counts")),
            html.Div(swatches, className="ramp"),
            html.Div(marks, className="breaks", style={"padding": f"0 {50 / len(counts):.0f}%"}),
            *_unknown(shown, missing),
        ],
        className="legend-item fill",
    )


def _unknown(shown: Fill, missing: int) -> list[Children]:
    """Return the entries of what has no value, and of shares of few; none where there are none."""
    few = len(shown.few())
    parts: list[Children] = []
    if missing:
        parts += [html.I(className="swatch hatched"), html.Span(t("legend.missing", n=number(missing)))]
    if few:
        parts.append(html.Span(t("legend.few", n=number(FEW), count=number(few)), className="note"))
    return [html.Div(parts, className="row")] if parts else []
