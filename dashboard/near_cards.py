"""A worker near a place, in words: on offer now, each with why; or there at a past moment."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.parts import icon, shape
from dashboard.text import age, clock, distance, number, percent, t
from data.loop.ranking import Candidate, Offer

AGAINST = ("loaded", "unskilled", "older_fix", "ends_soon", "low_battery")

Row = dict[str, Any]


def person(at: int, one: Candidate, act: Component | None = None) -> Component:
    """Return the worker at a place of the list: name, why, way, minutes, age of the fix, load; `act` sends them."""
    why = [t(f"reason.{word}", n=number(one.orders)) for word in one.reasons if word not in AGAINST]
    name = one.name or (t("near.unnamed") if one.worker_id is None else one.worker_id)
    head = [html.I(str(at), className="disc first" if at == 1 else "disc"), html.B(name), html.Span(" · ".join(why))]
    facts: list[Any] = [t("near.way", m=distance(one.distance_m)), _fix(one)]
    facts += [_orders(one), _battery(one)]
    facts += [html.Span([shape("warn"), t(f"reason.{word}")], className="against")
              for word in one.reasons if word in ("unskilled", "ends_soon")]  # fmt: skip
    walk = html.Span([html.Strong(number(one.walk_min)), t("near.minutes")], className="walk")
    line = html.Div([html.Span(fact) for fact in facts if fact], className="facts")
    mark: Any = {"data-worker": one.token}
    return html.Article(
        [html.Div(head, className="who"), walk, line, act], className="first" if at == 1 else "", **mark
    )


def left_out(offer: Offer) -> Component:
    """Say how many are not listed, and why."""
    told = [t(f"near.not_{why}", n=number(n)) for why, n in offer.not_listed.items() if n and why not in ("far",)]
    return html.P(t("near.left_out", words=" · ".join(told)) if told else None, className="left-out")


def was(at: int, one: Row) -> Component:
    """Return somebody who was near at a past moment: how near, how long, from when to when."""
    head = [html.I(str(at), className="disc"), html.B(one["name"] or one["worker_id"])]
    facts = [t("near.closest", m=distance(one["nearest_m"]), at=clock(one["nearest_at"], seconds=True)),
             t("near.stayed", n=number(one["inside_min"], 1)), t("near.fixes", n=number(one["fixes"]))]  # fmt: skip
    span = html.Span(f"{clock(one['first_at'])}–{clock(one['last_at'])}", className="walk")
    line = html.Div([html.Span(fact) for fact in facts], className="facts")
    return html.Article([html.Div(head, className="who"), span, line])


def _fix(one: Candidate) -> Any:
    words = t("near.fix", age=age(one.age_s))
    return html.Span([shape("warn"), words], className="against") if "older_fix" in one.reasons else words


def _orders(one: Candidate) -> Any:
    if one.orders is None:
        return None
    return html.Span(t("reason.loaded", n=number(one.orders)), className="against") if one.orders else t("reason.idle")


def _battery(one: Candidate) -> Any:
    if one.battery is None:
        return None
    tone = "against" if "low_battery" in one.reasons else ""
    return html.Span([icon("battery"), percent(one.battery).split(".")[0] + "%"], className=tone)
