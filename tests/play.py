"""Plays a scripted shift (tests/shift.py) in the browser and holds what became of it against the script."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from dashboard.app import App
from data.config import load_config
from data.loop.command import Report
from data.query import Door
from data.scope import Scope
from data.states import FINAL
from etl.load import load
from tests.shift import DAY, Story, script, stories
from tests.web import PASSWORD, open_site, sign_in

CITY = Scope("shift", frozenset({"operator", "leader"}), "QH")
# What a screen sends when an operator presses a button: the callback of dashboard/panels/case_acts.py.
SEND = """async ({asked, told}) => {
  const listed = await (window.listed ??= fetch("/_dash-dependencies").then((answer) => answer.json()));
  const found = listed.find((one) => one.inputs.some((input) => input.id === "deed-go"));
  const outputs = found.output.split("...").map((text) => text.replaceAll("..", "")).map((text) => {
    const at = text.lastIndexOf("."); return {id: text.slice(0, at), property: text.slice(at + 1)};
  });
  const names = Object.keys(told);
  const field = (name, property, value) => ({id: {deed: name}, property, value});
  const body = {
    output: found.output, outputs, changedPropIds: ["deed-go.n_clicks"],
    inputs: [{id: "deed-go", property: "n_clicks", value: 1}],
    state: [
      {id: "deed-asked", property: "data", value: asked},
      names.map((name) => field(name, "value", told[name])),
      names.map((name) => field(name, "id", {deed: name})),
    ],
  };
  const token = document.cookie.match(/_csrf_token=([^;]+)/)[1];
  const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
  const answer = await fetch("/_dash-update-component", {method: "POST", headers, body: JSON.stringify(body)});
  return [answer.status, await answer.text()];
}"""


class Clock:
    """The time of the simulated day."""

    now = DAY


def play(source: Path, home: Path, browser: Browser, size: tuple[int, int]) -> int:
    """Play a shift of `size` = (incidents, operators) over a copy of a loaded home; returns how many cases ended.

    Raises AssertionError where a case, a stage's time or a rate is not what the script says.
    """
    cases, operators = size
    city = open_city(source, home, operators)
    told, door = stories(cases), city.server.extensions["gridlink"].door
    with seated(city, browser, operators) as seats:
        for number, (at, story, act, facts) in enumerate(script(told)):
            Clock.now = at
            if act == "report":
                report(door, story)
            else:
                press(door, seats[number % operators], story, act, facts)
    ended = {row["incident_id"]: row for row in door.query("board", CITY, since=DAY).to_pylist()}
    for story in told:
        steps = door.desk.steps(story.id)
        assert [(step["stepped_at"], step["act"]) for step in steps[1:]] == [(at, act) for at, act, _ in story.acts]
    published(door)
    assert_stages(door, told)
    assert_rates(door, told)
    return sum(ended[story.id]["state"] in FINAL for story in told)


def open_city(source: Path, home: Path, operators: int) -> App:
    """Serve a copy of a home whose desk lives in the simulated day."""
    shutil.copytree(source, home, ignore=shutil.ignore_patterns("operations.db*", "audit.jsonl"))
    app = open_site(home)
    house = app.server.extensions["gridlink"]
    for number in range(operators):
        house.accounts.add(f"seat{number}", PASSWORD, {"operator"}, "QH")
    house.door.desk.now = lambda: Clock.now
    return app


@contextmanager
def seated(city: App, browser: Browser, operators: int) -> Iterator[list[Page]]:
    """Lend the screens of that many operators, each signed in under a name of their own."""
    server = make_server("127.0.0.1", 0, city.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address, pages = f"http://127.0.0.1:{server.server_port}", []
    for number in range(operators):
        cookie = sign_in(city, f"seat{number}").get_cookie("gridlink")
        assert cookie is not None
        context = browser.new_context()
        context.add_cookies([{"name": "gridlink", "value": cookie.value, "url": address}])
        pages.append(context.new_page())
        pages[-1].goto(f"{address}/field")  # the lightest page there is; it brings the token of the forms
    yield pages
    for page in pages:
        page.context.close()
    server.shutdown()


def report(door: Door, story: Story) -> None:
    """Let an incident come in."""
    told = Report(story.kind, story.severity, story.grid, incident_id=story.id, discovered_level="grid")
    door.desk.report(story.id, CITY, told)


def press(door: Door, seat: Page, story: Story, act: str, facts: dict[str, Any]) -> None:
    """Let an operator press a button and send the form."""
    row = door.desk.get(story.id)
    asked = {"act": act, "incident": story.id, "version": row["version"], "command_id": f"{story.id}-{row['version']}"}
    status, text = seat.evaluate(SEND, {"asked": asked, "told": facts})
    assert status == 200 and "refused" not in text, text


def published(door: Door) -> None:
    """Carry the day's steps into the warehouse, as the next publish does."""
    load([], load_config(door.config.home), now=DAY + timedelta(days=2))


def assert_stages(door: Door, told: list[Story]) -> None:
    """The times of the stages in the warehouse are those of the script."""
    sql = "SELECT * FROM incident WHERE incident_id LIKE 'shift-%'"
    rows = {row["incident_id"]: row for row in door.warehouse.fetch(sql, {}).to_pylist()}
    assert len(rows) == len(told)
    for story in (story for story in told if story.way in ("plain", "street", "rework", "returned")):
        row = rows[story.id]
        marks = (story.moment("accept"), story.moment("file"), story.moment("handle"), story.moment("check_pass"))
        assert (row["accepted_at"], row["filed_at"], row["handled_at"], row["closed_at"]) == marks


def assert_rates(door: Door, told: list[Story]) -> None:
    """N1 and N2 of the day equal pandas over the script."""
    frame = pd.DataFrame({"in_grid": s.in_grid, "on_time": s.on_time, "counts": s.counts} for s in told)
    frame = frame[frame["counts"]]
    expected = {
        "in_grid": (int(frame["in_grid"].sum()), len(frame)),
        "in_grid_on_time": (int((frame["in_grid"] & frame["on_time"]).sum()), len(frame)),
    }
    assert 0 < expected["in_grid_on_time"][0] < expected["in_grid"][0] < len(frame)
    for name, (part, whole) in expected.items():
        assert rate(door, name, DAY + timedelta(days=2)) == (part, whole)


def rate(door: Door, name: str, now: datetime) -> tuple[int, int]:
    """Return part and whole of a metric of the day."""
    rows = door.metric(name, CITY, start=DAY, end=DAY + timedelta(days=1), now=now, level="city")
    return rows[0]["part"], rows[0]["whole"]
