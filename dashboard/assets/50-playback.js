/* The clock of a replay. It ticks in the browser, in elapsed seconds since local midnight; the address hears of it when
   the operator stops, the server never. What is drawn at a moment stands in 51-tracks.js (map) and 60-strip.js. */
(function () {
  "use strict";
  const IGNORED = new Set(["t", "speed", "u", "retry", "version", "layers"]);
  const STEP_S = 60;
  const FAR_S = 900;
  const S = { spec: null, story: null, t: 0, speed: 60, playing: false, show: { doubtful: false, stays: true, incidents: true, follow: false } };
  const watchers = [];
  let known = "";
  let last = 0;
  const $ = (selector) => document.querySelector(selector);

  /* The part of the view a replay is about; equal means its panels have nothing new to ask. */
  function subject(view) {
    if (!view) return window.dash_clientside.no_update;
    const kept = Object.fromEntries(Object.entries(view).filter(([name]) => !IGNORED.has(name)));
    kept.version = String(view.version || "").split("/")[0];
    const now = JSON.stringify(kept);
    if (now === known && document.body.contains(S.element)) return window.dash_clientside.no_update;
    known = now;
    S.element = document.getElementById("tracks-map");
    return kept;
  }

  const dayOf = (t) => (t < 0 ? S.spec.before : t >= S.spec.length_s ? S.spec.after : S.spec.day);

  function clock(t, seconds) {
    const options = { timeZone: S.spec.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    if (seconds) options.second = "2-digit";
    return new Intl.DateTimeFormat("en-GB", options).format(S.spec.midnight + t * 1000);
  }

  /* A new day, area or choice of workers: fetch its story, keep the moment where the day is the same. */
  async function open(spec) {
    if (!spec) return window.dash_clientside.no_update;
    const again = S.spec && S.spec.story === spec.story && document.body.contains(S.box);
    S.spec = spec;
    S.box = $("#strip-box");
    buttons();
    if (!spec.story) say(spec.say);
    if (!spec.story || again) return window.dash_clientside.no_update;
    S.story = null;
    const asked = spec.story;
    const box = document.getElementById("tracks-map").getBoundingClientRect();
    try {
      const size = `&w=${Math.round(box.width)}&h=${Math.round(box.height)}&em=${(13 * window.gridlink.unit()).toFixed(1)}`;
      const answer = await window.gridlinkMaps.get(asked + size);
      const story = window.gridlinkMaps.unpack(await answer.arrayBuffer());
      if (S.spec.story !== asked) return window.dash_clientside.no_update;
      S.story = { ...story.header, columns: story.columns };
    } catch (fault) { window.gridlinkErrors.push(String(fault.message || fault)); say(window.gridlink.words.failed); return window.dash_clientside.no_update; }
    const given = window.gridlink.view().t;
    const place = `${spec.day}/${S.story.span}`;
    if (S.placed !== place && !S.running && !S.playing) S.t = given === undefined || given === "" ? firstMoment() : Number(given);
    S.placed = place;
    S.running = false;
    S.speed = Number(window.gridlink.view().speed) || S.speed;
    watchers.forEach((watch) => watch.story && watch.story(S));
    count();
    show();
    return window.dash_clientside.no_update;
  }

  function say(words) {
    const line = document.createElement("p");
    line.className = "empty";
    line.textContent = words;
    S.box.replaceChildren(line);
  }

  /* Where a replay begins: at the first step of the day, not at an empty midnight. */
  function firstMoment() {
    const first = S.story.lanes.map((lane) => lane.bars.findIndex((metres) => metres > 0)).filter((at) => at >= 0);
    return first.length ? Math.max(Math.min(...first) * 300, S.story.span[0]) : S.story.span[0];
  }

  function count() {
    const node = $('[data-count="doubtful"]');
    if (node) node.textContent = (S.story.doubtful || []).length || "";
  }

  function show() {
    if (!S.spec || !S.story) return;
    const face = $(".strip-clock");
    if (face) face.textContent = clock(S.t, true);
    const next = (S.story.events || []).find((event) => event.at > S.t);
    const line = $(".strip-next");
    if (line) line.textContent = next ? window.gridlink.fill(window.gridlink.words.next_event, { words: next.words }) : "";
    mark();
    buttons();
    watchers.forEach((watch) => watch.time && watch.time(S));
  }

  /* The list of the day follows the clock. */
  function mark() {
    const rows = [...document.querySelectorAll("#course-body [data-at]")];
    const past = rows.filter((row) => Number(row.dataset.at) <= S.t);
    const now = past.sort((a, b) => Number(b.dataset.at) - Number(a.dataset.at))[0];
    rows.forEach((row) => row.toggleAttribute("data-future", Number(row.dataset.at) > S.t));
    if (!now || now.hasAttribute("aria-current")) return;
    rows.forEach((row) => row.toggleAttribute("aria-current", row === now));
    const list = now.parentElement;
    list.scrollTop = now.offsetTop - list.offsetTop - list.clientHeight / 2;
  }

  function buttons() {
    const play = $('[data-act="play"]');
    if (play) play.setAttribute("aria-pressed", String(S.playing));
    document.querySelectorAll("[data-speed]").forEach((node) => node.setAttribute("aria-pressed", String(Number(node.dataset.speed) === S.speed)));
    document.querySelectorAll("[data-show]").forEach((node) => node.setAttribute("aria-pressed", String(Boolean(S.show[node.dataset.show]))));
  }

  function tick(now) {
    if (!document.body.contains(S.box)) S.playing = false;
    if (!S.playing || !S.story) return;
    const passed = Math.min(0.25, (now - last) / 1000);
    last = now;
    /* The clock waits for a piece of track that is still under way: nobody may seem absent who is only not loaded. */
    if (window.gridlinkTracks.ready(S)) S.t += passed * S.speed;
    if (S.t >= S.spec.length_s) return over();
    show();
    requestAnimationFrame(tick);
  }

  /* Midnight: on into tomorrow where it has tracks, else stop at the end of the day. */
  function over() {
    if (!S.spec.after) { S.t = S.spec.length_s - 1; return stop(); }
    S.t -= S.spec.length_s;
    S.running = true;
    window.gridlink.choose("day", S.spec.after);
  }

  function publish() {
    window.gridlink.choose("t", Math.round(S.t));
    window.gridlink.choose("speed", S.speed);
  }

  function stop() { S.playing = false; show(); publish(); }

  function play() {
    if (!S.story) return;
    if (S.playing) return stop();
    S.playing = true;
    last = performance.now();
    requestAnimationFrame(tick);
    buttons();
  }

  /* Dragging seeks many times and is told once, when it ends. */
  function seek(t, done = true) {
    if (!S.story) return;
    S.t = Math.min(Math.max(t, 0), S.spec.length_s - 1);
    show();
    if (done && !S.playing) publish();
  }

  function jump(forward) {
    const times = (S.story.events || []).map((event) => event.at);
    const to = forward ? times.find((at) => at > S.t + 0.5) : times.filter((at) => at < S.t - 0.5).pop();
    if (to !== undefined) seek(to);
  }

  function pace(speed) {
    S.speed = speed;
    buttons();
    if (!S.playing) publish();
  }

  function faster(by) {
    const speeds = S.spec.speeds;
    pace(speeds[Math.min(Math.max(speeds.indexOf(S.speed) + by, 0), speeds.length - 1)]);
  }

  function toggle(worker) {
    const places = String(window.gridlink.view().workers || "").split(",");
    const at = places.indexOf(worker);
    const free = at >= 0 ? at : [0, 1, 2, 3].find((i) => !places[i]);
    if (free === undefined) { $("#people-total").textContent = window.gridlink.words.most; return; }
    while (places.length <= free) places.push("");
    places[free] = at >= 0 ? "" : worker;
    window.gridlink.choose("workers", places.join(",").replace(/,+$/, ""));
  }

  const ACTS = {
    play, before: () => jump(false), after: () => jump(true),
    reason: () => $("#people-form").classList.remove("given"),
  };

  document.addEventListener("click", (event) => {
    const node = event.target.closest && event.target.closest("[data-act], [data-speed], [data-show], [data-worker], [data-day], [data-at]");
    if (!node || !node.closest(".tracks")) return;
    const { act, speed, show: what, worker, day, at } = node.dataset;
    if (act && ACTS[act]) ACTS[act]();
    else if (speed && S.spec) pace(Number(speed));
    else if (what) { S.show[what] = !S.show[what]; show(); }
    else if (worker) toggle(worker);
    else if (day) window.gridlink.choose("day", day);
    else if (at) seek(Number(at));
  });

  const KEYS = {
    " ": play, ArrowLeft: (far) => seek(S.t - (far ? FAR_S : STEP_S)), ArrowRight: (far) => seek(S.t + (far ? FAR_S : STEP_S)),
    "+": () => faster(1), "=": () => faster(1), "-": () => faster(-1), Home: () => seek(S.story.span[0]), End: () => seek(S.story.span[1] - 1),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey;
    if (typing || !S.story || !$(".tracks") || !KEYS[event.key]) return;
    if (event.key === " " && event.target.closest("button, a")) event.target.blur();
    event.preventDefault();
    KEYS[event.key](event.shiftKey);
  });

  window.gridlinkPlayback = { state: S, seek, clock, dayOf, watch: (watcher) => watchers.push(watcher), show };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { playback: { subject, open } });
})();
