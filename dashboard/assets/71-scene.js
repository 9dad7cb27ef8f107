/* Puts a scene on the screen without loading anything anew: its page by Dash's own routing, its choices by their
   controls, where its closer map looks, and the words over the map of an alarm or of something put up. */
(function () {
  "use strict";
  const FLIGHT_MS = 700;
  const FRAME = ["area", "day", "t", "theme"]; // choices in the frame: they outlive a page
  const KEPT = ["lang", "kiosk", "wall", "u", "distance", "width"];
  const before = {};
  let route = null;
  let want = { key: 0, camera: null, fly: false };
  let flight = null;
  let call = null;

  function show(plan) {
    const again = go(plan);
    choose(plan.view);
    const alarm = plan.mode === "alarm";
    want = { key: want.key + 1, camera: plan.camera, fly: alarm };
    call = plan.call ? { ...plan.call, alarm } : null;
    if (!again) for (const map of window.gridlinkMaps.maps.values()) aim(map);
    say();
  }

  /* Returns whether the page is another one, or is made anew for choices of its own. */
  function go({ page, view }) {
    const own = Object.entries(view).filter(([name]) => !FRAME.includes(name));
    const wanted = `${page}?${new URLSearchParams(own)}`;
    const here = route || `${location.pathname}?`;
    route = wanted;
    if (wanted === here) return false;
    const query = new URLSearchParams(location.search);
    const kept = KEPT.filter((name) => query.has(name)).map((name) => [name, query.get(name)]);
    history.replaceState(history.state, "", `${page}?${new URLSearchParams([...Object.entries(view), ...kept])}`);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    return true;
  }

  /* What a scene does not name is as it was before any scene named it. */
  function choose(view) {
    const current = window.gridlink.view();
    for (const name of FRAME) {
      if (name in view) {
        if (!(name in before)) before[name] = current[name] === undefined ? null : current[name];
        if (current[name] !== view[name]) window.gridlink.choose(name, view[name]);
      } else if (name in before) {
        window.gridlink.choose(name, before[name]);
        delete before[name];
      }
    }
  }

  const closer = (map) => Object.keys(map.boxes).slice(-1)[0];

  /* Every map is aimed once for a scene; after that it is left alone, whatever is drawn on it. */
  function aim(map) {
    if (!document.getElementById("director") || !want.key || map.directed === want.key || !document.body.contains(map.element)) return;
    const first = map.directed === undefined;
    map.directed = want.key;
    if (!want.camera && first) return;
    cancelAnimationFrame(flight);
    const id = closer(map), from = { ...map.states[id] };
    window.gridlinkMaps.focus(map, id, want.camera);
    if (want.fly && !first && !matchMedia("(prefers-reduced-motion: reduce)").matches) fly(map, id, from);
  }

  function fly(map, id, from) {
    const to = { ...map.states[id] }, began = performance.now(), key = want.key;
    const step = () => {
      const share = Math.min((performance.now() - began) / FLIGHT_MS, 1), eased = 1 - (1 - share) ** 3;
      if (want.key !== key) return;
      const between = (name) => from[name] + (to[name] - from[name]) * eased;
      window.gridlinkMaps.look(map, id, { longitude: between("longitude"), latitude: between("latitude"), zoom: between("zoom") });
      if (share < 1) flight = requestAnimationFrame(step);
    };
    step();
  }

  function card() {
    let node = document.getElementById("call");
    if (!node) {
      node = document.createElement("div");
      node.id = "call";
      node.setAttribute("role", "status");
      document.body.append(node);
    }
    return node;
  }

  function line(tag, words, name) {
    const node = document.createElement(tag);
    node.textContent = words;
    if (name) node.className = name;
    return node;
  }

  function clock(ms) {
    const zone = (document.querySelector("[data-clock]") || { dataset: {} }).dataset.clock;
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(ms);
  }

  function left(ms) {
    const node = line("span", "", "left");
    node.dataset.deadline = ms;
    node.dataset.soon = 1800;
    node.append(document.createElement("b"));
    return node;
  }

  function say() {
    const node = card();
    node.hidden = !call;
    if (!call) return;
    node.className = call.alarm ? "call alarm" : "call";
    node.style.cssText = "";
    const { words, fill } = window.gridlink;
    const mark = document.createElement("i");
    mark.className = `severity s${call.alarm ? 1 : call.severity || 5}`;
    const title = line("h2", call.alarm ? call.words : call.title);
    if (call.alarm || call.severity) title.prepend(mark);
    const under = call.alarm ? [call.place, fill(words.director_since, { clock: clock(call.since) })] : [...call.lines, call.about];
    node.replaceChildren(title, ...under.filter(Boolean).map((words) => line("p", words)));
    if (call.deadline) node.append(left(call.deadline));
    if (!call.alarm) node.append(line("small", call.by));
    place();
  }

  /* At its point on the closer map, else at the head of the map; without a map, at the head of the page. */
  function place() {
    const node = document.getElementById("call");
    if (!node || !call || node.hidden) return;
    const map = window.gridlinkMaps && [...window.gridlinkMaps.maps.values()].find((one) => document.body.contains(one.element) && one.states);
    const point = map && call.point && spot(map, call.point);
    node.toggleAttribute("data-at", Boolean(point));
    const around = map ? map.element.getBoundingClientRect() : { left: 0, top: 56 * window.gridlink.unit(), width: innerWidth };
    const box = map ? map.boxes[closer(map)] : { x: 0, y: 0, width: innerWidth };
    const [x, y] = point || [box.x + box.width / 2, box.y + 16 * window.gridlink.unit()];
    const height = node.offsetHeight + 24 * window.gridlink.unit();
    node.toggleAttribute("data-below", Boolean(point) && y < box.y + height);
    node.style.left = `${Math.round(around.left + x)}px`;
    node.style.top = `${Math.round(around.top + y)}px`;
  }

  function spot(map, point) {
    const id = closer(map), box = map.boxes[id];
    const [x, y] = new deck.WebMercatorViewport({ ...map.states[id], width: box.width, height: box.height }).project(point);
    return x < 0 || y < 0 || x > box.width || y > box.height ? null : [box.x + x, box.y + y];
  }

  document.addEventListener("gridlink:map", (event) => { aim(event.detail); place(); });
  setInterval(place, 100);

  window.gridlinkScene = { show };
})();
