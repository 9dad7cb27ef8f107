/* Where the views of a map stand on its canvas and what they look at: arithmetic only, no drawing. */
(function () {
  "use strict";
  /* One over the other where the canvas is taller than wide, or where a city wider than tall is drawn this much larger. */
  const UPRIGHT = 0.9, WORTH_STACKING = 1.15;
  /* Pixels a side of a map is taken for while it is not laid out. */
  const UNKNOWN = 300;

  /* Boxes in CSS pixels for the whole (`city`) and its densest part (`town`); a city without a second scale has it all. */
  function arrange(bounds, { width, height }, gap, inset = { top: 0, bottom: 0 }) {
    const names = Object.keys(bounds);
    if (names.length === 1) return { [names[0]]: { x: 0, y: 0, width, height } };
    const tall = tallness(bounds.city);
    const left = Math.round(Math.min(Math.max(height / tall, width * 0.3), width * 0.5));
    const beside = Math.min(left, height / tall), over = Math.min(width, height / 2 / tall);
    return width / height < UPRIGHT || over > beside * WORTH_STACKING
      ? stacked(width, height, gap) : sideBySide(width, height, left, gap, inset);
  }

  /* How much taller than wide bounds are drawn. */
  function tallness([w, s, e, n]) {
    return (n - s) / ((e - w) * Math.cos(((n + s) / 2) * Math.PI / 180));
  }

  function stacked(width, height, gap) {
    const upper = Math.round(height * 0.5);
    return { city: { x: 0, y: 0, width, height: upper }, town: { x: 0, y: upper + gap, width, height: height - upper - gap } };
  }

  function sideBySide(width, height, left, gap, inset) {
    return {
      city: { x: 0, y: 0, width: left, height },
      town: { x: left + gap, y: inset.top, width: width - left - gap, height: height - inset.top - inset.bottom },
    };
  }

  function boxes(map) {
    const { width, height } = map.element.getBoundingClientRect();
    return arrange(map.spec.bounds, { width: width || UNKNOWN, height: height || UNKNOWN }, 8 * window.gridlink.unit(), map.spec.inset);
  }

  function fitted(bounds, box) {
    const [w, s, e, n] = bounds;
    const view = new deck.WebMercatorViewport({ width: Math.max(box.width, 10), height: Math.max(box.height, 10) });
    const { longitude, latitude, zoom } = view.fitBounds([[w, s], [e, n]], { padding: 0 });
    return { longitude, latitude, zoom, minZoom: zoom - 1.5, maxZoom: 19, pitch: 0, bearing: 0 };
  }

  const boundsOf = (map, id) => (map.focus && map.focus[id]) || map.spec.bounds[id];

  /* Every view looking at its own bounds. */
  function begin(map) {
    return Object.fromEntries(Object.entries(map.boxes).map(([id, box]) => [id, fitted(boundsOf(map, id), box)]));
  }

  function viewport(map, id) {
    const { width, height } = map.boxes[id];
    return new deck.WebMercatorViewport({ ...map.states[id], width: Math.max(width, 10), height: Math.max(height, 10) });
  }

  /* The bounds a view has in sight, grown by a share of themselves. */
  function inSight(map, id, margin) {
    const [w, s, e, n] = viewport(map, id).getBounds();
    const x = (e - w) * margin, y = (n - s) * margin;
    return [w - x, s - y, e + x, n + y];
  }

  const within = (inner, outer) => inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];

  /* A map lies flat and north is up; one seen from the side is turned by the right button. A double click draws near, but not
     while a tool is in use, where it ends a way. */
  function viewsOf(map) {
    const turns = Boolean(map.tilted);
    const controller = { dragRotate: turns, touchRotate: turns, doubleClickZoom: !map.busy, keyboard: false };
    return Object.entries(map.boxes).map(([id, box]) => new deck.MapView({ id, ...box, controller, repeat: false }));
  }

  window.gridlinkViews = { arrange, boxes, fitted, boundsOf, begin, viewport, inSight, within, viewsOf };
})();
