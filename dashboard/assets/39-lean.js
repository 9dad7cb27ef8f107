/* Columns as data/coding.py packs them: bytes in planes, and steps instead of values. What comes out are the typed arrays
   that went in; the paths of a chunk become entries of its header again. */
(function () {
  "use strict";

  /* The lowest bytes of all values first, then the next ones: back into one value after the other. */
  function woven(bytes, width) {
    const out = new Uint8Array(bytes.length), count = bytes.length / width;
    for (let plane = 0; plane < width; plane++) {
      const from = plane * count;
      for (let i = 0, to = plane; i < count; i++, to += width) out[to] = bytes[from + i];
    }
    return out;
  }

  /* A typed array wraps as the server's numbers did, so that sums come out exact. */
  function summed(values) {
    for (let i = 1; i < values.length; i++) values[i] += values[i - 1];
    return values;
  }

  function column(Type, buffer, start, { count, coding }) {
    const bytes = woven(new Uint8Array(buffer, start, count * Type.BYTES_PER_ELEMENT), Type.BYTES_PER_ELEMENT);
    const values = new Type(bytes.buffer);
    return coding === "steps" ? summed(values) : values;
  }

  /* [[position in workers, first vertex], ...] of a chunk from how long each path is. */
  function paths({ path_worker, path_length }) {
    let from = 0;
    return Array.from(path_worker.value, (worker, k) => {
      const path = [worker, from];
      from += path_length.value[k];
      return path;
    });
  }

  window.gridlinkLean = { column, paths };
})();
