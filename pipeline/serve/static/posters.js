// The posters of this page: sent in pieces, filled in as answers come.
import { ask, postForm, say, state } from "./tools.js";

export const posters = [];
export const run = { active: false, cancelled: false, started: 0, jobs: new Set(), queue: [] };
const SIZES = [1, 8, 32, 64];
const OPEN = 3;
const listeners = new Set();
let number = 0;
let asked = 0;

export const onChange = (listener) => { listeners.add(listener); return () => listeners.delete(listener); };
const tell = (poster = null) => listeners.forEach((listener) => listener(poster));

export const done = (poster) => !["waiting", "sent"].includes(poster.status);
export const answered = (poster) => ["ok", "partly"].includes(poster.status);
export const genresOf = (poster) => poster.edited ?? poster.given ?? [];
export const scoreOf = (poster, label) => poster.answer?.[label] ?? null;

// What is missing: blocks of features that were not given, and what is wrong with the poster.
export function lacks(reason) {
  const parts = (reason ?? "").split("; ").filter(Boolean);
  return { blocks: parts.filter((part) => part.startsWith("no ")).map((part) => part.slice(3)), faults: parts.filter((part) => !part.startsWith("no ")) };
}

// Why there is no answer; that a bare poster has no title beside it goes without saying.
export const whyNot = (poster) => lacks(poster.reason).faults.join("; ") || poster.reason;

// The share of a poster's genres that is expected to be right, 0 to 1; where it has none, how likely it is that none fits.
// A run says how often such a score came true; without one the score itself is taken.
export function certainty(poster) {
  if (!answered(poster)) return null;
  const { labels } = state.model;
  const right = (label) => poster.about?.calibrated?.[label]?.share ?? poster.answer[label];
  if (!poster.given.length) return 1 - Math.max(...labels.map(right));
  return poster.given.reduce((sum, label) => sum + right(label), 0) / poster.given.length;
}
export const SURE = 0.6;

// Where a file lies within the folder that was chosen or dropped.
const dropped = new WeakMap();
const place = (file) => (dropped.get(file) ?? file.webkitRelativePath).split("/").slice(1).join("/") || file.name;

export function addFiles(files) {
  const list = [...files].filter((file) => !/^(\.|thumbs\.db$|desktop\.ini$)/i.test(file.name) && file.size !== undefined);
  if (!list.length) { say("Nothing to read there: drop pictures, folders of them, or zips."); return; }
  if (!run.active) { run.cancelled = false; run.started = performance.now(); asked = 0; }
  for (const file of list) {
    const zip = /\.zip$/i.test(file.name);
    const poster = {
      id: ++number, name: place(file), file, zip, url: zip ? null : URL.createObjectURL(file),
      job: null, row: null, status: "waiting", reason: null, answer: null, about: null, given: null, edited: null,
    };
    const { file_bytes, request_bytes } = state.model.limits;
    if (file.size > (zip ? request_bytes : file_bytes)) {
      Object.assign(poster, { status: "no answer", reason: "too large" });
    }
    posters.push(poster);
    if (poster.status === "waiting") run.queue.push(poster);
  }
  tell();
  if (!run.active && run.queue.length) work();
}

// Sends piece after piece, and listens to a few at a time, so that the model never waits for posters to arrive. The first
// piece is a single poster, so that its answer is there at once.
async function work() {
  run.active = true;
  const open = new Set();
  try {
    while (run.queue.length && !run.cancelled) {
      if (open.size >= OPEN) await Promise.race(open);
      const most = SIZES[Math.min(asked++, SIZES.length - 1)];
      const [answers] = await send(take(most));
      open.add(answers);
      answers.then(() => open.delete(answers));
    }
    await Promise.all(open);
  } finally {
    run.active = false;
    tell();
    if (run.queue.length) work();
  }
}

// The next files in the queue, at most so many; a zip goes alone.
function take(most) {
  const piece = [];
  let bytes = 0;
  while (run.queue.length && piece.length < most && (!piece.length || bytes + run.queue[0].file.size < 48e6)) {
    if (run.queue[0].zip && piece.length) break;
    const next = run.queue.shift();
    bytes += next.file.size;
    piece.push(next);
    if (next.zip) break;
  }
  return piece;
}

// Resolves when the posters are with the server, with a promise (in a list, so that it is not awaited) of their answers.
async function send(piece) {
  const form = new FormData();
  for (const poster of piece) form.append("files", poster.file, poster.name);
  let answer;
  for (;;) {
    try {
      answer = await postForm("/api/jobs", form);
      break;
    } catch (error) {
      if (error.status === 503 && !run.cancelled) {
        say(error.message);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        continue;
      }
      finish(piece, run.cancelled ? "cancelled" : "no answer", run.cancelled ? null : error.message);
      return [Promise.resolve()];
    }
  }
  let mine = piece;
  if (piece[0].zip) {
    const start = posters.indexOf(piece[0]);
    mine = answer.posters.map((one) => ({ ...piece[0], id: ++number, name: one.file, zip: false, file: null,
      url: one.status === "ok" ? `/api/jobs/${answer.job}/${one.row}/thumb.jpg` : null }));
    posters.splice(start, 1, ...mine);
    tell();
  }
  mine.forEach((poster, row) => Object.assign(poster, { job: answer.job, row, status: "sent" }));
  if (run.cancelled) { await stop(answer.job); finish(mine, "cancelled"); return [Promise.resolve()]; }
  return [listen(answer.job, mine)];
}

function listen(job, mine) {
  run.jobs.add(job);
  return new Promise((resolve) => {
    const source = new EventSource(`/api/jobs/${job}/events`);
    const end = () => {
      source.close();
      run.jobs.delete(job);
      finish(mine.filter((poster) => !done(poster)), run.cancelled ? "cancelled" : "no answer",
        run.cancelled ? null : "the server ended before it answered");
      resolve();
    };
    source.addEventListener("answer", (event) => answerTo(mine, JSON.parse(event.data)));
    source.addEventListener("end", end);
    let faults = 0;
    source.addEventListener("error", () => { if (++faults > 5 || source.readyState === EventSource.CLOSED) end(); });
  });
}

function answerTo(mine, answer) {
  const poster = mine[answer.row];
  if (!poster) return;
  update(poster, answer, answer.about);
}

export function update(poster, answer, about) {
  const given = state.model.labels.filter((label) => answer[`${label}_predicted`] === 1);
  given.sort((a, b) => answer[b] - answer[a]);
  Object.assign(poster, { answer, about, given, status: answer.status, reason: answer.reason });
  tell(poster);
}

function finish(list, status, reason = null) {
  for (const poster of list) Object.assign(poster, { status, reason });
  tell();
}

const stop = (job) => ask(`/api/jobs/${job}`, { method: "DELETE" }).catch(() => {});

export async function cancel() {
  run.cancelled = true;
  const left = run.queue.splice(0);
  finish(left, "cancelled");
  await Promise.all([...run.jobs].map(stop));
}

export function clear() {
  for (const poster of posters) if (poster.url?.startsWith("blob:")) URL.revokeObjectURL(poster.url);
  posters.splice(0);
  tell();
}

export function edit(poster, genre) {
  const now = genresOf(poster);
  poster.edited = now.includes(genre) ? now.filter((one) => one !== genre) : [...now, genre];
  tell(poster);
}

// The files in what was dropped, folders walked through.
export async function filesOf(transfer) {
  const entries = [...(transfer.items || [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const files = [];
  const walk = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      dropped.set(file, entry.fullPath.slice(1));
      files.push(file);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!part.length) return;
      for (const one of part) await walk(one);
    }
  };
  for (const entry of entries) await walk(entry);
  return files;
}
