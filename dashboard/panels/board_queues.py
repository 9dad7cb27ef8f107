"""The queues by state and level: how many cases wait in each, how many are overdue or soon will be; a click chooses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard.parts import panel, shape
from dashboard.place import level_name
from dashboard.queues import CLOSED, QUEUES, Board, board, now
from dashboard.session import door
from dashboard.text import number, t, voice
from dashboard.view import CASES
from data.days import local_day
from data.errors import sentence

AHEAD = timedelta(days=60)  # no limit of the shipped table reaches further
BODY, TOTAL = "board-queues", "board-queues-total"


def layout() -> Component:
    """Return the empty table of queues."""
    return panel("queues", t("queue.title"), html.Div(id=BODY), t("queue.note"), html.Span(id=TOTAL))


def chosen(view: dict[str, Any] | None) -> tuple[str, str | None]:
    """Return the queue and the level a view asks for; the first queue where it says nothing known."""
    view = view or {}
    queue, level = view.get("queue"), view.get("level")
    known = {one.id for one in door().config.levels}
    return queue if queue in QUEUES else next(iter(QUEUES)), level if level in known else None


@callback(Output(BODY, "children"), Output(TOTAL, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[Any, str]:
    """Show how many cases stand in every queue."""
    found, at = board(view), chosen(view)
    levels = [one.id for one in door().config.levels]
    head = [html.Th(t("queue.queue")), *(html.Th(level_name(one)) for one in levels), html.Th(t("queue.all"))]
    rows = [_row(found, queue, levels, at) for queue in QUEUES]
    open_, late = found.backlog()
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)])
    return [*_uncertain(), table], t("queue.total", n=number(open_), late=number(late))


def _uncertain() -> list[Component]:
    """Return a warning where deadlines of the coming weeks may be wrong, because nobody stated a year's holidays."""
    today = local_day(now(), door().config.zone)
    years = door().calendar.unknown(today, today + AHEAD)
    if not years:
        return []
    words = sentence("no_calendar", voice().language, detail=", ".join(map(str, years)))
    return [html.P([shape("warn"), words], className="calendar")]


def _row(found: Board, queue: str, levels: list[str], at: tuple[str, str | None]) -> Component:
    every = found.count(queue)
    about: Any = {"data-queue": queue, "data-level": ""}
    name = html.Th(html.Button(t(f"queue.{queue}"), className="link", **about), scope="row")
    cells = [_cell(found.count(queue, level), queue, level, at) for level in levels]
    return html.Tr([name, *cells, _cell(every, queue, None, at)], className="chosen" if at[0] == queue else "")


def _cell(count: tuple[int, int, int], queue: str, level: str | None, at: tuple[str, str | None]) -> Component:
    n, late, soon = count
    about: Any = {"data-queue": queue, "data-level": level or "", "disabled": not n and (queue, level) != at}
    about["aria-pressed"] = "true" if at == (queue, level) else "false"
    marks = [html.Small(number(late), className="over")] if late else []
    marks += [html.Small(number(soon), className="soon")] if soon else []
    words = [html.B(number(n) if n else "·"), html.Span(marks)]
    tone = "closed" if queue == CLOSED else ""
    return html.Td(html.Button(words, className="cell", **about), className=tone)
