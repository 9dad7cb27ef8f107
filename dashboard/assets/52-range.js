/* The arithmetic of a replay's clock: from where to where it runs, and where it goes next. Times are elapsed seconds since
   the local midnight of the day shown; yesterday's are negative. Nothing here knows a page. */
(function () {
  "use strict";
  const LEAST_S = 60;

  /* The moment `seconds` of the day after t. Reaching the end of the range ends the run, or begins it again. */
  function advance(t, seconds, range, loop) {
    const next = t + seconds;
    if (!range || next < range[1] || (t >= range[1] && !loop)) return { t: next, end: false };
    if (!loop) return { t: range[1], end: true };
    const length = range[1] - range[0];
    return { t: range[0] + (t >= range[1] ? 0 : (next - range[1]) % length), end: false };
  }

  /* A and B in order and at least a minute apart, inside the limits; null where one is missing. */
  function ordered(a, b, limits) {
    if (a === null || b === null || !Number.isFinite(a) || !Number.isFinite(b)) return null;
    const [low, high] = limits;
    const from = Math.min(Math.max(Math.min(a, b), low), high - LEAST_S);
    return [from, Math.min(Math.max(Math.max(a, b), from + LEAST_S), high)];
  }

  const number = (words) => (words === undefined || words === null || words === "" ? null : Number(words));
  const around = (at, seconds) => [at - seconds, at + seconds];
  const shifted = (range, by) => range && range.map((t) => t + by);

  /* The earliest and latest moment the clock can show: its day, or what its story tells beyond it. */
  function limits(S) {
    const [from, to] = S.story ? S.story.span : [0, S.spec.length_s];
    return [Math.min(0, from), Math.max(S.spec.length_s, to)];
  }

  /* How far A and B may lie: as far as the clock can go without anybody choosing another day. */
  function reach(S) {
    const [low, high] = limits(S);
    return [S.spec.before ? Math.min(low, -S.spec.before_s) : low, S.spec.after ? Math.max(high, S.spec.length_s * 2) : high];
  }

  /* Marks so close that they would cover each other become one, at the place of its first. */
  function grouped(marks, apart, wide) {
    const out = [];
    for (const mark of [...marks].sort((a, b) => a.x - b.x)) {
      const last = out[out.length - 1];
      if (last && mark.x - last.x <= (last.of.length > 1 ? wide : apart)) last.of.push(mark);
      else out.push({ x: mark.x, of: [mark] });
    }
    return out;
  }

  window.gridlinkRange = { advance, ordered, number, around, shifted, limits, reach, grouped };
})();
