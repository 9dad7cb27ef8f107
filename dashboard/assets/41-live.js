/* Live positions: one picture of now, kept by what changed. A tick is skipped while the last one is unfinished, and a tick
   without news is an empty answer; the state of a worker whose fixes stay away changes by this clock, with no answer at all. */
(function () {
  "use strict";
  const EVERY_MS = 10000, NOWHERE = -(2 ** 31), MOVING = 0, STAYING = 1, SILENT = 2;
  const COLUMNS = { fixed: Uint32Array, still: Uint32Array, battery: Uint8Array, own: Uint8Array };
  const feeds = new Map();

  /* Follow the positions at an address until another is asked for, or its element leaves the page; `changed(feed, news)`. */
  function follow(id, url, element, changed) {
    const known = feeds.get(id);
    if (known && known.url === url && known.element === element) { known.changed = changed; return known; }
    if (known) clearInterval(known.timer);
    const feed = { id, url, element, changed, busy: false, n: 0, index: new Map(), held: {}, loads: new Map(), place: new Float64Array(0) };
    feeds.set(id, feed);
    feed.first = tick(feed);
    feed.timer = setInterval(() => tick(feed), EVERY_MS * (0.8 + 0.4 * Math.random()));
    return feed;
  }

  async function tick(feed) {
    if (!document.body.contains(feed.element)) { clearInterval(feed.timer); feeds.delete(feed.id); return; }
    if (feed.busy || document.hidden) return;
    feed.busy = true;
    let news = false;
    try { news = await ask(feed); } catch (fault) { /* the last good picture stays; the age in the header grows and says so */ }
    feed.busy = false;
    if (feeds.get(feed.id) === feed && feed.limits) feed.changed(feed, news);
  }

  async function ask(feed) {
    const url = new URL(feed.url, location.origin);
    Object.entries(feed.held).forEach(([name, value]) => url.searchParams.set(name, value));
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" });
    if (answer.status === 204) return false;
    if (!answer.ok) throw new Error(`${answer.status} positions`);
    const { header, columns } = window.gridlinkWire.unpack(await answer.arrayBuffer());
    merge(feed, header, columns);
    const newest = columns.fixed.value.reduce((a, b) => Math.max(a, b), 0);
    if (newest && !feed.history) window.gridlink.fresh("fix", (newest - feed.lead) * 1000);
    return true;
  }

  /* Changed rows into their places, gone ones out of theirs: the last row moves into the hole. */
  function merge(feed, header, columns) {
    if (header.whole) Object.assign(feed, { n: 0, index: new Map(), limits: header.limits, colours: header.colours, history: header.history });
    grow(feed, feed.n + header.length);
    const { key, place, ...rest } = columns;
    for (let k = 0; k < header.length; k++) {
      const i = feed.index.has(key.value[k]) ? feed.index.get(key.value[k]) : add(feed, key.value[k]);
      for (let axis = 0; axis < 2; axis++) feed.place[2 * i + axis] = place.value[2 * k] === NOWHERE ? NaN : place.value[2 * k + axis] / 1e6;
      for (const name of Object.keys(COLUMNS)) feed[name][i] = rest[name].value[k];
    }
    header.gone.forEach((gone) => remove(feed, gone));
    if (header.loads) feed.loads = new Map(Object.entries(header.loads).map(([name, n]) => [Number(name), n]));
    const { since, at, version, cases } = header;
    feed.held = feed.n === header.n ? { since, at, version, cases } : {};
    feed.offDuty = header.off_duty;
    feed.lead = at - Date.now() / 1000;
  }

  function grow(feed, rows) {
    if (feed.place.length >= 2 * rows) return;
    const room = Math.ceil(rows * 1.25) + 16;
    const wider = (Kind, old, size) => { const next = new Kind(room * size); if (old) next.set(old); return next; };
    feed.place = wider(Float64Array, feed.place, 2);
    feed.key = wider(Float64Array, feed.key, 1);
    for (const [name, Kind] of Object.entries(COLUMNS)) feed[name] = wider(Kind, feed[name], 1);
    feed.paint = null;
  }

  function add(feed, key) {
    feed.index.set(key, feed.n);
    feed.key[feed.n] = key;
    return feed.n++;
  }

  function remove(feed, key) {
    const i = feed.index.get(key);
    if (i === undefined) return;
    const last = --feed.n;
    feed.index.delete(key);
    if (i === last) return;
    feed.place.copyWithin(2 * i, 2 * last, 2 * last + 2);
    for (const name of ["key", ...Object.keys(COLUMNS)]) feed[name][i] = feed[name][last];
    feed.index.set(feed.key[i], i);
  }

  /* The moment shown, in seconds: it runs here between two answers; that of history stands still. */
  const moment = (feed) => (feed.history ? feed.held.at || 0 : Date.now() / 1000 + feed.lead);
  const age = (feed, i) => (feed.fixed[i] ? Math.max(0, moment(feed) - feed.fixed[i]) : Infinity);

  function stateOf(feed, i) {
    if (age(feed, i) > feed.limits.silent) return SILENT;
    return feed.fixed[i] - feed.still[i] >= feed.limits.stay ? STAYING : MOVING;
  }

  /* The dots of a wall: position and fill (hollow when stale), in arrays that are written over and sent once. */
  function dots(feed) {
    const paint = (feed.paint = feed.paint || { at: new Float64Array(feed.place.length), fill: new Uint8Array(2 * feed.place.length), before: "" });
    let n = 0, fresh = 0;
    for (let i = 0; i < feed.n; i++) {
      if (Number.isNaN(feed.place[2 * i])) continue;
      const old = age(feed, i) > feed.limits.stale;
      paint.at[2 * n] = feed.place[2 * i]; paint.at[2 * n + 1] = feed.place[2 * i + 1];
      paint.fill.set(feed.colours.worker, 4 * n);
      if (old) paint.fill[4 * n + 3] = 0; else fresh += 1;
      n += 1;
    }
    feed.fresh = fresh;
    return { length: n, attributes: { getPosition: { value: paint.at, size: 2 }, getFillColor: { value: paint.fill, size: 4 } } };
  }

  /* What the map's layer of positions is made of; `now` in its address is the page's, not ours. */
  function data(map, address) {
    const url = new URL(address, location.origin);
    url.searchParams.delete("now");
    const feed = follow(map.id, `${url.pathname}${url.search}`, map.element, (one, news) => {
      const before = one.fresh, drawn = dots(one);
      say(one);
      if (!news && before === one.fresh && one.last) return;
      one.last = drawn;
      if (map.made) window.gridlinkMaps.draw(map);
    });
    if (feed.limits) say(feed);
    return feed.last || feed.first.then(() => feed.last || { length: 0 });
  }

  /* The legend may be written after the positions came, or anew. */
  function say(feed) {
    document.querySelectorAll("[data-live=fresh]").forEach((e) => { e.textContent = feed.fresh; });
  }

  window.gridlinkLive = { data, follow, stateOf, age, moment, feeds, MOVING, STAYING, SILENT };
})();
