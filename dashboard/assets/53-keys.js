/* The hands on the clock of a replay: keys, buttons and what they do. The keys are listed by `?` and by a button. */
(function () {
  "use strict";
  const STEP_S = 60;
  const FAR_S = 900;
  const PLACES = 4;
  const P = window.gridlinkPlayback;
  const S = P.state;
  const R = window.gridlinkRange;
  const page = () => document.querySelector(".tracks");

  function jump(forward) {
    const times = (S.story.events || []).map((event) => event.at);
    const to = forward ? times.find((at) => at > S.t + 0.5) : times.filter((at) => at < S.t - 0.5).pop();
    if (to !== undefined) P.seek(to);
  }

  /* The next or last fix of the chosen workers; of everybody, the next or last minute. */
  function step(forward) {
    const times = S.story.columns && S.story.columns.getTimestamps && S.story.columns.getTimestamps.value;
    if (!times || !times.length) { P.seek(S.t + (forward ? STEP_S : -STEP_S)); return; }
    let best = null;
    for (const t of times) if (forward ? t > S.t + 0.5 && (best === null || t < best) : t < S.t - 0.5 && (best === null || t > best)) best = t;
    if (best !== null) P.seek(best);
  }

  function faster(by) {
    const speeds = S.spec.speeds;
    P.set({ speed: speeds[Math.min(Math.max(speeds.indexOf(S.speed) + by, 0), speeds.length - 1)] });
  }

  /* One end of the range at the clock; the other stays, or is the end of what the strip shows. */
  function border(end) {
    const [from, to] = S.range || S.story.span;
    const a = end === 0 ? S.t : Math.min(from, S.t), b = end === 1 ? S.t : Math.max(to, S.t);
    const lost = end === 0 ? S.t >= to : S.t <= from;
    const range = lost ? (end === 0 ? [S.t, R.reach(S)[1]] : [R.reach(S)[0], S.t]) : [a, b];
    P.set({ range: R.ordered(...range, R.reach(S)) });
  }

  function toggle(worker) {
    const places = String(window.gridlink.view().workers || "").split(",");
    const at = places.indexOf(worker);
    const free = at >= 0 ? at : [...Array(PLACES).keys()].find((i) => !places[i]);
    if (free === undefined) { document.getElementById("people-total").textContent = window.gridlink.words.most; return; }
    while (places.length <= free) places.push("");
    places[free] = at >= 0 ? "" : worker;
    window.gridlink.choose("workers", places.join(",").replace(/,+$/, ""));
  }

  /* The first who is followed is the first lane; whoever is clicked on the map or the strip takes the place. */
  function follow(worker) {
    const same = S.show.follow && (worker === undefined || worker === S.followed);
    S.show.follow = !same;
    P.set(worker === undefined ? {} : { followed: worker });
  }

  const ends = (i) => (S.range || [S.story.span[0], S.story.span[1] - 1])[i];

  function help() {
    const known = document.querySelector(".key-help");
    if (known) { known.remove(); return; }
    const box = document.createElement("dialog");
    box.className = "key-help clock-keys";
    for (const line of window.gridlink.words.clock_keys.split("\n")) {
      const [keys, what] = line.split("|"), cell = document.createElement("span"), words = document.createElement("span");
      keys.split(" ").forEach((key) => { const name = document.createElement("kbd"); name.textContent = key; cell.append(name); });
      words.textContent = what;
      box.append(cell, words);
    }
    box.addEventListener("click", () => box.remove());
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
  }

  const ACTS = {
    play: P.play, before: () => jump(false), after: () => jump(true), back: () => P.seek(S.t - STEP_S), on: () => P.seek(S.t + STEP_S),
    a: () => border(0), b: () => border(1), clear: () => P.set({ range: null }), loop: () => P.set({ loop: !S.loop }), follow: () => follow(),
    help, reason: () => document.getElementById("people-form").classList.remove("given"),
  };

  const KEYS = {
    " ": P.play, ArrowLeft: (far) => P.seek(S.t - (far ? FAR_S : STEP_S)), ArrowRight: (far) => P.seek(S.t + (far ? FAR_S : STEP_S)),
    ArrowUp: () => jump(false), ArrowDown: () => jump(true), ",": () => step(false), ".": () => step(true),
    "+": () => faster(1), "=": () => faster(1), "-": () => faster(-1), Home: () => P.seek(ends(0)), End: () => P.seek(ends(1)),
    a: ACTS.a, b: ACTS.b, x: ACTS.clear, l: ACTS.loop, f: ACTS.follow, "?": help,
  };

  document.addEventListener("click", (event) => {
    const node = event.target.closest && event.target.closest("[data-act], [data-speed], [data-show], [data-colour], [data-worker], [data-day], [data-at]");
    if (!node || !node.closest(".tracks")) return;
    const { act, speed, show: what, colour, worker, day, at } = node.dataset;
    if (act === "help" || act === "reason") ACTS[act]();
    else if (worker) toggle(worker);
    else if (day) window.gridlink.choose("day", day);
    else if (!S.story) return;
    else if (act && ACTS[act]) ACTS[act]();
    else if (speed) P.set({ speed: Number(speed) });
    else if (colour) P.set({ colour });
    else if (what === "follow") follow();
    else if (what) { S.show[what] = !S.show[what]; P.set({}); }
    else if (at) P.seek(Number(at));
  });

  document.addEventListener("keydown", (event) => {
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key, act = KEYS[name];
    const typing = event.target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey;
    if (typing || !act || !page() || !(S.story || name === "?")) return;
    if (event.key === " " && event.target.closest("button, a")) event.target.blur();
    event.preventDefault();
    act(event.shiftKey);
  });

  /* A click, not a drag, on somebody's head: the map follows whom it hit. */
  let pressed = [0, 0];
  document.addEventListener("pointerdown", (event) => { pressed = [event.clientX, event.clientY]; }, true);
  document.addEventListener("click", (event) => {
    const box = event.target.closest && event.target.closest("#tracks-map"), map = window.gridlinkTracks.map();
    if (!box || !map || !S.story || Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 4) return;
    const around = box.getBoundingClientRect();
    const hit = map.deck.pickObject({ x: event.clientX - around.left, y: event.clientY - around.top, radius: 6, layerIds: ["heads"] });
    if (hit && hit.object) follow(hit.object.worker);
  });

  window.gridlinkKeys = { follow, jump, step };
})();
