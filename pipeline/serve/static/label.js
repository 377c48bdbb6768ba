// Labelling: one key a genre, every decision saved at once.
import { ask, el, genreToggles, getJson, keysOf, picture, plural, postJson, say, state } from "./tools.js";

let kind = "suspicious";

export async function labelView(main) {
  if (!state.model.catalog) {
    main.replaceChildren(el("p", { class: "empty" }, "No catalogue. Start the server with --catalog PATH to label its titles."));
    return;
  }
  main.replaceChildren(el("p", { class: "empty" }, "Choosing titles …"));
  const queue = await getJson(`/api/queue?kind=${kind}`);
  let place = 0;
  let count = 0;
  let history = [];
  const keys = keysOf(queue.genres);
  const area = el("div", {});
  const choose = el("div", { class: "bar" }, ["suspicious", "unlabelled"].map((name) => el("button", { type: "button", class: "chip", "aria-pressed": String(name === kind),
    onclick: () => { kind = name; location.hash.startsWith("#label") && labelView(main); } }, name === "suspicious" ? "Labels the run doubts" : "Unlabelled titles that teach most")),
  el("span", { class: "grow" }), el("button", { type: "button", id: "undo", onclick: () => undo() }, "Undo (Backspace)"));
  main.replaceChildren(choose, area);

  const title = () => queue.titles[place];
  const send = (body) => postJson("/api/labels", { queue: kind, ...body });
  let busy = Promise.resolve();
  // Decisions are sent one after the other, in the order of the keys.
  const inOrder = (work) => { busy = busy.then(work).catch((error) => say(error.message)); return busy; };

  const toggle = (genre) => inOrder(async () => {
    const now = title();
    if (!now) return;
    const next = now.genres.includes(genre) ? now.genres.filter((one) => one !== genre) : [...now.genres, genre];
    await send({ imdb_id: now.imdb_id, kind: "label", genres: next });
    history.push({ place, genres: now.genres });
    now.genres = next;
    count += 1;
    draw();
  });
  const next = (what) => inOrder(async () => {
    const now = title();
    if (!now) return;
    await send({ imdb_id: now.imdb_id, kind: what });
    history.push({ place, genres: now.genres });
    place += 1;
    count += 1;
    draw();
  });
  const undo = () => inOrder(async () => {
    const { undone } = await (await ask("/api/labels/last", { method: "DELETE" })).json();
    if (!undone) { say("There is nothing to undo."); return; }
    say(`Taken back: ${undone.imdb_id}`);
    const last = history.pop();
    const at = queue.titles.findIndex((one) => one.imdb_id === undone.imdb_id);
    if (at >= 0) {
      queue.titles[at].genres = undone.before;
      place = last ? last.place : at;
    }
    draw();
  });

  const draw = () => {
    const now = title();
    if (!now) {
      const none = kind === "suspicious" && !queue.run ? "Doubts come from a run: start the server with --run RUN." : queue.titles.length ? "That was all: the queue is done." : kind === "suspicious" ? "The run doubts no label." : "Every title of the catalogue has genres.";
      area.replaceChildren(el("p", { class: "empty" }, none, count ? ` ${plural(count, "decision")} saved.` : ""));
      return;
    }
    const doubts = now.doubts.map((one) => `${one.genre} is probably ${one.kind === "missing" ? "missing" : "wrong"} (score ${one.score.toFixed(2)})`);
    area.replaceChildren(el("div", { class: "labelling" },
      el("div", { class: "poster" }, picture(now.poster ? `/api/titles/${now.imdb_id}/poster.jpg` : null, `Poster of ${now.title}`, "no poster").firstChild),
      el("div", {}, el("h1", { id: "now" }, now.year ? `${now.title} (${now.year})` : now.title),
        doubts.length ? el("p", {}, `The run doubts: ${doubts.join("; ")}.`) : el("p", {}, "No source gives this title a genre."),
        el("p", {}, "Now: ", el("strong", {}, now.genres.join(", ") || "no genre")),
        genreToggles(queue.genres, now.genres, toggle),
        el("div", { class: "bar" }, el("button", { class: "main", type: "button", onclick: () => next("confirm") }, now.genres.length ? "Right, next (Enter)" : "None of these, next (Enter)"),
          el("button", { type: "button", onclick: () => next("skip") }, "Skip (→)"),
          el("a", { href: `#title/${now.imdb_id}` }, "All about it")),
        el("p", { class: "small" }, `${place + 1} of ${queue.titles.length}; ${plural(count, "decision")} saved. Press the letter in front of a genre to switch it; each change is saved at once.`))));
    const after = queue.titles[place + 1];
    if (after?.poster) new Image().src = `/api/titles/${after.imdb_id}/poster.jpg`;
  };
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(input|select|textarea)$/i.test(event.target.tagName)) return;
    const key = event.key.toLowerCase();
    if (event.key === "Enter" && event.target.tagName !== "BUTTON" && event.target.tagName !== "A") { next("confirm"); event.preventDefault(); }
    else if (event.key === "ArrowRight") { next("skip"); event.preventDefault(); }
    else if (event.key === "Backspace") { undo(); event.preventDefault(); }
    else if (keys.has(key)) { toggle(keys.get(key)); event.preventDefault(); }
  };
  window.addEventListener("keydown", press);
  draw();
  const gone = new MutationObserver(() => { if (!area.isConnected) { window.removeEventListener("keydown", press); gone.disconnect(); } });
  gone.observe(main, { childList: true });
  return () => { window.removeEventListener("keydown", press); gone.disconnect(); };
}
