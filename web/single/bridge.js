/**
 * The bridge to the engine in lambdascope.html, where Pyodide runs without PyScript. To the page it is as web/bridge.js.
 *
 * @typedef {import("../bridge.js").Engine} Engine
 */

/**
 * Waits until the engine runs.
 * @param {(step: string) => void} progress is called with every step of a reading, as JSON
 * @param {(why: string) => void} stopped is called if the worker dies
 * @returns {Promise<Engine>}
 */
export async function connect(progress, stopped) {
  const script = await (await fetch("worker.js")).blob();
  const worker = new Worker(URL.createObjectURL(script), { name: "engine" });
  /** @type {Map<number, {resolve: (value: any) => void, reject: (why: Error) => void}>} calls not answered yet */
  const waiting = new Map();
  let last = 0;
  const call = (/** @type {string} */ name, /** @type {unknown[]} */ values) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      worker.postMessage({ call: last, name, values });
    });
  worker.addEventListener("message", ({ data }) => {
    if ("progress" in data) return progress(data.progress);
    const { resolve, reject } = waiting.get(data.call);
    waiting.delete(data.call);
    if ("error" in data) reject(new Error(data.error));
    else resolve(data.value);
  });
  worker.addEventListener("error", ({ message }) => stopped(/Rejection/.test(message) ? "a failure in WebAssembly" : message || "it could not be started"));
  const names = await call("start", [packed]);
  const offered = (/** @type {string} */ name) => [name, (/** @type {unknown[]} */ ...values) => call(name, values)];
  return { ...Object.fromEntries(names.map(offered)), end: () => worker.terminate() };
}
