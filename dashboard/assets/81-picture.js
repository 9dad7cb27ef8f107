/* Pictures of what a panel shows: a chart as PNG or SVG (Plotly's own), a map as PNG with title, legend, scale and where it
   is from. The server writes the audit line first and answers with the words of the last line; without it nothing leaves. */
(function () {
  "use strict";
  const { words, fill } = window.gridlink;
  const { asked, query, save, line } = window.gridlinkTake;
  const TIMES = [1, 2, 3];
  const LARGEST = 8192; // pixels of a side: what graphics cards draw at once
  const SERIF = /["<>&]/g, SIGNS = { '"': "&quot;", "<": "&lt;", ">": "&gt;", "&": "&amp;" };

  const charts = (panel) => [...panel.querySelectorAll(".js-plotly-plot")].filter((chart) => chart._fullLayout && chart.offsetWidth);
  const mapOf = (panel) => [...panel.querySelectorAll(".map-box")].find((box) => box.querySelector("canvas, img.still"));
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const plain = (text) => text.replace(SERIF, (sign) => SIGNS[sign]);

  function title(panel) {
    const part = (name) => {
      const found = panel.querySelector(`:scope > header ${name}`), copy = found && found.cloneNode(true);
      if (copy) copy.querySelectorAll(".breadcrumb, .take").forEach((one) => one.remove());
      return copy ? copy.textContent.trim() : "";
    };
    const name = part("h2") || (document.querySelector(".page-tab[aria-current]") || {}).textContent || document.title;
    return { name, note: part(".note") };
  }

  /* What the picture offers: made anew whenever the menu opens, since a panel may have been empty before. */
  function offer(menu) {
    const panel = menu.closest(".panel"), choices = menu.querySelector(".take-choices");
    choices.querySelectorAll(".take-pictures").forEach((one) => one.remove());
    if (!panel) return;
    const found = charts(panel), map = mapOf(panel), group = document.createElement("div");
    group.className = "take-pictures";
    const sizes = (box) => TIMES.map((times) => ["png", times, `${Math.round(box.width * times)} × ${Math.round(box.height * times)}`]);
    const entries = map ? sizes(panel.getBoundingClientRect()) : found.length ? [...sizes(found[0].getBoundingClientRect()), ["svg", 1, words.take_vector]] : [];
    if (!entries.length && !choices.children.length) entries.push(["", 0, words.take_nothing]);
    if (entries.length) group.innerHTML = `<b>${words.take_picture}</b>`;
    entries.forEach(([format, times, about]) => group.append(entry(panel, format, times, about)));
    choices.append(group);
  }

  function entry(panel, format, times, about) {
    const made = document.createElement("button");
    made.type = "button";
    made.disabled = !format;
    made.dataset.picture = `${format}-${times}`;
    made.innerHTML = `<span>${format.toUpperCase()}</span><small>${about}</small>`;
    made.addEventListener("click", () => { made.closest("details").open = false; take(panel, format, times); });
    return made;
  }

  async function take(panel, format, times) {
    const told = line();
    told.say(words.take_wait);
    try {
      const { name, note } = title(panel);
      const about = await (await asked(`/export/picture?${query({ title: name, format })}`)).json();
      const made = mapOf(panel) ? [await mapPicture(panel, times, about.line)] : await Promise.all(charts(panel).map((chart) => chartPicture(chart, [name, note, about.line], format, times)));
      made.forEach((blob, at) => save(blob, `${about.file}${made.length > 1 ? `-${at + 1}` : ""}.${format}`));
      told.end(fill(words.take_done, { file: `${about.file}.${format}` }));
    } catch (fault) { told.end(fault.message || String(fault), true); }
  }

  /* The chart as it is, with room above for its title and below for where it is from. */
  async function chartPicture(chart, [name, note, about], format, times) {
    const u = window.gridlink.unit(), full = chart._fullLayout, size = full._size;
    const lines = folded(about, full.width / (6.4 * u));
    const above = 40 * u, below = (10 + 15 * lines.length) * u;
    const at = { xref: "paper", yref: "paper", showarrow: false, x: 0, xanchor: "left", xshift: 14 * u - size.l, align: "left" };
    const head = { ...at, y: 1, yanchor: "bottom", yshift: size.t + 8 * u, text: `<b>${plain(name)}</b>  ${plain(note)}`, font: { size: 15 * u, color: colour("--text-1") } };
    const foot = { ...at, y: 0, yanchor: "top", yshift: -size.b - 4 * u, text: lines.map(plain).join("<br>"), font: { size: 11 * u, color: colour("--text-3") } };
    const layout = {
      ...chart.layout, autosize: false, width: full.width, height: full.height + above + below, paper_bgcolor: colour("--bg-1"), plot_bgcolor: colour("--bg-1"),
      margin: { l: size.l, r: size.r, t: size.t + above, b: size.b + below, pad: size.p, autoexpand: false },
      annotations: [...(chart.layout.annotations || []), head, foot],
    };
    const asked = { format, width: layout.width, height: layout.height, scale: format === "svg" ? 1 : times };
    const address = await window.Plotly.toImage({ data: chart.data, layout, config: { locale: document.documentElement.lang } }, asked);
    return fetchData(address);
  }

  /* A data address as a file, without asking the network: the policy lets nothing else be fetched. */
  function fetchData(address) {
    const [head, body] = [address.slice(5, address.indexOf(",")), address.slice(address.indexOf(",") + 1)];
    const text = head.endsWith(";base64") ? atob(body) : null;
    const bytes = text === null ? new TextEncoder().encode(decodeURIComponent(body)) : Uint8Array.from(text, (sign) => sign.charCodeAt(0));
    return new Blob([bytes], { type: head.split(";")[0] });
  }

  /* Lines of about so many letters, broken between facts; a Chinese one is as wide as two others. */
  function folded(text, most) {
    const wide = (part) => [...part].reduce((n, sign) => n + (sign > "⺀" ? 1.9 : 1), 0);
    return text.split(" · ").reduce((lines, part) => {
      const last = lines[lines.length - 1];
      if (last !== undefined && wide(`${last} · ${part}`) <= most) lines[lines.length - 1] = `${last} · ${part}`; else lines.push(part);
      return lines;
    }, []);
  }

  async function mapPicture(panel, times, about) {
    const box = panel.getBoundingClientRect(), u = window.gridlink.unit(), k = Math.min(times, LARGEST / Math.max(box.width, box.height));
    const lines = folded(about, box.width / (6.4 * u)), foot = (12 + 16 * lines.length) * u;
    const drawing = await window.gridlinkCanvas.drawn(mapOf(panel), k);
    const copy = await window.gridlinkCopy.copied(panel, drawing);
    const words = lines.map((one, at) => `<text x="${14 * u}" y="${box.height + (16 + 16 * at) * u}" font-size="${11 * u}" fill="${colour("--text-3")}" font-family="${plain(colour("--font"))}">${plain(one)}</text>`).join("");
    const whole = `<svg xmlns="http://www.w3.org/2000/svg" width="${box.width * k}" height="${(box.height + foot) * k}" viewBox="0 0 ${box.width} ${box.height + foot}">`
      + `<rect width="100%" height="100%" fill="${colour("--bg-1")}"/><foreignObject width="${box.width}" height="${box.height}">${copy}</foreignObject>${words}</svg>`;
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(whole)}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(box.width * k), height: Math.round((box.height + foot) * k) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error(words.take_failed))), "image/png"));
  }

  document.addEventListener("gridlink:take", (event) => offer(event.detail));
  window.gridlinkPicture = { chartPicture, mapPicture };
})();
