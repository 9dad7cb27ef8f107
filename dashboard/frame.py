"""What stands around every page: header with mark, pages, feed ages and clock; footer with the map's status.

Clock and ages tick in the browser (assets/06-clock.js); the frame asks the server only when the data changed.
`?kiosk=1` hides everything that invites a click.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

import dash
from dash import Output, callback, dcc, html
from dash.development.base_component import Component
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from dashboard import director, may, moment, saved, session, view
from dashboard.parts import chip, icon, shape
from dashboard.session import door
from dashboard.text import clock, day_long, is_chinese, languages, stamp, t, voice
from data.errors import Problem

AGES = "frame-ages"
MOMENT = "frame-moment"
# Feeds whose rows have a time of their own, in the order of the header.
AGED = ("fix", "incident")
# Received rows are published every ten minutes: twice as old is late, five times is an alarm.
EXPECTED_S = 600
# Pages from this place on are opened now and then, not all day.
SELDOM = 4.5


def layout() -> Component:
    """Return the frame with the page inside; called once per loading of the page.

    Dash also calls it once before the first request of a process is admitted: a stranger gets the empty frame.
    """
    if not current_user.is_authenticated:
        return html.Div(dash.page_container)
    asked = view.address()
    kiosk = asked.get("kiosk") == "1" or session.is_kiosk()
    return html.Div(
        [
            *view.parts(door().config.screen.refresh_s),
            _header(kiosk),
            dash.page_container,
            _footer(),
            director.watermark(),
        ],
        className="frame kiosk" if kiosk else "frame",
    )


def pages() -> list[dict[str, Any]]:
    """Return the pages the signed-in account may open, in their order."""
    shown = [page for page in dash.page_registry.values() if page.get("order") is not None and may_open(page)]
    return sorted(shown, key=lambda page: page["order"])


def may_open(page: dict[str, Any]) -> bool:
    """Say whether a page's `roles` include one of ours."""
    return may.allowed(session.scope(), may.of_page(page))


def key_of(page: dict[str, Any]) -> str:
    """Return a page's locale table: page.<last part of the module's name>."""
    return f"page.{page['module'].rsplit('.', 1)[-1]}"


def place() -> str:
    """Return the city's name and title in the request's language."""
    city = door().config.city
    return f"{city.name}{city.title}" if is_chinese() else f"{city.name_en} {city.title_en}"


def _header(kiosk: bool) -> Component:
    name = html.H1(place()) if kiosk else html.H1(_short(), title=place())
    left = [html.I(className="mark"), name, _page_name(kiosk), director.lead(), *_badges()]
    if not kiosk:
        left.append(html.Nav(_tabs()))
    hour: Any = {"data-clock": voice().zone.key}
    day: Any = {"data-date": voice().zone.key}
    right: list[Component] = [
        html.Span(id="frame-lost", className="lost", role="status"),
        html.Span(id=AGES, className="ages"),
        html.Time(className="clock", **hour),
        *([html.Time(className="date", **day)] if kiosk else []),
    ]
    if not kiosk:
        right += [*filter(None, [saved.menu()]), _full(), _theme(), *_other_languages(), _way_out()]
    return html.Header([*left, html.Span(className="gap"), *right], className="top")


def _short() -> str:
    """Return the city's name alone, where the tabs need the room."""
    city = door().config.city
    return city.name if is_chinese() else city.name_en


def _page_name(kiosk: bool) -> Component:
    """Return the page's name where there are no tabs to say it."""
    here = next((page for page in dash.page_registry.values() if page["path"] == view.address_path()), None)
    return html.Span(t(f"{key_of(here)}.name") if kiosk and here else None, className="page-name")


def _tabs() -> list[Component]:
    """Return a tab for each page people live in, and one list of the others, open under the pointer or the keyboard."""
    daily = [page for page in pages() if page["order"] < SELDOM]
    rest = [page for page in pages() if page["order"] >= SELDOM]
    if len(rest) <= 1:
        return [_tab(page) for page in pages()]
    more = html.Button(t("frame.more"), type="button", className="page-tab")
    return [*map(_tab, daily), html.Div([more, html.Div([_tab(page) for page in rest])], className="more")]


def _tab(page: dict[str, Any]) -> Component:
    return dcc.Link(t(f"{key_of(page)}.name"), href=view.link(page["path"]), className="page-tab")


def _badges() -> list[Component]:
    synthetic = [chip(t("frame.synthetic"), "synthetic")] if door().config.city.synthetic else []
    return [*synthetic, html.Span(id=MOMENT)]


def _theme() -> Component:
    return html.Button(t("frame.theme"), id="frame-theme", className="quiet", n_clicks=0)


def _full() -> Component:
    return html.Button(icon("enlarge"), id="frame-full", className="quiet", title=t("frame.full"))


def _other_languages() -> list[Component]:
    others = (code for code in languages() if code != voice().language)
    return [html.A(t(f"language.{code}"), href=f"?lang={code}", className="quiet", lang=code) for code in others]


def _way_out() -> Component:
    token = dcc.Input(type="hidden", name="csrf_token", value=generate_csrf())
    button = html.Button(t("frame.logout"), type="submit", className="quiet", title=current_user.account.name)
    own = html.A(t("account.title"), href=view.link("/account"), className="quiet own", title=current_user.account.name)
    return html.Form([own, token, button], method="POST", action="/logout")


def _footer() -> Component:
    city = door().config.city
    words = [t("frame.approval", number=city.approval) if city.approval else t("frame.unpublished")]
    if city.synthetic:
        words.append(t("frame.all_synthetic"))
    rules = door().config.incidents
    line = rules.reference_label if is_chinese() else rules.reference_label_en
    note = t("frame.intervals", line=line) if rules.reference_rate else t("frame.intervals_only")
    return html.Footer([*map(html.Span, words), html.Span(className="gap"), html.Span(note)], className="bottom")


@callback(Output(AGES, "children"), Output(MOMENT, "children"), view.VIEW)
def show_ages(choices: dict[str, Any] | None) -> tuple[Any, Any]:
    """Show the age of every feed that has a time, the version of the figures, and whether this is history."""
    try:
        rows = {row["feed"]: row for row in door().query("feed_status", session.scope()).to_pylist()}
    except Problem as problem:
        return html.Span(problem.sentence(voice().language), className="status crit"), None
    past = moment.is_history(choices or {})
    ages = [_age(feed, rows[feed], past) for feed in AGED if feed in rows and rows[feed]["last_at"]]
    loaded = max((row["loaded_at"] for row in rows.values()), default=None)
    version = html.Span([shape("neutral"), t("frame.version"), html.B(clock(loaded))], className="age")
    chips = [chip(t("frame.history", day=day_long(moment.today(choices or {}))), "history")]
    return [*ages, version], chips if past else None


def _age(feed: str, row: dict[str, Any], past: bool) -> Component:
    """Return a feed's age, ticking in the browser; a feed of history has none, only an end.

    Fixes never stop coming, so their age is that of the newest; incidents may, so theirs is that of the last delivery.
    """
    name = t(f"feed.{feed}")
    if past:
        return html.Span(
            [shape("neutral"), name, html.B(t("frame.until", time=stamp(row["last_at"])))], className="age"
        )
    since = row["last_at"] if feed == "fix" else row["loaded_at"]
    facts: Any = {"data-since": str(int(since.replace(tzinfo=UTC).timestamp() * 1000)), "data-every": str(EXPECTED_S)}
    return html.Span([html.I(className="shape"), name, html.B()], className="age", id=f"age-{feed}", **facts)
