// The dropped posters as a table: sort, filter, edit by keyboard, take away.
import { openPoster } from "./poster.js";
import { answered, certainty, edit, genresOf, lacks, onChange, posters, scoreOf, SURE, whyNot } from "./posters.js";
import { ask, el, genreToggles, keysOf, percent, picture, plural, postJson, save, say, state } from "./tools.js";

// What the answer was made of; the whole reason is in the files that are downloaded.
const status = (poster) => {
  const { blocks, faults } = lacks(poster.reason);
  return faults.length ? faults.join("; ") : blocks.length ? "in part" : "ok";
};

const view = { sort: "order", down: false, genre: "", sure: "" };

export function tableView(main) {
  const { labels } = state.model;
  const keys = keysOf(labels);
  const body = el("tbody", {});
  const count = el("small", { role: "status" });
  const heads = {};
  let editing = null;

  const head = (key, text, number = false) => {
    const cell = el("th", { scope: "col", class: number ? "number" : "" }, el("button", { type: "button", onclick: () => {
      view.down = view.sort === key ? !view.down : key !== "name";
      view.sort = key;
      draw();
    } }, text));
    heads[key] = cell;
    return cell;
  };

  const value = (poster) => ({
    order: posters.indexOf(poster), name: poster.name.toLowerCase(), genres: genresOf(poster).join(", ").toLowerCase(),
    sure: certainty(poster) ?? -1, status: `${poster.status} ${poster.reason ?? ""}`,
    score: view.genre ? scoreOf(poster, view.genre) ?? -1 : Math.max(-1, ...labels.map((label) => scoreOf(poster, label) ?? -1)),
  })[view.sort];

  const shown = () => {
    const list = posters.filter((poster) => {
      if (poster.id === editing) return true; // what is edited does not vanish under a filter
      if (view.genre && !genresOf(poster).includes(view.genre)) return false;
      const sure = certainty(poster);
      if (view.sure === "sure") return sure !== null && sure >= SURE;
      if (view.sure === "unsure") return sure !== null && sure < SURE;
      if (view.sure === "none") return sure === null;
      return view.sure !== "edited" || poster.edited !== null;
    });
    const sign = view.down ? -1 : 1;
    return list.sort((a, b) => {
      const [one, two] = [value(a), value(b)];
      return sign * (one < two ? -1 : one > two ? 1 : 0) || a.id - b.id;
    });
  };

  const line = (poster) => {
    const sure = certainty(poster);
    const row = el("tr", { tabindex: "0", class: poster.edited ? "edited" : "", "data-id": String(poster.id), "aria-label": poster.name });
    const best = labels.length && answered(poster) ? labels.reduce((a, b) => (scoreOf(poster, b) > scoreOf(poster, a) ? b : a)) : null;
    const which = view.genre || best;
    row.append(
      el("td", {}, el("button", { class: "link", type: "button", tabindex: "-1", "aria-label": `Open ${poster.name}`, onclick: () => openPoster(poster) },
        poster.url ? el("img", { src: poster.url, alt: "", loading: "lazy", decoding: "async", onerror: (event) => event.target.replaceWith("open") }) : "open")),
      el("td", {}, el("span", { class: "ellipsis", title: poster.name }, poster.name)),
      el("td", {}, genresOf(poster).join(", ") || (answered(poster) ? "none" : "–")),
      el("td", { class: "number" }, which && answered(poster) ? `${which} ${percent(scoreOf(poster, which))}` : "–"),
      el("td", { class: "number hide-small" }, sure === null ? "–" : percent(sure)),
      el("td", { class: answered(poster) ? "" : "bad", title: poster.reason ?? "" }, answered(poster) ? status(poster) : whyNot(poster) ?? poster.status));
    return editing === poster.id ? [row, editor(poster)] : [row];
  };
  const editor = (poster) => el("tr", { class: "editor", "data-id": String(poster.id) }, el("td", { colSpan: 6 },
    genreToggles(labels, genresOf(poster), (genre) => { edit(poster, genre); })));
  const beside = (row, way) => {
    let next = row[way];
    while (next && next.tabIndex < 0) next = next[way];
    next?.focus();
  };

  const draw = () => {
    const focused = document.activeElement?.closest?.("tr")?.dataset.id;
    const list = shown();
    body.replaceChildren(...list.flatMap(line));
    count.textContent = `${plural(list.length, "poster")} of ${posters.length}`;
    for (const [key, cell] of Object.entries(heads)) {
      if (key === view.sort) cell.setAttribute("aria-sort", view.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    if (focused) body.querySelector(`tr[data-id="${focused}"]`)?.focus({ preventScroll: true });
  };

  body.addEventListener("keydown", (event) => {
    const row = event.target.closest("tr");
    const poster = posters.find((one) => String(one.id) === row?.dataset.id);
    if (!poster || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target !== row && ["Enter", " "].includes(event.key)) return;
    if (event.key === "ArrowDown") { beside(row, "nextElementSibling"); event.preventDefault(); }
    else if (event.key === "ArrowUp") { beside(row, "previousElementSibling"); event.preventDefault(); }
    else if (event.key === "Enter") { editing = editing === poster.id ? null : poster.id; draw(); event.preventDefault(); }
    else if (event.key === "Escape") { editing = null; draw(); if (!body.contains(document.activeElement)) body.querySelector("tr")?.focus(); }
    else if (editing === poster.id && keys.has(event.key.toLowerCase())) { edit(poster, keys.get(event.key.toLowerCase())); event.preventDefault(); }
  });

  const rows = () => shown().map((poster) => ({ file: poster.name, genres: genresOf(poster), edited: poster.edited !== null,
    status: poster.status, reason: poster.reason, scores: poster.answer ? Object.fromEntries(labels.map((label) => [label, poster.answer[label]])) : null }));
  const download = async (format) => {
    try {
      const answer = await postJson("/api/table", { format, rows: rows() });
      save(await answer.blob(), `posters.${format}`);
    } catch (error) { say(error.message); }
  };
  const zip = async () => {
    const copies = shown().filter((poster) => poster.job && answered(poster)).map((poster) => ({ job: poster.job, row: poster.row, name: poster.name, genres: genresOf(poster) }));
    if (!copies.length) { say("There is no answered poster to copy."); return; }
    try {
      const answer = await postJson("/api/folders", copies);
      save(await answer.blob(), "posters-by-genre.zip");
    } catch (error) { say(error.message); }
  };
  const select = (label, key, options) => el("label", {}, label, el("select", { "aria-label": label, onchange: (event) => { view[key] = event.target.value; draw(); } },
    options.map(([name, text]) => el("option", { value: name, selected: view[key] === name }, text))));

  if (!posters.length) {
    main.replaceChildren(el("p", { class: "empty" }, "No posters yet. ", el("a", { href: "#posters" }, "Drop some"), " and they will be listed here."));
    return onChange(() => { if (posters.length) tableView(main); });
  }
  main.replaceChildren(
    el("div", { class: "bar" },
      select("Genre", "genre", [["", "all genres"], ...labels.map((label) => [label, label])]),
      select("Certainty", "sure", [["", "all"], ["sure", `${percent(SURE)} and more`], ["unsure", `less than ${percent(SURE)}`], ["none", "no answer"], ["edited", "edited"]]),
      count, el("span", { class: "grow" }),
      el("span", { class: "choices" }, ["csv", "xlsx", "json"].map((format) => el("button", { type: "button", onclick: () => download(format) }, format === "xlsx" ? "Excel" : format.toUpperCase())),
        el("button", { type: "button", onclick: zip }, "Folders by genre (zip)"))),
    el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Poster"), head("name", "File"),
      head("genres", "Genres"), head("score", "Score", true), (() => { const cell = head("sure", "Certainty", true); cell.classList.add("hide-small"); return cell; })(), head("status", "Status"))), body)),
    el("p", { class: "small" }, "Arrow keys move, Enter edits a row, the letters in front of the genres switch them, Escape ends. Certainty is the share of a poster’s genres that is expected to be right or, where it has none, how likely it is that none fits."));
  draw();
  let scheduled = false;
  return onChange(() => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => { scheduled = false; if (body.isConnected) draw(); });
  });
}
