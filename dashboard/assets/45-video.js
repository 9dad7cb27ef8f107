/* Tiles of cameras: one click asks the server for the address (which logs it), then a plain <video> plays the gateway's
   HLS. Where there is no picture a sentence says why; nothing is drawn from it, recorded or kept. */
(function () {
  "use strict";
  const LOOK_MS = 2000, STILL_MS = 10000;
  const playing = new Map();
  const words = () => window.gridlink.words;

  function cookie(name) {
    const found = document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`));
    return found ? decodeURIComponent(found[1]) : "";
  }

  const picture = (id) => [...document.querySelectorAll(".picture[data-play]")].find((box) => box.dataset.play === id);

  function say(id, sentence, again) {
    stop(id);
    const box = picture(id);
    if (!box) return;
    const over = document.createElement("p");
    over.className = "over";
    over.append(Object.assign(document.createElement("span"), { textContent: sentence }));
    if (again) over.append(Object.assign(document.createElement("button"), { className: "button", textContent: words().video_again }));
    box.append(over);
  }

  function clear(box) { box.querySelectorAll(".over").forEach((over) => over.remove()); }

  function stop(id) {
    const shown = playing.get(id);
    if (!shown) return;
    playing.delete(id);
    shown.video.removeAttribute("src");
    shown.video.load();
    shown.frame.remove();
    const box = picture(id);
    if (box) clear(box);
  }

  async function open(box) {
    const id = box.dataset.play;
    if (playing.has(id) || box.dataset.busy) return;
    clear(box);
    box.dataset.busy = "1";
    try {
      const answer = await fetch("/api/video/open", {
        method: "POST", credentials: "same-origin", cache: "no-store",
        headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("_csrf_token") },
        body: JSON.stringify({ camera_id: id, incident: window.gridlink.view().incident || "" }),
      });
      const said = await answer.json();
      if (!answer.ok) { say(id, said.sentence, false); point(); return; }
      play(id, said.address);
    } catch (fault) {
      say(id, words().video_server, true);
    } finally { delete box.dataset.busy; }
  }

  /* Without a reason there is nothing to open: the field that asks for it is shown. */
  function point() {
    const field = document.getElementById("tiles-reason");
    if (field) field.focus();
  }

  function play(id, address) {
    const box = picture(id);
    if (!box) return;
    const video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true, disablePictureInPicture: true, disableRemotePlayback: true, src: address });
    const frame = document.createElement("div");
    frame.className = "over playing";
    const end = document.createElement("button");
    Object.assign(end, { className: "button", textContent: words().video_stop });
    end.dataset.stop = id;
    frame.append(video, end);
    box.append(frame);
    const shown = { video, frame, address, at: 0, since: Date.now() };
    playing.set(id, shown);
    video.addEventListener("error", () => { if (playing.get(id) === shown) failed(id, shown); });
    video.addEventListener("ended", () => { if (playing.get(id) === shown) say(id, words().video_ended, true); });
    video.play().catch(() => {});  // a stream that fails says so by its event
  }

  /* The element only says that it could not play. Whether the gateway answers at all tells why. */
  async function failed(id, shown) {
    const why = await reason(shown.address);
    if (playing.get(id) === shown) say(id, words()[`video_${why}`], true);
  }

  async function reason(address) {
    const asked = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
    try {
      const { status } = await fetch(address, asked);
      if (status === 401 || status === 403) return "refused";
      if (status === 404 || status === 410) return "missing";
      return status >= 500 ? "away" : "codec";
    } catch (fault) { /* away, or it lets no page read its answers */ }
    try {
      await fetch(address, { ...asked, mode: "no-cors" });
      return "unplayable";
    } catch (fault) { return "away"; }
  }

  /* A picture that stands still is no picture: after ten seconds the gateway is asked. */
  function watch() {
    for (const [id, shown] of playing) {
      if (!document.body.contains(shown.frame)) { adopt(id, shown); continue; }
      if (shown.video.currentTime !== shown.at) { shown.at = shown.video.currentTime; shown.since = Date.now(); continue; }
      if (Date.now() - shown.since < STILL_MS || shown.asked) continue;
      shown.asked = true;
      reason(shown.address).then((why) => { if (playing.get(id) === shown) say(id, words()[why === "codec" ? "video_still" : `video_${why}`], true); });
    }
  }

  /* Tiles drawn anew take over what plays; a camera that is no longer on a tile ends. */
  function adopt(id, shown) {
    const box = picture(id);
    if (!box) { stop(id); return; }
    box.append(shown.frame);
    shown.video.play().catch(() => {});
  }

  function settle() {
    for (const [id, shown] of playing) if (!document.body.contains(shown.frame)) adopt(id, shown);
  }

  document.addEventListener("click", (event) => {
    const act = (event.target.closest("[data-act]") || { dataset: {} }).dataset.act;
    const tile = event.target.closest(".tile[data-camera]");
    if (event.target.closest("[data-stop]")) { stop(event.target.closest("[data-stop]").dataset.stop); return; }
    if (act === "enlarge" && tile) { enlarge(tile.dataset.camera); return; }
    const box = event.target.closest(".picture[data-play]");
    if (box && event.target.closest(".button")) open(box);
  });

  /* One camera alone, and back to the four beside it. */
  function enlarge(id) {
    const alone = window.gridlink.view().tiles === "1";
    window.gridlink.choose("camera", alone ? "" : id);
    window.gridlink.choose("tiles", alone ? "4" : "1");
  }

  /* A reason given takes away the sentences that asked for one. */
  let given;
  document.addEventListener("gridlink:view", ({ detail }) => {
    if (detail.watch !== given) document.querySelectorAll(".picture > p.over").forEach((over) => over.remove());
    given = detail.watch;
  });

  setInterval(watch, LOOK_MS);
  new MutationObserver(settle).observe(document.documentElement, { childList: true, subtree: true });
  window.gridlinkVideo = { playing };
})();
