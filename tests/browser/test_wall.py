"""The wall in a browser: laid out for each screen, live without asking much, readable, and never leaving the host."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Site

SIZES = [(1920, 1080), (3840, 1080), (1440, 900)]  # four times the pixels have a test of their own
WIDE = (3840, 1080)
DESK = (1280, 800)  # enough where the size is not the subject: software draws the map
PANELS = ".panel:visible"
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility() || node.closest("script, .quiet")) continue;
    const size = parseFloat(getComputedStyle(node).fontSize);
    if (size < 13) small.push([walker.currentNode.textContent.trim(), size]);
  }
  return small;
}"""


def boxes(page: Page) -> list[dict[str, float]]:
    page.locator(PANELS).nth(7).wait_for()
    return [box for panel in page.locator(PANELS).all() if (box := panel.bounding_box())]


def test_panels_fill_the_screen_without_touching_each_other(site: Site) -> None:
    page = site.look("/?kiosk=1")
    for size in (*SIZES[1:], SIZES[0]):  # the page is left as it was found
        page.set_viewport_size({"width": size[0], "height": size[1]})
        found = boxes(page)
        assert len(found) >= 8
        for at, one in enumerate(found):
            assert one["x"] >= 0 and one["x"] + one["width"] <= size[0]
            assert one["y"] >= 0 and one["y"] + one["height"] <= size[1]
            assert not [other for other in found[at + 1 :] if overlap(one, other)]


def overlap(one: dict[str, float], other: dict[str, float]) -> bool:
    apart_x = one["x"] + one["width"] <= other["x"] + 0.5 or other["x"] + other["width"] <= one["x"] + 0.5
    apart_y = one["y"] + one["height"] <= other["y"] + 0.5 or other["y"] + other["height"] <= one["y"] + 0.5
    return not (apart_x or apart_y)


def test_the_wide_wall_is_laid_out_anew_and_nothing_is_scaled(site: Site) -> None:
    normal, wide = site.look(), site.look(size=WIDE)
    assert normal.locator(".trend").is_visible() and not normal.locator(".panel.day").is_visible()
    assert wide.locator(".panel.day").is_visible() and not wide.locator(".trend").is_visible()
    front, feed = (wide.locator(name).bounding_box() for name in (".front", ".incidents"))
    assert front and feed and front["x"] < feed["x"]
    scaled = wide.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => /scale|matrix3d/.test(e.style.transform)).length"
    )
    assert scaled == 0


def test_four_times_the_pixels_are_twice_the_unit(site: Site) -> None:
    page, found = site.look(size=WIDE), []
    for height in (2160, 1080):
        page.set_viewport_size({"width": 3840, "height": height})
        found.append(page.locator(".incidents h2").evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))
    found.append(site.look().locator(".incidents h2").evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))
    assert (found[0], found[2]) == (30, 15)


def test_no_word_on_a_wall_is_smaller_than_thirteen_pixels(site: Site) -> None:
    assert site.look("/?kiosk=1").evaluate(TEXTS) == []


def test_the_front_number_is_the_largest_thing_on_the_wall(site: Site) -> None:
    page = site.look()
    assert "69.0%" in page.locator(".front .value").inner_text().replace("\n", "")
    assert page.locator(".front .value").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") == 76


def test_every_panel_shows_something(site: Site) -> None:
    page = site.look()
    for panel in page.locator(PANELS).all():
        has_chart = panel.locator(".main-svg").count() > 0
        assert has_chart or len(panel.locator(".body").inner_text()) > 3, panel.inner_text()


def test_old_data_is_called_history_and_its_ages_do_not_tick(site: Site) -> None:
    page = site.look()
    assert page.locator(".chip.history").inner_text() == "历史 · 非实时 2026年1月5日 周一"
    assert page.locator("[data-since]").count() == 0


def test_a_kiosk_invites_no_click(site: Site) -> None:
    for page in (site.look("/?kiosk=1"), site.open("/", account="wall", size=DESK)):
        assert page.locator("nav:visible, button:visible, .quiet:visible").count() == 0
        assert page.locator(".clock").is_visible()


def test_moment_theme_and_language_are_choices_that_stay_in_the_address(site: Site) -> None:
    page = site.open("/?day=2026-01-05&t=43200&theme=light")
    assert "66.7%" in page.locator(".front .value").inner_text().replace("\n", "")  # at noon; in the evening 69.0 %
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.click("#frame-theme")
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")
    page.wait_for_function("() => location.search.includes('theme=dark')")
    # the chart follows: its words are now in the ink of the dark theme
    page.wait_for_function(
        """() => [...document.querySelectorAll('#ranking-chart .annotation-text')]
            .some(word => word.style.fill === 'rgb(133, 146, 163)')"""
    )
    page.click("a[lang=en]")
    page.wait_for_load_state("networkidle")
    assert page.locator(".incidents h2").inner_text() == "Open incidents"
    assert "lang=en" in page.url
    chrome = page.locator(".top, .bottom, h2").all_inner_texts()
    assert [words for words in chrome if re.search(r"[一-鿿]", words.replace("中文", ""))] == []


def test_a_refresh_without_news_costs_less_than_two_kilobytes_and_draws_nothing(live: Site) -> None:
    page = live.look(size=DESK)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "_dash-update" in request.url else None)
    before = 0
    for _ in range(8):  # until two ticks in a row found nothing new: the city moves on, and is published now and then
        with page.expect_response(lambda response: _is_tick(response.request)) as told:
            pass
        if (told.value.status, before) == (204, 204):
            break
        before = told.value.status
        asked.clear()
    assert [request.post_data for request in asked if not _is_tick(request)] == []
    assert sum(told.value.request.sizes().values()) < 2048


def _is_tick(request: Request) -> bool:
    return "tick.n_intervals" in (request.post_data or "")


def test_the_clock_and_the_times_left_tick_without_the_server(live: Site) -> None:
    page = live.look(size=DESK)
    first = page.locator(".clock").inner_text()
    page.wait_for_function("before => document.querySelector('.clock').textContent !== before", arg=first)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", first)
    assert re.search(r"前|刚", page.locator("#age-fix").inner_text())
    times = page.locator("[data-deadline] b").all_inner_texts()
    assert times and all(re.match(r"(剩|超) \d", words) for words in times)


def test_a_lost_server_leaves_the_last_frame_and_says_from_when_it_is(live: Site) -> None:
    page = live.look(size=DESK)
    before = page.locator(".front .value").inner_text()
    page.route("**/_dash-update-component*", lambda route: route.abort())
    page.locator(".lost", has_text="连接中断").wait_for(timeout=15000)
    assert page.locator(".front .value").inner_text() == before
    page.unroute("**/_dash-update-component*")
    page.wait_for_function("() => document.getElementById('frame-lost').textContent === ''", timeout=15000)
    live.faults.clear()  # the browser reports the requests this test has cut off


def test_an_ended_session_leads_to_the_login_and_back(site: Site) -> None:
    page = site.open("/performance?theme=light", size=DESK)  # the frame is the same on every page, this one has no map
    page.context.clear_cookies()
    # whichever of its own requests comes first finds the session gone
    page.wait_for_url(re.compile(r"/login\?next="))
    assert "theme%3D" in page.url
    site.faults.clear()  # the browser reports the refusals this test is about


def test_an_address_that_says_only_a_day_opens_that_day(live: Site) -> None:
    page = live.open("/tracks", account="leader", size=DESK)
    shown = page.locator(".days b")
    newest = shown.inner_text()
    page.click(".days button >> nth=0")
    expect(shown).not_to_have_text(newest)
    before = shown.inner_text()
    page.goto(page.url.split("&")[0])  # the day alone: no page of its own adds a choice to it
    expect(shown).to_have_text(before)
