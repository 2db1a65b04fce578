/* Serves this site's own files from a cache, and refuses every other request: nothing that the page or its engine could
   be made to ask reaches the server, and the page works without a network.

   The build writes the list of files, each with its hash and whether it is kept from the first visit on or from when it
   is asked for, and a version that changes with any of them. */
"use strict";

const FILES = [];
const VERSION = "";

const SCOPE = self.registration.scope;
const OURS = `lambdascope-${new URL(SCOPE).pathname}-`; // an origin may serve this site twice, under two paths
const CACHE = OURS + VERSION;
const addresses = new Set(FILES.map(([name]) => new URL(name, SCOPE).href));

/** A copy the browser holds is good enough if its hash is right; else the server is asked again. */
const fetched = async (name, integrity) => {
  const address = new URL(name, SCOPE).href;
  try {
    return await fetch(new Request(address, { integrity, credentials: "omit" }));
  } catch {
    return fetch(new Request(address, { integrity, credentials: "omit", cache: "reload" }));
  }
};

const install = async () => {
  const cache = await caches.open(CACHE);
  await Promise.all(
    FILES.filter(([, , kept]) => kept).map(async ([name, integrity]) => {
      const response = await fetched(name, integrity);
      if (!response.ok) throw new Error(`${name}: ${response.status}`);
      await cache.put(new URL(name, SCOPE).href, response);
    }),
  );
};

const activate = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
};

const answer = async (request) => {
  const address = new URL(request.url);
  address.hash = "";
  if (address.href === SCOPE) address.pathname += "index.html";
  if (request.method !== "GET" || !addresses.has(address.href)) return Response.error();
  const cache = await caches.open(CACHE);
  const kept = await cache.match(address.href);
  if (kept) return kept;
  // The browser may drop caches when space is short; the file's hash still decides what is let in.
  const [name, integrity] = FILES.find(([name]) => new URL(name, SCOPE).href === address.href);
  const response = await fetched(name, integrity);
  await cache.put(address.href, response.clone());
  return response;
};

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  if (FILES.length) event.respondWith(answer(event.request)); // without a list this is the source, not the built site
});
self.addEventListener("message", (event) => {
  if (event.data === "update") self.skipWaiting();
});
