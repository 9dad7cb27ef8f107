/* Live positions: asked for at the screen's own pace, only when anything moved; a tick is skipped while one is under way. */
(function () {
  "use strict";
  const EVERY_MS = 10000;
  const feeds = new Map();

  function data(map, url) {
    const path = url.split("?")[0];
    let feed = feeds.get(map.id);
    if (!feed || feed.url !== url) {
      feed = { url, map, clock: 0, busy: false, last: null, seen: 0 };
      feeds.set(map.id, feed);
      feed.promise = ask(feed);
      if (!feed.timer) feed.timer = setInterval(() => tick(map.id), EVERY_MS * (0.8 + 0.4 * Math.random()));
    }
    return feed.last || feed.promise;
  }

  async function ask(feed) {
    const now = new Date().toISOString().slice(0, 19);
    const url = new URL(feed.url, location.origin);
    const since = url.searchParams.get("now");
    if (Math.abs(Date.parse(since + "Z") - Date.now()) < 9e5) url.searchParams.set("now", now);
    url.searchParams.set("since", feed.clock);
    url.searchParams.set("stale", Date.now() - feed.seen > 60000 ? "1" : "0");
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" });
    if (answer.status === 204) return feed.last;
    if (!answer.ok) throw new Error(`${answer.status} positions`);
    const { header, columns } = window.gridlinkMaps.unpack(await answer.arrayBuffer());
    if (header.clock !== feed.clock && window.gridlink.fresh) window.gridlink.fresh("fix", Date.now());
    feed.clock = header.clock;
    feed.seen = Date.now();
    feed.last = { length: header.length, attributes: columns };
    feed.fresh = header.fresh;
    say(feed);
    return feed.last;
  }

  /* The legend may be written after the positions came, or anew. */
  function say(feed) {
    document.querySelectorAll("[data-live=fresh]").forEach((e) => { e.textContent = feed.fresh; });
  }

  async function tick(id) {
    const feed = feeds.get(id);
    if (!feed || feed.busy || document.hidden || !document.body.contains(feed.map.element)) return;
    feed.busy = true;
    try {
      const before = feed.last;
      await ask(feed);
      say(feed);
      if (feed.last !== before) window.gridlinkMaps.draw(feed.map);
    } catch (fault) {
      /* the last good frame stays; the age in the header grows and says so */
    } finally { feed.busy = false; }
  }

  window.gridlinkLive = { data };
})();
