"""The briefing looked at as pages: nothing sticks out, no head stands alone, and the page shows what is printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from data.briefing import browser as printing
from data.briefing.model import Briefing, Chapter, Finding, Table
from data.briefing.numbers import Question
from data.briefing.page import page as html_of
from data.briefing.write import write
from data.query import Door
from data.scope import Scope
from tests.browser.conftest import CHROMIUM, Site
from tests.conftest import SAMPLE_NOW

LEADER = Scope("anna", frozenset({"leader"}), "QH")
PATH = "/briefing?day=2026-01-05&period=7d&theme=light"
# Columns break boxes by the same rules as pages; unlike pages they can be measured.
SHEETS = """main { width: 170mm; height: 255mm; columns: 170mm; column-gap: 30mm; column-fill: auto; }
.cover { display: none }"""


def long(rows: int, before: int) -> Chapter:
    """A chapter whose table begins after so many lines."""
    lines = tuple(Finding("line", f"第 {n} 行。", {}, "") for n in range(before))
    cells = tuple((f"区域 {n}", str(n)) for n in range(rows))
    return Chapter("long", "长表", lines, tables=(Table("long", "表", ("区域", "件数"), cells, ("合计", "1")),))


@pytest.fixture
def brief(door: Door) -> Briefing:
    return write(door, LEADER, Question("brief", "QH", "7d", SAMPLE_NOW, "zh-CN"))


@pytest.fixture
def laid(browser: Browser) -> Callable[[Briefing], Page]:
    """Lay a briefing out as it is printed, page beside page."""

    def lay(briefing: Briefing) -> Page:
        page = browser.new_page()
        page.emulate_media(media="print")
        page.set_content(html_of(briefing))
        page.add_style_tag(content=SHEETS)
        return page

    return lay


def test_a_head_of_a_table_is_never_the_last_thing_on_a_page(laid: Callable[[Briefing], Page], brief: Briefing) -> None:
    # as many lines before each table as to let one of them begin at every height of a page
    page = laid(replace(brief, chapters=tuple(long(60, before) for before in range(32))))
    places = """() => [...document.querySelectorAll("table")].map((table) =>
      [table.caption, table.tHead, ...[...table.tBodies[0].rows].slice(0, 2)].map((part) =>
        Math.round(part.getClientRects()[0].left)))"""
    tables = page.evaluate(places)
    assert len(tables) == 32 and [lefts for lefts in tables if len(set(lefts)) > 1] == []
    page.close()


def test_a_chapter_never_begins_at_the_foot_of_a_page(laid: Callable[[Briefing], Page], brief: Briefing) -> None:
    page = laid(brief)
    places = """() => [...document.querySelectorAll("h2 + *")].filter((next) => next.closest("main")).map((next) =>
      [next.previousElementSibling, next].map((part) => Math.round(part.getClientRects()[0].left)))"""
    pairs = page.evaluate(places)
    assert len(pairs) > 5 and [pair for pair in pairs if pair[0] != pair[1]] == []
    page.close()


def test_nothing_is_wider_than_the_page(laid: Callable[[Briefing], Page], brief: Briefing) -> None:
    page = laid(brief)
    wider = """() => [...document.querySelectorAll("main *:not(svg *)")]
      .filter((one) => one.getBoundingClientRect().width > 0 && [...one.getClientRects()].some((box) =>
        box.width > document.querySelector("section.chapter").getClientRects()[0].width + 1))
      .map((one) => one.outerHTML.slice(0, 60))"""
    assert page.evaluate(wider) == []
    page.close()


def test_a_briefing_is_printed_the_same_twice_and_every_sheet_of_a4(door: Door, brief: Briefing) -> None:
    settings = replace(door.config.briefing, chromium=CHROMIUM)
    files = [printing.pdf(html_of(brief), settings, brief.as_of) for _ in range(2)]
    assert files[0] == files[1]
    pages = re.findall(rb"/Type\s*/Page\b", files[0])
    boxes = {tuple(map(float, one.split())) for one in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", files[0])}
    assert 4 <= len(pages) <= 12
    assert all(box == pytest.approx((0, 0, 595.3, 841.9), abs=1) for box in boxes)


def test_the_page_shows_the_sheets_and_keeps_what_is_written(site: Site) -> None:
    page = site.open(PATH, "leader")
    sheet = page.frame_locator("#briefing-frame")
    expect(sheet.locator("h1")).to_have_text("运行简报")
    page.fill("#remark-text", "因暴雨，上报增加。")
    page.click("#remark-save")
    expect(sheet.locator(".remark p")).to_have_text("因暴雨，上报增加。")
    expect(sheet.locator(".remark .by")).to_contain_text("leader")
    expect(page.locator("#briefing-links a").first).to_have_attribute("href", re.compile("/briefing/file.html"))
    assert site.faults == []
    page.context.close()
