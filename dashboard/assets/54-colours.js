/* The colours of a track: by worker, by state, or by speed. Arithmetic on typed arrays; the page gives only the legend. */
(function () {
  "use strict";
  const DEGREE_M = 111195; // on the mean sphere (IUGG)

  /* Metres a second on the way from each vertex to the next; the last of a path keeps the pace it arrived with. */
  function paces({ path, time, starts, n, lat }) {
    const out = new Float32Array(n), squeeze = Math.cos(lat * Math.PI / 180);
    for (let k = 0; k < starts.length; k++) {
      const to = k + 1 < starts.length ? starts[k + 1] : n;
      for (let i = starts[k]; i < to - 1; i++) {
        const x = (path[2 * i + 2] - path[2 * i]) * squeeze, y = path[2 * i + 3] - path[2 * i + 1];
        out[i] = Math.hypot(x, y) * DEGREE_M / Math.max(time[i + 1] - time[i], 1);
      }
      if (to - 1 > starts[k]) out[to - 1] = out[to - 2];
    }
    return out;
  }

  /* The class of a speed: how many of the breaks (km/h) it reached. */
  const grade = (pace, breaks) => breaks.filter((limit) => pace * 3.6 >= limit).length;
  const during = (spans, t) => spans.some((span) => span[0] <= t && t < span[1]);

  /* Which colour one vertex has. Staying is a stay of the worker's lane; of a worker without a lane, hardly moving. */
  function tint(mode, look, { owner, pace, t }) {
    if (mode === "speed") return look.ramp[grade(pace, look.breaks)];
    if (mode !== "state") return look.colours[owner] || look.colours.all;
    const stays = look.stays[owner];
    return look.states[(stays ? during(stays, t) : pace * 3.6 < look.breaks[0]) ? "staying" : "moving"];
  }

  /* Four bytes of colour for every vertex of a chunk whose day began at `shift`. */
  function paint(mode, look, chunk, shift = 0) {
    const { time, starts, owners, n } = chunk, out = new Uint8Array(n * 4);
    const pace = mode === "worker" ? null : (chunk.paces = chunk.paces || paces(chunk));
    for (let k = 0; k < starts.length; k++) {
      const to = k + 1 < starts.length ? starts[k + 1] : n;
      for (let i = starts[k]; i < to; i++) out.set(tint(mode, look, { owner: owners[k], pace: pace && pace[i], t: time[i] + shift }), 4 * i);
    }
    return out;
  }

  function lookOf(S) {
    const stays = Object.fromEntries(S.story.lanes.filter((lane) => lane.worker).map((lane) => [lane.worker, lane.stays]));
    return { colours: S.spec.colours, ramp: S.spec.ramp, states: S.spec.states, breaks: S.spec.breaks, stays };
  }

  function entry(colour, words) {
    const line = document.createElement("span"), key = document.createElement("i");
    key.className = "key patch";
    key.style.color = `rgb(${colour.slice(0, 3).join(",")})`;
    line.append(key, words);
    return line;
  }

  function classes(breaks) {
    const between = breaks.map((limit, i) => (i + 1 < breaks.length ? `${limit}–${breaks[i + 1]}` : `≥ ${limit} km/h`));
    return [`< ${breaks[0]}`, ...between];
  }

  function legend(S) {
    const box = document.getElementById("tracks-legend"), words = window.gridlink.words;
    if (!box || !S.spec) return;
    const lines = S.colour === "speed" ? classes(S.spec.breaks).map((name, i) => entry(S.spec.ramp[i], name))
      : S.colour === "state" ? ["moving", "staying"].map((name) => entry(S.spec.states[name], words[`state_${name}`])) : [];
    box.replaceChildren(...lines);
  }

  window.gridlinkColours = { paces, grade, tint, paint, classes, lookOf };
  window.gridlinkPlayback.watch({ dress: legend, story: legend });
})();
