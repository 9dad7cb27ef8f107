"""Live positions in a browser: changes add up to the picture, the clock makes people silent, names need reasons."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

MAPS = True
FEED = "window.gridlinkLiveList && window.gridlinkLiveList.feed()"
# What the screen holds, and what the server would send a screen that holds nothing, as the same words.
SAME = """async () => {
  const words = (feed) => [...Array(feed.n).keys()].map((i) => [feed.key[i], feed.fixed[i], feed.own[i],
    ...[0, 1].map((axis) => Math.round(feed.place[2 * i + axis] * 1e6) || 0)].join()).sort().join(";");
  const mine = window.gridlinkLiveList.feed();
  const whole = window.gridlinkWire.unpack(await (await fetch("/api/positions", { cache: "no-store" })).arrayBuffer());
  const { key, fixed, own, place } = whole.columns;
  const shown = Float64Array.from(place.value, (x) => (x === -(2 ** 31) ? NaN : x / 1e6));
  const theirs = { n: key.value.length, key: key.value, fixed: fixed.value, own: own.value, place: shown };
  return words(mine) === words(theirs);
}"""


def ready(site: Site, account: str = "operator") -> Page:
    page = site.open("/live", account)
    page.wait_for_function(f"() => {{ const feed = {FEED}; return feed && feed.limits; }}")
    return page


def test_the_picture_kept_by_changes_is_the_picture_and_counts_add_up(site: Site) -> None:
    page = ready(site)
    assert page.evaluate(SAME)
    expect(page.locator(".live-row").first).to_be_visible()
    counts = [int(page.locator(f"[data-live-count={one}]").inner_text()) for one in ("moving", "staying", "silent")]
    assert sum(counts) == page.locator(".live-row").count() == page.evaluate(f"({FEED}).n")


def test_the_clock_alone_makes_somebody_silent(site: Site) -> None:
    page = ready(site)
    page.evaluate(f"() => {{ const feed = {FEED}; feed.limits = {{ ...feed.limits, silent: 1e9 }}; }}")
    expect(page.locator(".live-row.moving, .live-row.staying").first).to_be_visible()
    page.evaluate(f"() => {{ const feed = {FEED}; feed.limits = {{ ...feed.limits, silent: -1 }}; }}")
    expect(page.locator(".live-row.moving, .live-row.staying")).to_have_count(0)
    expect(page.locator(".live-row.silent").first).to_be_visible()


def test_a_person_is_told_of_only_with_a_reason(site: Site) -> None:
    page = ready(site)
    page.locator(".live-row").first.click()
    expect(page.locator("#live-worker-body")).to_contain_text("须先填写理由")
    page.locator("#live-reason").fill("核实事件 E026")
    page.locator("#live-look").click()
    expect(page.locator("#live-worker-body a", has_text="回放近 1 时")).to_be_visible()
    expect(page.locator(".live-row b").first).to_contain_text("*")
