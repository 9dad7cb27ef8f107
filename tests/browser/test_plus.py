"""网格+ in a browser: one part at a time, overlays switched by their buttons, special groups behind a reason."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.test_pages import boxes, lie_apart

NOON = "day=2026-01-05&t=43200"


def test_the_parts_of_the_page_stand_in_its_address_and_overlays_are_switched(site: Site) -> None:
    page = site.open(f"/plus?{NOON}", size=(1920, 1080))
    expect(page.locator(".plus-without h2")).to_contain_text("9 个")
    lie_apart(boxes(page), (1920, 1080))
    party = page.locator(".toggle").first
    expect(party).to_have_attribute("aria-pressed", "true")
    party.click()
    expect(party).to_have_attribute("aria-pressed", "false")
    assert "layers=police%2Cmediation%2Cvolunteer" in page.url
    page.locator(".segments label", has_text="矛盾化解").click()
    expect(page.locator(".dispute-leaks tbody tr")).to_have_count(2)
    expect(page.locator(".plus-map")).to_be_hidden()
    assert "part=disputes" in page.url
    lie_apart(boxes(page), (1920, 1080))


def test_special_groups_wait_for_a_reason(site: Site) -> None:
    page = site.open(f"/area?area=QH0101&{NOON}", account="leader", size=(1920, 1080))
    expect(page.locator(".population dd").first).to_have_text("2,860")
    expect(page.locator(".special tbody tr")).to_have_count(0)
    lie_apart(boxes(page), (1920, 1080))
    page.locator("#special-reason").fill("E025")
    page.locator("#special-look").click()
    expect(page.locator(".special tbody tr")).to_have_count(4)
    expect(page.locator(".special tbody tr").nth(1)).to_contain_text("<10")
    assert "E025" not in page.url
