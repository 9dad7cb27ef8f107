/* The board and a case: keys, the id of a command, the live clock, queues. An id is made when a form opens, so that a
   second click sends the same command and nothing is done twice. [data-deed] opens the form of an act, [data-whistle]
   does a step of a whistle, [data-queue] chooses, [data-due] is epoch ms of what runs out. */
(function () {
  "use strict";
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const words = window.gridlink.words;
  let noted = null;

  /* crypto.randomUUID is missing on pages an intranet serves without TLS. */
  function id() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function told(button, names) {
    return Object.fromEntries(names.filter((name) => button.dataset[name]).map((name) => [name, button.dataset[name]]));
  }

  function begin(button) {
    const about = { act: button.dataset.deed, incident: button.dataset.case, version: Number(button.dataset.version) };
    set("deed-asked", { data: { ...about, ...told(button, ["worker", "unit", "into"]), command_id: id() } });
    setTimeout(() => { const field = document.querySelector("#deed-fields input"); if (field) field.focus(); }, 350);
  }

  document.addEventListener("click", (event) => {
    const at = (name) => event.target.closest(`[data-${name}]`);
    const deed = at("deed"), whistle = at("whistle"), queue = at("queue"), opens = at("opens"), shuts = at("shuts");
    if (deed) begin(deed);
    if (whistle) set("whistle-asked", { data: { act: whistle.dataset.whistle, ...told(whistle, ["id", "unit", "outcome"]), command_id: id() } });
    if (queue) { window.gridlink.choose("queue", queue.dataset.queue); window.gridlink.choose("level", queue.dataset.level); }
    if (opens) set(opens.dataset.opens, { className: opens.dataset.opens });
    if (shuts) set(shuts.dataset.shuts, { className: `${shuts.dataset.shuts} hidden` });
    if (event.target.closest("#new-go")) set("new-asked", { data: { command_id: opened() } });
    if (event.target.closest("[data-keys]")) help();
  });

  /* A click on the board's map, not a drag, is the place of a new case. */
  let pressed = [0, 0];
  document.addEventListener("pointerdown", (event) => { pressed = [event.clientX, event.clientY]; }, true);
  document.addEventListener("click", (event) => {
    const box = event.target.closest("#board-map");
    const map = box && window.gridlinkMaps.maps.get("board-map");
    if (!map || !map.states || Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 4) return;
    const [name] = Object.keys(map.boxes), around = box.getBoundingClientRect(), size = map.boxes[name];
    const view = new deck.WebMercatorViewport({ ...map.states[name], width: size.width, height: size.height });
    const point = view.unproject([event.clientX - around.left - size.x, event.clientY - around.top - size.y]);
    window.gridlink.choose("spot", point.map((x) => x.toFixed(6)).join());
  });

  /* One id for the point chosen: reporting it twice opens one case. */
  let spot = null, report = null;
  function opened() {
    const now = (window.gridlink.view() || {}).spot;
    if (now !== spot || !report) { spot = now; report = id(); }
    return report;
  }

  function help() {
    const known = document.querySelector(".key-help");
    if (known) { known.remove(); return; }
    const box = document.createElement("dialog");
    box.className = "key-help";
    const lines = words.board_keys.split("\n").map((line) => line.split("|"));
    lines.forEach(([key, what]) => {
      const name = document.createElement("kbd"), text = document.createElement("span");
      name.textContent = key; text.textContent = what;
      box.append(name, text);
    });
    box.addEventListener("click", () => box.remove());
    document.body.append(box);
    box.showModal();
    box.addEventListener("close", () => box.remove());
  }

  const grid = () => window.dash_ag_grid && document.getElementById("board-grid") && window.dash_ag_grid.getApi("board-grid");

  function move(by) {
    const api = grid();
    if (!api) return;
    const now = api.getSelectedNodes()[0];
    const next = api.getDisplayedRowAtIndex(now ? Math.max(0, Math.min(now.rowIndex + by, api.getDisplayedRowCount() - 1)) : 0);
    if (next) { next.setSelected(true, true); api.ensureNodeVisible(next); }
  }

  function open() {
    const api = grid();
    const row = api && api.getSelectedNodes()[0];
    if (!row) return;
    const query = new URLSearchParams(location.search);
    const kept = new URLSearchParams([["incident", row.data.id], ...["lang", "theme"].filter((name) => query.get(name)).map((name) => [name, query.get(name)])]);
    location.assign(`/case?${kept}`);
  }

  function note(field) {
    const text = field.value.trim();
    if (!text) return;
    if (!noted || noted.text !== text) noted = { text, command_id: id() };
    set("case-note-sent", { data: { ...noted } });
  }

  document.addEventListener("keydown", (event) => {
    const board = document.querySelector(".board-page"), here = board || document.querySelector(".case-page");
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && event.target.id === "case-note") { note(event.target); return; }
    if (event.key === "Enter" && event.target.closest("#deed-form") && event.target.matches("input")) { document.getElementById("deed-go").click(); return; }
    if (event.key === "Escape" && document.querySelector(".dash-dropdown-content")) return;
    if (event.key === "Escape" && !document.querySelector("#deed-form.hidden")) { document.getElementById("deed-no").click(); return; }
    if (event.target.closest("input, textarea, select, [contenteditable], .dash-dropdown, .dash-dropdown-content")) return;
    if (event.key === "?") { help(); return; }
    if (board && (event.key === "j" || event.key === "ArrowDown")) { event.preventDefault(); move(1); return; }
    if (board && (event.key === "k" || event.key === "ArrowUp")) { event.preventDefault(); move(-1); return; }
    if (event.key === "Enter" && event.target.closest("button, a")) return;
    if (board && event.key === "Enter") { open(); return; }
    const button = document.querySelector(`#deed-acts [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (button) { event.preventDefault(); button.click(); }
  });

  document.addEventListener("dblclick", (event) => { if (event.target.closest("#board-grid .ag-row")) open(); });

  /* 超 8:26 of what is due now, every second. */
  function clock(seconds) {
    const s = Math.floor(Math.abs(seconds)), two = (n) => String(n).padStart(2, "0");
    return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : s < 86400 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : window.gridlink.span(s);
  }

  function draw() {
    document.querySelectorAll("[data-due]").forEach((node) => {
      const left = (Number(node.dataset.due) - Date.now()) / 1000;
      const text = window.gridlink.fill(left < 0 ? words.over : words.left, { span: clock(left) });
      if (node.textContent !== text) node.textContent = text;
      const head = node.closest(".head");
      if (head) { head.classList.toggle("over", left < 0); head.classList.toggle("soon", left >= 0 && left < Number(node.dataset.soon)); }
    });
    document.querySelectorAll("#board-grid").forEach((node) => {
      if (!node.querySelector(".ag-row-selected")) { const api = grid(); const first = api && !api.getSelectedNodes().length && api.getDisplayedRowAtIndex(0); if (first) first.setSelected(true, true); }
    });
  }
  setInterval(draw, 1000);
  document.addEventListener("gridlink:view", () => setTimeout(draw, 60));
})();
