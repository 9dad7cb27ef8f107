/* One Deck per map, fed by the JSON that dashboard/deck.py makes; 38-wire.js fetches the data beside it. The first picture
   waits for its data, since every picture costs as much as the last. A refresh never moves the viewport. */
(function () {
  "use strict";
  const { binary, filled, rows, forget } = window.gridlinkWire;
  const { boxes, fitted, boundsOf, begin, inSight, within, viewsOf } = window.gridlinkViews;
  const { hasWebGl, load } = window.gridlinkBundle;
  const furnish = (map) => window.gridlinkFurniture.furnish(map);
  /* Where a layer's name says so it is asked for only once the map is looked at from that close: buildings from 120
     design pixels per km, cameras with what they see from about 200. A finer screen shows the same, only sharper. */
  const CLOSE = { near: 13, block: 14 };
  const nearness = ({ zoom }) => zoom - Math.log2(window.gridlink.unit());
  const NEAR_MARGIN = 0.1;
  const PATIENCE_MS = 1500;
  /* A press this long is still a click: what lies under it is found while the button is down, which takes long where there
     is no graphics card, and the bundle would take 250 ms for the end of patience. */
  const PRESS_MS = 10000;
  const maps = new Map();
  const errors = (window.gridlinkErrors = window.gridlinkErrors || []);

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
    Object.values(map.states).forEach((state) => { map.closest = Math.max(map.closest, nearness(state)); });
    if (reach(map) !== known) draw(map);
  }

  function reach(map) {
    return [map.wide, ...Object.values(CLOSE).map((zoom) => map.closest >= zoom)].join();
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
    if (nearness(viewport) < (CLOSE[kind] || 0)) return false;
    if (kind === "heat" && nearness(viewport) >= CLOSE.block) return false;
    return (scope !== "city" && scope !== "town") || scope === viewport.id;
  }

  function convert(map, layers) { return converter(map).convert({ layers }).layers.filter(Boolean); }

  /* The layers of the spec are made once; what a clock moves (`extra`) is put over them anew for every frame. */
  function layersOf(map) {
    const made = map.tilted ? window.gridlinkTilt.raised(map.made) : map.made;
    return made.concat(map.extra ? map.extra() : [], map.drawn ? map.drawn() : []);
  }

  function frame(map) {
    try { map.deck.setProps({ layers: layersOf(map) }); } catch (fault) { errors.push(String(fault.message || fault)); }
  }

  function start(map) {
    map.boxes = boxes(map);
    map.states = map.kept || begin(map);
    map.kept = null;
    unseen(map);
    map.deck = new deck.Deck({
      parent: map.canvas, views: viewsOf(map), viewState: map.states, layers: [], layerFilter: shown,
      useDevicePixels: true, pickingRadius: 3, onHover: (info) => window.gridlinkHover.hover(map, info), onClick: (info) => window.gridlinkPick.clicked(map, info),
      eventRecognizerOptions: { click: { time: PRESS_MS }, dblclick: { time: PRESS_MS } },
      getCursor: ({ isDragging }) => (isDragging ? "grabbing" : map.busy ? "crosshair" : "grab"),
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

  /* After a tool changed how the views answer the mouse. */
  function turn(map) { map.deck.setProps({ views: viewsOf(map) }); }

  /* Nothing was looked at yet but what the views begin with. */
  function unseen(map) {
    Object.assign(map, { near: {}, wide: false, awaited: [], closest: Math.max(...Object.values(map.states).map(nearness)) });
  }

  /* A lost picture comes back with the same look at the same places. */
  function rebuild(map) {
    map.kept = map.states;
    if (map.deck) map.deck.finalize();
    map.canvas.replaceChildren();
    map.made = null;
    forget();
    start(map);
    draw(map);
    document.dispatchEvent(new CustomEvent("gridlink:map", { detail: map }));
  }

  function resize(map) {
    const next = boxes(map);
    if (JSON.stringify(next) === JSON.stringify(map.boxes)) return;
    map.boxes = next;
    map.states = begin(map);
    map.deck.setProps({ views: viewsOf(map), viewState: { ...map.states } });
    unseen(map);
    draw(map);
    furnish(map);
  }

  /* A map that is not laid out yet asks for nothing: `resize` draws it once it has a size. */
  function draw(map) {
    if (!map.element.clientWidth || !map.element.clientHeight) return;
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

  const { unpack, remember, get } = window.gridlinkWire;
  window.gridlinkMaps = { maps, draw, frame, convert, focus, look, turn, unpack, remember, get, forget };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { map: { render } });
})();
