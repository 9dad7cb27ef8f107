/* Taking away what a panel shows: the menu of its head, the file at once, or a job with its bar where there are many rows.
   81-picture.js adds the pictures of charts and maps to the same menus. */
(function () {
  "use strict";
  const { words, fill } = window.gridlink;
  const LOOKS = new Set(["version", "u", "far", "retry"]);
  const POLL_MS = 1000, SAID_MS = 6000;

  function query(more) {
    const view = Object.entries(window.gridlink.view()).filter(([name, value]) => !LOOKS.has(name) && value !== "" && value != null);
    return new URLSearchParams([...view, ["lang", document.documentElement.lang], ...Object.entries(more)]).toString();
  }

  /* The one place where it is said how far an export is: bottom right, over everything. */
  function tray() {
    const known = document.getElementById("take-tray");
    if (known) return known;
    const made = document.createElement("div");
    made.id = "take-tray";
    made.className = "take-tray";
    made.setAttribute("role", "status");
    document.body.append(made);
    return made;
  }

  /* A line of the tray: words, and a bar where a share 0-1 is known. */
  function line() {
    const made = document.createElement("div"), text = document.createElement("span"), bar = document.createElement("i");
    made.append(text, bar);
    tray().append(made);
    const say = (sentence, share) => {
      text.textContent = sentence;
      bar.hidden = share === undefined;
      bar.style.setProperty("--share", share || 0);
    };
    const end = (sentence, bad) => {
      say(sentence);
      made.classList.toggle("crit", Boolean(bad));
      made.append(button("×", () => made.remove()));
      if (!bad) setTimeout(() => made.remove(), SAID_MS);
    };
    return { say, end };
  }

  function button(text, act) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "quiet", textContent: text, onclick: act });
    made.setAttribute("aria-label", text === "×" ? words.close : text);
    return made;
  }

  function save(blob, name) {
    const link = document.createElement("a"), address = URL.createObjectURL(blob);
    Object.assign(link, { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  function named(answer) {
    const told = answer.headers.get("Content-Disposition") || "";
    const found = told.match(/filename\*=UTF-8''([^;]+)/i) || told.match(/filename="?([^";]+)"?/i);
    return found ? decodeURIComponent(found[1]) : "export";
  }

  async function asked(address) {
    const answer = await fetch(address, { headers: { "X-Requested-With": "take" } });
    if (!answer.ok) throw new Error(answer.status === 401 ? words.take_signed_out : await sentence(answer));
    return answer;
  }

  /* What is wrong is said in one sentence; a page of HTML is not one. */
  async function sentence(answer) {
    const text = await answer.text();
    return /^\s*</.test(text) || !text ? fill(words.take_failed, { code: answer.status }) : text;
  }

  async function take(name, format, heads) {
    const told = line();
    told.say(words.take_wait);
    try {
      const answer = await asked(`/export/${name}.${format}?${query(heads ? { heads } : {})}`);
      if (answer.status === 202) await follow((await answer.json()).job, told);
      else { const file = named(answer); save(await answer.blob(), file); told.end(fill(words.take_done, { file })); }
    } catch (fault) { told.end(fault.message, true); }
  }

  async function follow(job, told) {
    for (;;) {
      const { state, done, total, words: sentence } = await (await asked(`/export/jobs/${job}?lang=${document.documentElement.lang}`)).json();
      if (state === "failed") throw new Error(sentence);
      if (state === "done") break;
      const facts = { done: done.toLocaleString("en"), total: total.toLocaleString("en") };
      told.say(fill(state === "waiting" ? words.take_queued : words.take_writing, facts), total ? done / total : 0);
      await new Promise((next) => setTimeout(next, POLL_MS));
    }
    const link = document.createElement("a");
    link.href = `/export/jobs/${job}/file`;
    link.download = "";
    link.click();
    told.end(words.take_ready);
  }

  /* A panel cuts off what leaves it: the open menu stands over the page, right under its button. */
  function place(menu) {
    const choices = menu.querySelector(".take-choices"), at = menu.querySelector("summary").getBoundingClientRect();
    const box = choices.getBoundingClientRect();
    choices.style.left = `${Math.max(8, Math.min(at.right - box.width, innerWidth - box.width - 8))}px`;
    choices.style.top = `${at.bottom + 4 + box.height > innerHeight ? Math.max(8, at.top - box.height - 4) : at.bottom + 4}px`;
  }

  function closed(but) {
    document.querySelectorAll("details.take[open], details.saved[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
  }

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLElement) || !menu.matches("details.take") || !menu.open) return;
    closed(menu);
    document.dispatchEvent(new CustomEvent("gridlink:take", { detail: menu }));
    place(menu);
  }, true);

  document.addEventListener("click", (event) => {
    const plain = event.target.closest(".take-plain"), choice = event.target.closest("[data-take]");
    const menu = event.target.closest("details.take, details.saved");
    closed(menu);
    if (plain) plain.setAttribute("aria-pressed", String(plain.getAttribute("aria-pressed") !== "true"));
    if (!choice) return;
    const machine = menu && menu.querySelector(".take-plain[aria-pressed=true]");
    closed(null);
    take(choice.dataset.take, choice.dataset.format, machine ? "machine" : "");
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closed(null); });
  window.addEventListener("resize", () => closed(null));
  document.addEventListener("scroll", (event) => { if (!(event.target.closest && event.target.closest(".take-choices"))) closed(null); }, true);

  window.gridlinkTake = { asked, query, save, line };
})();
