/* Leads a display of a named wall: alarm before show before hand before scenes. Which of them is in force follows from
   the server's clock and the wall's small JSON alone, so that all displays of a wall show the same. */
(function () {
  "use strict";
  const BEAT_MS = 200;
  const SAMPLES = 12;
  const samples = [];
  let told = null;
  let tag = "";
  let busy = false;
  let hand = 0;
  let shown = "";

  const box = () => document.getElementById("director");
  const offset = () => samples.reduce((best, one) => (one.took < best.took ? one : best), { took: Infinity, ahead: 0 }).ahead;
  const now = () => Date.now() + offset();

  /* The server's clock, taken in the middle of the quickest of the last answers. */
  function learn(answer, sent) {
    const took = Date.now() - sent, server = Number(answer.headers.get("X-Gridlink-Now"));
    if (!server) return;
    samples.push({ took, ahead: server + took / 2 - Date.now() });
    if (samples.length > SAMPLES) samples.shift();
  }

  async function ask() {
    const leader = box();
    if (!leader || busy || document.hidden) return;
    busy = true;
    try {
      const sent = Date.now();
      const answer = await fetch(`/api/walls/${leader.dataset.wall}?since=${tag}`, { cache: "no-store" });
      learn(answer, sent);
      if (answer.status === 200) { told = await answer.json(); tag = told.tag; }
    } catch (fault) {
      /* the scenes go on by the clock that is known; 09-link.js says that the data stopped */
    } finally { busy = false; }
    lead();
  }

  /* Pure functions of an instant from here on. */
  function sceneAt(scenes, at) {
    const cycle = scenes.reduce((sum, scene) => sum + scene.dwell, 0);
    let left = cycle ? at % cycle : 0;
    for (let n = 0; n < scenes.length; n += 1) {
      left -= scenes[n].dwell;
      if (left < 0) return { mode: "scene", key: `scene ${n}`, n, scene: scenes[n], page: scenes[n].page, view: scenes[n].view, camera: scenes[n].camera };
    }
    return null;
  }

  function alarmAt(alarms, turn, at) {
    const running = alarms.filter((alarm) => alarm.until > at);
    if (!running.length) return null;
    const n = Math.floor(at / turn) % running.length, alarm = running[n];
    return { mode: "alarm", key: `alarm ${alarm.id}`, n, all: running.length, call: alarm, page: "/", view: {}, camera: alarm.camera };
  }

  function showAt(show, step, at) {
    if (!show || show.until <= at) return null;
    const steps = show.steps || [];
    const t = steps.length ? steps[Math.floor(Math.max(at - show.put, 0) / step) % steps.length] : null;
    const view = t === null ? show.view || {} : { ...show.view, t: String(t) };
    return { mode: "show", key: `show ${show.id} ${t}`, call: show, page: "/", view, camera: show.camera || null };
  }

  function inForce(wall, at) {
    const urgent = alarmAt(wall.alarms, wall.turn, at) || showAt(wall.show, wall.replay, at);
    if (urgent) return urgent;
    if (hand > at) return { mode: "hand", key: "hand", left: Math.ceil((hand - at) / 1000) };
    return sceneAt(wall.scenes, at);
  }

  function lead() {
    if (!box() || !told) return;
    const plan = inForce(told, now());
    if (!plan) return;
    say(plan);
    if (plan.key === shown) return;
    shown = plan.key;
    if (plan.mode !== "hand") window.gridlinkScene.show(plan);
  }

  function say(plan) {
    const { words, fill } = window.gridlink;
    const line = document.getElementById("director-line");
    const said = {
      scene: () => fill(words.director_scene, { n: plan.n + 1, all: told.scenes.length, name: plan.scene.name }),
      alarm: () => fill(plan.all > 1 ? words.director_more : words.director_alarm, { n: plan.n + 1, all: plan.all }),
      show: () => `${plan.call.kind} · ${plan.call.by}`,
      hand: () => fill(words.director_hand, { n: plan.left }),
    }[plan.mode]();
    if (line.textContent !== said) line.textContent = said;
    box().dataset.mode = plan.mode;
    box().dataset.now = plan.key;
  }

  /* A hand on a map stops the scenes: whoever looks closer is not interrupted. */
  function touched(event) {
    if (!box() || !told || !event.target.closest || !event.target.closest(".map-box")) return;
    hand = now() + told.pause;
  }
  ["pointerdown", "wheel"].forEach((act) => window.addEventListener(act, touched, { passive: true, capture: true }));

  /* Displays that start at once do not all ask at once. */
  function begin() {
    const leader = box();
    if (!leader) { setTimeout(begin, 500); return; }
    setInterval(ask, Number(leader.dataset.poll) * (0.9 + 0.2 * Math.random()));
    setInterval(lead, BEAT_MS);
    ask();
  }
  begin();

  window.gridlinkDirector = { now, inForce, sceneAt, alarmAt, showAt, told: () => told };
})();
