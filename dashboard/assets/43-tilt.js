/* A desk's map seen from the side: every grid as high as its value. The right button turns it; north comes back by a button. */
(function () {
  "use strict";
  const PITCH = 45, HIGHEST = 0.14; // of the longer side of what is seen

  async function tilt(map, on) {
    if (on) map.heights = await window.gridlinkWire.rows({ url: map.spec.tilt });
    map.tilted = on;
    say(map);
    window.gridlinkMaps.turn(map);
    for (const id of Object.keys(map.boxes)) window.gridlinkMaps.look(map, id, { pitch: on ? PITCH : 0, bearing: 0, maxPitch: on ? 60 : 0 });
    window.gridlinkMaps.frame(map);
  }

  function north(map) {
    for (const id of Object.keys(map.boxes)) window.gridlinkMaps.look(map, id, { bearing: 0 });
  }

  /* The made layers with towers instead of the flat fill, and without what lies over the ground as a picture. */
  function raised(made) {
    const map = [...window.gridlinkMaps.maps.values()].find((one) => one.made === made);
    return made.flatMap((layer) => (layer.id.endsWith("-areas") ? [layer, ...towers(map, layer)] : [layer]));
  }

  function towers(map, flat) {
    const data = flat.props.data;
    if (!Array.isArray(data) || !data.length) return [];
    const { heights, colours, words } = map.heights, tall = highest(map);
    const rows = data.filter(({ id }) => heights[id]).map((row) => ({ ...row, said: words[row.id] || row.said }));
    const key = `${map.spec.tilt}|${tall}`;
    return [new deck.SolidPolygonLayer({
      id: flat.id.replace("-areas", "-towers"), data: kept(map, key, rows), positionFormat: "XY", extruded: true, pickable: true,
      autoHighlight: true, highlightColor: flat.props.highlightColor,
      getPolygon: (row) => row.polygon, getElevation: (row) => heights[row.id] * tall, getFillColor: (row) => colours[row.id] || map.heights.lowest,
    })];
  }

  /* The same rows for the same heights, so that a frame uploads nothing. */
  function kept(map, key, rows) {
    if (!map.towers || map.towers.key !== key || map.towers.rows.length !== rows.length) map.towers = { key, rows };
    return map.towers.rows;
  }

  function highest(map) {
    const [w, s, e, n] = Object.values(map.spec.bounds)[0];
    return HIGHEST * window.gridlinkGeodesy.distance([w, s], [e, n]);
  }

  function say(map) {
    let box = map.element.querySelector(".map-heights");
    if (!box) { box = document.createElement("p"); box.className = "map-heights"; map.element.append(box); }
    box.textContent = map.tilted ? map.heights.tall : "";
    box.hidden = !map.tilted;
  }

  window.gridlinkTilt = { tilt, north, raised };
})();
