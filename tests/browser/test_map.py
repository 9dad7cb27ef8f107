"""The map and the replay in a browser: drawn in both views, picked rightly, moved by its own clock."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request

from tests.browser.conftest import Site

MAPS = True
SMALL = (1000, 680)
DRAWN = """id => { const m = window.gridlinkMaps && gridlinkMaps.maps.get(id);
  const layers = m && m.deck.layerManager ? m.deck.layerManager.getLayers() : [];
  return m && m.frames > 2 && layers.length > 3 && layers.every(l => l.isLoaded) }"""
ARRIVED = "async () => { await gridlinkTracks.ready(gridlinkPlayback.state.t); gridlinkPlayback.show() }"
SETTLED = "() => gridlinkMaps.maps.get('tracks-map').deck.layerManager.getLayers().every(l => l.isLoaded)"
# What was given to a map is taken up by its next turn, which is over after two frames.
TURNED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
REDRAW = "id => { const m = gridlinkMaps.maps.get(id); window.seen = m.frames; m.deck.redraw('test') }"
REDRAWN = "id => gridlinkMaps.maps.get(id).frames > window.seen"
ANSWERED = "() => document.querySelectorAll('#people-body > *').length > 0"
TOLD = "() => window.gridlinkPlayback && gridlinkPlayback.state.story !== null"
HEADS = """() => gridlinkMaps.maps.get('tracks-map').deck.layerManager.getLayers()
  .find(l => l.id === 'heads').props.data.map(r => r.letter)"""
STATE = "() => { const s = gridlinkPlayback.state; return { t: s.t, speed: s.speed, day: s.spec.day } }"
PRESSED = "n => document.querySelectorAll('.person[aria-pressed=true]').length === n"
MOMENT = "t => new URLSearchParams(location.search).get('t') === t"
TOWN = """() => { const { longitude, latitude, zoom } = gridlinkMaps.maps.get('map').states.town;
  return { longitude, latitude, zoom } }"""
VIEWS = "() => gridlinkMaps.maps.get('map').deck.getViewports().map(v => [v.id, v.width > 100, v.height > 100])"


def drawn(page: Page, name: str = "map") -> Page:
    page.wait_for_function(DRAWN, arg=name, timeout=60000)
    return page


def told(page: Page) -> Page:
    """Give the reason a replay asks for and wait until its day is drawn."""
    page.wait_for_function(ANSWERED, timeout=30000)
    if page.locator("#people-form:not(.given)").count():
        page.fill("input#people-reason", "case E025")
        page.click("#people-look")
    page.wait_for_function(TOLD, timeout=30000)
    return drawn(page, "tracks-map")


@pytest.fixture(scope="module")
def shy(site: Site) -> tuple[Page, int, int]:
    """A page of the sample day before a reason was given: people and pieces of track it showed."""
    page = site.look("/tracks?day=2026-01-05&workers=w01,w02&t=30000&speed=60", "leader", SMALL)
    page.locator("#people-body", has_text="理由").wait_for()
    return page, page.locator(".person").count(), page.evaluate("[...gridlinkTracks.chunks.keys()].length")


@pytest.fixture(scope="module")
def day(shy: tuple[Page, int, int]) -> Page:
    """The replay of two workers' day, opened once: every test begins by moving its clock."""
    return told(shy[0])


def at(page: Page, clock: str) -> None:
    """Move the clock to hh:mm and let the frame be drawn."""
    hour, minute = clock.split(":")
    page.evaluate(f"gridlinkPlayback.seek({int(hour) * 3600 + int(minute) * 60})")
    settled(page)


def settled(page: Page) -> None:
    """Wait until every piece of track the moment needs is decoded, shown and drawn."""
    page.evaluate(ARRIVED)
    page.wait_for_function(SETTLED)
    redrawn(page, "tracks-map")


def redrawn(page: Page, name: str) -> None:
    """Let one more frame of a map be drawn."""
    page.evaluate(TURNED)
    page.evaluate(REDRAW, name)
    page.wait_for_function(REDRAWN, arg=name)


def picture(page: Page) -> bytes:
    return page.locator("#tracks-map canvas").first.screenshot()


def choices(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def errors(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.gridlinkErrors")
    return found


def test_the_map_is_drawn_in_both_views(live: Site) -> None:
    page = drawn(live.look(size=SMALL))
    views = page.evaluate(VIEWS)
    assert sorted(view[0] for view in views) == ["city", "town"] and all(all(view[1:]) for view in views)
    shown = page.evaluate("gridlinkMaps.maps.get('map').deck.layerManager.getLayers().map(l => l.id)")
    for view in ("city", "town"):
        assert {f"{view}-land", f"{view}-areas", f"{view}-incidents", f"{view}-labels", f"{view}-heat"} <= set(shown)
    redrawn(page, "map")
    both = page.locator("#map canvas").first
    box = both.bounding_box()
    assert box and len(both.screenshot()) > 20_000  # an empty canvas of this size is far smaller
    assert errors(page) == []


def test_a_click_picks_the_grid_under_it_in_either_view(live: Site) -> None:
    page = drawn(live.look(size=SMALL))
    for view in ("city", "town"):
        picked = page.evaluate(
            """view => { const m = gridlinkMaps.maps.get('map'), v = m.deck.getViewports().find(v => v.id === view);
            const rows = m.deck.layerManager.getLayers().find(l => l.id === view + '-areas').props.data;
            const out = [];
            for (const row of rows) {
              const p = row.polygon.positions; let x = 0, y = 0, n = p.length / 2 - 1;
              for (let i = 0; i < n; i++) { x += p[2 * i] / n; y += p[2 * i + 1] / n; }
              const [px, py] = v.project([x, y]);
              if (px < 5 || py < 5 || px > v.width - 5 || py > v.height - 5) continue;
              const found = m.deck.pickObject({ x: px + v.x, y: py + v.y, radius: 1, layerIds: [view + '-areas'] });
              out.push([row.id, found && found.object.id, found && found.viewport.id]);
            } return out }""",
            view,
        )
        # the middle of the corners of a bent grid may lie in its neighbour; most do not
        assert len(picked) >= 3
        assert sum(asked == got for asked, got, _ in picked) >= 0.8 * len(picked)
        assert {seen for _, _, seen in picked if seen} == {view}


def test_a_refresh_never_moves_what_the_operator_looks_at(live: Site) -> None:
    page = drawn(live.look(size=SMALL))
    before = page.evaluate(TOWN)
    moved = "gridlinkMaps.look(gridlinkMaps.maps.get('map'), 'town', { longitude: 119.2, latitude: 32, zoom: 13 })"
    page.evaluate(moved)
    page.evaluate("() => { window.former = gridlinkMaps.maps.get('map').spec }")
    page.evaluate("dash_clientside.set_props('view', { data: { ...gridlink.view(), version: 'another' } })")
    page.wait_for_function("() => gridlinkMaps.maps.get('map').spec !== window.former")
    redrawn(drawn(page), "map")
    assert page.evaluate(TOWN) == {"longitude": 119.2, "latitude": 32, "zoom": 13}
    page.evaluate("at => gridlinkMaps.look(gridlinkMaps.maps.get('map'), 'town', at)", before)


def test_a_lost_graphics_context_is_drawn_anew(live: Site) -> None:
    page = drawn(live.look(size=SMALL))
    page.evaluate("() => { window.lost = gridlinkDeck }")
    page.evaluate("gridlinkDeck.device.gl.getExtension('WEBGL_lose_context').loseContext()")
    page.wait_for_function("() => window.gridlinkDeck !== window.lost", timeout=20000)
    drawn(page)
    live.faults[:] = [fault for fault in live.faults if "context" not in fault.lower()]


def test_the_bundle_is_the_one_inside_the_installed_wheel(live: Site) -> None:
    page = drawn(live.look(size=SMALL))
    assert page.evaluate("deck.VERSION") == "9.3.6"
    scripts = page.evaluate("[...document.scripts].map(s => s.src).filter(Boolean)")
    assert any("/api/vendor/deck-0.9.3.js" in address for address in scripts)


def test_nobody_is_shown_before_a_reason_is_given(shy: tuple[Page, int, int]) -> None:
    _, people, chunks = shy
    assert (people, chunks) == (0, 0)


def test_the_clock_shows_the_time_of_the_city(day: Page) -> None:
    at(day, "08:20")
    assert day.locator(".strip-clock").inner_text() == "08:20:00"


def test_two_moments_differ_and_the_same_moment_is_the_same_picture(day: Page) -> None:
    at(day, "08:10")
    first = picture(day)
    at(day, "09:20")
    second = picture(day)
    at(day, "08:10")
    assert first != second
    assert picture(day) == first
    assert errors(day) == []


def test_a_worker_is_nowhere_during_a_silence_and_back_after_it(day: Page) -> None:
    seen = {}
    for clock in ("08:20", "08:45", "09:10"):
        at(day, clock)
        seen[clock] = sorted(day.evaluate(HEADS))
    assert seen == {"08:20": ["A", "B"], "08:45": ["A"], "09:10": ["A", "B"]}


def test_the_clock_runs_without_the_server_and_is_told_when_it_stops(day: Page) -> None:
    day.evaluate("gridlinkPlayback.seek(29000)")
    day.wait_for_function(MOMENT, arg="29000")
    settled(day)
    asked: list[str] = []
    day.on("request", lambda request: asked.append(path(request)))
    day.click("[data-act=play]")
    day.wait_for_function("() => gridlinkPlayback.state.t > 29060", timeout=30000)
    running, while_running = choices(day)["t"], list(asked)
    day.keyboard.press("Space")
    day.wait_for_function("() => new URLSearchParams(location.search).get('t') !== '29000'")
    stopped = day.evaluate("gridlinkPlayback.state.t")
    assert running == "29000" and choices(day)["t"] == str(round(stopped))
    # pieces of track near the clock, pictures of buttons, that somebody is here, and the screen's own question for news
    assert [one for one in while_running if not one.startswith(("/api/chunks/", "/assets/", "/alive", "tick"))] == []


def path(request: Request) -> str:
    return "tick" if "tick.n_intervals" in (request.post_data or "") else urlsplit(request.url).path


def test_keys_move_the_clock(day: Page) -> None:
    day.evaluate("gridlinkPlayback.seek(30000)")
    moments = []
    for key in ("ArrowRight", "Shift+ArrowRight", "ArrowLeft", "Home", "End"):
        day.keyboard.press(key)
        moments.append(day.evaluate("gridlinkPlayback.state.t"))
    span = day.evaluate("gridlinkPlayback.state.story.span")
    assert moments == [30060, 30960, 30900, span[0], span[1] - 1]
    day.keyboard.press("+")
    assert day.locator("[data-speed][aria-pressed=true]").inner_text() == "300×"
    day.keyboard.press("-")
    assert day.locator("[data-speed][aria-pressed=true]").inner_text() == "60×"


def test_the_strip_is_a_way_to_any_moment(day: Page) -> None:
    box = day.locator("#strip-box").bounding_box()
    assert box and day.locator("#strip-box .gap-box").count() == 1
    day.mouse.click(box["x"] + box["width"] - 20, box["y"] + 20)
    last = day.evaluate("[gridlinkPlayback.state.t, gridlinkPlayback.state.story.span[1]]")
    assert last[1] - 120 < last[0] < last[1]


def test_the_course_of_the_day_is_a_list_of_moments(day: Page) -> None:
    silence = day.locator("#course-body .event", has_text="无定位 35 分")
    silence.click()
    assert day.locator(".strip-clock").inner_text() == "08:30:00"
    # the list marks the moment: one line of it, and of two events at once the first
    now = day.locator("#course-body [aria-current]")
    assert now.count() == 1 and now.get_attribute("data-at") == silence.get_attribute("data-at") == str(8 * 3600 + 1800)


def test_four_at_once_and_no_more_and_a_reload_brings_them_back(site: Site) -> None:
    page = told(site.open("/tracks?day=2026-01-05&t=30000&speed=300", size=SMALL))
    for number in range(4):
        page.locator(".person[aria-pressed=false]").first.click()
        page.wait_for_function(PRESSED, arg=number + 1)
    assert choices(page)["workers"].split(",") == ["w01", "w02", "w03", "w04"]
    letters = page.locator(".person .letter")
    assert letters.all_inner_texts() == ["A", "B", "C", "D"]
    page.locator(".strip-clock").click()  # away from the buttons, whose keys are their own
    page.keyboard.press("ArrowRight")
    page.wait_for_function(MOMENT, arg="30060")
    page.reload()
    page.wait_for_function(TOLD, timeout=30000)
    assert page.evaluate(STATE) == {"t": 30060, "speed": 300, "day": "2026-01-05"}
    page.wait_for_function(PRESSED, arg=4)
    assert letters.all_inner_texts() == ["A", "B", "C", "D"]
