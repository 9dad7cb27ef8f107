/* The time strip: a lane per chosen worker (or one for all) with five-minute bars of metres walked, stays as an underline,
   gaps as a boxed hatch with their length, doubtful fixes as crosses. 61-events.js adds what happened, 62-drag.js the hand. */
(function () {
  "use strict";
  const LANE = 36, BAR = 24, LEFT = 176, RIGHT = 16, BASE = 40, STEP_S = 300;
  let box = null;
  let drawn = null;

  const escape = (words) => String(words).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const css = (colour) => `rgb(${colour.slice(0, 3).join(",")})`;
  const short = (words) => (words.length > 7 ? `…${words.slice(-6)}` : words);
  const titled = (words) => `<title>${escape(words)}</title>`;

  function scale(S) {
    const u = window.gridlink.unit(), width = box.clientWidth;
    const [from, to] = S.story.span, left = LEFT * u, wide = Math.max(width - left - RIGHT * u, 10);
    return { u, left, wide, width, from, to, x: (t) => left + ((Math.min(Math.max(t, from), to) - from) / (to - from)) * wide };
  }

  /* Bars begin with those of the span where the story says so (`bars_from`), else at midnight. */
  function bars(S, lane, at, y) {
    const most = Math.max(...lane.bars, 1), high = BAR * at.u;
    const wide = Math.max(at.wide / ((at.to - at.from) / STEP_S) - 1, 1);
    return lane.bars.map((metres, i) => {
      const t = (S.story.bars_from || 0) + i * STEP_S;
      if (!metres || t < at.from || t >= at.to) return "";
      const tall = Math.max((Math.sqrt(metres / most)) * high, 1.5);
      return `<rect x="${at.x(t).toFixed(1)}" y="${(y - tall).toFixed(1)}" width="${wide.toFixed(1)}" height="${tall.toFixed(1)}"/>`;
    }).join("");
  }

  const clocks = (from, to) => `${window.gridlinkPlayback.clock(from)}–${window.gridlinkPlayback.clock(to)}`;

  /* A stay says when it began and when it ended. */
  function stay(at, y, [from, to, words]) {
    const told = window.gridlink.fill(window.gridlink.words.stayed, { span: window.gridlink.span(to - from) });
    return `<rect class="stay" x="${at.x(from)}" y="${y}" width="${Math.max(at.x(to) - at.x(from), 1)}" height="${4 * at.u}">${titled(`${words || told} · ${clocks(from, to)}`)}</rect>`;
  }

  /* A gap says how long it was; in words on the strip where there is room for them. */
  function gap(at, y, [from, to, words]) {
    const wide = Math.max(at.x(to) - at.x(from), 2), length = window.gridlink.span(to - from), { fill, words: known } = window.gridlink;
    const told = words || fill(known.silent_for, { span: length }), high = (BAR + 4) * at.u, top = y - BAR * at.u;
    const name = [told, length].find((one) => wide > (one.length * 13 + 12) * at.u);
    const plate = name ? `<text class="gap-words" x="${at.x(from) + wide / 2}" y="${y - 5 * at.u}">${escape(name)}</text>` : "";
    return `<g>${titled(`${told} · ${clocks(from, to)}`)}<rect class="gap-box" x="${at.x(from)}" y="${top}" width="${wide}" height="${high}"/>${plate}</g>`;
  }

  function cross(at, y, t) {
    const x = at.x(t), r = 3 * at.u, top = y - (BAR + 5) * at.u;
    return `<path class="cross" d="M${x - r} ${top - r}L${x + r} ${top + r}M${x + r} ${top - r}L${x - r} ${top + r}"/>`;
  }

  function head(one, at, y, tint) {
    const disc = one.letter ? `<circle cx="${22 * at.u}" cy="${y - 9 * at.u}" r="${9 * at.u}" fill="${tint}"/><text class="letter" x="${22 * at.u}" y="${y - 5 * at.u}">${escape(one.letter)}</text>` : "";
    const name = `<text class="who" x="${38 * at.u}" y="${y - 5 * at.u}">${escape(one.name)}</text>`;
    const place = `<text class="where" x="${88 * at.u}" y="${y - 5 * at.u}">${escape(short(one.place))}</text>`;
    const plate = one.worker ? `<rect class="plate" x="0" y="${y - 30 * at.u}" width="${at.left - 6 * at.u}" height="${LANE * at.u}"/>` : "";
    return `<g class="lane-head" data-lane="${escape(one.worker || "")}">${titled(`${one.name} ${one.place}`.trim())}${plate}${disc}${name}${place}</g>`;
  }

  function lane(S, one, i, at) {
    const y = (LANE * (i + 1) - 4) * at.u, tint = css(one.colour);
    const stays = one.stays.map((row) => stay(at, y, row)).join(""), gaps = one.gaps.map((row) => gap(at, y, row)).join("");
    const crosses = one.doubtful.map((t) => cross(at, y, t)).join("");
    return `<g>${head(one, at, y, tint)}<g fill="${tint}" fill-opacity=".9">${bars(S, one, at, y)}${stays}</g>${gaps}<g class="crosses">${crosses}</g></g>`;
  }

  /* Round hours of the city's clock, and midnight with its date. */
  function ticks(S, at, y) {
    const out = [];
    const every = (at.to - at.from) / 3600 > 14 ? 7200 : 3600;
    for (let t = Math.ceil(at.from / every) * every; t <= at.to; t += every) {
      const anchor = t === at.from ? "start" : t === at.to ? "end" : "middle", night = t === 0 && at.from < 0 || t === S.spec.length_s && at.to > t;
      out.push(`<path class="tick${night ? " midnight" : ""}" d="M${at.x(t)} 0V${y}"/><text class="hour" text-anchor="${anchor}" x="${at.x(t)}" y="${y + 32 * at.u}">${window.gridlinkPlayback.clock(t)}</text>`);
    }
    return out.join("");
  }

  function band(at, y) {
    const edge = (name) => `<g class="edge" data-edge="${name}"><path class="grip" d="M0 0V${y}"/><path class="line" d="M0 0V${y}"/><text x="0" y="${11 * at.u}">${name ? "B" : "A"}</text></g>`;
    return `<g class="range"><rect class="span" y="0" height="${y}"/>${edge(0)}${edge(1)}</g>`;
  }

  function story(S) {
    box = document.getElementById("strip-box");
    if (!box || !S.story) return;
    const at = scale(S), y = (LANE * S.story.lanes.length + 2) * at.u, high = y + BASE * at.u;
    const hatch = '<defs><pattern id="strip-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-58)"><path d="M0 0H7"/></pattern></defs>';
    const lanes = S.story.lanes.map((one, i) => lane(S, one, i, at)).join("");
    const over = `<rect class="future" y="0" height="${y}"/>${band(at, y)}<g class="head"><path class="line" d="M0 0V${y}"/><path class="cap" d="M${-5 * at.u} 0H${5 * at.u}L0 ${6 * at.u}Z"/></g>`;
    const symbols = window.gridlinkEvents.draw(S, at, y);
    box.innerHTML = `<svg width="${at.width}" height="${high}">${hatch}${ticks(S, at, y)}${lanes}${over}<g class="reports">${symbols}</g></svg>`;
    drawn = { at, svg: box.firstChild };
    time(S);
  }

  function placed(node, x, shown = true) {
    node.setAttribute("transform", `translate(${x.toFixed(1)} 0)`);
    node.style.display = shown ? "" : "none";
  }

  function range(S, { at, svg }) {
    const group = svg.querySelector(".range"), bar = group.querySelector(".span");
    group.style.display = S.range ? "" : "none";
    if (!S.range) return;
    const [a, b] = S.range.map(at.x);
    bar.setAttribute("x", a);
    bar.setAttribute("width", Math.max(b - a, 1));
    group.querySelectorAll(".edge").forEach((edge, i) => placed(edge, [a, b][i]));
  }

  function time(S) {
    if (!drawn || !document.body.contains(drawn.svg)) return;
    const { at, svg } = drawn, x = at.x(S.t);
    placed(svg.querySelector(".head"), x, S.t >= at.from && S.t <= at.to);
    const future = svg.querySelector(".future");
    future.setAttribute("x", x);
    future.setAttribute("width", Math.max(at.left + at.wide - x, 0));
    range(S, drawn);
    svg.querySelectorAll(".crosses").forEach((group) => { group.style.display = S.show.doubtful ? "" : "none"; });
    svg.querySelector(".reports").style.display = S.show.incidents ? "" : "none";
    svg.querySelectorAll("[data-lane]").forEach((node) => node.toggleAttribute("data-followed", S.show.follow && node.dataset.lane !== "" && node.dataset.lane === S.followed));
  }

  window.addEventListener("resize", () => { const S = window.gridlinkPlayback.state; if (drawn && S.story && document.body.contains(drawn.svg)) story(S); });
  window.gridlinkStrip = { drawn: () => (drawn && document.body.contains(drawn.svg) ? drawn : null), escape, titled };
  window.gridlinkPlayback.watch({ story, time });
})();
