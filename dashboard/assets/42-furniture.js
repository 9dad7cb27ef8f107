/* What stands over the canvas: the frame of the town on the city view, leader lines, scale bars, and what a tool draws. */
(function () {
  "use strict";
  const { viewport } = window.gridlinkViews;
  const LENGTHS_M = [100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000];
  const EQUATOR_M_PX = 156543.03 / 2; // metres of a pixel at zoom 0, whose world is 512 pixels wide

  function furnish(map) {
    const over = map.element.querySelector(".map-over");
    if (!over) return;
    const bars = Object.entries(map.boxes).filter(([id]) => !map.states[id].pitch).map(([id, box]) => scaleBar(map, id, box));
    over.innerHTML = `<svg>${framed(map)}${bars.join("")}</svg>`;
    const panel = map.element.closest(".panel");
    const caption = panel && panel.querySelector(".map-times");
    if (caption && map.states.town && map.states.city) caption.textContent = (2 ** (map.states.town.zoom - map.states.city.zoom)).toFixed(1);
    map.element.dispatchEvent(new CustomEvent("gridlink:moved", { detail: map }));
  }

  /* The town's frame on the city, and lines from it to the town view: on its near side, left or top. */
  function framed(map) {
    if (!map.boxes.town || !map.boxes.city) return "";
    const t = map.boxes.town, view = viewport(map, "city");
    const [w, s, e, n] = viewport(map, "town").getBounds();
    const [x0, y0] = view.project([w, n]), [x1, y1] = view.project([e, s]);
    const below = t.y >= map.boxes.city.y + map.boxes.city.height;
    const leader = below ? `M${x0} ${y1}L${t.x} ${t.y}M${x1} ${y1}L${t.x + t.width} ${t.y}`
      : `M${x1} ${y0}L${t.x} ${t.y}M${x1} ${y1}L${t.x} ${t.y + t.height}`;
    return `<rect x="${x0}" y="${y0}" width="${x1 - x0}" height="${y1 - y0}"/><path class="leader" d="${leader}"/>`
      + `<rect x="${t.x}" y="${t.y}" width="${t.width}" height="${t.height}"/>`;
  }

  function scaleBar(map, id, box) {
    const { latitude, zoom } = map.states[id];
    const metres = (EQUATOR_M_PX * Math.cos((latitude * Math.PI) / 180)) / 2 ** zoom;
    const u = window.gridlink.unit();
    let length = LENGTHS_M[0];
    for (const step of LENGTHS_M) if (step / metres < 130 * u) length = step;
    const x = box.x + 14 * u, y = box.y + box.height - 14 * u, wide = length / metres;
    const words = length < 1000 ? `${length} m` : `${length / 1000} km`;
    const bar = `d="M${x} ${y - 4 * u}V${y}H${x + wide}V${y - 4 * u}"`;
    return `<path class="scale under" ${bar}/><path class="scale" ${bar}/><text x="${x + wide + 6 * u}" y="${y}">${words}</text>`;
  }

  window.gridlinkFurniture = { furnish };
})();
