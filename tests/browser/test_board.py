"""The board in a browser: an operator opens a case on the map and takes it from reported to closed."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

MAPS = True
SIZE = (1280, 800)

# key of each act, and what the desk says after it
WAY = {
    "a": "已受理，现状态：受理",
    "f": "已立案，现状态：立案",
    "d": "已派遣，现状态：派遣",
    "o": "已接单，现状态：处置",
    "r": "已到场，现状态：处置",
    "h": "已处置完成，现状态：待核查",
    "p": "已核查通过，现状态：结案",
}


def act(page: Page, key: str, said: str) -> None:
    """Begin an act by its key, fill what it needs, and send it twice as an impatient hand does."""
    expect(page.locator(f"#deed-acts [data-key='{key}']")).to_be_visible()
    page.keyboard.press(key)
    form = page.locator("#deed-form:not(.hidden)")
    expect(form.locator(".fields b")).to_be_visible()
    if key == "d":
        form.locator(".unit_id .dash-dropdown").click()
        page.locator(".dash-dropdown-content label").first.click()
        expect(page.locator(".dash-dropdown-content")).to_have_count(0)
    page.locator("#deed-go").dblclick()
    expect(page.locator("#deed-said")).to_have_text(said)
    expect(page.locator("#deed-note")).to_contain_text(said.split("：")[1])


def test_an_operator_takes_a_case_from_reported_to_closed(site: Site) -> None:
    page = site.open("/board", size=SIZE)
    expect(page.locator(".queues tr.chosen")).to_contain_text("待受理")
    box = page.locator("#board-map").bounding_box()
    assert box is not None
    expect(page.locator("#board-map .scale").first).to_be_attached()
    page.mouse.click(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.4)
    expect(page.locator("#new-where")).to_contain_text("网格")
    page.locator("#new-kind").click()
    page.locator(".dash-dropdown-content label", has_text="安全隐患").click()
    page.fill("#new-title", "楼道堆物")
    page.locator("#new-go").dblclick()
    page.wait_for_url("**/case?incident=SJ-*")
    expect(page.locator(".case-top h2")).to_contain_text("楼道堆物")
    for key, said in WAY.items():
        act(page, key, said)
    expect(page.locator(".case-log li.step")).to_have_count(1 + len(WAY))  # each of them once
    expect(page.locator("#deed-acts [data-key='w']")).to_be_visible()  # a closed case may only be re-opened
    page.fill("#case-note", "已电话回访 13812345678")
    page.press("#case-note", "Enter")
    expect(page.locator(".case-log li.note")).to_contain_text("138****5678")
