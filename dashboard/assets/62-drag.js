/* The hand on the time strip: a click or drag moves the clock, an edge of the range moves that edge, a drag with Shift makes
   a new range, a symbol is its own moment, and the name of a lane is whom the map follows. */
(function () {
  "use strict";
  const P = window.gridlinkPlayback;
  const R = window.gridlinkRange;
  const box = () => document.getElementById("strip-box");

  function moment(event) {
    const { at } = window.gridlinkStrip.drawn(), x = event.clientX - box().getBoundingClientRect().left;
    return at.from + Math.min(Math.max((x - at.left) / at.wide, 0), 1) * (at.to - at.from);
  }

  /* The range while one of its edges is held; dropped edges may have changed sides. */
  function stretch(fixed, t, done) {
    P.state.range = R.ordered(fixed, t, R.reach(P.state));
    if (done) P.set({}); else P.show();
  }

  function meant(event) {
    const S = P.state, edge = event.target.closest("[data-edge]"), symbol = event.target.closest("[data-moment]");
    if (edge && S.range) { const fixed = S.range[1 - Number(edge.dataset.edge)]; return (t, done) => stretch(fixed, t, done); }
    if (event.shiftKey) { const start = moment(event); return (t, done) => stretch(start, t, done); }
    if (symbol) return (t, done) => { if (done) P.seek(Number(symbol.dataset.moment)); };
    return (t, done) => P.seek(t, done);
  }

  document.addEventListener("pointerdown", (event) => {
    const drawn = window.gridlinkStrip.drawn();
    if (!drawn || event.button || !event.target.closest || !event.target.closest("#strip-box")) return;
    const lane = event.target.closest("[data-lane]");
    if (lane) { if (lane.dataset.lane) window.gridlinkKeys.follow(lane.dataset.lane); return; }
    if (event.clientX - box().getBoundingClientRect().left < drawn.at.left - 4) return;
    const act = meant(event);
    const drag = (move) => act(moment(move), false);
    const done = (up) => { window.removeEventListener("pointermove", drag); act(moment(up), true); };
    if (!event.shiftKey) act(moment(event), false);
    window.addEventListener("pointermove", drag);
    window.addEventListener("pointerup", done, { once: true });
    event.preventDefault();
  });
})();
