/* The tools of a desk's map: measure a way, draw a circle or a polygon and ask what is inside, see it from the side.
   Every click is a corner; Escape or a double click ends a way, a click on the first corner closes a polygon. */
(function () {
  "use strict";
  const { length, circle, distance, spelt } = window.gridlinkGeodesy;
  const NEAR_PX = 10, MOST = 60;
  const DRAWING = ["measure", "circle", "polygon"];

  function begin(map, tool) {
    end(map);
    Object.assign(map, { busy: tool, corners: [], pointer: null, closed: false });
    map.drawn = () => layers(map);
    window.gridlinkMaps.turn(map);
    press(map);
    say(map, window.gridlink.words[`tool_${tool}`]);
  }

  /* Put everything away. */
  function end(map) {
    if (!map.corners) return;
    Object.assign(map, { busy: "", corners: null, drawn: null, pointer: null });
    window.gridlinkMaps.turn(map);
    press(map);
    say(map, "");
    window.gridlinkInside.close(map);
    window.gridlinkMaps.frame(map);
  }

  function press(map) {
    map.element.querySelectorAll("[data-tool]").forEach((button) => {
      const on = button.dataset.tool === "tilt" ? Boolean(map.tilted) : button.dataset.tool === map.busy;
      button.setAttribute("aria-pressed", String(on));
    });
  }

  function corner(map, [lon, lat]) {
    const point = [lon, lat];
    if (map.closed) { map.corners = []; map.closed = false; window.gridlinkInside.close(map); }
    if (map.busy === "polygon" && map.corners.length > 2 && near(map, map.corners[0], point)) close(map);
    else if (map.corners.length < MOST) map.corners.push(point);
    if (map.busy === "circle" && map.corners.length === 2) close(map);
    moving(map, point);
  }

  /* A double click is the last corner of a way or a polygon. */
  function finish(map, point) {
    if (map.closed || map.busy === "circle") return;
    const last = map.corners[map.corners.length - 1];
    if (!last || !near(map, last, point)) map.corners.push(point);
    if (map.busy === "polygon" && map.corners.length > 2) close(map);
    else if (map.busy === "measure") map.closed = true;
    moving(map, point);
  }

  function near(map, a, b) {
    const view = window.gridlinkViews.viewport(map, Object.keys(map.boxes)[0]);
    const [p, q] = [view.project(a), view.project(b)];
    return Math.hypot(p[0] - q[0], p[1] - q[1]) < NEAR_PX * window.gridlink.unit();
  }

  /* A finished shape asks what is inside. */
  function close(map) {
    map.closed = true;
    map.pointer = null;
    const asked = map.busy === "circle"
      ? { centre: map.corners[0].map((x) => x.toFixed(6)).join(), radius: distance(...map.corners).toFixed(1) }
      : { ring: map.corners.map((p) => p.map((x) => x.toFixed(6)).join()).join(";") };
    window.gridlinkInside.ask(map, asked);
  }

  function moving(map, coordinate) {
    if (!map.corners) return;
    map.pointer = map.closed ? null : coordinate;
    say(map, sum(map) || window.gridlink.words[`tool_${map.busy}`]);
    window.gridlinkMaps.frame(map);
  }

  function sum(map) {
    const way = line(map);
    if (way.length < 2) return "";
    const words = window.gridlink.words, fill = window.gridlink.fill;
    if (map.busy === "circle") return fill(words.radius, { length: spelt(distance(way[0], way[1])) });
    return fill(words.way, { length: spelt(length(way)), last: spelt(distance(...way.slice(-2))) });
  }

  function line(map) { return map.pointer ? [...map.corners, map.pointer] : map.corners; }

  function outline(map) {
    const way = line(map);
    if (map.busy === "circle") return way.length > 1 ? circle(way[0], distance(way[0], way[1])) : [];
    return map.busy === "polygon" && way.length > 2 ? [...way, way[0]] : way;
  }

  function layers(map) {
    const accent = colour("--accent"), path = outline(map), area = map.busy !== "measure" && path.length > 3;
    const lines = [new deck.PathLayer({ id: "tool-line", data: path.length > 1 ? [{ path }] : [], getPath: (d) => d.path, getColor: accent, getWidth: 2, widthUnits: "pixels", jointRounded: true })];
    const ground = new deck.SolidPolygonLayer({ id: "tool-ground", data: area ? [{ path }] : [], getPolygon: (d) => d.path, getFillColor: [...accent.slice(0, 3), 36] });
    const dots = new deck.ScatterplotLayer({ id: "tool-corners", data: map.corners.slice(), getPosition: (p) => p, getRadius: 4, radiusUnits: "pixels", getFillColor: accent });
    return [ground, ...lines, dots];
  }

  function colour(token) {
    const code = getComputedStyle(document.documentElement).getPropertyValue(token).trim().slice(1);
    return [0, 2, 4].map((at) => parseInt(code.slice(at, at + 2), 16)).concat(255);
  }

  function say(map, words) {
    const box = map.element.querySelector(".map-said");
    if (box) { box.textContent = words; box.hidden = !words; }
  }

  function use(map, tool) {
    if (tool === "north") window.gridlinkTilt.north(map);
    else if (tool === "tilt") window.gridlinkTilt.tilt(map, !map.tilted).then(() => press(map));
    else if (map.busy === tool) end(map);
    else if (DRAWING.includes(tool)) begin(map, tool);
  }

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-tool]"), box = button && button.closest(".map-box");
    const map = box && window.gridlinkMaps.maps.get(box.id);
    if (map && map.deck) use(map, button.dataset.tool);
  });

  document.addEventListener("dblclick", ({ target, clientX, clientY }) => {
    const box = target.closest(".map-canvas") && target.closest(".map-box"), map = box && window.gridlinkMaps.maps.get(box.id);
    if (!map || !map.corners) return;
    const around = box.getBoundingClientRect(), [x, y] = [clientX - around.left, clientY - around.top];
    const view = map.deck.getViewports({ x, y }).pop();
    if (view) finish(map, view.unproject([x - view.x, y - view.y]));
  });

  /* Escape puts the tool away; without a tool it leads one area up, by the way above the map. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.target.closest("input, textarea, select, dialog")) return;
    const shown = [...window.gridlinkMaps.maps.values()].filter((map) => document.body.contains(map.element));
    const busy = shown.filter((map) => map.corners);
    if (busy.length) { busy.forEach(end); return; }
    if (shown.some(({ spec }) => spec.choose === "area" || spec.tilt) && !document.querySelector("dialog[open], [popover]:popover-open")) up();
  });

  function up() {
    const above = [...document.querySelectorAll(".breadcrumb .link")].pop();
    if (above) above.click();
  }

  window.gridlinkTools = { corner, moving, begin, end };
})();
