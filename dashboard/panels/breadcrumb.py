"""Where we are in the tree of areas, each step a way back up, and a menu of what lies below."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place
from dashboard.session import door
from dashboard.text import named, t
from dashboard.tree import tree
from dashboard.view import VIEW

BODY = "breadcrumb-body"


def layout() -> Component:
    """Return the empty way."""
    label: Any = {"aria-label": t("breadcrumb.name")}
    return html.Nav(id=BODY, className="breadcrumb", **label)


@callback(Output(BODY, "children"), VIEW)
def show(view: dict[str, Any] | None) -> list[Any]:
    """Show the way from the top of the account's scope to the view's area."""
    way = place.path(view)
    steps = [step(row, row is way[-1]) for row in way]
    return [*_between(steps), *_menu(view)]


def step(row: dict[str, Any], here: bool = False) -> Component:
    """Return an area as a button that chooses it; the one we are in is no button."""
    if here:
        where: Any = {"aria-current": "location"}
        return html.B(named(row), **where)
    return choice(named(row), row["area_id"])


def choice(words: Any, area_id: str, **more: Any) -> Component:
    """Return words that choose an area when clicked (assets/35-pages.js)."""
    facts: Any = {"data-choose": "area", "data-to": area_id}
    return html.Button(words, type="button", className="link", **facts, **more)


def _between(steps: list[Component]) -> list[Any]:
    parts: list[Any] = []
    for one in steps:
        parts += [html.Span("›", className="sep"), one] if parts else [one]
    return parts


def _menu(view: dict[str, Any] | None) -> list[Any]:
    known, here = tree(moment.today(view or {})), place.area(view)
    children = sorted((known.rows[child] for child in known.children.get(here, [])), key=lambda row: row["area_id"])
    if not children:
        return []
    level = place.level_name(children[0]["level"])
    head = html.Summary([t("breadcrumb.choose", level=level), html.Small(str(len(children)))])
    listed = html.Div([choice(named(row), row["area_id"]) for row in children])
    return [html.Span("›", className="sep"), html.Details([head, listed], className="menu")]


def is_leaf(view: dict[str, Any] | None) -> bool:
    """Say whether nothing lies below the view's area."""
    return place.level(view) == door().config.leaf
