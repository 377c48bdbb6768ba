// The catalogue as a wall, and the page of one title.
import { similarInto } from "./poster.js";
import { el, fault, genreToggles, getJson, percent, plural, postJson, put, say, state, titleTile } from "./tools.js";

export const chosenOnMap = { ids: null };
const HUES = [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330];
const noCatalog = "No catalogue. Start the server with --catalog PATH to see its titles here.";

export async function galleryView(main, { query }) {
  if (!state.model.catalog) { main.replaceChildren(el("p", { class: "empty" }, noCatalog)); return; }
  const facets = await getJson("/api/facets");
  const go = (changes) => {
    const next = new URLSearchParams(query);
    next.delete("page");
    for (const [key, value] of Object.entries(changes)) if (value === "" || value === null) next.delete(key); else next.set(key, value);
    location.hash = `#gallery?${next}`;
  };
  const select = (label, key, options) => el("label", {}, label, el("select", { onchange: (event) => go({ [key]: event.target.value }) },
    options.map(([value, text]) => el("option", { value, selected: (query.get(key) ?? "") === String(value) }, text))));
  const search = el("input", { type: "search", value: query.get("text") ?? "", placeholder: "title or id" });
  const hue = query.get("hue");
  const wheel = facets.hues ? el("label", {}, "Colour", el("span", { class: "hues", role: "group", "aria-label": "Colour of the poster" },
    [...HUES, -1].map((degrees) => {
      const button = el("button", { type: "button", "aria-pressed": String(hue === String(degrees)), "aria-label": degrees < 0 ? "grey" : `hue ${degrees}°`,
        title: degrees < 0 ? "grey" : `${degrees}°`, onclick: () => go({ hue: hue === String(degrees) ? null : degrees }) });
      button.style.background = degrees < 0 ? "#888" : `hsl(${degrees} 75% 48%)`;
      return button;
    }))) : null;
  const special = ["truth", "predicted"].flatMap((key) => query.getAll(key).map((genre) =>
    `${key === "truth" ? "labelled" : "predicted"} ${genre.replace(/^!/, "not ")}`));
  if (query.has("score_of")) special.push(`with a score of ${query.get("score_from") ?? 0} to ${query.get("score_to") ?? 1} for ${query.get("score_of")}`);
  if (query.has("chosen")) special.push("chosen on the map");
  const place = el("div", { "aria-live": "polite" }, el("p", { class: "empty" }, "Loading …"));
  put(main,
    el("form", { class: "bar", onsubmit: (event) => { event.preventDefault(); go({ text: search.value }); } },
      el("label", {}, "Search", search),
      select("Genre", "genre", [["", "all genres"], ...facets.genres.map((one) => [one.genre, `${one.genre} (${one.titles})`])]),
      select("Decade", "decade", [["", "all decades"], ...facets.decades.map((one) => [one.decade, `${one.decade}s (${one.titles})`])]),
      select("Labels of", "source", [["", `${facets.source ?? "–"} (the model’s)`], ...facets.sources.filter((one) => one !== facets.source).map((one) => [one, one])]),
      Object.keys(facets.outcomes).length ? select("In the run", "outcome", [["", "all"], ...Object.entries(facets.outcomes).map(([name, count]) => [name, `${name} (${count})`])]) : null,
      wheel,
      [...query.keys()].length ? el("button", { type: "button", onclick: () => { location.hash = "#gallery"; } }, "Clear filters") : null),
    special.length ? el("p", {}, `Only titles ${special.join(" and ")}.`) : null, place);
  try {
    const number = Math.max(1, Number(query.get("page")) || 1);
    let page;
    if (query.has("chosen")) {
      page = await (await postJson("/api/titles", { ids: chosenOnMap.ids ?? [], page: number })).json();
    } else page = await getJson(`/api/titles?${query}`);
    const turn = (to) => { const next = new URLSearchParams(query); next.set("page", to); location.hash = `#gallery?${next}`; };
    put(place,
      el("p", { class: "small" }, plural(page.total, "title")),
      page.total ? el("ul", { class: "wall" }, page.titles.map((title) => titleTile(title)))
        : el("p", { class: "empty" }, "No title passes these filters. ", el("a", { href: "#gallery" }, "Show all")),
      page.pages > 1 ? el("nav", { class: "pager", "aria-label": "Pages" },
        el("button", { type: "button", disabled: number <= 1, onclick: () => turn(number - 1) }, "← Earlier"),
        el("span", {}, `page ${page.page} of ${page.pages}`),
        el("button", { type: "button", disabled: number >= page.pages, onclick: () => turn(number + 1) }, "Later →")) : null);
  } catch (error) { place.replaceChildren(fault(error)); }
}

export async function titleView(main, { rest }) {
  const key = rest[0] ?? "";
  const title = await getJson(`/api/titles/${encodeURIComponent(key)}`);
  const frame = el("div", { class: "poster" }, title.no_poster || !title.poster ? el("p", { class: "empty" }, `no poster: ${title.no_poster ?? "missing"}`)
    : el("img", { src: `/api/titles/${encodeURIComponent(key)}/poster.jpg`, alt: `Poster of ${title.title}` }));
  const list = (pairs) => el("dl", { class: "facts-list" }, pairs.map(([name, value]) => [el("dt", {}, name.replaceAll("_", " ")), el("dd", {}, String(value))]));
  const labels = el("div", {});
  let genres = title.genres;
  const known = [...new Set([...state.model.labels, ...title.genres])];
  const draw = () => labels.replaceChildren(genreToggles(known, genres, async (genre) => {
    const next = genres.includes(genre) ? genres.filter((one) => one !== genre) : [...genres, genre];
    try {
      await postJson("/api/labels", { imdb_id: key, kind: "label", genres: next, queue: "gallery" });
      genres = next;
      say(`Saved: ${next.join(", ") || "no genre"}`);
      draw();
    } catch (error) { say(error.message); }
  }));
  draw();
  const alike = el("section", {});
  const outcome = title.outcome ? `In the run this title was ${title.outcome === "partly" ? "partly right" : title.outcome}${title.uncertain ? ", and the scores were among the least certain quarter" : ""}.` : null;
  put(main, el("p", {}, el("a", { href: "#gallery" }, "← Gallery")),
    el("h1", {}, title.year ? `${title.title} (${title.year})` : title.title),
    el("div", { class: "two" }, el("div", {}, frame), el("div", {},
      el("section", { class: "panel" }, el("h2", {}, "Labels"), list(Object.entries(title.labels).map(([name, names]) => [name, names.join(", ") || "–"])),
        el("details", { open: title.corrected }, el("summary", {}, title.corrected ? "Corrected by you" : "Correct them"), labels)),
      title.scores.length ? el("section", { class: "panel" }, el("h2", {}, "Out-of-fold scores"), outcome ? el("p", { class: "small" }, outcome) : null, bars(title.scores)) : null,
      el("section", { class: "panel" }, el("h2", {}, "Facts"), list([["id", title.imdb_id], ...Object.entries(title.facts), ...Object.entries(title.lists).map(([name, names]) => [name, names.slice(0, 20).join(", ")])])))),
    alike, title.attribution.length ? el("p", { class: "small" }, title.attribution.join(" ")) : null);
  similarInto(null, alike, key);
}

function bars(scores) {
  return el("dl", { class: "bars" }, scores.map(({ genre, score, truth, predicted }) => {
    const fill = el("span", { class: "fill" });
    fill.style.width = `${100 * score}%`;
    const words = truth && predicted ? "labelled and predicted" : truth ? "labelled, missed" : predicted ? "predicted, not labelled" : "";
    return [el("dt", { class: truth ? "given" : "" }, genre, words ? el("small", {}, ` ${words}`) : null),
      el("dd", { class: predicted ? "given" : "" }, el("div", { class: "track", role: "img", "aria-label": `${genre} ${percent(score)} ${words}` }, fill)), el("dd", { class: "small" }, percent(score))];
  }));
}
