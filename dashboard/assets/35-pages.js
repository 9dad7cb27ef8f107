/* What the pages of lists need in the browser: a click on [data-choose] is a choice, and the cells of long tables. */
(function () {
  "use strict";
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const rows = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const make = (...parts) => window.React.createElement(...parts);

  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choose]");
    if (!choice) return;
    event.preventDefault();
    const menu = choice.closest("details");
    if (menu) menu.open = false;
    window.gridlink.choose(choice.dataset.choose, choice.dataset.to);
    const also = new URLSearchParams(choice.dataset.also || ""); // further choices the same click makes
    also.forEach((value, name) => window.gridlink.choose(name, value));
  });
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  /* Shape, colour and word of a severity. */
  cells.Severity = ({ data }) => make("span", { className: "status" },
    make("i", { className: `severity s${data.severity}` }), make("span", null, data.severity_word));

  /* Time left or over; it ticks by 06-clock.js where the row carries its deadline. */
  cells.Deadline = ({ data }) => {
    const facts = data.deadline ? { "data-deadline": data.deadline, "data-soon": data.soon } : {};
    return make("span", { className: `time ${data.tone}`, ...facts }, make("b", null, data.left));
  };

  /* A name, and what must be known about it in small. */
  cells.Named = ({ data, value, colDef }) => make("span", { className: "named" }, make("span", null, value),
    ...(data[colDef.field + "_notes"] || []).map((words) => make("small", { key: words, className: "tag" }, words)));

  /* A rank and whether others share it. */
  cells.Rank = ({ data }) => make("span", { className: "rank" }, make("b", null, data.rank), make("small", null, data.rank_note));

  /* An interval on the scale of its column: {at, low, high} are shares 0-1 of the column's width. */
  const strip = (told) => make("div", { className: "strip", title: told.spelled },
    make("i", { className: "interval " + told.mark, style: { "--low": told.low, "--high": told.high } }),
    ...(told.line === null ? [] : [make("i", { key: "line", className: "line", style: { "--at": told.line } })]),
    make("i", { className: `mark ${told.mark}`, style: { "--at": told.at } }));
  cells.Interval = ({ value }) => (value ? strip(value) : null);

  /* A score with its interval, or why there is none. */
  cells.Score = ({ data, value }) => value === undefined
    ? make("span", { className: "why" }, make("i", { className: "icon icon-clock" }), data.why)
    : make("div", { className: "scored" }, make("b", null, value), strip(data.range));

  /* The scale over a column of intervals. */
  cells.Scale = ({ displayName, ticks, beside }) => make("div", { className: beside ? "scale beside" : "scale" }, make("span", null, displayName),
    make("div", { className: "ticks" }, ...ticks.map((tick) =>
      make("i", { key: tick.at, className: tick.line ? "line" : "", style: { "--at": tick.at } }, tick.words))));

  /* A number with what it was counted from; ▲ where a target set by a person is wholly missed. */
  cells.Figure = ({ data, value, colDef }) => {
    const missed = data[colDef.field + "_mark"];
    const title = data[colDef.field + "_told"];
    return make("span", { title, className: missed ? "missed" : "" },
      missed ? make("i", { className: "shape warn" }) : null, value);
  };

  /* A row that heads a group of peers. */
  cells.Peers = ({ data }) => make("div", { className: "peers" }, make("b", null, data.name), make("span", null, data.group));

  const unit = () => window.gridlink.unit();
  rows.rowHeight = ({ data }) => Math.round(unit() * (data && data.group ? 30 : 42));
  rows.isGroup = ({ rowNode }) => Boolean(rowNode.data && rowNode.data.group);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    pages: {
      /* The id of the row clicked, unless nothing is. */
      picked: (chosen) => {
        const id = Array.isArray(chosen) && chosen[0] && chosen[0].id;
        return id ? id : window.dash_clientside.no_update;
      },
      /* The row of whoever was chosen elsewhere on the page. */
      followed: (view, chosen) => {
        const here = Array.isArray(chosen) ? chosen[0] && chosen[0].id : chosen && chosen.ids && chosen.ids[0];
        const asked = (view && view.subject) || undefined;
        return asked && asked !== here ? { ids: [asked] } : window.dash_clientside.no_update;
      },
      /* The id of the dot clicked in a chart. */
      pointed: (click) => {
        const id = click && click.points && click.points[0] && click.points[0].customdata;
        return id ? id : window.dash_clientside.no_update;
      },
    },
  });
})();
