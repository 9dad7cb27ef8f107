/* The one view of a screen: gathers the controls, mirrors the address, marks panels whose data could not be read.
   Other scripts reach it as window.gridlink: words (table [browser] of the locale), view(), choose(name, value). */
(function () {
  "use strict";
  const words = JSON.parse(document.getElementById("words").textContent);
  const RETRY_S = [10, 20, 40];
  const INTERNAL = new Set(["version", "u", "far", "retry", "reason", "find", "watch", "judged"]);
  const SIZE = ["u", "distance", "width"]; // said in the address once, kept there (07-distance.js)
  let current = {};
  let followed = {};
  let controls = "";
  let retries = 0;
  let retryTimer = null;

  const unit = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--u")) || 1;

  function fill(sentence, fields) {
    return sentence.replace(/\{(\w+)\}/g, (_, name) => (name in fields ? fields[name] : "?"));
  }

  function mirror(view) {
    const kept = Object.entries(view).filter(([name, value]) => !INTERNAL.has(name) && value !== "" && value != null);
    const before = new URLSearchParams(location.search);
    SIZE.filter((name) => before.has(name)).forEach((name) => kept.push([name, before.get(name)]));
    const query = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
    const target = location.pathname + (query ? "?" + query : "");
    if (target !== location.pathname + location.search) history.replaceState(history.state, "", target);
  }

  function dress(view) {
    const root = document.documentElement;
    if (view.theme) root.dataset.theme = view.theme;
    root.toggleAttribute("data-kiosk", view.kiosk === "1" || document.querySelector(".frame.kiosk") !== null);
    document.querySelectorAll(".top .page-tab").forEach((tab) => {
      if (tab.pathname === location.pathname) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    });
  }

  /* `view` for panels, `cases` for those that show cases: the same choices with the clocks of operations in the version. */
  function gather(values, news, ids) {
    const version = news && news.split("/").slice(0, 2).join("/");
    const view = {};
    ids.forEach((id, i) => { if (values[i] !== undefined && values[i] !== null) view[id.view] = values[i]; });
    if (!view.theme) view.theme = document.documentElement.dataset.theme;
    view.u = unit();
    if (document.documentElement.hasAttribute("data-far")) view.far = "1";
    view.version = version;
    view.retry = retries;
    dress(view);
    mirror(view);
    document.querySelectorAll(".panel[data-fault]").forEach((panel) => panel.removeAttribute("data-fault"));
    const cases = Object.assign({}, view, { version: news });
    // a page whose own controls say nothing leaves the view as it was, and its panels have not heard of it yet
    const named = ids.map((id) => id.view).join(), settled = named === controls;
    controls = named;
    const known = settled && JSON.stringify(view) === JSON.stringify(current);
    const told = settled && JSON.stringify(cases) === JSON.stringify(followed);
    const nothing = window.dash_clientside.no_update;
    const newer = current.version !== undefined && current.version !== version;
    current = view;
    followed = cases;
    if (newer) retries = 0;
    if (!told) document.dispatchEvent(new CustomEvent("gridlink:view", { detail: view }));
    return [known ? nothing : view, told ? nothing : cases];
  }

  /* Both again, with something in them changed by the screen itself. */
  function again(changes) {
    current = Object.assign({}, current, changes);
    followed = Object.assign({}, followed, changes);
    window.dash_clientside.set_props("view", { data: current });
    window.dash_clientside.set_props("cases", { data: followed });
  }

  function bump() {
    retries += 1;
    again({ retry: retries });
  }

  function fault(report) {
    if (!report) return window.dash_clientside.no_update;
    const stamp = new Date().toTimeString().slice(0, 5);
    const sentence = fill(words.fault, { words: report.words, clock: stamp, n: retries, code: report.code });
    report.panels.forEach((id) => {
      const place = document.getElementById(id);
      const panel = place && place.closest(".panel");
      if (panel) panel.dataset.fault = sentence;
    });
    clearTimeout(retryTimer);
    if (retries < RETRY_S.length) retryTimer = setTimeout(bump, RETRY_S[retries] * 1000);
    return window.dash_clientside.no_update;
  }

  document.addEventListener("gridlink:back", () => {
    if (current.version === undefined) return;
    retries = retries ? 0 : 1;
    again({ retry: retries });
  });

  /* A choice made by a script: sets the control of that name, which is all a choice is. */
  function choose(name, value) {
    window.dash_clientside.set_props({ view: name }, { value: value });
  }

  function swapTheme(clicks) {
    if (!clicks) return window.dash_clientside.no_update;
    return document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  }

  /* Each screen of a wall asks at its own pace, so that fifty do not ask in the same instant. */
  function jitter(_, interval) {
    return Math.round(interval * (0.8 + 0.4 * Math.random()));
  }

  let resizing = null;
  window.addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      if (current.version === undefined || current.u === unit()) return;
      again({ u: unit() });
    }, 300);
  });

  window.gridlink = Object.assign(window.gridlink || {}, { words, fill, choose, view: () => current, unit });
  window.dash_clientside = Object.assign({}, window.dash_clientside, { view: { gather, fault, swapTheme, jitter } });
})();
