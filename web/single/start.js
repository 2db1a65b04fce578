/* Starts the page of lambdascope.html: the site's own modules, out of this file. Follows inside.js in one script. */
(async () => {
  for (const block of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("script[data-name]"))) {
    packed[block.dataset.name ?? ""] = block.textContent ?? "";
  }
  // A file on disk has neither, but browsers show them and then refuse every call.
  delete Navigator.prototype.serviceWorker;
  delete window.caches;
  for (const name of ["report.js", "page.js"]) await import(await addressOf(name));
})().catch((error) => {
  const line = document.getElementById("engine");
  if (line) line.textContent = `This browser cannot open the page from one file: ${error}`;
});
