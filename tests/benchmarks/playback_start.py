"""From choosing a county day to its first moving frame, drawing left out: the server's warm answers and decoding them.

The server answers the story and the chunks the clock's tail reaches into, compressed, as a browser asks; the browser
unpacks and decodes the same bytes. Both parts are added up; the bar is one second.
"""

from __future__ import annotations

import sys
from time import perf_counter

from playwright.sync_api import Route, sync_playwright

from tests.benchmarks import Bench
from tests.benchmarks.playback_frames import ASSETS, BUNDLE, HERE, PAGE, SCRIPTS
from tests.benchmarks.playback_wire import FIRST, chunk, client, story
from tests.browser.conftest import CHROMIUM, FLAGS

SLOTS = (38, 39, 40)  # ten o'clock, with the tail behind it
STORY = f"/api/story/{FIRST}?w=1200&h=700&em=13"
DECODE = """async (slots) => {
  window.gridlinkMaps = { unpack: gridlinkWire.unpack };
  const buffers = [];
  for (const slot of slots) buffers.push(await (await fetch(`/chunk/${slot}`)).arrayBuffer());
  const story = await (await fetch('/story')).arrayBuffer();
  const begun = performance.now();
  gridlinkWire.unpack(story);
  const chunks = buffers.map((buffer) => gridlinkChunks.decode(buffer));
  chunks.forEach((one, at) => gridlinkSlices.cut({ ...one, id: at }));
  return (performance.now() - begun) / 1000;
}"""


def served() -> float:
    """Return the seconds of the server's warm answers."""
    asking = client()
    for _ in range(2):
        start = perf_counter()
        story(asking)
        for slot in SLOTS:
            chunk(asking, slot)
    return perf_counter() - start


def decoded() -> float:
    """Return the seconds a browser takes to unpack and decode them, once its code is compiled."""
    asking = client()
    bodies = {f"chunk/{slot}": asking.get(f"/api/chunks/{FIRST}/{slot}").get_data() for slot in SLOTS}
    bodies["story"] = asking.get(STORY).get_data()

    def answer(route: Route) -> None:
        body = bodies.get(route.request.url.removeprefix(HERE))
        route.fulfill(body=PAGE, content_type="text/html") if body is None else route.fulfill(body=body)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.route("**/*", answer)
        page.goto(HERE)
        page.add_script_tag(path=BUNDLE)
        for name in SCRIPTS:
            page.add_script_tag(path=str(ASSETS / name))
        page.evaluate(DECODE, SLOTS)
        took = float(page.evaluate(DECODE, SLOTS))
        browser.close()
    return took


def ours() -> float:
    """Return both parts."""
    parts = served(), decoded()
    print(f"server {parts[0]:.3f} s, decoding {parts[1]:.3f} s", file=sys.stderr)
    return sum(parts)


NOTE = "2,000 workers at ten o'clock: warm answers of story and three chunks, unpacked and decoded; the bar is 1 s"
BENCH = Bench("playback_start", ours, lambda: 1.0, 1.0, NOTE)
