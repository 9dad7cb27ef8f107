/* The face of a replay's clock: the hour, what comes next, which buttons are in, the line of the course that is now, and a
   card for what just happened. */
(function () {
  "use strict";
  const CARD_S = 60;
  const $ = (selector) => document.querySelector(selector);
  const write = (node, words) => { if (node && node.textContent !== words) node.textContent = words; };

  function time(S) {
    const { fill, words } = window.gridlink;
    write($(".strip-clock"), window.gridlinkPlayback.clock(S.t, true));
    const next = (S.story.events || []).find((event) => event.at > S.t);
    write($(".strip-next"), next ? fill(words.next_event, { words: next.words }) : "");
    const strip = $(".panel.strip");
    if (strip) strip.toggleAttribute("data-late", S.late);
    course(S);
    card(S);
  }

  /* The list of the day follows the clock. */
  function course(S) {
    const rows = [...document.querySelectorAll("#course-body [data-at]")];
    const past = rows.filter((row) => Number(row.dataset.at) <= S.t);
    const now = past.sort((a, b) => Number(b.dataset.at) - Number(a.dataset.at))[0];
    rows.forEach((row) => row.toggleAttribute("data-future", Number(row.dataset.at) > S.t));
    if (!now || now.hasAttribute("aria-current")) return;
    rows.forEach((row) => row.toggleAttribute("aria-current", row === now));
    const list = now.parentElement;
    list.scrollTop = now.offsetTop - list.offsetTop - list.clientHeight / 2;
  }

  /* What the playhead has just passed: the last event of the minute, or of the last two seconds of a faster clock. */
  function passed(S) {
    const window_s = Math.max(CARD_S, S.playing ? 2 * S.speed : 0);
    const found = (S.story.events || []).filter((event) => event.at <= S.t + 0.5 && event.at > S.t - window_s);
    return found.pop();
  }

  function card(S) {
    const box = document.getElementById("tracks-card");
    if (!box) return;
    const event = S.show.incidents ? passed(S) : undefined;
    box.toggleAttribute("data-shown", Boolean(event));
    if (event) { write(box, event.words); box.dataset.kind = event.kind || "report"; box.dataset.severity = event.severity || ""; }
  }

  const press = (node, on) => node.setAttribute("aria-pressed", String(Boolean(on)));

  function dress(S) {
    const all = (name, on) => document.querySelectorAll(`.tracks [data-${name}]`).forEach((node) => press(node, on(node.dataset[name])));
    all("speed", (value) => Number(value) === S.speed);
    all("colour", (value) => value === S.colour);
    all("show", (value) => S.show[value]);
    const held = { play: S.playing, loop: S.loop, a: S.range, b: S.range };
    Object.entries(held).forEach(([act, on]) => { const node = $(`.tracks [data-act="${act}"]`); if (node) press(node, on); });
    const clear = $('.tracks [data-act="clear"]');
    if (clear) clear.disabled = !S.range;
    if (!S.story) return;
    write($('[data-count="doubtful"]'), String((S.story.doubtful || []).length || ""));
    const lane = S.story.lanes.find((one) => one.worker && (!S.followed || one.worker === S.followed));
    write($('[data-count="follow"]'), lane ? lane.letter : S.followed);
  }

  window.gridlinkPlayback.watch({ time, dress, story: dress });
})();
