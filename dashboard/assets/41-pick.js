/* What a click on a map does: a point where one is asked for, a tool's next corner, or the choice of what lies under it. */
(function () {
  "use strict";
  /* The end of a layer's name, and the entry of the spec that names the choice a click on it makes. */
  const CHOICES = { areas: "choose", towers: "choose", keys: "chooseKey", incidents: "chooseIncident", cameras: "chooseCamera", spots: "chooseSpot" };
  const kindOf = (layer) => (layer ? layer.id.split("-").pop() : "");

  /* Which choice a click on this object would make; nothing where the map makes none of it. */
  function choiceOf(map, { object, layer }) {
    return object && object.id ? map.spec[CHOICES[kindOf(layer)]] || "" : "";
  }

  function clicked(map, info) {
    const { object, layer, coordinate } = info, gridlink = window.gridlink;
    if (map.busy) { if (coordinate) window.gridlinkTools.corner(map, coordinate); return; }
    const camera = kindOf(layer) === "cameras";
    if (map.spec.choosePoint && coordinate && !camera) { gridlink.choose(map.spec.choosePoint, coordinate.map((x) => x.toFixed(6)).join()); return; }
    if (!object || !layer) return;
    map.picked = { layer: layer.id, id: object.id, coordinate };
    const choice = choiceOf(map, info);
    if (choice) gridlink.choose(choice, object.id);
  }

  window.gridlinkPick = { clicked, choiceOf, kindOf };
})();
