"""告知: what is collected, why, how long, on what basis, who sees it and whom to ask."""

import dash
from dash import html
from dash.development.base_component import Component

from dashboard import notice
from dashboard.may import DESK
from dashboard.parts import panel
from dashboard.text import t

ROLES = tuple(sorted(DESK))
dash.register_page(__name__, path="/notice", order=9.8, roles=ROLES)  # type: ignore[no-untyped-call]


def layout(**_: str) -> Component:
    """Lay out the notice: a table of what is kept, and the sentences beside it."""
    heads = html.Thead(html.Tr([html.Th(t(f"notice.{name}")) for name in ("what", "why", "how_long")]))
    rows = [html.Tr([html.Th(one.what), html.Td(one.why), html.Td(one.how_long)]) for one in notice.kept()]
    said = [html.Section([html.H3(title), *map(html.P, words)]) for title, words in notice.sections()]
    table = panel("notice-kept", t("notice.kept"), html.Table([heads, html.Tbody(rows)]))
    return html.Main([table, panel("notice-said", t("notice.said"), html.Div(said))], className="page desk notice-page")
