"""The one clock of a replay: true multiples of time, a range, keys, colours, and dots that wait for late data."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Site
from tests.browser.test_map import HEADS, MOMENT, SMALL, at, choices, errors, settled, told

MAPS = True
DAY = "/tracks?day=2026-01-05&workers=w01,w02&t=29000&speed=60"
HOUR = 3600
STATE = """() => { const { t, speed, range, loop, colour, playing } = gridlinkPlayback.state;
  return { t, speed, range, loop, colour, playing } }"""
LAYERS = "gridlinkMaps.maps.get('tracks-map').deck.layerManager.getLayers()"
FIRST_HEAD = f"{LAYERS}.find(l => l.id === 'heads').props.data[0]"
HAPPENED = f"{LAYERS}.find(l => l.id === 'happened').props.data.length"
SPEC = "gridlinkPlayback.state."
# A day is open, its story is here, and the clock stands between two moments of it.
OPENED = """([day, from, to]) => { const { spec, story, t } = gridlinkPlayback.state;
  return spec.day === day && story !== null && from <= t && t <= to }"""
FORGET = """slot => { for (const url of [...gridlinkTracks.chunks.keys()])
  if (url.includes(`/${slot}?`)) gridlinkTracks.chunks.delete(url) }"""
CHUNKS = "() => gridlinkTracks.chunks.size"
# Frames stop for 0.7 s while the clock runs; what counts is the clock's second against that of the frames.
BLOCKED = """() => new Promise(done => {
  const { state, play, pause, watch } = gridlinkPlayback, seen = [];
  watch({ time: () => {
    if (!state.playing || seen.length > 7) return;
    seen.push([document.timeline.currentTime / 1000, state.t]);
    if (seen.length === 4) { const end = performance.now() + 700; while (performance.now() < end); }
    if (seen.length === 8) setTimeout(() => { pause(); done(seen) });
  } });
  play() })"""


@pytest.fixture(scope="module")
def clock(site: Site) -> Page:
    """A replay of two workers, opened once; every test puts the clock where it needs it."""
    return told(site.look(DAY, "leader", SMALL))


def put(page: Page, **choices: Any) -> None:
    """Put the clock's own choices, as its controls do."""
    page.evaluate("choices => gridlinkPlayback.set(choices)", choices)


def pressed(page: Page, *keys: str) -> Any:
    """Press keys and return what the clock then is."""
    for key in keys:
        page.keyboard.press(key)
    return page.evaluate(STATE)


def test_the_range_is_reckoned_without_a_page(clock: Page) -> None:
    def ask(call: str) -> Any:
        return clock.evaluate(f"gridlinkRange.{call}")

    assert ask("advance(100, 50, null, false)") == {"t": 150, "end": False}
    assert ask("advance(100, 50, [0, 120], false)") == {"t": 120, "end": True}
    # 30 s beyond the end of a range of 100 s, and seven ranges and 30 s beyond it, are both 30 s after its start
    assert ask("advance(100, 50, [20, 120], true)") == {"t": 50, "end": False}
    assert ask("advance(100, 750, [20, 120], true)") == {"t": 50, "end": False}
    assert ask("advance(500, 1, [20, 120], true)") == {"t": 20, "end": False}
    assert ask("ordered(900, 300, [0, 86400])") == [300, 900]
    assert ask("ordered(-50, 5, [0, 86400])") == [0, 60]  # never shorter than a minute
    assert ask("ordered(null, 5, [0, 86400])") is None


def test_symbols_never_cover_each_other(clock: Page) -> None:
    groups = clock.evaluate("gridlinkRange.grouped([0, 5, 12, 30, 31, 90].map(x => ({ x })), 13, 25)")
    places = [group["x"] for group in groups]
    assert [(group["x"], len(group["of"])) for group in groups] == [(0, 3), (30, 2), (90, 1)]
    assert all(later - earlier > 13 for earlier, later in zip(places, places[1:], strict=False))


def test_speed_is_read_between_vertices_and_never_across_a_gap(clock: Page) -> None:
    # on the equator 0.001 degree is 111.2 m: in 100 s 1.11 m/s (4 km/h), in 10 s 11.1 m/s (40 km/h)
    chunk = (
        "{ path: [0, 0, 0.001, 0, 0.002, 0, 5, 0, 5, 0], time: [0, 100, 110, 500, 600], starts: [0, 3], n: 5, lat: 0 }"
    )
    paces = clock.evaluate(f"[...gridlinkColours.paces({chunk})]")
    assert paces == pytest.approx([1.112, 11.12, 11.12, 0, 0], abs=0.01)
    grades = clock.evaluate("[0.1, 1.2, 3, 10, 12].map(pace => gridlinkColours.grade(pace, [1, 6, 15, 40]))")
    assert grades == [0, 1, 2, 3, 4]
    assert clock.evaluate("gridlinkColours.classes([1, 6, 15, 40])") == ["< 1", "1–6", "6–15", "15–40", "≥ 40 km/h"]


@pytest.mark.parametrize("speed", [10, 60])
def test_a_screen_too_slow_for_frames_loses_no_time(clock: Page, speed: int) -> None:
    at(clock, "08:00")
    clock.evaluate("Promise.all([0, 1, 2, 3].map(k => gridlinkTracks.ready(28800 + 900 * k)))")
    put(clock, speed=speed, range=None, loop=False)
    seen = clock.evaluate(BLOCKED)
    (first, begun), (last, ended) = seen[0], seen[-1]
    assert last - first > 0.7
    assert ended - begun == pytest.approx((last - first) * speed, rel=0.01)


def test_the_clock_loops_inside_its_range_and_a_reload_brings_the_range_back(clock: Page) -> None:
    page = clock
    at(page, "08:10")
    page.keyboard.press("a")
    at(page, "08:20")
    state = pressed(page, "b", "l")
    assert (state["range"], state["loop"]) == ([29400, 30000], True)
    assert pressed(page, "Home")["t"] == 29400 and pressed(page, "End")["t"] == 30000
    put(page, speed=900)
    page.keyboard.press("Space")
    page.wait_for_function("() => gridlinkPlayback.state.t < 29900")
    assert 29400 <= pressed(page, "Space")["t"] < 30000
    page.wait_for_function("() => location.search.includes('loop=1')")
    assert {name: choices(page)[name] for name in ("a", "b", "loop")} == {"a": "29400", "b": "30000", "loop": "1"}
    page.reload()
    told(page)
    assert page.evaluate(STATE)["range"] == [29400, 30000] and page.evaluate(STATE)["loop"]
    page.click("[data-act=clear]")
    page.wait_for_function("() => !location.search.includes('a=')")
    assert page.evaluate(STATE)["range"] is None
    put(page, loop=False)


def test_a_range_is_drawn_on_the_strip(clock: Page) -> None:
    box = clock.locator("#strip-box").bounding_box()
    assert box
    x = [box["x"] + share * box["width"] for share in (0.4, 0.6)]
    clock.keyboard.down("Shift")
    clock.mouse.move(x[0], box["y"] + 20)
    clock.mouse.down()
    clock.mouse.move(x[1], box["y"] + 20)
    clock.mouse.up()
    clock.keyboard.up("Shift")
    a, b = clock.evaluate(STATE)["range"]
    edge = clock.locator("#strip-box [data-edge='1']").bounding_box()
    assert edge and abs(edge["x"] + edge["width"] / 2 - x[1]) < 8
    clock.mouse.move(edge["x"] + edge["width"] / 2, box["y"] + 40)
    clock.mouse.down()
    clock.mouse.move(x[1] + 60, box["y"] + 40)
    clock.mouse.up()
    moved = clock.evaluate(STATE)["range"]
    assert b > a and moved[0] == a and moved[1] > b
    assert pressed(clock, "x")["range"] is None


def test_keys_step_from_fix_to_fix_and_from_event_to_event(clock: Page) -> None:
    at(clock, "08:10")
    times = sorted(set(clock.evaluate("[...gridlinkPlayback.state.story.columns.getTimestamps.value]")))
    later = next(t for t in times if t > 29400.5)
    assert pressed(clock, ".")["t"] == later
    assert pressed(clock, ",")["t"] == max(t for t in times if t < later - 0.5)
    events = clock.evaluate("gridlinkPlayback.state.story.events.map(e => e.at)")
    at(clock, "08:10")
    assert pressed(clock, "ArrowDown")["t"] == next(t for t in events if t > 29400.5)


def test_a_question_mark_lists_the_keys_and_so_does_a_button(clock: Page) -> None:
    for opened in (lambda: clock.keyboard.press("?"), lambda: clock.click("[data-act=help]")):
        opened()
        card = clock.locator(".key-help")
        assert "Home" in card.inner_text() and "跟随" in card.inner_text()
        clock.keyboard.press("Escape")
        card.wait_for(state="detached")


def test_tracks_are_coloured_by_speed_with_a_legend_and_nothing_is_fetched_for_it(clock: Page) -> None:
    at(clock, "08:20")
    asked: list[str] = []
    clock.on("request", lambda request: asked.append(request.url))
    clock.click("[data-colour=speed]")
    clock.wait_for_function("() => location.search.includes('colour=speed')")
    settled(clock)
    assert clock.locator("#tracks-legend").inner_text().split() == ["<", "1", "1–6", "6–15", "15–40", "≥", "40", "km/h"]
    assert [url for url in asked if "/api/chunks" in url or "/api/story" in url] == []
    clock.click("[data-colour=worker]")
    assert clock.locator("#tracks-legend").inner_text() == ""
    assert errors(clock) == []


def test_the_map_follows_whom_the_operator_clicks(clock: Page) -> None:
    at(clock, "08:20")
    clock.locator("#strip-box [data-lane=w02]").click()
    clock.wait_for_function("() => location.search.includes('follow=w02')")
    assert clock.locator("[data-count=follow]").inner_text() == "B"
    middle = """() => { const m = gridlinkMaps.maps.get('tracks-map'), [v] = Object.values(m.states);
      const row = m.deck.layerManager.getLayers().find(l => l.id === 'heads').props.data.find(r => r.letter === 'B');
      return row && Math.hypot(row.p[0] - v.longitude, row.p[1] - v.latitude) < 1e-6 }"""
    clock.wait_for_function(middle)
    at(clock, "09:10")
    clock.wait_for_function(middle)
    clock.locator("#strip-box [data-lane=w02]").click()
    clock.wait_for_function("() => !location.search.includes('follow')")


def test_a_dot_whose_piece_of_track_is_late_waits_where_it_was_and_so_does_the_clock(clock: Page) -> None:
    page = clock
    at(page, "08:58")
    kept: list[Route] = []
    page.route("**/api/chunks/2026-01-05/36?*", lambda route: kept.append(route))  # 09:00 to 09:15
    page.evaluate(FORGET, 36)
    put(page, speed=300)
    page.keyboard.press("Space")
    page.wait_for_function("() => gridlinkPlayback.state.t > 32370")
    page.wait_for_function(
        "() => gridlinkPlayback.state.playing && window.held === (window.held = gridlinkPlayback.state.t)"
    )
    waiting = page.evaluate(STATE)
    assert waiting["playing"] and waiting["t"] < 9 * HOUR
    page.keyboard.press("Space")
    page.evaluate("gridlinkPlayback.seek(9 * 3600 + 300)")
    page.wait_for_function(f"() => {FIRST_HEAD} && {FIRST_HEAD}.words.includes('等待数据')")
    assert page.evaluate(HEADS) == ["A"]  # B is silent until 09:05 and A waits
    page.locator(".strip-late").wait_for()  # told when it lasts, not at every flicker
    for route in kept:
        route.continue_()
    settled(page)
    page.locator(".strip-late").wait_for(state="hidden")
    page.wait_for_function(f"t => {FIRST_HEAD} && {FIRST_HEAD}.t === t", arg=9 * HOUR + 300)
    page.unroute_all()


# Every step of the chunks that are here: of the chunk itself, and of the pieces it is cut into.
STEPS = """() => {
  const steps = ({ starts, n, path, time, owners }) => [...starts].flatMap((start, k) => {
    const end = k + 1 < starts.length ? starts[k + 1] : n, out = [];
    for (let i = start; i + 1 < end; i++) {
      out.push([owners[k], time[i], time[i + 1], ...path.slice(2 * i, 2 * i + 4)].join());
    }
    return out;
  });
  const here = [...gridlinkTracks.chunks.values()].filter((chunk) => chunk.state === 'here');
  return [here.flatMap(steps), here.flatMap((chunk) => gridlinkSlices.cut(chunk)).flatMap(steps)];
}"""


def test_a_piece_of_track_is_asked_for_once(site: Site) -> None:
    page = site.open(DAY, "leader", SMALL)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/chunks/" in request.url else None)
    told(page)
    for clock in ("08:20", "08:50", "08:20", "08:50", "08:10"):
        at(page, clock)
    page.click("#frame-theme")
    page.wait_for_function("() => gridlinkPlayback.state.spec.theme === 'light'")
    settled(page)
    # from 24 minutes of tail before 08:03:20 up to 08:50: the quarter hours from 07:30 to 09:00, each once
    assert sorted(int(url.split("?")[0].rsplit("/", 1)[1]) for url in asked) == [30, 31, 32, 33, 34, 35]
    assert page.evaluate(CHUNKS) == 6
    drawn = page.evaluate(f"{LAYERS}.filter(l => l.id.startsWith('trips-')).length")
    assert 0 < drawn <= 7  # pieces of five minutes: those the tail of 24 minutes holds, and one with a longer step


def test_the_pieces_of_a_chunk_hold_each_of_its_steps_once(clock: Page) -> None:
    at(clock, "08:50")
    whole, pieces = clock.evaluate(STEPS)
    assert len(whole) > 20
    assert sorted(pieces) == sorted(whole)


def test_an_incident_opens_the_clock_at_its_report_with_two_hours_around_it(site: Site) -> None:
    page = site.open("/incidents?state=all&day=2026-01-05&incident=E025", "leader", SMALL)
    way = page.locator(".steps .around")
    assert "2" in way.inner_text()
    way.click()
    page.wait_for_selector("#people-form")
    assert "E025" in page.input_value("input#people-reason")
    page.click("#people-look")
    page.wait_for_function("() => window.gridlinkPlayback && gridlinkPlayback.state.story !== null", timeout=30000)
    report = 8 * HOUR + 50 * 60
    state = page.evaluate(STATE)
    assert (state["t"], state["range"]) == (report, [report - 2 * HOUR, report + 2 * HOUR])
    page.wait_for_function(MOMENT, arg=str(report))
    assert "E025" in page.locator("#people-noted").inner_text() and "留痕" in page.locator("#people-noted").inner_text()


def test_a_poor_fix_is_pale_with_a_ring_and_a_good_one_is_not(clock: Page) -> None:
    # 1 degree in 100 s on the equator, from a fix of 100 m to one of 25 m and on to another of 25 m
    chunk = """{ path: [0, 0, 1, 0, 2, 0], time: [0, 100, 200], starts: [0], owners: ['w09'], n: 3, lat: 0,
      accuracy: [100, 25, 25], header: { origin: [0, 0] } }"""
    dots = clock.evaluate(f"""() => {{ const S = gridlinkPlayback.state;
      return [0, 50, 100, 150].map(t => {{
        const found = gridlinkTracks.heads(t, {{ chunk: {chunk}, shift: 0 }});
        const [dot] = gridlinkTracks.people(S, {{ found, late: false }});
        return {{ x: dot.p[0], ring: dot.ring, alpha: dot.colour[3], words: dot.words }} }}) }}""")
    assert [dot["x"] for dot in dots] == [0, 0.5, 1, 1.5]
    # on the way from the poor fix to the good one it is as poor as the worse
    assert [dot["ring"] for dot in dots] == [100, 100, 0, 0]
    # poor is worse than 50 m: half of it is left at 100 m
    assert [dot["alpha"] for dot in dots] == [128, 128, 255, 255]
    assert "100 m" in dots[0]["words"] and "25 m" in dots[2]["words"]


def test_the_clock_runs_back_over_midnight_and_on_into_the_day_again(live: Site) -> None:
    page = told(live.open("/tracks", "leader", SMALL))
    today, yesterday, length = page.evaluate("[S.spec.day, S.spec.before, S.spec.before_s]".replace("S.", SPEC))
    assert yesterday and length == 24 * HOUR
    put(page, range=[-600, 600], speed=60)
    page.evaluate("gridlinkPlayback.seek(-30)")
    page.wait_for_function(OPENED, arg=[yesterday, length - 30, length - 30])
    assert page.evaluate(STATE)["range"] == [length - 600, length + 600]
    page.evaluate("gridlinkPlayback.play()")
    page.wait_for_function(OPENED, arg=[today, 0, 600])
    page.evaluate("gridlinkPlayback.pause()")
    assert page.evaluate(STATE)["range"] == [-600, 600]
    page.wait_for_function("day => location.search.includes(`day=${day}`)", arg=today)
    assert errors(page) == []


def test_who_was_near_an_incident_is_listed_with_distance_and_time_and_a_click_chooses(site: Site) -> None:
    page = told(site.open("/tracks?incident=E001", "leader", SMALL))
    near = page.locator("#people-near .person")
    near.first.wait_for()
    people = page.evaluate("gridlinkPlayback.state.story.incident.people")
    assert near.count() == len(people) > 0
    assert "陈一" in near.first.inner_text() and re.search(r"\d m · 0[678]:\d\d", near.first.inner_text())
    # whoever was nearest is chosen from the start, and is let go by a click
    page.wait_for_selector("#people-near [data-worker=w01][aria-pressed=true]")
    near.first.click()
    page.wait_for_selector("#people-near [data-worker=w01][aria-pressed=false]")
    page.locator("#people-near [data-worker=w01]").click()
    page.wait_for_selector("#people-near [data-worker=w01][aria-pressed=true]")
    assert "w01" in choices(page)["workers"].split(",")


def test_what_happened_at_key_areas_is_on_the_map_from_its_moment_on(clock: Page) -> None:
    page = clock
    moments = page.evaluate(f"{SPEC}story.happened.map(row => row.at)")
    first = min(moments)
    page.evaluate("t => gridlinkPlayback.seek(t)", first - 1)
    settled(page)
    assert page.evaluate(HAPPENED) == 0
    page.evaluate("t => gridlinkPlayback.seek(t)", first)
    settled(page)
    assert page.evaluate(HAPPENED) == moments.count(first)
    page.click("[data-show=incidents]")
    page.wait_for_function(f"() => {HAPPENED} === 0")
    assert errors(page) == []
