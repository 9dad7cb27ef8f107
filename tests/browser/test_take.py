"""Pictures and files leave the browser: charts as PNG and SVG, a map with its words, rows as they are shown."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import Site
from tests.browser.test_map import SMALL, drawn

MAPS = True


@pytest.fixture
def area(site: Site) -> Page:
    page = drawn(site.look("/area?day=2026-01-05", "leader", size=SMALL), "area-map")
    page.locator(".area-trend .js-plotly-plot .bars").first.wait_for()
    return page


def taken(page: Page, panel: str, choice: str) -> tuple[str, bytes]:
    """Open a panel's menu, click a choice, and return the name and content of the file that arrives."""
    page.evaluate("panel => { document.querySelector(`.${panel} details.take`).open = true; }", panel)
    with page.expect_download() as arrived:
        page.locator(f".{panel} {choice}").click()
    return arrived.value.suggested_filename, Path(arrived.value.path()).read_bytes()


def box(page: Page, selector: str) -> tuple[float, float]:
    size = page.locator(selector).first.bounding_box()
    assert size is not None
    return size["width"], size["height"]


def test_a_chart_leaves_as_a_picture_of_twice_its_size(area: Page) -> None:
    name, body = taken(area, "area-trend", "[data-picture=png-2]")
    picture = Image.open(io.BytesIO(body))
    wide, high = box(area, ".area-trend .js-plotly-plot")
    assert name.startswith("每日上报_") and name.endswith(".png")
    assert picture.width == pytest.approx(2 * wide, abs=4) and picture.height > 2 * high, "words stand above and below"


def test_a_chart_leaves_as_a_drawing_that_says_where_it_is_from(area: Page) -> None:
    name, body = taken(area, "area-trend", "[data-picture=svg-1]")
    texts = " ".join(ET.fromstring(body).itertext())
    assert name.endswith(".svg") and "每日上报" in texts and "leader" in texts and "编号" in texts


def test_a_map_leaves_with_its_title_legend_and_where_it_is_from(area: Page) -> None:
    _, body = taken(area, "area-map", "[data-picture=png-2]")
    picture = Image.open(io.BytesIO(body)).convert("RGB")
    wide, high = box(area, ".panel.area-map")
    assert picture.width == pytest.approx(2 * wide, abs=4) and picture.height > 2 * high
    canvas = area.locator("#area-map canvas").bounding_box()
    panel = area.locator(".panel.area-map").bounding_box()
    assert canvas and panel
    top, left = 2 * (canvas["y"] - panel["y"]), 2 * (canvas["x"] - panel["x"])
    middle = picture.crop((left, top, left + 2 * canvas["width"], top + 2 * canvas["height"]))
    assert len(middle.resize((60, 60)).getcolors(3600) or []) > 20, "a map has more than its ground"
    foot = picture.crop((0, int(2 * high), picture.width, picture.height))
    assert len(foot.getcolors(100_000) or []) > 2, "words stand under it"


def test_rows_leave_as_they_are_shown(area: Page) -> None:
    name, body = taken(area, "children", "[data-take=children][data-format=xlsx]")
    rows = list(openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].values)
    shown = area.locator(".children tbody tr")
    assert name.startswith("下级区域_") and len(rows) - 1 == shown.count()
    assert shown.first.locator("td").first.inner_text() == rows[1][1]


def test_a_view_is_saved_from_the_header_and_opened_again(site: Site) -> None:
    page = site.open("/area?day=2026-01-05&period=7d", "leader", size=SMALL)
    page.evaluate("document.querySelector('details.saved').open = true")
    page.locator("#saved-name").fill("一周")
    page.locator("#saved-keep").click()
    entry = page.locator("#saved-list a", has_text="一周")
    entry.wait_for()
    assert "period=7d" in (entry.get_attribute("href") or "")
    page.locator("#saved-list button").click()
    page.locator("#saved-list small").wait_for()
    page.context.close()
