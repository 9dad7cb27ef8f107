/* One Deck per map, fed by the JSON that dashboard/deck.py makes. Data comes beside it as typed arrays; promises are kept
   by address, so that a refresh that finds the same address uploads nothing. A refresh never moves the viewport. */
(function () {
  "use strict";
  const TYPES = { f8: Float64Array, f4: Float32Array, u4: Uint32Array, i4: Int32Array, u2: Uint16Array, i2: Int16Array, u1: Uint8Array };
  const KEPT = 160;
  const BLOCK_ZOOM = 14; /* about 200 pixels per km */
  const kept = new Map();
  const maps = new Map();
  const errors = (window.gridlinkErrors = window.gridlinkErrors || []);

  function remember(url, make) {
    if (kept.has(url)) {
      const found = kept.get(url);
      kept.delete(url);
      kept.set(url, found);
      return found;
    }
    const made = make().catch((fault) => { kept.delete(url); throw fault; });
    kept.set(url, made);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    return made;
  }

  async function get(url) {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status} ${url.split("?")[0]}`);
    return answer;
  }

  function unpack(buffer) {
    const size = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
    const columns = {};
    for (const c of header.columns) columns[c.name] = { value: new TYPES[c.dtype](buffer, 4 + size + c.offset, c.count), size: c.size };
    return { header, columns };
  }

  async function read(url) { return unpack(await (await get(url)).arrayBuffer()); }

  function binary({ url }) {
    return remember(url, async () => {
      const { header, columns } = await read(url);
      const { startIndices, ...attributes } = columns;
      const data = { length: header.length, attributes };
      if (startIndices) data.startIndices = startIndices.value;
      return data;
    });
  }

  function rows({ url }) { return remember(url, async () => (await get(url)).json()); }

  /* Polygons with their colours: shapes are fetched once per version, colours join by id. */
  function filled({ url, fill }) {
    return remember(url + "|" + fill, async () => {
      const [shapes, filled] = await Promise.all([remember(url, () => read(url)), fill ? rows({ url: fill }) : {}]);
      const { colours = {}, words = {} } = filled;
      const { owner, part, ring, point } = shapes.columns;
      const out = [];
      for (let k = 0; k < shapes.header.length; k++) {
        const first = part.value[k];
        const next = k + 1 < part.value.length ? part.value[k + 1] : ring.value.length;
        const start = ring.value[first];
        const end = next < ring.value.length ? ring.value[next] : point.value.length / 2;
        const holeIndices = [];
        for (let h = first + 1; h < next; h++) holeIndices.push((ring.value[h] - start) * 2);
        const [id, name] = (shapes.header.ids[owner.value[k]] || "").split("\t");
        const polygon = { positions: point.value.subarray(start * 2, end * 2), holeIndices };
        out.push({ id, name, words: words[id] && `${name} · ${words[id]}`, polygon, fill: colours[id] || [0, 0, 0, 0] });
      }
      return out;
    });
  }

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
    map.states = { ...map.states, [id]: { ...map.states[id], ...state } };
    map.deck.setProps({ viewState: map.states });
    furnish(map);
  }

  function viewsOf(map) {
    return Object.entries(map.boxes).map(([id, box]) => new deck.MapView({
      id, ...box, controller: { dragRotate: false, touchRotate: false, keyboard: false }, repeat: false,
    }));
  }

  function converter(map) {
    const sized = ({ url, view }) => {
      const box = map.boxes[view];
      return rows({ url: `${url}&w=${Math.round(box.width)}&h=${Math.round(box.height)}` });
    };
    const live = ({ url }) => window.gridlinkLive.data(map, url);
    return new deck.JSONConverter({ configuration: { classes: deck, functions: { binary, rows, filled, sized, live } } });
  }

  /* A layer belongs to the view its name begins with; one named block is shown only from close by, heat only from afar. */
  function shown({ layer, viewport }) {
    const [scope, kind] = layer.id.split("-");
    if (kind === "block" && viewport.zoom < BLOCK_ZOOM) return false;
    if (kind === "heat" && viewport.zoom >= BLOCK_ZOOM) return false;
    return (scope !== "city" && scope !== "town") || scope === viewport.id;
  }

  function tooltip(map, { object, layer }) {
    if (!object) return null;
    const name = layer.id.split("-")[1];
    const words = object.words ? object.words : name === "areas" ? object.name : name === "cameras" || name === "block" ? object.name : object.n > 1 ? String(object.n) : object.id;
    return words ? { text: words, className: "map-tip" } : null;
  }

  function clicked(map, { object, layer, coordinate }) {
    if (!object || !layer) return;
    map.picked = { layer: layer.id, id: object.id, coordinate };
    if (layer.id.endsWith("-areas") && object.id && map.spec.choose) window.gridlink.choose(map.spec.choose, object.id);
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
    map.deck = new deck.Deck({
      parent: map.canvas, views: viewsOf(map), viewState: map.states, layers: [], layerFilter: shown,
      useDevicePixels: true, pickingRadius: 3, getTooltip: (info) => tooltip(map, info), onClick: (info) => clicked(map, info),
      onViewStateChange: ({ viewId, viewState }) => {
        map.states = { ...map.states, [viewId]: viewState };
        map.deck.setProps({ viewState: map.states });
        furnish(map);
      },
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

  function rebuild(map) {
    if (map.deck) map.deck.finalize();
    map.canvas.replaceChildren();
    kept.clear();
    start(map);
    draw(map);
  }

  function resize(map) {
    const next = boxes(map);
    if (JSON.stringify(next) === JSON.stringify(map.boxes)) return;
    map.boxes = next;
    for (const id of Object.keys(next)) map.states[id] = fitted(boundsOf(map, id), next[id]);
    map.deck.setProps({ views: viewsOf(map), viewState: { ...map.states } });
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
    try { map.made = convert(map, map.spec.layers); } catch (fault) { errors.push(String(fault.message || fault)); return; }
    frame(map);
  }

  function hasWebGl() {
    try { return Boolean(document.createElement("canvas").getContext("webgl2")); } catch (fault) { return false; }
  }

  /* The address of the bundle stands on the page; it is loaded once, when the first map is drawn. */
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

  async function render(spec, id) {
    if (!spec) return window.dash_clientside.no_update;
    const element = document.getElementById(id);
    if (!element) return window.dash_clientside.no_update;
    if (!hasWebGl()) { element.dataset.still = window.gridlink.words.no_webgl || ""; return window.dash_clientside.no_update; }
    await load(spec.bundle);
    let map = maps.get(id);
    if (map && map.element !== element) { map.deck.finalize(); map = null; }
    const moved = map && JSON.stringify(map.spec.bounds) !== JSON.stringify(spec.bounds);
    if (!map) {
      map = { id, element, canvas: element.querySelector(".map-canvas"), spec };
      maps.set(id, map);
      start(map);
    }
    map.spec = spec;
    if (moved) { map.boxes = null; map.states = {}; resize(map); }
    draw(map);
    document.dispatchEvent(new CustomEvent("gridlink:map", { detail: map }));
    return window.dash_clientside.no_update;
  }

  window.gridlinkMaps = { maps, draw, frame, convert, focus, look, unpack, remember, get, forget: () => kept.clear() };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { map: { render } });
})();
