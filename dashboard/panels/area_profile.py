"""The file of one area: its rate and coverage, and the five elements as far as feeds exist, people as sums only."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import figures, moment, place, plus
from dashboard.loaded import loaded
from dashboard.parts import panel
from dashboard.session import door, scope
from dashboard.text import is_chinese, local, number, percent, t
from dashboard.tree import CLASSES, Tree, tree
from dashboard.view import VIEW, link
from data.feeds import feeds

BODY, NOTE = "profile-body", "profile-note"
# Kinds of the 网格+ overlays with a word of their own; a site's own kinds show as they are.
PLACES = ("party", "police", "mediation", "volunteer")
UNITS = ("station", "office", "centre", "department")
KM2 = 1e6

Fact = tuple[str, str]


def layout() -> Component:
    """Return the empty card."""
    return panel("profile", html.Span(id=NOTE), html.Div(id=BODY))


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[list[Component], list[Any]]:
    """Show the file of the view's area."""
    known, area = tree(moment.today(view or {})), place.area(view)
    within = set(known.below(area)) | {f"{inner}~" for inner in known.below(area)}
    head = [html.B(place.title(view)), html.Small(_about(known, view))]
    elements = [
        element("people", "area_attribute", _people(known, area)),
        element("workers", "fix", _workers(view)),
        element("land", "area", _land(known, area, within)),
        element("things", "camera", _things(within)),
        element("events", "incident", _events(view)),
        element("organisations", "unit", _organisations(within)),
        element("places", "place", _places(within)),
    ]
    return [_rates(view), *elements, _more(area)], head


def _about(known: Tree, view: dict[str, Any] | None) -> str:
    group = known.urban_class(place.area(view))
    level = place.level(view)
    if group is None or level == door().config.levels[0].id:
        return place.level_name(level)
    return f"{place.level_name(level)} · {t(f'profile.class_{group}') if group in CLASSES else group}"


def _rates(view: dict[str, Any] | None) -> Component:
    period = moment.period(view or {})
    rate, cover = (figures.past(name, view, period) for name in ("in_grid_on_time", "coverage"))
    range_ = ""
    if rate["low"] is not None:
        range_ = t("front.range", low=percent(rate["low"], False), high=percent(rate["high"], False))
    told = [t("profile.n", n=number(rate["n"])), range_]
    cells = (
        t("profile.cells", n=number(cover["part"]), all=number(cover["whole"])) if cover["value"] is not None else ""
    )
    return html.Div(
        [
            _rate(t("profile.rate"), rate["value"], " · ".join(filter(None, told))),
            _rate(t("profile.coverage"), cover["value"], cells or t("profile.no_tracks")),
        ],
        className="rates",
    )


def _rate(label: str, value: float | None, note: str) -> Component:
    shown: list[Any] = [percent(value, unit=False), html.Small("%")] if value is not None else [percent(value)]
    return html.Div([html.Span(label), html.B(shown), html.Small(note, className="note")], className="figure")


def element(name: str, feed: str, facts: list[Fact]) -> Component:
    """Return an element class with its facts, or the feed it waits for."""
    title = html.H3(t(f"profile.{name}"))
    if not facts:
        told = feeds()[feed].zh if is_chinese() else feeds()[feed].en
        return html.Div([title, html.P(t("state.needs_feed", feed=told), className="note")], className="element")
    listed = [html.Div([html.Dt(label), html.Dd(value)]) for label, value in facts]
    return html.Div([title, html.Dl(listed)], className="element")


def _people(known: Tree, area: str) -> list[Fact]:
    homes = known.households(area)
    return [] if homes is None else [(t("profile.households"), number(homes))]


def _workers(view: dict[str, Any] | None) -> list[Fact]:
    """Return how many of the area's workers were out, on the day and in the period, and how many of those on duty."""
    if "fix" not in loaded():
        return []
    start, end = moment.period(view or {})
    asked = {"area": place.area(view), "first_day": local(start).date(), "day": moment.today(view or {})}
    rows = door().query("area_workers", scope(), **asked).to_pylist()
    tracked, today = (rows[0]["tracked"], rows[0]["today"]) if rows else (0, 0)
    duty = figures.one("attendance", view, (start, end))
    facts = [(t("profile.tracked_today"), number(today)), (t("profile.tracked"), number(tracked))]
    return [*facts, (t("profile.attendance"), percent(duty["value"]))]


def _land(known: Tree, area: str, within: set[str]) -> list[Fact]:
    size = known.rows[area]["area_m2"] if area in known.rows else None
    facts = [(t("profile.size"), _size(size))]
    ids = [level.id for level in door().config.levels]
    below = Counter(known.rows[inner]["level"] for inner in known.below(area) if inner in known.rows and inner != area)
    facts += [(place.level_name(level), number(below[level])) for level in ids if below[level]]
    key_areas = [row for row in _rows("key_areas") if row["area_id"] in within]
    return facts + ([(t("profile.key_areas"), number(len(key_areas)))] if key_areas else [])


def _size(square_metres: float | None) -> str:
    if square_metres is None:
        return number(None)
    size = square_metres / KM2
    return f"{number(size, 0 if size >= 100 else 2)} km²"


def _things(within: set[str]) -> list[Fact]:
    if not _rows("cameras"):
        return []
    mine = [row for row in _rows("cameras") if row["area_id"] in within]
    offline = sum(row["state"] == "offline" for row in mine)
    return [(t("profile.cameras"), number(len(mine))), (t("profile.offline"), number(offline))]


def _events(view: dict[str, Any] | None) -> list[Fact]:
    if "incident" not in loaded():
        return []
    start, end = moment.period(view or {})
    until = min(end, moment.now(view or {}))
    flow = door().query("loop", scope(), area=place.area(view), start=start, end=until).to_pylist()[0]
    names = ("reported", "closed", "open", "overdue", "shelved")
    return [(t(f"profile.{name}"), number(flow[name])) for name in names]


def _organisations(within: set[str]) -> list[Fact]:
    if not _rows("units"):
        return []
    counts = Counter(row["unit_kind"] for row in _rows("units") if row["area_id"] in within)
    return _counted(counts, UNITS, "unit") or [(t("profile.units"), number(0))]


def _places(within: set[str]) -> list[Fact]:
    if not _rows("places"):
        return []
    counts = Counter(row["kind"] for row in _rows("places") if row["area_id"] in within)
    return _counted(counts, PLACES, "place") or [(t("profile.spots"), number(0))]


def _counted(counts: Counter[str], known: tuple[str, ...], table: str) -> list[Fact]:
    own = sorted(kind for kind in counts if kind not in known)
    named = [(t(f"profile.{table}_{kind}"), counts[kind]) for kind in known if counts[kind]]
    return [(name, number(n)) for name, n in [*named, *((kind, counts[kind]) for kind in own)]]


def _rows(query: str) -> list[dict[str, Any]]:
    table = door().query(query, scope())
    rows: list[dict[str, Any]] = table.drop_columns([c for c in ("geometry",) if c in table.column_names]).to_pylist()
    return rows


def _more(area: str) -> Component:
    """Return the way to the same area on the other pages."""
    pages = [("/incidents", "profile.to_incidents"), ("/performance", "profile.to_performance")]
    ways: list[Component] = [dcc.Link(t(words), href=link(path, area=area)) for path, words in pages]
    return html.Div([*ways, plus.way_to("/plus", t("profile.to_plus"), area=area)], className="more")
