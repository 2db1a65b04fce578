/**
 * The bridge to the engine, a PyScript worker: four calls one way, progress the other, and an end.
 *
 * @typedef {object} Engine
 * @property {(files: File[], options?: string) => Promise<string>} analyze what the frame shows, or the problem, as JSON
 * @property {(name: string, params?: string) => Promise<string>} view HTML of a view, or JSON of a chart
 * @property {(kind: "html" | "json" | "markdown") => Promise<string>} save the report as text
 * @property {() => Promise<void>} cancel ends the reading at its next step
 * @property {() => void} end ends the engine whatever it does; calls that wait are never answered
 */

/**
 * Waits until the engine runs.
 * @param {(step: string) => void} progress is called with every step of a reading, as JSON
 * @param {(why: string) => void} stopped is called if the worker dies
 * @returns {Promise<Engine>}
 */
export async function connect(progress, stopped) {
  const script = fresh();
  const core = document.querySelector("script[src$='core.js']");
  core?.addEventListener("error", () => stopped("pyscript/core.js cannot be fetched"));
  while (!script.xworker) await new Promise((turn) => setTimeout(turn, 10));
  const worker = script.xworker;
  worker.sync.progress = progress;
  worker.addEventListener("error", (/** @type {ErrorEvent} */ event) => stopped(why(event)));
  await worker.ready;
  await worker.sync.cancel(); // it is also ready when its Python failed to load; then it has no calls, and this one fails
  const { analyze, view, save, cancel } = worker.sync;
  return { analyze, view, save, cancel, end: () => worker.terminate() };
}

/** A rejection that nobody handled comes from WebAssembly, and its message says nothing. */
const why = (/** @type {ErrorEvent} */ { message }) => (/Rejection/.test(message) ? "a failure in WebAssembly" : message || "it could not be started");

/** The element that PyScript makes a worker for. It does so once, so after an end another one takes its place. */
function fresh() {
  const script = /** @type {any} */ (document.querySelector("script[src='./engine.py']"));
  if (!script.xworker) return script;
  const next = script.cloneNode();
  script.replaceWith(next);
  return next;
}
