/* Alarms over the wall's map. They come apart from the map, which neither asks for its own data again nor moves. */
(function () {
  "use strict";
  const MAP = "map";
  let told = null;

  function put(map) {
    if (map.id !== MAP || !told || !document.querySelector(".wall")) return;
    const made = window.gridlinkMaps.convert(map, told);
    map.extra = () => made;
    if (map.made) window.gridlinkMaps.frame(map);
  }

  function show(layers) {
    if (layers) {
      told = layers;
      const map = window.gridlinkMaps.maps.get(MAP);
      if (map && map.deck && document.body.contains(map.element)) put(map);
    }
    return window.dash_clientside.no_update;
  }

  document.addEventListener("gridlink:map", (event) => put(event.detail));
  window.dash_clientside = Object.assign({}, window.dash_clientside, { wallAlarms: { show } });
})();
