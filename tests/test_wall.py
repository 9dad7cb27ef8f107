"""What the wall says about the sample city, against what was counted by hand, and the manners of its charts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard import charts, inflow
from dashboard.app import App
from dashboard.intervals import Rate, ranking, scale, ticks
from dashboard.look import Look, palette
from dashboard.panels.kpi import change
from dashboard.panels.open_incidents import _where
from dashboard.panels.ranking import ordered, shortened
from dashboard.usual import Day, usual
from tests.web import ask, open_site, shown, sign_in, words

DARK = Look("dark")
# The moment at which the README counts.
NOON = {"day": "2026-01-05", "t": 12 * 3600}
SHEET = Path(__file__).parent.parent / "dashboard" / "assets" / "10-tokens.css"


@pytest.fixture(scope="module")
def client(sample_home: Path) -> FlaskClient:
    app: App = open_site(sample_home)
    return sign_in(app)


def test_the_front_number_is_the_one_counted_by_hand(client: FlaskClient) -> None:
    # 20 of 30, of which 22 in any time: the README of the sample city
    words = shown(client, "front-body.children", NOON)
    assert "66.7 %" in words and "n = 30" in words
    assert "不限时 73.3" in words


def test_the_front_number_says_how_far_from_the_neutral_line_without_judging(client: FlaskClient) -> None:
    body = ask(client, ["front-body.children"], NOON).get_data(as_text=True)
    assert "31.3" in body  # 98 − 66.7 points
    assert "shape neutral" in body and "shape warn" not in body


def test_the_pillars_show_hand_counted_figures_with_their_n(client: FlaskClient) -> None:
    assert "84.2 %" in shown(client, "kpi-information-body.children", NOON)  # proactive 32/38
    assert "96.4 %" in shown(client, "kpi-service-body.children", NOON)  # accepted in time 27/28
    words = shown(client, "kpi-governance-body.children", NOON)
    assert "72.0 %" in words and "n = 25" in words  # handled in time 18/25


def test_a_figure_without_a_denominator_is_a_dash(client: FlaskClient) -> None:
    words = shown(client, "kpi-governance-body.children", {"day": "2026-01-02"})
    assert "—" in words and "n = 0" in words and "0.0" not in words


def test_open_incidents_stand_in_the_order_in_which_they_expire(client: FlaskClient) -> None:
    body = ask(client, ["incidents-body.children", "incidents-total.children"], NOON).get_json()["response"]
    rows = body["incidents-body"]["children"]
    assert len(rows) == int(re.findall(r"共 (\d+)", str(body["incidents-total"]))[0])
    # by hand: E025 and E026 are overdue since 10:30, E031 since 11:30, E027 and E028 are due tomorrow
    assert all("超 1 时 30 分" in words(row) for row in rows[:2])
    assert "超 30 分" in words(rows[2]) and "剩 " in words(rows[3])
    # E038 was handled in time and waits for its check: not one of the three overdue ones
    assert "超期 3 " in str(body["incidents-total"])
    assert ["超 " in words(row) for row in rows[4:]] == [False] * (len(rows) - 4)


def test_a_quiet_area_says_so_in_one_sentence(client: FlaskClient) -> None:
    outputs = ["incidents-body.children", "incidents-total.children"]
    body = ask(client, outputs, {"day": "2026-01-02"}).get_json()["response"]
    assert "没有未结事件（青禾市）" in str(body)


def test_the_loop_keeps_flow_and_backlog_apart(client: FlaskClient) -> None:
    stages = shown_of(client, ["loop-ring.figure", "loop-stages.children"])
    figure = stages["loop-ring"]["figure"]
    assert "未结" in str(figure["layout"]["annotations"])
    assert "按期处置 72.0%" in str(stages["loop-stages"])


def shown_of(client: FlaskClient, outputs: list[str]) -> dict[str, Any]:
    answer: dict[str, Any] = ask(client, outputs, NOON).get_json()["response"]
    return answer


def test_every_chart_is_a_valid_figure_in_both_themes() -> None:
    rates = [Rate("a", 0.97, 0.95, 0.99, 300), Rate("b", None, None, None, 3)]
    day = Day([1, 2, 9, 4], 1.0, 24.0, usual(weeks([[1, 2, 3, 4] * 24] * 8)))
    for look in (DARK, Look("light", 2)):
        drawn = [
            ranking(rates, look, 0.98),
            charts.ring([0.9, None, 1.0], "203", "open", look),
            charts.bars(["x", "y"], [3, 1], look),
            inflow.trend(day, look),
            inflow.strip(day, look),
        ]
        for figure in drawn:
            go.Figure(figure)
            assert not [trace for trace in figure["data"] if trace["type"].endswith("gl")]


def test_nobody_is_marked_against_a_line_nobody_set_as_a_target() -> None:
    rows = [Rate("below", 0.90, 0.88, 0.92, 900)]
    neutral, judged = (ranking(rows, DARK, 0.98, target=target) for target in (False, True))
    assert marks(neutral)["symbol"] == ["circle"] and marks(neutral)["color"] == [DARK["text-2"]]
    assert marks(judged)["symbol"] == ["triangle-up"] and marks(judged)["color"] == [DARK["warn"]]


def test_a_rate_whose_interval_holds_the_line_is_hollow() -> None:
    figure = ranking([Rate("a", 0.97, 0.95, 0.985, 300)], DARK, 0.98, target=True)
    assert marks(figure)["symbol"] == ["circle"] and marks(figure)["color"] == [DARK["bg-1"]]


def marks(figure: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(trace["marker"] for trace in figure["data"] if trace["mode"] == "markers")
    return found


def test_under_thirty_cases_there_is_no_place_in_the_order(client: FlaskClient) -> None:
    rows = [
        {"level": "street", "name": "few", "value": 1.0, "low": 0.9, "high": 1.0, "n": 29},
        {"level": "street", "name": "many", "value": 0.5, "low": 0.4, "high": 0.6, "n": 30},
        {"level": "unlocated", "name": "somewhere", "value": 0.9, "low": 0.8, "high": 1.0, "n": 99},
    ]
    assert [rate.name for rate in ordered(rows)] == ["many", "few"]
    figure = ranking(ordered(rows), DARK)
    assert "n = 29" in str(figure["layout"]["annotations"])
    assert marks(figure)["symbol"] == ["circle"]


@given(st.integers(1, 60), st.integers(3, 20))
def test_a_ranking_too_long_keeps_both_ends_and_says_what_is_left_out(count: int, most: int) -> None:
    rates = [Rate(f"u{n}", 0.9, 0.8, 1.0, 100) for n in range(count)]
    kept = shortened(rates, most)
    assert len(kept) <= most or count <= most
    assert kept[0] == rates[0] and kept[-1] == rates[-1]
    if count > most:
        said = next(rate.name for rate in kept if rate.value is None)
        assert int("".join(filter(str.isdigit, said))) == count - (len(kept) - 1)


shares = st.floats(0, 1, allow_nan=False)


@given(shares, shares, st.sampled_from([0.0, 0.98]))
def test_a_cut_axis_holds_every_interval_and_the_line(one: float, other: float, line: float) -> None:
    low, high = sorted((one, other))
    floor, top = scale([low], [high], line)
    assert floor <= low + 1e-9 and high <= top + 1e-9 and 0 <= floor < top <= 1
    assert not line or floor <= line <= top
    assert 2 <= len(ticks(floor, top)) <= 7


def test_a_change_has_a_colour_only_when_it_exceeds_the_interval(client: FlaskClient) -> None:
    def row(value: float, margin: float) -> dict[str, float]:
        return {"value": value, "low": value - margin, "high": value + margin}

    assert tone(change("higher", row(0.95, 0.01), row(0.94, 0.01))) == "neutral"
    assert tone(change("higher", row(0.95, 0.01), row(0.90, 0.01))) == "ok"
    assert tone(change("lower", row(0.95, 0.01), row(0.90, 0.01))) == "warn"
    assert tone(change("none", row(0.95, 0.01), row(0.50, 0.01))) == "neutral"


def tone(component: Any) -> str:
    return str(component.className.split()[-1])


def weeks(counts: list[list[int]]) -> list[dict[str, int]]:
    return [{"week": w, "bin": b, "n": n} for w, row in enumerate(counts, 1) for b, n in enumerate(row)]


def test_what_is_usual_needs_four_weeks_of_past() -> None:
    assert usual(weeks([[1, 2]] * 3)) is None
    assert usual(weeks([[1, 2]] * 4)) is not None


@given(st.lists(st.lists(st.integers(0, 50), min_size=6, max_size=6), min_size=4, max_size=8))
def test_the_usual_band_encloses_its_median_and_sums_only_grow(counts: list[list[int]]) -> None:
    band = usual(weeks(counts))
    assert band is not None
    assert np.all(band.low <= band.middle) and np.all(band.middle <= band.high)
    assert np.all(np.diff(band.sum_low) >= 0) and np.all(np.diff(band.sum_high) >= 0)


def test_a_steady_past_makes_its_own_count_usual_and_a_crowd_above_it_unusual() -> None:
    band = usual(weeks([[5] * 24] * 8))
    day = Day([5, 9, 5, 9], 3.5, 24.0, band, 3600)
    assert day.unusual() == [1]  # the fourth hour is not over yet
    assert Day([0, 2], 2.0, 24.0, usual(weeks([[0] * 24] * 8)), 3600).unusual() == []


def test_the_strip_draws_one_bar_per_bin_begun() -> None:
    figure = inflow.strip(Day([3, 1, 2], 2.5, 24.0, None, 3600), DARK)
    bars = next(trace for trace in figure["data"] if trace["type"] == "bar")
    assert (bars["x"], bars["y"]) == ([0.5, 1.5, 2.5], [3, 1, 2])


def test_an_arc_is_filled_to_its_share() -> None:
    pie = charts.ring([0.5, 1.0, None], "7", "open", DARK)["data"][0]
    assert sum(pie["values"]) == pytest.approx(360)
    assert pie["values"][:2] == pytest.approx([56, 56])
    assert pie["values"][6] == 0


def test_a_spark_of_two_values_is_no_shape() -> None:
    assert charts.spark([1.0, None, 2.0]) == ""
    assert charts.spark([1.0, None, 2.0, 3.0]).startswith('url("data:image/svg+xml,')


def test_charts_take_their_colours_from_the_sheet_of_the_page() -> None:
    sheet = SHEET.read_text(encoding="utf-8")
    assert palette("dark").keys() == palette("light").keys()
    assert all(color in sheet for theme in ("dark", "light") for color in palette(theme).values())
    assert DARK["crit"] == "#FF6B61"  # design system 2.1


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("ink", ["text-1", "text-2", "text-3", "accent", "ok", "warn", "crit"])
def test_every_ink_is_readable_on_a_panel(theme: str, ink: str) -> None:
    colors = palette(theme)
    assert contrast(colors[ink], colors["bg-1"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(code: str) -> float:
    parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * p for weight, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_place_is_named_once() -> None:
    row = {"street_name": "S", "parent_name": "C", "area_name": "C03", "located": "point"}
    assert _where(row) == "S · C03"
    assert _where({**row, "area_name": "G03"}) == "S · C G03"
    assert _where({**row, "parent_name": "City", "area_name": "S"}) == "City S"


def test_time_left_ticks_only_where_the_moment_is_now(client: FlaskClient) -> None:
    outputs = ["incidents-body.children", "incidents-total.children"]
    assert "data-deadline" not in ask(client, outputs, {}).get_data(as_text=True)


def test_numbers_of_past_periods_do_not_depend_on_when_one_asks(client: FlaskClient) -> None:
    later = (datetime(2026, 1, 5) + timedelta(days=40)).date().isoformat()
    assert shown(client, "front-body.children", {"day": later}) == shown(client, "front-body.children", {"day": later})
