/* The time strip: a lane per chosen worker (or one for all) with five-minute bars of metres walked, stays as an underline,
   gaps as a boxed hatch, doubtful fixes as crosses, reports on a common line; click or drag moves the clock. */
(function () {
  "use strict";
  const LANE = 36, BAR = 24, LEFT = 176, RIGHT = 16, BASE = 40, STEP_S = 300;
  let box = null;
  let drawn = null;

  const escape = (words) => String(words).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const css = (colour) => `rgb(${colour.slice(0, 3).join(",")})`;

  function scale(S) {
    const u = window.gridlink.unit(), width = box.clientWidth;
    const [from, to] = S.story.span, left = LEFT * u, wide = Math.max(width - left - RIGHT * u, 10);
    return { u, left, wide, width, from, to, x: (t) => left + ((Math.min(Math.max(t, from), to) - from) / (to - from)) * wide };
  }

  function bars(lane, at, y) {
    const most = Math.max(...lane.bars, 1), high = BAR * at.u;
    const wide = Math.max(at.wide / ((at.to - at.from) / STEP_S) - 1, 1);
    return lane.bars.map((metres, i) => {
      const t = i * STEP_S;
      if (!metres || t < at.from || t >= at.to) return "";
      const tall = Math.max((Math.sqrt(metres / most)) * high, 1.5);
      return `<rect x="${at.x(t).toFixed(1)}" y="${(y - tall).toFixed(1)}" width="${wide.toFixed(1)}" height="${tall.toFixed(1)}"/>`;
    }).join("");
  }

  function lane(S, one, i, at) {
    const y = (LANE * (i + 1) - 4) * at.u, tint = css(one.colour);
    const stays = one.stays.map(([a, b]) => `<rect x="${at.x(a)}" y="${y}" width="${Math.max(at.x(b) - at.x(a), 1)}" height="${4 * at.u}"/>`).join("");
    const gaps = one.gaps.map(([a, b]) => `<rect class="gap-box" x="${at.x(a)}" y="${y - BAR * at.u}" width="${Math.max(at.x(b) - at.x(a), 2)}" height="${(BAR + 4) * at.u}"/>`).join("");
    const crosses = one.doubtful.map((t) => { const x = at.x(t), r = 3 * at.u, top = y - (BAR + 5) * at.u; return `<path class="cross" d="M${x - r} ${top - r}L${x + r} ${top + r}M${x + r} ${top - r}L${x - r} ${top + r}"/>`; }).join("");
    const disc = one.letter ? `<circle cx="${22 * at.u}" cy="${y - 9 * at.u}" r="${9 * at.u}" fill="${tint}"/><text class="letter" x="${22 * at.u}" y="${y - 5 * at.u}">${one.letter}</text>` : "";
    const name = `<text class="who" x="${38 * at.u}" y="${y - 5 * at.u}">${escape(one.name)}</text>`;
    const place = `<text class="where" x="${88 * at.u}" y="${y - 5 * at.u}">${escape(short(one.place))}</text>`;
    return `<g>${disc}${name}${place}<g fill="${tint}" fill-opacity=".9">${bars(one, at, y)}${stays}</g>${gaps}<g class="crosses">${crosses}</g></g>`;
  }

  const short = (words) => (words.length > 7 ? `…${words.slice(-6)}` : words);

  function ticks(S, at, y) {
    const out = [];
    const every = (at.to - at.from) / 3600 > 14 ? 7200 : 3600;
    for (let t = Math.ceil(at.from / every) * every; t <= at.to; t += every) {
      const anchor = t === at.from ? "start" : t === at.to ? "end" : "middle";
      out.push(`<path class="tick" d="M${at.x(t)} 0V${y}"/><text class="hour" text-anchor="${anchor}" x="${at.x(t)}" y="${y + 30 * at.u}">${window.gridlinkPlayback.clock(t)}</text>`);
    }
    return out.join("");
  }

  const SHAPES = {
    1: (x, y, r) => `<path class="s1" d="M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z"/>`,
    2: (x, y, r) => `<path class="s2" d="M${x} ${y - r}L${x + r} ${y + r * 0.8}H${x - r}Z"/>`,
    3: (x, y, r) => `<rect class="s3" x="${x - r * 0.75}" y="${y - r * 0.75}" width="${r * 1.5}" height="${r * 1.5}"/>`,
    4: (x, y, r) => `<circle class="s4" cx="${x}" cy="${y}" r="${r * 0.75}"/>`,
    5: (x, y, r) => `<circle class="s4" cx="${x}" cy="${y}" r="${r * 0.4}"/>`,
  };

  function reports(S, at, y) {
    return (S.story.incidents || []).filter((row) => row.near && row.at >= at.from && row.at < at.to)
      .map((row) => `<g><title>${escape(row.words)}</title>${SHAPES[row.severity](at.x(row.at), y + 10 * at.u, 5 * at.u)}</g>`).join("");
  }

  function story(S) {
    box = document.getElementById("strip-box");
    if (!box) return;
    const at = scale(S), y = (LANE * S.story.lanes.length + 2) * at.u, high = y + BASE * at.u;
    const hatch = '<defs><pattern id="strip-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-58)"><path d="M0 0H7"/></pattern></defs>';
    const lanes = S.story.lanes.map((one, i) => lane(S, one, i, at)).join("");
    const over = `<rect class="future" y="0" height="${y}"/><g class="head"><path class="line" d="M0 0V${y}"/><path class="cap" d="M${-5 * at.u} 0H${5 * at.u}L0 ${6 * at.u}Z"/></g>`;
    box.innerHTML = `<svg width="${at.width}" height="${high}">${hatch}${ticks(S, at, y)}${lanes}${over}<g class="reports">${reports(S, at, y)}</g></svg>`;
    drawn = { at, svg: box.firstChild };
    time(S);
  }

  function time(S) {
    if (!drawn || !document.body.contains(drawn.svg)) return;
    const { at, svg } = drawn, x = at.x(S.t);
    svg.querySelector(".head").setAttribute("transform", `translate(${x.toFixed(1)} 0)`);
    svg.querySelector(".head").style.display = S.t < at.from || S.t > at.to ? "none" : "";
    const future = svg.querySelector(".future");
    future.setAttribute("x", x);
    future.setAttribute("width", Math.max(at.left + at.wide - x, 0));
    svg.querySelectorAll(".crosses").forEach((group) => { group.style.display = S.show.doubtful ? "" : "none"; });
    svg.querySelector(".reports").style.display = S.show.incidents ? "" : "none";
  }

  function moment(event) {
    const at = drawn.at, x = event.clientX - box.getBoundingClientRect().left;
    return at.from + (Math.min(Math.max((x - at.left) / at.wide, 0), 1)) * (at.to - at.from);
  }

  document.addEventListener("pointerdown", (event) => {
    if (!drawn || !event.target.closest || !event.target.closest("#strip-box")) return;
    if (event.clientX - box.getBoundingClientRect().left < drawn.at.left - 4) return;
    const drag = (move) => window.gridlinkPlayback.seek(moment(move), false);
    const done = (up) => { window.removeEventListener("pointermove", drag); window.gridlinkPlayback.seek(moment(up), true); };
    window.gridlinkPlayback.seek(moment(event), false);
    window.addEventListener("pointermove", drag);
    window.addEventListener("pointerup", done, { once: true });
    event.preventDefault();
  });

  window.addEventListener("resize", () => { const S = window.gridlinkPlayback.state; if (drawn && S.story && document.body.contains(drawn.svg)) story(S); });
  window.gridlinkPlayback.watch({ story, time });
})();
