/* The map as a picture, where a browser has no WebGL: the server draws it anew whenever the view changes. */
(function () {
  "use strict";
  const ASKED = ["area", "day", "t", "theme"];
  const WAIT_MS = 200;
  let timer = null;

  function address(box) {
    const view = window.gridlink.view(), { width, height } = box.getBoundingClientRect();
    const asked = ASKED.filter((name) => view[name]).map((name) => [name, view[name]]);
    const size = [["w", Math.round(width)], ["h", Math.round(height)], ["u", window.gridlink.unit()]];
    return `/api/still.svg?${new URLSearchParams([...asked, ...size, ["lang", document.documentElement.lang]])}#${view.version}`;
  }

  /* The picture before stays until the next one is there. */
  async function put(box) {
    const url = address(box);
    if (!box.clientWidth || box.dataset.stillOf === url) return;
    box.dataset.stillOf = url;
    const next = new Image();
    next.alt = box.dataset.still;
    next.className = "still";
    next.src = url;
    try { await next.decode(); } catch (fault) { delete box.dataset.stillOf; return; }
    if (box.dataset.stillOf === url) box.querySelector(".map-canvas").replaceChildren(next);
  }

  function all() { document.querySelectorAll(".map-box[data-still]").forEach(put); }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(all, WAIT_MS);
  }

  document.addEventListener("gridlink:view", later);
  window.addEventListener("resize", later);
  new MutationObserver(later).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-still"] });
})();
