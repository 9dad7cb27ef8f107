/* The card beside the mouse: what lies there, its value with n, and what a click would do. Words of data are only ever text.
   The card itself never takes the mouse, so it cannot flicker; it changes only when what it tells does. */
(function () {
  "use strict";
  const { kindOf, choiceOf } = window.gridlinkPick;
  const REACH_PX = 7, AWAY_PX = 14;

  function hover(map, info) {
    if (map.busy) { window.gridlinkTools.moving(map, info.coordinate); hide(map); return; }
    const told = info.object ? about(map, info) : worker(map, info);
    if (told) show(map, told, info); else hide(map);
  }

  /* Title, lines and what a click does. */
  function about(map, info) {
    const { object, layer } = info, words = window.gridlink.words, kind = kindOf(layer);
    const [title, ...lines] = object.card || plain(object, kind);
    if (!title) return null;
    const choice = choiceOf(map, info);
    return { title, lines, act: choice ? words[`click_${kind === "towers" ? "areas" : kind}`] : "" };
  }

  function plain(object, kind) {
    if (kind === "areas" || kind === "towers") return [object.name, ...(object.said ? [object.said] : []), ...(object.note ? [object.note] : [])];
    if (object.words) return [object.words];
    if (kind === "cameras" || kind === "block") return [object.name];
    return [object.n > 1 ? String(object.n) : object.id];
  }

  /* A worker under the mouse, who has no name here: state, age of the fix, battery. */
  function worker(map, { viewport, x, y }) {
    const live = window.gridlinkLive, feed = live && live.feeds && live.feeds.get(map.id);
    if (!feed || !feed.limits || !viewport) return null;
    let best = -1, least = REACH_PX;
    for (let i = 0; i < feed.n; i++) {
      if (Number.isNaN(feed.place[2 * i])) continue;
      const [px, py] = viewport.project([feed.place[2 * i], feed.place[2 * i + 1]]);
      const away = Math.hypot(px + viewport.x - x, py + viewport.y - y);
      if (away < least) { best = i; least = away; }
    }
    return best < 0 ? null : standing(live, feed, best);
  }

  function standing(live, feed, i) {
    const { words, fill } = window.gridlink;
    const state = [words.state_moving, words.state_staying, words.state_silent][live.stateOf(feed, i)];
    const minutes = Math.floor(live.age(feed, i) / 60), battery = feed.battery[i];
    const lines = [fill(words.fix_age, { span: fill(words.minutes, { n: minutes }) })];
    if (battery <= 100) lines.push(fill(words.battery, { n: battery }));
    return { title: `${words.worker} · ${state}`, lines, act: "" };
  }

  function card(map) {
    let box = map.element.querySelector(".map-card");
    if (!box) {
      box = document.createElement("div");
      box.className = "map-card";
      box.setAttribute("role", "status");
      map.element.append(box);
    }
    return box;
  }

  function line(className, words) {
    const row = document.createElement("p");
    row.className = className;
    row.textContent = words;
    return row;
  }

  function show(map, told, { x, y }) {
    const box = card(map), key = JSON.stringify(told);
    if (box.dataset.key !== key) {
      box.dataset.key = key;
      box.replaceChildren(line("title", told.title), ...told.lines.map((words) => line("said", words)));
      if (told.act) box.append(line("act", told.act));
    }
    box.hidden = false;
    place(map, box, x, y);
  }

  /* Beside the mouse, on the side where there is room. */
  function place(map, box, x, y) {
    const away = AWAY_PX * window.gridlink.unit();
    const left = x + away + box.offsetWidth <= map.element.clientWidth ? x + away : Math.max(0, x - away - box.offsetWidth);
    const top = y + away + box.offsetHeight <= map.element.clientHeight ? y + away : Math.max(0, y - away - box.offsetHeight);
    box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  function hide(map) {
    const box = map.element.querySelector(".map-card");
    if (box) box.hidden = true;
  }

  document.addEventListener("mouseout", ({ target, relatedTarget }) => {
    const element = target.closest && target.closest(".map-box");
    if (!element || element.contains(relatedTarget)) return;
    const map = window.gridlinkMaps.maps.get(element.id);
    if (map) hide(map);
  });
  window.gridlinkHover = { hover, hide };
})();
