/* The menu of saved views: what an account saved under a name, this view's own link, and both as the address has them. */
(function () {
  "use strict";
  const { words, fill } = window.gridlink;
  const { asked, line } = window.gridlinkTake;
  const lang = () => `lang=${document.documentElement.lang}`;

  function token() {
    const found = document.cookie.match(/(?:^|; )_csrf_token=([^;]+)/);
    return found ? decodeURIComponent(found[1]) : "";
  }

  async function send(method, path, body) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
    const answer = await fetch(`/api/saved${path}?${lang()}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(fill(words.saved_failed, { why: (await answer.text()).slice(0, 200) }));
    return answer;
  }

  async function show() {
    const list = document.getElementById("saved-list");
    if (!list) return;
    const views = await (await asked(`/api/saved?${lang()}`)).json();
    list.replaceChildren(...(views.length ? views.map(entry) : [Object.assign(document.createElement("small"), { textContent: words.saved_none })]));
  }

  function entry({ id, name, href }) {
    const made = document.createElement("div"), open = document.createElement("a"), away = document.createElement("button");
    Object.assign(open, { href, textContent: name, title: name });
    Object.assign(away, { type: "button", className: "quiet", textContent: "×", title: fill(words.saved_remove, { name }) });
    away.setAttribute("aria-label", away.title);
    away.addEventListener("click", () => told(async () => { await send("DELETE", `/${id}`); await show(); }));
    made.append(open, away);
    return made;
  }

  async function told(act) {
    try { await act(); } catch (fault) { line().end(fault.message, true); }
  }

  function keep() {
    const field = document.getElementById("saved-name"), name = field.value.trim() || document.title;
    const view = Object.fromEntries(new URLSearchParams(location.search));
    return told(async () => {
      await send("POST", "", { name, path: location.pathname, view });
      window.dash_clientside.set_props("saved-name", { value: "" });
      await show();
      line().end(fill(words.saved_kept, { name }));
    });
  }

  /* The clipboard belongs to pages served over TLS; elsewhere the older way is the only one. */
  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const field = Object.assign(document.createElement("textarea"), { value: text });
    field.style.position = "fixed";
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    return undefined;
  }

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (menu instanceof HTMLElement && menu.matches("details.saved") && menu.open) told(show);
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("#saved-keep")) keep();
    if (event.target.closest("#saved-copy")) told(async () => { await copy(location.href); line().end(words.saved_copied); });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "saved-name") { event.preventDefault(); keep(); }
  });
})();
