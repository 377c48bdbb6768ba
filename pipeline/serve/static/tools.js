// Asking the server, and building the page: text from data only ever becomes text nodes.
export const state = { model: null };

export async function ask(path, options = {}) {
  const answer = await fetch(path, { credentials: "same-origin", ...options });
  if (!answer.ok) {
    let detail = `the server answered ${answer.status}`;
    try { detail = (await answer.json()).detail || detail; } catch { /* no JSON came */ }
    const fault = new Error(detail);
    fault.status = answer.status;
    throw fault;
  }
  return answer;
}

export const getJson = async (path) => (await ask(path)).json();
export const postForm = async (path, form) => (await ask(path, { method: "POST", body: form })).json();
export const postJson = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else if (key in node && key !== "list" && key !== "form" && typeof value !== "string") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const place = document.getElementById("status");
let timer = 0;
export function say(text, seconds = 6) {
  // A dialog lies over everything else, so what is said while one is open is said in it.
  (document.querySelector("dialog[open]") ?? document.body).append(place);
  place.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => { place.textContent = ""; }, seconds * 1000);
}

export const percent = (value) => `${Math.round(100 * value)}\u00a0%`;
export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

// A key for every genre: a letter of its name that no other has, else any letter or digit that is free.
export function keysOf(genres) {
  const taken = new Map();
  for (const genre of genres) {
    const letters = [...genre.toLowerCase(), ..."abcdefghijklmnopqrstuvwxyz0123456789"];
    const key = letters.find((letter) => /[a-z0-9]/.test(letter) && !taken.has(letter));
    if (key) taken.set(key, genre);
  }
  return taken;
}

export function genreToggles(genres, chosen, toggle) {
  const keys = new Map([...keysOf(genres)].map(([key, genre]) => [genre, key]));
  return el("ul", { class: "chips", "aria-label": "Genres" }, genres.map((genre) => el("li", {},
    el("button", { class: "chip", type: "button", "aria-pressed": String(chosen.includes(genre)),
      "aria-keyshortcuts": keys.get(genre), onclick: () => toggle(genre) },
    keys.has(genre) ? el("kbd", {}, keys.get(genre)) : null, genre))));
}

export function picture(source, alt, missing = "no picture") {
  const frame = el("span", { class: "picture" });
  if (!source) { frame.append(missing); return frame; }
  const image = el("img", { src: source, alt, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => { frame.replaceChildren(missing); });
  frame.append(image);
  return frame;
}

export function titleTile(title, extra = null) {
  const shown = title.year ? `${title.title} (${title.year})` : title.title;
  const marks = [title.corrected ? "corrected" : null, title.outcome, title.uncertain ? "uncertain" : null].filter(Boolean);
  return el("li", {}, el("a", { class: "tile", href: `#title/${title.imdb_id}`, title: shown },
    picture(title.poster ? `/api/titles/${title.imdb_id}/thumb.jpg` : null, "", "no poster"),
    el("span", { class: "facts" }, el("span", { class: "name" }, shown),
      el("span", { class: "said" }, title.genres.join(", ") || "no genre"),
      extra ? el("span", { class: "said" }, extra) : marks.length ? el("span", { class: "said" }, marks.join(", ")) : null)));
}

export function save(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// Put these in place of what is there; what is null or false is left out.
export const put = (node, ...children) => node.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));

export const fault = (error) => el("p", { class: "empty", role: "alert" }, error.message);
