"""Would it have helped: how many incidents of this step fell into the hot spots of the step before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import hot
from dashboard.hot_table import table
from dashboard.parts import Children, empty, panel
from dashboard.text import DASH, number, percent, t
from dashboard.view import VIEW

if TYPE_CHECKING:
    from data.analysis.accuracy import Accuracy

BODY = "hot-test-body"
WAYS = ("gi", "last", "uniform")
TOLD = 0.10  # the share of the base the sentence speaks of
ALIKE = 0.05  # share by which two PAI may differ and still count as equal

View = dict[str, Any]


def layout() -> Component:
    """Return the empty panel."""
    return panel("hot-more hot-test", t("hotspots.pai"), html.Div(id=BODY), t("hotspots.pai_note"))


@callback(Output(BODY, "children"), VIEW)
def show(view: View | None) -> Children:
    """Show PAI at each share of the base, and PEI, of the hot spots before beside two plainer ways."""
    spots = hot.found(view)
    own, plain = (_at(spots.pai.get(name, []), TOLD) for name in WAYS[:2])
    if own is None or plain is None or own.hit_rate is None:
        return empty(t("hotspots.pai_none"))
    shares = [one.share for one in spots.pai["gi"]]
    heads = [t("hotspots.pai_way"), *(t("hotspots.pai_at", share=f"{share:.0%}") for share in shares)]
    rows = [_way(name, spots.pai[name]) for name in WAYS]
    told = in_words(own, plain, t(f"hotspots.base_{spots.base}").lower())
    return [html.P(told, className="said"), table([*heads, t("hotspots.pai_pei")], rows)]


def in_words(own: Accuracy, plain: Accuracy, base: str) -> str:
    """Return the test as a sentence: how much of the base, how much of the incidents, and whether it beat counting."""
    facts = {"share": f"{own.share:.0%}", "base": base, "hit": percent(own.hit_rate), "pai": number(own.pai, 1)}
    far = (own.pai or 0.0) - (plain.pai or 0.0)
    key = "equal" if abs(far) <= ALIKE * max(plain.pai or 0.0, 1.0) else "better" if far > 0 else "worse"
    return t("hotspots.pai_verdict", told=t("hotspots.pai_said", **facts), verdict=t(f"hotspots.pai_{key}"))


def _way(name: str, ways: list[Accuracy]) -> list[Children]:
    told = _at(ways, TOLD)
    pei = DASH if told is None or told.pei is None else number(told.pei, 2)
    return [t(f"hotspots.pai_{name}"), *(number(one.pai, 1) for one in ways), pei]


def _at(ways: list[Accuracy], share: float) -> Accuracy | None:
    return next((one for one in ways if one.share == share), None)
