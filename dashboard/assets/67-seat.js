/* Acts of a seat: a button with [data-seat] sends what it carries and the fields of its form to the store of the page.
   The same words pressed twice are one command. [data-locate] = lon,lat looks there on the page's map. */
(function () {
  "use strict";
  const SAME_MS = 15000;
  let last = { words: "", id: "", at: 0 };

  function id() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function fields(button) {
    const form = button.closest("[data-form]");
    const inputs = form ? form.querySelectorAll("input[name], select[name], textarea[name]") : [];
    return Object.fromEntries([...inputs].map((field) => [field.name, field.value]));
  }

  function command(about) {
    const words = JSON.stringify(about);
    if (last.words !== words || Date.now() - last.at > SAME_MS) last = { words, id: id(), at: Date.now() };
    return { ...about, command_id: last.id };
  }

  function send(button) {
    const { seat, store = "seat-asked", ...carried } = button.dataset;
    window.dash_clientside.set_props(store, { data: command({ act: seat, ...carried, fields: fields(button) }) });
  }

  function locate(place) {
    const [lon, lat] = place.dataset.locate.split(",").map(Number);
    for (const map of window.gridlinkMaps.maps.values()) {
      if (!document.body.contains(map.element) || !map.states) continue;
      const [view] = Object.keys(map.boxes).slice(-1);
      window.gridlinkMaps.look(map, view, { longitude: lon, latitude: lat, zoom: Math.max(map.states[view].zoom, 14) });
    }
  }

  /* Whoever begins to write about an alarm has chosen it: a worse one that comes now waits in the list. */
  document.addEventListener("focusin", (event) => {
    const about = event.target.closest("#seat-alarm-body [data-form]");
    const button = about && about.querySelector("[data-id]");
    if (button && !window.gridlink.view().alarm) window.gridlink.choose("alarm", button.dataset.id);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seat]"), place = event.target.closest("[data-locate]");
    if (button) send(button);
    if (place) locate(place);
  });

  /* One line typed and Enter pressed is the button beside it. */
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("[data-form] input[name]:not([type=range])");
    if (event.key !== "Enter" || !field) return;
    const button = field.closest("[data-form]").querySelector("[data-seat]");
    if (button) { event.preventDefault(); button.click(); }
  });
})();
