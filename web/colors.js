/** Colours for canvases. A custom property gives its text, not its colour, so each token is asked of an element that wears it. */

/**
 * @param {HTMLElement} place
 * @param {string[]} tokens
 * @returns {Record<string, string>}
 */
export function colors(place, tokens) {
  const probe = document.createElement("span");
  probe.className = "probe";
  place.append(probe);
  const found = Object.fromEntries(
    tokens.map((token) => {
      probe.style.color = `var(--${token})`;
      return [token, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return found;
}

/**
 * Calls back when the scheme or forced colours change, until the place leaves the document.
 * @param {HTMLElement} place
 * @param {() => void} redraw
 */
export function onScheme(place, redraw) {
  const look = () => {
    if (place.isConnected) return redraw();
    theme.disconnect();
    for (const query of queries) query.removeEventListener("change", look);
  };
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  const theme = new MutationObserver(look);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  for (const query of queries) query.addEventListener("change", look);
}
