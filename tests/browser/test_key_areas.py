"""Key areas in a browser: the overdue stand first, a click tells the rest, names wait for a reason."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.test_pages import boxes, lie_apart

NOON = "day=2026-01-05&t=43200"


def test_a_key_area_clicked_shows_its_duty_its_people_and_who_came_once_there_is_a_reason(site: Site) -> None:
    page = site.open(f"/key-areas?{NOON}", size=(1920, 1080))
    rows = page.locator(".key-list tbody tr")
    expect(rows).to_have_count(2)
    lie_apart(boxes(page), (1920, 1080))
    rows.filter(has_text="桃园菜市场").click()
    expect(page.locator(".key-facts h2")).to_contain_text("桃园菜市场")
    assert "key_area=K1" in page.url
    expect(page.locator(".key-facts .week.running")).to_have_text("1/3本周")
    expect(page.locator(".key-people .total")).to_have_text("最多 540（08:30） · 8 次计数")
    expect(page.locator(".key-news .row").first).to_contain_text("人数最多 540，阈值 500")
    expect(page.locator(".key-visits .row").first).to_contain_text("1 次")
    expect(page.locator(".key-visits")).not_to_contain_text("w03")
    page.locator("#key-visits-reason").fill("E025")
    page.locator("#key-visits-look").click()
    expect(page.locator(".key-visits .total")).to_have_text("计 1 次 · 1 人")
    expect(page.locator(".key-visits .row.apart")).to_have_count(3)


def test_a_state_chosen_narrows_the_list_and_stands_in_the_address(site: Site) -> None:
    page = site.open(f"/key-areas?{NOON}")
    expect(page.locator(".key-list tbody tr")).to_have_count(2)
    page.locator(".segments label", has_text="超期").click()
    expect(page.locator(".key-list .empty")).to_have_text("青禾市没有符合条件的重点区域")
    assert "duty=overdue" in page.url
