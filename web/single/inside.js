/* Inside lambdascope.html, for its page and for its worker: the files it carries, each as gzip in base64, by their
   addresses in the site. `fetch` answers with them and with nothing else. */
"use strict";

/** Where those files are said to be, for whoever insists on a whole address. */
const INSIDE = "inside:/";

/** @type {Record<string, string>} filled by whoever uses this */
const packed = {};

const decoded = (/** @type {string} */ base64) =>
  "fromBase64" in Uint8Array ? Uint8Array.fromBase64(base64) : Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));

self.fetch = async (/** @type {string | URL} */ address) => {
  const name = String(address).replace(INSIDE, "");
  if (!Object.hasOwn(packed, name)) throw new TypeError(`${name} is not in this file`);
  const stream = new Blob([decoded(packed[name])]).stream().pipeThrough(new DecompressionStream("gzip"));
  // WebAssembly compiles while it is unpacked, if it is called by its type.
  return new Response(stream, { headers: name.endsWith(".wasm") ? { "Content-Type": "application/wasm" } : {} });
};

/** @type {Record<string, Promise<string>>} */
const addresses = {};

/** The address to import a module from. A blob has no neighbours, so what the module imports gets its address first. */
const addressOf = (/** @type {string} */ name) =>
  (addresses[name] ??= (async () => {
    let text = await (await fetch(name)).text();
    for (const [clause, path] of text.matchAll(/\bfrom "(\.[^"]*)"/g)) {
      text = text.replace(clause, `from "${await addressOf(new URL(path, INSIDE + name).href.replace(INSIDE, ""))}"`);
    }
    return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  })());
