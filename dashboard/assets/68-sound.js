/* The sound of alarms on wall and seat: two tones once for each new one nobody has acknowledged, and again every 30 s while
   a call for help waits. A browser lets a page sound only after a hand touched it (a kiosk may at once); what came before
   is then made up for by one sound. The button in the header mutes this screen for good. */
(function () {
  "use strict";
  const PAGES = ["/", "/seat"], POLL_MS = 5000, AGAIN_MS = 30000, KEPT = "gridlink-muted";
  const HIGH_HZ = 880, LOW_HZ = 660, TONE_S = 0.22, LOUDNESS = 0.25;
  const heard = new Set();
  let alarms = [], clock = "", begun = false, busy = false, last = 0, context = null;

  const here = () => PAGES.includes(location.pathname);
  const isMuted = () => localStorage.getItem(KEPT) === "1";

  function tone(hertz, at) {
    const source = context.createOscillator(), volume = context.createGain();
    source.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUDNESS, at);
    volume.gain.linearRampToValueAtTime(0, at + TONE_S);
    source.connect(volume);
    volume.connect(context.destination);
    source.start(at);
    source.stop(at + TONE_S);
  }

  /* Which alarms are to be heard now: new ones, and a call for help that still waits. */
  function due(now) {
    return alarms.some(({ id, sos }) => !heard.has(id) || (sos && now - last >= AGAIN_MS));
  }

  function sound() {
    const now = Date.now();
    if (!here() || !due(now)) return;
    if (!isMuted()) {
      if (!context || context.state !== "running") return;
      last = now;
      tone(HIGH_HZ, context.currentTime);
      tone(LOW_HZ, context.currentTime + TONE_S);
    }
    alarms.forEach(({ id }) => heard.add(id));
  }

  async function ask() {
    button();
    if (!here() || busy) return;
    busy = true;
    try {
      const answer = await fetch(`/api/alarms?since=${clock}`, { cache: "no-store" });
      if (answer.status === 200) learn(await answer.json());
    } catch (fault) { /* 09-link.js says that the data stopped; the alarms known go on sounding */ }
    busy = false;
    sound();
  }

  /* What was open before this screen began is no news; a call for help that waits is. */
  function learn(told) {
    ({ clock, alarms } = told);
    if (!begun) alarms.filter((one) => !one.sos).forEach(({ id }) => heard.add(id));
    begun = true;
  }

  async function wake() {
    context = context || new AudioContext();
    if (context.state !== "running") await context.resume();
    sound();
  }

  function toggle() { localStorage.setItem(KEPT, isMuted() ? "0" : "1"); button(); }

  /* The button stands beside the clock, only where there is sound. */
  function button() {
    const shown = [...document.querySelectorAll(".top .clock, .top .date")].pop();
    let mute = document.getElementById("frame-mute");
    if (!mute && shown) {
      mute = Object.assign(document.createElement("button"), { id: "frame-mute", type: "button", className: "mute" });
      mute.addEventListener("click", toggle);
      shown.after(mute);
    }
    if (!mute) return;
    mute.hidden = !here();
    mute.textContent = window.gridlink.words[isMuted() ? "sound_off" : "sound_on"];
    mute.setAttribute("aria-pressed", String(isMuted()));
  }

  /* A wall invites no click: its sound is muted by the key M alone. */
  document.addEventListener("keydown", ({ key }) => {
    if (key.toLowerCase() === "m" && here() && document.documentElement.hasAttribute("data-kiosk")) toggle();
  });
  ["pointerdown", "keydown"].forEach((act) => document.addEventListener(act, wake));
  document.addEventListener("gridlink:view", () => {
    button();
    if (document.documentElement.hasAttribute("data-kiosk") && !context) wake();
  });
  setInterval(ask, POLL_MS);
  window.gridlinkSound = { ask };
})();
