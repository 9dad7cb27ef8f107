/* What a replay draws on the map at a moment. Of the few chosen the whole day is at hand; of everybody only the quarter
   hours near the clock are fetched, kept while they are near, and let go. */
(function () {
  "use strict";
  const KEPT = 48;
  const chunks = new Map();
  let map = null;
  let made = null;
  let sources = {};

  /* int16 steps of 1e-6 degree into float32 offsets from the chunk's origin; summed as integers, so errors never add up. */
  function decode(buffer, shift, colours) {
    const { header, columns } = window.gridlinkMaps.unpack(buffer);
    const { first_x, first_y, dx, dy, t } = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.value]));
    const n = header.n, path = new Float32Array(n * 2), time = new Float32Array(n), colour = new Uint8Array(n * 4);
    const starts = new Uint32Array(header.paths.length);
    header.paths.forEach(([worker, from], k) => {
      starts[k] = from;
      const to = k + 1 < header.paths.length ? header.paths[k + 1][1] : n;
      const tint = colours[header.workers[worker]] || colours.all;
      let x = first_x[k], y = first_y[k];
      for (let i = from; i < to; i++) {
        x += dx[i]; y += dy[i];
        path[2 * i] = x / 1e6; path[2 * i + 1] = y / 1e6;
        time[i] = t[i] + header.t0 + shift;
        colour.set(tint, 4 * i);
      }
    });
    const data = { length: starts.length, startIndices: starts, attributes: {
      getPath: { value: path, size: 2 }, getTimestamps: { value: time, size: 1 }, getColor: { value: colour, size: 4, normalized: true } } };
    return { data, header, path, time, starts };
  }

  function key(S, slot) { return `${S.spec.chunks}|${S.spec.day}|${slot}`; }

  /* The day and slot of a quarter hour counted from this midnight: negative ones are yesterday's. */
  function address(S, slot) {
    const slots = Math.ceil(S.spec.length_s / S.spec.slot_s);
    if (slot < 0) return S.spec.before && { day: S.spec.before, slot: Math.ceil(S.spec.before_s / S.spec.slot_s) + slot, shift: -S.spec.before_s };
    return slot < slots ? { day: S.spec.day, slot, shift: 0 } : null;
  }

  function want(S, slot) {
    const name = key(S, slot), where = address(S, slot);
    if (!where) return null;
    let chunk = chunks.get(name);
    if (chunk) { chunks.delete(name); chunks.set(name, chunk); return chunk; }
    chunk = { slot, state: "under way" };
    chunks.set(name, chunk);
    const url = S.spec.chunks.replace("{day}", where.day).replace("{slot}", where.slot);
    window.gridlinkMaps.get(url)
      .then((answer) => answer.arrayBuffer())
      .then((buffer) => { Object.assign(chunk, decode(buffer, where.shift, S.spec.colours), { state: "here" }); if (!S.playing) window.gridlinkPlayback.show(); })
      .catch((fault) => { chunk.state = "failed"; window.gridlinkErrors.push(String(fault.message || fault)); setTimeout(() => chunks.delete(name), 5000); });
    while (chunks.size > KEPT) chunks.delete(chunks.keys().next().value);
    return chunk;
  }

  /* The chunks a moment needs: the tail behind it, and ahead what the clock will reach within two seconds. */
  function near(S) {
    const slot = (t) => Math.floor(t / S.spec.slot_s);
    const found = [];
    for (let k = slot(S.t - S.spec.trail_s); k <= slot(S.t); k++) { const chunk = want(S, k); if (chunk) found.push(chunk); }
    if (S.playing) for (let k = slot(S.t) + 1; k <= slot(S.t + 2 * S.speed) + 1; k++) want(S, k);
    return found;
  }

  function ready(S) {
    const chunk = want(S, Math.floor(S.t / S.spec.slot_s));
    return !chunk || chunk.state !== "under way";
  }

  /* Where every worker is at t: between two vertices of one path; in a gap, before and after nobody is anywhere. */
  function heads(S, near) {
    const found = new Map();
    for (const chunk of near) {
      if (chunk.state !== "here" || S.t < chunk.slot * S.spec.slot_s || S.t > (chunk.slot + 1) * S.spec.slot_s) continue;
      const { header, path, time, starts } = chunk;
      for (let k = 0; k < starts.length; k++) {
        const to = k + 1 < starts.length ? starts[k + 1] : header.n;
        if (time[starts[k]] > S.t || time[to - 1] < S.t) continue;
        let low = starts[k], high = to - 1;
        while (high - low > 1) { const middle = (low + high) >> 1; if (time[middle] <= S.t) low = middle; else high = middle; }
        const share = time[high] > time[low] ? (S.t - time[low]) / (time[high] - time[low]) : 0;
        const along = (axis) => header.origin[axis] + path[2 * low + axis] + share * (path[2 * high + axis] - path[2 * low + axis]);
        found.set(header.workers[header.paths[k][0]], [along(0), along(1)]);
      }
    }
    return found;
  }

  function people(S, at) {
    const lanes = Object.fromEntries((S.story.lanes || []).filter((lane) => lane.worker).map((lane) => [lane.worker, lane]));
    const many = Object.keys(lanes).length === 0;
    return [...at].map(([worker, p]) => {
      const lane = lanes[worker];
      return { p, r: many ? 3.2 : 9, colour: many ? S.spec.dot : lane ? lane.colour : S.spec.dot, letter: lane ? lane.letter : "", name: lane ? lane.name : "" };
    });
  }

  /* Rows shown from their moment on; the same array while nothing is added, so that nothing is uploaded again. */
  function until(S, name, rows, wanted = true) {
    const shown = wanted ? (rows || []).filter((row) => row.at <= S.t) : [];
    const before = sources[name];
    if (before && before.rows === rows && before.shown.length === shown.length) return before.shown;
    sources[name] = { rows, shown };
    return shown;
  }

  function layers() {
    const S = window.gridlinkPlayback.state;
    if (!S.spec || !S.story || !made) return [];
    const close = near(S), at = heads(S, close), dots = people(S, at), story = S.story;
    const data = {
      beats: story.beats || [], "beat-lines": story.dashes || [],
      gaps: until(S, "gaps", story.strokes), "gap-ends": until(S, "ends", story.ends), stays: until(S, "stays", story.stays, S.show.stays),
      "doubtful-ties": until(S, "doubtful", story.doubtful, S.show.doubtful), doubtful: until(S, "doubtful", story.doubtful, S.show.doubtful),
      reports: until(S, "reports", story.incidents, S.show.incidents), notes: until(S, "notes", story.notes, S.show.stays),
      heads: dots, "head-letters": dots, "head-names": dots,
    };
    const out = [];
    for (const layer of made) {
      if (layer.id === "walked") { if (sources.walked) out.push(layer.clone({ data: sources.walked, currentTime: S.t })); }
      else if (layer.id === "trips") {
        for (const chunk of close) {
          if (chunk.state === "here" && chunk.starts.length) out.push(layer.clone({ id: `trips-${chunk.slot}`, data: chunk.data, coordinateOrigin: chunk.header.origin, currentTime: S.t }));
        }
      } else out.push(layer.clone({ data: data[layer.id] || [] }));
    }
    if (S.show.follow && S.playing) follow(S, at);
    return out;
  }

  function follow(S, at) {
    const first = (S.story.lanes || []).find((lane) => lane.worker);
    const p = first && at.get(first.worker);
    if (p) window.gridlinkMaps.look(map, Object.keys(map.boxes)[0], { longitude: p[0], latitude: p[1] });
  }

  function begin(S) {
    sources = {};
    const { columns, length } = S.story;
    if (columns && columns.getPath) {
      const { startIndices, ...attributes } = columns;
      attributes.getColor.normalized = true;
      sources.walked = { length, startIndices: startIndices.value, attributes };
    }
    if (map) window.gridlinkMaps.focus(map, Object.keys(map.boxes)[0], S.story.bounds);
  }

  document.addEventListener("gridlink:map", ({ detail }) => {
    if (detail.id !== "tracks-map") return;
    const first = map !== detail;
    map = detail;
    made = window.gridlinkMaps.convert(map, map.spec.templates);
    map.extra = layers;
    const S = window.gridlinkPlayback.state;
    if (first && S.story && S.story.bounds) window.gridlinkMaps.focus(map, Object.keys(map.boxes)[0], S.story.bounds);
    window.gridlinkMaps.frame(map);
  });

  window.gridlinkTracks = { ready, decode, chunks };
  window.gridlinkPlayback.watch({ story: begin, time: () => { if (map && document.body.contains(map.element)) window.gridlinkMaps.frame(map); } });
})();
