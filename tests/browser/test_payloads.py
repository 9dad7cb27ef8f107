"""The main pages of a city full of scripts: nothing runs, no policy is broken, no stranger's element stands there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page

from data.accounts import Accounts
from data.config import load_config
from data.operations import Operations
from tests.browser.conftest import PATIENCE_MS, Browsers, _served
from tests.hostile_city import PAYLOADS, hostile_home
from tests.web import PASSWORD, ROLES

PAGES = (
    "/",
    "/incidents?state=all&period=400d&day=2026-01-05",
    "/board",
    "/area?area=QH0101001",
    "/case?incident=H022",
)
LISTEN = """window.broken = [];
  document.addEventListener("securitypolicyviolation", (event) => window.broken.push(
    [event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample].join(" ")));"""
STRANGERS = (
    ".hurt, iframe, object, embed, base, a[href^='javascript'], script[src^='//'], [onerror], [onload], [onmouseover]"
)
# The map engine asks whether it may compile WebAssembly, and does without: no text of anybody is in that.
OURS = "wasm-eval"
HURT = "() => window.hurt === undefined ? window.broken : [window.hurt]"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, browsers: Browsers) -> Iterator[Any]:
    home = hostile_home(tmp_path_factory.mktemp("hostile") / "home")
    accounts = Accounts(Operations(f"sqlite:///{home / 'operations.db'}"))
    accounts.add("everything", PASSWORD, ROLES["everything"], load_config(home).city.area_id)
    yield from _served(home, browsers)


def watched(site: Any) -> tuple[Page, list[str]]:
    """Return a signed-in page that notes dialogs and says what broke the policy."""
    context = site.browser.new_context(viewport={"width": 1600, "height": 900}, storage_state=site._state("everything"))
    page, dialogs = context.new_page(), []

    def close(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", close)
    page.add_init_script(LISTEN)
    page.set_default_timeout(PATIENCE_MS)
    return page, dialogs


def test_nothing_anybody_wrote_runs_on_any_page(hostile: Any) -> None:
    page, dialogs = watched(hostile)
    shown = ""
    for path in PAGES:
        page.goto(hostile.url + path)
        page.wait_for_load_state("networkidle")
        said = page.evaluate(HURT)
        assert [one for one in said if OURS not in str(one)] == [], (path, said)
        assert page.locator(STRANGERS).count() == 0, path
        shown += page.inner_text("body")
    assert dialogs == []
    assert [text for text in PAYLOADS if text[:12] in shown], "the texts were there to be run"
    page.context.close()


def test_the_menu_of_saved_views_shows_names_as_text(hostile: Any) -> None:
    page, dialogs = watched(hostile)
    page.goto(hostile.url + "/incidents")
    page.wait_for_load_state("networkidle")
    page.click(".saved summary")
    page.wait_for_function("() => document.querySelectorAll('#saved-list a').length >= 15")
    assert [one for one in page.evaluate(HURT) if OURS not in str(one)] == [] and dialogs == []
    assert page.locator(f"#saved-list :is({STRANGERS})").count() == 0
    addresses = page.eval_on_selector_all("#saved-list a", "(links) => links.map((link) => link.pathname)")
    assert set(addresses) == {"/incidents"}
    page.context.close()
