"""A cold wall against an empty page with the same bundles, in a browser that draws in software."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Page, sync_playwright

from dashboard.api import BUNDLE
from gridlink import prepare_demo
from tests.benchmarks import Bench
from tests.browser.conftest import PASSWORD, Browsers, Site, _served

SIZE = {"grids": 300, "days": 7, "names": "fictional"}
DRAWN = """() => window.gridlinkDeck && window.gridlinkDeck.layerManager
    && window.gridlinkDeck.layerManager.getLayers().length > 10
    && window.gridlinkDeck.layerManager.getLayers().every(layer => layer.isLoaded)
    && !window.gridlinkDeck.needsRedraw({ clearRedrawFlags: false })
    && [...document.querySelectorAll('.chart')].every(chart => !chart.checkVisibility() || chart.querySelector('svg'))
    && [...document.querySelectorAll('.panel .body')].every(body => body.childElementCount)"""
LOAD = """url => new Promise(done => { const s = document.createElement('script');
    s.src = url; s.onload = done; document.head.append(s); })"""


@cache
def home() -> Path:
    """Return a loaded city of 300 grids that ends now."""
    folder = Path(tempfile.mkdtemp()) / "home"
    prepare_demo(folder, datetime.now(UTC).replace(tzinfo=None, microsecond=0), SIZE, PASSWORD)
    return folder


@contextmanager
def site() -> Iterator[Site]:
    """Serve the city to a fresh browser with an empty cache."""
    with sync_playwright() as playwright:
        browsers = Browsers(playwright, maps=True)
        yield from _served(home(), browsers)
        browsers.now.close()


def ours() -> float:
    """Seconds from opening the wall to its last layer and panel."""

    def wall(page: Page, url: str) -> None:
        page.goto(f"{url}/")
        page.wait_for_function(DRAWN, timeout=120_000)

    return _timed(wall)


def baseline() -> float:
    """Seconds to open a page without panels and load the map's bundle into it."""

    def empty(page: Page, url: str) -> None:
        page.goto(f"{url}/nothing-is-here")
        page.wait_for_selector("main")
        page.evaluate(LOAD, BUNDLE)

    return _timed(empty)


def _timed(visit: object) -> float:
    with site() as served:
        state = served._state("operator")
        page = served.browser.new_context(viewport={"width": 1920, "height": 1080}, storage_state=state).new_page()
        start = perf_counter()
        visit(page, served.url)  # type: ignore[operator]
        return perf_counter() - start


BENCH = Bench("wall", ours, baseline, 0.5, "300 grids, 1080p, software GL, against an empty page with the same bundles")
