// The first view: drop posters, see genres.
import { openPoster } from "./poster.js";
import { addFiles, answered, cancel, clear, done, filesOf, genresOf, onChange, posters, run, scoreOf, whyNot } from "./posters.js";
import { el, percent, picture, plural, state } from "./tools.js";

export function dropView(main) {
  const files = el("input", { type: "file", multiple: true, accept: "image/*,.zip", hidden: true, id: "files", "aria-label": "Poster files",
    onchange: () => { addFiles(files.files); files.value = ""; } });
  const folder = el("input", { type: "file", multiple: true, webkitdirectory: true, hidden: true, "aria-label": "Folder of posters",
    onchange: () => { addFiles(folder.files); folder.value = ""; } });
  const zone = el("section", { class: "drop", "aria-label": "Drop posters" },
    el("h1", { class: "long" }, "Drop posters here"),
    el("p", { class: "long" }, "One or five hundred, folders and zips too; or paste a picture. They stay on this machine."),
    el("p", { class: "short" }, "Drop more posters anywhere on this page, or"),
    el("div", { class: "choices" },
      el("button", { class: "main", type: "button", onclick: () => files.click() }, "Choose posters"),
      el("button", { type: "button", onclick: () => folder.click() }, "Choose a folder")), files, folder);
  const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle("over", on); };
  zone.addEventListener("dragover", over(true));
  zone.addEventListener("dragleave", over(false));
  const bar = el("div", { class: "progress" });
  const wall = el("ul", { class: "wall", "aria-label": "Posters" });
  main.replaceChildren(zone, bar, wall);
  if (!state.model.reads_posters) {
    main.prepend(el("p", { class: "empty" }, `This model reads ${state.model.reads.join(", ")} and no posters.`));
  }
  const tiles = new Map();

  const fill = (poster) => {
    let tile = tiles.get(poster.id);
    if (!tile) {
      const button = el("button", { class: "tile", type: "button", onclick: () => openPoster(poster) },
        picture(poster.url, ""), el("span", { class: "facts" }));
      tile = el("li", {}, button);
      tiles.set(poster.id, tile);
    }
    const facts = [el("span", { class: "name", title: poster.name }, poster.name)];
    if (answered(poster)) {
      const genres = genresOf(poster);
      const shown = genres.slice(0, 3).map((genre) =>
        [el("b", {}, genre), poster.edited ? "" : ` ${percent(scoreOf(poster, genre))}`]);
      const next = state.model.labels.reduce((best, label) => (scoreOf(poster, label) > scoreOf(poster, best) ? label : best));
      facts.push(el("span", { class: "said" }, genres.length
        ? shown.flatMap((part, place) => (place ? [", ", ...part] : part))
        : `none; nearest ${next} ${percent(scoreOf(poster, next))}`));
    } else {
      const words = { waiting: "waiting …", sent: "reading …", cancelled: "cancelled" };
      facts.push(el("span", { class: done(poster) && poster.status !== "cancelled" ? "said bad" : "said" },
        words[poster.status] || `no answer: ${whyNot(poster)}`));
    }
    tile.querySelector(".facts").replaceChildren(...facts);
    return tile;
  };

  const progress = () => {
    zone.classList.toggle("slim", posters.length > 0);
    if (!posters.length) { bar.replaceChildren(); return; }
    const ready = posters.filter(done).length;
    const faults = posters.filter((poster) => poster.status === "no answer").length;
    const words = `${ready} of ${plural(posters.length, "poster")}${faults ? `, ${faults} without an answer` : ""}`;
    if (run.active || ready < posters.length) {
      const passed = (performance.now() - run.started) / 1000;
      const left = ready > 2 ? Math.ceil((passed / ready) * (posters.length - ready)) : null;
      bar.replaceChildren(el("progress", { max: posters.length, value: ready, "aria-label": "Posters answered" }),
        el("span", {}, words), el("small", {}, left === null ? "" : left > 90 ? `about ${Math.round(left / 60)} minutes left` : `about ${left} s left`),
        el("button", { type: "button", id: "cancel", onclick: cancel }, "Cancel"));
    } else {
      bar.replaceChildren(el("strong", {}, words), el("span", { class: "grow" }),
        el("a", { href: "#table" }, "See them as a table"),
        el("button", { type: "button", onclick: clear }, "Clear"));
    }
  };

  let scheduled = false;
  const refresh = (poster) => {
    if (poster && tiles.has(poster.id)) fill(poster);
    else {
      const kept = new Set(posters.map((one) => one.id));
      for (const id of tiles.keys()) if (!kept.has(id)) tiles.delete(id);
      wall.replaceChildren(...posters.map(fill));
    }
    if (!scheduled) {
      scheduled = true;
      requestAnimationFrame(() => { scheduled = false; progress(); });
    }
  };
  refresh(null);
  return onChange(refresh);
}

// Dropping and pasting work on every view.
export function acceptEverywhere() {
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", async (event) => {
    event.preventDefault();
    document.querySelector(".drop")?.classList.remove("over");
    const files = await filesOf(event.dataTransfer);
    if (!files.length) return;
    if (!location.hash.startsWith("#table")) location.hash = "#posters";
    addFiles(files);
  });
  window.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length || /^(input|textarea)$/i.test(event.target.tagName)) return;
    location.hash = "#posters";
    addFiles(event.clipboardData.files);
  });
}
