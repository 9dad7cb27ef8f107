"""What the screens of 网格+ share: the part shown, its period in words, hidden counts, names of codes, the overlays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

import dash
from dash import dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import figures, frame, moment, place
from dashboard.loaded import loaded
from dashboard.parts import Children, needs
from dashboard.session import door, scope
from dashboard.text import DASH, day_long, days, is_chinese, local, number, percent, t
from dashboard.view import link
from data.codes import Code, codes
from data.feeds import feeds
from data.metrics import METRICS
from data.privacy import fixed_date

PARTS = ("overlays", "disputes", "service")
OVERLAYS = ("party", "police", "mediation", "volunteer")
# The feeds whose rows an overlay is counted from.
FEEDS = {"party": "party_org", "police": "beat", "mediation": "place", "volunteer": "place"}
NONE_DRAWN = "none"

Row = dict[str, Any]
View = dict[str, Any]


def part(view: View | None) -> str:
    """Return the part of the page a view shows."""
    asked = (view or {}).get("part")
    return str(asked) if asked in PARTS else PARTS[0]


def only(view: View | None, name: str) -> None:
    """Leave a panel as it is while its part of the page is hidden."""
    if part(view) != name:
        raise PreventUpdate


def overlay(view: View | None) -> str:
    """Return the overlay whose missing grids are listed and filled."""
    asked = (view or {}).get("overlay")
    return str(asked) if asked in OVERLAYS else OVERLAYS[0]


def drawn(view: View | None) -> tuple[str, ...]:
    """Return the overlays drawn on the map: all of them unless the view names some, or none."""
    asked = (view or {}).get("layers")
    return OVERLAYS if not asked else tuple(name for name in OVERLAYS if name in str(asked).split(","))


def swapped(view: View | None, name: str) -> str:
    """Return the choice `layers` after one overlay is switched on or off."""
    now = drawn(view)
    kept = [other for other in OVERLAYS if (other in now) != (other == name)]
    return ",".join(kept) or NONE_DRAWN


def absent(feed: str) -> Component | None:
    """Return the sentence that names the feed a panel waits for, or None when rows of it were loaded."""
    if feed in loaded():
        return None
    return needs(feeds()[feed].zh if is_chinese() else feeds()[feed].en)


def asked(view: View | None) -> dict[str, Any]:
    """Return area, start and end (naive UTC, the end no later than the view's moment) of the view's questions."""
    start, end = moment.period(view or {})
    return {"area": place.area(view), "start": start, "end": min(end, moment.now(view or {}))}


def rows(name: str, **params: Any) -> list[Row]:
    """Return the rows of a query as the account may see them."""
    found: list[Row] = door().query(name, scope(), **params).to_pylist()
    return found


def note(view: View | None) -> str:
    """Return where and when: the area and the local days of the period."""
    start, end = moment.period(view or {})
    first, last = local(start).date(), local(end - timedelta(microseconds=1)).date()
    return t("plus.note", area=place.title(view), days=days(first, last))


def count(row: Row) -> Children:
    """Return a count of people, `<10` for a small one, or a dash that says why it is not told."""
    if row["hidden"] == "small":
        return t("plus.few", n=number(door().config.privacy.small_count))
    if row["hidden"]:
        return html.Span(DASH, title=t("plus.withheld"))
    return number(row["count"])


def withheld(listed: list[Row]) -> Sequence[Component]:
    """Return the sentences that say why counts among these are hidden."""
    told = [("small", t("plus.small", n=number(door().config.privacy.small_count))), ("withheld", t("plus.withheld"))]
    return [html.P(words, className="note") for kind, words in told if any(r["hidden"] == kind for r in listed)]


def as_of(listed: list[Row]) -> str:
    """Return the day counts stand for; the oldest where they differ, since a sum is as old as its oldest part."""
    stamps: list[date] = [row["as_of"] for row in listed if row["as_of"]]
    return t("plus.as_of", day=day_long(min(stamps))) if stamps else ""


def published(listed: list[Row]) -> str:
    """Return the fixed date of the tables these rows come from, and that of the next ones."""
    stamps: list[date] = [row["as_of"] for row in listed]
    if not stamps:
        return ""
    coming = fixed_date(max(stamps) + timedelta(days=1), door().config.privacy.publish_months)
    return f"{as_of(listed)} · {t('plus.coming', day=day_long(coming))}"


def coded(name: str, code: str | None) -> str:
    """Return the name of a code in a table; an unnamed slot shows its code, an unknown code itself."""
    found = next((one for one in codes(door().config, name) if one.code == code), None)
    return titled(found) if found else code or t("plus.unsaid")


def titled(code: Code) -> str:
    """Return a code's name in the language of the request, or the code and that its name is to be filled in."""
    if not code.is_named:
        return t("plus.unnamed", code=code.code)
    return code.zh if is_chinese() else code.en


def figure(name: str, view: View | None) -> Component:
    """Return a metric of the view's area and period: its name, value, interval where there is one, and n."""
    row, metric = figures.one(name, view, moment.period(view or {})), METRICS[name]
    ratio = metric.kind != "share"
    value = row["value"]
    shown: list[Any] = [DASH]
    if value is not None:
        shown = [number(value * 100, 1), html.Small(t("plus.per_100"))] if ratio else _share(value)
    told = [t("plus.of", part=number(row["part"]), whole=number(row["whole"]))] if value is not None else []
    if value is not None and row["low"] is not None:
        told.append(t("plus.range", low=percent(row["low"], False), high=percent(row["high"], False)))
    label = metric.zh if is_chinese() else metric.en
    return cell(label, shown, " · ".join(told) or t("plus.nothing_counted"), _definition(name))


def cell(label: str, value: Children, told: str, title: str = "") -> Component:
    """Return one figure: label, value, and under it what it was counted from."""
    return html.Div([html.Span(label), html.B(value), html.Small(told)], className="plus-figure", title=title)


def way_to(path: str, words: Children = None, **choices: object) -> Component:
    """Return a link to a page (by its name, unless `words` are given); words alone where we may not open it."""
    plain, _, query = path.partition("?")
    choices |= dict(parse_qsl(query))
    page = next((one for one in dash.page_registry.values() if one["path"] == plain), None)
    if page is None:
        return html.Span(words or path, className="nowhere")
    shown = words or " · ".join([t(f"{frame.key_of(page)}.name"), *_part_named(choices)])
    return dcc.Link(shown, href=link(plain, **choices)) if frame.may_open(page) else html.Span(shown)


def _part_named(choices: dict[str, object]) -> list[str]:
    return [t(f"plus.part_{choices['part']}")] if choices.get("part") in PARTS else []


def table(heads: list[str], lines: Sequence[Component]) -> Component:
    """Return a plain table; the first column is a name, the others are numbers."""
    head = html.Tr([html.Th(words) for words in heads])
    return html.Table([html.Thead(head), html.Tbody(lines)], className="plus-table")


def _share(value: float) -> list[Any]:
    return [percent(value, unit=False), html.Small("%")]


def _definition(name: str) -> str:
    return METRICS[name].definition_zh if is_chinese() else METRICS[name].definition_en
