/* What the server sends a map: typed arrays with a header (dashboard/wire.py), or rows. Promises are kept by address, so
   that a refresh that finds the same address uploads nothing. */
(function () {
  "use strict";
  const TYPES = { f8: Float64Array, f4: Float32Array, u4: Uint32Array, i4: Int32Array, u2: Uint16Array, i2: Int16Array, u1: Uint8Array };
  const KEPT = 160;
  const kept = new Map();

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

  /* Columns of an answer that begins at byte `at` of a buffer. */
  function unpack(buffer, at = 0) {
    const size = new DataView(buffer).getUint32(at, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, at + 4, size)));
    const columns = {};
    for (const c of header.columns) {
      const from = at + 4 + size + c.offset, Type = TYPES[c.dtype];
      columns[c.name] = { value: c.coding ? window.gridlinkLean.column(Type, buffer, from, c) : new Type(buffer, from, c.count), size: c.size };
    }
    if (columns.path_length) header.paths = window.gridlinkLean.paths(columns);
    return { header, columns };
  }

  const read = (url) => remember(url, async () => unpack(await (await get(url)).arrayBuffer()));

  /* An answer, or one part of an answer that holds several. */
  async function piece(url, part) {
    const whole = await read(url);
    if (!part) return whole;
    const bytes = whole.columns[part].value;
    return unpack(bytes.buffer, bytes.byteOffset);
  }

  function binary({ url, part = "" }) {
    return remember(`${url}#${part}`, async () => {
      const { header, columns } = await piece(url, part);
      const { startIndices, ...attributes } = columns;
      const data = { length: header.length, attributes };
      if (startIndices) data.startIndices = startIndices.value;
      return data;
    });
  }

  function rows({ url }) { return remember(`${url}#rows`, async () => (await get(url)).json()); }

  /* Polygons with their colours: shapes are fetched once per version, colours join by id. */
  function filled({ url, part = "", fill }) {
    return remember(`${url}#${part}|${fill}`, async () => {
      const [shapes, told] = await Promise.all([piece(url, part), fill ? rows({ url: fill }) : {}]);
      return polygons(shapes, told);
    });
  }

  function polygons({ header, columns: { owner, part, ring, point } }, { colours = {}, words = {}, notes = {} }) {
    const out = [];
    for (let k = 0; k < header.length; k++) {
      const first = part.value[k];
      const next = k + 1 < part.value.length ? part.value[k + 1] : ring.value.length;
      const start = ring.value[first];
      const end = next < ring.value.length ? ring.value[next] : point.value.length / 2;
      const holeIndices = [];
      for (let h = first + 1; h < next; h++) holeIndices.push((ring.value[h] - start) * 2);
      const [id, name] = (header.ids[owner.value[k]] || "").split("\t");
      const polygon = { positions: point.value.subarray(start * 2, end * 2), holeIndices };
      out.push({ id, name, said: words[id], note: notes[id], polygon, fill: colours[id] || [0, 0, 0, 0] });
    }
    return out;
  }

  window.gridlinkWire = { binary, filled, rows, unpack, remember, get, forget: () => kept.clear() };
})();
