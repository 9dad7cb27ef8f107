"""The small pieces every panel is made of: frame of a panel, status, severity, icon, empty sentence.

A piece knows its class names and nothing else; sizes and colours stand in assets/30-panels.css.
"""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.text import t

Children = Any
PICTURES = frozenset({"chart", "map-box"})  # what a panel can be taken away as a picture of

# Shape of each status: never colour alone (design system 2.1).
STATUSES = ("ok", "warn", "crit", "neutral")
SEVERITIES = (1, 2, 3, 4, 5)


def panel(name: str, title: Children, body: Children, note: Children = None, total: Children = None) -> Component:
    """Return a panel: header of title, scope (`note`) and totals (right-aligned), then the body."""
    head = [html.H2(title), html.Span(note, className="note")]
    if _holds(body, PICTURES) and not _holds([title, note, total], {"take"}):
        head.append(take_menu([]))
    head.append(html.Span(total, className="total"))
    parts = [html.Header(head), html.Div(body, className="body")]
    return html.Section(parts, className=f"panel {name}")


def take_menu(entries: Children) -> Component:
    """Return the menu of what may be taken away from a panel; 81-picture.js adds its pictures, walls hide it."""
    words = t("take.menu")
    about: Any = {"aria-label": words}
    button = html.Summary([icon("export"), html.Span(words)], title=words, **about)
    return html.Details([button, html.Div(entries, className="take-choices")], className="take")


def _holds(node: Children, wanted: frozenset[str] | set[str]) -> bool:
    """Say whether a component of one of these classes stands in a tree."""
    if isinstance(node, (list, tuple)):
        return any(_holds(one, wanted) for one in node)
    if not isinstance(node, Component):
        return False
    names = set(str(getattr(node, "className", None) or "").split())
    return bool(names & wanted) or _holds(getattr(node, "children", None), wanted)


def shape(status: str) -> Component:
    """Return the shape of a status: ● ok, ▲ warn, ◆ crit, ○ neutral."""
    return html.I(className=f"shape {status if status in STATUSES else 'neutral'}")


def status(kind: str, words: Children) -> Component:
    """Return shape, colour and words of a status."""
    return html.Span([shape(kind), html.Span(words)], className=f"status {kind}")


def severity(level: int) -> Component:
    """Return the shape of a severity 1 特急 ... 5 例行, the same as on the map."""
    return html.I(className=f"severity s{level}", title=t(f"severity.s{level}"))


def icon(name: str) -> Component:
    """Return one of our own icons by file name (assets/icons/<name>.svg), in the colour of the text beside it."""
    return html.I(className=f"icon icon-{name}")


def chip(words: Children, kind: str = "") -> Component:
    """Return a chip; kind `synthetic` is dashed, `history` plain."""
    return html.Span(words, className=f"chip {kind}".strip())


def empty(words: Children) -> Component:
    """Return the one sentence of an empty panel: the reason and the scope."""
    return html.P(words, className="empty")


def needs(feed: str) -> Component:
    """Return the sentence of a panel whose feed was never loaded."""
    return empty(t("state.needs_feed", feed=feed))
