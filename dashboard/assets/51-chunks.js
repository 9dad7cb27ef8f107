/* Tracks of everybody, or of the few chosen, in quarter hours: fetched near the clock, kept while they are near, let go.
   A chunk knows its own day only, so that the same one serves both sides of a midnight. */
(function () {
  "use strict";
  const KEPT = 24;
  const AGAIN_MS = 5000;
  const chunks = new Map();

  /* int16 steps of 1e-6 degree into float32 offsets from the chunk's origin; summed as integers, so errors never add up. */
  function decode(buffer) {
    const { header, columns } = window.gridlinkMaps.unpack(buffer);
    const { first_x, first_y, dx, dy, t, accuracy, speed } = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.value]));
    const n = header.n, path = new Float32Array(n * 2), time = new Float32Array(n), starts = new Uint32Array(header.paths.length);
    header.paths.forEach(([, from], k) => {
      starts[k] = from;
      const to = k + 1 < header.paths.length ? header.paths[k + 1][1] : n;
      let x = first_x[k], y = first_y[k];
      for (let i = from; i < to; i++) {
        x += dx[i]; y += dy[i];
        path[2 * i] = x / 1e6; path[2 * i + 1] = y / 1e6;
        time[i] = t[i] + header.t0;
      }
    });
    const owners = header.paths.map(([worker]) => header.workers[worker]);
    return { header, path, time, starts, owners, accuracy, speed, n, lat: header.origin[1] };
  }

  /* The day and slot of a quarter hour counted from this midnight: negative ones are yesterday's, later ones tomorrow's.
     `shift` is when that day began, in seconds of the day shown. */
  function address(S, slot) {
    const { before, before_s, day, after, length_s, slot_s } = S.spec, slots = Math.ceil(length_s / slot_s);
    if (slot < 0) return before && { day: before, slot: Math.ceil(before_s / slot_s) + slot, shift: -before_s };
    if (slot >= slots) return after && { day: after, slot: slot - slots, shift: length_s };
    return { day, slot, shift: 0 };
  }

  /* The state of a day's tracks; its first and last chunk also hold a way from and to the days beside it. */
  function version(S, { day, slot, shift }) {
    const { before, day: shown, after, before_s, length_s, slot_s, versions } = S.spec, days = [before, shown, after], at = days.indexOf(day);
    const slots = Math.ceil((shift < 0 ? before_s : length_s) / slot_s), beside = slot === 0 ? days[at - 1] : slot === slots - 1 ? days[at + 1] : null;
    return [day, beside].map((one) => (one && versions[one]) || "").join("");
  }

  function want(S, slot) {
    const where = S.spec.chunks && address(S, slot);
    if (!where) return null;
    const url = S.spec.chunks.replace("{day}", where.day).replace("{slot}", where.slot).replace("{version}", version(S, where));
    let chunk = chunks.get(url);
    if (chunk) chunks.delete(url);
    else chunk = begin(url, where);
    chunks.set(url, chunk);
    while (chunks.size > KEPT) chunks.delete(chunks.keys().next().value);
    return { chunk, shift: where.shift };
  }

  function begin(url, where) {
    const chunk = { id: `${where.day}-${where.slot}`, from: where.slot, state: "under way" };
    chunk.arrived = window.gridlinkMaps.get(url)
      .then((answer) => answer.arrayBuffer())
      .then((buffer) => { Object.assign(chunk, decode(buffer), { state: "here" }); })
      .catch((fault) => { chunk.state = "failed"; window.gridlinkErrors.push(String(fault.message || fault)); setTimeout(() => chunks.delete(url), AGAIN_MS); })
      .then(() => { if (!window.gridlinkPlayback.state.playing) window.gridlinkPlayback.show(); });
    return chunk;
  }

  const slotOf = (S, t) => Math.floor(t / S.spec.slot_s);

  /* The chunks a moment needs: the tail behind it, and ahead what the clock will reach within two seconds. */
  function near(S) {
    const found = [], now = slotOf(S, S.t);
    for (let k = slotOf(S, S.t - S.spec.trail_s); k <= now; k++) { const one = want(S, k); if (one) found.push(one); }
    if (S.playing) for (let k = now + 1; k <= slotOf(S, S.t + 2 * S.speed) + 1; k++) want(S, k);
    return found;
  }

  /* Whether the clock may go from one moment to t: every piece of track on the way is decoded, or will not come. A slow
     frame of a fast clock would else leap over a piece that is late. */
  function here(t, from = t) {
    const S = window.gridlinkPlayback.state, slots = [];
    for (let k = slotOf(S, Math.min(from, t)); k <= slotOf(S, t); k++) slots.push(want(S, k));
    return slots.every((one) => !one || one.chunk.state !== "under way");
  }

  /* A promise of everything the moment t draws. */
  function ready(t) {
    const S = window.gridlinkPlayback.state;
    return Promise.all(near({ ...S, t, playing: false }).map(({ chunk }) => chunk.arrived));
  }

  window.gridlinkChunks = { decode, near, here, ready, chunks };
})();
