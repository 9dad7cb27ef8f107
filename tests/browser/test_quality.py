"""Data quality in a browser: refused rows are corrected in their cells, and a dropped file is proposed."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Site

TABLE = "工单编号,上报时间,问题描述,经度,纬度\nR1,2026-01-05 09:15:00,路灯不亮,119.501,32.001\n"


def test_a_refused_row_is_found_and_corrected_in_its_cell(site: Site) -> None:
    page = site.open("/quality?day=2026-01-05&t=43200", account="steward")
    expect(page.locator(".feeds tr.all td").nth(4)).to_have_text("20")
    page.locator(".segments label", has_text="被拒的行").click()
    expect(page.locator(".refused-rows .note")).to_contain_text("理由")
    page.fill("#refused-reason", "ticket 7")
    page.click("#refused-look")
    expect(page.locator(".refused-rows .total")).to_have_text("9 行")
    page.locator(".source", has_text="incidents.csv").click()
    expect(page.locator(".refused-rows .total")).to_have_text("3 行")
    assert "refused=" in page.url and "ticket" not in page.url
    cell = page.locator(".ag-cell.wrong", has_text="2026-02-30")
    cell.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("2026-01-05 09:00:00")
    page.keyboard.press("Enter")
    expect(page.locator("#replay-state")).to_have_text("已改 1 处，只重新加载这 1 行")
    expect(page.locator(".ag-cell.edited")).to_have_count(1)
    expect(page.locator("#replay-again")).to_be_enabled()


def test_a_file_chosen_is_proposed_and_a_changed_choice_tried_at_once(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "热线.csv"
    file.write_text(TABLE, encoding="utf-8")
    page = site.open("/bring", account="steward")
    with page.expect_file_chooser() as chooser:
        page.click("[data-drop]")
    chooser.value.set_files(file)
    expect(page.locator(".bring-files .source", has_text="热线.csv")).to_have_attribute("aria-pressed", "true")
    row = page.locator(".columns tr", has_text="incident_id")
    expect(row).to_contain_text("工单编号")
    page.locator("button[id*='crs']").click()
    page.locator(".dash-dropdown-content label", has_text="GCJ-02").click()
    expect(page.locator(".preview-toml pre")).to_contain_text('crs = "GCJ-02"')
    expect(page.locator(".proposal-map .note")).to_contain_text("位置")
