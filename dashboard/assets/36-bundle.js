/* The deck.gl bundle: its address stands on the page, and it is loaded once, while the server still thinks about the map. */
(function () {
  "use strict";
  let webGl = null, bundle = null;

  function hasWebGl() {
    if (webGl === null) {
      try { webGl = Boolean(document.createElement("canvas").getContext("webgl2")); } catch (fault) { webGl = false; }
    }
    return webGl;
  }

  function load(url) {
    if (window.deck) return Promise.resolve();
    bundle = bundle || new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = url; script.onload = done; script.onerror = failed;
      document.head.append(script);
    });
    return bundle;
  }

  document.addEventListener("gridlink:view", () => {
    const box = document.querySelector("[data-bundle]");
    if (box) load(box.dataset.bundle);
  });
  window.gridlinkBundle = { hasWebGl, load };
})();
