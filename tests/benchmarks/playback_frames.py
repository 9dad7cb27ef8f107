"""Frames of playback under software GL: a layer for each piece of track near the clock, against one layer of the day.

Both draw the same county day from the same bytes with the product's own decoding, at the same moments and size, in one
browser after the other; reading one pixel back makes each frame wait until it is really drawn.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Page, Route, sync_playwright

from tests.benchmarks import Bench
from tests.benchmarks.playback_wire import FIRST, SLOTS, client
from tests.browser.conftest import CHROMIUM, FLAGS

TIMES, SECONDS, SLOWEST_S = 10.0, 8.0, 600.0
ASSETS = Path(__file__).parents[2] / "dashboard" / "assets"
BUNDLE = str(files("pydeck").joinpath("nbextension/static/index.js"))
SCRIPTS = ("38-wire.js", "39-lean.js", "51-chunks.js", "51-slices.js")
PAGE = "<!doctype html><body style='margin:0'><canvas id=c width=640 height=360></canvas>"
HERE = "http://127.0.0.1/"
DECODE = """async slots => {
  window.gridlinkMaps = { unpack: gridlinkWire.unpack };
  window.decoded = [];
  for (let slot = 0; slot < slots; slot++) {
    const chunk = gridlinkChunks.decode(await (await fetch(`/chunk/${slot}`)).arrayBuffer());
    if (chunk.starts.length) decoded.push(chunk);
  }
  return decoded.length;
}"""
MEASURE = """async ({ single, seconds, slowest }) => {
  const TRAIL = 1440, [lon, lat] = decoded[0].header.origin;
  const trips = (id, origin, starts, path, time) => new deck.TripsLayer({ id, coordinateSystem: 'lnglat-offsets',
    coordinateOrigin: origin, positionFormat: 'XY', _pathType: 'open', trailLength: TRAIL, widthMinPixels: 2,
    getColor: [0, 230, 255], data: { length: starts.length, startIndices: starts,
      attributes: { getPath: { value: path, size: 2 }, getTimestamps: { value: time, size: 1 } } } });
  function whole() {
    const n = decoded.reduce((sum, chunk) => sum + chunk.n, 0), starts = [];
    const path = new Float32Array(2 * n), time = new Float32Array(n);
    let at = 0;
    for (const chunk of decoded) {
      const [x, y] = chunk.header.origin;
      for (let i = 0; i < chunk.n; i++) {
        path[2 * (at + i)] = chunk.path[2 * i] + x - lon;
        path[2 * (at + i) + 1] = chunk.path[2 * i + 1] + y - lat;
      }
      time.set(chunk.time, at);
      chunk.starts.forEach((start) => starts.push(at + start));
      at += chunk.n;
    }
    return [{ from: 0, to: 1e9, layer: trips('day', [lon, lat], new Uint32Array(starts), path, time) }];
  }
  const cut = (chunk) => gridlinkSlices.cut({ ...chunk, id: chunk.header.slot });
  const pieces = single ? whole() : decoded.flatMap(cut).map((piece) => ({
    ...piece, layer: trips(piece.id, piece.header.origin, piece.starts, piece.path, piece.time) }));
  const drawn = (t) => pieces.filter(({ from, to }) => from <= t && to >= t - TRAIL)
    .map(({ layer }) => layer.clone({ currentTime: t }));
  let frames = 0, begun = 0, over = false;
  const opened = performance.now();
  return await new Promise((done) => {
    const map = new deck.Deck({ canvas: 'c', width: 640, height: 360, views: new deck.MapView(), layers: [],
      initialViewState: { longitude: lon, latitude: lat, zoom: 10 },
      onAfterRender: ({ gl }) => {
        if (!map.props.layers.length || !map.layerManager.getLayers().every((layer) => layer.isLoaded)) return;
        gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
        if (!begun) { begun = performance.now(); return; }
        frames += 1;
        const passed = (performance.now() - begun) / 1000;
        if (passed >= seconds) { over = true; done(passed / frames); }
      } });
    const tick = () => {
      const now = performance.now();
      if ((now - opened) / 1000 > slowest && !frames) { over = true; done(slowest); }
      if (over) return;
      map.setProps({ layers: drawn(36000 + 0.06 * (begun ? now - begun : 0)) });
      requestAnimationFrame(tick);
    };
    tick();
  });
}"""


@cache
def chunks() -> list[bytes]:
    """Return the day's chunks as a browser has them unpacked."""
    asking = client()
    return [asking.get(f"/api/chunks/{FIRST}/{slot}").get_data() for slot in range(SLOTS)]


def _answer(route: Route) -> None:
    name = route.request.url.removeprefix(HERE)
    if name.startswith("chunk/"):
        route.fulfill(body=chunks()[int(name.removeprefix("chunk/"))])
    else:
        route.fulfill(body=PAGE, content_type="text/html")


def _opened(page: Page) -> None:
    page.route("**/*", _answer)
    page.goto(HERE)
    page.add_script_tag(path=BUNDLE)
    for name in SCRIPTS:
        page.add_script_tag(path=str(ASSETS / name))
    page.evaluate(DECODE, SLOTS)


def frame(single: bool) -> float:
    """Return the seconds a frame takes over 8 s of playback, or over one frame if that takes longer."""
    chunks()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 640, "height": 360})
        _opened(page)
        took = page.evaluate(MEASURE, {"single": single, "seconds": SECONDS, "slowest": SLOWEST_S})
        browser.close()
    return float(took)


def ours() -> float:
    """Seconds a frame, drawing the pieces of the chunks the tail reaches into."""
    return frame(single=False)


def baseline() -> float:
    """Seconds a frame of one layer that holds the day."""
    return frame(single=True)


BENCH = Bench(
    "playback_frames",
    ours,
    baseline,
    TIMES,
    "2,000 workers, 1.7 million vertices, 640x360, software GL: seconds a frame over 8 s of playback, against a single "
    "TripsLayer that holds the day; the first frame of both is not counted",
)
