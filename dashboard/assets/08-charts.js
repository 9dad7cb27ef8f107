/* The few words Plotly itself says, in the language of the page; it reads this list when it loads. English it knows. */
(function () {
  "use strict";
  const name = document.documentElement.lang;
  const said = window.gridlink.words.download;
  const dictionary = { "Download plot": said, "Download plot as a PNG": said, "Download plot as a png": said };
  if (name !== "en") (window.PlotlyLocales = window.PlotlyLocales || []).push({ moduleType: "locale", name, dictionary });
})();
