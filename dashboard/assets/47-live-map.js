/* The map of /live: a dot moving, a dot in a ring staying, a warning ring silent; hollow when the fix is old. */
(function () {
  "use strict";
  const RADIUS = 4, RING = 8, FAINT = 60;
  let map = null, made = null, now = null, paint = null, order = [], hour = null;

  function room(n) {
    if (!paint || paint.radius.length < n) paint = { at: new Float64Array(2 * n + 64), radius: new Float32Array(n + 32), ring: new Float32Array(n + 32), fill: new Uint8Array(4 * n + 128), edge: new Uint8Array(4 * n + 128), rim: new Uint8Array(4 * n + 128) };
  }

  /* The arrays of all dots, written over in place; who is not of the chosen state is faint. */
  function dots({ feed, chosen }) {
    const { stateOf, age, STAYING, SILENT } = window.gridlinkLive;
    room(feed.n);
    order = [];
    for (let i = 0; i < feed.n; i++) {
      if (Number.isNaN(feed.place[2 * i])) continue;
      const k = order.push(i) - 1, state = stateOf(feed, i);
      const faint = chosen.state && ["moving", "staying", "silent"][state] !== chosen.state;
      paint.at.set(feed.place.subarray(2 * i, 2 * i + 2), 2 * k);
      paint.radius[k] = RADIUS;
      paint.ring[k] = state === STAYING ? RING : state === SILENT ? RADIUS + 2 : 0;
      paint.edge.set(state === SILENT ? feed.colours.warn : feed.colours.worker, 4 * k);
      paint.fill.set(feed.colours.worker, 4 * k);
      if (state === SILENT || age(feed, i) > feed.limits.stale) paint.fill[4 * k + 3] = 0;
      paint.rim.set(paint.edge.subarray(4 * k, 4 * k + 4), 4 * k);
      if (!paint.ring[k]) paint.rim[4 * k + 3] = 0; else if (faint) paint.rim[4 * k + 3] = FAINT;
      if (faint) { paint.edge[4 * k + 3] = FAINT; paint.fill[4 * k + 3] = Math.min(FAINT, paint.fill[4 * k + 3]); }
    }
    const column = (value, size) => ({ value, size });
    const at = column(paint.at, 2);
    return {
      "live-dots": { length: order.length, attributes: { getPosition: at, getRadius: column(paint.radius, 1), getLineColor: column(paint.edge, 4), getFillColor: column(paint.fill, 4) } },
      "live-rings": { length: order.length, attributes: { getPosition: at, getRadius: column(paint.ring, 1), getLineColor: column(paint.rim, 4) } },
    };
  }

  /* The point asked about, and the worker chosen. */
  function marks() {
    const view = window.gridlink.view(), rows = [];
    if (view.point) rows.push({ p: view.point.split(",").map(Number), r: 7 }, { p: view.point.split(",").map(Number), r: 1 });
    const i = now && now.chosen.worker ? now.feed.index.get(parseInt(now.chosen.worker, 16)) : undefined;
    if (i !== undefined && !Number.isNaN(now.feed.place[2 * i])) rows.push({ p: [...now.feed.place.subarray(2 * i, 2 * i + 2)], r: 13 });
    return rows;
  }

  let drawn = {};
  function layers() {
    if (!made || !now) return [];
    const rows = { "live-marks": marks(), "live-way": hour ? hour.paths : [] };
    return made.map((layer) => layer.clone(layer.id === "live-dots"
      ? { data: drawn[layer.id], onClick: clicked, onHover: hovered } : { data: drawn[layer.id] || rows[layer.id] }));
  }

  function clicked({ index }) {
    const key = now.feed.key[order[index]];
    window.gridlink.choose("worker", window.gridlinkLiveList.token(key));
    return true;
  }

  function hovered({ index, x, y }) {
    const card = document.getElementById("live-card");
    if (!card) return;
    card.hidden = index < 0;
    if (index < 0) return;
    const said = now.say(order[index]), words = window.gridlink.words;
    const lines = [`${said.called} · ${said.area}`, `${words[`live_${said.state}`]} · ${said.age}`, `${words.live_battery} ${said.battery} · ${said.own} · ${said.load ? window.gridlink.fill(words.live_load, { n: said.load }) : words.live_idle}`];
    card.replaceChildren(...lines.map((line, at) => Object.assign(document.createElement(at ? "span" : "b"), { textContent: line })));
    card.style.transform = `translate(${x + 14}px, ${y + 14}px)`;
  }

  function refresh() {
    if (!map || !made || !now || !document.body.contains(map.element)) return;
    window.gridlinkMaps.frame(map);
  }

  document.addEventListener("gridlink:live", ({ detail }) => {
    now = detail;
    drawn = dots(detail);
    refresh();
  });
  document.addEventListener("gridlink:map", ({ detail }) => {
    if (detail.id !== "live-map") return;
    map = detail;
    made = window.gridlinkMaps.convert(map, map.spec.templates);
    map.extra = layers;
    refresh();
  });

  /* The recent hour of the chosen worker, written into its store by the server; null takes it away. */
  function way(paths) {
    hour = paths ? { paths } : null;
    refresh();
    return window.dash_clientside.no_update;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { live: { way } });
})();
