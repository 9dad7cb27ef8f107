/* What happened, as symbols on one line below the lanes: reports by their severity, steps of cases, alarms, key areas. Symbols
   that would cover each other become one with their number; a pointer over it reads them all. */
(function () {
  "use strict";
  const APART = 13, WIDE = 25, MOST = 8;
  const KINDS = new Set(["report", "step", "alarm", "key"]);

  const SHAPES = {
    1: (x, y, r) => `<path class="s1" d="M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z"/>`,
    2: (x, y, r) => `<path class="s2" d="M${x} ${y - r}L${x + r} ${y + r * 0.8}H${x - r}Z"/>`,
    3: (x, y, r) => `<rect class="s3" x="${x - r * 0.75}" y="${y - r * 0.75}" width="${r * 1.5}" height="${r * 1.5}"/>`,
    4: (x, y, r) => `<circle class="s4" cx="${x}" cy="${y}" r="${r * 0.75}"/>`,
    5: (x, y, r) => `<circle class="s4" cx="${x}" cy="${y}" r="${r * 0.4}"/>`,
    step: (x, y, r) => `<path class="step" d="M${x - r * 0.6} ${y - r * 0.8}L${x + r * 0.5} ${y}L${x - r * 0.6} ${y + r * 0.8}"/>`,
    alarm: (x, y, r) => `<rect class="alarm" x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}" rx="${r * 0.3}"/><path class="bell" d="M${x - r * 0.6} ${y + r * 0.35}C${x - r * 0.3} ${y} ${x - r * 0.5} ${y - r * 0.7} ${x} ${y - r * 0.7}S${x + r * 0.3} ${y} ${x + r * 0.6} ${y + r * 0.35}Z"/>`,
    key: (x, y, r) => `<path class="key-mark" d="M${x - r * 0.9} ${y}L${x - r * 0.45} ${y - r * 0.8}H${x + r * 0.45}L${x + r * 0.9} ${y}L${x + r * 0.45} ${y + r * 0.8}H${x - r * 0.45}Z"/>`,
  };
  const RANK = { alarm: 0, report: 1, key: 2, step: 3 };

  /* Events of a kind that has a symbol; an older story tells its reports apart. */
  function told(S) {
    const events = (S.story.events || []).filter((event) => KINDS.has(event.kind));
    return events.length ? events : (S.story.incidents || []).filter((row) => row.near).map((row) => ({ ...row, kind: "report" }));
  }

  const worst = (events) => [...events].sort((a, b) => (b.near !== false) - (a.near !== false) || RANK[a.kind] - RANK[b.kind] || (a.severity || 9) - (b.severity || 9))[0];

  function groups(S, at) {
    const inside = told(S).filter((event) => event.at >= at.from && event.at < at.to);
    return window.gridlinkRange.grouped(inside.map((event) => ({ x: at.x(event.at), event })), APART * at.u, WIDE * at.u);
  }

  function symbol(at, y, { x, of }) {
    const events = of.map((mark) => mark.event), one = worst(events), { fill, words } = window.gridlink;
    const more = events.length > MOST ? [fill(words.and_more, { n: events.length - MOST })] : [];
    const draw = SHAPES[one.kind === "report" ? one.severity || 5 : one.kind];
    const count = events.length > 1 ? `<text class="count" x="${x + 7 * at.u}" y="${y + 14 * at.u}">${events.length}</text>` : "";
    const title = window.gridlinkStrip.titled([...events.slice(0, MOST).map((event) => event.words), ...more].join("\n"));
    const hit = `<rect class="plate" x="${x - 7 * at.u}" y="${y + 2 * at.u}" width="${14 * at.u}" height="${16 * at.u}"/>`;
    return `<g class="symbol${one.near === false ? " far" : ""}" data-moment="${one.at}" data-severity="${one.severity || ""}">${title}${hit}${draw(x, y + 10 * at.u, 5 * at.u)}${count}</g>`;
  }

  window.gridlinkEvents = { draw: (S, at, y) => groups(S, at).map((group) => symbol(at, y, group)).join(""), told };
})();
