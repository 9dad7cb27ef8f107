/* Data quality and bringing files: what a table of refused rows depends on, and a file dropped into the page. */
(function () {
  "use strict";
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  /* A part of the view; as long as it stays the same nothing is asked again. */
  const part = (names) => (view, known) => {
    const now = Object.fromEntries(names.map((name) => [name, (view && view[name]) || ""]));
    return same(now, known) ? window.dash_clientside.no_update : now;
  };

  const refused = part(["show", "refused", "reason", "lang"]);
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    quality: {
      asked: (view, known) => (view && view.show === "rejects" ? refused(view, known) : window.dash_clientside.no_update),
      look: part(["theme", "u", "area"]),
      file: (view, known) => {
        const now = (view && view.file) || null;
        return now === known ? window.dash_clientside.no_update : now;
      },
    },
  });

  const cookie = (name) => (document.cookie.split("; ").find((one) => one.startsWith(`${name}=`)) || "").slice(name.length + 1);

  function told(place, words, failed) {
    const line = place.querySelector(".told");
    line.textContent = words;
    line.classList.toggle("failed", Boolean(failed));
  }

  /* The file goes as the body of one request, so that it need not fit into memory anywhere. */
  function bring(place, file) {
    if (!file) return;
    if (file.size > Number(place.dataset.large)) { told(place, place.dataset.failed, true); return; }
    const request = new XMLHttpRequest();
    request.open("POST", `/api/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-CSRFToken", cookie("_csrf_token"));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => told(place, `${file.name} ${Math.floor((100 * loaded) / total)}%`);
    request.onerror = () => told(place, place.dataset.failed, true);
    request.onload = () => {
      if (request.status !== 200) { told(place, place.dataset.failed, true); return; }
      told(place, "");
      window.gridlink.choose(place.dataset.drop, JSON.parse(request.responseText).file);
    };
    request.send(file);
  }

  const target = (event) => event.target.closest && event.target.closest("[data-drop]");
  document.addEventListener("click", (event) => {
    const place = target(event);
    if (!place) return;
    const chooser = Object.assign(document.createElement("input"), { type: "file" });
    chooser.onchange = () => bring(place, chooser.files[0]);
    chooser.click();
  });
  document.addEventListener("dragover", (event) => { if (target(event)) { event.preventDefault(); target(event).classList.add("over"); } });
  document.addEventListener("dragleave", (event) => { if (target(event)) target(event).classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    const place = target(event);
    if (!place) return;
    event.preventDefault();
    place.classList.remove("over");
    bring(place, event.dataTransfer.files[0]);
  });
})();
