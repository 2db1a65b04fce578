/**
 * The bridge to the engine, a PyScript worker: four calls and one record one way, progress the other.
 *
 * @typedef {object} Engine
 * @property {(files: File[], options?: string) => Promise<string>} analyze what the frame shows, or the problem, as JSON
 * @property {(name: string, params?: string) => Promise<string>} view HTML of a view, or JSON of a chart
 * @property {(kind: "html" | "json" | "markdown") => Promise<string>} save the report as text
 * @property {() => Promise<void>} cancel ends the reading at its next step
 */

/**
 * Waits until the engine runs.
 * @param {(step: string) => void} progress is called with every step of a reading, as JSON
 * @param {(why: string) => void} stopped is called if the worker dies
 * @returns {Promise<Engine>}
 */
export async function connect(progress, stopped) {
  const script = /** @type {any} */ (document.querySelector("script[name=engine]"));
  const core = document.querySelector("script[src$='core.js']");
  core?.addEventListener("error", () => stopped("pyscript/core.js cannot be fetched"));
  while (!script.xworker) await new Promise((turn) => setTimeout(turn, 10));
  const worker = script.xworker;
  worker.sync.progress = progress;
  worker.addEventListener("error", (/** @type {ErrorEvent} */ event) => stopped(event.message || "it could not be started"));
  await worker.ready;
  await worker.sync.cancel(); // it is also ready when its Python failed to load; then it has no calls, and this one fails
  return worker.sync;
}
