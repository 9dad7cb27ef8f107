/* How large a design pixel is. A site that says how far away people sit and how wide the screen is gets letters that can
   be read from there; where too little would fit, the far scene. `?u=` says it outright. Sizes in CSS pixels and mm. */
(function () {
  "use strict";
  const root = document.documentElement;
  const MM_PER_METRE = 1000;
  const BODY = 14, PITCH = 158; // a letter of 14 design pixels of p mm each is read to 14 * 158 * p mm
  const FAR_BELOW = 1600;       // design pixels across
  const BROAD_FROM = 2400, ULTRA_WIDE = 2.9;
  const LEAST = { width: 960, height: 540 }; // the far scene holds no less than this

  /* Returns u and whether the far scene is served; u is null where nothing is said and the sheet decides. */
  function sized(screen, { distance_m: distance, width_mm: across, u }) {
    const most = Math.min(screen.width / LEAST.width, screen.height / LEAST.height);
    if (u > 0) return { u, far: false };
    if (!(distance > 0 && across > 0)) return { u: null, far: false };
    const wanted = Math.max(1, (distance * MM_PER_METRE * screen.width) / (PITCH * BODY * across));
    const far = screen.width / wanted < FAR_BELOW && wanted > 1;
    return { u: far ? Math.max(1, Math.min(wanted, most)) : wanted, far };
  }

  const asked = new URLSearchParams(location.search);
  const said = (name, kept) => Number(asked.get(name) || kept || 0);
  const site = { distance_m: said("distance", root.dataset.distance), width_mm: said("width", root.dataset.width), u: said("u") };

  function apply() {
    const { u, far } = sized({ width: innerWidth, height: innerHeight }, site);
    if (u) root.style.setProperty("--u", u.toFixed(4));
    root.toggleAttribute("data-far", far);
    const unit = parseFloat(getComputedStyle(root).getPropertyValue("--u")) || 1;
    root.toggleAttribute("data-broad", innerWidth / unit >= BROAD_FROM && innerWidth / innerHeight < ULTRA_WIDE);
  }

  apply();
  window.addEventListener("resize", apply);
  window.gridlinkDistance = { sized };
})();
