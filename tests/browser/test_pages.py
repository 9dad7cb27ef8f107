"""Incidents, performance and grid file in a browser: rows are chosen by clicking, and the address remembers."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

NOON = "day=2026-01-05&t=43200"
SIZES = [(3840, 1080), (1920, 1080)]
# A map drawn by software holds up everything else on a small machine.
ROWS = ".ag-center-cols-container .ag-row"


def boxes(page: Page) -> list[dict[str, float]]:
    return [box for panel in page.locator(".panel:visible").all() if (box := panel.bounding_box())]


def sized(page: Page) -> Page:
    """See that panels stay on the screen and apart, on a wide one and on a common one, and return the page."""
    page.wait_for_selector(".panel .body")
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        lie_apart(boxes(page), size)
    return page


def lie_apart(found: list[dict[str, float]], size: tuple[int, int]) -> None:
    assert len(found) >= 4
    for at, one in enumerate(found):
        assert one["x"] >= 0 and one["x"] + one["width"] <= size[0]
        for other in found[at + 1 :]:
            beside = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
            above = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
            assert beside or above


def test_incidents_a_chosen_state_and_a_clicked_row_stand_in_the_address(site: Site) -> None:
    page = sized(site.open(f"/incidents?{NOON}"))
    expect(page.locator(".cases .total")).to_contain_text("共 8 件 · 另有 2 件未定位")
    page.locator(f".cases {ROWS}", has_text="超").first.click()
    expect(page.locator(".steps li").first).to_contain_text("上报")
    assert re.search(r"incident=E02[56]", page.url)
    page.locator(".segments label", has_text="全部").first.click()
    expect(page.locator(".cases .total")).to_contain_text("共 39 件")
    assert "state=all" in page.url


def test_performance_a_unit_clicked_shows_what_counted_against_it(site: Site) -> None:
    page = sized(site.open(f"/performance?{NOON}&level=community"))
    expect(page.locator(".exceptions .note")).to_have_text("青禾市 · 10 件 · n = 30")
    page.locator(f".scorecard {ROWS}[row-id=QH0202]").click()
    expect(page.locator(".exceptions .note")).to_contain_text("4 件 · n = 6")


def test_grid_file_one_drills_down_and_comes_back_by_the_way(site: Site) -> None:
    page = sized(site.open(f"/area?{NOON}"))
    page.locator(".children .link", has_text="柳岸").or_(page.locator(".children .link").first).first.click()
    expect(page.locator(".breadcrumb [aria-current]")).not_to_have_text("青禾市")
    assert "area=QH" in page.url
    page.locator(".breadcrumb .link").first.click()
    expect(page.locator(".breadcrumb [aria-current]")).to_have_text("青禾市")


def test_a_wall_shows_what_is_chosen_and_offers_nothing(site: Site) -> None:
    page = site.open(f"/incidents?{NOON}&kiosk=1", size=(1280, 800))
    expect(page.locator(".segments").first.locator("label:visible")).to_have_count(1)
    expect(page.locator(".menu:visible")).to_have_count(0)
