"use strict";
// Without this script everything is there; with it, tables sort by a click and the leaderboard filters as one types.
const value = (cell) => {
  const key = cell.dataset.key ?? cell.firstChild?.textContent ?? "";
  const number = parseFloat(key.replace(/,/g, "").replace("−", "-").replace("<", ""));
  return Number.isNaN(number) ? key : number;
};
const before = (a, b) =>
  typeof a === typeof b ? (typeof a === "number" ? a - b : a.localeCompare(b)) : typeof a === "number" ? -1 : 1;
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, place) => {
    if (head.className === "strip") return;
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const first = head.classList.contains("n") && place > 0 ? "descending" : "ascending";
      const now = head.getAttribute("aria-sort");
      const next = now === null ? first : now === "ascending" ? "descending" : "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", next);
      const sign = next === "ascending" ? 1 : -1;
      const rows = [...body.rows].sort((a, b) => sign * before(value(a.cells[place]), value(b.cells[place])));
      body.append(...rows);
    };
  });
}
for (const board of document.querySelectorAll(".board")) {
  const label = board.querySelector("label.scripted");
  const input = label.querySelector("input");
  label.hidden = false;
  input.oninput = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    board.classList.toggle("filtered", words.length > 0);
    for (const row of board.querySelectorAll("tbody tr")) {
      const text = [...row.querySelectorAll(".name")].map((cell) => cell.textContent).join(" ").toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  };
}
const unfold = () => {
  const section = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (section instanceof HTMLDetailsElement) { section.open = true; section.scrollIntoView(); }
};
addEventListener("hashchange", unfold);
unfold();
