"""The page of hot spots in a browser: one map of one context, and the closer view goes where a hot spot is chosen."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site

MAPS = True

# What the closer view looks at: longitude and latitude of its centre.
LOOKS_AT = """() => {
  const map = window.gridlinkMaps.maps.get("hot-map"), id = Object.keys(map.boxes).slice(-1)[0];
  const { longitude, latitude } = map.states[id];
  return [longitude, latitude];
}"""
DRAWN = """() => {
  const map = window.gridlinkMaps && window.gridlinkMaps.maps.get("hot-map");
  return Boolean(map && map.frames && map.made);
}"""
ELSEWHERE = f"before => ({LOOKS_AT})().some((at, axis) => Math.abs(at - before[axis]) > 1e-4)"


def test_a_chosen_hot_spot_is_marked_and_looked_at(live: Site) -> None:
    page = live.open("/hotspots?kind=*&shape=cells", "leader", (1366, 768))
    page.wait_for_function(DRAWN)
    first = page.locator(".spot-head").first
    expect(first).to_be_visible()
    before = page.evaluate(LOOKS_AT)
    first.click()
    expect(page.locator(".spot.picked")).to_have_count(1)
    assert "spot=1" in page.url
    page.wait_for_function(ELSEWHERE, arg=before)
    assert page.locator(".map-canvas canvas").count() == 1
