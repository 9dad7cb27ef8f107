/* A screen nobody sits at: it asks for full screen, stays awake, and bears the watermark of who signed it in. */
(function () {
  "use strict";
  const root = document.documentElement;
  const PERSONS = ["/tracks", "/video", "/case", "/field"];
  const ASKED_MS = 12000;

  const isKiosk = () => root.hasAttribute("data-kiosk");
  const isFull = () => Boolean(document.fullscreenElement) || innerHeight >= screen.height;

  function swap() {
    const done = document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen();
    done.catch(() => {}); // the browser forbids it here: the screen stays as it is
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("#frame-full, #full-ask")) swap();
  });

  /* F belongs to the page where the page uses it. */
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    const own = document.querySelector(".tracks-page, .board-page") || ["/tracks", "/board"].includes(location.pathname);
    if (event.key.toLowerCase() !== "f" || typing || own || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    swap();
  });

  /* No script may go to full screen by itself: a kiosk asks the hand that starts it, for a while. */
  function ask() {
    if (!isKiosk() || isFull() || document.getElementById("full-ask")) return;
    const button = document.createElement("button");
    button.id = "full-ask";
    button.textContent = window.gridlink.words.full_ask;
    document.body.append(button);
    setTimeout(() => button.remove(), ASKED_MS);
  }
  document.addEventListener("fullscreenchange", () => {
    const button = document.getElementById("full-ask");
    if (button && isFull()) button.remove();
  });

  let lock = null;
  async function stayAwake() {
    if (!isKiosk() || document.hidden || !navigator.wakeLock || (lock && !lock.released)) return;
    try { lock = await navigator.wakeLock.request("screen"); } catch (fault) { lock = null; }
  }
  document.addEventListener("visibilitychange", stayAwake);

  function stamp() {
    const zone = (document.querySelector("[data-clock]") || { dataset: {} }).dataset.clock;
    const form = { timeZone: zone, month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const at = Object.fromEntries(new Intl.DateTimeFormat("en-GB", form).formatToParts(Date.now()).map((p) => [p.type, p.value]));
    return `${at.month}-${at.day} ${at.hour}:${at.minute}`;
  }

  const MARKS = 18;
  function mark() {
    const sheet = document.getElementById("watermark");
    if (!sheet) return;
    const wanted = sheet.dataset.when === "always" || isKiosk() || PERSONS.includes(location.pathname);
    sheet.hidden = !wanted;
    const words = wanted ? `${sheet.dataset.mark} · ${stamp()}` : "";
    if (sheet.dataset.said === words) return;
    sheet.dataset.said = words;
    sheet.replaceChildren(...Array.from({ length: wanted ? MARKS : 0 }, () => {
      const one = document.createElement("span");
      one.textContent = words;
      return one;
    }));
  }

  let begun = false;
  document.addEventListener("gridlink:view", () => {
    mark();
    if (begun) return;
    begun = true;
    ask();
    stayAwake();
    setInterval(mark, 15000);
  });
})();
