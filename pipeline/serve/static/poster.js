// One poster: genres with thresholds, what that means, why, look-alikes, colours, and what the model does not know.
import { answered, edit, genresOf, lacks, scoreOf, update, whyNot } from "./posters.js";
import { el, fault, genreToggles, percent, postForm, say, state, titleTile } from "./tools.js";

export function openPoster(poster) {
  const sheet = el("div", { class: "sheet" });
  const dialog = el("dialog", { "aria-label": poster.name }, sheet);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  const head = el("header", {}, el("h1", {}, poster.name),
    el("button", { type: "button", onclick: () => dialog.close(), "aria-label": "Close" }, "✕"));
  const right = el("div", { class: "answer" });
  document.body.append(dialog);
  dialog.showModal();
  const frame = el("div", { class: "poster" });
  if (poster.url) frame.append(el("img", { src: poster.url, alt: "The poster" }));
  const why = el("section", { class: "why", "aria-live": "polite" });
  const tones = el("section", {});
  sheet.append(head, el("div", { class: "two sides" }, frame, why, right, tones));
  if (!answered(poster)) {
    right.append(el("p", { class: "empty" }, poster.reason ? `No answer: ${whyNot(poster)}.` : "Not answered yet."));
    return;
  }
  const answers = el("section", {});
  const alike = el("section", {});
  const draw = () => answers.replaceChildren(...answerParts(poster));
  draw();
  right.append(answers, fieldsForm(poster, () => { draw(); look(); }), alike);
  const look = () => {
    why.replaceChildren(el("p", { class: "small" }, "Looking where the genres are seen …"));
    explainInto(poster, frame, why, tones, draw);
  };
  if (poster.job) { look(); similarInto(poster, alike); }
}

const subject = (poster) => {
  const form = new FormData();
  form.append("poster", `${poster.job}/${poster.row}`);
  for (const [name, value] of Object.entries(poster.typed || {})) if (value) form.append(name, value);
  return form;
};

function answerParts(poster) {
  const { labels, thresholds, quality, kind } = state.model;
  const order = [...labels].sort((a, b) => scoreOf(poster, b) - scoreOf(poster, a));
  const bars = el("dl", { class: "bars" });
  for (const label of order) {
    const score = scoreOf(poster, label);
    const limit = thresholds[labels.indexOf(label)];
    const given = poster.given.includes(label);
    const fill = el("span", { class: "fill" });
    fill.style.width = `${100 * score}%`;
    const mark = kind === "multilabel" ? el("span", { class: "mark", title: `threshold ${percent(limit)}` }) : null;
    if (mark) mark.style.left = `${100 * Math.min(1, Math.max(0, limit))}%`;
    const calibrated = poster.about?.calibrated?.[label];
    bars.append(el("dt", { class: given ? "given" : "" }, label),
      el("dd", { class: given ? "given" : "" }, el("div", { class: "track", role: "img",
        "aria-label": `${label} ${percent(score)}${kind === "multilabel" ? `, threshold ${percent(limit)}` : ""}` }, fill, mark)),
      el("dd", { class: "small" }, percent(score)));
    if (given && calibrated) bars.append(el("dd", { class: "words" }, calibrated.words, ` (${calibrated.of} with nearest scores)`));
  }
  const listed = poster.about?.listed;
  const toggles = el("div", {});
  const redraw = () => toggles.replaceChildren(genreToggles(labels, genresOf(poster), (genre) => { edit(poster, genre); redraw(); }));
  redraw();
  return [
    el("h2", {}, poster.given.length ? `The model says ${poster.given.join(", ")}` : "The model gives none of its genres"),
    poster.reason ? el("p", { class: "small" }, inPart(poster)) : null,
    bars,
    kind === "multilabel" ? el("p", { class: "small" }, "The upright line is the threshold from which a genre counts.") : null,
    listed ? el("p", {}, listed.length === labels.length
      ? "No shorter list than all genres holds, on average, 90 % of a title’s true ones at these scores." : listed.length
      ? ["This list holds, on average, 90 % of a title’s true genres: ", el("strong", {}, listed.join(", ")), "."]
      : "No genre needs to be listed to hold 90 % of the true ones here.") : null,
    el("details", {}, el("summary", {}, "Correct the genres"), toggles),
    el("details", { open: quality.warning !== null }, el("summary", {}, "What the model does not know"),
      el("p", {}, `It reads ${state.model.reads.join(", ")}; it was trained on ${state.model.titles ?? "an unknown number of"} titles. Measured: ${quality.summary}.`),
      quality.warning ? el("p", { class: "bad" }, quality.warning) : null,
      state.model.run ? null : el("p", {}, "No run was given, so nothing is known of how often such a score is right.")),
  ].filter(Boolean);
}

function inPart(poster) {
  const { blocks, faults } = lacks(poster.reason);
  const without = [...blocks, ...faults.map((fault) => `the ${fault.replace(" ", ", which is ")}`)].join(", ");
  return `Answered without ${without}.${state.model.calibrated ? " How often such a score is right was measured with all of them, so it is not known here. Add what you know below." : ""}`;
}

function fieldsForm(poster, changed) {
  if (!state.model.reads.some((name) => ["metadata", "keywords", "overview", "people", "provenance", "genre_words", "sentences", "words", "title"].includes(name))) {
    return el("p", { class: "small" }, "This model reads nothing but the poster, so a title or a plot would change nothing.");
  }
  const input = (name, label, type = "text") => el("label", { class: name === "year" || name === "title" ? "" : "wide" }, label,
    type === "area" ? el("textarea", { name, rows: "3", maxlength: "5000" }) : el("input", { name, type, maxlength: "500" }));
  const form = el("form", { class: "fields" }, input("title", "Title"), input("year", "Year", "number"),
    input("plot", "Plot", "area"), input("keywords", "Keywords, parted by commas"));
  for (const [name, value] of Object.entries(poster.typed || {})) form.elements[name].value = value;
  let timer = 0;
  let turn = 0;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++turn;
      poster.typed = Object.fromEntries(new FormData(form));
      say("Asking the model …", 60);
      try {
        const answer = await postForm("/api/predict", subject(poster));
        if (mine !== turn) return;
        say("The answer is up to date.", 2);
        update(poster, answer.rows[0], null);
        changed();
      } catch (error) { say(error.message); }
    }, 500);
  });
  return el("details", {}, el("summary", {}, "Add what you know: the answer moves as you type"), form);
}

async function explainInto(poster, frame, place, tones, changed) {
  let made;
  try { made = await postForm("/api/explain", subject(poster)); } catch (error) { place.replaceChildren(fault(error)); return; }
  poster.about = made.about;
  changed();
  frame.querySelector("canvas")?.remove();
  const canvas = el("canvas", { "aria-hidden": "true" });
  frame.append(canvas);
  const words = el("p", { class: "small" });
  const show = (map) => {
    canvas.hidden = !map || !map.tells;
    words.textContent = map ? `${map.genre}: ${map.words}.` : "";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.genre === map?.genre));
    if (map?.tells) paint(canvas, map.lost);
  };
  let shown = null;
  const buttons = made.maps.map((map) => el("button", { class: "chip", type: "button", "data-genre": map.genre,
    onclick: () => { shown = shown === map ? null : map; show(shown); } }, `Why ${map.genre}?`));
  place.replaceChildren(...[
    made.maps.length ? el("h2", {}, "Where it is seen") : null,
    made.maps.length ? el("div", { class: "chips" }, buttons) : null, words,
    made.blocks ? blocks(made.blocks) : null].filter(Boolean));
  tones.replaceChildren(...(made.colours ? [colours(made.colours)] : []));
  show(null);
}

function paint(canvas, lost) {
  canvas.width = lost[0].length;
  canvas.height = lost.length;
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  lost.flat().forEach((value, place) => {
    const [red, green, blue] = value >= 0 ? [214, 40, 30] : [40, 90, 220];
    image.data.set([red, green, blue, Math.round(190 * Math.min(1, Math.abs(value)))], 4 * place);
  });
  context.putImageData(image, 0, 0);
}

function blocks(made) {
  return el("div", {}, el("h2", {}, "What counted"), made.genres.map((one) => el("div", {},
    el("p", { class: "small" }, `${one.words}.`),
    Object.entries(one.parts).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, 5).map(([block, value]) =>
      el("div", { class: "share" }, el("span", {}, block), el("strong", { class: value >= 0 ? "good" : "bad" },
        `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(2)}`))))));
}

function colours(made) {
  const swatch = ([red, green, blue]) => {
    const node = el("span", { class: "swatch", role: "img", "aria-label": `red ${red}, green ${green}, blue ${blue}`, title: `rgb(${red}, ${green}, ${blue})` });
    node.style.background = `rgb(${red}, ${green}, ${blue})`;
    return node;
  };
  const light = el("span", { class: "swatch", role: "img", "aria-label": `brightness ${made.luma} of 255` });
  light.style.background = `rgb(${made.luma}, ${made.luma}, ${made.luma})`;
  return el("div", {}, el("h2", {}, "Colours"), el("div", { class: "swatches" }, made.palette.map(swatch)),
    el("div", { class: "swatches" }, light, el("span", { class: "small" }, `brightness of the main colour ${Math.round(made.luma)} of 255: ${made.level}`)));
}

export async function similarInto(poster, place, reference = null) {
  if (!state.model.catalog) {
    place.replaceChildren(el("p", { class: "small" }, "Look-alikes need a catalogue: start the server with --catalog PATH."));
    return;
  }
  const form = reference ? new FormData() : subject(poster);
  if (reference) form.append("poster", reference);
  try {
    const made = await postForm("/api/similar", form);
    const { done, of, ready, fault: broken } = made.state;
    const parts = [el("h2", {}, "Look-alikes"), el("p", { class: "small" }, broken || (ready ? `The nearest titles of the catalogue, by ${made.by}.`
      : `The catalogue’s posters are still being looked at: ${done} of ${of}.`))];
    if (made.titles.length) parts.push(el("ul", { class: "strip" }, made.titles.map((title) => titleTile(title))));
    place.replaceChildren(...parts);
  } catch (error) { place.replaceChildren(fault(error)); }
}
