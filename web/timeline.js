/** The environments on a canvas: the same lanes as the picture below it, with every pixel of the screen, a crosshair that
    names the nearest invocation, and arrow keys. Order, folding and heights are the picture's; only the marks are drawn again. */

import { colors, onScheme } from "./colors.js";

const TOKENS = ["paper", "ink", "ink-2", "ink-3", "accent", "bad", "warn", "error", "ok"];
const STATUS = ["ok", "error", "timed out", "killed for memory", "crashed", "init failed", "unknown"];
const [OK, ERROR, TIMEOUT, OUT_OF_MEMORY, CRASH, INIT_ERROR, UNKNOWN] = STATUS.keys();

/**
 * @typedef {{stream: string, size: number, alive: boolean, times: Float64Array, used: Int32Array,
 *   durations: Float64Array, status: Uint8Array, ages: Int32Array}} Lane
 * @typedef {{lane: Lane, row: HTMLElement, failed: boolean, top: number, height: number}} Row
 */

const count = (/** @type {number} */ n) => Math.round(n).toLocaleString("en");
const clock = (/** @type {number} */ t) => new Date(t).toISOString().slice(11, 19);
const nth = (/** @type {number} */ n) => count(n) + (n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th"));
const isFailed = (/** @type {number} */ status) => status !== OK && status !== UNKNOWN;

/** The index of the time nearest to one, in a sorted list. */
function nearest(/** @type {Float64Array} */ times, /** @type {number} */ t) {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < t) low = middle + 1;
    else high = middle;
  }
  return low > 0 && t - times[low - 1] < times[low] - t ? low - 1 : low;
}

/**
 * @param {HTMLElement} place
 * @param {(name: string, params?: string) => Promise<string | null>} ask
 * @param {(text: string) => void} say
 */
export async function mountTimeline(place, ask, say) {
  const figure = /** @type {HTMLElement | null} */ (place.querySelector("[data-lanes]"));
  const text = figure && (await ask("lanes"));
  if (!figure || !text || !figure.isConnected) return;
  const data = JSON.parse(text);
  const first = Number(figure.dataset.first);
  const last = Number(figure.dataset.last);
  const rows = /** @type {Row[]} */ (
    [.../** @type {NodeListOf<HTMLElement>} */ (figure.querySelectorAll("[data-lane]"))].map((row) => {
      const raw = data.lanes[row.dataset.lane ?? ""];
      const lane = {
        ...raw,
        times: Float64Array.from(raw.times),
        used: Int32Array.from(raw.used),
        durations: Float64Array.from(raw.durations, (/** @type {number | null} */ v) => v ?? NaN),
        status: Uint8Array.from(raw.status),
        ages: Int32Array.from(raw.ages),
      };
      return { lane, row, failed: raw.status.some(isFailed), top: 0, height: 0 };
    })
  );
  if (!rows.length) return;

  const base = document.createElement("canvas");
  const hover = document.createElement("canvas");
  const tip = document.createElement("div");
  hover.className = "hover";
  tip.className = "tip";
  tip.hidden = true;
  for (const canvas of [base, hover]) canvas.setAttribute("aria-hidden", "true");
  figure.append(base, hover, tip);
  figure.classList.add("mounted");
  figure.tabIndex = 0;
  figure.setAttribute("role", "application");
  const label = figure.getAttribute("aria-label");
  figure.setAttribute("aria-label", `${label} Arrow keys move between invocations.`);

  let c = colors(figure, TOKENS);
  let left = 0;
  let width = 0;
  let height = 0;
  let font = "";
  /** where the crosshair is: row and invocation */
  let at = /** @type {{row: number, i: number} | null} */ (null);

  const x = (/** @type {number} */ t) => left + ((t - first) / Math.max(1, last - first)) * width;
  const shape = (/** @type {Row} */ { failed, top, height: tall }) => ({
    roof: top + (failed ? 7 : 3),
    strip: failed ? 5 : 3,
    floor: top + tall - (failed ? 5 : 3) - 3,
    bottom: top + tall - 1,
  });
  const y = (/** @type {Row} */ row, /** @type {number} */ mb) => {
    const { roof, floor } = shape(row);
    return floor - (Math.min(mb, top(row)) / top(row)) * (floor - roof);
  };
  const tops = new Map(rows.map((row) => [row, Math.max(1, row.lane.size, row.lane.used.reduce((a, b) => Math.max(a, b), 0))]));
  const top = (/** @type {Row} */ row) => /** @type {number} */ (tops.get(row));

  /** Reads where the rows stand, and fits the canvases to the screen's pixels. */
  function measure() {
    const box = figure.getBoundingClientRect();
    const cell = /** @type {HTMLElement} */ (rows[0].row.querySelector(".cell")).getBoundingClientRect();
    left = cell.left - box.left;
    width = cell.width;
    height = box.height;
    for (const row of rows) {
      const place = row.row.getBoundingClientRect();
      row.top = place.top - box.top;
      row.height = place.height;
    }
    font = `600 11px ${getComputedStyle(figure).fontFamily}`;
    for (const canvas of [base, hover]) {
      canvas.width = Math.round(box.width * devicePixelRatio);
      canvas.height = Math.round(box.height * devicePixelRatio);
      canvas.style.width = `${box.width}px`;
      canvas.style.height = `${box.height}px`;
      canvas.getContext("2d")?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    }
  }

  /** Memory by pixel columns: first, lowest, highest and last of each, so no peak is lost; a restart starts a new line. */
  function memory(/** @type {CanvasRenderingContext2D} */ g, /** @type {Row} */ row) {
    const { lane, failed } = row;
    const { floor } = shape(row);
    const color = failed ? c.accent : c.ok;
    let points = /** @type {number[]} */ ([]);
    const finish = () => {
      if (points.length >= 2) {
        g.beginPath();
        g.moveTo(points[0], points[1]);
        for (let i = 2; i < points.length; i += 2) g.lineTo(points[i], points[i + 1]);
        g.strokeStyle = color;
        g.lineWidth = 1.5;
        g.lineJoin = "round";
        g.stroke();
        g.lineTo(points[points.length - 2], floor);
        g.lineTo(points[0], floor);
        g.globalAlpha = failed ? 0.13 : 0.16;
        g.fillStyle = color;
        g.fill();
        g.globalAlpha = 1;
      }
      points = [];
    };
    let column = -1;
    let low = 0;
    let high = 0;
    let end = 0;
    const close = () => {
      if (column >= 0) points.push(column, low, column, high, column, end);
      column = -1;
    };
    for (let i = 0; i < lane.times.length; i++) {
      if (i && lane.ages[i] <= lane.ages[i - 1]) {
        close();
        finish();
      }
      if (lane.used[i] <= 0) continue;
      const px = Math.round(x(lane.times[i]) * 2) / 2;
      const py = y(row, lane.used[i]);
      if (px !== column) {
        close();
        points.push(px, py);
        column = px;
        low = high = py;
      }
      low = Math.max(low, py);
      high = Math.min(high, py);
      end = py;
    }
    close();
    finish();
  }

  /** What ran: a column per pixel in five steps where it is dense, else one tick each. */
  function load(/** @type {CanvasRenderingContext2D} */ g, /** @type {Row} */ row) {
    const { lane } = row;
    const { bottom, strip } = shape(row);
    const pixels = Math.max(1, x(lane.times[lane.times.length - 1]) - x(lane.times[0]));
    g.fillStyle = c.ok;
    if (pixels / lane.times.length >= 1.6) {
      for (const t of lane.times) g.fillRect(Math.round(x(t)), bottom - strip, 1, strip);
      return;
    }
    const busy = new Map();
    let most = 1;
    for (const t of lane.times) {
      const px = Math.round(x(t));
      const n = (busy.get(px) ?? 0) + 1;
      busy.set(px, n);
      most = Math.max(most, n);
    }
    for (const [px, n] of busy) {
      const tall = (Math.ceil((n / most) * 5) / 5) * strip;
      g.fillRect(px, bottom - tall, 1, tall);
    }
  }

  function mark(/** @type {CanvasRenderingContext2D} */ g, /** @type {Row} */ row, /** @type {number} */ status, /** @type {number} */ px) {
    const { roof, bottom } = shape(row);
    g.beginPath();
    if (status === OUT_OF_MEMORY) {
      g.fillStyle = g.strokeStyle = c.bad;
      g.lineWidth = 2;
      g.moveTo(px, roof);
      g.lineTo(px, bottom);
      g.stroke();
      g.beginPath();
      g.moveTo(px - 5, roof - 4);
      g.lineTo(px + 5, roof - 4);
      g.lineTo(px, roof + 4);
      g.fill();
    } else if (status === TIMEOUT) {
      g.strokeStyle = c.warn;
      g.lineWidth = 4;
      g.moveTo(px, roof + 4);
      g.lineTo(px, bottom);
      g.stroke();
    } else if (status === CRASH) {
      g.strokeStyle = c.ink;
      g.lineWidth = 2.2;
      g.moveTo(px - 4, roof + 1);
      g.lineTo(px + 4, roof + 9);
      g.moveTo(px + 4, roof + 1);
      g.lineTo(px - 4, roof + 9);
      g.stroke();
    } else if (status === INIT_ERROR) {
      g.fillStyle = c.bad;
      g.moveTo(px, roof);
      g.lineTo(px + 5, roof + 5);
      g.lineTo(px, roof + 10);
      g.lineTo(px - 5, roof + 5);
      g.fill();
    } else {
      g.fillStyle = c.error;
      g.arc(px, roof + 5, 4.5, 0, 7);
      g.fill();
    }
  }

  /** Every failure; marks that would touch become one with a count. */
  function failures(/** @type {CanvasRenderingContext2D} */ g, /** @type {Row} */ row) {
    const { lane } = row;
    const { roof } = shape(row);
    const together = /** @type {number[][]} */ ([]);
    for (let i = 0; i < lane.times.length; i++) {
      if (!isFailed(lane.status[i])) continue;
      const px = x(lane.times[i]);
      const group = together.at(-1);
      if (group && px - x(lane.times[group[group.length - 1]]) <= 12 && px - x(lane.times[group[0]]) <= 40) group.push(i);
      else together.push([i]);
    }
    const places = together.map((group) => Math.round(x(lane.times[group[group.length >> 1]])));
    together.forEach((group, n) => {
      const worst = group.find((i) => lane.status[i] === OUT_OF_MEMORY) ?? group.find((i) => lane.status[i] === CRASH) ?? group[0];
      const status = lane.status[worst];
      const px = places[n];
      mark(g, row, status, px);
      if (group.length === 1 && status !== OUT_OF_MEMORY && status !== CRASH) return;
      const said = group.length > 1 ? `×${count(group.length)}` : count(lane.ages[worst]);
      g.font = font;
      const wide = g.measureText(said).width;
      const inside = px > left + width - wide - 12; // at the right edge the label goes left of its mark
      const free = inside ? px - (places[n - 1] ?? 0) : (places[n + 1] ?? Infinity) - px;
      if (free < wide + 14) return;
      g.textAlign = inside ? "right" : "left";
      const tx = inside ? px - 8 : px + 8;
      g.lineWidth = 3;
      g.lineJoin = "round";
      g.strokeStyle = c.paper;
      g.strokeText(said, tx, roof + 7);
      g.fillStyle = status === TIMEOUT ? c.warn : status === ERROR ? c.error : status === CRASH ? c.ink : c.bad;
      g.fillText(said, tx, roof + 7);
    });
  }

  function ends(/** @type {CanvasRenderingContext2D} */ g, /** @type {Row} */ row) {
    const { lane, failed } = row;
    const i = lane.times.length - 1;
    const px = x(lane.times[i]);
    const py = y(row, lane.used.findLast((mb) => mb > 0) ?? 0);
    g.lineWidth = 1.5;
    g.beginPath();
    if (lane.alive) {
      g.strokeStyle = failed ? c.accent : c.ok;
      g.fillStyle = c.paper;
      g.arc(px, py, 3.5, 0, 7);
      g.fill();
      g.stroke();
      return;
    }
    g.strokeStyle = c.ok;
    g.moveTo(px, py - 4);
    g.lineTo(px, py + 4);
    g.stroke();
    if (px > left + width * 0.92) return;
    g.font = font.replace("600 ", "");
    g.textAlign = "left";
    g.fillStyle = c["ink-3"];
    g.fillText("retired", px + 6, py + 4);
  }

  function draw() {
    measure();
    const g = /** @type {CanvasRenderingContext2D} */ (base.getContext("2d"));
    g.clearRect(0, 0, base.width, base.height);
    for (const row of rows) {
      memory(g, row);
      load(g, row);
      failures(g, row);
      ends(g, row);
    }
    point();
  }

  const words = (/** @type {Row} */ { lane }, /** @type {number} */ i) => ({
    when: clock(lane.times[i]),
    status: STATUS[lane.status[i]],
    memory: lane.used[i] > 0 ? `${count(lane.used[i])}${lane.size ? ` of ${count(lane.size)}` : ""} MB` : "memory unknown",
    duration: Number.isNaN(lane.durations[i]) ? "duration unknown" : `${count(lane.durations[i])} ms`,
    age: lane.ages[i],
  });

  /** The crosshair through all charts, the ring, and the tip beside its lane. */
  function point() {
    const g = /** @type {CanvasRenderingContext2D} */ (hover.getContext("2d"));
    g.clearRect(0, 0, hover.width, hover.height);
    tip.hidden = !at;
    document.dispatchEvent(new CustomEvent("lambdascope:cursor", { detail: at ? rows[at.row].lane.times[at.i] : null }));
    if (!at) return;
    const row = rows[at.row];
    const px = Math.round(x(row.lane.times[at.i])) + 0.5;
    g.strokeStyle = c.ink;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(px, 0);
    g.lineTo(px, height - 20);
    g.stroke();
    g.beginPath();
    g.lineWidth = 2;
    g.strokeStyle = isFailed(row.lane.status[at.i]) ? c.bad : c.accent;
    g.fillStyle = c.paper;
    g.arc(px, y(row, Math.max(0, row.lane.used[at.i])), 4.5, 0, 7);
    g.fill();
    g.stroke();
    const said = words(row, at.i);
    const head = document.createElement("b");
    head.textContent = `${said.when} UTC, ${said.status}`;
    tip.replaceChildren(head, `${row.lane.stream}, ${nth(said.age)} invocation of this life`, document.createElement("br"), `${said.memory}, ${said.duration}`);
    const side = px + 12 + tip.offsetWidth > figure.clientWidth ? px - 12 - tip.offsetWidth : px + 12;
    tip.style.left = `${Math.max(0, side)}px`;
    // The tip never covers its lane: below it, or above it in the last ones.
    const below = row.top + row.height + 4;
    tip.style.top = `${below + tip.offsetHeight > height ? row.top - tip.offsetHeight - 4 : below}px`;
  }

  function announce() {
    if (!at) return;
    const said = words(rows[at.row], at.i);
    say(`${said.when}, ${said.status}, ${nth(said.age)} invocation, ${said.memory}, ${said.duration}`);
  }

  figure.addEventListener("pointermove", (event) => {
    const box = figure.getBoundingClientRect();
    const px = event.clientX - box.left;
    const py = event.clientY - box.top;
    const row = rows.findIndex((r) => py >= r.top && py < r.top + r.height);
    let next = /** @type {typeof at} */ (null);
    if (row >= 0 && px >= left - 4) {
      const { times } = rows[row].lane;
      const i = nearest(times, first + ((px - left) / width) * (last - first));
      if (Math.abs(x(times[i]) - px) < 24) next = { row, i };
    }
    if (next?.row === at?.row && next?.i === at?.i) return;
    at = next;
    point();
  });
  figure.addEventListener("pointerleave", () => {
    at = null;
    point();
  });
  figure.addEventListener("blur", () => {
    at = null;
    point();
  });

  figure.addEventListener("keydown", (event) => {
    const moves = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Escape"];
    if (!moves.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.key === "Escape") {
      at = null;
      return point();
    }
    if (!at) at = { row: 0, i: 0 };
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const i = at.i + (event.key === "ArrowRight" ? 1 : -1);
      at = { row: at.row, i: Math.min(rows[at.row].lane.times.length - 1, Math.max(0, i)) };
    } else if (event.key === "Home") at = { row: at.row, i: 0 };
    else if (event.key === "End") at = { row: at.row, i: rows[at.row].lane.times.length - 1 };
    else {
      const row = Math.min(rows.length - 1, Math.max(0, at.row + (event.key === "ArrowDown" ? 1 : -1)));
      at = { row, i: nearest(rows[row].lane.times, rows[at.row].lane.times[at.i]) };
    }
    point();
    announce();
  });

  /** All failures in time, for the next and previous one. */
  const failed = rows
    .flatMap(({ lane }, row) => [...lane.status].flatMap((status, i) => (isFailed(status) ? [{ row, i, t: lane.times[i] }] : [])))
    .sort((a, b) => a.t - b.t);
  document.addEventListener("lambdascope:failure", (event) => {
    if (!figure.isConnected || !failed.length) return;
    const by = /** @type {CustomEvent<number>} */ (event).detail;
    const where = at && failed.findIndex((f) => f.row === at?.row && f.i === at?.i);
    const now = at ? rows[at.row].lane.times[at.i] : by > 0 ? -Infinity : Infinity;
    const next =
      where !== null && where >= 0
        ? (where + by + failed.length) % failed.length
        : by > 0
          ? failed.findIndex((f) => f.t > now)
          : failed.findLastIndex((f) => f.t < now);
    figure.focus();
    at = failed[Math.max(0, next)];
    point();
    announce();
  });

  draw();
  onScheme(figure, () => {
    c = colors(figure, TOKENS);
    draw();
  });
  let box = "";
  new ResizeObserver(() => {
    const now = `${figure.clientWidth} ${figure.clientHeight}`;
    if (now === box || !figure.clientWidth) return;
    box = now;
    draw();
  }).observe(figure);
}
