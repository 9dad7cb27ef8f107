/* The SQL console: a press of the button, or Ctrl+Enter in the text, makes the text the question of the view. */
(function () {
  "use strict";
  const text = () => document.getElementById("sql-text");

  /* The text as React keeps it: setting the value alone would be undone at the next drawing. */
  function write(words) {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(text(), words);
    text().dispatchEvent(new Event("input", { bubbles: true }));
    text().focus();
  }

  document.addEventListener("click", ({ target }) => {
    if (!text()) return;
    const example = target.closest("[data-sql]");
    if (example) write(example.dataset.sql);
    if (target.closest("#sql-run")) window.gridlink.choose("sql", text().value);
  });
  document.addEventListener("keydown", (press) => {
    if (press.target !== text() || press.key !== "Enter" || !(press.ctrlKey || press.metaKey)) return;
    press.preventDefault();
    window.gridlink.choose("sql", text().value);
  });
})();
