"""The seat in a browser: a watch begins, something goes on the wall and comes back, and the watch is handed over."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

SMALL = (1280, 800)


def opened(site: Site, account: str) -> Page:
    page = site.open("/seat", account, SMALL)
    expect(page.locator(".seat-watch .acts .button").first).to_be_visible()
    return page


def begun(site: Site) -> Page:
    page = opened(site, "operator")
    if page.locator("[data-seat=begin]").count():
        page.locator("[data-seat=begin]").dblclick()
    expect(page.locator(".keepers li", has_text="operator")).to_contain_text("值班员")
    return page


def test_a_watch_begun_with_two_clicks_is_one(site: Site) -> None:
    page = begun(site)
    expect(page.locator("#seat-said")).to_contain_text("开始值班")
    expect(page.locator("#seat-log-body li", has_text="开始值班")).to_have_count(1)


def test_what_is_put_on_the_wall_is_taken_back(site: Site) -> None:
    page = opened(site, "operator")
    page.fill("#seat-walls-put", "QH0101001")
    page.select_option(".form.put [name=kind]", "area")
    page.locator(".form.put [data-seat=put]").click()
    expect(page.locator(".seat-walls .showing")).to_contain_text("QH0101001")
    page.locator("[data-seat=take_back]").click()
    expect(page.locator(".seat-walls .showing")).to_have_count(0)


def test_a_watch_is_handed_over_and_what_was_written_survives_a_refusal(site: Site) -> None:
    page = begun(site)
    page.locator("[data-choose=hand]").click()
    page.select_option(".handover [name=to]", "leader")
    fields = page.locator(".handover li input")
    fields.first.fill("已跟进")
    page.locator("[data-seat=give]").click()
    expect(page.locator("#seat-said .refused")).to_be_visible()  # the others have no note yet
    expect(fields.first).to_have_value("已跟进")
    for field in fields.all():
        field.fill("已跟进")
    page.select_option(".handover [name=to]", "leader")
    page.locator("[data-seat=give]").click()
    expect(page.locator(".seat-handover .waits")).to_contain_text("等待签收")

    other = opened(site, "leader")
    other.locator("[data-seat=take]").click()
    expect(other.locator(".keepers li")).to_contain_text("值班长")
    other.locator("[data-seat=end]").click()
    expect(other.locator(".keepers li", has_text="现在无人值班")).to_be_visible()


def test_what_is_missing_is_said_and_nothing_happens(site: Site) -> None:
    page = opened(site, "operator")
    page.locator(".form.put [data-seat=put]").click()
    expect(page.locator("#seat-said .refused")).to_contain_text("编号")
    expect(page.locator(".seat-walls .showing")).to_have_count(0)
