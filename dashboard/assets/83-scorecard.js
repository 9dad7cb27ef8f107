/* Weights under trial: a slider says what it is set to and what it was while it is moved; when it is let go, all of them
   go to the store of the trial. [data-reset] puts all back. */
(function () {
  "use strict";
  const SLIDER = ".weight input[type=range]";
  const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;

  function told(slider) {
    const row = slider.closest(".weight");
    const was = row.dataset.was, now = slider.value;
    const moved = Number(now) !== Number(was);
    row.classList.toggle("moved", moved);
    row.style.setProperty("--at", Number(now) / Number(slider.max));
    row.querySelector("output").textContent = moved ? `${was} → ${now}` : was;
  }

  function tried(within) {
    const weights = [...within.querySelectorAll(SLIDER)].map((one) => [one.name, Number(one.value)]);
    window.dash_clientside.set_props("weights-trial", { data: Object.fromEntries(weights) });
  }

  document.addEventListener("input", (event) => {
    const slider = event.target.closest(SLIDER);
    if (slider) told(slider);
  });
  document.addEventListener("change", (event) => {
    const slider = event.target.closest(SLIDER);
    if (slider) tried(slider.closest(".panel"));
  });

  document.addEventListener("click", (event) => {
    const reset = event.target.closest("[data-reset=weights]");
    if (!reset) return;
    const panel = reset.closest(".panel");
    panel.querySelectorAll(SLIDER).forEach((slider) => {
      native.call(slider, slider.closest(".weight").dataset.was);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    });
    tried(panel);
  });
})();
