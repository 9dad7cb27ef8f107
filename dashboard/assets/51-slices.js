/* A chunk in pieces of a few minutes: what a moment draws is then little more than its tail, because a graphics card, and
   far more a processor that has to stand in for one, pays for every vertex of a layer, seen or not. */
(function () {
  "use strict";
  const SLICE_S = 300;

  /* The pieces of a decoded chunk, each like a chunk itself. A step from one vertex to the next stands in the piece it
     begins in, which therefore also holds the vertex the step ends at; `from` and `to` are the times it may show. */
  function cut(chunk) {
    const pieces = new Map();
    const piece = (k) => pieces.get(k) || pieces.set(k, { k, kept: [], starts: [], owners: [] }).get(k);
    chunk.starts.forEach((start, at) => {
      const end = at + 1 < chunk.starts.length ? chunk.starts[at + 1] : chunk.n;
      let open = null;
      for (let i = start; i + 1 < end; i++) {
        const k = Math.floor((chunk.time[i] - chunk.header.t0) / SLICE_S);
        if (!open || open.k !== k) {
          open = piece(k);
          open.starts.push(open.kept.length);
          open.owners.push(chunk.owners[at]);
          open.kept.push(i);
        }
        open.kept.push(i + 1);
      }
    });
    return [...pieces.values()].map((one) => taken(chunk, one));
  }

  function taken(chunk, { k, kept, starts, owners }) {
    const n = kept.length, path = new Float32Array(2 * n), time = new Float32Array(n);
    let to = 0;
    kept.forEach((i, at) => {
      path[2 * at] = chunk.path[2 * i]; path[2 * at + 1] = chunk.path[2 * i + 1];
      time[at] = chunk.time[i];
      to = Math.max(to, time[at]);
    });
    const column = (values) => values && values.constructor.from(kept, (i) => values[i]);
    return { id: `${chunk.id}-${k}`, header: chunk.header, path, time, starts: new Uint32Array(starts), owners, n, lat: chunk.lat,
      accuracy: column(chunk.accuracy), speed: column(chunk.speed), from: chunk.header.t0 + k * SLICE_S, to };
  }

  /* The pieces of a chunk that show anything of a tail ending at t; cut once. */
  function within(chunk, t, tail) {
    chunk.slices = chunk.slices || cut(chunk);
    return chunk.slices.filter(({ from, to }) => from <= t && to >= t - tail);
  }

  window.gridlinkSlices = { cut, within };
})();
