"""Any size: no header is cut, letters follow the distance, the far see little, and a picture stands in for a map."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

SIZES = ((1920, 1080), (3840, 1080))
CLIPPED = """() => [...document.querySelectorAll(
    ".top, .top > *, .top .ages > *, .bottom, .bottom > *, .panel > header, .panel > header > *")]
  .filter((node) => node.checkVisibility() && node.clientWidth > 0 && node.scrollWidth > node.clientWidth + 1)
  .map((node) => `${node.tagName}.${node.className} ${node.textContent}`)"""
SHOWN = "nodes => nodes.map(node => node.className.replace('panel ', ''))"


@pytest.mark.parametrize("path", ["/?lang=zh-CN", "/?lang=en", "/?lang=zh-CN&kiosk=1", "/?lang=en&kiosk=1"])
def test_nothing_in_header_footer_or_panel_heads_is_cut(site: Site, path: str) -> None:
    page = site.open(path)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(CLIPPED) == []


def test_letters_are_as_large_as_the_distance_asks(site: Site) -> None:
    page = site.look("/?kiosk=1")

    def sized(screen: tuple[int, int], **about: float) -> Any:
        box = {"width": screen[0], "height": screen[1]}
        return page.evaluate("([box, about]) => window.gridlinkDistance.sized(box, about)", [box, about])

    # A letter of 14 design pixels of 2.5 mm is read to 14 * 2.5 * 158 mm = 5.53 m: two screen pixels of 1.25 mm each.
    assert sized((3840, 2160), distance_m=5.53, width_mm=4800) == {"u": pytest.approx(2.0), "far": False}
    assert sized((1920, 1080), distance_m=0.6, width_mm=597)["u"] == 1  # a desk is never smaller than drawn
    assert sized((3840, 2160), distance_m=12, width_mm=4800)["far"]
    assert sized((1920, 1080), distance_m=60, width_mm=4800) == {"u": 2, "far": True}  # no less than 960 x 540
    assert sized((1920, 1080), distance_m=0, width_mm=4800) == {"u": None, "far": False}
    assert sized((3840, 2160), u=1.5) == {"u": 1.5, "far": False}


def test_from_far_away_only_what_can_be_read_is_left(site: Site) -> None:
    page = site.open("/?kiosk=1&distance=12&width=4800")
    panels = page.locator(".panel:visible").evaluate_all(SHOWN)
    assert sorted(panels) == ["alarms", "front", "kpi", "kpi", "kpi", "map"]
    assert page.locator(".figure:visible").count() == 3
    for panel in page.locator(".panel:visible").all():
        box = panel.bounding_box()
        assert box and 0 <= box["x"] and box["x"] + box["width"] <= 1920 and box["y"] + box["height"] <= 1080
    assert page.evaluate(CLIPPED) == []
    assert "distance=12" in page.url and "width=4800" in page.url  # a reload finds the same wall


def test_a_broad_desk_has_two_columns_of_judgement_and_an_upright_screen_one_over_the_other(site: Site) -> None:
    page = site.open("/")
    page.set_viewport_size({"width": 2560, "height": 1440})
    page.goto(f"{site.url}/?u=1")
    expect(page.locator(".ranking")).to_be_visible()
    loop, trend, ranking = boxes(page, ".loop", ".trend", ".ranking")
    assert loop["y"] == trend["y"] and loop["x"] < trend["x"] and ranking["y"] > loop["y"]
    page.set_viewport_size({"width": 1080, "height": 1920})
    board, alarms = boxes(page, ".panel.map", ".alarms")
    assert board["width"] > 1000 and alarms["y"] > board["y"] + board["height"]


def boxes(page: Page, *names: str) -> list[dict[str, float]]:
    return [dict(box) for name in names if (box := page.locator(name).bounding_box())]  # type: ignore[arg-type]


def test_without_webgl_the_map_is_a_picture(site: Site) -> None:
    page = site.open("/?kiosk=1")  # this file draws no maps
    picture = page.locator("#map img.still")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 400
    assert page.locator("#map").get_attribute("data-still") == "静态图"
    first = picture.get_attribute("src")
    page.evaluate("window.gridlink.choose('theme', 'light')")
    page.wait_for_function(
        "src => ((document.querySelector('#map img.still') || {}).src || '').indexOf('light') > 0", arg=first
    )
