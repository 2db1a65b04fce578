/** What is kept in this browser: choices, never anything of a file. A browser may refuse storage; a choice then lasts as
    long as the page. */

/** @param {string} name @param {string} value */
export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // nothing is kept, and nothing depends on it
  }
}

/** @param {string} name */
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Removes the choices, the page's own files kept for use without a network, and the worker that serves them. */
export async function forgetAll() {
  try {
    localStorage.clear();
  } catch {
    // nothing was kept then
  }
  if ("caches" in window) for (const name of await caches.keys()) await caches.delete(name);
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  for (const registration of workers) await registration.unregister();
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
