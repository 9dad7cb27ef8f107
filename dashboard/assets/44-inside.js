/* Who and what is inside a drawn shape: the server counts, the card tells; words of data are only ever text. */
(function () {
  "use strict";

  async function ask(map, shape) {
    const mine = (map.asking = {});
    const { area, period, day, kind } = window.gridlink.view();
    const choices = Object.entries({ area, period, day, kind, ...shape }).filter(([, value]) => value);
    const answer = await fetch(`/api/inside?${new URLSearchParams(choices)}`, { credentials: "same-origin", cache: "no-store" });
    if (map.asking !== mine) return;
    if (answer.ok) show(map, await answer.json()); else show(map, { title: await answer.text(), groups: [], notes: [] });
  }

  function made(tag, className, words) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (words !== undefined) element.textContent = words;
    return element;
  }

  function show(map, told) {
    close(map, map.asking);
    const card = made("section", "map-inside");
    card.setAttribute("aria-label", told.title);
    const shut = made("button", "shut", "×");
    shut.setAttribute("aria-label", window.gridlink.words.close);
    shut.addEventListener("click", () => window.gridlinkTools.end(map));
    const head = made("header");
    head.append(made("b", "", told.title), shut);
    card.append(head, ...told.groups.map(group), ...told.notes.map((words) => made("p", "note", words)));
    map.element.append(card);
  }

  function group({ title, rows }) {
    const table = made("table");
    table.append(made("caption", "", title), ...rows.map(row));
    return table;
  }

  function row([words, value, link]) {
    const line = made("tr"), name = made("th");
    name.scope = "row";
    if (link) { const way = made("a", "", words); way.href = link; name.append(way); } else name.textContent = words;
    line.append(name, made("td", "", value));
    return line;
  }

  function close(map, asking = null) {
    map.asking = asking;
    map.element.querySelectorAll(".map-inside").forEach((card) => card.remove());
  }

  window.gridlinkInside = { ask, close };
})();
