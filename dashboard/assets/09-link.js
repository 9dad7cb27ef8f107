/* Watches the way to the server: when it is lost, the screen keeps its last frame and says from when it is; when the
   session has ended, it goes to the login form and comes back afterwards. On a kiosk it also guards against burn-in. */
(function () {
  "use strict";
  const words = window.gridlink.words;
  const root = document.documentElement;
  const ask = window.fetch.bind(window);
  const SHIFTS = [[0, 0], [2, 0], [2, 2], [4, 2], [4, 4], [2, 4], [0, 2]];
  const SHIFT_MS = 600000;
  const TOLD_MS = 60000;
  const SEARCH_MS = 2000;
  let reached = Date.now();
  let told = Date.now();
  let shift = 0;

  function clock(ms) {
    const zone = (document.querySelector("[data-clock]") || { dataset: {} }).dataset.clock;
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(ms);
  }

  function say() {
    const line = document.getElementById("frame-lost");
    const lost = root.hasAttribute("data-lost");
    if (line) line.textContent = lost ? window.gridlink.fill(words.lost, { clock: clock(reached) }) : "";
  }

  /* A lost server is asked for until it answers; then every panel asks again, without a reload. */
  function mark(lost) {
    const was = root.hasAttribute("data-lost");
    if (!lost) reached = Date.now();
    root.toggleAttribute("data-lost", lost);
    say();
    if (lost && !was) search();
    if (!lost && was) document.dispatchEvent(new CustomEvent("gridlink:back"));
  }

  function search() {
    if (!root.hasAttribute("data-lost")) return;
    window.fetch("/healthz", { cache: "no-store" }).catch(() => {});
    setTimeout(search, SEARCH_MS);
  }

  window.fetch = async function (resource, options) {
    const target = new URL(typeof resource === "string" ? resource : resource.url || resource, location.href);
    if (target.origin !== location.origin) return ask(resource, options);
    try {
      const answer = await ask(resource, options);
      if (answer.status === 401) location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
      mark(answer.status >= 502);
      return answer;
    } catch (fault) {
      if (fault.name !== "AbortError") mark(true);
      throw fault;
    }
  };

  /* A desk somebody works at stays signed in: the screen's own questions do not count, a hand on it does. */
  function touched() {
    if (Date.now() - told < TOLD_MS) return;
    told = Date.now();
    const token = document.cookie.match(/(?:^|; )_csrf_token=([^;]+)/);
    window.fetch("/alive", { method: "POST", headers: { "X-CSRFToken": token ? decodeURIComponent(token[1]) : "" } });
  }
  ["pointerdown", "keydown", "wheel"].forEach((act) => window.addEventListener(act, touched, { passive: true, capture: true }));

  setInterval(() => {
    if (!root.hasAttribute("data-kiosk")) return;
    shift = (shift + 1) % SHIFTS.length;
    document.body.style.left = SHIFTS[shift][0] + "px";
    document.body.style.top = SHIFTS[shift][1] + "px";
  }, SHIFT_MS);
})();
