/** Mounts the charts over time that a view asks for: uPlot draws the same numbers as the picture that is there already,
    which stays for paper. */

import uPlot from "./uplot/uPlot.esm.js";
import { colors, onScheme } from "./colors.js";

const HEIGHT = 236;
const TOKENS = ["paper", "rule", "ink", "ink-2", "ink-3", "accent", "bad"];

/**
 * @typedef {{width_ms: number, times: number[], invocations: number[], failed: number[], cold: number[],
 *   p50: (number|null)[], p95: (number|null)[], p99: (number|null)[], slowest: (number|null)[],
 *   used: (number|null)[], size: (number|null)[], deaths: number[]}} Series
 * @typedef {(name: string, params?: string) => Promise<string | null>} Ask
 * @typedef {{label: string, values: (number|null)[], color: string, width: number, dash?: number[], bars?: boolean}} Line
 */

const milliseconds = (/** @type {number} */ v) => (v >= 1000 ? `${+(v / 1000).toPrecision(3)} s` : String(+v.toPrecision(3)));

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A time on the axis, as fine as its steps; midnight is a date. */
function clock(/** @type {number} */ seconds, /** @type {number} */ step) {
  const at = new Date(seconds * 1000);
  if (step >= 86_400 || (step >= 3_600 && seconds % 86_400 === 0)) return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  return at.toISOString().slice(11, step >= 60 ? 16 : 19);
}

/** 1, 2 and 5 of each decade around the values. */
function steps(/** @type {number[]} */ values) {
  const low = Math.min(1000, ...values);
  const high = Math.max(low * 1.01, ...values);
  const all = [];
  for (let e = Math.floor(Math.log10(low)) - 1; e <= Math.log10(high) + 1; e++) for (const m of [1, 2, 5]) all.push(m * 10 ** e);
  return all.slice(all.findLastIndex((v) => v <= low), all.findIndex((v) => v >= high) + 1);
}

/** From zero in round steps; a memory size in quarters. */
function quarters(/** @type {number} */ high) {
  if (high % 64 === 0) return [0, 1, 2, 3, 4].map((n) => (n * high) / 4);
  const rough = high / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(high <= 4 ? 1 : 0, size * ([1, 2, 5].find((m) => m * size >= rough) ?? 10));
  return Array.from({ length: Math.ceil(high / step) + 1 }, (_, n) => n * step);
}

/** What each chart draws of a series. */
const DRAWN = /** @type {Record<string, (s: Series, c: Record<string, string>) => {unit: string, log?: boolean, top?: number, lines: Line[], deaths?: boolean}>} */ ({
  duration: (s, c) => {
    const all = s.p99.every((v, i) => v !== null || !s.invocations[i]);
    return {
      unit: "ms, logarithmic",
      log: true,
      deaths: true,
      lines: [
        { label: "p50", values: s.p50, color: c["ink-3"], width: 1.5 },
        { label: "p95", values: s.p95, color: c.accent, width: 1.5, dash: [5, 2] },
        { label: all ? "p99" : "slowest", values: all ? s.p99 : s.slowest, color: c.bad, width: 2 },
      ],
    };
  },
  memory: (s, c) => ({
    unit: "MB",
    deaths: true,
    lines: [
      { label: "limit", values: s.size, color: c["ink-3"], width: 1, dash: [2, 3] },
      { label: "used", values: s.used, color: c.accent, width: 1.5 },
    ],
  }),
  failures: (s, c) => ({ unit: "invocations", lines: [{ label: "", values: s.failed, color: c.bad, width: 0, bars: true }] }),
  "cold-starts": (s, c) => ({ unit: "cold starts", lines: [{ label: "", values: s.cold, color: c.accent, width: 0, bars: true }] }),
});

/** Names at the right end of the lines, moved apart where they would touch. */
function labels(/** @type {uPlot} */ u, /** @type {Line[]} */ lines, /** @type {Record<string, string>} */ c) {
  const dpr = devicePixelRatio;
  const tags = lines
    .map((line, i) => ({ line, y: u.data[i + 1].findLast((/** @type {number|null} */ v) => v !== null) }))
    .filter((tag) => tag.line.label && tag.y !== undefined)
    .map((tag) => ({ line: tag.line, y: u.valToPos(/** @type {number} */ (tag.y), "y", true) }))
    .sort((a, b) => a.y - b.y);
  for (let i = 1; i < tags.length; i++) {
    const short = 13 * dpr - (tags[i].y - tags[i - 1].y);
    if (short > 0) {
      tags[i - 1].y -= short / 2;
      tags[i].y += short / 2;
    }
  }
  u.ctx.save();
  u.ctx.font = `600 ${11 * dpr}px ${getComputedStyle(u.root).fontFamily}`;
  u.ctx.textAlign = "left";
  u.ctx.textBaseline = "middle";
  for (const { line, y } of tags) {
    u.ctx.fillStyle = line.color;
    u.ctx.fillText(line.label, u.bbox.left + u.bbox.width + 6 * dpr, y);
  }
  u.ctx.restore();
}

/** Deaths are triangles on the axis of every chart. */
function triangles(/** @type {uPlot} */ u, /** @type {number[]} */ deaths, /** @type {string} */ color) {
  const dpr = devicePixelRatio;
  const floor = u.bbox.top + u.bbox.height;
  u.ctx.save();
  u.ctx.fillStyle = color;
  for (const death of deaths) {
    const x = u.valToPos(death / 1000, "x", true);
    u.ctx.beginPath();
    u.ctx.moveTo(x - 4 * dpr, floor - 8 * dpr);
    u.ctx.lineTo(x + 4 * dpr, floor - 8 * dpr);
    u.ctx.lineTo(x, floor - dpr);
    u.ctx.fill();
  }
  u.ctx.restore();
}

/** @param {HTMLElement} figure @param {Series} series */
function draw(figure, series) {
  const live = /** @type {HTMLElement} */ (figure.querySelector(".live"));
  const c = colors(live, TOKENS);
  const drawn = DRAWN[/** @type {string} */ (figure.dataset.chart)](series, c);
  const middle = series.width_ms / 2;
  const values = /** @type {number[]} */ (drawn.lines.flatMap((line) => line.values).filter((v) => v !== null && v > 0));
  const splits = drawn.log ? steps(values) : quarters(Math.max(1, ...values));
  const axis = { stroke: c["ink-3"], font: `11px ${getComputedStyle(live).fontFamily}`, grid: { stroke: c.rule, width: 1 }, ticks: { show: false } };
  live.replaceChildren();
  const note = document.createElement("span");
  note.className = "axis-note";
  note.textContent = drawn.unit;
  live.append(note);
  return new uPlot(
    {
      width: live.clientWidth,
      height: HEIGHT,
      padding: [16, drawn.lines.length > 1 ? 64 : 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      tzDate: (/** @type {number} */ at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      scales: {
        x: { range: [series.times[0] / 1000, (series.times[series.times.length - 1] + series.width_ms) / 1000] },
        y: { distr: drawn.log ? 3 : 1, range: [splits[0], splits[splits.length - 1]] },
      },
      axes: [
        { ...axis, size: 30, values: (/** @type {uPlot} */ _, /** @type {number[]} */ all, /** @type {number} */ __, /** @type {number} */ ___, /** @type {number} */ step) => all.map((t) => clock(t, step)) },
        {
          ...axis,
          size: 44,
          splits: () => splits,
          filter: (/** @type {uPlot} */ _, /** @type {number[]} */ all) => all,
          values: (/** @type {uPlot} */ _, /** @type {number[]} */ all) => all.map((v) => (drawn.log ? milliseconds(v) : v.toLocaleString("en"))),
        },
      ],
      series: [
        {},
        ...drawn.lines.map((line) => ({
          label: line.label,
          stroke: line.bars ? undefined : line.color,
          fill: line.bars ? line.color : undefined,
          width: line.width,
          dash: line.dash,
          spanGaps: false,
          points: { show: line.bars ? false : undefined, size: 4, fill: line.color },
          paths: line.bars ? uPlot.paths.bars?.({ size: [0.8, 64] }) : undefined,
        })),
      ],
      hooks: {
        draw: [
          (/** @type {uPlot} */ u) => labels(u, drawn.lines, c),
          (/** @type {uPlot} */ u) => drawn.deaths && triangles(u, series.deaths, c.bad),
        ],
      },
    },
    /** @type {uPlot.AlignedData} */ ([series.times.map((t) => (t + middle) / 1000), ...drawn.lines.map((line) => line.values)]),
    live,
  );
}

/**
 * @param {HTMLElement} place
 * @param {Ask} ask
 */
export async function mountCharts(place, ask) {
  for (const figure of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-chart]"))) {
    if (!DRAWN[figure.dataset.chart ?? ""]) continue;
    const text = await ask("series", JSON.stringify({ function: Number(figure.dataset.function) }));
    if (text === null || !figure.isConnected) return;
    const series = /** @type {Series} */ (JSON.parse(text));
    const live = document.createElement("div");
    live.className = "live";
    figure.append(live);
    figure.classList.add("mounted");
    let chart = draw(figure, series);
    const again = () => {
      chart.destroy();
      chart = draw(figure, series);
    };
    onScheme(figure, again);
    let width = live.clientWidth;
    new ResizeObserver(() => {
      if (!live.clientWidth || live.clientWidth === width) return;
      width = live.clientWidth;
      chart.setSize({ width, height: HEIGHT });
    }).observe(live);
    // One cursor for all: the environments say where it is, and hear where it is here.
    document.addEventListener("lambdascope:cursor", (event) => {
      if (!figure.isConnected) return;
      const time = /** @type {CustomEvent<number | null>} */ (event).detail;
      chart.setCursor(time === null ? { left: -10, top: -10 } : { left: chart.valToPos(time / 1000, "x"), top: 10 });
    });
  }
}
