"""The tools of a desk's map: right lengths, an answer for a drawn shape, a sensible place for every city."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from pyproj import Geod

from tests.browser.conftest import Site
from tests.browser.test_map import SMALL, drawn

MAPS = True
MAP = "gridlinkMaps.maps.get('area-map')"
CLICK = f"p => gridlinkPick.clicked({MAP}, {{ coordinate: p }})"
ARRANGED = "([bounds, width, height]) => gridlinkViews.arrange(bounds, { width, height }, 8)"
TOWN = [119.1, 31.9, 119.2, 32.0]


@pytest.fixture
def area(site: Site) -> Page:
    return drawn(site.look("/area?day=2026-01-05", size=SMALL), "area-map")


@pytest.mark.parametrize("to", [(119.0, 32.3), (119.6, 32.0), (119.3, 31.8), (121.0, 33.5), (119.00001, 32.0)])
def test_a_measured_way_is_right_to_a_thousandth(area: Page, to: tuple[float, float]) -> None:
    found = area.evaluate("to => gridlinkGeodesy.distance([119, 32], to)", to)
    assert found == pytest.approx(Geod(ellps="WGS84").inv(119, 32, *to)[2], rel=1e-3)


def test_a_drawn_circle_is_answered_and_escape_puts_it_away(area: Page) -> None:
    area.evaluate("document.querySelector('[data-tool=circle]').click()")
    middle = area.evaluate(f"(({{ longitude, latitude }}) => [longitude, latitude])(Object.values({MAP}.states)[0])")
    area.evaluate(CLICK, middle)
    area.evaluate(CLICK, [middle[0] + 0.01, middle[1]])
    area.locator(".map-inside caption", has_text="事件").wait_for()
    area.keyboard.press("Escape")
    assert area.locator(".map-inside").count() == 0
    assert area.evaluate(f"{MAP}.busy") == ""


def test_every_tool_is_a_button_with_a_name(area: Page) -> None:
    tools = area.locator("[data-tool]")
    assert tools.count() == 5
    assert all(tools.nth(at).get_attribute("aria-label") for at in range(5))


def test_a_tall_city_stands_beside_its_town_a_wide_one_above_and_a_single_town_alone(area: Page) -> None:
    tall = area.evaluate(ARRANGED, [{"city": [119.0, 31.6, 119.3, 32.2], "town": TOWN}, 1200, 800])
    wide = area.evaluate(ARRANGED, [{"city": [119.0, 31.9, 120.0, 32.1], "town": TOWN}, 1200, 800])
    alone = area.evaluate(ARRANGED, [{"city": TOWN}, 1200, 800])
    assert tall["town"]["x"] > tall["city"]["width"] and tall["town"]["y"] == 0
    assert wide["town"]["y"] > wide["city"]["height"] and wide["city"]["width"] == 1200
    assert alone["city"] == {"x": 0, "y": 0, "width": 1200, "height": 800}
