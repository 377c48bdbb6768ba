// Which view is shown, by the part of the address after #.
import { acceptEverywhere, dropView } from "./drop.js";
import { galleryView, titleView } from "./gallery.js";
import { labelView } from "./label.js";
import { mapView } from "./map.js";
import { runView } from "./run.js";
import { tableView } from "./table.js";
import { fault, getJson, state } from "./tools.js";

const views = { posters: dropView, table: tableView, gallery: galleryView, title: titleView, label: labelView, map: mapView, run: runView };
const names = { posters: "Posters", table: "Table", gallery: "Gallery", title: "Title", label: "Labels", map: "Map", run: "Run" };
let leave = null;
let last = null;

async function show() {
  const [path, query = ""] = location.hash.slice(1).split("?");
  const [name, ...rest] = path.split("/");
  const view = views[name] ? name : "posters";
  leave?.();
  leave = null;
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  for (const link of document.querySelectorAll(".top nav a")) {
    const mine = link.getAttribute("href") === `#${view === "title" ? "gallery" : view}`;
    if (mine) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  document.title = `${names[view]} · genrelab`;
  const main = document.getElementById("main");
  const controls = () => [...main.querySelectorAll("button, select, input")];
  const focused = view === last ? controls().indexOf(document.activeElement) : -1;
  try {
    const end = await views[view](main, { rest: rest.map(decodeURIComponent), query: new URLSearchParams(query) });
    leave = typeof end === "function" ? end : null;
  } catch (error) { main.replaceChildren(fault(error)); }
  // The keys of a view work at once; a filter that was changed keeps the focus.
  if (last !== null && view !== last) scrollTo(0, 0);
  if (last !== null) (controls()[focused] ?? main).focus({ preventScroll: true });
  last = view;
}

function theme() {
  const kept = localStorage.getItem("theme");
  if (kept) document.documentElement.dataset.theme = kept;
  document.getElementById("theme").addEventListener("click", () => {
    const dark = (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    document.documentElement.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("theme", document.documentElement.dataset.theme);
  });
}

async function begin() {
  theme();
  try { state.model = await getJson("/api/model"); } catch (error) {
    document.getElementById("main").replaceChildren(fault(error));
    return;
  }
  const { quality } = state.model;
  const note = document.getElementById("quality");
  note.textContent = quality.warning || `This model: ${quality.summary}.`;
  note.classList.toggle("warn", quality.warning !== null);
  note.hidden = false;
  acceptEverywhere();
  window.addEventListener("hashchange", show);
  await show();
}

begin();
