/* The few words Plotly itself says, in the language of the page; it reads this list when it loads. */
(function () {
  "use strict";
  const said = window.gridlink.words.download;
  const dictionary = { "Download plot": said, "Download plot as a PNG": said, "Download plot as a png": said };
  const name = document.documentElement.lang;
  const format = { days: [], shortDays: [], months: [], shortMonths: [], date: "%Y-%m-%d" };
  (window.PlotlyLocales = window.PlotlyLocales || []).push({ moduleType: "locale", name, dictionary, format });
})();
