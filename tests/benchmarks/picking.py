"""Picking on the wall's map at four sizes, in both views: which grid a click finds, against the grid that is there.

Every grid whose inner point a view shows is picked, and in each view one is clicked with a mouse; `ours` is the share
of wrong answers in thousandths, so that a single wrong one breaks the claim.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from shapely import Polygon

from gridlink import prepare_demo
from tests.benchmarks import Bench
from tests.benchmarks.wall import DRAWN
from tests.browser.conftest import PASSWORD, Browsers, Site, _served

SIZES = ((1920, 1080), (3840, 2160), (3840, 1080), (7680, 2160))
VIEWS = ("city", "town")
SLOW_MS = 600_000
AREAS = """view => gridlinkMaps.maps.get('map').deck.layerManager.getLayers().find(l => l.id === `${view}-areas`)
  .props.data.map(row => [row.id, Array.from(row.polygon.positions), Array.from(row.polygon.holeIndices || [])])"""
PICK = """([view, points]) => {
  const m = gridlinkMaps.maps.get('map'), v = m.deck.getViewports().find(one => one.id === view);
  const canvas = m.deck.getCanvas().getBoundingClientRect();
  return points.map(([id, at]) => {
    const [x, y] = v.project(at);
    if (x < 12 || y < 12 || x > v.width - 12 || y > v.height - 12) return null;
    const found = m.deck.pickObject({ x: x + v.x, y: y + v.y, radius: 0, layerIds: [`${view}-areas`] });
    return [id, found && found.object.id, canvas.x + v.x + x, canvas.y + v.y + y];
  }).filter(Boolean);
}"""
CHOSEN = "id => gridlink.view().area === id"


@cache
def home() -> Path:
    """Return a loaded city of 60 grids that ends now."""
    folder = Path(tempfile.mkdtemp()) / "home"
    prepare_demo(folder, datetime.now(UTC).replace(tzinfo=None, microsecond=0), {"grids": 60, "days": 2}, PASSWORD)
    return folder


def inner(row: list[Any]) -> tuple[str, list[float]]:
    """Return an area's id and a point inside it (degrees)."""
    name, flat, holes = row
    corners = list(zip(flat[::2], flat[1::2], strict=True))[: (holes[0] // 2 if holes else None)]
    point = Polygon(corners).representative_point()
    return name, [point.x, point.y]


def picked(page: Page, view: str) -> tuple[int, int]:
    """Return how many grids were picked in a view, and how many of them wrongly; one by a mouse."""
    points = [inner(row) for row in page.evaluate(AREAS, view)]
    found = page.evaluate(PICK, [view, points])
    wrong = sum(asked != got for asked, got, *_ in found)
    asked, _, x, y = found[len(found) // 2]
    page.mouse.click(x, y)
    page.wait_for_function(CHOSEN, arg=asked, timeout=SLOW_MS)
    return len(found), wrong


def ours() -> float:
    """Return the share of wrong picks, in thousandths and one more."""
    total = wrong = 0
    with sync_playwright() as playwright:
        served = _served(home(), Browsers(playwright, maps=True))
        site: Site = next(served)
        for size in SIZES:
            for view in VIEWS:
                page = site.open("/", "leader", size)
                page.set_default_timeout(SLOW_MS)
                page.wait_for_function(DRAWN, timeout=SLOW_MS)
                n, missed = picked(page, view)
                print(f"{size[0]}x{size[1]} {view}: {n - missed} of {n} right", file=sys.stderr)
                total, wrong = total + n, wrong + missed
                page.context.close()
        served.close()
    return 1.0 + 1000.0 * wrong / total


NOTE = "grids picked on the wall at 1080p, 4K, 3840x1080 and 7680x2160 in both views: wrong ones in thousandths"
BENCH = Bench("picking", ours, lambda: 1.0, 1.0, NOTE, unit="share")
