// The run that made the model: numbers that lead to the titles behind them, and its report.
import { el, getJson, state } from "./tools.js";

export async function runView(main) {
  if (!state.model.run) {
    main.replaceChildren(el("p", { class: "empty" }, "No run. Start the server with --run RUN to see how the model was measured."));
    return;
  }
  const run = await getJson("/api/run");
  const link = (count, filters) => (state.model.catalog && count
    ? el("a", { href: `#gallery?${new URLSearchParams(filters)}` }, count.toLocaleString("en")) : String(count));
  const rows = run.genres.map((one) => el("tr", {}, el("th", { scope: "row" }, one.genre),
    el("td", { class: "number" }, link(one.titles, { truth: one.genre })),
    el("td", { class: "number" }, link(one.found, { truth: one.genre, predicted: one.genre })),
    el("td", { class: "number" }, link(one.missed, { truth: one.genre, predicted: `!${one.genre}` })),
    el("td", { class: "number" }, link(one.false, { truth: `!${one.genre}`, predicted: one.genre })),
    el("td", { class: "number" }, one.f1 === null ? "–" : one.f1.toFixed(2))));
  const head = ["Genre", "labelled", "found", "missed", "false alarms", "F1"];
  main.replaceChildren(...[
    el("h1", {}, `${run.name ?? "The run"}: ${run.cell}`),
    run.same ? null : el("p", { class: "bad" }, "This run did not make this model, so its scores are not shown beside answers."),
    rows.length ? el("section", { class: "panel" }, el("h2", {}, "Every number leads to its titles"),
      el("p", { class: "small" }, "Out-of-fold: each title was scored by a model that had not seen it."),
      el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, head.map((text, place) => el("th", { scope: "col", class: place ? "number" : "" }, text)))), el("tbody", {}, rows)))) : null,
    run.report ? el("iframe", { src: "/report/first", title: "The run’s report", sandbox: "" }) : el("p", { class: "empty" }, "The run has no report yet: genrelab report RUN writes it."),
  ].filter(Boolean));
}
