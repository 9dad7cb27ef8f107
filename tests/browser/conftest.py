"""A served city and a browser that may reach nothing but it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, expect, sync_playwright

from data.accounts import Accounts
from data.config import load_config
from data.operations import Operations
from tests.copies import fresh
from tests.web import PASSWORD, ROLES

ROOT = Path(__file__).parent.parent.parent
# Without the resolver rule an address the page should never ask for would leave the host before a test sees it.
HOST = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
FLAGS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", HOST]
PATIENCE_MS = 90_000  # a screen that draws in software and asks every few seconds is seldom idle
# Most files look at panels and forms, in a browser that cannot draw maps and shows the server's picture instead: a page
# costs it less than half, for drawing in software fills both cores. A file that looks at drawn maps says `MAPS = True`.
PLAIN = ["--disable-gpu", "--disable-software-rasterizer", HOST]
CHROMIUM = os.environ.get("GRIDLINK_CHROMIUM", "/usr/bin/chromium")
LOCAL = {"127.0.0.1", ""}
expect.set_options(timeout=PATIENCE_MS)
# What stays open for the tests that only look.
KEPT: set[BrowserContext] = set()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@dataclass
class Browsers:
    """One browser that draws maps and one that cannot, each started when a file first wants it."""

    playwright: Playwright
    maps: bool = False  # which of them the file under way uses
    started: dict[bool, Browser] = field(default_factory=dict)

    @property
    def now(self) -> Browser:
        if self.maps not in self.started:
            flags = FLAGS if self.maps else PLAIN
            self.started[self.maps] = self.playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        return self.started[self.maps]


@dataclass
class Site:
    """A served home: pages of a signed-in account, and what went wrong in any of them."""

    url: str
    browsers: Browsers
    faults: list[str] = field(default_factory=list)
    states: dict[str, Any] = field(default_factory=dict)
    shared: dict[tuple[object, ...], Page] = field(default_factory=dict)

    @property
    def browser(self) -> Browser:
        return self.browsers.now

    def look(self, path: str = "/", account: str = "operator", size: tuple[int, int] = (1920, 1080)) -> Page:
        """Return a page like `open`, opened once for all tests that change nothing on it."""
        key = (path, account, size)
        if key not in self.shared or self.shared[key].is_closed():
            self.shared[key] = self.open(path, account, size)
            KEPT.add(self.shared[key].context)
        return self.shared[key]

    def open(self, path: str = "/", account: str = "operator", size: tuple[int, int] = (1920, 1080)) -> Page:
        """Return a page of the account at this path, with every panel's first frame drawn."""
        screen = {"width": size[0], "height": size[1]}
        page = self.browser.new_context(viewport=screen, storage_state=self._state(account)).new_page()  # type: ignore[arg-type]
        self._watch(page)
        page.set_default_timeout(PATIENCE_MS)
        page.goto(self.url + path)
        page.wait_for_load_state("networkidle")
        return page

    def _watch(self, page: Page) -> None:
        page.on("request", self._check)
        page.on("pageerror", lambda fault: self.faults.append(f"script: {fault}"))
        page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)

    def _check(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in LOCAL:
            self.faults.append(f"left the host: {request.url}")

    def _state(self, account: str) -> Any:
        """Sign in once per account: the form allows five tries a minute."""
        if account not in self.states:
            context = self.browser.new_context()
            page = context.new_page()
            page.goto(f"{self.url}/login?next=/nothing-is-here")  # the wall is opened by who measures it
            page.fill("[name=name]", account)
            page.fill("[name=password]", PASSWORD)
            page.click("button")
            page.wait_for_url(lambda url: "/login" not in url)
            self.states[account] = context.storage_state()
            context.close()
        return self.states[account]


@pytest.fixture(scope="session")
def browsers() -> Iterator[Browsers]:
    with sync_playwright() as playwright:
        browsers = Browsers(playwright)
        yield browsers
        for browser in browsers.started.values():
            browser.close()


@pytest.fixture(scope="module")
def browser(browsers: Browsers) -> Browser:
    return browsers.now


@pytest.fixture(scope="session")
def site(sample_home: Path, tmp_path_factory: pytest.TempPathFactory, browsers: Browsers) -> Iterator[Site]:
    """The sample city: history, every number counted by hand; a home of its own, because people work in it."""
    home = fresh(sample_home, tmp_path_factory.mktemp("site") / "home")
    accounts = Accounts(Operations(f"sqlite:///{home / 'operations.db'}"))
    for name, roles in ROLES.items():
        accounts.add(name, PASSWORD, roles, load_config(home).city.area_id)
    yield from _served(home, browsers)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, browsers: Browsers) -> Iterator[Site]:
    """A synthetic city ending now, asked for news every two seconds."""
    from gridlink import prepare_demo

    home = tmp_path_factory.mktemp("live") / "home"
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    prepare_demo(home, now, {"grids": 24, "days": 2, "names": "fictional"}, PASSWORD)
    _hurry(home / "gridlink.toml")
    yield from _served(home, browsers)


@pytest.fixture(scope="module", autouse=True)
def looked_at(request: pytest.FixtureRequest, browsers: Browsers) -> Iterator[None]:
    """Pages that are only looked at last as long as a file: one left open goes on asking and drawing."""
    browsers.maps = getattr(request.module, "MAPS", False)
    yield
    for context in KEPT:
        context.close()
    KEPT.clear()


@pytest.fixture(autouse=True)
def nothing_went_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    """No request left the host, no script failed, no policy was violated, in any page a test opened."""
    yield
    for name in ("site", "live"):
        if name in request.fixturenames:
            opened: Site = request.getfixturevalue(name)
            faults, opened.faults = opened.faults, []
            for context in set(opened.browser.contexts) - KEPT:
                context.close()
            assert faults == []


def _hurry(path: Path) -> None:
    """Make the screens of a home ask for news every two seconds."""
    said = path.read_text(encoding="utf-8")
    said = said if "[screen]" in said else f"{said}\n[screen]\n"
    path.write_text(said.replace("[screen]\n", "[screen]\nrefresh_s = 2.0\n"), encoding="utf-8")


def _served(home: Path, browsers: Browsers) -> Iterator[Site]:
    port = _free_port()
    command = [sys.executable, "-m", "gridlink", "serve", "--home", str(home), "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", server)
        yield Site(f"http://127.0.0.1:{port}", browsers)
    finally:
        server.terminate()
        server.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(url) as answer:  # noqa: S310 - our own server
                if answer.status == 200:
                    return
        except URLError:
            time.sleep(0.3)
    raise TimeoutError(url)
