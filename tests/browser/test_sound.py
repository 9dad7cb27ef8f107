"""The sound of alarms: once for a new one, again while a call for help waits, never where the screen is muted."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

# An AudioContext that counts its tones, a clock a test may move, and alarms a test may set.
STUB = """() => {
  window.tones = 0;
  const gain = { setValueAtTime() {}, linearRampToValueAtTime() {} };
  window.AudioContext = class {
    state = "running"; currentTime = 0;
    async resume() {}
    createGain() { return { gain, connect() {} }; }
    createOscillator() { return { frequency: {}, connect() {}, start() { window.tones += 1; }, stop() {} }; }
  };
  const real = Date.now; window.ahead = 0; Date.now = () => real() + window.ahead;
  window.alarms = []; window.asked = 0;
  const ask = window.fetch;
  window.fetch = async (url, options) => {
    if (!String(url).startsWith("/api/alarms")) return ask(url, options);
    window.asked += 1;
    return new Response(JSON.stringify({ clock: window.asked, alarms: window.alarms }), { status: 200 });
  };
}"""


def quiet(site: Site) -> Page:
    """A seat somebody works at, whose alarms and sounds are those of the test."""
    page = site.open("/seat")
    page.evaluate(STUB)
    page.mouse.click(5, 5)
    asked_again(page)
    return page


def asked_again(page: Page) -> None:
    """Let the screen ask for the alarms now, as it does every five seconds."""
    page.evaluate("async () => { await gridlinkSound.ask(); await gridlinkSound.ask(); }")


def set_alarms(page: Page, alarms: list[dict[str, object]], ahead_s: int = 0) -> None:
    page.evaluate("([rows, s]) => { window.alarms = rows; window.ahead += 1000 * s; }", [alarms, ahead_s])
    asked_again(page)


def test_an_alarm_sounds_once_and_a_call_for_help_every_half_minute_until_it_is_seen(site: Site) -> None:
    page = quiet(site)
    set_alarms(page, [{"id": "a", "sos": False}])
    assert page.evaluate("window.tones") == 2
    set_alarms(page, [{"id": "a", "sos": False}], 31)
    assert page.evaluate("window.tones") == 2
    set_alarms(page, [{"id": "s", "sos": True}])
    assert page.evaluate("window.tones") == 4
    set_alarms(page, [{"id": "s", "sos": True}], 31)
    assert page.evaluate("window.tones") == 6
    set_alarms(page, [], 31)
    assert page.evaluate("window.tones") == 6


def test_a_muted_screen_stays_silent_and_remembers_it(site: Site) -> None:
    page = quiet(site)
    page.locator("#frame-mute").click()
    set_alarms(page, [{"id": "a", "sos": True}])
    assert page.evaluate("window.tones") == 0
    page.reload()
    expect(page.locator("#frame-mute")).to_have_text("已静音")
