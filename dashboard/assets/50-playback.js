/* The clock of a replay. It ticks in the browser, in elapsed seconds since local midnight; the address hears of it when
   the operator stops, the server never. 51- draws a moment, 52- reckons, 53- hears hands, 60- and 61- are the strip. */
(function () {
  "use strict";
  const OWN = new Set(["t", "speed", "a", "b", "loop", "colour", "follow", "retry", "version", "layers"]);
  const S = {
    spec: null, story: null, t: 0, speed: 60, playing: false, late: false, range: null, loop: false, colour: "worker", followed: "",
    show: { doubtful: false, stays: true, incidents: true, follow: false },
  };
  const MOST = 4;
  const watchers = [];
  let known = "";
  let last = null;
  let asked = "";
  let turning = null;
  const $ = (selector) => document.querySelector(selector);
  const R = () => window.gridlinkRange;

  /* The part of the view a replay is about; equal means its panels have nothing new to ask. */
  function subject(view) {
    if (!view) return window.dash_clientside.no_update;
    const kept = Object.fromEntries(Object.entries(view).filter(([name]) => !OWN.has(name)));
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

  const tell = (what) => watchers.forEach((watch) => watch[what] && watch[what](S));

  /* A new day, area or choice of workers. What is shown stays until its story is here. */
  async function open(spec) {
    const nothing = window.dash_clientside.no_update;
    if (!spec) return nothing;
    const first = !document.body.contains(S.box);
    S.box = $("#strip-box");
    if (first) Object.assign(S, { story: null, playing: false, placed: "" });
    if (!first && asked === spec.story && S.story) return nothing;
    asked = spec.story;
    if (!S.story || !spec.story) Object.assign(S, { spec, story: null });
    tell("dress");
    if (!spec.story) { say(spec.say); return nothing; }
    const story = await read(spec.story);
    if (asked !== spec.story) return nothing;
    if (!story) { turning = null; say(window.gridlink.words.failed); return nothing; }
    Object.assign(S, { spec, story });
    place();
    tell("story");
    show();
    return nothing;
  }

  async function read(url) {
    const box = document.getElementById("tracks-map").getBoundingClientRect();
    const size = `&w=${Math.round(box.width)}&h=${Math.round(box.height)}&em=${(13 * window.gridlink.unit()).toFixed(1)}`;
    try {
      const answer = await window.gridlinkMaps.get(url + size);
      const story = window.gridlinkMaps.unpack(await answer.arrayBuffer());
      return { ...story.header, columns: story.columns };
    } catch (fault) { window.gridlinkErrors.push(String(fault.message || fault)); return null; }
  }

  /* Where the clock stands in a story: on over midnight, where the address says, at the incident, or at the first step. */
  function place() {
    const view = window.gridlink.view(), about = S.spec.incident;
    const here = `${S.spec.day}/${S.story.span}/${about ? about.id : ""}`;
    if (turning) Object.assign(S, { t: turning.t, range: R().shifted(S.range, turning.by) });
    else if (S.placed !== here && !S.playing) {
      const t = R().number(view.t), named = about && S.placed !== here;
      S.t = t !== null ? t : about ? about.at : firstMoment();
      S.range = R().ordered(R().number(view.a), R().number(view.b), R().reach(S)) || (named ? R().ordered(...R().around(about.at, about.around_s), R().reach(S)) : null);
      S.loop = view.loop === "1";
    }
    if (!S.placed) Object.assign(S, { speed: Number(view.speed) || S.speed, colour: view.colour || "worker", followed: view.follow || "" });
    if (!S.placed) S.show.follow = Boolean(S.followed);
    const told = turning || (about && S.placed !== here);
    Object.assign(S, { placed: here });
    turning = null;
    if (told) publish();
    if (told && about && !view.workers) meet(S.story.incident);
  }

  /* Nobody was named for an incident: those who were nearest to it are, as far as colours reach. */
  function meet(incident) {
    const near = ((incident && incident.people) || []).slice(0, MOST).map((person) => person.worker);
    if (near.length) window.gridlink.choose("workers", near.join(","));
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

  function show() {
    if (!S.spec || !S.story) return;
    S.late = turning !== null || !window.gridlinkTracks.here(S.t);
    tell("time");
  }

  /* Elapsed time drives the clock, not frames: a slow screen shows fewer moments of the same minute. */
  function tick(now) {
    if (!document.body.contains(S.box)) S.playing = false;
    if (!S.playing) return;
    const passed = last === null ? 0 : Math.max(0, (now - last) / 1000);
    last = now;
    if (S.story && !turning) move(passed);
    show();
    if (S.playing) requestAnimationFrame(tick);
  }

  /* The clock waits for a piece of track that is still under way: nobody may seem absent who is only not loaded. */
  function move(passed) {
    const { t, end } = R().advance(S.t, passed * S.speed, S.range || (S.loop ? S.story.span : null), S.loop);
    const [low, high] = R().limits(S);
    if (t < low || t >= high) { turn(t); return; }
    if (!window.gridlinkTracks.here(t, t < S.t ? t : S.t)) return;
    S.t = t;
    if (end) stop();
  }

  /* Midnight: on into tomorrow or back into yesterday where that has tracks, else stop at the border. */
  function turn(t) {
    const { before, before_s, after, length_s } = S.spec, on = t >= 0;
    const [low, high] = R().limits(S);
    if (!(on ? after : before)) { S.t = on ? high - 1 : low; stop(); return; }
    const by = on ? -length_s : before_s;
    turning = { t: t + by, by };
    window.gridlink.choose("day", on ? after : before);
  }

  function publish() {
    const view = window.gridlink.view(), range = S.range || ["", ""], whole = (t) => (t === "" ? "" : Math.round(t));
    const told = {
      t: Math.round(S.t), speed: S.speed, a: whole(range[0]), b: whole(range[1]), loop: S.loop ? 1 : "",
      colour: S.colour === "worker" ? "" : S.colour, follow: S.show.follow ? S.followed : "",
    };
    const differs = ([name, value]) => String(view[name] === undefined || view[name] === null ? "" : view[name]) !== String(value);
    Object.entries(told).filter(differs).forEach(([name, value]) => window.gridlink.choose(name, value));
  }

  function stop() { S.playing = false; publish(); show(); }

  function play() {
    if (!S.story) return;
    if (S.playing) { stop(); return; }
    if (S.range && S.t >= S.range[1]) seek(S.range[0], false);
    S.playing = true;
    last = null;
    requestAnimationFrame(tick);
    tell("dress");
  }

  /* Dragging seeks many times and is told once, when it ends. */
  function seek(t, done = true) {
    if (!S.story || turning) return;
    const [low, high] = R().limits(S);
    if ((t < low && S.spec.before) || (t >= high && S.spec.after)) { if (done) turn(t); return; }
    S.t = Math.min(Math.max(t, low), high - 1);
    show();
    if (done && !S.playing) publish();
  }

  /* A choice about the clock itself: speed, range, loop, colour, whom to follow. */
  function set(choices) {
    Object.assign(S, choices);
    tell("dress");
    show();
    publish();
  }

  document.addEventListener("visibilitychange", () => { last = null; });

  window.gridlinkPlayback = { state: S, seek, play, pause: () => S.playing && stop(), set, clock, dayOf, watch: (watcher) => watchers.push(watcher), show };
  window.dash_clientside = Object.assign({}, window.dash_clientside, { playback: { subject, open } });
})();
