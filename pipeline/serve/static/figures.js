// Figures of the run whose every mark leads to the titles behind it.
import { el, percent, plural } from "./tools.js";

const SVG = "http://www.w3.org/2000/svg";

export function toTitles(filters) {
  const query = new URLSearchParams();
  for (const [key, values] of Object.entries(filters)) for (const value of [values].flat()) query.append(key, value);
  return `#gallery?${query}`;
}

// Which genres are taken for which: a row is a genre that titles have, a column one that they have not and were given.
export function mistakes(rows, linked) {
  const genres = rows.map((row) => row.genre);
  const largest = Math.max(0.01, ...rows.flatMap((row) => row.given.map((one) => one.share ?? 0)));
  const cell = (row, genre) => {
    const one = row.given.find((other) => other.genre === genre);
    if (!one || one.share === null) return el("td", { class: "heat" }, "");
    const words = `${plural(one.titles, "title")}: ${row.genre}, not ${genre}, but given ${genre} (${percent(one.share)} of such titles)`;
    const text = one.titles ? Math.round(100 * one.share) : "";
    const inside = linked && one.titles
      ? el("a", { href: toTitles({ truth: [row.genre, `!${genre}`], predicted: genre }), title: words, "aria-label": words }, String(text)) : String(text);
    const made = el("td", { class: "heat", title: words }, inside);
    made.style.background = `color-mix(in srgb, var(--accent) ${Math.round(55 * one.share / largest)}%, var(--panel))`;
    return made;
  };
  return el("div", { class: "scroll" }, el("table", { class: "mistakes" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "has ↓ given →"), genres.map((genre) => el("th", { scope: "col", class: "turned" }, el("span", {}, genre))))),
    el("tbody", {}, rows.map((row) => el("tr", {}, el("th", { scope: "row" }, row.genre), genres.map((genre) => cell(row, genre)))))));
}

// How often a score came true, for one genre: each point is the titles whose score lies in its range.
export function reliability(genre, points, linked) {
  const side = 260, edge = 34;
  const svg = document.createElementNS(SVG, "svg");
  const draw = (name, attributes, parent = svg) => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    parent.append(node);
    return node;
  };
  svg.setAttribute("viewBox", `0 0 ${side + edge + 10} ${side + edge + 10}`);
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", `${genre}: score against the share that came true`);
  svg.setAttribute("class", "reliability");
  const x = (value) => edge + value * side, y = (value) => 10 + (1 - value) * side;
  draw("path", { d: `M${x(0)} ${y(1)}V${y(0)}H${x(1)}`, class: "axis" });
  draw("path", { d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}`, class: "even" });
  for (const at of [0, 0.5, 1]) {
    draw("text", { x: x(at), y: y(0) + 16, "text-anchor": "middle" }).textContent = at;
    draw("text", { x: x(0) - 6, y: y(at) + 4, "text-anchor": "end" }).textContent = at;
  }
  draw("text", { x: x(0.5), y: y(0) + 31, "text-anchor": "middle" }).textContent = "score";
  const most = Math.max(...points.map((point) => point.titles), 1);
  for (const point of points) {
    const words = `score ${point.low} to ${point.high}: ${plural(point.titles, "title")}, ${percent(point.share)} of them are ${genre}`;
    const holder = linked ? draw("a", { href: toTitles({ score_of: genre, score_from: point.low, score_to: point.high }), "aria-label": words }) : svg;
    const dot = draw("circle", { cx: x(point.score), cy: y(point.share), r: 5 + 8 * Math.sqrt(point.titles / most), class: "dot" }, holder);
    draw("title", {}, dot).textContent = words;
  }
  return svg;
}
