/* The closer view of the hot-spot map goes where a hot spot is chosen, once for every choice, and back when none is. */
(function () {
  "use strict";
  const FLIGHT_MS = 700;
  let flight = null;

  function aim(map) {
    const near = map.spec.near;
    if (!near) return;
    const wanted = String(window.gridlink.view().spot || "");
    const key = wanted && JSON.stringify(near[wanted]);
    if (map.aimed === key || (wanted && !near[wanted])) return;
    const first = map.aimed === undefined;
    map.aimed = key;
    if (first && !wanted) return;
    cancelAnimationFrame(flight);
    const id = Object.keys(map.boxes).slice(-1)[0], from = { ...map.states[id] };
    window.gridlinkMaps.focus(map, id, near[wanted] || null);
    if (!first && !matchMedia("(prefers-reduced-motion: reduce)").matches) fly(map, id, from, { ...map.states[id] });
  }

  function fly(map, id, from, to) {
    const began = performance.now(), wanted = map.aimed;
    const step = () => {
      if (map.aimed !== wanted || !document.body.contains(map.element)) return;
      const share = Math.min((performance.now() - began) / FLIGHT_MS, 1), eased = 1 - (1 - share) ** 3;
      const between = (name) => from[name] + (to[name] - from[name]) * eased;
      window.gridlinkMaps.look(map, id, { longitude: between("longitude"), latitude: between("latitude"), zoom: between("zoom") });
      if (share < 1) flight = requestAnimationFrame(step);
    };
    step();
  }

  document.addEventListener("gridlink:map", ({ detail }) => aim(detail));
  document.addEventListener("gridlink:view", () => window.gridlinkMaps.maps.forEach((map) => {
    if (document.body.contains(map.element)) aim(map);
  }));
})();
