/* The list of /live: how many are in which state, and who they are, the longest silent first; written anew by the clock. */
(function () {
  "use strict";
  const STATES = ["moving", "staying", "silent"];
  const SHOWN = 200, CLOCK_MS = 5000;
  const nodes = new Map();
  let feed = null, people = new Map(), asked = "", chosen = { state: "", worker: "" };

  const words = (name, facts) => window.gridlink.fill(window.gridlink.words[`live_${name}`], facts || {});
  const place = () => document.getElementById("live-list");

  /* The address of the positions and names the view asks for; a given reason asks for the names again. */
  function query(view) {
    const whom = { theme: view.theme || "dark", loads: "1" };
    if (view.area) whom.area = view.area;
    if (view.skill) whom.skill = view.skill;
    return new URLSearchParams(whom);
  }

  function begin({ detail: view }) {
    const element = place();
    if (!element) { feed = null; return; }
    chosen = { state: view.state || "", worker: view.worker || "" };
    const who = query(view);
    feed = window.gridlinkLive.follow("live", `/api/positions?${who}`, element, changed);
    const said = `${who}&${view.reason || ""}&${document.documentElement.lang}`;
    if (said !== asked) { asked = said; name(); }
    if (feed.limits) changed(feed, true);
  }

  async function name() {
    const url = `/api/live/people?${asked}`, mine = asked;
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok || mine !== asked) return;
    people = new Map(Object.entries(await answer.json()).map(([key, said]) => [Number(key), said]));
    people.complete = true;
    if (feed && feed.limits) changed(feed, true);
  }

  function changed(one, news) {
    if (one !== feed) return;
    for (let i = 0; i < feed.n && people.complete; i++) if (!people.has(feed.key[i])) { people.complete = false; name(); }
    write();
    document.dispatchEvent(new CustomEvent("gridlink:live", { detail: { feed, chosen, say, news } }));
  }

  /* Everybody in words of the screen, sorted: silent ones first, the oldest position first. */
  function rows() {
    const out = [];
    for (let i = 0; i < feed.n; i++) out.push({ i, key: feed.key[i], state: window.gridlinkLive.stateOf(feed, i), age: window.gridlinkLive.age(feed, i) });
    return out.sort((a, b) => b.state - a.state || b.age - a.age || a.key - b.key);
  }

  function say(i) {
    const [called, area, named] = people.get(feed.key[i]) || [words("somebody"), "", false];
    const old = window.gridlinkLive.age(feed, i);
    return {
      called, area, named, state: STATES[window.gridlinkLive.stateOf(feed, i)], old,
      age: old === Infinity ? words("no_fix") : window.gridlink.fill(window.gridlink.words.ago, { span: window.gridlink.span(old) }),
      battery: feed.battery[i] === 255 ? "—" : `${feed.battery[i]}%`, low: feed.battery[i] <= 20,
      own: words(["away", "own", "nowhere"][feed.own[i]]), away: feed.own[i] === 0, load: feed.loads.get(feed.key[i]) || 0,
    };
  }

  function write() {
    const all = rows(), counts = [0, 0, 0];
    all.forEach((row) => { counts[row.state] += 1; });
    STATES.forEach((state, at) => tell(`[data-live-count=${state}]`, counts[at]));
    tell("[data-live-count=off]", feed.offDuty);
    document.querySelectorAll("[data-live-state]").forEach((tile) => tile.setAttribute("aria-pressed", String(tile.dataset.liveState === chosen.state)));
    const wanted = all.filter((row) => !chosen.state || STATES[row.state] === chosen.state);
    const shown = wanted.slice(0, SHOWN).map((row) => line(row));
    const rest = wanted.length > SHOWN ? words("more", { n: wanted.length - SHOWN }) : !all.length ? words(feed.offDuty ? "nobody" : "no_crew", { n: feed.offDuty }) : !wanted.length ? words("none_so") : "";
    tell("#live-rest", rest);
    const box = place();
    if (shown.length !== box.children.length || shown.some((node, at) => box.children[at] !== node)) box.replaceChildren(...shown);
  }

  function tell(selector, value) {
    document.querySelectorAll(selector).forEach((node) => { if (node.textContent !== String(value)) node.textContent = value; });
  }

  /* One row; its node is kept, so that a pointer or the keyboard stays where it is. */
  function line({ i, key }) {
    const said = say(i), node = nodes.get(key) || made(key);
    node.className = `live-row ${said.state}${said.old > feed.limits.stale ? " stale" : ""}`;
    node.setAttribute("aria-pressed", String(token(key) === chosen.worker));
    const parts = { called: said.called, area: said.area, age: said.age, battery: said.battery, own: said.own, load: said.load ? words("load", { n: said.load }) : words("idle") };
    for (const [name, value] of Object.entries(parts)) if (node.parts[name].textContent !== value) node.parts[name].textContent = value;
    node.parts.battery.classList.toggle("against", said.low);
    node.parts.own.classList.toggle("against", said.away);
    node.parts.load.classList.toggle("busy", said.load > 0);
    return node;
  }

  function made(key) {
    const node = document.createElement("button");
    node.type = "button";
    node.dataset.liveWorker = token(key);
    node.parts = {};
    node.append(document.createElement("i"));
    for (const name of ["called", "area", "age", "battery", "own", "load"]) {
      node.parts[name] = document.createElement(name === "called" ? "b" : "span");
      node.parts[name].dataset.part = name;
      node.append(node.parts[name]);
    }
    nodes.set(key, node);
    return node;
  }

  const token = (key) => key.toString(16).padStart(12, "0");

  document.addEventListener("click", ({ target }) => {
    const row = target.closest("[data-live-worker]"), tile = target.closest("[data-live-state]");
    if (row) window.gridlink.choose("worker", row.dataset.liveWorker === chosen.worker ? "" : row.dataset.liveWorker);
    if (tile) window.gridlink.choose("state", tile.dataset.liveState === chosen.state ? "" : tile.dataset.liveState);
    if (target.closest("[data-live-unpoint]")) window.gridlink.choose("point", "");
  });
  document.addEventListener("gridlink:view", begin);
  setInterval(() => { if (feed && feed.limits && document.body.contains(feed.element)) changed(feed, false); }, CLOCK_MS);
  window.gridlinkLiveList = { token, feed: () => feed, say };
})();
