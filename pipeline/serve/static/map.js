// All posters as points of a plane: zoom, look, choose.
import { chosenOnMap } from "./gallery.js";
import { el, getJson, plural, state } from "./tools.js";

export async function mapView(main) {
  if (!state.model.catalog) {
    main.replaceChildren(el("p", { class: "empty" }, "No catalogue. Start the server with --catalog PATH to see its map."));
    return;
  }
  const data = await getJson("/api/map");
  const { ready, done, of, by, fault: broken } = data.vectors;
  if (!ready) {
    main.replaceChildren(el("p", { class: "empty" }, broken || `The catalogue’s posters are still being looked at: ${done} of ${of}. This page looks again by itself.`));
    const timer = broken ? 0 : setTimeout(() => { if (location.hash === "#map") mapView(main); }, 2000);
    return () => clearTimeout(timer);
  }
  if (!data.ids.length) { main.replaceChildren(el("p", { class: "empty" }, "No title has a poster that can be read.")); return; }
  const colour = data.genres.map((genre, place) => (genre ? `hsl(${Math.round(place * 137.5) % 360} 65% ${place % 2 ? 42 : 58}%)` : "#999"));
  const canvas = el("canvas", { tabindex: "0", role: "img", "aria-label": `Map of ${data.ids.length} posters. Plus and minus zoom, arrow keys move.` });
  const box = el("div", { class: "map" }, canvas);
  const mode = el("button", { type: "button", "aria-pressed": "false", onclick: () => { choosing = !choosing; mode.setAttribute("aria-pressed", String(choosing)); mode.classList.toggle("main", choosing); } }, "Choose an area");
  const legend = data.genres.map((genre, place) => { const dot = el("i"); dot.style.background = colour[place]; return el("span", {}, dot, genre || "no genre"); });
  main.replaceChildren(el("div", { class: "bar" }, el("strong", {}, plural(data.ids.length, "poster")), el("small", {}, `Near each other: alike by ${by}. Coloured by the first genre.`), el("span", { class: "grow" }),
    mode, el("button", { type: "button", onclick: () => { view = { x: 0, y: 0, zoom: 1 }; draw(); } }, "Show all")), box, el("div", { class: "legend" }, legend));

  const context = canvas.getContext("2d");
  let view = { x: 0, y: 0, zoom: 1 };
  let choosing = false;
  let drag = null;
  let tip = null;
  let width = 1;
  let height = 1;
  let scheduled = false;
  const toX = (x) => ((x / 4095) * 0.92 + 0.04 - view.x) * view.zoom * width;
  const toY = (y) => ((1 - y / 4095) * 0.92 + 0.04 - view.y) * view.zoom * height;
  const draw = () => { if (!scheduled) { scheduled = true; requestAnimationFrame(paint); } };
  const paint = () => {
    scheduled = false;
    const ratio = devicePixelRatio || 1;
    width = box.clientWidth;
    height = box.clientHeight;
    if (canvas.width !== Math.round(width * ratio)) { canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio); }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const size = Math.min(9, (data.ids.length > 20000 ? 1.6 : data.ids.length > 2000 ? 3 : 5) * Math.sqrt(view.zoom));
    colour.forEach((one, genre) => {
      context.fillStyle = one;
      data.genre.forEach((mine, place) => {
        if (mine !== genre) return;
        const x = toX(data.x[place]);
        const y = toY(data.y[place]);
        if (x > -9 && y > -9 && x < width + 9 && y < height + 9) context.fillRect(x - size / 2, y - size / 2, size, size);
      });
    });
    if (drag?.choose) {
      context.strokeStyle = getComputedStyle(canvas).color;
      context.setLineDash([5, 4]);
      context.strokeRect(drag.x0, drag.y0, drag.x - drag.x0, drag.y - drag.y0);
      context.setLineDash([]);
    }
  };
  const at = (event) => { const rect = canvas.getBoundingClientRect(); return [event.clientX - rect.left, event.clientY - rect.top]; };
  const nearest = (x, y) => {
    let best = -1;
    let least = 144;
    for (let place = 0; place < data.ids.length; place += 1) {
      const apart = (toX(data.x[place]) - x) ** 2 + (toY(data.y[place]) - y) ** 2;
      if (apart < least) { least = apart; best = place; }
    }
    return best;
  };
  const zoom = (factor, x = width / 2, y = height / 2) => {
    const next = Math.min(60, Math.max(1, view.zoom * factor));
    view.x += x / width / view.zoom - x / width / next;
    view.y += y / height / view.zoom - y / height / next;
    view.zoom = next;
    bound();
  };
  const bound = () => {
    const most = 1 - 1 / view.zoom;
    view.x = Math.min(most, Math.max(0, view.x));
    view.y = Math.min(most, Math.max(0, view.y));
    draw();
  };
  const hideTip = () => { tip?.remove(); tip = null; };
  const hover = (x, y) => {
    const place = nearest(x, y);
    canvas.style.cursor = place >= 0 && !choosing ? "pointer" : "crosshair";
    if (place < 0) { hideTip(); return; }
    if (tip?.dataset.id !== data.ids[place]) {
      hideTip();
      tip = el("div", { class: "tip", "data-id": data.ids[place] }, el("img", { src: `/api/titles/${data.ids[place]}/thumb.jpg`, alt: "" }), data.titles[place] || data.ids[place]);
      box.append(tip);
    }
    tip.style.left = `${Math.min(width - 120, x + 14)}px`;
    tip.style.top = `${Math.max(0, Math.min(height - 215, y - 60))}px`;
  };
  canvas.addEventListener("wheel", (event) => { event.preventDefault(); zoom(event.deltaY < 0 ? 1.25 : 0.8, ...at(event)); }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => { const [x, y] = at(event); drag = { x0: x, y0: y, x, y, start: { ...view }, choose: choosing || event.shiftKey }; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    if (!drag) { hover(x, y); return; }
    Object.assign(drag, { x, y });
    hideTip();
    if (drag.choose) { draw(); return; }
    view.x = drag.start.x - (x - drag.x0) / width / view.zoom;
    view.y = drag.start.y - (y - drag.y0) / height / view.zoom;
    bound();
  });
  canvas.addEventListener("pointerup", () => {
    const ended = drag;
    drag = null;
    if (!ended) return;
    const moved = Math.hypot(ended.x - ended.x0, ended.y - ended.y0) > 4;
    if (ended.choose && moved) {
      const [left, right] = [ended.x0, ended.x].sort((a, b) => a - b);
      const [top, bottom] = [ended.y0, ended.y].sort((a, b) => a - b);
      chosenOnMap.ids = data.ids.filter((_, place) => { const x = toX(data.x[place]); const y = toY(data.y[place]); return x >= left && x <= right && y >= top && y <= bottom; });
      location.hash = "#gallery?chosen=1";
      return;
    }
    const place = moved ? -1 : nearest(ended.x, ended.y);
    if (place >= 0) location.hash = `#title/${data.ids[place]}`;
    draw();
  });
  canvas.addEventListener("pointerleave", hideTip);
  canvas.addEventListener("keydown", (event) => {
    const step = 0.15 / view.zoom;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-") zoom(1 / 1.4);
    else if (moves[event.key]) { view.x += moves[event.key][0]; view.y += moves[event.key][1]; bound(); }
    else return;
    event.preventDefault();
  });
  const watcher = new ResizeObserver(draw);
  watcher.observe(box);
  draw();
  return () => watcher.disconnect();
}
