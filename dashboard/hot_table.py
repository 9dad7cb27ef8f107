"""A small table of a panel: heads, and rows of cells."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.parts import Children


def table(heads: Sequence[str], rows: Sequence[Sequence[Children]]) -> Component:
    """Return a table whose first column is words and whose others are figures."""
    head = html.Thead(html.Tr([html.Th(words) for words in heads]))
    body = html.Tbody([html.Tr([html.Td(cell) for cell in row]) for row in rows])
    return html.Table([head, body], className="table")
