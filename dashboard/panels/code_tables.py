"""The code tables of the work: 64922, 三长两员, 五事, the brands; what a site has still to name says so, and where."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard import plus
from dashboard.parts import Children, empty, panel, status
from dashboard.session import door
from dashboard.text import number, t, voice
from data.codes import Code, codes
from data.errors import ConfigError

LISTS = ("worker_roles", "tasks", "team_slots", "five_matters", "brands")
GROUPS, ITEMS, MECHANISMS = "element_groups", "element_items", "mechanisms"


def layout(name: str) -> Component:
    """Return the table of a scheme as the site has it; a file that is refused says why in its place."""
    bodies = {GROUPS: _groups, MECHANISMS: _mechanisms}
    try:
        table = codes(door().config, name)
        body: Children = bodies.get(name, _list)(table)
        total: Children = _total(name, table)
    except ConfigError as refused:
        body, total = empty(refused.sentence(voice().language)), None
    return panel(f"codes {name}", t(f"codes.{name}"), html.Div(body), t(f"codes.{name}_note"), total)


def _list(table: tuple[Code, ...]) -> list[Component]:
    return [_slot(code) for code in table]


def _slot(code: Code, *more: Component) -> Component:
    kind = [html.Small(t(f"codes.kind_{code.more}"))] if code.more in ("leader", "member") else []
    name = html.Span(_name(code), className="" if code.is_named else "unnamed")
    return html.Div([html.B(code.code), name, *kind, *more], className="slot")


def _name(code: Code) -> str:
    return plus.titled(code) if code.is_named else t("codes.to_fill")


def _groups(table: tuple[Code, ...]) -> list[Component]:
    """Return each element group with its items under it."""
    items = codes(door().config, ITEMS)
    return [
        html.Div([_slot(group), *(_slot(item) for item in items if item.more == group.code)], className="group")
        for group in table
    ]


def _mechanisms(table: tuple[Code, ...]) -> list[Component]:
    """Return each mechanism with the ways to the pages that serve it."""
    return [
        html.Div(
            [
                html.B(number(at)),
                html.Span(plus.titled(code), className="" if code.is_named else "unnamed"),
                html.Div([plus.way_to(path) for path in code.more.split()], className="ways"),
            ],
            className="mechanism",
        )
        for at, code in enumerate(table, start=1)
    ]


def _total(name: str, table: tuple[Code, ...]) -> Component:
    """Return how many rows there are, or how many of them a site has still to name, and in which file."""
    every = [(name, table)] if name != GROUPS else [(name, table), (ITEMS, codes(door().config, ITEMS))]
    counts = [sum(not code.is_named for code in found) for _, found in every]
    rows = t("codes.and").join(number(len(found)) for _, found in every)
    if not any(counts):
        return html.Span(t("codes.count", n=rows))
    files = " ".join(f"codes/{which}.csv" for (which, _), n in zip(every, counts, strict=True) if n)
    return html.Span(
        [status("warn", t("codes.fill_in", n=number(sum(counts)))), html.Code(files)], className="filled-in"
    )
