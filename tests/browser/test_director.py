"""Displays of a named wall: scenes by one clock, alarms that interrupt, what is put up, a server that dies."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert

from data.accounts import Accounts
from data.config import load_config
from data.loop.store import alarm
from data.query import Door
from data.scope import Scope
from tests.browser.conftest import ROOT, Browsers, Site, _free_port, _wait
from tests.copies import unworked
from tests.web import PASSWORD, ROLES

MAPS = True
DWELL_S = 12
SCENES = f"""
[[walls]]
id = "hall"
name = "大厅"
account = "wall"
[[scenes]]
id = "closer"
name = "近看"
page = "/"
dwell_s = {DWELL_S}
camera = [119.160, 31.945, 119.170, 31.953]
[[scenes]]
id = "rates"
name = "解决率"
page = "/performance"
dwell_s = {DWELL_S}
"""
SMALL = (1000, 640)
SPOT = (119.1640, 31.9500)


@dataclass
class House:
    """A served home that a test may kill and start again."""

    home: Path
    port: int = field(default_factory=_free_port)
    server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "gridlink", "serve", "--home", str(self.home), "--port", str(self.port)]
        self.server = subprocess.Popen([*command, "--no-work"], cwd=ROOT, stdout=subprocess.DEVNULL, process_group=0)
        _wait(f"http://127.0.0.1:{self.port}/healthz", self.server)

    def kill(self) -> None:
        """End it and its worker as a power cut does."""
        if self.server:
            os.killpg(self.server.pid, 9)
            self.server.wait(20)


@pytest.fixture(scope="module")
def house(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("director") / "home"
    unworked(sample_home, home)
    (home / "scenes.toml").write_text(SCENES, encoding="utf-8")
    config = load_config(home)
    Accounts(Door(config).operations).add("wall", PASSWORD, ROLES["wall"], config.city.area_id)
    made = House(home)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def hall(house: House, browsers: Browsers) -> Site:
    return Site(f"http://127.0.0.1:{house.port}", browsers)


@pytest.fixture(scope="module")
def door(house: House) -> Door:
    return Door(load_config(house.home))


@pytest.fixture(scope="module")
def display(hall: Site) -> Iterator[Page]:
    """One display of the wall, opened once and marked so that a reload would be noticed."""
    yield from _display(hall)


def _display(hall: Site, script: str = "") -> Iterator[Page]:
    size: Any = {"width": SMALL[0], "height": SMALL[1]}
    context = hall.browser.new_context(viewport=size, storage_state=hall._state("wall"))
    page = context.new_page()
    if script:
        page.add_init_script(script)
    page.goto(hall.url)
    page.locator("#director-line:not(:empty)").wait_for(timeout=60000)
    page.evaluate("() => { window.kept = true }")
    yield page
    context.close()


def shows(page: Page, key: str) -> None:
    """Wait until a display shows this."""
    page.wait_for_function(
        "key => document.getElementById('director').dataset.now.startsWith(key)", arg=key, timeout=60000
    )


def test_the_scenes_follow_each_other_without_a_reload_on_displays_whose_own_clocks_disagree(
    hall: Site, display: Page
) -> None:
    late = f"(() => {{ window.real = Date.now.bind(Date); Date.now = () => real() - {DWELL_S * 1000}; }})()"
    for other in _display(hall, late):
        other.wait_for_function("() => Math.abs(gridlinkDirector.now() - real()) < 1000", timeout=60000)
        display.wait_for_function("() => Math.abs(gridlinkDirector.now() - Date.now()) < 1000", timeout=60000)
        for page in (display, other):
            shows(page, "scene 0")
            shows(page, "scene 1")
            expect(page.locator("#director-line")).to_have_text("场景 2/2 · 解决率")
            expect(page.locator(".performance-page")).to_be_visible()
            assert "wall=hall" in page.url
            assert page.evaluate("() => window.kept")


AIMED = """([lon, lat, zoom]) => [...gridlinkMaps.maps.values()].some((map) => {
  const state = document.body.contains(map.element) && map.states && map.states[Object.keys(map.boxes).slice(-1)[0]];
  return state && Math.abs(state.longitude - lon) < 1e-4 && Math.abs(state.latitude - lat) < 1e-4 && state.zoom > zoom;
})"""


def test_an_alarm_interrupts_the_scenes_and_they_go_on_when_somebody_acknowledges(display: Page, door: Door) -> None:
    at = datetime.now(UTC).replace(tzinfo=None)
    city = door.config.city.area_id
    row = {
        "alarm_id": "crowd-1",
        "rule": "people_over",
        "subject": "市民广场",
        "severity": 1,
        "area_id": city,
        "area_name": "句容",
        "n_members": 1,
    }
    row |= {"cause": "crowd-1", "lon": SPOT[0], "lat": SPOT[1], "began_at": at, "raised_at": at}
    with door.operations.write() as connection:
        connection.execute(insert(alarm).values(**row, seq=door.operations.tick(connection, "alarm")))
    shows(display, "alarm crowd-1")
    display.wait_for_function(AIMED, arg=[*SPOT, 12], timeout=60000)
    expect(display.locator("#call.alarm h2")).to_contain_text("市民广场")
    expect(display.locator("#director-line")).to_have_text("告警，场景暂停")
    door.alarms.acknowledge("ack", Scope("zhao", frozenset({"operator"}), city), "crowd-1", "已联系")
    shows(display, "scene")
    expect(display.locator("#call")).to_be_hidden()
    assert display.evaluate("() => window.kept")


def test_what_somebody_puts_up_stands_with_their_name_until_it_is_taken_back(display: Page, door: Door) -> None:
    seat = Scope("zhao", frozenset({"operator"}), door.config.city.area_id)
    camera = door.query("cameras", seat).to_pylist()[0]
    row = door.walls.put("put", seat, "hall", "camera", camera["camera_id"], 5)
    shows(display, f"show {row['show_id']}")
    expect(display.locator("#call h2")).to_have_text(camera["name"])
    expect(display.locator("#call small")).to_contain_text("zhao 上墙")
    display.wait_for_function(AIMED, arg=[camera["lon"], camera["lat"], 12], timeout=60000)
    door.walls.take_back("back", seat, row["show_id"])
    shows(display, "scene")
    expect(display.locator("#call")).to_be_hidden()


def test_a_server_that_dies_leaves_the_last_frame_and_the_wall_goes_on_when_it_is_back(
    display: Page, house: House
) -> None:
    shows(display, "scene 1")
    display.locator(".performance-page .panel").first.wait_for()
    house.kill()
    lost = display.locator("#frame-lost")
    expect(lost).to_contain_text("数据停在", timeout=30000)
    assert display.locator(".panel").count() > 0
    house.start()
    expect(lost).to_be_empty(timeout=10000)
    shows(display, "scene 0")
    display.locator(".wall .front .value").wait_for(timeout=60000)
    assert display.evaluate("() => window.kept")


def test_a_hand_on_the_map_stops_the_scenes_and_moves_nothing_away_from_it(display: Page) -> None:
    shows(display, "scene 0")
    display.locator(".map-canvas canvas").first.wait_for(timeout=60000)
    display.locator(".map-box").hover(position={"x": 60, "y": 60})
    display.mouse.wheel(0, -200)
    shows(display, "hand")
    expect(display.locator("#director-line")).to_contain_text("秒后恢复轮播")
