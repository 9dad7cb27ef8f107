/* One Deck per map, fed by the JSON that dashboard/deck.py makes; 38-wire.js fetches the data beside it. The first picture
   waits for its data, since every picture costs as much as the last. A refresh never moves the viewport. */
(function () {
  "use strict";
  const { binary, filled, rows, forget } = window.gridlinkWire;
  /* Where a layer's name says so it is asked for only once the map is looked at from that close: buildings from 120
     pixels per km, cameras with what they see from about 200. */
  const CLOSE = { near: 13, block: 14 };
  const NEAR_MARGIN = 0.1;
  const PATIENCE_MS = 1500;
  const maps = new Map();
  const errors = (window.gridlinkErrors = window.gridlinkErrors || []);

  function boxes(map) {
    const { width, height } = map.element.getBoundingClientRect();
    const names = Object.keys(map.spec.bounds);
    if (names.length === 1) return { [names[0]]: { x: 0, y: 0, width, height } };
    const [w, s, e, n] = map.spec.bounds.city;
    const portrait = (n - s) / ((e - w) * Math.cos(((n + s) / 2) * Math.PI / 180));
    const gap = 8 * window.gridlink.unit();
    const inset = map.spec.inset || { top: 0, bottom: 0 };
    if (width / height < 0.9) {
      const upper = Math.round(height * 0.5);
      return { city: { x: 0, y: 0, width, height: upper }, town: { x: 0, y: upper + gap, width, height: height - upper - gap } };
    }
    const left = Math.round(Math.min(Math.max(height / portrait, width * 0.3), width * 0.5));
    return {
      city: { x: 0, y: 0, width: left, height },
      town: { x: left + gap, y: inset.top, width: width - left - gap, height: height - inset.top - inset.bottom },
    };
  }

  function fitted(bounds, box) {
    const [w, s, e, n] = bounds;
    const view = new deck.WebMercatorViewport({ width: Math.max(box.width, 10), height: Math.max(box.height, 10) });
    const { longitude, latitude, zoom } = view.fitBounds([[w, s], [e, n]], { padding: 0 });
    return { longitude, latitude, zoom, minZoom: zoom - 1.5, maxZoom: 19, pitch: 0, bearing: 0 };
  }

  const boundsOf = (map, id) => (map.focus && map.focus[id]) || map.spec.bounds[id];

  /* Look at other bounds than the spec's: by an act of the operator only. */
  function focus(map, id, bounds) {
    map.focus = bounds ? { [id]: bounds } : null;
    look(map, id, fitted(boundsOf(map, id), map.boxes[id]));
  }

  function look(map, id, state) {
    moved(map, { ...map.states, [id]: { ...map.states[id], ...state } });
  }

  /* Looking from closer or further than ever before asks for what was left out until now. */
  function moved(map, states) {
    map.states = states;
    map.deck.setProps({ viewState: map.states });
    furnish(map);
    if (!map.made) return;
    const known = reach(map);
    map.wide = map.wide || Object.keys(map.near).some((id) => !within(inSight(map, id, 0), map.near[id]));
    Object.values(map.states).forEach((state) => { map.closest = Math.max(map.closest, state.zoom); });
    if (reach(map) !== known) draw(map);
  }

  function reach(map) {
    return [map.wide, ...Object.values(CLOSE).map((zoom) => map.closest >= zoom)].join();
  }

  const within = (inner, outer) => inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];

  function inSight(map, id, margin) {
    const [w, s, e, n] = new deck.WebMercatorViewport({ ...map.states[id], width: map.boxes[id].width, height: map.boxes[id].height }).getBounds();
    const x = (e - w) * margin, y = (n - s) * margin;
    return [w - x, s - y, e + x, n + y];
  }

  function viewsOf(map) {
    return Object.entries(map.boxes).map(([id, box]) => new deck.MapView({
      id, ...box, controller: { dragRotate: false, touchRotate: false, keyboard: false }, repeat: false,
    }));
  }

  /* A view far below its whole is first given only what it has in sight (`near`), with a margin. */
  function cut(map, { url, near, ...asked }) {
    if (!near || map.wide) return { ...asked, url };
    map.near[near] = map.near[near] || inSight(map, near, NEAR_MARGIN).map((x) => Number(x.toFixed(4)));
    return { ...asked, url: `${url}&near=${map.near[near]}` };
  }

  function converter(map) {
    const wait = (promise) => { map.awaited.push(promise); return promise; };
    const sized = ({ url, view }) => {
      const box = map.boxes[view];
      return rows({ url: `${url}&w=${Math.round(box.width)}&h=${Math.round(box.height)}` });
    };
    const functions = {
      binary: (asked) => wait(binary(cut(map, asked))), filled: (asked) => wait(filled(cut(map, asked))),
      rows: (asked) => wait(rows(asked)), sized: (asked) => wait(sized(asked)),
      live: ({ url }) => wait(window.gridlinkLive.data(map, url)),
    };
    return new deck.JSONConverter({ configuration: { classes: deck, functions } });
  }

  /* A layer belongs to the view its name begins with; some are shown only from close by, heat only from afar. */
  function shown({ layer, viewport }) {
    const [scope, kind] = layer.id.split("-");
    if (viewport.zoom < (CLOSE[kind] || 0)) return false;
    if (kind === "heat" && viewport.zoom >= CLOSE.block) return false;
    return (scope !== "city" && scope !== "town") || scope === viewport.id;
  }

  function tooltip(map, { object, layer }) {
    if (!object) return null;
    const name = layer.id.split("-")[1];
    const words = object.words ? object.words : name === "areas" ? object.name : name === "cameras" || name === "block" ? object.name : object.n > 1 ? String(object.n) : object.id;
    return words ? { text: words, className: "map-tip" } : null;
  }

  function clicked(map, { object, layer, coordinate }) {
    const camera = layer && layer.id.endsWith("-cameras");
    if (map.spec.choosePoint && coordinate && !camera) { window.gridlink.choose(map.spec.choosePoint, coordinate.map((x) => x.toFixed(6)).join()); return; }
    if (!object || !layer) return;
    map.picked = { layer: layer.id, id: object.id, coordinate };
    if (camera && map.spec.chooseCamera) { window.gridlink.choose(map.spec.chooseCamera, object.id); return; }
    if (layer.id.endsWith("-areas") && object.id && map.spec.choose) window.gridlink.choose(map.spec.choose, object.id);
    if (layer.id.endsWith("-keys") && object.id && map.spec.chooseKey) window.gridlink.choose(map.spec.chooseKey, object.id);
    if (layer.id.endsWith("-incidents") && object.id && map.spec.chooseIncident) window.gridlink.choose(map.spec.chooseIncident, object.id);
  }

  function convert(map, layers) { return converter(map).convert({ layers }).layers.filter(Boolean); }

  /* The layers of the spec are made once; what a clock moves (`extra`) is put over them anew for every frame. */
  function layersOf(map) { return map.extra ? map.made.concat(map.extra()) : map.made; }

  function frame(map) {
    try { map.deck.setProps({ layers: layersOf(map) }); } catch (fault) { errors.push(String(fault.message || fault)); }
  }

  function start(map) {
    map.boxes = boxes(map);
    map.states = {};
    for (const id of Object.keys(map.boxes)) map.states[id] = fitted(boundsOf(map, id), map.boxes[id]);
    unseen(map);
    map.deck = new deck.Deck({
      parent: map.canvas, views: viewsOf(map), viewState: map.states, layers: [], layerFilter: shown,
      useDevicePixels: true, pickingRadius: 3, getTooltip: (info) => tooltip(map, info), onClick: (info) => clicked(map, info),
      onViewStateChange: ({ viewId, viewState }) => moved(map, { ...map.states, [viewId]: viewState }),
      onError: (fault) => { errors.push(String((fault && fault.message) || fault)); },
      onAfterRender: () => { map.frames = (map.frames || 0) + 1; },
      onDeviceInitialized: (device) => {
        const canvas = device.canvasContext && device.canvasContext.canvas;
        if (canvas) canvas.addEventListener("webglcontextlost", () => rebuild(map), { once: true });
      },
    });
    window.gridlinkDeck = map.deck;
    furnish(map);
    map.watch = map.watch || new ResizeObserver(() => resize(map));
    map.watch.observe(map.element);
  }

  /* Nothing was looked at yet but what the views begin with. */
  function unseen(map) {
    Object.assign(map, { near: {}, wide: false, awaited: [], closest: Math.max(...Object.values(map.states).map((state) => state.zoom)) });
  }

  function rebuild(map) {
    if (map.deck) map.deck.finalize();
    map.canvas.replaceChildren();
    map.made = null;
    forget();
    start(map);
    draw(map);
  }

  function resize(map) {
    const next = boxes(map);
    if (JSON.stringify(next) === JSON.stringify(map.boxes)) return;
    map.boxes = next;
    for (const id of Object.keys(next)) map.states[id] = fitted(boundsOf(map, id), next[id]);
    map.deck.setProps({ views: viewsOf(map), viewState: { ...map.states } });
    unseen(map);
    draw(map);
    furnish(map);
  }

  /* What stands over the canvas: the frame of the town on the city view, leader lines, scale bars. */
  function furnish(map) {
    const over = map.element.querySelector(".map-over");
    if (!over) return;
    const lines = [];
    if (map.boxes.town && map.boxes.city) {
      const box = map.boxes.city;
      const view = new deck.WebMercatorViewport({ ...map.states.city, width: box.width, height: box.height });
      const town = new deck.WebMercatorViewport({ ...map.states.town, width: map.boxes.town.width, height: map.boxes.town.height });
      const [w, s, e, n] = town.getBounds();
      const [x0, y0] = view.project([w, n]);
      const [x1, y1] = view.project([e, s]);
      const t = map.boxes.town;
      lines.push(`<rect x="${x0}" y="${y0}" width="${x1 - x0}" height="${y1 - y0}"/>`);
      lines.push(`<path class="leader" d="M${x1} ${y0}L${t.x} ${t.y}M${x1} ${y1}L${t.x} ${t.y + t.height}"/>`);
      lines.push(`<rect x="${t.x}" y="${t.y}" width="${t.width}" height="${t.height}"/>`);
    }
    for (const [id, box] of Object.entries(map.boxes)) lines.push(scaleBar(map, id, box));
    over.innerHTML = `<svg>${lines.join("")}</svg>`;
    const panel = map.element.closest(".panel");
    const caption = panel && panel.querySelector(".map-times");
    if (caption && map.states.town && map.states.city) caption.textContent = (2 ** (map.states.town.zoom - map.states.city.zoom)).toFixed(1);
  }

  function scaleBar(map, id, box) {
    const metres = 156543.03 / 2 * Math.cos((map.states[id].latitude * Math.PI) / 180) / 2 ** map.states[id].zoom;
    const u = window.gridlink.unit();
    let length = 100;
    for (const step of [100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000]) if (step / metres < 130 * u) length = step;
    const x = box.x + 14 * u, y = box.y + box.height - 14 * u, wide = length / metres;
    const words = length < 1000 ? `${length} m` : `${length / 1000} km`;
    const bar = `d="M${x} ${y - 4 * u}V${y}H${x + wide}V${y - 4 * u}"`;
    return `<path class="scale under" ${bar}/><path class="scale" ${bar}/><text x="${x + wide + 6 * u}" y="${y}">${words}</text>`;
  }

  function draw(map) {
    const first = !map.made;
    map.awaited = [];
    const wanted = map.spec.layers.filter(({ id }) => map.closest >= (CLOSE[id.split("-")[1]] || 0));
    try { map.made = convert(map, wanted); } catch (fault) { errors.push(String(fault.message || fault)); return; }
    if (first) patient(map).then(() => frame(map)); else frame(map);
  }

  /* Until all data is there, or a while after its first half. */
  function patient(map) {
    const all = map.awaited, half = all.slice(0, all.length / 2);
    const later = Promise.allSettled(half).then(() => new Promise((done) => setTimeout(done, PATIENCE_MS)));
    return Promise.race([Promise.allSettled(all), later]);
  }

  let webGl = null;
  function hasWebGl() {
    if (webGl === null) {
      try { webGl = Boolean(document.createElement("canvas").getContext("webgl2")); } catch (fault) { webGl = false; }
    }
    return webGl;
  }

  /* The address of the bundle stands on the page; it is loaded once, while the server still thinks about the first map. */
  let bundle = null;
  function load(url) {
    if (window.deck) return Promise.resolve();
    bundle = bundle || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = url; script.onload = done; script.onerror = failed;
      document.head.append(script);
    });
    return bundle;
  }

  function prepare() {
    const box = document.querySelector("[data-bundle]");
    if (box) load(box.dataset.bundle);
  }

  async function render(spec, id) {
    if (!spec) return window.dash_clientside.no_update;
    const element = document.getElementById(id);
    if (!element) return window.dash_clientside.no_update;
    if (!hasWebGl()) { element.dataset.still = window.gridlink.words.no_webgl || ""; return window.dash_clientside.no_update; }
    await load(spec.bundle);
    let map = maps.get(id);
    if (map && map.element !== element) { map.deck.finalize(); map = null; }
    const changed = map && JSON.stringify(map.spec.bounds) !== JSON.stringify(spec.bounds);
    if (!map) {
      map = { id, element, canvas: element.querySelector(".map-canvas"), spec };
      maps.set(id, map);
      start(map);
    }
    map.spec = spec;
    if (changed) { map.boxes = null; map.states = {}; resize(map); }
    draw(map);
    document.dispatchEvent(new CustomEvent("gridlink:map", { detail: map }));
    return window.dash_clientside.no_update;
  }

  document.addEventListener("gridlink:view", prepare);
  const { unpack, remember, get } = window.gridlinkWire;
  window.gridlinkMaps = { maps, draw, frame, convert, focus, look, unpack, remember, get, forget };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { map: { render } });
})();
