/* Who was near the incident a replay is about, nearest first: how far, and when. A click chooses, another lets go. */
(function () {
  "use strict";

  function part(tag, words, className = "") {
    const node = document.createElement(tag);
    node.textContent = words;
    if (className) node.className = className;
    return node;
  }

  function person(S, one) {
    const lane = S.story.lanes.find((found) => found.worker === one.worker), node = document.createElement("button");
    const mark = lane ? part("i", lane.letter, "letter") : part("i", "", "free");
    node.className = "person";
    node.dataset.worker = one.worker;
    node.title = one.words;
    node.setAttribute("aria-pressed", String(Boolean(lane)));
    if (lane) node.style.setProperty("--track", `rgb(${lane.colour.slice(0, 3).join(",")})`);
    node.append(mark, part("b", one.name), part("span", one.seen, "note"));
    return node;
  }

  function list(S) {
    const box = document.getElementById("people-near"), words = window.gridlink.words;
    if (!box) return;
    const incident = S.story && S.story.incident, people = incident ? incident.people : [];
    if (!incident) { box.replaceChildren(); return; }
    const rows = people.length ? people.map((one) => person(S, one)) : [part("p", words.near_nobody, "empty")];
    box.replaceChildren(part("h3", words.near_then), ...rows);
  }

  window.gridlinkPlayback.watch({ story: list, dress: list });
})();
