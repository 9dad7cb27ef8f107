/* One clock for the screen: the hour, the date, ages of feeds and time left to deadlines, all drawn in the browser.
   [data-clock] [data-date] = zone; [data-since] = epoch ms of the newest row, [data-every] = seconds between two;
   [data-lasting] = epoch ms of a beginning; [data-deadline] = epoch ms. Other scripts call gridlink.fresh(feed, ms) when newer rows reached the screen. */
(function () {
  "use strict";
  const words = window.gridlink.words;
  const fill = window.gridlink.fill;
  const language = document.documentElement.lang;
  const formats = new Map();
  const newest = {};

  function format(zone, options) {
    const key = zone + JSON.stringify(options);
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", Object.assign({ timeZone: zone }, options)));
    return formats.get(key);
  }

  function parts(zone, options, now) {
    return Object.fromEntries(format(zone, options).formatToParts(now).map((part) => [part.type, part.value]));
  }

  function date(zone, now) {
    const at = parts(zone, { year: "numeric", month: "numeric", day: "numeric", weekday: "short" }, now);
    const weekday = words.weekdays.split(" ")[["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(at.weekday)];
    const month = words.months.split(" ")[Number(at.month) - 1];
    return fill(words.day_long, { year: at.year, month, day: at.day, weekday });
  }

  function span(seconds) {
    const s = Math.max(0, Math.floor(seconds));
    if (s < 60) return fill(words.seconds, { n: s });
    if (s < 3600) return fill(words.minutes, { n: Math.floor(s / 60) });
    if (s < 86400) return fill(words.hours, { h: Math.floor(s / 3600), m: String(Math.floor((s % 3600) / 60)).padStart(2, "0") });
    return fill(words.days, { d: Math.floor(s / 86400).toLocaleString("en-US"), h: Math.floor((s % 86400) / 3600) });
  }

  function write(node, words) {
    if (node.textContent !== words) node.textContent = words;
  }

  function drawAge(node, now) {
    const feed = node.id.replace("age-", "");
    const seconds = (now - Math.max(Number(node.dataset.since), newest[feed] || 0)) / 1000;
    const every = Number(node.dataset.every);
    const status = seconds > 5 * every ? "crit" : seconds > 2 * every ? "warn" : "ok";
    node.querySelector(".shape").className = "shape " + status;
    write(node.querySelector("b"), fill(words.ago, { span: span(seconds) }));
  }

  function drawDeadline(node, now) {
    const seconds = (Number(node.dataset.deadline) - now) / 1000;
    node.classList.toggle("over", seconds < 0);
    node.classList.toggle("soon", seconds >= 0 && seconds < Number(node.dataset.soon));
    write(node.querySelector("b"), fill(seconds < 0 ? words.over : words.left, { span: span(Math.abs(seconds)) }));
    const begun = Number(node.dataset.begun);
    const bar = node.querySelector("i");
    if (bar && begun) bar.style.setProperty("--share", Math.min(1, Math.max(0.02, (now - begun) / (Number(node.dataset.deadline) - begun))));
  }

  function draw() {
    const now = Date.now();
    document.querySelectorAll("[data-clock]").forEach((node) =>
      write(node, format(node.dataset.clock, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(now)));
    document.querySelectorAll("[data-date]").forEach((node) => write(node, date(node.dataset.date, now)));
    document.querySelectorAll("[data-since]").forEach((node) => drawAge(node, now));
    document.querySelectorAll("[data-lasting]").forEach((node) => write(node, span((now - Number(node.dataset.lasting)) / 1000)));
    document.querySelectorAll("[data-deadline]").forEach((node) => drawDeadline(node, now - Number(node.dataset.lag || 0)));
  }

  window.gridlink.fresh = (feed, ms) => { newest[feed] = Math.max(newest[feed] || 0, ms); };
  window.gridlink.span = span;
  setInterval(draw, 1000);
  document.addEventListener("gridlink:view", () => setTimeout(draw, 50));
  new MutationObserver(() => draw()).observe(document.body, { childList: true, subtree: true });
})();
