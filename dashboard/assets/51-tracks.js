/* What a replay draws on the map at a moment: tails, heads, and what happened until then. A head whose piece of track is late
   waits where it was last seen, and says so. */
(function () {
  "use strict";
  const FAINTEST = 90, WAITING = 110;
  let map = null;
  let made = null;
  let sources = {};
  let held = [];
  let led = null;
  const { near, here, ready, chunks, decode } = window.gridlinkChunks;

  /* Where every worker is at t: between two vertices of one path; in a gap, before and after nobody is anywhere. */
  function heads(t, { chunk, shift }) {
    const { path, time, starts, owners, header, accuracy, n } = chunk, own = t - shift, out = [];
    for (let k = 0; k < starts.length; k++) {
      const to = k + 1 < starts.length ? starts[k + 1] : n;
      if (time[starts[k]] > own || time[to - 1] < own) continue;
      let low = starts[k], high = to - 1;
      while (high - low > 1) { const middle = (low + high) >> 1; if (time[middle] <= own) low = middle; else high = middle; }
      const share = time[high] > time[low] ? (own - time[low]) / (time[high] - time[low]) : 0;
      const along = (axis) => header.origin[axis] + path[2 * low + axis] + share * (path[2 * high + axis] - path[2 * low + axis]);
      const pace = (chunk.paces = chunk.paces || window.gridlinkColours.paces(chunk))[low];
      const worse = accuracy ? Math.max(accuracy[low], share > 0 ? accuracy[high] : 0) : 0;
      out.push({ worker: owners[k], p: [along(0), along(1)], pace, t, accuracy: worse });
    }
    return out;
  }

  /* The heads of the moment, or those last seen where its chunk is not here yet. */
  function seen(S, close) {
    const now = close.find(({ chunk, shift }) => { const from = chunk.from * S.spec.slot_s + shift; return from <= S.t && S.t < from + S.spec.slot_s; });
    const late = now && now.chunk.state !== "here";
    if (!late) held = now ? heads(S.t, now) : [];
    return { found: held, late: Boolean(late) };
  }

  function people(S, { found, late }) {
    const lanes = Object.fromEntries(S.story.lanes.filter((lane) => lane.worker).map((lane) => [lane.worker, lane]));
    const many = Object.keys(lanes).length === 0, look = window.gridlinkColours.lookOf(S);
    return found.map((one) => {
      const lane = lanes[one.worker] || { letter: "", name: "" };
      const plain = many && S.colour !== "worker" ? window.gridlinkColours.tint(S.colour, look, { owner: one.worker, pace: one.pace, t: one.t }) : lane.colour || S.spec.dot;
      const poor = one.accuracy > S.spec.poor_m, solid = poor ? Math.max(FAINTEST, Math.round(255 * S.spec.poor_m / one.accuracy)) : 255;
      return { ...one, r: many ? 3.2 : 9, colour: [...plain.slice(0, 3), late ? WAITING : solid], edge: late ? S.spec.warn : S.spec.halo,
        ring: poor ? one.accuracy : 0, faint: [...plain.slice(0, 3), 40], letter: lane.letter, name: late && lane.name ? `${lane.name} · ${window.gridlink.words.waits}` : lane.name, words: spoken(one, lane, late) };
    });
  }

  function spoken(one, lane, late) {
    const words = window.gridlink.words, parts = [`${lane.letter} ${lane.name || one.worker}`.trim(), window.gridlinkPlayback.clock(one.t, true)];
    if (one.accuracy) parts.push(window.gridlink.fill(words.accuracy, { n: Math.round(one.accuracy) }));
    if (late) parts.push(words.waits);
    return parts.join(" · ");
  }

  /* Rows shown from their moment on; the same array while nothing is added, so that nothing is uploaded again. */
  function until(S, name, rows, wanted = true) {
    const shown = wanted ? (rows || []).filter((row) => row.at <= S.t) : [];
    const before = sources[name];
    if (before && before.rows === rows && before.shown.length === shown.length) return before.shown;
    sources[name] = { rows, shown };
    return shown;
  }

  /* Binary paths in the colours asked for; painted again only when colours change. */
  function painted(S, chunk, shift) {
    const stamp = [S.colour, S.spec.theme, S.colour === "state" ? `${S.spec.story}${shift}` : ""].join();
    if (chunk.stamp !== stamp) {
      chunk.stamp = stamp;
      const colour = window.gridlinkColours.paint(S.colour, window.gridlinkColours.lookOf(S), chunk, shift);
      chunk.data = { length: chunk.starts.length, startIndices: chunk.starts, attributes: {
        getPath: { value: chunk.path, size: 2 }, getTimestamps: { value: chunk.time, size: 1 }, getColor: { value: colour, size: 4, normalized: true } } };
    }
    return chunk.data;
  }

  function tails(S, layer, close) {
    return close.filter(({ chunk }) => chunk.state === "here").flatMap(({ chunk, shift }) => {
      const now = S.t - shift;
      return window.gridlinkSlices.within(chunk, now, S.spec.trail_s).map((piece) => layer.clone({
        id: `trips-${piece.id}`, data: painted(S, piece, shift), coordinateOrigin: chunk.header.origin, currentTime: now }));
    });
  }

  function rowsOf(S, dots) {
    const story = S.story, { show } = S;
    return {
      beats: story.beats || [], "beat-lines": story.dashes || [],
      gaps: until(S, "gaps", story.strokes), "gap-ends": until(S, "ends", story.ends), stays: until(S, "stays", story.stays, show.stays),
      "doubtful-ties": until(S, "doubtful", story.doubtful, show.doubtful), doubtful: until(S, "doubtful", story.doubtful, show.doubtful),
      reports: until(S, "reports", story.incidents, show.incidents), happened: until(S, "happened", story.happened, show.incidents), notes: until(S, "notes", story.notes, show.stays),
      "head-rings": dots.filter((dot) => dot.ring), heads: dots, "head-letters": dots, "head-names": dots,
    };
  }

  function layers() {
    const S = window.gridlinkPlayback.state;
    if (!S.spec || !S.story || !made) return [];
    const close = near(S), dots = people(S, seen(S, close)), data = rowsOf(S, dots);
    if (S.show.follow) follow(S, dots);
    return made.flatMap((layer) => {
      if (layer.id === "trips") return tails(S, layer, close);
      if (layer.id !== "walked") return [layer.clone({ data: data[layer.id] || [] })];
      return sources.walked ? [layer.clone({ data: painted(S, sources.walked, 0), currentTime: S.t })] : [];
    });
  }

  /* Whom the map follows: who was chosen by a click, else the first lane; only a moved clock moves the map. */
  function follow(S, dots) {
    const first = S.story.lanes.find((lane) => lane.worker);
    const one = dots.find((dot) => dot.worker === (S.followed || (first && first.worker)));
    const moment = `${S.t}|${S.followed}`;
    if (!one || led === moment) return;
    led = moment;
    setTimeout(() => window.gridlinkMaps.look(map, Object.keys(map.boxes)[0], { longitude: one.p[0], latitude: one.p[1] }));
  }

  function begin(S) {
    sources = {};
    const { columns, length } = S.story;
    if (columns && columns.getPath && length) {
      const starts = columns.startIndices.value, path = columns.getPath.value, colour = columns.getColor.value;
      const owner = (k) => (S.story.lanes.find((lane) => lane.colour.every((c, i) => c === colour[4 * starts[k] + i])) || {}).worker;
      sources.walked = { path, time: columns.getTimestamps.value, starts, owners: [...starts.keys()].map(owner), n: path.length / 2, lat: path[1] };
    }
    if (map && !S.playing) window.gridlinkMaps.focus(map, Object.keys(map.boxes)[0], S.story.bounds);
  }

  /* Widths, radii and pictures in pixels grow with the screen's unit; words come in its size, metres stay metres. */
  function sized(layer) {
    const u = window.gridlink.unit(), { radiusUnits, getPixelOffset: away } = layer.props, scales = { widthScale: u, lineWidthScale: u };
    if (radiusUnits === "pixels") scales.radiusScale = u;
    if (layer.constructor.layerName === "IconLayer") scales.sizeScale = u;
    if (Array.isArray(away)) scales.getPixelOffset = away.map((pixels) => pixels * u);
    return layer.clone(scales);
  }

  document.addEventListener("gridlink:map", ({ detail }) => {
    if (detail.id !== "tracks-map") return;
    const first = map !== detail;
    map = detail;
    made = window.gridlinkMaps.convert(map, map.spec.templates).map(sized);
    map.extra = layers;
    const S = window.gridlinkPlayback.state;
    if (first) held = [];
    if (first && S.story && S.story.bounds) window.gridlinkMaps.focus(map, Object.keys(map.boxes)[0], S.story.bounds);
    window.gridlinkMaps.frame(map);
  });

  window.gridlinkTracks = { here, ready, decode, chunks, heads, people, map: () => map };
  window.gridlinkPlayback.watch({ story: begin, time: () => { if (map && document.body.contains(map.element)) window.gridlinkMaps.frame(map); } });
})();
