/* The worker of lambdascope.html: Pyodide without PyScript, with the same engine.py. Follows inside.js in one script.

   Chromium starts no module worker for a page from disk, and Pyodide refuses workers that are not modules: it looks
   whether importScripts works. */
self.importScripts = () => {
  throw new TypeError("this worker imports modules only");
};

/** @type {Record<string, (...values: unknown[]) => unknown>} what the page may call */
const calls = {
  /** Runs engine.py; the answer is the names it offers. */
  start: async (files) => {
    Object.assign(packed, files);
    const { loadPyodide } = await import(await addressOf("pyodide/pyodide.mjs"));
    const { default: createPyodideModule } = await import(await addressOf("pyodide/pyodide.asm.mjs"));
    const python = await loadPyodide({ indexURL: `${INSIDE}pyodide/`, createPyodideModule, packages: ["lambdascope"] });
    // The one thing that engine.py asks of PyScript.
    python.registerJsModule("pyscript", { sync: { progress: async (step) => self.postMessage({ progress: step }) } });
    python.runPython(await (await fetch("engine.py")).text(), { filename: "engine.py" });
    const names = python.globals.get("__export__").toJs();
    for (const name of names) calls[name] = python.globals.get(name);
    return names;
  },
};

self.addEventListener("message", async ({ data: { call, name, values } }) => {
  try {
    self.postMessage({ call, value: await calls[name](...values) });
  } catch (error) {
    self.postMessage({ call, error: String(error instanceof Error ? error.message : error) });
  }
});
