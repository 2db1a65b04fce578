/** What is kept in this browser: choices, never anything of a file. A browser may refuse storage; a choice then lasts as
    long as the page. */

/** Other pages may live on the same origin, under other paths or on the same disk: what is ours carries our name. */
const PREFIX = "lambdascope.";

/** @param {string} name @param {string} value */
export function keep(name, value) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // nothing is kept, and nothing depends on it
  }
}

/** @param {string} name */
export function kept(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Removes the choices, the page's own files kept for use without a network, and the worker that serves them. */
export async function forgetAll() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
  } catch {
    // nothing was kept then
  }
  const ours = `lambdascope-${new URL("./", location.href).pathname}-`;
  if ("caches" in window) for (const name of await caches.keys()) if (name.startsWith(ours)) await caches.delete(name);
  await (await navigator.serviceWorker?.getRegistration())?.unregister();
}

/**
 * Keeps the page's files for use without a network.
 * @param {(told: {offline?: boolean, update?: ServiceWorker | null}) => void} tell
 */
export async function keepOffline(tell) {
  if (!("serviceWorker" in navigator)) return;
  try {
    const replaced = Boolean(navigator.serviceWorker.controller);
    navigator.serviceWorker.addEventListener("controllerchange", () => replaced && location.reload());
    const registration = await navigator.serviceWorker.register("./sw.js", { updateViaCache: "none" });
    const look = () => tell({ update: registration.active ? registration.waiting : null });
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
    look();
    await navigator.serviceWorker.ready;
    tell({ offline: true });
  } catch {
    // Private windows and plain http have no service worker: the page works, but not without a network after a reload.
  }
}
