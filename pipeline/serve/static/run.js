// The run that made the model: numbers that lead to the titles behind them, and its report.
import { mistakes, reliability, toTitles } from "./figures.js";
import { el, getJson, state } from "./tools.js";

export async function runView(main) {
  if (!state.model.run) {
    main.replaceChildren(el("p", { class: "empty" }, "No run. Start the server with --run RUN to see how the model was measured."));
    return;
  }
  const run = await getJson("/api/run");
  const linked = Boolean(state.model.catalog);
  const link = (count, filters) => (linked && count
    ? el("a", { href: toTitles(filters) }, count.toLocaleString("en")) : String(count));
  const bar = (one) => {
    const fill = el("span", { class: "fill" });
    fill.style.width = `${100 * (one.f1 ?? 0)}%`;
    const track = el("span", { class: "track" }, fill);
    return linked && one.titles ? el("a", { href: toTitles({ truth: one.genre }), "aria-label": `Titles labelled ${one.genre}` }, track) : track;
  };
  const rows = run.genres.map((one) => el("tr", {}, el("th", { scope: "row" }, one.genre),
    el("td", { class: "number" }, link(one.titles, { truth: one.genre })),
    el("td", { class: "number" }, link(one.found, { truth: one.genre, predicted: one.genre })),
    el("td", { class: "number" }, link(one.missed, { truth: one.genre, predicted: `!${one.genre}` })),
    el("td", { class: "number" }, link(one.false, { truth: `!${one.genre}`, predicted: one.genre })),
    el("td", { class: "number" }, one.f1 === null ? "–" : one.f1.toFixed(2)), el("td", { class: "f1" }, bar(one))));
  const head = ["Genre", "labelled", "found", "missed", "false alarms", "F1", ""];
  const curve = el("div", {});
  const show = (genre) => curve.replaceChildren(reliability(genre, run.reliability[genre], linked));
  const genres = Object.keys(run.reliability);
  if (genres.length) show(genres[0]);
  main.replaceChildren(...[
    el("h1", {}, `${run.name ?? "The run"}: ${run.cell}`),
    run.same ? null : el("p", { class: "bad" }, "This run did not make this model, so its scores are not shown beside answers."),
    rows.length ? el("section", { class: "panel" }, el("h2", {}, "Every number leads to its titles"),
      el("p", { class: "small" }, "Out-of-fold: each title was scored by a model that had not seen it."),
      el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, head.map((text, place) => el("th", { scope: "col", class: place ? "number" : "" }, text)))), el("tbody", {}, rows)))) : null,
    genres.length ? el("section", { class: "panel" }, el("h2", {}, "What a score is worth"),
      el("p", { class: "small" }, "Titles by their out-of-fold score, and how many of them have the genre. On the line, a score is a probability. Larger points are more titles."),
      el("label", {}, "Genre ", el("select", { onchange: (event) => show(event.target.value) }, genres.map((genre) => el("option", { value: genre }, genre)))), curve) : null,
    run.mistaken.length ? el("section", { class: "panel" }, el("h2", {}, "Taken for each other"),
      el("p", { class: "small" }, "Of the titles that have the genre of the row and not that of the column, per cent that were given the column’s."),
      mistakes(run.mistaken, linked)) : null,
    run.report ? el("iframe", { src: "/report/first", title: "The run’s report", sandbox: "" }) : el("p", { class: "empty" }, "The run has no report yet: genrelab report RUN writes it."),
  ].filter(Boolean));
}
